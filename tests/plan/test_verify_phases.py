"""Sites over time and modules as the verifier reads them: a right plan, and every state, event and number of it spoiled."""

from __future__ import annotations

import copy

import pytest

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, laws, plan, sentences

NPV = {"finance": {"one_off": "npv", "rate": 0.25, "periods_per_year": 1}}
DATA = case(
    NPV,
    places="place\nhome\nold\nnew\nyard",
    materials="material\ntin",
    periods="period,length\nx,1\ny,2\nz,1",
    lanes="origin,dest,material\nhome,old,tin\nhome,new,tin\nhome,yard,tin",
    supply="place,material,most\nhome,tin,100",
    demand="place,material\nold,tin\nnew,tin\nyard,tin",
    sites="place,size,capacity,least,opening_cost,closing_cost,running_cost,status\n"
    "old,-,30,,500,10,4,existing\nnew,small,20,2,100,20,5,\nnew,large,50,,300,30,9,\nyard,-,10,,40,0,1,open",
    phases="place,size,period,opening_cost,running_cost,capacity,may_open,may_close,residual\n"
    "old,-,*,,,,no,,0\nnew,*,*,,,,,,0\nnew,small,y,80,6,25,yes,no,\nnew,large,z,200,,,,,128",
    stores="place,material\nnew,tin",
    modules="place,size,module,period,capacity,cost,running_cost,most,whole\n"
    "new,small,rack,,5,12,1,3,yes\nnew,large,rack,x,4,9,0,2,yes\nnew,large,rack,y,4,8,0,2,yes\nnew,large,rack,z,4,7,0,2,yes\n"
    "yard,-,tent,,0.5,2,0.5,,no",
)
DONE = booked(
    DATA,
    plan(
        flow="origin,dest,material,mode,period,amount\n"
        "home,old,tin,,x,28\nhome,yard,tin,,x,12\nhome,new,tin,,y,60\nhome,new,tin,,z,58\nhome,yard,tin,,z,3",
        open="place,size\nold,-\nnew,small\nnew,large\nyard,-",
        phases="place,size,period,open,opened,closed\n"
        "old,-,x,1,0,0\nold,-,y,0,0,1\nnew,small,y,1,1,0\nnew,small,z,0,0,1\nnew,large,z,1,1,0",
        modules="place,size,module,period,number\nnew,small,rack,y,1\nnew,large,rack,z,2\n"
        "yard,-,tent,x,4.5\nyard,-,tent,y,4.5\nyard,-,tent,z,4.5",
        collect="place,material,period,amount\nhome,tin,x,40\nhome,tin,y,60\nhome,tin,z,61",
        deliver="place,material,period,amount\nold,tin,x,28\nyard,tin,x,12\nnew,tin,y,60\nnew,tin,z,58\nyard,tin,z,3",
    ),
)


def test_the_plan_is_right() -> None:
    """Money by hand: a period that begins after one year counts 0.8, after three 0.512; the end 0.4096."""
    found = judge(DATA, DONE)
    assert found.ok, sentences(found)
    assert found.ledger == pytest.approx({
        "opening": 40 + 80 * 0.8 + 200 * 0.512,
        "closing": 10 * 0.8 + 20 * 0.512,
        "residual": -128 * 0.4096,
        "expansion": 2 * 4.5 + 12 * 0.8 + 2 * 7 * 0.512,
        "running": 0.8 * (4 + 1 + 0.5 * 4.5) + 0.512 * 2 * (6 + 1 + 1 + 0.5 * 4.5) + 0.4096 * (9 + 1 + 0.5 * 4.5),
    })  # fmt: skip


def spoiled() -> list[tuple[str, str, int, str]]:
    """(table, column, row, how) of every figure and label of the states, the modules and the table open."""
    out = []
    for table in ("phases", "modules", "open"):
        for column, cells in DONE[table].items():
            for row, cell in enumerate(cells):
                ways = ("other", "half", "nan") if isinstance(cell, float) else ("label",)
                out += [(table, column, row, how) for how in ways]
        out += [(table, "", row, "gone") for row in range(len(next(iter(DONE[table].values()))))]
    return out


OTHER = {"place": "home", "size": "-", "module": "rack", "period": "x"}


def spoil(done: Plan, table: str, column: str, row: int, how: str) -> None:
    """Change one cell, or take a row out."""
    if how == "gone":
        for cells in done[table].values():
            del cells[row]
        return
    was = done[table][column][row]
    swapped = {"label": {"-": "small", "rack": "tent", "x": "y"}.get(was, OTHER[column]) if how == "label" else ""}
    done[table][column][row] = swapped.get(how) or {"other": 1.0 - was if was in (0.0, 1.0) else 0.0, "half": was + 0.5,
                                                     "nan": float("nan")}[how]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "row", "how"), spoiled())
def test_whatever_is_spoiled_breaks_a_law(table: str, column: str, row: int, how: str) -> None:
    done = copy.deepcopy(DONE)
    spoil(done, table, column, row, how)
    assert not judge(DATA, booked(DATA, done)).ok


@pytest.mark.parametrize("account", ["opening", "closing", "residual", "expansion", "running"])
def test_every_line_of_money_is_checked(account: str) -> None:
    for row in (i for i, name in enumerate(DONE["ledger"]["account"]) if name == account):
        done = copy.deepcopy(DONE)
        done["ledger"]["cost"][row] *= 1.01
        assert not judge(DATA, done).ok


def changed(**tables: str) -> Plan:
    """The plan with other tables, booked anew."""
    return booked(DATA, DONE | plan(**tables))


@pytest.mark.parametrize(
    ("law", "tables"),
    [
        ("may open", {"phases": "place,size,period,open,opened,closed\nold,-,x,0,0,1\nold,-,y,1,1,0\nold,-,z,0,0,1\n"
                                "new,small,y,1,1,0\nnew,small,z,0,0,1\nnew,large,z,1,1,0"}),
        ("may close", {"phases": "place,size,period,open,opened,closed\nold,-,x,1,0,0\nold,-,y,0,0,1\nnew,small,x,1,1,0\n"
                                 "new,small,y,0,0,1\nnew,large,z,1,1,0"}),
        ("one size", {"phases": "place,size,period,open,opened,closed\nold,-,x,1,0,0\nold,-,y,0,0,1\nnew,small,y,1,1,0\n"
                                "new,small,z,1,0,0\nnew,large,z,1,1,0"}),
        ("closed", {"stock": "place,material,period,amount\nnew,tin,x,1"}),
        ("site least", {"flow": "origin,dest,material,mode,period,amount\nhome,new,tin,,y,3"}),
        ("site capacity", {"flow": "origin,dest,material,mode,period,amount\nhome,new,tin,,y,60.1"}),
        ("modules most", {"modules": "place,size,module,period,number\nnew,small,rack,y,4"}),
        ("whole modules", {"modules": "place,size,module,period,number\nnew,small,rack,y,1.5"}),
        ("modules when open", {"modules": "place,size,module,period,number\nnew,small,rack,y,1\nnew,small,rack,z,1"}),
        ("modules kept", {"modules": "place,size,module,period,number\nyard,-,tent,x,4.5\nyard,-,tent,y,4"}),
        ("modules bought once", {"modules": "place,size,module,period,number\nyard,-,tent,x,4\nyard,-,tent,y,5\nyard,-,tent,z,5"}),
    ],
)  # fmt: skip
def test_each_law_by_itself(law: str, tables: dict[str, str]) -> None:
    assert law in laws(judge(DATA, changed(**tables)))
