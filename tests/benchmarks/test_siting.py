"""The siting benchmarks judge fairly: what is reached, what contradicts, what is still to record."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from balik.location.answer import Answer
from balik.location.problem import Siting
from balik.location.watch import Watch
from benchmarks.siting import classes, generators, ours, peers, records, report
from benchmarks.siting import kept as kept_runs
from benchmarks.siting.results import Row, checks, growth

TRIALS = (("cbc", "weak"), ("highs", "strong"), ("scip", "weak"))


def instance(name: str, size: int = 6, known: float | None = None) -> classes.Instance:
    return classes.Instance(name, lambda: generators.cst(size, size, 3.0, 1), known, (size, size, 3.0))


def told(seconds: float, objective: float = 100.0, bound: float = 100.0, **more: Any) -> dict[str, Any]:
    gap = objective - bound
    return {"seconds": seconds, "objective": objective, "bound": bound, "gap": gap / objective, "nodes": 1, "memory": 50.0,
            "status": "stopped" if gap else "optimal", "trace": [], "stages": {}} | more  # fmt: skip


def kept(
    cpu: float, status: str = "optimal", incumbent: float | None = 100.0, bound: float | None = 100.0
) -> dict[str, Any]:
    return {
        "peer": "cbc",
        "form": "weak",
        "version": "1",
        "cpu": cpu,
        "status": status,
        "incumbent": incumbent,
        "bound": bound,
    }


def a_class(aim: classes.Aim, limit: float = 10.0) -> classes.Class:
    return classes.Class("x", "a class", (), limit, aim)


def reached(aim: classes.Aim, *rows: Row) -> list[bool | None]:
    return [check.reached for check in checks(a_class(aim), rows)]


def test_a_peer_that_failed_counts_as_the_limit() -> None:
    row = Row(instance("a"), told(2.0), [kept(30.0, "limit", None, None)])
    assert row.ratio == 2.0 / peers.LIMIT
    assert Row(instance("a"), told(2.0), [kept(20.0), kept(5.0)]).ratio == 0.4


def test_what_is_not_proven_has_no_finite_ratio() -> None:
    row = Row(instance("a"), told(2.0, bound=99.0), [kept(30.0)])
    assert row.ratio == math.inf
    assert reached(classes.Aim(ratio=1 / 30), row) == [False]


def test_a_ratio_is_open_until_all_peers_are_recorded() -> None:
    good, alone = Row(instance("a"), told(1.0), [kept(100.0)]), Row(instance("b"), told(1.0))
    assert reached(classes.Aim(ratio=1 / 30, worst_ratio=1 / 10), good, alone) == [None, None]
    assert reached(classes.Aim(ratio=1 / 30, worst_ratio=1 / 10), good) == [True, True]


def test_every_kind_of_aim_can_be_missed() -> None:
    aim = classes.Aim(proven=True, gap=1e-3, median=1.0, worst=3.0, memory=40.0)
    assert reached(aim, Row(instance("a"), told(5.0, bound=90.0))) == [False] * 5
    assert reached(aim, Row(instance("a"), told(0.5, memory=30.0))) == [True] * 5


def test_the_gap_is_looked_at_when_the_aim_says() -> None:
    ours_told = told(10.0, bound=98.0, trace=[(1.0, 100.0, 90.0), (3.0, 100.0, 95.0), (9.0, 100.0, 98.0)])
    row = Row(instance("a"), ours_told)
    assert (row.gap_at(0.5), row.gap_at(4.0), row.gap_at(10.0)) == (math.inf, 0.05, 0.02)
    assert reached(classes.Aim(gap=0.05, at=4.0, halved=True), row) == [True, True]
    assert reached(classes.Aim(gap=0.04, at=4.0), row) == [False]


def test_what_was_measured_is_kept_until_it_is_measured_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept_runs, "PATH", tmp_path / "measured.json")
    monkeypatch.setattr(records, "PATH", tmp_path / "records.json")
    c = classes.classes()["200"]
    for seconds, some in ((3.0, c.instances[:2]), (1.0, c.instances[1:3])):
        rows = [Row(i, told(seconds, trace=[(0.5, 100.0, 90.0)])) for i in some]
        kept_runs.save(report.Run({"200": rows}, {"200": c}, {"200": 4.0}))
    run = kept_runs.load()
    assert [row.instance.name for row in run.rows["200"]] == [i.name for i in c.instances[:3]]
    assert [row.seconds for row in run.rows["200"]] == [3.0, 1.0, 1.0]
    assert f"3 of {len(c.instances)}" in report.page(run, charts=False)


def test_a_class_stands_as_the_machine_found_it_that_measured_most(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kept_runs, "PATH", tmp_path / "measured.json")
    monkeypatch.setattr(records, "PATH", tmp_path / "records.json")
    of = classes.classes()
    for where, seconds, counts in (("old", 3.0, {"200": 3, "300": 1}), ("new", 1.0, {"200": 2, "300": 1, "500": 2})):
        monkeypatch.setattr(records, "machine", lambda where=where: where)
        for name, count in counts.items():
            rows = [Row(i, told(seconds)) for i in of[name].instances[:count]]
            kept_runs.save(report.Run({name: rows}, {name: of[name]}, {name: 4.0}))
        about = {"machine": where, "instance": of["200"].instances[0].name}
        records.add(about | {"sha": records.digest(of["200"].instances[0])} | kept(seconds * 7))
    run = kept_runs.load()
    assert run.where["200"] == "old" and run.where["500"] == "new"
    assert [row.seconds for row in run.rows["200"]] == [3.0, 3.0, 3.0]
    assert [p["cpu"] for row in run.rows["200"] for p in row.peers] == [21.0]


def test_contradictions_are_named() -> None:
    assert Row(instance("a", known=100.0), told(1.0), [kept(1.0)]).contradiction() is None
    assert "published" in str(Row(instance("a", known=99.9), told(1.0)).contradiction())
    assert "below" in str(Row(instance("a"), told(1.0, 99.0, 99.0), [kept(1.0)]).contradiction())


def test_a_killed_cbc_leaves_what_it_last_said() -> None:
    log = "Continuous objective value is 90.5 - 0.01 seconds\nCbc0010I After 100 nodes, 5 on heap, 101.5 best solution, best possible 95.25 (1.00 seconds)"
    assert peers.read_cbc(log) == {"status": "limit", "incumbent": 101.5, "bound": 95.25, "nodes": None}


def test_cbc_that_was_ended_in_its_relaxation_has_no_bound() -> None:
    log = "Continuous objective value is 5.17424e+13 - 95.0 seconds\nResult - Stopped on time limit\nLower bound: 5.17424e+13\n"
    assert peers.read_cbc(log) == {"status": "limit", "incumbent": None, "bound": None, "nodes": None}


@pytest.mark.parametrize("form", ["weak", "strong"])
def test_peers_run_in_their_own_process(form: str) -> None:
    p = generators.cst(8, 5, 3.0, 1)
    found = [peers.run(p, peer, form) for peer in ("cbc", "highs")]
    assert all(f["status"] == "optimal" and f["cpu"] < 20 for f in found)
    assert found[0]["incumbent"] == pytest.approx(found[1]["bound"], rel=1e-6)


def test_recording_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PATH", tmp_path / "records.json")
    family = classes.Family((instance("first"), instance("second")), TRIALS, keep=1)
    c = classes.Class("x", "a class", (family,), 10.0, classes.Aim())
    seen = []
    for i, trial in records.todo([c]):
        seen.append((i.name, trial))
        base = {"machine": records.machine(), "instance": i.name, "sha": records.digest(i)}
        records.add(base | kept(3.0 - len(seen)) | dict(zip(("peer", "form"), trial, strict=True)))
    assert seen == [("first", t) for t in TRIALS] + [("second", TRIALS[2])]  # the last one was quickest
    assert list(records.todo([c])) == []
    assert [(i.name, t) for i, t in records.todo([c], ["gurobi"])] == [
        ("first", ("gurobi", f)) for f in ("strong", "weak")
    ]
    changed = classes.Family((instance("first", size=7), instance("second", size=7)), TRIALS, keep=1)
    assert len(list(records.todo([classes.Class("x", "", (changed,), 1.0, classes.Aim())]))) == len(TRIALS)


def test_ours_is_told_with_its_trace_and_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine(p: Siting, watch: Watch) -> Answer:
        watch.news(incumbent=5.0, bound=4.0)
        watch.stage("root")
        return Answer("feasible", p.fixed > 0, 5.0, 4.0, {"nodes": 3})

    monkeypatch.setattr(ours, "solve", engine)
    found = ours.one(generators.cst(6, 4, 3.0, 1), 10.0)
    assert list(found["stages"]) == ["root"] and found["counts"] == {"nodes": 3.0}
    assert found["trace"][0][1:] == (5.0, 4.0) and found["gap"] == pytest.approx(0.2)


def test_the_page_and_its_charts() -> None:
    rows = [
        Row(classes.Instance(f"{n}x{n} r=5 seed {s}", lambda: None, None, (n, n, r)), told(1e-6 * n**2.0), [kept(n / 5)])  # type: ignore[arg-type, return-value]
        for n in (100, 200, 400) for s, r in enumerate((3.0, 5.0, 10.0))
    ]  # fmt: skip
    exponents, count = growth(rows)
    assert count == 9 and exponents["n = m"] == pytest.approx(2.0) and exponents["r"] == pytest.approx(0.0, abs=1e-9)
    run = report.Run(rows={"x": rows}, classes={"x": a_class(classes.Aim(proven=True, ratio=1 / 30))})
    page = report.page(run, charts=True)
    for words in (
        "## What is to be reached",
        "| a class | 9 | all proven | 9 of 9 | yes |",
        "n = m^2.00",
        "Nowhere in this run",
    ):
        assert words in page
    drawn = report.charts(run)
    assert set(drawn) == {report.PROFILE, report.GROWTH}
    assert all(c.svg().count("<path") > 3 and "nan" not in c.svg() for c in drawn.values())


def test_ours_has_an_entry_for_every_kind_of_problem() -> None:
    coordinates = generators.coordinates(30, 10, 3.0, 1)
    two = generators.two_echelon(3, 4, 6, 2, "hard", 1)
    for problem in (generators.cst(12, 6, 3.0, 1), coordinates, two):
        assert ours.covered(type(problem))
        assert ours.one(problem, 300.0)["status"] == "optimal"
