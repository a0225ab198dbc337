"""Loading the kernels, and compiling them where no run on this machine has done so yet (about half a minute)."""

from __future__ import annotations

import numpy as np

from .problem import Siting
from .watch import Watch


def ready(single: bool) -> None:
    """Solve a small problem that passes through every stage, so that the clock of a search runs for the search alone."""
    g = np.random.default_rng(0)
    n, m = 10, 24
    demand, capacity = g.integers(5, 36, m).astype(float), g.integers(60, 200, n).astype(float)
    cost = 10.0 * np.hypot(*(g.random((2, n, 1)) - g.random((2, 1, m))))
    p = Siting(cost, demand, capacity, 90.0 * np.sqrt(capacity), single=single)
    if single:
        from .single import solve_single

        solve_single(p, Watch(threads=1))
        return
    from .solve import solve_siting

    solve_siting(p, Watch(threads=1))
