"""§9a Chance: capacity that does with a probability, where what comes varies.

Flows are those of the mean. All of a varying supply goes to one site, so what comes there is normal with the mean of
the plan, and its variance is a sum over what is assigned. The probability holds exactly where the mean and so many
standard deviations fit; the square root is convex in the assignments, and whole at whole ones.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Cone, Index, Rows, Var, View, pairs
from ..network.network import Network
from ..network.phases import over_time
from .siting import extended
from .standing import open_columns
from .statement import Variables, constraint, variable

Array = np.ndarray


@variable(
    r"t_{it}^2 \ge \sum_{jm} \sum_{j'm'} \rho_{jm,j'm'}\, \sigma_{jmt}\, a_{jim}\, \sigma_{j'm't}\, a_{j'im'}",
    unit="site qty",
    source="chance constraint of normal returns with single assignment: Desticioglu et al. 2022; exact, by cuts as they "
    "are needed (Duran and Grossmann 1986)",
)
def deviation(n: Network, v: Variables) -> Var | None:
    """At least the standard deviation of what comes to site i in period t."""
    asked = n.chances.place[n.chances.quantile > 0]
    if not len(asked) or not len(n.varying) or not v.has("assign"):
        return None
    periods = len(n.length)
    index = Index(n.labels, place=np.repeat(asked, periods), period=np.tile(np.arange(periods), len(asked)))
    var = v.program.variable("deviation", index)
    coming, tie = _coming(n, v), _tie(n)
    for place, period, col in zip(var.place.tolist(), var.period.tolist(), var.cols.tolist(), strict=True):
        of, assign, where = coming[period]
        on = np.flatnonzero(where == place)
        if not len(on):
            continue
        weight = n.site_weight[n.site_of[place], n.varying.material[of[on]]]
        v.program.bound(Cone(col, assign[on], n.varying.sd[of[on]] * weight, n.varying.variable[of[on]], tie))
    return var


def _coming(n: Network, v: Variables) -> list[tuple[Array, Array, Array]]:
    """In each period: varying supply, the column that assigns it, and to which place; every way that there is."""
    materials, a = len(n.labels["material"]), v.assign
    at, which = pairs(n.varying.place * materials + n.varying.material, a.origin * materials + a.material)
    period = n.varying.period[at]
    return [(at[period == t], a.cols[which[period == t]], a.dest[which[period == t]]) for t in range(len(n.length))]


def _tie(n: Network) -> Array | None:
    """The correlations; None where there are none."""
    return None if np.array_equal(n.varying.tie, np.eye(len(n.varying.tie))) else n.varying.tie


@constraint(
    r"\sum_{s} h_{ist} + z(\alpha_i)\, t_{it} \le \sum_{s} K_{is}\, \tau_t\, y_{is}",
    unit="site qty",
    source="chance constraint of normal returns (Charnes and Cooper 1959); held together: equal shares (Bonferroni), safe",
)
def fitting(n: Network, v: Variables) -> Rows | None:
    """What comes on the average and as many standard deviations as the probability asks for fit into the capacity."""
    if not v.has("deviation"):
        return None
    at, h = v.deviation.index, v.throughput
    quantile = dict(zip(n.chances.place.tolist(), n.chances.quantile.tolist(), strict=True))
    spread = at.take(v.deviation, np.array([quantile[p] for p in at.place.tolist()]))
    asked = np.flatnonzero(np.isin(h.place, n.chances.place[n.chances.quantile > 0]))
    room = (over_time(n, "capacity") * n.length[h.period])[asked]
    switch = View(open_columns(n, v)[asked], {"place": h.place[asked], "period": h.period[asked]})
    rows = at.sum(h.where(asked)) + spread - at.sum(switch, room)
    if len(n.modules):
        more = extended(n, v, h.index)
        on = np.flatnonzero(np.isin(more.row, asked))
        codes = {d: getattr(h, d)[more.row[on]] for d in ("place", "period")}
        rows = rows - at.sum(View(more.col[on], codes), more.val[on])
    return rows <= 0.0
