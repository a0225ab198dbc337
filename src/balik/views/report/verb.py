"""The verb report: a plan, with what was asked beside it, as a page, a PDF or a workbook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ...analysis.study import Study
from ...api import prepare, solve
from ...errors import CallError
from ...plan.plan import Plan
from ...plan.store import effective
from ...words import say
from ..draw import writable
from ..kept import kept_plan
from ..language import Language
from ..subject import About, Subject, is_plan_folder, of_case, of_plan
from ..terms import period_word
from .chapters import chapters
from .html import html

SUFFIXES = (".html", ".pdf", ".xlsx")


def report(
    case: About,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    studies: Sequence[Study] = (),
    language: str = "en",
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> str:
    """A report on a plan as one HTML page: first one page in short, then flows, cost, capacity, sources, proof.

    `case`: a path, the name of a bundled case or data frames, which is solved (with the options of `solve`); or a plan
    (a Plan, or the folder that solve --out wrote). `studies`: answers of `compare` and `sensitivity`, each a chapter.
    `out`: a file to write: .html, .pdf (needs Chromium) or .xlsx, whose formulas add the cost up again.

    >>> import balik
    >>> page = balik.report("jerigen-padang", language="id")
    >>> "Rp 8.161.000" in page and "Ringkasan" in page
    True
    """
    target = None if out is None else writable(out, SUFFIXES)
    plan = _plan(case, scenario, set, settings, options)
    speak = Language(language)
    subject = _subject(plan)
    if target is not None and target.suffix.lower() == ".xlsx":
        from .workbook import write_book

        write_book(subject, plan, studies, speak, target)
    page = html(_title(plan), _below(plan, speak), chapters(subject, plan, studies, speak), speak)
    if target is not None and target.suffix.lower() == ".html":
        target.write_text(page, encoding="utf-8")
    if target is not None and target.suffix.lower() == ".pdf":
        from ..browser import printed

        target.write_bytes(printed(page))
    return page


def asked(
    case: About,
    scenario: str | None = None,
    set: Sequence[str] = (),
    *,
    compared: bool = False,
    over: Sequence[str] = (),
    range: str | None = None,
    fix: str | None = None,
    language: str = "en",
    out: str | os.PathLike[str],
    **options: Any,
) -> Plan:
    """What the verb does: solve, ask the studies that are wanted (of a case, not of a plan folder), write the report."""
    if (compared or over) and is_plan_folder(case):
        raise CallError(say("A plan is shown as it is: options of the case and of the solver go with a case."))
    writable(out, SUFFIXES)
    plan = _plan(case, scenario, set, None, options | {"fix": fix})
    studies: list[Study] = []
    if over or compared:
        from ...analysis import compare, sensitivity

        studies += [sensitivity(case, over, range, scenario, set, **options)] if over else []
        studies += [compare(case, (), set, **options)] if compared else []
    report(plan, studies=studies, language=language, out=out)
    return plan


def _plan(
    case: About, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None, options: dict[str, Any]
) -> Plan:
    if not isinstance(case, Plan) and not is_plan_folder(case):
        return solve(case, scenario, sets, settings=settings, **options)
    if scenario or sets or settings or any(options.values()):
        raise CallError(say("A plan is shown as it is: options of the case and of the solver go with a case."))
    return case if isinstance(case, Plan) else kept_plan(case)  # type: ignore[arg-type]


def _subject(plan: Plan) -> Subject:
    """What the plan does; where there is none, what the case is."""
    if plan.has_numbers:
        return of_plan(plan)
    if plan.tables is None:
        raise CallError(say("The plan holds no tables to report on."))
    tables = effective(plan.tables)
    prepared = prepare({name: t.headed() for name, t in tables.tables.items()}, settings=tables.settings)
    return of_case(plan.tables, prepared.data, prepared.network)


def _title(plan: Plan) -> str:
    return plan.title + (f" · {plan.scenario}" if plan.scenario else "")


def _below(plan: Plan, speak: Language) -> str:
    """What the plan is of: places, sites, periods."""
    size = plan.facts.get("size", {})
    parts = [speak(say("{count} places", count=speak.number(size.get("places", 0))))]
    if size.get("sites"):
        parts.append(speak(say("{sites} sites to choose from", sites=speak.number(size["sites"]))))
    period, count = period_word(plan.period), size.get("periods", 1)
    parts.append(
        speak(
            say("one period: a {period}", period=period)
            if count == 1
            else say("{count} periods (unit of time: {period})", count=count, period=period)
        )
    )
    if plan.baseline is not None:
        parts.append(speak(say("today's flows")))
    return " · ".join(parts)
