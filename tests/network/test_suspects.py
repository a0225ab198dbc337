"""Figures that stand out: each warning fires on a planted slip, and its sound twin hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import balik
from balik.errors import Problem
from tables.casing import folder
from twins.smallcases import network_case, siting_case

SUSPECT = ("W32", "W33")

#: Eight holders around one town, two sites, a tip; kg by lorry. Nothing stands out.
TOWN = {
    "case.toml": 'title = "town"\n[finance]\none_off = "once"\n',
    "places.csv": """place,kind,lat,lon
a,home,45.10,9.05
b,home,45.12,9.20
c,home,45.30,9.10
d,home,45.25,9.30
e,home,45.40,9.00
f,home,45.05,9.15
g,home,45.22,9.12
h,home,45.18,9.22
s,sorter,45.20,9.15
u,sorter,45.28,9.20
z,tip,45.35,9.25
""",
    "materials.csv": "material,unit,mass,volume\nm,kg,,0.004\nbox,dus,12,0.03\n",
    "modes.csv": "mode,material,payload,full_rate,loaded_rate,empty_rate\nlorry,m,2000,2,3000,5000\nlorry,box,160,25,3000,5000\n",
    "lanes.csv": """origin,dest,material,mode,km
a,s,m,lorry,16
b,s,m,lorry,11
c,s,m,lorry,14
d,s,m,lorry,15
e,s,m,lorry,29
f,s,m,lorry,20
g,s,m,lorry,4
h,s,m,lorry,8
kind:home,u,m,lorry,30
s,z,m,lorry,22
u,z,m,lorry,10
a,z,box,lorry,40
""",
    "supply.csv": """place,material,amount,price
a,m,1200,500
b,m,900,450
c,m,1500,500
d,m,700,400
e,m,1100,550
f,m,2500,500
g,m,800,500
h,m,950,480
a,box,40,100
""",
    "sites.csv": "place,capacity,opening_cost,running_cost\ns,9000,4000000,900000\nu,6000,3000000,700000\n",
    "demand.csv": "place,material,price\nz,m,-100\nz,box,0\n",
}


def found(path: Path, table: str = "", old: str = "", new: str = "", **more: str) -> list[Problem]:
    """Suspicious figures of the town with one text of a table replaced."""
    files: dict[str, Any] = {f"{name}.csv": text for name, text in more.items()}
    if table:
        text = TOWN[f"{table}.csv"]
        assert text.count(old) == 1, (old, text.count(old))
        files[f"{table}.csv"] = text.replace(old, new)
    problems = balik.check(folder(path, files, TOWN))
    assert not [p for p in problems if p.severity == "error"], list(map(str, problems))
    return [p for p in problems if p.code.startswith(SUSPECT)]


def test_a_sound_case_hears_nothing(tmp_path: Path) -> None:
    assert not found(tmp_path)


#: Slip → table, text, what it becomes; code, line, column, and the figures that the warning shows.
SLIPS: dict[str, tuple[str, str, str, str, int, str, tuple[str, ...]]] = {
    "kg for t": ("supply", "c,m,1500,", "c,m,1.5,", "W320", 4, "amount", ("1.5 ", "1/1,000", "700 to 2,500")),
    "a decimal lost": ("supply", "c,m,1500,", "c,m,1500000,", "W320", 4, "amount", ("1,500,000", "1,000 times", "7 ")),
    "a million": ("supply", "c,m,1500,", "c,m,1500000000,", "W320", 4, "amount", ("1,000,000 times",)),
    "km in metres": ("lanes", "e,s,m,lorry,29", "e,s,m,lorry,29000", "W320", 6, "km", ("29,000", "4 to 30")),
    "a price in thousands": ("supply", "1100,550", "1100,0.55", "W320", 6, "price", ("0.55", "400 to 500")),
    "a gate fee of another sign": ("supply", "1100,550", "1100,-550", "W321", 6, "price", ("-550", "about 500")),
    "an empty vehicle that is dear": (
        "modes", "lorry,m,2000,2,3000,5000", "lorry,m,2000,0.002,30,5000",
        "W322", 2, "empty_rate", ("34 per km", "5,000"),
    ),
    "a rate of the vehicle for the load": (
        "modes", "lorry,m,2000,2,3000,5000", "lorry,m,2000,3000,2,5000",
        "W323", 2, "full_rate", ("6,000,000", "5,000"),
    ),
    "full and empty in each other's place": (
        "modes", "lorry,m,2000,2,3000,5000", "lorry,m,2000,5000,2,2", "W323", 2, "full_rate", ("10,000,000", "2."),
    ),
    "opening and running in each other's place": (
        "sites", "s,9000,4000000,90000", "s,9000,90000,4000000",
        "W324", 2, "running_cost", ("90,000 once", "40,000,000 in every month"),
    ),
    "a volume in litres": ("materials", "box,dus,12,0.03", "box,dus,12,30", "W325", 3, "volume", ("0.4 kg/m3",)),
    "a mass in grams beside a volume": (
        "materials", "box,dus,12,0.03", "box,dus,12000,0.03", "W325", 3, "volume", ("400,000 kg/m3",),
    ),
    "a volume of a kilogram": ("materials", "m,kg,,0.004", "m,kg,,4", "W325", 2, "volume", ("0.25 kg/m3",)),
    "a mass in grams": ("materials", "box,dus,12,0.03", "box,dus,12000,", "W326", 3, "mass", ("12,000 kg",)),
    "a payload in tonnes": (
        "modes", "lorry,m,2000,2,3000,5000", "lorry,m,2,2,3000,5000", "W327", 2, "payload", ("2 kg", "2,500 kg"),
    ),
    "a place with lat and lon swapped": ("places", "d,home,45.25,9.30", "d,home,9.30,45.25", "W330", 5, "lat", ("swapped",)),
    "a place with the other sign": ("places", "d,home,45.25,9.30", "d,home,-45.25,9.30", "W330", 5, "lat", ("sign of lat",)),
    "a place at 0, 0": ("places", "d,home,45.25,9.30", "d,home,0,0", "W331", 5, "lat", ("0, 0", "5,107 km")),
    "a place far away": ("places", "d,home,45.25,9.30", "d,home,45.25,19.30", "W332", 5, "lat", ("km",)),
    "coordinates of another place": ("places", "d,home,45.25,9.30", "d,home,45.30,9.10", "W337", 5, "lat", ("d has", "as c.")),
    "a road a little shorter than the straight line": ("lanes", "e,s,m,lorry,29", "e,s,m,lorry,23", "W333", 6, "km", ("23", "25.1")),
    "a road three times as long": ("lanes", "e,s,m,lorry,29", "e,s,m,lorry,80", "W334", 6, "km", ("80", "25.1")),
    "a road shorter than the straight line": ("lanes", "e,s,m,lorry,29", "e,s,m,lorry,2.9", "W333", 6, "km", ("2.9", "25.1")),
    "a road far too long": ("lanes", "e,s,m,lorry,29", "e,s,m,lorry,290", "W334", 6, "km", ("290", "25.1")),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found(name: str, tmp_path: Path) -> None:
    table, old, new, code, line, column, figures = SLIPS[name]
    more = {}
    if table in ("places",):  # without roads, which would not fit either
        more["lanes"] = "\n".join(row.rpartition(",")[0] for row in TOWN["lanes.csv"].strip().splitlines())
        more["modes"] = "mode\nlorry\n"
    warnings = found(tmp_path, table, old, new, **more)
    mine = [p for p in warnings if p.code == code]
    assert [(p.line, p.column, (p.file or "").rpartition("/")[2]) for p in mine] == [(line, column, f"{table}.csv")]
    assert {p.code for p in warnings} <= {code, "W334"}, list(map(str, warnings))
    assert all(figure in mine[0].found for figure in figures), mine[0].found
    assert mine[0].advice
    assert mine[0].into("id").found != mine[0].found and mine[0].into("id").advice != mine[0].advice


def test_capacities_in_another_unit(tmp_path: Path) -> None:
    supply = TOWN["supply.csv"].replace("amount", "most")
    sites = "place,capacity,opening_cost,running_cost\ns,9,4000000,900000\nu,6,3000000,700000\n"
    (warning,) = found(tmp_path, supply=supply, sites=sites)
    assert warning.code == "W328" and "15 in a period in which 9,650 wait" in warning.found
    assert not found(tmp_path, supply=supply, sites=sites.replace(",9,", ",900,"))


def test_capacities_are_not_spoken_of_twice(tmp_path: Path) -> None:
    sites = "place,capacity,opening_cost,running_cost\ns,9,4000000,900000\nu,6,3000000,700000\n"
    codes = {p.code for p in balik.check(folder(tmp_path, {"sites.csv": sites}, TOWN))}
    assert "W210" in codes and "W328" not in codes


def test_a_wide_column_has_no_slips(tmp_path: Path) -> None:
    supply = "place,material,amount\n" + "".join(
        f"{p},m,{q}\n" for p, q in zip("abcdefgh", (3, 20, 90, 400, 1200, 2500, 9000, 40000), strict=True)
    )
    assert not found(tmp_path, supply=supply)


def test_several_slips_are_another_way_of_writing(tmp_path: Path) -> None:
    """Two of eight are slips no more: the rows are of two kinds."""
    supply = TOWN["supply.csv"].replace("c,m,1500,", "c,m,1.5,").replace("d,m,700,", "d,m,0.7,")
    assert not found(tmp_path, supply=supply)


def test_few_peers_are_no_evidence(tmp_path: Path) -> None:
    supply = "\n".join(TOWN["supply.csv"].splitlines()[:6]).replace("c,m,1500,", "c,m,1.5,") + "\n"
    assert not found(tmp_path, supply=supply)


def test_kinds_of_places_are_not_compared(tmp_path: Path) -> None:
    places = TOWN["places.csv"].replace("c,home", "c,port")
    supply = TOWN["supply.csv"].replace("c,m,1500,", "c,m,1500000,")
    assert not found(tmp_path, places=places, supply=supply, sites="place,opening_cost\ns,10\nu,10\n")


def test_zeros_and_blanks_are_left_out(tmp_path: Path) -> None:
    supply = TOWN["supply.csv"].replace("c,m,1500,500", "c,m,0,0").replace("d,m,700,400", "d,m,700,")
    assert not found(tmp_path, supply=supply)


def test_roads_of_rows_that_stand_for_several_places_are_left_alone(tmp_path: Path) -> None:
    assert not found(tmp_path, "lanes", "kind:home,u,m,lorry,30", "kind:home,u,m,lorry,1")


def test_distances_that_are_all_in_metres(tmp_path: Path) -> None:
    rows = "".join(f"{p},s,{km}\n" for p, km in zip("abcdefgh", (16, 11, 14, 15, 29, 20, 4, 8), strict=True))
    distances = "origin,dest,km\n" + rows
    assert not found(tmp_path, distances=distances)
    warnings = found(tmp_path, distances=distances.replace("\n", "000\n").replace("km000", "km"))
    assert [(p.code, p.line) for p in warnings] == [("W334", 2)] and "rows like it: 7 more" in warnings[0].found


def test_a_place_on_the_spot_of_another_has_its_coordinates(tmp_path: Path) -> None:
    places = TOWN["places.csv"].replace("lat,lon", "lat,lon,at").replace("z,tip,45.35,9.25", "z,tip,,,u")
    assert not found(tmp_path, places=places, lanes=TOWN["lanes.csv"].replace("u,z,m,lorry,10", "u,z,m,,"))
    (warning,) = found(tmp_path, places=places, lanes=TOWN["lanes.csv"].replace("s,z,m,lorry,22", "s,z,m,lorry,6").replace("u,z,m,lorry,10", "u,z,m,,"))  # fmt: skip
    assert warning.code == "W333"


def test_a_road_between_places_on_one_spot(tmp_path: Path) -> None:
    places = TOWN["places.csv"].replace("u,sorter,45.28,9.20", "u,sorter,45.35,9.25")
    (warning,) = found(tmp_path, places=places, lanes=TOWN["lanes.csv"].replace("u,z,m,lorry,10", "u,z,m,lorry,20"))
    assert (warning.code, warning.line) == ("W334", 12) and "0.0 km" in warning.found


def test_one_place_of_few_at_0_0(tmp_path: Path) -> None:
    """Nothing else need agree: nothing lies there."""
    files = {
        "places.csv": "place,lat,lon\nb,-6.90,107.60\nc,0,0\n",
        "materials.csv": "material\nm\n",
        "lanes.csv": "origin,dest\nb,c\n",
        "supply.csv": "place,amount\nb,10\n",
        "demand.csv": "place\nc\n",
    }
    (warning,) = [p for p in balik.check(folder(tmp_path, files)) if p.code.startswith(SUSPECT)]
    assert (warning.code, warning.line) == ("W331", 3)
    files["places.csv"] = "place,lat,lon\nb,0,1.5\nc,0,0\n"  # a plane of its own
    assert not [p for p in balik.check(folder(tmp_path / "plane", files)) if p.code.startswith(SUSPECT)]


def test_a_second_town_is_not_far_away(tmp_path: Path) -> None:
    places = TOWN["places.csv"].replace("d,home,45.25,9.30", "d,home,45.25,19.30")
    places = places.replace("e,home,45.40,9.00", "e,home,45.40,19.00")
    lanes = "\n".join(row.rpartition(",")[0] for row in TOWN["lanes.csv"].strip().splitlines())
    assert not found(tmp_path, places=places, lanes=lanes, modes="mode\nlorry\n")


def test_payloads_in_kilograms_for_tonnes(tmp_path: Path) -> None:
    materials = "material,unit\nm,t\nbox,dus\n"
    supply = TOWN["supply.csv"].replace("00,", ",").replace("50,", ",")
    assert {p.code for p in found(tmp_path, materials=materials, supply=supply)} == {"W327"}


@pytest.mark.parametrize("case", balik.cases())
def test_bundled_cases_hear_nothing(case: str) -> None:
    assert not [str(p) for p in balik.check(case) if p.code.startswith(SUSPECT)]


def test_random_cases_hear_little() -> None:
    """Rates of random cases have nothing to do with each other; even so, few look like slips."""
    made = [make(seed) for seed in range(25) for make in (network_case, siting_case)]
    warned = [
        p for case in made for p in balik.check(case.columns(), settings=case.settings) if p.code.startswith(SUSPECT)
    ]
    assert len(warned) <= 3, list(map(str, warned))
    assert {p.code for p in warned} <= {"W322", "W324"}


def test_headers_in_other_units_are_read_before_they_are_compared(tmp_path: Path) -> None:
    modes = "mode,material,payload [t],full_rate [Rp/t/km],loaded_rate [Rp/km],empty_rate [Rp/km]\n"
    mine = modes + "lorry,m,2,2000,3000,5000\nlorry,box,1.92,2083.3,3000,5000\n"
    supply = TOWN["supply.csv"].replace("amount,", "amount [kg],")
    assert not found(tmp_path, modes=mine, supply=supply)
    (warning,) = found(tmp_path, modes=mine.replace("2,2000,3000", "2,3000000,3000"), supply=supply)
    assert warning.code == "W323" and "6,000,000" in warning.found


@pytest.mark.parametrize(("fill", "doubted"), [("80", True), ("0.008", True), ("0.8", False), ("1.5", False)])
def test_a_fill_in_per_cent_is_doubted(tmp_path: Path, fill: str, doubted: bool) -> None:
    text = TOWN["lanes.csv"].replace("km\n", "km,fill\n", 1).replace("a,s,m,lorry,16\n", f"a,s,m,lorry,16,{fill}\n")
    told = [p for p in found(tmp_path, lanes=text) if p.code == "W336"]
    assert [(p.line, p.column) for p in told] == ([(2, "fill")] if doubted else [])
