"""The transportation problem of a set of open sites: a primal network simplex that starts from the last tree.

Nodes are all candidates (supply), all customers (demand) and a root that takes what candidates do not send. A closed
candidate stays in the tree and sends to the root; opening and closing change costs only, so that the tree of one set of
sites is a feasible start for the next (Ahuja, Magnanti and Orlin 1993, chapter 11: strongly feasible spanning trees).
"""

from __future__ import annotations

import numpy as np

from .kernel import fast_kernel, kernel
from .problem import Siting

Array = np.ndarray

# Rows of the array of links, and of the array of numbers, of a tree.
PARENT, DEPTH, FIRST, NEXT, BEFORE = 0, 1, 2, 3, 4
POTENTIAL, FLOW = 0, 1
_NONE = -1
#: A reduced cost below this share of the numbers that it is made of is rounding.
_RELATIVE = 1e-12


class Transport:
    """Exact cost of serving all customers from a set of sites: `cost(open)`; flows by `flow(open)`.

    A least throughput is a supply node of its own that may not send to the root. What cannot be served goes over
    artificial lanes; the cost is then inf.
    """

    def __init__(self, p: Siting) -> None:
        finite = p.unit_cost[np.isfinite(p.unit_cost)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
        spread = high - low
        # dearer than any way round: an alternating path has at most min(n, m) detours
        self.never = abs(high) + (min(p.n, p.m) + 2.0) * (spread + max(abs(low), abs(high)) * 1e-6 + 1e-12)
        # of a customer's cheapest lane, not of the dearest: forbidding prices must not hide what other lanes cost
        nearest = np.where(np.isfinite(p.unit_cost), np.abs(p.unit_cost), np.inf).min(0)
        nearest = nearest[np.isfinite(nearest)]
        self.tolerance = _RELATIVE * float(np.median(nearest)) if len(nearest) else 0.0
        split = np.flatnonzero(p.least > 0)
        self.row = np.concatenate([np.arange(p.n), split])
        capacity = np.minimum(p.capacity, p.total)
        least = np.minimum(p.least, capacity)
        self.supply = np.concatenate([capacity - least, least[split]])
        self.must = np.concatenate([np.zeros(p.n, bool), np.ones(len(split), bool)])
        self.demand = p.demand
        whole = np.isfinite(p.unit_cost).all()
        self.unit_cost = p.unit_cost if whole else np.where(np.isfinite(p.unit_cost), p.unit_cost, 2.0 * self.never)
        self.links, self.numbers = fresh(self.supply, p.demand, self.never)
        self.p = p

    def cost(self, open_: Array) -> float:
        """Money of the best flow from the open sites; inf where they cannot serve all."""
        total = evaluate(self.links, self.numbers, self.unit_cost, self.row, self.must, np.asarray(open_, bool),
                         self.never, self.tolerance)  # fmt: skip
        return float(total)

    def flow(self, open_: Array) -> Array:
        """The best flow (n, m) in units of demand."""
        if not np.isfinite(self.cost(open_)):
            raise ValueError("these sites cannot serve all customers")
        out = np.zeros((self.p.n, self.p.m))
        nodes = len(self.supply)
        site, customer, amount = arcs(self.links, self.numbers, nodes)
        np.add.at(out, (self.row[site], customer), amount)
        return out


@kernel
def fresh(supply: Array, demand: Array, never: float) -> tuple[Array, Array]:
    """The star: candidates send all to the root, customers are served by it over artificial lanes."""
    n, m = len(supply), len(demand)
    links = np.full((5, n + m + 1), _NONE, np.int32)
    numbers = np.zeros((2, n + m + 1))
    root = n + m
    links[DEPTH, root] = 0
    for v in range(n + m):
        links[DEPTH, v] = 1
        _attach(links, v, root)
        numbers[FLOW, v] = supply[v] if v < n else demand[v - n]
        numbers[POTENTIAL, v] = 0.0 if v < n else never
    return links, numbers


@kernel
def _attach(links: Array, v: int, parent: int) -> None:
    links[PARENT, v] = parent
    first = links[FIRST, parent]
    links[NEXT, v], links[BEFORE, v] = first, _NONE
    if first >= 0:
        links[BEFORE, first] = v
    links[FIRST, parent] = v


@kernel
def _detach(links: Array, v: int) -> None:
    before, after = links[BEFORE, v], links[NEXT, v]
    if before >= 0:
        links[NEXT, before] = after
    else:
        links[FIRST, links[PARENT, v]] = after
    if after >= 0:
        links[BEFORE, after] = before


@kernel
def _shift(links: Array, numbers: Array, top: int, by: float) -> None:
    """Add to the potentials of a subtree, and set its depths anew."""
    v = top
    while True:
        numbers[POTENTIAL, v] += by
        links[DEPTH, v] = links[DEPTH, links[PARENT, v]] + 1
        if links[FIRST, v] >= 0:
            v = links[FIRST, v]
            continue
        while v != top and links[NEXT, v] < 0:
            v = links[PARENT, v]
        if v == top:
            return
        v = links[NEXT, v]


@kernel
def _reprice(links: Array, numbers: Array, cost: Array, row: Array, must: Array, open_: Array, never: float) -> None:
    """Potentials of the whole tree at the costs of this set of sites."""
    n, root = len(row), links.shape[1] - 1
    v = links[FIRST, root]
    while v >= 0:
        p = links[PARENT, v]
        if v < n:
            if p == root:
                numbers[POTENTIAL, v] = -never if must[v] and open_[row[v]] else 0.0
            else:
                way = cost[row[v], p - n] + (0.0 if open_[row[v]] else 2.0 * never)
                numbers[POTENTIAL, v] = numbers[POTENTIAL, p] - way
        elif p == root:
            numbers[POTENTIAL, v] = never
        else:
            way = cost[row[p], v - n] + (0.0 if open_[row[p]] else 2.0 * never)
            numbers[POTENTIAL, v] = numbers[POTENTIAL, p] + way
        if links[FIRST, v] >= 0:
            v = links[FIRST, v]
            continue
        while v != root and links[NEXT, v] < 0:
            v = links[PARENT, v]
        v = _NONE if v == root else links[NEXT, v]


@kernel
def _pivot(links: Array, numbers: Array, n: int, tail: int, head: int, reduced: float) -> None:
    """Bring the arc tail → head into the tree: send round its cycle what fits, and cut the last arc that blocks."""
    a, b = tail, head
    least_a, cut_a, least_b, cut_b = np.inf, _NONE, np.inf, _NONE
    while a != b:  # seen from the apex along the cycle, the last to block leaves
        if links[DEPTH, a] > links[DEPTH, b]:
            if a < n and numbers[FLOW, a] < least_a:
                least_a, cut_a = numbers[FLOW, a], a
            a = links[PARENT, a]
        else:
            if b >= n and numbers[FLOW, b] <= least_b:
                least_b, cut_b = numbers[FLOW, b], b
            b = links[PARENT, b]
    apex = a
    from_head = least_b <= least_a
    by = least_b if from_head else least_a
    if by > 0.0:
        v = tail
        while v != apex:
            numbers[FLOW, v] += -by if v < n else by
            v = links[PARENT, v]
        v = head
        while v != apex:
            numbers[FLOW, v] += by if v < n else -by
            v = links[PARENT, v]
    last, v, parent, flow = (cut_b, head, tail, by) if from_head else (cut_a, tail, head, by)
    top = v
    while True:  # the path from the entering arc to the one that leaves hangs the other way
        old_parent, old_flow = links[PARENT, v], numbers[FLOW, v]
        _detach(links, v)
        _attach(links, v, parent)
        numbers[FLOW, v] = flow
        if v == last:
            break
        parent, flow, v = v, old_flow, old_parent
    _shift(links, numbers, top, reduced if from_head else -reduced)


@fast_kernel
def _least_gap(cost: Array, potential: Array) -> float:
    """min over customers of cost − potential."""
    low = 1e300
    for i in range(len(cost)):
        low = min(low, cost[i] - potential[i])
    return low


@kernel
def _best_lane(cost: Array, potential: Array, own: float, tolerance: float) -> int:
    """The customer whose lane gains most by more than rounding, −1 for none."""
    at, low = _NONE, -tolerance
    for i in range(len(cost)):
        reduced = cost[i] - potential[i] + own
        if reduced < low and reduced < -_RELATIVE * (abs(cost[i]) + abs(potential[i]) + abs(own)):
            at, low = i, reduced
    return at


@kernel
def optimise(
    links: Array, numbers: Array, cost: Array, row: Array, must: Array, open_: Array, never: float, tolerance: float
) -> int:
    """Pivot until no lane of an open site and no arc of the root gains; pivots done.

    They end after a number that none needs: potentials that have lost their last digits must be computed anew then.
    """
    n = len(row)
    root = links.shape[1] - 1
    on = np.empty(n, np.int32)
    count = 0
    for v in range(n):
        if open_[row[v]]:
            on[count] = v
            count += 1
    potential = numbers[POTENTIAL]
    customers = potential[n:root]
    quiet, k, pivots = 0, 0, 0
    while quiet <= count and pivots < 20 * root + 1000:
        if k < count:
            v = on[k]
            lane = cost[row[v]]
            i = _NONE
            if _least_gap(lane, customers) + potential[v] < -tolerance:
                i = _best_lane(lane, customers, potential[v], tolerance)
            if i >= 0:
                _pivot(links, numbers, n, v, n + i, lane[i] - customers[i] + potential[v])
                pivots += 1
                quiet = 0
            else:
                quiet += 1
                k += 1
        else:
            k = 0
            moved = _root_arcs(links, numbers, n, root, row, must, open_, never, tolerance)
            pivots += moved
            quiet = 0 if moved else quiet + 1
    return pivots


@kernel
def _root_arcs(
    links: Array, numbers: Array, n: int, root: int, row: Array, must: Array, open_: Array, never: float,
    tolerance: float,
) -> int:  # fmt: skip
    """How many arcs from a candidate to the root, or artificial ones, have come in."""
    potential = numbers[POTENTIAL]
    moved = 0
    for v in range(n):
        away = never if must[v] and open_[row[v]] else 0.0
        price = potential[v] + away
        if price < -tolerance - _RELATIVE * away:
            _pivot(links, numbers, n, v, root, price)
            moved += 1
    for v in range(n, root):
        price = never - potential[v]
        if price < -1e-9 * never:
            _pivot(links, numbers, n, root, v, price)
            moved += 1
    return moved


@kernel
def _rehouse(
    links: Array, numbers: Array, cost: Array, row: Array, open_: Array, never: float, tolerance: float
) -> None:
    """Customers of closed candidates go to the open one that is best for them, before the rest is looked at."""
    n, root = len(row), links.shape[1] - 1
    potential = numbers[POTENTIAL]
    for node in range(n, root):
        if potential[node] < 0.75 * never:
            continue
        at, low = -1, -tolerance
        for v in range(n):
            if open_[row[v]]:
                reduced = cost[row[v], node - n] + potential[v] - potential[node]
                if reduced < low:
                    at, low = v, reduced
        if at >= 0:
            _pivot(links, numbers, n, at, node, low)


@kernel
def evaluate(
    links: Array, numbers: Array, cost: Array, row: Array, must: Array, open_: Array, never: float, tolerance: float
) -> float:
    """Optimal money of the lanes from these open sites, from the tree as it stands; inf where they cannot serve all."""
    _reprice(links, numbers, cost, row, must, open_, never)
    _rehouse(links, numbers, cost, row, open_, never, tolerance)
    for _ in range(50):  # potentials that were added up are off by what their largest lost: once more with fresh ones
        pivots = optimise(links, numbers, cost, row, must, open_, never, tolerance)
        _reprice(links, numbers, cost, row, must, open_, never)
        if pivots == 0:
            break
    return total_of(links, numbers, cost, row, must, open_)


@kernel
def total_of(links: Array, numbers: Array, cost: Array, row: Array, must: Array, open_: Array) -> float:
    """Money of the flows of a tree; inf where an artificial or closed lane carries anything."""
    n, root = len(row), links.shape[1] - 1
    total, lost = 0.0, 0.0
    for v in range(root):
        flow, p = numbers[FLOW, v], links[PARENT, v]
        if flow <= 0.0:
            continue
        if v < n:
            if p != root:
                total += flow * cost[row[v], p - n]
                lost += 0.0 if open_[row[v]] else flow
            elif must[v] and open_[row[v]]:
                lost += flow
        elif p == root:
            lost += flow
        else:
            total += flow * cost[row[p], v - n]
            lost += 0.0 if open_[row[p]] else flow
    return np.inf if lost > 0.0 and _is_lost(links, numbers, row, must, open_) else total


@kernel
def _is_lost(links: Array, numbers: Array, row: Array, must: Array, open_: Array) -> bool:
    """Whether what artificial or closed lanes carry is more than rounding, for any customer or least throughput."""
    n, root = len(row), links.shape[1] - 1
    through, lost, moved = np.zeros(root), np.zeros(root), 0.0
    for v in range(root):
        flow, p = numbers[FLOW, v], links[PARENT, v]
        if flow <= 0.0:
            continue
        through[v] += flow
        site = v if v < n else p
        if p != root:
            through[p] += flow
            moved += flow
            if not open_[row[site]]:
                lost[max(v, p)] += flow  # customers have the higher numbers
        elif v >= n or (must[v] and open_[row[v]]):
            lost[v] += flow
    return bool((lost > 1e-9 * through + 1e-14 * moved).any())


@kernel
def arcs(links: Array, numbers: Array, n: int) -> tuple[Array, Array, Array]:
    """Lanes in use: supply node, customer, amount."""
    root = links.shape[1] - 1
    site, customer = np.empty(root, np.int32), np.empty(root, np.int32)
    amount = np.empty(root)
    k = 0
    for v in range(root):
        p = links[PARENT, v]
        if p == root or numbers[FLOW, v] <= 0.0:
            continue
        site[k], customer[k] = (v, p - n) if v < n else (p, v - n)
        amount[k] = numbers[FLOW, v]
        k += 1
    return site[:k], customer[:k], amount[:k]
