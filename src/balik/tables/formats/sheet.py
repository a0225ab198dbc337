"""A sheet as people keep it, to the parts of a table: where its header is, which cells lie below it.

Titles above the header, empty rows and columns, headers of two rows and merged cells are read; what was guessed is
said in a warning, what cannot be told is a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...schema import TableSchema
from ...words import say
from ...workbook.grid import Date, Grid, Value
from ..table import cell_name
from .naming import column_name, split_unit
from .reading import Reading
from .texts import clean

#: The header is looked for in so many filled rows.
_MOST_TITLES = 50
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Parts:
    """A sheet cut up: the columns of the table, the words of its header, the words above it, and the rows below."""

    columns: list[int]
    words: list[str]
    groups: list[str]
    header: int
    rows: list[tuple[int, dict[int, Value]]]


def cut(grid: Grid, schema: TableSchema, reading: Reading, where: dict[str, Any]) -> Parts:
    """The parts of a sheet that holds something."""
    cells = {row: dict(values) for row, values in grid.rows}
    top = _header_row(cells, schema, reading)
    # labels may be more than the headers beside them, which are merged with cells of the row above
    spans = ((r1, c1) for r1, c1, r2, c2 in grid.merges if r1 < top <= r2 and c1 == c2)
    top = min([top, *(row for row, c in spans if c in cells.get(row, {}))])
    bottom = max([top, *(r2 for r1, c1, r2, c2 in grid.merges if r1 == top and c1 == c2 and c1 in cells[top])])
    above = top if bottom > top else top - 1
    words, groups = _words(cells, grid, top, bottom, above)
    body = {row: values for row, values in cells.items() if row > bottom}
    _fill_merged(grid, body, words, bottom, reading, where)
    columns = _columns(words, body, reading, where)
    wanted = set(columns)
    rows = [(row, {c: v for c, v in values.items() if c in wanted}) for row, values in sorted(body.items())]
    spoken = any(column_name(split_unit(word)[0], schema) in schema.columns for word in groups.values())
    if any(row < top and not (row == above and spoken) for row in cells):
        said = say("The header is read from row {row}; what stands above it is passed over.", row=top)
        reading.problems.add("W110", said, line=top, cell=cell_name(top, columns[0]), **where)
    return Parts(
        columns,
        [words.get(c, "") for c in columns],
        [groups.get(c, "") for c in columns],
        bottom,
        [(row, values) for row, values in rows if values],
    )


def _text(value: Value | None) -> str:
    if isinstance(value, Date):
        return value.text
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value)) if isinstance(value, (str, int, float)) else ""


def _header_row(cells: Mapping[int, Mapping[int, Value]], schema: TableSchema, reading: Reading) -> int:
    """The row in which most cells name columns of the table (or are labels that may stand for one)."""
    labels = {word for key in schema.keys for word in reading.labels.get(schema.columns[key].refers, ())}
    best, most = min(cells), 0.0
    for row in sorted(cells)[:_MOST_TITLES]:
        words = [_text(value) for value in cells[row].values()]
        named = [
            w
            for w in words
            if w and column_name(split_unit(w)[0], schema, reading.extra) in (*schema.columns, *reading.extra)
        ]
        score = 2.0 * len(named) + sum(w in labels for w in words)
        score *= 1.0 if len(words) > 1 else 0.25  # a title stands alone
        if score > most:
            best, most = row, score
    return best


def _words(
    cells: Mapping[int, Mapping[int, Value]], grid: Grid, top: int, bottom: int, above: int
) -> tuple[dict[int, str], dict[int, str]]:
    """The words of the header by column, and the words above them, which may span several columns."""
    words: dict[int, str] = {}
    for row in range(top, bottom + 1):
        words |= {c: text for c, value in cells.get(row, {}).items() if (text := _text(value))}
    over = {c: text for c, value in cells.get(above, {}).items() if (text := _text(value))}
    groups = {c: text for c, text in over.items() if words.get(c) != text}
    spans = {(r1, c1): c2 for r1, c1, _, c2 in grid.merges if r1 == above}
    for c, text in over.items():
        end = spans.get((above, c), min([other for other in over if other > c], default=max(words, default=c) + 1) - 1)
        groups |= {covered: text for covered in range(c + 1, end + 1) if covered in words and covered not in over}
    return words, groups


def _fill_merged(
    grid: Grid,
    body: dict[int, dict[int, Value]],
    words: Mapping[int, str],
    bottom: int,
    reading: Reading,
    where: dict[str, Any],
) -> None:
    """A cell that is merged over several rows holds for each of them; over several columns it is a problem."""
    filled = []
    for r1, c1, r2, c2 in grid.merges:
        if r1 <= bottom or c1 not in words or r1 not in body or c1 not in body[r1]:
            continue
        cell = cell_name(r1, c1)
        if sum(c in words for c in range(c1, c2 + 1)) > 1:
            found = say("The cell is merged over several columns.")
            reading.problems.add("E119", found, say("Undo the merge and fill each cell."), line=r1, cell=cell, **where)
            continue
        below = [row for row in range(r1 + 1, r2 + 1) if row in body]
        for row in below:
            body[row].setdefault(c1, body[r1][c1])
        filled += [cell] if below else []
    if filled:
        shown = ", ".join(filled[:_MOST_SHOWN]) + (" …" if len(filled) > _MOST_SHOWN else "")
        said = say("Merged cells hold for every row that they span: {cells}.", cells=shown)
        reading.problems.add("W113", said, cell=filled[0], **where)


def _columns(
    words: Mapping[int, str], body: Mapping[int, Mapping[int, Value]], reading: Reading, where: dict[str, Any]
) -> list[int]:
    """Columns of the table; cells without a header that lie off it are named and passed over."""
    first, last = min(words, default=1), max(words, default=1)
    bare: dict[int, int] = {}
    for row, values in sorted(body.items()):
        for c in values:
            if c not in words:
                bare.setdefault(c, row)
    near = {c for c in bare if first - 1 <= c <= last + 1}
    off = [cell_name(row, c) for c, row in sorted(bare.items()) if c not in near]
    if off:
        shown = ", ".join(off[:_MOST_SHOWN]) + (" …" if len(off) > _MOST_SHOWN else "")
        said = say("Cells beside the table are not read: {cells}.", cells=shown)
        reading.problems.add(
            "W115", said, say("Name their column in the header if they belong to it."), cell=off[0], **where
        )
    return sorted({*words, *near})
