"""Every cell of a table: text to numbers, flags and labels, defaults filled in, what is wrong noted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from ..errors import Problems, did_you_mean
from ..schema import Column, TableSchema
from .frame import Frame, Labels
from .numbers import TOO_LARGE, NotANumber, read_number
from .table import UNREADABLE, Coded, Floats, Table

_PLAIN = frozenset("0123456789.-+eE")
FLAGS = {"yes": True, "ya": True, "true": True, "1": True, "no": False, "tidak": False, "false": False, "0": False}
#: So many problems of one kind are reported in a column.
MOST_PER_COLUMN = 10_000
_LARGEST_INTEGER = 1_000_000
_RULES: tuple[tuple[str, Callable[[np.ndarray, float], np.ndarray], str], ...] = (
    (">0", lambda x, bound: x <= 0, "must be above 0"),
    ("min", lambda x, bound: x < bound, "must be at least"),
    ("max", lambda x, bound: x > bound, "must be at most"),
)


def type_table(name: str, schema: TableSchema, table: Table | None, lame: bool, problems: Problems) -> Frame:
    """The typed table; an absent one has no row."""
    return _Typing(name, schema, table, lame, problems).frame()


class _Typing:
    """Types one column after another, and keeps which rows have a problem."""

    def __init__(self, name: str, schema: TableSchema, table: Table | None, lame: bool, problems: Problems):
        self.name, self.schema, self.table, self.problems = name, schema, table, problems
        self.rows = len(table) if table else 0
        self.lame = lame
        self.ok, self.keyed = np.ones(self.rows, bool), np.ones(self.rows, bool)
        self.wrong: dict[str, tuple[str, str, str] | None] = {}  # cells of the column: code, found, advice

    def frame(self) -> Frame:
        """All columns."""
        number, text, flag, given = {}, {}, {}, {}
        for column in self.schema.columns.values():
            cells = self.table.columns.get(column.name) if self.table else None
            if self.table and column.required and cells is None:
                self._lacks(column)
            if column.is_number:
                number[column.name], given[column.name] = self._numbers(cells, column)
            elif column.kind == "flag":
                flag[column.name], given[column.name] = self._flags(cells, column)
            else:
                text[column.name], given[column.name] = self._texts(cells, column)
        return Frame(self.name, self.schema, self.table, number, text, flag, given, self.ok, self.keyed)

    def _lacks(self, column: Column) -> None:
        assert self.table is not None
        if not self.lame:
            where = {"file": self.table.files[0], "column": column.name}
            self.problems.add(
                "E140", f"The table {self.name} lacks the column '{column.name}'.", column.description + ".", **where
            )
        self.ok[:] = False
        if column.role == "key":
            self.keyed[:] = False

    def _note(self, rows: np.ndarray, column: Column, code: str, found: str, advice: str) -> None:
        """Note a problem on these rows."""
        assert self.table is not None
        self.ok[rows] = False
        if column.role == "key":
            self.keyed[rows] = False
        for row in rows[:MOST_PER_COLUMN].tolist():
            self.problems.add(code, found, advice, **self.table.where(row, column.name))

    def _note_wrong(self, cells: Sequence[str], column: Column) -> None:
        """Note every wrong cell of a column, in the order of the rows (None: it has been noted)."""
        assert self.table is not None
        rows = _rows(cells, self.wrong)
        self.ok[rows] = False
        if column.role == "key":
            self.keyed[rows] = False
        for row in rows[:MOST_PER_COLUMN].tolist():
            if problem := self.wrong[cells[row]]:
                self.problems.add(*problem, **self.table.where(row, column.name))
        self.wrong = {}

    def _blank(self, column: Column) -> None:
        self.wrong[""] = ("E140", f"'{column.name}' is blank.", column.description + ".")

    # -- numbers -----------------------------------------------------------------------------------------------

    def _numbers(self, cells: Sequence[str] | None, column: Column) -> tuple[np.ndarray, np.ndarray]:
        blank = np.nan if column.default in ("", "free") else float(column.default)
        if cells is None:
            return np.full(self.rows, blank), np.zeros(self.rows, bool)
        if isinstance(cells, Floats):
            given = ~np.isnan(cells.values)
            values = cells.values if given.all() else np.where(given, cells.values, blank)
            self._check_size(values, given, column, cells)
        elif (fast := _fast_numbers(cells)) is not None:
            values, given = fast, np.ones(self.rows, bool)
        else:
            read = {cell: self._one(cell, column, blank) for cell in dict.fromkeys(cells)}
            values = np.array([read[cell] for cell in cells])
            given = np.array([cell != "" for cell in cells])
        if column.required and not given.all():
            self._blank(column)
        self._note_wrong(cells, column)
        return self._in_range(values, given, column, cells), given

    def _one(self, cell: str, column: Column, blank: float) -> float:
        """The number of a cell; nan where it is none, which is noted on every row that has it."""
        if cell == "":
            return blank
        if cell == UNREADABLE:
            self.wrong[cell] = None
            return np.nan
        if cell.lower() == column.rules.get("or"):
            return np.nan
        try:
            value = read_number(cell)
            if np.isinf(value) and column.default != ("inf" if value > 0 else "-inf"):
                raise NotANumber("is not finite")
            return value
        except NotANumber as why:
            unit = f" in {column.unit}" if column.unit not in ("", "1") else ""
            self.wrong[cell] = ("E120", f"'{cell}' {why}.", f"Write a number{unit}.")
            return np.nan

    def _check_size(self, values: np.ndarray, given: np.ndarray, column: Column, cells: Floats) -> None:
        large = np.flatnonzero(np.abs(values) >= TOO_LARGE)
        fitting = {"inf": np.inf, "-inf": -np.inf}.get(column.default, np.nan)
        large = large[given[large] & (values[large] != fitting)]
        for cell in {cells[row] for row in large.tolist()}:
            why = "is not finite" if "inf" in cell else "is too large to be meant"
            self.wrong[cell] = ("E120", f"'{cell}' {why}.", "Write a number.")

    def _in_range(self, values: np.ndarray, given: np.ndarray, column: Column, cells: Sequence[str]) -> np.ndarray:
        """The values; those that break a rule of the column are noted and nan, so that nothing else is made of them."""
        bad_rows = np.zeros(0, np.int64)
        for rule, bad, words in _RULES:
            if rule not in column.rules:
                continue
            bound = column.rules[rule]
            hits = np.flatnonzero(bad(values, float(bound or 0)) & given)
            for row in hits[:MOST_PER_COLUMN].tolist():
                found = f"{column.name} = {cells[row]} {words} {bound or ''}".rstrip() + "."
                self._note(np.array([row]), column, "E122", found, column.description + ".")
            self.ok[hits] = False
            bad_rows = np.r_[bad_rows, hits]
        if column.kind == "integer":
            with np.errstate(invalid="ignore"):
                odd = given & ((values != np.floor(values)) | (np.abs(values) > _LARGEST_INTEGER)) & ~np.isnan(values)
            for row in np.flatnonzero(odd).tolist():
                self._note(
                    np.array([row]),
                    column,
                    "E120",
                    f"'{cells[row]}' is not a whole number of a fitting size.",
                    "Write 1, 2, …",
                )
        if not len(bad_rows):
            return values
        values = values.copy()
        values[bad_rows] = np.nan
        return values

    # -- flags and texts -----------------------------------------------------------------------------------------

    def _flags(self, cells: Sequence[str] | None, column: Column) -> tuple[np.ndarray, np.ndarray]:
        blank = FLAGS[column.default]
        if cells is None:
            return np.full(self.rows, blank), np.zeros(self.rows, bool)
        for cell in dict.fromkeys(cells):
            if cell != "" and cell.lower() not in FLAGS:
                found = f"'{cell}' is neither yes nor no."
                self.wrong[cell] = None if cell == UNREADABLE else ("E125", found, "Write yes or no.")
        self._note_wrong(cells, column)
        return (
            np.array([FLAGS.get(cell.lower(), blank) for cell in cells], bool),
            np.array([cell != "" for cell in cells]),
        )

    def _texts(self, cells: Sequence[str] | None, column: Column) -> tuple[Labels, np.ndarray]:
        if cells is None:
            return Labels(np.zeros(self.rows, np.int32), [column.default]), np.zeros(self.rows, bool)
        levels = list(cells.levels if isinstance(cells, Coded) else dict.fromkeys(cells))
        shown = {cell: cell if cell not in ("", UNREADABLE) else column.default for cell in levels}
        if words := column.words:
            for cell in levels:
                shown[cell] = self._word(cell, shown[cell], column, words)
        if UNREADABLE in shown:
            self.wrong[UNREADABLE] = None
        if "" in shown and column.required:
            self._blank(column)
        self._note_wrong(cells, column)
        merged = list(dict.fromkeys(shown.values()))
        code = {text: i for i, text in enumerate(merged)}
        if isinstance(cells, Coded):
            codes = cells.codes if merged == levels else np.array([code[shown[level]] for level in levels])[cells.codes]
            blank = cells.codes == levels.index("") if "" in levels else np.zeros(self.rows, bool)
            return Labels(codes, merged), ~blank
        place = {cell: code[text] for cell, text in shown.items()}
        codes = np.fromiter(map(place.__getitem__, cells), np.int32, self.rows)
        given = np.ones(self.rows, bool) if "" not in shown else np.array([cell != "" for cell in cells])
        return Labels(codes, merged), given

    def _word(self, cell: str, shown: str, column: Column, words: list[str]) -> str:
        """The word as the schema writes it; one that it does not know is noted."""
        if cell in ("", UNREADABLE) or cell in words:
            return shown
        if cell.lower() in words:
            return cell.lower()
        advice = did_you_mean(cell.lower(), words) or f"One of: {', '.join(words)}."
        self.wrong[cell] = ("E123", f"'{cell}' is not a word of {column.name}.", advice)
        return shown


def _rows(cells: Sequence[str], wrong: Collection[str]) -> np.ndarray:
    """Rows whose cell is one of these."""
    if not wrong:
        return np.zeros(0, np.int64)
    if isinstance(cells, Coded):
        return np.flatnonzero(np.array([level in wrong for level in cells.levels])[cells.codes])
    if isinstance(cells, Floats):
        return np.unique(np.concatenate([cells.like(cell) for cell in wrong]))
    return np.array([row for row, cell in enumerate(cells) if cell in wrong], np.int64)


def _fast_numbers(cells: Sequence[str]) -> np.ndarray | None:
    """All cells at once when every one is a plain finite decimal number."""
    if "" in cells or not set("".join(cells)) <= _PLAIN:
        return None
    try:
        values = np.array(list(map(float, cells)))
    except ValueError:
        return None
    return values if len(values) == 0 or np.abs(values).max() < TOO_LARGE else None
