"""What an entity diagram shows, before it has a shape: entities, what happens in them, and what moves between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...errors import CallError
from ...words import Sentence, say
from ..language import Language
from ..subject import Run, Subject
from .ways import FORWARD, ways_of

#: Above so many places the diagram is by kind, unless it is asked for by place.
BY_PLACE_UP_TO = 40
#: Places in a diagram by place; the others are said to be left out.
MOST_PLACES = 300
#: Pairs of places between which lines are drawn by place; of a plan those with the largest flows.
MOST_PAIRS = 1200
#: What is less than this is not drawn.
_NOTHING = 1e-9


@dataclass
class Entity:
    """A box: a place, or all places of a kind. Amounts are None where there is no plan."""

    label: str
    places: list[str] = field(default_factory=list)
    name: str = ""
    collected: dict[str, float | None] = field(default_factory=dict)
    delivered: dict[str, float | None] = field(default_factory=dict)
    stocked: dict[str, float | None] = field(default_factory=dict)
    within: dict[str, float | None] = field(default_factory=dict)
    processes: dict[str, Run] = field(default_factory=dict)
    sites: int = 0
    open: int = 0


@dataclass
class Stream:
    """An edge: what moves from an entity to another in one way."""

    origin: int
    dest: int
    way: str
    amounts: dict[str, float | None] = field(default_factory=dict)
    lanes: int = 0


@dataclass
class Scene:
    """Entities and streams; `said`: what is not shown."""

    entities: list[Entity]
    streams: list[Stream]
    by: str
    planned: bool
    said: list[Sentence] = field(default_factory=list)


def scene_of(subject: Subject, by: str | None = None) -> Scene:
    """The diagram of a case or plan, by kind or by place; without a choice by place up to 40 places."""
    moving = {place for move in subject.moves for place in (move.origin, move.dest)}
    spots = [*subject.collected, *subject.delivered, *subject.stocked]
    active = (
        moving | {s.place for s in spots if s.amount is None or s.amount > _NOTHING} | {r.place for r in subject.runs}
    )
    places = [place for place in subject.data.labels["place"] if place in active]
    pairs = len({(move.origin, move.dest) for move in subject.moves})
    if by is None:
        few = len(places) <= BY_PLACE_UP_TO and pairs <= 4 * BY_PLACE_UP_TO
        by = "place" if few or not any(subject.kinds.get(p) for p in places) else "kind"
    if by == "place" and pairs > MOST_PAIRS and subject.plan is None:
        raise CallError(
            say("By place the drawing has {count:,} lanes, and more than {most:,} cannot be read. Draw it by kind, or draw a plan.",
                count=pairs, most=MOST_PAIRS)
        )  # fmt: skip
    scene = Scene([], [], by, subject.plan is not None)
    idle = len(subject.data.labels["place"]) - len(places)
    if idle:
        scene.said.append(say("Places where nothing moves or happens, not drawn: {count}.", count=idle))
    if by == "place" and len(places) > MOST_PLACES:
        busiest = _busiest(subject, places)
        kept = [place for place in places if place in busiest]
        left = len(places) - len(kept)
        scene.said.append(say("Places with the least flow, not drawn: {count} of {all}.", count=left, all=len(places)))
        places = kept
    at = _entities(subject, places, scene)
    _fill(subject, scene, at)
    _join(subject, scene, at)
    return scene


def _busiest(subject: Subject, places: Iterable[str]) -> set[str]:
    """Both ends of the largest flows, as many as may be drawn."""
    flows: dict[tuple[str, str], float] = {}
    for move in subject.moves:
        pair = (move.origin, move.dest)
        flows[pair] = flows.get(pair, 0.0) + (1.0 if move.amount is None else move.amount)
    kept: set[str] = set()
    for pair in sorted(flows, key=lambda pair: -flows[pair]):
        if len(kept | set(pair)) > MOST_PLACES:
            break
        kept |= set(pair)
    return kept or set(list(places)[:MOST_PLACES])


def _entities(subject: Subject, places: Iterable[str], scene: Scene) -> dict[str, int]:
    """Which entity each place belongs to; they stand in the order of the table places."""
    at: dict[str, int] = {}
    known: dict[str, int] = {}
    for place in places:
        label = (subject.kinds.get(place) or place) if scene.by == "kind" else place
        if label not in known:
            known[label] = len(scene.entities)
            scene.entities.append(Entity(label))
        entity = scene.entities[known[label]]
        entity.places.append(place)
        at[place] = known[label]
    opened = set(subject.open)
    for site in subject.sites:  # also those where nothing happens
        label = (subject.kinds.get(site) or site) if scene.by == "kind" else site
        if label in known:
            scene.entities[known[label]].sites += 1
            scene.entities[known[label]].open += site in opened
    for entity in scene.entities:
        if len(entity.places) == 1:
            entity.name = subject.names.get(
                entity.places[0], "" if entity.label == entity.places[0] else entity.places[0]
            )
    return at


def _fill(subject: Subject, scene: Scene, at: dict[str, int]) -> None:
    """What is collected, handed over, kept and processed in every entity."""
    for name in ("collected", "delivered", "stocked"):
        for spot in getattr(subject, name):
            if spot.place in at and (spot.amount is None or spot.amount > _NOTHING):
                _add(getattr(scene.entities[at[spot.place]], name), spot.material, spot.amount)
    for run in subject.runs:
        if run.place in at:
            known = scene.entities[at[run.place]].processes
            before = known.get(run.process)
            known[run.process] = run if before is None else _both(before, run)


def _both(one: Run, other: Run) -> Run:
    """Two runs of a process at places of one entity: activity adds up, and the recipe is that of the average."""
    if one.amount is None or other.amount is None:
        return one
    total = one.amount + other.amount
    rates = {
        m: (one.amount * one.recipe.get(m, 0.0) + other.amount * other.recipe.get(m, 0.0)) / total if total else 0.0
        for m in {**one.recipe, **other.recipe}
    }
    return Run(one.process, one.place, total, rates)


def _join(subject: Subject, scene: Scene, at: dict[str, int]) -> None:
    """Streams between entities; what moves within one is said in its box."""
    ways = ways_of(subject)
    streams: dict[tuple[int, int, str], Stream] = {}
    for move in subject.moves:
        if move.origin not in at or move.dest not in at or (move.amount is not None and move.amount <= _NOTHING):
            continue
        a, b = at[move.origin], at[move.dest]
        if a == b:
            _add(scene.entities[a].within, move.material, move.amount)
            continue
        key = (a, b, ways.of(move))
        stream = streams.setdefault(key, Stream(*key))
        _add(stream.amounts, move.material, move.amount)
        stream.lanes += 1
    kept = list(streams.values())
    if len(kept) > MOST_PAIRS:
        kept = sorted(kept, key=lambda s: -sum(a or 0.0 for a in s.amounts.values()))[:MOST_PAIRS]
        scene.said.append(say("Drawn are the {most} largest of {all} flows.", most=MOST_PAIRS, all=len(streams)))
    scene.streams = sorted(kept, key=lambda s: (s.origin, s.dest, s.way != FORWARD))


def _add(sums: dict[str, float | None], key: str, amount: float | None) -> None:
    before = sums.get(key)
    sums[key] = amount if amount is None or before is None else before + amount


def amount_texts(amounts: dict[str, float | None], units: dict[str, str], speak: Language, most: int = 3) -> list[str]:
    """`empties 950 kg`, one for each material; the largest first, and how many more there are."""
    ordered = sorted(amounts.items(), key=lambda kv: -(kv[1] or 0.0))
    kept = ordered if len(ordered) <= most else ordered[: most - 1]
    out = [m if a is None else f"{m} {speak.number(a)} {units.get(m, '')}".rstrip() for m, a in kept]
    more = len(ordered) - len(kept)
    return [*out, speak(say("… and {count} more", count=more))] if more else out
