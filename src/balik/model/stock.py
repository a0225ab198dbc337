"""§7 Stock: what is kept from one period to the next."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Var
from ..network.network import Network
from .flow import Share
from .quantities import units
from .statement import Part, Variables, balances, cost, part, variable


@variable(r"0 \le k_{imt} \le V_{imt}", unit="qty", source="RELOG z_storage")
def stock(n: Network, v: Variables) -> Var:
    """Amount of material m kept at place i at the end of period t."""
    fixed = ~np.isnan(n.stores.end)
    index = Index(n.labels, place=n.stores.place, material=n.stores.material, period=n.stores.period)
    lower = np.where(fixed, n.stores.end, 0.0)
    return v.program.variable("stock", index, lower=lower, upper=np.where(fixed, n.stores.end, n.stores.room))


@cost(r"\sum_{imt} o_{imt}\, \tau_t\, k_{imt}", unit="money", source="RELOG R^{storage}_{pmt}")
def holding(n: Network, v: Variables) -> list[Part]:
    """What is kept at the end of a period costs for its length."""
    view = v.stock
    rate = n.stores.holding * n.length[view.period]
    return [part(view, rate, times=n.money_times[view.period], unit=units(n, view.material), account="holding")]


@balances(r"+ k_{im,t-1} - k_{imt}", unit="qty", source="RELOG eq_storage")
def keeping(n: Network, v: Variables) -> Share:
    """What was in stock less what stays in stock."""
    kept = v.stock.where(v.stock.period < len(n.length) - 1)
    yield v.stock, -1.0
    yield kept.at(period=kept.period + 1), 1.0
