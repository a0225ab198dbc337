"""Resources judged against plans made by hand."""

from __future__ import annotations

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
TABLES = {
    "places": "place,kind\nh,home\np,hub\nq,hub",
    "materials": "material\nm\nr",
    "periods": "period,length\nx,1\ny,3",
    "lanes": "origin,dest,material\nh,kind:hub,m",
    "supply": "place,material,most\nkind:hub,m,50\nh,m,50",
    "demand": "place,material\nkind:hub,r\nkind:hub,m",
    "processes": "process,place,per\nsort,kind:hub,r",
    "recipes": "process,material,rate\nsort,m,-2\nsort,r,2",
    "sites": "place,size\np,small\np,big",
    "resources": "place,size,resource,period,capacity,unit\n"
    "kind:hub,,hours,,10,jam\np,big,hours,,20,jam\np,big,hours,y,8,jam\nq,,hours,y,4,jam",
    "uses": "process,material,place,resource,rate\nsort,,,hours,0.5\nsort,,q,hours,1\n,m,kind:hub,hours,0.25",
}


def tried(place: str, period: str, flow: float, collect: float, size: str = "") -> tuple[list[str], str]:
    """The laws broken where so much arrives and is collected at a place, and half of it is sorted there."""
    total = flow + collect
    found = verdict(
        case(**TABLES),
        flow=f"origin,dest,material,mode,period,amount\nh,{place},m,,{period},{flow}",
        collect=AT + f"h,m,{period},{flow}\n{place},m,{period},{collect}",
        run=f"process,place,period,amount\nsort,{place},{period},{total / 4}",
        deliver=AT + f"{place},r,{period},{total / 2}\n{place},m,{period},{total / 2}",
        open="place,size" + (f"\n{place},{size}" if size else ""),
    )
    return laws(found), sentences(found)


@pytest.mark.parametrize(
    ("place", "period", "size", "most"),
    [
        ("p", "x", "small", 10 / 0.5),  # 0.25 each as it comes, and 0.5 for each of the half that is sorted
        ("p", "x", "big", 20 / 0.5),
        ("p", "y", "small", 30 / 0.5),
        ("p", "y", "big", 24 / 0.5),
        ("q", "x", "", 10 / 0.75),
        ("q", "y", "", 12 / 0.75),
    ],
)
def test_the_capacity_of_the_nearest_row_and_the_open_size(place: str, period: str, size: str, most: float) -> None:
    broken, _ = tried(place, period, most * 0.6, most * 0.4, size)
    assert broken == []
    broken, said = tried(place, period, most * 0.6, most * 0.4 + 0.01, size)
    assert broken == ["resources"]
    assert f"{place} uses" in said and "jam of hours" in said and "(resources" in said


def test_a_closed_site_has_none() -> None:
    broken, _ = tried("p", "x", 3, 1)
    assert broken == ["closed", "resources"]


def test_a_resource_without_a_row() -> None:
    few = case(**TABLES | {"resources": "place,resource,capacity\np,hours,10"})
    found = verdict(few, collect=AT + "q,m,x,4", deliver=AT + "q,m,x,4")
    assert laws(found) == ["resources"] and "no row for it there" in sentences(found)
