"""Which cells of the tables bind in a plan: bounds that it meets, those first that weigh most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...api import Prepared
from ...engines import Options, run_highs
from ...errors import BalikError
from ...model.standing import open_at
from ...network.network import Limit
from ...plan.at_hand import resources_of
from ...tables.units import mass_of
from ...words import Sentence, say
from ..repair import is_counted, unit_after
from .cells import Cell, written

Array = np.ndarray
_NEAR = 1e-7
#: The labels of a resource that is at hand.
_AT_HAND = ("place", "resource", "period")
_ENDS = ("origin", "dest", "base")
#: What is counted in tables that are about no material.
_UNITS = {"processes": "run", "fleets": "vehicles"}


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
        try:
            found = run_highs(
                replace(a, lower=fixed[0], upper=fixed[1], integer=none), replace(options, prices=True)
            ).prices
        except BalikError:  # the engine gives up on such numbers: then without an order
            found = None
        if found is None:
            return np.zeros(len(a.row_lower)), np.zeros(len(self.x))
        return found.row, found.column

    def cells(self) -> list[Cell]:
        """Every binding cell once: limits, then what one per cent more of it would change most."""
        found: dict[tuple[Any, ...], tuple[float, Cell]] = {}
        for weight, cell in (*self.limits(), *self.sites(), *self.resources(), *self.amounts()):
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
        unit = unit_after(self.prepared, limit, float(getattr(limit, column))).strip()
        return self.cell("limits", column, row, {}, unit, name, whole=whole)

    # -- sites ---------------------------------------------------------------------------------------------------

    def sites(self) -> Iterator[tuple[float, Cell]]:
        """Capacities that are full, and least amounts of open sites that are just met."""
        n, v, periods = self.n, self.v, len(self.n.length)
        if not len(n.sites):
            return
        through, index = self.x[v.throughput.cols], v.throughput.index
        for column, name in (("capacity", "capacity"), ("least", "least_throughput")):
            family = self.prepared.model.program.families.get(name)
            if family is None:
                continue
            bound = np.repeat(getattr(n.sites, column), periods) * np.tile(n.length, len(n.sites))
            price = np.zeros(len(through))
            price[index.locate(family.rows.index.codes)] = np.abs(self.row_price[family.start :][: len(family.rows)])
            near = np.isfinite(bound) & (bound > 0) & (through > 0) & (np.abs(through - bound) <= _NEAR * bound)
            for at in np.flatnonzero(near).tolist():
                site, row = at // periods, int(n.sites.row[at // periods])
                if self.is_filled("sites", column, row):
                    yield float(price[at] * bound[at]), self.of_site(site, row, column)

    def of_site(self, site: int, row: int, column: str) -> Cell:
        """The capacity or the least amount of a site."""
        n = self.n
        place, size = n.labels["place"][n.sites.place[site]], n.labels["size"][n.sites.size[site]]
        unit = n.site_unit[n.site_of[n.sites.place[site]]]
        named = place if size == "-" else f"{place}/{size}"
        name = (
            say("the capacity of {place}", place=named)
            if column == "capacity"
            else say("the least amount of {place}", place=named)
        )
        keys = {"place": place, "size": size}
        return self.cell("sites", column, row, keys, unit, name, whole=mass_of(unit) is None)

    # -- resources -----------------------------------------------------------------------------------------------

    def resources(self) -> Iterator[tuple[float, Cell]]:
        """Resources of which nothing is left."""
        n, r, family = self.n, self.n.resources, self.prepared.model.program.families.get("resources")
        if family is None:
            return
        used = resources_of(self.prepared.model, self.x)
        spent = {tuple(u[d] for d in _AT_HAND) for u in used if (u["share"] or 0.0) >= 1 - _NEAR}
        where = family.rows.index.find({d: getattr(r, d) for d in _AT_HAND})
        price = np.where(where >= 0, np.abs(self.row_price[family.start + np.maximum(where, 0)]), 0.0)
        is_open = r.site < 0
        is_open[~is_open] = self.x[open_at(n, self.v, r.site[~is_open], r.period[~is_open])] > 0.5
        frame = self.data["resources"]
        for at in np.flatnonzero(is_open).tolist():
            row, labels = int(r.row[at]), [n.labels[d][getattr(r, d)[at]] for d in _AT_HAND]
            if tuple(labels) not in spent or not self.is_filled("resources", "capacity", row):
                continue
            keys = dict(zip(_AT_HAND[:2], labels, strict=False))
            if r.site[at] >= 0 and frame.text["size"][row] not in ("", "*"):
                keys["size"] = n.labels["size"][n.sites.size[r.site[at]]]
            name = say("the resource {resource} at {place}", **keys)
            unit = n.resource_unit[r.resource[at]]
            cell = self.cell("resources", "capacity", row, keys, unit, name, whole=False)
            yield float(price[at] * r.capacity[at]), cell

    # -- amounts -------------------------------------------------------------------------------------------------

    def amounts(self) -> Iterator[tuple[float, Cell]]:
        """Bounds of what is collected, handed over, carried, done and kept."""
        n, v = self.n, self.v
        yield from self.of_rows("supply", n.supply, v.collect, ("amount", "least", "most"), ("place", "material"))
        yield from self.of_rows("demand", n.demand, v.deliver, ("amount", "least", "most"), ("place", "material"))
        yield from self.of_rows("lanes", n.lanes, v.flow, ("least", "most"), ("origin", "dest", "material"))
        yield from self.of_rows("processes", n.runs, v.run, ("most",), ("process", "place"))
        if len(n.stores):
            yield from self.of_rows("stores", n.stores, v.stock, ("room",), ("place", "material"))
        if len(n.fleets):
            yield from self.of_rows("fleets", n.fleets, v.vehicles, ("available",), ("mode", "base"))

    def of_rows(
        self, table: str, rows: Any, view: Any, columns: tuple[str, ...], dims: tuple[str, ...]
    ) -> Iterator[tuple[float, Cell]]:
        """Cells of these columns at which the plan lies, in the rows of one table."""
        n, x, price = self.n, self.x[view.cols], np.abs(self.price[view.cols])
        for column in columns:
            for at in np.flatnonzero(self.meets(table, rows, column, x)).tolist():
                if np.isnan(rows.row[at]) or not self.is_filled(table, column, int(rows.row[at])):
                    continue
                keys = {d: n.labels["place" if d in _ENDS else d][getattr(rows, d)[at]] for d in dims}
                unit = n.unit[rows.material[at]] if "material" in keys else _UNITS[table]
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
        name = in_period(name, self.prepared, table, period)
        return Cell(
            table, column, row, keys, written(frame, row, column, 0.0), shown or unit, name, 1, whole and not shown
        )


def in_period(name: Sentence, prepared: Prepared, table: str, period: str) -> Sentence:
    """The name of a cell with the period that its row is about; where it names none, it holds in each."""
    if period not in ("", "*"):
        return say("{input} in {period}", input=name, period=period)
    several = table != "modes" and len(prepared.network.length) > 1 and "period" in prepared.data[table].schema.keys
    return say("{input} in each period", input=name) if several else name


def limit_name(limit: Limit, column: str) -> Sentence:
    """One bound of a limit."""
    if column == "most":
        return say("the limit {limit} (at most)", limit=limit.name)
    return say("the limit {limit} (at least)", limit=limit.name)


def _name(table: str, column: str, keys: dict[str, str]) -> Sentence:
    if table == "supply":
        return (
            say("the least supply of {material} at {place}", **keys)
            if column == "least"
            else say("the supply of {material} at {place}", **keys)
        )
    if table == "demand":
        return (
            say("the least demand for {material} at {place}", **keys)
            if column == "least"
            else say("the demand for {material} at {place}", **keys)
        )
    if table == "lanes":
        return (
            say("the most of {material} from {origin} to {dest}", **keys)
            if column == "most"
            else say("the least of {material} from {origin} to {dest}", **keys)
        )
    if table == "stores":
        return say("the room for {material} at {place}", **keys)
    if table == "fleets":
        return say("the vehicles {mode} at {base}", **keys)
    return say("the most of {process} at {place}", **keys)
