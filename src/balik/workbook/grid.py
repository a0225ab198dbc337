"""What a workbook holds: grids of filled cells, one for each sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import BalikError
from ..words import NOTHING, Sentence, sentences


@dataclass(frozen=True, slots=True)
class Date:
    """A number that its format shows as a date or a time.

    `2024-01-31`, `2024-01-31T08:30:00`, a time of day `08:30:00`, or a duration in hours `26:30:00`.
    """

    text: str


@dataclass(frozen=True, slots=True)
class CellError:
    """What a cell shows in place of a value: `#REF!`, `#N/A`; `#####` for a date that does not exist."""

    text: str


@dataclass(frozen=True, slots=True)
class NoValue:
    """A formula whose value was never stored."""


#: A whole number is an `int`, as a workbook makes no difference between 5 and 5.0; no number is infinite or NaN.
Value = str | int | float | bool | Date | CellError | NoValue
#: The number of the column (from 1), and the value.
Cell = tuple[int, Value]
#: The number of the row (from 1), and its filled cells.
Row = tuple[int, list[Cell]]
#: First row, first column, last row, last column.
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its filled cells in order, row by row and from left to right, and its merged areas.

    Empty cells and rows are left out. Text stands as it is written, with all its spaces.
    """

    name: str
    hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook in their order, and what the reader of it should know."""

    grids: list[Grid]
    remarks: list[Sentence] = field(default_factory=list)


class WorkbookRefused(BalikError):
    """The file is no workbook that balik reads: why, and what to do about it."""

    exit_code = 2

    def __init__(self, why: Sentence, advice: Sentence = NOTHING):
        super().__init__(sentences(why, advice))
        self.why, self.advice = why, advice

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.why, self.advice)
