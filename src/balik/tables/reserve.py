"""The safety stock of a service level, as far as its rows of `stores` say by themselves."""

from __future__ import annotations

import numpy as np

from ..words import say
from .cells import MOST_PER_COLUMN
from .frame import Data

_TOGETHER = ("service_level", "sd", "lead_time")


def check_reserve(data: Data) -> None:
    """Note rows that say a part of what makes a safety stock, and service levels that make none."""
    frame = data["stores"]
    given = np.array([frame.given[c] for c in _TOGETHER])
    partly = given.any(axis=0) & frame.ok
    for column, filled in zip(_TOGETHER, given, strict=True):
        rows = np.flatnonzero(partly & ~filled)
        frame.drop(rows, column)
        for row in rows[:MOST_PER_COLUMN].tolist():
            found = say(
                "'{column}' is blank: service_level, sd and lead_time make a safety stock together.", column=column
            )
            advice = say("Fill all three, or none and write the number in least.")
            data.problems.add("E720", found, advice, **frame.where(row, column))
    level = frame.plain("service_level")
    rows = np.flatnonzero(given[0] & frame.ok & ~((level >= 0.5) & (level < 1)))
    frame.drop(rows, "service_level")
    for row in rows[:MOST_PER_COLUMN].tolist():
        value = float(level[row])
        found = say("service_level = {value:g} is not from 0.5 up to, but below, 1.", value=value)
        if 0 < value < 0.5:
            advice = say("Below 0.5 there is nothing to keep: leave the three columns blank.")
        elif value == 1:
            advice = say("No stock lasts for certain: write 0.99 or 0.999.")
        else:
            advice = say("Write 0.95 for 95 %.")
        data.problems.add("E721", found, advice, **frame.where(row, "service_level"))
