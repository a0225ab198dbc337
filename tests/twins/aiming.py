"""Goals in the plain PuLP program: each priority by itself, its misses bounded for the next; the objective last."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pulp

from twins.oracle import Twin, blank, number

#: Columns of `goals` that are no scope.
_OWN = ("goal", "target", "sense", "priority", "weight_over", "weight_under", "scale")
#: By how much a later stage may miss more: CBC may find no plan under a bound that is met to the last digit.
_SLACK = (1e-8, 1e-7, 1e-6)


class Aiming(Twin):
    """A case with goals."""

    def staged(self) -> tuple[str, list[float], float | None, float]:
        """Status, what each priority misses, the objective among plans that miss no more, and the slack that CBC took."""
        objective, reached, found = self.problem.objective.copy(), [], []
        for priority, missed in sorted(self._misses().items()):
            row = pulp.LpConstraint(missed, pulp.LpConstraintLE, f"kept_{priority}", 1e30)
            status, value, _ = self._under(missed, reached)
            if status != "optimal" or value is None:
                return status, found, None, 0.0
            found.append(value)
            self.problem.addConstraint(row)
            reached.append((row, missed.constant, value))
        status, value, slack = self._under(objective, reached)
        return status, found, value, slack

    def _under(self, objective: Any, reached: list[tuple[Any, float, float]]) -> tuple[str, float | None, float]:
        self.problem.setObjective(objective)
        status, value = "infeasible", None
        for slack in _SLACK:
            for row, constant, most in reached:
                row.constant = constant - most - slack * max(1.0, abs(most))
            status, value = self.solve()
            if status != "infeasible":
                return status, value, slack
        return status, value, _SLACK[-1]

    def _misses(self) -> dict[int, Any]:
        named: dict[str, list[Any]] = defaultdict(list)
        for r in self.t["goals"]:
            named[r["goal"]].append(r)
        missed: dict[int, Any] = defaultdict(pulp.LpAffineExpression)
        for rows in named.values():
            first, target = rows[0], number(rows[0], "target")
            scale = number(first, "scale") or abs(target) or 1.0
            found = [self._limit_lines({k: v for k, v in r.items() if k not in _OWN}) for r in rows]
            free = [any(v == "each" for v in r.values()) for r in rows]
            labels = (
                dict.fromkeys(key for f, lines in zip(free, found, strict=True) if f for key, _ in lines)
                if any(free)
                else [()]
            )
            for label in labels:
                total = pulp.lpSum(
                    number(r, "coef", 1.0) * value
                    for r, f, lines in zip(rows, free, found, strict=True) for key, value in lines if key == label or not f
                )  # fmt: skip
                over, under = self.var(), self.var()
                self.row(total - over + under == target)
                at = int(number(first, "priority", 1.0))
                for side, column, away in (("at_most", "weight_over", over), ("at_least", "weight_under", under)):
                    if first["sense"] in (side, "equal"):
                        weight = 1.0 if blank(first.get(column)) else number(first, column)
                        missed[at] += weight / scale * away
        return missed
