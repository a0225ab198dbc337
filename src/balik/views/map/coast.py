"""Coasts and borders that balik ships (Natural Earth, public domain: COAST.md), cut to a window of degrees."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Window = tuple[float, float, float, float]  # west, south, east, north
Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Layer:
    """Rings of one fineness, and the window within which they are whole."""

    window: Window
    rings: list[Ring]


def land(window: Window) -> list[Ring]:
    """Land within a window of degrees: from the finest layer that holds all of it, else from the whole world."""
    for layer in layers():
        if _holds(layer.window, window):
            return [cut for ring in layer.rings if len(cut := clip(ring, window)) > 2]
    return [cut for ring in layers()[-1].rings if len(cut := clip(ring, window)) > 2]


def _holds(outer: Window, inner: Window) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@cache
def layers() -> tuple[Layer, ...]:
    """The layers of coast.json, the finest first: rings as the first point and steps from there, on a grid."""
    found = []
    for layer in json.loads((Path(__file__).parent / "coast.json").read_text(encoding="utf-8")):
        rings = []
        for flat in layer["rings"]:
            x = y = 0
            ring = []
            for dx, dy in zip(flat[::2], flat[1::2], strict=True):
                x, y = x + dx, y + dy
                ring.append((x * layer["step"], y * layer["step"]))
            rings.append(ring)
        found.append(Layer(tuple(layer["window"]), rings))
    return tuple(found)


def clip(ring: Ring, window: Window) -> Ring:
    """The part of a ring within a window (Sutherland and Hodgman 1974, Comm. ACM 17:32)."""
    west, south, east, north = window
    if all(x < west for x, _ in ring) or all(x > east for x, _ in ring):
        return []
    for axis, bound, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        out: Ring = []
        for at, here in enumerate(ring):
            before = ring[at - 1]
            inside, was = sign * (here[axis] - bound) >= 0, sign * (before[axis] - bound) >= 0
            if inside != was:
                t = (bound - before[axis]) / (here[axis] - before[axis])
                out.append((before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])))
            if inside:
                out.append(here)
        ring = out
    return ring
