"""Overlays: a scenario's rows laid over the base, all on cells as written.

Order: base rows, the scenario's rows (by key), `changes` in file order, the sets in order. Defaults and wildcards
come afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ..errors import Problems
from ..schema import TableSchema
from ..words import say
from .cells import FLAGS
from .fits import CaseUnits, factor_between
from .numbers import NotANumber, read_fraction, write_number
from .table import UNREADABLE, Table

#: Columns that tell rows of one name apart, beside their scope: what is limited or charged, and the step.
_KNOWN_BY = ("quantity", "of", "from")


def overlay(base: Table | None, rows: Table, schema: TableSchema, units: CaseUnits, problems: Problems) -> Table | None:
    """Base rows with the scenario's rows laid over them; None when no row is left.

    A row whose key stands in the base replaces the cells that it fills (`default` blanks a cell, `remove = yes`
    deletes the row); another row is added. Cells are brought to the unit that the base's header gives the column.
    """
    if base is not None and base.partial:  # a key that it lacks may be the column that nobody knows
        lacks = [key for key in schema.keys if key not in base.columns]
        base = replace(base, columns={**base.columns, **{key: [UNREADABLE] * len(base) for key in lacks}})
    rows = _in_units_of(base, rows, schema, units, problems)
    removes = _removes(rows, problems)
    rows = replace(rows, columns={c: v for c, v in rows.columns.items() if c != "remove"})
    met = _meet(base, rows, schema, problems)
    columns = {c: list(cells) for c, cells in base.columns.items()} if base else {}
    gone, added = set(), []
    blind = base is not None and any(UNREADABLE in base.columns.get(key, ()) for key in schema.keys)
    for row, at in enumerate(met):
        if removes[row] is None or at == -1:
            continue
        if removes[row] and at is None and blind:
            continue  # it may be a row that could not be read
        if removes[row] and at is None:
            found = say("The row to be removed is not in the base.")
            problems.add("E204", found, say("Check its key."), **rows.where(row))
        elif removes[row]:
            gone.add(at)
        elif at is None:
            added.append(row)
        else:
            for name, cells in rows.columns.items():
                if cells[row] != "":
                    kept = columns.setdefault(name, [""] * len(base or ()))
                    kept[at] = "" if cells[row] == "default" else cells[row]
    result = replace(base, columns=columns, units=rows.units) if base else None
    if result is not None and gone:
        result = result.take(r for r in range(len(result)) if r not in gone)
    if added:
        fresh = _blanked(rows.take(added))
        result = result.append(fresh) if result is not None else fresh
    return result if result is not None and len(result) else None


def _in_units_of(base: Table | None, rows: Table, schema: TableSchema, units: CaseUnits, problems: Problems) -> Table:
    """The rows with every column in the unit of the base's header; where no one factor leads there is a problem."""
    for name in [name for name in rows.columns if base and name in base.columns and name in schema.columns]:
        assert base is not None
        theirs, mine = base.units.get(name, ""), rows.units.get(name, "")
        if theirs == mine:
            continue
        factor = factor_between(schema.columns[name], mine, theirs, units)
        cells = rows.columns[name]
        if factor is None:
            own = say("the materials' own units")
            found = say(
                "These rows give '{column}' in {mine}, the base in {theirs}, and no one factor leads from one to the other.",
                column=name, mine=mine or own, theirs=theirs or own,
            )  # fmt: skip
            problems.add("E105", found, say("Use the unit of the base."), **rows.sources[0].where(name))
            rows = rows.with_column(name, [cell and UNREADABLE for cell in cells])
        elif factor != 1:
            changed = {cell: _times(cell, factor) for cell in dict.fromkeys(cells)}
            rows = rows.with_column(name, [changed[cell] for cell in cells])
    if base is None:
        return rows
    new = {column: unit for column, unit in rows.units.items() if column not in base.columns}
    return replace(rows, units={**base.units, **new})


def _times(cell: str, factor: Fraction) -> str:
    """A number × a factor; what is none stays as it is."""
    try:
        return write_number(read_fraction(cell) * factor)
    except NotANumber:
        return cell


def _removes(rows: Table, problems: Problems) -> list[bool | None]:
    """Whether each row deletes; None where the cell is neither yes nor no."""
    found: list[bool | None] = []
    for row in range(len(rows)):
        cell = rows.cell(row, "remove").lower()
        found.append(FLAGS.get(cell, False if cell == "" else None))
        if found[-1] is None and cell != UNREADABLE:
            wrong = say("'{cell}' is neither yes nor no.", cell=cell)
            problems.add("E125", wrong, say("Write yes or leave it blank."), **rows.where(row, "remove"))
    return found


def _blanked(rows: Table) -> Table:
    """`default` in a new row is a blank."""
    columns = {c: ["" if v == "default" else v for v in cells] for c, cells in rows.columns.items()}
    return replace(rows, columns=columns)


def _meet(base: Table | None, rows: Table, schema: TableSchema, problems: Problems) -> list[int | None]:
    """For each overlay row the base row that it meets; None: it is new; -1: a problem was noted."""
    if schema.scopes:
        return [_meet_by_filled(base, rows, row, schema, problems) for row in range(len(rows))]
    known: dict[tuple[str, ...], int] = {}
    if base:
        for at, key in enumerate(_keys(base, schema)):
            known.setdefault(key, at)
    return [known.get(key) for key in _keys(rows, schema)]


def _keys(table: Table, schema: TableSchema) -> list[tuple[str, ...]]:
    """Key cells of every row; a blank stands for the column's default."""
    cells: list[Sequence[str]] = []
    for name in schema.keys:
        default = schema.columns[name].default
        column = table.columns.get(name)
        cells.append([c or default for c in column] if column is not None else [default] * len(table))
    return list(zip(*cells, strict=True))


def _meet_by_filled(base: Table | None, rows: Table, row: int, schema: TableSchema, problems: Problems) -> int | None:
    """Limits, goals, measures, charges: known by name and by those of quantity, step and scope that the row fills."""
    known = [c for c in (*schema.keys, *_KNOWN_BY, *schema.scopes) if c in schema.columns]
    filled = {c: rows.cell(row, c) for c in known if rows.cell(row, c)}
    filled = {c: "" if v == "default" else v for c, v in filled.items()}
    hits = base.rows(filled) if base else []
    if len(hits) > 1:
        name = schema.keys[0]
        problems.add(
            "E203",
            say(
                "The row meets {count} rows of {column} '{name}' in the base.",
                count=len(hits),
                column=name,
                name=filled.get(name, ""),
            ),
            say("Fill quantity or a scope, so that it meets one."),
            **rows.where(row),
        )
        return -1
    return hits[0] if hits else None
