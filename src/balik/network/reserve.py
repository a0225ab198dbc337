"""What must be in stock: the safety stock of a service level, and whether it and `least` fit into the store."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil, isqrt

import numpy as np

from ..tables import Data
from ..tables.normal import quantile
from ..words import say
from .counted import in_own_unit
from .expand import Array, Expanded

#: The safety stock is rounded up at 6 decimals of the material's unit, so that the verifier finds the same number.
_SCALE = 10**6


def safety_stock(data: Data, found: Expanded) -> Array:
    """z(service level) · sd · √(lead time) of every row of `stores`, in the unit of its material; 0 without one.

    Of normal demand, independent from period to period: Silver, Pyke and Peterson (1998), Inventory Management, ch. 7.
    """
    frame, out = data["stores"], np.zeros(len(found))
    at = np.flatnonzero(frame.given["service_level"][found.row])
    if not len(at):
        return out
    level, lead = (frame.number[c][found.row[at]] for c in ("service_level", "lead_time"))
    spread = in_own_unit(data, frame, "sd", found.row[at], found.codes["material"][at])
    out[at] = [_safety(*values) for values in zip(level.tolist(), spread.tolist(), lead.tolist(), strict=True)]
    return out


@cache
def _safety(level: float, spread: float, lead: float) -> float:
    """The smallest number of 6 decimals that is not below z·sd·√lead; of floats as the decimals that they stand for."""
    z, sd, time = quantile(Fraction(repr(level))), Fraction(repr(spread)), Fraction(repr(lead))
    square = ceil(z**2 * sd**2 * time * _SCALE**2)
    return (isqrt(square - 1) + 1) / _SCALE if square else 0.0


def note_reserve(data: Data, rows: Array, number: dict[str, Array]) -> None:
    """E142: a least stock or a safety stock that does not fit, or that the stock at the end falls short of."""
    frame = data["stores"]
    end = np.where(np.isnan(number["end"]), np.inf, number["end"])
    for column, least, low in (
        ("least", number["least"], "least"), ("service_level", number["safety"], say("the safety stock")),
    ):  # fmt: skip
        for high, most in (("room", number["room"]), ("end", end)):
            bad = least > most
            for row in np.unique(rows[bad]):
                first, second = (float(x[bad & (rows == row)][0]) for x in (least, most))
                found = say(
                    "{low} is above {high}: {first:g} > {second:g}.", low=low, high=high, first=first, second=second
                )
                data.problems.add("E142", found, say("No amount can satisfy the row."), **frame.where(int(row), column))
