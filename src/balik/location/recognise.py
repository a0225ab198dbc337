"""Whether a program is a siting problem, told from its arrays alone, and what its columns are in it.

Every row and column must be accounted for by an exact reduction; where one is not, the answer is the reason. What
reduces: throughput columns; rows of lanes that the capacity of their site implies; sizes; sites counted as used; chains
before and behind the sites in which nothing is short (see chains.py); amounts that need not be collected, as an
always open site that is leaving them; several periods, if they are one period in other proportions or nothing is short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..algebra import Arrays
from ..words import Sentence, say
from .chains import Chains, chains
from .echelons.candidates import counts, problem_of
from .echelons.problem import TwoEchelon
from .echelons.read import stages
from .entries import Entries, Unfit
from .openings import Openings, one_site_each, openings
from .problem import OPEN, Siting, SitingError
from .sites import Program, Sites, opened, sites_of
from .ways import SAME, Goods, TwoInARow

Array = np.ndarray


@dataclass(frozen=True)
class Recognised:
    """A siting problem with the same optimum as the program (its constants are spread over the unit costs).

    `column_of` (n): the binary column that opens a candidate, -1 for the candidate that is leaving things where they
    are. `follows`: pairs (binary column, candidate): 1 if any of its candidates is open. `fixed`: binary columns that
    are 1 whatever opens. `assign`: triples (binary column, customer, meter). `counts`: by column of the program, the
    meter that counts it, -1 for none; `meter_of` (n, periods): meters of a candidate. `ways`: triples (column,
    customer, meter), where every way to a site is one column. `complete`: whatever the search opens has a plan of the
    program; where not, it may have opened sites between which a lane is missing.
    """

    siting: Siting | TwoEchelon
    column_of: Array
    follows: tuple[Array, Array]
    fixed: Array
    assign: tuple[Array, Array, Array]
    counts: Array
    meter_of: Array
    ways: tuple[Array, Array, Array] | None
    complete: bool = True


def recognise(a: Arrays) -> Recognised | Sentence:
    """The siting problem that a program is, or why it is none."""
    try:
        return _recognised(a)
    except Unfit as unfit:
        return unfit.reason
    except SitingError as error:
        return say("its figures are out of range ({found})", found=error.args[0])


def _recognised(a: Arrays) -> Recognised:
    if not a.integer.any():
        raise Unfit(say("it has no sites"))
    p = opened(a)
    sites = sites_of(p)
    chosen = one_site_each(p, sites)
    opening = openings(p, sites)
    goods, cols = _goods(p, sites)
    try:
        found = chains(goods)
    except TwoInARow as unfit:
        return _in_two_stages(p, sites, opening, goods, cols, unfit)
    _closed_by_sites(sites, found.room, cols)
    return _assembled(p, sites, opening, _Ways(found, cols), chosen)


# -- goods -------------------------------------------------------------------------------------------------------


def _goods(p: Program, s: Sites) -> tuple[Goods, Array]:
    """Goods, and the columns that carry them."""
    goods = ~p.integer
    goods[s.h] = False
    if np.isneginf(p.lower[goods]).any():
        raise Unfit(say("an amount has no lower bound"))
    shift = _settled(p, goods, s.counts < 0)
    goods &= p.upper > np.where(s.counts < 0, shift, 0.0)
    cols = np.flatnonzero(goods)
    local = np.full(len(p.cost), -1)
    local[cols] = np.arange(len(cols))
    e = p.entries.where(goods[p.entries.col])
    stands = np.bincount(e.row, minlength=len(p.row_lower)) > 0
    among = p.count(p.integer) > 0
    idle = ~stands & ~among & (np.bincount(p.entries.row, minlength=len(stands)) > 0)
    slack = SAME * np.maximum(1.0, np.abs(shift).max(initial=0.0))
    if (p.row_lower[idle] > slack).any() or (p.row_upper[idle] < -slack).any():
        raise Unfit(say("some amounts have nowhere to go"))
    nodes = stands & p.equal & ~among
    number = np.where(nodes, np.cumsum(nodes) - 1, -1)
    balance = number[e.row] >= 0
    limits, most = _limits(p, e.where(~balance), local, stands & ~nodes)
    found = Goods(
        Entries(number[e.row[balance]], local[e.col[balance]], e.val[balance]), -p.row_lower[nodes], p.cost[cols],
        (p.lower - shift)[cols], (p.upper - shift)[cols], s.counts[cols], s.weight[cols], s.meters,
        bool((s.least > 0).any()), limits, most,
    )  # fmt: skip
    return found, cols


def _settled(p: Program, goods: Array, free: Array) -> Array:
    """What must flow before any choice, by column, put on the right hand sides; columns in no row are settled whole."""
    shift = np.where(goods & free, p.lower, 0.0)
    alone = goods & free & (np.bincount(p.entries.col, minlength=len(goods)) == 0)
    best = np.where(p.cost >= 0, p.lower, p.upper)
    if (np.isinf(best) & alone).any():
        raise Unfit(say("an amount has no bound and pays"))
    shift[alone] = best[alone]
    p.lower[alone] = p.upper[alone] = best[alone]
    moved = np.bincount(p.entries.row, p.entries.val * shift[p.entries.col], len(p.row_lower))
    p.row_lower, p.row_upper = p.row_lower - moved, p.row_upper - moved
    p.offset += float(p.cost @ shift)
    return shift


def _limits(p: Program, e: Entries, local: Array, rows: Array) -> tuple[Entries, Array]:
    """Limits on goods as Σ coef × column ≤ most, one for each side that is finite."""
    number = np.cumsum(rows) - 1
    upper, lower = p.row_upper[rows], p.row_lower[rows]
    both = Entries(
        np.concatenate([number[e.row], number[e.row] + len(upper)]),
        np.concatenate([local[e.col], local[e.col]]),
        np.concatenate([e.val, -e.val]),
    )
    most = np.concatenate([upper, -lower])
    on = np.isfinite(most)
    renumbered = np.cumsum(on) - 1
    both = both.where(on[both.row])
    return Entries(renumbered[both.row], both.col, both.val), most[on]


def _closed_by_sites(s: Sites, most: Array, cols: Array) -> None:
    """A lane's own row must let pass what its site can take or its customer gives; then the capacity row implies it.

    `most`: what can flow in each of the columns.
    """
    room = np.zeros(len(s.counts))  # a column that is left out carries nothing
    room[cols] = most
    largest = np.zeros(s.meters)
    np.maximum.at(largest, s.meter, s.capacity)
    size = s.meter * np.int64(len(s.counts)) + s.y
    order = np.argsort(size)
    for lanes in (s.link, s.sourcing):
        meter = s.counts[lanes.row]
        key = meter * np.int64(len(s.counts)) + lanes.col
        at = order[np.searchsorted(size[order], key).clip(max=len(size) - 1)]
        holds = np.where(size[at] == key, s.capacity[at], largest[meter])
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(meter >= 0, np.fmin(room[lanes.row], holds / s.weight[lanes.row]), room[lanes.row])
        if (lanes.val < needed * (1 - SAME)).any():
            raise Unfit(say("the most of a lane may bind"))


# -- the siting problem ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ways:
    found: Chains
    cols: Array


def _assembled(p: Program, s: Sites, o: Openings, ways: _Ways, chosen: Array) -> Recognised:
    """The arrays of the siting problem, and the way back."""
    found, sizes = ways.found, _sizes(s, o)
    (n, periods), has = sizes.shape, sizes[:, 0] >= 0
    aside = bool(np.isfinite(found.aside).any())
    demand = found.amount * found.weight
    if not len(demand) or (demand <= 0).any():
        raise Unfit(say("what comes to a site does not count there"))
    if (n + aside) * len(demand) > 2**28:
        raise Unfit(say("there are too many pairs of customer and site"))
    when = _when(found, s.meter[sizes[has]], s.meters)
    single = _single(s, found, ways.cols, chosen, aside)
    cost = np.full((n + aside, len(demand)), np.inf)
    held, least = np.full((periods, n + aside), np.inf), np.zeros((periods, n + aside))
    for t in range(periods):
        who, of = np.flatnonzero(when == t), sizes[has, t]
        by_unit = found.to_site[np.ix_(who, s.meter[of])].T / found.weight[who]
        cost[np.ix_(np.flatnonzero(has), who)] = by_unit + p.cost[s.h[of]][:, None]
        held[t, :n][has], least[t, :n][has] = s.capacity[of], s.least[of]
    if aside:
        cost[n] = found.aside / found.weight
    for t in range(periods):  # what no choice fills bounds nothing
        reached = np.isfinite(cost[:, when == t]) @ demand[when == t]
        held[t, held[t] >= reached * (1 - SAME)] = np.inf
    if periods > 1 and (np.isfinite(held).any() or least.any()):
        cost, demand = _as_one(cost, demand, when, held, least)
    cost += (p.offset + found.offset) / demand.sum()
    place = np.arange(s.meters, s.meters + n + aside)
    place[:n][has] = o.place[has]
    siting = Siting(
        cost, demand, held[0], np.append(o.cost, 0.0)[: n + aside], np.append(o.state, OPEN)[: n + aside], least[0],
        place, np.pad(o.rows, ((0, 0), (0, int(aside)))), o.upper, single is not None,
    )  # fmt: skip
    none = np.zeros(0, np.int64)
    direct = (ways.cols[found.way_col], found.way_customer, found.way_meter)
    return Recognised(
        siting, np.append(o.column, -1)[: n + aside], o.follows, o.fixed, single or (none, none, none), s.counts,
        np.where(sizes >= 0, s.meter[sizes], -1), direct if found.direct and periods == 1 else None,
    )  # fmt: skip


def _in_two_stages(p: Program, s: Sites, o: Openings, goods: Goods, cols: Array, unfit: Unfit) -> Recognised:
    """Two echelons of sites: candidates are plants, then depots."""
    sizes = _sizes(s, o)
    if len(s.assign) or (sizes < 0).any():
        raise unfit
    largest = np.zeros(s.meters)
    np.maximum.at(largest, s.meter, s.capacity)
    found = stages(goods, largest, s.place)
    _closed_by_sites(s, found.room, cols)
    position = np.full(s.meters, -1)
    position[np.concatenate([found.plants, found.depots])] = np.arange(len(found.plants) + len(found.depots))
    if (position[o.place] < 0).any():
        raise Unfit(say("nothing comes to the sites"))
    order = np.argsort(position[o.place], kind="stable")
    sizes, state = sizes[order], o.state[order]
    of = position[o.place[order]]
    least, most = counts(o.rows[:, order], o.upper, state, int((of < len(found.plants)).sum()))
    counted = found.meter[:, of]  # (materials, candidates), and the size that is open there
    size = sizes[np.arange(len(sizes)), (s.meter[sizes] == counted[:, :, None]).argmax(2)]
    by_unit, capacity, taken = (
        np.where(counted >= 0, value[size], none)
        for value, none in ((p.cost[s.h], 0.0), (s.capacity, np.inf), (s.least, 0.0))
    )
    wanted = s.least[sizes]
    if ((wanted > 0.0).sum(1) > 1).any():
        raise Unfit(say("periods differ, and share their sites"))
    if (taken.max(0) < wanted.max(1)).any():
        raise Unfit(say("nothing comes to the sites"))
    siting, who, complete = problem_of(
        found, of, o.place[order], by_unit, capacity, taken, o.cost[order], state, least, most, p.offset
    )
    none = np.zeros(0, np.int64)
    site_of = np.full(len(order), -1)
    site_of[order[who[who >= 0]]] = np.flatnonzero(who >= 0)
    return Recognised(
        siting, np.where(who >= 0, o.column[order][who], -1), (o.follows[0], site_of[o.follows[1]]), o.fixed,
        (none, none, none), s.counts, np.where((who >= 0)[:, None], s.meter[sizes][who], -1), None, complete,
    )  # fmt: skip


def _sizes(s: Sites, o: Openings) -> Array:
    """By candidate and period, the size (position of its h) that it opens; -1 for candidates to which nothing comes."""
    theirs = s.place_of_binary()
    number = np.full(len(theirs), -1)
    has = o.place >= 0
    number[o.binary[has]] = np.flatnonzero(has)
    of = number[s.y]
    count = np.bincount(of, minlength=len(has))
    periods = int(count.max())
    if (count[has] != periods).any():
        raise Unfit(say("sites are counted in different periods"))
    sizes = np.full((len(has), periods), -1)
    sizes[has] = np.lexsort((s.meter, of)).reshape(-1, periods)
    for t in range(periods):  # sizes of a place share their meters
        at = s.meter[sizes[has, t]]
        first = np.full(s.meters, s.meters)
        np.minimum.at(first, o.place[has], at)
        if (first[o.place[has]] != at).any():
            raise Unfit(say("the sizes of a site are counted apart"))
    return sizes


def _when(found: Chains, meters: Array, count: int) -> Array:
    """By customer, the period in which its sites count it; raises Unfit where there are several."""
    period = np.zeros(count, np.int64)
    period[meters] = np.arange(meters.shape[1])
    reached = np.stack([np.isfinite(found.to_site[:, period == t]).any(1) for t in range(meters.shape[1])], axis=1)
    if (reached.sum(1) > 1).any():
        raise Unfit(say("goods may wait for another period"))
    if (~reached.any(1) & np.isinf(found.aside)).any():
        raise Unfit(say("some amounts have nowhere to go"))
    return reached.argmax(1)


def _as_one(cost: Array, demand: Array, when: Array, held: Array, least: Array) -> tuple[Array, Array]:
    """Periods that are the first in other proportions, put into the first: costs (n, m) and demand of its customers.

    With amounts × α and costs × β in a period, its best plan for any open sites is that of the first, and costs αβ
    times as much.
    """
    first = np.flatnonzero(when == 0)
    total, base, finite = np.zeros((len(cost), len(first))), cost[:, first], np.isfinite(cost[:, first])
    top = np.argmax(np.where(finite, np.abs(base), 0.0)) if finite.any() else 0
    for t in range(len(held)):
        who = np.flatnonzero(when == t)
        if len(who) != len(first) or (np.isfinite(cost[:, who]) != finite).any():
            raise Unfit(say("periods differ, and share their sites"))
        alpha = demand[who[0]] / demand[first[0]]
        beta = cost[:, who].flat[top] / base.flat[top] if base.flat[top] else 1.0
        alike = [
            np.allclose(demand[who], alpha * demand[first], rtol=SAME, atol=0.0),
            np.allclose(cost[:, who][finite], beta * base[finite], rtol=SAME, atol=0.0),
            np.allclose(held[t], alpha * held[0], rtol=SAME, atol=0.0),
            np.allclose(least[t], alpha * least[0], rtol=SAME, atol=0.0),
        ]
        if not all(alike):
            raise Unfit(say("periods differ, and share their sites"))
        total[finite] += alpha * cost[:, who][finite]
    total[~finite] = np.inf
    return total, demand[first]


def _single(s: Sites, found: Chains, cols: Array, chosen: Array, aside: bool) -> tuple[Array, Array, Array] | None:
    """Which assignment gives which customer to which site, if each customer has one site; None if none has."""
    if not len(s.assign):
        return None
    binary = np.full(len(s.counts), -1)
    binary[s.sourcing.row] = s.sourcing.col
    mine = binary[cols[found.way_col]]
    if aside or not found.direct or (mine < 0).any() or len(found.way_col) != len(s.sourcing):
        raise Unfit(say("some amounts go to one site each, others to several"))
    customer, meter = np.full(len(s.counts), -1), np.full(len(s.counts), -1)
    customer[mine], meter[mine] = found.way_customer, found.way_meter
    if (customer[mine] != found.way_customer).any() or (meter[mine] != found.way_meter).any():
        raise Unfit(say("an assignment holds for several amounts"))
    row_of = np.full(len(found.amount), -1)
    row_of[customer[mine]] = chosen[mine]
    owner = np.full(int(chosen.max()) + 1, -1)
    owner[chosen[mine]] = customer[mine]
    if (row_of[customer[mine]] != chosen[mine]).any() or (owner[chosen[mine]] != customer[mine]).any():
        raise Unfit(say("an assignment holds for several amounts"))
    which = np.unique(mine)
    return which, customer[which], meter[which]
