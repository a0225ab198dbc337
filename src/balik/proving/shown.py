"""What the notes of a search show, as the checker sees them, and the part of the tree that is needed for it."""

from __future__ import annotations

import numpy as np

from ..duality.rounding import Rows
from ..duality.tree import Bounding
from .notes import Notes

#: A bound below the claim is lessened by this part of what the sums add up to, so that it is shown again.
_ROUNDING = 1e-12


def shown(notes: Notes, rows: Rows, claim: float) -> tuple[float, Notes] | None:
    """The claim, or what the tree shows of it where that is less, and its tree; None where it shows nothing."""
    least, tree = _walked(notes, rows, claim)
    if least < claim:
        claim = least - _ROUNDING * max(1.0, abs(least))
        least, tree = _walked(notes, rows, claim)
    return (claim, tree) if np.isfinite(least) and least >= claim else None


def _walked(notes: Notes, rows: Rows, claim: float) -> tuple[float, Notes]:
    """The least that the leaves show, and the tree without what lies below nodes that show the claim."""
    bounding, out, least = Bounding(rows.arrays()), Notes(), claim
    stack = [(0, out.new(), rows.lower, rows.upper, -np.inf)]
    while stack:
        node, mine, lower, upper, best = stack.pop()
        if node in notes.kept:
            out.keep(mine, notes.kept[node])
            value, lower, upper = bounding.at(*notes.kept[node], lower, upper, claim)
            best = max(best, value)
            if value >= claim or (lower > upper).any():
                continue
        j, most = notes.column[node], notes.most[node]
        if j < 0:
            least = min(least, best)
            continue
        first = out.part(mine, j, most)
        below, above = upper.copy(), lower.copy()
        below[j], above[j] = min(upper[j], most), max(lower[j], most + 1.0)
        for side, (low, high) in enumerate(((lower, below), (above, upper))):
            if low[j] <= high[j]:
                stack.append((notes.child[node] + side, first + side, low, high, best))
    return least, out
