"""Overlays: a scenario's rows, its `changes`, and `--set`, all on cells as written.

Order: base rows, the scenario's rows (by key), `changes` in file order, the sets in order. Defaults and wildcards
come afterwards. A change that meets no row, or multiplies a blank, is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..errors import Problems, did_you_mean
from ..schema import INPUT, KEPT_NAMES, TableSchema
from .formats.csv import column_name
from .numbers import NotANumber, read_fraction, write_number
from .table import Table

OPS = ("*=", "+=", "=")
_YES = ("yes", "ya", "true", "1")


def overlay(base: Table | None, rows: Table, schema: TableSchema, problems: Problems) -> Table | None:
    """Base rows with the scenario's rows laid over them; None when no row is left.

    A row whose key stands in the base replaces the cells that it fills (`default` blanks a cell, `remove = yes`
    deletes the row); another row is added.
    """
    met = _meet(base, rows, schema, problems)
    remove = rows.columns.get("remove", [""] * len(rows))
    rows = Table(rows.name, {c: v for c, v in rows.columns.items() if c != "remove"}, rows.files, rows.file, rows.line)
    columns = {c: list(cells) for c, cells in base.columns.items()} if base else {}
    gone, added = set(), []
    for row, at in enumerate(met):
        deletes = remove[row].strip().lower()
        if deletes not in ("", "no", "tidak", *_YES):
            problems.add(
                "E125",
                f"'{deletes}' is neither yes nor no.",
                "Write yes or leave it blank.",
                **rows.where(row, "remove"),
            )
        if deletes in _YES and at is None:
            problems.add("E204", "The row to be removed is not in the base.", "Check its key.", **rows.where(row))
        elif deletes in _YES:
            gone.add(at)
        elif at is None:
            added.append(row)
        elif at >= 0:
            for name, cells in rows.columns.items():
                if cells[row] != "":
                    kept = columns.setdefault(name, [""] * len(base or ()))
                    kept[at] = "" if cells[row] == "default" else cells[row]
    result = Table(base.name, columns, base.files, base.file, base.line) if base else None
    if result is not None and gone:
        result = result.take(r for r in range(len(result)) if r not in gone)
    if added:
        fresh = rows.take(added)
        fresh = Table(
            fresh.name,
            {c: ["" if v == "default" else v for v in cells] for c, cells in fresh.columns.items()},
            fresh.files,
            fresh.file,
            fresh.line,
        )
        result = result.append(fresh) if result is not None else fresh
    return result if result is not None and len(result) else None


def _meet(base: Table | None, rows: Table, schema: TableSchema, problems: Problems) -> list[int | None]:
    """For each overlay row the base row that it meets; None: it is new; -1: a problem was noted."""
    if schema.scopes:
        return [_meet_by_filled(base, rows, row, schema, problems) for row in range(len(rows))]
    keys = schema.keys
    known: dict[tuple[str, ...], int] = {}
    if base:
        for at, key in enumerate(_keys(base, keys, schema)):
            known.setdefault(key, at)
    return [known.get(key) for key in _keys(rows, keys, schema)]


def _keys(table: Table, keys: Sequence[str], schema: TableSchema) -> list[tuple[str, ...]]:
    """Key cells of every row; a blank stands for the column's default."""
    cells = [[c or schema.columns[k].default for c in table.columns.get(k, [""] * len(table))] for k in keys]
    return list(zip(*cells, strict=True))


def _meet_by_filled(base: Table | None, rows: Table, row: int, schema: TableSchema, problems: Problems) -> int | None:
    """Limits and goals: known by name and by those of quantity and scope that the overlay row fills."""
    filled = {c: rows.cell(row, c) for c in (*schema.keys, "quantity", *schema.scopes) if rows.cell(row, c)}
    filled = {c: "" if v == "default" else v for c, v in filled.items()}
    hits = [r for r in range(len(base or ())) if base and all(base.cell(r, c) == v for c, v in filled.items())]
    if len(hits) > 1:
        name = schema.keys[0]
        problems.add(
            "E203",
            f"The row meets {len(hits)} rows of {name} '{filled.get(name, '')}' in the base.",
            "Fill quantity or a scope, so that it meets one.",
            **rows.where(row),
        )
        return -1
    return hits[0] if hits else None


# -- changes and --set -------------------------------------------------------------------------------------------


def apply_changes(tables: dict[str, Table], changes: Table, scenario: str | None, problems: Problems) -> None:
    """Apply the rows of `changes` that belong to the scenario, in file order."""
    for row in range(len(changes)):
        if scenario is None or changes.cell(row, "scenario") != scenario:
            continue
        where = {}
        for part in _outside_quotes(changes.cell(row, "where"), ";"):
            if part.strip():
                key, _, value = part.partition("=")
                where[key.strip()] = _unquote(value)
        _change(
            tables,
            changes.cell(row, "table"),
            changes.cell(row, "column"),
            where,
            changes.cell(row, "op") or "=",
            _unquote(changes.cell(row, "value")),
            problems,
            changes.where(row),
        )


def apply_set(tables: dict[str, Table], text: str, problems: Problems) -> None:
    """Apply one `--set 'table.column[key=value,…] OP value'`."""
    place = {"file": f"--set {text}"}
    parsed = parse_selection(text)
    if parsed is None or parsed[3] is None:
        problems.add(
            "E130", f"'{text}' cannot be read.", "Write table.column[key=value,…] OP value, OP one of = *= +=.", **place
        )
        return
    table, column, where, op, value = parsed
    _change(tables, table, column, where, op or "=", _unquote(value or ""), problems, place)


def parse_selection(text: str) -> tuple[str, str, dict[str, str], str | None, str | None] | None:
    """Parts of `table.column[key=value,…] OP value`; op and value are None in a bare selection."""
    head = re.match(r"^\s*([\w-]+)\.([\w-]+)\s*", text)
    if not head:
        return None
    rest = text[head.end() :]
    where: dict[str, str] = {}
    if rest.startswith("["):
        end = _closing(rest)
        if end is None:
            return None
        for part in _outside_quotes(rest[1:end], ","):
            key, equals, value = part.partition("=")
            if not equals:
                return None
            where[key.strip()] = _unquote(value)
        rest = rest[end + 1 :].lstrip()
    if not rest.strip():
        return head[1], head[2], where, None, None
    for op in OPS:
        if rest.startswith(op):
            return head[1], head[2], where, op, rest[len(op) :].strip()
    return None


def _closing(text: str) -> int | None:
    quote = ""
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "]":
            return at
    return None


def _outside_quotes(text: str, delimiter: str) -> list[str]:
    parts, quote = [""], ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        if sign == delimiter and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _unquote(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text


def _change(
    tables: dict[str, Table],
    table: str,
    column: str,
    where: dict[str, str],
    op: str,
    value: str,
    problems: Problems,
    place: dict[str, object],
) -> None:
    def note(code: str, found: str, advice: str = "", column: str | None = None) -> None:
        problems.add(code, found, advice, **(place | ({"column": column} if column and "column" in place else {})))

    if table not in INPUT or table in ("scenarios", "changes", "expected"):
        kept = "It is kept for later work." if table in KEPT_NAMES else did_you_mean(table, INPUT)
        return note("E131", f"'{table}' is not a table that can be changed.", kept, "table")
    schema = INPUT[table]
    name = column_name(column, schema)
    if name is None:
        return note("E104", f"'{column}' is not a column of {table}.", did_you_mean(column, schema.names), "column")
    if op not in OPS:
        return note("E132", f"'{op}' is not one of = *= +=.", "", "op")
    target = tables.get(table)
    if target is None:
        return note("E204", f"The case has no table {table}, so nothing is changed.", "Add the table first.", "table")
    keys = {}
    for key, wanted in where.items():
        known = column_name(key, schema)
        if known is None:
            return note("E104", f"'{key}' is not a column of {table}.", did_you_mean(key, schema.names), "where")
        keys[known] = wanted
    rows = [r for r in range(len(target)) if all(target.cell(r, k) == v for k, v in keys.items())]
    if not rows:
        shown = ", ".join(f"{k}={v}" for k, v in keys.items())
        return note("E204", f"No row of {table} has {shown}.", _nearest_cell(target, keys), "where")
    cells = list(target.columns.get(name, [""] * len(target)))
    for row in rows:
        try:
            cells[row] = _new_cell(cells[row], op, value, schema, name)
        except NotANumber as why:
            note(
                "E133",
                f"{table}.{name} at {target.spot(row)}: {why}",
                "Only numbers are multiplied or added to.",
                "value",
            )
            return None
    tables[table] = target.with_column(name, cells)
    return None


def _nearest_cell(target: Table, keys: dict[str, str]) -> str:
    for key, wanted in keys.items():
        cells = set(target.columns.get(key, []))
        if wanted not in cells:
            return did_you_mean(wanted, cells)
    return ""


def _new_cell(cell: str, op: str, value: str, schema: TableSchema, column: str) -> str:
    if op == "=":
        return "" if value == "default" else value
    known = schema.columns.get(column)
    if not (known and known.is_number):
        raise NotANumber("is not a column of numbers.")
    if cell == "":
        raise NotANumber("the cell is blank, and a blank is neither multiplied nor added to.")
    try:
        factor = read_fraction(value)
    except NotANumber as why:
        raise NotANumber(f"'{value}' {why}.") from None
    if cell.strip().lower().lstrip("+-") in ("inf", "free"):
        if op == "*=" and factor <= 0:
            raise NotANumber(f"'{cell}' × {value} has no value.")
        return cell
    try:
        old = read_fraction(cell)
    except NotANumber as why:
        raise NotANumber(f"'{cell}' {why}.") from None
    return write_number(old * factor if op == "*=" else old + factor)


def rows_of(target: Table, where: dict[str, str]) -> np.ndarray:
    """Rows whose cells match as written."""
    return np.array([r for r in range(len(target)) if all(target.cell(r, k) == v for k, v in where.items())], np.int64)
