"""Distances as RELOG measures them: straight through the earth."""

from __future__ import annotations

from math import cos, hypot, radians, sin

#: WGS 84: the longer half axis in km and the flattening (NIMA TR8350.2).
_AXIS, _FLAT = 6378.137, 1 / 298.257223563

Point = tuple[float, float, float]


def point(lat: float, lon: float) -> Point:
    """A point on the ellipsoid, in km from the centre of the earth.

    >>> [round(x, 3) for x in point(0.0, 90.0)]
    [0.0, 6378.137, 0.0]
    """
    phi, lam, e2 = radians(lat), radians(lon), _FLAT * (2 - _FLAT)
    normal = _AXIS / (1 - e2 * sin(phi) ** 2) ** 0.5
    return normal * cos(phi) * cos(lam), normal * cos(phi) * sin(lam), normal * (1 - e2) * sin(phi)


def chord(one: Point, two: Point, decimals: int) -> float:
    """Kilometres in a straight line, rounded."""
    return round(hypot(*(a - b for a, b in zip(one, two, strict=True))), decimals)
