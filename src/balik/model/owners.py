"""§13 Owners: what each earns along a chain, and what they pay each other.

Every line of the ledger has one owner, or none: that of its place; of a lane the one who pays the transport; of a tour
the owner of its last stop. Transfer prices are paid by one owner to another: they are no cost of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..network.network import Network
from .quantities import units
from .statement import Part, Variables, measure, part

Array = np.ndarray


@measure(r"-\sum_{\ell \in o} c_{\ell}", unit="money", source="ours: every line of the ledger has one owner, or none")
def margin(n: Network, v: Variables) -> list[Part]:
    """What the places of an owner earn, less what they cost."""
    return [replace(p, rate=-p.rate) for p in owned(n, v)]


@measure(
    r"\sum_{ij:\, i \in o} \theta_{ijmvt}\, x_{ijmvt} - \sum_{ij:\, j \in o} \theta_{ijmvt}\, x_{ijmvt}",
    unit="money",
    source="ours: paid by the owner of dest to the owner of origin",
)
def margin_transfers(n: Network, v: Variables) -> list[Part]:
    """What an owner is paid for what leaves its places, less what it pays for what arrives."""
    return [*transfers(n, v)]


def owned(n: Network, v: Variables) -> Iterator[Part]:
    """Lines of the ledger with their owners; none where no place has one."""
    if (n.owner < 0).all():
        return
    for parts in list(v.ledger.values()):
        for p in parts:
            yield replace(p, codes={**p.codes, "owner": _owner_of(n, p)})


def transfers(n: Network, v: Variables) -> Iterator[Part]:
    """What is received for what moves, then what is paid for it, between different owners."""
    between = np.flatnonzero((n.lanes.price != 0) & (n.owner[n.lanes.origin] != n.owner[n.lanes.dest]))
    if not len(between):
        return
    view = v.flow.where(between)
    for end, sign in (("origin", 1.0), ("dest", -1.0)):
        owner, times = n.owner[view.codes[end]], n.money_times[view.period]
        rate = sign * n.lanes.price[between]
        yield part(view, rate, times=times, unit=units(n, view.material), account="transfer", owner=owner)


def _owner_of(n: Network, p: Part) -> Array:
    """Owner of each line, by the places that its keys name."""
    codes = p.codes
    if "place" in codes:
        return np.asarray(n.owner[codes["place"]])
    if "tour" in codes:
        return np.asarray(_owner_of_tours(n)[codes["tour"]])
    if "origin" in codes and "dest" in codes:
        pays = np.where(_by_origin(n, codes["origin"], codes["dest"]), codes["origin"], codes["dest"])
        return np.asarray(n.owner[pays])
    for end in ("origin", "dest"):
        if end in codes:
            return np.asarray(n.owner[codes[end]])
    return np.full(len(p), -1)


def _owner_of_tours(n: Network) -> Array:
    """Owner of the last stop of each tour."""
    owner = np.full(len(n.labels["tour"]), -1)
    order = np.argsort(n.hauls.to, kind="stable")
    owner[n.hauls.tour[order]] = n.owner[n.hauls.dest[order]]
    return owner


def _by_origin(n: Network, origin: Array, dest: Array) -> Array:
    """Whether the owner of origin pays between these places."""
    size = len(n.labels["place"])
    found = np.unique((n.lanes.origin * size + n.lanes.dest)[n.lanes.by_origin])
    return np.isin(origin * size + dest, found)
