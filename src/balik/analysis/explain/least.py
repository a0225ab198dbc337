"""The least change of one or several cells with which a plan exists.

Numbers that bound a sum of columns give way together in one elastic program, exactly and least in all; other cells are
tried, by halving, in steps of their fourth digit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...engines.elastic import Soft, least_excess, least_total
from ...errors import BalikError
from ...model import Model, formulate
from ...network.limits import is_money
from ...tables.units import mass_of
from ..ratio import least_ratio
from ..repair import is_counted, plain, safe
from .facts import Fact
from .lab import Lab, cell_of_limit
from .quick import LARGE

_DOUBLINGS = 20
#: Decimals of a number that no rounder one can stand for.
_EXACT = 9
#: Relative change of a number that is none.
_STILL = 1e-9


def can_give(lab: Lab, fact: Fact) -> bool:
    """Whether the number gives way in an elastic program."""
    if fact.is_limit:
        bounds = lab.prepared.model.variables.bounds_of_limits
        return fact.kind.column != "spread" and not any(b.varies for b in bounds if b.limit == fact.at[0])
    n, at = lab.prepared.network, list(fact.at)
    if fact.kind.record == "supply" and fact.kind.gives == "up" and n.supply.follows[at].any():
        return False  # what comes back or is brought is added to it
    if fact.kind.name == "supply.most" and _bounds_left(lab, bool((n.supply.left_cost[at] != 0).any())):
        return False  # what is then left counts
    if fact.kind.record == "demand" and not fact.upper and not np.isnan(n.demand.shortage_cost[at]).all():
        return False  # it may be missed: what bounds that says how much of it is needed
    if fact.kind.variable == "throughput" and (
        np.isin(at, n.modules.site).any() or np.isin(n.sites.place[at], n.chances.place).any()
    ):
        return False  # modules are added to it, or what varies must fit, too
    return bool(fact.kind.variable) and not np.isnan(fact.value)


def _bounds_left(lab: Lab, costs: bool) -> bool:
    """Whether a limit of the case bounds what is left; or money, where what is left costs."""
    n = lab.prepared.network
    bounded = {row.quantity for limit in n.limits for row in limit.every_row}
    return "left" in bounded or (costs and any(is_money(quantity, n.measures.names) for quantity in bounded))


def least_together(
    lab: Lab, facts: Sequence[Fact], beside: Sequence[Fact] = ()
) -> tuple[list[tuple[Fact, float]], bool] | None:
    """The least total change of these numbers, each counted relative to itself: what each must become, and whether
    that was proved to be the least.

    Those that stay are left out; None: together they mend nothing. `beside`: facts that say nothing meanwhile.
    """
    if len(facts) == 1 and not beside and lab.prepared.model.program.columns >= LARGE:
        for search in (_least_count, _least_cost):
            if (one := search(lab, facts[0])) is not None:
                return one
    model = lab.model([*facts, *beside])
    found = least_total(model.program.arrays(), [_soft(model, fact) for fact in facts], lab.patient())
    if found is None:
        return None
    moved, proved = found
    size = [abs(float(d)) / max(1.0, abs(f.value)) for f, d in zip(facts, moved, strict=True)]
    return [(f, f.value + float(d)) for f, d, s in zip(facts, moved, size, strict=True) if s > _STILL], proved


def _least_count(lab: Lab, fact: Fact) -> tuple[list[tuple[Fact, float]], bool] | None:
    """The same of a limit that counts places, which is asked number by number; None: it is another."""
    p = lab.prepared
    limit = p.network.limits[fact.at[0]] if fact.is_limit else None
    if limit is None or limit.rows[0].quantity not in ("use", "open") or not is_counted(p, limit) or limit.times != 1:
        return None
    sign = 1 if fact.upper else -1

    def works(count: int) -> bool:
        limits = list(p.network.limits)
        changed: dict[str, Any] = {fact.kind.column: fact.value + sign * count}
        limits[fact.at[0]] = replace(limit, **changed)
        return lab.possible(formulate(replace(p.network, limits=limits)))

    count = _first(works, len(p.network.site_places) if fact.upper else int(fact.value))
    return None if count is None else ([(fact, fact.value + sign * count)], True)


def _least_cost(lab: Lab, fact: Fact) -> tuple[list[tuple[Fact, float]], bool] | None:
    """The same of a limit on what the whole plan costs, which the best plan without it tells; None: it is another."""
    n = lab.prepared.network
    rows = n.limits[fact.at[0]].every_row if fact.is_limit else []
    plain_cost = len(rows) == 1 and rows[0].quantity == "cost" and rows[0].coef == 1 and not rows[0].scope
    if not plain_cost or fact.kind.column != "most" or dict(n.weights) != {"cost": 1.0}:
        return None
    plan = lab.solved([f"{cell_of_limit(lab, fact)} = {fact.kind.blank}"])
    if plan is None or plan.cost is None:
        return None
    return [(fact, plan.cost)], plan.status == "optimal"


def least_factor(lab: Lab, name: str, up: bool) -> float | None:
    """The factor nearest to 1, in steps of 0.001, on every cell of a column with which a plan exists; None: none was met."""
    sign = 1 if up else -1

    def works(count: int) -> bool:
        return is_mended(lab, f"{name} *= {1000 + sign * count}/1000")

    count = _first(works, 2**_DOUBLINGS if up else 1000)
    return None if count is None else (1000 + sign * count) / 1000


def is_mended(lab: Lab, *changes: str) -> bool:
    """Whether a plan exists with these changes."""
    try:
        changed = lab.again(changes)
    except BalikError:
        return False  # beyond what the cell may say
    return lab.possible(changed.model)


def _soft(model: Model, fact: Fact) -> Soft:
    """The number of a fact as one that gives way, in a program that does without it."""
    up, down = (np.inf if fact.kind.gives in (way, "both") else 0.0 for way in ("up", "down"))
    if fact.is_limit:
        return _soft_limit(model, fact, up, down)
    v, n = model.variables, model.network
    at, ratio = np.array(fact.at, np.int64), np.array(fact.ratio)
    cols = getattr(v, fact.kind.variable).cols
    if fact.kind.variable == "throughput":  # one for every site and period
        periods = len(n.length)
        at = (at[:, None] * periods + np.arange(periods)).ravel()
        ratio = (ratio[:, None] * n.length).ravel()
    bound, none = ratio * fact.value, np.full(len(at), np.inf)
    lower = bound if fact.kind.gives in ("down", "both") else -none
    upper = bound if fact.kind.gives in ("up", "both") else none
    one = [cols[i : i + 1] for i in at.tolist()]
    return Soft(
        one, [np.ones(1)] * len(one), lower, upper, ratio, up, min(down, fact.value), 1.0 / max(1e-9, abs(fact.value) or 1.0)
    )  # fmt: skip


def _soft_limit(model: Model, fact: Fact, up: float, down: float) -> Soft:
    limit = model.network.limits[fact.at[0]]
    sums = [b.rate for b in model.variables.bounds_of_limits if b.limit == fact.at[0]]
    bound = fact.value * limit.times - np.array([s.constant for s in sums])
    none, upper = np.full(len(sums), np.inf), fact.kind.column == "most"
    return Soft(
        [s.col for s in sums], [s.coef for s in sums], -none if upper else bound, bound if upper else none,
        np.full(len(sums), limit.times), up, down, 1.0 / max(1e-9, abs(fact.value) or 1.0),
    )  # fmt: skip


# -- one cell ----------------------------------------------------------------------------------------------------


def least_of_limit(lab: Lab, fact: Fact) -> float | None:
    """What the bound of a limit that is a ratio or a spread must become; None: it alone mends nothing."""
    model, limit = lab.prepared.model, lab.prepared.network.limits[fact.at[0]]
    arrays = model.program.arrays()
    if fact.kind.column == "spread":
        block = model.program.families["spread"]
        rows = block.start + np.flatnonzero(block.rows.index.limit == fact.at[0])
        excess = least_excess(arrays, rows, True, lab.patient())
    else:
        mine = [b for b in model.variables.bounds_of_limits if b.limit == fact.at[0]]
        freed = lab.model([fact]).program.arrays()
        excess = least_ratio(model.network, limit, fact.kind.column, mine, freed, lab.patient())
    if excess is None:
        return None
    return fact.value + (excess if fact.upper else -excess) / limit.times


def stepped(lab: Lab, fact: Fact) -> float | None:
    """The nearest number of a cell with which a plan exists, found by halving; None: none was met.

    Steps are of the fourth digit, or of one where the number is whole.
    """
    for sign in {"up": (1,), "down": (-1,), "both": (-1, 1)}[fact.kind.gives]:
        step = _step(lab, fact)
        top = math.floor(fact.value / step + 1e-9) if sign < 0 else 2**_DOUBLINGS

        def works(count: int, step: float = step, sign: int = sign) -> bool:
            value = max(0.0, round(fact.value + sign * count * step, _EXACT))
            return is_mended(lab, f"{lab.cell(fact)} = {plain(value)}")

        count = _first(works, top)
        if count is not None:
            return max(0.0, round(fact.value + sign * count * step, _EXACT))
    return None


def _step(lab: Lab, fact: Fact) -> float:
    if fact.kind.column == "nearest" or (fact.value.is_integer() and fact.value >= 100):
        return 1.0
    return 10.0 ** (math.floor(math.log10(fact.value)) - 3) if fact.value > 0 else 1.0


def _first(works: Callable[[int], bool], top: int) -> int | None:
    """The least count from 1 to `top` that works, where all beyond it do; None: none does."""
    low, high = 0, min(1, top)
    if not high:
        return None
    while not works(high):
        if high == top:
            return None
        low, high = high, min(high * 4, top)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


# -- rounded -----------------------------------------------------------------------------------------------------


def rounded(lab: Lab, fact: Fact, target: float) -> list[float]:
    """Numbers to write for a target, from the most readable one on the safe side to the exact one."""
    p = lab.prepared
    if fact.is_limit:
        whole = is_counted(p, p.network.limits[fact.at[0]]) and fact.ratio[0] == 1
    elif fact.kind.variable in ("vehicles", "modules"):
        whole = True
    else:
        record = getattr(p.network, fact.kind.record)
        of = record.material[list(fact.at)] if hasattr(record, "material") else []
        whole = bool(len(of)) and all(mass_of(p.network.unit[int(m)]) is None for m in of)
        whole &= all(ratio == 1 for ratio in fact.ratio)
    values = [*safe(target, target > fact.value, whole), round(target, _EXACT)]
    least = -np.inf if fact.is_limit else 0.0
    return list(dict.fromkeys(max(least, value) + 0.0 for value in values))
