"""How the child tells its parent what it read: lines of JSON.

{"texts": ["origin", …]}                  the shared texts, once
{"sheet": "lanes", "hidden": false}       a sheet begins
{"rows": [1, 5], "widths": [2, 1],        rows of it: their numbers, how many cells each has, then of all cells
 "columns": [1, 2, 1],                    the column,
 "kinds": "tnd",                          the kind (below),
 "values": [0, 7.5, "2024-01-31"]}        and the value
{"merges": [[1, 1, 1, 3]]}                its merged areas
{"remark": [template, values]}
{"refused": [why, advice]}                nothing else counts
{"done": true}                            last, when all was read
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ..words import NOTHING, Sentence
from .grid import Book, Cell, CellError, Date, Grid, NoValue, Row, Value, WorkbookRefused

#: Kinds of values: as it stands (a number, a boolean, a text of its own), the number of a shared text, a date, an
#: error, a formula without a value.
PLAIN, SHARED, DATE, ERROR, MISSING = "n", "t", "d", "e", "m"
_MAKE: dict[str, Callable[[Any], Value]] = {DATE: Date, ERROR: CellError, MISSING: lambda _: NoValue()}


@dataclass(slots=True)
class Rows:
    """Rows that are told in one line."""

    rows: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def line(self) -> bytes:
        """The line."""
        kinds = "".join(self.kinds)
        return line(rows=self.rows, widths=self.widths, columns=self.columns, kinds=kinds, values=self.values)


def line(**content: Any) -> bytes:
    """One line of the answer."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def flat(sentence: Sentence) -> list[Any]:
    """A sentence as template and values."""
    values = {name: flat(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return [sentence.template, values]


def sentence(content: list[Any]) -> Sentence:
    """The sentence of that template and those values."""
    template, values = content
    values = {name: sentence(value) if isinstance(value, list) else value for name, value in values.items()}
    return Sentence(template.format(**values), template, values) if template else NOTHING


def book(lines: Iterable[bytes]) -> Book | None:
    """The workbook that the lines tell of, WorkbookRefused where they say so; `None` where they end too early."""
    told = Book([])
    texts: list[str] = []
    for raw in lines:
        if not raw.endswith(b"\n"):
            break
        match json.loads(raw):
            case {"rows": rows, "widths": widths, "columns": columns, "kinds": kinds, "values": values}:
                told.grids[-1].rows.extend(_rows(rows, widths, _cells(columns, kinds, values, texts)))
            case {"sheet": name, "hidden": hidden}:
                told.grids.append(Grid(name, hidden))
            case {"merges": merges}:
                told.grids[-1].merges.extend((top, left, bottom, right) for top, left, bottom, right in merges)
            case {"texts": shared}:
                texts = shared
            case {"remark": remark}:
                told.remarks.append(sentence(remark))
            case {"refused": [why, advice]}:
                raise WorkbookRefused(sentence(why), sentence(advice))
            case {"done": True}:
                return told
    return None


def _cells(columns: list[int], kinds: str, values: list[Any], texts: list[str]) -> Iterator[Cell]:
    for column, kind, value in zip(columns, kinds, values, strict=True):
        if kind == PLAIN:
            yield column, value
        elif kind == SHARED:
            yield column, texts[value]
        else:
            yield column, _MAKE[kind](value)


def _rows(numbers: list[int], widths: list[int], cells: Iterator[Cell]) -> Iterator[Row]:
    for number, width in zip(numbers, widths, strict=True):
        yield number, list(islice(cells, width))
