"""What kind of thing stands under each key of `plan.json`: what is of another kind claims nothing that could be judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ...kept import Book
from ...words import Sentence, say
from .verdict import Court

#: What `solve --out` always writes of a plan: its figures.
FIGURES = ("objective", "cost", "ledger", "measures", "open", "used", "totals")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_number, value.values()))


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(issubclass(kind, dict) for kind in set(map(type, value)))


def _are_known(value: Any) -> bool:
    return isinstance(value, Mapping) and all(v is None or _is_number(v) for v in value.values())


def _are_sums(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"collect", "deliver", "trips"}
        and all(map(_are_numbers, value.values()))
    )


def _are_labels(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(label, str) for label in value)


def _are_factors(value: Any) -> bool:
    return isinstance(value, Mapping) and _is_number(value.get("one_off")) and _are_numbers(value.get("recurring"))


#: What each key must be, and how that is called.
_SHAPES: dict[str, tuple[Callable[[Any], bool], Sentence]] = {
    "ledger": (_are_numbers, say("money by account")),
    "measures": (_are_known, say("numbers by measure")),
    "totals": (_are_sums, say("sums of collect, deliver and trips")),
    "open": (_are_rows, say("list of sites")),
    "used": (_are_labels, say("list of places")),
    "goals": (_are_rows, say("list of goals")),
    "stages": (_are_rows, say("list of stages")),
    "sites": (_are_rows, say("list of sites")),
    "limits": (_are_rows, say("list of limits")),
    "chances": (_are_rows, say("list of sites")),
    "waits": (_are_rows, say("list of sites")),
    "resources": (_are_rows, say("list of resources")),
    "great_circles": (_are_rows, say("list of distances")),
    "money_factors": (_are_factors, say("set of factors")),
}


def in_shape(document: Mapping[str, Any], court: Court) -> Book:
    """The document without what is of another kind than it should be, which is a fault."""
    good = Book(document)
    for name, (fits, words) in _SHAPES.items():
        if name in document and not fits(document[name]):
            found = f"{document[name]!r}"
            found = found if len(found) <= 60 else f"{found[:57]}…"
            told = say("plan.json: {name} is {found}, which is no {kind}.", name=name, found=found, kind=words)
            court.fault("document", name, told)
            del good[name]
    return good
