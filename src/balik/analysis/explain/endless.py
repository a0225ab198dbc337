"""Why the cost can fall without end: what can be done more and more of, told by the rows that allow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Options
from ...engines.highs import run_highs
from ...words import Sentence, say

Array = np.ndarray

#: Variable of the model → the record of the network whose entries are its columns, in the same order, and its table.
_DEEDS = {
    "collect": ("supply", "supply"),
    "flow": ("lanes", "lanes"),
    "run": ("runs", "processes"),
    "stock": ("stores", "stores"),
    "deliver": ("demand", "demand"),
}
_SAYS: dict[str, Callable[..., Sentence]] = {
    "collect": lambda **v: say("more {material} is collected at {place}", **v),
    "flow": lambda **v: say("more {material} goes from {origin} to {dest}", **v),
    "run": lambda **v: say("more of {process} is done at {place}", **v),
    "stock": lambda **v: say("more {material} stays in stock at {place}", **v),
    "deliver": lambda **v: say("more {material} is delivered at {place}", **v),
}
#: Rows that are told; the others are in the document.
_SHOWN = 12
_SECONDS = 10.0
#: What is less than this share of the largest is nothing.
_NOTHING = 1e-7


def endless(p: Prepared, options: Options) -> tuple[list[dict[str, Any]], list[Sentence]]:
    """What is done more of, row by row, and sentences about it; nothing where no such direction was found."""
    ray = _ray(p.model.program.arrays(), options)
    rows = [] if ray is None else _rows(p, ray)
    if not rows:
        return [], []
    told = list(dict.fromkeys(say("  {what} ({spot})", what=row["sentence"], spot=row["spot"]) for row in rows))
    lines = told[:_SHOWN]  # a row that stands for several periods is told once
    if len(told) > _SHOWN:
        lines.append(say("  and {count} more", count=len(told) - _SHOWN))
    head = say("The more is done of this, all of it together, the lower the objective, and nothing ends it:")
    end = say("A bound (most) on any one of these rows ends it. Or a price or a rate among them is wrong.")
    return rows, [head, *lines, end]


def _ray(a: Arrays, options: Options) -> Array | None:
    """A direction in which every row holds for ever and the objective falls.

    Rows and columns keep only which sides they have (the recession cone); what is done in all is at most 1, so that a
    corner is a direction that does not fall apart into others. Whole numbers are no matter: such a direction has whole multiples.
    """
    n, m = len(a.cost), len(a.row_lower)
    cone = replace(
        a,
        offset=0.0,
        lower=np.where(np.isfinite(a.lower), 0.0, -1.0),
        upper=np.where(np.isfinite(a.upper), 0.0, 1.0),
        integer=np.zeros(n, bool),
        row_lower=np.r_[np.where(np.isfinite(a.row_lower), 0.0, -np.inf), -np.inf],
        row_upper=np.r_[np.where(np.isfinite(a.row_upper), 0.0, np.inf), 1.0],
        start=(a.start + np.arange(n + 1)).astype(a.start.dtype),
        row=np.insert(a.row, a.start[1:], m),
        value=np.insert(a.value, a.start[1:], 1.0),
        cones=(),
        risks=(),
    )
    result = run_highs(cone, replace(options, prices=False, progress=None, certify=False, time_limit=_SECONDS))
    if result.x is None or result.status != "optimal" or result.objective is None or result.objective >= 0:
        return None
    return np.where(np.abs(result.x) > _NOTHING * np.abs(result.x).max(), result.x, 0.0)


def _rows(p: Prepared, ray: Array) -> list[dict[str, Any]]:
    """Every row of the user's that lets more and more be done in this direction."""
    n, v, out = p.network, p.model.variables, []
    for name, (record, table) in _DEEDS.items():
        var, entries, frame = getattr(v, name), getattr(n, record), p.data[table]
        for k in np.flatnonzero(ray[var.cols] > 0).tolist():
            row = int(entries.row[k])
            keys = {c: n.labels["place" if c in ("origin", "dest") else c][int(a[k])] for c, a in var.codes.items()}
            where = frame.where(row)
            out.append({
                "table": table, "file": where.get("file"), "line": where.get("line"), "sheet": where.get("sheet"), **keys,
                "sentence": _SAYS[name](**keys), "spot": frame.spot(row),
            })  # fmt: skip
    return out
