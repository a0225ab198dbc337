"""What the functions of this folder ask of their arrays; anything else is a SitingError, said in the user's words."""

from __future__ import annotations

import numpy as np

from ...words import say
from ..problem import CLOSED, FREE, OPEN, SitingError
from ..watch import Watch
from .lists import Array


def matrix(name: str, value: Array) -> Array:
    """Money or distance from each site to each customer (n, m); inf where there is no lane."""
    found = np.ascontiguousarray(value, dtype=float)
    if found.ndim != 2:
        raise SitingError(
            say("{name} has the shape {found}; {shape} was expected.", name=name, found=found.shape, shape="(n, m)")
        )
    _sizes(found.shape)
    if np.isnan(found).any():
        raise SitingError(say("{name} holds a number that is none (NaN).", name=name))
    if np.isneginf(found).any():
        raise SitingError(say("{name} must be finite.", name=name))
    return found


def yes_or_no(name: str, value: Array) -> Array:
    """Which site reaches which customer (n, m): true and false, or 1 and 0."""
    found = np.asarray(value)
    if found.dtype != bool and not np.isin(found, (0, 1)).all():
        raise SitingError(say("{name} must hold true and false (or 1 and 0) only.", name=name))
    if found.ndim != 2:
        raise SitingError(
            say("{name} has the shape {found}; {shape} was expected.", name=name, found=found.shape, shape="(n, m)")
        )
    _sizes(found.shape)
    return np.ascontiguousarray(found, dtype=bool)


def vector(name: str, value: Array | None, size: int, default: float, negative: bool = False) -> Array:
    """One finite number a site or customer; the default where none is given."""
    found = np.full(size, default) if value is None else np.ascontiguousarray(value, dtype=float)
    if found.shape != (size,):
        raise SitingError(
            say("{name} has the shape {found}; {shape} was expected.", name=name, found=found.shape, shape=(size,))
        )
    if np.isnan(found).any():
        raise SitingError(say("{name} holds a number that is none (NaN).", name=name))
    if np.isinf(found).any():
        raise SitingError(say("{name} must be finite.", name=name))
    if not negative and (found < 0).any():
        raise SitingError(say("{name} must not be negative.", name=name))
    return found


def states(value: Array | None, n: int) -> Array:
    """CLOSED, FREE or OPEN of each site; all free where none is given."""
    found = np.full(n, FREE) if value is None else np.asarray(value)
    if found.shape != (n,):
        raise SitingError(
            say("{name} has the shape {found}; {shape} was expected.", name="state", found=found.shape, shape=(n,))
        )
    if not np.isin(found, (CLOSED, FREE, OPEN)).all():
        raise SitingError(say("state must be 0 (closed), 1 (free) or 2 (open)."))
    return found.astype(np.int8)


def number(p: int) -> int:
    """The number of sites to open."""
    if isinstance(p, bool | np.bool_) or p != p or p < 0 or p != int(p):
        raise SitingError(say("p must be a whole number of sites, 0 or more; it is {p}.", p=p))
    return int(p)


def fits(p: int, state: Array) -> bool:
    """Whether exactly p sites can be open with these states."""
    return int((state == OPEN).sum()) <= p <= int((state != CLOSED).sum())


def part_of(watch: Watch) -> Watch:
    """A watch over a question on the way: proved, silent, within the time that is left."""
    left = None if watch.time_limit is None else max(watch.left, 0.0)
    return Watch(0.0, left, watch.threads, watch.seed, watch.stop)


def quantum(*parts: Array) -> float:
    """The greatest number of which every finite number is a whole multiple, where all are whole; else 0."""
    found = 0
    for part in parts:
        finite = part[np.isfinite(part)]
        if (np.abs(finite) > 2.0**40).any() or (finite != np.round(finite)).any():
            return 0.0
        if found != 1:
            found = int(np.gcd(found, np.gcd.reduce(finite.astype(np.int64), axis=None))) if finite.size else found
    return float(found)


def _sizes(shape: tuple[int, ...]) -> None:
    if shape[0] == 0:
        raise SitingError(say("There is no candidate site."))
    if shape[1] == 0:
        raise SitingError(say("There is no customer."))


def fill(chosen: Array, state: Array, p: int) -> None:
    """Open further free sites, the first in order, until there are p."""
    more = np.flatnonzero((state == FREE) & ~chosen)[: p - int(chosen.sum())]
    chosen[more] = True


def serving(reach: Array, chosen: Array) -> Array:
    """The first open site that reaches each customer; -1 for none."""
    part = reach[chosen]
    if not len(part):
        return np.full(reach.shape[1], -1)
    return np.where(part.any(axis=0), np.flatnonzero(chosen)[part.argmax(axis=0)], -1)
