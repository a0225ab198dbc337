"""The plane that a map is drawn on: degrees to px."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .coast import Window

#: km of a degree of latitude.
DEGREE = 111.195
#: The least that a map shows, in degrees: about 3 km.
_LEAST = 0.03
#: Where the square of Web Mercator ends, north and south.
LATITUDES = 85.0511


@dataclass(frozen=True)
class Plane:
    """Degrees to px, north up: equirectangular, true at the middle latitude; or Web Mercator, as tiles are."""

    window: Window
    width: float
    height: float
    mercator: bool = False

    @property
    def px_per_km(self) -> float:
        """Px of a kilometre, in the middle."""
        return self.height / (self._up(self.window[3]) - self._up(self.window[1])) / (DEGREE * self._shrunk)

    @property
    def world(self) -> tuple[float, float, float]:
        """Left, top and side in px of the square that Web Mercator makes of the world."""
        west, _, east, north = self.window
        px = self.width / (east - west)
        return (-180 - west) * px, (_up(north) - 180) * px, 360 * px

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Px of a point."""
        west, south, east, north = self.window
        top, bottom = self._up(north), self._up(south)
        return (lon - west) / (east - west) * self.width, (top - self._up(lat)) / (top - bottom) * self.height

    def back(self, point: tuple[float, float]) -> tuple[float, float]:
        """Degrees of a point in px."""
        west, south, east, north = self.window
        top, bottom = self._up(north), self._up(south)
        up = top - point[1] / self.height * (top - bottom)
        return west + point[0] / self.width * (east - west), _down(up) if self.mercator else up

    def circle(self, lon: float, lat: float, km: float) -> tuple[tuple[float, float], ...]:
        """A circle of so many km around a point."""
        wide = km / (DEGREE * max(math.cos(math.radians(lat)), 0.01))
        turns = [2 * math.pi * k / 72 for k in range(72)]
        return tuple(self.at(lon + wide * math.cos(t), lat + km / DEGREE * math.sin(t)) for t in turns)

    def _up(self, lat: float) -> float:
        return _up(lat) if self.mercator else lat

    @property
    def _shrunk(self) -> float:
        """Km of a unit that is drawn upwards, as a part of those of a degree."""
        middle = self.back((0.0, self.height / 2))[1]
        return math.cos(math.radians(middle)) if self.mercator else 1.0


def _up(lat: float) -> float:
    """The height of a latitude in Web Mercator, in the degrees of the equator."""
    return math.degrees(math.asinh(math.tan(math.radians(min(max(lat, -LATITUDES), LATITUDES)))))


def _down(up: float) -> float:
    return math.degrees(math.atan(math.sinh(math.radians(up))))


def plane_of(
    points: Iterable[tuple[float, float]], width: float, lowest: float, highest: float, mercator: bool = False
) -> Plane:
    """A plane of a width that shows all points with room around, and is neither flat nor tall."""
    found = np.array(list(points))
    (west, south), (east, north) = found.min(axis=0).tolist(), found.max(axis=0).tolist()
    if mercator:
        south, north = _up(south), _up(north)
    lon, lat = (west + east) / 2, (south + north) / 2
    stretch = 1.0 if mercator else max(math.cos(math.radians(lat)), 0.01)
    wide = max((east - west) * stretch, _LEAST) * 1.24
    high = max(north - south, _LEAST) * 1.24
    height = min(max(width * high / wide, lowest), highest)
    degrees = max(wide / width, high / height)  # of latitude for each px
    half_lon, half_lat = degrees * width / 2 / stretch, degrees * height / 2
    south, north = lat - half_lat, lat + half_lat
    if mercator:
        south, north = _down(south), _down(north)
    return Plane((lon - half_lon, south, lon + half_lon, north), width, height, mercator)
