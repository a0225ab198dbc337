"""§8a Phases: sites that open and close over time.

In the rows of siting, stock and resources y_ist stands for y_is where a site is phased. Each event follows from the
states: o_ist = 1 exactly where a site that was not open is, c_ist = 1 exactly where one that was is not, whatever the
objective.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var, View, pairs
from ..network.bounds import reach
from ..network.network import CLOSED, OPEN, Network
from ..words import say
from .standing import open_columns
from .statement import Note, Part, Variables, constraint, cost, part, variable

Array = np.ndarray


def _index(n: Network, on: Array | slice = slice(None)) -> Index:
    site = n.phases.site[on]
    return Index(n.labels, place=n.sites.place[site], size=n.sites.size[site], period=n.phases.period[on])


@variable(r"y_{ist} \in \{0, 1\}", unit="1", source="RELOG x_{pt}; Melo, Nickel and Saldanha da Gama 2006")
def open_in(n: Network, v: Variables) -> Var | None:
    """Whether site i is open in size s in period t; it stands for y_is in the rows of the other sections."""
    if not len(n.phases):
        return None
    status = n.sites.status[n.phases.site]
    lower, upper = (status == OPEN).astype(float), (status != CLOSED).astype(float)
    return v.program.variable("open_in", _index(n), lower=lower, upper=upper, integer=True)


@variable(r"o_{ist} \in \{0, 1\}", unit="1", source="Melo, Nickel and Saldanha da Gama 2006")
def opened(n: Network, v: Variables) -> Var | None:
    """Whether site i opens in size s in period t."""
    if not len(n.phases):
        return None
    return v.program.variable("opened", _index(n), upper=n.phases.may_open.astype(float), integer=True)


@variable(r"c_{ist} \in \{0, 1\}", unit="1", source="Melo, Nickel and Saldanha da Gama 2006")
def closed(n: Network, v: Variables) -> Var | None:
    """Whether site i closes in size s in period t."""
    if not len(n.phases):
        return None
    return v.program.variable("closed", _index(n), upper=n.phases.may_close.astype(float), integer=True)


@variable(r"w_{ist} \in \{0, 1\}", unit="1", source="ours: what has a residual value")
def lasting(n: Network, v: Variables) -> Var | None:
    """Whether site i opens in size s in period t and stays open to the end."""
    on = np.flatnonzero(n.phases.residual != 0)
    return v.program.variable("lasting", _index(n, on), upper=1.0, integer=True) if len(on) else None


@variable(r"e_i \in \{0, 1\}", unit="1", source="ours: a place that changes its size counts once")
def ever(n: Network, v: Variables) -> Var | None:
    """Whether site i is open in any size at some time; where several sizes may follow each other."""
    places = _changing(n)
    return v.program.variable("ever", Index(n.labels, place=places), upper=1.0, integer=True) if len(places) else None


def _changing(n: Network) -> Array:
    """Places of several sizes of which one at least is phased."""
    if not len(n.phases):
        return np.zeros(0, np.int64)
    places, count = np.unique(n.sites.place, return_counts=True)
    return np.intersect1d(places[count > 1], n.sites.place[n.phases.site])


# -- money -------------------------------------------------------------------------------------------------------


@cost(r"\sum_{ist} F^{o}_{ist}\, o_{ist}", unit="money", source="RELOG R^{open}_{pt} (x_{pt} - x_{p,t-1})")
def opening_in(n: Network, v: Variables) -> list[Part]:
    """Opening costs once, in the money of when the period begins."""
    return _events(n, v, "opened", n.phases.opening_cost, "opening")


@cost(r"\sum_{ist} F^{c}_{ist}\, c_{ist}", unit="money", source="Melo, Nickel and Saldanha da Gama 2006")
def closing_in(n: Network, v: Variables) -> list[Part]:
    """Closing costs once, in the money of when the period begins."""
    return _events(n, v, "closed", n.phases.closing_cost, "closing")


def _events(n: Network, v: Variables, name: str, rate: Array, account: str) -> list[Part]:
    if not len(n.phases):
        return []
    return [part(getattr(v, name), rate * n.one_off_at[n.phases.period], unit="site", account=account)]


@cost(r"\sum_{ist} F^{r}_{ist}\, \tau_t\, y_{ist}", unit="money", source="facility location: cost of being open")
def running_in(n: Network, v: Variables) -> list[Part]:
    """A phased site that is open costs for the length of the period."""
    if not len(n.phases):
        return []
    rate, period = n.phases.running_cost * n.length[n.phases.period], n.phases.period
    return [part(v.open_in, rate, times=n.money_times[period], unit="site", account="running")]


@cost(r"- \sum_{ist} R_{ist}\, w_{ist}", unit="money", source="ours: what the site is worth at the end")
def residual(n: Network, v: Variables) -> list[Part]:
    """A site that opened in a period and is open ever since is worth its residual value at the end of the horizon."""
    if not v.has("lasting"):
        return []
    value = n.phases.residual[n.phases.residual != 0]
    return [part(v.lasting, -value * n.end_times, unit="site", account="residual")]


# -- states and events -------------------------------------------------------------------------------------------


def _before(n: Network, v: Variables, rows: Index, sign: float) -> tuple[Terms, Array]:
    """sign × y of the period before as terms of these rows, and its value before the first period."""
    later = np.flatnonzero(n.phases.period > 0)
    stood = np.where(n.phases.period == 0, n.phases.stood, False).astype(float)
    return Terms(rows, later, v.open_in.cols[later - 1], np.full(len(later), sign)), stood


@constraint(r"y_{ist} - y_{is,t-1} = o_{ist} - c_{ist}", unit="1", source="ours: RELOG eq_keep_open, with closing")
def changing(n: Network, v: Variables) -> Rows | None:
    """A site is open as it was in the period before, but where it opens or closes."""
    if not len(n.phases):
        return None
    at = v.open_in.index
    before, stood = _before(n, v, at, -1.0)
    return (at.take(v.open_in) + before - at.take(v.opened) + at.take(v.closed)).equals(stood)


@constraint(r"o_{ist} \le y_{ist}", unit="1", source="ours: exact under every objective")
def opened_stands(n: Network, v: Variables) -> Rows | None:
    """What opens is open."""
    if not len(n.phases):
        return None
    at = v.open_in.index
    return at.take(v.opened) - at.take(v.open_in) <= 0.0


@constraint(r"o_{ist} \le 1 - y_{is,t-1}", unit="1", source="ours: exact under every objective")
def opened_anew(n: Network, v: Variables) -> Rows | None:
    """What opens was not open."""
    if not len(n.phases):
        return None
    at = v.open_in.index
    before, stood = _before(n, v, at, 1.0)
    return at.take(v.opened) + before <= 1.0 - stood


@constraint(r"y_{ist} \le y_{is}", unit="1", source="ours: open at some time")
def within(n: Network, v: Variables) -> Rows | None:
    """A site that is open in a period is open at some time."""
    if not len(n.phases):
        return None
    at = v.open_in.index
    return at.take(v.open_in) - at.take(v.open) <= 0.0


@constraint(r"y_{is} \le \sum_t y_{ist}", unit="1", source="ours: open at some time")
def sometime(n: Network, v: Variables) -> Rows | None:
    """A site that is open at some time is open in some period."""
    if not len(n.phases):
        return None
    site = np.unique(n.phases.site)
    at = Index(n.labels, place=n.sites.place[site], size=n.sites.size[site])
    return at.take(v.open) - at.sum(v.open_in) <= 0.0


@constraint(r"y_{is} \le e_i", unit="1", source="ours: a place counts once")
def ever_open(n: Network, v: Variables) -> Rows | None:
    """A place is open at some time where one of its sizes is."""
    if not v.has("ever"):
        return None
    members = v.open.where(np.isin(v.open.place, v.ever.place))
    at = Index(n.labels, place=members.place, size=members.size)
    return at.sum(members) - at.take(v.ever) <= 0.0


@constraint(r"e_i \le \sum_s y_{is}", unit="1", source="ours: a place counts once")
def ever_some(n: Network, v: Variables) -> Rows | None:
    """A place is open at some time only where one of its sizes is."""
    if not v.has("ever"):
        return None
    at = v.ever.index
    return at.take(v.ever) - at.sum(v.open.where(np.isin(v.open.place, v.ever.place))) <= 0.0


@constraint(r"\sum_{s} y_{ist} \le 1", unit="1", source="at most one size of a site is open at a time")
def one_size_in(n: Network, v: Variables) -> Rows | None:
    """A site is open in at most one of its sizes at a time; where stock stands at the start, in one."""
    if not len(n.phases):
        return None
    places, count = np.unique(n.sites.place, return_counts=True)
    several = np.union1d(places[count > 1], n.sites.place[n.sites.starts])
    places, periods = np.intersect1d(several, n.sites.place[n.phases.site]), len(n.length)
    if not len(places):
        return None
    at = Index(n.labels, place=np.repeat(places, periods), period=np.tile(np.arange(periods), len(places)))
    starts = np.isin(at.place, n.sites.place[n.sites.starts]) & (at.period == 0)
    return at.sum(_at_places(n, v, places)).between(starts.astype(float), 1.0)


def _at_places(n: Network, v: Variables, places: Array) -> View:
    """The columns of all sizes of these places, by place and period."""
    periods = len(n.length)
    place, period = np.repeat(n.sites.place, periods), np.tile(np.arange(periods), len(n.sites))
    on = np.flatnonzero(np.isin(place, places))
    return View(open_columns(n, v)[on], {"place": place[on], "period": period[on]})


@constraint(r"k_{imt} \le V_{imt} \sum_s y_{ist}", unit="qty", source="ours: a closed site keeps nothing")
def kept_when_open(n: Network, v: Variables) -> Rows | None:
    """Nothing is in stock at the end of a period at a phased site that is closed."""
    return _kept(n, v, 0)


@constraint(r"k_{im,t-1} \le V_{im,t-1} \sum_s y_{ist}", unit="qty", source="ours: a closed site keeps nothing")
def carried_when_open(n: Network, v: Variables) -> Rows | None:
    """Nothing is carried over into a period in which a phased site is closed."""
    return _kept(n, v, 1)


def _kept(n: Network, v: Variables, later: int) -> Rows | None:
    """Stock at the end of a period is held only where the site is open then, or so many periods later."""
    places = np.unique(n.sites.place[n.phases.site])
    stock = v.stock
    on = np.flatnonzero(np.isin(stock.place, places) & (stock.period + later < len(n.length)))
    if not len(on):
        return None
    most = np.minimum(stock.upper[on], v.once("most at a place", lambda: _most_there(n))[on])
    if np.isinf(most).any():
        row = int(n.stores.row[on[np.argmax(np.isinf(most))]])
        found = say("Nothing bounds what may be kept at this site, so nothing says that it keeps nothing when closed.")
        advice = say("Write room, or a most on what may come.")
        v.note(Note("E586", found, advice, row, "room", "stores"))
        return None
    at = Index(n.labels, **{d: c[on] for d, c in stock.codes.items()})
    own = Terms(at, np.arange(len(on)), stock.cols[on], np.ones(len(on)))
    return own - _switched(n, at, _at_places(n, v, places), later, most) <= 0.0


def _switched(n: Network, at: Index, switch: View, later: int, most: Array) -> Terms:
    """most × Σ_s y of the place, in the period of the row or so many later."""
    periods = len(n.length)
    key, asked = switch.place * periods + switch.period, at.place * periods + at.period + later
    row, which = pairs(asked, key)
    return Terms(at, row, switch.cols[which], most[row])


def _most_there(n: Network) -> Array:
    """The most that can ever be at each place and time where stock is kept."""
    key = (n.stores.place * len(n.labels["material"]) + n.stores.material) * len(n.length) + n.stores.period
    return np.asarray(reach(n, forward=True)[0][key])


# -- what lasts to the end ---------------------------------------------------------------------------------------


@constraint(r"w_{ist} \le o_{ist}", unit="1", source="ours: exact under every objective")
def lasting_opened(n: Network, v: Variables) -> Rows | None:
    """What lasts from a period on opened in it."""
    if not v.has("lasting"):
        return None
    at = v.lasting.index
    return at.take(v.lasting) - at.take(v.opened) <= 0.0


@constraint(r"w_{ist} \le y_{isu} \ (u > t)", unit="1", source="ours: exact under every objective")
def lasting_stands(n: Network, v: Variables) -> Rows | None:
    """What lasts from a period on is open in every later one."""
    if not v.has("lasting"):
        return None
    row, until = _later(n, v.lasting.period)
    if not len(row):
        return None
    codes = {d: c[row] for d, c in v.lasting.codes.items()}
    at = Index({**n.labels, "until": n.labels["period"]}, **codes, until=until)
    own = Terms(at, np.arange(len(row)), v.lasting.cols[row], np.ones(len(row)))
    return own - at.take(v.open_in, period=at.until) <= 0.0


@constraint(r"w_{ist} \ge o_{ist} - \sum_{u > t} c_{isu}", unit="1", source="ours: exact under every objective")
def lasting_all(n: Network, v: Variables) -> Rows | None:
    """What opens in a period and never closes lasts."""
    if not v.has("lasting"):
        return None
    at = v.lasting.index
    row, until = _later(n, v.lasting.period)
    place, size = (v.lasting.codes[d][row] for d in ("place", "size"))
    which = v.closed.index.locate({"place": place, "size": size, "period": until})
    ends = Terms(at, row, v.closed.cols[which], np.ones(len(row)))
    return at.take(v.lasting) - at.take(v.opened) + ends >= 0.0


def _later(n: Network, period: Array) -> tuple[Array, Array]:
    """For each of these periods all later ones: its position, and the later period."""
    count = len(n.length) - 1 - period
    row = np.repeat(np.arange(len(period)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, period[row] + 1 + within
