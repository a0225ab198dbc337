"""Sheets of studies: their rows with numbers as numbers, a chart of Excel's own, what they found and do not say."""

from __future__ import annotations

from typing import Any

from ...analysis.study import Study
from ...words import say
from ..language import money_sign
from ..palette import BLUE
from .cells import Book
from .parts import Facts, Points
from .studies import Column, columns, title_of, told, values, weights

_MOST_BARS = 40


def study_sheet(book: Book, study: Study, beside: str) -> None:
    """A study: its rows, and below them what it found. `beside`: the case of the book; one of another names its own."""
    speak = book.speak
    sheet = book.sheet(speak(title_of(study)))
    sheet.set_column(0, 12, 18)
    row = 0
    if beside not in ("", study.case):
        sheet.write_string(row, 0, f"{speak(title_of(study))} · {study.case}", book.looks["title"])
        row += 2
    for block in values(study, speak):
        if isinstance(block, Facts):
            for word, value in block.facts:
                sheet.write_string(row, 0, word, book.looks["bold"])
                sheet.write_string(row, 1, value)
                row += 1
            row += 1
    found = _trials(study) if study.kind == "validate" else columns(study)
    last = _table(book, sheet, found, row, study.currency)
    _bars(book, sheet, study, found, row, last)
    row = last + 2
    if study.kind == "rank":
        row = _table(book, sheet, weights(study), row, study.currency) + 2
    for part in told(study, speak):
        lines = [part.title, *part.points] if isinstance(part, Points) else []
        for i, line in enumerate(lines):
            sheet.write_string(row + i, 0, line, None if i else book.looks["bold"])
        row += len(lines) + 1


def _table(book: Book, sheet: Any, found: list[Column], top: int, currency: str) -> int:
    """Columns that hold anything; returns the row below them."""
    kept = [column for column in found if any(value not in (None, "", []) for value in column.values)]
    signs = {"money": f" [{currency}]"} if currency else {}
    looks = {"money": book.money(currency), "share": "share"}
    book.head(sheet, top, [book.speak(column.head) + signs.get(column.sort, "") for column in kept])
    for j, column in enumerate(kept):
        for i, value in enumerate(column.values):
            shown = (
                ", ".join(map(str, value))
                if column.sort == "list" and value
                else value or (None if value == [] else value)
            )
            book.put(sheet, top + 1 + i, j, shown, looks.get(column.sort, ""))
    return top + 1 + max((len(column.values) for column in kept), default=0)


def _trials(study: Study) -> list[Column]:
    """The trials of all rounds of a validation."""
    trials = [(found["round"], trial) for found in study.more.get("rounds", []) for trial in found["trials"]]
    parts = (
        ("verdict", say("verdict")),
        ("name", say("trial")),
        ("expected", say("what must happen")),
        ("found", say("what happened")),
    )
    rest = [Column(head, "text", [trial[name] for _, trial in trials]) for name, head in parts]
    return [Column(say("round"), "number", [number for number, _ in trials]), *rest]


def _bars(book: Book, sheet: Any, study: Study, found: list[Column], top: int, last: int) -> None:
    """The cost of each row as bars, or of each point of a frontier as a line."""
    kept = [column for column in found if any(value not in (None, "", []) for value in column.values)]
    numbers = [j for j, column in enumerate(kept) if column.sort == ("number" if study.kind == "frontier" else "money")]
    name, speak = sheet.get_name(), book.speak
    if not numbers or last - top < 3 or last - top > _MOST_BARS + 1:
        return
    if study.kind == "frontier" and len(numbers) > 1:
        x, y = numbers[:2]
        chart = book.file.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
        chart.add_series({"categories": [name, top + 1, x, last - 1, x], "values": [name, top + 1, y, last - 1, y]})
        chart.set_x_axis({"name": speak(kept[x].head), "num_format": "#,##0"})
        chart.set_y_axis({"name": speak(kept[y].head), "num_format": "#,##0"})
        title = speak(title_of(study))
    else:
        j, first = numbers[0], 1 if study.kind == "sensitivity" else 0
        chart = book.file.add_chart({"type": "bar"})
        chart.add_series({"categories": [name, top + 1, 0, last - 1, first], "values": [name, top + 1, j, last - 1, j],
                          "fill": {"color": BLUE}, "gap": 40})  # fmt: skip
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "#,##0"})
        title = f"{speak(kept[j].head)} ({money_sign(study.currency)})"
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 620, "height": max(280, 22 * (last - top) + 100)})
    sheet.insert_chart(top, len(kept) + 1, chart, {"description": title})
