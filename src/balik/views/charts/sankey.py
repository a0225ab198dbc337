"""A Sankey diagram of a plan: bands as thick as the flows, and at every entity as much in as out."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ...words import Sentence, say
from ..drawing.layout import Layout, Link, arrange
from ..drawing.scene import Entity, scene_of
from ..figure import Box, Figure, Mark, Ribbon, Text, halo, moved
from ..glyphs import wrap
from ..language import Language
from ..palette import GREY, INK, style_of
from ..subject import Subject
from ..weigh import Scale, scale_of
from .axes import legend
from .profile import lost_in

_BY_PLACE_UP_TO, _MOST_MATERIALS = 24, 7
_HIGH, _NODE, _GAP, _APART = 300.0, 12.0, 150.0, 34.0
#: By how much, relative to what goes through, an entity may be out of balance.
_NEAR = 1e-6


@dataclass
class _Band:
    origin: int
    dest: int
    material: str  # '' for what a process loses
    amount: float


@dataclass
class _Net:
    """Nodes (entities first, then where things come from and go to) and bands, in one unit."""

    names: list[str]
    bands: list[_Band] = field(default_factory=list)

    def node(self, name: str, first: int) -> int:
        """The node of this name among those that are no entities."""
        if name not in self.names[first:]:
            self.names.append(name)
        return self.names.index(name, first)

    def into(self, node: int) -> float:
        """What comes in."""
        return math.fsum(band.amount for band in self.bands if band.dest == node)

    def out_of(self, node: int) -> float:
        """What goes out."""
        return math.fsum(band.amount for band in self.bands if band.origin == node)


def sankey(subject: Subject, speak: Language) -> Figure | None:
    """Flows in one unit, summed over periods. None where nothing moves, or the entities do not balance in one unit."""
    scale = scale_of(subject)
    if subject.plan is None or scale is None or not subject.moves:
        return None
    places = {place for move in subject.moves for place in (move.origin, move.dest)}
    few = len(places) <= _BY_PLACE_UP_TO or not any(subject.kinds.get(p) for p in places)
    scene = scene_of(subject, "place" if few and len(places) <= 60 else "kind")
    net = _Net([entity.label for entity in scene.entities])
    for stream in scene.streams:
        for material, amount in stream.amounts.items():
            if scale.of(material, amount or 0.0) > 0:
                net.bands.append(_Band(stream.origin, stream.dest, material, scale.of(material, amount or 0.0)))
    for i, entity in enumerate(scene.entities):
        _ends(net, i, entity, scale, speak, len(scene.entities))
    if not net.bands or not _balanced(net, len(scene.entities), subject, speak):
        return None
    return _figure(net, scale, speak, scene.said)


def _ends(net: _Net, at: int, entity: Entity, scale: Scale, speak: Language, first: int) -> None:
    """Where an entity's material comes from outside the network, and leaves it."""
    for material, amount in entity.collected.items():
        if scale.of(material, amount or 0.0) > 0:
            net.bands.append(
                _Band(net.node(speak(say("collected")), first), at, material, scale.of(material, amount or 0.0))
            )
    for material, amount in entity.delivered.items():
        if scale.of(material, amount or 0.0) > 0:
            net.bands.append(
                _Band(at, net.node(speak(say("handed over")), first), material, scale.of(material, amount or 0.0))
            )
    for run in entity.processes.values():
        lost = lost_in([run], scale)
        if lost > _NEAR * (run.amount or 0.0):
            used = [m for m, rate in run.recipe.items() if rate < 0]
            only = used[0] if len(used) == 1 and not any(rate > 0 for rate in run.recipe.values()) else ""
            net.bands.append(_Band(at, net.node(run.process, first), only, lost))
        elif -lost > _NEAR * (run.amount or 0.0):
            net.bands.append(_Band(net.node(run.process, first), at, "", -lost))


def _balanced(net: _Net, entities: int, subject: Subject, speak: Language) -> bool:
    """Whether every entity has as much in as out; what stays in its store counts as going out."""
    for i in range(entities):
        comes, goes = net.into(i), net.out_of(i)
        off, near = comes - goes, _NEAR * max(1e-9, comes, goes)
        if abs(off) <= near:
            continue
        if not len(subject.data["stores"]):
            return False
        store = net.node(speak(say("in stock")) if off > 0 else speak(say("out of stock")), entities)
        net.bands.append(_Band(i, store, "", off) if off > 0 else _Band(store, i, "", -off))
    return True


def _figure(net: _Net, scale: Scale, speak: Language, said: list[Sentence]) -> Figure:
    through = [max(net.into(i), net.out_of(i)) for i in range(len(net.names))]
    per = _HIGH / max(through)
    links = [Link(b.origin, b.dest, b.amount, thick=max(1.0, b.amount * per)) for b in net.bands]
    layout = arrange([(_NODE, max(2.0, t * per)) for t in through], links, _GAP, _APART)
    ends = _stacked(net, layout, per)
    totals: dict[str, float] = {}
    for band in net.bands:
        totals[band.material] = totals.get(band.material, 0.0) + band.amount
    known = [m for m in sorted(totals, key=lambda m: -totals[m]) if m][:_MOST_MATERIALS]
    marks: list[Mark] = []
    for band, line, (start, end) in zip(net.bands, layout.lines, ends, strict=True):
        fill, pattern = style_of(known.index(band.material)) if band.material in known else (GREY, "")
        points = _along(line, start, end)
        text = f"{net.names[band.origin]} → {net.names[band.dest]}: {band.material} {speak.number(band.amount)} {scale.unit}"
        marks.append(Ribbon(points, band.amount * per, fill, pattern=pattern, tip=" ".join(text.split())))
    texts: list[Text] = []
    for i, (x, y) in enumerate(layout.boxes):
        tall = max(2.0, through[i] * per)
        amount = f"{speak.number(through[i])} {scale.unit}"
        marks.append(Box(x - _NODE / 2, y - tall / 2, _NODE, tall, INK, tip=f"{net.names[i]}: {amount}"))
        lines = [*wrap(net.names[i], 11, _GAP - 30, 2), amount]
        top = y - 6.5 * (len(lines) - 1) + 4
        texts += [
            Text(x + _NODE / 2 + 5, top + 13 * k, line, 11, bold=k < len(lines) - 1) for k, line in enumerate(lines)
        ]
    marks += [*halo(texts, 0.55), *texts]
    names = [*known, *([speak(say("other"))] if len(totals) > len(known) else [])]
    wide = layout.width + _GAP
    keys, top = legend(names, [style_of(i) if i < len(known) else (GREY, "") for i in range(len(names))], wide)
    notes = list(said)
    if scale.without:
        notes.append(
            say("Without {materials}: they have no {unit}.", materials=", ".join(scale.without), unit=scale.unit)
        )
    return Figure(
        name="sankey",
        title=speak(say("What flows where")),
        about=speak(say("Flows in {unit} over the whole plan; at every entity as much comes in as goes out.", unit=scale.unit)),
        width=wide + 16,
        height=top + layout.height + 40,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 20) for m in marks)]),
        head=tuple(map(speak, (say("from"), say("to"), say("material"), say("amount"), say("unit")))),
        rows=tuple((net.names[b.origin], net.names[b.dest], b.material, speak.number(b.amount), scale.unit) for b in net.bands),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _along(line: tuple[tuple[float, float], ...], start: float, end: float) -> tuple[tuple[float, float], ...]:
    """The line with its ends, and the level pieces beside them, at these heights."""
    heights = [y for _, y in line]
    first, last = heights[0], heights[-1]
    ys = [
        start if y == first and i < 2 else end if y == last and i >= len(line) - 2 else y for i, y in enumerate(heights)
    ]
    ys[0], ys[-1] = start, end
    return tuple((x, y) for (x, _), y in zip(line, ys, strict=True))


def _stacked(net: _Net, layout: Layout, per: float) -> list[tuple[float, float]]:
    """Where each band meets its nodes: stacked over their height, in the order of where they lead."""
    found = [[0.0, 0.0] for _ in net.bands]
    sides: dict[tuple[int, bool], list[tuple[float, int, int]]] = {}
    for i, (band, line) in enumerate(zip(net.bands, layout.lines, strict=True)):
        rightward = line[0][0] <= line[-1][0]
        sides.setdefault((band.origin, rightward), []).append((line[0][1], i, 0))
        sides.setdefault((band.dest, not rightward), []).append((line[-1][1], i, 1))
    for (node, _), meets in sides.items():
        total = sum(net.bands[i].amount * per for _, i, _ in meets)
        top = layout.boxes[node][1] - total / 2
        for _, i, end in sorted(meets):
            thick = net.bands[i].amount * per
            found[i][end] = top + thick / 2
            top += thick
    return [(start, end) for start, end in found]
