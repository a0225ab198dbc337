"""Charges in the twin: every piece of the law by its two ends, one piece chosen (disaggregated convex combination)."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulp

if TYPE_CHECKING:
    from twins.oracle import Line, Twin

NOT_SCOPE = ("charge", "of", "account", "rate", "from", "to", "on", "least", "unit", "note")
COUNTED = "flow collect deliver shortage left stock run trips open km tkm co2 jobs vehicles".split()
KG = {"kg": 1.0, "t": 1000.0}


def blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or cell == ""


@dataclass
class Law:
    """Rows of one charge, of, account and scope."""

    rows: list[dict[str, Any]]

    def __post_init__(self) -> None:
        first = self.rows[0]
        self.of, self.account = first["of"], first.get("account") or first["charge"]
        self.unit = next((r["unit"] for r in self.rows if not blank(r.get("unit"))), "")
        self.scope = {k: str(v) for k, v in first.items() if k not in NOT_SCOPE and not blank(v)}
        self.whole = any(r.get("on") == "whole" for r in self.rows)
        self.least = max(float(r.get("least") or 0) for r in self.rows)
        ends = [(float(r.get("from") or 0), math.inf if blank(r.get("to")) else float(r["to"])) for r in self.rows]
        self.steps = sorted((a, b, float(r["rate"])) for (a, b), r in zip(ends, self.rows, strict=True))
        self.single = not blank(self.scope.get("period"))

    @property
    def plain(self) -> bool:
        """One rate for everything."""
        return len(self.steps) == 1 and self.steps[0][:2] == (0, math.inf) and not self.least

    def pieces(self, most: float) -> list[tuple[float, float, float, float]]:
        """Ends of each straight piece, and what is due there."""
        borders = sorted({0.0, most, *(x for step in self.steps for x in step[:2] if x < most)})
        found = []
        if self.least:  # the least that is something
            borders[0] = 1e-3
        for low, high in itertools.pairwise(borders):
            rate = next((r for a, b, r in self.steps if a <= low < b), 0.0)
            before = sum(r * (min(low, b) - a) for a, b, r in self.steps if a < low)
            ends = (rate * low, rate * high) if self.whole else (before, before + rate * (high - low))
            if not self.least or ends[0] >= self.least:
                found.append((low, high, *ends))
            elif ends[1] <= self.least:
                found.append((low, high, self.least, self.least))
            else:
                meet = low + (self.least - ends[0]) / rate
                found += [(low, meet, self.least, self.least), (meet, high, self.least, ends[1])]
        return [(0.0, 0.0, 0.0, 0.0), *found] if self.least else found


def charge(twin: Twin) -> None:
    """Book every charge; one that charges another waits for it."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for r in twin.t["charges"]:
        scope = tuple(sorted((k, str(v)) for k, v in r.items() if k not in NOT_SCOPE and not blank(v)))
        found[r["charge"], r["of"], r.get("account") or "", scope].append(r)
    todo = [Law(rows) for rows in found.values()]
    while todo:
        waits = {law.account for law in todo}
        ready = [law for law in todo if law.of in COUNTED or law.of not in waits]
        for law in ready:
            _book(twin, law)
        todo = [law for law in todo if law not in ready]


def _book(twin: Twin, law: Law) -> None:
    lines = [line for line in twin.lines(law.of) if _in_scope(twin, law, line)]
    if law.plain:
        for line in lines:
            keys = {k: v for k, v in line.keys.items() if k not in ("period", "account")}
            factor = _factor(twin, line.keys.get("period"))
            _pay(twin, law, keys, line.keys.get("period"), law.steps[0][2] * _once(twin, law, line), factor)
        return
    sums: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    each = [k for k, v in law.scope.items() if v == "each"]
    for line in lines:
        keys = dict(line.keys)
        if "place" in keys:
            keys["kind"] = twin.kind[keys["place"]]
        often = 1.0 if law.single or "period" not in keys else twin.repeats[keys["period"]]
        sums[tuple(keys[k] for k in each)].append(often * _once(twin, law, line))
    timed = any("period" in line.keys for line in lines)
    for label, parts in sums.items():
        keys = {k: v for k, v in zip(each, label, strict=True) if k != "kind"}
        period = keys.pop("period", None) or (law.scope["period"] if law.single else None)
        factor = _factor(twin, period) if law.single else 1.0 if timed else twin.one_off
        _pay(twin, law, keys, period, _due(twin, law, pulp.lpSum(parts)), factor)


def _in_scope(twin: Twin, law: Law, line: Line) -> bool:
    keys = dict(line.keys)
    if "place" in keys:
        keys["kind"] = twin.kind[keys["place"]]
    return all(k in keys and twin._within(k, keys[k], v) for k, v in law.scope.items())


def _factor(twin: Twin, period: str | None) -> float:
    return twin.one_off if period is None else twin.recurring[period]


def _once(twin: Twin, law: Law, line: Line) -> Any:
    """What a line counts in one occurrence, in the unit of the charge."""
    period = line.keys.get("period")
    if law.of not in COUNTED:
        return (-1 if law.of == "revenue" else 1) * line.value / _factor(twin, period)
    size = 1.0
    if law.unit in KG and "material" in line.keys:
        size = twin.mass[line.keys["material"]] / KG[law.unit]
    return size * line.value / (twin.repeats[period] if period is not None and law.of != "stock" else 1.0)


def _pay(twin: Twin, law: Law, keys: dict[str, str], period: str | None, value: Any, factor: float) -> None:
    from twins.oracle import Line

    keys = keys if period is None else keys | {"period": period}
    twin.q["cost"].append(Line(keys | {"account": law.account}, factor * value, 0.0))
    twin.q[law.account].append(Line(keys, factor * value, 0.0))


def _most(twin: Twin, amount: Any) -> float:
    every = 4 * twin.total / twin.least_mass
    bounds = [abs(k) * (every if x.upBound is None else min(x.upBound, every)) for x, k in amount.items()]
    return float(amount.constant + sum(bounds)) + 1.0


def _due(twin: Twin, law: Law, amount: Any) -> Any:
    """What is due for an amount, an expression: one piece is chosen, and the amount lies between its ends."""
    pieces = law.pieces(max(_most(twin, amount), 2 * max(a for a, _, _ in law.steps)))

    def lies(k: int) -> Callable[[], tuple[float, float]]:
        def share() -> tuple[float, float]:
            x = max(float(pulp.value(amount) or 0.0), 0.0)
            near = 1.5e-6 * max(1.0, x)
            costs = {
                j: c + (d - c) * (min(max(x, a), b) - a) / (b - a) if b > a else c
                for j, (a, b, c, d) in enumerate(pieces) if a - near <= x <= b + near
            }  # fmt: skip
            if min(costs, key=lambda j: costs[j]) != k:
                return 0.0, 0.0
            a, b, *_ = pieces[k]
            high = (min(max(x, a), b) - a) / (b - a) if b > a else 0.0
            return 1.0 - high, high

        return share

    ends, chosen, due, lie = [], [], [], []
    for k, (a, b, c, d) in enumerate(pieces):
        rule = lies(k)
        low, high = (twin.helper(lambda i=i, rule=rule: rule()[i], 1.0) for i in (0, 1))
        pick = twin.helper(lambda rule=rule: float(sum(rule()) > 0.5), 1.0, True)
        twin.row(low + high == pick)
        chosen.append(pick)
        lie.append(a * low + b * high)
        due.append(c * low + d * high)
        ends.append((low, high))
    twin.row(pulp.lpSum(chosen) == 1)
    twin.row(pulp.lpSum(lie) == amount)
    return pulp.lpSum(due)
