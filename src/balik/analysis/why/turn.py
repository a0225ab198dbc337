"""Where a decision turns, and the numbers that are tried and told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .cells import Cell


@dataclass(frozen=True)
class Turn:
    """Where a decision turns as a cell goes away from what it says.

    `value`: there; None: nowhere as far as `tried`, which is `proved` or was only tried. `before`, `after`: values on
    both sides at which the case was solved and verified. `exact`: the value itself, not an end of a narrow bracket.
    """

    cell: Cell
    up: bool
    value: float | None
    tried: float
    before: float | None = None
    after: float | None = None
    exact: bool = False
    proved: bool = False
    confirmed: bool = False
    reached: bool = True  # whether it has turned at the value itself; else only beyond it, and there both are as good
    below: bool = False  # whether the case takes numbers below 0, which were not tried


def whole_between(near: float, far: float) -> float:
    """The whole number nearest to the middle that lies between two."""
    low, high = min(near, far), max(near, far)
    return float(min(max(np.floor((near + far) / 2), np.floor(low) + 1), np.ceil(high) - 1))


def readable(value: float) -> float:
    """The value without the noise of floats."""
    return float(f"{value:.10g}")


def simplest(near: float, far: float) -> float | None:
    """The number with the fewest decimals between two, if it has fewer than six."""
    low, high = min(near, far), max(near, far)
    for digits in range(6):
        value = float(np.ceil(low * 10**digits - 1e-9) / 10**digits)
        if low <= value <= high:
            return value
    return None


def rounded(value: float, up: bool) -> float:
    """The value to seven digits, away from the bracket."""
    if value == 0 or not np.isfinite(value) or float(value) == float(f"{value:.8g}"):
        return value
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 6)
    return float(f"{(np.ceil if up else np.floor)(value / unit) * unit:.8g}")
