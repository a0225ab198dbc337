"""Cases written as workbooks, which are read again before they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import CallError, InputError
from ..tables import Table, Tables, read
from ..tables.case import read_overlays
from ..tables.formats.book_writer import flat, sheets_of, write_book
from ..tables.formats.texts import clean
from ..tables.numbers import NotANumber, read_fraction
from ..words import Sentence, say
from ..workbook.saving import save
from .template import complete, fitted, fitted_settings, write_template

Overlays = Mapping[str, Mapping[str, Table]]


def write_workbook(path: Path, tables: Tables, overlays: Overlays) -> Path:
    """Write a case as a workbook that reads back as the same tables; returns where it is."""

    def write(beside: Path) -> None:
        sheets = sheets_of(tables.tables, overlays)
        write_book(beside, tables.settings, sheets, tables.currency)
        prove(beside, tables, overlays)

    return save(path, write)


def write_first(path: Path, source: Path, language: str, words: bool) -> Path:
    """Write a case as a workbook to work on, with drop-downs, notes and a guide; `words`: it is the case of `new`."""
    tables, overlays = read(source), read_overlays(source)
    tables.problems.stop_on_errors()
    base, settings = tables.tables, tables.settings
    if words:
        base, settings = fitted(base, language), fitted_settings(settings, language)
    full = replace(tables, tables=complete(base), settings=settings)
    over = {scenario: complete(rows) for scenario, rows in overlays.items()}
    used, sheets = sheets_of(base, overlays), sheets_of(full.tables, over)

    def write(beside: Path) -> None:
        write_template(beside, settings, sheets, used, language, path.name)
        prove(beside, full, over)

    return save(path, write)


def prove(path: Path, tables: Tables, overlays: Overlays) -> None:
    """Read a workbook again; refuse it where it is another case than the one that was written."""
    try:
        again, over = read(path), read_overlays(path)
    except InputError as error:
        raise CallError(_differs(error.problems[0].found)) from None
    if difference := _difference(again, tables) or _overlay_difference(over, overlays):
        raise CallError(_differs(difference))


def _differs(why: Sentence) -> Sentence:
    return say(
        "The case cannot be written as a workbook that reads back as the same case. {why} Write a folder.", why=why
    )


def _difference(again: Tables, tables: Tables) -> Sentence | None:
    if again.problems.errors:
        return again.problems.errors[0].found
    for key, value in flat(tables.settings):
        section, _, name = key.partition(".")
        got = again.setting(section, name) if name else again.settings.get(section)
        if got != (clean(value) if isinstance(value, str) else value):
            return _became(say("The setting {key}", key=key), str(value), str(got))
    if again.scenarios != tables.scenarios:
        return say("A scenario has no row, and no table scenarios lists it.")
    return _tables_difference(again.tables, tables.tables)


def _overlay_difference(again: Overlays, overlays: Overlays) -> Sentence | None:
    found = (_tables_difference(again.get(scenario, {}), rows) for scenario, rows in overlays.items())
    return next((difference for difference in found if difference), None)


def _tables_difference(again: Mapping[str, Table], tables: Mapping[str, Table]) -> Sentence | None:
    for name, table in tables.items():
        got = again.get(name)
        if got is None or list(got.headed()) != list(table.headed()) or len(got) != len(table):
            return say("The table {table} would have other columns or rows.", table=name)
        for column, cells in table.columns.items():
            for row, (cell, other) in enumerate(zip(cells, got.columns[column], strict=True)):
                if cell != other and clean(cell) != other and not _same_number(cell, other):
                    where = say("{table}.{column} at {spot}", table=name, column=column, spot=table.spot(row))
                    return _became(where, cell, other)
    return None


def _became(where: Sentence, cell: str, other: str) -> Sentence:
    return say("{where} is '{cell}' and would become '{other}'.", where=where, cell=cell, other=other)


def _same_number(one: str, other: str) -> bool:
    """Whether two texts are one number, as 1.500 and 1.5 are."""
    try:
        return read_fraction(one) == read_fraction(other)
    except NotANumber:
        return False
