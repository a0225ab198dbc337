"""Sites over time in the plain twin: one binary for every way in which a site may be open and closed over the periods.

What a way costs is known beforehand, so that no event needs a rule of its own.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pulp

if TYPE_CHECKING:
    from twins.oracle import Row, Twin

_STATES = {
    (0, 1): (1.0, 1.0, 0.0),
    (1, 1): (1.0, 0.0, 0.0),
    (1, 0): (0.0, 0.0, 1.0),
}  # before, now → open, opened, closed


class Phases:
    """The phased sites of a case and their ways."""

    def __init__(self, twin: Twin):
        self.twin = twin
        self.rows = twin.expand("phases", ("place", "size", "period"))
        modules = twin.expand("modules", ("place", "size", "module", "period"))
        self.modules = {key: row for key, row in modules.items() if key[:2] in twin.sites}
        self.when: dict[tuple[str, str, str], Any] = {}  # what is open when, of every site
        self.closes: dict[tuple[str, str, str], Any] = {}
        self.added: dict[tuple[str, str, str], Any] = {}  # capacity by modules, in a unit of time

    def has(self, place: str, size: str) -> bool:
        """Whether the site is phased."""
        return any((i, s) == (place, size) for i, s, _ in self.rows)

    def value(self, place: str, size: str, period: str, column: str, site: Row) -> float:
        """What holds in a period; of a blank cell what the site says."""
        from twins.oracle import blank, number

        row = self.rows.get((place, size, period), {})
        default = float("inf") if column == "capacity" else 0.0
        return number(site, column, default) if blank(row.get(column)) else float(row[column])

    def site(self, place: str, size: str, site: Row, ever: Any) -> None:
        """States the ways of a site, and what is open when; `ever`: whether it is open at some time."""
        twin, periods = self.twin, self.twin.periods
        if not self.has(place, size):
            self.when |= {(place, size, t): ever for t in periods}
            return
        stood = int(site.get("status") == "existing")
        ways = {}
        for way in itertools.product((0, 1), repeat=len(periods)):
            if self._may(place, size, site, (stood, *way)):
                ways[way] = twin.helper(lambda way=way: float(self._follows(place, size, stood, way)), 1.0, True)
                self._pay(place, size, site, (stood, *way), ways[way])
        twin.row(pulp.lpSum(ways.values()) == 1)
        twin.row(ever == pulp.lpSum(x for way, x in ways.items() if any(way)))
        for at, t in enumerate(periods):
            self.when[place, size, t] = pulp.lpSum(x for way, x in ways.items() if way[at])
            for (before, now), state in _STATES.items():
                shown = twin.v["phases"][(place, size, t, *map(str, state))] = twin.var(0.0, 1.0)
                mine = [x for way, x in ways.items() if ((stood, *way)[at], way[at]) == (before, now)]
                twin.row(shown == pulp.lpSum(mine))
                if (before, now) == (1, 0):
                    self.closes[place, size, t] = shown

    def _may(self, place: str, size: str, site: Row, way: tuple[int, ...]) -> bool:
        """Whether a site may be open so; `way` begins with how it stood before."""
        from twins.oracle import flag

        status, states = site.get("status"), way[1:]
        if (status == "open" and not all(states)) or (status == "closed" and any(states)):
            return False
        for t, (before, now) in zip(self.twin.periods, itertools.pairwise(way), strict=True):
            row = self.rows.get((place, size, t), {})
            if now > before and row.get("may_open") and not flag(row, "may_open"):
                return False
            if now < before and row.get("may_close") and not flag(row, "may_close"):
                return False
        return True

    def _pay(self, place: str, size: str, site: Row, way: tuple[int, ...], x: Any) -> None:
        """The lines of a way; a site that opened last in a period and stays brings that period's residual value."""
        twin, keys = self.twin, {"place": place, "size": size}
        last = None
        for t, (before, now) in zip(twin.periods, itertools.pairwise(way), strict=True):
            if now:
                twin.money("running", keys, self.value(place, size, t, "running_cost", site) * twin.length[t] * x, t)
            if now != before:
                name = "opening" if now else "closing"
                twin.dated(name, keys, self.value(place, size, t, f"{name}_cost", site) * x, t)
                last = t if now else None
        if last is not None:
            from twins.oracle import number

            twin.dated("residual", keys, -number(self.rows.get((place, size, last), {}), "residual") * x, last)

    def _follows(self, place: str, size: str, stood: int, way: tuple[int, ...]) -> bool:
        """Whether the plan's rows say this way."""
        found = {k: x.varValue for k, x in self.twin.v["phases"].items() if k[:2] == (place, size)}
        full = (stood, *way)
        for at, t in enumerate(self.twin.periods):
            want = _STATES.get((full[at], full[at + 1]))
            said = [tuple(map(float, k[3:])) for k, value in found.items() if k[2] == t and value > 0.5]
            if said != ([want] if want else []):
                return False
        return True

    def extend(self, place: str, most: float) -> None:
        """States the modules of a place; `most`: more capacity than this is of no use."""
        from twins.oracle import flag, number

        twin, periods = self.twin, self.twin.periods
        for i, s, m in dict.fromkeys(key[:3] for key in self.modules if key[0] == place):
            row = self.modules[i, s, m, periods[0]]
            size, phased = float(row["capacity"]), self.has(i, s)
            limit, whole = number(row, "most", most / size + 1), not row.get("whole") or flag(row, "whole")
            before: Any = 0.0
            for t in periods:
                rate = self.modules[i, s, m, t]
                n = twin.v["modules"][i, s, m, t] = twin.var(0.0, limit, whole)
                twin.row(n <= limit * self.when[i, s, t])
                keys = {"place": i, "size": s}
                if phased:
                    lost = twin.helper(lambda t=t, b=before, k=(i, s): self._lost(k, t, b), limit)
                    twin.row(lost <= limit * self.closes[i, s, t])
                    bought = n - before + lost
                    twin.row(bought >= 0)
                    twin.row(bought <= n)
                    twin.dated("expansion", keys, number(rate, "cost") * bought, t)
                elif t == periods[0]:
                    twin.money("expansion", keys, number(rate, "cost") * n)
                else:
                    twin.row(n == before)
                twin.money("running", keys, number(rate, "running_cost") * twin.length[t] * n, t)
                self.added[i, s, t] = self.added.get((i, s, t), 0.0) + size * n
                before = n

    def _lost(self, site: tuple[str, str], period: str, before: Any) -> float:
        gone = self.closes[(*site, period)].varValue > 0.5
        return float(before.varValue) if gone and not isinstance(before, float) else 0.0
