"""Measures of the user's own, as far as their rows say by themselves: names, what each is made of, and its unit."""

from __future__ import annotations

import numpy as np

from ..tables import Data


def own_measures(data: Data) -> dict[str, str]:
    """Every measure of the user's own with the unit that it is counted in: the one given, else its name."""
    frame = data["measures"]
    units: dict[str, str] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        name, unit = frame.text["measure"][row], frame.text["unit"][row]
        units[name] = units.get(name) or unit
    return {name: unit or name for name, unit in units.items()}


def made_of(data: Data, measure: str) -> list[str]:
    """Quantities that a measure counts, those of its own measures in place of them; each once."""
    frame = data["measures"]
    of: dict[str, list[str]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        of.setdefault(frame.text["measure"][row], []).append(frame.text["of"][row])
    seen: dict[str, None] = {}
    todo = [measure]
    while todo:
        for name in of.get(todo.pop(), []):
            if name not in seen:
                seen[name] = None
                todo.append(name)
    return [name for name in seen if name not in of]


def circle(data: Data) -> list[str]:
    """Names of measures each of which counts the next, and the last the first; none if there is no circle."""
    frame = data["measures"]
    of: dict[str, set[str]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        of.setdefault(frame.text["measure"][row], set()).add(frame.text["of"][row])
    left = {name: parts & set(of) for name, parts in of.items()}
    while free := [name for name, parts in left.items() if not parts & set(left)]:
        for name in free:
            del left[name]
    if not left:
        return []
    path = [min(left)]
    while True:
        path.append(min(left[path[-1]] & set(left)))
        if path[-1] in path[:-1]:
            return path[path.index(path[-1]) : -1]
