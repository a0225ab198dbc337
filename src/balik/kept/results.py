"""What a result is made of: the objects in it that were handed, and what of it has stayed as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .kinds import BOOK, DICT, FUNCTION, KINDS, LEAF, LIST, OBJECT, kind_of
from .same import same, stated


def hold(
    value: Any, known: dict[int, Any], holds: dict[int, bool], met: set[int], others: Callable[[int], Any]
) -> bool:
    """Whether a value is, or holds, an object that the function was handed; notes the parts that do.

    `others` is told of each object that was not.
    """
    if id(value) in known:
        holds[id(value)] = True
        return True
    if id(value) in met:
        return id(value) in holds
    if KINDS.get(value.__class__, 0) >= OBJECT:
        others(id(value))
    parts = _parts(value)
    if parts is None:
        return False
    met.add(id(value))
    if any([hold(part, known, holds, met, others) for part in parts]):
        holds[id(value)] = False
        return True
    return False


def listed(value: Any) -> Any:
    """What a list or a dictionary of objects, or of such lists, holds; None of anything else."""
    cls = value.__class__
    kind = KINDS.get(cls) or kind_of(cls)
    if kind not in (LIST, DICT):
        return None
    parts = value if kind == LIST else value.values()
    kinds = {KINDS.get(one) or kind_of(one) for one in set(map(type, parts))}
    if kinds & {OBJECT, BOOK}:
        return parts
    return parts if kinds & {LIST, DICT} and any([listed(part) is not None for part in parts]) else None


def _parts(value: Any) -> Any:
    """What a value is made of that may hold what was handed; None where nothing may."""
    cls = value.__class__
    kind = KINDS.get(cls) or kind_of(cls)
    if kind == LEAF:
        return None
    if kind == FUNCTION:
        raise AssertionError(f"{value} is a function: nobody knows what it will read")
    parts = _within(value, kind)
    return parts if any([(KINDS.get(one) or kind_of(one)) != LEAF for one in set(map(type, parts))]) else None


def _within(value: Any, kind: int) -> Any:
    if kind == LIST:
        return value
    return dict.values(value) if kind in (DICT, BOOK) else stated(value.__class__, value.__dict__).values()


def replaced(
    value: Any, found: dict[int, tuple[Any, Any]], holds: dict[int, bool], made: dict[int, tuple[Any, Any]]
) -> Any:
    """The same with the present objects in the place of those of then; what holds none is not copied."""
    handed = holds.get(id(value))
    if handed is None:
        return value
    if id(value) in made:
        return made[id(value)][1]
    out = value
    if handed:
        pair = found.get(id(value))
        out = value if pair is None else pair[1]
    else:
        old = list(_within(value, KINDS[value.__class__]))
        new = [replaced(part, found, holds, made) for part in old]
        if any([a is not b for a, b in zip(old, new, strict=True)]):
            out = _with_parts(value, new)
    made[id(value)] = (value, out)
    return out


def _with_parts(value: Any, parts: list[Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(parts)
    if isinstance(value, dict):
        return type(value)(zip(dict.keys(value), parts, strict=True))
    out = object.__new__(value.__class__)
    out.__dict__.update(zip(stated(value.__class__, value.__dict__), parts, strict=True))
    return out


def settled(new: Any, old: Any, known: dict[int, Any], met: dict[int, Any]) -> Any:
    """A new result, in which what is the same as before is the object of before, so that it is soon told to be."""
    if new is old or new.__class__ is not old.__class__ or id(new) in known:
        return new
    if id(new) in met:
        return met[id(new)][1]
    out = new
    kind = KINDS.get(new.__class__) or kind_of(new.__class__)
    if kind == LEAF or (kind == LIST and _parts(new) is None):
        out = old if same(new, old) else new
    elif isinstance(new, dict):
        for key, value in list(dict.items(new)):
            if key in old:
                dict.__setitem__(new, key, settled(value, dict.__getitem__(old, key), known, met))
        if len(new) == len(old) and all(a == b and new[a] is old[a] for a, b in zip(new, old, strict=True)):
            out = old
    elif new.__class__ is tuple:
        parts = [settled(a, b, known, met) for a, b in zip(new, old, strict=False)]
        if len(new) == len(old) and all(a is b for a, b in zip(parts, old, strict=True)):
            out = old
        else:
            out = (*parts, *new[len(parts) :])
    elif new.__class__ is list:
        out = [settled(a, b, known, met) for a, b in zip(new, old, strict=False)] + new[len(old) :]
        if len(out) == len(old) and all(a is b for a, b in zip(out, old, strict=True)):
            out = old
    elif kind >= OBJECT:
        mine, theirs = new.__dict__, old.__dict__
        for name, value in stated(new.__class__, mine).copy().items():
            if name in theirs:
                mine[name] = settled(value, theirs[name], known, met)
        now = stated(new.__class__, mine)
        if all(name in theirs and value is theirs[name] for name, value in now.items()):
            out = old
    met[id(new)] = (new, out)
    return out
