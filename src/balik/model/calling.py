"""What the objective, a limit or a goal may want more of than the load needs."""

from __future__ import annotations

import numpy as np

from .statement import Variables

Array = np.ndarray


def called_for(v: Variables) -> Array:
    """Columns whose increase lowers the objective or helps a limit or a goal to be met."""
    program = v.program
    wants = np.zeros(program.columns, bool)
    cost = program.cost()
    wants[: len(cost)] = cost < 0
    for family in ("limits", "spread", "goals"):
        block = program.families.get(family)
        if block is not None:
            terms, low, high = block.rows.terms, block.rows.lower, block.rows.upper
            up = ((terms.val > 0) & np.isfinite(low[terms.row])) | ((terms.val < 0) & np.isfinite(high[terms.row]))
            wants[terms.col[up]] = True
    return wants
