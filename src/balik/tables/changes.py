"""Changes of cells as written: the table `changes`, and `--set`.

A change that meets no row, or multiplies a blank, is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..errors import Problems, did_you_mean
from ..schema import INPUT, Column
from ..words import NOTHING, Sentence, say
from .formats.naming import column_name
from .formats.texts import clean
from .numbers import NotANumber, not_too_small, read_fraction, read_number, write_number
from .table import UNREADABLE, Table

OPS = ("*=", "+=", "=")
_FIXED = ("scenarios", "changes", "switches", "expected")
_Note = Callable[..., None]


def apply_changes(
    tables: dict[str, Table], changes: Table, scenario: str | None, lame: Collection[str], problems: Problems
) -> None:
    """Apply the rows of `changes` that belong to the scenario, in file order."""
    needed, lacking = ("table", "column", "value"), set[str]()
    for row in range(len(changes)):
        if scenario is None or changes.cell(row, "scenario") != scenario:
            continue

        def note(
            code: str, found: Sentence, advice: Sentence = NOTHING, column: str | None = None, row: int = row
        ) -> None:
            problems.add(code, found, advice, **changes.where(row, column))
            if column == "table":
                lacking.add(changes.cell(row, "table"))

        where = parse_where(changes.cell(row, "where"), ";")
        op = changes.cell(row, "op") or "="
        cells = [changes.cell(row, name) for name in needed]
        if "" in cells or UNREADABLE in (*cells, op) or op.strip() not in OPS:
            continue  # noted where the table is typed
        if where is None:
            found = say("'{text}' cannot be read.", text=changes.cell(row, "where"))
            note("E130", found, say("Write key=value;key=value, values in quotes where they hold ; or =."), "where")
            continue
        blind = lacking | set(lame)  # what cannot be changed is told with the first change of it
        _change(tables, cells[0], cells[1], where, op.strip(), unquote(cells[2]), blind, note)


def apply_set(tables: dict[str, Table], text: str, lame: Collection[str], problems: Problems) -> None:
    """Apply one `--set 'table.column[key=value,…] OP value'`."""

    def note(code: str, found: Sentence, advice: Sentence = NOTHING, column: str | None = None) -> None:
        problems.add(code, found, advice, file=f"--set {text}", column=column)

    parsed = parse_selection(clean(text))
    if parsed is None or parsed[3] is None or not parsed[4]:
        advice = say("Write table.column[key=value,…] OP value, OP one of = *= +=; = default blanks a cell.")
        note("E130", say("'{text}' cannot be read.", text=text), advice)
        return
    table, column, where, op, value = parsed
    _change(tables, table, column, where, op or "=", unquote(value or ""), lame, note)


# -- how a change is written -------------------------------------------------------------------------------------


def parse_selection(text: str) -> tuple[str, str, dict[str, str], str | None, str | None] | None:
    """Parts of `table.column[key=value,…] OP value`; op and value are None in a bare selection."""
    head = re.match(r"^\s*([\w-]+)\s*\.\s*([\w-]+)\s*", text)
    if not head:
        return None
    rest = text[head.end() :]
    where: dict[str, str] | None = {}
    if rest.startswith("["):
        parts, end = split_quoted(rest[1:], ",", "]")
        if end is None:
            return None
        where = _pairs(parts)
        rest = rest[1 + end + 1 :].lstrip()
    if where is None:
        return None
    if not rest.strip():
        return head[1], head[2], where, None, None
    for op in OPS:
        if rest.startswith(op):
            return head[1], head[2], where, op, rest[len(op) :].strip()
    return None


def split_selections(text: str) -> list[str]:
    """Selections that are joined by commas: commas inside brackets belong to a selection."""
    parts, rest = [], text
    while True:
        head = rest.find("[")
        comma = rest.find(",")
        end = len(rest) if comma < 0 else comma
        if 0 <= head < end:
            closing = split_quoted(rest[head + 1 :], ",", "]")[1]
            after = len(rest) if closing is None else head + 1 + closing + 1
            comma = rest.find(",", after)
            end = len(rest) if comma < 0 else comma
        parts.append(rest[:end].strip())
        if end == len(rest):
            return parts
        rest = rest[end + 1 :]


def parse_where(text: str, delimiter: str) -> dict[str, str] | None:
    """`key=value;key=value`, or None where it is not written so; a delimiter at the end is forgiven."""
    parts = split_quoted(text, delimiter, "")[0]
    return _pairs(parts if parts[-1].strip() else parts[:-1])


def _pairs(parts: list[str]) -> dict[str, str] | None:
    where: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or not key or key in where:
            return None
        where[key] = unquote(value)
    return where


def split_quoted(text: str, delimiter: str, closing: str) -> tuple[list[str], int | None]:
    """Parts between delimiters up to the closing sign, and where that stands.

    A quote opens a value only where the value begins, so that an apostrophe inside a name is a letter; doubled inside
    a quoted value it means one.
    """
    parts, quote, closed, fresh = [""], "", "", True
    for at, sign in enumerate(text):
        before, closed = closed, ""
        if quote:
            if sign == quote:
                quote, closed = "", sign
        elif (before and sign == before) or (sign in "'\"" and fresh):  # doubled: the value goes on
            quote = sign
        elif closing and sign == closing:
            return parts, at
        elif sign == delimiter:
            parts.append("")
            fresh = True
            continue
        fresh = sign == "=" or (fresh and sign.isspace())
        parts[-1] += sign
    return parts, None


def unquote(text: str) -> str:
    """The text without the quotes around it; a quote that stands doubled between them means one."""
    text = text.strip()
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


# -- what a change does ------------------------------------------------------------------------------------------


def _change(
    tables: dict[str, Table],
    table: str,
    column: str,
    where: dict[str, str],
    op: str,
    value: str,
    lame: Collection[str],
    note: _Note,
) -> None:
    if table not in INPUT or table in _FIXED:
        advice = did_you_mean(table, set(INPUT) - set(_FIXED))
        return note("E131", say("'{table}' is not a table that can be changed.", table=table), advice, "table")
    schema = INPUT[table]
    name, keys = column_name(column, schema), {}
    if name is None:
        advice = did_you_mean(column, schema.names) or say("Known: {names}.", names=", ".join(schema.columns))
        return note("E104", _no_column(column, table), advice, "column")
    for key, wanted in where.items():
        known = column_name(key, schema)
        if known is None:
            return note("E104", _no_column(key, table), did_you_mean(key, schema.names), "where")
        if known in keys:
            return note("E106", say("The column '{name}' stands twice.", name=key), say("Keep one."), "where")
        keys[known] = wanted
    target = tables.get(table)
    if table in lame:
        return None  # noted where it could not be read
    if target is None:
        found = say("The case has no table {table}, so nothing is changed.", table=table)
        return note("E204", found, say("Add the table first."), "table")
    rows = target.rows(keys)
    if not rows:
        shown = ", ".join(f"{k}={v}" for k, v in keys.items())
        found = say("No row of {table} has {cells}.", table=table, cells=shown)
        return note("E204", found, _nearest_cell(target, keys), "where")
    if (wrong := _wrong(op, value, schema.columns.get(name))) is not None:
        found = say("{table}.{column}: {why}", table=table, column=name, why=wrong)
        return note("E133", found, say("Give a number."), "value")
    if op != "=" and name not in target.columns and target.partial:
        return None  # which column it is could not be told, which is noted
    tables[table] = target.with_column(name, _new_cells(target, rows, name, op, value, note))
    return None


def _new_cells(target: Table, rows: list[int], name: str, op: str, value: str, note: _Note) -> list[str]:
    cells, known = list(target.columns.get(name, [""] * len(target))), dict[str, str | Sentence]()
    wrong: dict[Sentence, list[int]] = {}
    for row in rows:
        cell = cells[row]
        if cell not in known:
            known[cell] = _new_cell(cell, op, value)
        new = known[cell]
        if isinstance(new, Sentence):
            wrong.setdefault(new, []).append(row)
        else:
            cells[row] = new
    for why, at in wrong.items():
        values = {"table": target.name, "column": name, "spot": target.spot(at[0]), "why": why}
        if len(at) > 1:
            found = say("{table}.{column} at {spot} and in {count} more rows: {why}", count=len(at) - 1, **values)
        else:
            found = say("{table}.{column} at {spot}: {why}", **values)
        note("E133", found, say("Only numbers are multiplied or added to."), "value")
    return cells


def _no_column(word: str, table: str) -> Sentence:
    return say("'{word}' is not a column of {table}.", word=word, table=table)


def _nearest_cell(target: Table, keys: dict[str, str]) -> Sentence:
    for key, wanted in keys.items():
        cells = dict.fromkeys(target.columns.get(key, []))
        if wanted not in cells:
            if re.search(r",\s*\w+\s*=", wanted):
                return say("Between two cells of where stands ';': place=a;material=m.")
            written = [cell or '""' for cell in cells] or ['""']
            shown = ", ".join(written[:3] + ["…"] * (len(written) > 3))
            return did_you_mean(wanted, cells) or say("Cells are met as they are written: {cells}.", cells=shown)
    return say("No row has them all at once.")


def _wrong(op: str, value: str, column: Column | None) -> Sentence | None:
    """Why no cell of the column can take the value."""
    number = column is not None and column.is_number
    if op != "=" and not number:
        return say("is not a column of numbers.")
    if not number or column is None or (op == "=" and value.lower() in ("default", column.rules.get("or"))):
        return None
    try:
        read_number(value) if op == "=" else read_fraction(value)
    except NotANumber as error:
        return say("'{cell}' {why}.", cell=value, why=error.why)
    return None


def _new_cell(cell: str, op: str, value: str) -> str | Sentence:
    """The cell after the change, or why it has none; one that is no number is told where it is typed."""
    if op == "=":
        return "" if value == "default" else value
    if cell == "":
        return say("the cell is blank, and a blank is neither multiplied nor added to.")
    factor = read_fraction(value)
    if cell.strip().lower().lstrip("+-") in ("inf", "free"):
        if op == "*=" and factor <= 0:
            return say("'{cell}' × {factor} has no value.", cell=cell, factor=value)
        return cell
    try:
        old = read_fraction(cell)
    except NotANumber:
        return cell
    try:
        return write_number(not_too_small(old * factor if op == "*=" else old + factor))
    except NotANumber as error:
        return say("'{cell}' {why}.", cell=f"{cell} {op} {value}", why=error.why)
