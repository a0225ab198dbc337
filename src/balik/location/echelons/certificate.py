"""The certificate of a bound for two echelons: prices, and what they show, worked out by code that shares none of the search's.

For any prices λ of demand and ν of what depot j hands to customer k, material by material,

    Σ_k λ_k D_k + Σ of the least choice of plants and of depots, at least so many of each as demand needs, among
    f_i + min { Σ_k v_ik x_k : 0 ≤ x ≤ D, Σ x ≤ P_i },  v_ik = min(0, min_j c_ij − ν_jk)
    g_j + min { Σ_k (d_jk + ν_jk − λ_k) x_k : 0 ≤ x ≤ D, Σ x ≤ Q_j }

is at most the cost of any plan: no customer gets more from a site than its demand. With one price π_j for all that a
depot passes on, a plant is min { Σ_j (c_ij − π_j) u_j : 0 ≤ u_j ≤ Q_j, Σ u ≤ P_i }. Knapsacks are bounded by weak duality:
θ·room + Σ size · min(0, v − θ) for any θ ≤ 0. Where materials share the room S of a site, a price μ ≥ 0 of it is added to
v, by unit times what a unit takes, and μ S is taken from the fixed costs. Of a place, one size is chosen. From every sum an allowance for rounding is taken (Higham 2002, chapter 3).
"""

from __future__ import annotations

import io
import tokenize
import zipfile
import zlib
from dataclasses import dataclass, fields, replace

import numpy as np

from ...words import say
from ..certificate import CertificateError, digest_of, packed
from ..checker import Checked
from ..problem import CLOSED, OPEN, Array
from .problem import TwoEchelon

#: Version of the format.
FORMAT = 3
_KINDS = {"demand": np.float32, "balance": np.float32, "material": np.int32, "depot": np.int32, "customer": np.int32,
          "link": np.float32, "room": np.float32}  # fmt: skip
_EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class EchelonCertificate:
    """Prices of `demand` (materials, customers), and of what depots pass on: `balance` (materials, depots), or where this
    is empty `link` by `material`, `depot` and `customer` (pairs that are not listed hand over at what the cheapest plant
    costs); of the `room` of sites that materials share (plants and depots; empty: none do). `bound`: money, what these prices show of the problem with this `digest`.
    """

    bound: float
    digest: str
    demand: Array
    balance: Array
    material: Array
    depot: Array
    customer: Array
    link: Array
    room: Array

    def as_bytes(self) -> bytes:
        """The file, the same for the same certificate."""
        head = {"format": FORMAT, "bound": self.bound, "digest": self.digest}
        return packed(head | {name: getattr(self, name) for name in _KINDS})


def certificate_of(p: TwoEchelon, prices: Array, start: Array, customer: Array) -> EchelonCertificate:
    """What prices show: of demand, then of balance; or of pairs, of which those of material l and depot j are
    `start`[l J + j] to `start`[l J + j + 1], with these customers.
    """
    demands = p.materials * p.customers
    rooms = len(p.fixed) if p.shared else 0
    demand, rest = (
        prices[:demands].reshape(p.materials, p.customers).astype(np.float32),
        prices[demands:].astype(np.float32),
    )
    rest, room = rest[: len(rest) - rooms], rest[len(rest) - rooms :]
    if rooms:  # the search counts a site's room in what an average unit takes
        room = np.maximum(0.0, room / _average(p)).astype(np.float32)
    row = np.repeat(np.arange(p.materials * p.depots), np.diff(start))
    linked = len(customer) > 0
    balance = np.zeros((0, 0), np.float32) if linked else rest.reshape(p.materials, p.depots)
    link = rest if linked else np.zeros(0, np.float32)
    on = slice(None) if linked else slice(0)
    material, depot, which = (a[on].astype(np.int32) for a in (row // p.depots, row % p.depots, customer))
    c = EchelonCertificate(-np.inf, _digest(p), demand, balance, material, depot, which, link, room)
    return replace(c, bound=shown(c, p))


def _average(p: TwoEchelon) -> Array:
    """What an average unit of demand takes of the room of each site."""
    total = p.demand.sum(0)
    mean = np.concatenate([p.plant_weight / p.output, p.depot_weight]) @ total / max(1e-300, float(total.sum()))
    return np.where(mean > 0.0, mean, 1.0)


@dataclass(frozen=True)
class _Plain:
    """The arrays of a problem without sizes, counts and shared room, of which files say the hash."""

    plant_cost: Array
    customer_cost: Array
    plant_capacity: Array
    depot_capacity: Array
    plant_fixed: Array
    depot_fixed: Array
    demand: Array
    output: Array
    plant_state: Array
    depot_state: Array


def _digest(p: TwoEchelon) -> str:
    return digest_of(_Plain(*(getattr(p, f.name) for f in fields(_Plain))) if p.plain else p)


def read_echelon_certificate(data: bytes) -> EchelonCertificate | None:
    """A certificate from its file, None where the file is another one; raises CertificateError where it cannot be read."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            if "link" not in file.files:
                return None
            if int(file["format"]) != FORMAT:
                raise CertificateError(say("The certificate is of a format that this version does not read."))
            arrays = {name: np.ascontiguousarray(file[name].astype(kind, casting="same_kind", copy=False))
                      for name, kind in _KINDS.items() if name in file.files or name != "room"}  # fmt: skip
            arrays.setdefault("room", np.zeros(0, np.float32))
            return EchelonCertificate(float(file["bound"]), str(file["digest"]), **arrays)
    except (ValueError, KeyError, OSError, TypeError, AttributeError, RuntimeError, EOFError, OverflowError, MemoryError,
            zlib.error, tokenize.TokenError, zipfile.BadZipFile) as error:  # fmt: skip
        raise CertificateError(say("The certificate cannot be read ({error}).", error=error)) from None


def check_echelon_certificate(c: EchelonCertificate, p: TwoEchelon) -> Checked:
    """What a certificate shows of a problem; raises CertificateError where that is less than it claims."""
    materials, j, k = p.materials, p.depots, p.customers
    fits = (
        c.demand.shape == (materials, k)
        and c.balance.shape == ((0, 0) if len(c.link) else (materials, j))
        and len(c.material) == len(c.depot) == len(c.customer) == len(c.link)
        and c.room.shape == (len(p.fixed) if p.shared else 0,)
        and all(a.ndim == 1 for a in (c.material, c.depot, c.customer, c.link))
        and all(((a >= 0) & (a < n)).all() for a, n in ((c.material, materials), (c.depot, j), (c.customer, k)))
    )
    if not fits:
        raise CertificateError(say("The certificate's arrays do not fit the case."))
    if not all(np.isfinite(a).all() for a in (c.demand, c.balance, c.link, c.room, c.bound)):
        raise CertificateError(say("The certificate holds a number that is none."))
    if c.digest != _digest(p):
        raise CertificateError(say("The certificate was made for other figures, and does not hold for these."))
    bound = shown(c, p)
    if bound < c.bound - 1e-9 * max(1.0, abs(bound)):
        raise CertificateError(say("The certificate's prices show {bound:,.10g}, and it claims {claim:,.10g}.", bound=bound,
                                   claim=c.bound))  # fmt: skip
    return Checked(min(bound, c.bound), 1, 1)


def shown(c: EchelonCertificate, p: TwoEchelon) -> float:
    """The bound that the prices show, rounded down."""
    total = p.demand.sum(0)
    supply, through = np.minimum(p.plant_capacity * p.output, total), np.minimum(p.depot_capacity, total)
    usable = p.depot_state != CLOSED
    constant, doubt = 0.0, 0.0
    plant, depot = p.plant_fixed.copy(), p.depot_fixed.copy()
    unsure = [np.abs(plant), np.abs(depot)]
    price1, price2 = np.split(np.maximum(0.0, c.room.astype(float)) if p.shared else np.zeros(len(p.fixed)), [p.plants])
    most = [p.plant_weight / p.output @ total, p.depot_weight @ total]  # no more than this ever comes
    rooms = [np.minimum(room, come) for room, come in zip((p.plant_room, p.depot_room), most, strict=True)]
    for gain, rough, each, room in ((plant, unsure[0], price1, rooms[0]), (depot, unsure[1], price2, rooms[1])):
        paid = each * room
        gain -= paid
        rough += paid
    for mat in range(p.materials):
        first, second = p.plant_cost[mat] / p.output[mat], p.customer_cost[mat]
        more1, more2 = (
            (price1 * p.plant_weight[:, mat] / p.output[mat])[:, None],
            (price2 * p.depot_weight[:, mat])[:, None],
        )
        demand, price = p.demand[:, mat], c.demand[mat].astype(float)
        constant += float(price @ demand)
        doubt += float(np.abs(price) @ demand)
        if len(c.link):
            handed = _handed(c, p, mat, first)
            way = np.zeros((p.plants, p.customers))
            for j in np.flatnonzero(usable):
                np.minimum(way, first[:, j, None] + more1 - handed[j], out=way)
            size = demand * np.ones((p.plants, 1))
            of_plant = _knapsacks(
                way, np.abs(first).max(1)[:, None] + more1 + np.abs(handed).max(), size, supply[:, mat]
            )
        else:
            handed = np.broadcast_to(c.balance[mat].astype(float)[:, None], second.shape)
            size = np.where(usable, through[:, mat], 0.0) * np.ones((p.plants, 1))
            of_plant = _knapsacks(
                first + more1 - handed[:, 0], np.abs(first) + more1 + np.abs(handed[:, 0]), size, supply[:, mat]
            )
        mass = np.abs(second) + more2 + np.abs(handed) + np.abs(price)
        of_depot = _knapsacks(second + more2 + handed - price, mass, demand * np.ones((p.depots, 1)), through[:, mat])
        for gain, rough, found in zip((plant, depot), unsure, (of_plant, of_depot), strict=True):
            gain += found[0]
            rough += found[1]
    less = _EPS * (p.materials * (p.plants + p.depots + p.customers) + 64)
    bound = constant - less * doubt
    for at, (gain, rough, state, room, place) in enumerate((
        (plant, unsure[0], p.plant_state, supply, p.plant_place), (depot, unsure[1], p.depot_state, through, p.depot_place)
    )):  # fmt: skip
        least = max(_fewest(room, total, state, place), int(np.ceil(p.least_open[at] - 1e-9)))
        bound += _chosen(gain - less * rough, state, place, least, p.most_open[at])
    return float(bound - less * (abs(bound) + doubt))


def _handed(c: EchelonCertificate, p: TwoEchelon, mat: int, first: Array) -> Array:
    """Prices (depots, customers) of what depots hand over."""
    on = p.plant_state != CLOSED
    cheapest = first[on].min(0) if on.any() else np.zeros(p.depots)
    out = np.repeat(cheapest[:, None], p.customers, axis=1)
    mine = c.material == mat
    out[c.depot[mine], c.customer[mine]] = c.link[mine]
    return out


def _knapsacks(value: Array, mass: Array, size: Array, room: Array) -> tuple[Array, Array]:
    """By row, no more than min Σ value x, 0 ≤ x ≤ size, Σ x ≤ room; and the terms of that without signs (`mass` by unit)."""
    order = np.argsort(value, axis=1)
    sorted_value, filled = np.take_along_axis(value, order, 1), np.cumsum(np.take_along_axis(size, order, 1), axis=1)
    last = np.minimum((filled < room[:, None]).sum(1), value.shape[1] - 1)
    theta = np.minimum(0.0, sorted_value[np.arange(len(value)), last])
    theta[filled[:, -1] <= room] = 0.0
    mass = mass + np.abs(theta)[:, None]
    over = value - theta[:, None]
    terms = np.where(over <= 1e-12 * mass, size, 0.0)
    return theta * room + (np.minimum(over, 0.0) * terms).sum(1), np.abs(theta) * room + (mass * terms).sum(1)


def _largest(room: Array, state: Array, place: Array) -> Array:
    """The most that each place holds whose site is free, and of which no other size stands open; largest first."""
    free = (state != CLOSED) & (state != OPEN) & ~np.isin(place, place[state == OPEN])
    _, of = np.unique(place[free], return_inverse=True)
    most = np.zeros(int(of.max(initial=-1)) + 1)
    np.maximum.at(most, of, room[free])
    return np.sort(most)[::-1]


def _fewest(room: Array, total: Array, state: Array, place: Array) -> int:
    """No plan opens fewer sites than this: the largest that are not closed must hold the demand of every material."""
    opened = int((state == OPEN).sum())
    most = opened
    for held, need in zip(room.T, total, strict=True):
        filled = held[state == OPEN].sum() + np.concatenate([[0.0], np.cumsum(_largest(held, state, place))])
        enough = filled >= need * (1.0 - 1e-9)
        most = max(most, opened + (int(enough.argmax()) if enough.any() else len(filled) - 1))
    return most


def _chosen(gain: Array, state: Array, place: Array, least: int, most: float) -> float:
    """The least sum over sites, those that stand open among them, one of a place, at least and at most so many."""
    opened = state == OPEN
    best = _cheapest(gain, state, place)
    count = max(int((best < 0.0).sum()), min(len(best), least - int(opened.sum())))
    count = int(min(count, max(0.0, np.floor(most + 1e-9) - opened.sum())))
    return float(gain[opened].sum() + best[: max(0, count)].sum())


def _cheapest(gain: Array, state: Array, place: Array) -> Array:
    """The least gain of each place whose site is free, and of which no other size stands open; cheapest first."""
    free = (state != CLOSED) & (state != OPEN) & ~np.isin(place, place[state == OPEN])
    _, of = np.unique(place[free], return_inverse=True)
    least = np.full(int(of.max(initial=-1)) + 1, np.inf)
    np.minimum.at(least, of, gain[free])
    return np.sort(least)
