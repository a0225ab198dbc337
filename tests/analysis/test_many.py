"""Many solves of one case: the same answers as one by one, each once, kept as they come, whatever becomes of workers."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import balik
from balik.algebra import Arrays
from balik.analysis.compare import row_of
from balik.analysis.many import Jobs, Many, Solver, Stopped
from balik.analysis.many.coded import coded, decoded, light
from balik.analysis.many.family import Family
from balik.analysis.many.parcel import Parcel
from balik.analysis.many.worker import Pool
from balik.analysis.sweep import Sweep, _ends_first
from balik.cli import main
from balik.engines import Options, Progress, run_highs
from balik.errors import BalikError, CallError, InputError
from balik.tables import Typed, read, type_tables, with_sets
from balik.words import Figure, say

ROOT = Path(__file__).resolve().parents[2]


# -- the same answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "over", "points"),
    [
        ("jerigen-padang", "supply.price", (0.8, 1.05, 1.2, 0.95)),  # costs of a linear program
        ("jerigen-padang", "limits.most[limit=trl-max]", (1.3, 0.6, 1.1)),  # right-hand sides, once without a plan
        ("plastik-jabodetabek", "modes.payload", (0.7, 1.2, 1.1)),  # coefficients
        ("turki-enam-kota", "sites.opening_cost", (0.5, 1.6, 0.9, 1.1)),  # costs, with sites to choose
        ("turki-enam-kota", "sites.capacity", (0.8, 1.4, 1.2, 1.0)),  # coefficients of sites
        ("gudang-transit", "supply.amount", (0.5, 0.9, 1.0)),  # right-hand sides of several periods,
    ],
)
def test_a_sweep_answers_as_solves_one_by_one(case: str, over: str, points: Sequence[float]) -> None:
    solver = Solver(case)
    for point in points:
        change = [f"{over} *= {point}"]
        warm, cold = solver.plan(None, change), balik.solve(case, set=change)
        assert (warm.status, warm.cost, warm.objective, warm.used) == (
            cold.status,
            cold.cost,
            cold.objective,
            cold.used,
        )
        assert warm.verified == cold.verified
        assert warm.gap == pytest.approx(cold.gap, abs=1e-6)


def test_what_others_have_shown_proves_plans_without_a_search() -> None:
    solver = Solver("turki-enam-kota")
    costs = {}
    for share in (0.5, 1.5, *np.linspace(0.6, 1.4, 9).round(6).tolist()):
        costs[share] = solver.plan(None, [f"sites.opening_cost *= {share}"]).cost
    assert solver.family.proved >= 7
    assert costs[1.0] == balik.solve("turki-enam-kota").cost


def test_a_row_says_the_same_whoever_proved_the_plan() -> None:
    changes = [[f"sites.opening_cost *= {share}"] for share in (0.5, 1.5, 0.8, 1.2, 0.6, 1.4, 0.7)]
    others, alone = Solver("turki-enam-kota"), Solver("turki-enam-kota")
    base = others.plan()
    rows = [row_of(others.plan(None, change), base) for change in changes]
    assert others.family.proved > 3
    for change, row in zip(changes[3:], rows[3:], strict=True):
        assert row_of(alone.plan(None, change), base) == row


def test_sets_on_tables_that_were_read_are_sets_of_the_call() -> None:
    sets = ["supply.price *= 1.1", "supply.price[place=grosir-1] += 5"]
    together, later = read("jerigen-padang", None, sets), with_sets(read("jerigen-padang", None, sets[:1]), sets[1:])
    assert later.sets == together.sets
    assert {n: dict(t.columns) for n, t in later.tables.items()} == {
        n: dict(t.columns) for n, t in together.tables.items()
    }
    wrong = with_sets(read("jerigen-padang"), ["supply.nothing = 1"])
    assert [p.code for p in wrong.problems] == ["E104"]


def test_tables_that_did_not_change_are_typed_once_and_their_problems_stay() -> None:
    case = {"places": {"place": ["a", "b"], "lat": ["x", "1"]}, "supply": {"place": ["a"], "most": ["5"]}}
    typed, tables = Typed(), read(case)
    first, again = type_tables(tables, typed), type_tables(with_sets(tables, ["supply.most = 7"]), typed)
    plain = type_tables(with_sets(read(case), ["supply.most = 7"]))
    assert again["places"].number["lat"] is first["places"].number["lat"]
    assert again["supply"].number["most"].tolist() == [7.0]
    assert [str(p) for p in again.problems] == [str(p) for p in plain.problems]
    assert again["places"].ok.tolist() == plain["places"].ok.tolist()


# -- programs beside each other ----------------------------------------------------------------------------------


def program(g: np.random.Generator, columns: int = 8, rows: int = 6, whole: int = 4) -> Arrays:
    """A program that has a plan: 0 ≤ x ≤ 9, and what a plan of whole numbers makes of its rows stays allowed."""
    dense = np.where(g.random((rows, columns)) < 0.6, g.integers(-4, 6, (rows, columns)), 0).astype(float)
    plan = g.integers(0, 5, columns).astype(float)
    row, col = dense.T.nonzero()[1], dense.T.nonzero()[0]
    side = dense @ plan
    integer = np.arange(columns) < whole
    return Arrays(
        g.integers(-3, 9, columns).astype(float), 0.0, np.zeros(columns), np.full(columns, 9.0), integer,
        np.where(g.random(rows) < 0.5, side - g.integers(0, 3, rows), -np.inf), side + g.integers(0, 4, rows),
        np.searchsorted(col, np.arange(columns + 1)).astype(np.int32), row.astype(np.int32), dense[row, col],
    )  # fmt: skip


def moved(g: np.random.Generator, a: Arrays) -> Arrays:
    """The program with a few of its numbers changed, of one kind."""
    kind = g.integers(0, 4)
    if kind == 0:
        return replace(a, cost=a.cost * g.uniform(0.5, 1.5), offset=float(g.integers(0, 5)))
    if kind == 1:
        return replace(a, cost=a.cost + np.where(g.random(len(a.cost)) < 0.3, g.integers(-2, 3, len(a.cost)), 0.0))
    if kind == 2:
        return replace(
            a,
            row_upper=a.row_upper + g.integers(0, 3, len(a.row_upper)),
            upper=a.upper - (g.random(len(a.upper)) < 0.1),
        )
    value = a.value.copy()
    value[g.integers(0, len(value))] += g.choice([-0.5, 0.5])
    return replace(a, value=np.where(value == 0, 0.25, value))


@pytest.mark.parametrize("whole", [0, 4])
def test_a_family_answers_as_solvers_that_start_anew(whole: int) -> None:
    options = Options(prices=False)
    proved = 0
    for seed in range(8):
        g = np.random.default_rng(seed)
        family, base = Family(), program(g, whole=whole)
        for _ in range(15):
            a = moved(g, base)
            found, anew = family.run(a, options), run_highs(a, options)
            assert found.status == anew.status
            if anew.x is not None and anew.objective is not None:
                assert found.x is not None
                assert found.objective == pytest.approx(anew.objective, rel=1e-8, abs=1e-8)
                assert float(a.cost @ found.x) + a.offset == pytest.approx(anew.objective, rel=1e-8, abs=1e-8)
                assert found.bound is not None and found.bound <= anew.objective + 1e-6
        proved += family.proved
    assert (proved > 0) == bool(whole)


def test_a_plan_that_is_not_the_best_is_not_proved() -> None:
    a = program(np.random.default_rng(3))
    family = Family()
    first = family.run(a, Options(prices=False))
    turned = replace(a, cost=-a.cost)
    assert family.run(turned, Options(prices=False)).objective == pytest.approx(run_highs(turned, Options()).objective)
    assert family.proved == 0 and first.x is not None


# -- kept as they come -------------------------------------------------------------------------------------------


class Counted:
    """Answers in the way of a solver, and writes down every question; stops, or dies as a worker, where it is told to."""

    stop: Any = None

    def __init__(self, case: Any, folder: str, ends_at: int = -1, dies_at: int = -1):
        self.folder, self.ends_at, self.dies_at = Path(folder), ends_at, dies_at

    def square(self, k: int) -> list[int]:
        """k², once the file of k says that it was asked; dies the first time where it shall. Whoever is no worker waits
        until one has died."""
        mine = self.folder / f"{k}.txt"
        worker = multiprocessing.parent_process() is not None
        while self.dies_at >= 0 and not worker and not (self.folder / f"{self.dies_at}.txt").exists():
            time.sleep(0.01)
        again = mine.exists()
        with mine.open("a") as file:
            file.write("asked\n")
        if k == self.dies_at and not again and worker:
            os.kill(os.getpid(), signal.SIGKILL)
        if k == self.ends_at and not again:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
        return [k * k]


CASE = "jerigen-padang"


def test_a_stopped_study_goes_on_and_solves_nothing_twice(tmp_path: Path) -> None:
    asked, kept = tmp_path / "asked", tmp_path / "kept"
    asked.mkdir()
    jobs = Jobs(workers=1, resume=kept)
    with (
        pytest.raises(Stopped, match="3 solves are kept") as stopped,
        Many("test", Counted, CASE, (str(asked), 3), jobs) as many,
    ):
        many.map("square", [(k,) for k in range(8)])
    assert stopped.value.exit_code == 4 and str(kept) in str(stopped.value)
    assert "yang sama" in stopped.value.into("id")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with Many("test", Counted, CASE, (str(asked), 3), jobs) as many:
        assert many.map("square", [(k,) for k in range(8)]) == [[k * k] for k in range(8)]
        assert many.solved == 5
    times = {int(path.stem): len(path.read_text().split()) for path in asked.iterdir()}
    assert times == {k: 2 if k == 3 else 1 for k in range(8)}  # 3 was cut short


def test_without_a_folder_it_is_said_that_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="--resume"), Many("test", Counted, CASE, (str(tmp_path), 1), Jobs()) as many:
        many.map("square", [(k,) for k in range(3)])


def test_answers_of_something_else_are_refused(tmp_path: Path) -> None:
    def ask(kind: str = "test", case: Any = CASE, options: tuple[Any, ...] = ("x",)) -> None:
        Many(kind, Counted, case, options, Jobs(resume=tmp_path / "kept")).__exit__(None, None, None)

    ask()
    ask()
    for changed, what in (
        ({"kind": "other"}, "the question"),
        ({"case": "gudang-transit"}, "the case"),
        ({"options": ("y",)}, "an option"),
    ):
        with pytest.raises(CallError, match=f"{what} has changed"):
            ask(**changed)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "list.txt").write_text("mine")
    with pytest.raises(CallError, match="no study"):
        Many("test", Counted, CASE, (), Jobs(resume=tmp_path / "mine"))
    (tmp_path / "kept" / "study.json").write_text("{")
    with pytest.raises(CallError, match="changed since"):
        ask()


def test_a_cell_that_changed_anywhere_makes_another_case(tmp_path: Path) -> None:
    case = {
        "places": {"place": ["a"]},
        "supply": {"place": ["a"], "most": ["5"]},
        "supply@s": {"place": ["a"], "most": ["6"]},
    }
    Many("test", Counted, case, (), Jobs(resume=tmp_path / "kept")).__exit__(None, None, None)
    for name in ("supply", "supply@s"):
        changed = case | {name: {"place": ["a"], "most": ["7"]}}
        with pytest.raises(CallError, match="the case has changed"):
            Many("test", Counted, changed, (), Jobs(resume=tmp_path / "kept"))


@pytest.mark.parametrize("damage", ["torn", "changed"])
def test_a_line_that_is_not_whole_does_not_count(tmp_path: Path, damage: str) -> None:
    (tmp_path / "asked").mkdir()

    def ask() -> int:
        with Many("test", Counted, CASE, (str(tmp_path / "asked"),), Jobs(workers=1, resume=tmp_path / "kept")) as many:
            assert many.map("square", [(k,) for k in range(4)]) == [[0], [1], [4], [9]]
            return many.solved

    assert ask() == 4
    answers = tmp_path / "kept" / "answers.jsonl"
    lines = answers.read_bytes().splitlines(keepends=True)
    answers.write_bytes(b"".join(lines[:3]) + (lines[3][:-5] if damage == "torn" else lines[3].replace(b"9", b"8")))
    assert ask() == 1
    assert ask() == 0
    assert set(lines) <= set(answers.read_bytes().splitlines(keepends=True))


@pytest.mark.skipif(sys.platform == "win32", reason="no bound on the size of files")
@pytest.mark.parametrize(("most", "told", "kept"), [(0, "cannot be written", False), (700, "takes no more answers", True)])
def test_a_folder_that_is_full_is_said_and_keeps_what_it_has(tmp_path: Path, most: int, told: str, kept: bool) -> None:
    import resource

    def ask(folder: Path) -> list[Any]:
        with Many("test", Counted, CASE, (str(tmp_path),), Jobs(workers=1, resume=folder)) as many:
            return [many.map("square", [(k,) for k in range(10**9, 10**9 + 20)]), many.solved]

    bounds, before = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, bounds[1]))
    try:
        with pytest.raises(BalikError, match=told) as found:
            ask(tmp_path / "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bounds)
        signal.signal(signal.SIGXFSZ, before)
    assert found.value.exit_code == 2 and (tmp_path / "kept").exists() == kept
    if kept:
        answers, solved = ask(tmp_path / "kept")
        assert answers == [[k * k] for k in range(10**9, 10**9 + 20)] and 0 < solved < 20


def test_a_plan_comes_back_as_it_was_kept() -> None:
    plan = light(balik.solve("turki-enam-kota", set=["sites.opening_cost *= 1.01"]))
    again = decoded(json.loads(json.dumps(coded((plan, np.array([1.5, 2.0]), None)), allow_nan=False)))
    assert again[0].document() == plan.document() and again[0].columns == plan.columns
    assert again[1].tolist() == [1.5, 2.0] and again[2] is None
    assert [type(p.found) for p in again[0].problems] == [type(p.found) for p in plan.problems]
    with pytest.raises(TypeError):
        coded(object())


def test_a_figure_that_was_kept_is_still_written_as_each_language_writes_it() -> None:
    told = say("{over} over {range}", over="x", range=Figure("8,161.5"))
    assert decoded(json.loads(json.dumps(coded(told)))).into("id") == told.into("id") == "x sepanjang 8.161,5"


def test_a_resumed_study_reads_as_the_first(tmp_path: Path) -> None:
    def rows(**how: Any) -> list[Any]:
        study = balik.sensitivity(CASE, "supply.price", "-10%:+20%:10%", **how)
        return [study.rows, study.findings[:1]]

    first, kept = rows(), tmp_path / "kept"
    assert rows(resume=kept) == first
    size = (kept / "answers.jsonl").stat().st_size
    assert rows(resume=kept) == first
    assert (kept / "answers.jsonl").stat().st_size == size


@pytest.mark.parametrize("verb", ["compare", "frontier", "simulate", "stochastic", "atlas", "sites", "edge", "curve", "prices"])
def test_every_verb_goes_on_without_a_solve(tmp_path: Path, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = {
        "compare": lambda **how: balik.compare("delapan-jaringan", **how),
        "frontier": lambda **how: balik.frontier("turki-enam-kota", ["cost", "co2"], **how),
        "simulate": lambda **how: balik.simulate("titik-jemput-acak", 5, **how),
        "stochastic": lambda **how: balik.stochastic("titik-jemput-acak", **how),
        "atlas": lambda **how: balik.atlas("turki-enam-kota", "15%", **how),
        "sites": lambda **how: balik.sensitivity("turki-enam-kota", "transport", find="sites", **how),
        "edge": lambda **how: balik.sensitivity(CASE, "limits.most[limit=trl-max]", find="edge", **how),
        "curve": lambda **how: balik.sensitivity("turki-enam-kota", "sites.capacity", "0%:10%:5%", find="curve", **how),
        "prices": lambda **how: balik.sensitivity("turki-enam-kota", find="prices", **how),
    }[verb]
    first = ask(resume=tmp_path / "kept")
    monkeypatch.setattr("balik.engines.highs.highspy.Highs.run", lambda self: pytest.fail("it is solved again"))
    again = ask(resume=tmp_path / "kept")
    assert again.rows == first.rows and again.ok == first.ok


def test_the_time_that_is_left_is_told(tmp_path: Path) -> None:
    told: list[Progress] = []
    with Many("test", Counted, CASE, (str(tmp_path),), Jobs(workers=1, progress=told.append)) as many:
        many.map("square", [(k,) for k in range(3)])
    assert [str(p.doing).partition(" · ")[0] for p in told] == ["1 of 3 solved", "2 of 3 solved", "3 of 3 solved"]
    assert told[0].doing is not None and "sisa" in told[0].doing.into("id")


def test_what_cannot_be_is_refused_and_the_others_are_answered() -> None:
    with Many("test", Solver, CASE, (None, {}), Jobs(workers=1)) as many:
        many.ahead("plan", [(None, ["supply.price *= 2"]), (None, ["supply.nothing = 1"])])
        assert many.one("plan", None, ["supply.price *= 2"]).status == "infeasible"
        with pytest.raises(InputError, match="nothing"):
            many.one("plan", None, ["supply.nothing = 1"])
        assert many.solved == 2


def test_points_are_asked_from_the_ends_inwards() -> None:
    assert _ends_first([[str(k)] for k in range(6)]) == [["0"], ["5"], ["2"], ["1"], ["3"], ["4"]]
    assert [_ends_first([["x"]] * k) for k in range(3)] == [[], [["x"]], [["x"], ["x"]]]


# -- in other processes ------------------------------------------------------------------------------------------


def test_a_worker_that_dies_costs_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    asked, kept = tmp_path / "asked", tmp_path / "kept"
    asked.mkdir()
    with Many("test", Counted, CASE, (str(asked), -1, 5), Jobs(workers=2, resume=kept)) as many:
        assert many.map("square", [(k,) for k in range(12)]) == [[k * k] for k in range(12)]
        assert many.solved == 12
    lines = (kept / "answers.jsonl").read_text().splitlines()
    assert len(lines) == 12 and len(set(lines)) == 12
    assert len((asked / "5.txt").read_text().split()) == 2


@pytest.mark.slow
def test_workers_that_always_die_end_the_study() -> None:
    with pytest.raises(BalikError, match="Workers died"), Many("test", Deadly, CASE, (), Jobs(workers=2)) as many:
        many.map("square", [(k,) for k in range(100)])
    assert 0 < many.solved < 100


class Deadly:
    """Dies of every question; this process, which answers beside the workers, does not."""

    def __init__(self, case: Any):
        pass

    def square(self, k: int) -> int:
        """No answer of a worker."""
        if multiprocessing.parent_process() is not None:
            os._exit(1)
        time.sleep(0.2)
        return k * k


@pytest.mark.slow
def test_two_workers_answer_as_one_and_no_script_is_run_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import balik
        print("begun")
        study = balik.sensitivity("turki-enam-kota", "sites.opening_cost", "-20%:+20%:10%", workers=2)
        print([row["cost"] for row in study.rows])
        """)
    )
    out = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout.splitlines()
    one = balik.sensitivity("turki-enam-kota", "sites.opening_cost", "-20%:+20%:10%", workers=1)
    assert out == ["begun", str([row["cost"] for row in one.rows])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("find", "over", "span"),
    [
        ("sites", ("sites.opening_cost[place=F1]", "sites.capacity"), None),
        ("edge", ("supply.amount", "sites.capacity"), None),
        ("curve", ("sites.capacity",), "-10%:+20%:10%"),
        ("prices", (), None),
    ],
)
def test_places_are_found_side_by_side_as_one_after_the_other(
    find: str, over: tuple[str, ...], span: str | None
) -> None:
    one, two = (balik.sensitivity("turki-enam-kota", over, span, find=find, workers=n) for n in (1, 2))
    assert two.rows == one.rows and two.findings == one.findings and two.rows


@pytest.mark.slow
def test_sets_of_sites_and_trials_are_the_same_side_by_side(tmp_path: Path) -> None:
    one, two = (balik.atlas("turki-enam-kota", "40%", workers=n) for n in (1, 2))
    assert two.rows == one.rows and two.more["complete"] and len(two.rows) > 3
    found = [balik.validate("turki-enam-kota", workers=n, resume=tmp_path / str(n)) for n in (1, 2)]
    assert found[0].document() == found[1].document() and found[0].ok
    before = (tmp_path / "2" / "answers.jsonl").read_bytes()
    assert balik.validate("turki-enam-kota", resume=tmp_path / "2").document() == found[0].document()
    assert (tmp_path / "2" / "answers.jsonl").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "first"), [("1", 3), ("2", 3), ("3", 1)])  # with 3, some are about to start
def test_ctrl_c_ends_workers_and_keeps_what_is_there(tmp_path: Path, workers: str, first: int) -> None:
    kept = tmp_path / "kept"
    command = [sys.executable, "-m", "balik", "sensitivity", "nmc-jawa-barat", "--over", "sites.capacity",
               "--range", "0%:40%:1%", "--workers", workers, "--resume", str(kept)]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    answers, end = kept / "answers.jsonl", time.monotonic() + 60
    while time.monotonic() < end and (not answers.exists() or len(answers.read_bytes().splitlines()) < first):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all of them hear it
    out, said = process.communicate(timeout=30)
    assert process.returncode == 4 and out == "" and "goes on from there" in said, said
    assert len(said.splitlines()) == 1, said  # no word of workers that were cut off, nor of what they left
    assert first <= len(answers.read_bytes().splitlines()) < 41


def test_ctrl_c_waits_for_a_process_that_is_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half started, it would complain of what it was not told, and nobody would end it."""
    whole = []

    def submit(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        whole.append(time.sleep(0.01))

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        Pool(1, Parcel(str, {}, ())).submit(int)
    assert whole == [None] and signal.getsignal(signal.SIGINT) is before


@pytest.mark.slow
@pytest.mark.parametrize("idle", [True, False])
def test_workers_that_idle_or_write_are_ended_without_a_trace(tmp_path: Path, idle: bool) -> None:
    script = f"""
        import time
        from balik.analysis.many.parcel import Parcel
        from balik.analysis.many.worker import Pool
        pool = Pool(2, Parcel(str, {{}}, ()))
        print([pool.submit(int).result(), pool.submit(int).result()])
        if not {idle}:
            for _ in range(2):
                pool.submit(bytes, 10**8)
            time.sleep(0.05)
        pool.end()
    """
    file = tmp_path / "ended.py"
    file.write_text(textwrap.dedent(script))
    told = subprocess.run([sys.executable, "-W", "error", file], capture_output=True, text=True, timeout=60)
    assert (told.returncode, told.stdout, told.stderr) == (0, "[0, 0]\n", "")


@pytest.mark.slow
def test_workers_end_with_a_study_that_is_killed(tmp_path: Path) -> None:
    """Nobody is there to end them: they see it by themselves."""
    script = """
        import os, signal
        from balik.analysis.many.parcel import Parcel
        from balik.analysis.many.worker import Pool
        executor = Pool(1, Parcel(str, {}, ()))
        print(executor.submit(os.getpid).result(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    file = tmp_path / "killed.py"
    file.write_text(textwrap.dedent(script))
    told = subprocess.run([sys.executable, file], capture_output=True, text=True, timeout=60)
    worker = Path("/proc") / told.stdout.strip()
    until = time.monotonic() + 10
    while worker.exists() and "zombie" not in (worker / "status").read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert told.stdout.strip() and (not worker.exists() or "zombie" in (worker / "status").read_text())


def test_calls_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CallError, match="1 or more"):
        balik.compare(CASE, workers=0)
    with pytest.raises(CallError, match="workers of its own"):
        balik.compare(CASE, workers=2, cluster="tcp://127.0.0.1:1")
    assert main(["sensitivity", CASE, "--find", "prices", "--workers", "0"]) == 2
    assert "1 or more" in capsys.readouterr().err


def test_a_case_travels_with_its_files(tmp_path: Path) -> None:
    packed = Parcel(Solver, "jerigen-padang", (None, {})).packed()
    assert packed.case == "jerigen-padang" and packed.files is not None
    assert {"jerigen-padang/case.toml", "jerigen-padang/supply.csv"} <= set(packed.files)
    made = packed.made()
    assert made.plan().cost == 8161000.0 and made.plan("biaya-plus-10").cost == 8977100.0
    book = balik.convert("jerigen-padang", tmp_path / "book.xlsx")
    assert Parcel(Solver, book, (None, {})).packed().made().plan().cost == 8161000.0


@pytest.mark.slow
def test_a_cluster_answers_and_a_worker_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        asked = tmp_path / "asked"
        asked.mkdir()
        with Many("test", Counted, CASE, (str(asked), -1, 5), Jobs(cluster=address, resume=tmp_path / "kept")) as many:
            assert many.map("square", [(k,) for k in range(12)]) == [[k * k] for k in range(12)]
            assert many.solved == 12
        assert len((tmp_path / "kept" / "answers.jsonl").read_text().splitlines()) == 12
        one = balik.sensitivity("turki-enam-kota", "sites.opening_cost", "-20%:+20%:10%", workers=1)
        there = balik.sensitivity("turki-enam-kota", "sites.opening_cost", "-20%:+20%:10%", cluster=address)
        assert [r["cost"] for r in there.rows] == [r["cost"] for r in one.rows]


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_said() -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(CallError, match="No cluster answers"),
        Sweep(CASE, None, (), None, {"cluster": "tcp://127.0.0.1:9"}),
    ):
        pass


def test_two_studies_do_not_write_to_one_folder(tmp_path: Path) -> None:
    jobs = Jobs(resume=tmp_path / "kept")
    with Many("test", Counted, CASE, (), jobs), pytest.raises(CallError, match="Another study"):
        Many("test", Counted, CASE, (), jobs)
    Many("test", Counted, CASE, (), jobs).__exit__(None, None, None)
