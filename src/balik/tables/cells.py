"""Every cell of a table: text to numbers, flags and labels, defaults filled in, what is wrong noted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np

from ..errors import Problems, did_you_mean
from ..kept import Book
from ..schema import Column, TableSchema
from ..words import Sentence, say
from .counted import Counted, times
from .fits import CaseUnits, fit
from .frame import Frame, Labels
from .numbers import TOO_LARGE, NotANumber, read_number, vanishes
from .table import UNREADABLE, Coded, Floats, Table

_PLAIN = frozenset("0123456789.-+eE")
FLAGS = {"yes": True, "ya": True, "true": True, "1": True, "no": False, "tidak": False, "false": False, "0": False}
#: So many problems of one kind are reported in a column.
MOST_PER_COLUMN = 10_000
_LARGEST_INTEGER = 1_000_000
_RULES: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    ">0": lambda x, bound: x <= 0,
    "min": lambda x, bound: x < bound,
    "max": lambda x, bound: x > bound,
}


def type_table(
    name: str, schema: TableSchema, table: Table | None, lame: bool, units: CaseUnits, problems: Problems
) -> Frame:
    """The typed table; an absent one has no row. Numbers that count a quantity stand in the unit of their header."""
    return _Typing(name, schema, table, lame, units, problems).frame()


class _Typing:
    """Types one column after another, and keeps which rows have a problem."""

    def __init__(
        self, name: str, schema: TableSchema, table: Table | None, lame: bool, units: CaseUnits, problems: Problems
    ):
        self.name, self.schema, self.table, self.problems, self.units = name, schema, table, problems, units
        self.rows = len(table) if table else 0
        self.lame = lame
        self.ok, self.keyed = np.ones(self.rows, bool), np.ones(self.rows, bool)
        self.wrong: dict[str, tuple[str, Sentence, Sentence] | None] = {}  # cells of the column: code, found, advice
        self.counted: dict[str, Counted] = {}

    def frame(self) -> Frame:
        """All columns."""
        number, text, flag, given = {}, {}, {}, {}
        for column in self.schema.columns.values():
            cells = self.table.columns.get(column.name) if self.table else None
            if self.table and column.required and cells is None:
                self._lacks(column)
            if self.table and self.table.partial and column.role == "key" and cells is None:
                self.keyed[:] = False  # the column may be the one that nobody knows
            if column.is_number:
                number[column.name], given[column.name] = self._numbers(cells, column)
            elif column.kind == "flag":
                flag[column.name], given[column.name] = self._flags(cells, column)
            else:
                text[column.name], given[column.name] = self._texts(cells, column)
        columns = Book(number), Book(text), Book(flag), Book(given)
        return Frame(self.name, self.schema, self.table, *columns, self.ok, self.keyed, Book(self.counted))

    def _lacks(self, column: Column) -> None:
        assert self.table is not None
        if not self.lame:
            found = say("The table {table} lacks the column '{column}'.", table=self.name, column=column.name)
            self.problems.add("E140", found, column.about, **self.table.sources[0].where(column.name))
        self.ok[:] = False
        if column.role == "key":
            self.keyed[:] = False

    def _note(self, rows: np.ndarray, column: Column, code: str, found: Sentence, advice: Sentence) -> None:
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
        self.wrong[""] = ("E140", say("'{column}' is blank.", column=column.name), column.about)

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
        return self._in_unit(values, given, column, cells), given

    def _in_unit(self, values: np.ndarray, given: np.ndarray, column: Column, cells: Sequence[str]) -> np.ndarray:
        """The values in the unit of the schema, where the header gives another; quantities stay in that of the header."""
        unit = self.table.units.get(column.name, "") if self.table else ""
        found = fit(column, unit, self.units) if unit else None  # one that does not fit has been noted
        if found is None:
            return self._in_range(values, given, column, cells)
        base = np.where(given, times(values, found.factor), values)
        large = np.flatnonzero(given & np.isfinite(values) & (np.abs(base) >= TOO_LARGE))
        self._note(large, column, "E120", say("A number is too large to be meant in {unit}.", unit=unit), column.about)
        if not found.kind:
            self.counted[column.name] = Counted(unit, values, found)
            return self._in_range(base, given, column, cells)
        values = self._in_range(values, given, column, cells)
        self.counted[column.name] = Counted(unit, values, found)
        return values

    def _unit(self, column: Column) -> str:
        """The unit of a column's cells, for sentences; blank where it has none."""
        given = self.table.units.get(column.name, "") if self.table else ""
        words = ("qty", "money", "run", "period", "quantity")  # stand for units of the case
        return given or ("" if column.unit == "1" or any(word in column.unit for word in words) else column.unit)

    def _with_unit(self, cell: str, column: Column) -> str:
        unit = self.table.units.get(column.name, "") if self.table else ""
        return f"{cell} {unit}".rstrip()

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
                raise NotANumber(say("is not finite"))
            return value
        except NotANumber as error:
            unit = self._unit(column)
            advice = say("Write a number in {unit}.", unit=unit) if unit else say("Write a number.")
            self.wrong[cell] = ("E120", say("'{cell}' {why}.", cell=cell, why=error.why), advice)
            return np.nan

    def _check_size(self, values: np.ndarray, given: np.ndarray, column: Column, cells: Floats) -> None:
        large = np.flatnonzero(np.abs(values) >= TOO_LARGE)
        fitting = {"inf": np.inf, "-inf": -np.inf}.get(column.default, np.nan)
        large = large[given[large] & (values[large] != fitting)]
        for cell in {cells[row] for row in large.tolist()}:
            why = say("is not finite") if "inf" in cell else say("is too large to be meant")
            self.wrong[cell] = ("E120", say("'{cell}' {why}.", cell=cell, why=why), say("Write a number."))

    def _in_range(self, values: np.ndarray, given: np.ndarray, column: Column, cells: Sequence[str]) -> np.ndarray:
        """The values; those that break a rule of the column are noted and nan, so that nothing else is made of them."""
        bad_rows = np.zeros(0, np.int64)
        for rule, bad in _RULES.items():
            if rule not in column.rules:
                continue
            hits = np.flatnonzero(bad(values, float(column.rules[rule] or 0)) & given)
            for row in hits[:MOST_PER_COLUMN].tolist():
                self._note(
                    np.array([row]),
                    column,
                    "E122",
                    _broken(rule, column, self._with_unit(cells[row], column)),
                    self._elsewhere(float(values[row]), column) or column.about,
                )
            self.ok[hits] = False
            bad_rows = np.r_[bad_rows, hits]
        if column.kind == "integer":
            with np.errstate(invalid="ignore"):
                odd = given & ((values != np.floor(values)) | (np.abs(values) > _LARGEST_INTEGER)) & ~np.isnan(values)
            for row in np.flatnonzero(odd).tolist():
                found = say("'{cell}' is not a whole number of a fitting size.", cell=cells[row])
                self._note(np.array([row]), column, "E120", found, say("Write 1, 2, …"))
        if not len(bad_rows):
            return values
        values = values.copy()
        values[bad_rows] = np.nan
        return values

    def _elsewhere(self, value: float, column: Column) -> Sentence:
        """Advice where a number that cannot stand here would do in the column that people mix it up with."""
        other = self.schema.columns.get(column.rules.get("else", ""))
        if other is None:
            return Sentence()
        own = ((bad, float(other.rules[rule])) for rule, bad in _RULES.items() if rule in other.rules)
        if any(bad(np.array([value]), bound).any() for bad, bound in own):
            return Sentence()
        names = {"column": column.name, "other": other.name}
        return say("It would do as {other}: check whether {column} and {other} are swapped.", **names)

    # -- flags and texts -----------------------------------------------------------------------------------------

    def _flags(self, cells: Sequence[str] | None, column: Column) -> tuple[np.ndarray, np.ndarray]:
        blank = FLAGS[column.default]
        if cells is None:
            return np.full(self.rows, blank), np.zeros(self.rows, bool)
        for cell in dict.fromkeys(cells):
            if cell != "" and cell.lower() not in FLAGS:
                found = say("'{cell}' is neither yes nor no.", cell=cell)
                self.wrong[cell] = None if cell == UNREADABLE else ("E125", found, say("Write yes or no."))
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
        advice = did_you_mean(cell.lower(), words) or say("One of: {words}.", words=", ".join(words))
        self.wrong[cell] = ("E123", say("'{cell}' is not a word of {column}.", cell=cell, column=column.name), advice)
        return shown


def _broken(rule: str, column: Column, cell: str) -> Sentence:
    """Which rule of the column the cell breaks."""
    bound = column.rules[rule]
    if rule == ">0":
        return say("{column} = {cell} must be above 0.", column=column.name, cell=cell)
    if rule == "min":
        return say("{column} = {cell} must be at least {bound}.", column=column.name, cell=cell, bound=bound)
    return say("{column} = {cell} must be at most {bound}.", column=column.name, cell=cell, bound=bound)


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
    if any(vanishes(cells[row]) for row in np.flatnonzero(values == 0).tolist()):
        return None
    return values if len(values) == 0 or np.abs(values).max() < TOO_LARGE else None
