"""Set-ups, lots, batches and reserves judged against plans made by hand."""

from __future__ import annotations

import pytest

from balik.plan.verify import judge
from plan.verifying import case, laws, plan, sentences, verdict

AT = "place,material,period,amount\n"
RUN = "process,place,period,amount\n"
TABLES = {
    "places": "place\np",
    "materials": "material\nm\nr",
    "periods": "period,length,repeats\nx,1,1\ny,2,3",
    "supply": "place,material\np,m",
    "demand": "place,material\np,r",
    "processes": "process,place,per,setup,setup_cost,lot,batch\nsort,p,r,,50,9,\nwash,p,,line,20,,\npress,p,,line,,,2.5",
    "recipes": "process,material,rate\nsort,m,-1\nsort,r,0.9\nwash,m,-1\nwash,r,1\npress,m,-1\npress,r,1",
}


def ran(**amounts: float) -> dict[str, str]:
    """Tables of a plan in period y in which processes do so much."""
    used = sum(amounts.values())
    made = used - 0.1 * amounts.get("sort", 0.0)
    return {
        "run": RUN + "\n".join(f"{process},p,y,{amount}" for process, amount in amounts.items()),
        "collect": AT + f"p,m,y,{used}",
        "deliver": AT + f"p,r,y,{made}",
    }


@pytest.mark.parametrize(
    ("amounts", "money"),
    [
        ({"sort": 10.0}, 3 * 50),
        ({"wash": 3.0}, 3 * 20),
        ({"wash": 3.0, "press": 5.0}, 3 * 20),
        ({"sort": 10.0, "press": 2.5}, 3 * 70),
        ({"wash": 5e-7}, 0),
    ],
)
def test_setups_are_priced_once_for_all_that_run(amounts: dict[str, float], money: float) -> None:
    found = verdict(case(**TABLES), **ran(**amounts))
    assert found.ok, sentences(found)
    assert found.ledger.get("setup", 0.0) == pytest.approx(money)


def test_a_setup_that_is_not_in_the_ledger_is_found() -> None:
    data, done = case(**TABLES), plan(**ran(wash=3.0))
    assert laws(judge(data, done)) == ["ledger"]
    line = {"account": ["setup"], "origin": [""], "dest": [""], "place": ["p"], "size": [""], "process": [""],
            "material": [""], "mode": [""], "tour": [""], "stop": [None], "period": ["y"], "amount": [3.0],
            "unit": ["setup"], "rate": [20.0], "cost": [60.0]}  # fmt: skip
    assert judge(data, done | {"ledger": line}).ok
    twice = {c: cells * 2 for c, cells in line.items()}
    assert laws(judge(data, done | {"ledger": twice})) == ["ledger"]


@pytest.mark.parametrize(("amount", "broken"), [(10.0, []), (9.9, ["lot"]), (0.5, ["lot"]), (0.0, [])])
def test_a_lot_counts_by_per(amount: float, broken: list[str]) -> None:
    found = verdict(case(**TABLES), **ran(sort=amount))
    assert laws(found) == broken
    assert not broken or "its lot is 9" in sentences(found)


@pytest.mark.parametrize(("amount", "broken"), [(5.0, []), (5.1, ["batch"]), (1.25, ["batch"])])
def test_batches_are_whole(amount: float, broken: list[str]) -> None:
    found = verdict(case(**TABLES), **ran(press=amount))
    assert laws(found) == broken
    assert not broken or "no whole number of batches of 2.5" in sentences(found)


STORE = {
    "places": "place\np\nq",
    "materials": "material\nm",
    "periods": "period\nx\ny",
    "supply": "place,material\np,m\nq,m",
    "demand": "place,material\np,m\nq,m",
    "stores": "place,material,period,least\np,m,,4\nq,m,y,2",
    "sites": "place,capacity\nq,90",
}


@pytest.mark.parametrize(
    ("stock", "open_", "broken"),
    [
        ("p,m,x,4\np,m,y,5", "", []),
        ("p,m,x,3.9\np,m,y,5", "", ["reserve"]),
        ("p,m,x,4", "", ["reserve"]),
        ("p,m,x,4\np,m,y,4", "\nq,-", ["reserve"]),
        ("p,m,x,4\np,m,y,4\nq,m,y,2", "\nq,-", []),
    ],
)
def test_a_reserve(stock: str, open_: str, broken: list[str]) -> None:
    rows = [line.split(",") for line in stock.splitlines()]
    kept = {(place, period): float(amount) for place, _, period, amount in rows}
    grown = [(p, t, kept.get((p, t), 0.0) - (kept.get((p, "x"), 0.0) if t == "y" else 0.0)) for p in "pq" for t in "xy"]
    found = verdict(
        case(**STORE),
        stock=AT + stock,
        collect=AT + "\n".join(f"{p},m,{t},{max(by, 0)}" for p, t, by in grown),
        deliver=AT + "\n".join(f"{p},m,{t},{max(-by, 0)}" for p, t, by in grown),
        open="place,size" + open_,
    )
    assert laws(found) == broken, sentences(found)
