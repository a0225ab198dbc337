"""Wildcards: rows to tuples, the nearer row wins, ties are a problem.

Nearness of a cell: a label (0) is nearer than a group (1), a kind (2), `*` or blank (3). A row beats another when
it is nowhere farther and somewhere nearer; the winner replaces the whole row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import all_of
from ..tables import Data, Frame
from ..words import say

Array = np.ndarray
_MOST_TUPLES = 50_000_000
_MOST_TIES = 10_000


@dataclass(frozen=True)
class Expanded:
    """Tuples of a table: a code per key column, and the row that each comes from."""

    codes: dict[str, Array]
    row: Array
    wild: Array  # per tuple: whether the row has a wildcard in any key column

    def __len__(self) -> int:
        return len(self.row)

    def take(self, at: Array) -> Expanded:
        """The tuples at these positions."""
        return Expanded({k: c[at] for k, c in self.codes.items()}, self.row[at], self.wild[at])


@dataclass(frozen=True)
class _Column:
    """For each level of a key column: how near it is, and the codes that it stands for."""

    near: Array
    count: Array
    offset: Array
    flat: Array
    first: Array  # the first code of each level, 0 where there is none


def expand(
    data: Data,
    frame: Frame,
    dimensions: dict[str, str],
    shape: dict[str, int],
    unlike: tuple[str, str] | None = None,
) -> Expanded:
    """All tuples of the frame's good rows over the key columns, each with the row that wins it.

    A row whose keys are sound and whose values are not still beats others: nobody stands in for it.

    `dimensions`: key column → dimension; `shape`: dimension → number of labels. `unlike`: two columns that never
    hold the same label (no lane leads from a place to itself).
    """
    names = list(dimensions)
    if not len(frame):
        return _nothing(names)
    rows = np.flatnonzero(frame.keyed)
    parts = {c: _column(data, frame, c, d) for c, d in dimensions.items()}
    levels = {c: _codes(frame, c) if len(rows) == len(frame) else _codes(frame, c)[rows] for c in names}
    total = _tuples(parts, levels, len(rows))
    if total.sum() > _MOST_TUPLES:
        row = int(rows[np.argmax(total)])
        data.problems.add(
            "E205",
            say("The rows of {table} stand for {count:,} tuples.", table=frame.name, count=int(total.sum())),
            say("Narrow the wildcards."),
            **frame.where(row),
        )
        return _nothing(names)
    if (total == 1).all():
        codes = {c: parts[c].first[levels[c]] for c in names}
        near = {c: parts[c].near[levels[c]] for c in names if parts[c].near.any()}
        found = Expanded(codes, rows, _any(near, len(rows)))
    else:
        found, near = _multiplied(names, parts, levels, rows, total)
    if unlike:
        found, near = _without_loops(data, frame, found, near, unlike)
    sizes = [max(shape[dimensions[c]], 1) for c in names]
    found = _winners(data, frame, found, near, names, sizes)
    bad = ~frame.ok[found.row] if not frame.ok.all() else np.zeros(0, bool)
    return found.take(np.flatnonzero(~bad)) if bad.any() else found


def _nothing(names: Sequence[str]) -> Expanded:
    return Expanded({c: np.zeros(0, np.int64) for c in names}, np.zeros(0, np.int64), np.zeros(0, bool))


def _tuples(parts: dict[str, _Column], levels: dict[str, Array], rows: int) -> Array:
    """For how many tuples each row stands."""
    total = np.ones(rows, np.int64)
    for c, level in levels.items():
        if (parts[c].count != 1).any():
            total *= parts[c].count[level]
    return total


def _multiplied(
    names: list[str], parts: dict[str, _Column], levels: dict[str, Array], rows: Array, total: Array
) -> tuple[Expanded, dict[str, Array]]:
    """Every tuple of every row, and how near it is in the columns that have wildcards."""
    at = np.repeat(np.arange(len(rows)), total)
    within = np.arange(len(at)) - np.repeat(np.cumsum(total) - total, total)
    codes: dict[str, Array] = {}
    for c in reversed(names):
        part, level = parts[c], levels[c][at]
        count = part.count[level]
        codes[c] = part.flat[part.offset[level] + within % count]
        within //= count
    near = {c: parts[c].near[levels[c]][at] for c in names if parts[c].near.any()}
    return Expanded({c: codes[c] for c in names}, rows[at], _any(near, len(at))), near


def _any(near: dict[str, Array], rows: int) -> Array:
    wild = np.zeros(rows, bool)
    for column in near.values():
        wild |= column > 0
    return wild


def ravel(codes: Sequence[Array], sizes: Sequence[int]) -> Array:
    """One integer for each tuple of codes."""
    key = np.zeros(len(codes[0]), np.int64)
    for code, size in zip(codes, sizes, strict=True):
        key = key * size + code
    return key


def _codes(frame: Frame, column: str) -> Array:
    if frame.schema.columns[column].is_number:
        return np.arange(len(frame))
    return frame.text[column].codes


def _column(data: Data, frame: Frame, column: str, dimension: str) -> _Column:
    if frame.schema.columns[column].is_number:  # stops: numbers are their own codes
        values = np.clip(np.nan_to_num(frame.number[column]), 0, 1e9).astype(np.int64)
        rows = np.arange(len(values))
        return _Column(np.zeros(len(values), np.int8), np.ones(len(values), np.int64), rows, values, values)
    known = {label: code for code, label in enumerate(data.labels[dimension])}
    one = np.arange(len(known) + 1).reshape(-1, 1)  # the array of each code, without making it again and again
    # mode: code 0 is "no vehicle", which `*` does not mean
    offset = 1 if dimension == "mode" else 0
    everything = np.arange(offset, offset + len(known))
    near, codes = [], []
    for level in frame.text[column].levels:
        if level == "" and dimension == "mode" and frame.name == "lanes":
            near.append(0)
            codes.append(np.zeros(1, np.int64))
        elif level in known:
            near.append(0)
            codes.append(one[known[level] + offset])
        elif level.startswith("group:"):
            near.append(1)
            codes.append(np.array(data.groups.get((dimension, level[6:]), []), np.int64) + offset)
        elif level.startswith("kind:") and dimension == "place":
            near.append(2)
            codes.append(np.array(data.kinds.get(level[5:], []), np.int64))
        else:
            near.append(3)
            codes.append(everything if level in ("", "*") else everything[:0])
    count = np.array([len(c) for c in codes], np.int64)
    flat = np.concatenate(codes) if codes else np.zeros(0, np.int64)
    first = np.array([c[0] if len(c) else 0 for c in codes], np.int64)
    return _Column(np.array(near, np.int8), count, np.cumsum(count) - count, flat, first)


def _without_loops(
    data: Data, frame: Frame, found: Expanded, near: dict[str, Array], unlike: tuple[str, str]
) -> tuple[Expanded, dict[str, Array]]:
    loop = found.codes[unlike[0]] == found.codes[unlike[1]]
    if not loop.any():
        return found, near
    for row in np.unique(found.row[loop & ~_wild_in(near, unlike, len(found))]):
        data.problems.add(
            "E206",
            say("The lane leads from a place to itself."),
            say("Give another destination, or drop the row."),
            **frame.where(row, unlike[1]),
        )
    keep = np.flatnonzero(~loop)
    return found.take(keep), {c: column[keep] for c, column in near.items()}


def _wild_in(near: dict[str, Array], columns: tuple[str, str], rows: int) -> Array:
    return _any({c: near[c] for c in columns if c in near}, rows)


def _winners(
    data: Data, frame: Frame, found: Expanded, near: dict[str, Array], names: list[str], sizes: list[int]
) -> Expanded:
    """One row for each tuple: the one that is nearest in every column."""
    key = ravel([found.codes[c] for c in names], sizes)
    if len(key) < 2 or (key[1:] > key[:-1]).all():
        return found
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.r_[True, ordered[1:] != ordered[:-1]]
    if fresh.all():
        return found
    start = np.flatnonzero(fresh)
    group = np.cumsum(fresh) - 1
    best = np.ones(len(key), bool)  # nowhere farther than any other row of the tuple
    for column in near.values():
        column = column[order]
        best &= column == np.minimum.reduceat(column, start)[group]
    winners = np.bincount(group, best, len(start))
    keep = np.zeros(len(key), bool)
    keep[order[best & (winners[group] == 1)]] = True
    for g in np.flatnonzero(winners != 1):
        members = order[start[g] : start[g + 1] if g + 1 < len(start) else None]
        keep[members[0]] = True  # a problem is noted; one stands in, so that checks can go on
    _note_ties(data, frame, found, near, names, [
        order[start[g] : start[g + 1] if g + 1 < len(start) else None] for g in np.flatnonzero(winners != 1)
    ])  # fmt: skip
    return found.take(np.flatnonzero(keep))


def _note_ties(
    data: Data, frame: Frame, found: Expanded, near: dict[str, Array], names: list[str], ties: list[Array]
) -> None:
    """Say once for each set of rows that tie, with one tuple that they share."""
    seen: dict[tuple[int, ...], int] = {}
    for members in ties:
        rows = found.row[members]
        if tuple(rows.tolist()) in seen:
            continue
        seen[tuple(rows.tolist())] = 1
        at = int(members[0])
        grades = np.stack([column[members] for column in near.values()], 1) if near else np.zeros((len(members), 1))
        unbeaten = list(dict.fromkeys(
            int(row)
            for row, grade in zip(rows, grades, strict=True)
            if not ((grades <= grade).all(1) & (grades < grade).any(1)).any()
        ))  # fmt: skip
        if len(seen) > _MOST_TIES:
            return
        if len(unbeaten) < 2 or not frame.ok[unbeaten].all():  # a label that stands twice is a problem of its own
            continue
        spots = all_of(frame.spot(r) for r in unbeaten[:-1])
        data.problems.add(
            "E202",
            say(
                "This row and {spots} both say what holds for {what}, and neither is nearer.",
                spots=spots,
                what=_words(data, frame, found, names, at),
            ),
            say("Remove one, or name labels in one of them."),
            **frame.where(unbeaten[-1]),
        )


def _words(data: Data, frame: Frame, found: Expanded, names: list[str], at: int) -> str:
    """The tuple in the user's labels."""
    words = []
    for c in names:
        dimension = "when" if "past" in frame.schema.columns[c].rules else frame.schema.columns[c].refers
        if frame.schema.columns[c].is_number:
            words.append(f"{c}={found.codes[c][at]}")
        elif c == "size":
            words.append(f"{c}={data.labels['size'][found.codes[c][at]]}")
        elif (code := int(found.codes[c][at]) - (dimension == "mode")) >= 0:
            words.append(f"{c}={data.labels[dimension][code]}")
    return ", ".join(words)
