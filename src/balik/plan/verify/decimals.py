"""Floats as the decimals that they stand for: many at once where their digits are few, by their text where not."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

FITS = 2**62  # whole numbers below this are computed with 64 bits
WHOLE = 2**53  # floats are whole and exact up to here
#: Decimals that are tried for all numbers at once: fewer first.
_DECIMALS = (0, 3, 6, 9, 12)


def decimals_of(values: Array) -> tuple[Array, int, Array | None]:
    """Each float as the shortest decimal that names it: numerators, denominator, and nan or infinity where it is one.

    A decimal of at most 15 digits is the only one of that length that its float is nearest to, so n / 10^k == value with
    n < 10^15 tells it; 10^k is a float, and the quotient of two floats is correctly rounded.
    """
    finite = np.isfinite(values)
    odd = None if finite.all() else np.where(finite, 0.0, values)
    plain = values if odd is None else np.where(finite, values, 0.0)
    rest, flat = np.arange(plain.size), plain.ravel()
    found: list[tuple[Array, Array, int]] = []  # where, numerators, decimals
    for decimals in _DECIMALS:
        value, den = flat[rest], 10**decimals
        whole = np.rint(value * den)
        told = (np.abs(whole) < 1e15) & (whole / den == value)
        if told.all() and not found:
            return whole.astype(np.int64).reshape(plain.shape), den, odd
        if told.any():
            found.append((rest[told], whole[told].astype(np.int64), decimals))
        rest = rest[~told]
        if not len(rest):
            break
    if len(rest):
        found.append((rest, *_by_digits(flat[rest].tolist())))
    most, num = max(places for *_, places in found), np.empty(plain.size, object)
    if max(top(n) * 10 ** (most - places) for _, n, places in found) < FITS and most < 19:
        num = np.empty(plain.size, np.int64)
    for at, n, places in found:
        num[at] = n.astype(num.dtype) * 10 ** (most - places)
    return num.reshape(plain.shape), 10**most, odd


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
    return num, most


def top(num: Array) -> int:
    """The largest absolute value of whole numbers."""
    return max(int(num.max()), -int(num.min())) if num.size else 0
