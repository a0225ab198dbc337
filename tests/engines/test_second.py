"""A second opinion: where two engines contradict each other, both are told, and no number is shown."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import balik
from balik import solved
from balik.algebra import Arrays
from balik.analysis.stopping import as_a_whole
from balik.cli import main
from balik.engines import Options, Result, run_highs, run_scip, sound
from balik.engines import scip as module
from balik.errors import BalikError, CallError
from balik.location import pick
from balik.second import contradiction, opinion_on
from balik.words import say
from engines.test_highs import INF, PACK, PLAIN, program

Answer = Callable[[Arrays, Options], Result]
NONE = ["jerigen-padang", "--scenario", "biaya-plus-20"]


def ask(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any], str]:
    code = main(["solve", *args, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def second(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    """An engine that gives the second opinion; it stands in for one that is installed."""
    monkeypatch.setitem(pick.ENGINES, "siting", sound(lambda a, options, basis=None: answer(a, options)))


def right(a: Arrays, options: Options) -> Result:
    return replace(run_highs(a, replace(options, prices=False)), engine="siting")


def below(a: Arrays, options: Options) -> Result:
    """Nothing is done at all, and that is called a plan."""
    x = np.zeros(len(a.cost))
    return Result("optimal", x, a.offset, a.offset, 0.0)


def above(a: Arrays, options: Options) -> Result:
    """The right plan, stopped with a bound that lies above it by its own word: everything costs a little more."""
    found = right(a, options)
    assert found.x is not None and found.objective is not None
    more = found.objective * 1.1
    return Result("stopped", bound=more)


def none(a: Arrays, options: Options) -> Result:
    return Result("infeasible")


def shows_nothing(document: dict[str, Any]) -> None:
    assert [document[k] for k in ("objective", "cost", "bound", "gap", "ledger", "totals")] == [None] * 6
    assert not (document["open"] or document["used"] or document["measures"]) and document["verified"] is False


@pytest.mark.parametrize("case", ["jerigen-padang", "nmc-jawa-barat"])
def test_who_agrees_says_so(case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    second(monkeypatch, right)
    code, found, err = ask(capsys, case, "--engine", "highs,siting")
    alone = balik.solve(case)
    assert code == 0 and not err and found["verified"] and found["cost"] == alone.cost
    assert alone.document()["second_opinion"] is None
    told = found["second_opinion"]
    assert (told["engine"], told["status"], told["agrees"]) == ("siting", "optimal", True)
    assert told["objective"] == pytest.approx(alone.cost) == pytest.approx(told["bound"])
    assert found["options"]["engine"] == "highs,siting" and found["options"]["picked"] == "highs"
    assert "second_opinion" in found["seconds"]
    assert main(["solve", case, "--engine", " highs , siting"]) == 0
    assert "Second opinion: siting agrees; its own plan comes to" in capsys.readouterr().out


def test_that_there_is_no_plan_can_be_agreed_upon(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second(monkeypatch, right)
    code, found, _ = ask(capsys, *NONE, "--engine", "auto,siting")
    assert (code, found["status"], found["second_opinion"]["agrees"]) == (3, "infeasible", True)


@pytest.mark.parametrize(
    ("answer", "words", "kata"),
    [
        (none, "siting says that there is no plan, and highs has one that comes to 8,161,000.",
         "Menurut siting tidak ada rencana, padahal highs punya rencana dengan nilai 8.161.000."),
        (below, "highs says that no plan is below 8,161,000, and siting has one that comes to 0.",
         "Menurut highs tidak ada rencana di bawah 8.161.000, padahal siting punya rencana dengan nilai 0."),
        (above, "siting says that no plan is below 8,977,100, and highs has one that comes to 8,161,000.",
         "Menurut siting tidak ada rencana di bawah 8.977.100, padahal highs punya rencana dengan nilai 8.161.000."),
        (lambda a, options: Result("unbounded"),
         "siting says that the cost can fall without end, and highs that no plan is below 8,161,000.",
         "Menurut siting biaya dapat turun tanpa batas, sedangkan menurut highs tidak ada rencana di bawah 8.161.000."),
    ],
    ids=["no plan", "a plan below the bound", "a bound above the plan", "unbounded"],
)  # fmt: skip
def test_a_contradiction_is_told_and_no_number_shown(
    answer: Answer, words: str, kata: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second(monkeypatch, answer)
    code, found, _ = ask(capsys, "jerigen-padang", "--engine", "highs,siting", "--lang", "id")
    assert code == 3 and found["second_opinion"]["agrees"] is False
    shows_nothing(found)
    assert found["status"] == "feasible"  # that of highs is one, and that much is sure
    assert found["broken"] == [f"{kata} Setidaknya satu dari keduanya keliru, jadi tidak ada angka yang ditampilkan."]
    assert [(p["code"], p["found"].startswith(kata)) for p in found["problems"]] == [("E191", True)]
    assert main(["solve", "jerigen-padang", "--engine", "highs,siting"]) == 3
    out = capsys.readouterr().out
    assert f"Two engines contradict each other: {words}" in out and "Rp" not in out


def test_a_plan_where_there_is_said_to_be_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(pick.ENGINES, "auto", sound(lambda a, options, basis=None: Result("infeasible")))
    second(monkeypatch, right)
    code, found, _ = ask(capsys, "jerigen-padang", "--engine", "auto,siting")
    assert (code, found["status"]) == (3, "feasible") and found["second_opinion"]["objective"] == 8161000
    shows_nothing(found)
    assert main(["solve", "jerigen-padang", "--engine", "auto,siting"]) == 3
    out = capsys.readouterr().out
    assert "highs says that there is no plan, and siting has one that comes to 8,161,000." in out
    assert "No plan exists" not in out and "balik explain" not in out
    second(monkeypatch, below)  # what keeps no row is no plan: nothing says that there is one
    code, found, _ = ask(capsys, "jerigen-padang", "--engine", "auto,siting")
    assert (code, found["status"], found["second_opinion"]["agrees"]) == (3, "infeasible", False)


def test_a_written_contradiction_holds_no_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    second(monkeypatch, none)
    plan = balik.solve("jerigen-padang", engine="highs,siting", out=tmp_path / "p")
    document = json.loads((tmp_path / "p" / "plan.json").read_text())
    shows_nothing(document)
    assert not (tmp_path / "p" / "certificate.npz").exists()
    assert plan.exit_code == 3 and not plan.has_numbers and document["second_opinion"]["status"] == "infeasible"


def test_goals_are_weighed_at_their_last_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    second(monkeypatch, right)
    plan = balik.solve("weee-dua-target", engine="highs,siting")
    assert plan.verified and plan.facts["second_opinion"]["agrees"] is True
    assert plan.facts["second_opinion"]["objective"] == pytest.approx(plan.objective, rel=1e-6)


def test_who_comes_to_no_end_or_fails_takes_nothing_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second(monkeypatch, lambda a, options: Result("stopped"))
    code, found, _ = ask(capsys, "jerigen-padang", "--engine", "highs,siting")
    assert (code, found["cost"], found["second_opinion"]["agrees"]) == (0, 8161000, None)

    def fails(a: Arrays, options: Options) -> Result:
        raise BalikError(say("The solver refused the program: please report this with the case."))

    for answer in (fails, lambda a, options: Result("fine")):
        second(monkeypatch, answer)
        code, found, _ = ask(capsys, "jerigen-padang", "--engine", "highs,siting")
        assert (code, found["cost"], found["second_opinion"]["status"]) == (0, 8161000, "failed")
        assert [p["code"] for p in found["problems"]] == ["W193"]
        assert found["problems"][0]["found"].startswith("There is no second opinion: The ")
    code, found, _ = ask(capsys, "jerigen-padang", "--engine", "auto,highs")
    assert (code, found["second_opinion"]["agrees"]) == (0, None)
    assert found["problems"][0]["found"] == "highs solved the case itself: that is no second opinion."


def test_it_has_the_time_that_is_left() -> None:
    asked: list[float | None] = []

    def notes(a: Arrays, options: Options, basis: Any = None) -> Result:
        asked.append(options.time_limit)
        return Result("stopped")

    first = PLAIN, run_highs(PLAIN, Options())
    for left in (None, 3.0, 0.0, -1.0):
        assert opinion_on(first, "siting", notes, Options(time_limit=5.0), left).agrees is None
    assert asked == [None, 3.0]


@pytest.mark.parametrize(("more", "gap", "contradicts"), [(1e-7, 1e-6, False), (3e-6, 1e-6, True), (3e-6, 1e-5, False)])
def test_within_the_gap_nothing_contradicts(more: float, gap: float, contradicts: bool) -> None:
    one = Result("optimal", np.zeros(1), 1e6, 1e6, 0.0, engine="one")
    two = replace(one, objective=1e6 * (1 - more), bound=None, engine="two")
    assert (contradiction(one, two, gap) is not None) == contradicts == (contradiction(two, one, gap) is not None)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("highs,gurobbi", "'gurobbi' is not an engine."),
        ("highs,", "'' is not an engine."),
        ("highs,siting,network", "names more"),
        ("highs,highs", "asks for another engine by its name"),
        ("highs,auto", "asks for another engine by its name"),
    ],
)
def test_what_is_no_second_opinion_is_refused(asked: str, words: str) -> None:
    with pytest.raises(CallError, match=words):
        balik.solve("jerigen-padang", engine=asked)


def test_scip_that_is_not_installed_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(solved, "run_stages", lambda *args: pytest.fail("the work began"))
    for asked in ("highs,scip", "scip"):
        with pytest.raises(CallError, match=r'pip install "balik\[scip\]"'):
            balik.solve("jerigen-padang", engine=asked)


class _Interrupted:
    """A search that took Ctrl-C for its own end, as SCIP does."""

    def optimize(self) -> None:
        pass

    def getStatus(self) -> str:
        return "userinterrupt"

    def getNSols(self) -> int:
        return 0

    def getDualbound(self) -> float:
        return 0.0


def test_ctrl_c_in_scip_ends_a_study_as_a_whole_and_a_solve_with_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "need_scip", lambda: None)
    monkeypatch.setattr(module, "_model", lambda a, options: _Interrupted())
    assert run_scip(PLAIN, Options()).status == "stopped"
    with pytest.raises(KeyboardInterrupt), as_a_whole():
        run_scip(PLAIN, Options())


# -- SCIP itself, where it is installed ---------------------------------------------------------------------------

with_scip = pytest.mark.skipif(importlib.util.find_spec("pyscipopt") is None, reason="pyscipopt is not installed")


@with_scip
@pytest.mark.parametrize(
    "case",
    [
        PLAIN,
        PACK,
        program([1], [[1]], [3], [2]),  # infeasible
        program([-1], [[1]], [1], [INF]),  # unbounded
        program([-1], [[1]], [1], [INF], whole=[True]),
        program([-1, 0], [[0, 1]], [3], [2]),  # both, were it not infeasible
        program([1, 1], [[1, 1], [0, 0]], [1, 1], [INF, INF]),  # a row without columns that cannot hold
        program([1, 1], [[1, 1], [0, 0]], [1, -1], [INF, 1]),
        program([1.5], [[1]], [2.5], [INF], whole=[True], offset=-7.25),
    ],
)
def test_scip_answers_as_highs_does(case: Arrays) -> None:
    ours, theirs = run_highs(case, Options()), run_scip(case, Options(engine="scip"))
    assert (theirs.status, theirs.engine, theirs.integer) == (ours.status, "scip", ours.integer)
    if ours.objective is not None:
        assert theirs.objective == pytest.approx(ours.objective) == pytest.approx(theirs.bound)


@with_scip
def test_scip_stops_and_tells_of_progress() -> None:
    rng = np.random.default_rng(7)
    matrix = rng.integers(10, 100, (5, 40)).astype(float)
    half = np.floor(matrix.sum(1) / 2)
    split = program(
        [0.0] * 40 + [1.0] * 10, np.hstack([matrix, np.eye(5), -np.eye(5)]).tolist(), half.tolist(), half.tolist(),
        upper=[1.0] * 40 + [INF] * 10, whole=[True] * 40 + [False] * 10,
    )  # fmt: skip
    told: list[Any] = []
    found = run_scip(split, Options(progress=told.append, stop=lambda: len(told) > 5))
    assert found.status == "feasible" and found.x is not None and found.bound is not None and told
    assert np.abs(found.x[:40] - np.round(found.x[:40])).max() == 0
    assert run_scip(split, Options(time_limit=0.0)).status == "stopped"


@with_scip
def test_scip_gives_its_opinion_of_a_case() -> None:
    for case in ("jerigen-padang", "plastik-jabodetabek"):
        plan = balik.solve(case, engine="highs,scip", time_limit=60)
        assert plan.verified and plan.facts["second_opinion"]["agrees"] is True
