"""Set-ups: what running at all costs, by process or shared by several; lots and batches."""

from __future__ import annotations

import numpy as np

from ..tables import Data, Frame
from ..words import say
from . import network as net
from .expand import Array, Expanded, ravel

#: Lots and batches below this are not to be told from nothing: plans have 9 decimals, and are checked to 1e-6.
_LEAST = {"lot": 1e-6, "batch": 1e-3}


def encode_setups(data: Data, frame: Frame, found: Expanded) -> tuple[net.Setups, Array]:
    """Every set-up that costs, and the position of that of each run (-1: none)."""
    if not frame.number["setup_cost"].any():
        none = np.zeros(0, np.int64)
        return net.Setups(none, none, none, none, np.zeros(0), none), np.full(len(found), -1)
    text, processes = frame.text["setup"], len(data.labels["process"])
    own = np.array([level == "" for level in text.levels], bool)[text.codes[found.row]]
    group = np.where(own, found.codes["process"], processes + text.codes[found.row])
    sizes = [processes + len(text.levels), len(data.labels["place"]), len(data.labels["period"])]
    key = ravel([group, found.codes["place"], found.codes["period"]], sizes)
    cost = frame.number["setup_cost"][found.row]
    costs = np.unique(key[cost != 0])
    first = np.zeros(len(costs), np.int64)
    for at, one in enumerate(costs.tolist()):
        members = np.flatnonzero(key == one)
        given = members[frame.given["setup_cost"][found.row[members]]]
        first[at] = given[0]
        for other in given[cost[given] != cost[given[0]]][:1].tolist():
            _note_two_costs(data, frame, int(found.row[given[0]]), int(found.row[other]))
    position = np.full(len(key), -1)
    hit = np.isin(key, costs)
    position[hit] = np.searchsorted(costs, key[hit])
    setups = net.Setups(
        **{d: found.codes[d][first] for d in ("place", "period")},
        setup=group[first],
        process=np.where(own[first], found.codes["process"][first], -1),
        cost=cost[first],
        row=found.row[first],
    )
    return setups, position


def _note_two_costs(data: Data, frame: Frame, row: int, other: int) -> None:
    found = say(
        "The set-up '{name}' costs {one:g} here and {two:g} at {spot}, and it is paid once.",
        name=frame.text["setup"][row],
        one=float(frame.number["setup_cost"][row]),
        two=float(frame.number["setup_cost"][other]),
        spot=frame.spot(other),
    )
    advice = say("Write one cost, on one of the rows or on all.")
    data.problems.add("E561", found, advice, **frame.where(row, "setup_cost"))


def check_lots(data: Data, frame: Frame, runs: net.Runs) -> None:
    """Lots and batches that nothing can run in, or that are not to be told from nothing."""
    for column, values in (("lot", runs.lot), ("batch", runs.batch)):
        small = (values > 0) & (values * runs.per < _LEAST[column])
        for run in np.unique(runs.row[small], return_index=True)[1].tolist():
            at = int(np.flatnonzero(small)[run])
            found = say(
                "{column} = {value:g} is too small to be told from nothing.",
                column=column,
                value=float(values[at] * runs.per[at]),
            )
            advice = say("Write 0, or use a smaller unit, as g for kg.")
            data.problems.add("E126", found, advice, **frame.where(int(runs.row[at]), column))
        with np.errstate(invalid="ignore"):
            never = (values > runs.most * (1 + 1e-9)) & ~small
        for row in np.unique(runs.row[never]).tolist():
            found = say("{column} is more than the process may do in a period, so it never runs.", column=column)
            data.problems.add("W560", found, say("Lower it, or raise most."), **frame.where(row, column))


def setup_labels(data: Data) -> list[str]:
    """Names of set-ups as they are coded: those of single processes, then those that are shared."""
    return [*data.labels["process"], *(level or "-" for level in data["processes"].text["setup"].levels)]
