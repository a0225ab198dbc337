"""Printed figures as sets of lines of the program, and the sums that hold between them.

A figure of `expected` is a sum of lines (of the ledger, or of amounts). Two figures with the same lines are the same
figure printed twice; a figure whose lines are those of others put together is their sum. Nothing is matched by value:
the sums hold for every plan in which the lines left out are nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...api import Prepared
from ...model.bounded import Sum
from ...model.limits import quantity_in_scope
from ...model.scope import counted_alike, in_scope, lines_of, parts_of
from ...network.expected import expected_rows, expected_unit
from ...network.network import LimitRow
from ...words import Sentence

#: Lines below this are nothing.
_NOTHING = 1e-9
#: Most ways to put a total together that are looked for, and most steps of the search.
_WAYS, _STEPS = 8, 4000

Line = tuple[int, int]


@dataclass(frozen=True)
class Printed:
    """One row of `expected` in its scenario.

    `lines`: the lines that are not nothing in our plan (of all lines where there is none); `ours`: our value; `sum`: the
    figure as constant + Σ coef × column, None for quantities that are counted without one; `ours_only`: the row is not
    of the publication.
    """

    row: int
    scenario: str | None
    quantity: str
    value: float
    tolerance: float
    verdict: str
    source: str
    spot: Sentence
    scope: dict[str, str]
    ours_only: bool
    ours: float | None
    lines: frozenset[Line]
    everything: frozenset[Line]
    sum: Sum | None
    limit_row: LimitRow | None

    @property
    def holds(self) -> bool:
        """Whether our value is the printed one."""
        return self.ours is not None and abs(self.ours - self.value) <= self.tolerance * (1 + 1e-9)

    @property
    def label(self) -> str:
        """The quantity and its scope, as the user wrote them."""
        scope = ", ".join(f"{k} {v}" for k, v in self.scope.items())
        return f"{self.quantity} ({scope})" if scope else self.quantity


def lines_of_row(prepared: Prepared, row: LimitRow, x: np.ndarray | None) -> frozenset[Line]:
    """The lines that a row counts, by part and position; with a plan only those that are not nothing."""
    found: set[Line] = set()
    for p in parts_of(prepared.model.variables, row):
        on = in_scope(prepared.network, p, row)
        if on is None:
            continue
        if x is not None:
            on = on & (np.abs(p.constant + p.coef * x[np.maximum(p.cols, 0)]) > _NOTHING)
        found.update((id(p), int(i)) for i in np.flatnonzero(on))
    return frozenset(found)


def sum_of_row(prepared: Prepared, row: int, limit: LimitRow) -> Sum:
    """A printed figure as a sum over the columns of the program, in its own unit."""
    unit, times = expected_unit(prepared.data, prepared.network, row)
    n, v = prepared.network, prepared.model.variables
    (lines,) = counted_alike(n, v, [limit], unit, [lines_of(n, v, limit)])
    return Sum.of(lines.col.astype(np.int64), lines.coef / times, float(lines.constant.sum()) / times)


def value_of(prepared: Prepared, row: int, limit: LimitRow, x: np.ndarray) -> float:
    """A printed figure at a solution."""
    unit, times = expected_unit(prepared.data, prepared.network, row)
    return quantity_in_scope(prepared.network, prepared.model.variables, limit, unit, x) / times


def limit_row(prepared: Prepared, row: int) -> LimitRow | None:
    """A row of `expected` as a quantity in a scope."""
    return expected_rows(prepared.data, prepared.network, row)


def twins(one: Printed, others: Sequence[Printed]) -> list[Printed]:
    """The same figure, printed elsewhere."""
    return [
        o
        for o in others
        if o.row != one.row and o.scenario == one.scenario and o.lines and o.lines == one.lines
        and o.quantity == one.quantity
    ]  # fmt: skip


def parts(total: Printed, others: Sequence[Printed]) -> Iterator[list[Printed]]:
    """Ways to put a total together from other figures: every line once. Figures printed twice stand in once."""
    if len(total.lines) < 2:
        return
    fits: dict[frozenset[Line], Printed] = {}
    for o in others:
        if o.scenario == total.scenario and o.lines and o.lines < total.lines and o.row != total.row:
            known = fits.get(o.lines)
            if known is None or (o.holds and not known.holds):
                fits[o.lines] = o
    steps, found = _STEPS, 0
    order = sorted(fits.values(), key=lambda o: (-len(o.lines), o.row))
    stack: list[tuple[frozenset[Line], tuple[Printed, ...]]] = [(total.lines, ())]
    while stack and steps > 0 and found < _WAYS:
        steps -= 1
        rest, taken = stack.pop()
        if not rest:
            found += 1
            yield sorted(taken, key=lambda o: o.row)
            continue
        first = min(rest)
        stack += [(rest - o.lines, (*taken, o)) for o in reversed(order) if first in o.lines and o.lines <= rest]
