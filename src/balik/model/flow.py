"""§1 Flow: what moves between places, and the material balance.

Every other section adds its share to the balance; nothing vanishes without a row that says where to.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..algebra import Index, Rows, Terms, Var, View
from ..network.network import Network
from .quantities import each, known, units
from .statement import STATEMENTS, Part, Variables, balances, constraint, cost, measure, part, variable

Share = Iterator[tuple[View, np.ndarray | float]]


@variable(r"L_{ijmvt} \le x_{ijmvt} \le U_{ijmvt}", unit="qty", source="RELOG y_{uvmt}")
def flow(n: Network, v: Variables) -> Var:
    """Amount of material m moved from i to j by mode v in period t."""
    lane = n.lanes
    index = Index(
        n.labels, origin=lane.origin, dest=lane.dest, material=lane.material, mode=lane.mode, period=lane.period
    )
    return v.program.variable("flow", index, lower=lane.least, upper=lane.most)


@cost(r"\sum_{ijmvt} d_{ij}\, c^{f}_{vm}\, x_{ijmvt}", unit="money", source="Suryana, TCT: W·d·C (loaded)")
def transport_load(n: Network, v: Variables) -> list[Part]:
    """The load pays by quantity and km."""
    lane = n.lanes
    rate = known(lane.km) * lane.full_rate
    return [_lane_money(n, v, rate, "transport")]


@cost(r"\sum_{ijmvt} g_{ijmv}\, x_{ijmvt}", unit="money", source="ours: a fee by quantity, whatever the distance")
def fee(n: Network, v: Variables) -> list[Part]:
    """A fee for every quantity moved."""
    return [_lane_money(n, v, n.lanes.fee, "fee")]


def _lane_money(n: Network, v: Variables, rate: np.ndarray, account: str) -> Part:
    paid = rate != 0
    view = v.flow.where(paid)
    rate = rate[paid] if len(view) < len(rate) else rate
    times = each(n.money_times, view.period)
    return part(view, rate, times=times, unit=units(n, view.material), account=account)


@measure(r"\sum_{ijmvt} w_m\, d_{ij}\, x_{ijmvt} / 1000", unit="tkm", source="tonne-kilometres; mass moved × one way")
def tkm_lanes(n: Network, v: Variables) -> list[Part]:
    """Tonne-kilometres of the lanes; materials without mass are left out."""
    return [_per_km(n, v.flow, n.mass[n.lanes.material] / 1000, n.lanes.km, "tkm")]


@measure(r"\sum_{ijmvt} d_{ij}\, e^{f}_{vm}\, x_{ijmvt}", unit="kg", source="GLEC: load × distance × factor")
def co2_load(n: Network, v: Variables) -> list[Part]:
    """Emissions that go with the load."""
    return [_per_km(n, v.flow, n.lanes.full_co2, n.lanes.km, "kg CO2e")]


def _per_km(n: Network, view: View, rate: np.ndarray, km: np.ndarray, unit: str) -> Part:
    with np.errstate(invalid="ignore"):
        total = np.where(np.isnan(rate), 0.0, np.where(rate == 0, 0.0, rate * np.nan_to_num(km)))
    counts = total != 0
    kept = view.where(counts)
    return part(kept, total[counts], times=n.repeats[kept.period], unit=unit)


@balances(r"+ \sum_{j} x_{jimvt} - \sum_{j} x_{ijmvt}", unit="qty", source="RELOG eq_balance")
def movement(n: Network, v: Variables) -> Share:
    """What arrives less what leaves by lanes."""
    yield v.flow.at(place=v.flow.dest), 1.0
    yield v.flow.at(place=v.flow.origin), -1.0


@constraint("= 0", unit="qty", source="Suryana: W_k = (1 − v_k) W_{k−1}; RELOG eq_balance")
def balance(n: Network, v: Variables) -> Rows | None:
    """What arrives, is collected, is made or was in stock leaves, is handed over, is used or stays in stock."""
    shares = [share for s in STATEMENTS if s.kind == "balance" for share in s.build(n, v)]
    shares = [(view, coef) for view, coef in shares if len(view.cols)]
    if not shares:
        return None
    at = Index.union(n.labels, ("place", "material", "period"), [view.codes for view, _ in shares])
    start = n.stores.start
    standing = np.zeros(len(at))
    if start.any():
        begins = start > 0
        keys = {d: getattr(n.stores, d)[begins] for d in at.dims}
        np.add.at(standing, at.locate(keys), start[begins])
    return Terms.joined([at.sum(view, coef) for view, coef in shares]).equals(0.0 - standing)
