"""Bounds of limits: what stands above the line, what below it, and the rows of the program that say so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..algebra import Index, Rows, Terms
from ..network.network import Limit, Network

Array = np.ndarray
#: What remains of two floats that cancel is nothing below this share of them.
_NOISE = 4 * np.finfo(float).eps


@dataclass(frozen=True)
class Sum:
    """constant + Σ coef × column, each column once; `lines`: the constants, coefficients and columns that it adds up."""

    col: Array
    coef: Array
    constant: float
    lines: tuple[Array, Array, Array] | None = None

    @staticmethod
    def of(col: Array, coef: Array, constant: float) -> Sum:
        """Coefficients of one column are added; column -1 is none."""
        known = col >= 0
        found, at = np.unique(col[known], return_inverse=True)
        return Sum(found, np.bincount(at.ravel(), coef[known], len(found)), constant)

    def at(self, x: Array) -> float:
        """Its value at a solution: line by line where these are known, for what is large may cancel within each."""
        if self.lines is None:
            return self.constant + float(self.coef @ x[self.col])
        constant, coef, col = self.lines
        moved = coef * np.where(col >= 0, x[col], 0.0)
        value = constant + moved
        return math.fsum(value[np.abs(value) > _NOISE * (np.abs(constant) + np.abs(moved))].tolist())

    def plus(self, factor: float, other: Sum) -> Sum:
        """This sum and another × a factor."""
        col = np.concatenate([self.col, other.col])
        return Sum.of(col, np.concatenate([self.coef, factor * other.coef]), self.constant + factor * other.constant)


@dataclass(frozen=True)
class Bound:
    """A limit under one of its labels: a sum, or a ratio of two."""

    limit: int  # position among the limits
    label: str
    above: Sum
    below: Sum | None = None

    @property
    def varies(self) -> bool:
        """Whether what stands below the line follows from the plan."""
        return self.below is not None and len(self.below.col) > 0

    @property
    def rate(self) -> Sum:
        """The sum, divided where what stands below the line is known."""
        one = self.above
        if self.below is None:
            return one
        by = self.below.constant
        return Sum(one.col, one.coef / by, one.constant / by)

    def value(self, x: Array) -> float | None:
        """Its value at a solution; None where something is divided by nothing."""
        below = 1.0 if self.below is None else self.below.at(x)
        return self.above.at(x) / below if below != 0 else None


@dataclass(frozen=True)
class Line:
    """A row of the program: a sum between two numbers, which says one or both sides of a bound."""

    bound: Bound
    sum: Sum
    lower: float
    upper: float


def lines_of_bound(limit: Limit, bound: Bound) -> list[Line]:
    """Rows of a bound. A ratio whose denominator follows from the plan is multiplied by it, side by side."""
    if not bound.varies:
        return [Line(bound, bound.rate, limit.least, limit.most)]
    assert bound.below is not None
    if limit.least == limit.most:
        return [Line(bound, bound.above.plus(-limit.least, bound.below), 0.0, 0.0)]
    sides = [(limit.least, 0.0, np.inf), (limit.most, -np.inf, 0.0)]
    return [Line(bound, bound.above.plus(-b, bound.below), low, high) for b, low, high in sides if np.isfinite(b)]


def stated(n: Network, lines: list[Line]) -> Rows:
    """Lines as rows over (limit, each)."""
    labels = [line.bound.label for line in lines]
    which = np.array([line.bound.limit for line in lines])
    at = Index({**n.labels, "each": labels}, limit=which, each=np.arange(len(lines)))
    row = np.repeat(np.arange(len(lines)), [len(line.sum.col) for line in lines])
    terms = Terms(at, row, *(np.concatenate([getattr(line.sum, k) for line in lines]) for k in ("col", "coef")))
    constant = np.array([line.sum.constant for line in lines])
    return terms.between(*(np.array([getattr(line, k) for line in lines]) - constant for k in ("lower", "upper")))
