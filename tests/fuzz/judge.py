"""What may come of a case, whatever was done to it: a verified plan, a list of problems, or 'no plan exists'."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import traceback
import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import balik
from balik.errors import CallError, InputError, Problem
from fuzz.bases import scenarios
from fuzz.mutations import mutated

#: Seconds of work and bytes that one case may take.
SECONDS = 20
MEMORY = 500_000_000
#: Seconds by the clock after which a case hangs: the process that judges it ends.
HANGS = 150
WITHOUT_NUMBERS = ("infeasible", "unbounded", "stopped")
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "problems.md"


@dataclass
class Verdict:
    """What came of a mutated case (the status of a plan, `input`, `call`, `unwritten`), and what may not be."""

    name: str
    outcome: str = "fault"
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def judge(name: str, place: Path) -> Verdict:
    """Make the case of a name below an empty folder, check and solve it."""
    verdict = Verdict(name)
    base, draft = mutated(name)
    try:
        case = draft.write(place)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return Verdict(name, f"unwritten: {error}")  # what no workbook can hold
    before, memory, start = _files(place), _peak(), _worked()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            verdict.outcome = _run(case, Random(name).choice(scenarios(base)), verdict.faults)
        except Exception as error:
            verdict.faults.append(_told(error))
    verdict.seconds = _worked() - start
    if verdict.seconds > SECONDS:
        verdict.faults.append(f"{verdict.seconds:.1f} seconds of work")
    if (more := _peak() - memory) > MEMORY:
        verdict.faults.append(f"{more / 1e6:,.0f} MB more memory")
    if _files(place) != before:
        verdict.faults.append("the files of the case are no longer what they were")
    return verdict


def _run(case: Path, scenario: str | None, faults: list[str]) -> str:
    """The outcome of a case; what is wrong with it is added to `faults`."""
    checked = _checked(case, scenario, faults)
    try:
        plan = balik.solve(case, scenario, time_limit=5)
    except InputError as error:
        _look_at(error.problems, case, faults)
        errors = [p for p in error.problems if p.severity == "error"]
        if not errors:
            faults.append("refused without a problem")
        faults += [f"check does not say: {p}" for p in errors if checked is not None and p not in checked]
        return "input"
    except CallError as error:
        faults += [] if str(error).strip() else ["a call refused without a word"]
        return "call"
    _look_at(plan.problems, case, faults)
    if scenario is not None:  # else check told of every scenario, and solve of none
        faults += [f"check says, solve does not: {p}" for p in checked or () if p.severity == "error"]
    faults += [f"broken: {sentence}" for sentence in plan.broken]
    text = json.dumps(plan.document(), allow_nan=False)
    if plan.status in ("optimal", "feasible"):
        if not plan.broken and not (plan.verified and plan.cost is not None and math.isfinite(plan.cost)):
            faults.append(f"{plan.status} without a verified plan")
    elif plan.status not in WITHOUT_NUMBERS:
        faults.append(f"status {plan.status}")
    elif plan.has_numbers or json.loads(text)["ledger"] is not None:
        faults.append(f"{plan.status} with numbers")
    return plan.status


def _checked(case: Path, scenario: str | None, faults: list[str]) -> list[Problem] | None:
    """Problems of the scenario that is solved, as `check` tells them; None where it refuses the call."""
    try:
        found = balik.check(case, scenario)
    except InputError as error:
        found = error.problems
    except CallError:
        return None
    _look_at(found, case, faults)
    return found


# -- problems ----------------------------------------------------------------------------------------------------


@cache
def known_codes() -> frozenset[str]:
    """Codes that the page of problems explains."""
    return frozenset(re.findall(r"^\| ([EW]\d{3}) \|", _PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def _look_at(problems: list[Problem], case: Path, faults: list[str]) -> None:
    """Every problem has a known code, says what and where, in both languages."""
    for problem in problems:
        missing = [
            word
            for word, there in (
                ("known code", problem.code in known_codes()),
                ("sentence", problem.found.strip()),
                ("file", problem.file),
                ("sheet", problem.sheet or case.is_dir() or (problem.line is None and problem.cell is None)),
                ("Indonesian", str(problem.into("id")).strip()),
            )
            if not there
        ]
        if missing:
            faults.append(f"a problem without {', '.join(missing)}: {problem.code} {problem}")


def _told(error: Exception) -> str:
    """An exception with the place where it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    at = next(
        (f for f in reversed(frames) if "balik" in Path(f.filename).parts and "fuzz" not in f.filename), frames[-1]
    )
    return f"{type(error).__name__}: {str(error)[:300]} ({Path(at.filename).name}:{at.lineno} {at.name})"


# -- what is guarded ---------------------------------------------------------------------------------------------


def _files(place: Path) -> dict[str, bytes]:
    return {str(p.relative_to(place)): p.read_bytes() if p.is_file() else b"" for p in sorted(place.rglob("*"))}


def _worked() -> float:
    """Seconds that this process and those that it started have worked, however busy the machine is."""
    return sum(os.times()[:4])


def _peak() -> int:
    """The most memory that this process has held so far, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
