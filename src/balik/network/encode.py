"""Typed tables to the network of arrays: wildcards, distances, rates, units."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tables import Data, Frame
from ..tables.units import mass_of, plain_unit
from . import network as net
from .distance import Distances
from .expand import Array, Expanded, expand, ravel
from .finance import money_factors
from .lanes import encode_lanes
from .limits import encode_limits, encode_weights
from .tours import encode_tours

_STATUS = {"candidate": net.CANDIDATE, "open": net.OPEN, "closed": net.CLOSED, "existing": net.EXISTING}


class Modes:
    """Rates of a vehicle class for a material in a period: `row(mode, material, period)` of the table."""

    def __init__(self, data: Data, shape: dict[str, int]):
        self.frame = data["modes"]
        found = expand(data, self.frame, {"mode": "mode", "material": "material", "period": "period"}, shape)
        self.row = np.full((shape["mode"], shape["material"], shape["period"]), -1, np.int64)
        self.row[found.codes["mode"], found.codes["material"], found.codes["period"]] = found.row

    def value(self, column: str, rows: Array, absent: float = 0.0) -> Array:
        """A column of the table at these rows; `absent` where there is no vehicle."""
        known = self.frame.number[column]
        return np.where(rows >= 0, known[rows] if len(known) else absent, absent)

    def whole(self, rows: Array) -> Array:
        """Whether trips are whole at these rows."""
        known = self.frame.flag["whole_trips"]
        return (rows >= 0) & known[rows] if len(known) else np.zeros(len(rows), bool)


def encode(data: Data) -> net.Network:
    """The network of a typed case. Rows with a problem are left out; further problems are noted."""
    labels = dict(data.labels)
    labels["mode"] = ["", *data.labels["mode"]]
    shape = {dimension: len(names) for dimension, names in labels.items()}
    length, repeats = _periods(data)
    materials = _materials(data)
    distances = Distances(data)
    modes = Modes(data, shape)
    weights = encode_weights(data)
    wants = _wanted_distances(data, weights)
    lanes, trips, dropped = encode_lanes(data, shape, modes, distances, materials, wants)
    rounds, legs, hauls, aboard = encode_tours(data, shape, modes, distances, materials, wants)
    runs, recipe = _processes(data, shape, length)
    sites, starts = _sites(data, shape, length), _stores(data, shape)
    sites = _with_starts(data, sites, starts)
    supply, demand = _supply(data, shape), _demand(data, shape)
    places = np.unique(sites.place)
    site_of = np.full(shape["place"], -1)
    site_of[places] = np.arange(len(places))
    site_weight, site_unit = _site_units(data, sites, site_of, lanes, hauls, supply, materials)
    money_times, one_off = money_factors(data, length, repeats, _has_one_off(data), _has_recurring(data))
    kinds = {kind: i for i, kind in enumerate(data.kinds)}
    labels |= {
        "kind": list(kinds),
        "group": [g for d, g in data.groups if d == "place"],
        "limit": [],
        "origin": labels["place"],
        "dest": labels["place"],
    }
    kind = np.full(shape["place"], -1)
    for name, codes in data.kinds.items():
        kind[codes] = kinds[name]
    limits = encode_limits(data, labels, materials)
    labels["limit"] = [limit.name for limit in limits]
    return net.Network(
        labels=labels,
        lanes=lanes,
        trips=trips,
        rounds=rounds,
        legs=legs,
        hauls=hauls,
        aboard=aboard,
        supply=supply,
        demand=demand,
        runs=runs,
        recipe=recipe,
        sites=sites,
        stores=starts,
        limits=limits,
        weights=weights,
        length=length,
        repeats=repeats,
        money_times=money_times,
        one_off_times=one_off,
        mass=materials.mass,
        volume=materials.volume,
        unit=materials.unit,
        site_weight=site_weight,
        site_unit=site_unit,
        site_of=site_of,
        kind=kind,
        group_places={g: np.array(c, np.int64) for (d, g), c in data.groups.items() if d == "place"},
        dropped=dropped,
        straight=_straight(data, distances, lanes),
    )


def _straight(data: Data, distances: Distances, lanes: net.Lanes) -> Array:
    """For every lane the great circle that its km rests on; nan where km was given."""
    given = ~np.isnan(data["lanes"].number["km"][lanes.row])
    return np.where(given, np.nan, distances.straight(lanes.origin, lanes.dest))


# -- periods and materials ---------------------------------------------------------------------------------------


def _periods(data: Data) -> tuple[Array, Array]:
    frame = data["periods"]
    if not len(frame):
        return np.ones(1), np.ones(1)
    first = {label: row for row, label in reversed(list(enumerate(frame.text["period"])))}
    rows = [first[label] for label in data.labels["period"]]
    return frame.number["length"][rows], frame.number["repeats"][rows]


class Materials:
    """Unit, mass (kg) and volume (m3) of one unit of every material; nan where unknown."""

    def __init__(self, unit: list[str], mass: Array, volume: Array, labels: list[str]):
        self.unit, self.mass, self.volume, self.labels = unit, mass, volume, labels

    def same_unit(self, codes: Array) -> str | None:
        """The one unit of these materials, if they share it."""
        units = {self.unit[c] for c in codes}
        return units.pop() if len(units) == 1 else None


def _materials(data: Data) -> Materials:
    frame, labels = data["materials"], data.labels["material"]
    unit = ["kg"] * len(labels)
    mass, volume = np.full(len(labels), np.nan), np.full(len(labels), np.nan)
    code = {label: i for i, label in enumerate(labels)}
    for row in range(len(frame)):
        m = code.get(frame.text["material"][row])
        if m is None:
            continue
        unit[m] = plain_unit(frame.text["unit"][row])
        mass[m], volume[m] = frame.number["mass"][row], frame.number["volume"][row]
        own = mass_of(unit[m])
        if own is not None and not np.isnan(mass[m]) and abs(mass[m] - own) > 1e-12 * own:
            data.problems.add(
                "E310",
                f"One {unit[m]} has {own:g} kg, not {mass[m]:g}.",
                "Leave mass blank for units of mass.",
                **frame.where(row, "mass"),
            )
        mass[m] = own if own is not None else mass[m]
    return Materials(unit, mass, volume, labels)


def _wanted_distances(data: Data, weights: dict[str, float]) -> set[str]:
    """Measures that a limit, goal or weight uses."""
    wanted = {q for q, w in weights.items() if w}
    for name in ("limits", "goals"):
        wanted |= set(data[name].text["quantity"].levels) if len(data[name]) else set()
    return wanted & {"km", "tkm", "co2"}


# -- supply, demand, stores --------------------------------------------------------------------------------------

_PMT = {"place": "place", "material": "material", "period": "period"}


def _bounds(frame: Frame, row: Array) -> tuple[Array, Array]:
    amount = frame.number["amount"][row]
    exact = ~np.isnan(amount)
    return (
        np.where(exact, amount, frame.number["least"][row]),
        np.where(exact, amount, frame.number["most"][row]),
    )


def _supply(data: Data, shape: dict[str, int]) -> net.Supply:
    frame = data["supply"]
    found = expand(data, frame, _PMT, shape)
    least, most = _bounds(frame, found.row)
    number = {c: frame.number[c][found.row] for c in ("price", "left_cost")}
    return net.Supply(**found.codes, least=least, most=most, **number, row=found.row)


def _demand(data: Data, shape: dict[str, int]) -> net.Demand:
    frame = data["demand"]
    found = expand(data, frame, _PMT, shape)
    least, most = _bounds(frame, found.row)
    number = {c: frame.number[c][found.row] for c in ("price", "shortage_cost")}
    return net.Demand(**found.codes, least=least, most=most, **number, row=found.row)


def _stores(data: Data, shape: dict[str, int]) -> net.Stores:
    frame = data["stores"]
    found = expand(data, frame, _PMT, shape)
    period, last = found.codes["period"], shape["period"] - 1
    for column, at in (("start", 0), ("end", last)):
        stray = found.row[(period != at) & frame.given[column][found.row] & ~_reaches(frame, found, at)]
        for row in np.unique(stray):
            word = "before the first" if at == 0 else "after the last"
            data.problems.add(
                "E330", f"'{column}' holds {word} period, and the row does not stand for that period.",
                f"Write it on a row of period '{data.labels['period'][at]}'.", **frame.where(row, column),
            )  # fmt: skip
    start = np.where(period == 0, frame.number["start"][found.row], 0.0)
    end = np.where(period == last, frame.number["end"][found.row], np.nan)
    return net.Stores(
        **found.codes,
        room=frame.number["room"][found.row],
        holding=frame.number["holding"][found.row],
        start=start,
        end=end,
        row=found.row,
    )


def _reaches(frame: Frame, found: Expanded, period: int) -> Array:
    """Whether the row of each tuple also stands for this period."""
    rows = np.zeros(len(frame), bool)
    rows[found.row[found.codes["period"] == period]] = True
    return rows[found.row]


# -- processes ---------------------------------------------------------------------------------------------------


def _processes(data: Data, shape: dict[str, int], length: Array) -> tuple[net.Runs, net.Recipe]:
    frame = data["processes"]
    found = expand(data, frame, {"process": "process", "place": "place", "period": "period"}, shape)
    recipe = _recipe(data, shape, found)
    per, counted = _per(data, frame, found, recipe)
    accounts = {name: i for i, name in enumerate(data.labels["account"])}
    codes = np.array([accounts.get(level, 0) for level in frame.text["account"].levels])
    account = codes[frame.text["account"].codes[found.row]] if len(found) else np.zeros(0, np.int64)
    number = {c: frame.number[c][found.row] for c in ("cost", "most", "co2", "jobs")}
    with np.errstate(invalid="ignore"):
        most = number["most"] * length[found.codes["period"]] / per
    runs = net.Runs(
        **found.codes,
        cost=number["cost"] * per,
        most=most,
        co2=number["co2"] * per,
        jobs=number["jobs"] * per,
        per=per,
        counted=counted,
        account=account,
        row=found.row,
    )
    return runs, recipe


def _recipe(data: Data, shape: dict[str, int], runs: Expanded) -> net.Recipe:
    """For every run the rows of recipes that hold for it (the nearer place and period win)."""
    frame = data["recipes"]
    dims = {"process": "process", "material": "material", "place": "place", "period": "period"}
    found = expand(data, frame, dims, shape)
    sizes = [shape["process"], shape["place"], shape["period"]]
    run_key = ravel([runs.codes[c] for c in ("process", "place", "period")], sizes)
    key = ravel([found.codes[c] for c in ("process", "place", "period")], sizes)
    order = np.argsort(run_key, kind="stable")
    at = np.minimum(np.searchsorted(run_key[order], key), max(len(run_key) - 1, 0))
    hit = run_key[order][at] == key if len(run_key) else np.zeros(len(key), bool)
    _note_idle_recipes(data, frame, found, hit)
    run = order[at[hit]] if len(run_key) else np.zeros(0, np.int64)
    codes = {c: found.codes[c][hit] for c in ("process", "place", "material", "period")}
    for process in np.setdiff1d(np.unique(runs.codes["process"]), np.unique(codes["process"])):
        label = data.labels["process"][process]
        row = int(runs.row[np.flatnonzero(runs.codes["process"] == process)[0]])
        data.problems.add(
            "W203",
            f"The process '{label}' has no recipe, so it does nothing.",
            "Add rows to recipes.",
            **data["processes"].where(row, "process"),
        )
    return net.Recipe(run=run, rate=frame.number["rate"][found.row[hit]], **codes)


def _note_idle_recipes(data: Data, frame: Frame, found: Expanded, hit: Array) -> None:
    used = np.zeros(len(frame), bool)
    used[found.row[hit]] = True
    stray = np.flatnonzero(frame.ok & ~used)
    for row in stray:
        data.problems.add(
            "W204", f"The process '{frame.text['process'][row]}' does not run where this recipe is for.",
            "Add the place to processes, or blank the recipe's place.", **frame.where(row, "place"),
        )  # fmt: skip


def _per(data: Data, frame: Frame, found: Expanded, recipe: net.Recipe) -> tuple[Array, Array]:
    """|rate| of the material that `per` names, 1 where it is blank; and that material, -1 where it is blank."""
    per = np.ones(len(found))
    text = frame.text["per"]
    code = {label: i for i, label in enumerate(data.labels["material"])}
    wanted = (
        np.array([code.get(level, -1) for level in text.levels])[text.codes[found.row]]
        if len(found)
        else np.zeros(0, np.int64)
    )
    rate = np.zeros(len(found))
    hit = recipe.material == wanted[recipe.run] if len(recipe) else np.zeros(0, bool)
    rate[recipe.run[hit]] = np.abs(recipe.rate[hit])
    named = wanted >= 0
    for row in np.unique(found.row[named & (rate == 0)]):
        data.problems.add(
            "E340", f"per names '{text[row]}', which is not in the recipe of '{frame.text['process'][row]}'.",
            "Name a material that the recipe uses or makes.", **frame.where(row, "per"),
        )  # fmt: skip
    per[named] = np.where(rate[named] > 0, rate[named], 1.0)
    return per, wanted


# -- sites -------------------------------------------------------------------------------------------------------


def _sites(data: Data, shape: dict[str, int], length: Array) -> net.Sites:
    frame = data["sites"]
    found = expand(data, frame, {"place": "place", "size": "size"}, shape)
    order = np.lexsort((found.codes["size"], found.codes["place"]))
    found = found.take(order)
    status = np.array([_STATUS.get(level, 0) for level in frame.text["status"].levels])
    columns = ("capacity", "least", "opening_cost", "running_cost", "unit_cost", "closing_cost")
    return net.Sites(
        **found.codes,
        **{c: frame.number[c][found.row] for c in columns},
        status=status[frame.text["status"].codes[found.row]] if len(found) else np.zeros(0, np.int64),
        starts=np.zeros(len(found), bool),
        row=found.row,
    )


def _with_starts(data: Data, sites: net.Sites, stores: net.Stores) -> net.Sites:
    """Mark the sites where stock stands at the start; at a closed one that is a problem."""
    standing = np.unique(stores.place[stores.start > 0])
    starts = np.isin(sites.place, standing)
    for place in np.intersect1d(standing, sites.place):
        if (sites.status[sites.place == place] == net.CLOSED).all():
            row = int(stores.row[np.flatnonzero((stores.place == place) & (stores.start > 0))[0]])
            data.problems.add(
                "E331", f"Stock starts at {data.labels['place'][place]}, a site that stays closed.",
                "Set start to 0 or another status.", **data["stores"].where(row, "start"),
            )  # fmt: skip
    values = {f: getattr(sites, f) for f in sites.__dataclass_fields__} | {"starts": starts}
    return net.Sites(**values)


def _site_units(
    data: Data,
    sites: net.Sites,
    site_of: Array,
    lanes: net.Lanes,
    hauls: net.Hauls,
    supply: net.Supply,
    materials: Materials,
) -> tuple[Array, list[str]]:
    """What a unit of each material counts at each site, and the unit of the site's capacity.

    The common unit of the materials that arrive or are collected there, else their mass in kg.
    """
    places = np.flatnonzero(site_of >= 0)
    weight = np.ones((len(places), len(materials.unit)))
    units = ["qty"] * len(places)
    seen = np.zeros((len(places), len(materials.unit)), bool)
    for place, material in (
        (lanes.dest, lanes.material),
        (hauls.dest, hauls.material),
        (supply.place, supply.material),
    ):
        at = site_of[place] >= 0
        seen[site_of[place[at]], material[at]] = True
    counts = np.isfinite(sites.capacity) | (sites.least > 0) | (sites.unit_cost != 0)
    matters = np.zeros(len(places), bool)
    matters[site_of[sites.place[counts]]] = True
    patterns, which = np.unique(seen, axis=0, return_inverse=True)
    for pattern, members in enumerate(patterns):
        at = np.flatnonzero(which.ravel() == pattern)
        codes = np.flatnonzero(members)
        common = materials.same_unit(codes) if len(codes) else "qty"
        for p in at:
            units[p] = common or "kg"
        if common is not None or not matters[at].any():
            continue
        weight[at] = np.where(np.isnan(materials.mass), 0.0, materials.mass)
        for m in codes[np.isnan(materials.mass[codes])]:
            first = int(sites.row[np.flatnonzero(np.isin(site_of[sites.place], at[matters[at]]))[0]])
            data.problems.add(
                "E311",
                f"Materials of different units come to {data.labels['place'][places[at[0]]]}, so its capacity counts mass, "
                f"and '{materials.labels[m]}' has none.",
                "Write mass [kg] in materials.",
                **data["sites"].where(first, "capacity"),
            )
    return weight, units


# -- which money stands in the case ------------------------------------------------------------------------------


def _any(frame: Frame, *columns: str) -> bool:
    return any(bool((np.nan_to_num(frame.number[c][frame.ok]) != 0).any()) for c in columns)


def _has_one_off(data: Data) -> bool:
    return _any(data["sites"], "opening_cost", "closing_cost")


def _has_recurring(data: Data) -> bool:
    recurring: dict[str, tuple[str, ...]] = {
        "sites": ("running_cost", "unit_cost"),
        "lanes": ("fee",),
        "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost"),
        "supply": ("price", "left_cost"),
        "demand": ("price", "shortage_cost"),
        "processes": ("cost",),
        "stores": ("holding",),
        "tours": ("full_rate",),
    }
    return any(_any(data[name], *columns) for name, columns in recurring.items())


def first_row(frame: Frame, mask: Array) -> dict[str, Any]:
    """Where the first row of the mask stands."""
    return frame.where(int(np.flatnonzero(mask)[0])) if mask.any() else {"file": frame.name}
