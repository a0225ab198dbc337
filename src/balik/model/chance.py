"""§9a Chance: capacity that does with a probability, where what comes varies.

Flows are those of the mean. All of a varying supply goes to one site, so what comes there is normal with the mean of
the plan, and its variance is a sum over what is assigned. The probability holds exactly where the mean and so many
standard deviations fit; the square root is convex in the assignments, and whole at whole ones. Sites that vary
independently of each other hold at once with the product of their probabilities: its logarithm is a sum of what each
risks, convex in the logarithms of room and variance from a probability of 0.8 on.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..algebra import Cone, Index, Risk, Rows, Terms, Var, View, pairs
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
    lengths = spreads(n, v)
    for place, period, col in zip(var.place.tolist(), var.period.tolist(), var.cols.tolist(), strict=True):
        if (place, period) in lengths:
            v.program.bound(replace(lengths[place, period], bound=col))
    return var


def spreads(n: Network, v: Variables) -> dict[tuple[int, int], Cone]:
    """The standard deviation of what comes to each place with a chance in a period, of which no column is the bound yet."""
    if not len(n.varying) or not v.has("assign"):
        return {}
    tie = _tie(n)
    return {key: Cone(-1, *of, tie) for key, of in _assigned(n, v).items()}


def _assigned(n: Network, v: Variables) -> dict[tuple[int, int], tuple[Array, Array, Array]]:
    """What may come to a place with a chance in a period: the columns that assign it, its deviation, and its variable."""
    materials, a, out = len(n.labels["material"]), v.assign, {}
    at, which = pairs(n.varying.place * materials + n.varying.material, a.origin * materials + a.material)
    for place in n.chances.place.tolist():
        for period in range(len(n.length)):
            on = np.flatnonzero((a.dest[which] == place) & (n.varying.period[at] == period))
            if len(on):
                of = at[on]
                weight = n.site_weight[n.site_of[place], n.varying.material[of]]
                out[place, period] = (a.cols[which[on]], n.varying.sd[of] * weight, n.varying.variable[of])
    return out


def _tie(n: Network) -> Array | None:
    """The correlations; None where there are none."""
    used = np.unique(n.varying.variable)
    return None if np.array_equal(n.varying.tie[np.ix_(used, used)], np.eye(len(used))) else n.varying.tie


@constraint(
    r"\sum_{s} h_{ist} + z(\alpha_i)\, t_{it} \le \sum_{s} K_{is}\, \tau_t\, y_{is}",
    unit="site qty",
    source="chance constraint of normal returns (Charnes and Cooper 1959); of sites that hold at once and do not vary "
    "independently: equal shares (Bonferroni), safe",
)
def fitting(n: Network, v: Variables) -> Rows | None:
    """What comes on the average and as many standard deviations as the probability asks for fit into the capacity."""
    if not v.has("deviation"):
        return None
    quantile = dict(zip(n.chances.place.tolist(), n.chances.quantile.tolist(), strict=True))
    spread = v.deviation.index.take(v.deviation, np.array([quantile[p] for p in v.deviation.place.tolist()]))
    return _filled(n, v) + spread <= 0.0


def _filled(n: Network, v: Variables) -> Terms:
    """What comes on the average less the capacity, at every site and period with a deviation."""
    at, h = v.deviation.index, v.throughput
    asked = np.flatnonzero(np.isin(h.place, n.chances.place[n.chances.quantile > 0]))
    room = (over_time(n, "capacity") * n.length[h.period])[asked]
    switch = View(open_columns(n, v)[asked], {"place": h.place[asked], "period": h.period[asked]})
    rows = at.sum(h.where(asked)) - at.sum(switch, room)
    if len(n.modules):
        more = extended(n, v, h.index)
        on = np.flatnonzero(np.isin(more.row, asked))
        codes = {d: getattr(h, d)[more.row[on]] for d in ("place", "period")}
        rows = rows - at.sum(View(more.col[on], codes), more.val[on])
    return rows


@variable(
    r"r_{it} \ge \ln \Phi\Bigl(\tfrac{1}{t_{it}} \bigl(\sum_{s} K_{is}\, \tau_t\, y_{is} - \sum_{s} h_{ist}\bigr)\Bigr) / \ln \alpha_i",
    unit="1",
    source="independent normal sums; exact, by cuts as they are needed: −ln Φ of an exponential is convex, and the logarithm "
    "of a variance submodular in assignments (Lovász 1983)",
)
def risk(n: Network, v: Variables) -> Var | None:
    """At least the share that site i takes in period t of what the sites that hold at once with it may risk."""
    if not v.has("deviation"):
        return None
    group = dict(zip(n.chances.place.tolist(), n.chances.group.tolist(), strict=True))
    on = [key for key, (_, size, _) in _assigned(n, v).items() if group[key[0]] >= 0 and size.any()]
    if not on:
        return None
    place, period = np.array(on).T
    return v.program.variable("risk", Index(n.labels, place=place, period=period), 0.0, 1.0)


@constraint(
    r"\sum_{j \in G} r_{jt} \le 1",
    unit="1",
    source="independent events: Π Φ(z) ≥ α is Σ ln Φ(z) ≥ ln α",
)
def holding(n: Network, v: Variables) -> Rows | None:
    """Sites that hold at once risk no more in all than the probability leaves."""
    if not v.has("risk"):
        return None
    r, d, known = v.risk, v.deviation, n.chances
    at = {int(p): k for k, p in enumerate(known.place)}
    group = known.group[[at[p] for p in r.place.tolist()]]
    head = known.place[[int(np.argmax(known.group == g)) for g in group.tolist()]]  # a group goes by its first place
    index = Index.union(n.labels, ("place", "period"), [{"place": head, "period": r.period}])
    assigned, filled = _assigned(n, v), _filled(n, v)
    on = d.index.locate({"place": r.place, "period": r.period})
    for k, row in enumerate(on.tolist()):
        cols, size, _ = assigned[int(r.place[k]), int(r.period[k])]
        mine, of = filled.row == row, at[int(r.place[k])]
        shares = int(((group == group[k]) & (r.period == r.period[k])).sum())
        v.program.hedge(
            Risk(int(r.cols[k]), filled.col[mine], -filled.val[mine], cols, size, int(d.cols[row]),
                 -math.log(known.level[of]), float(known.quantile[of]), shares)
        )  # fmt: skip
    return index.sum(View(r.cols, {"place": head, "period": r.period})) <= 1.0
