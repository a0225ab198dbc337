"""Typed tables: numbers as floats, labels as codes, defaults filled in, every cell checked.

This is shared by the model and by the verifier; what rows mean together (wildcards, distances, prices) is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import Problems, did_you_mean
from ..schema import INPUT, Column, TableSchema
from .numbers import NotANumber, read_number
from .table import Coded, Floats, Table, Tables

#: Dimensions whose labels come from a table of their own; the order is the order of the rows.
OWNERS = {
    "place": "places",
    "material": "materials",
    "period": "periods",
    "mode": "modes",
    "process": "processes",
    "tour": "tours",
    "scenario": "scenarios",
}
_PLAIN = frozenset("0123456789.-+eE")
_FLAGS = {"yes": True, "ya": True, "true": True, "no": False, "tidak": False, "false": False}
_MOST_PER_CELL = 10_000  # the same wrong text is reported on so many rows


@dataclass(frozen=True)
class Labels:
    """A column of text: `levels[codes[row]]`."""

    codes: np.ndarray
    levels: list[str]

    def __getitem__(self, row: int) -> str:
        return self.levels[self.codes[row]]

    def __iter__(self) -> Iterator[str]:
        levels = self.levels
        return (levels[c] for c in self.codes)


@dataclass(frozen=True)
class Frame:
    """One table, typed. Columns that the file lacks hold the default.

    `number[c]`: float array (nan where blank without default); `text[c]`: Labels; `flag[c]`: bool array;
    `given[c]`: whether the cell is filled; `ok`: rows without a problem.
    """

    name: str
    schema: TableSchema
    table: Table | None
    number: dict[str, np.ndarray]
    text: dict[str, Labels]
    flag: dict[str, np.ndarray]
    given: dict[str, np.ndarray]
    ok: np.ndarray

    def __len__(self) -> int:
        return len(self.ok)

    def where(self, row: int, column: str | None = None) -> dict[str, Any]:
        """File, line and column of a row, as fields of a Problem."""
        return self.table.where(int(row), column) if self.table else {"file": self.name}

    def spot(self, row: int) -> str:
        """`lanes.csv line 14`."""
        return self.table.spot(int(row)) if self.table else self.name


@dataclass(frozen=True)
class Data:
    """A case, typed: every table of the schema (absent ones have no row) and the labels of every dimension."""

    tables: Tables
    frames: dict[str, Frame]
    labels: dict[str, list[str]]
    problems: Problems = field(repr=False)

    def __getitem__(self, name: str) -> Frame:
        return self.frames[name]

    @cached_property
    def kinds(self) -> dict[str, list[int]]:
        """Kind to the codes of its places."""
        kinds: dict[str, list[int]] = {}
        frame = self["places"]
        code = {label: i for i, label in enumerate(self.labels["place"])}
        for row in range(len(frame)):
            if (kind := frame.text["kind"][row]) and (place := frame.text["place"][row]) in code:
                kinds.setdefault(kind, []).append(code[place])
        return kinds

    @cached_property
    def groups(self) -> dict[tuple[str, str], list[int]]:
        """(dimension, group) to the codes of its labels."""
        groups: dict[tuple[str, str], list[int]] = {}
        frame = self["groups"]
        for row in range(len(frame)):
            column, label, group = (frame.text[c][row] for c in ("column", "label", "group"))
            dimension = _dimension(column)
            known = self.labels.get(dimension, [])
            if label.startswith("kind:") and dimension == "place":
                codes = self.kinds.get(label[5:], [])
            else:
                codes = [known.index(label)] if label in known else []
            kept = groups.setdefault((dimension, group), [])
            kept.extend(c for c in codes if c not in kept)
        return groups


def type_tables(tables: Tables) -> Data:
    """Type and check every cell of every table; problems go to `tables.problems`."""
    problems = tables.problems
    labels = {d: _owned(tables[t], d) for d, t in OWNERS.items()}
    labels["period"] = labels["period"] or ["1"]
    labels["scenario"] = list(tables.scenarios)
    frames = {}
    for name, schema in INPUT.items():
        table = tables[name]
        frames[name] = _frame(name, schema, table, problems)
    labels["size"] = _levels(frames["sites"], "size")
    labels["account"] = sorted(set(_levels(frames["processes"], "account")))
    data = Data(tables, frames, labels, problems)
    _check_labels(data)
    _check_references(data)
    _check_rows(data)
    return data


def _owned(table: Table | None, dimension: str) -> list[str]:
    cells = table.columns.get(dimension, []) if table else []
    return [c for c in dict.fromkeys(cells) if c and not is_wildcard(c)]


def _levels(frame: Frame, column: str) -> list[str]:
    return [level for level in frame.text[column].levels if level]


def is_wildcard(label: str) -> bool:
    """`*`, `kind:…` or `group:…`."""
    return label == "*" or label.startswith(("kind:", "group:"))


def _dimension(column: str) -> str:
    return "place" if column in ("origin", "dest") else column


# -- cells -------------------------------------------------------------------------------------------------------


def _frame(name: str, schema: TableSchema, table: Table | None, problems: Problems) -> Frame:
    rows = len(table) if table else 0
    ok = np.ones(rows, bool)
    number, text, flag, given = {}, {}, {}, {}
    for column in schema.columns.values():
        cells = table.columns.get(column.name) if table else None
        if table and column.required and cells is None:
            problems.add(
                "E140",
                f"The table {name} lacks the column '{column.name}'.",
                column.description + ".",
                file=table.files[0],
                column=column.name,
            )
            ok[:] = False
        if column.is_number:
            number[column.name], given[column.name] = _numbers(cells, rows, column, table, ok, problems)
        elif column.kind == "flag":
            flag[column.name], given[column.name] = _flags(cells, rows, column, table, ok, problems)
        else:
            text[column.name], given[column.name] = _texts(cells, rows, column, table, ok, problems)
    return Frame(name, schema, table, number, text, flag, given, ok)


def _note_cells(
    cells: Sequence[str],
    wrong: str,
    code: str,
    found: str,
    advice: str,
    column: Column,
    table: Table,
    ok: np.ndarray,
    problems: Problems,
) -> None:
    hits = [row for row, cell in enumerate(cells) if cell == wrong]
    ok[hits] = False
    for row in hits[:_MOST_PER_CELL]:
        problems.add(code, found, advice, **table.where(row, column.name))


def _numbers(
    cells: Sequence[str] | None, rows: int, column: Column, table: Table | None, ok: np.ndarray, problems: Problems
) -> tuple[np.ndarray, np.ndarray]:
    blank = np.nan if column.default in ("", "free") else float(column.default)
    if cells is None or table is None:
        return np.full(rows, blank), np.zeros(rows, bool)
    values = None if isinstance(cells, Floats) else _fast_numbers(cells)
    given = np.ones(rows, bool)
    if isinstance(cells, Floats):
        given = ~np.isnan(cells.values)
        values = np.where(given, cells.values, blank)
        _check_finite(values, given, column, cells, table, ok, problems)
        if column.required and not given.all():
            _note_cells(
                cells, "", "E140", f"'{column.name}' is blank.", column.description + ".", column, table, ok, problems
            )
    elif values is None:
        read: dict[str, float] = {}
        for cell in dict.fromkeys(cells):
            try:
                read[cell] = blank if cell == "" else _read_one(cell, column)
            except NotANumber as why:
                read[cell] = np.nan
                unit = f" in {column.unit}" if column.unit not in ("", "1") else ""
                _note_cells(
                    cells, cell, "E120", f"'{cell}' {why}.", f"Write a number{unit}.", column, table, ok, problems
                )
        values = np.array([read[cell] for cell in cells])
        given = np.array([cell != "" for cell in cells])
        if column.required and not given.all():
            _note_cells(
                cells, "", "E140", f"'{column.name}' is blank.", column.description + ".", column, table, ok, problems
            )
    _check_range(values, given, column, cells, table, ok, problems)
    return values, given


def _fast_numbers(cells: Sequence[str]) -> np.ndarray | None:
    """All cells at once when every one is a plain finite decimal number."""
    if "" in cells or not set("".join(cells)) <= _PLAIN:
        return None
    try:
        values = np.array(list(map(float, cells)))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _check_finite(
    values: np.ndarray,
    given: np.ndarray,
    column: Column,
    cells: Sequence[str],
    table: Table,
    ok: np.ndarray,
    problems: Problems,
) -> None:
    if column.default in ("inf", "-inf"):
        return
    hits = np.flatnonzero(np.isinf(values) & given)
    ok[hits] = False
    for row in hits[:_MOST_PER_CELL]:
        problems.add("E120", "'inf' is not finite.", "Write a number.", **table.where(int(row), column.name))


def _read_one(cell: str, column: Column) -> float:
    if cell.lower() == column.rules.get("or"):
        return np.nan
    value = read_number(cell)
    if np.isinf(value) and column.default not in ("inf", "-inf"):
        raise NotANumber("is not finite")
    if column.kind == "integer" and not value.is_integer():
        raise NotANumber("is not a whole number")
    return value


def _check_range(
    values: np.ndarray,
    given: np.ndarray,
    column: Column,
    cells: Sequence[str],
    table: Table,
    ok: np.ndarray,
    problems: Problems,
) -> None:
    for rule, bad, words in (
        (">0", lambda x, b: x <= 0, "must be above 0"),
        ("min", lambda x, b: x < float(b), f"must be at least {column.rules.get('min')}"),
        ("max", lambda x, b: x > float(b), f"must be at most {column.rules.get('max')}"),
    ):
        if rule not in column.rules:
            continue
        hits = np.flatnonzero(bad(values, column.rules[rule]) & given)
        ok[hits] = False
        for row in hits[:_MOST_PER_CELL]:
            problems.add(
                "E122",
                f"{column.name} = {cells[row]} {words}.",
                column.description + ".",
                **table.where(int(row), column.name),
            )
    if column.kind == "integer" and len(
        hits := np.flatnonzero(given & (values != np.floor(values)) & ~np.isnan(values))
    ):
        ok[hits] = False
        for row in hits[:_MOST_PER_CELL]:
            problems.add("E120", f"'{cells[row]}' is not a whole number.", "", **table.where(int(row), column.name))


def _flags(
    cells: Sequence[str] | None, rows: int, column: Column, table: Table | None, ok: np.ndarray, problems: Problems
) -> tuple[np.ndarray, np.ndarray]:
    blank = _FLAGS[column.default]
    if cells is None or table is None:
        return np.full(rows, blank), np.zeros(rows, bool)
    for cell in dict.fromkeys(cells):
        if cell and cell.lower() not in _FLAGS:
            _note_cells(
                cells, cell, "E125", f"'{cell}' is neither yes nor no.", "Write yes or no.", column, table, ok, problems
            )
    return (
        np.array([_FLAGS.get(cell.lower(), blank) for cell in cells], bool),
        np.array([cell != "" for cell in cells]),
    )


def _texts(
    cells: Sequence[str] | None, rows: int, column: Column, table: Table | None, ok: np.ndarray, problems: Problems
) -> tuple[Labels, np.ndarray]:
    if cells is None or table is None:
        return Labels(np.zeros(rows, np.int32), [column.default]), np.zeros(rows, bool)
    levels = dict.fromkeys(cells.levels if isinstance(cells, Coded) else cells)
    words = column.words
    shown: dict[str, str] = {}
    for cell in levels:
        shown[cell] = cell if cell else column.default
        if words and cell and cell not in words:
            if cell.lower() in words:
                shown[cell] = cell.lower()
            else:
                advice = did_you_mean(cell.lower(), words) or f"One of: {', '.join(words)}."
                _note_cells(
                    cells,
                    cell,
                    "E123",
                    f"'{cell}' is not a word of {column.name}.",
                    advice,
                    column,
                    table,
                    ok,
                    problems,
                )
    if "" in levels and column.required:
        _note_cells(
            cells, "", "E140", f"'{column.name}' is blank.", column.description + ".", column, table, ok, problems
        )
    merged = list(dict.fromkeys(shown.values()))
    code = {text: i for i, text in enumerate(merged)}
    place = {cell: code[text] for cell, text in shown.items()}
    if isinstance(cells, Coded):
        codes = np.array([place[level] for level in cells.levels], np.int32)[cells.codes]
        blank = np.array([level == "" for level in cells.levels])
        return Labels(codes, merged), ~blank[cells.codes]
    codes = np.fromiter(map(place.__getitem__, cells), np.int32, rows)
    given = np.ones(rows, bool) if "" not in levels else np.array([cell != "" for cell in cells])
    return Labels(codes, merged), given


# -- labels and references ---------------------------------------------------------------------------------------


def _check_labels(data: Data) -> None:
    """Labels that would be read as something else, and keys that stand twice in tables with one key."""
    for dimension, name in OWNERS.items():
        frame = data[name]
        if dimension not in frame.text:
            continue
        alone = len(frame.schema.keys) == 1
        column = frame.text[dimension]
        for code, level in enumerate(column.levels):
            hits = np.flatnonzero(column.codes == code) if alone or level in ("each", "default") else []
            wild = is_wildcard(level) and alone
            if level and (wild or level in ("each", "default")):
                frame.ok[hits] = False
                for row in hits:
                    data.problems.add(
                        "E207",
                        f"'{level}' cannot be a label: it has a meaning of its own.",
                        "Choose another name.",
                        **frame.where(row, dimension),
                    )
        if alone and len(column.levels) < len(frame):
            first: dict[str, int] = {}
            for row, label in enumerate(column):
                if label and label in first:
                    data.problems.add(
                        "E202",
                        f"'{label}' stands twice: also at {frame.spot(first[label])}.",
                        "Keep one row.",
                        **frame.where(row, dimension),
                    )
                first.setdefault(label, row)


def _check_references(data: Data) -> None:
    for frame in data.frames.values():
        for column in frame.schema.columns.values():
            if frame.name == "expected" and column.role == "scope":
                continue  # a printed figure may name labels that only its scenario has
            if column.kind == "ref" or (column.kind == "own" and len(frame.schema.keys) > 1):
                _check_reference(data, frame, column)
            elif column.role == "scope":
                _check_scope_label(data, frame, column)
    _check_group_labels(data)


def _check_reference(data: Data, frame: Frame, column: Column) -> None:
    known = set(data.labels[column.refers])
    texts = frame.text[column.name]
    for code, level in enumerate(texts.levels):
        if level == "" or level in known or (level == "each" and column.role == "scope"):
            continue
        wild = column.takes_wildcards or (column.kind == "own" and column.refers in ("mode", "process"))
        if wild and (
            level == "*" or (level.startswith("kind:") and column.refers == "place" and level[5:] in data.kinds)
        ):
            continue
        if wild and level.startswith("group:") and (column.refers, level[6:]) in data.groups:
            continue
        found, advice = _unknown(data, column, level, known)
        hits = np.flatnonzero(texts.codes == code)
        frame.ok[hits] = False
        for row in hits[:_MOST_PER_CELL]:
            data.problems.add("E201", found, advice, **frame.where(row, column.name))


def _unknown(data: Data, column: Column, level: str, known: set[str]) -> tuple[str, str]:
    if level.startswith("kind:") and column.refers == "place":
        return f"No place is of kind '{level[5:]}'.", did_you_mean(
            level[5:], data.kinds
        ) or "Kinds stand in places.kind."
    if level.startswith("group:"):
        names = [g for d, g in data.groups if d == column.refers]
        return f"'{level[6:]}' is not a group of {column.refers}.", did_you_mean(
            level[6:], names
        ) or "Groups stand in the table groups."
    owner = OWNERS[column.refers]
    article = "an" if column.refers[0] in "aeiou" else "a"
    advice = did_you_mean(level, known)
    home = (
        f"The {column.refers}s are listed in the table {owner}."
        if column.refers != "process"
        else f"They are listed in the table {owner}."
    )
    if column.refers == "period" and not data["periods"].ok.size:
        home = "The case has no table periods, so there is one period, labelled 1."
    return f"'{level}' is not {article} {column.refers}.", f"{advice} {home}".strip()


def _check_scope_label(data: Data, frame: Frame, column: Column) -> None:
    known: set[str] | None = None
    if column.refers == "kind":
        known = set(data.kinds)
    elif column.refers == "group":
        known = {g for d, g in data.groups if d == "place"}
    elif column.refers == "size":
        known = set(data.labels["size"])
    elif column.refers == "account":
        known = set(data.labels["account"]) | set(ACCOUNTS)
    texts = frame.text[column.name]
    for code, level in enumerate(texts.levels):
        if level in ("", "each", "*") or known is None or level in known:
            continue
        if level.startswith("group:") and (column.refers, level[6:]) in data.groups:
            continue
        hits = np.flatnonzero(texts.codes == code)
        frame.ok[hits] = False
        for row in hits:
            data.problems.add(
                "E201",
                f"'{level}' is not a {column.refers} of this case.",
                did_you_mean(level, known),
                **frame.where(row, column.name),
            )


#: The accounts of the ledger that every case may have.
ACCOUNTS = "transport fee trip processing purchase opening closing running unit holding revenue shortage left".split()


def _check_group_labels(data: Data) -> None:
    frame = data["groups"]
    for row in range(len(frame)):
        dimension, label = _dimension(frame.text["column"][row]), frame.text["label"][row]
        if not frame.ok[row] or label in data.labels.get(dimension, []):
            continue
        if dimension == "place" and label.startswith("kind:") and label[5:] in data.kinds:
            continue
        frame.ok[row] = False
        known = data.labels.get(dimension, [])
        data.problems.add(
            "E201", f"'{label}' is not a label of {dimension}.", did_you_mean(label, known), **frame.where(row, "label")
        )


# -- rows in themselves ------------------------------------------------------------------------------------------

_ORDERED = {
    "lanes": ("least", "most"),
    "supply": ("least", "most"),
    "demand": ("least", "most"),
    "sites": ("least", "capacity"),
    "limits": ("least", "most"),
}


def _check_rows(data: Data) -> None:
    problems = data.problems
    for name, (low, high) in _ORDERED.items():
        frame = data[name]
        for row in np.flatnonzero(frame.number[low] > frame.number[high]):
            frame.ok[row] = False
            values = f"{frame.number[low][row]:g} > {frame.number[high][row]:g}"
            problems.add(
                "E142", f"{low} is above {high}: {values}.", "No amount can satisfy the row.", **frame.where(row, high)
            )
    for name in ("supply", "demand"):
        frame = data[name]
        for row in np.flatnonzero(frame.given["amount"] & (frame.given["least"] | frame.given["most"])):
            frame.ok[row] = False
            problems.add(
                "E141",
                "amount stands beside least or most.",
                "amount means least and most at once: keep one way.",
                **frame.where(row, "amount"),
            )
    supply = data["supply"]
    endless = supply.given["left_cost"] & (supply.number["left_cost"] != 0)
    endless &= np.isinf(supply.number["most"]) & ~supply.given["amount"]
    for row in np.flatnonzero(endless):
        supply.ok[row] = False
        problems.add(
            "E144",
            "left_cost needs a finite most (or amount): what is left has no end.",
            "Write most.",
            **supply.where(row, "left_cost"),
        )
    if len(data["stores"]) and (data["periods"].number["repeats"] != 1).any():
        row = int(np.flatnonzero(data["periods"].number["repeats"] != 1)[0])
        problems.add(
            "E143",
            "repeats and a table stores cannot stand together: stock would have to repeat itself.",
            "List the periods one by one.",
            **data["periods"].where(row, "repeats"),
        )
