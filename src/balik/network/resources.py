"""Resources of places, and what uses them: activity, and materials that arrive or are collected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ..algebra import pairs
from ..kept import kept
from ..tables import Data, Frame
from ..words import Sentence, say
from . import network as net
from .expand import Array, Expanded, expand, ravel

_MANY = 1000


@kept
def encode_resources(
    data: Data, shape: dict[str, int], sites: net.Sites, runs: net.Runs
) -> tuple[net.Resources, net.Uses, net.Loads, list[str]]:
    """Resources where they are at hand, what uses them by activity and by material, and the unit of each."""
    resources, units = _resources(data, shape, sites), _units(data)
    if not len(data["uses"]):
        none, rate = np.zeros(0, np.int64), np.zeros(0)
        return resources, net.Uses(none, none, rate, none), net.Loads(none, none, none, rate, none), units
    return resources, _uses(data, shape, runs), _loads(data, shape), units


# -- what there is -----------------------------------------------------------------------------------------------


def _resources(data: Data, shape: dict[str, int], sites: net.Sites) -> net.Resources:
    """At a site a capacity for each of its sizes; at another place one, whatever happens."""
    frame = data["resources"]
    dims = {"place": "place", "size": "size", "resource": "resource", "period": "period"}
    kept: list[Expanded] = []
    positions: list[Array] = []
    if len(frame):
        sized = expand(data, frame, dims, shape)
        where = ravel([sites.place, sites.size], [shape["place"], shape["size"]])
        at, position = pairs(
            ravel([sized.codes["place"], sized.codes["size"]], [shape["place"], shape["size"]]), where
        )
        kept.append(sized.take(at))
        positions.append(position)
        plain = _elsewhere(data, frame, {d: d for d in dims if d != "size"}, shape)
        free = np.flatnonzero(~np.isin(plain.codes["place"], sites.place))
        kept.append(plain.take(free))
        positions.append(np.full(len(free), -1))
        _note_no_size(data, frame, [found.row for found in kept])
    row = _end_to_end([found.row for found in kept])
    return net.Resources(
        **{d: _end_to_end([found.codes[d] for found in kept]) for d in ("place", "resource", "period")},
        site=_end_to_end(positions),
        capacity=frame.number["capacity"][row],
        row=row,
    )


def _elsewhere(data: Data, frame: Frame, dims: dict[str, str], shape: dict[str, int]) -> Expanded:
    """The rows that may be about places that are no sites: they name no size."""
    plain = np.array([level in ("", "*", "-") for level in frame.text["size"].levels], bool)
    return expand(data, replace(frame, keyed=frame.keyed & plain[frame.text["size"].codes]), dims, shape)


def _end_to_end(parts: Iterable[Array]) -> Array:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _note_no_size(data: Data, frame: Frame, used: list[Array]) -> None:
    """A row that stands for no place: its size is none of that place."""
    stands = np.zeros(len(frame), bool)
    stands[_end_to_end(used)] = True
    beaten = ~stands & frame.ok & frame.keyed if data.sound("sites", "places", "groups") else np.zeros(0, bool)
    for row in np.flatnonzero(beaten)[:_MANY].tolist():
        size = frame.text["size"][row]
        if size in ("", "*"):
            continue  # nearer rows hold in all its places
        found = say("'{size}' is not a size of {place}.", size=size, place=frame.text["place"][row] or "*")
        advice = say("Sizes stand in the table sites; leave size blank for every size, or where there is no site.")
        data.problems.add("E557", found, advice, **frame.where(row, "size"))


def _units(data: Data) -> list[str]:
    """What each resource is counted in; two units of one are a problem."""
    frame = data["resources"]
    first: dict[str, tuple[str, int]] = {}
    for row in np.flatnonzero(frame.ok & frame.given["unit"]).tolist():
        name, unit = frame.text["resource"][row], frame.text["unit"][row]
        other, at = first.setdefault(name, (unit, row))
        if other != unit:
            found = say(
                "The resource '{name}' is counted in {unit} here and in {other} at {spot}.",
                name=name,
                unit=unit,
                other=other,
                spot=frame.spot(at),
            )
            data.problems.add("E558", found, say("Give one unit, and capacities in it."), **frame.where(row, "unit"))
    return [first[name][0] if name in first else name for name in data.labels["resource"]]


# -- what uses it ------------------------------------------------------------------------------------------------


def _of(data: Data, shape: dict[str, int], user: str) -> Expanded:
    """The rows of `uses` that are about processes, or about materials."""
    frame = data["uses"]
    mine = np.array([level != "" for level in frame.text[user].levels], bool)[frame.text[user].codes]
    dims = {user: user, "place": "place", "resource": "resource"}
    return expand(data, replace(frame, keyed=frame.keyed & mine), dims, shape)


def _uses(data: Data, shape: dict[str, int], runs: net.Runs) -> net.Uses:
    """What one unit of activity of each run uses."""
    frame = data["uses"]
    _note_users(data, frame)
    found = _of(data, shape, "process")
    sizes = [shape["process"], shape["place"]]
    run, at = pairs(
        ravel([runs.process, runs.place], sizes), ravel([found.codes["process"], found.codes["place"]], sizes)
    )
    _note_idle(data, frame, found.row, found.row[at])
    rate = frame.number["rate"][found.row[at]] * runs.per[run]
    on = np.flatnonzero(rate != 0)
    return net.Uses(run[on], found.codes["resource"][at[on]], rate[on], found.row[at[on]])


def _loads(data: Data, shape: dict[str, int]) -> net.Loads:
    """What one unit of a material uses where it arrives or is collected."""
    frame = data["uses"]
    found = _of(data, shape, "material")
    found = found.take(np.flatnonzero(frame.number["rate"][found.row] != 0))
    return net.Loads(**found.codes, rate=frame.number["rate"][found.row], row=found.row)


def _note_users(data: Data, frame: Frame) -> None:
    """A row is about a process or about a material."""
    process, material = (
        np.array([level != "" for level in frame.text[c].levels], bool)[frame.text[c].codes]
        for c in ("process", "material")
    )
    for row in np.flatnonzero((process == material) & frame.ok).tolist():
        frame.drop(row, "process")
        found = say("The row names a process and a material.")
        if not process[row]:
            found = say("The row names neither a process nor a material.")
        data.problems.add("E555", found, say("Name one of them: each use has a row."), **frame.where(row, "process"))


def _note_idle(data: Data, frame: Frame, every: Array, used: Array) -> None:
    """Uses of processes that do not run there."""
    if not data.sound("processes", "uses"):
        return
    for row in np.setdiff1d(every, used)[:_MANY].tolist():
        found = say("The process '{process}' does not run where this use is for.", process=frame.text["process"][row])
        advice = say("Add the place to processes, or blank the place of the use.")
        data.problems.add("W555", found, advice, **frame.where(row, "place"))


# -- both together -----------------------------------------------------------------------------------------------


def used_at(n: net.Network) -> list[tuple[Array, Array, Array, Array, Array, str]]:
    """What may use resources: by table the position of each user, its key (place, resource, period), and the position
    and rate of the use.
    """
    size = [len(n.labels[d]) for d in ("place", "resource", "period")]
    out = []
    if len(n.uses):
        run = n.uses.run
        key = ravel([n.runs.place[run], n.uses.resource, n.runs.period[run]], size)
        out.append((run, key, np.arange(len(run)), n.uses.rate, n.uses.row, "runs"))
    if len(n.loads):
        materials = len(n.labels["material"])
        loads = n.loads.place * materials + n.loads.material
        for table, rows, place in (
            ("lanes", n.lanes, n.lanes.dest),
            ("hauls", n.hauls, n.hauls.dest),
            ("collect", n.supply, n.supply.place),
        ):
            at, load = pairs(place * materials + rows.material, loads)
            key = ravel([place[at], n.loads.resource[load], rows.period[at]], size)
            out.append((at, key, load, n.loads.rate[load], n.loads.row[load], table))
    return out


@kept
def note_resources(data: Data, n: net.Network) -> None:
    """Say where a resource is used that is not there, and which is there and never used."""
    if not len(n.resources) and not len(data["uses"]):
        return
    size = [len(n.labels[d]) for d in ("place", "resource", "period")]
    there = ravel([n.resources.place, n.resources.resource, n.resources.period], size)
    count = np.bincount(n.sites.place[n.sites.status != net.CLOSED], minlength=size[0])
    able = n.resources.site < 0
    able[~able] = n.sites.status[n.resources.site[~able]] != net.CLOSED
    known = np.bincount(there[able], minlength=int(np.prod(size)))
    used: list[Array] = []
    for _, key, _, _, row, _ in used_at(n):
        used.append(key)
        place = key // (size[1] * size[2])
        closed = (n.site_of[place] >= 0) & (count[place] == 0)
        lacks = ~closed & (known[key] < np.maximum(count[place], 1))
        _note_lacking(data, n, key[lacks], row[lacks], known, size)
    idle = np.setdiff1d(n.resources.resource, np.concatenate(used) // size[2] % size[1] if used else [])
    for code in idle.tolist() if data.sound("uses", "resources") else ():
        first = int(n.resources.row[np.flatnonzero(n.resources.resource == code)[0]])
        found = say("Nothing uses the resource '{name}'.", name=n.labels["resource"][code])
        data.problems.add("W556", found, say("Add rows to uses."), **data["resources"].where(first, "resource"))


def _note_lacking(data: Data, n: net.Network, key: Array, row: Array, known: Array, size: list[int]) -> None:
    """Once for each row of `uses` and place: the resource is not at hand there, at least in some period or size."""
    frame, sound = data["uses"], data.sound("resources", "sites", "uses")
    seen: set[tuple[int, int]] = set()
    for at, use in zip(key.tolist() if sound else (), row.tolist(), strict=False):
        place, resource, period = at // (size[1] * size[2]), at // size[2] % size[1], at % size[2]
        if (use, place) in seen or len(seen) >= _MANY:
            continue
        seen.add((use, place))
        words: dict[str, Sentence | str] = {
            "place": n.labels["place"][place],
            "resource": n.labels["resource"][resource],
            "period": n.labels["period"][period],
        }
        found = say("{place} uses '{resource}', and resources has no row for it there (period {period}).", **words)
        if known[at]:
            found = say(
                "{place} uses '{resource}', and resources has no row for one of its sizes (period {period}).", **words
            )
        advice = say("Add a row to resources (blank capacity: without end), or narrow the place of the use.")
        data.problems.add("E556", found, advice, **frame.where(use, "place"))


def bounded_by_resources(n: net.Network) -> net.Network:
    """The network with `most` of runs, lanes and supply as low as a resource lets each of them be by itself."""
    users = used_at(n)
    if not users or not len(n.resources):
        return n
    size = [len(n.labels[d]) for d in ("place", "resource", "period")]
    there = ravel([n.resources.place, n.resources.resource, n.resources.period], size)
    capacity = np.full(int(np.prod(size)), -np.inf)
    np.maximum.at(capacity, there, n.resources.capacity * n.length[n.resources.period])
    capacity[np.isinf(capacity)] = np.inf  # without a row, or without end
    for _, key, _, rate, _, _ in users:
        capacity[key[rate < 0]] = np.inf  # what is given may be used, too
    tables = {"runs": "runs", "lanes": "lanes", "collect": "supply"}
    most = {name: getattr(n, name).most.copy() for name in tables.values()}
    for which, key, _, rate, _, table in users:
        on = np.flatnonzero(rate > 0)
        if table in tables:
            np.minimum.at(most[tables[table]], which[on], capacity[key[on]] / rate[on])
    return replace(n, **{name: replace(getattr(n, name), most=values) for name, values in most.items()})
