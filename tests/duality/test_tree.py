"""Trees that show bounds: rows that are derived hold in all plans, trees are found, and nothing false is ever shown."""

import io
import itertools
import json
import math
import zipfile
from dataclasses import fields, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import balik
import balik.proving
from balik.algebra import Arrays, Cone
from balik.api import options_of, prepare, solve_prepared
from balik.cli import main
from balik.duality.certificate import DualsError, holds_tree, unpacked
from balik.duality.rounding import Recipe, Rows, _tidied
from balik.duality.tree import KINDS, Bounding, Tree, check_tree, ends_of, read_tree
from balik.engines import Options, run_highs
from balik.engines.relaxed import Relaxed
from balik.errors import BalikError
from balik.files.arrays import packed
from balik.location.certificate import CertificateError, read_certificate
from balik.plan.store import CERTIFICATE_FILE
from balik.proving import Cheaper, prove
from balik.proving.search import _Search, loose
from duality.test_bound import arrays


def whole_program(seed: int, most: int = 5) -> tuple[Arrays, np.ndarray, float]:
    """A program of whole numbers with integer figures, all its plans, and its least cost (inf: none)."""
    g = np.random.default_rng(seed)
    n, m = int(g.integers(2, most + 1)), int(g.integers(1, 5))
    dense = np.where(g.random((m, n)) < 0.7, g.integers(-6, 7, (m, n)), 0).astype(float)
    lower = g.integers(-2, 1, n).astype(float)
    upper = lower + g.integers(1, 4, n)
    middle = dense @ ((lower + upper) // 2)
    row_upper = np.where(g.random(m) < 0.7, middle + g.integers(0, 5, m), np.inf)
    row_lower = np.where(g.random(m) < 0.4, middle - g.integers(0, 4, m), -np.inf)
    cost = g.integers(-9, 10, n).astype(float)
    points = np.array(
        list(itertools.product(*(range(int(a), int(b) + 1) for a, b in zip(lower, upper, strict=True)))), float
    )
    activity = points @ dense.T
    points = points[((activity <= row_upper) & (activity >= row_lower)).all(1)]
    least = float((points @ cost).min()) if len(points) else math.inf
    return arrays(dense, cost, lower, upper, row_lower, row_upper, np.ones(n, bool)), points, least


def siting(seed: int) -> tuple[Arrays, float]:
    """A few sites and customers, stated without strong rows; and the least cost, by all sets of sites."""
    g = np.random.default_rng(seed)
    sites, customers = int(g.integers(2, 5)), int(g.integers(2, 6))
    demand, capacity = g.integers(1, 9, customers).astype(float), g.integers(6, 20, sites).astype(float)
    unit, fixed = g.integers(1, 9, (sites, customers)).astype(float), g.integers(5, 40, sites).astype(float)
    flows = sites * customers
    dense = np.zeros((customers + sites, flows + sites))
    for j, i in itertools.product(range(sites), range(customers)):
        dense[i, j * customers + i] = dense[customers + j, j * customers + i] = 1.0
    dense[customers + np.arange(sites), flows + np.arange(sites)] = -capacity
    a = arrays(
        dense, np.concatenate([unit.ravel(), fixed]), np.zeros(flows + sites), np.r_[np.full(flows, np.inf), np.ones(sites)],
        np.r_[demand, np.full(sites, -np.inf)], np.r_[demand, np.zeros(sites)], np.r_[np.zeros(flows), np.ones(sites)] > 0,
    )  # fmt: skip
    least = math.inf
    for open_ in itertools.product((0.0, 1.0), repeat=sites):
        at = np.r_[np.zeros(flows), open_]
        fixed_ = replace(
            a, integer=np.zeros(len(at), bool), lower=at, upper=np.where(np.arange(len(at)) < flows, np.inf, at)
        )
        found = run_highs(fixed_, Options(prices=False))
        least = min(least, math.inf if found.objective is None else found.objective)
    return a, least


def proved(a: Arrays, least: float, nodes: int = 10_000) -> Tree:
    tree = prove(a, least, least - 2e-9 * max(1.0, abs(least)), 60.0, nodes=nodes)
    assert tree is not None
    return tree


# -- derived rows ------------------------------------------------------------------------------------------------


def random_recipe(g: np.random.Generator, rows: Rows) -> Recipe:
    part = g.choice(len(rows), size=int(g.integers(1, min(4, len(rows)) + 1)), replace=False)
    weight = g.normal(size=len(part)) / float(g.integers(1, 7))
    if g.random() < 0.5:
        weight = np.sign(weight) / float(g.integers(1, 7))
    top = np.flatnonzero(g.random(len(rows.a.cost)) < 0.4)
    return Recipe(part, weight, g.random(len(part)) < 0.5, top)


@pytest.mark.parametrize("ten", range(6))
def test_derived_rows_hold_in_every_plan_to_the_last_bit(ten: int) -> None:
    """Whatever is weighed, however it is counted, and on top of rows that were derived before."""
    made = 0
    for seed in range(10 * ten, 10 * ten + 10):
        a, points, least = whole_program(seed)
        g = np.random.default_rng(1000 + seed)
        points = points[points @ a.cost <= least + 40.0]
        rows = Rows(a, *ends_of(a, least + 40.0)) if len(points) else None
        for _ in range(40 if rows is not None else 0):
            found = rows.follows(random_recipe(g, rows))
            if found is None:
                continue
            made += 1
            value, end = [Fraction(v) for v in found.value.tolist()], Fraction(found.end)
            for point in points[:200]:
                assert sum(v * int(x) for v, x in zip(value, point[found.column], strict=True)) <= end
            if made % 3 == 0:
                rows.add(found)
    assert made > 40


def test_a_derived_row_is_the_strong_one_of_siting() -> None:
    """x₁ + x₂ ≤ 10 y with x₁ ≤ 4 gives x₁ ≤ 4 y."""
    a = arrays(np.array([[1.0, 1.0, -10.0]]), [1, 1, 1], [0, 0, 0], [4, 9, 1], [-np.inf], [0.0], [False, False, True])
    found = Rows(a, a.lower, a.upper).follows(Recipe(np.array([0]), np.array([0.1]), np.array([True]), np.array([0])))
    assert found is not None
    row = np.zeros(3)
    row[found.column] = found.value / found.value[found.column == 0]
    assert row == pytest.approx([1.0, 0.0, -4.0], abs=1e-12)
    assert found.end == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_steps_of_a_second_order_row_hold_and_are_tight(seed: int) -> None:
    g = np.random.default_rng(seed)
    size, n = g.uniform(0.5, 4.0, 5), 6
    cone = Cone(5, np.arange(5), size, np.arange(5))
    a = replace(
        arrays(np.ones((1, n)), np.ones(n), [0] * n, [1] * 5 + [99], [0], [99], [True] * 5 + [False]), cones=(cone,)
    )
    order, none = g.permutation(5), np.zeros(0, np.int64)
    found = Rows(a, a.lower, a.upper).follows(Recipe(none, np.zeros(0), none > 0, order, 0))
    assert found is not None
    step = dict(zip(found.column.tolist(), found.value.tolist(), strict=True))
    for chosen in itertools.product((0, 1), repeat=5):
        length = math.sqrt(sum(size[k] ** 2 for k in range(5) if chosen[k]))
        assert sum(step[k] for k in range(5) if chosen[k]) <= length
    assert sum(step[k] for k in range(5)) == pytest.approx(math.sqrt(float(size @ size)), rel=1e-12)
    for wrong in (order[:4], np.r_[order[:4], order[:1]], np.r_[order[:4], 5]):
        assert Rows(a, a.lower, a.upper).follows(Recipe(none, np.zeros(0), none > 0, wrong, 0)) is None


# -- trees -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_small_programs_are_proved_and_no_bound_passes_the_optimum(seed: int) -> None:
    a, points, least = whole_program(seed)
    if not len(points):
        return
    tree = proved(a, least)
    seen = check_tree(read_tree(tree.as_bytes()), a, least)
    assert least - 3e-9 * max(1.0, abs(least)) <= seen.bound <= least


@pytest.mark.parametrize("seed", range(20))
def test_sites_are_proved(seed: int) -> None:
    a, least = siting(seed)
    if math.isinf(least):
        return
    seen = check_tree(proved(a, least), a, least)
    assert least - 3e-9 * least <= seen.bound <= least


@pytest.mark.parametrize("seed", range(20))
def test_a_claim_above_the_optimum_is_not_proved(seed: int) -> None:
    """An engine that missed the best plan, and says that its own is."""
    a, points, least = whole_program(seed)
    costs = np.unique(points @ a.cost)
    if len(costs) < 2:
        return
    with pytest.raises(Cheaper) as found:
        prove(a, float(costs[1]), float(costs[1]), 60.0)
    assert found.value.cost == pytest.approx(least)
    tree = prove(a, float(costs[1]), least - 2e-9 * max(1.0, abs(least)), 60.0)
    assert tree is not None and check_tree(tree, a, float(costs[1])).bound <= least
    with pytest.raises(DualsError):
        check_tree(replace(tree, bound=float(costs[1])), a, float(costs[1]))


def test_where_much_is_earned_and_spent_a_little_less_refutes_nothing() -> None:
    """Of a thousand million each, what is left is 0: a claim of 1 may be off by what floats and slack are worth."""
    a = arrays(np.ones((1, 2)), [1.0, 2.0], [0.0, 0.0], [4.0, 4.0], [2.0], [4.0], [True, True])
    a = replace(a, cost=1e9 * a.cost, offset=-2e9)  # the best plan: two of the first
    assert prove(a, 1.0, 1.0, 60.0) is not None
    with pytest.raises(Cheaper):
        prove(a, 1e9, 1e9, 60.0)


def test_where_nodes_are_too_few_the_least_of_the_open_ones_is_shown() -> None:
    a, least = siting(5)
    few, whole = proved(a, least, nodes=0), proved(a, least)
    assert check_tree(few, a, least).bound <= check_tree(whole, a, least).bound
    assert few.bound < least - 1e-6 or len(few.column) == 1


def spoiled(tree: Tree, g: np.random.Generator) -> Tree:
    """A tree with one of its arrays changed."""
    name = str(g.choice([*KINDS, "bound", "leaf", "recipe of another", "node dropped"]))
    if name == "bound":
        return replace(tree, bound=tree.bound + float(g.choice([1.0, 1e-6, 1e6])))
    if name == "leaf":
        return replace(
            tree,
            column=np.where(np.arange(len(tree.column)) == g.integers(len(tree.column)), -1, tree.column).astype(
                np.int32
            ),
        )
    if name == "node dropped":
        return replace(tree, column=tree.column[:-1], most=tree.most[:-1], child=tree.child[:-1], first=tree.first[:-1],
                       row=tree.row[: tree.first[-2]], price=tree.price[: tree.first[-2]])  # fmt: skip
    if name == "recipe of another":
        return replace(tree, part=g.permutation(tree.part), weight=g.permutation(tree.weight))
    array = getattr(tree, name).copy()
    if not len(array):
        return replace(tree, bound=tree.bound + 1.0)
    at = int(g.integers(len(array)))
    if array.dtype == bool:
        array[at] = not array[at]
    elif array.dtype.kind == "i":
        array[at] += int(g.choice([-2, -1, 1, 2]))
    else:
        array[at] = float(
            g.choice([-array[at], array[at] * 1.01, array[at] + 1.0, array[at] * 1e9, 0.0, np.nan, np.inf])
        )
    return replace(tree, **{name: array})


def never_false(a: Arrays, least: float, tree: Tree, times: int, seed: int) -> int:
    """How often a spoiled tree was refused; what is shown by one that is not must be true."""
    g, refused = np.random.default_rng(seed), 0
    for k in range(times):
        wrong = tree
        for _ in range(1 + k % 3):
            try:
                wrong = spoiled(wrong, g)
            except (IndexError, ValueError):
                break
        claim = replace(wrong, bound=least + 1.0) if k % 2 else wrong
        try:
            seen = check_tree(claim, a, least + 2.0)
        except DualsError:
            refused += 1
        else:
            assert seen.bound <= least, (seed, k)
    return refused


@pytest.mark.parametrize("seed", range(12))
def test_spoiled_trees_never_show_what_is_false(seed: int) -> None:
    a, least = siting(seed) if seed % 2 else whole_program(seed)[::2]
    if math.isinf(least):
        return
    tree = proved(a, least)
    assert never_false(a, least, tree, 60, seed) >= 30  # the half that claims more, at least


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_many_trees(seed: int) -> None:
    a, least = siting(seed) if seed % 2 else whole_program(seed, 7)[::2]
    if math.isinf(least):
        return
    tree = proved(a, least)
    assert least - 3e-9 * max(1.0, abs(least)) <= check_tree(tree, a, least).bound <= least
    assert never_false(a, least, tree, 300, seed) >= 150


def by_hand(**changes: object) -> Tree:
    """A tree without nodes but a leaf, for min x + y, x + y ≥ 2.5, x, y of 0 to 9 whole: its row shows 2.5, rounded 3."""
    i, f, none = np.zeros(0, np.int32), np.zeros(0), np.zeros(1, np.int64)
    leaf = {"column": np.array([-1], np.int32), "most": np.zeros(1), "child": np.array([-1], np.int32)}
    parts = {"first": np.array([0, 1]), "row": np.array([0], np.int32), "price": np.ones(1), "recipe": none, "part": i, "weight": f,
             "upper": i > 0, "ends": none, "top": i, "cone": i}  # fmt: skip
    return Tree(2.4, **(leaf | parts | changes))


def test_trees_by_hand() -> None:
    a = arrays(np.array([[1.0, 1.0]]), [1, 1], [0, 0], [9, 9], [2.5], [np.inf], [True, True])
    assert check_tree(by_hand(), a, 3.0).bound == 2.4
    assert check_tree(by_hand(), a, 2.0).bound == 2.0  # all that costs more than the plan at hand costs more than that
    with pytest.raises(DualsError):
        check_tree(replace(by_hand(), bound=2.6), a, 3.0)
    derived = {"recipe": np.array([0, 1]), "part": np.zeros(1, np.int32), "weight": np.array([-1.0]), "upper": np.array([False]),
               "ends": np.zeros(2, np.int64), "cone": np.array([-1], np.int32)}  # fmt: skip
    rounded = replace(by_hand(row=np.ones(1, np.int32), price=np.array([-1.0]), **derived), bound=3.0 - 1e-9)
    assert check_tree(rounded, a, 3.0).bound == 3.0 - 1e-9
    with pytest.raises(DualsError):  # a row has no such side
        check_tree(replace(rounded, price=np.array([1.0])), a, 3.0)
    assert check_tree(replace(by_hand(price=-np.ones(1)), bound=-1e-9), a, 3.0).bound == -1e-9  # it counts as 0
    with pytest.raises(DualsError):
        check_tree(replace(by_hand(price=-np.ones(1)), bound=0.5), a, 3.0)
    parted = {
        "column": np.array([0, -1, 0], np.int32),
        "most": np.array([0.0, 0.0, 1.0]),
        "first": np.array([0, 0, 0, 0]),
    }
    for child in ([1, -1, 1], [2, -1, 1], [1, -1, 0], [0, -1, 1]):  # paths that return, or leave a part out
        with pytest.raises(DualsError):
            tree = by_hand(child=np.array(child, np.int32), row=np.zeros(0, np.int32), price=np.zeros(0), **parted)
            check_tree(replace(tree, bound=3.0), a, 3.0)


def test_ends_come_no_nearer_than_the_claim_lets_them() -> None:
    """min 2 x + y, 0 ≤ x, y ≤ 5 whole, x + y ≥ 3: with the row at 1, a step of x costs 1 more."""
    a = arrays(np.array([[1.0, 1.0]]), [2, 1], [0, 0], [5, 5], [3.0], [np.inf], [True, True])
    for claim, most in ((3.5, 0.0), (4.0 + 1e-9, 1.0), (4.5, 1.0), (5.5, 2.0)):
        value, lower, upper = Bounding(a).at(np.array([0]), np.ones(1), a.lower, a.upper, claim)
        assert value == pytest.approx(3.0)
        assert (lower.tolist(), upper.tolist()) == ([0.0, 0.0], [most, 5.0])


def test_what_is_next_to_nothing_is_put_at_its_worst() -> None:
    """A coefficient of 1e-12 over −3 to 9: without it, the row must hold wherever it held with it."""
    for tiny, end in ((1e-12, 2.0 + 3e-12), (-1e-12, 2.0 + 9e-12)):
        found = _tidied(np.arange(2), np.array([1.0, tiny]), np.full(2, -3.0), np.full(2, 9.0), np.array([2.0]))
        assert found is not None
        assert found.column.tolist() == [0]
        assert end <= found.end <= end + 1e-13
    assert _tidied(np.arange(2), np.array([1.0, 1e-12]), np.zeros(2), np.full(2, np.inf), np.array([np.nan])) is None


def test_a_tree_as_a_file() -> None:
    a, least = siting(1)
    tree = proved(a, least)
    data = tree.as_bytes()
    assert data == tree.as_bytes()
    assert holds_tree(data)
    again = read_tree(data)
    for field in fields(Tree):
        assert np.array_equal(getattr(again, field.name), getattr(tree, field.name))
    for wrong in (b"", b"PK", data[:60], data[:-5]):
        with pytest.raises(DualsError):
            read_tree(wrong)
    for name in KINDS:
        with pytest.raises(DualsError):
            read_tree(replace(tree, **{name: np.array(["x"])}).as_bytes())
        with pytest.raises(DualsError):
            check_tree(replace(tree, **{name: np.array([getattr(tree, name)])}), a, least)
    with pytest.raises(DualsError):
        unpacked(packed({"format": np.inf}), 4)


@pytest.mark.parametrize("head", ["((((((", "{'descr': '<f8', 'fortran_order': False, 'shape': (10**13,)}"])
def test_a_file_whose_head_is_none_or_asks_for_all_memory_is_refused(head: str) -> None:
    head = head.replace("10**13", str(10**13)).ljust(117) + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("format.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode())
    with pytest.raises(DualsError):
        read_tree(out.getvalue())
    with pytest.raises(CertificateError):
        read_certificate(out.getvalue())


# -- plans -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree") / "plan"
    balik.solve("turki-enam-kota", out=folder)
    return folder


def test_a_search_is_proved_by_a_tree(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads((plan / "plan.json").read_text())
    assert told["proof"]["how"] == "tree"
    assert told["bound"] - 3e-9 * told["bound"] <= told["proof"]["bound"] <= told["objective"]
    found = balik.verify(plan)
    assert found.ok
    assert (found.proof.how, found.proof.whole) == ("tree", True)
    assert main(["verify", str(plan)]) == 0
    assert "shows the bound" in capsys.readouterr().out


def test_a_tree_of_another_case_shows_nothing_false(plan: Path, tmp_path: Path) -> None:
    from duality.test_proof import judged
    from duality.test_proof import spoiled as changed

    tree = read_tree((plan / CERTIFICATE_FILE).read_bytes())
    told = json.loads((plan / "plan.json").read_text())
    folder = changed(plan, tmp_path / "more", bound=told["objective"] + 1.0)
    assert [fault.law for fault in judged(folder).broken] == ["proof"]
    (folder / CERTIFICATE_FILE).write_bytes(replace(tree, bound=told["objective"] + 1.0).as_bytes())
    assert [fault.law for fault in judged(folder).broken] == ["proof"]
    a, least = siting(1)
    (folder / CERTIFICATE_FILE).write_bytes(proved(a, least).as_bytes())
    assert [fault.law for fault in judged(folder).broken] == ["proof"]


def test_what_the_search_does_not_reach_is_a_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(balik.proving, "prove", partial(prove, nodes=30))
    folder = tmp_path / "plan"
    solved = balik.solve("plastik-jabodetabek-rinci", out=folder)
    told = solved.document()["proof"]
    assert told["how"] == "part"
    assert told["bound"] < solved.bound <= solved.objective
    found = balik.verify(folder)
    assert found.ok
    assert (found.proof.how, found.proof.whole) == ("part", False)
    assert main(["verify", str(folder)]) == 0
    assert "the engine's word" in capsys.readouterr().out
    from duality.test_proof import judged
    from duality.test_proof import spoiled as changed

    for k, more in enumerate(({"how": "tree"}, {"gap": 0.0}, {"bound": solved.objective})):
        forged = changed(folder, tmp_path / f"forged{k}", **more)
        assert [fault.law for fault in judged(forged).broken] == ["proof"]


def test_an_engine_that_claims_too_much_is_not_proved() -> None:
    """It gives the second best plan, and says that it is the best."""
    prepared = prepare("turki-enam-kota")

    def wrong(a: Arrays, options: Options, basis: object = None):
        best = run_highs(a, options)
        on = a.integer & (best.x > 0.5)
        shut = int(np.flatnonzero(on)[0])
        upper = a.upper.copy()
        upper[shut] = 0.0
        found = run_highs(replace(a, upper=upper), options)
        assert found.objective > best.objective + 1.0
        return replace(found, status="optimal", bound=found.objective, gap=0.0)

    options = replace(options_of(prepared.tables), certify=True)
    with pytest.raises(BalikError, match=r"one that comes to .* was found\. No plan is shown"):
        solve_prepared(prepared, options, engine=wrong)


def test_a_node_that_only_rounding_keeps_is_not_tightened() -> None:
    """Its value is the target to the last bit, and no share of nothing is closed by more rows."""
    a, least = siting(3)
    lower, upper = ends_of(a, least)
    live = Relaxed(a, *loose(a, lower, upper), 0, math.inf)
    found = live.solve()
    search = _Search(a, found.value, (lower, upper), live)
    known, refuted = search._tightened(found, lower, upper, (np.zeros(0, int), np.zeros(0)))
    assert (known.value, refuted, len(search.rows)) == (found.value, None, len(a.row_lower))
