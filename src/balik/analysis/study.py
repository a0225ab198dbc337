"""A study: a table of answers, as rows and as a pandas frame, with what else was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Study:
    """Rows of answers; `table` is the same as a pandas frame; `findings` are sentences about them."""

    kind: str
    case: str
    currency: str
    rows: list[dict[str, Any]]
    findings: list[str] = field(default_factory=list)
    ok: bool = True

    @property
    def table(self) -> pandas.DataFrame:
        """The rows as a frame."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    @property
    def exit_code(self) -> int:
        """Exit code of the command."""
        return 0 if self.ok else 3

    def document(self) -> dict[str, Any]:
        """The study as JSON."""
        return {
            "kind": self.kind,
            "case": self.case,
            "currency": self.currency,
            "ok": self.ok,
            "rows": self.rows,
            "findings": self.findings,
        }
