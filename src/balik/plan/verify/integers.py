"""Whole numbers, many at once: 64 bits while they fit, wide ones beyond (`wide.py`), Python's own (or Fractions) beyond that."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .wide import FITS, WIDEST, Array, Wide, top

#: What holds whole numbers.
Whole = Any

#: Bits of a common denominator; beyond it every number keeps one of its own.
_MOST_BITS = 1024
#: Numbers from which on wide ones are faster than Python's.
_MANY = 64


def common_multiple(denominators: Iterable[int]) -> int:
    """The least common multiple; 0 where it would be too long."""
    least = 1
    for den in denominators:
        least = math.lcm(least, den)
        if least.bit_length() > _MOST_BITS:
            return 0
    return least


def plain(value: Any) -> Any:
    """A number of Python's own."""
    return value.item() if isinstance(value, np.generic) else value


def objects(num: Whole) -> Array:
    """As Python's integers (or Fractions)."""
    if isinstance(num, Wide):
        return num.objects()
    found: Array = num.astype(object)
    return found


def small(num: Array) -> Array:
    """In 64 bits where all fit."""
    return num.astype(np.int64) if num.size and max(map(abs, num.tolist())) < FITS else num


def laid(num: Whole, shape: Callable[[Array], Array]) -> Whole:
    """The same numbers laid out otherwise."""
    return num.laid(shape) if isinstance(num, Wide) else shape(num)


# -- arithmetic ------------------------------------------------------------------------------------------------


def plus(a: Whole, b: Whole) -> Whole:
    """a + b."""
    if _short(a) and _short(b) and top(a) + top(b) < FITS:
        return a + b
    return _either(operator.add, a, b)


def times(a: Whole, b: Whole) -> Whole:
    """a × b."""
    if _short(a) and _short(b) and top(a) * top(b) < FITS:
        return a * b
    return _either(operator.mul, a, b)


def grown(num: Whole, factor: int) -> Whole:
    """num × a whole number."""
    if factor == 1:
        return num
    if _short(num) and max(1, top(num)) * factor < FITS:
        return num * factor
    wide = _wide(num) if num.ndim else None
    found = None if wide is None else _told(wide.times(factor))
    return objects(num) * factor if found is None else found


def signs(a: Whole) -> Array:
    """−1, 0 or 1."""
    return a.sign() if isinstance(a, Wide) else np.asarray((a > 0) * 1.0 - (a < 0))


def ordered(how: Callable[[Any, Any], Any], a: Whole, b: Whole) -> Array:
    """What `how` (np.less …) says, element by element."""
    if not isinstance(a, Wide) and not isinstance(b, Wide):
        return np.asarray(how(a, b), bool)
    one, two = _wide(a), _wide(b)
    if one is None or two is None:
        return np.asarray(how(objects(a), objects(b)), bool)
    return np.asarray(how((one - two).sign(), 0.0), bool)


# -- many ------------------------------------------------------------------------------------------------------


def chosen(mask: Array, a: Whole, b: Whole) -> Whole:
    """np.where."""
    if not isinstance(a, Wide) and not isinstance(b, Wide):
        return np.where(mask, a, b)
    one, two = _wide(a), _wide(b)
    if one is None or two is None:
        return np.where(mask, objects(a), objects(b))
    return Wide(np.where(mask, one.low, two.low), np.where(mask, one.near, two.near), max(one.off, two.off))


def joined(parts: Sequence[Whole], axis: int = 0) -> Whole:
    """np.concatenate."""
    if all(map(_short, parts)):
        return np.concatenate(parts, axis)
    wide = [_wide(p) for p in parts]
    if any(w is None for w in wide):
        return np.concatenate([objects(p) for p in parts], axis)
    low, near = (np.concatenate([getattr(w, name) for w in wide], axis) for name in ("low", "near"))
    return Wide(low, near, max(w.off for w in wide if w is not None))


def summed(num: Whole) -> Any:
    """The sum of all."""
    if _short(num) and top(num) * num.size < FITS:
        return plain(num.sum())
    wide = _wide(num)
    found = None if wide is None else wide.sum()
    return plain(objects(num).sum()) if found is None or not found.told else found[0]


def binned(at: Array, num: Whole, n: int) -> Whole:
    """np.bincount, of so many bins."""
    short = _short(num) and top(num) * num.size < FITS
    wide = None if short else _wide(num)
    found = None if wide is None else _told(wide.binned(at, n))
    if found is not None:
        return found
    num = num if short else objects(num)
    out = np.zeros(n, num.dtype)
    np.add.at(out, at, num)
    return out


def levels_of(num: Whole) -> tuple[list[Any], Array]:
    """Numbers that are there, each once, and which of them stands where, in one dimension."""
    num = (objects(num) if isinstance(num, Wide) else num).ravel()
    if num.dtype == object:
        place = {n: level for level, n in enumerate(dict.fromkeys(num.tolist()))}
        return list(place), np.array([place[n] for n in num.tolist()], np.int64)
    if num.size and (num == num[0]).all():  # as most are
        return [int(num[0])], np.zeros(num.size, np.int64)
    levels, at = np.unique(num, return_inverse=True)
    return levels.tolist(), at.reshape(-1)


def argmax(num: Whole) -> int:
    """Where the first of the largest stands."""
    return num.argmax() if isinstance(num, Wide) else int(np.argmax(num))


# -- which they are --------------------------------------------------------------------------------------------


def _short(num: Whole) -> bool:
    return not isinstance(num, Wide) and num.dtype != object


def _wide(num: Whole) -> Wide | None:
    """As wide numbers, a single one as an array of one; None where they are no integers, or too large."""
    if isinstance(num, Wide):
        return num
    if num.dtype != object:
        return Wide.of(num)
    listed = num.ravel().tolist()
    if not all(type(n) is int and n.bit_length() <= WIDEST for n in listed):
        return None
    return Wide.of_integers(listed).laid(lambda a: a.reshape(num.shape or (1,)))


def _either(how: Callable[[Any, Any], Any], a: Whole, b: Whole) -> Whole:
    """Of wide numbers, or of Python's: where there are few, or where wide ones do not tell what comes out."""
    if max(a.size, b.size) >= _MANY or isinstance(a, Wide) or isinstance(b, Wide):
        one, two = _wide(a), _wide(b)
        found = None if one is None or two is None else _told(how(one, two))
        if found is not None:
            return found
    return how(objects(a), objects(b))


def _told(found: Wide) -> Whole:
    """In 64 bits where all fit; None where the numbers are not told."""
    if not found.told:
        return None
    return found.low.view(np.int64) if found.most < FITS else found
