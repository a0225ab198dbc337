"""The prices of one node that a search over two echelons notes, and the bounds that they show.

They are noted as multiples of a unit, and what they show is what is gone on with: so that no rounding comes between the
search and the checker of its certificate. Sites that the ascent fixed on its way, at prices of which nothing is left,
are free again unless the noted prices fix them as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import kernel
from ..problem import FREE, Array
from .bound import evaluate
from .certificate import GRAIN

#: Evaluations of a list, as long as they fix sites.
_TIMES = 3
#: Most of these, in fine and in rough numbers (which are kept in single precision).
MANY, _FEW = 2.0**50, 2.0**23


class Noted(NamedTuple):
    """Lists of prices of one node; without rows nothing is noted."""

    number: Array  # (rows, prices) int64, multiples of the unit or of the grain
    site: Array  # (rows) that they refute to be open or closed; -1: the node itself
    opens: Array  # (rows)
    times: Array  # (rows) how often they are evaluated; 0: they fix nothing, and matter where the node is a leaf
    fine: Array  # (rows) whether they count the unit itself
    trial: Array  # (prices) money
    rows: Array  # (1) so far
    unit: Array  # (1) money


def new_noted(many: int, unit: float, tried: int) -> Noted:
    """Room for the lists of one node, one of its own and one for each site that is tried; below 0: for none."""
    rows = tried + 3 if tried >= 0 else 0
    many = many if rows else 0
    return Noted(
        np.zeros((rows, many), np.int64), np.zeros(rows, np.int32), np.zeros(rows, np.bool_), np.zeros(rows, np.int8),
        np.zeros(rows, np.bool_), np.zeros(many), np.zeros(1, np.int64), np.array([unit]),
    )  # fmt: skip


@kernel
def _on_grid(data, links, prices, fine, noted):  # type: ignore[no-untyped-def]
    """Prices as multiples, in the next row and in noted.trial; those of demand stay below what the links allow."""
    number, trial = noted.number[noted.rows[0]], noted.trial
    unit = noted.unit[0] * (1 if fine else GRAIN)
    most = MANY if fine else _FEW
    linked = len(links.pair) > 0
    rooms = len(prices) - len(data.room)
    for a in range(len(prices)):
        n = min(max(np.rint(prices[a] / unit), -most), most)
        if linked and a < len(links.most) and n * unit > links.most[a]:
            n = np.floor(links.most[a] / unit)
        if a >= rooms:
            n = max(n, 0.0)
        number[a] = np.int64(n)
        trial[a] = n * unit


@kernel
def _keep(noted, site, opens, times, fine):  # type: ignore[no-untyped-def]
    row = noted.rows[0]
    noted.site[row], noted.opens[row], noted.times[row], noted.fine[row] = site, opens, times, fine
    noted.rows[0] = row + 1


@kernel
def refute(data, links, prices, state, least, cutoff, room, noted, site, opens):  # type: ignore[no-untyped-def]
    """The bound of a state at these prices as they would be noted; they are noted where it passes the cutoff.

    `site`: the one that was put open (`opens`) or closed for it; -1: none was. The state is left as it is.
    """
    bound = -np.inf
    for fine in (False, True):
        _on_grid(data, links, prices, fine, noted)
        here = state.copy()
        for times in range(1, _TIMES + 1):
            free = (here == FREE).sum()
            bound = evaluate(data, links, noted.trial, here, least, cutoff, room)
            if bound > cutoff or bound == np.inf:
                _keep(noted, site, opens, times, fine)
                return bound
            if (here == FREE).sum() == free:
                break
    return bound


@kernel
def stand_on(data, links, prices, state, least, cutoff, room, noted, fine):  # type: ignore[no-untyped-def]
    """Note prices of a node, put them as they are noted and fix what they do; returns the bound."""
    _on_grid(data, links, prices, fine, noted)
    prices[:] = noted.trial
    free = (state == FREE).sum()
    bound = evaluate(data, links, prices, state, least, cutoff, room)
    _keep(noted, -1, False, 1 if fine or (state == FREE).sum() < free else 0, fine)
    return bound
