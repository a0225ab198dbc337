"""Wildcards: rows to tuples, the nearer row wins, ties are a problem.

Nearness of a cell: a label (0) is nearer than a group (1), a kind (2), `*` or blank (3). A row beats another when
it is nowhere farther and somewhere nearer; the winner replaces the whole row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..tables import Data, Frame

Array = np.ndarray
_MOST_TUPLES = 50_000_000


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


def expand(
    data: Data,
    frame: Frame,
    dimensions: dict[str, str],
    shape: dict[str, int],
    unlike: tuple[str, str] | None = None,
) -> Expanded:
    """All tuples of the frame's good rows over the key columns, each with the row that wins it.

    `dimensions`: key column → dimension; `shape`: dimension → number of labels. `unlike`: two columns that never
    hold the same label (no lane leads from a place to itself).
    """
    names = list(dimensions)
    rows = np.flatnonzero(frame.ok)
    parts = {c: _column(data, frame, c, d) for c, d in dimensions.items()}
    levels = {c: _codes(frame, c)[rows] for c in names}
    total = np.ones(len(rows), np.int64)
    for c in names:
        total *= parts[c].count[levels[c]]
    if total.sum() > _MOST_TUPLES:
        row = int(rows[np.argmax(total)])
        data.problems.add(
            "E205",
            f"The rows of {frame.name} stand for {int(total.sum()):,} tuples.",
            "Narrow the wildcards.",
            **frame.where(row),
        )
        return Expanded({c: np.zeros(0, np.int64) for c in names}, np.zeros(0, np.int64), np.zeros(0, bool))
    at = np.repeat(np.arange(len(rows)), total)
    within = np.arange(len(at)) - np.repeat(np.cumsum(total) - total, total)
    codes: dict[str, Array] = {}
    for c in reversed(names):
        part, level = parts[c], levels[c][at]
        count = part.count[level]
        codes[c] = part.flat[part.offset[level] + within % count]
        within //= count
    codes = {c: codes[c] for c in names}
    near = np.stack([parts[c].near[levels[c]] for c in names], 1)
    found = Expanded(codes, rows[at], (near > 0).any(1)[at])
    near = near[at]
    if unlike:
        found, near = _without_loops(data, frame, found, near, unlike)
    sizes = [max(shape[dimensions[c]], 1) for c in names]
    return _winners(data, frame, found, near, names, sizes)


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
        values = np.nan_to_num(frame.number[column]).astype(np.int64)
        rows = np.arange(len(values))
        return _Column(np.zeros(len(values), np.int8), np.ones(len(values), np.int64), rows, values)
    known = {label: code for code, label in enumerate(data.labels[dimension])}
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
            codes.append(np.array([known[level] + offset]))
        elif level.startswith("group:"):
            near.append(1)
            codes.append(np.array(data.groups.get((dimension, level[6:]), []), np.int64) + offset)
        elif level.startswith("kind:"):
            near.append(2)
            codes.append(np.array(data.kinds.get(level[5:], []), np.int64))
        else:
            near.append(3)
            codes.append(everything if level in ("", "*") else everything[:0])
    count = np.array([len(c) for c in codes], np.int64)
    flat = np.concatenate(codes) if codes else np.zeros(0, np.int64)
    return _Column(np.array(near, np.int8), count, np.cumsum(count) - count, flat)


def _without_loops(
    data: Data, frame: Frame, found: Expanded, near: Array, unlike: tuple[str, str]
) -> tuple[Expanded, Array]:
    loop = found.codes[unlike[0]] == found.codes[unlike[1]]
    if not loop.any():
        return found, near
    for row in np.unique(found.row[loop & ~found.wild]):
        data.problems.add(
            "E206",
            "The lane leads from a place to itself.",
            "Give another destination, or drop the row.",
            **frame.where(row, unlike[1]),
        )
    keep = np.flatnonzero(~loop)
    return found.take(keep), near[keep]


def _winners(data: Data, frame: Frame, found: Expanded, near: Array, names: list[str], sizes: list[int]) -> Expanded:
    key = ravel([found.codes[c] for c in names], sizes)
    if len(key) < 2:
        return found
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return found
    start = np.flatnonzero(np.r_[True, ~same])
    count = np.diff(np.r_[start, len(key)])
    keep = np.zeros(len(key), bool)
    keep[order[start[count == 1]]] = True
    pairs = start[count == 2]
    a, b = order[pairs], order[pairs + 1]
    a_wins, b_wins = (near[a] <= near[b]).all(1), (near[b] <= near[a]).all(1)
    decided = a_wins != b_wins
    keep[np.where(a_wins, a, b)[decided]] = True
    tied: dict[tuple[int, ...], int] = {}
    for x, y in zip(a[~decided], b[~decided], strict=True):
        tied.setdefault((int(found.row[x]), int(found.row[y])), int(x))
        keep[x] = True  # a problem is noted; one of the two stands in, so that checks can go on
    for first, n in zip(start[count > 2], count[count > 2], strict=True):
        members = order[first : first + n]
        best = [m for m in members if (near[m] <= near[members]).all()]
        if len(best) == 1:
            keep[best[0]] = True
            continue
        top = [m for m in members if not ((near[members] <= near[m]).all(1) & (near[members] < near[m]).any(1)).any()]
        tied.setdefault(tuple(int(found.row[m]) for m in top), int(top[0]))
        keep[top[0]] = True
    _note_ties(data, frame, found, names, tied)
    return found.take(np.flatnonzero(keep))


def _note_ties(data: Data, frame: Frame, found: Expanded, names: list[str], tied: dict[tuple[int, ...], int]) -> None:
    for rows, at in tied.items():
        words = []
        for c in names:
            if frame.schema.columns[c].is_number:
                words.append(f"{c}={found.codes[c][at]}")
                continue
            dimension = frame.schema.columns[c].refers
            code = int(found.codes[c][at]) - (dimension == "mode")
            if code >= 0:
                words.append(f"{c}={data.labels[dimension][code]}")
        spots = " and ".join(frame.spot(r) for r in rows[:-1])
        data.problems.add(
            "E202",
            f"This row and {spots} both say what holds for {', '.join(words)}, and neither is nearer.",
            "Remove one, or name labels in one of them.",
            **frame.where(rows[-1]),
        )
