"""A second opinion: another engine solves the same program, and what both say is held against each other.

An engine's bound is a claim where no certificate shows it. Two engines that share no code seldom fail alike, so where
they come to the same that is a reason to believe both; where they contradict each other, at least one is wrong, and no
number of either is shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .algebra import Arrays
from .engines import Options, Result
from .engines.sound import Engine
from .errors import BalikError, Problem
from .model import Model
from .plan.plan import Plan
from .stages import Stage, run_stages
from .words import Sentence, say, sentences

#: What two engines may differ by, relative to max(1, |objective|), where a smaller gap was asked.
_NOISE = 1e-6
_NONE = ("infeasible", "unbounded")


class Watched:
    """An engine, and the last program that it found a plan of (the first one, where it found none) with its answer."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.last: tuple[Arrays, Result] | None = None

    def __call__(self, a: Arrays, options: Options, basis: Any = None) -> Result:
        result = self.engine(a, options, basis)
        if result.has_plan or self.last is None:
            self.last = a, result
        return result


@dataclass(frozen=True)
class Opinion:
    """What a second engine says of a program.

    `agrees`: True where it comes to the same, False where the two contradict each other, None where it came to no end
    (or the first did not) and nothing speaks against either. `against`: the contradiction; `failed`: why there is no
    answer. `there_is`: whether one of the two has a plan, so that there is one.
    """

    engine: str
    result: Result | None
    agrees: bool | None = None
    against: Sentence | None = None
    failed: Sentence | None = None
    there_is: bool = False
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """The key `second_opinion` of a plan's document."""
        r = self.result
        figures = {"objective": None, "bound": None} if r is None else {"objective": r.objective, "bound": r.bound}
        status = "failed" if r is None else r.status
        return {"engine": self.engine, "status": status, **figures, "agrees": self.agrees}


def solved_twice(
    engines: tuple[Engine, Engine], m: Model, a: Arrays, options: Options, basis: Any = None
) -> tuple[Result, list[Stage], Opinion]:
    """What the first engine answers, as `run_stages` gives it, and the opinion of the second, in the time that is left.

    Where goals are served one after another, the opinion is on the program of the last of them that has a plan.
    """
    start, first = time.perf_counter(), Watched(engines[0])
    result, stages = run_stages(first, m, a, options, basis)
    left = None if options.time_limit is None else options.time_limit - (time.perf_counter() - start)
    assert first.last is not None and options.second is not None
    return result, stages, opinion_on(first.last, options.second, engines[1], options, left)


def opinion_on(
    first: tuple[Arrays, Result], name: str, engine: Engine, options: Options, left: float | None
) -> Opinion:
    """What another engine, in the seconds that are left (None: without end), says of a program and of its answer."""
    a, one = first
    if one.engine == name:
        return Opinion(name, None, failed=say("{name} solved the case itself: that is no second opinion.", name=name))
    if left is not None and left <= 0:
        return Opinion(name, Result("stopped", engine=name))
    start = time.perf_counter()
    asked = replace(options, engine=name, time_limit=left, prices=False, certify=False)
    try:
        two = engine(a, asked, None)
    except BalikError as error:
        failed = say("There is no second opinion: {why}", why=error.args[0] if error.args else "")
        return Opinion(name, None, failed=failed, seconds=time.perf_counter() - start)
    two = replace(two, engine=name)
    against = contradiction(one, two, options.gap)
    agrees = False if against else True if _same(one, two) else None
    there_is = one.has_plan or (two.x is not None and _keeps(a, two.x))
    return Opinion(name, two, agrees, against, None, there_is, time.perf_counter() - start)


def with_opinion(plan: Plan, bare: Plan, opinion: Opinion) -> Plan:
    """The plan with the second opinion on it; `bare`, the same without numbers, where that contradicts it."""
    seconds = dict(plan.seconds) | {"second_opinion": round(opinion.seconds, 4)}
    facts = {"second_opinion": opinion.document()}
    if opinion.against is None:
        said = [Problem("W193", opinion.failed)] if opinion.failed else []
        return replace(plan, seconds=seconds, problems=[*plan.problems, *said], facts=dict(plan.facts) | facts)
    told = sentences(opinion.against, say("At least one of the two is wrong, so no number is shown."))
    status = "feasible" if opinion.there_is else bare.status
    problem = Problem("E191", told, say("Try a third engine, and please report this with the case."))
    return replace(
        bare, status=status, certificate=None, seconds=seconds, broken=[*plan.broken, told], problems=[*plan.problems, problem],
        facts=dict(bare.facts) | facts,
    )  # fmt: skip


def contradiction(one: Result, two: Result, gap: float) -> Sentence | None:
    """What two answers to one program cannot both be right about; None where nothing is."""
    for a, b in ((one, two), (two, one)):
        if a.status == "infeasible" and b.objective is not None:
            return say("{one} says that there is no plan, and {two} has one that comes to {objective:,.10g}.",
                       one=a.engine, two=b.engine, objective=b.objective)  # fmt: skip
        if a.status == "unbounded" and b.bound is not None:
            return say("{one} says that the cost can fall without end, and {two} that no plan is below {bound:,.10g}.",
                       one=a.engine, two=b.engine, bound=b.bound)  # fmt: skip
        if a.bound is None or b.objective is None:
            continue
        if a.bound > b.objective + max(gap, _NOISE) * max(1.0, abs(b.objective)):
            return say("{one} says that no plan is below {bound:,.10g}, and {two} has one that comes to {objective:,.10g}.",
                       one=a.engine, bound=a.bound, two=b.engine, objective=b.objective)  # fmt: skip
    if {one.status, two.status} == set(_NONE):
        none, endless = (one, two) if one.status == "infeasible" else (two, one)
        return say("{one} says that there is no plan, and {two} that the cost can fall without end.",
                   one=none.engine, two=endless.engine)  # fmt: skip
    return None


def _same(one: Result, two: Result) -> bool:
    """Whether both came to an end, and to the same."""
    return one.status == two.status and one.status in ("optimal", *_NONE)


def _keeps(a: Arrays, x: np.ndarray) -> bool:
    """Whether a point keeps every row and bound of a program, and is whole where it must be."""
    col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    terms = a.value * x[col]
    size = np.zeros(len(a.row_lower))
    np.maximum.at(size, a.row, np.abs(terms))
    slack, total = _NOISE * np.maximum(1.0, size), np.bincount(a.row, terms, len(a.row_lower))
    room = _NOISE * np.maximum(1.0, np.abs(x))
    rows = (total >= a.row_lower - slack) & (total <= a.row_upper + slack)
    bounds = (x >= a.lower - room) & (x <= a.upper + room) & (~a.integer | (np.abs(x - np.round(x)) <= _NOISE))
    return bool(rows.all() and bounds.all())
