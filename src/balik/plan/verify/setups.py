"""Set-ups, lots and batches: what activity of more than nothing obliges to, judged from the table `processes`."""

from __future__ import annotations

import numpy as np

from .exact import Number, exact
from .places import Held
from .sheets import is_something
from .terms import Deeds, Terms, terms
from .verdict import Array, Court, kept_verdict, show
from .world import NONE, World


def setup_terms(deeds: Deeds) -> list[Terms]:
    """What set-ups cost: once for each period, place and name in which any process of it runs."""
    found = _setups(deeds)
    if not found:
        return []
    codes = {c: np.array([s[k] for s in found], np.int64) for k, c in enumerate(("process", "place", "period"))}
    codes["account"] = np.full(len(found), deeds.world.code["account"]["setup"])
    made, cost = (exact(np.array([s[k] for s in found], object)) for k in (3, 4))
    return [terms(codes, made * cost)]


def _setups(deeds: Deeds) -> list[tuple[int, int, int, bool, Number]]:
    """Process (NONE: shared), place, period, whether it is made, and cost of every set-up that costs anything."""
    runs = deeds.activity
    if not len(runs):
        return []
    frame = runs.table.frame
    busy = is_something(runs.amount * deeds.counted)
    found: dict[tuple[str, int, int, int], tuple[bool, Number]] = {}
    price = runs.table.world.numbers.column("processes", "setup_cost").tolist()
    keys = zip(*(runs.codes[c].tolist() for c in ("process", "place", "period")), strict=True)
    for i, (process, place, period) in enumerate(keys):
        row = int(runs.row[i])
        name = frame.text["setup"][row]
        key = (name, NONE if name else process, place, period)
        made, cost = found.get(key, (False, 0))
        found[key] = made or bool(busy[i]), cost or price[row]
    return [(p, i, t, made, cost) for (_, p, i, t), (made, cost) in found.items() if cost]


@kept_verdict
def judge_setups(world: World, runs: Held, counted: Array, court: Court) -> None:
    """What runs does at least its lot, and whole batches."""
    if not len(runs):
        return
    done, c = runs.amount * counted, runs.codes

    def name(i: int) -> str:
        return f"{world.name('process', int(c['process'][i]))} at {world.name('place', int(c['place'][i]))}"

    lot, batch = runs.number("lot", 0.0), runs.number("batch", 0.0)
    on = np.flatnonzero((lot > 0) & is_something(done))
    court.least(
        "lot",
        done[on],
        lot[on],
        0.0,
        lambda i: f"run: {world.key(c, int(on[i]))}",
        lambda i: (
            f"{name(int(on[i]))} does {show(float(done[on[i]]))}{world.when(int(c['period'][on[i]]))}, its lot is "
            f"{show(float(lot[on[i]]))} ({runs.table.spot(int(runs.row[on[i]]))})."
        ),
    )
    of = np.flatnonzero(batch > 0)
    court.whole(
        "batch",
        done[of] / batch[of],
        lambda i: f"run: {world.key(c, int(of[i]))}",
        lambda i: (
            f"{name(int(of[i]))} does {show(float(done[of[i]]))}{world.when(int(c['period'][of[i]]))}, which is no "
            f"whole number of batches of {show(float(batch[of[i]]))} ({runs.table.spot(int(runs.row[of[i]]))})."
        ),
    )
