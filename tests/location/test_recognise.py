"""A siting problem is recognised for what it is, with the same optimum; what is none is refused, with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.api import prepare
from balik.engines import Options, run_highs
from balik.errors import InputError
from balik.location.problem import CLOSED, FREE, OPEN
from balik.location.recognise import Recognised, recognise
from location.sitingcases import KINDS, SPOILS, siting_case, spoiled
from location.standin import compact

EXACT = Options(gap=1e-9, prices=False)


def arrays(kind: str, seed: int, *changes: str) -> Arrays:
    """The program of a random case, with changes to its cells."""
    tables, settings = siting_case(kind, seed)
    return prepare(tables, set=changes, settings=settings).model.program.arrays()


def recognised(a: Arrays) -> Recognised:
    """The siting problem of a program that is one."""
    found = recognise(a)
    assert isinstance(found, Recognised), found
    return found


def alike(a: Arrays, found: Recognised) -> None:
    """The siting problem has the optimum of the program."""
    whole, ours = run_highs(a, EXACT), run_highs(compact(found.siting), EXACT)
    assert (whole.status, ours.status) in (("optimal", "optimal"), ("infeasible", "infeasible"))
    if whole.objective is not None:
        assert ours.objective == pytest.approx(whole.objective, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wildcard"])
def test_a_case_of_every_kind_is_recognised_with_its_optimum(kind: str, seed: int) -> None:
    a = arrays(kind, seed)
    alike(a, recognised(a))


@pytest.mark.parametrize(
    "kind", ["plain", "chain", "sizes", "use", "optional", "single", "forward", "status", "periods_alike"]
)
@pytest.mark.parametrize("spoil", SPOILS)
def test_what_spoils_a_case_is_refused_or_does_not_matter(kind: str, spoil: str) -> None:
    _refused_or_alike(kind, spoil, 0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spoil", SPOILS)
def test_what_spoils_many_cases_is_refused_or_does_not_matter(kind: str, spoil: str) -> None:
    for seed in range(1, 13):
        _refused_or_alike(kind, spoil, seed)


def _refused_or_alike(kind: str, spoil: str, seed: int) -> None:
    tables, settings = spoiled(kind, spoil, seed)
    try:
        a = prepare(tables, settings=settings).model.program.arrays()
    except InputError:
        return
    found = recognise(a)
    if isinstance(found, Recognised):
        alike(a, found)


def test_lanes_between_sites_are_left_out_where_stopping_is_cheaper() -> None:
    results = [recognise(arrays("wildcard", seed)) for seed in range(6)]
    assert any(isinstance(found, Recognised) for found in results)
    for seed, found in enumerate(results):
        if isinstance(found, Recognised):
            alike(arrays("wildcard", seed), found)


# -- what the arrays hold ----------------------------------------------------------------------------------------


def test_customers_capacities_and_costs_are_those_of_the_tables() -> None:
    tables, settings = siting_case("plain", 1)
    p = recognised(prepare(tables, settings=settings).model.program.arrays()).siting
    assert p.demand.tolist() == [float(q) for q in tables["supply"]["amount"]]
    assert p.fixed.tolist() == tables["sites"]["running_cost"]
    assert [s for s in p.capacity.tolist() if np.isfinite(s)] == [
        float(s) for s in tables["sites"]["capacity"] if s < p.total
    ]
    # to a site by its lane, its own rate, and on to the cheaper of two recyclers
    lanes = {(o, d): f for o, d, f in zip(*(tables["lanes"][c] for c in ("origin", "dest", "fee")), strict=True)}
    price = dict(zip(tables["demand"]["place"], tables["demand"]["price"], strict=True))
    rate = dict(zip(tables["sites"]["place"], tables["sites"]["unit_cost"], strict=True))
    for i in range(6):
        for j in range(4):
            behind = min(lanes[f"p{j}", end] - price[end] for end in ("mill", "works"))
            known = lanes.get((f"r{i}", f"p{j}"), np.inf) + rate[f"p{j}"] + behind
            assert p.unit_cost[j, i] == pytest.approx(known)


def test_what_may_be_left_goes_to_a_site_that_is_always_open() -> None:
    found = recognised(arrays("optional", 0))
    assert found.column_of[-1] == -1 and found.siting.state[-1] == OPEN and found.siting.fixed[-1] == 0
    assert np.isinf(found.siting.capacity[-1]) and np.isfinite(found.siting.unit_cost[-1]).all()


def test_sites_that_stand_closing_and_opening_costs() -> None:
    found = recognised(arrays("status", 0)).siting
    assert found.state.tolist() == [FREE, OPEN, CLOSED, FREE]
    a = arrays("status", 0)
    alike(a, recognised(a))


def test_a_count_is_a_row() -> None:
    found = recognised(arrays("count", 2)).siting
    rows = sorted((row.tolist(), most) for row, most in zip(found.rows, found.upper, strict=True))
    assert ([1.0, 1.0, 1.0, 1.0], 3.0) in rows and ([-1.0, -1.0, -1.0, -1.0], -2.0) in rows


def test_sizes_share_a_place_and_have_unit_costs_of_their_own() -> None:
    found = recognised(arrays("sizes", 0)).siting
    places, count = np.unique(found.place, return_counts=True)
    assert len(places) == 4 and (count == 2).all()
    small = found.unit_cost[found.place == places[0]]
    apart = small[0] - small[1]
    assert apart[np.isfinite(apart)].std() == pytest.approx(0, abs=1e-9) and abs(apart[0]) > 1e-6


def test_single_sourcing_is_told() -> None:
    assert recognised(arrays("single", 0)).siting.single and not recognised(arrays("plain", 0)).siting.single


def test_half_the_length_and_twice_the_amounts_are_one_period() -> None:
    found = recognised(arrays("periods_alike", 0)).siting
    assert found.m == 6  # not 12
    assert recognise(arrays("periods_alike", 0, "supply.amount[place=r0,period=wet] += 1")) == (
        "periods differ, and share their sites"
    )


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("plain", "lanes.most[origin=r0,dest=p0] = 1", "the most of a lane may bind"),
        ("plain", "lanes.least[origin=r0,dest=p0] = 1", "a lane to a site has a least"),
        ("plain", "demand.most[place=mill] = 20", "a bound on amounts behind the sites may bind"),
        ("plain", "demand.least[place=mill] = 1", "some amounts must leave and others must arrive"),
        ("chain", "processes.most[place=p0] = 1", "a bound on amounts behind the sites may bind"),
        ("single", "lanes.single[origin=r0] = no", "some amounts go to one site each, others to several"),
    ],
)
def test_the_reason_is_told(kind: str, change: str, reason: str) -> None:
    tables, settings = siting_case(kind, 0)
    for table in ("lanes", "demand", "processes"):
        for column in ("least", "most"):
            if table in tables and (table, column) != ("processes", "least"):
                tables[table].setdefault(column, [""] * len(next(iter(tables[table].values()))))
    assert recognise(prepare(tables, set=[change], settings=settings).model.program.arrays()) == reason


@pytest.mark.parametrize(
    ("case", "expected"),
    [("plastik-jabodetabek", "it has no sites"), ("first-hour", "some amounts must leave and others must arrive")],
)
def test_bundled_cases_that_are_none(case: str, expected: str) -> None:
    assert recognise(prepare(case).model.program.arrays()) == expected


@pytest.mark.parametrize("scenario", [None, "dealer-20", "biaya-tetap-kurang", "satu-dealer"])
def test_the_bundled_siting_study_is_one(scenario: str | None) -> None:
    found = recognised(prepare("nmc-jawa-barat", scenario).model.program.arrays())
    assert (found.siting.n, found.siting.m, found.siting.total) == (27, 27, 23772.0)


def test_rows_that_bind_what_is_used_and_not_what_is_open() -> None:
    # a paid opening would be worth it alone, so open is more than used
    assert recognise(arrays("use", 0, "sites.running_cost[place=p1] = -5")) == "open and used sites are counted apart"


def test_costs_on_a_unit_more_or_less_are_told_apart() -> None:
    a = arrays("status", 1)
    found = recognised(a).siting
    dear = recognised(arrays("status", 1, "sites.closing_cost[place=p0] += 1")).siting
    best, other = (run_highs(compact(p), EXACT).objective for p in (found, dear))
    assert best is not None and other is not None and 0 <= other - best <= 1 + 1e-6
    assert not np.allclose(found.fixed, dear.fixed)
