"""Whether a certificate for two echelons shows what it claims: its tree is gone through with code that shares none of the search's.

For any prices λ of demand and ν of what depot j hands to customer k, material by material,

    Σ_k λ_k D_k + Σ of the least choice of plants and of depots, at least so many of each as demand needs, among
    f_i + min { Σ_k v_ik x_k : 0 ≤ x ≤ D, Σ x ≤ P_i },  v_ik = min(0, min_j c_ij − ν_jk)
    g_j + min { Σ_k (d_jk + ν_jk − λ_k) x_k : 0 ≤ x ≤ D, Σ x ≤ Q_j }

is at most the cost of any plan: no customer gets more from a site than its demand. With one price π_j for all that a
depot passes on, a plant is min { Σ_j (c_ij − π_j) u_j : 0 ≤ u_j ≤ Q_j, Σ u ≤ P_i }. Where materials share the room S of a
site, a price μ ≥ 0 of it is added to v, by unit times what a unit takes, and μ S is taken from the fixed costs; where an open
site has a least M, μ may be below 0, and μ M is taken. Of a place, one size is chosen. With a site kept open, or closed, the same choice bounds the plans that have it so: where that
reaches the claim, the site stands the other way in the node and all below it. Knapsacks (see sums.py) and sums are
lowered by what rounding may take (Higham 2002, chapter 3), so that it never helps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...words import say
from ..certificate import CertificateError
from ..checker import Checked
from ..problem import CLOSED, FREE, OPEN, Array
from .certificate import GRAIN, KINDS, EchelonCertificate, echelon_digest, told
from .chosen import Choice, chosen, together
from .counts import Counts, may_open
from .problem import TwoEchelon

_EPS = float(np.finfo(float).eps)
#: Multiples of the unit beyond this are none.
_LARGEST = 2**52
#: No unit of prices is as much money.
_DEAREST = 1e100


def check_echelon_certificate(c: EchelonCertificate, p: TwoEchelon) -> Checked:
    """What a certificate shows of a problem; raises CertificateError where that is less than it claims."""
    _shape(c, p)
    if c.digest != echelon_digest(p):
        raise CertificateError(say("The certificate was made for other figures, and does not hold for these."))
    return Replay(c, p).run()


def _shape(c: EchelonCertificate, p: TwoEchelon) -> None:
    """The arrays must be those of a tree, and their numbers finite."""
    t, r, n = len(c.branch), len(c.site), p.plants + p.depots
    inner = np.flatnonzero(c.branch != -1)
    fits = (
        t > 0 and all(getattr(c, name).ndim == 1 for name in KINDS) and len(c.child) == t
        and len(c.opens) == len(c.times) == len(c.fine) == len(c.plain) == r and len(c.material) == len(c.depot) == len(c.customer)
        and all(((a >= 0) & (a < size)).all() for a, size in ((c.material, p.materials), (c.depot, p.depots), (c.customer, p.customers)))
        and all(((a >= -1) & (a < n)).all() for a in (c.branch, c.site))
        and all(len(a) == many + 1 and a[0] == 0 and a[-1] == size and (np.diff(a) >= 0).all()
                for a, many, size in ((c.first, t, r), (c.begin, r, len(c.numbers))))
        and (c.child[inner] > 0).all() and (c.child[inner] < t - 1).all()
        and (np.diff(np.sort(c.child[inner])) > 1).all()  # nodes have one parent, the root has none: no path returns
    )  # fmt: skip
    if not fits:
        raise CertificateError(say("The certificate's arrays do not fit the case."))
    if not (np.isfinite(c.bound) and 0.0 < c.unit < _DEAREST and (c.times >= 0).all()):
        raise CertificateError(say("The certificate holds a number that is none."))


@dataclass(frozen=True)
class Prices:
    """Of demand (materials, customers); of what depots pass on, one each (materials, depots) or of `pairs` else; of room."""

    demand: Array
    balance: Array | None
    pairs: Array
    room: Array


class Replay:
    """A walk through the tree of a certificate."""

    def __init__(self, c: EchelonCertificate, p: TwoEchelon) -> None:
        self.c, self.p = c, p
        self.bounding = Bounding(p, c.material, c.depot, c.customer)
        self.nodes = self.prices = 0

    def run(self) -> Checked:
        """Go through the tree; raises CertificateError at the first node that is not done."""
        none = np.zeros(self.bounding.width(False), np.int64)
        stack = [(0, self.bounding.counts.state.copy(), none)]
        while stack:
            node, state, above = stack.pop()
            self.nodes += 1
            done, above = self._done(node, state, above)
            if done:
                continue
            site, child = int(self.c.branch[node]), int(self.c.child[node])
            if site < 0:
                raise CertificateError(
                    say("The certificate does not show its bound: node {node} of its tree is open.", node=node)
                )
            for way in (0, 1):
                part = state.copy()
                if self.bounding.put(part, site, bool(way)):
                    stack.append((child + way, part, above))
        return Checked(self.c.bound, self.nodes, self.prices)

    def _done(self, node: int, state: Array, above: Array) -> tuple[bool, Array]:
        """Whether the lists of a node show that its plans reach the claim; else sites that they refute are put the other
        way in `state`. And the last list told by differences.
        """
        c = self.c
        own = above
        for r in range(int(c.first[node]), int(c.first[node + 1])):
            numbers = self._numbers(r, own)
            if not c.fine[r] and c.site[r] < 0:
                own = numbers
            if not c.times[r]:
                continue
            prices = self.bounding.prices(numbers * c.unit, bool(c.plain[r]))
            if c.site[r] < 0:
                if self._reaches(prices, state, int(c.times[r])):
                    return True, own
                continue
            trial, site, opens = state.copy(), int(c.site[r]), bool(c.opens[r])
            refuted = not self.bounding.put(trial, site, opens) or self._reaches(prices, trial, int(c.times[r]))
            if refuted and not self.bounding.put(state, site, not opens):
                return True, own
        looked = self.c.times[c.first[node] : c.first[node + 1]].any()
        return not looked and self.bounding.counts.of(state) is None, own

    def _reaches(self, prices: Prices, state: Array, times: int) -> bool:
        """Whether plans of a state reach the claim; sites are put as these prices show, so many times."""
        self.prices += times
        return any(self.bounding.at(prices, state, self.c.bound) >= self.c.bound for _ in range(times))

    def _numbers(self, r: int, above: Array) -> Array:
        """A list in units."""
        c = self.c
        found = told(c.numbers[int(c.begin[r]) : int(c.begin[r + 1])], self.bounding.width(bool(c.plain[r])))
        if not c.fine[r]:
            if len(above) != len(found):
                raise CertificateError(say("The certificate's arrays do not fit the case."))
            if _beyond(found, _LARGEST // GRAIN):
                raise CertificateError(say("The certificate holds a number that is none."))
            found = above + found * GRAIN
        if _beyond(found, _LARGEST):
            raise CertificateError(say("The certificate holds a number that is none."))
        return found


def _beyond(numbers: Array, most: int) -> bool:
    """Whether any is larger, without its sign: of the lowest whole number, that is itself in 64 bits."""
    return bool(((numbers > most) | (numbers < -most)).any())


class Bounding:
    """A problem, and what prices show of it: of pairs (material, depot, customer), or without any of depots."""

    def __init__(self, p: TwoEchelon, material: Array, depot: Array, customer: Array) -> None:
        self.p = p
        self.demand = np.ascontiguousarray(p.demand.T)
        self.first, self.second = p.plant_cost / p.output[:, None, None], p.customer_cost
        self.fixed, self.place = p.fixed, p.place
        self.scale, self.counts = average(p), Counts(p)
        self.on, self.most = self.counts.on, self.counts.most
        self.less = _EPS * (p.materials * (p.plants + p.depots + p.customers) + 64)
        self.rooms = len(self.fixed) if p.shared or p.has_least else 0
        self.least = np.concatenate([p.plant_least, p.depot_least])
        self.linked = len(depot) > 0
        self.order = np.lexsort((depot, customer, material))
        self.material, self.depot, self.customer = (a[self.order] for a in (material, depot, customer))
        self.key = self.material.astype(np.int64) * p.customers + self.customer

    def width(self, plain: bool) -> int:
        """How many numbers a list has; `plain`: one price a depot, pairs or not."""
        p = self.p
        middle = len(self.key) if self.linked and not plain else p.materials * p.depots
        return p.materials * p.customers + middle + self.rooms

    def prices(self, numbers: Array, plain: bool) -> Prices:
        """Prices from their list, in money."""
        p, prices, many = self.p, numbers, self.p.materials * self.p.customers
        linked = self.linked and not plain
        middle = prices[many : len(prices) - self.rooms]
        room = prices[many + len(middle) :] / self.scale if self.rooms else np.zeros(len(self.fixed))
        room = np.maximum(room, 0.0 if linked else np.where(self.least > 0.0, -np.inf, 0.0))
        return Prices(
            prices[:many].reshape(p.materials, p.customers), None if linked else middle.reshape(p.materials, p.depots),
            middle[self.order] if linked else middle[:0], room,
        )  # fmt: skip

    def put(self, state: Array, site: int, opens: bool) -> bool:
        """Open or close a site, and what follows of that for its place; False: it stands the other way."""
        if state[site] == (CLOSED if opens else OPEN):
            return False
        state[site] = OPEN if opens else CLOSED
        if opens:
            others = (self.place == self.place[site]) & (np.arange(len(state)) != site)
            if (state[others] == OPEN).any():
                return False
            state[others] = CLOSED
        return True

    def at(self, prices: Prices, state: Array, claim: float) -> float:
        """What plans of a state cost at least, inf where there is none; below the claim, sites are put as it needs."""
        counts = self.counts.of(state)
        if counts is None:
            return np.inf
        gain, doubt = self.gains(prices, state)
        paid = prices.demand * self.demand
        size = float(np.abs(paid).sum()) + float(doubt[state != CLOSED].sum())
        base = float(paid.sum()) - self.less * size  # of this and all sums that follow: what they add up is no larger
        one, two = (
            chosen(gain[on], state[on], self.place[on], least, most)
            for on, least, most in zip(self.on, counts, self.counts.limits, strict=False)
        )
        value = base + together(one, two, self.counts.limits[2])
        if value < claim:
            for choice, other, on in ((one, two, self.on[0]), (two, one, self.on[1])):
                self._fix(state, on, claim - base - other.value, choice)
        return value

    def _fix(self, state: Array, on: slice, room: float, choice: Choice) -> None:
        """Sites that stand one way in every plan below the claim, which leaves a choice so much room."""
        here, place = state[on], self.place[on]
        free = here == FREE
        here[free & (choice.closed >= room)] = OPEN
        here[free & (choice.opened >= room)] = CLOSED
        here[(here == FREE) & ~may_open(here, place)] = CLOSED

    def gains(self, prices: Prices, state: Array) -> tuple[Array, Array]:
        """What each site costs when open, from below, and what is added up for it without signs."""
        p, shut = self.p, state == CLOSED
        paid = prices.room * np.where(prices.room < 0.0, self.least, self.counts.room)
        gain, size = self.fixed - paid, np.abs(self.fixed) + np.abs(paid)
        more = prices.room * self.counts.weight
        more1, more2 = more[:, : p.plants], more[:, p.plants :]
        plants, depots = ~shut[: p.plants], ~shut[p.plants :]
        if prices.balance is None:
            handed = self._handed(prices, plants)
            of_plant = self._by_customer(prices, more1, plants, depots)
        else:
            handed = np.broadcast_to(prices.balance[:, :, None], self.second.shape)
            value = self.first + more1[:, :, None] - prices.balance[:, None, :]
            mass = np.abs(self.first) + np.abs(more1)[:, :, None] + np.abs(prices.balance)[:, None, :]
            passes = np.where(depots, self.most[:, p.plants :], 0.0)
            of_plant = knapsacks(value, mass, passes, self.most[:, : p.plants], plants)
        value = self.second + more2[:, :, None] + handed - prices.demand[:, None, :]
        mass = np.abs(self.second) + np.abs(more2)[:, :, None] + np.abs(handed) + np.abs(prices.demand)[:, None, :]
        of_depot = knapsacks(value, mass, self.demand, self.most[:, p.plants :], depots)
        for on, found in zip(self.on, (of_plant, of_depot), strict=True):
            gain[on] += found[0]
            size[on] += found[1]
        return gain - self.less * size, size

    def _handed(self, prices: Prices, plants: Array) -> Array:
        """Prices (materials, depots, customers) of what depots hand over: of pairs without one, what the cheapest plant costs."""
        near = self.first[:, plants]
        cheapest = near.min(1) if plants.any() else np.zeros(near.shape[::2])
        out = np.repeat(cheapest[:, :, None], self.p.customers, axis=2)
        out[self.material, self.depot, self.customer] = prices.pairs
        return out

    def _by_customer(self, prices: Prices, more: Array, plants: Array, depots: Array) -> tuple[Array, Array]:
        """Knapsacks of plants over customers, each at its best depot.

        Where a pair has no price, no plant that is not closed gains by it.
        """
        p = self.p
        value = np.zeros((p.materials * p.customers, p.plants))
        on = depots[self.depot] & (prices.pairs > self.first.min(1)[self.material, self.depot])
        if on.any():
            way = self.first[self.material[on], :, self.depot[on]] - prices.pairs[on][:, None]
            key = self.key[on]
            start = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
            value[key[start]] = np.minimum(0.0, np.minimum.reduceat(way, start, axis=0))
        value = np.ascontiguousarray(value.reshape(p.materials, p.customers, p.plants).transpose(0, 2, 1))
        mass = np.abs(value) + 2.0 * float(np.abs(prices.pairs[on]).max(initial=0.0)) + more[:, :, None]
        value = np.where(value < 0.0, value + more[:, :, None], 0.0)
        return knapsacks(value, mass, self.demand, self.most[:, : p.plants], plants)


def knapsacks(value: Array, mass: Array, size: Array, room: Array, on: Array) -> tuple[Array, Array]:
    """By material and site, no more than min Σ value x, 0 ≤ x ≤ size, Σ x ≤ room; and its terms without signs.

    `value`, `mass` (of the value, without signs): materials, sites, items; `size`: materials, items; `room`: materials,
    sites; `on` (sites): others are left at nothing. By weak duality: θ room + Σ size min(0, v − θ) for any θ ≤ 0.
    """
    shape = room.shape
    small = 1e-12 * float(mass.max(initial=0.0))
    at = np.flatnonzero(((value <= small) & on[None, :, None] & (size > 0.0)[:, None, :]).ravel())
    items = value.shape[2]
    row = at // items
    v, m = value.ravel()[at], mass.ravel()[at]
    d = size[row // shape[1], at % items]
    n, most = room.size, room.ravel()
    theta = np.zeros(n)
    full = np.bincount(row, np.where(v < 0.0, d, 0.0), n) > most
    if full.any():
        some = full[row]
        r, w, s = row[some], v[some], d[some]
        order = np.lexsort((w, r))
        r, w, filled = r[order], w[order], np.cumsum(s[order])
        start = np.flatnonzero(np.concatenate([[True], r[1:] != r[:-1]]))
        before = np.concatenate([[0.0], filled])[start]
        enough = filled - np.repeat(before, np.diff(np.append(start, len(r)))) >= most[r]
        last = np.where(enough, np.arange(len(r)), len(r))
        last = np.minimum(np.minimum.reduceat(last, start), np.append(start[1:], len(r)) - 1)
        theta[r[start]] = np.minimum(0.0, w[last])
    over = v - theta[row]
    found = theta * most + np.bincount(row, np.minimum(over, 0.0) * d, n)
    terms = np.abs(theta) * most + np.bincount(row, (m + np.abs(theta[row])) * d, n)
    return found.reshape(shape).sum(0), terms.reshape(shape).sum(0)


def average(p: TwoEchelon) -> Array:
    """What an average unit of demand takes of the room of each site; prices of room are counted in it."""
    total = p.demand.sum(0)
    mean = np.concatenate([p.plant_weight / p.output, p.depot_weight]) @ total / max(1e-300, float(total.sum()))
    return np.where(mean > 0.0, mean, 1.0)
