"""Capacities that hold with a probability, and queues: closed forms and every assignment enumerated.

No published numeric case of a chance constraint on capacity is known, so none is reproduced here.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from balik.algebra import Cone, Risk
from balik.api import prepare
from balik.engines import Options, run_highs
from balik.engines.cones import _Search, norm, steps
from balik.engines.risks import risk_of, safe_share, tangent
from balik.errors import InputError
from balik.plan.plan import Plan
from balik.tables.normal import DECIMALS, log_inverse, quantile

MEANS, SDS = (40, 30, 50), (6, 5, 8)


def tables(capacity: float = 1000.0, chance: Any = 0.95, means: Any = MEANS, sds: Any = SDS) -> dict[str, Any]:
    """Homes whose returns vary, a near hub with this capacity and a dear one that is always large enough."""
    homes = [f"h{i}" for i in range(len(means))]
    pairs = list(itertools.product(homes, ["near", "far"]))
    return {
        "places": {"place": [*homes, "near", "far"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": [o for o, _ in pairs], "dest": [d for _, d in pairs], "material": ["m"] * len(pairs),
                  "fee": [1 if d == "near" else 5 for _, d in pairs], "single": ["yes"] * len(pairs)},
        "supply": {"place": homes, "material": ["m"] * len(homes), "amount": list(means)},
        "demand": {"place": ["near", "far"], "material": ["m"] * 2},
        "sites": {"place": ["near", "far"], "capacity": [capacity, 1000], "running_cost": [10, 10], "chance": [chance] * 2},
        "distributions": {"variable": homes, "table": ["supply"] * len(homes), "column": ["amount"] * len(homes),
                          "where": [f"place={h}" for h in homes], "op": ["="] * len(homes), "mean": list(means),
                          "sd": list(sds)},
    }  # fmt: skip


def solved(t: dict[str, Any], **options: Any) -> Plan:
    plan = balik.solve(t, **options)
    assert plan.status in ("optimal", "infeasible") and (plan.status == "infeasible" or plan.verified), plan.broken
    return plan


def only_near(t: dict[str, Any]) -> bool:
    return [row["place"] for row in solved(t).open] == ["near"]


# -- closed forms ------------------------------------------------------------------------------------------------


def test_the_room_that_three_normal_returns_need() -> None:
    """120 + z₀.₉₅ √125 = 138.390."""
    need = 120 + NormalDist().inv_cdf(0.95) * math.sqrt(125)
    assert need == pytest.approx(138.390, abs=5e-4)
    assert not only_near(tables(138)) and only_near(tables(139))
    assert not only_near(tables(round(need - 1e-4, 5))) and only_near(tables(round(need + 1e-4, 5)))


def test_half_a_chance_or_no_spread_is_the_plan_of_the_mean() -> None:
    assert only_near(tables(120, 0.5)) and not only_near(tables(119.99, 0.5))
    assert only_near(tables(120, 0.999, sds=(0, 0, 0)))


def test_what_does_not_come_offsets_nothing() -> None:
    """A supply of 0 goes nowhere: what varies with it, the other way, still needs its room."""
    t = tables(10, 0.9, means=(0, 10), sds=(5, 5))
    t["correlations"] = {"a": ["h0"], "b": ["h1"], "rho": [-1]}
    plan = solved(t)
    assert [row["place"] for row in plan.open] == ["far"] and "W730" in {p.code for p in plan.problems}
    t["sites"]["capacity"][0] = 17  # 10 + 1.282 × 5 = 16.4
    assert only_near(t)


@pytest.mark.parametrize("sd", [1e-9, 1e-160, 1e-170])
@pytest.mark.parametrize("together", ["", "x"])
def test_what_varies_by_next_to_nothing_fits(sd: float, together: str) -> None:
    """The square of 10⁻¹⁷⁰ is no float but 0."""
    t = tables(sds=(sd,) * 3)
    t["sites"]["together"] = [together] * 2
    assert solved(t).verified


@pytest.mark.parametrize(("rho", "need"), [(1.0, 19.0), (0.0, math.sqrt(125)), (-0.5, None)])
def test_what_moves_together_needs_more_room(rho: float, need: float | None) -> None:
    t = tables()
    pairs = list(itertools.combinations(range(3), 2))
    t["correlations"] = {"a": [f"h{i}" for i, _ in pairs], "b": [f"h{j}" for _, j in pairs], "rho": [rho] * 3}
    variance = sum(SDS[i] * SDS[j] * (1 if i == j else rho) for i in range(3) for j in range(3))
    if need is not None:
        assert math.sqrt(variance) == pytest.approx(need)
    room = 120 + NormalDist().inv_cdf(0.95) * math.sqrt(variance)
    t["sites"]["capacity"] = [round(room - 1e-3, 4), 1000]
    assert not only_near(t)
    t["sites"]["capacity"] = [round(room + 1e-3, 4), 1000]
    assert only_near(t)


def test_rows_of_one_variable_move_as_one() -> None:
    t = tables(120 + 1.645 * 18)
    t["distributions"]["variable"] = ["all"] * 3
    assert not only_near(t)
    t["sites"]["capacity"] = [120 + 1.645 * 19, 1000]
    assert only_near(t)


def test_shares_and_additions_of_the_amount_say_the_same() -> None:
    t, room = tables(), round(120 + NormalDist().inv_cdf(0.95) * math.sqrt(125), 6)
    for op, mean, sd in (("*=", [1] * 3, [6 / 40, "5/30", 8 / 50]), ("+=", [0] * 3, SDS)):
        t["distributions"] |= {"op": [op] * 3, "mean": mean, "sd": sd}
        for capacity, fits in ((room - 1e-4, False), (room + 1e-4, True)):
            t["sites"]["capacity"] = [capacity, 1000]
            assert only_near(t) is fits


def at_once(level: float = 0.95, **sites: Any) -> dict[str, Any]:
    t = tables(chance=level)
    t["sites"] |= {"together": ["all", "all"]} | sites
    return t


@pytest.mark.parametrize(
    ("level", "tied", "alone"),
    [
        (0.95, None, 0.95),  # what comes to one is independent of the other, which is empty: all may be risked here
        (0.95, 0.0, 0.95),
        (0.95, 1e-3, 0.975),  # equal shares, safe whatever the correlations
        (0.7, None, 0.85),  # not convex below 0.8: shares
        (0.8, None, 0.8),
    ],
)
def test_one_site_of_a_group_may_risk_what_all_may(level: float, tied: float | None, alone: float) -> None:
    t = at_once(level)
    if tied is not None:
        t["correlations"] = {"a": ["h0"], "b": ["h1"], "rho": [tied]}
    square = 125 + 2 * 30 * (tied or 0.0)
    need = 120 + NormalDist().inv_cdf(alone) * math.sqrt(square)
    for room, fits in ((round(need - 1e-3, 4), False), (round(need + 1e-3, 4), True)):
        t["sites"]["capacity"] = [room, 1000]
        assert only_near(t) is fits
    del t["distributions"]["where"]  # one variable for all homes: not independent, either
    t["distributions"] = {c: v[:1] for c, v in t["distributions"].items()} | {"op": ["*="], "mean": [1], "sd": [0.1]}
    t.pop("correlations", None)
    shared = 120 + NormalDist().inv_cdf(1 - (1 - level) / 2) * 12
    for room, fits in ((round(shared - 1e-3, 4), False), (round(shared + 1e-3, 4), True)):
        t["sites"]["capacity"] = [room, 1000]
        assert only_near(t) is fits


def test_two_sites_hold_at_once_with_the_product() -> None:
    """h2 to far alone is the cheapest way; the room there is moved over the edge that near leaves it."""
    phi, near = NormalDist().cdf, 70 + 1.8 * math.sqrt(61)
    z = NormalDist().inv_cdf(0.95 / phi(1.8))
    for by, fits in ((-1e-3, False), (1e-3, True)):
        t = at_once(capacity=[near, round(50 + 8 * z + by, 6)])
        plan = solved(t)
        assert (
            {row["place"]: row["mean"] for row in plan.facts.get("chances", [])} == {"near": 70.0, "far": 50.0}
        ) is fits
        if fits:
            first = plan.facts["chances"][0]
            assert first["together"] == "all" and first["at_once"] == pytest.approx(0.95, abs=2e-4)
            assert phi(1.8) < 0.975  # equal shares would not allow it


def test_a_site_that_is_full_without_anything_that_varies_risks_nothing() -> None:
    """What does not vary fills far to the brim; near keeps the whole risk."""
    t = at_once(capacity=[round(120 + NormalDist().inv_cdf(0.95) * math.sqrt(125) + 1e-3, 4), 77])
    t["places"] = {"place": [*t["places"]["place"], "sure"]}
    t["lanes"] = {c: [*v, x] for (c, v), x in zip(t["lanes"].items(), ["sure", "far", "m", 0, ""], strict=True)}
    t["supply"] = {"place": [*t["supply"]["place"], "sure"], "material": ["m"] * 4, "amount": [*MEANS, 77]}
    plan = solved(t)
    assert {row["place"]: (row["mean"], row["fits"]) for row in plan.facts["chances"]} == {
        "near": (120.0, 0.950009), "far": (77.0, 1.0),
    }  # fmt: skip


# -- every assignment enumerated -----------------------------------------------------------------------------------


def random_case(seed: int, tied: bool) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Five homes, three hubs of which two come in two sizes, two periods; correlations that may be negative."""
    rng = np.random.default_rng(seed)
    homes, hubs, n = [f"h{i}" for i in range(5)], ["p", "q", "r"], 5
    mean = rng.integers(10, 60, (n, 2)).astype(float)
    share = rng.choice([0.1, 0.25, 0.4], n)
    fee = rng.integers(1, 30, (n, 3))
    capacity = {("p", "s"): 70.0, ("p", "l"): 150.0, ("q", "s"): 90.0, ("q", "l"): 160.0, ("r", "-"): 120.0}
    cost = {key: float(rng.integers(200, 900)) for key in capacity}
    rho = np.eye(n)
    if tied:
        root = rng.normal(size=(n, n + 2))
        rho = root @ root.T
        rho /= np.sqrt(np.outer(np.diag(rho), np.diag(rho)))
        rho = np.round(rho * 0.999, 3) + np.eye(n) - np.diag(np.diag(np.round(rho * 0.999, 3)))
    pairs = list(itertools.product(range(n), range(3)))
    t: dict[str, Any] = {
        "places": {"place": [*homes, *hubs]},
        "materials": {"material": ["m"]},
        "periods": {"period": ["1", "2"], "length": [1, 2]},
        "lanes": {"origin": [homes[i] for i, _ in pairs], "dest": [hubs[j] for _, j in pairs],
                  "material": ["m"] * len(pairs), "fee": [int(fee[i, j]) for i, j in pairs], "single": ["yes"] * len(pairs)},
        "supply": {"place": [h for h in homes for _ in "12"], "material": ["m"] * 10, "period": ["1", "2"] * n,
                   "amount": mean.ravel().tolist()},
        "demand": {"place": hubs, "material": ["m"] * 3},
        "sites": {"place": [k[0] for k in capacity], "size": [k[1] for k in capacity], "capacity": list(capacity.values()),
                  "running_cost": list(cost.values()), "chance": [0.9] * 5},
        "distributions": {"variable": homes, "table": ["supply"] * n, "column": ["amount"] * n,
                          "where": [f"place={h}" for h in homes], "op": ["*="] * n, "mean": [1] * n, "sd": share.tolist()},
    }  # fmt: skip
    if tied:
        ties = list(itertools.combinations(range(n), 2))
        t["correlations"] = {"a": [homes[i] for i, _ in ties], "b": [homes[j] for _, j in ties],
                             "rho": [float(rho[i, j]) for i, j in ties]}  # fmt: skip
    return t, {"mean": mean, "share": share, "fee": fee, "rho": rho}


def enumerated_at_once(t: dict[str, Any], d: dict[str, np.ndarray], level: float) -> float:
    """The least cost over all assignments and sizes whose hubs all fit at once, in each period, with the product."""
    phi, n, best = NormalDist().cdf, len(d["share"]), math.inf
    rows = list(zip(*(t["sites"][c] for c in ("place", "capacity", "running_cost")), strict=True))
    ways: dict[tuple[int, str], list[tuple[float, float, float]]] = {}  # what the sizes cost, and fit with
    for mask, hub in itertools.product(range(1 << n), "pqr"):
        on = [i for i in range(n) if mask >> i & 1]
        sd = d["share"][on, None] * d["mean"][on]
        left = [(c * k - d["mean"][on, k - 1].sum(), cost) for h, c, cost in rows if h == hub for k in (1, 2)]
        fit = [
            phi(x / s) if s else float(x >= 0)
            for (x, _), s in zip(left, 2 * list(np.sqrt((sd**2).sum(0))), strict=False)
        ]
        ways[mask, hub] = [(3 * left[k][1] if on else 0.0, fit[k], fit[k + 1]) for k in range(0, len(left), 2)]
    for assigned in itertools.product(range(3), repeat=n):
        flat = sum(d["fee"][i, j] * d["mean"][i].sum() for i, j in enumerate(assigned))
        masks = [sum(1 << i for i in range(n) if assigned[i] == j) for j in range(3)]
        for sizes in itertools.product(*(ways[masks[j], "pqr"[j]] for j in range(3))):
            if all(math.prod(s[t] for s in sizes) >= level for t in (1, 2)):
                best = min(best, flat + sum(s[0] for s in sizes))
    return best


def enumerated(t: dict[str, Any], d: dict[str, np.ndarray]) -> float:
    """The least cost over all assignments and sizes, each hub's normal law written out."""
    z, n = NormalDist().inv_cdf(0.9), len(d["share"])
    rows = list(zip(*(t["sites"][c] for c in ("place", "capacity", "running_cost")), strict=True))
    best = math.inf
    for assigned in itertools.product(range(3), repeat=n):
        total = 0.0
        for j, hub in enumerate("pqr"):
            on = [i for i in range(n) if assigned[i] == j]
            if not on:
                continue
            fits = []
            for _, capacity, cost in (row for row in rows if row[0] == hub):
                ok = True
                for period, length in ((0, 1), (1, 2)):
                    sd = d["share"][on] * d["mean"][on, period]
                    spread = math.sqrt(sd @ d["rho"][np.ix_(on, on)] @ sd)
                    ok &= d["mean"][on, period].sum() + z * spread <= capacity * length + 1e-7
                fits += [3 * cost] if ok else []
            total += min(fits, default=math.inf) + sum(d["fee"][i, j] * d["mean"][i].sum() for i in on)
        best = min(best, total)
    return best


@pytest.mark.parametrize(("seed", "tied"), [(1, False), (2, False), (3, True), (4, True)])
def test_the_plan_is_the_best_of_all_assignments(seed: int, tied: bool) -> None:
    t, d = random_case(seed, tied)
    plan, best = solved(t), enumerated(t, d)
    assert (plan.status == "infeasible") == math.isinf(best)
    assert math.isinf(best) or plan.cost == pytest.approx(best, rel=1e-7)


def joint_case(seed: int) -> tuple[dict[str, Any], dict[str, np.ndarray], float]:
    """Such a case whose hubs hold at once; in less room, with another probability."""
    (t, d), rng = random_case(seed, False), np.random.default_rng(seed + 999)
    level, share = float(rng.choice([0.8, 0.9, 0.95, 0.999])), float(rng.choice([0.7, 0.8, 1.0]))
    t["sites"] |= {
        "chance": [level] * 5,
        "together": ["all"] * 5,
        "capacity": [share * c for c in t["sites"]["capacity"]],
    }
    return t, d, level


@pytest.mark.parametrize("seed", [13, 15, 19, *(pytest.param(s, marks=pytest.mark.slow) for s in range(20, 60))])
def test_hubs_that_hold_at_once_are_the_best_of_all_assignments(seed: int) -> None:
    t, d, level = joint_case(seed)
    plan, best = solved(t), enumerated_at_once(t, d, level)
    assert (plan.status == "infeasible") == math.isinf(best)
    assert math.isinf(best) or plan.cost == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize("units", [1e-3, 1e7])
def test_hubs_that_hold_at_once_in_any_unit(units: float) -> None:
    t, d, level = joint_case(15)
    best = enumerated_at_once(t, d, level)
    t["supply"] |= {"amount": [units * a for a in t["supply"]["amount"]]}
    t["sites"] |= {"capacity": [units * c for c in t["sites"]["capacity"]]}
    t["sites"] |= {"running_cost": [units * c for c in t["sites"]["running_cost"]]}
    assert solved(t).cost == pytest.approx(units * best, rel=1e-6)


def test_at_once_is_cheaper_than_equal_shares_and_dearer_than_each_alone() -> None:
    """The cases above are not met by other laws."""
    for seed in (15, 19):
        t, _, level = joint_case(seed)
        joint = solved(t).cost
        sites = {c: v for c, v in t["sites"].items() if c != "together"}
        alone = solved(t | {"sites": sites}).cost
        shares = solved(t | {"sites": sites | {"chance": [1 - (1 - level) / 3] * 5}}).cost
        assert alone < joint < shares


def test_a_chance_costs_something_there() -> None:
    """The cases above are not met by the plans of the mean."""
    dearer = 0
    for seed in (1, 2):
        t, _ = random_case(seed, False)
        with_chance = solved(t).cost
        t["sites"] = {c: v for c, v in t["sites"].items() if c != "chance"}
        dearer += solved(t).cost != with_chance
    assert dearer


@pytest.mark.parametrize("engine", ["highs", "auto", "network", "scip"])
def test_every_engine_keeps_it(engine: str) -> None:
    if engine == "scip":
        pytest.importorskip("pyscipopt")
    t, d = random_case(1, False)
    assert solved(t, engine=engine).cost == pytest.approx(enumerated(t, d), rel=1e-7)


def test_scip_cuts_as_highs_does() -> None:
    """Independent draws, correlated ones, and none that has a plan; sites together; two kinds of days in one program."""
    pytest.importorskip("pyscipopt")
    for seed, tied in ((2, False), (3, True), (4, True)):
        t, _ = random_case(seed, tied)
        for capacity in (1, 0.3):
            cut = {**t, "sites": {**t["sites"], "capacity": [capacity * c for c in t["sites"]["capacity"]]}}
            ours, theirs = solved(cut), solved(cut, engine="scip")
            assert theirs.status == ours.status == ("optimal" if capacity == 1 else "infeasible")
            assert ours.cost is None or theirs.cost == pytest.approx(ours.cost, rel=1e-7)
    days = tables(160)
    days["scenarios"] = {"scenario": ["calm", "busy"], "probability": [0.5, 0.5]}
    days["supply@busy"] = {**days["supply"], "amount": [1.2 * m for m in MEANS]}
    one, other = (balik.stochastic(days, engine=engine) for engine in ("highs", "scip"))
    assert other.ok and other.more["RP"] == pytest.approx(one.more["RP"], rel=1e-9)


# -- cuts ----------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_no_cut_takes_a_point_away_and_each_is_tight_where_it_is_made(seed: int, tied: bool) -> None:
    rng, n = np.random.default_rng(seed), 6
    root = rng.normal(size=(n, n))
    cone = Cone(n, np.arange(n), rng.uniform(0.1, 5, n), np.arange(n), root @ root.T if tied else None)
    whole, at = rng.integers(0, 2, n).astype(float), rng.random(n)
    for point in (whole, at):
        for slope in (norm(cone, point)[1], *([] if tied else [steps(cone, point)])):
            if point is whole:
                assert slope @ point == pytest.approx(norm(cone, point)[0], abs=1e-9)
            for other in itertools.product((0.0, 1.0), repeat=n):
                assert slope @ np.array(other) <= norm(cone, np.array(other))[0] + 1e-9


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([0.8, 0.95, 0.9999, 1 - 1e-12]))
def test_no_tangent_of_a_risk_is_above_a_plan_and_each_is_tight_where_it_is_made(
    seed: int, n: int, level: float
) -> None:
    rng, least = np.random.default_rng(seed), NormalDist().inv_cdf(level)
    size = rng.uniform(0.1, 5, n) * rng.choice([1.0, 1.0, 1e-6, 0.0], n)
    size[0] = 1.0
    made = Risk(
        n + 2, np.array([n, n + 1]), np.array([2.0, -1.0]), np.arange(n), size, n + 3, -math.log(level), least, 2
    )
    most = 8 * math.sqrt(size @ size)

    def truth(x: np.ndarray) -> float:
        spread = math.sqrt(size**2 @ x[:n])
        return risk_of((2 * x[n] - x[n + 1]) / spread) / made.budget if spread else 0.0

    def plan() -> np.ndarray:
        x = np.r_[rng.integers(0, 2, n), 0.0, rng.uniform(0, 3)].astype(float)
        spread = math.sqrt(size**2 @ x[:n])
        x[n] = (rng.uniform(least * spread, most) + x[n + 1]) / 2
        return x

    plans = [plan() for _ in range(20)]
    for point in (plan(), np.r_[rng.random(n), rng.uniform(0, most), rng.uniform(0, 3)]):
        value, cols, coef = tangent(made, point)
        if set(point[:n].tolist()) <= {0.0, 1.0}:
            assert value == pytest.approx(truth(point), rel=1e-9, abs=2e-9)
        for other in plans:
            assert value + coef @ (other - point)[cols] <= truth(other) + 1e-9


def test_equal_shares_of_the_least_risk() -> None:
    none = np.zeros(0)
    (_, coef, _), (_, _, least) = safe_share(Risk(0, none, none, none, none, 1, 2e-16, 8.1, 4))
    assert -coef[-1] == pytest.approx(-NormalDist().inv_cdf(5e-17)) and least == 0.25


@pytest.mark.parametrize("together", ["", "all"])
def test_deviations_that_lie_far_apart(together: str) -> None:
    """Only h0, which hardly varies, fits into far, where it is cheap to go."""
    t = tables(means=(4e7, 3e7, 5e7), sds=(0.04, 1.5e7, 8e6))
    t["sites"] |= {"capacity": [1.45e8, 5.1e7], "together": [together] * 2}
    t["lanes"]["fee"] = [5 if d == "near" else 1 for d in t["lanes"]["dest"]]
    plan = solved(t)
    assert {row["place"]: row["mean"] for row in plan.facts["chances"]} == {"near": 8e7, "far": 4e7}


def test_a_first_solution_is_safe() -> None:
    """What is asked of a first solution is more than the rows ask: it keeps them, and costs no less than the best."""
    t, d = random_case(1, False)
    a = prepare(t).model.program.arrays()
    search = _Search(run_highs, a, Options(prices=False), {})
    plain = run_highs(replace(a, cones=()), Options(prices=False))
    assert plain.x is not None
    search._seek(plain.x)
    assert search.best is not None and search.best.x is not None and search.best.objective is not None
    assert all(norm(cone, search.best.x[cone.cols])[0] <= search.best.x[cone.bound] + 1e-6 for cone in a.cones)
    assert search.best.objective >= enumerated(t, d) - 1e-6


def test_quantiles_are_rounded_up_and_near() -> None:
    for level in (Fraction(1, 2), Fraction(9, 10), Fraction(95, 100), Fraction(9999, 10000)):
        z = float(quantile(level))
        assert 0 <= z - NormalDist().inv_cdf(float(level)) <= 10.0**-DECIMALS + 1e-12
    assert 0 <= float(log_inverse(Fraction(1, 20))) - math.log(20) <= 10.0**-DECIMALS


# -- queues --------------------------------------------------------------------------------------------------------


def queue(serves: float, wait: Any, **cells: Any) -> dict[str, Any]:
    """The case without chances, its near hub a queue."""
    t = tables()
    del t["distributions"], t["sites"]["chance"]
    t["sites"] |= {"serves": [serves, ""], "wait": [wait, ""]} | {c: [v, ""] for c, v in cells.items()}
    return t


@pytest.mark.parametrize(
    ("least", "wait", "cells"),
    [
        (140.0, "1/20", {}),  # M/M/1: λ ≤ μ − 1/w
        (120 + math.log(10) * 20, "1/20", {"wait_chance": 0.9}),  # share of waits: λ ≤ μ − ln(10) / w
    ],
)
def test_a_queue_takes_no_more_than_its_wait_lets_it(least: float, wait: str, cells: dict[str, Any]) -> None:
    assert only_near(queue(round(least + 1e-4, 6), wait, **cells))
    assert not only_near(queue(round(least - 1e-4, 6), wait, **cells))


@pytest.mark.parametrize("variation", [0.0, 0.5, 2.0])
def test_the_mean_wait_at_the_bound_is_that_of_pollaczek_and_khinchine(variation: float) -> None:
    rate, wait = 150.0, 0.03
    network = prepare(queue(rate, wait, variation=variation)).network
    most = float(network.waits.most[0])
    mean = 1 / rate + most * (1 + variation**2) / (2 * rate * (rate - most))
    assert mean == pytest.approx(wait, rel=1e-12)


def test_the_formula_of_waits_is_that_of_a_queue_that_is_played() -> None:
    """Lindley's recursion, services that always take as long (variation 0): the mean wait within 3 %."""
    rate, wait, rng, count = 150.0, 0.02, np.random.default_rng(5), 400_000
    most = float(prepare(queue(rate, wait, variation=0)).network.waits.most[0])
    gaps, waits, last = rng.exponential(1 / most, count), np.zeros(count), 0.0
    for k in range(count):
        last = max(0.0, last + 1 / rate - gaps[k])
        waits[k] = last
    assert waits.mean() + 1 / rate == pytest.approx(wait, rel=0.03)


# -- what is refused -----------------------------------------------------------------------------------------------


def codes(t: dict[str, Any]) -> list[str]:
    try:
        return [p.code for p in prepare(t).problems]
    except InputError as error:
        return [p.code for p in error.problems]


def changed(**cells: Any) -> dict[str, Any]:
    """The case with columns of tables replaced: table__column."""
    t = tables()
    for name, values in cells.items():
        table, column = name.split("__")
        t[table] = t[table] | {column: values}
    return t


@pytest.mark.parametrize(
    ("t", "code"),
    [
        (changed(sites__chance=[0.4, 0.95]), "E730"),
        (changed(sites__chance=[1, 0.95]), "E730"),
        (changed(sites__capacity=["inf", 1000]), "E730"),
        (changed(sites__chance=["", 0.95], sites__together=["a", ""]), "E730"),
        (changed(sites__chance=["", ""], sites__together=["a", "a"]), "E730"),
        (changed(sites__chance=[0.9, 0.95], sites__together=["a", "a"]), "E731"),
        (
            changed(distributions__shape=["uniform"] * 3, distributions__low=[0] * 3, distributions__high=[9] * 3),
            "E732",
        ),
        (changed(distributions__where=["place=h0"] * 3), "E733"),
        (changed(distributions__column=["most"] * 3), "E733"),
        (changed(distributions__mean=[41, 30, 50]), "E734"),
        (changed(lanes__single=["no"] * 6), "E735"),
        (changed(distributions__where=["place=nobody"] * 3), "W730"),
        (changed(distributions__low=[38, 28, 48]), "W731"),
        (changed(sites__serves=[10, ""]), "E740"),
        (changed(sites__wait=[10, ""]), "E740"),
        (changed(sites__serves=[10, ""], sites__wait=[1, ""], sites__wait_chance=[1, ""]), "E740"),
        (changed(sites__serves=[10, ""], sites__wait=[0.1, ""]), "E741"),
        (
            changed(sites__serves=[10, ""], sites__wait=[1, ""], sites__wait_chance=[0.9, ""], sites__variation=[0, 1]),
            "E742",
        ),
    ],
)
def test_what_a_chance_cannot_take_is_said(t: dict[str, Any], code: str) -> None:
    assert code in codes(t)


def test_an_arrival_at_a_queue_is_one_unit() -> None:
    """A queue that counts kg serves dus of 2 kg: 1 / (μ − λ) is of dus. Units of different size are refused."""
    t = queue(150, 0.05)
    t["materials"] = {"material": ["m"], "unit": ["dus"], "mass": [2]}
    assert prepare(t).network.waits.most[0] == pytest.approx(130)
    t["sites"] = {("serves [kg/month]" if c == "serves" else c): v for c, v in t["sites"].items()}
    t["sites"]["capacity [kg/month]"] = t["sites"].pop("capacity")
    assert prepare(t).network.waits.most[0] == pytest.approx(2 * (75 - 20))
    t["materials"] = {"material": ["m", "k"], "unit": ["dus", "kg"], "mass": [2, ""]}
    t["lanes"] = {
        c: [*v, *new] for (c, v), new in zip(t["lanes"].items(), (["h0"], ["near"], ["k"], [1], [""]), strict=True)
    }
    assert "E743" in codes(t)


def test_the_capacity_of_a_period_counts() -> None:
    t = tables(200)
    t["phases"] = {"place": ["near"], "capacity": [138]}
    assert not only_near(t)
    t["phases"]["capacity"] = [139]
    assert only_near(t)


def test_modules_make_room() -> None:
    t = tables(100)
    t["modules"] = {"place": ["near"], "module": ["rack"], "capacity": [10], "running_cost": [1], "most": [9]}
    plan = solved(t)
    assert [row["place"] for row in plan.open] == ["near"] and plan.columns["modules"]["number"] == [4.0]


def test_sizes_ask_for_one_chance() -> None:
    t = tables()
    t["sites"] = {
        "place": ["near", "near", "far"],
        "size": ["s", "l", "-"],
        "capacity": [50, 90, 500],
        "chance": [0.9, 0.95, 0.9],
    }
    assert "E731" in codes(t)


def test_supply_that_varies_goes_whole_and_straight() -> None:
    more = tables()
    more["places"] = {"place": [*more["places"]["place"], "end"]}
    more["lanes"] = {c: [*v, *new] for (c, v), new in zip(more["lanes"].items(), (["far", "near"], ["near", "h0"], ["m", "m"], [1, 1], ["", ""]), strict=True)}  # fmt: skip
    found = codes(more)
    assert "E737" in found  # by way of far
    assert "E736" in found  # something arrives where it varies
    own = tables()
    own["supply"] = {"place": ["near", "h1", "h2"], "material": ["m"] * 3, "amount": list(MEANS)}
    own["distributions"]["where"] = ["place=near", "place=h1", "place=h2"]
    assert "E735" in codes(own)


def test_a_program_that_is_not_linear_is_not_written_as_one(tmp_path: Any) -> None:
    with pytest.raises(balik.BalikError, match="no linear row"):
        balik.convert(tables(139), tmp_path / "a.mps")
