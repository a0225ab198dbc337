"""Modules: by what sites may be extended, bought once for the horizon, or in a period where the site is phased."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.capacity import numbers
from ..words import say
from . import network as net
from .expand import Array
from .phases import Spread

#: What holds for a module whenever it was bought.
_LASTING = ("capacity", "most", "whole")


@kept
def encode_modules(
    data: Data, sites: net.Sites, phased: Array, found: Spread, times: dict[str, Array], periods: int
) -> net.Modules:
    """Modules of every site; `times`: by what `modules.capacity` is multiplied to be in the site's unit."""
    frame = data["modules"]
    if not len(found):
        none, zero = np.zeros(0, np.int64), np.zeros(0)
        return net.Modules(none, none, none, zero, zero, zero, zero, np.zeros(0, bool), none)
    _note_periods(data, phased, found, periods)
    keep = np.flatnonzero(phased[found.site] | (found.codes["period"] == 0))
    site, row = found.site[keep], found.row[keep]
    for at in np.flatnonzero(np.isinf(sites.capacity[site]))[:1].tolist():
        told = say("The module adds to a capacity that has no end.")
        data.problems.add("W581", told, say("Write the capacity of the site."), **frame.where(int(row[at]), "capacity"))
    return net.Modules(
        site=site,
        module=found.codes["module"][keep],
        period=found.codes["period"][keep],
        capacity=numbers(data, "modules.capacity")[row] * times["modules.capacity"][site],
        cost=frame.number["cost"][row],
        running_cost=frame.number["running_cost"][row],
        most=_most(data, row),
        whole=frame.flag["whole"][row],
        row=row,
    )


def _most(data: Data, row: Array) -> Array:
    """Most modules; of whole ones the whole part."""
    frame = data["modules"]
    most = frame.number["most"][row]
    return np.where(frame.flag["whole"][row], np.floor(most + 1e-9), most)


def _note_periods(data: Data, phased: Array, found: Spread, periods: int) -> None:
    """One module of a site has a row for every period, and they agree in what lasts; where the site is not phased, it
    has the same row in all of them.
    """
    frame = data["modules"]
    which = np.stack([found.site, found.codes["module"]], 1)
    starts = np.flatnonzero(np.r_[True, (which[1:] != which[:-1]).any(axis=1)])
    seen: set[int] = set()
    for first, after in zip(starts.tolist(), [*starts[1:].tolist(), len(found)], strict=True):
        rows = found.row[first:after]
        row = int(rows[-1])
        if row in seen:
            continue
        where = frame.where(row, "period")
        if len(rows) < periods:
            told = say("The module has no row for some periods.")
            data.problems.add("E588", told, say("Leave period blank, or write a row for each."), **where)
            seen.add(row)
        elif not phased[found.site[first]] and len(np.unique(rows)) > 1:
            told = say("The site is open for the whole horizon or not at all, so its modules are bought once.")
            data.problems.add("E587", told, say("Leave period blank, or give the site a row in phases."), **where)
            seen.add(row)
        for column in _LASTING:
            cells = (frame.flag if column == "whole" else {column: frame.written(column)})[column][rows]
            if (cells != cells[0]).any() and row not in seen:
                told = say("{column} of a module is the same in all periods.", column=column)
                data.problems.add(
                    "E588", told, say("Give modules that differ names of their own."), **frame.where(row, column)
                )
                seen.add(row)
