"""Dimensional verification: the statements of a case run on units, every term against what its statement declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api import Case, prepare
from ..model.units import Checked, check_units


@dataclass(frozen=True)
class Dimensions:
    """Every statement that a case uses, with the units of its terms; `ok`: each is what its statement declares."""

    case: str
    scenario: str | None
    currency: str
    period: str
    material: str  # the unit of every material, `qty` where they have several
    statements: list[Checked]

    @property
    def ok(self) -> bool:
        """Whether every term of every statement has the declared unit."""
        return all(statement.ok for statement in self.statements)

    @property
    def exit_code(self) -> int:
        """Exit code of the command: a statement that fails is a fault of balik."""
        return 0 if self.ok else 1

    def worded(self, unit: str) -> str:
        """A unit in the currency and period of the case."""
        words = {"money": self.currency, "period": self.period}
        return re.sub(r"\b(money|period)\b", lambda found: words[found[0]], unit)

    def document(self) -> list[dict[str, Any]]:
        """The statements as JSON."""
        return [
            {
                "kind": checked.statement.kind,
                "statement": checked.statement.name,
                "unit": self.worded(checked.unit),
                "ok": checked.ok,
                "terms": [
                    {
                        "factors": [
                            {"name": f.name, "unit": self.worded(f.unit), "power": f.power} for f in term.factors
                        ],
                        "unit": self.worded(term.unit),
                        "ok": term.ok,
                    }
                    for term in checked.terms
                ],
            }
            for checked in self.statements
        ]


def dimensions(
    case: Case, scenario: str | None = None, set: Sequence[str] = (), settings: Mapping[str, Any] | None = None
) -> Dimensions:
    """The statements of a case run on units: each term of cost and constraint, left and right.

    The program is stated once for each base unit and each column of figures, and not solved.

    >>> import balik
    >>> balik.dimensions("jerigen-padang").ok
    True
    """
    prepared = prepare(case, scenario, set, settings)
    tables, units = prepared.tables, dict.fromkeys(prepared.network.unit)
    return Dimensions(
        case=tables.name,
        scenario=tables.scenario,
        currency=tables.currency,
        period=tables.period,
        material=next(iter(units)) if len(units) == 1 else "qty",
        statements=check_units(prepared.network),
    )
