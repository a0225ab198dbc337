"""Inputs without influence: rows that nothing can ever reach, and columns that may say 10 % more or less."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from ...api import Prepared
from ...engines import Result
from ...errors import listed
from ...words import Sentence, say
from ..sensitive.selection import DEFAULT_COLUMNS
from .asking import Asking, OutOfTime, Stopped, cost_of, margin
from .cells import times
from .telling import not_known, shortened

Array = np.ndarray
_BY = Fraction(1, 10)
_SHOWN = 4


def out_of_reach(prepared: Prepared) -> list[dict[str, Any]]:
    """Rows that say something about what can never be; nothing is solved."""
    n, bounds = prepared.network, prepared.model.variables.bounds
    found = [
        *_rows(prepared, "lanes", n.lanes.row, bounds.lanes <= 0, say("nothing can ever go over {row}", row="")),
        *_rows(prepared, "supply", n.supply.row, (bounds.collect <= 0) & (n.supply.most > 0),
               say("what waits at {row} can go nowhere", row="")),
        *_rows(prepared, "processes", n.runs.row, bounds.runs <= 0, say("the process at {row} can never run", row="")),
        *_rows(prepared, "demand", n.demand.row, (bounds.deliver <= 0) & (n.demand.most > 0),
               say("nothing can ever come to the demand at {row}", row="")),
        *_wide_sites(prepared),
        *_idle_modes(prepared),
    ]  # fmt: skip
    return found


def _rows(prepared: Prepared, table: str, rows: Array, dead: Array, sentence: Sentence) -> Iterator[dict[str, Any]]:
    """Rows of a table all of whose entries are dead."""
    rows = np.asarray(rows, np.int64)
    alive = set(rows[~np.asarray(dead, bool)].tolist())
    for row in sorted(set(rows[rows >= 0].tolist()) - alive):
        yield _row(table, "", prepared.data[table].spot(row), sentence.template)


def _row(table: str, column: str, spot: str, template: str) -> dict[str, Any]:
    return {"about": "idle", "when": "before", "table": table, "column": column or None, "row": str(spot),
            "sentence": Sentence(template.format(row=spot), template, {"row": spot})}  # fmt: skip


def _wide_sites(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """Capacities that even all that can come does not fill."""
    n, v = prepared.network, prepared.model.variables
    if not len(n.sites) or len(n.modules):
        return
    from ...model.siting import coming

    total = np.zeros(len(n.site_places) * len(n.length))
    for come in coming(n, v):
        with np.errstate(invalid="ignore"):
            total += np.bincount(come.at, np.nan_to_num(come.weight * come.bound(v), posinf=1e300), len(total))
    most = total.reshape(len(n.site_places), -1)
    wide = np.array([
        np.isfinite(n.sites.capacity[s]) and (most[n.site_of[n.sites.place[s]]] <= n.sites.capacity[s] * n.length).all()
        for s in range(len(n.sites))
    ], bool)  # fmt: skip
    template = say("the capacity at {row} is at least all that can ever come", row="").template
    for found in _rows(prepared, "sites", n.sites.row, wide, Sentence(template)):
        yield found | {"column": "capacity"}


def _idle_modes(prepared: Prepared) -> Iterator[dict[str, Any]]:
    """Vehicle classes that no lane and no tour names."""
    table = prepared.tables["modes"]
    if table is None:
        return
    n = prepared.network
    named = {n.labels["mode"][m] for m in (*np.unique(n.lanes.mode), *np.unique(n.legs.mode))}
    for row in range(len(table)):
        if table.cell(row, "mode") not in named:
            yield _row(
                "modes",
                "",
                table.spot(row),
                say("no lane and no tour names the vehicle class at {row}", row="").template,
            )


class TenPercent:
    """Columns of rates, amounts and capacities, each 10 % lower and higher in all its cells: two solves each.

    A cost that is the same at both ends and between them is so throughout: it is concave in prices, and convex in
    bounds where nothing is whole, and never falls where bounds are tightened.
    """

    def __init__(self, asking: Asking, prepared: Prepared, now: Result):
        self.asking, self.prepared, self.now = asking, prepared, now
        self.without: list[str] = []
        self.stopped: list[str] = []
        self.unasked: list[str] = []

    def rows(self) -> list[dict[str, Any]]:
        """One row for each column that was asked about."""
        names = [(t, c) for t, columns in DEFAULT_COLUMNS.items() for c in columns if self.is_filled(t, c)]
        found = []
        for at, (table, column) in enumerate(names):
            try:
                costs = [self.cost(table, column, 1 + sign * _BY) for sign in (-1, 1)]
            except Stopped:
                self.stopped.append(f"{table}.{column}")
                continue
            except OutOfTime:
                self.unasked = [f"{t}.{c}" for t, c in names[at:]]
                break
            same = all(c is not None and abs(c - cost_of(self.now)) <= margin(self.now, self.now) for c in costs)
            self.without += [f"{table}.{column}"] if same else []
            found.append({"about": "idle", "when": "after", "table": table, "column": column, "by": float(_BY),
                          "cost_lower": costs[0], "cost_higher": costs[1], "no_influence": same})  # fmt: skip
        return found

    def is_filled(self, table: str, column: str) -> bool:
        """Whether any cell says a number that a factor changes."""
        frame = self.prepared.data[table]
        given = frame.given.get(column)
        if given is None or not given.any():
            return False
        says = frame.written(column)[given]
        return bool((np.isfinite(says) & (says != 0)).any())

    def cost(self, table: str, column: str, factor: Fraction) -> float | None:
        """What the best plan costs with every number of the column times a factor; None where there is none."""
        prepared = self.asking.prepared(times(self.prepared.tables, table, column, factor))
        if prepared is None:
            return None
        _, result = self.asking.plan(prepared)
        return None if result.x is None else cost_of(result)

    def told(self) -> list[Sentence]:
        """Which columns have no influence."""
        out = []
        if self.without:
            out.append(say("  10 % more or less of {columns} changes no cost", columns=listed(self.without)))
        return out + not_known(self.stopped, self.unasked)


def told_before(rows: list[dict[str, Any]]) -> list[Sentence]:
    """The first rows of each kind, and how many more there are."""
    out: list[Sentence] = []
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(row["sentence"].template, []).append(row)
    for template, of_kind in kinds.items():
        names = shortened([row["sentence"].values["row"] for row in of_kind], _SHOWN)
        out.append(say("  {what}", what=Sentence(template.format(row=names), template, {"row": names})))
    return out
