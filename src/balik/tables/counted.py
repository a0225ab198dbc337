"""Columns whose header gives a unit: their numbers in the units in which the case counts.

Where the factor is one number, it is applied once. Where it hangs on the material (dus with a mass of their own, in a
column that counts tonnes), the numbers stay as written until it is known which material they are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .fits import Fit

Array = np.ndarray
#: So many distinct numbers are multiplied exactly; of more, each as a float.
_MOST_EXACT = 50_000


def times(values: Array, factor: Fraction) -> Array:
    """Numbers × a factor, each as it is written: 1.1 × 1000 is 1100.

    >>> float(times(np.array([1.1]), Fraction(1000))[0]), 4.35 * 100, float(times(np.array([4.35]), Fraction(100))[0])
    (1100.0, 434.99999999999994, 435.0)
    """
    if factor == 1 or not len(values):
        return values
    found, at = np.unique(values, return_inverse=True)
    if len(found) > _MOST_EXACT:
        return np.asarray(values * float(factor.numerator) / float(factor.denominator))
    exact = [float(Fraction(repr(v)) * factor) if np.isfinite(v) else v for v in found.tolist()]
    return np.array(exact)[at.ravel()]


@dataclass(frozen=True)
class Counted:
    """A column of numbers with a unit in its header.

    `written`: the numbers as they stand there; `fit`: how that unit fits the column; `sizes`: base units of the fit's
    kind in one unit of each material (None: it has none), and None at the end for no material.
    """

    unit: str
    written: Array
    fit: Fit
    sizes: Sequence[Fraction | None] = ()

    def ratio(self, material: int) -> Fraction | None:
        """By what a number is multiplied that is about this material (-1: none)."""
        if not self.fit.kind:
            return self.fit.factor
        size = self.sizes[material]
        return None if size is None else self.fit.factor / size**self.fit.power

    def own(self, rows: Array, materials: Array) -> Array:
        """Numbers of rows in the units of these materials; nan where a material cannot be counted so."""
        values = self.written[rows]
        ratios = np.array([self.ratio(m) for m in range(len(self.sizes))], object)
        plain = np.isnan(values) | np.isinf(values) | (values == 0)  # the same in every unit
        out = np.where(plain, values, np.nan)
        for ratio in {r for r in ratios.tolist() if r is not None}:
            at = np.flatnonzero(~plain & (ratios == ratio)[materials])
            out[at] = times(values[at], ratio)
        return out

    @property
    def base(self) -> Array:
        """The numbers with each quantity in the base unit of its kind."""
        return times(self.written, self.fit.factor)
