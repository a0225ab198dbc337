"""Whole numbers beyond 64 bits, many at once: what is left of each modulo 2^64, beside a float that lies near it.

Both together are the number itself: of those that leave the same, one alone lies as near. Sums, differences and products
of what is left are exact modulo 2^64, those of the floats say which of the numbers is meant, and `off` bounds by how much
a float may miss. So up to some 110 bits nothing is rounded, at the speed of machine words. (Residues beside floats that
decide: Brönnimann, Emiris, Pan and Pion, Computing exact geometric predicates using modular arithmetic with single
precision, 1997.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

FITS = 2**62  # whole numbers below this are computed with 64 bits
WIDEST = 110  # bits of numbers that are told
#: How far a float may be from its number; differences of two such are told by 64 bits with room to spare.
_NEAR = 2.0**59
_EPS = 2.0**-52  # twice what one operation on floats may lose, of its result
_UP = 1.0 + 2.0**-40  # more than what is lost in working out a bound
_BLOCK = 1024


def top(num: Array) -> int:
    """The largest absolute value of whole numbers of 64 bits, or of Python's."""
    return max(int(num.max()), -int(num.min())) if num.size else 0


class Wide:
    """Numbers ≡ `low` (64 bits, unsigned), each at most `off` away from its float in `near`; in one dimension or more."""

    __slots__ = ("low", "near", "off")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, low: Array, near: Array, off: float):
        self.low, self.near, self.off = low, near, off

    @classmethod
    def of(cls, num: Array) -> Wide:
        """Whole numbers of 64 bits."""
        num = num.reshape(1) if num.ndim == 0 else num
        most = top(num)
        return cls(num.astype(np.int64).view(np.uint64), num.astype(float), 0.0 if most <= 2**53 else most * _EPS)

    @classmethod
    def of_integers(cls, num: list[int]) -> Wide:
        """Python's integers."""
        most = float(max(map(abs, num), default=0))
        return cls(np.array([n % 2**64 for n in num], np.uint64), np.array(num, float), most * _EPS)

    # -- as an array -------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        return self.low.shape

    @property
    def size(self) -> int:
        """How many numbers."""
        return self.low.size

    @property
    def ndim(self) -> int:
        """How many dimensions."""
        return self.low.ndim

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, key: Any) -> Any:
        low = self.low[key]
        if isinstance(low, np.ndarray) and low.ndim:
            return Wide(low, self.near[key], self.off) if low.size else low.view(np.int64)
        return _told(int(low), float(self.near[key]))

    def tolist(self) -> list[Any]:
        """Python's integers."""
        return list(self.objects().tolist())

    def objects(self) -> Array:
        """The same as Python's integers."""
        out = np.empty(self.size, object)
        out[:] = [
            _told(low, near) for low, near in zip(self.low.ravel().tolist(), self.near.ravel().tolist(), strict=True)
        ]
        return out.reshape(self.shape)

    def laid(self, shape: Callable[[Array], Array]) -> Wide:
        """The numbers laid out otherwise."""
        return Wide(shape(self.low), shape(self.near), self.off)

    # -- arithmetic --------------------------------------------------------------------------------------------

    @property
    def most(self) -> float:
        """What no number is larger than."""
        return (float(np.abs(self.near).max(initial=0.0)) + self.off) * _UP

    @property
    def told(self) -> bool:
        """Whether what is left and what is near tell the numbers."""
        return self.off <= _NEAR

    def __add__(self, other: Wide) -> Wide:
        near = self.near + other.near
        return Wide(self.low + other.low, near, self._off(self.off + other.off, near))

    def __sub__(self, other: Wide) -> Wide:
        return self + -other

    def __neg__(self) -> Wide:
        return Wide(np.uint64(0) - self.low, -self.near, self.off)

    def __abs__(self) -> Wide:
        below = self.sign() < 0
        return Wide(
            np.where(below, np.uint64(0) - self.low, self.low), np.where(below, -self.near, self.near), self.off
        )

    def __mul__(self, other: Wide) -> Wide:
        off = self.off * other.most + other.off * self.most
        near = self.near * other.near
        return Wide(self.low * other.low, near, self._off(off, near))

    def times(self, factor: int) -> Wide:
        """Of one whole number of any size."""
        try:
            times = float(factor)
        except OverflowError:
            times = np.inf
        with np.errstate(over="ignore", invalid="ignore"):
            near = self.near * times
        off = self._off(self.off * abs(times), near) + self.most * abs(times) * _EPS
        return Wide(self.low * np.uint64(factor % 2**64), near, off if off == off else np.inf)

    @staticmethod
    def _off(off: float, near: Array) -> float:
        return (off + float(np.abs(near).max(initial=0.0)) * _EPS) * _UP

    # -- order -------------------------------------------------------------------------------------------------

    def sign(self) -> Array:
        """−1, 0 or 1: by the float where it says so, else by what is left, which is then the number."""
        found: Array = np.sign(np.where(np.abs(self.near) > self.off, self.near, self.low.view(np.int64)))
        return found

    def argmax(self) -> int:
        """Where the first of the largest stands, in one dimension: of those that may be, by what they differ."""
        may = np.flatnonzero(self.near >= self.near.max() - 4.0 * self.off)  # two would do but for their own rounding
        return int(may[np.argmax((self.low[may] - self.low[may[0]]).view(np.int64))])

    # -- sums --------------------------------------------------------------------------------------------------

    def sum(self) -> Wide:
        """The sum of all, as one number."""
        near = self.near.ravel()
        parts = np.add.reduceat(near, np.arange(0, near.size, _BLOCK))
        terms = _BLOCK + len(parts)
        off = self.off * near.size + terms * _EPS * float(np.abs(near).sum()) * 2.0
        low = self.low.sum(dtype=np.uint64)
        return Wide(np.array([low], np.uint64), np.array([parts.sum()]), off * _UP)

    def binned(self, at: Array, n: int) -> Wide:
        """Sums by bin, as `np.bincount` makes them."""
        low = np.zeros(n, np.uint64)
        np.add.at(low, at, self.low)
        size, terms = np.bincount(at, np.abs(self.near), n), float(np.bincount(at, minlength=n).max(initial=0))
        off = terms * (self.off + _EPS * float(size.max(initial=0.0)) * 2.0)
        return Wide(low, np.bincount(at, self.near, n), off * _UP)


def _told(low: int, near: float) -> int:
    """The number that leaves this modulo 2^64, and of those the nearest to a float."""
    whole = int(near)
    return whole + (low - whole + 2**63) % 2**64 - 2**63
