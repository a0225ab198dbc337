"""Sites over time beside other words, and rows that say what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

import balik
from model.making import amounts, prepared, solve, stated, tables
from model.small import NPV, PHASES, SITES

ONCE: dict[str, Any] = {"finance": {"one_off": "once"}}
TWO = {
    "periods": "period\nx\ny",
    "places": "place people\nhome 100\na .\nb .",
    "lanes": "origin dest material fee\nhome a tin 1\nhome b tin 5",
    "supply": "place material period amount\nhome tin x 10\nhome tin y 20",
    "demand": "place material\na tin\nb tin",
    "sites": "place capacity opening_cost running_cost\na 12 5 1\nb 30 5 1",
    "phases": "place\n*",
}


#: Warnings that are about something else.
_OTHERS = ("W201", "W205", "W209", "W210", "W328")


def codes(texts: dict[str, str], settings: dict[str, Any] | None = None) -> list[str]:
    """Codes of the problems of a case, in order, once each."""
    found = balik.check(tables(texts), settings={"title": "test"} | (settings or ONCE))
    return list(dict.fromkeys(p.code for p in found if p.code not in _OTHERS))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phases": "place\nhome"}, "E580"),
        ({"phases": "place size\na big"}, "E580"),
        ({"modules": "place module capacity\nhome m 1"}, "E580"),
        ({"sites": "place status capacity\na open 12\nb open 30", "phases": "place period may_open\na x no"}, "E581"),
        ({"charges": "charge of rate\nlevy opening 0.1"}, "E584"),
        ({"groups": "column label group\nperiod x g", "limits": "limit quantity period most\nl open group:g 1"}, "E585"),
        ({"phases": "place\na", "modules": "place module period capacity\nb m x 1\nb m y 2"}, "E587"),
        ({"modules": "place module period capacity\na m x 1"}, "E588"),
        ({"modules": "place module period capacity\na m x 1\na m y 2"}, "E588"),
        ({"modules": "place module period capacity most\na m x 1 3\na m y 1 4"}, "E588"),
        ({"modules": "place module period capacity whole\na m x 1 yes\na m y 1 no"}, "E588"),
        ({"sites": "place status capacity\na closed 12\nb . 30", "phases": "place\na\nb"}, "W580"),
        ({"sites": "place\na\nb", "modules": "place module capacity most\na m 1 3"}, "W581"),
        ({"modules": "place module capacity cost\na m 1 -3"}, "E590"),
        ({"modules": "place module capacity cost\na m 1 3", "limits": "limit quantity least\nl expansion 9"}, "E590"),
        ({"phases": "place least capacity\na 5 3"}, "E142"),
        ({"phases": "place least\na 15"}, "E142"),
        ({"phases": "place least capacity\na 5 3", "modules": "place module capacity\n* m 0"}, "E122"),
    ],
)  # fmt: skip
def test_wrong_rows_are_refused(changes: dict[str, str], code: str) -> None:
    assert code in codes(TWO | changes)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"one_off": "annuity", "rate": 0.1, "years": 5, "periods_per_year": 1}, "E582"),
        ({"one_off": "npv", "rate": 0.1, "years": 4, "periods_per_year": 1}, "E583"),
        ({"one_off": "npv", "rate": 0.1, "years": 2, "periods_per_year": 1}, ""),
        ({}, "E350"),
    ],
)
def test_money_that_is_not_defined_is_refused(settings: dict[str, Any], code: str) -> None:
    case = TWO | {"phases": "place residual\na 5"}
    assert codes(case, {"finance": settings} if settings else {"finance": {"rate": 0.1}}) == ([code] if code else [])


def test_stock_needs_a_bound_where_a_site_may_close() -> None:
    spring = {
        "periods": "period\nx\ny",
        "processes": "process place\nwell spring",
        "recipes": "process material rate\nwell water 1",
        "lanes": "origin dest material\nspring tank water\ntank town water",
        "demand": "place material\ntown water",
        "stores": "place material\ntank water",
        "sites": "place capacity\ntank 10",
        "phases": "place\ntank",
    }
    assert codes(spring) == ["E586"]
    assert codes(spring | {"stores": "place material room\ntank water 5"}) == []


def test_a_case_without_phases_and_modules_has_nothing_of_them() -> None:
    model = stated(SITES, ONCE)
    mine = {"phases", "modules"}
    assert not [s.name for s in model.used if s.section in mine]
    assert not [name for name in model.program.variables if name in ("open_in", "opened", "closed", "ever", "modules")]


def test_the_golden_case_solves() -> None:
    plan = solve(PHASES, NPV)
    assert plan.status == "optimal"


# -- beside other words ------------------------------------------------------------------------------------------


def test_single_sourcing_needs_the_site_in_every_period_of_its_flow() -> None:
    case = TWO | {"lanes": "origin dest material fee single\nhome a tin 1 yes\nhome b tin 5 yes"}
    plan = solve(case, ONCE)
    assert plan.cost == 30 * 5 + 5 + 2  # a is too small for the second period
    assert [s["place"] for s in plan.open] == ["b"]


def test_use_and_covered_are_about_some_time() -> None:
    case = TWO | {"coverage": "place site within\nhome a 5", "distances": "origin dest km\nhome a 3"}
    seen = solve(case | {"limits": "limit quantity least\nl covered 100"}, ONCE, "sites.capacity[place=a]=0")
    assert {s["place"] for s in seen.open} == {"a", "b"}
    assert sum(seen.columns["phases"]["open"]) == 3  # a for one period, the cheapest way to have been open
    grows = case | {
        "sites": "place size capacity opening_cost\na small 12 5\na large 40 9\nb - 30 50",
        "phases": "place size period opening_cost\na * . .\na large y 2",
    }
    plan = solve(grows | {"limits": "limit quantity least\nl covered 100"}, ONCE)
    assert plan.cost == 5 + 2 + 30 and [s["size"] for s in plan.open] == ["small", "large"]
    few = solve(TWO | {"limits": "limit quantity most\nl use 1"}, ONCE)
    assert few.used == ["b"] and few.cost == 157


def test_resources_are_those_of_the_size_that_is_open_in_the_period() -> None:
    case = TWO | {
        "lanes": "origin dest material\nhome a tin",
        "demand": "place material\na tin",
        "sites": "place size capacity opening_cost running_cost\na small 50 10 0\na large 50 10 12",
        "phases": "place size\na *",
        "resources": "place size resource capacity\na small hours 15\na large hours 40",
        "uses": "material place resource rate\ntin a hours 1.5",
    }
    plan = solve(case, ONCE)
    assert plan.cost == 10 + 10 + 12
    assert plan.columns["phases"]["size"] == ["small", "small", "large"]


def test_least_holds_while_it_is_open() -> None:
    plan = solve(TWO, ONCE, "sites.least[place=b]=15")
    assert amounts(plan, "flow", "dest", "period") == {("a", "x"): 10, ("a", "y"): 5, ("b", "y"): 15}
    free = solve(TWO | {"phases": "place period least\na . .\nb y 3"}, ONCE, "sites.least[place=b]=15")
    assert amounts(free, "flow", "dest", "period") == {("a", "x"): 10, ("a", "y"): 12, ("b", "y"): 8}


def test_todays_flows_keep_what_exists_open() -> None:
    case = TWO | {
        "sites": "place status capacity opening_cost closing_cost running_cost\na existing 30 5 0 1\nb . 30 5 0 1",
        "baseline": "origin dest material period amount\nhome b tin x 10\nhome b tin y 20",
    }
    plan = solve(case, ONCE | {"solve": {"fix": "baseline"}})
    found = plan.columns["phases"]
    assert [p for p, o in zip(found["place"], found["open"], strict=True) if o] == ["a", "a", "b", "b"]
    assert plan.cost == 150 + 5 + 4  # a is there already


def test_explain_says_which_phases_stand_in_the_way() -> None:
    case = TWO | {"phases": "place period may_open\n* x no\n* y yes"}
    study = balik.explain(tables(case), settings={"title": "test"} | ONCE)
    mended = [row for row in study.rows if row["mends"]]
    assert "phases.may_open[place=*,period=x] = default" in [row["change"] for row in mended]
    assert any("when sites may open" in finding for finding in study.findings)


def test_a_column_of_phases_can_be_swept_by_set() -> None:
    assert solve(TWO, ONCE, "phases.opening_cost = 50").accounts == {
        "fee": 12 + 10 + 8 * 5,
        "opening": 100,
        "running": 3,
    }
    assert prepared(TWO, ONCE, ("phases.capacity = 1/2",)).network.phases.capacity.tolist() == [0.5] * 4
