"""Goals in a plan: what each comes to beside its target, and how well each priority was served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ..model.goals import misses, settle_deviations
from ..model.scope import lines_of
from ..model.statement import Model
from ..network.limits import MATERIAL_QUANTITIES, is_money
from ..network.network import Limit
from ..tables.fits import QUANTITY_UNITS
from .decode import Array, Columns, rounded

#: A goal is attained where it is missed by no more than this, relative to max(1, |target|).
ATTAINED = 1e-6
#: A gap that floating point cannot tell from none.
_NOISE = 1e-9
#: Decimals of what a priority misses: it counts in scales of its goals.
_DECIMALS = 9


class Solved(Protocol):
    """What is told of a stage by those who solved it."""

    @property
    def priority(self) -> int:
        """Of the goals of this priority."""

    @property
    def bound(self) -> float:
        """No plan misses less."""

    @property
    def kept(self) -> float | None:
        """The most that later stages might miss."""

    @property
    def seconds(self) -> float:
        """Of its solve."""


def goals_of(m: Model, x: Array, currency: str) -> Columns:
    """The table `goals`: every goal, label by label, priority by priority."""
    n = m.network
    rows: list[dict[str, Any]] = []
    for bound in m.variables.bounds_of_goals:
        k, value = bound.limit, bound.value(x)
        assert value is not None
        amount, target = rounded(value), float(n.goals.target[k])
        over, under = rounded(max(0.0, amount - target)), rounded(max(0.0, target - amount))
        limit = n.goals.limits[k]
        missed = (over if limit.most == target else 0.0) + (under if limit.least == target else 0.0)
        rows.append({
            "goal": limit.name, "each": bound.label, "priority": int(n.goals.priority[k]), "sense": _sense(limit),
            "amount": amount, "target": target, "unit": _unit(m, limit, currency), "over": over, "under": under,
            "attained": "yes" if missed <= ATTAINED * max(1.0, abs(target)) else "no",
        })  # fmt: skip
    rows.sort(key=lambda row: row["priority"])
    return {column: [row[column] for row in rows] for column in rows[0]} if rows else {}


def as_rows(columns: Columns) -> list[dict[str, Any]]:
    """The rows of the table, for the document."""
    return [
        dict(zip(columns, cells, strict=True)) | {"attained": attained == "yes"}
        for attained, *cells in zip(columns.get("attained", []), *columns.values(), strict=True)
    ]


def _sense(limit: Limit) -> str:
    return "equal" if limit.least == limit.most else "at_least" if limit.least > -float("inf") else "at_most"


def _unit(m: Model, limit: Limit, currency: str) -> str:
    """The unit in which a goal is counted; blank for a ratio of two that are counted alike."""
    n, quantity = m.network, limit.rows[0].quantity
    if limit.over:
        return f"{limit.unit}/{limit.over_unit}" if limit.unit != limit.over_unit else ""
    if limit.unit and quantity in MATERIAL_QUANTITIES:
        return limit.unit
    if is_money(quantity, n.measures.names):
        return currency
    if quantity not in MATERIAL_QUANTITIES:
        return QUANTITY_UNITS.get(quantity) or n.measures.units[n.measures.names.index(quantity)]
    units = {str(u) for row in limit.rows for u in set(lines_of(n, m.variables, row).unit.tolist())}
    return units.pop() if len(units) == 1 else "kg"


def stages_of(m: Model, x: Array, stages: Sequence[Solved], gap: float) -> list[dict[str, Any]]:
    """What the goals of each priority miss in the plan as it is written, and whether it is proved that none misses less."""
    n, out = m.network, []
    x = settle_deviations(n, m.variables, x.copy())
    for stage, missed in zip(stages, misses(n, m.variables).values(), strict=True):
        value = round(missed.at(x) / float(n.goals.size[n.goals.priority == stage.priority][0]), _DECIMALS)
        bound = min(round(stage.bound, _DECIMALS), value)
        found = (value - bound) / max(1.0, value)
        out.append({
            "priority": stage.priority, "status": "optimal" if found <= max(gap, _NOISE) else "feasible", "value": value,
            "bound": bound, "gap": found, "kept": None if stage.kept is None else round(stage.kept, _DECIMALS),
            "seconds": stage.seconds,
        })  # fmt: skip
    return out


def status_of(status: str, stages: Sequence[dict[str, Any]]) -> str:
    """A plan is optimal only where every stage of it is."""
    return "feasible" if status == "optimal" and any(stage["status"] != "optimal" for stage in stages) else status
