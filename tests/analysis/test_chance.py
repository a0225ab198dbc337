"""Chances in questions: what explain says, scenarios in which capacities fail, promises that are played."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import balik
from analysis.test_uncertainty import CHANCE, tables
from model.test_chance import joint_case, queue
from model.test_chance import tables as normal


def test_scenarios_may_fail_as_all_their_sets_tell() -> None:
    """Every set of hubs with every set of failing scenarios that is allowed, enumerated."""
    t = tables(4)
    t["sites"] = {c: v[:2] for c, v in t["sites"].items()}
    t["lanes"] = {c: [x for x, d in zip(v, t["lanes"]["dest"], strict=True) if d != "r"] for c, v in t["lanes"].items()}
    worlds, least = list(CHANCE), 0.7
    cost: dict[tuple[str, str, bool], float] = {}
    hubs = ["".join(c) for k in range(3) for c in itertools.combinations("pq", k)]
    for chosen, world, loose in itertools.product(hubs, worlds, (False, True)):
        sets = [f"sites.status[place={h}] = {'open' if h in chosen else 'closed'}" for h in "pq"]
        sets += ["sites.capacity = inf"] if loose else []
        cost[chosen, world, loose] = float(balik.solve(t, world, sets).cost or 0)
    failing = [
        f for k in range(4) for f in itertools.combinations(worlds, k) if sum(CHANCE[w] for w in f) <= 1 - least + 1e-12
    ]
    best = min(sum(CHANCE[w] * cost[c, w, w in f] for w in worlds) for c in hubs for f in failing)
    found = balik.stochastic(t, chance=least)
    assert found.ok and found.more["RP"] == pytest.approx(best, rel=1e-9)
    assert sum(CHANCE[w] for w in found.more["fails"]) <= 1 - least + 1e-12
    assert found.more["RP"] < balik.stochastic(t).more["RP"] == pytest.approx(balik.stochastic(t, chance=1).more["RP"])
    assert found.more["EVPI"] is None and found.more["VSS"] is None


def test_a_chance_of_scenarios_does_not_go_with_normal_draws() -> None:
    with pytest.raises(balik.BalikError, match="within a scenario"):
        balik.stochastic(normal() | {"scenarios": {"scenario": ["x"], "probability": [1]}}, chance=0.9)
    with pytest.raises(balik.BalikError, match="from 0 to 1"):
        balik.stochastic(tables(4), chance=1.2)


def test_scenarios_that_each_vary_keep_their_chances() -> None:
    """Two kinds of days with normal returns in each: the whole is at least as dear as each alone, and verified."""
    t = normal(160)
    t["scenarios"] = {"scenario": ["calm", "busy"], "probability": [0.5, 0.5]}
    t["changes"] = {"scenario": ["busy"] * 2, "table": ["supply", "distributions"], "column": ["amount", "mean"],
                    "where": ["", ""], "op": ["*="] * 2, "value": [1.2, 1.2]}  # fmt: skip
    found = balik.stochastic(t)
    assert found.ok and found.more["RP"] >= found.more["WS"] > 0


@pytest.mark.parametrize("together", [False, True])
def test_the_promise_is_kept_when_it_is_played(together: bool) -> None:
    t = normal(100)
    t["sites"]["capacity"] = [100, 60]
    t["correlations"] = {"a": ["h0", "h1"], "b": ["h1", "h2"], "rho": [0.5, -0.3]}
    if together:
        t["sites"] |= {"together": ["all"] * 2, "chance": [0.9] * 2}
    found = balik.simulate(t, 5)
    rows = {row["site"]: row for row in found.more["fits"]}
    assert set(rows) == {"near", "far", *(["all"] if together else [])}
    for row in rows.values():
        assert row["share"] >= row["asked"] - 0.003
        assert row["fits"] is None or row["share"] == pytest.approx(row["fits"], abs=0.003)
    assert not together or rows["near"]["asked"] == pytest.approx(0.95)


def test_what_holds_at_once_by_the_product_does_so_when_it_is_played() -> None:
    t = normal(100)
    t["sites"] |= {"capacity": [100, 60], "together": ["all"] * 2, "chance": [0.9] * 2}
    rows = {row["site"]: row for row in balik.simulate(t, 5).more["fits"]}
    assert rows["all"]["fits"] == pytest.approx(rows["near"]["fits"] * rows["far"]["fits"], abs=2e-6)
    assert rows["all"]["share"] == pytest.approx(rows["all"]["fits"], abs=0.003) and rows["all"]["fits"] >= 0.9
    assert rows["near"]["asked"] == rows["all"]["asked"] == 0.9


def test_two_stages_hold_at_once_in_each_scenario() -> None:
    """Two scenarios that are the same cost what the case costs, and one that varies more costs no less."""
    t, _, _ = joint_case(15)
    t["scenarios"] = {"scenario": ["one", "other"], "probability": [0.5, 0.5]}
    t["changes"] = {"scenario": ["one"], "table": ["distributions"], "column": ["sd"], "where": [""], "op": ["*="], "value": [1.0]}  # fmt: skip
    alone = float(balik.solve(t).cost or 0)
    assert balik.stochastic(t).more["RP"] == pytest.approx(alone, rel=1e-9)
    t["changes"]["value"] = [1.05]
    more = balik.stochastic(t)
    assert more.ok and more.more["RP"] >= alone


def test_draws_that_do_not_fit_are_as_many_as_said() -> None:
    """Solved in full, the draws without a plan are those that do not fit: 1 − 0.955, of 12."""
    found = balik.simulate(normal(139), 12, seed=2)
    assert found.more["without_plan"] <= 0.25
    assert found.more["sites"] == ["near"]


def test_explain_names_the_chance_and_what_mends_it() -> None:
    t: dict[str, Any] = normal(138)
    t["sites"] = {c: [*v[:1]] for c, v in t["sites"].items()}
    t["lanes"] = {c: v[::2] for c, v in t["lanes"].items()}
    t["demand"] = {"place": ["near"], "material": ["m"]}
    found = balik.explain(t)
    mends = {row["what"]: row for row in found.rows if row["mends"]}
    assert mends["sites.capacity"]["to"] == pytest.approx(139)
    assert 0.94 < mends["sites.chance"]["to"] < 0.95
    assert any("must fit with a probability of 0.95" in str(line) for line in found.findings)


def test_explain_names_the_wait() -> None:
    t = queue(139, "1/20")
    t["sites"] = {c: [*v[:1]] for c, v in t["sites"].items()}
    t["lanes"] = {c: v[::2] for c, v in t["lanes"].items()}
    t["demand"] = {"place": ["near"], "material": ["m"]}
    found = balik.explain(t)
    mends = {row["what"]: row for row in found.rows if row["mends"]}
    assert mends["sites.wait"]["to"] == pytest.approx(1 / 19, abs=1e-4)  # 120 ≤ 139 − 1 / w


def test_no_number_is_shown_where_time_ends_before_a_plan() -> None:
    rng = np.random.default_rng(1)
    many = normal(400, means=rng.integers(20, 60, 12).tolist(), sds=rng.integers(3, 20, 12).tolist())
    plan = balik.solve(many, time_limit=1e-3)
    assert plan.status == "stopped" and plan.cost is None
