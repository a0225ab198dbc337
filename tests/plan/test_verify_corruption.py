"""A correct plan that uses every table: whatever number, row or label is spoiled in it, a law is broken."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, plan, sentences

DATA = case(
    {"finance": {"one_off": "once"}},
    places="place,kind\nh1,home\nh2,home\nhub,site\nalt,site\nmkt,market",
    materials="material,unit,mass,volume\nraw,kg,,0.01\ngood,unit,2,0.05\nbad,kg,,",
    periods="period,length\nx,1\ny,2",
    modes="""mode,payload,room,full_rate,loaded_rate,empty_rate,trip_cost,full_co2,loaded_co2,empty_co2,whole_trips
        van,50,1,2,3,5,7,0.1,0.2,0.3,no
        bus,40,2,1,2,4,9,0.1,0.2,0.3,yes""",
    lanes="origin,dest,material,mode,km,fill,fee\nkind:home,kind:site,raw,van,10,0.8,1\nkind:site,mkt,good,van,20,1,0",
    tours="tour,stop,material,place,mode,km\nrun,1,,hub,,\nrun,2,raw,h1,bus,4\nrun,3,raw,h2,,6\nrun,4,raw,hub,,5",
    supply="place,material,most,price,left_cost\nkind:home,raw,100,1.5,0.5",
    demand="place,material,least,price,shortage_cost\nmkt,good,30,12,20\nkind:site,bad,,-0.5,",
    processes="process,place,cost,per,account,co2,jobs\nsort,kind:site,2,good,sorting,0.3,0.01",
    recipes="process,material,rate\nsort,raw,-4\nsort,good,1\nsort,bad,1",
    stores="place,material,room,holding,start\nkind:site,good,50,0.25,0",
    sites="place,size,capacity,opening_cost,running_cost,unit_cost,closing_cost,status\n"
    "hub,s,60,500,11,0.1,,\nhub,l,200,900,20,0.1,,\nalt,s,60,500,10,0.1,80,existing",
    limits="limit,quantity,most\nbudget,cost,6000\nair,co2,900",
)
DONE = booked(
    DATA,
    plan(
        # x: a van brings 40 raw of h1; y: the bus brings 20 of h1 and 60 of h2, the van 40 of h2
        flow="""origin,dest,material,mode,period,amount
            h1,hub,raw,van,x,40
            h2,hub,raw,van,y,40
            hub,mkt,good,van,y,35""",
        trips="""origin,dest,mode,period,trips,km
            h1,hub,van,x,1,20
            h2,hub,van,y,1,20
            hub,mkt,van,y,1.75,70""",
        tours="tour,period,trips\nrun,y,2",
        tour_loads="tour,stop,to,material,period,amount\nrun,2,4,raw,y,20\nrun,3,4,raw,y,60",
        open="place,size\nhub,l",
        collect="place,material,period,amount\nh1,raw,x,40\nh1,raw,y,20\nh2,raw,y,100",
        run="process,place,period,amount\nsort,hub,x,10\nsort,hub,y,30",
        stock="place,material,period,amount\nhub,good,x,10\nhub,good,y,5",
        deliver="place,material,period,amount\nmkt,good,y,35\nhub,bad,x,10\nhub,bad,y,30",
        shortage="place,material,period,amount\nmkt,good,x,30",
    ),
)
VERDICT = judge(DATA, DONE)
DOCUMENT: dict[str, Any] = {
    "cost": VERDICT.cost,
    "objective": VERDICT.objective,
    "ledger": dict(VERDICT.ledger),
    "measures": dict(VERDICT.measures),
    "open": [{"place": "hub", "size": "l"}],
    "used": ["hub"],
    "totals": {
        "collect": {"raw": 160.0},
        "deliver": {"good": 35.0, "bad": 40.0},
        "trips": {"van": 3.75, "bus": 2.0},
    },
}


def test_the_plan_is_right() -> None:
    found = judge(DATA, DONE, DOCUMENT)
    assert found.ok, sentences(found)
    assert found.ledger == pytest.approx(
        {
            # vans: 10 km × 2/kg × 80, 20 km × 2 × 35, and 8 per km of trip;
            # bus: empty 4 km × 4 × 2; 20 kg × 6 km + 2 × 6 × 2, not less than 2 × 6 × 4; 80 × 5 + 2 × 5 × 2
            "transport": 1600 + 1400 + 8 * (10 + 10 + 35) + 32 + 144 + 420,
            "fee": 80,
            "trip": 7 * 3.75 + 9 * 2,
            "purchase": 240,
            "left": 0.5 * (60 + 80 + 100),
            "sorting": 80,
            "revenue": 20 - 12 * 35,
            "shortage": 600,
            "holding": 0.25 * (10 + 5 * 2),
            "opening": 900,
            "closing": 80,
            "running": 20 * 3,
            "unit": 16,
        }
    )
    assert found.measures == pytest.approx(
        {
            "km": 20 + 20 + 70 + 2 * 15,
            "tkm": (80 * 10 + 35 * 2 * 20 + 20 * 11 + 60 * 5) / 1000,
            "co2": 0.1 * (800 + 700) + 0.5 * 55 + 0.3 * 8 + 0.1 * 120 + 0.2 * 12 + 0.1 * 400 + 0.2 * 10 + 0.3 * 40,
            "jobs": 0.4,
        }
    )


def rows_of(table: str, every: bool) -> list[int]:
    """Rows of a table to spoil; of the ledger the first of each account, unless every one is asked for."""
    if table != "ledger" or every:
        return list(range(len(next(iter(DONE[table].values())))))
    accounts = DONE[table]["account"]
    return [accounts.index(account) for account in dict.fromkeys(accounts)]


def spoiled(table: str, every: bool) -> list[tuple[str, str, int, str]]:
    """(table, column, row, how) of the numbers and labels of a table of the plan; of the ledger, a label of each row."""
    out, brief = [], table == "ledger" and not every
    for nth, (column, cells) in enumerate(DONE[table].items()):
        for row in rows_of(table, every):
            cell = cells[row]
            if brief and isinstance(cell, str) and (nth + row) % 4:
                continue
            if isinstance(cell, float) and cell:
                ways = ("more",) if brief else ("more", "zero") if table == "ledger" else ("more", "less", "flip", "zero", "nan", "inf")
                out += [(table, column, row, how) for how in ways]
            elif isinstance(cell, str) and cell and column != "unit":
                out += [(table, column, row, "other")]
    return out


def _spoil(done: Plan, table: str, column: str, row: int, how: str) -> None:
    cells = done[table][column]
    if how == "other":
        cells[row] = "nobody"
        return
    x = float(cells[row])
    cells[row] = {"more": x * 1.001, "less": x * 0.999, "flip": -x, "zero": 0.0, "nan": math.nan, "inf": math.inf}[how]


#: Every table, and the ledger, which is the longest, row by row only with the slow tests.
TABLES = [(table, False) for table in DONE] + [pytest.param("ledger", True, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("table", "every"), TABLES)
def test_every_number_counts(table: str, every: bool) -> None:
    for place in spoiled(table, every):
        done = copy.deepcopy(DONE)
        _spoil(done, *place)
        assert not judge(DATA, done).ok, place


@pytest.mark.parametrize(("table", "every"), TABLES)
def test_every_row_counts(table: str, every: bool) -> None:
    for row in rows_of(table, every):
        for times in (0, 2):
            done = copy.deepcopy(DONE)
            for cells in done[table].values():
                cells[row : row + 1] = [cells[row]] * times
            assert not judge(DATA, done).ok, (table, row, times)
    without = {k: v for k, v in DONE.items() if k != table}
    assert not judge(DATA, without).ok


@pytest.mark.parametrize("table", list(DONE))
def test_every_column_counts(table: str) -> None:
    for column in DONE[table]:
        done = copy.deepcopy(DONE)
        del done[table][column]
        assert judge(DATA, done).ok == (column == "unit"), column


def leaves(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to all numbers of a document."""
    if isinstance(part, dict):
        return [p for k, v in part.items() for p in leaves(v, (*path, k))]
    return [path] if isinstance(part, float) and part else []


@pytest.mark.parametrize("path", leaves(DOCUMENT), ids=".".join)
def test_every_figure_of_the_document_counts(path: tuple[str, ...]) -> None:
    for change in (lambda x: x * 1.001, lambda x: -x, lambda x: "much", lambda x: math.inf):
        document = copy.deepcopy(DOCUMENT)
        part = document
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = change(part[path[-1]])
        found = judge(DATA, DONE, document)
        assert {b.law for b in found.broken} == {"document"}, path
        del part[path[-1]]
        assert judge(DATA, DONE, document).ok == (path[0] == "measures" or len(path) == 1)


def test_document_says_what_is_open_and_used() -> None:
    for change in (
        {"open": []},
        {"open": [{"place": "hub", "size": "s"}]},
        {"open": DOCUMENT["open"] * 2},
        {"used": []},
        {"used": ["hub", "alt"]},
        {"used": ["hub", "hub"]},
        {"cost": None},
        {"totals": DOCUMENT["totals"] | {"collect": {"raw": 160.0, "bad": 1.0}}},
        {"ledger": DOCUMENT["ledger"] | {"gifts": 3.0}},
    ):
        assert not judge(DATA, DONE, DOCUMENT | change).ok, change
    assert judge(DATA, DONE, {}).ok
    assert judge(DATA, DONE, {"measures": {"km": None}}).ok  # claims nothing


def test_broken_plans_say_where() -> None:
    done = copy.deepcopy(DONE)
    done["flow"]["origin"][1] = "hubs"
    done["open"]["place"].append("hub")
    done["open"]["size"].append("l")
    done["flows"] = {}
    text = sentences(judge(DATA, done))
    assert "flow row 2: 'hubs' is not a place of the case. Did you mean" in text
    assert "open row 2 and open row 1 have one key: place=hub, size=l." in text
    assert "'flows' is not a table of a plan. Did you mean 'flow'?" in text


CELLS = st.one_of(
    st.floats(), st.integers(-3, 9), st.none(), st.sampled_from(["", "x", "hub", "raw", "van", "run", "l", "12"])
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_no_plan_makes_the_judge_stumble(draw: st.DataObject) -> None:
    """Rubbish is a broken law, never an exception."""
    done = copy.deepcopy(DONE)
    for _ in range(draw.draw(st.integers(1, 6))):
        table = draw.draw(st.sampled_from(sorted(done)))
        column = draw.draw(st.sampled_from(sorted(done[table])))
        cells = done[table][column]
        at = draw.draw(st.integers(0, len(cells) - 1))
        cells[at] = draw.draw(CELLS)
        if draw.draw(st.booleans()) and len(cells) > 1:
            cells.pop()
    found = judge(DATA, done, DOCUMENT)
    assert found.laws >= len(found.broken)
    assert all(b.sentence and b.where for b in found.broken)
