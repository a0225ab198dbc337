"""The table of margins and limits on margins, judged against plans made by hand."""

from __future__ import annotations

from pathlib import Path

import balik
from balik.plan.verify import judge, verify_folder
from model.making import tables
from model.test_owners import CHAIN
from plan.verifying import booked, case, laws, plan, sentences, verdict

AT = "place,material,period,amount\n"
TABLES = {
    "places": "place,owner\na,adi\nb,budi\nc,",
    "materials": "material\nm",
    "modes": "mode,payload,empty_rate\nvan,10,3",
    "lanes": "origin,dest,mode,km,price,fee,paid_by\na,b,van,2,7,,\nb,c,,,4,1,origin\na,c,,,5,2,dest",
    "supply": "place,price\na,2\nb,1",
    "demand": "place,price\nc,12",
}
#: adi sells 10 to budi and 3 to nobody; budi collects 4 and sells 14 to nobody.
DONE = {
    "collect": AT + "a,m,1,13\nb,m,1,4",
    "flow": "origin,dest,material,mode,period,amount\na,b,m,van,1,10\nb,c,m,,1,14\na,c,m,,1,3",
    "trips": "origin,dest,mode,period,trips,km\na,b,van,1,1,4",
    "deliver": AT + "c,m,1,17",
}
MARGINS = """owner,revenue,costs,received,paid,margin
adi,0,26,85,0,59
budi,0,24,56,70,-38
,204,6,0,71,127"""


def judged(margins: str, **change: str) -> list[str]:
    data = case(**TABLES | change)
    return laws(judge(data, booked(data, plan(**DONE)) | plan(margins=margins)))


def test_the_table_says_what_remains_to_each() -> None:
    assert judged(MARGINS) == []
    for right, wrong in (
        ("59", "58"),
        ("85", "84"),
        ("24,56", "23,56"),
        (",204,", ",205,"),
        ("adi,0,26,85,0,59\n", ""),
    ):
        assert judged(MARGINS.replace(right, wrong)) == ["margins"], (right, wrong)
    assert judged(MARGINS.replace("adi", "edi")) == ["margins"]
    assert judged(MARGINS.replace("budi", "adi")) == ["margins"]


def test_who_pays_the_transport_is_read_from_the_lane() -> None:
    lanes = TABLES["lanes"].replace("a,b,van,2,7,,", "a,b,van,2,7,,origin")
    assert judged(MARGINS, lanes=lanes) == ["margins"]
    moved = MARGINS.replace("adi,0,26,85,0,59", "adi,0,32,85,0,53").replace(
        "budi,0,24,56,70,-38", "budi,0,18,56,70,-32"
    )
    assert judged(moved, lanes=lanes) == []


def test_limits_on_margins() -> None:
    def limited(rows: str) -> list[str]:
        return laws(verdict(case(**TABLES, limits=rows), **DONE))

    assert limited("limit,quantity,owner,least\nl,margin,adi,59") == []
    assert limited("limit,quantity,owner,least\nl,margin,adi,59.1") == ["limits"]
    assert limited("limit,quantity,owner,least\nl,margin,each,-38") == []
    found = verdict(case(**TABLES, limits="limit,quantity,owner,least\nl,margin,each,0"), **DONE)
    assert laws(found) == ["limits"] and "owner = budi" in sentences(found)
    total = (26 + 24 + 6) - 204
    assert limited(f"limit,quantity,least\nl,margin,{-total}") == []
    assert limited(f"limit,quantity,least\nl,margin,{-total + 1}") == ["limits"]


def test_a_plan_folder_keeps_its_margins(tmp_path: Path) -> None:
    balik.solve(tables(CHAIN), settings={"title": "chain"}, out=tmp_path / "plan")
    assert verify_folder(tmp_path / "plan").ok
    path = tmp_path / "plan" / "margins.csv"
    text = path.read_text(encoding="utf-8")
    assert ",-400" in text  # nobody's
    path.write_text(text.replace(",-400", ",-40"), encoding="utf-8")
    found = verify_folder(tmp_path / "plan")
    assert laws(found) == ["margins", "seal"] and "nobody" in sentences(found)


def test_a_trip_without_a_load_is_paid_as_its_lane_says() -> None:
    whole = TABLES["modes"].replace("empty_rate", "empty_rate,whole_trips") + ",yes"
    lanes = "origin,dest,mode,km,price,fee,paid_by\na,b,van,2,7,,origin\nb,c,,,4,1,origin\na,c,,,5,2,dest"
    data = case(**TABLES | {"modes": whole, "lanes": lanes, "limits": "limit,quantity,owner,most\nl,margin,adi,-6"})
    trips = {"trips": DONE["trips"]}
    assert laws(verdict(data, **trips)) == []
    assert laws(verdict(data, trips=DONE["trips"].replace("1,4", "0,0"))) == ["limits"]
