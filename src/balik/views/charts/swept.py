"""The rows of a sensitivity study, input by input: the points of the range and the cost at each."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.study import Study
from ..language import Language


@dataclass(frozen=True)
class Swept:
    """One input: points as (value of the range, its text, cost or None where no plan exists), in order."""

    over: str
    points: tuple[tuple[float, str, float | None], ...]
    relative: bool

    @property
    def span(self) -> float:
        """Between the least and the largest cost."""
        costs = [cost for _, _, cost in self.points if cost is not None]
        return max(costs) - min(costs) if costs else 0.0


def swept(study: Study) -> tuple[list[Swept], float | None]:
    """Inputs with the widest span first, and the cost of the base."""
    if study.kind != "sensitivity":
        return [], None
    points: dict[str, list[tuple[float, str, float | None]]] = {}
    base: float | None = None
    for row in study.rows:
        text = str(row["at"])
        points.setdefault(row["over"], []).append((float(text.removesuffix("%").strip()), text, row["cost"]))
        if base is None and row["cost"] is not None and row["change"] is not None:
            base = row["cost"] - row["change"]
    relative = all(str(row["at"]).endswith("%") for row in study.rows)
    found = [Swept(over, tuple(sorted(at, key=lambda p: p[0])), relative) for over, at in points.items()]
    return sorted(found, key=lambda s: -s.span), base


def point(text: str, speak: Language) -> str:
    """A point of the range as the language writes numbers: −10 %, 1.250."""
    value = float(text.removesuffix("%").strip())
    return speak.percent(value / 100, 1 if value % 1 else 0, signed=True) if text.endswith("%") else speak.number(value)
