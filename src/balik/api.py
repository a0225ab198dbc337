"""Where the arrows meet: read → check → encode → formulate → run → decode → verify.

Every verb of the command is a function here, on a path, the name of a bundled case, or data frames.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .engines import Progress
from .errors import CallError, InputError, Problem
from .files import unpacked
from .plan.plan import Plan
from .plan.store import CERTIFICATE_FILE, PLAN_FILE, check_room, write_plan
from .plan.verify import Verdict, open_folder, verify_folder
from .prepared import Case, Prepared, checked, prepare, prepare_tables, with_fix
from .solved import options_of, solve_prepared
from .tables.baseline import is_fixed
from .tables.formats.workbook import BOOKS
from .words import say

#: What is wrong with today's flows, not with the case as such.
BASELINE_CODES = ("E391", "W391", "W392", "W393")


def check(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    fix: str | None = None,
) -> list[Problem]:
    """Every problem and warning of a case (of its base, all its scenarios and its baseline, when none is named).

    >>> import balik
    >>> balik.check("jerigen-padang")
    []
    """
    settings = with_fix(settings, fix)
    first, data, *_ = checked(case, scenario, set, settings)
    found = dict.fromkeys(first.problems)
    if scenario is None and not set:
        for name in first.scenarios:
            found |= dict.fromkeys(checked(case, name, (), settings)[0].problems)
        if "baseline" in first and not is_fixed(data):
            today = checked(case, None, (), with_fix(settings, "baseline"))[0].problems
            found |= dict.fromkeys(problem for problem in today if problem.code in BASELINE_CODES)
    return list(found)


def solve(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    engine: str | None = None,
    seed: int = 0,
    threads: int | None = None,
    fix: str | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """The plan of least cost (or of the case's objective), verified.

    `case`: a path, the name of a bundled case, or data frames by table name (with `settings` as case.toml).
    `set`: changes such as "sites.capacity *= 1.1". `gap` is relative to max(1, |objective|). `fix="baseline"`: today's
    plan, whose flows are those of the table baseline, beside its invoices (`plan.baseline`).
    Raises InputError with every problem of the input; a plan that does not exist is a status, not an error.

    >>> import balik
    >>> plan = balik.solve("jerigen-padang")
    >>> plan.status, plan.cost
    ('optimal', 8161000.0)
    >>> balik.solve("jerigen-padang", scenario="biaya-plus-20").status
    'infeasible'
    """
    write = None if out is None else _writer(case, Path(out))  # before the work: whether it can be
    prepared = prepare(case, scenario, set, with_fix(settings, fix))
    options = options_of(prepared.tables, gap, time_limit, engine, seed, threads, progress)
    plan, _ = solve_prepared(prepared, replace(options, certify=out is not None))
    if write is not None:
        plan.problems.extend(write(plan))
    return plan


def _writer(case: Case, out: Path) -> Callable[[Plan], list[Problem]]:
    """What writes a plan there, and says what is to be said of it; raises CallError where that cannot be."""
    if out.suffix.lower() in BOOKS:
        from .books.returned import give_back, source_of

        source = source_of(case, out)
        return lambda plan: [Problem("W192", sentence) for sentence in give_back(source, plan, out)]
    check_room(out)
    return lambda plan: [
        Problem("W191", say("{path}, left by a run that was cut off, was cleared away.", path=left))
        for left in write_plan(plan, out)
    ]


def verify(folder: str | os.PathLike[str], *, replay: bool = False) -> Verdict:
    """Judge a plan, a folder or a zip, from its tables, with other code than the model's; and its bound by its certificate.

    `replay`: also solve its case again, as it was solved, and say whether the same plan comes out (`verdict.replay`).
    """
    with _plan_at(Path(folder)) as root:
        opened = open_folder(root)
        verdict = verify_folder(root, opened)
        sound = all(fault.law == "seal" for fault in verdict.broken)
        if sound and verdict.cost is not None and (root / CERTIFICATE_FILE).is_file():
            from .proof import with_proof

            verdict = with_proof(verdict, root, opened)
        if replay:
            from .replay import with_replay

            verdict = with_replay(verdict, root)
        return verdict


@contextmanager
def _plan_at(path: Path) -> Iterator[Path]:
    """The folder of a plan, from its zip where it is one."""
    if path.is_file() and path.name != PLAN_FILE:
        with unpacked(path, PLAN_FILE) as root:
            yield _with_plan(root, path)
    else:
        yield _with_plan(path, path)


def _with_plan(root: Path, path: Path) -> Path:
    if not (root / PLAN_FILE).is_file():
        raise CallError(say("{path} is not a plan: it has no plan.json. Write one with solve --out.", path=path))
    return root


__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Prepared",
    "check",
    "options_of",
    "prepare",
    "prepare_tables",
    "solve",
    "solve_prepared",
    "verify",
    "with_fix",
]
