"""Figures that are printed where no plan exists: what they break themselves, and what the limits would have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...algebra import Arrays
from ...api import Prepared
from ...engines import Options
from ...engines.elastic import Unanswered, feasible
from ...engines.highs import run_highs
from ...model.bounded import Line
from ...network.network import Limit
from ...words import NOTHING, Sentence, say, sentences
from ..repair import words
from ..told import figure
from .printed import Printed, lines_of_row

#: Seconds that one question may take.
SECONDS = 5.0


def why_no_plan(prepared: Prepared, one: Printed) -> Sentence:
    """The arithmetic of a figure for which no plan exists, as far as single limits tell it."""
    own = next(_limits_on(prepared, one), None)
    said = [_breaks(prepared, one, own)] if own is not None else []
    said += [_needed(prepared, side) for side in _sides(prepared)]
    said += [p.found for p in prepared.tables.problems.warnings if p.code in ("W209", "W210", "W211")][:2]
    return sentences(*said)


def _limits_on(prepared: Prepared, one: Printed) -> Iterator[Limit]:
    """Limits with an upper bound on the very quantity of the figure."""
    for limit in prepared.network.limits:
        if limit.over or len(limit.rows) != 1 or not np.isfinite(limit.most) or limit.rows[0].coef != 1:
            continue
        if limit.rows[0].quantity == one.quantity and lines_of_row(prepared, limit.rows[0], None) == one.everything:
            yield limit


def _breaks(prepared: Prepared, one: Printed, limit: Limit) -> Sentence:
    over = one.value - limit.most
    if over <= one.tolerance:
        return NOTHING
    return say(
        "the printed {value} is itself {over} above {limit} ({spot}), at most {most}.", value=figure(one.value),
        over=figure(over), limit=limit.name, spot=prepared.data["limits"].spot(limit.row), most=figure(limit.most),
    )  # fmt: skip


def _sides(prepared: Prepared) -> list[tuple[Line, int, bool]]:
    """Every finite side of every row of the limits: the line, its row in the program, whether it is the upper one."""
    block = prepared.model.program.families.get("limits")
    if block is None:
        return []
    lines = list(enumerate(prepared.model.variables.limit_lines))
    uppers = [(line, block.start + i, True) for i, line in lines if np.isfinite(line.upper)]
    return uppers + [(line, block.start + i, False) for i, line in lines if np.isfinite(line.lower)]


def _needed(prepared: Prepared, side: tuple[Line, int, bool]) -> Sentence:
    """What a limit would have to be, all else equal; nothing where that alone makes no plan."""
    line, row, upper = side
    limit = prepared.network.limits[line.bound.limit]
    if limit.over:
        return NOTHING
    found = _nearest(prepared.model.program.arrays(), line, row, upper)
    bound = line.upper if upper else line.lower
    if found is None or abs(found - bound) <= 1e-9 * max(1.0, abs(bound)):
        return NOTHING
    several = sum(b.limit == line.bound.limit for b in prepared.model.variables.bounds_of_limits) > 1
    name = f"{limit.name}, {line.bound.label}" if several else limit.name
    off, spot = figure(abs(found - bound)), prepared.data["limits"].spot(limit.row)
    if upper:
        return say("All else equal, {words} is at least {found}: {off} more than {name} allows ({spot}).",
                   words=words(limit), found=figure(found), off=off, name=name, spot=spot)  # fmt: skip
    return say("All else equal, {words} is at most {found}: {off} less than {name} asks ({spot}).",
               words=words(limit), found=figure(found), off=off, name=name, spot=spot)  # fmt: skip


def _nearest(a: Arrays, line: Line, row: int, upper: bool) -> float | None:
    """The value nearest to the bound that the row can have without it; None where no plan exists, or none was found."""
    low, high = a.row_lower.copy(), a.row_upper.copy()
    (high if upper else low)[row] = np.inf if upper else -np.inf
    free = replace(a, row_lower=low, row_upper=high)
    options = Options(gap=1e-9, time_limit=SECONDS, prices=False)
    try:
        if not feasible(free, options):
            return None
    except Unanswered:
        return None
    cost = np.zeros(len(a.cost))
    cost[line.sum.col] = line.sum.coef if upper else -line.sum.coef
    result = run_highs(replace(free, cost=cost, offset=0.0), options)
    if result.status != "optimal" or result.x is None:
        return None
    return line.sum.at(result.x)
