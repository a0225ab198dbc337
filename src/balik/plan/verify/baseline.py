"""Today's flows, read again from `baseline`: each lane carries them and nothing else.

Used where the case says `[solve] fix = "baseline"`. Lanes' own least and most then do not hold, and sites that exist
stay open.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .verdict import Array, Court, kept_verdict, show
from .world import NONE, World, ravel

KEYS = ("origin", "dest", "material", "mode", "period")


def fixed(world: World) -> bool:
    """Whether the case asks for today's flows."""
    return bool(world.data.tables.setting("solve", "fix") == "baseline")


class Today:
    """The table `baseline`: an amount for each lane that carries something today."""

    def __init__(self, world: World):
        frame = world.data["baseline"]
        self.frame, self.rows = frame, np.flatnonzero(frame.ok)
        self.codes: dict[str, Array] = {}
        for column in KEYS:
            known = world.code["place" if column in ("origin", "dest") else column]
            # no mode is no vehicle; no period is the only one that there is
            blank = NONE if column == "mode" else 0
            words = [frame.text[column][int(row)] for row in self.rows]
            self.codes[column] = np.array([known[w] if w else blank for w in words], np.int64)
        self.amount = world.numbers.at("baseline", "amount", self.rows, self.codes["material"])

    def spot(self, i: int) -> str:
        """`baseline.csv line 3`."""
        return self.frame.spot(int(self.rows[i]))


@kept_verdict
def judge_today(world: World, codes: Mapping[str, Array], amount: Array, court: Court) -> None:
    """Every lane carries what it carries today: the rows of `baseline` as stated, and nothing beside them."""
    today = Today(world)
    both = {c: np.concatenate([today.codes[c], codes[c]]) for c in KEYS}
    key = ravel([both[c] for c in KEYS], [world.n(c) for c in KEYS])
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    at, n = at.reshape(-1), len(today.rows)
    wanted = np.bincount(at[:n], today.amount, len(first))
    found = np.bincount(at[n:], amount, len(first))
    keys = {c: a[first] for c, a in both.items()}

    def say(i: int) -> str:
        source = today.spot(int(first[i])) if first[i] < n else "baseline has no such row"
        return (
            f"{world.name('origin', int(keys['origin'][i]))} → {world.name('dest', int(keys['dest'][i]))} carries "
            f"{show(float(found[i]))} {world.amount(int(keys['material'][i]))}{world.when(int(keys['period'][i]))}, "
            f"today it is {show(float(wanted[i]))} ({source})."
        )

    court.equal("baseline", found, wanted, 0.0, lambda i: f"flow: {world.key(keys, i)}", say)
