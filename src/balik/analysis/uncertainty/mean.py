"""The mean case: every cell in which scenarios differ holds the mean of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ...errors import Problems
from ...tables import Tables
from ...tables.numbers import NotANumber, read_fraction
from ...tables.table import Table
from ..added import written


def mean_case(cases: Sequence[Tables], chance: Sequence[float]) -> Tables | None:
    """One case of several, weighed by their probabilities; None where they differ in more than numbers."""
    first = cases[0]
    tables: dict[str, Table] = {}
    for name in dict.fromkeys(name for case in cases for name in case.tables):
        own = [case.tables.get(name) for case in cases]
        mean = _mean_table([table for table in own if table is not None], chance) if None not in own else None
        if mean is None:
            return None
        tables[name] = mean
    return replace(first, tables=tables, scenario=None, problems=Problems())


def _mean_table(tables: Sequence[Table], chance: Sequence[float]) -> Table | None:
    first = tables[0]
    if any(len(t) != len(first) or list(t.columns) != list(first.columns) or t.units != first.units for t in tables):
        return None
    columns: dict[str, Sequence[str]] = {}
    for name, cells in first.columns.items():
        others = [t.columns[name] for t in tables]
        if all(list(other) == list(cells) for other in others[1:]):
            columns[name] = cells
            continue
        means = [_mean_cell(texts, chance) for texts in zip(*others, strict=True)]
        if None in means:
            return None
        columns[name] = [cell for cell in means if cell is not None]
    return replace(first, columns=columns)


def _mean_cell(texts: Sequence[str], chance: Sequence[float]) -> str | None:
    """The mean of the numbers of a cell; None where the texts differ and one is no number."""
    if len(set(texts)) == 1:
        return texts[0]
    try:
        numbers = [read_fraction(text) for text in texts]
    except NotANumber:
        return None
    return written(float(sum((Fraction(p) * n for p, n in zip(chance, numbers, strict=True)), Fraction(0))))
