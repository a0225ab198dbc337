"""Whole numbers, many at once: 64 bits while they fit, Python's integers (or Fractions) beyond."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .decimals import FITS, Array, top

#: Bits of a common denominator; beyond it every number keeps one of its own.
_MOST_BITS = 1024


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


def grown(num: Array, factor: int) -> Array:
    """num × a whole number."""
    if factor == 1:
        return num
    if num.dtype != object and max(1, top(num)) * factor >= FITS:
        num = num.astype(object)
    return num * factor


def summed(num: Array) -> Any:
    """The sum of all."""
    if num.dtype != object and top(num) * num.size >= FITS:
        num = num.astype(object)
    return plain(num.sum())


def small(num: Array) -> Array:
    """In 64 bits where all fit."""
    return num.astype(np.int64) if num.size and max(map(abs, num.tolist())) < FITS else num
