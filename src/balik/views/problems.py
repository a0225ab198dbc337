"""Problems in print, one a line: errors first, and what holds for lines that follow each other said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..errors import Problem
from ..words import Sentence, say

#: So many lines are shown; the JSON document lists every problem.
MOST = 50

#: Problems that say the same of lines that follow each other.
Run = list[Problem]


def problem_lines(problems: Iterable[Problem], language: str = "en") -> list[str]:
    """What to print: one line for each run of problems, the first 50, and how many lines more there are."""
    runs = sorted(_runs(problems), key=lambda run: (run[0].severity != "error", run[0].file or "", run[0].sheet or "", _line(run[0])))
    lines = [_told(run, language) for run in runs[:MOST]]
    if len(runs) > MOST:
        lines.append(say("… and {count} more", count=len(runs) - MOST).into(language))
    return lines


def refusal(problems: Sequence[Problem]) -> Sentence:
    """The last line where errors kept anything from being done."""
    return say("{problems}. Nothing was solved.", problems=_count(sum(p.severity == "error" for p in problems)))


def verdict(case: str, problems: Sequence[Problem]) -> Sentence:
    """How many problems `check` found, in one line."""
    errors = sum(p.severity == "error" for p in problems)
    warnings = len(problems) - errors
    told = say("1 warning") if warnings == 1 else say("{count} warnings", count=warnings)
    return say("{case}: {problems}, {warnings}.", case=case, problems=_count(errors), warnings=told)


def _count(errors: int) -> Sentence:
    return say("1 problem") if errors == 1 else say("{count} problems", count=errors)


def _runs(problems: Iterable[Problem]) -> list[Run]:
    """Problems that say the same, cut where a line is skipped."""
    alike: dict[Problem, list[Problem]] = {}
    for p in problems:
        alike.setdefault(replace(p, line=None, cell=_letters(p)), []).append(p)
    runs: list[Run] = []
    for same in alike.values():
        before = None
        for p in sorted(same, key=_line):
            if before is not None and p.line is not None and before.line == p.line - 1:
                runs[-1].append(p)
            else:
                runs.append([p])
            before = p
    return runs


def _line(problem: Problem) -> int:
    return problem.line or 0


def _letters(problem: Problem) -> str | None:
    """Of a cell `C14` of a sheet the column, `C`."""
    return problem.cell and problem.cell.rstrip("0123456789")


def _told(run: Run, language: str) -> str:
    """One line: `sites.csv:3-5 capacity  E110  what was found. What to do.`; of a wrong call only what is wrong."""
    first, last = run[0], run[-1]
    problem = first.into(language)
    if problem.code == "E190":
        return problem.found
    kind = say("warning").into(language) + " " if problem.severity == "warning" else ""
    sentence = " ".join(part for part in (problem.found, problem.advice) if part)
    return f"{_where(first, last, language)}  {kind}{problem.code}  {sentence}"


def _where(first: Problem, last: Problem, language: str) -> str:
    """Where a run stands: `lanes.csv:14-16 dest`, or in a workbook `book.xlsx lanes!C14:C16 dest`."""
    named = replace(first, file=first.file or say("case").into(language))
    if first is last:
        return named.where
    if first.sheet:
        return replace(named, cell=first.cell and f"{first.cell}:{last.cell}").where
    lines = f"{named.file}:{first.line}-{last.line}"
    return f"{lines} {first.column}" if first.column else lines
