"""Cheapest flows through open sites: a network simplex for each material, started from the flows of similar sites.

A depot is two nodes: it takes in all it can pass on (its entry wants Q) and has all that to give (its exit has Q); what
it does not use goes from exit to entry at no cost. With that the flows of a material are a transport problem, plants
and exits to entries and customers, and every arc is without limit: the flows stand on the arcs of a spanning tree,
each with the node below it. Its root takes what plants do not give; what nobody serves comes from the root at a
penalty. Leaving arcs as in Cunningham (1976), potentials by subtree; see Ahuja, Magnanti, Orlin, Network flows (1993).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..kernel import fast_kernel, kernel
from ..problem import Array
from .arrays import RELATIVE, Data

#: Units that are left somewhere are rounding below this share of all demand.
_LEFT = 1e-11


class Tree(NamedTuple):
    """Spanning trees, one row a material; nodes: plants, exits, entries, customers, root."""

    parent: Array  # (L, N) int32; -1: the node is not there (its site is closed), or the root
    child: Array  # first child, then sisters in both directions
    after: Array
    before: Array
    depth: Array
    up: Array  # whether the arc leads from the node to its parent
    flow: Array  # of the arc to the parent, units
    cost: Array  # of that arc
    price: Array  # potential: what a unit costs here; 0 at the root


def new_tree(data: Data) -> Tree:
    """Room for the trees."""
    materials, plants, depots = data.first.shape
    shape = (materials, plants + 2 * depots + data.demand.shape[1] + 1)
    parent, child, after, before, depth = np.full((5, *shape), -1, np.int32)
    flow, cost, price = np.zeros((3, *shape))
    return Tree(parent, child, after, before, depth, np.zeros(shape, np.bool_), flow, cost, price)


@kernel
def copy_tree(a: Tree, b: Tree) -> None:
    """b becomes a."""
    b.parent[:] = a.parent
    b.child[:] = a.child
    b.after[:] = a.after
    b.before[:] = a.before
    b.depth[:] = a.depth
    b.up[:] = a.up
    b.flow[:] = a.flow
    b.cost[:] = a.cost
    b.price[:] = a.price


@kernel
def _hang(t, mat, v, p, up, flow, cost):  # type: ignore[no-untyped-def]
    """v becomes a child of p."""
    t.parent[mat, v] = p
    t.up[mat, v] = up
    t.flow[mat, v] = flow
    t.cost[mat, v] = cost
    head = t.child[mat, p]
    t.after[mat, v] = head
    t.before[mat, v] = -1
    if head >= 0:
        t.before[mat, head] = v
    t.child[mat, p] = v


@kernel
def _cut(t, mat, v):  # type: ignore[no-untyped-def]
    """v leaves its parent."""
    a, b = t.after[mat, v], t.before[mat, v]
    if b >= 0:
        t.after[mat, b] = a
    else:
        t.child[mat, t.parent[mat, v]] = a
    if a >= 0:
        t.before[mat, a] = b
    t.parent[mat, v] = -1


@kernel
def _refresh(t, mat, v):  # type: ignore[no-untyped-def]
    """Depths and prices of v and all below it, from those of its parent."""
    x = v
    while True:
        p = t.parent[mat, x]
        t.depth[mat, x] = t.depth[mat, p] + 1
        t.price[mat, x] = t.price[mat, p] - t.cost[mat, x] if t.up[mat, x] else t.price[mat, p] + t.cost[mat, x]
        if t.child[mat, x] >= 0:
            x = t.child[mat, x]
            continue
        while x != v and t.after[mat, x] < 0:
            x = t.parent[mat, x]
        if x == v:
            return
        x = t.after[mat, x]


@kernel
def _hang_at_root(data, t, mat, v, gives):  # type: ignore[no-untyped-def]
    """v becomes a child of the root, which takes what v gives, or gives what v lacks, at a penalty but for plants."""
    root = t.parent.shape[1] - 1
    up = gives >= 0.0
    plant = v < data.first.shape[1]
    _hang(t, mat, v, root, up, abs(gives), 0.0 if up and plant else data.penalty)
    _refresh(t, mat, v)


@kernel
def _drop(data, t, mat, v):  # type: ignore[no-untyped-def]
    """Take node v out: its children go to the root, and the way from it to the root takes what is amiss."""
    root = t.parent.shape[1] - 1
    c = t.child[mat, v]
    while c >= 0:
        following = t.after[mat, c]
        gives = t.flow[mat, c] if t.up[mat, c] else -t.flow[mat, c]
        _cut(t, mat, c)
        _hang_at_root(data, t, mat, c, gives)
        c = following
    p = t.parent[mat, v]
    lacks = t.flow[mat, v] if t.up[mat, v] else -t.flow[mat, v]
    _cut(t, mat, v)
    while p != root:  # p lacks what v gave it
        above = t.parent[mat, p]
        gave = t.flow[mat, p] if t.up[mat, p] else -t.flow[mat, p]
        gives = gave - lacks
        if (gives >= 0.0) == t.up[mat, p] or gives == 0.0:
            t.flow[mat, p] = abs(gives)
        else:
            _cut(t, mat, p)
            _hang_at_root(data, t, mat, p, gives)
            lacks = gave
        p = above


@kernel
def close_site(data, t, s):  # type: ignore[no-untyped-def]
    """Take site s out of every tree."""
    plants, depots = data.first.shape[1:]
    for mat in range(data.first.shape[0]):
        _drop(data, t, mat, s)
        if s >= plants:
            _drop(data, t, mat, s + depots)


@kernel
def open_site(data, t, s):  # type: ignore[no-untyped-def]
    """Put site s into every tree, unused; a depot is priced by its cheapest open plant."""
    materials, plants, depots = data.first.shape
    for mat in range(materials):
        if s < plants:
            _hang_at_root(data, t, mat, s, data.supply[mat, s])
            continue
        j, best, at = s - plants, np.inf, -1
        for i in range(plants):
            if t.parent[mat, i] >= 0 and t.price[mat, i] + data.first[mat, i, j] < best:
                best, at = t.price[mat, i] + data.first[mat, i, j], i
        if at >= 0:
            _hang(t, mat, s + depots, at, False, 0.0, data.first[mat, at, j])
        else:
            _hang(t, mat, s + depots, t.parent.shape[1] - 1, False, 0.0, data.penalty)
        _hang(t, mat, s, s + depots, True, data.through[mat, j], 0.0)
        _refresh(t, mat, s + depots)


@kernel
def start_tree(data, t, is_open):  # type: ignore[no-untyped-def]
    """The trees of these open sites, with no flow yet: every customer is served by the root."""
    materials, plants, depots = data.first.shape
    t.parent[:] = -1
    t.child[:] = -1
    for mat in range(materials):
        for k in range(data.demand.shape[1]):
            _hang_at_root(data, t, mat, plants + 2 * depots + k, -data.demand[mat, k])
    for s in range(plants + depots):
        if is_open[s]:
            open_site(data, t, s)


@kernel
def _enter(t, mat, s, e, cost):  # type: ignore[no-untyped-def]
    """The arc from s to e enters the tree; the arc that is empty first leaves it."""
    a, b, least, out, side = s, e, np.inf, -1, 0
    while a != b:
        if t.depth[mat, a] >= t.depth[mat, b]:
            if t.up[mat, a] and t.flow[mat, a] < least:
                least, out, side = t.flow[mat, a], a, 1
            a = t.parent[mat, a]
        else:
            b = t.parent[mat, b]
    b = e
    while b != a:  # ties: the last one on the way round from the join, through s and e (Cunningham)
        if not t.up[mat, b] and t.flow[mat, b] <= least:
            least, out, side = t.flow[mat, b], b, 2
        b = t.parent[mat, b]
    if least > 0.0:
        v = s
        while v != a:
            t.flow[mat, v] += -least if t.up[mat, v] else least
            v = t.parent[mat, v]
        v = e
        while v != a:
            t.flow[mat, v] += least if t.up[mat, v] else -least
            v = t.parent[mat, v]
    v, p = (s, e) if side == 1 else (e, s)
    up, flow, price = side == 1, least, cost
    top = v
    while True:  # turn the way from v up to the leaving arc round
        old, old_up, old_flow, old_cost = t.parent[mat, v], t.up[mat, v], t.flow[mat, v], t.cost[mat, v]
        _cut(t, mat, v)
        _hang(t, mat, v, p, up, flow, price)
        if v == out:
            break
        v, p, up, flow, price = old, v, not old_up, old_flow, old_cost
    _refresh(t, mat, top)


@fast_kernel
def _lowest(cost, price, sources, low):  # type: ignore[no-untyped-def]
    """low[e]: least cost[s, e] + price[s] of these sources; rows at a time, which the processor does many at once."""
    low[:] = 1e300
    for s in sources:
        row, p = cost[s], price[s]
        for e in range(len(low)):
            v = row[e] + p
            low[e] = v if v < low[e] else low[e]


@kernel
def _pays(reduced, cost, source, end, small):  # type: ignore[no-untyped-def]
    """Whether a reduced cost is below zero by more than rounding hides: of a usual lane, and of these three numbers."""
    return reduced < small and reduced < -RELATIVE * (abs(cost) + abs(source) + abs(end))


@kernel
def _best_source(cost, price, sources, e, own, small):  # type: ignore[no-untyped-def]
    """The source whose arc to e, which has the price `own`, pays most; -1 if none does."""
    best, at = np.inf, -1
    for s in sources:
        v = cost[s, e] + price[s] - own
        if v < best and _pays(v, cost[s, e], price[s], own, small):
            best, at = v, s
    return at


@kernel
def _list_arcs(data, t, mat, depots_open, plants_open, small, source, end, cost, low):  # type: ignore[no-untyped-def]
    """List the best arc into every node where one pays; returns how many."""
    plants, depots = data.first.shape[1:]
    n, price, root = 0, t.price[mat], t.parent.shape[1] - 1
    exits, entries = price[plants : plants + depots], price[plants + depots : plants + 2 * depots]
    served = price[plants + 2 * depots : root]
    for i in plants_open:
        if price[i] < small:
            source[n], end[n], cost[n] = i, root, 0.0
            n += 1
    low_first, low_second = low[:depots], low[: len(served)]
    _lowest(data.first[mat], price, plants_open, low_first)
    for j in depots_open:
        if _pays(exits[j] - entries[j], 0.0, exits[j], entries[j], small) and exits[j] <= low_first[j]:
            source[n], end[n], cost[n] = plants + j, plants + depots + j, 0.0
            n += 1
            continue
        i = -1
        if low_first[j] - entries[j] < small:
            i = _best_source(data.first[mat], price, plants_open, j, entries[j], small)
        if i >= 0:
            source[n], end[n], cost[n] = i, plants + depots + j, data.first[mat, i, j]
            n += 1
    _lowest(data.second[mat], exits, depots_open, low_second)
    for k in range(len(served)):
        j = -1
        if low_second[k] - served[k] < small:
            j = _best_source(data.second[mat], exits, depots_open, k, served[k], small)
        if j >= 0:
            source[n], end[n], cost[n] = plants + j, plants + 2 * depots + k, data.second[mat, j, k]
            n += 1
    return n


@kernel
def _optimise(data, t, mat, depots_open, plants_open):  # type: ignore[no-untyped-def]
    """Pivot until no arc lowers the cost, or so often that only rounding can be the reason.

    Arcs that pay are listed; the best of the list enters until none of it pays any more.
    """
    small = -data.tiny
    nodes = t.parent.shape[1]
    source, end, cost, low = np.empty(nodes, np.int64), np.empty(nodes, np.int64), np.empty(nodes), np.empty(nodes)
    listed, pivots = 0, 0
    while pivots < 200 * nodes:
        best, which, a = small, -1, 0
        while a < listed:
            give, get = t.price[mat, source[a]], t.price[mat, end[a]]
            reduced = cost[a] + give - get
            if _pays(reduced, cost[a], give, get, small):
                if reduced < best:
                    best, which = reduced, a
                a += 1
            else:
                listed -= 1
                source[a], end[a], cost[a] = source[listed], end[listed], cost[listed]
        if which >= 0:
            _enter(t, mat, source[which], end[which], cost[which])
            pivots += 1
            continue
        listed = _list_arcs(data, t, mat, depots_open, plants_open, small, source, end, cost, low)
        if listed == 0:
            return


@kernel
def best_flow(data, t, is_open):  # type: ignore[no-untyped-def]
    """Cost of the cheapest flows with fixed costs, in money; a penalty for what cannot be served is in it.

    The trees become those of the cheapest flows.
    """
    materials, plants = data.first.shape[:2]
    plants_open, depots_open = np.flatnonzero(is_open[:plants]), np.flatnonzero(is_open[plants:])
    total = 0.0
    for s in range(len(is_open)):
        if is_open[s]:
            total += data.fixed[s]
    for mat in range(materials):
        _optimise(data, t, mat, depots_open, plants_open)
        left = _LEFT * data.demand[mat].sum()
        for v in range(t.parent.shape[1] - 1):
            if t.parent[mat, v] >= 0 and (t.cost[mat, v] < data.penalty or t.flow[mat, v] > left):
                total += t.flow[mat, v] * t.cost[mat, v]
    return total


@kernel
def flows(data, t):  # type: ignore[no-untyped-def]
    """Flows (L, I, J) and (L, J, K) of the trees, and whether everyone is served."""
    materials, plants, depots = data.first.shape
    customers = data.demand.shape[1]
    root = t.parent.shape[1] - 1
    first, second = np.zeros((materials, plants, depots)), np.zeros((materials, depots, customers))
    served = True
    for mat in range(materials):
        small = _LEFT * data.demand[mat].sum()
        for v in range(root):
            p = t.parent[mat, v]
            if p < 0 or t.flow[mat, v] <= 0.0:
                continue
            s, e = (v, p) if t.up[mat, v] else (p, v)
            if s == root or (e == root and s >= plants):
                served = served and t.flow[mat, v] <= small
            elif s < plants and e != root:
                first[mat, s, e - plants - depots] += t.flow[mat, v]
            elif s >= plants and e >= plants + 2 * depots:
                second[mat, s - plants, e - plants - 2 * depots] += t.flow[mat, v]
    return first, second, served
