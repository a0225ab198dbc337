"""Fleets as the verifier reads them: a right plan, and every figure, row or label of its fleets spoiled."""

from __future__ import annotations

import copy

import pytest

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, laws, plan, sentences

DATA = case(
    places="place\ndepot\np\nq\nfar",
    materials="material\ntin",
    periods="period,length\nx,1\ny,2",
    modes="mode,payload\nvan,10",
    lanes="origin,dest,material,mode,km\ndepot,p,tin,van,20\np,depot,tin,van,20\np,q,tin,van,10",
    tours="tour,stop,place,material,mode,km\nring,1,depot,,van,\nring,2,q,tin,van,30\nring,3,depot,tin,,30",
    supply="place,material,most\n*,tin,100",
    demand="place,material\n*,tin",
    fleets="mode,base,period,hours,speed,handling,fixed_cost,available,drivers,serves\n"
    "van,depot,,4,40,0.5,100,5,1.5,\nvan,p,,3,50,,70,,,\nvan,far,y,6,,1,90,,,all",
)
DONE = booked(
    DATA,
    plan(
        flow="origin,dest,material,mode,period,amount\n"
        "depot,p,tin,van,x,40\np,depot,tin,van,x,25\np,q,tin,van,x,30\ndepot,p,tin,van,y,60",
        trips="origin,dest,mode,period,trips,km\n"
        "depot,p,van,x,4,160\np,depot,van,x,2.5,100\np,q,van,x,3,60\ndepot,p,van,y,6,240",
        tours="tour,period,trips\nring,x,2\nring,y,1",
        tour_loads="tour,stop,to,material,period,amount\nring,2,3,tin,x,20\nring,2,3,tin,y,10",
        # x: depot 3 × 1.5 + 2.5 × 1.5 + 2 × 2 = 12.25 of 4; p 1 × 0.8 + 3 × 0.4 = 2 of 3
        # y: depot 4 × 1.5 + 1 × 2 = 8 of 8; p 1.5 × 0.8 of 6; far 0.5 × 1 of 12
        fleets="mode,base,period,trips,hours,vehicles,drivers\n"
        "van,depot,x,7.5,12.25,4,6\nvan,p,x,4,2,1,1\nvan,depot,y,5,8,1,1.5\nvan,p,y,1.5,1.2,1,1\nvan,far,y,0.5,0.5,1,1",
        fleet_trips="mode,base,origin,dest,tour,period,trips\n"
        "van,depot,depot,p,,x,3\nvan,p,depot,p,,x,1\nvan,depot,p,depot,,x,2.5\nvan,depot,,,ring,x,2\nvan,p,p,q,,x,3\n"
        "van,depot,depot,p,,y,4\nvan,p,depot,p,,y,1.5\nvan,far,depot,p,,y,0.5\nvan,depot,,,ring,y,1",
        collect="place,material,period,amount\ndepot,tin,x,40\np,tin,x,55\nq,tin,x,20\ndepot,tin,y,60\nq,tin,y,10",
        deliver="place,material,period,amount\np,tin,x,40\ndepot,tin,x,45\nq,tin,x,30\np,tin,y,60\ndepot,tin,y,10",
    ),
)


def test_the_plan_is_right() -> None:
    found = judge(DATA, DONE)
    assert found.ok, sentences(found)
    assert found.ledger == pytest.approx({"fleet": 100 * 4 + 70 + 2 * (100 + 70 + 90)})


def spoiled() -> list[tuple[str, str, int, str]]:
    """(table, column, row, how) of every figure and label of the fleets."""
    out = []
    for table in ("fleets", "fleet_trips"):
        for column, cells in DONE[table].items():
            for row, cell in enumerate(cells):
                ways = (
                    ("more", "less", "zero", "nan") if isinstance(cell, float) else ("other",) if cell else ("filled",)
                )
                out += [(table, column, row, how) for how in ways]
    return out


OTHER = {"mode": "", "base": "q", "period": "y", "origin": "q", "dest": "far", "tour": ""}


def spoil(done: Plan, table: str, column: str, row: int, how: str) -> None:
    cells, was = done[table][column], done[table][column][row]
    if how in ("other", "filled"):
        cells[row] = {"y": "x"}.get(was, OTHER[column]) if how == "other" else {"tour": "ring"}.get(column, "p")
    else:
        cells[row] = {"more": 1.001 * was + 0.01, "less": 0.999 * was - 0.01, "zero": 0.0, "nan": float("nan")}[how]


@pytest.mark.parametrize(("table", "column", "row", "how"), spoiled())
def test_whatever_is_spoiled_breaks_a_law(table: str, column: str, row: int, how: str) -> None:
    done = copy.deepcopy(DONE)
    spoil(done, table, column, row, how)
    assert not judge(DATA, booked(DATA, done)).ok


@pytest.mark.parametrize("table", ["fleets", "fleet_trips"])
def test_no_row_may_be_lost(table: str) -> None:
    for row in range(len(DONE[table]["mode"])):
        done = copy.deepcopy(DONE)
        for cells in done[table].values():
            del cells[row]
        assert not judge(DATA, booked(DATA, done)).ok, row


def change(fleet: int, **figures: float) -> list[str]:
    done = copy.deepcopy(DONE)
    for column, value in figures.items():
        done["fleets"][column][fleet] = value
    return laws(judge(DATA, booked(DATA, done)))


def test_each_law_has_its_name() -> None:
    assert change(0, vehicles=5.0, drivers=7.5) == ["fleet vehicles"]
    assert change(0, vehicles=3.0, drivers=4.5) == ["fleet vehicles"]
    assert change(2, vehicles=2.0, drivers=3.0) == ["fleet vehicles"]  # 8 hours of 8: no second one
    assert change(1, vehicles=1.5, drivers=1.5) == ["fleet vehicles"]
    assert change(0, vehicles=6.0, drivers=9.0) == ["fleet available", "fleet vehicles"]
    assert change(0, drivers=4.0) == change(0, hours=12.0) == change(0, trips=7.0) == ["fleets"]


def test_a_fleet_makes_only_trips_that_touch_its_base() -> None:
    done = copy.deepcopy(DONE)
    done["fleet_trips"]["base"][4] = "depot"  # from p to q
    found = judge(DATA, booked(DATA, done))
    assert "neither begins nor ends at depot" in sentences(found)


def test_trips_without_fleets_claim_none() -> None:
    bare = case(
        places="place\na\nb", materials="material\ntin", modes="mode,payload\nvan,10",
        lanes="origin,dest,material,mode\na,b,tin,van", supply="place,material,amount\na,tin,10", demand="place\nb",
    )  # fmt: skip
    done = plan(
        flow="origin,dest,material,mode,period,amount\na,b,tin,van,1,10", trips="origin,dest,mode,period,trips,km\na,b,van,1,1,",
        collect="place,material,period,amount\na,tin,1,10", deliver="place,material,period,amount\nb,tin,1,10",
        fleet_trips="mode,base,origin,dest,tour,period,trips\nvan,a,a,b,,1,1",
    )  # fmt: skip
    assert laws(judge(bare, booked(bare, done))) == ["fleet trips"]
