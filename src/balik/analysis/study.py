"""A study: a table of answers, as rows and as a pandas frame, with what else was found."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..html import grid, lines
from ..plan.plan import EXIT_CODES
from ..words import Sentence, said, say, spoken
from .sayings import resaid, sayings
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
        seconds = figure(round(self.document()["seconds"], 2))  # a study that was saved tells the same
        values = {"solves": figure(self.solves), "proved": figure(self.proved), "seconds": seconds}
        told = [say("Varied: {varied}.", varied=self.varied)]
        if not self.solves:
            told.append(say("Nothing had to be solved."))
        elif self.solves == 1:
            one = say("1 solve in {seconds} s, to the gap asked for.", **values)
            told.append(one if self.proved else say("1 solve in {seconds} s, not to the gap asked for.", **values))
        elif self.solves == self.proved:
            told.append(say("{solves} solves in {seconds} s, all to the gap asked for.", **values))
        else:
            told.append(say("{solves} solves in {seconds} s, {proved} of them to the gap asked for.", **values))
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


def status_among(statuses: Iterable[str]) -> str:
    """The status of a study of plans side by side: of one that was found, else why there is none."""
    by_code = {EXIT_CODES[status]: status for status in statuses}
    return next((by_code[code] for code in (0, 4, 3) if code in by_code), "optimal")


@dataclass(frozen=True)
class Study:
    """Rows of answers; `table` is the same as a pandas frame; `findings` are sentences about them.

    `more`: what else stands in the document, by its key. `status`: of the plan that all rests on, where there is none.
    `work`: what was varied, by how many solves, how long, and what the answer does not say. `said`: of a study in another
    language, its sentences as they were made (see `sayings`).
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
    said: dict[str, Any] = field(default_factory=dict)

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
        """The study as JSON; `said` is what it takes to read it in another language."""
        return {
            "kind": self.kind,
            "case": self.case,
            "currency": self.currency,
            "ok": self.ok,
            "rows": self.rows,
            "findings": self.findings,
            **self.more,
            **({"work": said(self.work.document(), self.language)} if self.work else {}),
            **(self.said or self._sayings(self.language)),
        }

    def _sayings(self, language: str) -> dict[str, Any]:
        work = {"work": self.work.document()} if self.work else {}
        return sayings({"rows": self.rows, "findings": self.findings, **self.more, **work}, language)

    def _repr_html_(self) -> str:
        """The rows and the findings, for a notebook."""
        own = self.into(spoken())
        names = [
            n
            for n in (own.rows[0] if own.rows else {})
            if any(row.get(n) not in (None, "", [], {}) for row in own.rows)
        ]
        rows = [[row.get(name) for name in names] for row in own.rows]
        return lines(f"{self.kind}: {self.case}", *own.told) + (grid(names, rows) if rows else "")

    def into(self, language: str) -> Study:
        """The study with every sentence in this language, also one that is in another by now."""
        if self.said and language == self.language:
            return self
        found = resaid({"rows": self.rows, "findings": self.findings, **self.more, **self.said})
        source = replace(self, rows=found.pop("rows"), findings=found.pop("findings"), more=found)
        return replace(
            source,
            rows=said(source.rows, language),
            findings=said(source.findings, language),
            more=said(source.more, language),
            language=language,
            said=source._sayings(language),
        )
