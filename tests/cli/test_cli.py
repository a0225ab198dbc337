"""The command from outside: documents, exit codes, where output goes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from balik.api import solve
from balik.cli import main
from balik.copies import cases
from balik.errors import CallError
from balik.tables import bundled_cases


def run(capsys, *args):
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *args):
    code, out, err = run(capsys, *args, "--json")
    return code, json.loads(out), err


def test_solve_prints_one_document_with_the_fields_of_the_contract(capsys):
    code, doc, err = document(capsys, "solve", "jerigen-padang")
    assert code == 0 and err == ""
    for field in (
        "case scenario status objective cost bound gap currency ledger measures open used totals seconds verified unique problems"
    ).split():
        assert field in doc
    assert doc["status"] == "optimal" and doc["cost"] == doc["objective"] == 8161000
    assert doc["ledger"] == {"purchase": 5646000, "processing": 2515000}
    assert doc["totals"]["collect"] == {"kosong-2L": 655, "kosong-5L": 133, "kosong-18L": 12}
    assert doc["verified"] is True and doc["unique"] is False
    assert set(doc["seconds"]) == {"read", "check", "build", "solve", "verify"}


def test_a_case_without_a_plan_shows_no_number(capsys):
    code, doc, _ = document(capsys, "solve", "jerigen-padang", "--scenario", "biaya-plus-20")
    assert code == 3 and doc["status"] == "infeasible"
    for field in ("objective", "cost", "bound", "gap", "ledger", "totals"):
        assert doc[field] is None
    assert doc["verified"] is False


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["solve", "--json"], "required"),
        (["solve", "jerigen-padang", "--json", "--gap", "x"], "not a number"),
        (["solv", "jerigen-padang", "--json"], "invalid choice"),
    ],
)
def test_a_wrong_call_is_a_document_too(capsys, words, told):
    with pytest.raises(SystemExit) as left:
        main(words)
    out, err = capsys.readouterr()
    doc = json.loads(out)
    assert left.value.code == 2 and doc["status"] == "invalid" and doc["cost"] is None and err.startswith("usage")
    assert [p["code"] for p in doc["problems"]] == ["E190"] and told in doc["problems"][0]["found"]


@pytest.mark.parametrize("word", ["--jso", "--j", "--tim=3", "--la=id", "--qui"])
def test_an_option_is_written_in_full(capsys, word):
    with pytest.raises(SystemExit) as left:
        main(["solve", "jerigen-padang", "--json", word])
    out, err = capsys.readouterr()
    (problem,) = json.loads(out)["problems"]
    assert left.value.code == 2 and "balik solve [-h]" in err and problem["found"] == f"unrecognized arguments: {word}"
    assert problem["advice"] == "balik solve --help shows how it is called."


@pytest.mark.parametrize("words", [["solve", "x", "--nope"], ["check", "nobody's"], []])
def test_a_refusal_that_nobody_reads_is_one_all_the_same(words):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer) as closed:
        ended = subprocess.run(
            [sys.executable, "-m", "balik", *words, "--json"], stdout=closed, stderr=subprocess.PIPE, text=True
        )
    assert ended.returncode == 2 and "Traceback" not in ended.stderr and "BrokenPipe" not in ended.stderr, ended.stderr


@pytest.mark.parametrize("option", [{"seed": "q"}, {"seed": 1.5}, {"threads": "2"}, {"time_limit": "5"}, {"gap": "0"}])
def test_an_option_that_is_no_number_is_refused_by_name(option):
    with pytest.raises(CallError, match=f"{next(iter(option))} must be"):
        solve("jerigen-padang", **option)


@pytest.mark.parametrize(
    ("error", "behind", "code"),
    [(KeyboardInterrupt, None, 4), (RuntimeError, None, 1), (ImportError, KeyboardInterrupt, 4)],  # the last: numpy's
)
def test_what_stops_without_an_answer_is_a_document_too(capsys, monkeypatch, error, behind, code):
    def stop(*_, **__):
        raise error("x") from (behind and behind())

    monkeypatch.setattr("balik.api.solve", stop)
    ended, doc, err = document(capsys, "solve", "jerigen-padang")
    assert ended == code and doc["status"] == "stopped" and doc["ledger"] is None and err.startswith("balik: ")
    assert [p["code"] for p in doc["problems"]] == ["E192"]


def test_the_printed_plan_tells_dealers_costs_capacity_and_where_it_is(capsys, tmp_path):
    code, out, _ = run(capsys, "solve", "nmc-jawa-barat", "--out", tmp_path / "plan")
    assert code == 0
    assert "Rp 8,649,508" in out and "18 used of 27" in out and "97.8 %" in out
    assert "Dealer Kota Bekasi" in out and str(tmp_path / "plan") in out
    assert (tmp_path / "plan" / "flow.csv").is_file() and (tmp_path / "plan" / "input" / "case.toml").is_file()


@pytest.mark.parametrize("verb", ["check", "solve", "explain", "math", "compare", "sensitivity"])
def test_a_missing_case_is_the_callers_fault(capsys, verb):
    code, _, err = run(capsys, verb, "no-such-case")
    assert code == 2 and "case.toml" in err and "no-such-case" in err


def test_a_folder_without_case_toml_names_it(capsys, tmp_path):
    code, _, err = run(capsys, "solve", tmp_path)
    assert code == 2 and "case.toml" in err


def test_an_unknown_scenario_is_named_with_the_nearest(capsys):
    code, _, err = run(capsys, "solve", "jerigen-padang", "--scenario", "biaya-plus-2")
    assert code == 2 and "biaya-plus-20" in err


def test_problems_go_to_standard_error_one_a_line_the_first_fifty_and_the_count(capsys, tmp_path):
    shutil.copytree(bundled_cases() / "nmc-jawa-barat", tmp_path / "c")
    path = tmp_path / "c" / "distances.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    wrong = [lines[0]] + [line.replace("Kab. Bogor,", "Kab. Bogr,", 1) for line in lines[1:]]
    at = lines[0].split(",").index("km")
    wrong = [wrong[0]] + [
        ",".join(c if i != at else f"x{n}" for i, c in enumerate(line.split(","))) for n, line in enumerate(wrong[1:])
    ]
    path.write_text("\n".join(wrong) + "\n", encoding="utf-8")
    code, out, err = run(capsys, "solve", tmp_path / "c")
    assert code == 2 and out == ""
    rows = err.splitlines()
    assert len(rows) == 52 and "more" in rows[50] and "Nothing was solved" in rows[51]
    assert "distances.csv:2" in err
    code, doc, err = document(capsys, "solve", tmp_path / "c")
    assert code == 2 and doc["status"] == "invalid" and doc["cost"] is None
    assert len(doc["problems"]) > 300
    first = doc["problems"][0]
    assert set(first) == {"code", "severity", "file", "sheet", "line", "cell", "column", "found", "advice"}


def test_check_says_how_many(capsys):
    code, out, _ = run(capsys, "check", "plastik-jabodetabek")
    assert code == 0 and "0 problems" in out
    code, doc, _ = document(capsys, "check", "nmc-jawa-barat")
    assert code == 0 and doc["ok"] and {p["severity"] for p in doc["problems"]} <= {"warning"}


def test_verify_judges_a_plan_folder_and_catches_a_changed_number(capsys, tmp_path):
    assert main(["solve", "plastik-jabodetabek", "--out", str(tmp_path / "p")]) == 0
    assert run(capsys, "verify", tmp_path / "p")[0] == 0
    path = tmp_path / "p" / "flow.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("14040", "14041"), encoding="utf-8")
    code, out, _ = run(capsys, "verify", tmp_path / "p")
    assert code == 3 and "lapak" in out


def test_a_plan_folder_is_replaced_but_nothing_of_the_users_is_lost(capsys, tmp_path):
    out = tmp_path / "p"
    assert main(["solve", "plastik-jabodetabek", "--out", str(out)]) == 0
    assert main(["solve", "jerigen-padang", "--out", str(out)]) == 0
    assert (out / "trips.csv").read_text(encoding="utf-8").count("\n") == 1 and (out / "collect.csv").exists()
    (out / "collect.csv").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    code, _, err = run(capsys, "solve", "jerigen-padang", "--out", out)
    assert code == 2 and "changed" in err and (out / "collect.csv").read_text(encoding="utf-8") == "mine"
    other = tmp_path / "notes"
    other.mkdir()
    (other / "mine.txt").write_text("mine", encoding="utf-8")
    assert run(capsys, "solve", "jerigen-padang", "--out", other)[0] == 2


def test_new_makes_a_case_that_solves_and_overwrites_nothing(capsys, tmp_path):
    folder = tmp_path / "kasus"
    assert run(capsys, "new", folder)[0] == 0
    assert "supply" in (folder / "COLUMNS.md").read_text(encoding="utf-8")
    code, doc, _ = document(capsys, "solve", folder)
    assert code == 0 and doc["status"] == "optimal" and doc["verified"]
    assert run(capsys, "check", folder)[0] == 0
    assert run(capsys, "new", folder)[0] == 2
    like = tmp_path / "like"
    assert run(capsys, "new", like, "--like", "jerigen-padang")[0] == 0
    assert document(capsys, "solve", like)[1]["cost"] == 8161000
    assert run(capsys, "new", tmp_path / "x", "--xlsx")[0] == 0
    assert run(capsys, "new", tmp_path / "x", "--xlsx")[0] == 2


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
def test_convert_writes_readable_names_that_a_solver_reads_back(capsys, tmp_path, suffix):
    import highspy

    path = tmp_path / f"model{suffix}"
    assert run(capsys, "convert", "jerigen-padang", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert "flow(grosir_1,pabrik,kosong_2L" in text and "balance(" in text and "limits(" in text
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    assert h.readModel(str(path)) == highspy.HighsStatus.kOk
    h.run()
    assert h.getInfo().objective_function_value == pytest.approx(8161000)
    assert run(capsys, "convert", "jerigen-padang", path)[0] == 2


def test_convert_writes_the_effective_case(capsys, tmp_path):
    folder = tmp_path / "plus"
    assert run(capsys, "convert", "jerigen-padang", folder, "--scenario", "biaya-plus-10")[0] == 0
    assert document(capsys, "solve", folder)[1]["cost"] == 8977100
    assert run(capsys, "convert", "jerigen-padang", tmp_path / "a.json")[0] == 2


def test_reproduce_all_holds(capsys):
    code, doc, _ = document(capsys, "reproduce", "all")
    assert code == 0 and doc["ok"] and len(doc["rows"]) > 150
    assert {r["case"] for r in doc["rows"]} == set(cases())


def test_math_prints_only_what_the_case_uses(capsys):
    code, out, _ = run(capsys, "math", "jerigen-padang")
    assert code == 0 and "p_imt q_imt" in out and "IDR" in out
    assert "n_ijvt" not in out and "y_is" not in out
    assert r"\sum" in run(capsys, "math", "jerigen-padang", "--latex")[1]


def test_no_progress_in_a_pipe_and_the_same_as_a_process(tmp_path):
    command = [sys.executable, "-m", "balik", "solve", "jerigen-padang", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stderr == "" and json.loads(done.stdout)["cost"] == 8161000


def hard_case(folder: Path) -> Path:
    """A siting case that takes long enough to be stopped."""
    import math
    import random

    random.seed(7)
    size = 60
    at = [(random.random() * 100, random.random() * 100) for _ in range(2 * size)]
    need = [random.randint(5, 35) for _ in range(size)]
    room = [random.randint(10, 160) for _ in range(size)]
    room = [r * 4 * sum(need) / sum(room) for r in room]
    folder.mkdir()
    write = lambda name, text: (folder / name).write_text(text, encoding="utf-8")  # noqa: E731
    write("case.toml", 'title = "hard"\n[finance]\none_off = "once"\n')
    write("places.csv", "place,kind\n" + "".join(f"r{i},r\nd{i},d\n" for i in range(size)))
    write("materials.csv", "material,unit\nb,unit\n")
    write("supply.csv", "place,material,amount\n" + "".join(f"r{i},b,{need[i]}\n" for i in range(size)))
    write("demand.csv", "place,material\nkind:d,b\n")
    cost = [random.uniform(0, 90) + random.uniform(100, 110) * math.sqrt(r) for r in room]
    rows = "".join(f"d{j},{room[j]:.2f},{cost[j]:.2f}\n" for j in range(size))
    write("sites.csv", "place,capacity,opening_cost\n" + rows)
    write("modes.csv", "mode,full_rate\nt,1\n")
    km = lambda i, j: math.dist(at[i], at[size + j]) / 3  # noqa: E731
    rows = "".join(f"r{i},d{j},b,t,{km(i, j):.3f}\n" for i in range(size) for j in range(size))
    write("lanes.csv", "origin,dest,material,mode,km\n" + rows)
    return folder


def test_a_time_limit_keeps_the_best_plan_and_is_honest(capsys, tmp_path):
    folder = hard_case(tmp_path / "hard")
    code, doc, _ = document(capsys, "solve", folder, "--time-limit", "3", "--gap", "0")
    if doc["status"] == "stopped":  # a very slow machine
        assert code == 4 and doc["cost"] is None
        return
    assert code == 0 and doc["status"] in ("feasible", "optimal") and doc["verified"]
    assert doc["bound"] <= doc["objective"] + 1e-6
    assert doc["gap"] == pytest.approx((doc["objective"] - doc["bound"]) / max(1, abs(doc["objective"])))


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_keeps_the_best_plan(tmp_path):
    folder = hard_case(tmp_path / "hard")
    command = [sys.executable, "-m", "balik", "solve", str(folder), "--json", "--gap", "0", "--engine", "highs"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    time.sleep(5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    doc = json.loads(out)
    assert err == "" and doc["status"] in ("optimal", "feasible", "stopped")
    ends = {"optimal": (0, -signal.SIGINT), "feasible": (0,), "stopped": (4,)}  # the signal may meet one that is done
    assert process.returncode in ends[doc["status"]]
    assert (doc["cost"] is None) == (doc["status"] == "stopped")


def test_the_folder_of_a_case_without_a_plan_is_no_plan(capsys, tmp_path):
    out = tmp_path / "p"
    assert run(capsys, "solve", "jerigen-padang", "--scenario", "biaya-plus-20", "--out", out)[0] == 3
    code, doc, _ = document(capsys, "verify", out)
    assert code == 3 and doc["cost"] is None and doc["broken"] == ["The folder holds no plan: the case is infeasible."]
    (out / "flow.csv").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "solve", "jerigen-padang", "--out", out)
    assert code == 2 and "flow.csv" in err and (out / "flow.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("option", [("--threads", "0"), ("--seed", "-1"), ("--gap", "nan"), ("--time-limit", "0")])
def test_options_out_of_range_are_refused(capsys, option):
    assert run(capsys, "solve", "jerigen-padang", *option)[0] == 2


def test_every_function_takes_frames_with_settings():
    import balik

    case = {
        "places": {"place": ["a", "h", "p"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "lanes": {"origin": ["a", "h"], "dest": ["h", "p"], "fee": [1, 2]},
        "sites": {"place": ["h"], "capacity": [20], "opening_cost": [5]},
        "demand": {"place": ["p"], "material": ["m"]},
        "limits": {"limit": ["l"], "quantity": ["open"], "most": [1]},
        "changes": {"scenario": ["s"], "table": ["lanes"], "column": ["fee"], "op": ["*="], "value": [2]},
        "expected": {"quantity": ["cost"], "value": [35]},
    }
    once = {"title": "frames", "finance": {"one_off": "once"}}
    with pytest.raises(balik.InputError):
        balik.check(case) and balik.solve(case)
    assert balik.check(case, settings=once) == []
    assert [r["cost"] for r in balik.compare(case, settings=once).rows] == [35, 65]
    assert balik.sensitivity(case, "lanes.fee", "0%:100%:100%", settings=once).rows[1]["cost"] == 65
    assert balik.reproduce(case, settings=once).ok
    assert balik.explain(case, settings=once).ok
    assert "F^o_is" in balik.math(case, settings=once)
