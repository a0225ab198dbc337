"""The map: coast, places by what they are, sites by state and size, flows by amount, radii, and a scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...words import Sentence, say
from ..figure import Area, Box, Dot, Figure, Line, Mark, Text
from ..glyphs import width
from ..language import Language
from ..palette import BLUE, FAINT, INK, ORANGE, PAPER, QUIET, VERMILLION
from ..subject import Move, Subject
from .coast import clip, land
from .labels import SIZE, placed, shortened
from .places import Plane, coordinates, plane_of

WIDTH, LOWEST, HIGHEST = 900.0, 320.0, 760.0
_LAND, _SEA, _BORDER = "#f3efe4", "#e8f1f6", "#b9b29c"
_MOST_FLOWS, _MOST_LABELS, _MOST_PLACES = 300, 120, 6000
#: Half the width of the thickest flow, radius of the largest and the least site, and of other places, in px.
_THICK, _LARGE, _SMALL, _POINT = 5.0, 12.0, 4.0, 2.6


@dataclass(frozen=True)
class _Scene:
    """What is on the map: where each place is, in px, and how large its mark."""

    subject: Subject
    speak: Language
    plane: Plane
    at: Mapping[str, tuple[float, float]]
    radius: Mapping[str, float]


def site_map(subject: Subject, speak: Language, background: str | Path | None = None) -> Figure | None:
    """The map of a case or a plan; None where fewer than two places have coordinates.

    `background`: a GeoJSON file (longitude, latitude) whose lines and surfaces are drawn behind.
    """
    degrees = coordinates(subject.data)
    used = {p for move in subject.moves for p in (move.origin, move.dest)} | set(subject.sites)
    shown = {p: c for p, c in degrees.items() if p in used} or degrees
    if len(shown) < 2:
        return None
    plane = plane_of(shown.values(), WIDTH, LOWEST, HIGHEST)
    at = {place: plane.at(*c) for place, c in shown.items()}
    scene = _Scene(subject, speak, plane, at, _radii(subject, at))
    flows, more = _flows(scene)
    sites = _sites(scene)
    texts, unnamed = _names(scene)
    marks = [
        *_ground(scene, background),
        *_within(scene, degrees),
        *flows,
        *sites,
        *_halo(texts),
        *texts,
        *_legend(scene),
    ]
    notes = [say("Coasts and borders: Natural Earth. Distances are true in the middle of the map.")]
    if more:
        notes.append(say("Shown are the {most} largest of {all} flows.", most=_MOST_FLOWS, all=_MOST_FLOWS + more))
    if lost := len(used) - len(shown):
        notes.append(say("{count} places have no coordinates and are not on the map.", count=lost))
    if unnamed:
        notes.append(say("{count} places are not named for lack of room.", count=unnamed))
    return Figure(
        name="map",
        title=speak(say("Map")),
        about=speak(_about(subject, len(shown))),
        width=plane.width,
        height=plane.height,
        marks=tuple(marks),
        head=tuple(map(speak, (say("place"), say("kind"), say("latitude"), say("longitude"), say("state")))),
        rows=tuple((p, subject.kinds.get(p, ""), f"{c[1]:.5f}", f"{c[0]:.5f}", speak(_state(subject, p))) for p, c in shown.items()),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _about(subject: Subject, shown: int) -> Sentence:
    if subject.plan is None:
        return say(
            "{count} places of the case, {sites} of them candidate sites.", count=shown, sites=len(subject.sites)
        )
    return say("{count} places; {open} of {sites} sites are open. Lines are flows, wide where they begin.",
               count=shown, open=len(subject.open), sites=len(subject.sites))  # fmt: skip


def _state(subject: Subject, place: str) -> Sentence:
    if place not in subject.sites:
        return say("place")
    if subject.plan is None:
        return say("candidate")
    return say("open") if place in subject.open else say("closed")


# -- ground ------------------------------------------------------------------------------------------------------


def _ground(scene: _Scene, background: str | Path | None) -> list[Mark]:
    """Sea, land, and what the user lays behind."""
    plane = scene.plane
    rings = tuple(tuple(plane.at(x, y) for x, y in ring) for ring in land(plane.window))
    marks: list[Mark] = [Box(0, 0, plane.width, plane.height, _SEA)]
    if rings:
        marks += [Area((ring,), _LAND, _BORDER, 0.6) for ring in rings]
    if background is not None:
        from .geo import shapes_of

        for shape in shapes_of(background):
            if shape.closed:
                cut = [clip(ring, plane.window) for ring in shape.rings]
                inside = tuple(tuple(plane.at(*p) for p in ring) for ring in cut if len(ring) > 2)
                if inside:
                    marks.append(Area(inside, "#ffffff", QUIET, 0.7, 0.35, tip=shape.name))
            else:
                marks += [Line(tuple(plane.at(*p) for p in part), QUIET, 0.7) for part in _inside(shape.rings, plane)]
    return marks


def _inside(lines: Sequence[Sequence[tuple[float, float]]], plane: Plane) -> list[list[tuple[float, float]]]:
    """The parts of lines whose points lie on the map."""
    west, south, east, north = plane.window
    parts: list[list[tuple[float, float]]] = []
    for line in lines:
        part: list[tuple[float, float]] = []
        for x, y in line:
            if west <= x <= east and south <= y <= north:
                part.append((x, y))
            else:
                parts, part = [*parts, part], []
        parts.append(part)
    return [part for part in parts if len(part) > 1]


def _within(scene: _Scene, degrees: Mapping[str, tuple[float, float]]) -> list[Mark]:
    """The radius of `lanes.within` around every site that takes in by such a lane (open ones, where there is a plan)."""
    frame = scene.subject.data["lanes"]
    reach: dict[str, float] = {}
    for row in np.flatnonzero(~np.isnan(frame.plain("within"))).tolist():
        km, dest = float(frame.plain("within")[row]), frame.text["dest"][row]
        for place in scene.subject.open if scene.subject.plan else scene.subject.sites:
            if math.isfinite(km) and dest in (place, "*", f"kind:{scene.subject.kinds.get(place, '')}"):
                reach[place] = max(reach.get(place, 0.0), km)
    window = scene.plane.window
    marks: list[Mark] = []
    for place, km in reach.items():
        if place in scene.at:
            ring = clip([_back(scene.plane, p) for p in scene.plane.circle(*degrees[place], km)], window)
            if len(ring) > 2:
                marks.append(Area((tuple(scene.plane.at(*p) for p in ring),), "none", VERMILLION, 0.8, dash="4 3"))
    return marks


def _back(plane: Plane, point: tuple[float, float]) -> tuple[float, float]:
    west, south, east, north = plane.window
    return west + point[0] / plane.width * (east - west), north - point[1] / plane.height * (north - south)


# -- flows, sites, names -----------------------------------------------------------------------------------------


def _flows(scene: _Scene) -> tuple[list[Mark], int]:
    """A wedge for each pair of places, wide where it begins (Holten and van Wijk 2009); and how many are left out."""
    sums: dict[tuple[str, str], list[Move]] = {}
    for move in scene.subject.moves:
        if move.origin in scene.at and move.dest in scene.at and scene.at[move.origin] != scene.at[move.dest]:
            sums.setdefault((move.origin, move.dest), []).append(move)
    if scene.subject.plan is None:
        lines = [Line((scene.at[a], scene.at[b]), FAINT, 0.6) for a, b in list(sums)[:_MOST_FLOWS]]
        return list(lines), max(0, len(sums) - _MOST_FLOWS)
    loads = {pair: _load(scene.subject, moves) for pair, moves in sums.items()}
    ordered = sorted(loads, key=lambda pair: -loads[pair])
    largest = max(loads.values(), default=0.0)
    marks: list[Mark] = []
    for pair in reversed(ordered[:_MOST_FLOWS]):
        half = max(0.5, _THICK * math.sqrt(loads[pair] / largest)) if largest > 0 else 0.5
        wedge = _wedge(scene.at[pair[0]], scene.at[pair[1]], half)
        marks.append(Area((wedge,), BLUE, "none", 0.5, 0.55, tip=_tip(scene, pair, sums[pair])))
    return marks, max(0, len(ordered) - _MOST_FLOWS)


def _load(subject: Subject, moves: Sequence[Move]) -> float:
    """What moves, in kg where all has a mass, else in units."""
    if all(move.material in subject.masses for move in subject.moves):
        return sum((m.amount or 0.0) * subject.masses[m.material] for m in moves)
    return sum(m.amount or 0.0 for m in moves)


def _tip(scene: _Scene, pair: tuple[str, str], moves: Sequence[Move]) -> str:
    parts = [f"{scene.speak.number(m.amount)} {scene.subject.units.get(m.material, '')} {m.material}" for m in moves]
    return f"{pair[0]} → {pair[1]}: {', '.join(parts[:6])}"


def _wedge(a: tuple[float, float], b: tuple[float, float], half: float) -> tuple[tuple[float, float], ...]:
    long = math.hypot(b[0] - a[0], b[1] - a[1])
    across = (-(b[1] - a[1]) / long, (b[0] - a[0]) / long)
    thin = max(0.15, 0.12 * half)
    return tuple(
        (x + side * w * across[0], y + side * w * across[1])
        for (x, y), w, side in ((a, half, 1), (b, thin, 1), (b, thin, -1), (a, half, -1))
    )


def _radii(subject: Subject, at: Mapping[str, Any]) -> dict[str, float]:
    """Sites by what they take in (by one size without a plan); other places are points."""
    facts = subject.plan.facts.get("sites", []) if subject.plan else []
    takes: dict[str, float] = {}
    for site in facts:
        takes[site["place"]] = takes.get(site["place"], 0.0) + float(site["throughput"] or 0.0)
    largest = max(takes.values(), default=0.0)
    radii = {}
    for place in at:
        share = math.sqrt(takes.get(place, 0.0) / largest) if largest > 0 else 0.0
        radii[place] = max(_SMALL, _LARGE * share) if place in subject.sites else _POINT
    return radii


def _sites(scene: _Scene) -> list[Mark]:
    """Other places below, then closed sites, then open ones, the small above the large."""
    subject, marks = scene.subject, []
    order = sorted(scene.at, key=lambda p: (p in subject.sites, p in subject.open, -scene.radius[p]))
    for place in order[:_MOST_PLACES]:
        (x, y), r = scene.at[place], scene.radius[place]
        name = f"{place}: {scene.speak(_state(subject, place))}"
        if place not in subject.sites:
            marks.append(Dot(x, y, r, INK, tip=place))
        elif subject.plan is None or place in subject.open:
            marks += [Dot(x, y, r + 1, PAPER, "square"), Dot(x, y, r, ORANGE, "square", tip=name)]
        else:
            marks += [Dot(x, y, _SMALL, QUIET, "diamond", tip=name), Dot(x, y, _SMALL - 1.4, PAPER, "diamond")]
    return list(marks)


def _names(scene: _Scene) -> tuple[list[Text], int]:
    """Names of open sites first, then of other sites, then of places, the largest first."""
    subject = scene.subject
    order = sorted(scene.at, key=lambda p: (p not in subject.open, p not in subject.sites, -scene.radius[p], p))
    taken = []
    for place, (x, y) in scene.at.items():
        if place in subject.sites or len(scene.at) <= _MOST_LABELS:
            r = scene.radius[place] + 1
            taken.append((x - r, y - r, x + r, y + r))
    taken.append(_legend_box(scene))
    wanted = [(shortened(p, 150), *scene.at[p], scene.radius[p]) for p in order[:_MOST_LABELS]]
    texts, left = placed(wanted, taken, scene.plane.width, scene.plane.height)
    return texts, left + max(0, len(order) - _MOST_LABELS)


def _halo(texts: Sequence[Text]) -> list[Mark]:
    """A pale ground behind each name, so that it reads over lines."""
    return [Area(((_corners(text.box)),), PAPER, "none", opacity=0.72) for text in texts]


def _corners(box: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
    left, top, right, bottom = box
    return (left - 1, top), (right + 1, top), (right + 1, bottom), (left - 1, bottom)


# -- legend ------------------------------------------------------------------------------------------------------


def _lines(scene: _Scene) -> list[tuple[str, str]]:
    """Marks of the legend and what they mean."""
    subject, speak = scene.subject, scene.speak
    found = [("place", speak(say("place")))]
    if subject.sites:
        found.insert(0, ("open", speak(say("open site") if subject.plan else say("candidate site"))))
        if subject.plan is not None and set(subject.sites) - set(subject.open):
            found.insert(1, ("closed", speak(say("closed site"))))
    if subject.plan is not None and subject.moves:
        found.append(("flow", speak(say("flow, wide where it begins"))))
    return found


def _scale_km(plane: Plane) -> float:
    """A round number of km that takes 60 to 150 px."""
    km = 130 / plane.px_per_km
    power = 10.0 ** math.floor(math.log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km)


def _legend_box(scene: _Scene) -> tuple[float, float, float, float]:
    rows = _lines(scene)
    scale = _scale_km(scene.plane) * scene.plane.px_per_km
    wide = max([30 + width(text, SIZE) for _, text in rows] + [scale + 44]) + 16
    high = 16.0 * len(rows) + 34
    return 8, scene.plane.height - high - 8, 8 + wide, scene.plane.height - 8


def _legend(scene: _Scene) -> list[Mark]:
    left, top, right, bottom = _legend_box(scene)
    marks: list[Mark] = [Box(left, top, right - left, bottom - top, PAPER, FAINT, 0.8, 3)]
    for i, (kind, text) in enumerate(_lines(scene)):
        x, y = left + 18, top + 14 + 16 * i
        if kind == "flow":
            marks.append(Area((_wedge((x - 10, y), (x + 10, y), 3),), BLUE, opacity=0.55))
        elif kind == "closed":
            marks += [Dot(x, y, _SMALL, QUIET, "diamond"), Dot(x, y, _SMALL - 1.4, PAPER, "diamond")]
        else:
            marks.append(Dot(x, y, 5 if kind == "open" else _POINT, ORANGE if kind == "open" else INK,
                             "square" if kind == "open" else "circle"))  # fmt: skip
        marks.append(Text(left + 34, y + 4, text, SIZE))
    km = _scale_km(scene.plane)
    long, y = km * scene.plane.px_per_km, bottom - 12
    marks += [Line(((left + 10, y), (left + 10 + long, y)), INK, 2.0),
              Text(left + 16 + long, y + 4, f"{scene.speak.number(km)} km", SIZE)]  # fmt: skip
    return marks
