"""§5 Returns: what comes back, how much of it is collected, what is paid for it, what is left."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Var
from ..network.network import Network
from .flow import Share
from .quantities import units
from .statement import Part, Variables, balances, cost, part, variable


@variable(r"A^-_{imt} \le q_{imt} \le A^+_{imt}", unit="qty", source="Ramadhany et al., eq. (4): QX, QY, QZ")
def collect(n: Network, v: Variables) -> Var:
    """Amount of material m collected at place i in period t."""
    index = Index(n.labels, place=n.supply.place, material=n.supply.material, period=n.supply.period)
    upper = np.where(n.supply.follows, np.inf, n.supply.most) if n.supply.follows.any() else n.supply.most
    return v.program.variable("collect", index, lower=n.supply.least, upper=upper)


@variable(r"0 \le l_{imt}", unit="qty", source="ours: what comes back or is offered may be left")
def remaining(n: Network, v: Variables) -> Var | None:
    """Amount of material m left at place i in period t, where what may be collected follows from the plan."""
    on = np.flatnonzero(n.supply.follows)
    if not len(on):
        return None
    index = Index(n.labels, **{d: getattr(n.supply, d)[on] for d in ("place", "material", "period")})
    return v.program.variable("remaining", index)


@cost(r"\sum_{imt} p_{imt}\, q_{imt}", unit="money", source="Ramadhany et al., Tables 5-7: biaya pengembalian")
def purchase(n: Network, v: Variables) -> list[Part]:
    """The holder is paid for what is collected."""
    view = v.collect
    return [
        part(view, n.supply.price, times=n.money_times[view.period], unit=units(n, view.material), account="purchase")
    ]


@cost(r"\sum_{imt} p^{l}_{imt}\,(A^+_{imt} - q_{imt})", unit="money", source="ours: what is left has a price")
def left(n: Network, v: Variables) -> list[Part]:
    """What is left uncollected costs."""
    on = np.isfinite(n.supply.most) & (n.supply.left_cost != 0) & ~n.supply.follows
    view = v.collect.where(on)
    out = [
        part(
            view, n.supply.left_cost[on], times=n.money_times[view.period], unit=units(n, view.material), per=-1.0,
            offset=n.supply.most[on], account="left",
        )
    ]  # fmt: skip
    if v.has("remaining"):
        rest, rate = v.remaining, n.supply.left_cost[n.supply.follows]
        times = n.money_times[rest.period]
        out.append(part(rest, rate, times=times, unit=units(n, rest.material), account="left"))
    return out


@balances(r"+ q_{imt}", unit="qty", source="Ramadhany et al., eq. (5)")
def coming_back(n: Network, v: Variables) -> Share:
    """What is collected."""
    yield v.collect, 1.0
