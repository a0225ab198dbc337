"""Prices of linear programs against the plans that the changed bounds give, inside the range that they state."""

from __future__ import annotations

import math
from typing import Any

import pytest

from balik.plan.plan import Plan
from model.making import solve

MILL = {
    "lanes": """
        origin dest material fee most
        a      mill tin      2   60
        b      mill tin      5   .
        mill   shop grit     1   .""",
    "supply": """
        place material least most price
        a     tin      0     80   1
        b     tin      4     50   0""",
    "processes": """
        process place cost most
        crush   mill  3    90""",
    "recipes": """
        process material rate
        crush   tin      -1
        crush   grit     0.5""",
    "demand": """
        place material least most price shortage_cost
        shop  grit     34    .    0     .""",
}
PAYS = MILL | {
    "demand": """
        place material least most price shortage_cost
        shop  grit     0     40   50    .""",
}
SHORT = MILL | {
    "demand": """
        place material least most price shortage_cost
        shop  grit     34    .    0     11""",
}
BUDGET = PAYS | {
    "limits": """
        limit  quantity coef place material most
        budget fee      1    .     .        250
        spared left     1    a     tin      40"""
}
KEEP = {
    "periods": "period\n1\n2",
    "supply": "place material period amount\nyard tin 1 10\nyard tin 2 3",
    "stores": "place material period room holding end\nyard tin 1 4 2 .\nyard tin 2 9 2 0",
    "demand": "place material period least most price\nyard tin 1 0 . 1\nyard tin 2 0 20 7",
}


def lines(plan: Plan) -> list[dict[str, Any]]:
    """The price lines of a plan."""
    found = plan.columns["prices"]
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def changed(line: dict[str, Any], value: float) -> list[str]:
    """The change of the tables that gives a bound another value."""
    name = line["statement"]
    if name in ("flow", "collect", "deliver", "run", "stock"):
        table, keys = {
            "flow": ("lanes", ("origin", "dest", "material")),
            "collect": ("supply", ("place", "material")),
            "deliver": ("demand", ("place", "material")),
            "run": ("processes", ("process", "place")),
            "stock": ("stores", ("place", "material", "period")),
        }[name]
        where = ",".join(f"{k}={line[k]}" for k in keys)
        column = line["column"]
        return [f"{table}.{column}[{where}]={value!r}"]
    if name == "limits":
        return [f"limits.most[limit={line['limit']}]={value!r}"]
    return [f"demand.least[place={line['place']},material={line['material']}]={value!r}"]  # meeting


def column(line: dict[str, Any], plan: Plan) -> str:
    """Which column of the user's row holds the bound that has the price."""
    if line["statement"] == "collect" and line["bound"] == 4:
        return "least"
    if line["statement"] == "deliver":
        return "most" if plan.objective < 0 else "least"  # type: ignore[operator]
    return "room" if line["statement"] == "stock" else "most"


@pytest.mark.parametrize(
    ("case", "sets", "expected"),
    [
        (MILL, (), {"flow", "deliver"}),
        (MILL, ("lanes.most=default",), {"collect", "deliver"}),
        (MILL, ("demand.least=9",), {"collect", "deliver"}),
        (PAYS, (), {"deliver", "flow"}),
        (PAYS, ("demand.most=default",), {"flow", "run"}),
        (PAYS, ("demand.most=default", "processes.most=default"), {"flow", "collect"}),
        (PAYS, ("demand.price=0",), {"collect"}),
        (SHORT, (), {"collect", "meeting"}),
        (SHORT, ("demand.shortage_cost=15",), {"collect", "flow", "meeting"}),
        (BUDGET, (), {"limits", "flow"}),
        (BUDGET, ("demand.price=0", "limits.most[limit=spared]=20"), {"collect", "limits"}),
    ],
)
def test_a_price_is_what_one_more_unit_of_the_bound_changes(
    case: dict[str, str], sets: tuple[str, ...], expected: set[str]
) -> None:
    plan = solve(case, None, *sets)
    found = [line for line in lines(plan) if line["statement"] != "balance"]
    assert {line["statement"] for line in found} == expected
    for line in found:
        low, high = line["from"], line["to"]
        low = max(0.0, line["bound"] - 9 if low is None else low)
        high = line["bound"] + 9 if high is None else high
        assert low <= line["bound"] + 1e-9 and high >= line["bound"] - 1e-9
        assert high > low + 1e-6, f"a range of one point says nothing here: {line}"
        for share in (0.0, 0.3, 0.8, 1.0):
            value = low + share * (high - low)
            there = solve(case, None, *sets, *changed(line | {"column": column(line, plan)}, value))
            assert there.objective is not None and plan.objective is not None
            predicted = plan.objective + line["price"] * (value - line["bound"])
            assert there.objective == pytest.approx(predicted, abs=1e-6), (line, value)


def test_a_price_changes_beyond_its_range() -> None:
    plan = solve(MILL)
    line = next(x for x in lines(plan) if x["statement"] == "deliver")
    assert line["to"] is not None and not math.isinf(line["to"])
    beyond = solve(MILL, None, f"demand.least={line['to'] + 2}")
    assert (
        beyond.status == "infeasible"
        or beyond.objective
        > plan.objective
        + line["price"]
        * (  # type: ignore[operator]
            line["to"] + 2 - line["bound"]
        )
        + 1e-6
    )


def test_the_price_of_a_balance_is_that_of_taking_one_more_there() -> None:
    plan = solve(MILL)
    line = next(
        x for x in lines(plan) if x["statement"] == "balance" and x["place"] == "mill" and x["material"] == "tin"
    )
    more = MILL | {"demand": MILL["demand"] + "\n        mill tin 1 1 0 ."}
    assert line["to"] is None or line["to"] >= 1
    assert solve(more).objective == pytest.approx(plan.objective + line["price"])  # type: ignore[operator]


def test_room_for_stock_has_a_price_over_time() -> None:
    """A tin that waits earns 7 − 2 instead of 1: 4 are let in, and one more is worth 4."""
    plan = solve(KEEP)
    assert plan.objective == pytest.approx(-(6 * 1 + 7 * 7 - 4 * 2))
    line = next(x for x in lines(plan) if x["statement"] == "stock" and x["period"] == "1")
    assert (line["bound"], line["price"]) == pytest.approx((4.0, -4.0))
    more = solve(KEEP, None, "stores.room[period=1]=5")
    assert more.objective == pytest.approx(plan.objective - 4.0)  # type: ignore[operator]


def test_the_price_of_a_limit_is_told_in_the_users_bound() -> None:
    """What is left of 80 + 50 may be 100: the bound is 100, not the 30 that must then be collected."""
    left = PAYS | {"limits": "limit quantity most\nspare left 100"}
    plan = solve(left, None, "demand.price=0")
    line = next(x for x in lines(plan) if x["statement"] == "limits")
    assert line["bound"] == pytest.approx(100.0) and line["price"] < 0
    assert line["from"] <= 100 <= line["to"]
    less = solve(left, None, "demand.price=0", "limits.most=99")
    assert less.objective == pytest.approx(plan.objective - line["price"])  # type: ignore[operator]


def test_whole_programs_have_no_prices() -> None:
    plan = solve(MILL | {"sites": "place running_cost\nmill 5"})
    assert plan.status == "optimal" and "prices" not in plan.columns
