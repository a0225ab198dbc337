"""Functions of numpy on exact numbers: `np.where`, `np.maximum`, `np.bincount` … as they are on floats, without rounding.

`Exact` looks them up here when numpy asks it for one; a function that does not stand here is refused, never rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from .exact import Exact, add, alike, apart, as_exact, built, compare, divide, multiply
from .integers import binned, chosen, common_multiple, grown, joined, objects
from .wide import Array


def _where(mask: Array, one: Any, two: Any) -> Exact:
    a, b = alike(as_exact(one), as_exact(two))
    num = chosen(mask, a.num, b.num)
    if a.odd is None and b.odd is None:
        return Exact(num, a.den)
    return built(num, a.den, np.where(mask, *(0.0 if v.odd is None else v.odd for v in (a, b))))


def _maximum(one: Any, two: Any) -> Exact:
    a, b = as_exact(one), as_exact(two)
    return _where(compare(np.greater_equal, a, b) | _isnan(a), a, b)


def _minimum(one: Any, two: Any) -> Exact:
    a, b = as_exact(one), as_exact(two)
    return _where(compare(np.less_equal, a, b) | _isnan(a), a, b)


def _isnan(a: Exact) -> Array:
    return np.isnan(a.odd) if a.odd is not None else np.zeros(a.shape, bool)


def _isfinite(a: Exact) -> Array:
    return a.odd == 0 if a.odd is not None else np.ones(a.shape, bool)


def _nan_to_num(a: Exact) -> Exact:
    """0 for nan; infinity stays."""
    return a if a.odd is None else built(a.num, a.den, np.where(np.isnan(a.odd), 0.0, a.odd))


def _round(a: Exact, decimals: int = 0) -> Exact:
    """To the nearest whole number; halves away from minus infinity."""
    assert decimals == 0
    return Exact((2 * objects(a.num) + a.den) // (2 * a.den), 1, a.odd)


def _ceil(a: Exact) -> Exact:
    return Exact(-(-objects(a.num) // a.den), 1, a.odd)


def _concatenate(parts: Sequence[Any], axis: int = 0) -> Exact:
    made = [as_exact(p) for p in parts]
    den = common_multiple({p.den for p in made})
    made = [Exact(grown(p.num, den // p.den), den, p.odd) if den else apart(p) for p in made]
    odd = None
    if any(p.odd is not None for p in made):
        odd = np.concatenate([np.zeros(p.shape) if p.odd is None else p.odd for p in made], axis=axis)
    return Exact(joined([p.num for p in made], axis), den or 1, odd)


def _bincount(at: Array, weights: Any = None, minlength: int = 0) -> Exact:
    a = as_exact(weights)
    n = max(minlength, int(at.max()) + 1 if len(at) else 0)
    return built(binned(at, a.num, n), a.den, None if a.odd is None else np.bincount(at, a.odd, n))


def _diff(a: Exact, axis: int = -1, prepend: Any = None) -> Exact:
    """Differences along the last of two dimensions."""
    first = as_exact(np.full((a.shape[0], 1), prepend))
    whole = _concatenate([first, a], axis=1)
    return cast(Exact, whole[:, 1:] - whole[:, :-1])


#: What a function that works element by element does.
UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: add,
    np.subtract: lambda a, b: add(a, -as_exact(b)),
    np.multiply: multiply,
    np.true_divide: divide,
    np.negative: lambda a: -a,
    np.absolute: abs,
    np.maximum: _maximum,
    np.minimum: _minimum,
    np.isnan: _isnan,
    np.isfinite: _isfinite,
    np.isinf: lambda a: ~(_isfinite(a) | _isnan(a)),
    np.ceil: _ceil,
    np.less: lambda a, b: compare(np.less, a, b),
    np.less_equal: lambda a, b: compare(np.less_equal, a, b),
    np.greater: lambda a, b: compare(np.greater, a, b),
    np.greater_equal: lambda a, b: compare(np.greater_equal, a, b),
    np.equal: lambda a, b: compare(np.equal, a, b),
    np.not_equal: lambda a, b: compare(np.not_equal, a, b),
}
#: What a function of whole arrays does.
FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.concatenate: _concatenate,
    np.bincount: _bincount,
    np.nan_to_num: _nan_to_num,
    np.round: _round,
    np.diff: _diff,
    np.ravel: lambda a: a.ravel(),
    np.flatnonzero: lambda a: np.flatnonzero(a != 0),
    np.repeat: lambda a, n: a._same(lambda v: np.repeat(v, n)),
    np.tile: lambda a, n: a._same(lambda v: np.tile(v, n)),
    np.max: lambda a, axis=None, initial=None: a.max(axis, initial),
}
