"""Good plans: swaps of sites, priced before they are tried, and kicks drawn by what the bound says of each site.

The prices of the cheapest flows through some sites bound from below what the flows cost once another site is open
(linear programming duality): so a swap is tried only where this bound, after one site is closed, is below the plan.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import kernel
from ..problem import CLOSED, FREE, OPEN, Array
from .arrays import Data
from .bound import Room, new_room, site_optimum
from .flow import Tree, best_flow, close_site, copy_tree, new_tree, open_site, start_tree
from .links import no_links

#: Places of the counts of a walk.
KICKS, FLOWS, _AT, _FOUND = range(4)
#: Sites tried for one that was closed.
_TRIED = 4
#: A plan is better when it is by more than this share.
_BETTER = 1e-9


class Walk(NamedTuple):
    """A walk over plans: where it is, the best so far, and what it needs on the way."""

    here: Array  # (I + J) bool
    best: Array  # (I + J) bool
    base: Array  # (I + J) bool: where the last kick started
    order: Array  # of the sites in this pass
    cost: Array  # here, best, base
    counts: Array  # kicks since the best, flows solved, place in the pass, whether it found anything
    random: Array  # state of the random numbers, uint64
    now: Tree
    less: Tree
    swapped: Tree
    room: Room


def new_walk(data: Data, seed: int) -> Walk:
    """A walk that stands nowhere yet."""
    n = len(data.fixed)
    random = np.array([seed * 2654435761 + 88172645463325252], np.uint64)
    here, best, base = np.zeros((3, n), np.bool_)
    cost, counts = np.full(3, np.inf), np.zeros(4, np.int64)
    trees = new_tree(data), new_tree(data), new_tree(data)
    return Walk(
        here,
        best,
        base,
        np.arange(n),
        cost,
        counts,
        random,
        trees[0],
        trees[1],
        trees[2],
        new_room(data, no_links(data)),
    )


@kernel
def _uniform(random):  # type: ignore[no-untyped-def]
    """A random number in [0, 1) (xorshift, Marsaglia 2003)."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def _drawn(weight, allowed, random):  # type: ignore[no-untyped-def]
    """A site drawn by weight among those allowed; -1 if there is none."""
    total, last = 0.0, -1
    for s in range(len(weight)):
        if allowed[s]:
            total += weight[s]
            last = s
    if last < 0:
        return -1
    left = _uniform(random) * total
    for s in range(len(weight)):
        if allowed[s]:
            left -= weight[s]
            if left < 0.0:
                return s
    return last


@kernel
def may_open(data, is_open, state, allowed):  # type: ignore[no-untyped-def]
    """Sites that may open beside those that are: one of a place, and no more of an echelon and of both than may be."""
    plants = data.first.shape[1]
    taken, opened = np.zeros(len(state), np.bool_), np.zeros(2, np.int64)
    for s in range(len(state)):
        if is_open[s]:
            taken[data.place[s]] = True
            opened[1 if s >= plants else 0] += 1
    full = opened.sum() >= data.limits[2, 1]
    for s in range(len(state)):
        echelon = 1 if s >= plants else 0
        some = not full and opened[echelon] < data.limits[echelon, 1]
        allowed[s] = some and not is_open[s] and state[s] != CLOSED and not taken[data.place[s]]


@kernel
def may_close(data, is_open, s):  # type: ignore[no-untyped-def]
    """Whether enough of its echelon are open without site s."""
    plants = data.first.shape[1]
    opened = is_open[plants:].sum() if s >= plants else is_open[:plants].sum()
    return opened > data.limits[1 if s >= plants else 0, 0]


@kernel
def price_closed(data, tree, is_open, state, room):  # type: ignore[no-untyped-def]
    """room.gain: at least what each closed site adds to the cost once open (below zero: it may pay); inf if open."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    prices = room.trial
    for mat in range(materials):
        at = materials * customers + mat * depots
        for k in range(customers):
            prices[mat * customers + k] = tree.price[mat, plants + 2 * depots + k]
        for j in range(depots):
            room.passes[mat, j] = data.through[mat, j] if is_open[plants + j] else 0.0
            if is_open[plants + j]:
                prices[at + j] = tree.price[mat, plants + depots + j]
                continue
            best = data.penalty
            for i in range(plants):
                if is_open[i]:
                    best = min(best, tree.price[mat, i] + data.first[mat, i, j])
            prices[at + j] = best
    may = np.empty(plants + depots, np.bool_)
    may_open(data, is_open, state, may)
    for s in range(plants + depots):
        closed = may[s]
        room.gain[s] = site_optimum(data, prices, s, 0.0, room.violation, room) if closed else np.inf


@kernel
def _short(data, is_open, echelon):  # type: ignore[no-untyped-def]
    """Demand of each material beyond what the open sites of an echelon can take."""
    plants = data.first.shape[1]
    short = data.demand.sum(1)
    for s in range(len(is_open)):
        if is_open[s] and (s >= plants) == (echelon == 1):
            short -= data.supply[:, s] if echelon == 0 else data.through[:, s - plants]
    return np.maximum(short, 0.0)


@kernel
def repair(data, is_open, state, gain):  # type: ignore[no-untyped-def]
    """Open sites until both echelons can take all demand: those that cover most per money the bound sees in them.

    A site may take the place of a smaller size; at last, as many are opened as must be.
    """
    plants, may = data.first.shape[1], np.empty(len(is_open), np.bool_)
    for echelon in range(2):
        first, end = (0, plants) if echelon == 0 else (plants, len(is_open))
        low = gain[first:end].min()
        scale = np.abs(gain[first:end]).mean() + 1e-9
        while True:
            short = _short(data, is_open, echelon)
            if short.sum() <= 0.0:
                break
            best, at, instead = 0.0, -1, -1
            may_open(data, is_open, state, may)
            for s in range(first, end):
                if is_open[s] or state[s] == CLOSED:
                    continue
                room, size = (data.supply[:, s] if echelon == 0 else data.through[:, s - plants]).copy(), -1
                if not may[s]:
                    for r in range(first, end):
                        if is_open[r] and data.place[r] == data.place[s] and state[r] == FREE:
                            room -= data.supply[:, r] if echelon == 0 else data.through[:, r - plants]
                            size = r
                    if size < 0:
                        continue
                covered = np.minimum(room, short).sum() / (gain[s] - low + 0.1 * scale)
                if covered > best:
                    best, at, instead = covered, s, size
            if at < 0:
                break
            if instead >= 0:
                is_open[instead] = False
            is_open[at] = True
        while is_open[first:end].sum() < data.limits[echelon, 0]:
            may_open(data, is_open, state, may)
            at = -1
            for s in range(first, end):
                if may[s] and (at < 0 or gain[s] < gain[at]):
                    at = s
            if at < 0:
                break
            is_open[at] = True


@kernel
def _better(new, old):  # type: ignore[no-untyped-def]
    return new < np.inf if old == np.inf else new < old - _BETTER * max(1.0, abs(old))


@kernel
def _try_swaps(data, walk, state, closed):  # type: ignore[no-untyped-def]
    """Try the plan without site `closed`, then with another in its place; returns whether one was better (and taken)."""
    here, cost = walk.here, walk.cost
    plants, spare = data.first.shape[1], may_close(data, here, closed)
    copy_tree(walk.now, walk.less)
    close_site(data, walk.less, closed)
    here[closed] = False
    without = best_flow(data, walk.less, here)
    walk.counts[FLOWS] += 1
    if spare and _better(without, cost[0]):
        cost[0] = without
        copy_tree(walk.less, walk.now)
        return True
    price_closed(data, walk.less, here, state, walk.room)
    walk.room.gain[closed] = np.inf
    if not spare:
        for other in range(len(here)):
            if (other >= plants) != (closed >= plants):
                walk.room.gain[other] = np.inf
    if _open_one(data, walk, walk.less, without):
        return True
    here[closed] = True
    return False


@kernel
def _try_opening(data, walk, state):  # type: ignore[no-untyped-def]
    """Try the sites that may pay on top; returns whether one did (and was taken)."""
    price_closed(data, walk.now, walk.here, state, walk.room)
    return _open_one(data, walk, walk.now, walk.cost[0])


@kernel
def _open_one(data, walk, tree, standing):  # type: ignore[no-untyped-def]
    """Open the sites that may pay on top of a tree that costs `standing`, one at a time; the first that does is taken."""
    here, cost = walk.here, walk.cost
    for _ in range(_TRIED):
        s = np.argmin(walk.room.gain)
        if not _better(standing + walk.room.gain[s], cost[0]):
            return False
        walk.room.gain[s] = np.inf
        copy_tree(tree, walk.swapped)
        open_site(data, walk.swapped, s)
        here[s] = True
        with_s = best_flow(data, walk.swapped, here)
        walk.counts[FLOWS] += 1
        if _better(with_s, cost[0]):
            cost[0] = with_s
            copy_tree(walk.swapped, walk.now)
            return True
        here[s] = False
    return False


@kernel
def stand(data, walk, state, is_open, gain):  # type: ignore[no-untyped-def]
    """Start the walk at these sites, with others where they cannot take all demand."""
    walk.counts[KICKS], walk.cost[2] = 0, np.inf
    may = np.empty(len(state), np.bool_)
    for s in range(len(state)):
        walk.here[s] = state[s] == OPEN
    for s in np.argsort(gain):
        if is_open[s]:
            may_open(data, walk.here, state, may)
            walk.here[s] = walk.here[s] or may[s]
    repair(data, walk.here, state, gain)
    start_tree(data, walk.now, walk.here)
    walk.cost[0] = best_flow(data, walk.now, walk.here)
    _begin_pass(walk)


@kernel
def advance(data, walk, state, gain, budget, kicks, stop):  # type: ignore[no-untyped-def]
    """Walk on for so many flows, so many kicks without a better plan, or until `stop` is set: passes over the open sites,
    and a kick when one was in vain.
    """
    end = walk.counts[FLOWS] + budget
    while walk.counts[FLOWS] < end and walk.counts[KICKS] < kicks and stop[0] == 0:
        if walk.counts[_AT] == 0 and _try_opening(data, walk, state):
            walk.counts[_FOUND] = 1
        elif walk.counts[_AT] < len(state):
            s = walk.order[walk.counts[_AT]]
            walk.counts[_AT] += 1
            if walk.here[s] and state[s] == FREE and _try_swaps(data, walk, state, s):
                walk.counts[_FOUND] = 1
        elif walk.counts[_FOUND] == 1:
            _begin_pass(walk)
        else:
            _kick(data, walk, state, gain)
            _begin_pass(walk)
    _remember(walk)


@kernel
def _remember(walk):  # type: ignore[no-untyped-def]
    if _better(walk.cost[0], walk.cost[1]):
        walk.cost[1] = walk.cost[0]
        walk.best[:] = walk.here
        walk.counts[KICKS] = 0


@kernel
def _begin_pass(walk):  # type: ignore[no-untyped-def]
    """A new order of the sites."""
    for a in range(len(walk.order) - 1, 0, -1):
        b = int(_uniform(walk.random) * (a + 1))
        walk.order[a], walk.order[b] = walk.order[b], walk.order[a]
    walk.counts[_AT] = 0
    walk.counts[_FOUND] = 0


@kernel
def _kick(data, walk, state, gain):  # type: ignore[no-untyped-def]
    """A few random swaps, drawn by what the bound says of each site, from here, the last such place or the best."""
    n, plants = len(state), data.first.shape[1]
    _remember(walk)
    before = walk.here.copy()
    if walk.counts[KICKS] % 12 == 11:
        walk.here[:] = walk.best
    elif not (walk.cost[0] < walk.cost[2] * 1.0005 or walk.counts[KICKS] % 15 == 14):
        walk.here[:] = walk.base
    else:
        walk.base[:] = walk.here
        walk.cost[2] = walk.cost[0]
    walk.counts[KICKS] += 1
    weight, even = np.empty(n), np.ones(n)
    for s in range(n):
        scale = 0.3 * np.abs(data.fixed[:plants] if s < plants else data.fixed[plants:]).mean() + 1e-9
        weight[s] = np.exp(-max(gain[s], 0.0) / scale)
    allowed = np.zeros(n, np.bool_)
    for _ in range(1 + int(_uniform(walk.random) * 3)):
        depot = _uniform(walk.random) < 0.65
        for s in range(n):
            allowed[s] = walk.here[s] and state[s] == FREE and (s >= plants) == depot
        a = _drawn(even, allowed, walk.random)
        if a < 0:
            continue
        walk.here[a] = False
        may_open(data, walk.here, state, allowed)
        allowed[a] = False
        for s in range(n):
            allowed[s] = allowed[s] and (s >= plants) == depot
        b = _drawn(weight, allowed, walk.random)
        walk.here[b if b >= 0 else a] = True
    repair(data, walk.here, state, gain)
    for opening in range(2):
        for s in range(n):
            if opening == 1 and walk.here[s] and not before[s]:
                open_site(data, walk.now, s)
            elif opening == 0 and before[s] and not walk.here[s]:
                close_site(data, walk.now, s)
    walk.cost[0] = best_flow(data, walk.now, walk.here)
    walk.counts[FLOWS] += 1
