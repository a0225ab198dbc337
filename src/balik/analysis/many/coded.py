"""Answers as JSON and back, so that a study that was stopped can go on: plans, points, sentences, arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from ...errors import Problem
from ...plan.plan import Plan
from ...words import Figure, Sentence

#: The key under which the kind of an object stands that is no plain JSON.
_KIND = "$"
#: Records that may be kept, by their names.
_RECORDS: dict[str, type[Any]] = {}
_R = TypeVar("_R", bound=type)


def record(kind: _R) -> _R:
    """A dataclass, and that its objects are answers which may be kept."""
    _RECORDS[kind.__name__] = kind
    return kind


def coded(found: Any) -> Any:
    """An answer as what JSON holds. Raises TypeError where it is something else."""
    if isinstance(found, Figure):
        return {_KIND: "figure", "text": str(found)}
    if isinstance(found, Sentence):
        return {_KIND: "sentence", "text": str(found), "template": found.template, "values": coded(found.values)}
    if found is None or isinstance(found, (str, bool, int, float)):
        return found
    if isinstance(found, np.generic):
        return found.item()
    if isinstance(found, np.ndarray):
        return {_KIND: "array", "values": found.tolist()}
    if isinstance(found, tuple):
        return {_KIND: "tuple", "values": [coded(one) for one in found]}
    if isinstance(found, list):
        return [coded(one) for one in found]
    if isinstance(found, Mapping):
        return {str(key): coded(value) for key, value in found.items()}
    if isinstance(found, (Plan, Problem)):
        kind = "plan" if isinstance(found, Plan) else "problem"
        return {_KIND: kind, **{f.name: coded(getattr(found, f.name)) for f in fields(found) if f.name not in _LEFT}}
    if (name := type(found).__name__) in _RECORDS:
        return {_KIND: "record", "of": name, **{f.name: coded(getattr(found, f.name)) for f in fields(found)}}
    raise TypeError(f"{name} is not kept")


#: Of a plan that is not kept: the tables are those of the case, and no study writes a certificate.
_LEFT = ("tables", "certificate")


def decoded(found: Any) -> Any:
    """The answer that was coded."""
    if isinstance(found, list):
        return [decoded(one) for one in found]
    if not isinstance(found, dict):
        return found
    kind = found.get(_KIND)
    parts = {key: decoded(value) for key, value in found.items() if key != _KIND}
    if kind == "figure":
        return Figure(parts["text"])
    if kind == "sentence":
        return Sentence(parts["text"], parts["template"], parts["values"])
    if kind == "array":
        return np.array(parts["values"])
    if kind == "tuple":
        return tuple(parts["values"])
    if kind == "plan":
        return Plan(**parts)
    if kind == "record":
        return _RECORDS[parts.pop("of")](**parts)
    return Problem(**parts) if kind == "problem" else parts


def light(found: Any) -> Any:
    """An answer without what its asker has already: the tables of a plan."""
    if isinstance(found, Plan):
        return replace(found, tables=None, certificate=None)
    return type(found)(light(one) for one in found) if isinstance(found, (list, tuple)) else found
