"""Prices for a problem of points: rounds of the volume algorithm on lists, each begun and ended by an exact bound."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..bound import mix
from ..data import HUGE
from .bound import Field, Filling, cover, first_prices, fix, full, lists_of, quick, violation_of
from .problem import Points

Array = np.ndarray

#: Steps of a round: at first, fewest, most. Rounds that the lists mislead become shorter.
_STEPS, _FEWEST, _MOST = 20, 5, 60
#: Steps without a gain after which they become shorter, by how much, and the shortest.
_FAILURES, _SHORTER, _SHORTEST = 20, 0.66, 1e-4
#: Length of a step from prices that are known well.
_KNOWN = 0.05
#: Rounds in which at least this relative gain is wanted.
_SLOW, _GAIN = 12, 2e-5
#: Sites are worked off in so many parts, whatever the number of threads: sums come out the same.
_PARTS = 8
#: Customers with a profit above −this share of the mean price stand in the lists, at first and at most.
_SLACK, _MOST_SLACK = 0.25, 2.0


def field_of(p: Points, served: Array) -> Field:
    """Arrays for the kernels; customers without demand are left out."""
    sites, customers = p.places()
    total = p.total
    return Field(sites, np.ascontiguousarray(customers[:, served]), p.per_length, p.globe, p.demand[served],
                 np.minimum(p.capacity, total), p.fixed, total)  # fmt: skip


def width_of(p: Points) -> int:
    """Customers in a list at first: four times what a site of mean capacity serves."""
    share = min(1.0, float(np.minimum(p.capacity, p.total).mean()) / max(p.total, 1e-300))
    return int(min(p.m, 1024, 16 + 4 * share * p.m))


def started(f: Field, state: Array) -> Array:
    """First prices of all customers."""
    out = np.zeros(len(f.demand))
    first_prices(f, state, 0, len(out), out)
    return out


def lifted(f: Field, state: Array, group: Array, price: Array) -> Array:
    """Prices of customers from those of their groups; within a group they differ as first prices do."""
    own = started(f, state)
    mean = np.bincount(group, f.demand * own) / np.bincount(group, f.demand)
    return own + (price - mean)[group]


class Ascent:
    """Prices per unit, the exact bound at them, and which sites it fixes."""

    def __init__(
        self, f: Field, state: Array, width: int, widest: int, threads: int, price: Array | None = None
    ) -> None:
        self.f, self.state, self.widest = f, state, widest
        n, m = len(state), len(f.demand)
        self.lists = lists_of(n, width)
        self.filling = Filling(np.zeros(n), np.zeros(n, np.int32), np.zeros(n))
        self.pool = ThreadPoolExecutor(max(1, threads))
        self.evaluations, self.passes = 0, 0
        self.y, self.bar, self.averaged = np.zeros(n), np.zeros(m), np.zeros(n)
        self.violation = np.zeros(m)
        self.factor, self.failures, self.steps, self.slack = 0.5, 0, _STEPS, _SLACK
        self.price = started(f, state) if price is None else price
        if price is not None:
            self.factor = _KNOWN
        self.bound, self.row_price = self.exact(self.price)

    def _in_parts(self, number: int, work: Callable[[int, int], None]) -> None:
        """work(first, last) for all parts of 0 … number − 1."""
        ends = np.linspace(0, number, _PARTS + 1).astype(int)
        list(self.pool.map(work, ends[:-1], ends[1:]))

    def climb(self, rounds: int, go_on: Callable[[float], bool]) -> None:
        """Rounds until the steps are short, nothing is gained for long, or `go_on`, told of the bound, says no."""
        first, gains = self.factor > _KNOWN, [self.bound]
        for k in range(rounds):
            more = self.round(self.bound + (0.1 if first and k == 0 else 0.01) * abs(self.bound))
            gains.append(self.bound)
            slow = k > _SLOW and self.bound - gains[-_SLOW] < _GAIN * abs(self.bound)
            if not go_on(self.bound) or not more or slow:
                break

    def exact(self, price: Array) -> tuple[float, float]:
        """The bound at these prices and the price of the cover row; new lists, which grow while one is too short."""
        f = self.f
        slack = self.slack * max(1e-300, float(np.abs(price).mean()))

        def part(first: int, last: int) -> None:
            full(f, self.state, price, slack, first, last, self.lists, self.filling)

        self._in_parts(len(self.state), part)
        self.passes += 1
        width = self.lists.who.shape[1]
        if self.lists.short.any() and width < self.widest:
            self.lists = lists_of(len(self.state), min(self.widest, 2 * width))
            return self.exact(price)
        value, row_price = cover(f, self.state, self.filling.value, self.y)
        return (HUGE if value >= 0.1 * HUGE else float(price @ f.demand) + value), row_price

    def _quick(self, price: Array) -> float:
        """As `exact`, from the lists: near the bound, but not below it for certain."""

        def part(first: int, last: int) -> None:
            quick(self.f, self.state, price, first, last, self.lists, self.filling)

        self._in_parts(len(self.state), part)
        self.evaluations += 1
        value, _ = cover(self.f, self.state, self.filling.value, self.y)
        return float(price @ self.f.demand) + value

    def _average(self, first: bool) -> float:
        """Take the last evaluation into the averages; how far the new direction agrees with the old."""
        violation_of(self.lists, self.filling, self.y, self.violation)
        share = 1.0 if first else mix(self.bar, self.violation, 0.1)
        agrees = float(self.violation @ self.bar)
        self.bar += share * (self.violation - self.bar)
        self.averaged += share * (self.y - self.averaged)
        return agrees

    def round(self, target: float) -> bool:
        """Some steps towards prices of this bound; whether it pays to go on."""
        price, best, before = self.price.copy(), self.bound, (self.bar.copy(), self.averaged.copy(), self.factor)
        if self.evaluations == 0:
            self._average(True)
        for _ in range(self.steps):
            norm = max(float(self.bar @ self.bar), 1e-9)
            length = self.factor * max(target - best, 1e-9 * abs(target)) / norm
            trial = price + length * self.bar / self.f.demand
            got = self._quick(trial)
            agrees = self._average(False)
            if got > best:
                best, self.failures = got, 0
                price = trial
                if agrees > 0.0:
                    self.factor = min(2.0, 1.1 * self.factor)
            else:
                self.failures += 1
                if self.failures >= _FAILURES:
                    self.factor, self.failures = self.factor * _SHORTER, 0
        bound, row_price = self.exact(price)
        if bound >= self.bound:
            self.bound, self.row_price, self.price = bound, row_price, price
            self.steps = min(_MOST, self.steps * 5 // 4)
        else:  # what the lists promised is not there
            self.bar, self.averaged, self.factor = before[0], before[1], before[2] * _SHORTER
            self.steps = max(_FEWEST, self.steps // 2)
            self.slack = min(_MOST_SLACK, 1.5 * self.slack)
            self.exact(self.price)
        return self.factor >= _SHORTEST

    def fix(self, cutoff: float) -> None:
        """Fix sites at the best prices; the bound is from then on that of plans below the cutoff."""
        self.fix_in(self.state, cutoff)
        self.bound, self.row_price = self.exact(self.price)

    def fix_in(self, state: Array, cutoff: float) -> None:
        """Fix sites of these states."""
        fix(self.f, state, self.filling.value, self.bound, self.row_price, cutoff)

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()
