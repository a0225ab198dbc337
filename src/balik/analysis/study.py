"""A study: a table of answers, as rows and as a pandas frame, with what else was found."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..html import grid, lines
from ..plan.plan import EXIT_CODES
from ..words import Sentence, plain, said, say, spoken
from .told import figure

if TYPE_CHECKING:
    import pandas


#: How a solve ends that proved what it says.
PROVED = ("optimal", "infeasible", "unbounded")


@dataclass(frozen=True)
class Work:
    """What an answer rests on: what was varied, how many solves it took, how many proved what they say, how long.

    `proved`: solves that ended with a plan proved to the gap asked, or with the proof that none exists. `unsaid`: what
    the answer does not say.
    """

    varied: Sentence
    solves: int
    proved: int
    seconds: float
    unsaid: tuple[Sentence, ...] = ()

    @classmethod
    def of(cls, varied: Sentence, statuses: Iterable[str], start: float, *unsaid: Sentence) -> Work:
        """Of solves that ended with these statuses, from this moment of `time.perf_counter()` until now."""
        ended = [status in PROVED for status in statuses]
        return cls(varied, len(ended), sum(ended), time.perf_counter() - start, unsaid)

    def sentences(self) -> list[Sentence]:
        """The same for a reader, two or three sentences."""
        seconds = figure(round(self.seconds, 2))
        values = {"solves": figure(self.solves), "proved": figure(self.proved), "seconds": seconds}
        told = [say("Varied: {varied}.", varied=self.varied)]
        if not self.solves:
            told.append(say("Nothing had to be solved."))
        elif self.solves == self.proved:
            told.append(say("{solves} solves in {seconds} s, all proved.", **values))
        else:
            told.append(say("{solves} solves in {seconds} s, {proved} of them proved.", **values))
        return told + [say("It does not say {what}.", what=what) for what in self.unsaid]

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "varied": self.varied,
            "solves": self.solves,
            "proved": self.proved,
            "seconds": round(self.seconds, 4),
            "unsaid": list(self.unsaid),
        }


@dataclass(frozen=True)
class Study:
    """Rows of answers; `table` is the same as a pandas frame; `findings` are sentences about them.

    `more`: what else stands in the document, by its key. `status`: of the plan that all rests on, where there is none.
    `work`: what was varied, by how many solves, how long, and what the answer does not say.
    """

    kind: str
    case: str
    currency: str
    rows: list[dict[str, Any]]
    findings: list[str] = field(default_factory=list)
    ok: bool = True
    more: dict[str, Any] = field(default_factory=dict)
    status: str = "optimal"
    work: Work | None = None
    language: str = "en"

    @property
    def told(self) -> list[str]:
        """The findings, and what they rest on: what a reader sees below the rows."""
        return [*self.findings, *(said(self.work.sentences(), self.language) if self.work else ())]

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
            **({"work": said(self.work.document(), self.language)} if self.work else {}),
        }

    def _repr_html_(self) -> str:
        """The rows and the findings, for a notebook."""
        names = [
            n
            for n in (self.rows[0] if self.rows else {})
            if any(row.get(n) not in (None, "", [], {}) for row in self.rows)
        ]
        rows = [[row.get(name) for name in names] for row in self.rows]
        told = said([plain(f"{self.kind}: {self.case}"), *self.told], spoken())
        return lines(*told) + (grid(names, said(rows, spoken())) if rows else "")

    def into(self, language: str) -> Study:
        """The study with every sentence in this language."""
        return replace(
            self,
            rows=said(self.rows, language),
            findings=said(self.findings, language),
            more=said(self.more, language),
            language=language,
        )
