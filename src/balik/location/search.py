"""Iterated local search over sets of open candidates; every set is priced exactly by the transport tree.

Closing b and opening a is estimated by moving all that b serves to a; the best estimates are tried first. Opening alone
is estimated by the continuous knapsack at the customers' prices, closing alone by the next best open site with room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .data import Data
from .incumbent import Best, Tree, price_set
from .kernel import kernel
from .problem import FREE
from .transport import arcs

Array = np.ndarray

#: Moves tried from one set before it counts as a local optimum; moves a kick may draw from.
_TRIED, _DRAWN = 40, 160
#: Of ten kicks, how many only open a candidate.
_ONLY_OPEN = 2
#: A worse set is taken up if it is within this relative distance, times a random share.
_WORSE = 2e-4


class Moves(NamedTuple):
    """Ranked moves from a set: candidate to open and to close, −1 for none."""

    opens: Array
    closes: Array


@kernel
def random(seed: Array) -> float:
    """The next of a stream of numbers in [0, 1): xorshift64* (Vigna 2016), so that a search repeats itself."""
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def _served(tree: Tree, candidates: int) -> tuple[Array, Array, Array]:
    """Lanes in use by candidate: where each begins, customer, amount."""
    site, customer, amount = arcs(tree.links, tree.numbers, len(tree.row))
    first = np.zeros(candidates + 1, np.int32)
    for v in site:
        first[tree.row[v] + 1] += 1
    for j in range(candidates):
        first[j + 1] += first[j]
    at = first[:-1].copy()
    whom, much = np.empty(len(site), np.int32), np.empty(len(site))
    for k in range(len(site)):
        j = tree.row[site[k]]
        whom[at[j]], much[at[j]] = customer[k], amount[k]
        at[j] += 1
    return first, whom, much


@kernel
def _opening_gain(data: Data, tree: Tree, a: int) -> float:
    """Cost of opening a as well, at the customers' prices: an estimate from below."""
    n, left, total = len(tree.row), data.capacity[a], data.fixed[a]
    m = len(data.demand)
    gain = np.empty(m)
    who = np.empty(m, np.int32)
    c = 0
    for i in range(m):
        g = tree.numbers[0, n + i] - tree.cost[a, i]
        if g > 0.0:
            gain[c], who[c] = g, i
            c += 1
    for k in np.argsort(-gain[:c]):
        d = min(left, data.demand[who[k]])
        total -= gain[k] * d
        left -= d
        if left <= 0.0:
            break
    return total


@kernel
def _closing_loss(data: Data, tree: Tree, open_: Array, b: int, whom: Array, much: Array) -> float:
    """Cost of closing b: its customers go where they cost least at the sites' scarcity prices; from below."""
    n, total = len(tree.row), -data.fixed[b]
    for k in range(len(whom)):
        i, other = whom[k], tree.never
        for v in range(len(open_)):
            if open_[v] and v != b:
                other = min(other, tree.cost[v, i] + tree.numbers[0, v])
        total += much[k] * (other - tree.numbers[0, n + i])
    return total


@kernel
def moves_from(data: Data, tree: Tree, state: Array, open_: Array, keep: int) -> Moves:
    """The most promising openings, closings and exchanges; the tree is at the optimum of this set."""
    n = len(open_)
    first, whom, much = _served(tree, n)
    room = -data.total
    for j in range(n):
        if open_[j]:
            room += data.capacity[j]
    count = 0
    ins, outs = np.flatnonzero(~open_ & (state != 0)), np.flatnonzero(open_ & (state == FREE))
    size = len(ins) * (len(outs) + 1) + len(outs)
    worth = np.full(size, np.inf)
    for q in range(len(ins)):
        a = ins[q]
        gain = _opening_gain(data, tree, a)
        worth[count] = gain if gain < 0.0 else np.inf
        count += 1
        for b in outs:
            same = data.place[a] == data.place[b]
            if room + data.capacity[a] - data.capacity[b] >= 0.0 and (same or not _place_open(data, open_, a)):
                scarce = data.capacity[b] * tree.numbers[0, b] if data.least[b] == 0.0 else -np.inf
                if gain - data.fixed[b] + scarce < 0.0:  # else weak duality shows that it gains nothing
                    e = data.fixed[a] - data.fixed[b]
                    for k in range(first[b], first[b + 1]):
                        e += much[k] * (tree.cost[a, whom[k]] - tree.cost[b, whom[k]])
                    worth[count] = e
            count += 1
        if _place_open(data, open_, a):
            worth[count - len(outs) - 1] = np.inf
    for b in outs:
        if room >= data.capacity[b]:
            low, high = first[b], first[b + 1]
            worth[count] = _closing_loss(data, tree, open_, int(b), whom[low:high], much[low:high])
        count += 1
    keep = min(keep, size)
    rank = np.argsort(worth)[:keep] if size <= 4 * keep else np.argpartition(worth, keep)[:keep]
    rank = rank[np.argsort(worth[rank])]
    opens, closes = np.full(keep, -1, np.int32), np.full(keep, -1, np.int32)
    used = 0
    for r in rank:
        if worth[r] == np.inf:
            break
        if r < len(ins) * (len(outs) + 1):
            q, s = r // (len(outs) + 1), r % (len(outs) + 1)
            opens[used] = ins[q]
            closes[used] = outs[s - 1] if s > 0 else -1
        else:
            closes[used] = outs[r - len(ins) * (len(outs) + 1)]
        used += 1
    return Moves(opens[:used], closes[:used])


@kernel
def _place_open(data: Data, open_: Array, a: int) -> bool:
    g = data.place[a]
    for e in range(data.first[g], data.first[g + 1]):  # noqa: SIM110 (numba has no any() of a generator)
        if open_[data.member[e]]:
            return True
    return False


@kernel
def descend(
    data: Data, tree: Tree, state: Array, open_: Array, value: float, best: Best, budget: int
) -> tuple[float, int]:
    """First improvement until no tried move improves or the budget of prices is spent; `open_` becomes the result."""
    spent = 0
    links, numbers = tree.links.copy(), tree.numbers.copy()
    while spent < budget:
        price_set(data, tree, open_, state, best)
        links[:], numbers[:] = tree.links, tree.numbers
        moves = moves_from(data, tree, state, open_, _TRIED)
        better = False
        for k in range(len(moves.opens)):
            trial = open_.copy()
            if moves.closes[k] >= 0:
                trial[moves.closes[k]] = False
            if moves.opens[k] >= 0:
                trial[moves.opens[k]] = True
            got = price_set(data, tree, trial, state, best)
            spent += 1
            if got < value and (value == np.inf or got < value - 1e-9 * max(1.0, abs(value))):
                value, better = got, True
                open_[:] = trial
                break
            tree.links[:], tree.numbers[:] = links, numbers
            if spent >= budget:
                break
        if not better:
            break
    return value, spent


@kernel
def iterate(
    data: Data, tree: Tree, state: Array, start: Array, best: Best, seed: Array, budget: int, patience: int
) -> int:
    """Kick and descend from a set until the budget is spent or nothing improves for long; prices spent.

    `start` becomes the set at which the walk stands.
    """
    current = start
    value = price_set(data, tree, current, state, best)
    value, spent = descend(data, tree, state, current, value, best, budget)
    spent += 1
    since = 0
    while spent < budget and since < patience:
        price_set(data, tree, current, state, best)
        moves = moves_from(data, tree, state, current, _DRAWN)
        trial = current.copy()
        kicks = 1 + int(3.0 * random(seed))
        for _ in range(kicks):
            if len(moves.opens) == 0:
                break
            k = min(len(moves.opens) - 1, int(-25.0 * np.log(1.0 - random(seed))))
            a, b = moves.opens[k], moves.closes[k]
            if int(10.0 * random(seed)) < _ONLY_OPEN:
                b = -1
            if b >= 0:
                trial[b] = False
            if a >= 0 and not _place_open(data, trial, a):
                trial[a] = True
        got = price_set(data, tree, trial, state, best)
        spent += 1
        if got == np.inf:
            since += 1
            continue
        before = best.value[0]
        got, used = descend(data, tree, state, trial, got, best, budget - spent)
        spent += used
        since = 0 if best.value[0] < before - 1e-9 * max(1.0, abs(before)) else since + used + 1
        if got < value + _WORSE * random(seed) * abs(value):
            current[:], value = trial, got
        if since == 0:
            current[:], value = best.open, best.value[0]
    return spent
