"""A convex or concave, piecewise linear function walked from one end to the other, each piece exact.

Each point of such a function comes with a line that touches it there and lies on one side of it everywhere: the line
of a plan over the values of a price (concave: Eisner and Severance 1976, J. ACM 23:619), or the line of the prices over
the values of a bound (convex). Where two such lines cross, the function is asked: either it lies on both, and they are
neighbours, or a third line lies between, and the search goes on at both sides of it. So every bend is found, and none
is missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

#: Most pieces in a piece: how deep the search goes between two lines.
_DEPTH = 60
#: Two ends nearer than this, relative to the larger, are one.
_NEAR = 1e-10


@dataclass(frozen=True)
class Touch:
    """The function at a point, the slope of a line that touches it there, and what was found there."""

    at: float
    value: float
    slope: float
    found: Any = None

    def line(self, at: float) -> float:
        """The line at another point."""
        return self.value + (at - self.at) * self.slope


@dataclass(frozen=True)
class Piece:
    """A straight piece of the function. `found`: of a point on its line."""

    start: float
    end: float
    value: float  # at the start
    slope: float
    found: Any = None

    def line(self, at: float) -> float:
        """The line at a point."""
        return self.value + (at - self.start) * self.slope


def pieces(ask: Callable[[float], Touch], low: Touch, high: Touch, slack: float) -> Iterator[Piece]:
    """The pieces from `low` to `high`, in order, each asked for only when it is needed.

    `slack`: values that differ by no more, relative to max(1, |value|), are the same.
    """
    last: Piece | None = None
    for piece in _between(ask, low, high, slack, _DEPTH):
        if piece.end - piece.start <= _NEAR * max(1.0, abs(piece.start), abs(piece.end)):
            continue
        if last is None:
            last = piece
        elif _same(last.line(piece.end), piece.line(piece.end), slack):
            last = replace(last, end=piece.end)  # one straight piece, found as two
        else:
            yield last
            last = piece
    if last is not None:
        yield last


def _between(ask: Callable[[float], Touch], low: Touch, high: Touch, slack: float, depth: int) -> Iterator[Piece]:
    if _same(low.line(high.at), high.value, slack):
        yield Piece(low.at, high.at, low.value, _chord(low, high), low.found)
        return
    if _same(high.line(low.at), low.value, slack):
        yield Piece(low.at, high.at, low.value, _chord(low, high), high.found)
        return
    cross = low.at + (high.line(low.at) - low.value) / (low.slope - high.slope) if low.slope != high.slope else low.at
    if not low.at < cross < high.at or depth == 0:  # noise: the lines are one
        yield Piece(low.at, high.at, low.value, _chord(low, high), low.found)
        return
    middle = ask(cross)
    if _same(middle.value, low.line(cross), slack):
        yield Piece(low.at, cross, low.value, low.slope, low.found)
        yield Piece(cross, high.at, low.line(cross), high.slope, high.found)
        return
    yield from _between(ask, low, middle, slack, depth - 1)
    yield from _between(ask, middle, high, slack, depth - 1)


def _chord(low: Touch, high: Touch) -> float:
    return (high.value - low.value) / (high.at - low.at) if high.at > low.at else low.slope


def _same(one: float, other: float, slack: float) -> bool:
    return abs(one - other) <= slack * max(1.0, abs(one))
