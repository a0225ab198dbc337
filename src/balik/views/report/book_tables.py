"""Sheets of a workbook beside the cost: sites, studies, every table of the plan, notes and sources."""

from __future__ import annotations

from ...plan.plan import Plan
from ...schema import PLAN
from ...words import say
from ..palette import BLUE
from ..paper import unit_in
from ..subject import Subject
from ..terms import period_name
from .assumed import notes_of
from .cells import MOST_ROWS, Book


def site_sheet(book: Book, subject: Subject, plan: Plan) -> None:
    """Open sites with what they take in, their capacity, and a formula for the share."""
    speak = book.speak
    found = [site for site in plan.facts.get("sites", []) if site["capacity"]]
    if not found:
        return
    sheet = book.sheet(speak(say("Capacity")))
    book.head(
        sheet,
        0,
        [say("site"), say("size"), say("takes in"), say("capacity"), say("unit"), say("share of the capacity")],
    )
    for i, site in enumerate(found):
        for j, key in enumerate(("place", "size", "throughput", "capacity", "unit")):
            book.put(sheet, i + 1, j, site[key])
        book.sum_of(sheet, i + 1, 5, f"=C{i + 2}/D{i + 2}", site["throughput"] / site["capacity"], "share")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 5, 14)
    chart = book.file.add_chart({"type": "bar"})
    name, last = sheet.get_name(), min(len(found), 40)
    chart.add_series(
        {"categories": [name, 1, 0, last, 0], "values": [name, 1, 5, last, 5], "fill": {"color": BLUE}, "gap": 40}
    )
    chart.set_title({"name": speak(say("Capacity used")), "name_font": {"size": 12}})
    chart.set_x_axis({"num_format": "0%", "min": 0})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"none": True})
    chart.set_size({"width": 560, "height": max(260, 22 * last + 110)})
    sheet.insert_chart("H2", chart, {"description": speak(say("Capacity used"))})


def plan_sheets(book: Book, subject: Subject, plan: Plan) -> None:
    """Every table of the plan but the ledger, its units in the headers."""
    speak, units = book.speak, subject.units
    for name, table in plan.columns.items():
        if name == "ledger" or not table or not any(table.values()):
            continue
        sheet = book.sheet(name)
        columns = {c: cells[:MOST_ROWS] for c, cells in table.items()}
        if "material" in columns and name in (
            "flow",
            "backhaul",
            "collect",
            "deliver",
            "shortage",
            "stock",
            "brought",
            "tour_loads",
        ):
            columns["unit"] = [units.get(m, "") for m in columns["material"]]
        book.head(sheet, 0, [_header(book, plan, name, column) for column in columns])
        book.rows(sheet, 1, list(columns.values()))
        sheet.freeze_panes(1, 0)
        rows = len(next(iter(columns.values())))
        sheet.autofilter(0, 0, max(1, rows), len(columns) - 1)
        book.widths(sheet, [[_header(book, plan, name, c), *cells] for c, cells in columns.items()])
        if len(next(iter(table.values()))) > MOST_ROWS:
            sheet.write_comment(
                0, 0, speak(say("The first {rows} rows; the others stand in the plan folder.", rows=MOST_ROWS))
            )


def _header(book: Book, plan: Plan, table: str, column: str) -> str:
    """The column's name in the language, with its unit where one unit holds for the whole column."""
    known = PLAN[table].columns.get(column)
    if known is None:
        return book.speak(say("unit"))
    name = known.indonesian if book.speak.code == "id" else column
    if not known.unit or "qty" in known.unit or known.unit in ("1", "unit"):
        return name
    return f"{name} [{unit_in(known.unit, book.speak, {'money': plan.currency, 'period': period_name(plan.period)})}]"


def note_sheet(book: Book, subject: Subject) -> None:
    """Sources of the case, and the notes of its tables."""
    speak = book.speak
    sheet = book.sheet(speak(say("Sources")))
    row = 0
    for key, words in (("source", say("Source of the case")), ("licence", say("Licence of the data"))):
        if subject.tables.settings.get(key):
            sheet.write_string(row, 0, speak(words), book.looks["bold"])
            sheet.write_string(row, 1, str(subject.tables.settings[key]), book.looks["wrap"])
            row += 1
    book.head(sheet, row + 1, [say("table"), say("note or source"), say("rows"), say("assumed")])
    for i, note in enumerate(notes_of(subject.tables)[:5000]):
        for j, value in enumerate((note.table, note.text, note.rows, say("yes") if note.owned else "")):
            book.put(sheet, row + 2 + i, j, value, "wrap" if j == 1 else "")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
