"""One-off money of sites over time: what opens, closes, lasts and is bought, at the time at which it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .sites import Sites
from .terms import Deeds, Terms, terms
from .verdict import Array
from .world import NONE

if TYPE_CHECKING:
    from .money import Finance


def events(deeds: Deeds, finance: Finance) -> list[Terms]:
    """Opening and closing as a period begins, what is left as the last one ends, and modules as they are bought."""
    sites, account = deeds.sites, deeds.world.code["account"]
    opens, closes, lasts = _events(sites)
    worth = np.nan_to_num(sites.phases.table.number("residual", sites.phases.row.ravel(), 0.0)).reshape(opens.shape)
    at = _keys(sites, np.arange(len(sites)), deeds.world.n("period"))
    out = [_modules(deeds, finance)]
    for name, did, rate, times in (
        ("opening", opens, sites.over_time("opening_cost"), finance.begins),
        ("closing", closes, sites.over_time("closing_cost"), finance.begins),
        ("residual", lasts, -worth, finance.end),
    ):
        counts = (sites.phases.phased[:, None] & (rate != 0)).ravel()
        value = np.where(did, rate * times, 0.0).ravel()
        out.append(terms(at | {"account": account[name]}, np.where(counts, value, 0.0), counts))
    return out


def _events(sites: Sites) -> tuple[Array, Array, Array]:
    """In which periods each site opens, closes, and opens to stay, from its states alone."""
    now = sites.when > 0
    stood = np.array([status == "existing" for status in sites.status()], bool)
    before = np.concatenate([stood[:, None], now[:, :-1]], axis=1)
    opens, closes = now & ~before, before & ~now
    later = np.cumsum(closes[:, ::-1], axis=1)[:, ::-1] > 0  # closes in this period or after it
    return opens, closes, opens & ~later


def _keys(sites: Sites, site: Array, periods: int) -> dict[str, Array | int]:
    """Place, size and period of every one of these sites in every period."""
    return {
        "place": np.repeat(sites.place[site], periods),
        "size": np.repeat(sites.size[site], periods),
        "period": np.tile(np.arange(periods), len(site)),
    }


def _modules(deeds: Deeds, finance: Finance) -> Terms:
    """Modules as they are bought; at a site that is not phased once, in no period."""
    sites, modules, periods = deeds.sites, deeds.sites.modules, deeds.world.n("period")
    timed = sites.phases.phased[modules.site]
    cost, bought = modules.number("cost"), modules.bought(sites.phases.phased)
    value = bought * cost * np.where(timed[:, None], finance.begins, finance.once)
    keys = _keys(sites, modules.site, periods)
    first = np.tile(np.arange(periods) == 0, len(modules))
    spread = np.repeat(timed, periods)
    found = terms(keys | {"account": deeds.world.code["account"]["expansion"]}, value.ravel(), (cost != 0).ravel())
    found.codes["period"][~spread] = NONE
    return found.take(np.flatnonzero(spread | first))
