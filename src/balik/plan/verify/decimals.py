"""Floats as the decimals that they stand for: many at once where their digits are few, by their text where not."""

from __future__ import annotations

import numpy as np

from .integers import Whole, grown, joined, laid, small
from .wide import Array

WHOLE = 2**53  # floats are whole and exact up to here
#: Decimals that are tried for all numbers at once.
_DECIMALS = (0, 3, 6, 9, 12)
#: Powers of ten that a float holds exactly.
_TENS = 10.0 ** np.arange(23)
#: What cuts a float into two halves of 26 bits (Veltkamp).
_SPLIT = 2.0**27 + 1
#: More than the last sums of `_by_halves` can be off; numbers that near to an edge are told by their text.
_NOISE = 1e-9
#: Numbers that are looked at before all are.
_SOME = 256
#: Numbers from which on reckoning is faster than reading texts.
_MANY = 200


def decimals_of(values: Array) -> tuple[Whole, int, Array | None]:
    """Each float as the shortest decimal that names it: numerators, denominator, and nan or infinity where it is one.

    A decimal of at most 15 digits is the only one of that length that its float is nearest to, so n / 10^k == value with
    n < 10^15 tells it; 10^k is a float, and the quotient of two floats is correctly rounded.
    """
    whole, told = _with(values, 0)
    if told.all():  # all are whole, as most are
        return whole.astype(np.int64), 1, None
    finite = np.isfinite(values)
    odd = None if finite.all() else np.where(finite, 0.0, values)
    plain = values if odd is None else np.where(finite, values, 0.0)
    rest, flat = np.arange(plain.size), plain.ravel()
    found: list[tuple[Array, Array, int]] = []  # where, numerators, decimals
    left = list(_DECIMALS)
    while len(rest) and (decimals := _likely(flat[rest], left)) is not None:
        left.remove(decimals)
        whole, told = _with(flat[rest], decimals)
        if told.all() and not found:
            return whole.astype(np.int64).reshape(plain.shape), 10**decimals, odd
        found.append((rest[told], whole[told].astype(np.int64), decimals))
        rest = rest[~told]
    if len(rest) >= _MANY:
        numerators, powers = _by_halves(flat[rest])
        for power in np.unique(powers[powers > 0]).tolist():
            found.append((rest[powers == power], numerators[powers == power], power))
        rest = rest[powers == 0]
    if len(rest):
        found.append((rest, *_by_digits(flat[rest].tolist())))
    most = max(places for *_, places in found)
    num = joined([grown(n, 10 ** (most - places)) for _, n, places in found])
    back = np.empty(plain.size, np.int64)
    back[np.concatenate([at for at, *_ in found])] = np.arange(plain.size)
    return laid(num, lambda a: a[back].reshape(plain.shape)), 10**most, odd


def _likely(values: Array, decimals: list[int]) -> int | None:
    """Of these numbers of decimals the least that tells the most of some of the values; None where none tells any."""
    some, best, most = values[:: 1 + len(values) // _SOME], None, 0
    for one in decimals:
        told = int(np.count_nonzero(_with(some, one)[1]))
        if told > most:
            best, most = one, told
        if told == len(some):
            break
    return best


def _with(values: Array, decimals: int) -> tuple[Array, Array]:
    """Numerators with so many decimals, and which of the values they tell."""
    whole = np.rint(values * 10**decimals)
    return whole, (np.abs(whole) < 1e15) & (whole / 10**decimals == values)


def _by_halves(values: Array) -> tuple[Array, Array]:
    """Numerators and decimals (0: not told) of the shortest of 15, 16 and 17 digits that rounds to each float.

    value × 10^k is known exactly, as the sum of two floats (T. J. Dekker, A floating-point technique for extending the
    available precision, 1971); a decimal n / 10^k rounds to the value where |n − value × 10^k| is less than half of the
    distance to the next float, × 10^k. Powers of two, whose neighbours are not alike, are left to `_by_digits`.
    """
    size, num, places = np.abs(values), np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
    digits = 15 - np.floor(np.log10(np.where(size > 0, size, 1.0))).astype(np.int64)  # decimals that make 16 digits
    rest = np.flatnonzero((digits > 1) & (digits < 22) & (np.abs(np.frexp(values)[0]) != 0.5))
    for more in (-1, 0, 1):
        value, ten = values[rest], _TENS[digits[rest] + more]
        product = value * ten
        (a, b), (c, d) = _halves(value), _halves(ten)
        beyond = ((a * c - product) + a * d + b * c) + b * d
        whole = np.rint(product)
        off = (product - whole) + beyond
        step = np.rint(off)
        off, half = np.abs(off - step), np.spacing(size[rest]) / 2 * ten
        told = (off < half - _NOISE) & (off < 0.5 - _NOISE)
        num[rest[told]] = whole[told].astype(np.int64) + step[told].astype(np.int64)
        places[rest[told]] = digits[rest[told]] + more
        rest = rest[off > half + _NOISE]
    return num, places


def _halves(values: Array) -> tuple[Array, Array]:
    """Two floats of 26 bits, the sum of which each is."""
    high = _SPLIT * values
    high = high - (high - values)
    return high, values - high


def _by_digits(values: list[float]) -> tuple[Array, int]:
    """The digits of each value, over as many decimals as any of them asks for."""
    digits, places = [], []
    for text in map(repr, values):
        mantissa, _, power = text.partition("e")
        front, _, back = mantissa.partition(".")
        digits.append(int(front + back))
        places.append(len(back) - int(power or 0))
    most = max(0, *places)
    tens = [10**k for k in range(most - min(places) + 1)]
    num = np.empty(len(digits), object)
    num[:] = [d * tens[most - k] for d, k in zip(digits, places, strict=True)]
    return small(num), most
