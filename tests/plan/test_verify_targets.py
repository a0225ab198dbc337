"""Targets judged from the tables: ratios, rows that look back, spreads, people near an open site."""

from __future__ import annotations

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
TABLES = {
    "places": "place,people\na,100\nb,40\nc,7\ny,\nz,",
    "materials": "material,unit,mass\nm,kg,\nn,pcs,2",
    "periods": "period,repeats,past\nv,,yes\nw,,yes\nx,,\nt,3,",
    "market": "place,material,period,amount\na,m,v,20\na,m,w,40\na,m,x,60\na,m,t,80\nb,m,,10\nb,n,,5",
    "distances": "origin,dest,km\na,y,3\na,z,8\nb,y,6\nb,z,4\nc,y,6\nc,z,6",
    "coverage": "place,site,within\na,y,5\na,z,5\nb,y,5\nb,z,5\nc,y,5\nc,z,5",
    "lanes": "origin,dest\na,y\nb,y",
    "supply": "place\na\nb",
    "demand": "place\ny",
    "sites": "place\ny\nz",
}
DONE = {
    "collect": AT + "a,m,x,12\na,m,t,30\nb,m,x,4\nb,n,t,2",
    "flow": "origin,dest,material,mode,period,amount\na,y,m,,x,12\na,y,m,,t,30\nb,y,m,,x,4\nb,y,n,,t,2",
    "deliver": AT + "y,m,x,16\ny,m,t,30\ny,n,t,2",
    "open": "place,size\ny,-",
}


def judged(limits: str, **change: str) -> list[str]:
    return laws(verdict(case(**TABLES | change, limits=limits), **DONE))


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        # collected of m in x over what x put on the market
        ("quantity,over,material,period\nl,collect,,m,x\nl,market,yes,m,x", 16 / 70),
        # … over the year before, and the mean of two years before
        ("quantity,over,lag,material,period\nl,collect,,,m,x\nl,market,yes,1,m,x", 16 / 50),
        (
            "quantity,over,lag,coef,material,period\nl,collect,,,1,m,x\nl,market,yes,1,0.5,m,x\nl,market,yes,2,0.5,m,x",
            16 / 40,
        ),
        # all periods together: t counts three times, the past not at all
        ("quantity,over,material\nl,collect,,m\nl,market,yes,m", (16 + 90) / (70 + 3 * 90)),
        # by weight where units differ; and by the unit that is named
        ("quantity,over,place\nl,collect,,b\nl,market,yes,b", (4 + 3 * 4) / (20 + 3 * 20)),
        ("quantity,over,place,unit\nl,collect,,b,t/kg\nl,market,yes,b,", 0.016 / 80),
        ("quantity,over\nl,covered,\nl,people,yes", 100 / 147),
        ("quantity,over,place\nl,covered,,a\nl,people,yes,b", 100 / 40),
    ],
)
def test_a_ratio_is_recomputed(rows: str, value: float) -> None:
    head, first, *others = rows.split("\n")
    for sign, inside in (("most", value * 1.0001), ("least", value * 0.9999)):
        for bound, expected in ((value, []), (inside, []), (2 * value - inside, ["limits"])):
            text = "\n".join([f"limit,{head},{sign}", f"{first},{bound}", *(f"{row}," for row in others)])
            assert judged(text) == expected, (rows, sign, bound)


def test_each_label_is_judged_and_a_period_without_its_past_is_not() -> None:
    rows = "limit,quantity,over,lag,material,period,least\nl,collect,,,m,each,{}\nl,market,yes,2,m,each,"
    # x: 16 over 30; t: 30 over 50
    assert judged(rows.format(0.5333)) == []
    assert judged(rows.format(0.5334)) == ["limits"]
    far = rows.replace("yes,2", "yes,3")
    # x looks before all that is known; t: 30 over 30
    assert judged(far.format(1)) == [] and judged(far.format(1.01)) == ["limits"]


def test_a_spread_compares_labels() -> None:
    rows = "limit,quantity,over,material,place,spread\nl,collect,,m,each,{}\nl,market,yes,m,each,"
    apart = (12 + 90) / (60 + 240) - 4 / 40
    assert judged(rows.format(apart + 1e-9)) == []
    assert judged(rows.format(apart - 1e-4)) == ["limits"]
    found = verdict(case(**TABLES, limits=rows.format(0.1)), **DONE)
    assert "apart, its spread is 0.1" in sentences(found)


def test_nothing_over_nothing_is_lawful() -> None:
    """Something collected where nothing was put on the market has no bound; nothing over nothing is no breach."""
    rows = "limit,quantity,over,place,material,most\nl,collect,,each,n,0.1\nl,market,yes,each,n,"
    assert judged(rows, market="place,material,amount\na,n,5") == []
    rows = "limit,quantity,over,place,material,least\nl,collect,,each,n,0.1\nl,market,yes,each,n,"
    assert judged(rows, market="place,material,amount\na,n,5") == ["limits"]


def test_only_open_sites_serve() -> None:
    row = "limit,quantity,most\nl,covered,{}"
    assert judged(row.format(100)) == [] and judged(row.format(99)) == ["limits"]
    always = TABLES["sites"].replace("\nz", "")  # z is no site, so it is always there
    assert judged(row.format(140), sites=always) == [] and judged(row.format(139), sites=always) == ["limits"]
