"""§6 Delivery: what is handed over, sold or accepted, and what is short."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .flow import Share
from .quantities import units
from .statement import Part, Variables, balances, constraint, cost, part, variable


def may_fall_short(n: Network) -> np.ndarray:
    """Rows of demand whose shortage is allowed and can occur."""
    return np.flatnonzero(~np.isnan(n.demand.shortage_cost) & (n.demand.least > 0))


def all_or_short(n: Network) -> np.ndarray:
    """Of the rows that may fall short, those that never take more than their least: shortage equals the rest."""
    short = may_fall_short(n)
    return n.demand.most[short] <= n.demand.least[short]


@variable(r"D^-_{imt} \le s_{imt} \le D^+_{imt}", unit="qty", source="Suryana, W_7")
def deliver(n: Network, v: Variables) -> Var:
    """Amount of material m handed over at place i in period t."""
    least = np.where(np.isnan(n.demand.shortage_cost), n.demand.least, 0.0)
    index = Index(n.labels, place=n.demand.place, material=n.demand.material, period=n.demand.period)
    return v.program.variable("deliver", index, lower=least, upper=n.demand.most)


@variable(r"0 \le b_{imt} \le D^-_{imt}", unit="qty", source="ours: shortage = max(0, least − delivered)")
def shortage(n: Network, v: Variables) -> Var:
    """Amount of material m short of least at place i in period t."""
    short = may_fall_short(n)
    index = Index(n.labels, **{d: getattr(n.demand, d)[short] for d in ("place", "material", "period")})
    return v.program.variable("shortage", index, upper=n.demand.least[short])


@constraint(
    r"s_{imt} + b_{imt} \ge D^-_{imt}", unit="qty", source="ours: soft demand; equal if no more than least is taken"
)
def meeting(n: Network, v: Variables) -> Rows | None:
    """What is not delivered of the least is short."""
    short = may_fall_short(n)
    if not len(short):
        return None
    at, least = v.shortage.index, n.demand.least[short]
    both = Terms.joined([at.take(v.deliver), at.take(v.shortage)])
    return both.between(least, np.where(all_or_short(n), least, np.inf))


@cost(r"-\sum_{imt} r_{imt}\, s_{imt}", unit="money", source="RELOG revenue; a negative price is a gate fee")
def revenue(n: Network, v: Variables) -> list[Part]:
    """What is handed over is paid for (revenue is negative cost)."""
    view = v.deliver
    return [
        part(view, -n.demand.price, times=n.money_times[view.period], unit=units(n, view.material), account="revenue")
    ]


@cost(r"\sum_{imt} p^{s}_{imt}\, b_{imt}", unit="money", source="ours: soft demand")
def shortage_cost(n: Network, v: Variables) -> list[Part]:
    """Shortage costs."""
    view, rate = v.shortage, n.demand.shortage_cost[may_fall_short(n)]
    return [part(view, rate, times=n.money_times[view.period], unit=units(n, view.material), account="shortage")]


@balances(r"- s_{imt}", unit="qty", source="Suryana, W_7")
def handing_over(n: Network, v: Variables) -> Share:
    """What is handed over."""
    yield v.deliver, -1.0
