"""Whether a certificate shows what it claims: its tree is gone through with code that shares none of the search's.

For any prices π of a unit of demand, σ ≥ 0 of the rows, λ ≥ 0 of a unit of room, ν of a place and θ of each candidate,

    Σ_i π_i d_i − σ·b + λ D + ν N + Σ_places min { 0 (none opens); q_j − λ s_j − ν of its candidates j }
    q_j = f_j + σ·A_j − (θ_j s_j or, below 0, θ_j l_j) − Σ_i d_i max(0, π_i − c_ij − θ_j)

is at most the cost of any plan that opens N places (where ν > 0: at least N, where ν < 0: at most; weak duality), D all
demand. With one option of a place left, it bounds the plans that take it: where that reaches the claimed bound, the
option is refuted. A node is done when its value reaches the claim or nothing is left of a place; else both children of a
candidate, or of a number of places, must be. Where each customer has one site, the last sum is Σ_i max {Σ p_i z_i : Σ d_i z_i
≤ s_j, z binary} with p_i = (π_i − c_ij) d_i, by dynamic programming over weights that are rounded down, where that is
less; pairs of a site and a customer are refuted, too, and branched on (see sourcing.py). From every sum an allowance for rounding is taken: terms × eps × the sum of
what is added, without signs (Higham 2002, chapter 3), so that rounding never helps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..words import Sentence, say
from .certificate import COUNT, KINDS, Certificate, CertificateError, digest_of
from .problem import CLOSED, OPEN, Siting
from .sourcing import best_loads, refuted_pairs, settled

Array = np.ndarray

_EPS = float(np.finfo(float).eps)
#: What a plan's flows may miss, relative to the amounts.
_FLOWS = 1e-9


@dataclass(frozen=True)
class Checked:
    """What has been seen: no plan costs less than `bound`; how many nodes and prices it took."""

    bound: float
    nodes: int
    prices: int


def check_certificate(c: Certificate, p: Siting) -> Checked:
    """Go through a certificate for a problem; raises CertificateError where it does not show its claim."""
    _shape(c, p)
    _plan(c, p)
    return Replay(c, p).run()


def _refuse(sentence: Sentence) -> None:
    raise CertificateError(sentence)


def _shape(c: Certificate, p: Siting) -> None:
    """The arrays must be those of a tree, and their numbers finite."""
    t, r = len(c.branch), len(c.cover)
    width = int((p.demand > 0.0).sum()) + len(p.upper)
    inner = np.flatnonzero(c.branch != -1)
    fits = (
        t > 0 and all(getattr(c, name).ndim == 1 for name in KINDS if name != "price")
        and len(c.child) == len(c.most) == t and len(c.number) == r and c.first.shape == (t + 1,) and c.price.shape == (r, width)
        and c.first[0] == 0 and c.first[-1] == r and (np.diff(c.first) >= 0).all()
        and (c.branch < p.n + p.single * p.n * int((p.demand > 0.0).sum())).all() and (c.branch >= COUNT).all() and (c.child[inner] > 0).all() and (c.child[inner] < t - 1).all()
        and (np.diff(np.sort(c.child[inner])) > 1).all()  # nodes have one parent, the root has none: no path returns
        and len(c.site) == len(c.customer) == len(c.amount)
        and all(((x >= 0) & (x < size)).all() for x, size in ((c.open, p.n), (c.site, p.n), (c.customer, p.m)))
    )  # fmt: skip
    if not fits:
        _refuse(say("The certificate's arrays do not fit the case."))
    if not all(np.isfinite(x).all() for x in (c.price, c.cover, c.number, c.amount, c.bound, c.objective)):
        _refuse(say("The certificate holds a number that is none."))


def _plan(c: Certificate, p: Siting) -> None:
    """The plan must keep all laws and cost what the certificate says."""
    open_, flow = np.zeros(p.n, bool), np.zeros((p.n, p.m))
    open_[c.open] = True
    np.add.at(flow, (c.site, c.customer), c.amount)
    through, most = flow.sum(1), np.where(open_, np.minimum(p.capacity, p.total), 0.0)
    lanes = np.isfinite(p.unit_cost)
    slack = _FLOWS * p.total
    holds = (
        (c.amount >= 0.0).all() and not (flow[~lanes] > 0.0).any()
        and (np.abs(flow.sum(0) - p.demand) <= _FLOWS * np.maximum(p.demand, slack)).all()
        and (through <= most + slack).all() and (through >= np.where(open_, p.least, 0.0) - slack).all()
        and not open_[p.state == CLOSED].any() and open_[p.state == OPEN].all()
        and len(np.unique(p.place[open_])) == open_.sum()
        and (p.rows @ open_ <= p.upper + _FLOWS * np.maximum(1.0, np.abs(p.upper))).all()
        and (not p.single or ((flow > slack).sum(0) <= 1).all())
    )  # fmt: skip
    cost = float(p.fixed[open_].sum() + (np.where(lanes, p.unit_cost, 0.0) * flow).sum())
    if not holds:
        _refuse(say("The certificate's plan breaks a law."))
    if abs(cost - c.objective) > _FLOWS * max(1.0, abs(cost)):
        _refuse(say("The certificate's plan costs {cost:,.10g}, not {claim:,.10g}.", cost=cost, claim=c.objective))
    if c.bound > c.objective:
        _refuse(say("The certificate's bound lies above the cost of its plan."))


class Box:
    """Plans of a node: which candidates may open, which places may stay without one, and how many have one; with single
    sourcing also which candidate may serve which customer.
    """

    def __init__(self, may: Array, none: Array, low: int, high: int, pairs: Array | None = None) -> None:
        self.may, self.none, self.low, self.high, self.pairs = may, none, low, high, pairs

    def copy(self) -> Box:
        """The same, which may be changed."""
        return Box(
            self.may.copy(), self.none.copy(), self.low, self.high, None if self.pairs is None else self.pairs.copy()
        )

    def with_at_most(self, number: int) -> Box:
        """With at most so many places."""
        box = self.copy()
        box.high = min(self.high, number)
        return box

    def with_more_than(self, number: int) -> Box:
        """With more places than that."""
        box = self.copy()
        box.low = max(self.low, number + 1)
        return box

    def with_closed(self, j: int) -> Box:
        """With a candidate closed."""
        box = self.copy()
        box.may[j] = False
        return box

    def with_open(self, j: int, place: Array) -> Box:
        """With a candidate open, and the other sizes of its place closed."""
        box = self.copy()
        box.may &= place != place[j]
        box.may[j], box.none[place[j]] = self.may[j], False
        return box

    def without_pair(self, j: int, i: int) -> Box:
        """With a customer served by another candidate."""
        box = self.copy()
        assert box.pairs is not None
        box.pairs[j, i] = False
        return box

    def with_pair(self, j: int, i: int, place: Array) -> Box:
        """With a customer served by this candidate, which is open."""
        box = self.with_open(j, place)
        assert box.pairs is not None and self.pairs is not None
        box.pairs[:, i] = False
        box.pairs[j, i] = self.pairs[j, i]
        return box


class Replay:
    """The problem as the replay reads it, with candidates in the order of their places."""

    def __init__(self, c: Certificate, p: Siting) -> None:
        self.c, self.given = c, p
        on = p.demand > 0.0
        self.order = np.argsort(p.place, kind="stable")
        self.d, self.cost = p.demand[on], p.unit_cost[np.ix_(self.order, on)]
        self.total = float(self.d.sum())
        self.s = np.minimum(p.capacity[self.order], self.total)
        self.f, self.rows, self.b = p.fixed[self.order], p.rows[:, self.order], p.upper
        self.place = np.unique(p.place[self.order], return_inverse=True)[1]
        reach = np.where(np.isfinite(self.cost), self.d, 0.0).sum(1)
        self.least = np.minimum(p.least[self.order], self.s)
        self.reaches = (reach >= self.least * (1.0 - _FLOWS)) & (p.least[self.order] <= self.s * (1.0 + _FLOWS))
        self.paid = np.maximum(0.0, -np.where(np.isfinite(self.cost), self.cost, 0.0)) @ self.d
        self.less = _EPS * (p.n + p.m + len(self.b) + 64)  # allowance of any sum here, relative to its terms
        self.prices = 0

    def run(self) -> Checked:
        """Go through the tree; raises CertificateError at the first node that is not done."""
        at = np.argsort(self.order)
        stack, nodes = [(0, self.all_plans())], 0
        while stack:
            node, box = stack.pop()
            nodes += 1
            if self.empty(box) or self._refuted(node, box):
                continue
            branch, child = int(self.c.branch[node]), int(self.c.child[node])
            if branch == -1:
                if digest_of(self.given) != self.c.digest:
                    _refuse(say("The certificate was made for other figures, and does not hold for these."))
                _refuse(say("The certificate does not show its bound: node {node} of its tree is open.", node=node))
            if branch == COUNT:
                most = int(self.c.most[node])
                stack += [(child, box.with_at_most(most)), (child + 1, box.with_more_than(most))]
                continue
            if branch >= self.given.n:
                one, i = divmod(branch - self.given.n, len(self.d))
                j = int(at[one])
                stack += [(child, box.without_pair(j, i)), (child + 1, box.with_pair(j, i, self.place))]
                continue
            j = int(at[branch])
            stack += [(child, box.with_closed(j)), (child + 1, box.with_open(j, self.place))]
        return Checked(self.c.bound, nodes, self.prices)

    def all_plans(self) -> Box:
        """The box of node 0."""
        state = self.given.state[self.order]
        must = state == OPEN
        none = np.ones(int(self.place.max()) + 1, bool)
        none[self.place[must]] = False
        may = self.reaches & (state != CLOSED) & (none[self.place] | must)
        if np.bincount(self.place[must], minlength=1).max() > 1:
            may[:] = False
        return Box(may, none, 0, len(none), np.isfinite(self.cost) if self.given.single else None)

    def empty(self, box: Box) -> bool:
        """Whether a place must have a candidate and has none left, or capacity or a row cannot hold."""
        some = np.zeros(len(box.none), bool)
        some[self.place[box.may]] = True
        slack = _FLOWS * self.total
        if box.pairs is not None and settled(
            box.pairs, box.may, box.none, self.place, self.d, self.s + slack, self.least - slack
        ):
            return True
        if (~some & ~box.none).any() or self._largest(box).sum() < self.total * (1.0 - self.less):
            return True
        if int(some.sum()) < box.low or self._fewest(box) > box.high:
            return True
        for row, upper in zip(self.rows, self.b, strict=True):
            least = np.where(box.none, 0.0, np.inf)
            np.minimum.at(least, self.place[box.may], row[box.may])
            if least.sum() - self.less * np.abs(row).sum() > upper:
                return True
        return False

    def _largest(self, box: Box) -> Array:
        """The most that each place may hold."""
        most = np.zeros(len(box.none))
        np.maximum.at(most, self.place[box.may], self.s[box.may])
        return most

    def _fewest(self, box: Box) -> int:
        """The fewest places that hold all demand, with those that must have a candidate."""
        most = self._largest(box)
        sizes = np.concatenate([[0.0], most[~box.none], np.sort(most[box.none])[::-1]])
        enough = int(np.argmax(np.cumsum(sizes) >= self.total * (1.0 - self.less)))
        return max(enough, int((~box.none).sum()))

    def _refuted(self, node: int, box: Box) -> bool:
        """Whether the prices of a node show that all of its plans cost as much as claimed; else options are struck off."""
        first, last = int(self.c.first[node]), int(self.c.first[node + 1])
        rest = np.zeros(self.c.price.shape[1])
        for row in range(first, last):
            u = self.c.price[row] + rest
            if self.c.cover[row] < 0.0:
                rest = u
                continue
            rest = np.zeros_like(rest)
            if self.struck(u, float(self.c.cover[row]), float(self.c.number[row]), box) or self.empty(box):
                return True
        return False

    def struck(self, u: Array, cover: float, number: float, box: Box) -> bool:
        """Strike off options that these prices refute; whether they refute the whole box."""
        self.prices += 1
        m = len(self.d)
        price, sigma = u[:m] / self.d, np.maximum(0.0, u[m:])
        base = float(price @ self.d - sigma @ self.b)
        size = float(np.abs(price) @ self.d + sigma @ np.abs(self.b))
        on = np.flatnonzero(box.may)
        cost = self.cost[on] if box.pairs is None else np.where(box.pairs[on], self.cost[on], np.inf)
        q, theta = self._values(on, cost, price, sigma, size)
        able = len(np.unique(self.place[on]))
        places = float(max(box.low, self._fewest(box)) if number > 0.0 else min(box.high, able))
        r = q - cover * self.s[on] - number
        r -= self.less * (np.abs(q) + cover * self.s[on] + abs(number))
        whole = r if box.pairs is None else self._by_loads(r, on, cost, price, sigma, (cover, number), box)
        best = np.where(box.none, 0.0, np.inf)
        np.minimum.at(best, self.place[on], whole)
        value = base + cover * self.total + number * places + float(best.sum())
        value -= self.less * (size + cover * self.total + abs(number) * places + float(np.abs(best).sum()))
        if not np.isfinite(value):
            return False
        if value >= self.c.bound:
            return True
        others = value - best - self.less * (abs(value) + np.abs(best))
        box.none = box.none & (others < self.c.bound)
        mine = others[self.place[on]]
        left = mine + whole - self.less * (np.abs(mine) + np.abs(whole)) < self.c.bound
        box.may = np.zeros_like(box.may)
        box.may[on[left]] = True
        if box.pairs is not None:
            short = self.c.bound - (mine + r - self.less * (np.abs(mine) + np.abs(r)))
            box.pairs[on] &= ~refuted_pairs((price - cost) * self.d, theta[:, None] * self.d, short, self.less)
        return False

    def _by_loads(
        self, r: Array, on: Array, cost: Array, price: Array, sigma: Array, prices: tuple[float, float], box: Box
    ) -> Array:
        """The same where what a candidate serves is whole customers, for those that may be chosen at these prices."""
        which = np.flatnonzero((r < 0.0) | ~box.none[self.place[on]])
        j = on[which]
        gain = best_loads((price - cost[which]) * self.d, self.d, self.s[j] + _FLOWS * self.total)
        fixed = self.f[j] + sigma @ self.rows[:, j] - prices[0] * self.s[j] - prices[1]
        terms = np.abs(self.f[j]) + sigma @ np.abs(self.rows[:, j]) + prices[0] * self.s[j] + abs(prices[1])
        terms += gain + np.abs(price) @ self.d + self.paid[j]
        out = r.copy()
        out[which] = np.maximum(r[which], fixed - gain - 2.0 * self.less * terms)
        return out

    def _values(self, on: Array, cost: Array, price: Array, sigma: Array, size: float) -> tuple[Array, Array]:
        """q of candidates at the prices, from below, and θ."""
        profit = price - cost
        order = np.argsort(-profit, axis=1)
        ranked, ahead = np.take_along_axis(profit, order, 1), np.cumsum(self.d[order], axis=1)
        last = np.maximum(np.isfinite(cost).sum(1) - 1, 0)
        each = np.arange(len(on))
        full = ranked[each, np.minimum((ahead < self.s[on, None]).sum(1), len(self.d) - 1)]
        full = np.where(ahead[:, -1] < self.s[on], 0.0, full)
        owed = ranked[each, np.minimum((ahead < self.least[on, None]).sum(1), last)]
        theta = np.where(full > 0.0, full, np.where((self.least[on] > 0.0) & (owed < 0.0), owed, 0.0))
        gain = np.maximum(0.0, profit - theta[:, None]) @ self.d
        filled = theta * np.where(theta >= 0.0, self.s[on], self.least[on])
        extra = sigma @ self.rows[:, on]
        terms = 2.0 * (size + np.abs(theta) * self.total) + self.paid[on]
        terms += np.abs(self.f[on]) + np.abs(filled) + sigma @ np.abs(self.rows[:, on])
        return self.f[on] + extra - filled - gain - self.less * terms, theta
