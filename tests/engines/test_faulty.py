"""Engines that are wrong: whatever they answer, no number of theirs is shown, and the user is told."""

from __future__ import annotations

import _thread
import json
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

import balik
from balik.algebra import Arrays
from balik.cli import main
from balik.engines import Options, Result, run_highs, sound, supervised
from balik.errors import BalikError
from balik.location import pick

Fault = Callable[[Result, Arrays], Result]
#: A linear program, one with sites, and one that has no plan.
CASES = {
    "linear": ["jerigen-padang"],
    "whole": ["nmc-jawa-barat"],
    "none": ["jerigen-padang", "--scenario", "biaya-plus-20"],
}


def other(**changes: Any) -> Fault:
    return lambda result, a: replace(result, **changes)


def moved(change: Callable[[np.ndarray, Arrays], np.ndarray]) -> Fault:
    """Another point, with the cost and the bound that go with it, and no prices: only the laws can tell."""

    def answer(result: Result, a: Arrays) -> Result:
        assert result.x is not None
        x = change(result.x.copy(), a)
        cost = float(a.cost @ x) + a.offset
        return replace(result, x=x, objective=cost, bound=cost, gap=0.0, prices=None)

    return answer


def at(value: float) -> Fault:
    """One number of the plan replaced, nothing else."""

    def answer(result: Result, a: Arrays) -> Result:
        assert result.x is not None
        x = result.x.copy()
        x[len(x) // 2] = value
        return replace(result, x=x)

    return answer


def cut(result: Result, a: Arrays) -> Result:
    assert result.x is not None
    return replace(result, x=result.x[:-1])


def spoiled(result: Result, a: Arrays) -> Result:
    """Duals of another program."""
    assert result.prices is not None
    return replace(result, prices=replace(result.prices, row=result.prices.row[1:]))


def no_finite(result: Result, a: Arrays) -> Result:
    assert result.prices is not None
    return replace(result, prices=replace(result.prices, column=result.prices.column * np.nan))


#: Name → the fault, the exit code that the user sees, and words of what is said.
WITH_PLAN: dict[str, tuple[Fault, int, str]] = {
    "nan": (at(math.nan), 1, "infinite, or none"),
    "infinite": (at(math.inf), 1, "infinite, or none"),
    "objective nan": (other(objective=math.nan), 1, "infinite, or none"),
    "wrong objective": (other(objective=1.0, bound=0.0), 1, "and its plan comes to"),
    "wrong length": (cut, 1, "columns"),
    "no plan": (other(x=None), 1, "gives no plan"),
    "no objective": (other(objective=None), 1, "gives no plan"),
    "unknown status": (other(status="fine"), 1, "its status is 'fine'"),
    "wrong status": (other(status="infeasible"), 1, "and gives a plan"),
    "unbounded with a plan": (other(status="unbounded"), 1, "and gives a plan"),
    "bound on the wrong side": (lambda r, a: replace(r, bound=(r.objective or 0.0) * 1.01 + 5), 1, "no plan is below"),
    "bound nan": (other(bound=math.nan), 1, "no plan is below"),
    "bound that proves nothing": (other(bound=-1e9), 1, "says optimal, and its bound is"),
    "optimal without a bound": (other(bound=None), 1, "proves nothing"),
    "nothing is done": (moved(lambda x, a: x * 0.0), 3, ""),
    "everything twice": (moved(lambda x, a: x * 2.0), 3, ""),
    "everything mirrored": (moved(lambda x, a: -x), 3, ""),
    "a little less of all": (moved(lambda x, a: x * 0.999), 3, ""),
    "at random": (moved(lambda x, a: np.random.default_rng(1).uniform(0, 500, len(x))), 3, ""),
}


def ask(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any] | None, str]:
    code = main(["solve", *args, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out.strip() else None, err


def shows_nothing(document: dict[str, Any] | None) -> None:
    if document is not None:
        assert [document[k] for k in ("objective", "cost", "bound", "gap", "ledger", "totals")] == [None] * 6
        assert not (document["open"] or document["used"] or document["measures"]) and document["verified"] is False


def ended(document: dict[str, Any] | None) -> bool:
    """Whether the document says that there is no answer, and shows no number."""
    shows_nothing(document)
    return document is not None and document["status"] == "stopped" and [p["code"] for p in document["problems"]] == ["E192"]


def put_in(monkeypatch: pytest.MonkeyPatch, engine: Callable[..., Result]) -> None:
    monkeypatch.setitem(pick.ENGINES, "auto", sound(engine))


@pytest.mark.parametrize("case", ["linear", "whole"])
@pytest.mark.parametrize("fault", WITH_PLAN)
def test_a_wrong_answer_is_not_shown(
    fault: str, case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, code, words = WITH_PLAN[fault]
    put_in(monkeypatch, lambda a, options, basis=None: spoil(ANSWERS[case](a), a))
    found, document, said = ask(capsys, *CASES[case])
    assert found == code, (found, said)
    shows_nothing(document)
    if words:
        assert words in said and "No plan is shown" in said and "Traceback" not in said
    else:
        assert document is not None and document["broken"]  # each a sentence that names what is wrong


class Answers(dict):  # type: ignore[type-arg]
    """The right answers to the cases, found once."""

    def __missing__(self, case: str) -> Callable[[Arrays], Result]:
        kept: list[Result] = []

        def answer(a: Arrays) -> Result:
            if not kept:
                kept.append(run_highs(a, Options(gap=0.01 if case == "whole" else 1e-6, threads=1)))
                kept[0] = replace(kept[0], bound=kept[0].objective)
            return kept[0]

        self[case] = answer
        return answer


ANSWERS = Answers()


@pytest.mark.parametrize("fault", [spoiled, no_finite])
def test_duals_of_another_program_are_not_shown(
    fault: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_in(monkeypatch, lambda a, options, basis=None: fault(ANSWERS["linear"](a), a))
    code, document, said = ask(capsys, *CASES["linear"])
    assert code == 1 and ended(document) and "its prices are not those of this program" in said


def dearest(result: Result, a: Arrays) -> Result:
    """A sound plan, and the prices of it, for the opposite aim: the worst plan called the best."""
    found = run_highs(replace(a, cost=-a.cost), Options())
    assert found.x is not None
    cost = float(a.cost @ found.x) + a.offset
    return replace(result, x=found.x, objective=cost, bound=cost, gap=0.0, prices=found.prices)


def dearer(result: Result, a: Arrays) -> Result:
    """The worst plan, beside the prices of the best."""
    return replace(dearest(result, a), prices=result.prices)


def inflated(result: Result, a: Arrays) -> Result:
    """The best plan, beside prices that are all too high."""
    assert result.prices is not None
    return replace(result, prices=replace(result.prices, row=result.prices.row * 1.7, column=result.prices.column * 1.7))


@pytest.mark.parametrize("fault", [dearest, dearer, inflated])
def test_a_linear_optimum_that_its_own_prices_do_not_show_is_not_shown(
    fault: Fault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_in(monkeypatch, lambda a, options, basis=None: fault(ANSWERS["linear"](a), a))
    code, document, said = ask(capsys, *CASES["linear"])
    assert code == 1 and ended(document) and "by its own prices another plan may cost" in said


@pytest.mark.parametrize("case", ["titik-jemput-acak", "turki-enam-kota", "nmc-jawa-barat"])
@pytest.mark.parametrize("by", [0.02, None])
def test_a_whole_optimum_that_a_cheaper_plan_refutes_is_not_shown(
    case: str, by: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lawful plans called the best, with bounds to match: one a little dearer than the best, and the dearest of all."""

    def answer(a: Arrays, options: Options, basis: Any = None) -> Result:
        best = run_highs(a, replace(options, second=None))
        assert best.objective is not None and a.integer.any()
        most = math.inf if by is None else best.objective + by * abs(best.objective)
        found = run_highs(_at_most(a, most, -1.0), options)
        assert found.x is not None
        cost = float(a.cost @ found.x) + a.offset
        assert cost > best.objective + 1e-4 * abs(best.objective)
        return Result("optimal", found.x, cost, cost, 0.0, True, engine="highs")

    put_in(monkeypatch, answer)
    with pytest.raises(BalikError, match="by its own word, and one that comes to"):
        balik.solve(case, out=tmp_path / "plan")
    assert not (tmp_path / "plan").exists()


def _at_most(a: Arrays, most: float, sign: float) -> Arrays:
    """The same program for the opposite aim, where plans cost no more than so much."""
    on = np.flatnonzero(a.cost)
    col = np.concatenate([np.repeat(np.arange(len(a.cost)), np.diff(a.start)), on])
    row, value = np.append(a.row, np.full(len(on), len(a.row_lower))), np.append(a.value, a.cost[on])
    order = np.argsort(col, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=len(a.cost)))])
    return replace(
        a, cost=sign * a.cost, offset=sign * a.offset, start=start.astype(a.start.dtype), row=row[order].astype(a.row.dtype),
        value=value[order], row_lower=np.append(a.row_lower, -np.inf), row_upper=np.append(a.row_upper, most - a.offset),
    )  # fmt: skip


#: Verbs that solve many times; each asks engines by name, HiGHS itself, or a solver that lives on.
VERBS: dict[str, Callable[[], Any]] = {
    "sensitivity": lambda: balik.sensitivity("jerigen-padang", over="supply.price", range=(-0.1, 0.1, 0.1)),
    "sensitivity of sites": lambda: balik.sensitivity("titik-jemput-acak", over="sites.capacity", range=(0, 0.1, 0.1)),
    "frontier": lambda: balik.frontier("turki-enam-kota", ["cost", "co2"], points=3),
    "compare": lambda: balik.compare("jerigen-padang", ["biaya-minus-10", "biaya-plus-10"]),
    "stochastic": lambda: balik.stochastic(TWO),
    "explain": lambda: balik.explain("gudang-transit", budget=1.0),
}
#: Two scenarios of one decision.
TWO = {
    "places": {"place": ["a", "s", "w"]},
    "materials": {"material": ["m"]},
    "lanes": {"origin": ["a", "s"], "dest": ["s", "w"], "fee": ["1", "2"]},
    "supply": {"place": ["a"], "material": ["m"], "amount": ["5"]},
    "demand": {"place": ["w"], "material": ["m"], "price": ["9"]},
    "sites": {"place": ["s"], "running_cost": ["7"]},
    "scenarios": {"scenario": ["low", "high"], "probability": ["0.5", "0.5"]},
    "changes": {"scenario": ["low", "high"], "table": ["supply"] * 2, "column": ["amount"] * 2, "where": ["place=a"] * 2,
                "op": ["="] * 2, "value": ["3", "8"]},
}  # fmt: skip
TRUTH: dict[str, dict[tuple[str, ...], Any]] = {}


class Answer:
    """What HiGHS says, with other numbers in it."""

    def __init__(self, given: Any, **changes: Any):
        self.given, self.changes = given, changes

    def __getattr__(self, name: str) -> Any:
        return self.changes.get(name, getattr(self.given, name))


def scaled(times: float) -> Callable[[pytest.MonkeyPatch], None]:
    asked = highspy.Highs.getSolution

    def put(monkeypatch: pytest.MonkeyPatch) -> None:
        def answer(h: highspy.Highs) -> Answer:
            found = asked(h)
            return Answer(found, col_value=[times * v for v in found.col_value])

        monkeypatch.setattr(highspy.Highs, "getSolution", answer)

    return put


def crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(h: highspy.Highs) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(highspy.Highs, "run", run)


#: Faults of HiGHS itself, wherever it is asked.
BELOW = {"scaled": scaled(0.9), "nan": scaled(math.nan), "nothing": scaled(0.0), "crash": crashing}


def numbers(part: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every number of an answer, but for times, how much work it was, and where which sentence stands (`said`)."""
    if isinstance(part, dict):
        kept = {k: v for k, v in part.items() if k not in ("seconds", "solves", "work", "laws", "problems", "said")}
        return {p: v for k, v in kept.items() for p, v in numbers(v, (*path, str(k))).items()}
    if isinstance(part, (list, tuple)):
        return {p: v for i, v in enumerate(part) for p, v in numbers(v, (*path, str(i))).items()}
    return {path: part} if isinstance(part, (int, float)) and not isinstance(part, bool) else {}


@pytest.mark.parametrize("fault", BELOW)
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_shows_what_a_wrong_solver_says(fault: str, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if verb not in TRUTH:
        TRUTH[verb] = numbers(VERBS[verb]().document())
    BELOW[fault](monkeypatch)
    try:
        shown = numbers(VERBS[verb]().document())
    except BalikError:
        return  # told
    for path, value in shown.items():
        assert TRUTH[verb].get(path) == pytest.approx(value, rel=1e-5, abs=1e-6), path


@pytest.mark.parametrize("engine", sorted(pick.ENGINES))
def test_no_engine_is_believed_by_its_name(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine == "scip":
        pytest.importorskip("pyscipopt")
    for fault in (at(math.nan), moved(lambda x, a: x * 2.0), moved(lambda x, a: x * 0.0)):
        answer = sound(lambda a, options, basis=None, fault=fault: fault(ANSWERS["whole"](a), a))
        monkeypatch.setitem(pick.ENGINES, engine, answer)
        try:
            plan = balik.solve("nmc-jawa-barat", engine=engine)
        except BalikError:
            continue  # told
        assert not plan.has_numbers and plan.cost is None and plan.broken


def test_a_plan_without_duals_is_a_plan_without_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, lambda a, options, basis=None: replace(ANSWERS["linear"](a), prices=None, unique=None))
    plan = balik.solve("jerigen-padang")
    assert plan.verified and "prices" not in plan.columns and plan.unique is None


@pytest.mark.parametrize("error", [RuntimeError("broken"), ZeroDivisionError(), IndexError("7"), SystemError("odd")])
def test_a_crash_is_told_in_words(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(a: Arrays, options: Options, basis: Any = None) -> Result:
        raise error

    put_in(monkeypatch, crash)
    code, document, said = ask(capsys, *CASES["linear"])
    assert code == 1 and ended(document)
    assert f"The engine auto failed ({type(error).__name__}" in said and "there is no plan" in said


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(a: Arrays, options: Options, basis: Any = None) -> Result:
        raise MemoryError

    put_in(monkeypatch, full)
    code, document, said = ask(capsys, *CASES["linear"])
    assert code == 1 and ended(document) and "does not fit into the memory" in said


@pytest.mark.parametrize("status", ["infeasible", "unbounded", "stopped"])
def test_that_there_is_no_plan_shows_no_number(
    status: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where the engine is wrong about it, and where it names a bound or an objective beside it."""
    put_in(monkeypatch, lambda a, options, basis=None: Result(status, objective=7.0, bound=7.0, gap=0.0))
    code, document, _ = ask(capsys, *CASES["linear"])
    assert code == (4 if status == "stopped" else 3)
    assert document is not None and document["status"] == status
    shows_nothing(document)


def test_a_stopped_search_may_have_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(
        monkeypatch,
        lambda a, options, basis=None: replace(ANSWERS["whole"](a), status="feasible", bound=None, gap=None),
    )
    plan = balik.solve("nmc-jawa-barat")
    assert plan.status == "feasible" and plan.verified and plan.bound is None and plan.gap is None


def test_every_engine_is_asked_with_care() -> None:
    assert all(hasattr(engine, "__wrapped__") for engine in pick.ENGINES.values())


# -- solvers that do not come back -------------------------------------------------------------------------------


def hang(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(highspy.Highs, "run", lambda self: time.sleep(seconds))
    monkeypatch.setattr(supervised, "_PATIENCE", 0.3)


def test_a_solver_that_does_not_keep_its_time_is_given_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hang(monkeypatch, 3.0)
    start = time.perf_counter()
    code, document, said = ask(capsys, "jerigen-padang", "--time-limit", "0.2")
    assert code == 4 and ended(document) and "was given up: there is no plan" in said
    assert time.perf_counter() - start < 2.5


def test_a_solver_that_does_not_stop_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    hang(monkeypatch, 3.0)
    with pytest.raises(supervised.GivenUp, match="after it was stopped"):
        run_highs(ONE, Options(stop=lambda: True))


def test_a_second_interrupt_ends_what_the_first_did_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hang(monkeypatch, 3.0)
    monkeypatch.setattr(supervised, "_PATIENCE", 60.0)
    for seconds in (0.5, 0.9):
        threading.Timer(seconds, _thread.interrupt_main).start()
    start = time.perf_counter()
    code, document, said = ask(capsys, "jerigen-padang")
    assert code == 4 and ended(document) and "stopped" in said
    assert time.perf_counter() - start < 2.8


#: min x, x ≥ 1.
ONE = Arrays(np.ones(1), 0.0, np.zeros(1), np.full(1, np.inf), np.zeros(1, bool), np.ones(1), np.full(1, np.inf),
             np.array([0, 1], np.int32), np.zeros(1, np.int32), np.ones(1))  # fmt: skip
