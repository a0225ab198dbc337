"""Messy rows: each gives its problem, at the right cell; all of them at once, and nothing is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from balik.errors import Problem
from balik.start.begin import Started, begin
from balik.start.loops import loops
from start.making import ENGLISH, changed, codes, rows_of, started, write


def only(made: Started, code: str) -> Problem:
    """The one problem, of that code."""
    assert codes(made) == [code], [str(problem) for problem in made.problems]
    return made.problems[0]


@pytest.mark.parametrize(("name", "row", "column", "value", "code", "words"), [
    ("shipments", 3, "Weight (kg)", "", "E404", "blank"),
    ("shipments", 3, "From", "", "E404", "blank"),
    ("shipments", 3, "Date", "", "E404", "blank"),
    ("shipments", 3, "Product", " ", "E404", "blank"),
    ("shipments", 3, "Vehicle", "", "E404", "blank"),
    ("shipments", 4, "Weight (kg)", -5, "E406", "-5 is below 0"),
    ("shipments", 4, "Weight (kg)", "a lot", "E405", "'a lot' is not a number"),
    ("shipments", 4, "Weight (kg)", "(12)", "E406", "-12 is below 0"),
    ("shipments", 4, "Date", "yesterday", "E407", "'yesterday' is not a date"),
    ("shipments", 4, "Date", "2025-02-30", "E407", "not a date"),
    ("shipments", 4, "Date", "2025", "E407", "does not say in which month"),
    ("shipments", 5, "Shipment no", "S1", "E408", "row 2"),
    ("shipments", 5, "To", "depot utara", "E409", "to itself"),
    ("shipments", 5, "Vehicle", "Truck", "E410", "Did you mean 'Truk'?"),
    ("shipments", 3, "Distance (km)", 17, "E412", "17.0 km here and 10.0 km in row 2"),
    ("rates", 2, "Loaded (Rp/km)", "", "E404", "blank"),
    ("rates", 2, "Payload (t)", 0, "E406", "carries nothing"),
    ("rates", 3, "Vehicle", "pickup", "E411", "row 2"),
    ("sites", 3, "Place", "Bank A", "E411", "row 2"),
    ("sites", 3, "Latitude", 107.6, "E419", "no place on earth"),
    ("sites", 3, "Latitude", "", "E419", "Only one"),
    ("invoices", 3, "Account", "Sundries", "E418", "'Sundries'"),
])  # fmt: skip
def test_a_cell_that_cannot_be(
    tmp_path: Path, name: str, row: int, column: str, value: Any, code: str, words: str
) -> None:
    made = started(tmp_path, changed(name, row, column, value))
    problems = [p for p in made.problems if p.code != "E410" or code == "E410"]
    found = next(p for p in problems if p.code == code)
    files = {"shipments": "pengiriman.csv", "rates": "tarif.csv", "sites": "lokasi.csv", "invoices": "tagihan.csv"}
    assert found.file == files[name] and found.line == row and found.column == column
    assert words in f"{found.found} {found.advice}" and found.advice
    assert [p.code for p in problems] == [code]
    assert not made.tables or code in ("E412",) or not made.ok


def test_in_a_workbook_the_cell_is_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Kiriman"
    for row in [["2025"], [], *changed("shipments", 5, "Weight (kg)", "a lot")["shipments"]]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    made = begin([tmp_path / "book.xlsx", *write(tmp_path, {**ENGLISH, "shipments": None})], "case")
    found = only(made, "E405")
    assert (found.file, found.sheet, found.cell, found.column) == ("book.xlsx", "Kiriman", "F7", "Weight (kg)")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    lists = changed("shipments", 2, "Weight (kg)", -5)
    lists = changed("shipments", 3, "Date", "?", lists)
    lists = changed("rates", 2, "Loaded (Rp/km)", "", lists)
    lists = changed("sites", 3, "Latitude", 107.6, lists)
    made = started(tmp_path, lists)
    assert codes(made) == ["E404", "E406", "E407", "E419"]


def test_text_that_can_be_two_numbers_is_a_problem_until_the_map_says_the_sign(tmp_path: Path) -> None:
    rows = [list(row) for row in ENGLISH["shipments"]]
    for row in rows[1:]:
        row[5] = "1.250"
    lists = {**ENGLISH, "shipments": rows}
    made = started(tmp_path / "a", lists, ";")
    assert set(codes(made)) == {"E405"} and "can be 1250 or 1.250" in made.problems[0].found
    map_ = tmp_path / "case.map.toml"
    map_.write_text('[shipments]\namount = { column = "Weight (kg)", unit = "kg", decimal = "," }\n', encoding="utf-8")
    made = begin(write(tmp_path / "b", lists, ";"), "case", map_)
    assert made.tables["baseline"]["amount"][0] == "2500"
    asked: list[tuple[str, ...]] = []
    made = begin(write(tmp_path / "d", lists, ";"), "case", ask=lambda q: (asked.append(q.path), ",")[1])
    assert asked == [("shipments", "amount", "decimal")] and made.tables["baseline"]["amount"][0] == "2500"
    by_point = begin(write(tmp_path / "c", lists), "case")  # `,` between cells: the decimal sign is a point
    assert by_point.tables["baseline"]["amount"][0] == "2.5"


def test_days_and_months_that_can_be_swapped(tmp_path: Path) -> None:
    def dated(*texts: str) -> dict[str, Any]:
        head, *rows = ENGLISH["shipments"]
        return {**ENGLISH, "shipments": [head, *([texts[at % len(texts)], *row[1:]] for at, row in enumerate(rows))]}

    assert started(tmp_path / "a", dated("13/02/2025", "01/02/2025")).tables["periods"]["period"] == ["2025-02"]
    assert started(tmp_path / "b", dated("02/13/2025", "02/01/2025")).tables["periods"]["period"] == ["2025-02"]
    assert (
        "no date of the column decides"
        in only(started(tmp_path / "c", dated("01/02/2025", "03/02/2025")), "E407").found
    )
    both = only(started(tmp_path / "d", dated("13/02/2025", "02/13/2025", "01/02/2025")), "E407")
    assert "written in both ways" in both.found and 'order = "day/month/year"' in both.advice


def test_pairs_without_km_or_coordinates(tmp_path: Path) -> None:
    lists = {**ENGLISH, "shipments": [[*row[:7], row[8]] for row in ENGLISH["shipments"]]}
    made = started(tmp_path / "a", lists)
    found = only(made, "E413")
    assert "detour = 1.3" in found.advice and made.in_map
    sites = [["Bank A", "bank", "", "", "", ""] if row[0] == "Bank A" else row for row in ENGLISH["sites"]]
    made = started(tmp_path / "b", {**lists, "sites": sites})
    assert codes(made) == ["E413", "E413"]
    assert any("Bank A to Depot Utara" in p.found and p.line == 2 for p in made.problems)


def test_units_that_do_not_fit(tmp_path: Path) -> None:
    head = ENGLISH["shipments"][0]
    bare = {
        **ENGLISH,
        "shipments": [["Date", "Shipment no", "From", "To", "Product", "Weight", *head[6:]], *ENGLISH["shipments"][1:]],
    }
    assert "in which unit the column 'Weight'" in only(started(tmp_path / "a", bare), "E415").found
    strange = {**ENGLISH, "rates": [["Vehicle", "Payload (stone)", *ENGLISH["rates"][0][2:]], *ENGLISH["rates"][1:]]}
    found = only(started(tmp_path / "b", strange), "E414")
    assert "'stone'" in found.found and found.line == 1 and found.column == "Payload (stone)"
    mixed = {
        **bare,
        "shipments": [
            [*row, "Unit" if row[0] == "Date" else "dus" if row[1] == "S3" else "kg"] for row in bare["shipments"]
        ],
    }
    found = only(started(tmp_path / "c", mixed), "E414")
    assert found.line == 4 and "[mass] dus = 12" in found.advice


def test_a_status_and_one_off_money(tmp_path: Path) -> None:
    sites = [
        [*row[:4], "Status", "Opening cost (Rp)"] if row[0] == "Place" else [*row[:4], "", ""]
        for row in ENGLISH["sites"]
    ]
    sites[3][4], sites[4][5] = "calon", 5_000_000
    made = started(tmp_path, {**ENGLISH, "sites": sites})
    assert codes(made) == ["E416", "E417"]
    assert any("'Depot Utara' is candidate" in p.found for p in made.problems)
    assert any("one_off" in p.advice for p in made.problems)


def test_what_looks_wrong_is_a_warning(tmp_path: Path) -> None:
    lists = changed("sites", 4, "Capacity (t/month)", 1)
    lists = changed("sites", 5, "Type", "other", lists)
    lists = changed("shipments", 2, "From", "Bank  Aa", lists)
    lists = changed("shipments", 5, "Distance (km)", 5, lists)
    lists = changed("shipments", 8, "Distance (km)", 5, lists)
    lists = changed("shipments", 9, "Distance (km)", 5, lists)
    made = started(tmp_path, lists)
    assert made.ok and codes(made) == ["W401", "W402", "W403", "W407"]
    twice = {**ENGLISH, "shipments": [[*row[:1], *row[2:]] for row in [*ENGLISH["shipments"], ENGLISH["shipments"][1]]]}
    assert "W405" in codes(started(tmp_path / "twice", twice))


def test_invoices_of_another_year(tmp_path: Path) -> None:
    invoices = [["Month", "Account", "Amount (Rp)"], ["January 2025", "Transport", 5], ["March 2024", "Transport", 7]]
    found = only(started(tmp_path, {**ENGLISH, "invoices": invoices}), "E407")
    assert found.line == 3 and "2025-01 to 2025-02" in found.found


def test_a_number_may_stand_for_several_goods_of_one_trip(tmp_path: Path) -> None:
    lists = changed("shipments", 4, "Shipment no", "S2")  # another origin: entered twice
    assert only(started(tmp_path / "a", lists), "E408").line == 4
    head, *rows = ENGLISH["shipments"]
    goods = [*rows[0][:4], "Kardus", 200, *rows[0][6:]]
    made = started(tmp_path / "b", {**ENGLISH, "shipments": [head, *rows[:1], goods, *rows[1:]]})
    fill = {(row["origin"], row["material"]): row["fill"] for row in rows_of(made, "lanes") if row["note"] == "today"}
    assert not [code for code in codes(made) if code[0] == "E"] and "one trip with several goods" in "\n".join(
        made.guessed
    )
    # 400 and 200 kg on one trip, 350.5 kg on another, 600 kg on a third, of 1,000 each
    assert float(fill["Bank A", "PET"]) == pytest.approx(0.7505 / (400 / 600 + 1))
    assert float(fill["Bank A", "Kardus"]) == pytest.approx(0.8 / (200 / 600 + 1))


def test_what_does_not_hang_together_is_told_with_the_rest(tmp_path: Path) -> None:
    lists = changed("shipments", 2, "Weight (kg)", -5)
    lists = changed("shipments", 3, "Distance (km)", 30, lists)
    lists = changed("shipments", 6, "Distance (km)", 30, lists)
    lists = changed("shipments", 4, "Distance (km)", "", lists)
    lists = changed("shipments", 7, "Distance (km)", "", lists)
    lists = changed("sites", 3, "Latitude", 97, lists)
    assert codes(started(tmp_path, lists)) == ["E406", "E413", "E419", "W407"]


def test_a_list_whose_vehicle_is_asked_for_is_not_said_to_be_empty(tmp_path: Path) -> None:
    rates = [["Dari", "Ke", "Tarif Rp/kg"], ["Bank A", "Depot Utara", 200], ["Depot Utara", "Pabrik", 300]]
    assert set(codes(started(tmp_path, {**ENGLISH, "rates": rates}))) == {"E402"}


def test_files_that_are_no_lists(tmp_path: Path) -> None:
    files = write(tmp_path, ENGLISH)
    (tmp_path / "empty.csv").write_text("\n;;\n", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("Asal;Tujuan\nCafé;B\n".encode("latin-1"))
    (tmp_path / "open.csv").write_text('a,b\n"x,y\n', encoding="utf-8")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    more = [
        tmp_path / name for name in ("empty.csv", "latin.csv", "open.csv", "notes.pdf", "broken.xlsx", "absent.csv")
    ]
    made = begin([*files, *more], "case")
    assert codes(made) == ["E101", "E114", "E400", "E400", "E400", "E400"]
    assert {problem.file for problem in made.problems} == {path.name for path in more}
    alone = begin([tmp_path / "absent.csv"], "case")
    assert codes(alone) == ["E400"] and not alone.in_map


@pytest.mark.parametrize("trips", [
    [["A", "B", "x", 100], ["B", "A", "x", 50]],
    [["Depot", "A", "x", 100], ["Depot", "B", "x", 50], ["A", "Depot", "x", 100], ["B", "Depot", "x", 50]],
], ids=["uneven", "balanced"])  # fmt: skip
def test_goods_that_go_out_and_come_back_oblige_nothing(tmp_path: Path, trips: list[list[Any]]) -> None:
    def lists(trips: list[list[Any]]) -> dict[str, Any]:
        rows = [[f"2025-{at:02}-01", *trip, 20] for at, trip in enumerate(trips, 1)]
        return {
            "shipments": [["date", "from", "to", "product", "weight (kg)", "km"], *rows],
            "rates": [["vehicle", "payload (kg)", "IDR per km"], ["van", 1000, 1000]],
        }

    made = started(tmp_path / "a", lists(trips))
    found = next(p for p in made.problems if p.code == "W408")
    assert made.ok and not {"supply", "demand"} & set(made.tables)
    names = ", ".join(dict.fromkeys(trip[0] for trip in trips))
    assert f"Nothing obliges 'x' to move: it goes out and comes back between {names}" in found.found
    assert "demand" in found.advice and "supply" in found.advice and found.file == "pengiriman.csv"
    assert any("no supply and no demand was made of it" in told and f"({names})" in told for told in made.guessed)

    ended = started(tmp_path / "b", lists([*trips, [trips[0][1], "End", "x", 10]]))
    found = next(p for p in ended.problems if p.code == "W408")  # the end obliges 10, and no more
    assert "'x' goes out and comes back" in found.found and "End" not in found.found
    assert [row["amount"] for row in rows_of(ended, "demand")] == ["10"]

    half = len(trips) // 2
    named = started(tmp_path / "c", lists([*trips[:half], *([*trip[:2], "x back", trip[3]] for trip in trips[half:])]))
    assert "W408" not in codes(named)  # what the advice says helps
    back = [float(row["amount"]) for row in rows_of(named, "supply") if row["material"] == "x back"]
    assert sum(back) == sum(trip[3] for trip in trips[half:])


def test_each_loop_is_told_of_and_what_only_passes_is_none() -> None:
    links = [("A", "B"), ("B", "A"), ("B", "C"), ("C", "D"), ("D", "E"), ("E", "C"), ("D", "F"), ("G", "A")]
    assert loops(dict.fromkeys(links)) == [["A", "B"], ["C", "D", "E"]]
    assert loops(dict.fromkeys([("A", "B"), ("B", "C"), ("A", "C")])) == []


def test_the_advice_for_a_text_of_two_numbers_names_both_readings(tmp_path: Path) -> None:
    lists = {**ENGLISH, "shipments": [list(row) for row in ENGLISH["shipments"]]}
    for row in lists["shipments"][1:]:
        row[5] = "1,500"
    made = started(tmp_path / "a", lists)  # `,` between cells, the text in quotes
    advice = str(next(p for p in made.problems if p.code == "E405").advice)
    assert "Write 1500 or 1.5 in the list" in advice
    assert 'decimal = "." }, which reads it as 1500, or decimal = ",", which reads it as 1.5' in advice
    map_ = tmp_path / "m.toml"
    for sign, amount in ((".", "3000"), (",", "3")):
        map_.write_text(f'[shipments]\namount = {{ column = "Weight (kg)", decimal = "{sign}" }}\n', encoding="utf-8")
        made = begin(write(tmp_path / sign.replace(".", "point"), lists), "case", map_)
        assert made.tables["baseline"]["amount"][0] == amount  # two shipments of bank A in January
    for row in lists["shipments"][1:]:
        row[5] = "1.500"
    made = started(tmp_path / "c", lists, ";")
    assert 'decimal = "." }, which reads it as 1.5, or decimal = ",", which reads it as 1500' in made.problems[0].advice
