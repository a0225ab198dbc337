"""Set-ups, lots, batches and reserves judged against plans made by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.plan.verify import judge
from balik.plan.verify.reserve import _quantile
from balik.tables.normal import quantile
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


SERVED = STORE | {"stores": "place,material,period,least,service_level,sd,lead_time\np,m,,1,0.95,2,4\nq,m,y,,0.99,1/3,1/9"}


@pytest.mark.parametrize(
    ("kept", "site", "open_", "broken"),
    [
        (6.579415, 0.258484, True, []),  # 1.644853627 × 2 × √4 = 6.579414508; 2.326347875 / 9 = 0.25848310
        (6.5794, 0.258484, True, ["safety stock"]),
        (0.9, 0.258484, True, ["reserve", "safety stock"]),
        (6.579415, 0.2584, True, ["safety stock"]),
        (6.579415, 0.0, False, []),
    ],
)
def test_a_safety_stock(kept: float, site: float, open_: bool, broken: list[str]) -> None:
    held = f"p,m,x,{kept}\np,m,y,{kept}" + (f"\nq,m,y,{site}" if site else "")
    found = verdict(
        case(**SERVED),
        stock=AT + held,
        collect=AT + f"p,m,x,{kept}" + (f"\nq,m,y,{site}" if site else ""),
        open="place,size" + ("\nq,-" if open_ else ""),
    )
    assert sorted(set(laws(found))) == broken, sentences(found)
    assert "safety stock" not in broken or "for its service level (stores" in sentences(found)


@pytest.mark.parametrize(
    ("share", "printed"),
    [("0.9", 1.281552), ("0.95", 1.644854), ("0.975", 1.959964), ("0.99", 2.326348), ("0.999", 3.090232), ("0.5", 0.0)],
)
def test_quantiles_of_the_tables(share: str, printed: float) -> None:
    """Printed quantiles of the normal distribution; the model, which has them from elsewhere, reads the same 9 decimals."""
    assert float(_quantile(Fraction(share))) == pytest.approx(printed, abs=5.1e-7)
    assert _quantile(Fraction(share)) == quantile(Fraction(share))


@given(st.integers(1, 10**9 - 1), st.sampled_from([10**4, 10**7, 10**9]))
@settings(max_examples=60, deadline=None)
def test_model_and_verifier_find_the_same_quantile(some: int, of: int) -> None:
    share = Fraction(1, 2) + Fraction(some % of, 2 * of)
    assert _quantile(share) == quantile(share)
