"""Kilometres between places: given between two spots, else the great circle × detour, else unknown."""

from __future__ import annotations

import numpy as np

from .exact import Array, exact, exactly
from .resolve import resolver
from .world import NONE, World

EARTH_RADIUS_KM = 6371.0088
GREAT_CIRCLE_DECIMALS = 3


class Roads:
    """km from place to place.

    Places that are `at` one spot share its coordinates and distances and lie 0 km apart. A distance holds both ways
    unless both directions stand in the table. Great circles are rounded to 3 decimals before the detour factor.
    """

    def __init__(self, world: World):
        self.world = world
        self.root = self._roots()
        self.detour = world.data.tables.setting("distance", "detour")
        self.pairs, self.km = self._given()
        self.lat, self.lon = self._coordinates()

    def between(self, origin: Array, dest: Array) -> Array:
        """km from each origin to each dest; nan where nothing says how far."""
        a, b = self.root[origin], self.root[dest]
        km = self._look(a, b)
        km = np.where(np.isnan(km), self._look(b, a), km)
        if self.detour is not None:
            open_ = np.isnan(km) & (a != b)
            km = km.copy()
            km[open_] = exact(self.circle(a[open_], b[open_])) * exactly(self.detour)
        return np.where(a == b, 0.0, km)

    def _look(self, a: Array, b: Array) -> Array:
        if not len(self.pairs):
            return exact(np.full(len(a), np.nan))
        key = a * self.world.n("place") + b
        at = np.minimum(np.searchsorted(self.pairs, key), len(self.pairs) - 1)
        return np.where(self.pairs[at] == key, self.km[at], np.nan)

    def circle(self, a: Array, b: Array) -> Array:
        """Great circle by the tangent of the angle, which is sound for near and far places alike."""
        turn, sin, cos = self.lon[b] - self.lon[a], np.sin(self.lat), np.cos(self.lat)
        north, turned = cos[b] * np.cos(turn), cos[b] * np.sin(turn)
        across = np.hypot(turned, cos[a] * sin[b] - sin[a] * north)
        along = sin[a] * sin[b] + cos[a] * north
        return np.asarray(np.round(EARTH_RADIUS_KM * np.arctan2(across, along), GREAT_CIRCLE_DECIMALS))

    def _roots(self) -> Array:
        """For each place the place whose spot it is on."""
        code, frame = self.world.code["place"], self.world.data["places"]
        up = {
            code[frame.text["place"][row]]: code[frame.text["at"][row]]
            for row in range(len(frame))
            if frame.text["place"][row] in code and frame.text["at"][row] in code
        }
        roots = np.arange(self.world.n("place"))
        for place in up:
            here, seen = place, {place}
            while here in up and up[here] not in seen:
                here = up[here]
                seen.add(here)
            roots[place] = here
        return roots

    def _given(self) -> tuple[Array, Array]:
        """Distances of the table by spots, as sorted keys."""
        table = resolver(self.world, "distances", ("origin", "dest"))
        if not len(table):
            return np.zeros(0, np.int64), exact(np.zeros(0))
        row, codes = table.every()
        key = self.root[codes["origin"]] * self.world.n("place") + self.root[codes["dest"]]
        pairs, first = np.unique(key, return_index=True)
        return pairs, table.number("km", row)[first]

    def _coordinates(self) -> tuple[Array, Array]:
        """Latitude and longitude of each place in radians; nan where unknown."""
        lat, lon = np.full(self.world.n("place"), np.nan), np.full(self.world.n("place"), np.nan)
        frame = self.world.data["places"]
        for row in range(len(frame)):
            at = self.world.code["place"].get(frame.text["place"][row], NONE)
            if at != NONE and frame.ok[row]:
                lat[at], lon[at] = np.radians(frame.number["lat"][row]), np.radians(frame.number["lon"][row])
        return lat, lon
