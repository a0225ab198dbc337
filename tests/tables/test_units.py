"""Units in headers and in `unit` columns: read, checked by dimension, and converted without changing the plan."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import balik
from balik.copies import convert
from balik.plan.plan import Plan
from balik.schema import INPUT, Column
from balik.tables import read, type_tables
from balik.tables.counted import times
from balik.tables.fits import CaseUnits, fit, ways
from balik.tables.units import NotAUnit, known_units, mass_of, plain_unit, read_unit, volume_of
from model import small
from model.making import Columns, amounts, tables
from model.test_comeback import LOOP
from tables.booking import book
from tables.casing import codes, folder, problems, short
from tables.uniting import OTHER, in_other_units
from twins.smallcases import network_case

# -- how a unit is read --------------------------------------------------------------------------------------------


def unit(factor: Any, **powers: int) -> tuple[Fraction, dict[str, int]]:
    return Fraction(factor), powers


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Rp/t/km", "Rp / (t km)", "RP/TON/KM", "Rp per ton per km", "Rp/ton.km", "Rp/ton-km", "rupiah/(ton*km)", "Rp/tkm"], unit("1/1000", IDR=1, kg=-1, km=-1)),
        (["Rp/kg/km", "Rp/(kg*km)", "IDR per kg km", "Rp. / kg / km."], unit(1, IDR=1, kg=-1, km=-1)),
        (["t/bulan", "ton/month", "ton tiap bulan"], unit(1000, kg=1, month=1 - 2)),
        (["juta Rp/tahun", "Rp juta / th", "jt Rp per year"], unit(Fraction(10**6, 12), IDR=1, month=-1)),
        (["ribu Rp", "Rp '000", "000 Rp", "rb rupiah"], unit(1000, IDR=1)),
        (["miliar", "milyar", "billion"], unit(10**9)),
        (["kg CO2e/km", "kg CO₂e / km", "kilogram CO2-eq per km"], unit(1, kg=1, CO2e=1, km=-1)),
        (["kg CO2e/100 km"], unit("1/100", kg=1, CO2e=1, km=-1)),
        (["g/dus"], unit("1/1000", kg=1, dus=-1)),
        (["m³", "m3", "kubik"], unit(1, m3=1)),
        (["liter", "L", "ltr"], unit("1/1000", m3=1)),
        (["%", "persen"], unit("1/100")),
        (["", "-", "1"], unit(1)),
        (["kuintal", "kwintal"], unit(100, kg=1)),
        (["Rp/rit", "Rp/trip"], unit(1, IDR=1, trip=-1)),
        (["jam", "hour"], unit(Fraction(1, 730), month=1)),
        (["minggu"], unit(Fraction(7 * 12, 365), month=1)),
        (["botol"], unit(1, botol=1)),
    ],
)  # fmt: skip
def test_units_are_read(texts: list[str], expected: tuple[Fraction, dict[str, int]]) -> None:
    for text in texts:
        found = read_unit(text)
        assert (found.factor, dict(found.powers)) == expected, text


@pytest.mark.parametrize(
    "text", ["Rp/", "(kg", "kg)", "*kg/", "kg//km", "?", "0", "Rp/(/kg", "kg *", "(" * 5000, "9" * 90, "juta " * 9]
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(NotAUnit):
        read_unit(text)


def test_a_ton_has_1000_kg_and_a_count_has_none() -> None:
    assert [mass_of(u) for u in ("ton", "t", "Tonne", "kg", "ons", "dus", "unit")] == [
        1000,
        1000,
        1000,
        1,
        0.1,
        None,
        None,
    ]
    assert [volume_of(u) for u in ("m3", "liter", "kg")] == [1, 0.001, None]
    assert [plain_unit(u) for u in ("Ton", "gram", "liter", "Dus", "rit", "Rp")] == [
        "t",
        "g",
        "L",
        "Dus",
        "trip",
        "IDR",
    ]


def test_the_table_of_units_has_no_word_twice() -> None:
    words = [word.casefold() for known in known_units().values() for word in (known.unit, *known.words)]
    assert len(words) == len(set(words))


def test_numbers_are_multiplied_as_they_are_written() -> None:
    written = np.array([1.1, 4.35, 0.1, np.nan, np.inf, -0.0])
    assert times(written, Fraction(1000))[:3].tolist() == [1100.0, 4350.0, 100.0]
    assert times(np.array([4.35]), Fraction(100)).tolist() == [435.0]  # 4.35 * 100 is 434.99999999999994
    assert np.isnan(times(written, Fraction(3))[3]) and np.isinf(times(written, Fraction(3))[4])
    many = np.arange(60_000) + 0.5
    assert np.allclose(times(many, Fraction(1, 1000)), many / 1000, rtol=1e-15)


# -- the same case in other units ----------------------------------------------------------------------------------

#: Today's flows, and columns that the other cases lack.
TODAY = {
    "places": """
        place lat  lon
        a     -6   106
        b     -6.1 106.1""",
    "lanes": """
        origin dest material mode within fee
        *      b    tin      van  50     0.5""",
    "modes": """
        mode payload full_rate trip_cost
        van  40      0.25      1000""",
    "supply": """
        place material least most price
        a     tin      0     500  2""",
    "demand": """
        place material amount
        b     tin      90""",
    "baseline": """
        origin dest material mode amount cost
        a      b    tin      van  90     2500""",
    "invoices": """
        account   amount
        transport 900
        cost      4000""",
    "scenarios": """
        scenario probability
        low      0.25""",
}
FIXED = {"distance": {"detour": 1.3}, "solve": {"fix": "baseline"}}
_SETTINGS = {"title": "test", "finance": {"one_off": "once"}}


def cases() -> dict[str, tuple[dict[str, Columns], dict[str, Any]]]:
    """Small cases, random ones, and the bundled ones: tables and settings."""
    plain = {
        name: getattr(small, name)
        for name in (
            "LIMITS ROAD ROUNDS SINGLE SITES STOCK TOUR USED VEHICLES WORKS YARD FLEETS CHARGES OWNERS MEASURES LOTS "
            "RESERVE SAFETY OFFERS DROPOFF TARGETS GOALS PHASES"
        ).split()
    }
    found: dict[str, tuple[dict[str, Columns], dict[str, Any]]] = {
        name: (tables(texts), _SETTINGS) for name, texts in plain.items()
    }
    found["TODAY"] = tables(TODAY), _SETTINGS | FIXED
    phases = "place size period capacity least closing_cost\nnorth small . . . .\nsouth - 2027 30 1 200\nyard - . . . 10"
    found["CLOSING"] = tables(small.PHASES | {"phases": phases}), _SETTINGS
    found["LOOP"] = tables(LOOP | {"deposits": "sold returned amount\nfull empty 4"}), _SETTINGS
    queues = "place size capacity serves wait wait_chance variation\nqueue mean 9 20 0.5 . 1\nqueue share 9 20 0.5 0.9 ."
    sure = {name: text for name, text in small.CHANCE.items() if name not in ("distributions", "correlations", "modules")}
    found["QUEUES"] = tables(sure | {"sites": queues}), _SETTINGS
    for seed in (*range(12), *range(1000, 1006)):
        case = network_case(seed, tours=seed >= 1000)
        cells = {t: {c: list(map(str, v)) for c, v in columns.items()} for t, columns in case.columns().items()}
        found[f"random {seed}"] = cells, case.settings
    for name in balik.cases():
        case = read(name)
        used = {t: table for t, table in case.tables.items() if t not in ("expected", "changes", "scenarios")}
        found[name] = {t: {c: list(v) for c, v in table.columns.items()} for t, table in used.items()}, case.settings
    return found


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_a_case_in_other_units_has_the_same_plan(name: str) -> None:
    cells, settings = CASES[name]
    other, done = in_other_units(cells, settings)
    assert done
    plan, same = (balik.solve(case, settings=settings) for case in (cells, other))
    assert (same.status, same.verified, same.broken) == (plan.status, plan.verified, [])
    if plan.objective is None:
        return
    assert plan.accounts is not None and same.accounts is not None and same.measures is not None
    scale = max(1.0, sum(map(abs, plan.accounts.values())))
    assert same.objective == pytest.approx(plan.objective, abs=(2e-6 if name.startswith("random") else 1e-9) * scale)
    if plan.unique:
        assert same.columns["flow"] == plan.columns["flow"] if "flow" in plan.columns else True


def test_every_column_with_a_unit_was_put_in_another() -> None:
    done = {
        pair for cells, settings in CASES.values() for pair in in_other_units(cells, settings)[1]
    }
    wanted = {(t, c.name) for t, schema in INPUT.items() for c in schema.columns.values() if ways(c)}
    whole = {(t, c.name) for t, schema in INPUT.items() for c in schema.columns.values() if c.kind == "integer"}
    degrees = {("places", "lat"), ("places", "lon")}
    assert wanted - whole - degrees - done == set()


# -- what does not fit ---------------------------------------------------------------------------------------------

_WRONG = ("Rp kg", "kg/km/hari", "USD/kg", "botol", "Rp/", "m3 kg", "orang km")
_NUMBERS = [(t, c) for t, schema in INPUT.items() for c in schema.columns.values() if c.is_number]


@pytest.mark.parametrize(("table", "column"), _NUMBERS, ids=[f"{t}.{c.name}" for t, c in _NUMBERS])
def test_a_wrong_dimension_is_told_at_the_header(tmp_path: Path, table: str, column: Column) -> None:
    for number, wrong in enumerate(_WRONG):
        header = f"{column.name} [{wrong}]"
        files: dict[str, str | bytes | None] = {f"{table}.csv": f"{header}\n1\n"}
        case = folder(tmp_path / str(number), files)
        found = [p for p in read(case).problems if p.code == "E105"]
        assert [(p.line, p.column) for p in found] == [(1, header)], wrong
        assert found[0].advice and (wrong in found[0].found or column.unit == "of the quantity")


def test_the_message_tells_what_was_expected_and_which_column_was_meant(tmp_path: Path) -> None:
    modes = "mode,payload,full_rate [Rp/km],fill\nv,10,2,1\n"
    found = problems(folder(tmp_path, {"modes.csv": modes.replace(",fill", "").replace(",2,1", ",2")}))
    assert codes(found) == ["E105"]
    assert found[0].found == "full_rate is money per quantity per km; 'Rp/km' is money per km."
    assert found[0].advice == "Did you mean loaded_rate or empty_rate, or Rp/kg/km?"
    told = found[0].into("id")
    assert told.found == "full_rate adalah uang per jumlah per km; 'Rp/km' adalah uang per km."


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("lanes", "origin,dest,material,fee [USD/kg]\na,b,m,2\n", "'USD/kg' is in USD, and the money of this case in IDR."),
        ("lanes", "origin [kg],dest,material,fee\na,b,m,2\n", "'origin' has no unit, and the header gives it 'kg'."),
        ("supply", "place,material,amount [t/bulan]\na,m,10\n", "amount is quantity; 't/bulan' is mass per time."),
        ("limits", "limit,quantity,most [juta Rp]\nx,cost,9\n", "The unit of 'most' is that of the quantity, which may differ from row to row."),
        ("sites", "place,capacity [t]\nb,9\n", "capacity is quantity per time; 't' is mass."),
        ("lanes", "origin,dest,material,fee [Rp/dsu]\na,b,m,2\n", "fee is money per quantity; 'Rp/dsu' is money per 'dsu'."),
        ("lanes", "origin,dest,material,fee [Rp/]\na,b,m,2\n", "'Rp/' cannot be read as a unit."),
    ],
)  # fmt: skip
def test_units_that_do_not_fit(tmp_path: Path, file: str, text: str, found: str) -> None:
    told = problems(folder(tmp_path, {f"{file}.csv": text}))
    assert [(p.code, p.found) for p in told] == [("E105", found)]


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("opening_cost [juta]", "Write juta Rp."),
        ("running_cost (ribu/bulan)", "Write ribu Rp/bulan."),
        ("running_cost [ribu]", "Write ribu Rp/month."),
        ("unit_cost [Rp]", "or Rp/kg?"),
    ],
)
def test_a_unit_that_leaves_the_money_out_keeps_its_thousands(tmp_path: Path, header: str, advice: str) -> None:
    """To write Rp instead, as was said once, would be wrong by a thousand or a million."""
    (told,) = problems(folder(tmp_path, {"sites.csv": f"place,{header}\nb,9\n"}))
    assert told.code == "E105" and told.advice.endswith(advice)


def test_a_misspelt_header_keeps_its_unit_and_bad_cells_are_told_beside_a_bad_unit(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, {"lanes.csv": "origin,dest,material,feee [Rp/ton],least [Rp]\na,b,m,2,x\n"}))
    assert [(p.code, p.line, p.column) for p in found] == [
        ("E104", 1, "feee [Rp/ton]"), ("E105", 1, "least [Rp]"), ("E120", 2, "least"),
    ]  # fmt: skip


def test_another_currency_is_that_of_the_case(tmp_path: Path) -> None:
    toml = 'title = "x"\ncurrency = "USD"\n'
    lanes = {"lanes.csv": "origin,dest,material,fee [$/ton]\na,b,m,2000\n", "case.toml": toml}
    assert balik.solve(folder(tmp_path / "1", lanes)).cost == 20
    lanes["lanes.csv"] = "origin,dest,material,fee [Rp/ton]\na,b,m,2000\n"
    assert codes(problems(folder(tmp_path / "2", lanes))) == ["E105"]


# -- numbers that hang on the material -----------------------------------------------------------------------------

#: Two kinds of dus of different mass, and bottles without one; one lorry for all, its payload in tonnes.
PACKS = {
    "materials": {"material": ["big", "small", "loose", "glass"], "unit": ["dus", "dus", "kg", "botol"], "mass": ["20", "8", "", ""]},
    "places": {"place": ["a", "b"]},
    "modes": {"mode": ["lorry", "cart"], "payload [t]": ["1.1", ""], "trip_cost [ribu Rp/rit]": ["50", ""], "full_rate [Rp/t/km]": ["100", "0"]},
    "lanes": {"origin": ["a"] * 4, "dest": ["b"] * 4, "material": ["big", "small", "loose", "glass"], "mode": ["lorry"] * 3 + ["cart"], "km": ["10"] * 4},
    "supply": {"place": ["a"] * 4, "material": ["big", "small", "loose", "glass"], "amount": ["11", "55", "330", "7"]},
    "demand": {"place": ["b"], "material": ["*"]},
}  # fmt: skip


def solved(case: Any, *sets: str, **settings: Any) -> Plan:
    plan = balik.solve(case, set=sets, settings={"title": "test"} | settings)
    assert plan.verified, plan.broken
    return plan


def test_a_wildcard_payload_in_tonnes_counts_each_dus_by_its_mass(tmp_path: Path) -> None:
    plan = solved(PACKS)
    # 11 × 20 kg + 55 × 8 kg + 330 kg = 990 kg of 1,100 kg; 0.99 t × 10 km × 100 Rp
    assert amounts(plan, "trips", "mode", value="trips") == {"lorry": pytest.approx(0.9)}
    assert plan.accounts == {"trip": pytest.approx(45_000), "transport": pytest.approx(990)}
    balik.solve(PACKS, settings={"title": "test"}, out=tmp_path / "plan")
    assert balik.verify(tmp_path / "plan").ok


def test_a_material_without_mass_that_rides_is_a_problem_and_one_that_does_not_is_none() -> None:
    lanes = PACKS["lanes"] | {"mode": ["lorry"] * 4}
    found = [p for p in problems(PACKS | {"lanes": lanes}) if p.severity == "error"]
    assert {p.code for p in found} == {"E313"} and {p.column for p in found} == {"payload", "full_rate"}
    assert found[0].found == "The header gives full_rate in Rp/t/km, and 'glass' (botol) has no mass."
    assert found[0].line == 1


def test_kg_and_t_in_one_wildcard_row() -> None:
    case = {
        "materials": {"material": ["x", "y"], "unit": ["kg", "ton"]},
        "places": {"place": ["a", "b"]},
        "lanes": {
            "origin": ["a"],
            "dest": ["b"],
            "material": [""],
            "fee [Rp/kuintal]": ["5"],
            "most [kuintal]": ["1.1"],
        },
        "supply": {"place": ["a", "a"], "material": ["x", "y"], "amount": ["110", "0.11"]},
        "demand": {"place": ["b"], "material": ["*"]},
    }
    plan = solved(case)
    assert plan.cost == pytest.approx(2 * 1.1 * 5)
    data = type_tables(read(case, settings={"title": "x"}))
    row, material = np.zeros(2, np.int64), np.arange(2)
    assert data["lanes"].at("most", row, material).tolist() == [110.0, 0.11]  # to the last digit
    more = case | {"supply": case["supply"] | {"amount": ["111", "0.11"]}}
    assert balik.solve(more, settings={"title": "x"}).status == "infeasible"  # 110 kg is the most


def test_litres_and_a_count_of_its_own() -> None:
    case = {
        "materials": {"material": ["oil", "box"], "unit": ["L", "dus"], "volume": ["", "0.05"]},
        "places": {"place": ["a", "b"]},
        "lanes": {
            "origin": ["a", "a"],
            "dest": ["b", "b"],
            "material": ["oil", "box"],
            "fee [Rp/m3]": ["1000", "1000"],
        },
        "supply": {"place": ["a", "a"], "material": ["oil", "box"], "amount": ["200", "8"]},
        "demand": {"place": ["b"], "material": ["*"]},
    }
    assert solved(case).cost == pytest.approx(1000 * (0.2 + 0.4))
    found = problems(case | {"lanes": {**case["lanes"], "most [dus]": ["9", "9"]}})
    assert [(p.code, p.line, p.found) for p in found if p.severity == "error"] == [
        ("E313", 1, "The header gives most in dus, and 'oil' is counted in L.")
    ]


def test_bounds_in_different_units_are_compared() -> None:
    lanes = {"origin": ["a"], "dest": ["b"], "material": ["*"], "least [kg]": ["900"], "most [t]": ["0.8"]}
    found = problems(PACKS | {"lanes": lanes, "modes": {"mode": ["cart"]}})
    assert [(p.code, p.column) for p in found if p.severity == "error"] == [("E142", "most")]


# -- sites, processes, recipes, materials --------------------------------------------------------------------------

SITES: dict[str, Any] = {
    "materials": {"material": ["big", "small"], "unit": ["dus", "dus"], "mass": ["20", "8"]},
    "places": {"place": ["a", "hub"]},
    "lanes": {"origin": ["a", "a"], "dest": ["hub", "hub"], "material": ["big", "small"]},
    "supply": {"place": ["a", "a"], "material": ["big", "small"], "most": ["100", "100"]},
    "demand": {"place": ["hub"], "material": ["*"], "price": ["1"]},
    "sites": {"place": ["hub"], "capacity [t/bulan]": ["1"]},
}


def test_a_capacity_in_tonnes_counts_mass_also_among_dus() -> None:
    # 1 t holds the 100 small dus (800 kg) and 10 big ones
    plan = solved(SITES)
    assert amounts(plan, "flow", "material") == {"small": pytest.approx(100), "big": pytest.approx(10)}
    assert plan.facts["sites"][0]["unit"] == "kg" and plan.facts["sites"][0]["throughput"] == pytest.approx(1000)
    by_dus = solved(SITES | {"sites": {"place": ["hub"], "capacity [dus/bulan]": ["110"]}})
    assert by_dus.cost == plan.cost and by_dus.facts["sites"][0]["unit"] == "dus"
    per_year = solved(SITES | {"sites": {"place": ["hub"], "capacity [t/tahun]": ["12"]}})
    assert per_year.cost == plan.cost


def test_columns_of_a_site_must_count_in_one_way() -> None:
    mixed = {"place": ["hub"], "capacity [t/bulan]": ["1"], "unit_cost": ["0.1"]}
    found = [p for p in problems(SITES | {"sites": mixed}) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [("E313", "unit_cost")]
    alike = SITES | {"sites": mixed, "materials": SITES["materials"] | {"mass": ["10", "10"]}}
    # every dus has 10 kg, so 1 t is 100 dus, and 0.1 Rp per dus is paid for each
    assert solved(alike).accounts == {"revenue": pytest.approx(-100), "unit": pytest.approx(10)}
    per_kg = alike | {"sites": {"place": ["hub"], "capacity [dus/bulan]": ["100"], "unit_cost [Rp/kg]": ["0.01"]}}
    assert solved(per_kg).accounts == {"revenue": pytest.approx(-100), "unit": pytest.approx(10)}


def test_a_site_whose_materials_have_no_mass_cannot_count_tonnes() -> None:
    bare = SITES | {"materials": {"material": ["big", "small"], "unit": ["dus", "dus"]}}
    found = [p for p in problems(bare) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [("E313", "capacity")] * 2


def test_a_site_that_counts_nothing_takes_what_cannot_be_added() -> None:
    free = {"place": ["hub"], "opening_cost": ["5"], "status": ["open"]}
    units = {"material": ["big", "small"], "unit": ["dus", "botol"]}
    assert solved(SITES | {"sites": free, "materials": units}, finance={"one_off": "once"}).cost == -195


WORKS: dict[str, Any] = {
    "places": {"place": ["yard"]},
    "materials": {"material": ["mixed", "clean"], "unit": ["kg", "dus"], "mass": ["", "4"]},
    "supply": {"place": ["yard"], "material": ["mixed"], "amount": ["100"]},
    "processes": {"process": ["sort"], "per": ["clean"], "cost [Rp/t]": ["2500"], "most [t/bulan]": ["0.1"], "co2 [kg CO2e/t]": ["50"], "jobs [orang/t]": ["2"]},
    "recipes": {"process": ["sort", "sort"], "material": ["mixed", "clean"], "rate [kg]": ["-1", "1"]},
    "demand": {"place": ["yard"], "material": ["clean"]},
}  # fmt: skip


def test_a_process_counts_the_material_that_per_names() -> None:
    plan = solved(WORKS)
    # 100 kg in, 25 dus of 4 kg out: 100 kg × 2.5 Rp, and the most is 0.1 t
    assert plan.totals is not None and plan.totals["deliver"] == {"clean": pytest.approx(25)}
    assert plan.cost == pytest.approx(250)
    assert plan.measures is not None and (plan.measures["co2"], plan.measures["jobs"]) == (
        pytest.approx(5),
        pytest.approx(0.2),
    )
    less = WORKS | {"processes": WORKS["processes"] | {"most [t/bulan]": ["0.09"]}}
    assert balik.solve(less, settings={"title": "x"}).status == "infeasible"


def test_a_process_without_per_counts_activity() -> None:
    blank = WORKS["processes"] | {"per": [""]}
    found = [p for p in problems(WORKS | {"processes": blank}) if p.severity == "error"]
    assert {(p.code, p.column) for p in found} == {("E313", c) for c in ("cost", "most", "co2", "jobs")}
    by_run = {"process": ["sort"], "per": ["clean"], "cost [ribu Rp/run]": ["2"]}
    found = [p for p in problems(WORKS | {"processes": by_run}) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [("E313", "cost")]
    assert solved(WORKS | {"processes": by_run | {"per": [""]}}).cost == pytest.approx(200_000)


@pytest.mark.parametrize(("header", "cell"), [("mass [g]", "4000"), ("mass [kg/unit]", "4"), ("mass [gram/dus]", "4000"), ("massa (ons)", "40")])  # fmt: skip
def test_the_mass_of_a_unit(header: str, cell: str) -> None:
    materials = {"material": ["mixed", "clean"], "unit": ["kg", "dus"], header: ["", cell]}
    assert solved(WORKS | {"materials": materials}).cost == pytest.approx(250)


def test_a_mass_per_another_count_is_a_problem() -> None:
    materials = {"material": ["mixed", "clean", "x"], "unit": ["kg", "dus", "pcs"], "mass [kg/pcs]": ["", "4", "1"]}
    found = [p for p in problems(WORKS | {"materials": materials}) if p.severity == "error"]
    assert [(p.code, p.line, p.column) for p in found][:1] == [("E313", 2, "mass")]


def test_shares_in_per_cent_keep_their_rules() -> None:
    scenarios = {"scenario": ["low"], "probability [%]": ["150"]}
    found = [p for p in problems(WORKS | {"scenarios": scenarios}) if p.severity == "error"]
    assert [(p.code, p.found) for p in found] == [("E122", "probability = 150 % must be at most 1.")]
    assert solved(WORKS | {"scenarios": {"scenario": ["low"], "probability [%]": ["50"]}}).cost == pytest.approx(250)


def test_blank_shares_keep_their_default() -> None:
    lanes = PACKS["lanes"] | {"fill [%]": ["50", "", "", ""]}
    # the big dus take twice the room: (2 × 220 + 440 + 330) / 1100
    assert amounts(solved(PACKS | {"lanes": lanes}), "trips", "mode", value="trips") == {"lorry": pytest.approx(1.1)}


# -- the column `unit` ---------------------------------------------------------------------------------------------


def limited(**row: str) -> list[Any]:
    case = PACKS | {"limits": {c: [v] for c, v in ({"limit": "x"} | row).items()}}
    plan = balik.solve(case, settings={"title": "x"})
    if plan.status == "infeasible":
        return ["infeasible"]
    assert plan.verified, plan.broken
    return [(f["value"], f["most"], f["binds"]) for f in plan.facts["limits"]]


@pytest.mark.parametrize(
    ("row", "tight"),
    [
        ({"quantity": "cost", "unit": "ribu Rp"}, "45.99"),
        ({"quantity": "trip", "unit": "juta Rp"}, "0.045"),
        ({"quantity": "trips", "unit": "rit"}, "0.9"),
        ({"quantity": "flow", "unit": "ton", "mode": "lorry"}, "0.99"),
        ({"quantity": "flow", "unit": "kuintal", "mode": "lorry"}, "9.9"),
        ({"quantity": "collect", "unit": "ribu dus", "material": "big"}, "0.011"),
        ({"quantity": "km", "unit": "m"}, "18000"),
        ({"quantity": "tkm", "unit": "kg km"}, "9900"),
    ],
)
def test_bounds_in_the_unit_of_their_column(row: dict[str, str], tight: str) -> None:
    assert limited(**row, most=tight) != ["infeasible"]
    assert limited(**row, most=str(float(tight) * 0.999)) == ["infeasible"]


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [("cost", "t"), ("cost", "USD"), ("flow", "Rp"), ("flow", "lusin"), ("trips", "dus"), ("co2", "km"), ("km", "Rp"), ("jobs", "rit"), ("cost", "Rp/")],
)  # fmt: skip
def test_a_bound_in_a_wrong_unit(quantity: str, unit: str) -> None:
    for table in ("limits", "expected"):
        row = {"limit": ["x"], "quantity": [quantity], "most": ["9"], "unit": [unit]}
        row = row if table == "limits" else {"quantity": [quantity], "value": ["9"], "unit": [unit]}
        found = [p for p in problems(PACKS | {table: row}) if p.severity == "error"]
        assert [(p.code, p.column) for p in found] == [("E366", "unit")], table


def test_emissions_are_limited_in_tonnes_and_figures_expected_in_them() -> None:
    case = WORKS | {
        "limits": {"limit": ["x"], "quantity": ["co2"], "most": ["0.005"], "unit": ["t CO2e"]},
        "expected": {"quantity": ["co2", "cost", "deliver"], "value": ["0.005", "0.25", "0.1"], "tolerance": ["1e-9"] * 3, "unit": ["ton", "ribu Rp", "t"]},
    }  # fmt: skip
    assert solved(case).facts["limits"][0]["binds"] == "most"
    study = balik.reproduce(case, settings={"title": "x"})
    assert study.ok and [row["ours"] for row in study.rows] == [0.005, 0.25, 0.1]


def test_what_binds_is_told_in_the_unit_of_the_cell() -> None:
    """The bound of 5 kg is written as 0.005 t: 0.005 kg it is not."""
    case = WORKS | {"limits": {"limit": ["x"], "quantity": ["co2"], "most": ["0.005"], "unit": ["t CO2e"]}}
    told = "\n".join(balik.explain(case, settings={"title": "x"}).findings)
    assert "0.005 t CO2e" in told and "kg CO2e" not in told


def test_small_bounds_are_judged_as_they_are_counted() -> None:
    assert limited(quantity="cost", most="0.000001", unit="triliun Rp") != ["infeasible"]  # a million rupiah
    few = {"limit": ["x"], "quantity": ["trips"], "most": ["0.0000001"]}
    assert codes([p for p in problems(PACKS | {"limits": few}) if p.severity == "error"]) == ["E126"]


def test_repairs_are_in_the_unit_of_the_cell() -> None:
    case = PACKS | {"limits": {"limit": ["x"], "quantity": ["cost"], "most": ["40"], "unit": ["ribu Rp"]}}
    study = balik.explain(case, settings={"title": "x"})
    assert ("limits.most[limit=x] = 45.99", True) in [(r["change"], r["mends"]) for r in study.rows]
    told = "\n".join(study.findings)
    assert "total cost at most 45.99 ribu Rp instead of 40 ribu Rp" in told and " IDR" not in told
    demand = {"place": ["b", "b"], "material": ["big", "*"], "least [t]": ["0.3", ""]}
    study = balik.explain(PACKS | {"demand": demand}, settings={"title": "x"})
    assert ("demand.least[place=b,material=big] = 0.22", True) in [(r["change"], r["mends"]) for r in study.rows]


# -- scenarios, changes, other ways in and out ---------------------------------------------------------------------


def test_an_overlay_in_another_unit(tmp_path: Path) -> None:
    base: dict[str, str | bytes | None] = {
        "lanes.csv": "origin,dest,material,fee [Rp/kg],most [ton]\na,b,m,2,\n",
        "scenarios/s/lanes.csv": "origin,dest,material,fee [ribu Rp/ton],most\na,b,m,3.5,1100\n",
    }
    case = folder(tmp_path / "1", base)
    tables = read(case, "s")
    assert not tables.problems.errors and tables["lanes"] is not None
    assert tables["lanes"].columns["fee"] == ["3.5"] and tables["lanes"].columns["most"] == ["1.1"]
    assert dict(tables["lanes"].units) == {"fee": "Rp/kg", "most": "ton"}
    assert balik.solve(case, "s").cost == 35
    # a column that only the scenario has keeps its unit
    base["scenarios/s/lanes.csv"] = "origin,dest,material,least [ton]\na,b,m,0.002\n"
    assert balik.solve(folder(tmp_path / "2", base), "s").cost == 20


def test_an_overlay_whose_factor_hangs_on_the_material_is_a_problem(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "materials.csv": "material,unit,mass\nm,dus,2\nk,kg,\n",
        "lanes.csv": "origin,dest,material,fee [Rp/dus]\na,b,m,2\n",
        "scenarios/s/lanes.csv": "origin,dest,material,fee [Rp/kg]\na,b,m,1\n",
    }
    found = problems(folder(tmp_path, files), "s")
    assert short(found) == [("E105", "scenarios/s/lanes.csv", None, "fee")]


def test_changes_are_in_the_unit_of_the_header(tmp_path: Path) -> None:
    lanes = "origin,dest,material,fee [ribu Rp/ton]\na,b,m,2\n"
    case = folder(tmp_path, {"lanes.csv": lanes})
    assert [balik.solve(case, set=(f"lanes.fee {op}",)).cost for op in ("= 3", "*= 2", "+= 0.5")] == [30, 40, 25]
    study = balik.sensitivity(case, "lanes.fee", "0%:+10%:10%")
    assert [row["cost"] for row in study.rows] == [20, 22]


def test_a_plan_folder_and_a_converted_case_keep_their_units(tmp_path: Path) -> None:
    lanes = "origin,dest,material,fee [ribu Rp/ton],most [t]\na,b,m,2,1.1\n"
    case = folder(
        tmp_path / "case", {"lanes.csv": lanes, "scenarios/s/lanes.csv": "origin,dest,material,fee (Rp/kg)\na,b,m,4\n"}
    )
    balik.solve(case, out=tmp_path / "plan")
    assert (tmp_path / "plan" / "input" / "lanes.csv").read_text() == lanes
    assert balik.verify(tmp_path / "plan").ok
    convert(case, tmp_path / "copy")
    for scenario in (None, "s"):
        first, second = (read(tmp_path / name, scenario)["lanes"] for name in ("case", "copy"))
        assert first is not None and second is not None
        assert (dict(first.columns), first.units) == (dict(second.columns), second.units)
    assert balik.solve(tmp_path / "copy", "s").cost == 40


def test_decimal_commas_frames_and_long_files_read_units_too(tmp_path: Path) -> None:
    comma = folder(tmp_path / "comma", {"lanes.csv": "origin;dest;material;fee [ribu Rp/ton]\na;b;m;2,5\n"})
    assert balik.solve(comma).cost == 25
    frame = {"origin": ["a"], "dest": ["b"], "material": ["m"], "fee [ribu Rp/ton]": [2.5]}
    tables = {n: pd.read_csv(comma / f"{n}.csv") for n in ("places", "materials", "supply", "demand")}
    assert balik.solve(tables | {"lanes": pd.DataFrame(frame)}, settings={"title": "x"}).cost == 25
    rows = [f"a,b,m,{1 + k % 7}.{k}" for k in range(80_000)]
    long = folder(tmp_path / "long", {"distances.csv": "origin,dest,note,km [m]\n" + "\n".join(rows)})
    data = type_tables(read(long))
    assert type(data["distances"].table.columns["km"]).__name__ == "Floats"  # type: ignore[union-attr]
    written = np.array([float(row.rpartition(",")[2]) for row in rows])
    assert np.allclose(data["distances"].number["km"], written / 1000, rtol=1e-15)
    bad = folder(tmp_path / "bad", {"distances.csv": "origin,dest,note,km [kg]\n" + "\n".join(rows)})
    assert {p.code for p in read(bad).problems} == {"E105"}


def test_a_workbook_reads_units_and_names_the_cell_of_a_wrong_one(tmp_path: Path) -> None:
    lanes = [["origin", "dest", "material", "ongkos (ribu Rp/ton)"], ["a", "b", "m", 2.5]]
    case = book(tmp_path, {"lanes": lanes})
    assert balik.solve(case).cost == 25
    lanes[0][3] = "ongkos (Rp/km)"
    found = problems(book(tmp_path, {"lanes": lanes}))
    assert [(p.code, p.sheet, p.cell) for p in found] == [("E105", "lanes", "D1")]


def test_a_wide_table_with_a_unit_in_its_corner(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "periods.csv": "period\np1\np2\n",
        "supply.csv": "place,material,p1,p2\na,m,1,2\n",
        "distances.csv": "km [m],a,b\na,0,500\nb,500,0\n",
    }
    tables = read(folder(tmp_path, files))
    assert tables["distances"] is not None and dict(tables["distances"].units) == {"km": "m"}
    assert type_tables(tables)["distances"].number["km"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("capacity", "t/tahun", (Fraction(1000, 12), "kg", 1)),
        ("unit_cost", "juta Rp/dus", (Fraction(10**6), "dus", -1)),
        ("running_cost", "Rp/hari", (Fraction(365, 12), "", 0)),
        ("running_cost", "Rp/kg", None),
        ("opening_cost", "Rp/bulan", None),
    ],
)
def test_how_a_unit_fits_a_column(column: str, text: str, expected: tuple[Fraction, str, int] | None) -> None:
    found = fit(INPUT["sites"].columns[column], text, CaseUnits())
    assert (found and (found.factor, found.kind, found.power)) == expected


def test_the_other_units_of_the_tests_are_of_the_dimensions_that_they_stand_for() -> None:
    assert {read_unit(text).factor * times for text, times in OTHER.values()} == {Fraction(1)}


def test_a_scenario_with_a_unit_over_a_base_without_one(tmp_path: Path) -> None:
    """Only the scenario's rows are converted, once."""
    case = folder(
        tmp_path,
        {
            "places.csv": "place\na\nb\np\n",
            "lanes.csv": "origin,dest,material,fee\n*,p,m,1\n",
            "demand.csv": "place,material\np,m\n",
            "supply.csv": "place,material,amount\na,m,1000\nb,m,500\n",
            "scenarios/s/supply.csv": "place,material,amount [t]\na,m,2\n",
        },
    )
    assert balik.solve(case, "s").cost == 2000 + 500
    assert balik.solve(case).cost == 1000 + 500
    balik.convert(case, tmp_path / "out", "s")
    assert balik.solve(tmp_path / "out").cost == 2000 + 500
