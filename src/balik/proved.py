"""What is shown of a plan's bound as it is written: by duals, recomputed at once with every rounding counted.

A linear program has its duals. Of a program with whole numbers that a general solver answered, a search of balik's own
shows the bound again, by a tree that the checker goes through at once; where it does not come to its end in its time,
what the solver claims beyond it stays a claim. The siting engine's own certificate is replayed when the plan is
verified (`proof.py`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from .algebra import Arrays
from .duality import bound_of
from .duality.certificate import duals_as_bytes
from .duality.tree import MARGIN, check_tree, how_far
from .engines import Options, Result
from .engines.highs import relaxation_duals
from .errors import BalikError
from .plan.plan import Plan
from .words import say

#: Seconds that a proof after the solve may take: this part of the solve, as far as the time limit leaves it, and so many
#: at least, where that limit is no less.
_PART, _SECONDS = 0.2, 4.0
#: Coefficients up to which a tree is searched; of larger programs the relaxation is solved, and nothing else.
_LARGE = 400_000
#: Part of the margin that the search keeps for what it is asked to show.
_WITHIN = 0.7


def with_proof(plan: Plan, a: Arrays | None, result: Result, options: Options) -> Plan:
    """The plan with what is shown of its bound (`plan.json`, key `proof`), and the certificate that shows it.

    `a`: the program whose least objective is the plan's bound; None where goals were served one after another.
    """
    if a is None or plan.objective is None:
        return _with(plan, "claim", None)
    if result.certificate is not None:
        from .location.shown import said_by  # an engine that has run is loaded already

        how, shown = said_by(result.certificate)
        claim, scale = (
            min(plan.objective, math.inf if plan.bound is None else plan.bound),
            max(1.0, abs(plan.objective)),
        )
        return _with(plan, "tree" if how_far(shown, claim, scale, 1) == "tree" else how, shown)
    whole = bool(a.integer.any())
    duals = None if result.prices is None else result.prices.row
    if duals is None and whole and options.certify:
        seconds = _seconds(plan.seconds.get("solve", 0.0), options.time_limit)
        if len(a.value) <= _LARGE:
            return _by_tree(plan, a, options, seconds)
        duals = relaxation_duals(a, replace(options, time_limit=seconds, progress=None))
    if duals is None:
        return _with(plan, "claim", None)
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


def _by_tree(plan: Plan, a: Arrays, options: Options, seconds: float) -> Plan:
    """The plan with a tree that shows its bound, or as much of it as there was time for."""
    from .proving import Cheaper, prove

    assert plan.objective is not None
    scale = max(1.0, abs(plan.objective))
    claim = plan.objective if plan.bound is None else min(plan.bound, plan.objective)
    try:
        found = prove(a, plan.objective, claim - _WITHIN * MARGIN * scale, seconds, options.seed, options.stop)
        seen = None if found is None else check_tree(found, a, plan.objective)
    except Cheaper as other:
        why = say("no plan is below {bound:,.10g} by its own word, and one that comes to {cost:,.10g} was found.",
                  bound=claim, cost=other.cost)  # fmt: skip
        raise BalikError(
            say("The engine {name} gave an answer that cannot be true: {why} No plan is shown. Try another with --engine, and please report this.",
                name=options.engine, why=why)
        ) from None  # fmt: skip
    except (BalikError, KeyboardInterrupt):  # the plan is there all the same
        found = seen = None
    if found is None or seen is None or math.isinf(seen.bound):
        return _with(plan, "claim", None)
    return _with(plan, how_far(seen.bound, claim, scale, seen.nodes), seen.bound, found.as_bytes())


def _with(plan: Plan, how: str, shown: float | None, certificate: bytes | None = None) -> Plan:
    facts = dict(plan.facts) | {"proof": said(how, shown, plan.objective)}
    return replace(plan, facts=facts, certificate=certificate or plan.certificate)


def said(how: str, shown: float | None, objective: float | None) -> dict[str, Any]:
    """The key `proof` of the document: how the bound is shown, how much of it, and how far the plan is from that."""
    if shown is None or objective is None or math.isinf(shown):
        return {"how": "claim", "bound": None, "gap": None}
    bound = min(shown, objective)
    return {"how": how, "bound": bound, "gap": (objective - bound) / max(1.0, abs(objective))}
