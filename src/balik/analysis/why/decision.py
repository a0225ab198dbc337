"""A decision that is asked about: a site that is used, or a way that something goes; with it, and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...algebra import Arrays, Program
from ...model import Model
from ...plan.decode import USED

Array = np.ndarray


@dataclass(frozen=True)
class Decision:
    """Columns of a program by labels: `{place: X}` (and size) of a site, `{origin: A, dest: B}` (and more) of a way."""

    kind: str  # site | flow
    keys: Mapping[str, str]

    @property
    def label(self) -> str:
        """How sentences call it."""
        k = self.keys
        if self.kind == "site":
            return k["place"] + (f"/{k['size']}" if "size" in k else "")
        return f"{k['origin']} → {k['dest']}" + "".join(f" ({k[c]})" for c in ("material", "mode", "period") if c in k)

    def columns(self, model: Model) -> Array:
        """What comes to the site, or moves on the way."""
        v = model.variables
        return self._of(model, v.throughput if self.kind == "site" else v.flow)

    def switches(self, model: Model) -> Array:
        """Whether the site is open, in each of its sizes."""
        return self._of(model, model.variables.open) if self.kind == "site" else np.zeros(0, np.int64)

    def hanging(self, model: Model) -> Array:
        """Columns that are 0 in every plan without it: what they cost cannot matter then."""
        v, cols = model.variables, [self.columns(model), self.switches(model)]
        if self.kind == "site" and "size" not in self.keys:
            place = model.network.labels["place"].index(self.keys["place"])
            for view in (v.flow, v.trips):
                cols.append(view.cols[(view.codes["origin"] == place) | (view.codes["dest"] == place)])
            cols.append(v.open.cols[v.open.place == place])
        return np.concatenate(cols)

    def _of(self, model: Model, view: object) -> Array:
        codes: Mapping[str, Array] = view.codes  # type: ignore[attr-defined]
        cols: Array = view.cols  # type: ignore[attr-defined]
        on = np.ones(len(cols), bool)
        for column, label in self.keys.items():
            labels = model.network.labels["place" if column in ("origin", "dest") else column]
            on &= codes[column] == (labels.index(label) if label in labels else -1)
        return cols[on]

    def amount(self, model: Model, x: Array) -> float:
        """How much comes to the site, or moves on the way, over all periods."""
        return float(x[self.columns(model)].sum())

    def holds(self, model: Model, x: Array | None) -> bool:
        """Whether this solution uses it."""
        return x is not None and self.amount(model, x) > USED

    def shows(self, model: Model, x: Array) -> bool:
        """Whether this solution is not one without it: it uses it, or the site is open and nothing comes."""
        return self.holds(model, x) or bool((x[self.switches(model)] > 0.5).any())

    def unused(self, model: Model, arrays: Arrays) -> Arrays:
        """The program in which nothing comes to the site, which may be open, or nothing goes this way."""
        upper = arrays.upper.copy()
        upper[self.columns(model)] = 0.0
        return replace(arrays, upper=upper)

    def without(self, model: Model, arrays: Arrays) -> Arrays:
        """The program in which the site takes in nothing and is closed, or nothing goes this way."""
        upper, off = arrays.upper.copy(), np.concatenate([self.columns(model), self.switches(model)])
        upper[off] = 0.0
        return replace(arrays, upper=upper)

    def with_it(self, model: Model, arrays: Arrays, least: float) -> Arrays:
        """The program in which at least so much comes to the site, or goes this way."""
        return with_row(arrays, self.columns(model), least)

    def most(self, model: Model, arrays: Arrays) -> Arrays:
        """The program that asks how much can come to the site, or go this way."""
        cost = np.zeros(len(arrays.cost))
        cost[self.columns(model)] = -1.0
        capped = arrays.upper.copy()
        cols = self.columns(model)
        capped[cols] = np.minimum(capped[cols], 1e6)
        return replace(arrays, cost=cost, offset=0.0, upper=capped)


def with_row(a: Arrays, cols: Array, least: float) -> Arrays:
    """The program with one more row: Σ of these columns ≥ least."""
    cols = np.sort(cols)
    ends = a.start[cols + 1]
    grown = np.zeros(len(a.start), a.start.dtype)
    grown[cols + 1] = 1
    return replace(
        a,
        row_lower=np.append(a.row_lower, least),
        row_upper=np.append(a.row_upper, np.inf),
        start=a.start + np.cumsum(grown).astype(a.start.dtype),
        row=np.insert(a.row, ends, len(a.row_lower)),
        value=np.insert(a.value, ends, 1.0),
    )


def alike(a: Program, b: Program) -> bool:
    """Whether two programs may state the same: as many columns and rows, and the same sum of costs."""
    return (a.columns, a.rows) == (b.columns, b.rows) and bool(np.isclose(a.cost().sum(), b.cost().sum(), rtol=1e-9))


def same_but_cost(a: Arrays, b: Arrays) -> bool:
    """Whether two programs differ in nothing but costs."""
    pairs = [
        (getattr(a, c), getattr(b, c)) for c in ("lower", "upper", "row_lower", "row_upper", "start", "row", "value")
    ]
    return len(a.cost) == len(b.cost) and all(np.array_equal(x, y) for x, y in pairs)
