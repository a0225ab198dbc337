"""Coasts and borders that balik ships (Natural Earth, public domain: COAST.md), cut to a window of degrees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
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


def provinces(window: Window) -> list[Ring]:
    """Borders between Indonesia's provinces within a window of degrees, as lines."""
    return [part for line in _borders() for part in clip_line(line, window)]


@cache
def _borders() -> tuple[Ring, ...]:
    found = json.loads((Path(__file__).parent / "provinces.json").read_text(encoding="utf-8"))
    return tuple(_unrolled(flat, found["step"]) for flat in found["lines"])


def _holds(outer: Window, inner: Window) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@cache
def layers() -> tuple[Layer, ...]:
    """The layers of coast.json, the finest first: rings as the first point and steps from there, on a grid."""
    found = []
    for layer in json.loads((Path(__file__).parent / "coast.json").read_text(encoding="utf-8")):
        rings = [_unrolled(flat, layer["step"]) for flat in layer["rings"]]
        found.append(Layer(tuple(layer["window"]), rings))
    return tuple(found)


def _unrolled(flat: list[int], step: float) -> Ring:
    """Points of a line that is kept as the first point and steps from there, on a grid."""
    x = y = 0
    ring = []
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        ring.append((x * step, y * step))
    return ring


def clip_line(line: Sequence[tuple[float, float]], window: Window) -> list[Ring]:
    """The parts of a line within a window (Liang and Barsky 1984, ACM Trans. Graphics 3:1).

    >>> clip_line([(-1.0, 0.5), (2.0, 0.5)], (0.0, 0.0, 1.0, 1.0))
    [[(0.0, 0.5), (1.0, 0.5)]]
    """
    west, south, east, north = window
    parts: list[Ring] = []
    for (ax, ay), (bx, by) in pairwise(line):
        first, last = 0.0, 1.0
        for way, room in ((ax - bx, ax - west), (bx - ax, east - ax), (ay - by, ay - south), (by - ay, north - ay)):
            if way == 0:
                last = last if room >= 0 else -1.0
            elif way < 0:
                first = max(first, room / way)
            else:
                last = min(last, room / way)
        if first >= last:
            continue
        start, end = ((ax + t * (bx - ax), ay + t * (by - ay)) for t in (first, last))
        if parts and parts[-1][-1] == start:
            parts[-1].append(end)
        else:
            parts.append([start, end])
    return parts


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
