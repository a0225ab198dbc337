"""balik: the network of arrays, then the one formulation. The record is as `encode` would make it from tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import highspy
import numpy as np

from balik.engines.highs import pass_arrays
from balik.model import formulate
from balik.network import network as net
from balik.network.units import UNITS

from .instances import Array, Flow, Siting

#: Kind of codes that `encode` makes (a test compares).
CODE = np.int64


def data(instance: Siting | Flow) -> net.Network:
    """The network of an instance."""
    return _siting(instance) if isinstance(instance, Siting) else _flow(instance)


def build(n: net.Network) -> highspy.Highs:
    """The model inside the solver."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    pass_arrays(h, formulate(n).program.arrays())
    return h


def _siting(d: Siting) -> net.Network:
    m, n = d.km.shape
    lanes = m * n
    origin, dest = np.repeat(_codes(m), n), m + np.tile(_codes(n), m)
    none = np.zeros(lanes, CODE)
    customers, sites = _codes(m), m + _codes(n)
    return _network(
        m + n,
        materials=1,
        periods=1,
        lanes=_lanes(origin, dest, none, none, d.km.ravel(), np.full(lanes, d.rate)),
        supply=_supply(customers, 0 * customers, 0 * customers, d.supply),
        demand=_demand(sites, np.zeros(n, CODE), np.zeros(n, CODE), np.full(n, np.inf)),
        sites=net.Sites(
            place=sites, size=np.zeros(n, CODE), capacity=d.capacity, least=np.zeros(n), opening_cost=d.opening,
            running_cost=np.zeros(n), unit_cost=np.zeros(n), closing_cost=np.zeros(n),
            status=np.full(n, net.CANDIDATE), starts=np.zeros(n, bool), serves=np.full(n, np.inf), row=_codes(n),
        ),
        stores=_stores(_codes(0), _codes(0), _codes(0), np.zeros(0), 1),
    )  # fmt: skip


def _flow(d: Flow) -> net.Network:
    k, t = d.materials, d.periods
    first = np.concatenate([[0], np.cumsum(d.echelons)])
    origin, dest, km = [], [], []
    for e in range(3):
        a, b = (np.arange(first[i], first[i + 1], dtype=CODE) for i in (e, e + 1))
        origin.append(np.repeat(a, len(b) * k * t))
        dest.append(np.tile(np.repeat(b, k * t), len(a)))
        km.append(np.repeat(d.km[e].ravel(), k * t))
    lanes = sum(map(len, origin))
    material, period = np.tile(np.repeat(_codes(k), t), lanes // (k * t)), np.tile(_codes(t), lanes // t)
    return _network(
        int(first[-1]),
        materials=k,
        periods=t,
        lanes=_lanes(
            np.concatenate(origin), np.concatenate(dest), material, period, np.concatenate(km), d.rate[material]
        ),
        supply=_supply(*_everywhere(first[0], first[1], k, t), d.supply.ravel()),
        demand=_demand(*_everywhere(first[3], first[4], k, t), d.most.ravel()),
        sites=_nothing(net.Sites),
        stores=_stores(
            *_everywhere(first[1], first[3], k, t), np.tile(np.repeat(d.holding, t), first[3] - first[1]), t
        ),
    )


def _everywhere(start: int, stop: int, materials: int, periods: int) -> tuple[Array, Array, Array]:
    """Codes of every place of an echelon, material and period."""
    grid = np.meshgrid(np.arange(start, stop), np.arange(materials), np.arange(periods), indexing="ij")
    return tuple(c.ravel().astype(CODE) for c in grid)  # type: ignore[return-value]


# -- records -----------------------------------------------------------------------------------------------------


def _codes(n: int) -> Array:
    return np.arange(n, dtype=CODE)


def _lanes(origin: Array, dest: Array, material: Array, period: Array, km: Array, rate: Array) -> net.Lanes:
    n = len(origin)
    return net.Lanes(
        origin=origin, dest=dest, material=material, mode=np.ones(n, CODE), period=period, km=km,
        fill=np.ones(n), fee=np.zeros(n), price=np.zeros(n), by_origin=np.zeros(n, bool), least=np.zeros(n),
        most=np.full(n, np.inf), single=np.zeros(n, bool), full_rate=rate, full_co2=np.zeros(n),
        payload=np.full(n, np.inf), trip=np.full(n, -1, CODE), back=np.full(n, -1, CODE), row=_codes(n),
    )  # fmt: skip


def _supply(place: Array, material: Array, period: Array, amount: Array) -> net.Supply:
    zero = np.zeros(len(place))
    follows = np.zeros(len(place), bool)
    return net.Supply(place, material, period, amount, amount, zero, zero, _codes(len(place)), follows)


def _demand(place: Array, material: Array, period: Array, most: Array) -> net.Demand:
    zero, n = np.zeros(len(place)), len(place)
    return net.Demand(place, material, period, zero, most, zero, np.full(n, np.nan), _codes(n))


def _stores(place: Array, material: Array, period: Array, holding: Array, periods: int) -> net.Stores:
    n = len(place)
    return net.Stores(
        place, material, period, room=np.full(n, np.inf), least=np.zeros(n), safety=np.zeros(n), holding=holding,
        start=np.zeros(n), end=np.full(n, np.nan), row=_codes(n),
    )  # fmt: skip


def _nothing(kind: type) -> Any:
    """A record without rows: every section that a case does not have."""
    flags = {"single", "whole", "floor", "first", "starts", "may_open", "may_close"}
    number = UNITS.get(kind, {})
    columns = {f.name: str(f.type) for f in dataclasses.fields(kind)}
    return kind(
        **{
            name: []
            if text.startswith("list")
            else np.zeros(0, bool if name in flags else float if name in number else CODE)
            for name, text in columns.items()
        }
    )


def _absent(given: Iterable[str]) -> dict[str, Any]:
    """Every section of a network but those that are given, without rows."""
    sections = {f.name: getattr(net, str(f.type), None) for f in dataclasses.fields(net.Network) if f.name not in given}
    return {name: _nothing(kind) for name, kind in sections.items() if dataclasses.is_dataclass(kind)}


def _network(
    places: int,
    materials: int,
    periods: int,
    lanes: net.Lanes,
    supply: net.Supply,
    demand: net.Demand,
    sites: net.Sites,
    stores: net.Stores,
) -> net.Network:
    labels: dict[str, list[str]] = {
        "place": [f"p{i}" for i in range(places)], "material": [f"m{i}" for i in range(materials)],
        "period": [f"{i}" for i in range(periods)], "mode": ["", "truck"], "size": [""], "process": [], "tour": [],
        "account": [], "kind": [], "group": [], "limit": [],
    }  # fmt: skip
    labels |= {"origin": labels["place"], "dest": labels["place"]}
    site_of = np.full(places, -1)
    site_of[sites.place] = np.arange(len(sites))
    return net.Network(
        labels=labels,
        lanes=lanes,
        supply=supply,
        demand=demand,
        sites=sites,
        stores=stores,
        **_absent(("lanes", "supply", "demand", "sites", "stores")),
        people=np.zeros(places),
        limits=[],
        charges=[],
        weights={"cost": 1.0},
        length=np.ones(periods),
        repeats=np.ones(periods),
        money_times=np.ones(periods),
        one_off_times=1.0,
        one_off_at=np.ones(periods),
        end_times=1.0,
        mass=np.ones(materials),
        volume=np.full(materials, np.nan),
        unit=["kg"] * materials,
        site_weight=np.ones((len(sites), materials)),
        resource_unit=[],
        site_unit=["kg"] * len(sites),
        site_of=site_of,
        kind=np.full(places, -1),
        owner=np.full(places, -1),
        group_places={},
    )
