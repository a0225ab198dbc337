"""Measures of the user's own, recounted from the table `measures` and the plan: Σ rate × a quantity in a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .exact import Array, Number
from .terms import Terms, join
from .world import NONE, World

#: Columns of `measures` that are no scope.
_NO_SCOPE = ("measure", "of", "rate", "unit", "note", "source")


@dataclass(frozen=True)
class Count:
    """One row of `measures`: what it counts, in which scope, at which rate."""

    of: str
    rate: Number
    scope: dict[str, str]


@dataclass(frozen=True)
class Own:
    """A measure with its rows and its unit (blank: none is given)."""

    unit: str
    counts: list[Count]


def read_own(world: World) -> dict[str, Own]:
    """Every measure of the user's own."""
    frame = world.data["measures"]
    columns = [c for c in frame.schema.columns if c not in _NO_SCOPE]
    found: dict[str, Own] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        name, unit = frame.text["measure"][row], frame.text["unit"][row]
        kept = found.get(name, Own("", []))
        count = Count(
            frame.text["of"][row],
            world.numbers.cell("measures", "rate", row),
            {c: frame.text[c][row] for c in columns if frame.text[c][row] not in ("", "*")},
        )
        found[name] = Own(kept.unit or unit, [*kept.counts, count])
    return found


def recount(own: Own, scoped: Callable[[str, dict[str, str]], Terms], often: Callable[[str, Terms], Array]) -> Terms:
    """The terms of a measure. `scoped`: terms of a quantity in a scope; `often`: how often each counts in a sum."""
    parts = []
    for count in own.counts:
        terms = scoped(count.of, count.scope)
        codes = terms.codes | {"account": np.full(len(terms), NONE, np.int64)}
        parts.append(Terms(codes, terms.value * often(count.of, terms) * count.rate, terms.alive))
    return join(parts)
