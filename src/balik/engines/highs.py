"""HiGHS through its array interface: linear and mixed-integer programs.

Large cold linear programs start with the interior point and cross over to a vertex; others use the simplex, as do
repeats from a basis. Integer solutions are polished: whole numbers are fixed and the rest is solved again, so that
nothing leaks through the solver's tolerances.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from ..algebra import Arrays
from ..errors import BalikError
from ..words import say
from .cones import with_cones
from .evened import with_evened
from .result import Array, Options, Prices, Result
from .supervised import supervised

#: Columns from which a linear program starts with the interior point (measured on networks: 7 s against > 45 s).
LARGE_LP = 50_000
#: Columns up to which the uniqueness of an LP optimum is checked by default.
_UNIQUE_UP_TO = 20_000
_TINY = 1e-9
#: A relative gap that floating point cannot tell from none.
_NOISE = 1e-9
#: Tolerances of a second search, after one in which a whole number leaked.
_TIGHT = {"mip_feasibility_tolerance": 1e-10, "primal_feasibility_tolerance": 1e-9}
#: Searches for better solutions beside the tree, off.
_NOT_SOUGHT: dict[str, bool | float] = {
    "mip_heuristic_effort": 0.0, "mip_heuristic_run_feasibility_jump": False, "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False, "mip_heuristic_run_root_reduced_cost": False,
}  # fmt: skip
#: Seconds that a second look at what was called infeasible may take, however soon that was.
_LOOK_SECONDS = 1.0


@with_cones
@with_evened
def run_highs(
    a: Arrays, options: Options, basis: Any = None, *, start: Array | None = None, nodes: int | None = None,
    seek: bool = True,
) -> Result:  # fmt: skip
    """Solve a program; a time limit, `options.stop` or Ctrl-C keeps the best solution found.

    `start`: a solution of a program with whole numbers, to be bettered. `nodes`: most of the search tree. Not `seek`:
    no effort goes into better solutions beside the tree; the caller has sought them.
    """
    whole = bool(a.integer.any())
    h = _model(a, options)
    if start is not None:
        h.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    if nodes is not None:
        h.setOptionValue("mip_max_nodes", nodes)
    if not seek:
        for name, value in _NOT_SOUGHT.items():
            h.setOptionValue(name, value)
    if basis is not None and not whole:
        h.setBasis(basis)
    elif not whole and len(a.cost) >= LARGE_LP:
        h.setOptionValue("solver", "ipm")
    interrupted = supervised(h, options)
    status = _status(h, a, options, interrupted)
    if whole and status == "infeasible" and _has_a_solution(a, options, h.getRunTime()):
        h.clearSolver()
        h.setOptionValue("presolve", "off")
        status = _status(h, a, options, supervised(h, options))
        status = "stopped" if status == "infeasible" else status  # there is a solution, whatever the search says
    if status in ("infeasible", "unbounded", "stopped"):
        return Result(status, integer=whole)
    if whole:
        return _whole_result(h, a, options, status)
    x = np.array(h.getSolution().col_value)
    objective = float(a.cost @ x) + a.offset
    bound = objective if status == "optimal" else None
    prices = _prices(h, a) if status == "optimal" and options.prices else None
    unique = _is_unique(h, a, x) if status == "optimal" and options.prices and len(a.cost) <= _UNIQUE_UP_TO else None
    gap = 0.0 if status == "optimal" else None
    return Result(status, x, objective, bound, gap, False, prices, unique, h.getBasis())


def _model(a: Arrays, options: Options) -> highspy.Highs:
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("random_seed", options.seed)
    h.setOptionValue("mip_rel_gap", options.gap)
    h.setOptionValue("mip_abs_gap", options.gap)  # relative to max(1, |objective|): this is the 1
    if options.threads:
        h.setOptionValue("threads", options.threads)
    if options.time_limit is not None:
        h.setOptionValue("time_limit", max(0.0, float(options.time_limit)))  # HiGHS passes over a negative one
    pass_arrays(h, a)
    return h


def pass_arrays(h: highspy.Highs, a: Arrays) -> None:
    """Hand the arrays to HiGHS in one call."""
    integer = a.integer.astype(np.int32)
    status = h.passModel(
        len(a.cost), len(a.row_lower), len(a.value), int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize),
        a.offset, a.cost, a.lower, a.upper, a.row_lower, a.row_upper, a.start, a.row, a.value, integer,
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise BalikError(say("The solver refused the program: please report this with the case."))


def _status(h: highspy.Highs, a: Arrays, options: Options, interrupted: bool) -> str:
    status, kinds = h.getModelStatus(), highspy.HighsModelStatus
    if status == kinds.kOptimal:
        return "optimal"
    if status == kinds.kModelEmpty:
        return "optimal"
    if status == kinds.kInfeasible:
        return "infeasible"
    if status in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
        return _unbounded_or_not(a, options)
    if status in (kinds.kTimeLimit, kinds.kInterrupt, kinds.kIterationLimit, kinds.kSolutionLimit) or interrupted:
        return "feasible" if h.getInfo().primal_solution_status == 2 else "stopped"
    if h.getInfo().primal_solution_status == 2 and a.integer.any():
        return "feasible"
    raise BalikError(say("The solver ended without an answer ({status}).", status=h.modelStatusToString(status)))


def _has_a_solution(a: Arrays, options: Options, spent: float) -> bool:
    """Whether a program with whole numbers that was called infeasible has a solution, looked for as long again.

    Presolve takes a bound that is met to a few millionths for one that is not (HiGHS 1.15.1); without it one is found.
    """
    left = math.inf if options.time_limit is None else options.time_limit - spent
    if left <= 0:
        return False
    look = replace(options, time_limit=min(left, max(_LOOK_SECONDS, spent)), progress=None)
    h = _model(replace(a, cost=np.zeros(len(a.cost)), offset=0.0), look)
    h.setOptionValue("presolve", "off")
    supervised(h, look)
    return bool(h.getInfo().primal_solution_status == 2)


def _unbounded_or_not(a: Arrays, options: Options) -> str:
    """Tell infeasible from unbounded: is there any solution at all?"""
    h = _model(replace(a, cost=np.zeros(len(a.cost)), offset=0.0), options)
    supervised(h, options)
    status, kinds = h.getModelStatus(), highspy.HighsModelStatus
    if status == kinds.kInfeasible:
        return "infeasible"
    return "unbounded" if status == kinds.kOptimal else "stopped"


def _whole_result(h: highspy.Highs, a: Arrays, options: Options, status: str) -> Result:
    """The solution with whole numbers whole. Where one leaked (0.000001 of a switch lets much pass), search again."""
    bound = float(h.getInfo().mip_dual_bound)
    x, objective, clean = _polished(a, options, np.array(h.getSolution().col_value))
    if status == "optimal" and (not clean or _gap(objective, bound) > max(options.gap, _NOISE)):
        h = _model(a, options)
        for name, tolerance in _TIGHT.items():
            h.setOptionValue(name, tolerance)
        again = _status(h, a, options, supervised(h, options))
        if again in ("optimal", "feasible"):
            status, bound = again, float(h.getInfo().mip_dual_bound)
            x, objective, _ = _polished(a, options, np.array(h.getSolution().col_value))
    bound = min(bound, objective) if np.isfinite(bound) and abs(bound) < 1e30 else -np.inf
    gap = _gap(objective, bound)
    proved = gap <= max(options.gap * (1 + 1e-6), _NOISE)
    status = "optimal" if proved else "feasible"
    known = np.isfinite(bound)
    return Result(status, x, objective, bound if known else None, gap if known else None, True)


def _gap(objective: float, bound: float) -> float:
    """Gap relative to max(1, |objective|)."""
    return (objective - bound) / max(1.0, abs(objective))


def _polished(a: Arrays, options: Options, x: Array) -> tuple[Array, float, bool]:
    """Whole numbers fixed at their rounded values, the rest solved again; the given point if that fails.

    Also whether the point is as good as the given one, so that nothing had leaked.
    """
    before = float(a.cost @ x) + a.offset
    whole = np.where(a.integer, np.round(x), x)
    lower, upper = np.where(a.integer, whole, a.lower), np.where(a.integer, whole, a.upper)
    none = np.zeros(len(x), bool)
    h = _model(replace(a, lower=lower, upper=upper, integer=none), options)
    supervised(h, replace(options, progress=None, stop=None))  # the plan of a search that was stopped is wanted, too
    if h.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        again = np.array(h.getSolution().col_value)
        after = float(a.cost @ again) + a.offset
        return again, after, after <= before + max(options.gap, 1e-6) * max(1.0, abs(before))
    return whole, float(a.cost @ whole) + a.offset, False


# -- what only linear programs have ------------------------------------------------------------------------------


def _prices(h: highspy.Highs, a: Arrays) -> Prices | None:
    """Duals and reduced costs, and the range of each bound over which they hold."""
    solution = h.getSolution()
    if not solution.dual_valid or not len(a.row_lower):
        return None
    status, ranging = h.getRanging()
    if status == highspy.HighsStatus.kError:  # after an interior point: the simplex confirms the vertex first
        h.setOptionValue("solver", "simplex")
        supervised(h, Options())
        solution = h.getSolution()
        status, ranging = h.getRanging()
    if status == highspy.HighsStatus.kError or not ranging.valid:
        return None
    return Prices(
        np.array(solution.row_dual),
        np.array(solution.col_dual),
        (np.array(ranging.row_bound_dn.value_), np.array(ranging.row_bound_up.value_)),
        (np.array(ranging.col_bound_dn.value_), np.array(ranging.col_bound_up.value_)),
    )


def _is_unique(h: highspy.Highs, a: Arrays, x: Array) -> bool | None:
    """Whether the optimum is the only one: nothing can move on the optimal face (Appa 2002).

    Columns and rows with a price stay where they are; what is left is pushed away from its bound. The optimum is
    unique when that push gains nothing, or moves only columns that are settled after the solve.
    """
    solution = h.getSolution()
    price, reduced = np.array(solution.row_dual), np.array(solution.col_dual)
    scale = max(1.0, float(np.abs(a.cost).max(initial=0.0)))
    activity = np.array(solution.row_value)
    fixed_row, fixed_col = np.abs(price) > _TINY * scale, np.abs(reduced) > _TINY * scale
    row_lower, row_upper = np.where(fixed_row, activity, a.row_lower), np.where(fixed_row, activity, a.row_upper)
    lower, upper = np.where(fixed_col, x, a.lower), np.where(fixed_col, x, a.upper)
    basis = h.getBasis()
    basic = np.array([s == highspy.HighsBasisStatus.kBasic for s in basis.col_status], bool)
    loose = ~basic & ~fixed_col & (a.upper > a.lower)
    push = np.where(loose & (x <= a.lower + _TINY), -1.0, np.where(loose & (x >= a.upper - _TINY), 1.0, 0.0))
    row_basic = np.array([s == highspy.HighsBasisStatus.kBasic for s in basis.row_status], bool)
    slack = ~row_basic & ~fixed_row & (a.row_upper > a.row_lower)
    if not push.any() and not slack.any():
        return True
    sign = np.where(
        slack & (activity <= a.row_lower + _TINY * np.maximum(1, np.abs(activity))), -1.0, np.where(slack, 1.0, 0.0)
    )
    col = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    cost = push + np.bincount(col, a.value * sign[a.row], len(a.cost))
    face = Arrays(cost, 0.0, lower, upper, np.zeros(len(x), bool), row_lower, row_upper, a.start, a.row, a.value)
    still = _stays(face, cost, x)
    return _stays_but_for(a.settled, face, x) if still is False and a.settled is not None else still


def _stays(face: Arrays, cost: Array, x: Array) -> bool | None:
    """Whether nothing on the face is cheaper than x by this cost; None where that took too long."""
    options = Options(time_limit=10.0)
    g = _model(replace(face, cost=cost), options)
    supervised(g, options)
    if g.getModelStatus() in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return False
    if g.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    moved = float(cost @ x) - g.getInfo().objective_function_value
    return bool(moved <= 1e-6 * max(1.0, float(np.abs(x).max(initial=0.0))))


def _stays_but_for(settled: Array, face: Arrays, x: Array) -> bool | None:
    """Whether x is the only point of the face, settled columns aside: it lies at both ends of a random direction."""
    way = np.random.default_rng(0).uniform(-1.0, 1.0, len(x))
    way[settled] = 0.0
    there, back = _stays(face, way, x), _stays(face, -way, x)
    return None if there is None or back is None else there and back


def relaxation_duals(a: Arrays, options: Options) -> Array | None:
    """Duals of the rows when whole numbers need not be whole; None where that took too long."""
    relaxed = replace(a, integer=np.zeros(len(a.cost), bool))
    h = _model(relaxed, options)
    if len(a.cost) >= LARGE_LP:
        h.setOptionValue("solver", "ipm")
    supervised(h, options)
    solution = h.getSolution()
    return np.array(solution.row_dual) if solution.dual_valid else None


def write_model(a: Arrays, columns: list[str], rows: list[str], path: Path) -> None:
    """Write the program as MPS or LP, by the suffix of the path, with these names."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    pass_arrays(h, a)
    for i, name in enumerate(columns):
        h.passColName(i, name)
    for i, name in enumerate(rows):
        h.passRowName(i, name)
    if h.writeModel(str(path)) == highspy.HighsStatus.kError:
        raise BalikError(say("The solver could not write {path}.", path=path))
