"""Coordinates that lie elsewhere than all others, and roads that do not fit the straight line between two places."""

from __future__ import annotations

import numpy as np

from ...kept import kept
from ...tables import Data, Frame
from ...tables.frame import is_wildcard
from ...words import Sentence, say
from ..distance import great_circle
from ..network import Array

_FEWEST, _AGREED = 3, 5  # other places that must agree where the case is; and that nothing is as far as one
_FAR = 20.0  # times the median distance from the middle
_NEAR = 3.0  # times the median distance: among the others
_KM = 30.0  # places nearer together than this are taken as this far apart
_SHORTER, _SLACK = 0.99, 1.0  # of the straight line, less a km because coordinates are rounded
_LONGER, _DETOUR = 3.0, 3.0  # times the straight line, and some km for ways round a block
_FACTOR = 5.0  # the most that a detour may be
_SEA = 500.0  # km: nothing lies so near to 0, 0, unless coordinates are of a plane of their own


@kept
def note_places(data: Data) -> None:
    """W330, W331, W332, W337: coordinates swapped or of the wrong sign, at 0, 0, far from all others, or used twice."""
    frame = data["places"]
    lat, lon = frame.number["lat"], frame.number["lon"]
    own = frame.ok & ~np.isnan(lat) & ~np.isnan(lon) & np.array([not at for at in frame.text["at"]], bool)
    zero = own & (lat == 0) & (lon == 0)
    rows = np.flatnonzero(own & ~zero)
    _note_zero(data, np.flatnonzero(zero), rows)
    _note_twins(data, rows)
    if len(rows) <= _FEWEST:
        return
    lat, lon = lat[rows], lon[rows]
    middle = float(np.median(lat)), float(np.median(lon))
    away = great_circle(lat, lon, *middle)
    usual = max(float(np.median(away)), _KM)
    for at in np.flatnonzero(away > _FAR * usual).tolist():
        place, km = frame.text["place"][rows[at]], float(away[at])
        where = frame.where(int(rows[at]), "lat")
        if slip := _slip(float(lat[at]), float(lon[at]), middle, _NEAR * usual):
            data.problems.add(
                "W330",
                say("{place} lies {km:,.0f} km from the middle of the other places, and {slip} it would lie among them.", place=place, km=km, slip=slip),
                say("Check lat and lon: south and west are negative."),
                **where,
            )  # fmt: skip
        elif len(rows) > _AGREED and float(np.partition(great_circle(lat, lon, lat[at], lon[at]), 1)[1]) > _FAR * usual:
            data.problems.add(
                "W332",
                say("{place} lies {km:,.0f} km from the middle of the other places, which are {usual:,.0f} km from it as a rule.", place=place, km=km, usual=usual),
                say("Check lat and lon."),
                **where,
            )  # fmt: skip


def _note_zero(data: Data, zero: Array, rows: Array) -> None:
    """W331: places at 0, 0, which is what programs write where nothing is known."""
    frame = data["places"]
    if not len(rows):
        return
    away = great_circle(frame.number["lat"][rows], frame.number["lon"][rows], 0.0, 0.0)
    if float(away.min()) < _SEA:
        return
    km = float(np.median(away))
    for row in zero.tolist():
        data.problems.add(
            "W331",
            say("{place} lies at 0, 0 in the sea off Africa, {km:,.0f} km from the other places.", place=frame.text["place"][row], km=km),
            say("Leave lat and lon blank where they are not known."),
            **frame.where(row, "lat"),
        )  # fmt: skip


def _note_twins(data: Data, rows: Array) -> None:
    """W337: places of one kind with the same coordinates. Of different kinds, they may well share a yard."""
    frame = data["places"]
    first: dict[tuple[str, float, float], int] = {}
    twins = []
    for row in rows.tolist():
        key = (frame.text["kind"][row], float(frame.number["lat"][row]), float(frame.number["lon"][row]))
        if first.setdefault(key, row) != row:
            twins.append((first[key], row))
    if not twins:
        return
    place, other = (frame.text["place"][row] for row in reversed(twins[0]))
    found = (
        say("{place} has the same coordinates as {other}.", place=place, other=other)
        if len(twins) == 1
        else say(
            "{place} has the same coordinates as {other}; places like it: {more} more.",
            place=place,
            other=other,
            more=len(twins) - 1,
        )
    )
    advice = say("Correct them, or write {other} in the column at where both are on one spot.", other=other)
    data.problems.add("W337", found, advice, **frame.where(twins[0][1], "lat"))


def _slip(lat: float, lon: float, middle: tuple[float, float], near: float) -> Sentence:
    """With which slip mended the place lies near the middle; nothing where with none."""
    mended = (
        (lon, lat, say("with lat and lon swapped")),
        (-lat, lon, say("with the other sign of lat")),
        (lat, -lon, say("with the other sign of lon")),
    )
    for north, east, how in mended:
        if abs(north) <= 90 and float(great_circle(north, east, *middle)) <= near:
            return how
    return Sentence()


@kept
def note_roads(data: Data) -> None:
    """W333, W334: a road shorter than the straight line, or many times as long."""
    detour = data.tables.setting("distance", "detour")
    if detour is not None and detour > _FACTOR:
        found = say("With detour = {detour}, roads are {times:g} times as long as the straight line.", detour=str(detour), times=detour)
        advice = say("Write 1.3 where they are longer by 30 %.")
        data.problems.add("W334", found, advice, **data.tables.where("case", "distance.detour"))
    lat, lon = _coordinates(data)
    for name in ("distances", "lanes"):
        frame = data[name]
        if not len(frame) or np.isnan(lat).all():
            continue
        km, (a, b) = frame.number["km"], (_codes(data, frame, column) for column in ("origin", "dest"))
        straight = great_circle(lat[a], lon[a], lat[b], lon[b])
        with np.errstate(invalid="ignore"):
            short = np.flatnonzero(frame.ok & (km < _SHORTER * straight - _SLACK))
            long = np.flatnonzero(frame.ok & (km > _LONGER * straight + _DETOUR))
        for code, rows in (("W333", short), ("W334", long)):
            if not len(rows):
                continue
            row = int(rows[0])
            figures = {"km": float(km[row]), "straight": float(straight[row])}
            found = (
                say("The road has {km:,.10g} km, the straight line between the coordinates {straight:,.1f} km.", **figures)
                if len(rows) == 1
                else say(
                    "The road has {km:,.10g} km, the straight line between the coordinates {straight:,.1f} km; rows like it: {more} more.",
                    **figures,
                    more=len(rows) - 1,
                )
            )  # fmt: skip
            advice = (
                say("No road is shorter: check km, and the coordinates of both places.")
                if code == "W333"
                else say("Check that km is in kilometres, and the coordinates of both places.")
            )
            data.problems.add(code, found, advice, **frame.where(row, "km"))


@kept
def note_zeros(data: Data) -> None:
    """W335: no distance one way and some the other, as a matrix has that was filled up with zeros."""
    frame = data["distances"]
    if not len(frame):
        return
    km, labels = frame.number["km"], len(data.labels["place"]) + 1
    a, b = (_codes(data, frame, column) for column in ("origin", "dest"))
    some = np.unique((b * labels + a)[frame.ok & (km > 0)])  # the pair the other way round
    rows = np.flatnonzero(frame.ok & (km == 0) & (a != b) & np.isin(a * labels + b, some))
    if len(rows):
        row = int(rows[0])
        origin, dest = (frame.text[column][row] for column in ("origin", "dest"))
        data.problems.add(
            "W335",
            say("{origin} is 0 km from {dest}, and the other way it is not; {count} pairs are like it.", origin=origin, dest=dest, count=len(rows)),
            say("Leave the cell blank where the other direction holds."),
            **frame.where(row, "km"),
        )  # fmt: skip


def _coordinates(data: Data) -> tuple[Array, Array]:
    """Coordinates of every place, of the place that `at` names where it is on the spot of another; the last: none."""
    frame, labels = data["places"], data.labels["place"]
    code = {label: i for i, label in enumerate(labels)}
    lat, lon = np.full((2, len(labels) + 1), np.nan)
    row_of = {label: row for row, label in enumerate(frame.text["place"])}
    for label in row_of:
        spot, seen = label, {label}
        while (other := frame.text["at"][row_of[spot]]) in row_of and other not in seen:
            seen.add(spot := other)
        if label in code:
            lat[code[label]] = frame.number["lat"][row_of[spot]]
            lon[code[label]] = frame.number["lon"][row_of[spot]]
    return lat, lon


def _codes(data: Data, frame: Frame, column: str) -> Array:
    """Place of every row; the one after the last where the row stands for several."""
    labels = frame.text[column]
    code = {label: i for i, label in enumerate(data.labels["place"])}
    found = [code.get(level, -1) if not is_wildcard(level) else -1 for level in labels.levels]
    return np.array(found, np.int64)[labels.codes]
