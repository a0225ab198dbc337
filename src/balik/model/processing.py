"""§4 Processing: sorting, dismantling, recycling, refilling, disposal. All are processes with a recipe."""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Var, View
from ..network.network import Network
from .flow import Share
from .quantities import units
from .statement import Part, Variables, balances, cost, measure, part, variable


@variable(r"0 \le z_{pit} \le Z_{pit}\, \tau_t", unit="run", source="RELOG z_process; Suryana, W_k")
def run(n: Network, v: Variables) -> Var:
    """Activity of process p at place i in period t."""
    index = Index(n.labels, process=n.runs.process, place=n.runs.place, period=n.runs.period)
    return v.program.variable("run", index, upper=n.runs.most)


@cost(r"\sum_{pit} h_{pit}\, z_{pit}", unit="money", source="Suryana, TCS, TCD, TCP; Ramadhany et al., biaya pemulihan")
def processing(n: Network, v: Variables) -> list[Part]:
    """Activity pays, by the account that the process names; `per` counts it by a material of the recipe."""
    paid = n.runs.cost / n.runs.per
    per_unit = _unit_of_per(n)
    out = []
    for code in np.unique(n.runs.account):
        on = (n.runs.account == code) & (paid != 0)
        view = v.run.where(on)
        lines = part(
            view, paid[on], times=n.money_times[view.period], unit=per_unit[on], per=n.runs.per[on],
            account=n.labels["account"][code],
        )  # fmt: skip
        out.append(lines)
    return out


def _unit_of_per(n: Network) -> np.ndarray:
    """Unit of the material by which a run is counted; `run` where it is counted by activity."""
    return np.where(n.runs.counted < 0, "run", units(n, n.runs.counted)).astype(object)


@measure(r"\sum_{pit} e_{pit}\, z_{pit}", unit="kg", source="emission of an activity")
def co2_processes(n: Network, v: Variables) -> list[Part]:
    """Emissions of processes."""
    return [_measured(n, v.run, n.runs.co2, "kg CO2e")]


@measure(r"\sum_{pit} j_{pit}\, z_{pit}", unit="job", source="jobs of an activity")
def jobs(n: Network, v: Variables) -> list[Part]:
    """Jobs that the processes give."""
    return [_measured(n, v.run, n.runs.jobs, "job")]


def _measured(n: Network, view: View, rate: np.ndarray, unit: str) -> Part:
    counts = rate != 0
    kept = view.where(counts)
    return part(kept, rate[counts], times=n.repeats[kept.period], unit=unit)


@balances(r"+ \sum_{p} \beta_{pmit}\, z_{pit}", unit="qty", source="Suryana, (1 − v_k); RELOG eq_z_process")
def making(n: Network, v: Variables) -> Share:
    """What processes make less what they use."""
    view = v.run.where(n.recipe.run)
    yield (
        View(view.cols, {"place": n.recipe.place, "material": n.recipe.material, "period": n.recipe.period}),
        n.recipe.rate,
    )
