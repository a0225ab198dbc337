"""§8b Modules: what is added to the capacity of a site that is open, in whole numbers or by any amount.

Where a site is phased, modules are bought in a period and stay until it closes; elsewhere they are bought once.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var, View
from ..network.network import Network
from ..network.phases import holds
from ..words import say
from .calling import called_for
from .charges import called_amounts
from .siting import coming
from .standing import open_at
from .statement import Note, Part, Variables, constraint, cost, part, product, variable

Array = np.ndarray


def _index(n: Network, on: Array | slice = slice(None)) -> Index:
    m = n.modules
    site = m.site[on]
    keys = {"place": n.sites.place[site], "size": n.sites.size[site]}
    return Index(n.labels, **keys, module=m.module[on], period=m.period[on])


def _timed(n: Network) -> Array:
    """Which lines of modules are about one period of a phased site."""
    return np.flatnonzero(n.phased[n.modules.site])


@variable(
    r"0 \le n_{is\mu t} \le N_{is\mu},\ n_{is\mu t} \in \mathbb{Z};\ K_{is} + \sum_{\mu} \Delta_{is\mu}\, n_{is\mu t}\ \text{for}\ K_{is}",
    unit="1",
    source="RELOG 0.5: capacity expansion",
)
def modules(n: Network, v: Variables) -> Var | None:
    """Number of modules μ at site i of size s in period t; each adds its capacity to that of the site."""
    if not len(n.modules):
        return None
    most = np.where(np.isfinite(n.modules.most), n.modules.most, _of_use(n, v))
    return v.program.variable("modules", _index(n), upper=most, integer=n.modules.whole)


@variable(r"a_{is\mu t} \ge 0", unit="1", source="ours: what is bought in a period")
def added(n: Network, v: Variables) -> Var | None:
    """Number of modules that are bought in period t."""
    return _moved(n, v, "added")


@variable(r"d_{is\mu t} \ge 0", unit="1", source="ours: what a site loses when it closes")
def dropped(n: Network, v: Variables) -> Var | None:
    """Number of modules that are lost as the site closes in period t."""
    return _moved(n, v, "dropped")


def _moved(n: Network, v: Variables, name: str) -> Var | None:
    on = _timed(n)
    if not len(on):
        return None
    return v.program.variable(name, _index(n, on), upper=v.modules.upper[on], integer=n.modules.whole[on])


def _of_use(n: Network, v: Variables) -> Array:
    """As many modules of each line as all that can ever come there needs."""
    return v.once("modules of use", lambda: _needed(n, v))


def _needed(n: Network, v: Variables) -> Array:
    periods = len(n.length)
    total = np.zeros(len(n.site_places) * periods)
    for come in coming(n, v):
        total += np.bincount(come.at, product(come.weight, come.bound(v)), len(total))
    rate = (total.reshape(-1, periods) / n.length).max(axis=1)  # in a unit of time
    most = rate[n.site_of[n.sites.place[n.modules.site]]] / n.modules.capacity
    return np.where(n.modules.whole, np.ceil(most - 1e-9), most)


# -- money -------------------------------------------------------------------------------------------------------


@cost(
    r"\sum_{is\mu t} F^{m}_{is\mu t}\, a_{is\mu t}",
    unit="money",
    source="RELOG 0.5: capacity expansion, charged on what is added",
)
def expansion(n: Network, v: Variables) -> list[Part]:
    """Modules are paid once, when they are bought."""
    if not len(n.modules):
        return []
    timed = n.phased[n.modules.site]
    once = np.flatnonzero(~timed)
    view = View(v.modules.cols[once], {d: v.modules.codes[d][once] for d in ("place", "size")})
    lines = [part(view, n.modules.cost[once] * n.one_off_times, unit="module", account="expansion")]
    if v.has("added"):
        rate = n.modules.cost[timed] * n.one_off_at[n.modules.period[timed]]
        lines.append(part(v.added, rate, unit="module", account="expansion"))
    return lines


@cost(r"\sum_{is\mu t} F^{n}_{is\mu t}\, \tau_t\, n_{is\mu t}", unit="money", source="ours: cost of having modules")
def running_modules(n: Network, v: Variables) -> list[Part]:
    """Modules cost for the length of every period in which the site has them."""
    if not len(n.modules):
        return []
    line, period = np.nonzero(holds(n))
    view = v.modules.where(line).at(period=period)
    rate = n.modules.running_cost[line] * n.length[period]
    return [part(view, rate, times=n.money_times[period], unit="module", account="running")]


# -- how many there are ------------------------------------------------------------------------------------------


@constraint(r"n_{is\mu t} \le N_{is\mu}\, y_{ist}", unit="1", source="RELOG 0.5: exp <= (K_max - K_min) open")
def modules_when_open(n: Network, v: Variables) -> Rows | None:
    """Only a site that is open has modules."""
    if not len(n.modules):
        return None
    most = v.modules.upper
    called = called_amounts(n, v, called_for(v))
    wanted = called[v.modules.cols]
    if v.has("added"):
        wanted[_timed(n)] |= called[v.added.cols]
    endless = np.flatnonzero(np.isinf(most) | (np.isinf(n.modules.most) & wanted))
    if len(endless):
        found = say("Nothing bounds the number of modules.")
        advice = say("Write most, or a most on what may come to the site.")
        v.note(Note("E590", found, advice, int(n.modules.row[endless[0]]), "most", "modules"))
        return None
    most = np.where(wanted, most, np.minimum(most, _of_use(n, v)))  # none buys more unless something calls for more
    at = v.modules.index
    switch = open_at(n, v, n.modules.site, n.modules.period)
    return at.take(v.modules) - Terms(at, np.arange(len(at)), switch, most) <= 0.0


@constraint(r"n_{is\mu t} - n_{is\mu,t-1} = a_{is\mu t} - d_{is\mu t}", unit="1", source="ours: bought and kept")
def keeping_modules(n: Network, v: Variables) -> Rows | None:
    """The modules of a period are those of the one before, with what is bought and without what is lost."""
    if not v.has("added"):
        return None
    at, on = v.added.index, _timed(n)
    later = np.flatnonzero(at.period > 0)
    before = v.modules.index.locate({d: c[later] - (d == "period") for d, c in at.codes.items()})
    now = Terms(at, np.arange(len(at)), v.modules.cols[on], np.ones(len(at)))
    then = Terms(at, later, v.modules.cols[before], np.ones(len(later)))
    return (now - then - at.take(v.added) + at.take(v.dropped)).equals(0.0)


@constraint(r"a_{is\mu t} \le n_{is\mu t}", unit="1", source="ours: exact under every objective")
def added_stands(n: Network, v: Variables) -> Rows | None:
    """What is bought is there."""
    if not v.has("added"):
        return None
    at = v.added.index
    return at.take(v.added) - Terms(at, np.arange(len(at)), v.modules.cols[_timed(n)], np.ones(len(at))) <= 0.0


@constraint(r"d_{is\mu t} \le N_{is\mu}\, c_{ist}", unit="1", source="ours: exact under every objective")
def dropped_closed(n: Network, v: Variables) -> Rows | None:
    """Modules are lost only as the site closes."""
    if not v.has("dropped") or np.isinf(v.dropped.upper).any():
        return None
    at = v.dropped.index
    return at.take(v.dropped) - at.take(v.closed, v.dropped.upper) <= 0.0
