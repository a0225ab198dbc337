"""What is shown of a plan's bound as it is written: by duals, recomputed at once with every rounding counted.

A linear program has its duals. Of a program with whole numbers that a general solver answered, those of its relaxation
show the bound at the root of the search; what the solver claims beyond that stays a claim. The siting engine's own
certificate is replayed when the plan is verified (`proof.py`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from .algebra import Arrays
from .duality import bound_of
from .duality.certificate import duals_as_bytes
from .engines import Options, Result
from .engines.highs import relaxation_duals
from .plan.plan import Plan

#: Seconds that the duals of a relaxation may take: at least so many, and this part of the solve.
_SECONDS, _PART = 1.0, 0.2


def with_proof(plan: Plan, a: Arrays | None, result: Result, options: Options) -> Plan:
    """The plan with what is shown of its bound (`plan.json`, key `proof`), and the certificate that shows it.

    `a`: the program whose least objective is the plan's bound; None where goals were served one after another.
    """
    if a is None:
        return replace(plan, facts=dict(plan.facts) | {"proof": said("claim", None, plan.objective)})
    whole = bool(a.integer.any())
    if result.certificate is not None:
        from .location.shown import said_by  # an engine that has run is loaded already

        return replace(plan, facts=dict(plan.facts) | {"proof": said(*said_by(result.certificate), plan.objective)})
    duals = None if result.prices is None else result.prices.row
    if duals is None and whole and options.certify:
        limit = max(_SECONDS, _PART * plan.seconds.get("solve", 0.0))
        duals = relaxation_duals(a, replace(options, time_limit=limit, progress=None))
    if duals is None or plan.objective is None:
        return replace(plan, facts=dict(plan.facts) | {"proof": said("claim", None, plan.objective)})
    shown = bound_of(a, duals, plan.objective).bound
    proof = said("root" if whole else "lp", shown, plan.objective)
    certificate = duals_as_bytes(duals) if options.certify else None
    return replace(plan, facts=dict(plan.facts) | {"proof": proof}, certificate=certificate)


def said(how: str, shown: float | None, objective: float | None) -> dict[str, Any]:
    """The key `proof` of the document: how the bound is shown, how much of it, and how far the plan is from that."""
    if shown is None or objective is None or math.isinf(shown):
        return {"how": "claim", "bound": None, "gap": None}
    bound = min(shown, objective)
    return {"how": how, "bound": bound, "gap": (objective - bound) / max(1.0, abs(objective))}
