"""Which cells of the tables bind in a plan: bounds that it meets, those first that weigh most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...api import Prepared
from ...engines import Options, run_highs
from ...network.network import Limit
from ...tables.units import mass_of
from ...words import Sentence, say
from ..repair import is_counted, unit_after
from .cells import Cell, written

Array = np.ndarray
_NEAR = 1e-7


class Binding:
    """Binding cells of one plan."""

    def __init__(self, prepared: Prepared, x: Array, options: Options):
        self.prepared, self.x = prepared, x
        self.n, self.v, self.data = prepared.network, prepared.model.variables, prepared.data
        self.row_price, self.price = self.prices(options)

    def prices(self, options: Options) -> tuple[Array, Array]:
        """Prices of rows and columns with whole numbers fixed: they say what to ask first, and nothing else."""
        a = self.prepared.model.program.arrays()
        fixed = np.where(a.integer, self.x, a.lower), np.where(a.integer, self.x, a.upper)
        none = np.zeros(len(self.x), bool)
        found = run_highs(
            replace(a, lower=fixed[0], upper=fixed[1], integer=none), replace(options, prices=True)
        ).prices
        if found is None:
            return np.zeros(len(a.row_lower)), np.zeros(len(self.x))
        return found.row, found.column

    def cells(self) -> list[Cell]:
        """Every binding cell once: limits, then what one per cent more of it would change most."""
        found: dict[tuple[Any, ...], tuple[float, Cell]] = {}
        for weight, cell in (*self.limits(), *self.sites(), *self.amounts()):
            key = (cell.table, cell.column, cell.row, tuple(cell.keys.items()))
            old = found.get(key)
            found[key] = (weight + (old[0] if old else 0.0), cell)
        return [cell for _, cell in sorted(found.values(), key=lambda f: -f[0])]

    # -- limits --------------------------------------------------------------------------------------------------

    def limits(self) -> Iterator[tuple[float, Cell]]:
        """Bounds of limits that the plan meets; they come first."""
        for bound in self.v.bounds_of_limits:
            limit, value = self.n.limits[bound.limit], bound.value(self.x)
            for column in ("most", "least"):
                at = float(getattr(limit, column))
                if value is None or not np.isfinite(at) or abs(at - value) > _NEAR * max(1.0, abs(at)):
                    continue
                row = next((r.row for r in limit.every_row if self.is_filled("limits", column, r.row)), -1)
                if row >= 0:
                    yield np.inf, self.of_limit(limit, row, column)

    def of_limit(self, limit: Limit, row: int, column: str) -> Cell:
        """The cell of one bound of a limit."""
        name = limit_name(limit, column)
        whole = is_counted(self.prepared, limit)
        return self.cell("limits", column, row, {}, unit_after(self.prepared, limit).strip(), name, whole=whole)

    # -- sites ---------------------------------------------------------------------------------------------------

    def sites(self) -> Iterator[tuple[float, Cell]]:
        """Capacities that are full."""
        n, v, family = self.n, self.v, self.prepared.model.program.families.get("capacity")
        if family is None:
            return
        through, periods = self.x[v.throughput.cols], len(n.length)
        room = np.repeat(n.sites.capacity, periods) * np.tile(n.length, len(n.sites))
        price = np.abs(self.row_price[family.start : family.start + len(family.rows)])
        for at in np.flatnonzero(np.isfinite(room) & (room > 0) & (through >= room * (1 - _NEAR))).tolist():
            site, row = at // periods, int(n.sites.row[at // periods])
            if not self.is_filled("sites", "capacity", row):
                continue
            place, size = n.labels["place"][n.sites.place[site]], n.labels["size"][n.sites.size[site]]
            unit = n.site_unit[n.site_of[n.sites.place[site]]]
            name = say("the capacity of {place}", place=place if size == "-" else f"{place}/{size}")
            keys = {"place": place, "size": size}
            cell = self.cell("sites", "capacity", row, keys, unit, name, whole=mass_of(unit) is None)
            yield float(price[at] * room[at]), cell

    # -- amounts -------------------------------------------------------------------------------------------------

    def amounts(self) -> Iterator[tuple[float, Cell]]:
        """Bounds of what is collected, handed over, carried, done and kept."""
        n, v = self.n, self.v
        yield from self.of_rows("supply", n.supply, v.collect, ("amount", "least", "most"), ("place", "material"))
        yield from self.of_rows("demand", n.demand, v.deliver, ("amount", "least", "most"), ("place", "material"))
        yield from self.of_rows("lanes", n.lanes, v.flow, ("least", "most"), ("origin", "dest", "material"))
        yield from self.of_rows("processes", n.runs, v.run, ("most",), ("process", "place"))

    def of_rows(
        self, table: str, rows: Any, view: Any, columns: tuple[str, ...], dims: tuple[str, ...]
    ) -> Iterator[tuple[float, Cell]]:
        """Cells of these columns at which the plan lies, in the rows of one table."""
        n, x, price = self.n, self.x[view.cols], np.abs(self.price[view.cols])
        for column in columns:
            for at in np.flatnonzero(self.meets(table, rows, column, x)).tolist():
                if np.isnan(rows.row[at]) or not self.is_filled(table, column, int(rows.row[at])):
                    continue
                keys = {d: n.labels["place" if d in ("origin", "dest") else d][getattr(rows, d)[at]] for d in dims}
                unit = n.unit[rows.material[at]] if "material" in keys else "run"
                whole = mass_of(unit) is None and unit != "run"
                name = _name(table, column, keys)
                yield (
                    float(price[at] * abs(x[at])),
                    self.cell(table, column, int(rows.row[at]), keys, unit, name, whole=whole),
                )

    def meets(self, table: str, rows: Any, column: str, x: Array) -> Array:
        """Where the plan lies at the bound that the column says, and it is not 0."""
        bound = getattr(rows, "most" if column == "amount" else column)
        if table == "processes":
            bound = bound * self.n.length[rows.period]
        near = np.abs(np.where(np.isfinite(bound), bound, np.inf) - x) <= _NEAR * np.maximum(1.0, np.abs(x))
        return np.asarray(near & (bound > 0))

    # -- cells ---------------------------------------------------------------------------------------------------

    def is_filled(self, table: str, column: str, row: int) -> bool:
        """Whether the cell says something."""
        given = self.data[table].given.get(column)
        return row >= 0 and given is not None and bool(given[row])

    def cell(
        self, table: str, column: str, row: int, keys: dict[str, str], unit: str, name: Sentence, *, whole: bool
    ) -> Cell:
        """A cell with the labels that it is about."""
        frame = self.prepared.tables[table]
        assert frame is not None
        shown, period = frame.units.get(column, ""), frame.cell(row, "period") if table != "limits" else ""
        if period:
            name = say("{input} in {period}", input=name, period=period)
        return Cell(
            table, column, row, keys, written(frame, row, column, 0.0), shown or unit, name, 1, whole and not shown
        )


def limit_name(limit: Limit, column: str) -> Sentence:
    """One bound of a limit."""
    if column == "most":
        return say("the limit {limit} (at most)", limit=limit.name)
    return say("the limit {limit} (at least)", limit=limit.name)


def _name(table: str, column: str, keys: dict[str, str]) -> Sentence:
    if table == "supply":
        return say("the supply of {material} at {place}", **keys)
    if table == "demand":
        return say("the demand for {material} at {place}", **keys)
    if table == "lanes":
        return (
            say("the most of {material} from {origin} to {dest}", **keys)
            if column == "most"
            else say("the least of {material} from {origin} to {dest}", **keys)
        )
    return say("the most of {process} at {place}", **keys)
