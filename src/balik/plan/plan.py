"""A plan: answer tables keyed as the inputs, with its status, proof and verification. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import Problem
from ..html import grid, lines
from ..schema import PLAN
from ..tables import Tables
from ..words import plain, said, say, spoken
from .decode import Columns

if TYPE_CHECKING:
    import pandas

#: The key `proof` of a document of which nothing is shown: the bound is the engine's word.
CLAIM: Mapping[str, Any] = {"how": "claim", "bound": None, "gap": None}
EXIT_CODES = {"optimal": 0, "feasible": 0, "infeasible": 3, "unbounded": 3, "stopped": 4}


@dataclass(frozen=True)
class Plan:
    """What `solve` answers.

    status: optimal | feasible | infeasible | unbounded | stopped. Without a verified plan every number is None. Tables (`plan.flow`, `plan.collect`, `plan.ledger` …) are pandas frames with the units in `.attrs`.
    """

    case: str
    title: str
    scenario: str | None
    status: str
    currency: str
    period: str
    objective: float | None = None
    cost: float | None = None
    bound: float | None = None
    gap: float | None = None
    accounts: Mapping[str, float] | None = None
    measures: Mapping[str, float | None] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    totals: Mapping[str, Mapping[str, float]] | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    verified: bool = False
    laws: int = 0
    broken: list[str] = field(default_factory=list)
    unique: bool | None = None
    problems: list[Problem] = field(default_factory=list, repr=False)
    columns: Mapping[str, Columns] = field(default_factory=dict, repr=False)
    tables: Tables | None = field(default=None, repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    certificate: bytes | None = field(default=None, repr=False)

    @property
    def has_numbers(self) -> bool:
        """Whether a verified plan exists."""
        return self.cost is not None

    @property
    def exit_code(self) -> int:
        """Exit code of the command: 0 with a verified plan."""
        if self.broken or (self.status in ("optimal", "feasible") and not self.verified):
            return 3
        return EXIT_CODES[self.status]

    @property
    def open(self) -> list[dict[str, str]]:
        """Open sites and their sizes."""
        columns = self.columns.get("open", {"place": [], "size": []})
        return [{"place": p, "size": s} for p, s in zip(columns["place"], columns["size"], strict=True)]

    @property
    def baseline(self) -> Mapping[str, Any] | None:
        """Today's plan beside the invoices; None unless flows were fixed to the table `baseline`."""
        found: Mapping[str, Any] | None = self.facts.get("baseline")
        return found

    def frame(self, table: str) -> pandas.DataFrame:
        """An answer table as a pandas frame; units of its columns in `.attrs['units']`."""
        import pandas as pd

        schema = PLAN[table]
        columns = self.columns.get(table) or {c: [] for c in schema.columns}
        frame = pd.DataFrame(columns)
        frame.attrs["units"] = {c: s.unit for c, s in schema.columns.items() if s.unit}
        frame.attrs["currency"] = self.currency
        return frame

    def _repr_html_(self) -> str:
        """Status, cost, ledger and sites, for a notebook."""
        from ..views.terms import account_name, status_name  # words that no solve needs

        head = f"{self.title}{f' · {self.scenario}' if self.scenario else ''}"
        if not self.has_numbers:
            none = say("No verified plan: {status}.", status=status_name(self.status))
            return lines(head, *said([none, *self.broken[:5]], spoken()))
        gap = plain("") if self.gap is None else say(", gap {gap:.2g}", gap=self.gap)
        values = {"status": status_name(self.status), "gap": gap, "laws": self.laws, "used": len(self.used)}
        told = (
            say("{status}{gap}; {laws:,} laws checked; {used} site used", **values)
            if len(self.used) == 1
            else say("{status}{gap}; {laws:,} laws checked; {used} sites used", **values)
        )
        rows = [(account_name(name).into(spoken()), amount) for name, amount in (self.accounts or {}).items()]
        rows.append((say("cost").into(spoken()), self.cost or 0.0))
        return lines(head, told.into(spoken())) + grid((say("account").into(spoken()), self.currency), rows)

    def __getattr__(self, name: str) -> Any:
        if name in PLAN and name != "open":
            return self.frame(name)
        raise AttributeError(name)

    def document(self) -> dict[str, Any]:
        """The JSON document of the contract; no inf or NaN in it."""
        numbers = self.has_numbers
        return {
            "case": self.case,
            "title": self.title,
            "scenario": self.scenario,
            "status": self.status,
            "objective": self.objective,
            "cost": self.cost,
            "bound": self.bound if numbers else None,
            "gap": self.gap if numbers else None,
            "currency": self.currency,
            "period": self.period,
            "ledger": dict(self.accounts) if numbers and self.accounts is not None else None,
            "measures": dict(self.measures) if numbers else {},
            "open": self.open if numbers else [],
            "used": list(self.used) if numbers else [],
            "totals": {k: dict(v) for k, v in self.totals.items()} if numbers and self.totals else None,
            "seconds": dict(self.seconds),
            "verified": self.verified,
            "laws": self.laws,
            "broken": list(self.broken),
            "unique": self.unique if numbers else None,
            "problems": [p.as_dict() for p in self.problems],
            **self.facts,
        }
