"""Charges, judged against plans and ledgers made by hand."""

import pytest

from balik.plan.verify import judge
from balik.schema import PLAN
from plan.verifying import case, laws, plan, sentences, verdict

AT = "place,material,period,amount\n"
TABLES = {
    "places": "place,kind\np,desa\nq,desa",
    "materials": "material,unit,mass\nm,kg,\nbox,dus,2",
    "periods": "period,repeats\nx,1\ny,3",
    "supply": "place,material,price\np,m,4\nq,m,4\np,box,0",
    "demand": "place,price\n*,10",
}
#: p: 10 kg in x, 30 kg in each of three y; q: 5 kg in y; 2 boxes at p in x.
AMOUNTS = "p,m,x,10\np,m,y,30\nq,m,y,5\np,box,x,2"
DONE = {"collect": AT + AMOUNTS, "deliver": AT + AMOUNTS}
#: Two groups of which p is in both.
GROUPS = {"groups": "column,label,group\nplace,p,north\nplace,p,coast\nplace,q,coast"}
HEAD = "charge,of,account,rate,from,to,on,least,unit,place,kind,material,period\n"


def ledger(rows: str) -> dict[str, float]:
    """The ledger of the plan under these charges."""
    found = verdict(case(**TABLES, charges=HEAD + rows), **DONE)
    assert found.ok, sentences(found)
    return found.ledger


@pytest.mark.parametrize(
    "rows, due",
    [
        ("c,collect,,2,,,,,,,,m,", 2 * (10 + 3 * 35)),
        ("c,collect,,2,,,,,kg,,,,", 2 * (10 + 3 * 35 + 4)),
        ("c,collect,,2000,,,,,t,,,box,", 8),
        ("c,collect,,2,,20,,,kg,,,m,\nc,collect,,3,20,,,,kg,,,m,", 40 + 3 * 95),
        ("c,collect,,2,,20,,,,,,m,each\nc,collect,,3,20,,,,,,,m,each", 20 + 3 * (40 + 3 * 15)),
        ("c,collect,,2,,20,,,,each,,m,each\nc,collect,,3,20,,,,,each,,m,each", 20 + 3 * (40 + 30) + 3 * 10),
        ("c,collect,,2,,20,,,,each,,m,y\nc,collect,,3,20,,,,,each,,m,y", 3 * (40 + 30) + 3 * 10),
        ("c,collect,,2,,20,whole,,,,each,m,each\nc,collect,,3,20,,whole,,,,each,m,each", 20 + 3 * 35 * 3),
        ("c,collect,,2,,10,whole,,,p,,m,x\nc,collect,,3,10,,whole,,,p,,m,x", 20),  # at the border: the cheaper
        ("c,collect,,3,,10,whole,,,p,,m,x\nc,collect,,2,10,,whole,,,p,,m,x", 20),
        ("c,collect,,1,,,,25,,each,,m,each", 25 + 3 * 30 + 3 * 25),
        ("c,collect,,1,,,,25,,q,,m,x", 0),  # nothing there, nothing due
        ("c,revenue,,0.1,,,,,,,,m,", 0.1 * 10 * 115),
        ("c,purchase,,0.1,100,,,,,,,,", 0.1 * 360),
        ("c,purchase,,0.1,0.1,,,,juta Rp,,,,", 0),
        ("c,purchase,,0.1,0.1,,,,ribu Rp,,,,", 0.1 * 360),
        ("b,collect,a,2,,20,,,,,,m,\nb,collect,a,3,20,,,,,,,m,\nc,a,,0.5,300,,,,,,,,", 0.5 * 25),
    ],
)
def test_what_is_due(rows: str, due: float) -> None:
    assert ledger(rows).get("c", 0.0) == pytest.approx(due)


def test_a_charge_that_is_booked_otherwise_is_seen() -> None:
    data = case(**TABLES, charges=HEAD + "c,collect,,2,,20,,,,each,,m,each\nc,collect,,3,20,,,,,each,,m,each")
    done = plan(**DONE)
    head = "account,place,material,period,amount,unit,rate,cost\n"
    sold = "".join(f"revenue,{p},{m},{t},{a},{'dus' if m == 'box' else 'kg'},-10,{-10 * a}\n" for p, m, t, a in
                   (("p", "m", "x", 10), ("p", "m", "y", 90), ("q", "m", "y", 15), ("p", "box", "x", 2)))  # fmt: skip
    paid = "purchase,p,m,x,10,kg,4,40\npurchase,p,m,y,90,kg,4,360\npurchase,q,m,y,15,kg,4,60\n"
    right = "c,p,,x,10,kg,2,20\nc,p,,y,60,kg,2,120\nc,p,,y,30,kg,3,90\nc,q,,y,15,kg,2,30"

    def judged(charged: str) -> list[str]:
        made = plan(ledger=head + sold + paid + charged)
        blank = {c: [None if c == "stop" else ""] * len(made["ledger"]["cost"]) for c in PLAN["ledger"].columns if c != "unit"}
        return laws(judge(data, done | {"ledger": blank | made["ledger"]}))

    assert judged(right) == []
    assert judged(right.replace("30,kg,3,90", "30,kg,2,60")) == ["ledger"]  # the second step at the first rate
    assert judged(right.replace("c,p,,x,10,kg,2,20\n", "")) == ["ledger"]
    swapped = right.replace("c,q,,y,15,kg,2,30", "c,p,,y,15,kg,2,30")
    assert judged(swapped) == ["ledger"]
    assert judged(right.replace("60,kg,2,120", "60,kg,2,110")) == ["ledger", "ledger line"]


def test_a_charge_counts_in_the_cost_and_in_limits() -> None:
    tables = TABLES | {"charges": HEAD + "c,collect,,2,,,,,,,,m,"}
    found = verdict(case(**tables), **DONE)
    assert found.cost == pytest.approx(4 * 115 - 10 * 117 + 230)
    broken = verdict(case(**tables, limits="limit,quantity,place,most\nl,c,p,199"), **DONE)
    assert laws(broken) == ["limits"] and "200" in sentences(broken)


def test_a_place_in_two_groups_is_charged_in_each() -> None:
    head = HEAD.replace("kind", "group")
    plain = verdict(case(**TABLES, **GROUPS, charges=head + "c,collect,,2,,,,,,,each,m,x"), **DONE)
    assert plain.ledger["c"] == 2 * 2 * 10
    steps = verdict(case(**TABLES, **GROUPS, charges=head + "c,collect,,2,30,,,,,,each,m,y"), **DONE)
    assert steps.ledger["c"] == pytest.approx(3 * 2 * (0 + 5))


def test_the_money_of_a_rate_may_stand_in_the_unit() -> None:
    rates = {"exchange": {"USD": 16000}}
    found = verdict(case(rates, **TABLES, charges=HEAD + "c,collect,,2,0.02,,,,USD/t,,,m,"), **DONE)
    assert found.ledger["c"] == pytest.approx(2 * 16000 * (0.115 - 0.02))
