"""Capacity that may fail in some scenarios: together no more likely than is allowed (a chance constraint by scenarios).

Each scenario has a column that says whether its capacities may be exceeded (Luedtke, Ahmed and Nemhauser 2010, Math.
Program. 122:247, section 1). Its block is that of the case without capacities; the capacities come back as rows that
hold unless it is 1. Scenarios that fail are planned, and verified, as the case without capacities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...api import Prepared
from ...errors import CallError
from ...words import say
from .extensive import Extensive

#: The change that takes capacities away.
LOOSE = "sites.capacity = inf"


def with_failing(
    whole: Extensive, hard: Sequence[Prepared], loose: Sequence[Prepared], likely: np.ndarray, least: float
) -> Extensive:
    """The program of the cases without capacities, with the capacities as rows that hold with probability `least`.

    Its last columns say, scenario by scenario, whether capacities may fail there.
    """
    a, count = whole.arrays, len(hard)
    first, rows = len(a.cost), len(a.row_lower)
    col = [np.repeat(np.arange(first), np.diff(a.start))]
    row, value = [np.asarray(a.row, np.int64)], [a.value]
    for s, (own, free, at) in enumerate(zip(hard, loose, whole.columns, strict=True)):
        block, open_end = own.model.program.families["capacity"], free.model.program.families["capacity"]
        if own.model.program.column_names() != free.model.program.column_names():
            raise CallError(
                say("The case without capacities decides other things, so nothing can be said of their failing.")
            )
        terms, ends = block.rows.terms, open_end.rows.terms
        most = np.bincount(ends.row, np.maximum(0.0, -ends.val), len(block.rows))
        kept = np.bincount(terms.row, np.maximum(0.0, -terms.val), len(block.rows))
        row += [rows + terms.row, rows + np.arange(len(most))]
        col += [at[terms.col], np.full(len(most), first + s)]
        value += [terms.val, -np.maximum(0.0, most - kept)]
        rows += len(most)
    row.append(np.full(count, rows))
    col.append(first + np.arange(count))
    value.append(likely)
    order = np.lexsort((np.concatenate(row), np.concatenate(col)))
    start = np.concatenate([[0], np.cumsum(np.bincount(np.concatenate(col), minlength=first + count))])
    more = rows - len(a.row_lower)
    arrays = replace(
        a,
        cost=np.r_[a.cost, np.zeros(count)],
        lower=np.r_[a.lower, np.zeros(count)],
        upper=np.r_[a.upper, np.ones(count)],
        integer=np.r_[a.integer, np.ones(count, bool)],
        row_lower=np.r_[a.row_lower, np.full(more + 1, -np.inf)],
        row_upper=np.r_[a.row_upper, np.zeros(more), 1.0 - least + 1e-12],
        start=start.astype(a.start.dtype),
        row=np.concatenate(row)[order].astype(a.row.dtype),
        value=np.concatenate(value)[order],
    )
    return replace(whole, arrays=arrays)
