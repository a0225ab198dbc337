"""What is shown of a plan's bound as it is written: by duals, recomputed at once with every rounding counted.

A linear program has its duals. The engine for networks hands on the tree of its search, which the checker goes through
at once. Of a program with whole numbers that a general solver answered, a search of balik's own shows the bound again, by
such a tree; where it does not come to its end in its time, what the solver claims beyond it stays a claim. The siting
engine's own certificate is replayed when the plan is verified (`proof.py`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .algebra import Arrays
from .duality import bound_of
from .duality.certificate import duals_as_bytes, holds_tree
from .duality.tree import Seen, Tree, check_tree, ends_of, how_far, read_tree, to_show
from .engines import Options, Result
from .engines.highs import relaxation_duals
from .errors import BalikError
from .plan.plan import CLAIM, Plan
from .words import say

#: Seconds that a proof after the solve may take: this part of the solve, as far as the time limit leaves it, and so many
#: at least, where that limit is no less.
_PART, _SECONDS = 0.2, 4.0
#: Coefficients up to which a tree is searched; of larger programs the relaxation is solved, and nothing else.
_LARGE = 400_000


def with_proof(plan: Plan, a: Arrays | None, result: Result, options: Options) -> Plan:
    """The plan with what is shown of its bound (`plan.json`, key `proof`), and the certificate that shows it.

    `a`: the program whose least objective is the plan's bound; None where goals were served one after another.
    """
    plan = replace(plan, certificate=None)
    if a is None or plan.objective is None:
        return _with(plan, "claim", None)
    if result.certificate is not None and not holds_tree(result.certificate):
        return _by_siting(plan, result.certificate)
    own = None if result.certificate is None else _by_its_own(plan, a, result.certificate)
    if own is not None and (own.facts["proof"]["how"] == "tree" or len(a.value) > _LARGE):
        return own
    whole = bool(a.integer.any())
    duals = None if result.prices is None else result.prices.row
    if duals is None and whole and options.certify:
        seconds = _seconds(plan.seconds.get("solve", 0.0), options.time_limit)
        if len(a.value) <= _LARGE:
            again = _by_tree(plan, a, options, seconds)
            return again if own is None or _bound(again) >= _bound(own) else own
        duals = relaxation_duals(a, replace(options, time_limit=seconds, progress=None))
    if duals is None:
        return own or _with(plan, "claim", None)
    certificate = duals_as_bytes(duals) if options.certify else None
    return _with(plan, "root" if whole else "lp", bound_of(a, duals, plan.objective).bound, certificate)


def _seconds(solve: float, limit: float | None) -> float:
    """What a proof may take after a solve of so many seconds.

    >>> [_seconds(solve, limit) for solve, limit in ((1.0, None), (600.0, None), (600.0, 600.0), (300.0, 350.0), (2.0, 2.0))]
    [4.0, 120.0, 4.0, 50.0, 2.0]
    """
    if limit is None:
        return max(_SECONDS, _PART * solve)
    return max(min(_SECONDS, limit), min(_PART * solve, limit - solve))


def _by_siting(plan: Plan, certificate: bytes) -> Plan:
    """The plan with the certificate of the siting engine."""
    from .location.shown import said_by  # an engine that has run is loaded already

    assert plan.objective is not None
    how, shown = said_by(certificate)
    whole = how_far(shown, _claim(plan), max(1.0, abs(plan.objective)), 1) == "tree"
    return _with(plan, "tree" if whole else "part" if how == "tree" else how, shown, certificate)


def _by_its_own(plan: Plan, a: Arrays, certificate: bytes) -> Plan | None:
    """The plan with the tree of the search that found it; None where the checker does not see its bound."""
    assert plan.objective is not None
    try:
        tree = read_tree(certificate)
        return _shown(plan, tree, check_tree(tree, a, plan.objective))
    except (BalikError, KeyboardInterrupt):  # the plan is there all the same
        return None


def _by_tree(plan: Plan, a: Arrays, options: Options, seconds: float) -> Plan:
    """The plan with a tree that shows its bound, or as much of it as there was time for."""
    from .proving import Cheaper, prove

    assert plan.objective is not None
    claim = _claim(plan)
    try:
        found = prove(a, plan.objective, to_show(claim, plan.objective), seconds, options.seed, options.stop)
        seen = None if found is None else check_tree(found, a, plan.objective)
    except Cheaper as other:
        raise _cannot_be(options.engine, claim, other.cost) from None
    except (BalikError, KeyboardInterrupt):  # the plan is there all the same
        found = seen = None
    if found is None or seen is None or math.isinf(seen.bound):
        return _with(plan, "claim", None)
    return _shown(plan, found, seen)


def none_below(claims: Iterable[tuple[Arrays, float | None]], solve: float, options: Options) -> bool:
    """Whether the checker sees of each of these programs that no plan of it costs less than its line (None: it has none).

    `solve`: seconds of the solves that claim so; all of it may take as long as the proof of a plan after such a solve.
    Raises BalikError where a plan is found that lies clearly below.
    """
    from .proving import Cheaper, prove

    until = time.perf_counter() + _seconds(solve, options.time_limit)
    for a, below in claims:
        line, left = _dearest(a) if below is None else below, until - time.perf_counter()
        if len(a.value) > _LARGE or left <= 0 or not math.isfinite(line):
            return False
        try:
            found = prove(a, line, line, left, options.seed, options.stop)
            if found is None or check_tree(found, a, line).bound < line:
                return False
        except Cheaper as other:
            raise _cannot_be(options.engine, line, other.cost) from None
        except BalikError:
            return False
    return True


def _dearest(a: Arrays) -> float:
    """More than any plan costs; infinite where that has no end."""
    lower, upper = ends_of(a, math.inf)
    most = np.where(a.cost > 0, a.cost * upper, np.where(a.cost < 0, a.cost * lower, 0.0))
    return 1.0 + 2.0 * float(np.abs(most).sum()) + abs(a.offset)


def _cannot_be(engine: str, claim: float, cost: float) -> BalikError:
    """That an engine claims a bound, and a plan below it was found."""
    why = say("no plan is below {bound:,.10g} by its own word, and one that comes to {cost:,.10g} was found.",
              bound=claim, cost=cost)  # fmt: skip
    return BalikError(
        say("The engine {name} gave an answer that cannot be true: {why} No plan is shown. Try another with --engine, and please report this.",
            name=engine, why=why)
    )  # fmt: skip


def _shown(plan: Plan, tree: Tree, seen: Seen) -> Plan:
    """The plan with a tree of which the checker has seen so much."""
    assert plan.objective is not None
    how = how_far(seen.bound, _claim(plan), max(1.0, abs(plan.objective)), seen.nodes)
    return _with(plan, how, seen.bound, tree.as_bytes())


def _claim(plan: Plan) -> float:
    """What no plan costs less than by the engine's word."""
    assert plan.objective is not None
    return plan.objective if plan.bound is None else min(plan.bound, plan.objective)


def _bound(plan: Plan) -> float:
    """What is shown of a plan."""
    shown = plan.facts["proof"]["bound"]
    return -math.inf if shown is None else float(shown)


def _with(plan: Plan, how: str, shown: float | None, certificate: bytes | None = None) -> Plan:
    facts = dict(plan.facts) | {"proof": said(how, shown, plan.objective)}
    return replace(plan, facts=facts, certificate=certificate)


def said(how: str, shown: float | None, objective: float | None) -> dict[str, Any]:
    """The key `proof` of the document: how the bound is shown, how much of it, and how far the plan is from that."""
    if shown is None or objective is None or math.isinf(shown):
        return dict(CLAIM)
    bound = min(shown, objective)
    return {"how": how, "bound": bound, "gap": (objective - bound) / max(1.0, abs(objective))}
