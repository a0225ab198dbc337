"""What is open when: a site for the whole horizon, or, where it is phased, in each period by itself."""

from __future__ import annotations

import numpy as np

from ..algebra import View
from ..network.network import Network
from .statement import Part, Variables, part

Array = np.ndarray


def open_columns(n: Network, v: Variables) -> Array:
    """The column that says whether a site is open in a period: site by site, period by period."""
    out: Array = np.repeat(v.open.cols, len(n.length))
    if len(n.phases):
        out[n.phases.site * len(n.length) + n.phases.period] = v.open_in.cols
    return out


def open_at(n: Network, v: Variables, site: Array, period: Array) -> Array:
    """The columns that say whether these sites (positions in `sites`) are open in these periods."""
    return open_columns(n, v)[site * len(n.length) + period] if len(n.phases) else v.open.cols[site]


def open_sometime(n: Network, v: Variables, site: Array) -> tuple[Array, Array]:
    """The columns whose sum over the sizes of a place says whether it is open at some time, and which of them count:
    of a place that may change its size one.
    """
    cols, counts = v.open.cols[site], np.ones(len(site), bool)
    if v.has("ever"):
        place = n.sites.place[site]
        known = np.isin(place, v.ever.place)
        cols[known] = v.ever.cols[v.ever.index.locate({"place": place[known]})]
        first = np.searchsorted(n.sites.place, place)  # sites are in the order of their places
        counts = ~known | (first == site)
    return cols, counts


def open_lines(n: Network, v: Variables) -> list[Part]:
    """Places that are open, at some time where they are phased; a place counts once."""
    if not v.has("ever"):
        return [part(v.open, unit="site")]
    apart = v.open.where(~np.isin(v.open.place, v.ever.place))
    return [part(apart, unit="site"), part(v.ever, unit="site")]


def open_sizes(n: Network, v: Variables) -> list[Part]:
    """Sites in each size, at some time where they are phased."""
    return [part(v.open, unit="site")]


def open_periods(n: Network, v: Variables) -> list[Part]:
    """Sites that are open in each period."""
    sites, periods = len(n.sites), len(n.length)
    codes = {d: np.repeat(getattr(n.sites, d), periods) for d in ("place", "size")}
    period = np.tile(np.arange(periods), sites)
    return [part(View(open_columns(n, v), {**codes, "period": period}), times=n.repeats[period], unit="site")]
