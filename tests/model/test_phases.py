"""Sites over time: every way to open and close small ones, gone through; closed forms of what money counts."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from model.making import solve
from model.phasing import Timed, timed

SEEDS = range(40)


def settings(case: Timed) -> dict[str, Any]:
    return {"finance": case.finance, "objective": case.weights}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_ways(seed: int) -> None:
    case = timed(seed)
    best, plan = case.best(), solve(case.texts(), settings(case))
    if math.isinf(best):
        assert plan.status == "infeasible"
    else:
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(best, rel=1e-6, abs=1e-5)


def test_the_seeds_cover_what_sites_do() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = timed(seed)
        plan = solve(case.texts(), settings(case))
        seen[plan.status] += 1
        seen[case.finance["one_off"]] += 1
        found = plan.columns.get("phases", {"place": [], "period": [], "opened": [], "closed": []})
        seen["late"] += any(o and p != "p0" for o, p in zip(found["opened"], found["period"], strict=True))
        seen["closes"] += any(found["closed"])
        seen["twice"] += max(Counter(p for p, o in zip(found["place"], found["opened"], strict=True) if o).values(), default=0) > 1
        seen["modules"] += "modules" in plan.columns
        seen["residual"] += bool((plan.accounts or {}).get("residual"))
    want = ("optimal", "infeasible", "once", "npv", "annuity", "late", "closes", "twice", "modules", "residual")
    assert not {w for w in want if not seen[w]}, seen
