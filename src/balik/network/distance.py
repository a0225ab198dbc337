"""Kilometres: given distances between spots, else the great circle times the detour factor."""

from __future__ import annotations

import numpy as np

from ..errors import all_of
from ..tables import Data
from ..words import Sentence, say
from .expand import Array, expand, ravel

EARTH_RADIUS_KM = 6371.0088
GREAT_CIRCLE_DECIMALS = 3


class Distances:
    """Kilometres between places; nan where nothing says how far it is.

    `sound`: everything that says how far it is was read, so a distance that is missing is not there. `at` names a place on the same spot, whose coordinates and distances hold. Distances are symmetric unless both
    directions stand in the table. Great circles (haversine, R = 6,371.0088 km) are rounded to 3 decimals before the
    detour factor, so that every reader of the plan computes with the same number.
    """

    def __init__(self, data: Data):
        self.data = data
        self.n = len(data.labels["place"])
        self.spot = _spots(data)
        self.detour = data.tables.setting("distance", "detour")
        refused = any((p.column or "").startswith("distance.") for p in data.problems.errors)
        self.sound = data.sound("distances", "places") and not refused
        self.rounded: dict[tuple[int, int], float] = {}
        self._key, self._km = self._table()
        frame = data["places"]
        self.lat, self.lon = np.full(self.n, np.nan), np.full(self.n, np.nan)
        code = {label: i for i, label in enumerate(data.labels["place"])}
        for row in range(len(frame)):
            place = code.get(frame.text["place"][row])
            if place is not None and frame.ok[row]:
                self.lat[place], self.lon[place] = frame.number["lat"][row], frame.number["lon"][row]

    def _table(self) -> tuple[Array, Array]:
        frame = self.data["distances"]
        if not len(frame):
            return np.zeros(0, np.int64), np.zeros(0)
        found = expand(self.data, frame, {"origin": "place", "dest": "place"}, {"place": self.n})
        km = frame.number["km"][found.row]
        origin, dest = self.spot[found.codes["origin"]], self.spot[found.codes["dest"]]
        self._check_spots(frame, found.row, origin, dest, km, found.wild)
        key = ravel([origin, dest], [self.n, self.n])
        mirrored = ravel([dest, origin], [self.n, self.n])
        both = np.concatenate([key, mirrored[~np.isin(mirrored, key)]])
        values = np.concatenate([km, km[~np.isin(mirrored, key)]])
        both, first = np.unique(both, return_index=True)
        return both, values[first]

    def _check_spots(self, frame, row: Array, origin: Array, dest: Array, km: Array, wild: Array) -> None:  # type: ignore[no-untyped-def]
        problems = self.data.problems
        for at in np.flatnonzero((origin == dest) & (km > 0) & ~wild):
            problems.add(
                "E302",
                say("Both places are on one spot, but {km:g} km stand between them.", km=km[at]),
                say("0 km hold there."),
                **frame.where(row[at], "km"),
            )
        key = ravel([origin, dest], [self.n, self.n])
        order = np.argsort(key, kind="stable")
        clash = (key[order][1:] == key[order][:-1]) & (km[order][1:] != km[order][:-1])
        for at in np.flatnonzero(clash):
            one, two = row[order[at]], row[order[at + 1]]
            problems.add(
                "E302",
                say("{spot} gives another distance between the same two spots.", spot=frame.spot(one)),
                say("Keep one."),
                **frame.where(two, "km"),
            )

    def between(self, origin: Array, dest: Array) -> Array:
        """km from each origin to each dest (codes of places); nan where unknown."""
        km = self._given(origin, dest)
        if self.detour is not None:
            km = np.where(np.isnan(km), self.straight(origin, dest) * float(self.detour), km)
        return km

    def _given(self, origin: Array, dest: Array) -> Array:
        a, b = self.spot[origin], self.spot[dest]
        km = np.where(a == b, 0.0, np.nan)
        if len(self._key):
            key = ravel([a, b], [self.n, self.n])
            at = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
            hit = (self._key[at] == key) & np.isnan(km)
            km[hit] = self._km[at][hit]
        return km

    def straight(self, origin: Array, dest: Array) -> Array:
        """Great circles (rounded) of the pairs whose distance rests on one; nan for the others."""
        km = np.full(len(origin), np.nan)
        if self.detour is not None:
            rest = np.flatnonzero(np.isnan(self._given(origin, dest)))
            km[rest] = self.great_circle(self.spot[origin[rest]], self.spot[dest[rest]])
        return km

    def great_circle(self, a: Array, b: Array) -> Array:
        """Straight-line km, rounded to 3 decimals."""
        return great_circle(self.lat[a], self.lon[a], self.lat[b], self.lon[b])

    def advice(self, origin: int, dest: int) -> Sentence:
        """What would give this pair a distance."""
        unseen = [self.data.labels["place"][p] for p in (origin, dest) if np.isnan(self.lat[self.spot[p]])]
        if self.detour is None and not unseen:
            return say("Write km, a row in distances, or [distance] detour in case.toml (both have coordinates).")
        if not unseen:
            return say("Write km or a row in distances.")
        return say("Write km or a row in distances, or lat and lon of {places}.", places=all_of(unseen))


def great_circle(lat1: Array | float, lon1: Array | float, lat2: Array | float, lon2: Array | float) -> Array:
    """Straight-line km between coordinates in degrees (haversine), rounded to 3 decimals."""
    lat1, lat2, lon1, lon2 = (np.radians(x) for x in (lat1, lat2, lon1, lon2))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    km: Array = np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))), GREAT_CIRCLE_DECIMALS)
    return km


def _spots(data: Data) -> Array:
    """For each place the place whose spot it shares (itself, when `at` is blank)."""
    labels = data.labels["place"]
    code = {label: i for i, label in enumerate(labels)}
    frame = data["places"]
    parent = np.arange(len(labels))
    rows: dict[int, int] = {}
    for row in range(len(frame)):
        at, place = frame.text["at"][row], code.get(frame.text["place"][row])
        if at in code and place is not None:
            parent[place] = code[at]
            rows[place] = row
    for place, row in rows.items():
        seen, here = {place}, int(parent[place])
        while parent[here] != here and here not in seen:
            seen.add(here)
            here = int(parent[here])
        if parent[here] != here or here == place:
            data.problems.add(
                "E303",
                say("'at' leads in a circle from {place}.", place=labels[place]),
                say("One place of a spot has no 'at'."),
                **frame.where(row, "at"),
            )
            parent[place] = place
    for _ in range(len(labels)):
        root = parent[parent]
        if (root == parent).all():
            break
        parent = root
    return parent
