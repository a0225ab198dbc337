"""Which cells of the tables can bring a decision in, or throw it out: those that it has, and that can say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from ...api import Prepared
from ...network.network import Limit, LimitRow
from ...tables.units import mass_of
from ...views.terms import currency_name
from ...words import Sentence, say
from ..repair import is_counted, unit_after
from .binding import in_period, limit_name
from .cells import BOUNDS, Cell, Times, written
from .decision import Decision

Array = np.ndarray
#: Of every kind of input around a decision (ways, supplies, demands), so many with the largest amounts are asked about.
_AROUND = 4
#: Quantities that count places.
_PLACES = ("open", "use")


class Inputs:
    """Cells of one case. `x`: a plan with the decision, which shows what it hangs on."""

    def __init__(self, prepared: Prepared, decision: Decision, x: Array, used: bool):
        self.prepared, self.decision, self.x, self.used = prepared, decision, x, used
        self.n, self.v, self.data = prepared.network, prepared.model.variables, prepared.data
        self.currency = currency_name(prepared.tables.currency)
        self.passed = 0  # what is around the decision and was not asked about

    def cells(self) -> list[Cell]:
        """Prices first, which take few solves; then limits, then what is bounded."""
        found = list(self.of_site() if self.decision.kind == "site" else self.of_flow())
        known = {(c.table, c.column, c.row, c.more, tuple(c.keys.items())): c for c in reversed(found)}
        kept = [cell for cell in reversed(known.values()) if self.can_move(cell)]
        kept.sort(key=lambda cell: 1 if cell.table == "limits" else 2 if cell.column in BOUNDS else 0)
        return [*kept, *self.volume()]

    @property
    def elsewhere(self) -> bool:
        """Whether something can go where the decision is not: what that costs and how much it is was not asked about."""
        if self.decision.kind == "flow":
            return len(self.decision.columns(self.prepared.model)) < len(self.n.lanes) + len(self.n.hauls)
        place = self.n.labels["place"].index(self.decision.keys["place"])
        return any(((ways.origin != place) & (ways.dest != place)).any() for ways in (self.n.lanes, self.n.hauls))

    @property
    def on_tours(self) -> bool:
        """Whether milk runs load or unload at the site: what their legs cost was not asked about."""
        if self.decision.kind == "flow":
            return False
        place, hauls = self.n.labels["place"].index(self.decision.keys["place"]), self.n.hauls
        return bool((((hauls.origin == place) | (hauls.dest == place)) & (self.x[self.v.haul.cols] > 1e-9)).any())

    def can_move(self, cell: Cell) -> bool:
        """Whether the cell can go the way that is asked about: costs and distances do not fall below 0."""
        up = (cell.more > 0) != self.used
        return np.isfinite(cell.now) and (up or cell.now > 0)

    # -- a site --------------------------------------------------------------------------------------------------

    def of_site(self) -> Iterator[Cell]:
        """Cells of the site, of what is around it, and limits."""
        for at in self.sizes():
            cells = list(self.site_cells(at))
            yield from cells
            yield from self.fixed_cost(cells)
        yield from self.processes()
        yield from self.ways()
        yield from self.ends()
        yield from self.limits()

    def site_cells(self, at: int) -> Iterator[Cell]:
        """What the row of a site says: of the one that is asked about, or of the one to which a way leads."""
        n, asked = self.n, self.decision.kind == "site"
        place, size = n.labels["place"][n.sites.place[at]], n.labels["size"][n.sites.size[at]]
        row, unit = int(n.sites.row[at]), n.site_unit[n.site_of[n.sites.place[at]]]
        counted = mass_of(unit) is None
        free = asked and self.used and not any(self.says("sites", c, row) for c in ("opening_cost", "running_cost"))
        for column, more, its, of in (
            ("opening_cost", -1, say("its opening cost"), say("the opening cost of {place}", place=place)),
            ("running_cost", -1, say("its running cost"), say("the running cost of {place}", place=place)),
            ("unit_cost", -1, say("its cost per unit"), say("the cost per unit of {place}", place=place)),
            ("capacity", 1, say("its capacity"), say("the capacity of {place}", place=place)),
            ("least", -1, say("its least amount"), say("the least amount of {place}", place=place)),
        ):
            money = column.endswith("cost")
            if not self.says("sites", column, row) and not (column == "running_cost" and free):
                continue
            name = its if asked else of
            if "size" not in self.decision.keys and (n.sites.place == n.sites.place[at]).sum() > 1:
                name = say("{input} in the size {size}", input=name, size=size)
            per = (
                say("{currency} per {unit}", currency=self.currency, unit=unit)
                if column == "unit_cost"
                else self.currency
            )
            yield self.cell(
                "sites", column, row, {"place": place, "size": size}, np.inf if column == "capacity" else 0.0,
                per if money else unit, name, more, whole=counted and not money, own=asked and not money,
            )  # fmt: skip

    def fixed_cost(self, cells: list[Cell]) -> Iterator[Cell]:
        """What a site costs by being open, where that stands in two cells: they move alike."""
        both = tuple(cell for cell in cells if cell.column in ("opening_cost", "running_cost"))
        if len(both) == 2 and not any(cell.is_new(self.prepared.tables) for cell in both):
            name = say("{one} and {other}", one=both[0].name, other=both[1].name)
            columns = " ".join(cell.column for cell in both)
            yield Times("sites", columns, both[0].row, both[0].keys, 1.0, "", name, -1, cells=both)

    def processes(self) -> Iterator[Cell]:
        """What is done at the site: what that costs, and how much of it can be."""
        n, place = self.n, self.n.labels["place"].index(self.decision.keys["place"])
        seen: set[int] = set()
        for at in np.flatnonzero(n.runs.place == place).tolist():
            process, row = n.labels["process"][n.runs.process[at]], int(n.runs.row[at])
            if row in seen or self.x[self.v.run.cols[at]] <= 1e-9:
                continue
            seen.add(row)
            keys = {"process": process, "place": self.decision.keys["place"]}
            if self.says("processes", "cost", row):
                name = say("the cost of {process} there", process=process)
                yield self.cell("processes", "cost", row, keys, 0.0, self.currency, name, -1)
            if self.says("processes", "most", row):
                name = say("the most of {process} there", process=process)
                yield self.cell("processes", "most", row, keys, np.inf, "run", name, 1)

    def sizes(self) -> list[int]:
        """Positions among the sites: the sizes of the place that the plan with it uses, else all."""
        at = np.flatnonzero(np.isin(self.v.open.cols, self.decision.switches(self.prepared.model)))
        on = [int(i) for i in at if self.x[self.v.open.cols[i]] > 0.5]
        return on or at.tolist()

    def ways(self) -> Iterator[Cell]:
        """Distances into and out of the site, on the ways that carry most."""
        lanes, place = self.n.lanes, self.n.labels["place"].index(self.decision.keys["place"])
        for ends, others in ((lanes.dest, lanes.origin), (lanes.origin, lanes.dest)):
            carried = np.where(ends == place, self.x[self.v.flow.cols], 0.0)
            by_place = np.bincount(others, carried, len(self.n.labels["place"]))
            for other in self.largest(by_place).tolist():
                yield from self.distances(np.array([np.argmax(np.where(others == other, carried, -1.0))]))

    def distances(self, lanes: Array) -> Iterator[Cell]:
        """The km of these lanes, wherever they are said; those of a new row where they rest on coordinates."""
        n, seen = self.n, set()
        for lane in lanes.tolist():
            origin, dest = (n.labels["place"][c[lane]] for c in (n.lanes.origin, n.lanes.dest))
            if (origin, dest) in seen or np.isnan(n.lanes.km[lane]) or self.spot(origin) == self.spot(dest):
                continue
            seen.add((origin, dest))
            name = say("the road from {origin} to {dest}", origin=origin, dest=dest)
            row = int(n.lanes.row[lane])
            if self.is_filled("lanes", "km", row):
                yield self.cell("lanes", "km", row, self.lane_keys(lane), 0.0, "km", name, -1)
            elif (row := self.road(origin, dest)) >= 0:
                yield self.cell("distances", "km", row, {}, 0.0, "km", name, -1)
            else:
                table = self.prepared.tables["distances"]
                unit = table.units.get("km", "km") if table is not None else "km"
                ratio = self.data["distances"].ratio("km", -1) if table is not None else 1.0
                ends = {"origin": origin, "dest": dest}
                yield Cell("distances", "km", -1, ends, float(n.lanes.km[lane]) / ratio, unit, name, -1)

    @cached_property
    def spots(self) -> dict[str, str]:
        """The place on whose spot each place is that names one."""
        frame = self.data["places"]
        return {frame.text["place"][r]: frame.text["at"][r] for r in range(len(frame)) if frame.text["at"][r]}

    def spot(self, place: str) -> str:
        """The place on whose spot this one is."""
        while place in self.spots:
            place = self.spots[place]
        return place

    def road(self, origin: str, dest: str) -> int:
        """The row of `distances` between the spots of two places, that way or else the other; -1: none."""
        frame, ends = self.data["distances"], (self.spot(origin), self.spot(dest))
        other = -1
        for row in range(len(frame)):
            found = self.spot(frame.text["origin"][row]), self.spot(frame.text["dest"][row])
            if found == ends:
                return row
            if found == ends[::-1]:
                other = row
        return other

    def lane_keys(self, lane: int) -> dict[str, str]:
        """Labels that name a lane."""
        n = self.n
        keys = {"origin": n.labels["place"][n.lanes.origin[lane]], "dest": n.labels["place"][n.lanes.dest[lane]]}
        if len(n.labels["material"]) > 1:
            keys["material"] = n.labels["material"][n.lanes.material[lane]]
        return keys

    def ends(self) -> Iterator[Cell]:
        """Supplies that the plan brings to the site, and demands that it serves from there."""
        n, v = self.n, self.v
        place = n.labels["place"].index(self.decision.keys["place"])
        carried = np.concatenate([self.x[v.flow.cols], self.x[v.haul.cols]])
        origin = np.concatenate([n.lanes.origin, n.hauls.origin])
        dest = np.concatenate([n.lanes.dest, n.hauls.dest])
        for table, rows, ends, others, home in (
            ("supply", n.supply, dest, origin, v.collect),
            ("demand", n.demand, origin, dest, v.deliver),
        ):
            near = np.bincount(others, np.where(ends == place, carried, 0.0), len(n.labels["place"]))
            near[place] += float(self.x[home.cols[home.place == place]].sum())
            weight = np.where(near[rows.place] > 0, self.x[home.cols], 0.0)
            for at in self.largest(weight).tolist():
                yield from self.end(table, rows, at)

    def end(self, table: str, rows: Any, at: int) -> Iterator[Cell]:
        """The amount of one supply or demand."""
        n, row = self.n, int(rows.row[at])
        if row < 0:
            return
        place, material = n.labels["place"][rows.place[at]], n.labels["material"][rows.material[at]]
        columns = ["amount", "most"] if table == "supply" else ["amount", "least", "most"]
        column = next((c for c in columns if self.says(table, c, row)), None)
        if column is None:
            return
        name = (
            say("the supply of {material} at {place}", material=material, place=place)
            if table == "supply"
            else say("the demand for {material} at {place}", material=material, place=place)
        )
        unit = self.prepared.tables[table].units.get(column, n.unit[rows.material[at]])  # type: ignore[union-attr]
        keys = {"place": place, "material": material}
        whole = mass_of(n.unit[rows.material[at]]) is None
        yield self.cell(table, column, row, keys, 0.0, unit, name, 1, whole=whole)

    def volume(self) -> Iterator[Cell]:
        """Everything that is supplied, and all that is asked for, alike."""
        columns = [
            (table, column) for table in ("supply", "demand") for column in ("amount", "least", "most")
            if any(self.says(table, column, row) for row in range(len(self.data[table])))
        ]  # fmt: skip
        if not columns:
            return
        tables = " ".join(dict.fromkeys(table for table, _ in columns))
        name = {
            "supply": say("all supplies"),
            "demand": say("all demands"),
            "supply demand": say("all supplies and demands"),
        }[tables]
        yield Times(tables, "all", -1, {}, 1.0, "", name, 1, columns=tuple(columns))

    # -- a way ---------------------------------------------------------------------------------------------------

    def of_flow(self) -> Iterator[Cell]:
        """Cells of the way, of the places at its ends, and limits."""
        n = self.n
        on = np.flatnonzero(np.isin(self.v.flow.cols, self.decision.columns(self.prepared.model)))
        seen: set[tuple[int, str]] = set()
        for lane in on.tolist():
            row, mode = int(n.lanes.row[lane]), n.labels["mode"][n.lanes.mode[lane]] if n.lanes.mode[lane] else ""
            material = n.labels["material"][n.lanes.material[lane]]
            if (row, material) in seen or len(seen) >= _AROUND:
                continue
            seen.add((row, material))
            unit = n.unit[n.lanes.material[lane]]
            per = say("{currency} per {unit}", currency=self.currency, unit=unit)
            name = say("its fee") if len(on) == 1 else say("its fee for {material}", material=material)
            yield self.cell("lanes", "fee", row, self.lane_keys(lane), 0.0, per, name, -1)
            if np.isfinite(n.lanes.most[lane]) and self.is_filled("lanes", "most", row):
                yield self.cell(
                    "lanes",
                    "most",
                    row,
                    self.lane_keys(lane),
                    np.inf,
                    unit,
                    say("what it may carry"),
                    1,
                    whole=mass_of(unit) is None,
                    own=True,
                )
            yield from self.rates(mode, lane)
        yield from self.distances(on)
        for at in np.flatnonzero(np.isin(n.sites.place, n.lanes.dest[on])).tolist():
            if self.x[self.v.open.cols[at]] > 0.5:
                yield from self.site_cells(at)
        for table, rows, place in (("supply", n.supply, n.lanes.origin[on]), ("demand", n.demand, n.lanes.dest[on])):
            for at in np.flatnonzero(
                np.isin(rows.place, place) & np.isin(rows.material, n.lanes.material[on])
            ).tolist():
                yield from self.end(table, rows, at)
        yield from self.limits()

    def rates(self, mode: str, lane: int) -> Iterator[Cell]:
        """Rates of the vehicle class, which other ways pay as well."""
        table = self.prepared.tables["modes"]
        if not mode or table is None:
            return
        rows = [r for r in range(len(table)) if table.cell(r, "mode") == mode]
        for column in ("full_rate", "loaded_rate", "empty_rate", "trip_cost"):
            for row in rows:
                if len(rows) == 1 and self.is_filled("modes", column, row):
                    name = say(
                        "{column} of the vehicle class {mode}, which other lanes pay as well", column=column, mode=mode
                    )
                    unit = table.units.get(
                        column, self.data["modes"].schema.columns[column].unit.replace("money", self.currency)
                    )
                    yield self.cell("modes", column, row, {}, 0.0, unit, name, -1)

    # -- limits --------------------------------------------------------------------------------------------------

    def limits(self) -> Iterator[Cell]:
        """Limits that count places, and those that bind: more of each, and less."""
        binding = {
            (b.limit, side) for b in self.v.bounds_of_limits for side in _sides(self.n.limits[b.limit], b.value(self.x))
        }
        for number, limit in enumerate(self.n.limits):
            counts = limit.rows[0].quantity in _PLACES and not limit.over
            for column in ("most", "least"):
                if not np.isfinite(getattr(limit, column)) or not (counts or (number, column) in binding):
                    continue
                if counts and not self.is_about(limit.rows):
                    continue
                row = next((r.row for r in limit.every_row if self.is_filled("limits", column, r.row)), -1)
                if row < 0:
                    continue
                name = limit_name(limit, column)
                whole = is_counted(self.prepared, limit)
                unit = unit_after(self.prepared, limit, float(getattr(limit, column))).strip()
                for more in (1, -1):
                    cell = self.cell("limits", column, row, {}, 0.0, unit, name, more, whole=whole)
                    yield replace(cell, steps=counts and whole)

    def largest(self, amounts: Array) -> Array:
        """Positions of the largest amounts, as many as are asked about; the rest is counted."""
        order = np.argsort(-amounts, kind="stable")
        on = order[amounts[order] > 1e-9]
        self.passed += max(0, len(on) - _AROUND)
        return on[:_AROUND]

    def is_about(self, rows: list[LimitRow]) -> bool:
        """Whether a limit that counts places counts this one."""
        if self.decision.kind == "flow":
            return True
        place = self.n.labels["place"].index(self.decision.keys["place"])
        return any(place in row.scope.get("place", (place,)) for row in rows)

    # -- cells ---------------------------------------------------------------------------------------------------

    def says(self, table: str, column: str, row: int) -> bool:
        """Whether a cell says a number above 0 and no end."""
        if not self.is_filled(table, column, row):
            return False
        return 0 < written(self.prepared.tables[table], row, column, 0.0) < np.inf

    def is_filled(self, table: str, column: str, row: int) -> bool:
        """Whether the cell says something."""
        given = self.data[table].given.get(column)
        return row >= 0 and given is not None and bool(given[row])

    def cell(
        self, table: str, column: str, row: int, keys: dict[str, str], default: float, unit: str, name: Sentence, more: int,
        *, whole: bool = False, own: bool = False,
    ) -> Cell:  # fmt: skip
        """A cell of a row; the row is narrowed to the labels where it says more than that."""
        frame = self.prepared.tables[table]
        assert frame is not None
        shown, period = frame.units.get(column, "") or unit, frame.cell(row, "period") if table != "limits" else ""
        name = in_period(name, self.prepared, table, period)
        return Cell(table, column, row, keys, written(frame, row, column, default), shown, name, more, whole, own=own)


def _sides(limit: Limit, value: float | None) -> list[str]:
    if value is None:
        return []
    near = 1e-6 * max(1.0, abs(value))
    return [c for c, off in (("least", value - limit.least), ("most", limit.most - value)) if abs(off) <= near]
