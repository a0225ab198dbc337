"""Near-optimal plans on a map: sites that are in every plan, in some, in none, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ...analysis.study import Study
from ...tables import Tables
from ...words import Sentence, say
from .. import glyphs
from ..charts.frequency import role_word
from ..figure import Dot, Figure, Mark, halo
from ..language import Language
from ..palette import BLUE, INK, ORANGE, PAPER, QUIET
from .ground import ground_of
from .labels import SIZE, no_coordinates, not_named, placed
from .legend import Key, legend

#: Roles in the order in which they are drawn, the last above the others.
_ORDER = ("never", "free", "optional", "must")
_LARGE, _SMALL, _MOST_LABELS = 9.0, 4.0, 120


def atlas_map(study: Study, speak: Language, tables: Tables | None = None) -> Figure | None:
    """The map of an atlas; None where fewer than two of its sites have coordinates.

    `tables`: of the case, where they are at hand: they may ask for tiles.
    """
    found = (
        [row for row in study.more.get("sites", []) if row.get("share") is not None] if study.kind == "atlas" else []
    )
    sites = sorted((row for row in found if _is_at(row)), key=lambda row: (_ORDER.index(row["role"]), row["share"]))
    if len(sites) < 2:
        return None
    ground = ground_of([(row["lon"], row["lat"]) for row in sites], tables, speak, page=True)
    at = [ground.plane.at(row["lon"], row["lat"]) for row in sites]
    roles = [role for role in reversed(_ORDER) if any(row["role"] == role for row in sites)]
    keys = [Key(speak(role_word(role)), partial(_mark, role, 0.5)) for role in roles]
    box = legend(keys, ground.plane, speak, at, ground.taken)
    names = [(_name(row, speak), x, y, _radius(row)) for row, (x, y) in zip(reversed(sites), reversed(at), strict=True)]
    taken = [(x - r - 1, y - r - 1, x + r + 1, y + r + 1) for _, x, y, r in names]
    texts, unnamed = placed(
        names[:_MOST_LABELS], [*taken, box.box, *ground.taken], ground.plane.width, ground.plane.height
    )
    drawn = [
        mark
        for row, (x, y) in zip(sites, at, strict=True)
        for mark in _mark(row["role"], row["share"], x, y, _tip(row, speak))
    ]
    notes = list(ground.notes)
    if lost := len(found) - len(sites):
        notes.append(no_coordinates(lost))
    if left := unnamed + max(0, len(names) - _MOST_LABELS):
        notes.append(not_named(left, speak))
    return Figure(
        name="atlas-map",
        title=speak(say("Where the sites of near-optimal plans are")),
        about=speak(_about(sites, len(study.rows))),
        width=ground.plane.width,
        height=ground.plane.height,
        marks=(*ground.marks, *drawn, *halo(texts), *texts, *box.marks(), *ground.over()),
        head=tuple(map(speak, (say("site"), say("share of the plans"), say("role"), say("latitude"), say("longitude")))),
        rows=tuple((row["place"], speak.percent(row["share"], 0), speak(role_word(row["role"])), speak.number(row['lat'], 5), speak.number(row['lon'], 5))
                   for row in reversed(sites)),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _is_at(row: Mapping[str, Any]) -> bool:
    """Whether a site of a document that may be anybody's stands where a map can show it."""
    here = all(isinstance(row.get(name), (int, float)) for name in ("lat", "lon"))
    return here and abs(row["lat"]) <= 90 and abs(row["lon"]) <= 360 and row.get("role") in _ORDER


def _about(sites: Sequence[Mapping[str, Any]], plans: int) -> Sentence:
    count = {role: sum(row["role"] == role for row in sites) for role in _ORDER}
    return say(
        "{must} sites are in every one of {plans} plans (squares), {optional} in some (circles, larger for more), {none} in none (diamonds).",
        must=count["must"], optional=count["optional"], none=count["never"] + count["free"], plans=plans,
    )  # fmt: skip


def _radius(row: Mapping[str, Any]) -> float:
    return {"must": 7.0, "optional": _SMALL + (_LARGE - _SMALL) * float(row["share"])}.get(row["role"], _SMALL)


def _mark(role: str, share: float, x: float, y: float, tip: str = "") -> list[Mark]:
    """Squares, circles and diamonds, full and hollow: each is told without its colour."""
    r = _radius({"role": role, "share": share})
    if role == "must":
        return [Dot(x, y, r + 1, PAPER, "square"), Dot(x, y, r, BLUE, "square", tip=tip)]
    if role == "optional":
        return [Dot(x, y, r + 1, INK), Dot(x, y, r, ORANGE, tip=tip)]
    inside = INK if role == "free" else PAPER
    return [Dot(x, y, r, QUIET, "diamond", tip=tip), Dot(x, y, r - 1.4, PAPER, "diamond"), Dot(x, y, 1.2, inside)]


def _tip(row: Mapping[str, Any], speak: Language) -> str:
    return f"{row['place']}: {speak.percent(row['share'], 0)} · {speak(role_word(row['role']))}"


def _name(row: Mapping[str, Any], speak: Language) -> str:
    """The site, and how often it opens where that is neither always nor never."""
    name = glyphs.clip(str(row["place"]), SIZE, 150)
    return f"{name} {speak.percent(row['share'], 0)}" if row["role"] == "optional" else name
