"""Loose lists in both languages, dialects and in a workbook make the same tables."""

from __future__ import annotations

import random
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import Workbook

from balik.start.begin import Started, begin
from start.making import ENGLISH, INDONESIAN, MOVED, codes, rows_of, started, write


def told(made: Started) -> str:
    return "\n".join(made.guessed)


def test_every_table_that_the_lists_give(tmp_path: Path) -> None:
    made = started(tmp_path)
    assert codes(made) == []
    assert list(made.tables) == [
        "places", "materials", "periods", "modes", "lanes", "distances", "supply", "demand", "sites", "baseline", "invoices",
    ]  # fmt: skip
    assert rows_of(made, "materials") == [{"material": "PET", "unit": "kg"}, {"material": "Kardus", "unit": "kg"}]
    assert made.tables["periods"] == {"period": ["2025-01", "2025-02"]}
    assert rows_of(made, "modes")[1] == {"mode": "Truk", "payload": "4000", "loaded_rate": "8000", "empty_rate": "6000"}
    assert rows_of(made, "supply")[0] == {"place": "Bank A", "material": "Kardus", "period": "2025-02", "amount": "600"}
    assert [row["amount"] for row in rows_of(made, "demand")] == ["600", "1250.5", "450"]
    sites = rows_of(made, "sites")
    assert sites[0] == {"place": "Depot Utara", "capacity": "5000", "running_cost": "900000", "status": "existing"}
    assert sites[1]["status"] == "candidate"
    assert rows_of(made, "distances")[0] == {"origin": "Bank A", "dest": "Depot Utara", "km": "10"}
    first = rows_of(made, "baseline")[0]
    assert first["amount"] == "750.5" and first["cost"] == "160000" and first["period"] == "2025-01"
    assert rows_of(made, "invoices")[1] == {"account": "running", "amount": "1800000"}
    assert made.settings["currency"] == "IDR" and made.settings["period"] == "month"


@pytest.mark.parametrize("sign", [",", ";"])
@pytest.mark.parametrize("lists", [ENGLISH, INDONESIAN], ids=["english", "indonesian"])
def test_language_and_dialect_make_no_difference(tmp_path: Path, lists: dict, sign: str) -> None:
    assert started(tmp_path / "a", lists, sign).tables == started(tmp_path / "b").tables


def test_a_byte_order_mark_and_stray_spaces_make_no_difference(tmp_path: Path) -> None:
    rows = [
        [f" {cell}\u00a0" if isinstance(cell, str) and cell else cell for cell in row] for row in ENGLISH["shipments"]
    ]
    files = write(tmp_path / "a", {**ENGLISH, "shipments": rows}, bom=True)
    assert begin(files, "case").tables == started(tmp_path / "b").tables


def test_a_workbook_with_titles_holds_all_lists(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in {"Kiriman": "shipments", "Ongkos": "rates", "Titik": "sites", "Nota": "invoices"}.items():
        sheet = book.create_sheet(name)
        sheet.append(["CV Contoh", None, "laporan"])
        sheet.append([])
        for row in INDONESIAN[rows]:
            sheet.append([None, *row])
    for line in range(4, 4 + len(MOVED)):
        cell = book["Kiriman"].cell(line, 2)
        cell.value = datetime.fromisoformat(cell.value)
        cell.number_format = "dd/mm/yyyy"
    book["Kiriman"]["G5"] = "350,5 kg"
    hidden = book.create_sheet("lama")
    hidden.append(["Asal", "Tujuan"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "buku.xlsx"
    book.save(path)
    made = begin([path], "case")
    assert codes(made) == []
    assert made.tables == started(tmp_path / "b").tables
    assert "buku.xlsx#Kiriman: the header is row 3" in told(made) and "'lama' is hidden" in told(made)


def test_merged_cells_hold_for_each_of_their_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in ENGLISH["shipments"]:
        sheet.append(row)
    sheet["C3"] = None
    sheet.merge_cells("C2:C3")
    path = tmp_path / "book.xlsx"
    book.save(path)
    others = write(tmp_path, {**ENGLISH, "shipments": None})
    assert begin([path, *others], "case").tables == started(tmp_path / "b").tables


def test_a_sheet_for_each_month(tmp_path: Path) -> None:
    head, *rows = ENGLISH["shipments"]
    lists = {**ENGLISH, "shipments": [head, *rows[:4]], "februari": [head, *rows[4:]]}
    made = started(tmp_path / "a", lists)
    assert made.tables == started(tmp_path / "b").tables
    assert "shipments: pengiriman.csv, februari.csv" in told(made)


def test_totals_notes_and_headers_that_stand_again_are_passed_over_and_named(tmp_path: Path) -> None:
    head, *rows = ENGLISH["shipments"]
    more = [*rows[:3], head, *rows[3:], ["TOTAL", "", "", "", "", 4600, "", "", ""], [], ["Made by Ani", *[""] * 8]]
    idle = ["2025-01-07", "S9", "Bank A", "Depot Utara", "PET", 0, "Pickup", 10, 0]
    made = started(tmp_path / "a", {**ENGLISH, "shipments": [["List of 2025"], [], head, idle, *more]})
    assert made.tables == started(tmp_path / "b").tables
    assert "rows that are no records were passed over (3): 8 'Date', 14 'TOTAL', 16 'Made by Ani'" in told(made)
    assert "Rows with the amount 0 were passed over (1)" in told(made) and "the header is row 3" in told(made)


def test_units_of_headers_cells_and_rows(tmp_path: Path) -> None:
    head, *rows = ENGLISH["shipments"]
    tonnes = [[*row[:5], row[5] / 1000, *row[6:8], row[8] / 1000] for row in rows]
    lists = {
        **ENGLISH,
        "shipments": [[*head[:5], "Amount", *head[6:8], "Cost (ribu Rp)", "Unit"], *([*row, "ton"] for row in tonnes)],
        "rates": [["Vehicle", "Payload", "Rate per km (Rp)", "Empty (ribu Rp/km)"], ["Pickup", "1000 kg", 4500, 3.5], ["Truk", "4 ton", 8000, 6]],
        "sites": [[*ENGLISH["sites"][0][:4], "Capacity (kg/month)", "Rent (juta Rp/tahun)"],
                  *([*row[:4], row[4] and row[4] * 1000, row[5] and row[5] * 12 / 1e6] for row in ENGLISH["sites"][1:])],
    }  # fmt: skip
    made = started(tmp_path / "a", lists)
    usual = started(tmp_path / "b")
    assert codes(made) == []
    for table, column in (("supply", "amount"), ("baseline", "amount"), ("modes", "payload"), ("sites", "capacity")):
        mine, theirs = made.tables[table][column], usual.tables[table][column]
        assert [Fraction(m or 0) * 1000 for m in mine] == [Fraction(t or 0) for t in theirs], table
    for table, column in (("modes", "empty_rate"), ("sites", "running_cost"), ("baseline", "cost")):
        assert made.tables[table][column] == usual.tables[table][column], table
    assert made.tables["materials"]["unit"] == ["t", "t"]


def test_money_as_text_and_numbers_that_the_column_decides(tmp_path: Path) -> None:
    rows = [list(row) for row in INDONESIAN["shipments"]]
    for row in rows[1:]:
        row[5] = f"{row[5]:,.1f}".replace(",", "_").replace(".", ",").replace("_", ".")
        row[8] = f"Rp {row[8] + 1_000_000:,}".replace(",", ".")
    made = started(tmp_path / "a", {**INDONESIAN, "shipments": rows}, ";")
    assert codes(made) == []
    assert made.tables["baseline"]["amount"] == started(tmp_path / "b").tables["baseline"]["amount"]
    assert made.tables["baseline"]["cost"][0] == "2160000"


def test_names_that_differ_in_capitals_are_one(tmp_path: Path) -> None:
    rows = [[cell.upper() if cell == "Depot Utara" and at % 2 else cell for cell in row]
            for at, row in enumerate(ENGLISH["shipments"])]  # fmt: skip
    made = started(tmp_path / "a", {**ENGLISH, "shipments": rows})
    assert made.tables == started(tmp_path / "b").tables
    assert "'DEPOT UTARA' = 'Depot Utara'" in told(made)


def test_without_a_site_list_places_are_called_by_what_they_do(tmp_path: Path) -> None:
    made = started(tmp_path, {**ENGLISH, "sites": None})
    assert codes(made) == []
    assert made.tables["places"] == {
        "place": ["Bank A", "Depot Utara", "Bank B", "Pabrik"],
        "kind": ["source", "hub", "source", "sink"],
    }
    assert "sites" not in made.tables and "There is no site list" in told(made)


def test_candidate_lanes_only_where_every_distance_is_known(tmp_path: Path) -> None:
    sites = [[*row[:2], "", "", *row[4:]] if row[0] == "Depot Timur" else row for row in ENGLISH["sites"]]
    made = started(tmp_path, {**ENGLISH, "sites": sites})
    assert {row["note"] for row in rows_of(made, "lanes")} == {"today"}
    assert "only today's pairs are lanes" in told(made)


def test_candidate_lanes_between_the_kinds(tmp_path: Path) -> None:
    made = started(tmp_path, {**ENGLISH, "shipments": [*ENGLISH["shipments"], *more_pairs()]})
    assert codes(made) == []
    lanes = [row for row in rows_of(made, "lanes") if row["note"] == "candidate"]
    kinds = {("kind:bank", "kind:depot"), ("kind:depot", "kind:plant"), ("kind:bank", "kind:plant")}
    assert {(row["origin"], row["dest"]) for row in lanes} == kinds
    assert made.settings["distance"] == {"detour": 1.4}
    assert "Roads are taken as 1.4 times the straight line" in told(made)


def test_no_candidate_lane_leads_to_an_end_that_does_not_take_the_material(tmp_path: Path) -> None:
    sites = [*ENGLISH["sites"], ["Pabrik Kertas", "plant", -6.84, 107.48, "", ""]]
    paper = [
        [*row[:3], "Pabrik Kertas", *row[4:]] if row[3:5] == ["Pabrik", "Kardus"] else row
        for row in ENGLISH["shipments"]
    ]
    made = started(tmp_path, {**ENGLISH, "sites": sites, "shipments": [*paper, *more_pairs()]})
    lanes = {(row["dest"], row["material"]) for row in rows_of(made, "lanes") if row["note"] == "candidate"}
    assert {dest for dest, material in lanes if material == "Kardus"} == {"kind:depot", "Pabrik Kertas"}
    assert ("Pabrik", "PET") in lanes and ("kind:plant", "PET") not in lanes


def more_pairs() -> list[list[object]]:
    """More pairs with km, so that the detour can be taken from them."""
    pairs = [
        ("Bank A", "Pabrik", 43.8),
        ("Bank B", "Pabrik", 28),
        ("Bank A", "Depot Timur", 19.2),
        ("Depot Timur", "Pabrik", 29),
    ]
    return [["2025-02-01", f"T{at}", o, d, "PET", 100, "Pickup", km, 0] for at, (o, d, km) in enumerate(pairs)]


def test_vehicles_are_as_full_as_in_the_list(tmp_path: Path) -> None:
    made = started(tmp_path)
    fill = {(row["origin"], row["material"]): row["fill"] for row in rows_of(made, "lanes") if row["note"] == "today"}
    assert fill["Bank A", "PET"] == "0.37525" and fill["Depot Utara", "Kardus"] == "0.15"
    heavy = [[*row[:5], row[5] * 4, *row[6:]] if row[0] != "Date" else row for row in ENGLISH["shipments"]]
    several = started(tmp_path / "heavy", {**ENGLISH, "shipments": heavy})
    assert "fill" not in several.tables["lanes"] and codes(several) == ["W400", "W403"]


def test_rates_per_quantity_need_no_payload(tmp_path: Path) -> None:
    fee = [["Vehicle", "Rate per kg (Rp)"], ["Pickup", 200], ["Truk", 90]]
    made = started(tmp_path / "fee", {**ENGLISH, "rates": fee})
    assert codes(made) == [] and list(made.tables["modes"]) == ["mode"] and "fill" not in made.tables["lanes"]
    assert {(row["mode"], row["fee"]) for row in rows_of(made, "lanes")} == {("Pickup", "200"), ("Truk", "90")}
    full = [["Vehicle", "Tarif per ton km (Rp)"], ["Pickup", 20_000], ["Truk", 9_000]]
    made = started(tmp_path / "full", {**ENGLISH, "rates": full})
    assert codes(made) == [] and made.tables["modes"]["full_rate"] == ["20", "9"]
    bare = [["Vehicle", "Loaded (Rp/km)"], ["Pickup", 4500], ["Truk", 9_000]]
    assert codes(started(tmp_path / "bare", {**ENGLISH, "rates": bare})) == ["E402"]  # no payload


def test_one_vehicle_and_one_good_need_no_column(tmp_path: Path) -> None:
    rows = [[*row[:4], row[5], *row[7:]] for row in ENGLISH["shipments"]]
    rates = [["Vehicle", "Payload (t)", "Rate per km (Rp)"], ["Truk", 4, 8000]]
    made = started(tmp_path, {**ENGLISH, "shipments": rows, "rates": rates})
    assert codes(made) == [] and made.tables["materials"]["material"] == ["goods"]
    assert set(made.tables["lanes"]["mode"]) == {"Truk"}
    for words in ("All shipments go by 'Truk'", "all is called 'goods'", "no rate of the empty way back"):
        assert words in told(made)


def test_a_list_without_dates_is_one_period(tmp_path: Path) -> None:
    made = started(tmp_path, {**ENGLISH, "shipments": [row[1:] for row in ENGLISH["shipments"]]})
    assert codes(made) == [] and "periods" not in made.tables and set(made.tables["baseline"]["period"]) == {"1"}
    assert "fill" not in made.tables["lanes"] and "the whole list is taken as one month" in told(made)


def test_stock_where_a_place_sends_another_amount_than_it_receives(tmp_path: Path) -> None:
    rows = [list(row) for row in ENGLISH["shipments"]]
    rows[4][5], rows[8][5] = 1000, 700.5  # 250.5 wait over the end of January
    made = started(tmp_path / "later", {**ENGLISH, "shipments": rows})
    assert codes(made) == [] and made.tables["stores"] == {"place": ["kind:depot"], "material": ["PET"]}
    rows[4][5], rows[8][5] = 1450.5, 250  # 200 were there before
    made = started(tmp_path / "before", {**ENGLISH, "shipments": rows})
    assert codes(made) == ["W404"]
    assert made.tables["stores"] == {
        "place": ["kind:depot", "Depot Utara"],
        "material": ["PET"] * 2,
        "start": ["", "200"],
    }


@pytest.mark.parametrize(("period", "labels"), [
    ("day", "2025-01-06"), ("week", "2025-W02"), ("quarter", "2025-Q1"), ("year", "2025"), ("all", "1"),
])  # fmt: skip
def test_periods(tmp_path: Path, period: str, labels: str) -> None:
    made = started(tmp_path, period=period)
    assert codes(made) in ([], ["W403"]) and made.tables["periods"]["period"][0] == labels
    assert sum(map(Fraction, made.tables["baseline"]["amount"])) == Fraction("4600.0") + 1
    if period == "all":
        assert made.tables["periods"]["length"] == ["2"] and made.settings["period"] == "month"
    if period == "year":
        assert rows_of(made, "sites")[0]["running_cost"] == str(900_000 * 12)


@pytest.mark.parametrize("seed", range(5))
def test_amounts_of_the_list_are_those_of_the_tables(tmp_path: Path, seed: int) -> None:
    """Total amounts equal the sums in baseline, supply and demand, for every material, exactly."""
    rng = random.Random(seed)
    rows: list[list[object]] = []
    total: dict[str, Fraction] = {}
    banks = [f"B{n}" for n in range(6)]
    for month in range(1, 7):
        came: dict[tuple[str, str], int] = {}
        for _ in range(rng.randint(10, 30)):
            origin, hub, material = rng.choice(banks), rng.choice("XY"), rng.choice(["PET", "Kardus"])
            grams = rng.randint(1, 900_000)
            came[hub, material] = came.get((hub, material), 0) + grams
            total[material] = total.get(material, Fraction(0)) + Fraction(grams, 1000)
            rows.append(
                [
                    f"2025-{month:02}-{rng.randint(1, 25):02}",
                    f"S{len(rows)}",
                    origin,
                    hub,
                    material,
                    grams / 1000,
                    "Pickup",
                    10,
                    0,
                ]
            )
        for (hub, material), grams in came.items():
            rows.append([f"2025-{month:02}-28", f"S{len(rows)}", hub, "P", material, grams / 1000, "Truk", 50, 0])
    made = started(
        tmp_path, {**ENGLISH, "shipments": [ENGLISH["shipments"][0], *rows], "sites": None}, rng.choice(",;")
    )
    assert not [code for code in codes(made) if code[0] == "E"] and "stores" not in made.tables
    for table, times in (("supply", 1), ("demand", 1), ("baseline", 2)):
        found: dict[str, Fraction] = {}
        for row in rows_of(made, table):
            found[row["material"]] = found.get(row["material"], Fraction(0)) + Fraction(row["amount"])
        assert found == {material: amount * times for material, amount in total.items()}, table


@pytest.mark.parametrize("header", [
    "Km (round trip)", "km (pp)", "KM PP", "Km pulang pergi", "Jarak (bolak-balik)", "Distance (km, round trip)",
    "Round-trip km", "Round trip distance [km]", "Distance (round-trip)",
])  # fmt: skip
def test_km_of_the_way_there_and_back_are_halved(tmp_path: Path, header: str) -> None:
    head, *rows = ENGLISH["shipments"]
    names = [header if name == "Distance (km)" else name for name in head]
    twice = [[*row[:7], row[7] * 2, *row[8:]] for row in rows]
    made = started(tmp_path / "a", {**ENGLISH, "shipments": [names, *twice]})
    assert not [problem for problem in made.problems if problem.severity == "error"]
    assert made.tables["distances"] == started(tmp_path / "b").tables["distances"]
    assert f"'{header}' is read as the way there and back, and halved." in told(made)


def test_miles_of_the_way_there_and_back(tmp_path: Path) -> None:
    def km(folder: str, header: str) -> list[float]:
        names = [header if name == "Distance (km)" else name for name in ENGLISH["shipments"][0]]
        made = started(tmp_path / folder, {**ENGLISH, "shipments": [names, *ENGLISH["shipments"][1:]]})
        return [float(text) for text in made.tables["distances"]["km"]]

    assert km("a", "Distance (miles, round trip)") == pytest.approx([x / 2 for x in km("b", "Distance (miles)")])


def test_a_rate_per_round_trip_is_no_distance(tmp_path: Path) -> None:
    rates = [["Vehicle", "Payload (t)", "Cost per round trip (Rp)"], ["Pickup", 1, 50_000], ["Truk", 4, 300_000]]
    made = started(tmp_path, {**ENGLISH, "rates": rates})
    assert made.tables["modes"]["trip_cost"] == ["50000", "300000"]
