"""A workbook to start from: a case that solves, with drop-downs, prompts and notes, and a guide, in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..network.limits import MEASURES, QUANTITIES
from ..schema import INPUT, Column, TableSchema
from ..schema.schema import FREE_COLUMNS
from ..tables.formats.book_writer import Book, Sheets
from ..tables.frame import ACCOUNTS, OWNERS
from ..tables.table import Table, cell_name
from ..words import NOTHING, Sentence, say, sentences
from .first_case import SAID
from .guide import ABOUT, about_column, guide

GUIDE = {"en": "_guide", "id": "_petunjuk"}
LISTS = "_lists"
CHECKED = {"en": "checked.xlsx", "id": "periksa.xlsx"}
#: Drop-downs and prompts hold down to this row.
LAST = 1_000
_FLAGS = {"en": ["yes", "no"], "id": ["ya", "tidak"]}
#: Columns of text for which there is a list of words.
_LISTED = {
    "quantity": [*QUANTITIES, *MEASURES, "cost", "margin", *(a for a in ACCOUNTS if a not in QUANTITIES)],
    "account": list(ACCOUNTS),
    "table": [name for name in INPUT if name not in ("scenarios", "changes", "expected")],
}
_LISTED["of"] = _LISTED["quantity"]  # of charges and measures
#: Units that headers of the first case name, so that nobody has to look them up; {month} in the user's language.
UNITS = {
    ("modes", "payload"): "kg",
    ("modes", "full_rate"): "Rp/kg/km",
    ("modes", "empty_rate"): "Rp/km",
    ("supply", "amount"): "kg",
    ("supply", "price"): "Rp/kg",
    ("demand", "price"): "Rp/kg",
    ("sites", "capacity"): "kg/{month}",
    ("sites", "running_cost"): "Rp/{month}",
}
_MONTH = {"en": "month", "id": "bulan"}
_GREY, _GREEN, _BLUE = "#A6A6A6", "#548235", "#2F75B5"
#: Most signs of the parts of a prompt.
_TITLE, _MESSAGE = 32, 255


def fitted(tables: Mapping[str, Table], language: str) -> dict[str, Table]:
    """The tables of the first case in this language, with units in their headers."""
    found = {}
    for name, table in tables.items():
        columns = {
            c: [_said(cell, language) for cell in cells] if c in FREE_COLUMNS else cells
            for c, cells in table.columns.items()
        }
        units = {c: UNITS[name, c].format(month=_MONTH[language]) for c in table.columns if (name, c) in UNITS}
        found[name] = replace(table, columns=columns, units=units)
    return found


def fitted_settings(settings: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The settings of the first case in this language."""
    return {key: _said(value, language) if isinstance(value, str) else value for key, value in settings.items()}


def _said(text: str, language: str) -> str:
    return SAID[text].into(language) if text in SAID else text


def complete(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables with every column of the schema; the user's own columns stand last."""
    return {name: _complete(INPUT[name], table) for name, table in tables.items()}


def _complete(schema: TableSchema, table: Table) -> Table:
    own = {name: cells for name, cells in table.columns.items() if name not in schema.columns}
    known = {name: cells for name, cells in table.columns.items() if name in schema.columns}
    rest: dict[str, Sequence[str]] = {name: [""] * len(table) for name in schema.columns if name not in known}
    return replace(table, columns={**known, **rest, **own})


def write_template(
    path: Path, settings: Mapping[str, Any], sheets: Sheets, used: Sheets, language: str, name: str
) -> None:
    """Write a workbook of these complete sheets; columns that `used` lacks are folded away. `name`: what it will be called."""
    book = Book(path, str(settings.get("currency", "IDR")))
    about = book.file.add_worksheet(GUIDE[language])
    about.set_tab_color(_BLUE)
    _settings(book, settings, language)
    ready = {f"_{table}": _empty(INPUT[table]) for table in ABOUT if table not in sheets}
    template = _Template(book, language, sheets | ready)
    for sheet, table in (sheets | ready).items():
        template.write(sheet, table, used[sheet].columns if sheet in used else None)
    _guide(book, about, language, guide(name, list(sheets), CHECKED[language], book.currency))
    template.write_lists()
    about.activate()
    book.close()


def _empty(schema: TableSchema) -> Table:
    none = np.zeros(0, np.int64)
    return Table(schema.name, {**dict.fromkeys(schema.columns, ()), "note": ()}, (), none, none)


def _settings(book: Book, settings: Mapping[str, Any], language: str) -> None:
    sheet = book.settings(settings)
    told = {"title": say("What the case is called."), "currency": say("Currency of all money, such as IDR, USD or EUR."),
            "period": say("Unit of time of all amounts and costs per time, such as month or year."),
            "source": say("Where the numbers come from.")}  # fmt: skip
    for row, key in enumerate(settings):
        if key in told:
            sheet.write_comment(row, 0, told[key].into(language), {"author": "balik"})


#: Widths of the columns of the guide, and the height of a line in it.
_GUIDE_WIDTHS = (30, 52, 24, 34, 20, 70)
_LINE_HEIGHT = 15


def _guide(book: Book, sheet: Any, language: str, rows: Any) -> None:
    styles = {
        "title": book.style(bold=True, font_size=14, font_color="#1F4E79"),
        "head": book.head,
        "command": book.style(text_wrap=True, valign="top"),
        "plain": book.style(text_wrap=True, valign="top"),
    }
    for at, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(at, at, width)
    wide = book.style(text_wrap=True, valign="top")
    for row, (kind, cells) in enumerate(rows):
        alone = kind == "plain" and len(cells) == 1
        if alone:
            sheet.merge_range(row, 0, row, len(_GUIDE_WIDTHS) - 1, "", wide)
        widths = [sum(_GUIDE_WIDTHS)] if alone else _GUIDE_WIDTHS
        lines = (
            max(-(-len(cell.into(language)) // width) for cell, width in zip(cells, widths, strict=False))
            if cells
            else 1
        )
        if kind in ("plain", "command") and lines > 1:  # rows of wrapped text do not grow by themselves everywhere
            sheet.set_row(row, _LINE_HEIGHT * lines)
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell.into(language), styles[kind])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


@dataclass
class _Template:
    """Writes the sheets of tables, each with its drop-downs, prompts and notes."""

    book: Book
    language: str
    sheets: Sheets

    def write(self, name: str, table: Table, used: Mapping[str, Any] | None) -> None:
        """One table; `used`: the columns that stay in sight (None: a table that is ready for use)."""
        schema = INPUT[table.name]
        words = [self._header(schema, column, table.units.get(column, "")) for column in table.columns]
        sheet = self.book.table(name, table, words)
        sheet.set_tab_color(_GREY if used is None else _GREEN)
        folded = False
        for at, column in enumerate(table.columns):
            if used is not None and column not in used:
                sheet.set_column(at, at, len(words[at]) + 5, None, {"level": 1, "hidden": True})
            elif folded:
                sheet.set_column(at, at, 44, None, {"collapsed": True})
            folded = used is not None and column not in used
            if column in schema.columns:
                self._explain(sheet, at, words[at], schema.columns[column], name)
        if folded:
            sheet.set_column(len(words), len(words), None, None, {"collapsed": True})

    def _header(self, schema: TableSchema, column: str, unit: str) -> str:
        known = schema.columns.get(column)
        word = known.indonesian if known and self.language == "id" and known.indonesian else column
        return f"{word} [{unit}]" if unit else word

    def _explain(self, sheet: Any, at: int, word: str, column: Column, name: str) -> None:
        """The note on a header, and what the cells below it take."""
        about = about_column(column, self.book.currency)
        own = say("In English: {name}.", name=column.name) if self.language == "id" else NOTHING
        sheet.write_comment(
            0, at, sentences(about, own).into(self.language), {"author": "balik", "x_scale": 2, "y_scale": 1.1}
        )
        rules = self._rules(column, name)
        rules |= {
            "input_title": word[:_TITLE],
            "input_message": _short(about.into(self.language)),
            "ignore_blank": True,
        }
        if rules["validate"] != "any":
            rules |= {"error_type": "warning", "error_title": word[:_TITLE]}
            rules["error_message"] = _short(str(rules["error_message"].into(self.language)))
        sheet.data_validation(1, at, LAST - 1, at, rules)

    def _rules(self, column: Column, name: str) -> dict[str, Any]:
        """What a column takes, as the rules of a spreadsheet."""
        if column.is_number:
            return _number(column)
        if column.kind == "flag":
            return _list(_FLAGS[self.language], say("Write yes or no."))
        if column.words:
            return _list(column.words, say("One of: {words}.", words=", ".join(column.words)))
        if column.kind == "ref" and (labels := self._labels(column.refers)):
            found = say("This label is not on the sheet {sheet}.", sheet=OWNERS[column.refers])
            more = say("Right where *, kind:… or group:… is meant, or where you will add it there.")
            return _list(labels, sentences(found, more if column.takes_wildcards else say("Add it there.")))
        if (listed := _LISTED.get(column.name)) and column.kind in ("text", "label"):
            place = f"='{LISTS}'!${_letter(list(_LISTED).index(column.name))}$2:${_letter(list(_LISTED).index(column.name))}${len(listed) + 1}"
            return _list(place, say("This is none of balik's own words; an account of your own is right."))
        return {"validate": "any"}

    def _labels(self, dimension: str) -> str:
        """The filled cells below the header of the table that owns these labels; nothing where it is not in use."""
        owner = OWNERS.get(dimension, "")
        if owner not in self.sheets:
            return ""
        letter = _letter(list(self.sheets[owner].columns).index(dimension))
        below = f"'{owner}'!${letter}$2"
        return f"=OFFSET({below},0,0,MAX(1,COUNTA({below}:${letter}${LAST})),1)"

    def write_lists(self) -> None:
        """The hidden sheet with the words of longer lists."""
        sheet = self.book.file.add_worksheet(LISTS)
        for at, (name, words) in enumerate(_LISTED.items()):
            for row, word in enumerate([name, *words]):
                sheet.write_string(row, at, word)
        sheet.hide()


def _number(column: Column) -> dict[str, Any]:
    """The rules of a column of numbers."""
    rules: dict[str, Any] = {"validate": "integer" if column.kind == "integer" else "decimal"}
    least, most = column.rules.get("min"), column.rules.get("max")
    if least is not None and most is not None:
        found = say("A number from {least} to {most} belongs here.", least=least, most=most)
        rules |= {"criteria": "between", "minimum": float(least), "maximum": float(most)}
    elif least is not None:
        found = say("A number from {least} on belongs here.", least=least)
        rules |= {"criteria": ">=", "value": float(least)}
    elif ">0" in column.rules:
        found = say("A number above 0 belongs here.")
        rules |= {"criteria": ">", "value": 0}
    else:
        found = say("A number belongs here.")
        rules |= {"criteria": "between", "minimum": -1e20, "maximum": 1e20}
    also = say("Right also: a fraction such as 10/9, or inf for no limit.") if "inf" in column.default else NOTHING
    if column.kind == "number" and not also:
        also = say("Right also: a fraction such as 10/9.")
    return rules | {"error_message": sentences(found, also)}


def _list(source: Sequence[str] | str, message: Sentence) -> dict[str, Any]:
    return {"validate": "list", "source": source, "error_message": message}


def _letter(at: int) -> str:
    return cell_name(1, at + 1).rstrip("1")


def _short(text: str) -> str:
    """A text that fits into a prompt."""
    return text if len(text) <= _MESSAGE else text[: _MESSAGE - 1] + "…"
