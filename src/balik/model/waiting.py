"""§8d Waiting: sites that are queues, and may not be so busy that anybody waits too long."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.network import Network
from .standing import open_at
from .statement import Variables, constraint


@constraint(
    r"(2 \mu_{is} w_{is} + c_{is}^2 - 1)\, h_{ist} \le 2 \mu_{is} (\mu_{is} w_{is} - 1)\, \tau_t\, y_{is}",
    unit="site qty",
    source="M/G/1 (Pollaczek and Khinchine), M/M/1: Gross et al. 2008, Fundamentals of Queueing Theory; waits after "
    "Desticioglu et al. 2022",
)
def waiting(n: Network, v: Variables) -> Rows | None:
    """No more comes to a queue in a unit of time than keeps the mean wait as short as it must be; where a share of all
    waits is bounded (wait_chance), no more than μ − ln(1 / (1 − ω)) / w."""
    if not len(n.waits):
        return None
    periods = len(n.length)
    on = np.repeat(np.arange(len(n.waits)), periods)
    site, period = n.waits.site[on], np.tile(np.arange(periods), len(n.waits))
    at = Index(n.labels, place=n.sites.place[site], size=n.sites.size[site], period=period)
    switch = Terms(at, np.arange(len(at)), open_at(n, v, site, period), -n.waits.most[on] * n.length[period])
    return Terms.joined([at.take(v.throughput), switch]) <= 0.0
