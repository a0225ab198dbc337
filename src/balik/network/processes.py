"""Processes and their recipes: what runs where, and what it uses and makes."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..words import say
from . import network as net
from .counted import in_own_unit
from .expand import Array, Expanded, expand, ravel
from .setups import check_lots, encode_setups


@kept
def encode_processes(data: Data, shape: dict[str, int], length: Array) -> tuple[net.Runs, net.Recipe, net.Setups]:
    """Processes where and when they may run, per unit of activity, the recipe of each, and their set-ups."""
    frame = data["processes"]
    found = expand(data, frame, {"process": "process", "place": "place", "period": "period"}, shape)
    recipe = _recipe(data, shape, found)
    per, counted = _per(data, frame, found, recipe)
    accounts = {name: i for i, name in enumerate(data.labels["account"])}
    codes = np.array([accounts.get(level, 0) for level in frame.text["account"].levels])
    account = codes[frame.text["account"].codes[found.row]] if len(found) else np.zeros(0, np.int64)
    number = {c: _counted_by(data, frame, c, found.row, counted) for c in ("cost", "most", "co2", "jobs", "lot", "batch")}
    setups, setup = encode_setups(data, frame, found)
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
        lot=number["lot"] / per,
        batch=number["batch"] / per,
        setup=setup,
        row=found.row,
    )
    check_lots(data, frame, runs)
    return runs, recipe, setups


def _counted_by(data: Data, frame: Frame, column: str, rows: Array, material: Array) -> Array:
    """A column by what a row counts: a unit of activity, or the material that `per` names (-1: none)."""
    given = frame.counted.get(column)
    if given is None or given.fit.kind:
        return in_own_unit(data, frame, column, rows, material)
    values = frame.number[column][rows]
    for row in np.unique(rows[(material >= 0) & (values != 0) & np.isfinite(values)]).tolist():
        found = say(
            "The header gives {column} in {unit}, for a unit of activity, and the row counts '{material}' (per).",
            column=column,
            unit=given.unit,
            material=frame.text["per"][row],
        )
        data.problems.add(
            "E313", found, say("Blank per, or give the header a unit of that material."), **frame.where(row, column)
        )
    return values


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
    idle = np.setdiff1d(np.unique(runs.codes["process"]), np.unique(codes["process"]))
    gives = set(data["uses"].text["process"].levels)  # it may use or give a resource
    idle = np.array([p for p in idle.tolist() if data.labels["process"][p] not in gives], np.int64)
    for process in idle if data.sound("recipes") else ():
        label = data.labels["process"][process]
        row = int(runs.row[np.flatnonzero(runs.codes["process"] == process)[0]])
        data.problems.add(
            "W203",
            say("The process '{label}' has no recipe, so it does nothing.", label=label),
            say("Add rows to recipes."),
            **data["processes"].where(row, "process"),
        )
    rate = in_own_unit(data, frame, "rate", found.row[hit], codes["material"])
    return net.Recipe(run=run, rate=rate, **codes)


def _note_idle_recipes(data: Data, frame: Frame, found: Expanded, hit: Array) -> None:
    if not data.sound("recipes", "processes"):
        return
    used = np.zeros(len(frame), bool)
    used[found.row[hit]] = True
    for row in np.flatnonzero(frame.ok & ~used).tolist():
        data.problems.add(
            "W204", say("The process '{process}' does not run where this recipe is for.", process=frame.text['process'][row]),
            say("Add the place to processes, or blank the recipe's place."), **frame.where(row, "place"),
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
    for row in np.unique(found.row[named & (rate == 0)]).tolist() if data.sound("recipes") else ():
        data.problems.add(
            "E340", say("per names '{material}', which is not in the recipe of '{process}'.", material=text[row], process=frame.text['process'][row]),
            say("Name a material that the recipe uses or makes."), **frame.where(row, "per"),
        )  # fmt: skip
    per[named] = np.where(rate[named] > 0, rate[named], 1.0)
    return per, wanted
