"""§5b Deposits: money taken on what is handed over, paid back on what is collected; unclaimed money stays."""

from __future__ import annotations

from ..network.network import Network
from .quantities import units
from .statement import Part, Variables, cost, part


@cost(r"-\sum_{im't} \delta_{im't}\, s_{im't}", unit="money", source="ours: a deposit is taken with what is sold")
def deposit_taken(n: Network, v: Variables) -> list[Part]:
    """A deposit is taken for each quantity handed over."""
    view = v.deliver.where(n.taken.at)
    times = n.money_times[view.period]
    return [part(view, -n.taken.amount, times=times, unit=units(n, view.material), account="deposit")]


@cost(r"\sum_{imt} \delta_{imt}\, q_{imt}", unit="money", source="ours: a deposit is paid back with what comes back")
def deposit_paid(n: Network, v: Variables) -> list[Part]:
    """A deposit is paid back for each quantity collected."""
    view = v.collect.where(n.paid.at)
    times = n.money_times[view.period]
    return [part(view, n.paid.amount, times=times, unit=units(n, view.material), account="deposit")]
