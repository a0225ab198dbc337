"""The map: coast, places by what they are, sites by state and size, flows by amount, radii, and a scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...network.coordinates import coordinates
from ...words import Sentence, say
from .. import glyphs
from ..figure import Area, Dot, Figure, Line, Mark, Text, halo
from ..language import Language
from ..palette import BLUE, FAINT, INK, ORANGE, PAPER, QUIET, VERMILLION
from ..subject import Move, Subject, title_of
from .coast import clip
from .ground import Ground, ground_of
from .labels import SIZE, no_coordinates, not_named, placed
from .legend import Key, Legend, legend
from .nodes import CANDIDATE, CLOSED, OPEN, PLACE, POINT, SMALL, Node, nodes_of, states_of
from .places import Plane

_MOST_FLOWS, _MOST_LABELS = 300, 120
#: Half the width of the thickest flow, in px.
_THICK = 5.0


@dataclass(frozen=True)
class _Scene:
    """What is on the map: its marks, and which of them each place belongs to."""

    subject: Subject
    speak: Language
    ground: Ground
    nodes: Sequence[Node]
    of: Mapping[str, int]

    @property
    def plane(self) -> Plane:
        """What places are drawn on."""
        return self.ground.plane


def site_map(
    subject: Subject, speak: Language, background: str | Path | None = None, page: bool = False
) -> Figure | None:
    """The map of a case or a plan; None where fewer than two places have coordinates.

    `background`: a GeoJSON file (longitude, latitude) whose lines and surfaces are drawn behind. `page`: it is for a page,
    which asks for tiles of the web where the settings of the case name some.
    """
    degrees = coordinates(subject.data)
    used = {p for move in subject.moves for p in (move.origin, move.dest)} | set(subject.sites)
    shown = {p: c for p, c in degrees.items() if p in used} or degrees
    if len(shown) < 2:
        return None
    ground = ground_of(shown.values(), subject.tables, speak, background, page)
    nodes = nodes_of(subject, {place: ground.plane.at(*c) for place, c in shown.items()})
    scene = _Scene(subject, speak, ground, nodes, {place: i for i, node in enumerate(nodes) for place in node.places})
    flows, more = _flows(scene)
    box = legend(_keys(subject, speak), ground.plane, speak, [node.at for node in nodes], ground.taken)
    texts, unnamed = _names(scene, box)
    marks = [
        *ground.marks,
        *_within(scene, degrees),
        *flows,
        *_sites(scene),
        *halo(texts),
        *texts,
        *box.marks(),
        *ground.over(),
    ]
    notes = list(ground.notes)
    if len(nodes) < len(shown):
        notes.append(
            say(
                "Places close together share a mark: {marks} marks for {count} places.",
                marks=speak.number(len(nodes)),
                count=speak.number(len(shown)),
            )
        )
    if more:
        notes.append(
            say("Shown are the {most} largest of {all} flows.", most=_MOST_FLOWS, all=speak.number(_MOST_FLOWS + more))
        )
    notes += _lost(subject, used - shown.keys(), speak)
    if unnamed:
        notes.append(not_named(unnamed, speak))
    states, words = states_of(subject, shown), _words()
    return Figure(
        name="map",
        title=title_of(subject),
        about=speak(_about(subject, len(shown))),
        width=ground.plane.width,
        height=ground.plane.height,
        marks=tuple(marks),
        head=tuple(map(speak, (say("place"), say("kind"), say("latitude"), say("longitude"), say("state")))),
        rows=tuple((p, subject.kinds.get(p, ""), speak.number(c[1], 5), speak.number(c[0], 5), speak(words[states[p]])) for p, c in shown.items()),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _about(subject: Subject, shown: int) -> Sentence:
    if subject.plan is None:
        return say(
            "Places of the case: {count}; candidate sites among them: {sites}.", count=shown, sites=len(subject.sites)
        )
    if len(subject.sites) == 1:
        state = say("open") if subject.open else say("closed")
        return say(
            "{count} places; the one site is {state}. Lines are flows, wide where they begin.", count=shown, state=state
        )
    return say("{count} places; {open} of {sites} sites are open. Lines are flows, wide where they begin.",
               count=shown, open=len(subject.open), sites=len(subject.sites))  # fmt: skip


def _lost(subject: Subject, lost: Set[str], speak: Language) -> list[Sentence]:
    """What is not on the map because places have no coordinates: how many, which open sites, how many flows."""
    if not lost:
        return []
    notes = [no_coordinates(len(lost))]
    if unseen := [place for place in subject.open if place in lost]:
        names = ", ".join(unseen[:6]) + (" …" if len(unseen) > 6 else "")
        notes.append(say("Open sites that are not on the map: {names}.", names=names))
    flows = {(m.origin, m.dest) for m in subject.moves if m.origin in lost or m.dest in lost}
    if subject.plan is not None and flows:
        notes.append(
            say("Flows that are not drawn, as an end has no coordinates: {count}.", count=speak.number(len(flows)))
        )
    return notes


def _words() -> dict[str, Sentence]:
    return {OPEN: say("open"), CLOSED: say("closed"), CANDIDATE: say("candidate"), PLACE: say("place")}


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
        if place in scene.of:
            ring = clip([scene.plane.back(p) for p in scene.plane.circle(*degrees[place], km)], window)
            if len(ring) > 2:
                marks.append(Area((tuple(scene.plane.at(*p) for p in ring),), "none", VERMILLION, 0.8, dash="4 3"))
    return marks


# -- flows, sites, names -----------------------------------------------------------------------------------------


def _flows(scene: _Scene) -> tuple[list[Mark], int]:
    """A wedge for each pair of marks, wide where it begins (Holten and van Wijk 2009); and how many are left out."""
    sums: dict[tuple[int, int], list[Move]] = {}
    for move in scene.subject.moves:
        a, b = scene.of.get(move.origin, -1), scene.of.get(move.dest, -1)
        if min(a, b) >= 0 and scene.nodes[a].at != scene.nodes[b].at:
            sums.setdefault((a, b), []).append(move)
    ends = {(a, b): (scene.nodes[a].at, scene.nodes[b].at) for a, b in sums}
    if scene.subject.plan is None:
        lines = [Line(ends[pair], FAINT, 0.6) for pair in list(sums)[:_MOST_FLOWS]]
        return list(lines), max(0, len(sums) - _MOST_FLOWS)
    weigh = _weights(scene.subject)
    loads = {pair: math.fsum((m.amount or 0.0) * weigh(m.material) for m in moves) for pair, moves in sums.items()}
    ordered = sorted(loads, key=lambda pair: -loads[pair])
    largest = max(loads.values(), default=0.0)
    marks: list[Mark] = []
    for pair in reversed(ordered[:_MOST_FLOWS]):
        half = max(0.5, _THICK * math.sqrt(loads[pair] / largest)) if largest > 0 else 0.5
        tip = _tip(scene, pair, sums[pair])
        marks.append(Area((_wedge(*ends[pair], half),), BLUE, "none", 0.5, 0.55, tip=tip))
    return marks, max(0, len(ordered) - _MOST_FLOWS)


def _weights(subject: Subject) -> Callable[[str], float]:
    """What moves counts in kg where all has a mass, else in units."""
    masses = subject.masses
    return masses.__getitem__ if all(move.material in masses for move in subject.moves) else lambda _: 1.0


def _tip(scene: _Scene, pair: tuple[int, int], moves: Sequence[Move]) -> str:
    sums: dict[str, float] = {}
    for move in moves:
        sums[move.material] = sums.get(move.material, 0.0) + (move.amount or 0.0)
    parts = [f"{scene.speak.number(a)} {scene.subject.units.get(m, '')} {m}" for m, a in list(sums.items())[:6]]
    return f"{scene.nodes[pair[0]].name} → {scene.nodes[pair[1]].name}: {', '.join(parts)}"


def _wedge(a: tuple[float, float], b: tuple[float, float], half: float) -> tuple[tuple[float, float], ...]:
    long = math.hypot(b[0] - a[0], b[1] - a[1])
    across = (-(b[1] - a[1]) / long, (b[0] - a[0]) / long)
    thin = max(0.15, 0.12 * half)
    return tuple(
        (x + side * w * across[0], y + side * w * across[1])
        for (x, y), w, side in ((a, half, 1), (b, thin, 1), (b, thin, -1), (a, half, -1))
    )


def _sites(scene: _Scene) -> list[Mark]:
    """Every mark; an open site is a square, one that is closed a diamond, another place a dot."""
    marks: list[Mark] = []
    words = {state: scene.speak(word) for state, word in _words().items()}
    for node in scene.nodes:
        x, y, r = node.x, node.y, node.r
        tip = f"{node.name}: {words[node.state]}" if node.site else node.name
        if not node.site:
            marks.append(Dot(x, y, r, INK, tip=tip))
        elif node.state == CLOSED:
            marks += _closed(x, y, tip)
        else:
            marks += [Dot(x, y, r + 1, PAPER, "square"), Dot(x, y, r, ORANGE, "square", tip=tip)]
    return marks


def _names(scene: _Scene, box: Legend) -> tuple[list[Text], int]:
    """Names of open sites first, then of other sites, then of places, the largest first."""
    order = sorted(scene.nodes, key=lambda node: (node.state != OPEN, not node.site, -node.r, node.name))
    marked = [node for node in scene.nodes if node.site or len(scene.nodes) <= _MOST_LABELS]
    taken = [(node.x - node.r - 1, node.y - node.r - 1, node.x + node.r + 1, node.y + node.r + 1) for node in marked]
    taken += [box.box, *scene.ground.taken]
    wanted = [(glyphs.clip(node.name, SIZE, 150), node.x, node.y, node.r) for node in order[:_MOST_LABELS]]
    texts, left = placed(wanted, taken, scene.plane.width, scene.plane.height)
    return texts, left + max(0, len(order) - _MOST_LABELS)


# -- legend ------------------------------------------------------------------------------------------------------


def _keys(subject: Subject, speak: Language) -> list[Key]:
    """Marks of the legend and what they mean."""
    keys = []
    if subject.sites:
        keys.append(Key(speak(say("open site") if subject.plan else say("candidate site")), _open))
    if subject.plan is not None and set(subject.sites) - set(subject.open):
        keys.append(Key(speak(say("closed site")), _closed))
    keys.append(Key(speak(say("place")), lambda x, y: [Dot(x, y, POINT, INK)]))
    if subject.plan is not None and subject.moves:
        keys.append(Key(speak(say("flow, wide where it begins")), _flow))
    return keys


def _open(x: float, y: float) -> list[Mark]:
    return [Dot(x, y, 5, ORANGE, "square")]


def _closed(x: float, y: float, tip: str = "") -> list[Mark]:
    return [Dot(x, y, SMALL, QUIET, "diamond", tip=tip), Dot(x, y, SMALL - 1.4, PAPER, "diamond")]


def _flow(x: float, y: float) -> list[Mark]:
    return [Area((_wedge((x - 10, y), (x + 10, y), 3),), BLUE, opacity=0.55)]
