"""Today's flows: every lane carries what `baseline` says, and nothing where it says nothing.

What is collected, delivered, processed and kept follows from the flows by the balance of each place. Sites that exist
today stay open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..tables import Data, Frame
from ..words import NOTHING, Sentence, say
from . import network as net
from .counted import in_own_unit
from .expand import Array, Expanded, ravel

_KEYS = {"origin": "place", "dest": "place", "material": "material", "mode": "mode", "period": "period"}
_MANY = 1000
#: What is off by less is balanced, as far as a plan can tell; and the noise of arithmetic in large sums.
_EVEN, _NOISE = 1e-6, 1e-12


def todays_rows(data: Data) -> tuple[Array, dict[str, Array]]:
    """The good rows of `baseline`, and the codes of their keys as lanes have them (mode 0: no vehicle)."""
    frame = data["baseline"]
    rows = np.flatnonzero(frame.ok)
    codes = {}
    for column, dimension in _KEYS.items():
        known = {label: code for code, label in enumerate(data.labels[dimension])}
        # a blank mode is no vehicle; a blank period is the only one
        offset = 1 if dimension == "mode" else 0
        levels = [known[level] + offset if level in known else 0 for level in frame.text[column].levels]
        codes[column] = np.array(levels, np.int64)[frame.text[column].codes[rows]] if len(rows) else rows
    return rows, codes


def fix_lanes(
    data: Data, shape: dict[str, int], stated: Expanded, kept: Expanded, number: dict[str, Array]
) -> dict[str, Array]:
    """Least and most of every lane that is kept: today's amount. A row that meets no lane is a problem.

    `stated`: the lanes before `within` and `nearest` dropped some.
    """
    frame = data["baseline"]
    rows, codes = todays_rows(data)
    key = _key(codes, shape)
    at, there = _find(_key(kept.codes, shape), key)
    _note_absent(data, shape, stated, rows[~there], {c: v[~there] for c, v in codes.items()})
    today = np.zeros(len(kept))
    today[at[there]] = in_own_unit(data, frame, "amount", rows[there], codes["material"][there])
    row = np.full(len(kept), -1)
    row[at[there]] = rows[there]
    _note_bounds(data, kept, number, today, row)
    return number | {"least": today, "most": today.copy()}


def paid_on_lanes(data: Data, n: net.Network) -> Array:
    """What was paid for the flow of every lane in one occurrence of its period; nan where no row says."""
    rows, lane = lanes_of_rows(data, n)
    paid = np.full(len(n.lanes), np.nan)
    paid[lane] = data["baseline"].number["cost"][rows]
    return paid


def lanes_of_rows(data: Data, n: net.Network) -> tuple[Array, Array]:
    """The rows of `baseline` that meet a lane, and the lane of each."""
    rows, codes = todays_rows(data)
    shape = {dimension: len(n.labels[dimension]) for dimension in _KEYS.values()}
    at, there = _find(_key({c: getattr(n.lanes, c) for c in _KEYS}, shape), _key(codes, shape))
    return rows[there], at[there]


def keep_sites(sites: net.Sites) -> net.Sites:
    """Sites that exist today stay open, in their size; like others of today they pay no opening cost."""
    there = sites.status == net.EXISTING
    status = np.where(there, net.OPEN, sites.status)
    return replace(sites, status=status, opening_cost=np.where(there, 0.0, sites.opening_cost))


def _key(codes: dict[str, Array], shape: dict[str, int]) -> Array:
    return ravel([codes[c] for c in _KEYS], [max(shape[d], 1) for d in _KEYS.values()])


def _find(known: Array, asked: Array) -> tuple[Array, Array]:
    """Where each key stands among the known ones, and whether it does."""
    if not len(known):
        return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
    order = np.argsort(known, kind="stable")
    at = order[np.minimum(np.searchsorted(known[order], asked), len(known) - 1)]
    return at, known[at] == asked


# -- what does not fit the lanes ---------------------------------------------------------------------------------


def _note_absent(data: Data, shape: dict[str, int], stated: Expanded, rows: Array, codes: dict[str, Array]) -> None:
    frame, lanes = data["baseline"], data["lanes"]
    if not len(rows) or not data.sound("lanes"):
        return
    at, dropped = _find(_key(stated.codes, shape), _key(codes, shape))
    for i, row in enumerate(rows[:_MANY].tolist()):
        cells = (frame.text[c][row] for c in ("origin", "dest", "material", "mode"))
        advice = say("Add a row to lanes: {cells}.", cells=",".join(cells))
        found = say("No lane leads from {origin} to {dest} with this material, mode and period.", **_ends(frame, row))
        if dropped[i]:
            spot = lanes.spot(int(stated.row[at[i]]))
            found = say("The lane from {origin} to {dest} is left out by within or nearest ({spot}).", spot=spot,
                        **_ends(frame, row))  # fmt: skip
        data.problems.add("E391", found, advice, **frame.where(row, "dest"))


def _ends(frame: Frame, row: int) -> dict[str, str]:
    return {c: frame.text[c][row] for c in ("origin", "dest")}


def _note_bounds(data: Data, kept: Expanded, number: dict[str, Array], today: Array, row: Array) -> None:
    """Flows of today that the lane's own bounds would not allow; they are fixed all the same.

    `row`: the row of `baseline` of every lane, -1 where it carries nothing today; of those, one of each row of lanes.
    """
    frame, lanes = data["baseline"], data["lanes"]
    for column, off in (("most", today > number["most"]), ("least", today < number["least"])):
        idle = np.flatnonzero(off & (row < 0))
        idle = idle[np.unique(kept.row[idle], return_index=True)[1]]
        for i in np.r_[np.flatnonzero(off & (row >= 0)), idle][:_MANY].tolist():
            places = {c: data.labels["place"][kept.codes[c][i]] for c in ("origin", "dest")}
            values = {"amount": float(today[i]), "bound": float(number[column][i]), "spot": lanes.spot(kept.row[i])}
            if column == "most":
                found = say("Today {amount:,.10g} go from {origin} to {dest}, and the lane takes at most {bound:,.10g} ({spot}).",
                            **values, **places)  # fmt: skip
            else:
                found = say("Today {amount:,.10g} go from {origin} to {dest}, and the lane must carry {bound:,.10g} ({spot}).",
                            **values, **places)  # fmt: skip
            where = frame.where(int(row[i]), "amount") if row[i] >= 0 else lanes.where(int(kept.row[i]), column)
            data.problems.add("W392", found, say("The baseline keeps today's amount; other plans keep the bound."),
                              **where)  # fmt: skip


# -- what does not fit the places --------------------------------------------------------------------------------


def audit_baseline(data: Data, n: net.Network) -> None:
    """Warnings about flows that cannot be together: places that do not balance, sites that cannot take them."""
    _note_uneven(data, n)
    _note_overfull(data, n)


def _note_uneven(data: Data, n: net.Network) -> None:
    """Places where today's flows do not balance, and nothing there could take or give the difference."""
    materials, periods = len(n.labels["material"]), len(n.length)
    size = len(n.labels["place"]) * materials * periods

    def key(place: Array, table: Any) -> Array:
        return (place * materials + table.material) * periods + table.period

    def sums(place: Array, table: Any, amount: Array) -> Array:
        return np.bincount(key(place, table), amount, size) + np.zeros(size)  # a count of nothing is of integers

    came, went = (sums(place, n.lanes, n.lanes.most) for place in (n.lanes.dest, n.lanes.origin))
    must = np.where(np.isnan(n.demand.shortage_cost), n.demand.least, 0.0)
    least = sums(n.supply.place, n.supply, n.supply.least) - sums(n.demand.place, n.demand, n.demand.most)
    waits = np.where(n.supply.follows, np.inf, n.supply.most)  # what comes back is not known here
    most = sums(n.supply.place, n.supply, waits) - sums(n.demand.place, n.demand, must)
    free = np.zeros(size, bool)
    free[key(n.stores.place, n.stores)] = True
    free[key(n.recipe.place, n.recipe)] = True
    free[key(n.hauls.origin, n.hauls)] = True
    free[key(n.hauls.dest, n.hauls)] = True
    added, slack = went - came, _EVEN + _NOISE * np.maximum(came, went)
    uneven = ~free & ((added > most + slack) | (added < least - slack))
    for k in np.flatnonzero(uneven)[:_MANY].tolist():
        place, material, period = k // periods // materials, k // periods % materials, k % periods
        row = _row_at(data, n.lanes, place, material, period)
        told = _unevenness(n, place, material, period, (came[k], went[k], least[k], most[k]))
        where = data["baseline"].where(row, "amount") if row >= 0 else data.tables.where("baseline")
        data.problems.add("W391", told, say("Correct the amounts, or say in the tables where the difference is."),
                          **where)  # fmt: skip


def _unevenness(n: net.Network, place: int, material: int, period: int, sums: tuple[float, ...]) -> Sentence:
    came, went, least, most = sums
    when = say(" in period {period}", period=n.labels["period"][period]) if len(n.length) > 1 else NOTHING
    values = {
        "place": n.labels["place"][place],
        "material": n.labels["material"][material],
        "unit": n.unit[material],
        "when": when,
        "came": came,
        "went": went,
    }
    if went - came > most:
        return say(
            "By the baseline {came:,.10g} {unit} of '{material}' come to {place}{when} and {went:,.10g} leave it; "
            "with the supply and demand there, {off:,.10g} are missing.", off=went - came - most, **values,
        )  # fmt: skip
    return say(
        "By the baseline {came:,.10g} {unit} of '{material}' come to {place}{when} and {went:,.10g} leave it; "
        "with the supply and demand there, {off:,.10g} are left over.", off=least - (went - came), **values,
    )  # fmt: skip


def _row_at(data: Data, lanes: net.Lanes, place: int, material: int, period: int) -> int:
    """The first row of `baseline` with this material at this place in this period; -1 where there is none."""
    rows, codes = todays_rows(data)
    here = (codes["dest"] == place) | (codes["origin"] == place)
    here &= (codes["material"] == material) & (codes["period"] == period)
    return int(rows[here][0]) if here.any() else -1


def _note_overfull(data: Data, n: net.Network) -> None:
    """Sites to which the flows bring more than they take in their largest size, or that are closed."""
    places, periods = n.site_places, len(n.length)
    if not len(places):
        return
    comes = n.site_of[n.lanes.dest] >= 0
    site, period = n.site_of[n.lanes.dest[comes]], n.lanes.period[comes]
    load = n.lanes.most[comes] * n.site_weight[site, n.lanes.material[comes]]
    total = np.bincount(site * periods + period, load, len(places) * periods).reshape(len(places), periods)
    takes = np.zeros(len(places))
    able = n.sites.status != net.CLOSED
    np.maximum.at(takes, n.site_of[n.sites.place[able]], n.site_room[able])
    room = takes[:, None] * n.length[None, :]
    for s, t in np.argwhere(total > room * (1 + _NOISE) + _EVEN)[:_MANY].tolist():
        row = int(n.sites.row[n.site_of[n.sites.place] == s][0])
        values = {"place": n.labels["place"][places[s]], "amount": float(total[s, t]), "unit": n.site_unit[s]}
        if takes[s] == 0 and not able[n.site_of[n.sites.place] == s].any():
            found = say("The baseline brings {amount:,.10g} {unit} to {place}, a site that is closed.", **values)
        else:
            found = say("The baseline brings {amount:,.10g} {unit} to {place}, and the site takes at most "
                        "{room:,.10g}.", room=float(room[s, t]), **values)  # fmt: skip
        advice = say("Correct the baseline, or the site's capacity or status.")
        data.problems.add("W393", found, advice, **data["sites"].where(row, "capacity"))
