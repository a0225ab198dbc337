"""Quick answers to whether a program has a solution: never another than the engine's, and the same conflicts come out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from analysis.test_explain_conflicts import BASE, PLANTED, SETTINGS, laboratory
from balik.algebra import Arrays
from balik.analysis.explain import least, quick
from balik.analysis.explain.facts import facts_of
from balik.engines import Options
from balik.engines.elastic import feasible
from balik.engines.nearby import prices_of_shortfall
from model.making import tables


@pytest.fixture
def at_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (quick, least):
        monkeypatch.setattr(module, "LARGE", 0)


def network(regions: int, sites: int, room: float, count: int | None = None) -> dict[str, Any]:
    """Regions that bring something each, sites that take `room` times as much in all; of them `count` may be used."""
    random = np.random.default_rng(regions * sites)
    amount = random.integers(20, 200, regions).astype(float)
    capacity = np.floor(room * amount.sum() / sites * random.uniform(0.8, 1.2, sites))
    from_, to = [f"r{i}" for i in range(regions)], [f"s{j}" for j in range(sites)]
    case = {
        "places": {"place": from_ + to, "kind": ["region"] * regions + ["site"] * sites},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["kind:region"], "dest": ["kind:site"], "material": ["m"], "fee": [1]},
        "supply": {"place": from_, "material": ["m"] * regions, "amount": amount},
        "demand": {"place": to, "material": ["m"] * sites},
        "sites": {"place": to, "capacity": capacity},
    }
    return case | ({"limits": {"limit": ["few"], "quantity": ["use"], "most": [count]}} if count else {})


def program(seed: int) -> Arrays:
    """A small program with whole numbers, which may or may not have a solution."""
    random = np.random.default_rng(seed)
    rows, columns = 5, 6
    dense = np.where(random.random((rows, columns)) < 0.6, random.integers(-4, 5, (rows, columns)), 0).astype(float)
    row, col = np.nonzero(dense.T)[1], np.nonzero(dense.T)[0]
    lower = random.integers(-6, 9, rows).astype(float)
    return Arrays(
        np.zeros(columns), 0.0, np.zeros(columns), random.choice([3.0, 7.0, np.inf], columns), random.random(columns) < 0.4,
        lower, np.where(random.random(rows) < 0.5, lower + random.integers(0, 4, rows), np.inf),
        np.concatenate([[0], np.cumsum(np.bincount(col, minlength=columns))]).astype(np.int32),
        row.astype(np.int32), dense.T[col, row],
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(-5, 5), min_size=5, max_size=5))
def test_no_multipliers_show_that_there_is_none_where_there_is_one(seed: int, duals: list[float]) -> None:
    a = program(seed)
    if quick.shows_none(a, np.array(duals)):
        assert not feasible(a, Options())


def test_the_prices_of_what_falls_short_show_that_there_is_none() -> None:
    """Of 200 random programs without a solution even in fractions, the prices show most; they show no other."""
    shown = none = 0
    for seed in range(200):
        a = program(seed)
        prices = prices_of_shortfall(a, Options())
        if prices is not None and quick.shows_none(a, prices):
            shown += 1
            assert not feasible(a, Options())
        none += not feasible(replace(a, integer=np.zeros(len(a.cost), bool)), Options())
    assert 0.9 * none <= shown <= none and none > 20


def test_a_point_that_misses_a_row_or_is_not_whole_is_no_solution() -> None:
    a = replace(program(0), row_lower=np.full(5, -np.inf), row_upper=np.full(5, np.inf), integer=np.arange(6) < 1)
    x = np.full(6, 1.0)
    assert quick.holds(a, x)
    assert not quick.holds(a, np.full(6, -0.1)) and not quick.holds(a, np.full(6, 0.5))
    row_lower = np.array([quick._activity(a, x)[0] + 0.01, *[-np.inf] * 4])
    assert not quick.holds(replace(a, row_lower=row_lower), x)


@pytest.mark.usefixtures("at_any_size")
@pytest.mark.parametrize(("room", "count"), [(0.97, None), (1.6, 4), (1.3, None)])
def test_every_answer_is_the_engines(room: float, count: int | None) -> None:
    lab = laboratory(network(15, 8, room, count))
    facts, random = facts_of(lab.prepared), np.random.default_rng(3)
    for _ in range(25):
        dropped = [fact for fact in facts if random.random() < random.choice([0.05, 0.2])]
        answer = lab.quick.answer(lab.model(dropped).program, Options())
        known = feasible(lab.model(dropped).program.arrays(), Options())
        assert answer in (None, known)
        assert lab.possible(lab.model(dropped)) is known


@pytest.mark.usefixtures("at_any_size")
def test_most_answers_need_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 50 questions about a conflict of many rows: the engine is asked a few times."""
    from balik.analysis.explain import lab as module

    asked, first = [0], module.solution

    def counted(*args: Any) -> Any:
        asked[0] += 1
        return first(*args)

    monkeypatch.setattr(module, "solution", counted)
    study = balik.explain(network(25, 8, 0.99), settings=SETTINGS)
    assert study.more["proved_smallest"] is True and len(study.more["conflict"]) > 25 and asked[0] <= 5


@pytest.mark.usefixtures("at_any_size")
@pytest.mark.parametrize("name", ["two capacities", "a count of sites", "single sourcing", "a radius"])
def test_the_same_conflict_and_the_same_repairs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = tables(BASE | PLANTED[name][0])
    fast = balik.explain(case, settings=SETTINGS)
    for module in (quick, least):
        monkeypatch.setattr(module, "LARGE", 10**9)
    slow = balik.explain(case, settings=SETTINGS)
    assert fast.more["conflicts"] == slow.more["conflicts"]
    assert [(r["changes"], r["cost"]) for r in fast.rows] == [
        (r["changes"], pytest.approx(r["cost"]) if r["cost"] is not None else None) for r in slow.rows
    ]
