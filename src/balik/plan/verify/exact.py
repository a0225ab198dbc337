"""Numbers of the verifier: rationals, many at once.

An `Exact` is an array of rationals over one common denominator: integers of 64 bits while they fit, Python's integers
beyond. A float stands for the shortest decimal that names it, so 1.1 is 11/10: the number that stands in the file.
Sums, products, quotients and comparisons are exact; nothing is rounded between reading and verdict. Infinity (no bound)
and nan (unknown) are kept beside, with the rules of floats.

It answers to numpy's functions (`np.where`, `np.maximum`, `np.bincount` …) as an array of floats does, so that laws are
written as for floats. It never turns into floats by itself: `floats` does, correctly rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

import numpy as np

from .decimals import WHOLE, decimals_of
from .integers import (
    Whole,
    argmax,
    chosen,
    common_multiple,
    grown,
    laid,
    levels_of,
    objects,
    ordered,
    plain,
    plus,
    signs,
    small,
    summed,
    times,
)
from .wide import Array as Array
from .wide import Wide

#: A Fraction, or a float that is nan or infinite (`Any`, as abs() of a union is nothing that can be added).
Number = Any


def exact(values: Any) -> Array:
    """Numbers, or lists and arrays of them, as exact ones; floats as the shortest decimals that name them."""
    if isinstance(values, Exact):
        return cast(Array, values)
    if type(values) is float:
        return _one(values)
    if isinstance(values, Fraction):
        values = [values]
        return cast(Array, _of_numbers(np.array(values, object)).reshape(()))
    array = np.asarray(values)
    if array.dtype == object or (not array.size and array.dtype.kind not in "biuf"):
        return cast(Array, _of_numbers(array))
    if array.dtype.kind in "biu":
        return cast(Array, Exact(array.astype(np.int64), 1))
    if not array.size:
        return cast(Array, Exact(np.zeros(array.shape, np.int64), 1))
    return cast(Array, Exact(*decimals_of(array.astype(float))))


@lru_cache(256)
def _one(value: float) -> Array:
    """One number; laws ask for the same few again and again."""
    return cast(Array, Exact(*decimals_of(np.asarray(value))))


def total(values: Any) -> Number:
    """The sum of all; nan and infinity as with floats."""
    x = as_exact(values)
    if x.odd is not None and x.odd.any():
        return float(x.odd.sum())
    return Fraction(summed(x.num), x.den) if x.num.size else Fraction(0)


def floats(values: Any) -> Array:
    """Exact numbers as floats, each correctly rounded."""
    if not isinstance(values, Exact):
        return np.asarray(values, float)
    num, den = values.num, values.den
    if not isinstance(num, Wide) and num.dtype != object and den < WHOLE:  # the quotient of two floats is correctly rounded
        out, long = np.asarray(num / float(den)), np.abs(num) >= WHOLE
    else:
        out, long = np.empty(num.shape), np.ones(num.shape, bool)
    if long.any():
        out[long] = [float(n / den) for n in num[long].tolist()]
    return out if values.odd is None else np.where(values.odd != 0, values.odd, out)


def exactly(value: Any) -> Number:
    """One number, exactly; a float as the shortest decimal that names it."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    number = float(value)
    return Fraction(repr(number)) if math.isfinite(number) else number


def worst(values: Any) -> tuple[Fraction, int]:
    """The largest of the numbers that are finite, and where it stands; 0 at -1 where none is above 0."""
    x = as_exact(values)
    num = x.num if x.odd is None else chosen(x.odd != 0, np.array(-1), x.num)
    at = argmax(num) if num.size else -1
    return (Fraction(plain(num[at]), x.den), at) if num.size and num[at] > 0 else (Fraction(0), -1)


def share(amount: Number, size: Number) -> Number:
    """amount / size; nothing of what is without end."""
    return Fraction(0) if math.isinf(size) else amount / size


def peak(at: Array, values: Array, n: int) -> Array:
    """The largest of the values at each of n positions, at least 0: what `np.maximum.at` makes of zeros."""
    x = as_exact(values)
    num = objects(x.num) if isinstance(x.num, Wide) else x.num
    out = np.zeros(n, num.dtype)
    np.maximum.at(out, at, num)
    odd: Array | None = None
    if x.odd is not None:
        odd = np.zeros(n)
        np.maximum.at(odd, at, x.odd)
    return cast(Array, built(out, x.den, odd))


class Exact:
    """`num` / `den`, element by element; `odd` is nan or infinite where a number is, and 0 elsewhere (None: nowhere)."""

    __slots__ = ("den", "num", "odd")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, num: Any, den: int, odd: Any = None):
        if not isinstance(num, (np.ndarray, Wide)):  # numpy makes a scalar of an array without dimensions
            num = np.asarray(num, None if isinstance(num, np.generic) else object)
        self.num, self.den, self.odd = num, den, odd if odd is None else np.asarray(odd)

    # -- as an array -------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return self.num.shape

    @property
    def size(self) -> int:
        """How many numbers."""
        return self.num.size

    @property
    def ndim(self) -> int:
        """How many dimensions."""
        return self.num.ndim

    def __len__(self) -> int:
        return len(self.num)

    def __repr__(self) -> str:
        return f"exact({[str(v) for v in self.ravel().tolist()]})"

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise TypeError("An exact number is not rounded in passing; floats() does it.")

    def __getitem__(self, key: Any) -> Any:
        num = self.num[key]
        odd = None if self.odd is None else self.odd[key]
        if isinstance(num, (np.ndarray, Wide)):
            return Exact(num, self.den, odd)
        return float(odd) if odd is not None and odd != 0 else Fraction(plain(num), self.den)

    def __setitem__(self, key: Any, values: Any) -> None:
        mine, new = alike(self, as_exact(values))
        num, put = mine.num, new.num
        if any(isinstance(a, Wide) or a.dtype == object for a in (num, put)):  # both, lest 64 bits stand among Python's
            num, put = objects(num), objects(put)
        num = num.copy() if num is self.num else num
        num[key] = put if new.ndim else put[()]
        odd = mine.odd
        if odd is not None or new.odd is not None:
            odd = np.zeros(num.shape) if odd is None else odd.copy()
            odd[key] = 0.0 if new.odd is None else new.odd
        self.num, self.den, self.odd = num, mine.den, odd

    def __iter__(self) -> Any:
        return iter(self.tolist()) if self.ndim == 1 else (self[i] for i in range(len(self)))

    def tolist(self) -> Any:
        """Fractions, and floats where a number is nan or infinite."""
        if self.ndim != 1:
            return [row.tolist() for row in self] if self.ndim else self[()]
        out: list[Number] = [Fraction(n, self.den) for n in self.num.tolist()]
        if self.odd is not None:
            for i in np.flatnonzero(self.odd).tolist():
                out[i] = float(self.odd[i])
        return out

    def _same(self, shape: Callable[[Array], Array]) -> Exact:
        return Exact(laid(self.num, shape), self.den, None if self.odd is None else shape(self.odd))

    def ravel(self) -> Exact:
        """In one dimension."""
        return self._same(np.ravel)

    def reshape(self, *shape: Any) -> Exact:
        """In other dimensions."""
        return self._same(lambda a: a.reshape(*shape))

    def copy(self) -> Exact:
        """Another one with the same numbers."""
        return self._same(np.copy)

    def any(self) -> bool:
        """Whether any is not 0."""
        return bool((self != 0).any())

    def max(self, axis: int | None = None, initial: Any = None) -> Any:
        """The largest; of all, or along an axis."""
        odd, least = self.odd is not None and self.odd.any(), [] if initial is None else [exactly(initial)]
        if axis is None:
            flat = self.ravel()
            if odd:
                return max([v for v in flat.tolist() if v == v] + least)
            return max([flat[argmax(flat.num)], *least] if flat.size else least)
        if odd:
            rows = self if axis == 1 else self._same(np.transpose)
            return exact(np.array([row.max(initial=initial) for row in rows], object))
        num = objects(self.num) if isinstance(self.num, Wide) else self.num
        found = Exact(np.max(num, axis=axis), self.den)
        return np.maximum(found, exact(initial)) if least else found

    # -- arithmetic --------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Any:
        return add(self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return add(self, -as_exact(other))

    def __rsub__(self, other: Any) -> Any:
        return add(-self, other)

    def __mul__(self, other: Any) -> Any:
        return multiply(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return divide(other, self)

    def __neg__(self) -> Exact:
        return Exact(-self.num, self.den, None if self.odd is None else -self.odd)

    def __abs__(self) -> Exact:
        return Exact(abs(self.num), self.den, None if self.odd is None else abs(self.odd))

    def __lt__(self, other: Any) -> Any:
        return compare(np.less, self, other)

    def __le__(self, other: Any) -> Any:
        return compare(np.less_equal, self, other)

    def __gt__(self, other: Any) -> Any:
        return compare(np.greater, self, other)

    def __ge__(self, other: Any) -> Any:
        return compare(np.greater_equal, self, other)

    def __eq__(self, other: Any) -> Any:
        return compare(np.equal, self, other)

    def __ne__(self, other: Any) -> Any:
        return compare(np.not_equal, self, other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from .functions import UFUNCS

        made = UFUNCS.get(ufunc)
        if made is None or method != "__call__" or kwargs:
            return NotImplemented
        return made(*inputs)

    def __array_function__(self, function: Any, _: Any, args: Any, kwargs: Any) -> Any:
        from .functions import FUNCTIONS

        made = FUNCTIONS.get(function)
        return NotImplemented if made is None else made(*args, **kwargs)


# -- from numbers ----------------------------------------------------------------------------------------------


def as_exact(values: Any) -> Exact:
    """The same as `exact`, as what it is."""
    return values if isinstance(values, Exact) else cast(Exact, exact(values))


def _of_numbers(values: Array) -> Exact:
    """Fractions, floats and integers, mixed."""
    flat = [exactly(v) for v in values.ravel().tolist()]
    odd = np.array([0.0 if isinstance(v, Fraction) else v for v in flat], float)
    fractions = [v if isinstance(v, Fraction) else Fraction(0) for v in flat]
    den, num = common_multiple({f.denominator for f in fractions}), np.empty(len(flat), object)
    num[:] = [f.numerator * (den // f.denominator) for f in fractions] if den else fractions
    made = Exact(small(num) if den else num, den or 1, odd if odd.any() or np.isnan(odd).any() else None)
    return made.reshape(values.shape)


# -- how it is computed ----------------------------------------------------------------------------------------


def built(num: Whole, den: int, odd: Array | None) -> Exact:
    """With `odd` only where there is any, and 0 below it."""
    if odd is None or not (found := odd != 0).any():
        return Exact(num, den)
    return Exact(chosen(found, np.array(0), num), den, odd)


def alike(a: Exact, b: Exact) -> tuple[Exact, Exact]:
    """Both over one denominator."""
    if a.den == b.den:
        return a, b
    if den := common_multiple((a.den, b.den)):
        return Exact(grown(a.num, den // a.den), den, a.odd), Exact(grown(b.num, den // b.den), den, b.odd)
    return apart(a), apart(b)


def apart(a: Exact) -> Exact:
    """Every number with a denominator of its own."""
    num = np.empty(a.size, object)
    num[:] = [Fraction(n) / a.den for n in objects(a.num).ravel().tolist()]
    return Exact(num.reshape(a.shape), 1, a.odd)


def _odd(function: Any, a: Exact, b: Exact, signs: bool) -> Array | None:
    """What floats make of two numbers of which one is nan or infinite; of the finite ones only the sign matters."""
    if a.odd is None and b.odd is None:
        return None
    x, y = (
        np.where(v.odd != 0, v.odd, s) if v.odd is not None else s
        for v, s in ((a, _sign(a, signs)), (b, _sign(b, signs)))
    )
    either = (0 if a.odd is None else a.odd != 0) | (0 if b.odd is None else b.odd != 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(either, function(x, y), 0.0)


def _sign(a: Exact, asked: bool) -> Array:
    return signs(a.num) if asked else np.zeros(a.num.shape)


def add(one: Any, two: Any) -> Exact:
    """a + b."""
    a, b = alike(as_exact(one), as_exact(two))
    return built(plus(a.num, b.num), a.den, _odd(np.add, a, b, False))


def multiply(one: Any, two: Any) -> Exact:
    """a × b."""
    a, b = as_exact(one), as_exact(two)
    if _is_one(b, a):
        return Exact(a.num, a.den, a.odd)
    if _is_one(a, b):
        return Exact(b.num, b.den, b.odd)
    return built(times(a.num, b.num), a.den * b.den, _odd(np.multiply, a, b, True))


def _is_one(a: Exact, beside: Exact) -> bool:
    """Whether every number is 1, so that what it is multiplied by stays as it is, in number and shape."""
    if isinstance(a.num, Wide) or a.odd is not None or a.shape not in (beside.shape, ()) or not a.size:
        return False
    return a.num.flat[0] == a.den and bool((a.num == a.den).all())


def divide(one: Any, two: Any) -> Exact:
    """a / b, as a × (1 / b); by 0 as with floats."""
    a, b = as_exact(one), as_exact(two)
    below = ordered(np.equal, b.num, np.array(0))
    inverse = _inverse(b, below)
    if not below.any():
        return multiply(a, inverse)
    odd = np.where(below, np.inf, 0.0)
    if b.odd is not None:
        odd[b.odd != 0] = 0.0
        odd[np.isnan(b.odd)] = np.nan
    return multiply(a, Exact(inverse.num, inverse.den, odd))


def _inverse(b: Exact, below: Array) -> Exact:
    """1 / b; 0 where b is 0 or infinite."""
    levels, at = levels_of(chosen(below, np.array(0), b.num))
    num, common = np.empty(len(levels), object), 0
    if all(isinstance(n, int) for n in levels):
        common = common_multiple(abs(n) for n in levels if n)
    if common:
        num[:] = [common // n * b.den if n else 0 for n in levels]
        return Exact(small(num)[at].reshape(b.num.shape), common)
    num[:] = [Fraction(b.den) / n if n else 0 for n in levels]
    return Exact(num[at].reshape(b.num.shape), 1)


def compare(how: Any, one: Any, two: Any) -> Array:
    """What `how` (np.less …) says, element by element; of infinity and nan as of floats."""
    a, b = alike(as_exact(one), as_exact(two))
    found = ordered(how, a.num, b.num)
    if a.odd is None and b.odd is None:
        return found
    x, y = (v.odd if v.odd is not None else 0.0 for v in (a, b))
    either = (np.asarray(x) != 0) | (np.asarray(y) != 0)
    return np.where(either, how(x, y), found)
