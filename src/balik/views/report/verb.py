"""The verb report: a plan, with what was asked beside it, as a page, a PDF or a workbook."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...analysis.saved import Saved, is_study, study_of
from ...analysis.study import Study
from ...api import options_of, prepare, solve, solve_prepared, with_fix
from ...errors import CallError
from ...files import making
from ...plan.plan import Plan
from ...plan.store import effective
from ...words import say
from ..draw import writable
from ..kept import kept_plan
from ..language import Language
from ..span import one_unit
from ..subject import About, Subject, is_plan_folder, of_case, of_plan
from ..terms import period_word
from .chapters import chapters, study_chapters
from .html import html
from .studies import title_of

SUFFIXES = (".html", ".pdf", ".xlsx")
#: Seconds in which the verb asks what would change the answer.
WHY = 2.0


def report(
    case: About | Saved,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    studies: Sequence[Saved] = (),
    language: str = "en",
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> str:
    """A report on a plan or a study as one HTML page: first one page in short, then what it rests on.

    `case`: a path, the name of a bundled case or data frames, which is solved (with the options of `solve`); a plan (a
    Plan, or the folder that solve --out wrote); or a study (a Study, or the file in which its --json was saved).
    `studies`: more studies, each a chapter: of compare, sensitivity, frontier, atlas, stochastic, simulate, rank,
    explain, validate. `out`: a file to write: .html, .pdf (needs Chromium) or .xlsx, whose formulas add the cost up
    again.

    >>> import balik
    >>> page = balik.report("jerigen-padang", language="id")
    >>> "Rp 8.161.000" in page and "Ringkasan" in page
    True
    """
    target = None if out is None else writable(out, SUFFIXES)
    named: Any = case
    asked = [study_of(study, language) for study in studies]
    if is_study(case):
        if scenario or set or settings or any(options.values()):
            raise CallError(say("A study is shown as it is: options of the case and of the solver go with a case."))
        return _studied([study_of(named, language), *asked], Language(language), target)
    return _planned(_plan(named, scenario, set, settings, options), asked, Language(language), target)


def _planned(plan: Plan, studies: Sequence[Study], speak: Language, target: Path | None) -> str:
    """The report on a plan, with studies beside it."""
    subject = _subject(plan)
    page = html(_title(plan), _below(plan, speak), chapters(subject, plan, studies, speak), speak)

    def book(path: Path) -> None:
        from .workbook import plan_book

        plan_book(subject, plan, studies, speak, path)

    _write(page, book, target)
    return page


def _studied(studies: Sequence[Study], speak: Language, target: Path | None) -> str:
    """The report on studies alone."""
    title = " · ".join(dict.fromkeys([*(s.case for s in studies), *(speak(title_of(s)) for s in studies)]))
    page = html(title, "", study_chapters(studies, speak), speak)

    def book(path: Path) -> None:
        from .workbook import study_book

        study_book(title, studies, speak, path)

    _write(page, book, target)
    return page


def _write(page: str, book: Callable[[Path], None], target: Path | None) -> None:
    """Write the file as its suffix says: the page, what a browser prints of it, or the workbook."""
    suffix = "" if target is None else target.suffix.lower()
    if target is not None and suffix == ".xlsx":
        book(target)
    if target is not None and suffix == ".html":
        with making(target) as made:
            made.write_text(page, encoding="utf-8")
    if target is not None and suffix == ".pdf":
        from ..browser import printed

        content = printed(page)
        with making(target) as made:
            made.write_bytes(content)


def asked(
    case: About | Saved,
    scenario: str | None = None,
    set: Sequence[str] = (),
    *,
    compared: bool = False,
    over: Sequence[str] = (),
    range: str | None = None,
    fix: str | None = None,
    studies: Sequence[Saved] = (),
    language: str = "en",
    out: str | os.PathLike[str],
    **options: Any,
) -> Plan | Study:
    """What the verb does: solve, ask the studies that are wanted (of a case, not of a plan or study), write the report.

    Of a case that is solved here it is asked for two seconds what one more of each row that binds is worth.
    """
    named: Any = case
    if (compared or over) and (is_study(case) or is_plan_folder(named)):
        raise CallError(say("A plan is shown as it is: options of the case and of the solver go with a case."))
    if is_study(case):
        report(case, scenario, set, studies=studies, language=language, out=out, **options | {"fix": fix})
        return study_of(named)
    target = writable(out, SUFFIXES)
    found = [study_of(study, language) for study in studies]
    if is_plan_folder(named):
        plan = _plan(named, scenario, set, None, options | {"fix": fix})
    else:
        plan, why = _solved(named, scenario, set, fix, options)
        found += [] if why is None else [why.into(language)]
    if over or compared:
        from ...analysis.compare import compare
        from ...analysis.sensitivity import sensitivity

        found += [sensitivity(named, over, range, scenario, set, **options).into(language)] if over else []
        found += [compare(named, (), set, **options).into(language)] if compared else []
    _planned(plan, found, Language(language), target)
    return plan


def _solved(
    case: Any, scenario: str | None, sets: Sequence[str], fix: str | None, options: dict[str, Any]
) -> tuple[Plan, Study | None]:
    """The plan of a case, and why it is so."""
    from ...analysis.why import ask_plan

    prepared = prepare(case, scenario, sets, with_fix(None, fix))
    how = options_of(prepared.tables, **options)
    plan, result = solve_prepared(prepared, how)
    return plan, ask_plan(prepared, how, plan, result, WHY) if plan.has_numbers else None


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
    places, sites = size.get("places", 0), size.get("sites", 0)
    parts = [speak(say("1 place") if places == 1 else say("{count} places", count=speak.number(places)))]
    if sites:
        told = say("1 site to choose") if sites == 1 else say("{sites} sites to choose from", sites=speak.number(sites))
        parts.append(speak(told))
    period, count = period_word(plan.period), size.get("periods", 1)
    parts.append(
        speak(
            say("one period: a {period}", period=period)
            if one_unit(plan)
            else say("one period (unit of time: {period})", period=period)
            if count == 1
            else say("{count} periods (unit of time: {period})", count=count, period=period)
        )
    )
    if plan.baseline is not None:
        parts.append(speak(say("today's flows")))
    return " · ".join(parts)
