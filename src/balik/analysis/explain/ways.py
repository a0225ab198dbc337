"""What comes back, is offered or is brought, freed: anything may then be collected where it waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...network.network import Network
from .facts import Fact

Array = np.ndarray


def without_ways(n: Network, facts: Sequence[Fact], at: Array, ample: float) -> Network:
    """The network in which no return, offer or drop-off of these facts, and none that meets the supply `at`, says what
    may be collected: as much as one likes, then.
    """
    free = np.zeros(len(n.supply), bool)
    free[at] = True
    offered = _supply_of_offers(n)
    for fact in facts:
        for table, positions in (
            ("returns", [n.returns.supply]), ("dropoff", [n.dropoff.giver, n.dropoff.taker]),
        ):  # fmt: skip
            if fact.kind.table == table:
                for which in positions:
                    free[which[list(fact.at)]] = True
        if fact.kind.table == "offers":
            free |= np.isin(offered, _keys(n, n.offers)[list(fact.at)])
    if not free.any():
        return n
    while (free[n.dropoff.giver] != free[n.dropoff.taker]).any():  # what is brought from one place is taken at another
        touched = free[n.dropoff.giver] | free[n.dropoff.taker]
        free[n.dropoff.giver[touched]] = free[n.dropoff.taker[touched]] = True
    supply = replace(n.supply, most=np.where(free, ample, n.supply.most), follows=n.supply.follows & ~free)
    offers = ~np.isin(_keys(n, n.offers), offered[free])
    return replace(
        n, supply=supply, returns=_some(n.returns, ~free[n.returns.supply]), offers=_some(n.offers, offers),
        dropoff=_some(n.dropoff, ~free[n.dropoff.giver]),
    )  # fmt: skip


def _keys(n: Network, record: Any) -> Array:
    return np.asarray(record.place * len(n.labels["material"]) + record.material)


def _supply_of_offers(n: Network) -> Array:
    """The place and material of each row of supply as one number."""
    return _keys(n, n.supply)


def _some(record: Any, keep: Array) -> Any:
    """These entries of a record."""
    return type(record)(**{name: getattr(record, name)[keep] for name in record.__dataclass_fields__})
