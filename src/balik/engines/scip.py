"""SCIP through PySCIPOpt, an extra (`balik[scip]`): a solver that shares no code with HiGHS, for a second opinion.

Whole numbers are cleaned as with HiGHS: they are fixed, and the rest is solved again, here by SCIP itself. Ctrl-C is
heard by SCIP, which keeps the best solution; a handler of Python's, of a study that ends as a whole, hears of it after.
No prices and no basis are given.
"""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..errors import BalikError, CallError
from ..words import say
from .cones import with_cones
from .result import Array, Options, Progress, Result

#: What SCIP takes for infinite.
_ENDLESS = 1e20
#: By how much a row may be missed: less than SCIP's own 1e-6, so that little leaks where a switch has a large factor.
_FEASIBLE = 1e-9
#: A relative gap that floating point cannot tell from none.
_NOISE = 1e-9
_ENDS = {
    "optimal": "optimal", "gaplimit": "optimal", "infeasible": "infeasible", "unbounded": "unbounded",
    "inforunbd": "unbounded",
}  # fmt: skip
#: Ends of a search that was stopped, with or without a plan.
_STOPS = ("timelimit", "userinterrupt", "memlimit", "terminate")


def need_scip() -> None:
    """Raise CallError where SCIP is not installed."""
    if find_spec("pyscipopt") is None:
        raise CallError(say('SCIP is not installed here. Install it with: pip install "balik[scip]"'))


@with_cones
def run_scip(a: Arrays, options: Options, basis: Any = None) -> Result:
    """Solve a program; a time limit, `options.stop` or Ctrl-C keeps the best solution found."""
    need_scip()
    whole, end = bool(a.integer.any()), _end(options)
    status, x, bound = _searched(a, options)
    if status == "unbounded":  # or infeasible: is there any solution at all?
        zero = replace(a, cost=np.zeros(len(a.cost)), offset=0.0)
        status = {"optimal": "unbounded", "feasible": "unbounded", "infeasible": "infeasible"}.get(
            _searched(zero, _left(options, end))[0], "stopped"
        )
        return Result(status, integer=whole, engine="scip")
    if whole and x is not None:
        x = _cleaned(a, options, x)
    if x is None:
        status = "infeasible" if status == "infeasible" else "stopped"
        return Result(status, bound=bound if status == "stopped" else None, integer=whole, engine="scip")
    objective = float(a.cost @ x) + a.offset
    bound = None if bound is None else min(bound, objective)
    gap = None if bound is None else (objective - bound) / max(1.0, abs(objective))
    proved = gap is not None and gap <= max(options.gap * (1 + 1e-6), _NOISE)
    return Result("optimal" if proved else "feasible", x, objective, bound, gap, whole, engine="scip")


def _cleaned(a: Arrays, options: Options, x: Array) -> Array | None:
    """Whole numbers fixed at their rounded values, the rest solved again; None where that has no solution."""
    fixed = np.round(x)
    lower, upper = np.where(a.integer, fixed, a.lower), np.where(a.integer, fixed, a.upper)
    none = np.zeros(len(x), bool)
    again = replace(options, time_limit=None, progress=None, stop=None)  # that of a stopped search is wanted, too
    return _searched(replace(a, lower=lower, upper=upper, integer=none), again)[1]


def _searched(a: Arrays, options: Options) -> tuple[str, Array | None, float | None]:
    """The status, the best solution and the bound of a search by SCIP."""
    model = _model(a, options)
    if model is None:
        return "infeasible", None, None
    asked = _listen(model, options)
    model.optimize()
    ended = model.getStatus()
    if ended == "userinterrupt" and not asked:
        _hand_on()
    if ended not in _ENDS and ended not in _STOPS:
        raise BalikError(say("The solver ended without an answer ({status}).", status=ended))
    status = _ENDS.get(ended, "feasible" if model.getNSols() else "stopped")
    bound = float(model.getDualbound())
    known = bound if abs(bound) < _ENDLESS and status not in ("infeasible", "unbounded") else None
    if status not in ("optimal", "feasible"):
        return status, None, known
    best = model.getBestSol()
    x = np.array([model.getSolVal(best, column) for column in model.data], float)
    return status, np.clip(x, a.lower, a.upper), known


def _model(a: Arrays, options: Options) -> Any:
    """The program in SCIP, its columns in `data`; None where a row without columns cannot hold."""
    from pyscipopt import Model
    from pyscipopt.scip import Expr, ExprCons, Term

    model = Model()
    model.hideOutput()
    model.setParams({
        "limits/gap": options.gap, "limits/absgap": options.gap,  # relative to max(1, |objective|): this is the 1
        "numerics/feastol": _FEASIBLE, "randomization/randomseedshift": options.seed,
    })  # fmt: skip
    if options.time_limit is not None:
        model.setParam("limits/time", max(0.0, float(options.time_limit)))
    columns = [
        model.addVar(lb=_finite(low), ub=_finite(high), obj=cost, vtype="I" if whole else "C")
        for low, high, cost, whole in zip(
            a.lower.tolist(), a.upper.tolist(), a.cost.tolist(), a.integer.tolist(), strict=True
        )
    ]
    model.addObjoffset(a.offset)
    model.data = columns
    order = np.argsort(a.row, kind="stable")
    col, value = np.repeat(np.arange(len(a.cost)), np.diff(a.start))[order].tolist(), a.value[order].tolist()
    ends = np.cumsum(np.bincount(a.row, minlength=len(a.row_lower))).tolist()
    begin = 0
    for low, high, end in zip(a.row_lower.tolist(), a.row_upper.tolist(), ends, strict=True):
        terms = {Term(columns[col[k]]): value[k] for k in range(begin, end) if value[k]}
        begin = end
        if terms and (low > -_ENDLESS or high < _ENDLESS):
            model.addCons(ExprCons(Expr(terms), lhs=_finite(low), rhs=_finite(high)))
        elif not terms and (low > _FEASIBLE or high < -_FEASIBLE):
            return None
    return model


def _finite(bound: float) -> float | None:
    return bound if abs(bound) < _ENDLESS else None


def _hand_on() -> None:
    """Tell whoever listens for Ctrl-C of the one that SCIP took; without such a one it has ended the search, and no more."""
    if signal.getsignal(signal.SIGINT) not in (signal.default_int_handler, signal.SIG_DFL, signal.SIG_IGN, None):
        signal.raise_signal(signal.SIGINT)


def _listen(model: Any, options: Options) -> list[bool]:
    """Tell of progress, and end the search when `options.stop` asks to, of which the list then tells."""
    asked: list[bool] = []
    if options.progress is None and options.stop is None:
        return asked
    from pyscipopt import SCIP_EVENTTYPE, Eventhdlr

    kinds = (SCIP_EVENTTYPE.NODESOLVED, SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.FIRSTLPSOLVED)
    start = time.perf_counter()

    class Listener(Eventhdlr):  # type: ignore[misc]
        """Hears of every node and every better solution."""

        def eventinit(self) -> None:
            for kind in kinds:
                self.model.catchEvent(kind, self)

        def eventexit(self) -> None:
            for kind in kinds:
                self.model.dropEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            if options.progress is not None:
                options.progress(_progress(self.model, time.perf_counter() - start))
            if options.stop is not None and options.stop():
                asked.append(True)
                self.model.interruptSolve()

    model.includeEventhdlr(Listener(), "balik", "progress and stop")
    return asked


def _progress(model: Any, seconds: float) -> Progress:
    incumbent, bound = (v if abs(v) < _ENDLESS else None for v in (model.getPrimalbound(), model.getDualbound()))
    gap = None if incumbent is None or bound is None else abs(incumbent - bound) / max(1.0, abs(incumbent))
    return Progress(seconds, incumbent, bound, gap, int(model.getNTotalNodes()))


def _end(options: Options) -> float | None:
    return None if options.time_limit is None else time.perf_counter() + options.time_limit


def _left(options: Options, end: float | None) -> Options:
    return replace(options, time_limit=None if end is None else max(0.0, end - time.perf_counter()))
