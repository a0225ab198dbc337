"""§8 Siting: which candidates open, in which size, and what may come to them.

The strong linking rows bound every lane by itself; they are stated where the lane's bound is below the capacity
(elsewhere the capacity row implies them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..algebra import Index, Rows, Terms, Var, fill, joined
from ..network.network import CLOSED, EXISTING, OPEN, Network
from ..network.phases import holds, over_time, rooms
from .standing import open_columns
from .statement import Part, Variables, constraint, cost, part, product, variable

Array = np.ndarray


def site_index(n: Network) -> Index:
    """Every site in every size."""
    return Index(n.labels, place=n.sites.place, size=n.sites.size)


@variable(r"y_{is} \in \{0, 1\}", unit="1", source="capacitated facility location: dealer i is a collection point")
def open_(n: Network, v: Variables) -> Var:
    """Whether site i is open in size s."""
    lower = (n.sites.status == OPEN).astype(float)
    upper = (n.sites.status != CLOSED).astype(float)
    return v.program.variable("open", site_index(n), lower=lower, upper=upper, integer=True)


@variable(r"u_i \in \{0, 1\}", unit="1", source="ours: a place where something arrives or is collected")
def use(n: Network, v: Variables) -> Var | None:
    """Whether anything arrives or is collected at site i; stated when a limit, goal or weight counts it."""
    counted = "use" in n.weights or any(row.quantity == "use" for row in n.counted_rows)
    if not counted:
        return None
    return v.program.variable("use", Index(n.labels, place=n.site_places), upper=1.0, integer=True)


@variable(r"0 \le h_{ist}", unit="site qty", source="throughput: what arrives and is collected")
def throughput(n: Network, v: Variables) -> Var:
    """What arrives and is collected at site i in period t while it is open in size s."""
    sites, periods = len(n.sites), len(n.length)
    index = Index(
        n.labels,
        place=np.repeat(n.sites.place, periods),
        size=np.repeat(n.sites.size, periods),
        period=np.tile(np.arange(periods), sites),
    )
    return v.program.variable("throughput", index, upper=rooms(n) * n.length[index.period])


@cost(r"\sum_{is} F^{o}_{is}\, y_{is}", unit="money", source="facility location")
def opening(n: Network, v: Variables) -> list[Part]:
    """Opening costs once; a site that exists in this size pays nothing."""
    rate = np.where(n.sites.status == EXISTING, 0.0, n.sites.opening_cost) * n.one_off_times
    return [part(v.open, rate, unit="site", account="opening")]


@cost(
    r"\sum_{is:\,\text{existing}} F^{c}_{is}\,(1 - y_{is})",
    unit="money",
    source="facility location with existing sites",
)
def closing(n: Network, v: Variables) -> list[Part]:
    """A site that exists pays when it is not open in its size."""
    rate = np.where(n.sites.status == EXISTING, n.sites.closing_cost, 0.0) * n.one_off_times
    return [part(v.open, rate, unit="site", per=-1.0, offset=1.0, account="closing")]


@cost(r"\sum_{ist} F^{r}_{is}\, \tau_t\, y_{is}", unit="money", source="facility location: cost of being open")
def running(n: Network, v: Variables) -> list[Part]:
    """An open site costs for the length of every period."""
    out = []
    for period in range(len(n.length)):
        rate = n.sites.running_cost * n.length[period]
        at = v.open.at(period=np.full(len(n.sites), period))
        out.append(part(at, rate, times=n.money_times[period], unit="site", account="running"))
    return out


@cost(r"\sum_{ist} u_{is}\, h_{ist}", unit="money", source="facility location: cost by throughput")
def unit_(n: Network, v: Variables) -> list[Part]:
    """What arrives and is collected at a site costs by quantity."""
    view = v.throughput
    rate = np.repeat(n.sites.unit_cost, len(n.length))
    unit = np.array(n.site_unit, object)[n.site_of[view.place]] if len(view) else "qty"
    return [part(view, rate, times=n.money_times[view.period], unit=unit, account="unit")]


# -- what comes to a site ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coming:
    """What comes to sites by lanes, by tours or by collection: columns, and what one unit counts at the site."""

    table: str  # of the bounds
    on: Array | slice  # rows of the table that lead to a site
    cols: Array
    place: Array
    site: Array  # position among the places of sites
    period: Array
    at: Array  # position of (site, period)
    weight: Array

    def bound(self, v: Variables) -> Array:
        """Upper bound of every column."""
        bound: Array = getattr(v.bounds, self.table)
        return bound[self.on]


def coming(n: Network, v: Variables) -> list[Coming]:
    """What comes to sites, by lanes, tours and collection."""
    out = []
    site_of, periods = n.site_of.astype(np.int32), len(n.length)
    plain = len(n.site_weight) > 0 and (n.site_weight == n.site_weight.flat[0]).all()
    for table, view, keys, place in (
        ("lanes", v.flow, n.lanes, n.lanes.dest),
        ("hauls", v.haul, n.hauls, n.hauls.dest),
        ("collect", v.collect, n.supply, n.supply.place),
    ):
        site = site_of[place]
        leads = site >= 0
        on = slice(None) if leads.all() else np.flatnonzero(leads)
        site, period = site[on], keys.period[on]
        if not len(site):
            continue
        at = site if periods == 1 else site * np.int32(periods) + period
        weight = fill(n.site_weight.flat[0], len(site)) if plain else n.site_weight[site, keys.material[on]]
        out.append(Coming(table, on, view.cols[on], place[on], site, period, at, weight))
    return out


@constraint(
    r"\sum_{jmv} x_{jimvt} + \sum_{m} q_{imt} = \sum_{s} h_{ist}", unit="site qty", source="throughput of a site"
)
def arriving(n: Network, v: Variables) -> Rows | None:
    """What arrives by lanes and tours and what is collected is the throughput of the size that is open."""
    if not len(n.sites):
        return None
    periods = len(n.length)
    places = n.site_places
    at = Index(n.labels, place=np.repeat(places, periods), period=np.tile(np.arange(periods), len(places)))
    terms = [Terms(at, come.at, come.cols, come.weight) for come in coming(n, v)]
    h = v.throughput
    terms.append(Terms(at, n.site_of[h.place] * periods + h.period, h.cols, fill(-1.0, len(h))))
    return Terms.joined(terms).equals(0.0)


@constraint(
    r"h_{ist} \le K_{is}\, \tau_t\, y_{is}", unit="site qty", source="capacitated facility location: kapasitas dealer"
)
def capacity(n: Network, v: Variables) -> Rows | None:
    """Nothing comes to a site that is closed, and no more than its capacity to an open one."""
    if not len(n.sites):
        return None
    at, capacity = v.throughput.index, over_time(n, "capacity")
    switch = Terms(at, np.arange(len(at), dtype=np.int32), open_columns(n, v), _most_throughput(n, v, capacity))
    rows = at.take(v.throughput) - switch
    return (rows - extended(n, v, at) if len(n.modules) else rows) <= 0.0


def extended(n: Network, v: Variables, at: Index) -> Terms:
    """What modules add to the capacity of (place, size, period), site by site and period by period."""
    m, periods = n.modules, len(n.length)
    line, period = np.nonzero(holds(n))
    return Terms(at, m.site[line] * periods + period, v.modules.cols[line], m.capacity[line] * n.length[period])


def _most_throughput(n: Network, v: Variables, capacity: Array) -> Array:
    """Capacity × length, or what can ever come if that is less: a switch no larger than it must be does not leak."""
    periods = len(n.length)
    most = capacity * np.tile(n.length, len(n.sites))
    total = np.zeros(len(n.site_places) * periods)
    for come in coming(n, v):
        total += np.bincount(come.at, come.weight * come.bound(v), len(total))
    return np.minimum(most, total[n.site_of[v.throughput.place] * periods + v.throughput.period])


@constraint(r"h_{ist} \ge K^-_{is}\, \tau_t\, y_{is}", unit="site qty", source="least throughput when open")
def least_throughput(n: Network, v: Variables) -> Rows | None:
    """An open site takes in at least its least."""
    least = over_time(n, "least") * np.tile(n.length, len(n.sites))
    on = np.flatnonzero(least > 0)
    if not len(on):
        return None
    at = Index(n.labels, **{d: c[on] for d, c in v.throughput.codes.items()})
    switch = Terms(at, np.arange(len(at), dtype=np.int32), open_columns(n, v)[on], least[on])
    return at.take(v.throughput) - switch >= 0.0


@constraint(r"\sum_{s} y_{is} \le 1", unit="1", source="at most one size of a site is open")
def one_size(n: Network, v: Variables) -> Rows | None:
    """A site is open in at most one of its sizes; where stock stands at the start, in one."""
    places, first, count = np.unique(n.sites.place, return_index=True, return_counts=True)
    starts = n.sites.starts[first] if len(places) else np.zeros(0, bool)
    keep = ((count > 1) | starts) & ~np.isin(places, n.sites.place[n.phases.site])
    if not keep.any():
        return None
    at = Index(n.labels, place=places[keep])
    members = v.open.where(np.isin(v.open.place, places[keep]))
    return at.sum(members).between(starts[keep].astype(float), 1.0)


@constraint(r"u_i \le \sum_{s} y_{is}", unit="1", source="only open sites are used")
def using(n: Network, v: Variables) -> Rows | None:
    """Only a site that is open is used."""
    if not v.has("use"):
        return None
    at = v.use.index
    return at.take(v.use) - at.sum(v.open) <= 0.0


@constraint(r"\sum_{s} h_{ist} \le \max_s K_{is}\, \tau_t\, u_i", unit="site qty", source="ours: use counts what comes")
def used_capacity(n: Network, v: Variables) -> Rows | None:
    """Nothing comes to a site that does not count as used."""
    if not v.has("use"):
        return None
    periods = len(n.length)
    places = n.site_places
    at = Index(n.labels, place=np.repeat(places, periods), period=np.tile(np.arange(periods), len(places)))
    most = np.zeros(len(at))
    h = v.throughput
    np.maximum.at(most, n.site_of[h.place] * periods + h.period, _most_throughput(n, v, rooms(n)))
    return at.sum(h) - at.take(v.use, most) <= 0.0


@constraint(r"x_{jimvt} \le \sum_{s} \min(U_{jimvt}, K_{is} \tau_t)\, y_{is}", unit="qty",
            source="strong linking: tightens the relaxation (Krarup and Pruzan 1983)")  # fmt: skip
def linking(n: Network, v: Variables) -> Rows | None:
    """No single lane, tour or supply brings anything to a site that is closed (or not used)."""
    if not len(n.sites):
        return None
    pieces = [_linked(n, v, come) for come in coming(n, v)]
    pieces = [p for p in pieces if len(p[0])]
    if not pieces:
        return None
    cols, place, most, weight, period = map(joined, zip(*pieces, strict=True))
    at = Index({"column": [], **n.labels}, column=cols, dest=place)
    row = np.arange(len(at), dtype=np.int32)
    own = Terms(at, row, cols, fill(1.0, len(at)))
    if v.has("use"):
        switch = Terms(at, row, v.use.cols[n.site_of[place]], -most)
    else:
        switch = _sizes(n, v, at, place, most, weight, period)
    return Terms.joined([own, switch]) <= 0.0


def _linked(n: Network, v: Variables, come: Coming) -> tuple[Array, Array, Array, Array, Array]:
    """Those of the columns whose own bound is below the largest capacity, and that do not come alone."""
    bound, weight = come.bound(v), come.weight
    largest = np.zeros((len(n.site_places), len(n.length)))
    np.maximum.at(largest, n.site_of[n.sites.place], rooms(n).reshape(len(n.sites), -1))
    largest[np.bincount(come.site, minlength=len(largest)) == 1] = -np.inf
    with np.errstate(invalid="ignore"):
        keep = product(bound, weight) < (largest * n.length).ravel()[come.at]  # no endless bound is
    if not (weight > 0).all():  # a weight of 0: the capacity row does not see the column
        keep = (keep & (weight > 0)) | ((weight == 0) & np.isfinite(bound))
    on = slice(None) if keep.all() else np.flatnonzero(keep)
    return come.cols[on], come.place[on], bound[on], weight[on], come.period[on]


def _sizes(n: Network, v: Variables, at: Index, place: Array, most: Array, weight: Array, period: Array) -> Terms:
    """− Σ over the sizes of the place of min(bound, capacity of the size) × y."""
    order = np.argsort(n.sites.place, kind="stable")
    sizes = np.bincount(n.site_of[n.sites.place])
    site, cols, periods = n.site_of[place], open_columns(n, v), len(n.length)
    if (sizes == 1).all():  # only a size below the largest can hold less than the bound
        return Terms(at, np.arange(len(place), dtype=np.int32), cols[order[site] * periods + period], -most)
    count, first = sizes[site], (np.cumsum(sizes) - sizes)[site]
    row = np.repeat(np.arange(len(place), dtype=np.int32), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    size = order[first[row] + offset]
    with np.errstate(divide="ignore", invalid="ignore"):
        room = rooms(n)[size * periods + period[row]] * n.length[period[row]]
        fits = np.where(weight[row] > 0, room / weight[row], np.inf)
    return Terms(at, row, cols[size * periods + period[row]], -np.minimum(most[row], fits))


@constraint(r"z_{pit} \le Z_{pit}\, \tau_t \sum_{s} y_{is}", unit="run", source="a closed place runs nothing")
def running_when_open(n: Network, v: Variables) -> Rows | None:
    """A process that uses nothing runs only at a site that is open."""
    idle = np.ones(len(n.runs), bool)
    idle[n.recipe.run[n.recipe.rate < 0]] = False
    on = np.flatnonzero(idle & (n.site_of[n.runs.place] >= 0))
    if not len(on):
        return None
    at = Index(n.labels, **{d: c[on] for d, c in v.run.codes.items()})
    one = np.zeros(len(on))
    switch = _sizes(n, v, at, n.runs.place[on], v.bounds.runs[on], one, n.runs.period[on])
    return Terms.joined([at.take(v.run), switch]) <= 0.0
