"""What a plan costs, and what the optimum of a small instance is: by linear programs and HiGHS, without balik's engines.

A plan is the sites that are open, by number (with single source also who serves whom); all else follows from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from benchmarks.siting.models import Compact, Rows, compact
from benchmarks.siting.networks import Coordinates, Reverse

from .instances import Array, Problem, with_matrix

Plan = dict[str, list[int]]

#: Lists of a plan by kind of instance; CLOSED in the list of levels: the plant is closed.
CLOSED = -1


class PlanError(ValueError):
    """A plan that is none of the instance."""


def lists_of(problem: Problem) -> dict[str, tuple[int | None, int]]:
    """Lists of a plan: length (None: any, and no number twice) and how many numbers there are."""
    if isinstance(problem, TwoEchelon):
        return {"plants": (None, problem.plants), "depots": (None, problem.depots)}
    if isinstance(problem, Reverse):
        plants, levels = problem.level_fixed.shape
        return {"centres": (None, len(problem.centre_fixed)), "levels": (plants, levels)}
    sites = {"sites": (None, len(problem.fixed))}
    single = isinstance(problem, Siting) and problem.single
    return sites | ({"assignment": (len(problem.demand), len(problem.fixed))} if single else {})


def price(problem: Problem, plan: Plan) -> float:
    """The least cost of a plan; raises PlanError where it is none."""
    _shape(problem, plan)
    if isinstance(problem, Coordinates):
        at = np.array(plan["sites"], int)
        part = replace(problem, sites=problem.sites[at], capacity=problem.capacity[at], fixed=problem.fixed[at])
        return _forced(compact(with_matrix(part), "weak"))
    if isinstance(problem, Siting):
        return _assigned(problem, plan) if problem.single else _forced(compact(_cut(problem, plan["sites"]), "weak"))
    if isinstance(problem, TwoEchelon):
        return _forced(compact(_cut_two(problem, plan["plants"], plan["depots"]), "weak"))
    model, whole = network_model(problem)
    opened = np.zeros(len(whole))
    opened[plan["centres"]] = 1.0
    levels = problem.level_fixed.shape[1]
    for plant, level in enumerate(plan["levels"]):
        if level != CLOSED:
            opened[len(problem.centre_fixed) + plant * levels + level] = 1.0
    return _solved(model, whole, opened)


def optimum(problem: Problem, seconds: float = 60.0) -> float:
    """The bound of a small instance that HiGHS proves on the compact model."""
    if isinstance(problem, Coordinates):
        problem = with_matrix(problem)
    model = network_model(problem)[0] if isinstance(problem, Reverse) else compact(problem, "strong")
    h = model.highs()
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 1e-7)
    h.setOptionValue("time_limit", seconds)
    h.setOptionValue("threads", 1)
    h.run()
    return float(h.getInfo().mip_dual_bound)


# -- parts -------------------------------------------------------------------------------------------------------


def _shape(problem: Problem, plan: Plan) -> None:
    """Lists must be those of the kind, and their numbers such as there are."""
    asked = lists_of(problem)
    if set(plan) != set(asked):
        raise PlanError(f"a plan of this instance has the lists {', '.join(asked)}")
    for name, (length, count) in asked.items():
        numbers, least = plan[name], CLOSED if name == "levels" else 0
        whole = all(isinstance(v, int) and least <= v < count for v in numbers)
        if not whole or (len(set(numbers)) < len(numbers) if length is None else len(numbers) != length):
            raise PlanError(f"{name} holds what is no list of sites")
        if not numbers:
            raise PlanError(f"{name} is empty")


def _cut(p: Siting, sites: list[int]) -> Siting:
    """The open sites alone; at most one of a place."""
    place = p.place[sites]
    if len(np.unique(place)) < len(place):
        raise PlanError("two sizes of one place are open")
    return Siting(p.unit_cost[sites], p.demand, p.capacity[sites], p.fixed[sites])


def _cut_two(p: TwoEchelon, plants: list[int], depots: list[int]) -> TwoEchelon:
    """The open plants and depots alone."""
    return TwoEchelon(
        p.plant_cost[:, plants][:, :, depots], p.customer_cost[:, depots], p.plant_capacity[plants],
        p.depot_capacity[depots], p.plant_fixed[plants], p.depot_fixed[depots], p.demand,
    )  # fmt: skip


def _assigned(p: Siting, plan: Plan) -> float:
    """A plan of single source: plain sums."""
    site, customers = np.array(plan["assignment"]), np.arange(p.m)
    if not np.isin(site, plan["sites"]).all():
        raise PlanError("a customer is served by a closed site")
    if (np.bincount(site, p.demand, p.n) > p.capacity).any():
        raise PlanError("a site takes more than its capacity")
    return float(p.fixed[plan["sites"]].sum() + (p.unit_cost[site, customers] * p.demand).sum())


def _forced(model: Compact) -> float:
    """The optimum of a compact model with every site open."""
    whole = np.flatnonzero(model.integer)
    return _solved(model, whole, np.ones(len(whole)))


def _solved(model: Compact, whole: Array, value: Array) -> float:
    """The optimum of the linear program that is left when the whole numbers have these values."""
    h = replace(model, integer=np.zeros(len(model.cost), bool)).highs()
    h.changeColsBounds(len(whole), whole.astype(np.int32), value, value)
    if len(model.cost) > 50_000:
        h.setOptionValue("solver", "ipm")
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise PlanError("these sites cannot take everything")
    return float(h.getInfo().objective_function_value)


def network_model(p: Reverse) -> tuple[Compact, Array]:
    """The compact model of a network, and the columns of its switches: centres, then plants level by level.

    Columns: customer → centre share of a return, centre → plant flow (material and period last); switches.
    """
    customers, centres, materials = p.into_cost.shape
    plants, levels = p.level_fixed.shape
    periods = p.returns.shape[2]
    into = np.arange(customers * centres * materials * periods).reshape(customers, centres, materials, periods)
    on = into.size + np.arange(centres * plants * materials * periods).reshape(centres, plants, materials, periods)
    centre = into.size + on.size + np.arange(centres)
    level = centre[-1] + 1 + np.arange(plants * levels).reshape(plants, levels)
    rows, back = Rows(), p.returns[:, None]
    rows.put(_block(rows, p.returns.shape, 1.0, 1.0)[:, None], into, 1.0)
    balance = _block(rows, (centres, materials, periods), 0.0, 0.0)
    rows.put(balance[None], into, back)
    rows.put(balance[:, None], on, -1.0)
    room = _block(rows, (centres, periods), -np.inf, 0.0)
    rows.put(room[None, :, None, :], into, back)
    rows.put(room, centre[:, None], -p.centre_capacity[:, None])
    works = _block(rows, (plants, periods), -np.inf, 0.0)
    rows.put(works[None, :, None, :], on, 1.0)
    rows.put(works[:, None, :], level[:, :, None], -p.level_capacity[:, :, None])
    rows.put(_block(rows, (plants, 1), -np.inf, 1.0), level, 1.0)
    earned = p.yields.T * p.revenue[:, None] - (1.0 - p.yields.T) * float(p.gate_fee)  # (materials, plants)
    passed = np.broadcast_to((p.through_cost - earned.T[None])[:, :, :, None], on.shape)
    cost = np.concatenate([
        (np.broadcast_to(p.into_cost[:, :, :, None], into.shape) * back).ravel(), passed.ravel(), p.centre_fixed,
        p.level_fixed.ravel(),
    ])  # fmt: skip
    whole: Any = np.arange(len(cost)) >= centre[0]
    upper = np.where(whole, 1.0, np.inf)
    return rows.compact(cost, upper, whole), np.flatnonzero(whole)


def _block(rows: Rows, shape: tuple[int, ...], lower: float, upper: float) -> Array:
    return rows.block(int(np.prod(shape)), lower, upper).reshape(shape)
