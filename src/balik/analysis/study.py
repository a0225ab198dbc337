"""A study: a table of answers, as rows and as a pandas frame, with what else was found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..html import grid, lines
from ..plan.plan import EXIT_CODES
from ..words import Sentence

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Study:
    """Rows of answers; `table` is the same as a pandas frame; `findings` are sentences about them.

    `more`: what else stands in the document, by its key. `status`: of the plan that all rests on, where there is none.
    """

    kind: str
    case: str
    currency: str
    rows: list[dict[str, Any]]
    findings: list[str] = field(default_factory=list)
    ok: bool = True
    more: dict[str, Any] = field(default_factory=dict)
    status: str = "optimal"

    @property
    def table(self) -> pandas.DataFrame:
        """The rows as a frame."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        return EXIT_CODES[self.status] or (0 if self.ok else 3)

    def document(self) -> dict[str, Any]:
        """The study as JSON."""
        return {
            "kind": self.kind,
            "case": self.case,
            "currency": self.currency,
            "ok": self.ok,
            "rows": self.rows,
            "findings": self.findings,
            **self.more,
        }

    def _repr_html_(self) -> str:
        """The rows and the findings, for a notebook."""
        names = [
            n
            for n in (self.rows[0] if self.rows else {})
            if any(row.get(n) not in (None, "", [], {}) for row in self.rows)
        ]
        rows = [[row.get(name) for name in names] for row in self.rows]
        return lines(f"{self.kind}: {self.case}", *map(str, self.findings)) + (grid(names, rows) if rows else "")

    def into(self, language: str) -> Study:
        """The study with every sentence in this language."""
        return replace(
            self,
            rows=said(self.rows, language),
            findings=said(self.findings, language),
            more=said(self.more, language),
        )


def said(found: Any, language: str) -> Any:
    """Lists and dicts with every sentence in them in this language."""
    if isinstance(found, dict):
        return {key: said(value, language) for key, value in found.items()}
    if isinstance(found, list):
        return [said(value, language) for value in found]
    return found.into(language) if isinstance(found, Sentence) else found
