"""The law of a charge as pieces of straight lines over the amount that is charged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray

#: Where a charge jumps, amounts that are nearer to the border than the first of these (relative to it) cannot be told
#: from it and count on the cheaper side; there a plan keeps within the second, which is what rounding makes of it.
_NEAR, _ROUNDING = 2e-6, 1e-9


@dataclass(frozen=True)
class Pieces:
    """Between `low` and `high` an amount x pays `base` + `rate` × x; the pieces follow each other from 0 on."""

    low: Array
    high: Array
    base: Array
    rate: Array

    def __len__(self) -> int:
        return len(self.low)

    @property
    def convex(self) -> bool:
        """Whether each more pays at least as much as the one before."""
        return bool((np.diff(self.rate) >= 0).all())


def pieces_of(start: Array, end: Array, rate: Array, whole: bool, least: float, something: float) -> Pieces:
    """The pieces of steps in order; where no step is, nothing is charged.

    `whole`: the whole amount pays the rate of the step in which it ends. `least`: what any amount above 0 pays at least.
    `something`: what is above 0 is at least this.
    """
    found: list[tuple[float, float, float, float]] = []
    at, paid = 0.0, 0.0
    for low, high, per in zip(start.tolist(), end.tolist(), rate.tolist(), strict=True):
        if low > at:
            found.append((at, low, 0.0 if whole else paid, 0.0))
        found.append((low, high, 0.0 if whole else paid - per * low, per))
        paid += per * (high - low) if np.isfinite(high) else 0.0
        at = high
    if np.isfinite(at):
        found.append((at, np.inf, 0.0 if whole else paid, 0.0))
    if least > 0:
        found = [(0.0, 0.0, 0.0, 0.0), *(p for piece in found for p in _at_least(piece, least))]
    return _apart(Pieces(*(np.array(column) for column in zip(*_joined(found), strict=True))), something)


def _apart(p: Pieces, something: float) -> Pieces:
    """Pieces between which the charge jumps, parted so that what is near the border lies in the cheaper one."""
    at = p.high[:-1]
    before, after = p.base[:-1] + p.rate[:-1] * at, p.base[1:] + p.rate[1:] * at
    up, down = (sign * (after - before) > 1e-9 * np.maximum(1.0, np.abs(before)) for sign in (1.0, -1.0))
    near = np.where(at > 0, _NEAR * np.maximum(at, 1000 * something), something)
    rounding = _ROUNDING * at
    low, high = p.low.copy(), p.high.copy()
    high[:-1] += np.where(up, rounding, 0.0) - np.where(down, near, 0.0)
    low[1:] += np.where(up, near, 0.0) - np.where(down, rounding, 0.0)
    return Pieces(low, high, p.base, p.rate)


def _at_least(piece: tuple[float, float, float, float], least: float) -> list[tuple[float, float, float, float]]:
    """A piece that pays no less than the least; its rate is not negative."""
    low, high, base, rate = piece
    if base + rate * low >= least:
        return [piece]
    meets = (least - base) / rate if rate > 0 else np.inf
    if meets >= high:
        return [(low, high, least, 0.0)]
    return [(low, meets, least, 0.0), (meets, high, base, rate)]


def _joined(found: list[tuple[float, float, float, float]]) -> list[tuple[float, float, float, float]]:
    """Neighbours on one line are one piece."""
    out: list[tuple[float, float, float, float]] = []
    for piece in found:
        if out and out[-1][1] > out[-1][0] and out[-1][1] == piece[0] and out[-1][2:] == piece[2:]:
            piece = (out.pop()[0], *piece[1:])
        out.append(piece)
    return out


def up_to(pieces: Pieces, most: float) -> Pieces:
    """The pieces that amounts up to `most` can reach, the last one ending there."""
    keep = pieces.low <= max(most, 0.0)
    keep[0] = True
    low, high, base, rate = (column[keep] for column in (pieces.low, pieces.high, pieces.base, pieces.rate))
    return Pieces(low, np.minimum(high, max(most, low[-1])), base, rate)
