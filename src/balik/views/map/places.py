"""Where the places of a case are: degrees, and the plane that a map is drawn on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...tables import Data
from .coast import Window

#: km of a degree of latitude.
DEGREE = 111.195
#: The least that a map shows, in degrees: about 3 km.
_LEAST = 0.03


def coordinates(data: Data) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of every place that has them, also of those that stand where another does."""
    frame = data["places"]
    lat, lon = frame.plain("lat"), frame.plain("lon")
    own = {
        frame.text["place"][r]: (float(lon[r]), float(lat[r]))
        for r in range(len(frame))
        if not (np.isnan(lat[r]) or np.isnan(lon[r]))
    }
    at = {frame.text["place"][r]: frame.text["at"][r] for r in range(len(frame)) if frame.text["at"][r]}
    for place in at:
        seen, here = {place}, at[place]
        while here not in own and here in at and here not in seen:
            seen.add(here)
            here = at[here]
        if place not in own and here in own:
            own[place] = own[here]
    return own


@dataclass(frozen=True)
class Plane:
    """Degrees to px: equirectangular, true at the middle latitude; north is up."""

    window: Window
    width: float
    height: float

    @property
    def _stretch(self) -> float:
        return math.cos(math.radians((self.window[1] + self.window[3]) / 2))

    @property
    def px_per_km(self) -> float:
        """Px of a kilometre."""
        return self.height / ((self.window[3] - self.window[1]) * DEGREE)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Px of a point."""
        west, south, east, north = self.window
        return (lon - west) / (east - west) * self.width, (north - lat) / (north - south) * self.height

    def circle(self, lon: float, lat: float, km: float) -> tuple[tuple[float, float], ...]:
        """A circle of so many km around a point."""
        wide = km / (DEGREE * max(math.cos(math.radians(lat)), 0.01))
        turns = [2 * math.pi * k / 72 for k in range(72)]
        return tuple(self.at(lon + wide * math.cos(t), lat + km / DEGREE * math.sin(t)) for t in turns)


def plane_of(points: Iterable[tuple[float, float]], width: float, lowest: float, highest: float) -> Plane:
    """A plane of a width that shows all points with room around, and is neither flat nor tall."""
    found = np.array(list(points))
    (west, south), (east, north) = found.min(axis=0).tolist(), found.max(axis=0).tolist()
    lon, lat = (west + east) / 2, (south + north) / 2
    stretch = max(math.cos(math.radians(lat)), 0.01)
    wide = max((east - west) * stretch, _LEAST) * 1.24
    high = max(north - south, _LEAST) * 1.24
    height = min(max(width * high / wide, lowest), highest)
    degrees = max(wide / width, high / height)  # of latitude for each px
    half_lon, half_lat = degrees * width / 2 / stretch, degrees * height / 2
    return Plane((lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat), width, height)
