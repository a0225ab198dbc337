"""The same models in linopy, over dense dimensions, handed to HiGHS without a file."""

from __future__ import annotations

from typing import Any

import linopy
import xarray as xr
from linopy.io import to_highspy

from .instances import Flow, Siting


def data(instance: Siting | Flow) -> Siting | Flow:
    """The arrays as they are."""
    return instance


def build(d: Siting | Flow) -> Any:
    """The model inside the solver."""
    h = to_highspy(_siting(d) if isinstance(d, Siting) else _flow(d))
    h.setOptionValue("output_flag", False)
    return h


def _siting(d: Siting) -> linopy.Model:
    m = linopy.Model()
    supply, capacity = xr.DataArray(d.supply, dims="i"), xr.DataArray(d.capacity, dims="j")
    cost = xr.DataArray(d.km * d.rate, dims=("i", "j"))
    x = m.add_variables(lower=0, coords=[range(len(d.supply)), range(len(d.capacity))], dims=["i", "j"], name="x")
    y = m.add_variables(binary=True, coords=[range(len(d.capacity))], dims=["j"], name="y")
    m.add_constraints(x.sum("j") == supply, name="assign")
    m.add_constraints(x.sum("i") - capacity * y <= 0, name="capacity")
    m.add_constraints(x - supply * y <= 0, name="link")
    m.add_objective((cost * x).sum() + (xr.DataArray(d.opening, dims="j") * y).sum())
    return m


def _flow(d: Flow) -> linopy.Model:
    m = linopy.Model()
    kt = [range(d.materials), range(d.periods)]
    rate, holding = xr.DataArray(d.rate, dims="k"), xr.DataArray(d.holding, dims="k")
    moved, kept = [], []
    for e, (a, b) in enumerate((("c", "s"), ("s", "p"), ("p", "m"))):
        coords = [range(d.echelons[e]), range(d.echelons[e + 1]), *kt]
        moved.append(m.add_variables(lower=0, coords=coords, dims=[a, b, "k", "t"], name=f"x{e}"))
    for e, a in ((1, "s"), (2, "p")):
        kept.append(m.add_variables(lower=0, coords=[range(d.echelons[e]), *kt], dims=[a, "k", "t"], name=f"stock{e}"))
    m.add_constraints(moved[0].sum("s") == xr.DataArray(d.supply, dims=("c", "k", "t")), name="supply")
    for e, (before, here, after) in enumerate((("c", "s", "p"), ("s", "p", "m"))):
        stock = kept[e]
        m.add_constraints(
            moved[e].sum(before) + stock.shift(t=1) - stock - moved[e + 1].sum(after) == 0, name=f"balance_{here}"
        )
    m.add_constraints(
        moved[2].sum("p").isel(m=slice(0, -1)) <= xr.DataArray(d.most[:-1], dims=("m", "k", "t")), name="most"
    )
    terms = [
        (xr.DataArray(d.km[e], dims=dims) * rate * x).sum()
        for e, (dims, x) in enumerate(zip((("c", "s"), ("s", "p"), ("p", "m")), moved, strict=True))
    ]
    m.add_objective(sum(terms[1:], terms[0]) + (holding * kept[0]).sum() + (holding * kept[1]).sum())
    return m
