"""§5c Offers: one level is chosen for each place and material, with its price and with what may be collected.

What is collected has a copy for each level, so that price × amount is linear and exact whatever the objective.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms, Var
from ..network.network import Network
from .quantities import units
from .statement import Part, Variables, constraint, cost, part, variable


@variable(r"u_{im\eta} \in \{0, 1\}", unit="1", source="incentive-dependent returns: R_i = Σ_k r_{ik} u_k")
def offer(n: Network, v: Variables) -> Var | None:
    """Whether level η is chosen for material m at place i, for the whole horizon."""
    o = n.offers
    if not len(o):
        return None
    index = Index(n.labels, place=o.place, material=o.material, level=o.level)
    return v.program.variable("offer", index, upper=1.0, integer=True)


@variable(r"0 \le w_{imt\eta} \le A_{im\eta}", unit="qty", source="ours: one copy of the flow for each level")
def response(n: Network, v: Variables) -> Var | None:
    """Amount of material m collected at place i in period t at the price of level η."""
    o, periods = n.offers, len(n.length)
    if not len(o):
        return None
    keys = {d: np.repeat(getattr(o, d), periods) for d in ("place", "material", "level")}
    index = Index(n.labels, **keys, period=np.tile(np.arange(periods), len(o)))
    return v.program.variable("response", index, upper=np.repeat(o.amount, periods))


@cost(
    r"\sum_{imt\eta} p_{im\eta}\, w_{imt\eta}", unit="money", source="incentive-dependent returns: Σ δ_k flow_k"
)
def offer_price(n: Network, v: Variables) -> list[Part]:
    """The holder is paid the price of the level that is chosen, for what is collected."""
    if not v.has("response"):
        return []
    view, rate = v.response, np.repeat(n.offers.price, len(n.length))
    times = n.money_times[view.period]
    return [part(view, rate, times=times, unit=units(n, view.material), account="purchase")]


@constraint(r"\sum_{\eta} u_{im\eta} = 1", unit="1", source="incentive-dependent returns: Σ u_k = 1")
def one_offer(n: Network, v: Variables) -> Rows | None:
    """Exactly one level is chosen for each place and material."""
    if not v.has("offer"):
        return None
    at = Index.union(n.labels, ("place", "material"), [v.offer.codes])
    return at.sum(v.offer).equals(1.0)


@constraint(
    r"w_{imt\eta} \le A_{im\eta}\, u_{im\eta}", unit="qty", source="ours: only at the level that is chosen"
)
def at_level(n: Network, v: Variables) -> Rows | None:
    """Nothing is collected at the price of a level that is not chosen."""
    if not v.has("offer"):
        return None
    at, most = v.response.index, np.repeat(n.offers.amount, len(n.length))
    return at.take(v.response) - at.take(v.offer, most) <= 0.0


@constraint(r"q_{imt} = \sum_{\eta} w_{imt\eta}", unit="qty", source="ours: the copies add up")
def at_some_level(n: Network, v: Variables) -> Rows | None:
    """What is collected is collected at some level."""
    if not v.has("offer"):
        return None
    at = _asked(n, v)
    return (at.take(v.collect) - at.sum(v.response)).equals(0.0)


@constraint(
    r"q_{imt} + l_{imt} = \sum_{\eta} A_{im\eta}\, u_{im\eta}",
    unit="qty",
    source="incentive-dependent returns: what comes depends on the level",
)
def offered(n: Network, v: Variables) -> Rows | None:
    """What may be collected is the amount of the level that is chosen; the rest is left."""
    if not v.has("offer"):
        return None
    at, periods = _asked(n, v), len(n.length)
    row = at.locate({d: v.response.codes[d] for d in at.dims})
    chosen = Terms(at, row, np.repeat(v.offer.cols, periods), -np.repeat(n.offers.amount, periods))
    return Terms.joined([at.take(v.collect), at.take(v.remaining), chosen]).equals(0.0)


def _asked(n: Network, v: Variables) -> Index:
    """Every place, material and period for which something is offered."""
    return Index.union(n.labels, ("place", "material", "period"), [v.response.codes])
