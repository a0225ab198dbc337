"""What returns, offers and drop-off forbid, taken away in the program: their cells must say something, so none can be blanked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..algebra import Arrays
from ..engines.elastic import without
from ..model import Model
from ..network.network import Network

Column = tuple[str, str]
_SHARE, _AMOUNT, _BROUGHT, _MOST = (
    ("returns", "share"),
    ("offers", "amount"),
    ("dropoff", "share"),
    ("supply", "most"),
)


def is_in_rows(n: Network, column: Column) -> bool:
    """Whether what a column forbids is told by rows of the program alone."""
    return column in (_SHARE, _AMOUNT, _BROUGHT) or (column == _MOST and bool(n.supply.follows.any()))


def loosened(m: Model, arrays: Arrays, columns: Sequence[Column]) -> Arrays:
    """The program without what these columns forbid."""
    n, v = m.network, m.variables
    rows: list[np.ndarray] = []
    upper = arrays.upper.copy()
    told = [("comes_back", _SHARE), ("brought", _BROUGHT)]
    blocks = [(m.program.families[name], column) for name, column in told if name in m.program.families]
    if _MOST in columns and is_in_rows(n, _MOST):
        upper[v.collect.cols[n.supply.least < n.supply.most]] = np.inf
        for block, _ in blocks:
            at = v.collect.index.locate({d: block.rows.index.codes[d] for d in v.collect.index.dims})
            rows.append(block.start + np.flatnonzero(n.supply.row[at] >= 0))
    rows += [block.start + np.arange(len(block.rows)) for block, column in blocks if column in columns]
    if _AMOUNT in columns:
        for name in ("offered", "at_level"):
            if (levels := m.program.families.get(name)) is not None:
                rows.append(levels.start + np.arange(len(levels.rows)))
        if v.has("response"):
            upper[v.response.cols] = np.inf
    arrays = replace(arrays, upper=upper)
    return without(arrays, np.concatenate(rows)) if rows else arrays
