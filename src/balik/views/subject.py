"""What a picture or a report is about: what moves, runs, is collected and handed over, of a case or of a plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CallError, Problems
from ..network.expand import expand
from ..network.network import Network
from ..network.processes import encode_processes
from ..plan.plan import Plan
from ..plan.store import PLAN_FILE, is_zip
from ..tables import Data, Tables, type_tables
from ..words import say

#: What a case or a plan is named by.
About = str | os.PathLike[str] | Mapping[str, Any] | Plan


@dataclass(frozen=True)
class Move:
    """So much of a material from a place to a place over all periods and their repeats; None: it may move."""

    origin: str
    dest: str
    material: str
    amount: float | None = None


@dataclass(frozen=True)
class Run:
    """Activity of a process at a place, with its recipe: material → rate (below 0: used)."""

    process: str
    place: str
    amount: float | None
    recipe: Mapping[str, float]


@dataclass(frozen=True)
class Spot:
    """So much of a material at a place."""

    place: str
    material: str
    amount: float | None = None


@dataclass(frozen=True)
class Subject:
    """A case, and where there is one its plan, as rows of labels. `open`: sites that are open; `sites`: all of them."""

    tables: Tables
    data: Data
    plan: Plan | None
    moves: list[Move]
    runs: list[Run]
    collected: list[Spot]
    delivered: list[Spot]
    stocked: list[Spot]
    sites: list[str]
    open: list[str] = field(default_factory=list)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kind of each place, '' where it has none."""
        frame = self.data["places"]
        return dict(zip(frame.text["place"], frame.text["kind"], strict=True))

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of each place where it has one beside its label."""
        frame = self.data["places"]
        pairs = zip(frame.text["place"], frame.text["name"], strict=True)
        return {place: name for place, name in pairs if name and name != place}

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of each material."""
        frame = self.data["materials"]
        return dict(zip(frame.text["material"], frame.text["unit"], strict=True))

    @cached_property
    def masses(self) -> dict[str, float]:
        """kg in one unit of each material that has a mass."""
        sizes = zip(self.data.labels["material"], self.data.sizes("kg"), strict=True)
        return {material: float(size) for material, size in sizes if size is not None}

    def handed(self) -> dict[tuple[str, str], float]:
        """Price of every (place, material) that demand names; nan: none is known."""
        frame = self.data["demand"]
        found = expand(self.data, frame, {"place": "place", "material": "material", "period": "period"}, self._shape)
        place, material = (self.data.labels[d] for d in ("place", "material"))
        prices = frame.written("price")[found.row].tolist()
        pairs = zip(found.codes["place"].tolist(), found.codes["material"].tolist(), prices, strict=True)
        return {(place[p], material[m]): price for p, m, price in pairs}

    @property
    def _shape(self) -> dict[str, int]:
        return shape_of(self.data)


def shape_of(data: Data) -> dict[str, int]:
    """Number of labels of every dimension."""
    shape = {dimension: len(labels) for dimension, labels in data.labels.items()}
    return shape | {"mode": shape.get("mode", 0) + 1}


def title_of(subject: Subject) -> str:
    """The case, and the scenario where it is one."""
    return subject.tables.title + (f" · {subject.tables.scenario}" if subject.tables.scenario else "")


def is_plan_folder(about: Any) -> bool:
    """Whether it names a folder or a zip that `solve --out` wrote."""
    if not isinstance(about, (str, os.PathLike)):
        return False
    return (Path(about) / PLAN_FILE).is_file() or (is_zip(Path(about)) and Path(about).is_file())


def of_plan(plan: Plan) -> Subject:
    """What a plan does; its case is read again from the tables that it holds."""
    if plan.tables is None or not plan.has_numbers:
        raise CallError(say("There is no verified plan to be shown: its status is {status}.", status=plan.status))
    data = type_tables(replace(plan.tables, problems=Problems()))
    times = repeats_of(data)
    recipes = _recipes(data)
    runs: dict[tuple[str, str], dict[str, Any]] = {}
    for process, place, period, amount in _rows(plan, "run", "process", "place", "period", "amount"):
        run = runs.setdefault((process, place), {"amount": 0.0, "sums": {}})
        run["amount"] += amount * times.get(period, 1.0)
        for material, rate in recipes.get((process, place, period), {}).items():
            run["sums"][material] = run["sums"].get(material, 0.0) + rate * amount * times.get(period, 1.0)
    return Subject(
        tables=plan.tables,
        data=data,
        plan=plan,
        moves=_moves(plan, data, times),
        runs=[Run(p, at, r["amount"], _per(r["sums"], r["amount"])) for (p, at), r in runs.items()],
        collected=_spots(plan, "collect", times),
        delivered=_spots(plan, "deliver", times),
        stocked=_most_stock(plan),
        sites=_site_places(data),
        open=list(dict.fromkeys(row["place"] for row in plan.open)),
    )


def of_case(tables: Tables, data: Data, n: Network) -> Subject:
    """What may move and run in a case, without amounts."""
    label = n.labels
    pairs: dict[tuple[int, int, int], None] = {}
    for lanes in (n.lanes, n.hauls):
        stacked = np.stack([lanes.origin, lanes.dest, lanes.material], axis=1)
        pairs |= dict.fromkeys(map(tuple, np.unique(stacked, axis=0).tolist()))
    place, material, process = label["place"], label["material"], label["process"]
    recipes: dict[tuple[str, str], dict[str, float]] = {}
    for p, at in zip(n.runs.process.tolist(), n.runs.place.tolist(), strict=True):
        recipes.setdefault((process[p], place[at]), {})
    rows = zip(*(a.tolist() for a in (n.recipe.process, n.recipe.place, n.recipe.material, n.recipe.rate)), strict=True)
    for p, at, m, rate in rows:
        recipes.setdefault((process[p], place[at]), {}).setdefault(material[m], rate)
    return Subject(
        tables=tables,
        data=data,
        plan=None,
        moves=[Move(place[o], place[d], material[m]) for o, d, m in pairs],
        runs=[Run(p, at, None, recipe) for (p, at), recipe in recipes.items()],
        collected=_places(n, n.supply.place, n.supply.material),
        delivered=_places(n, n.demand.place, n.demand.material),
        stocked=_places(n, n.stores.place, n.stores.material),
        sites=[place[p] for p in n.site_places.tolist()],
    )


def repeats_of(data: Data) -> dict[str, float]:
    """How often each period occurs."""
    frame = data["periods"]
    return dict(zip(frame.text["period"], frame.number["repeats"].tolist(), strict=True))


def _site_places(data: Data) -> list[str]:
    """Places of `sites`, wildcards written out."""
    found = expand(data, data["sites"], {"place": "place"}, shape_of(data))
    return [data.labels["place"][code] for code in dict.fromkeys(found.codes["place"].tolist())]


def _recipes(data: Data) -> dict[tuple[str, str, str], dict[str, float]]:
    """(process, place, period) → material → rate."""
    shape = shape_of(data)
    _, recipe, _ = encode_processes(data, shape, np.ones(shape["period"]))
    names = [data.labels[d] for d in ("process", "place", "period", "material")]
    columns = (recipe.process, recipe.place, recipe.period, recipe.material)
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for p, at, t, m, rate in zip(*(c.tolist() for c in columns), recipe.rate.tolist(), strict=True):
        found.setdefault((names[0][p], names[1][at], names[2][t]), {})[names[3][m]] = rate
    return found


def _per(sums: Mapping[str, float], activity: float) -> dict[str, float]:
    return {material: amount / activity if activity else 0.0 for material, amount in sums.items()}


def _rows(plan: Plan, table: str, *names: str) -> Iterable[tuple[Any, ...]]:
    columns = plan.columns.get(table)
    return zip(*(columns[name] for name in names), strict=True) if columns else ()


def _moves(plan: Plan, data: Data, times: Mapping[str, float]) -> list[Move]:
    """Flows of lanes and of milk runs, summed over periods."""
    sums: dict[tuple[str, str, str], float] = {}
    for origin, dest, material, period, amount in _rows(plan, "flow", "origin", "dest", "material", "period", "amount"):
        key = (origin, dest, material)
        sums[key] = sums.get(key, 0.0) + amount * times.get(period, 1.0)
    frame = data["tours"]
    stops = zip(frame.text["tour"], frame.number["stop"].tolist(), frame.text["place"], strict=True)
    at = {(tour, int(stop)): place for tour, stop, place in stops if place}
    for tour, stop, to, material, period, amount in _rows(
        plan, "tour_loads", "tour", "stop", "to", "material", "period", "amount"
    ):
        key = (at[tour, int(stop)], at[tour, int(to)], material)
        sums[key] = sums.get(key, 0.0) + amount * times.get(period, 1.0)
    return [Move(*key, amount) for key, amount in sums.items()]


def _spots(plan: Plan, table: str, times: Mapping[str, float]) -> list[Spot]:
    sums: dict[tuple[str, str], float] = {}
    for place, material, period, amount in _rows(plan, table, "place", "material", "period", "amount"):
        sums[place, material] = sums.get((place, material), 0.0) + amount * times.get(period, 1.0)
    return [Spot(*key, amount) for key, amount in sums.items()]


def _most_stock(plan: Plan) -> list[Spot]:
    """The largest stock of each place and material."""
    most: dict[tuple[str, str], float] = {}
    for place, material, amount in _rows(plan, "stock", "place", "material", "amount"):
        most[place, material] = max(most.get((place, material), 0.0), amount)
    return [Spot(*key, amount) for key, amount in most.items()]


def _places(n: Network, place: Sequence[int] | np.ndarray, material: Sequence[int] | np.ndarray) -> list[Spot]:
    pairs = dict.fromkeys(zip(np.asarray(place).tolist(), np.asarray(material).tolist(), strict=True))
    return [Spot(n.labels["place"][p], n.labels["material"][m]) for p, m in pairs]
