"""The tree of the engine for networks is its certificate: it shows what the engine says, and no forged one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import balik.proving
from balik.algebra import Arrays
from balik.api import prepare, solve, verify
from balik.duality.certificate import DualsError, holds_tree
from balik.duality.tree import MARGIN, Seen, Tree, check_tree, ends_of, how_far, read_tree
from balik.engines import Options, Result, run_highs
from balik.location.generated import engine, noted, relaxation, run_generated
from balik.location.generated.chains import Chains
from balik.location.generated.links import with_links
from balik.location.generated.matrix import Matrix
from balik.location.generated.moves import Wanderer
from balik.location.generated.state import State
from balik.location.watch import Watch
from location.networks import Shape, arrays, tables
from location.test_generated import shape_of
from location.test_generated_large import limited
from twins.smallcases import network_case

#: By how much, relatively, the general solver's optimum may be off.
TOLERANCE = 1e-8


@pytest.fixture(autouse=True)
def by_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small programs go through the tree, whatever their whole numbers are."""
    monkeypatch.setattr(engine, "SMALL", 0)
    monkeypatch.setattr(engine, "CLOSABLE", 0)
    monkeypatch.setattr(engine, "close", lambda s, root, tell: engine._branched(s, Wanderer(s, 0)))


def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns come in as they would in a large program."""
    for name, value in (("_MANY", 3), ("_START", 1), ("_MORE", 2)):
        monkeypatch.setattr(relaxation, name, value)


def answer(a: Arrays, gap: float = 0.0, **more: float) -> Result:
    return run_generated(a, Options(gap=gap, certify=True, threads=1, **more))  # type: ignore[arg-type]


def shown(a: Arrays, found: Result) -> tuple[str, Seen, Tree]:
    """What the checker sees in the certificate of an answer, which is at most what the engine says."""
    assert found.certificate is not None and found.objective is not None and found.bound is not None
    tree = read_tree(found.certificate)
    seen, scale = check_tree(tree, a, found.objective), max(1.0, abs(found.objective))
    assert seen.bound <= found.bound
    return how_far(seen.bound, found.bound, scale, seen.nodes), seen, tree


def optimum(a: Arrays) -> float | None:
    return run_highs(a, Options(gap=0.0, prices=False, threads=1)).objective


def leads(a: Arrays) -> bool:
    """Whether switches lead, so that this engine searches: all other programs go to the general solver."""
    return bool(a.integer.any()) and len(State(a, Watch(), Options()).leading) > 0


def proved(a: Arrays) -> str:
    """How far the certificate of a program shows the optimum that the general solver finds; "none" where there is no plan."""
    best, found = optimum(a), answer(a)
    assert (best is None) == (found.objective is None)
    if best is None:
        assert found.certificate is None
        return "none"
    how, seen, _ = shown(a, found)
    scale = max(1.0, abs(best))
    assert found.objective == pytest.approx(best, abs=TOLERANCE * scale)
    assert seen.bound <= best + TOLERANCE * scale
    if how == "tree":
        assert seen.bound >= best - (2 * MARGIN + TOLERANCE) * scale
    return how


def programs(first: int, last: int) -> Iterator[Arrays]:
    """Networks of two echelons, with limits of sites, and of every feature."""
    for seed in range(first, last):
        case = network_case(seed)
        yield from (arrays(shape_of(seed)), limited(seed))
        yield prepare(case.columns(), settings=case.settings).model.program.arrays()


# -- what is shown -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [False, True])
def test_the_tree_shows_the_optimum(few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the program: strong rows, limits and cuts follow from it, and every node is refuted."""
    if few:
        few_at_a_time(monkeypatch)
    found = [proved(a) for a in programs(2 * few, 2 * few + 3)]
    assert found.count("tree") == len(found) - found.count("none") > 5


@pytest.mark.slow
@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("ten", range(8))
def test_no_tree_of_hundreds_shows_what_is_not_so(ten: int, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if few:
        few_at_a_time(monkeypatch)
    found = [proved(a) for a in programs(10 * ten + 100 * few, 10 * ten + 100 * few + 10) if leads(a)]
    assert found.count("tree") >= 0.97 * (len(found) - found.count("none")) > 15


@cache
def hard() -> tuple[Arrays, float, Tree]:
    """A program whose tree has some nodes and derived rows, its optimum and its certificate."""
    a = arrays(shape_of(6))
    found = answer(a)
    how, seen, tree = shown(a, found)
    assert how == "tree" and seen.nodes > 6 and len(tree.recipe) > 4 and found.objective is not None
    return a, found.objective, tree


def test_the_certificate_is_the_same_every_time() -> None:
    a = arrays(shape_of(6))
    assert answer(a).certificate == answer(a).certificate is not None
    assert run_generated(a, Options(gap=0.0, threads=1)).certificate is None  # it was not asked for


@pytest.mark.parametrize("nodes", [0, 3])
def test_a_search_that_ends_early_shows_its_open_nodes(nodes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    a = arrays(Shape(12, 7, 3, materials=2, seed=3))
    visited: list[int] = []
    children = engine.Tree._children

    def counted(tree: engine.Tree, node: object) -> object:
        visited.append(1)
        return children(tree, node)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.Tree, "_children", counted)
    found = run_generated(a, Options(gap=0.0, certify=True, threads=1, stop=lambda: len(visited) > nodes))
    best = optimum(a)
    assert found.status == "feasible" and found.bound is not None and best is not None
    how, seen, _ = shown(a, found)
    assert how == "tree" and seen.bound < best - 1e-4 * best


def test_beyond_its_memory_it_shows_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    a, best, whole = hard()
    monkeypatch.setattr(noted, "_MOST", 4000)
    how, seen, tree = shown(a, answer(a))
    assert how == "part" and len(tree.row) < len(whole.row) and seen.bound < best - 1e-6 * best


def test_a_step_that_is_left_behind_leaves_its_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of the root, with the strong rows, where the time ends in a step that looks at no clock."""
    monkeypatch.setattr(engine, "_PATIENCE", 0.1)
    monkeypatch.setattr(engine, "dive", lambda *_, **__: __import__("time").sleep(8.0))
    monkeypatch.setattr(engine, "opening", lambda s: engine.around(s, s.lower, s.upper) and 0)
    a = arrays(Shape(12, 6, 3, materials=2, seed=3))
    found = answer(a, gap=1e-6, time_limit=1.5)
    how, _, _ = shown(a, found)
    assert how == "tree" and found.bound is not None and np.isfinite(found.bound)


def test_a_gap_that_is_asked_for_is_all_that_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pruned within the gap counts as no dearer than it was seen to be, though no better plan is known."""
    monkeypatch.setattr(Wanderer, "turn", lambda *_: False)
    monkeypatch.setattr(engine, "between", lambda *_: False)
    dearer = 0
    for seed in (40, 49):
        a = arrays(shape_of(seed))
        for gap in (0.1, 0.3):
            found, best = answer(a, gap), optimum(a)
            assert found.bound is not None and best is not None and found.objective is not None
            assert found.bound <= best * (1 + TOLERANCE)
            assert shown(a, found)[0] == "tree"
            dearer += found.objective > best * (1 + 1e-3)
    assert dearer >= 2


# -- what holds columns at zero ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_no_column_that_is_held_at_zero_has_a_negative_reduced_cost(seed: int) -> None:
    """Whatever the multipliers and the switches that are off; and nothing else has a lower one but for these."""
    a = arrays(shape_of(seed)) if seed % 2 else limited(seed)
    m, g = Matrix(a), np.random.default_rng(seed)
    linked = with_links(m, *ends_of(a, np.inf))
    s = State(a, Watch(), Options(certify=True))
    chains, many = Chains(m, linked.groups, linked.held), 0
    for _ in range(20):
        upper = s.upper.copy()
        upper[s.leading[g.random(len(s.leading)) < 0.5]] = 0.0
        held = (s.follow(s.lower, upper) == 0) & (s.upper > 0)
        reduced = g.normal(size=len(a.cost)) * 100.0
        more = chains.closed(reduced, upper)
        after = reduced - m.priced(more)
        assert (after[held & (upper > 0)] >= -1e-9).all()
        assert (after[~held] >= reduced[~held] - 1e-9).all()
        possible = ((more <= 0) | np.isfinite(a.row_lower)) & ((more >= 0) | np.isfinite(a.row_upper))
        assert possible.all()
        many += int(held.sum())
    assert many > 50


# -- forged trees ------------------------------------------------------------------------------------------------


def refused(tree: Tree, a: Arrays, objective: float) -> bool:
    try:
        check_tree(tree, a, objective)
    except DualsError:
        return True
    return False


def without(tree: Tree, node: int) -> Tree:
    """A tree without the multipliers of a node."""
    first, last = tree.first[node], tree.first[node + 1]
    keep = np.r_[0:first, last : len(tree.row)]
    moved = np.where(np.arange(len(tree.first)) > node, tree.first - (last - first), tree.first)
    return replace(tree, first=moved, row=tree.row[keep], price=tree.price[keep])


def test_a_bound_that_is_raised_is_refused() -> None:
    a, best, tree = hard()
    assert not refused(tree, a, best)
    assert refused(replace(tree, bound=best + 1.0), a, best + 2.0)
    assert refused(replace(tree, bound=tree.bound + 1e-6 * best), a, best + 1.0)


def test_a_node_that_is_dropped_is_missed() -> None:
    """An inner node made a leaf, and a leaf without its multipliers."""
    a, best, tree = hard()
    for node in np.flatnonzero(tree.column >= 0).tolist():
        column, child = tree.column.copy(), tree.child.copy()
        column[node] = child[node] = -1
        assert refused(replace(tree, column=column, child=child), a, best)
    dropped = [refused(without(tree, node), a, best) for node in np.flatnonzero(tree.column < 0).tolist()]
    assert all(dropped) and len(dropped) > 3


def test_multipliers_and_recipes_that_are_altered_show_nothing_false() -> None:
    """Each by itself, and all: refused, or still a bound."""
    a, best, tree = hard()
    g, taken = np.random.default_rng(3), 0
    for turn in range(60):
        size = 10.0 ** g.uniform(-6, 1)
        noise = 1.0 + size * g.normal(size=len(tree.price)) * (g.random(len(tree.price)) < (1.0 if turn % 2 else 0.05))
        weight = tree.weight * (1.0 + size * g.normal(size=len(tree.weight)) * (turn % 3 == 0))
        forged = replace(tree, price=tree.price * noise, weight=weight, bound=best + 1e-6 * best * (turn % 5 == 0))
        if not refused(forged, a, best + 1.0):
            assert forged.bound <= best
            taken += 1
    assert taken < 30
    swapped = replace(tree, price=-tree.price)
    assert refused(swapped, a, best)


def test_children_that_are_swapped_are_refused() -> None:
    """Each with the other's multipliers and children."""
    a, best, tree = hard()
    found = []
    for node in np.flatnonzero(tree.column >= 0).tolist():
        one, two = int(tree.child[node]), int(tree.child[node]) + 1
        order = np.arange(len(tree.column))
        order[[one, two]] = two, one
        lists = [np.arange(tree.first[k], tree.first[k + 1]) for k in order]
        at = np.concatenate(lists)
        first = np.concatenate([[0], np.cumsum([len(x) for x in lists])])
        forged = replace(
            tree, column=tree.column[order], most=tree.most[order], child=tree.child[order], first=first,
            row=tree.row[at], price=tree.price[at],
        )  # fmt: skip
        found.append(refused(forged, a, best))
    assert all(found)


# -- files -------------------------------------------------------------------------------------------------------


def test_what_is_written_says_tree_without_another_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("another search")

    monkeypatch.setattr(balik.proving, "prove", never)
    shape = Shape(12, 6, 3, materials=2, seed=5)
    settings = {"title": "network", "finance": {"one_off": "once"}}
    plan = solve(tables(shape), engine="network", settings=settings, gap=0.0, threads=1, out=tmp_path / "plan")
    assert plan.status == "optimal" and plan.facts["proof"]["how"] == "tree"
    written = json.loads((tmp_path / "plan" / "plan.json").read_text())
    assert written["proof"]["how"] == "tree" and written["proof"]["gap"] < 4e-9
    assert holds_tree((tmp_path / "plan" / "certificate.npz").read_bytes())
    verdict = verify(tmp_path / "plan")
    assert verdict.ok and verdict.proof is not None and verdict.proof.how == "tree" and verdict.proof.whole


def test_what_the_tree_does_not_show_is_searched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The better of the two is written."""
    monkeypatch.setattr(noted, "_MOST", 1)
    settings = {"title": "network", "finance": {"one_off": "once"}}
    plan = solve(
        tables(Shape(8, 4, 2, seed=5)), engine="network", settings=settings, gap=0.0, threads=1, out=tmp_path / "plan"
    )
    assert plan.facts["proof"]["how"] == "tree" and verify(tmp_path / "plan").ok
    monkeypatch.setattr(balik.proving, "prove", lambda *_, **__: None)
    less = solve(
        tables(Shape(8, 4, 2, seed=5)), engine="network", settings=settings, gap=0.0, threads=1, out=tmp_path / "less"
    )
    assert less.facts["proof"]["how"] in ("root", "part") and verify(tmp_path / "less").ok
