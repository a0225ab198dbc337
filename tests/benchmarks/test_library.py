"""The library of instances: what is recorded holds, and what is wrong is refused."""

from __future__ import annotations

import csv
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import balik
from balik.errors import BalikError
from benchmarks.library import certificates, checking, instances, plans, records, solving
from benchmarks.library.__main__ import main
from benchmarks.library.folders import sayable, write_folder
from benchmarks.library.instances import ALL

SMALL = [i for i in ALL.values() if i.small]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of the library that may be damaged."""
    for name in ("index.csv", "plans", "certificates"):
        source = records.HERE / name
        (shutil.copy if source.is_file() else shutil.copytree)(source, tmp_path / name)
    return tmp_path


def changed(library: Path, name: str, **what: object) -> list[str]:
    """What is wrong with a record that was changed."""
    return checking_says(replace(records.read(library)[name], **what), library)  # type: ignore[arg-type]


def checking_says(record: records.Record, library: Path) -> list[str]:
    """What is wrong with a record as it is."""
    return list(checking.wrong(ALL[record.name], record, library))


def with_plan(library: Path, name: str, **lists: list[int]) -> list[str]:
    """What is wrong with a record whose plan was changed."""
    plan = records.read_plan(name, library) | lists
    records.write_plan(name, records.read(library)[name].cost, plan, library)
    return changed(library, name)


def test_all_arrays_are_as_recorded() -> None:
    known = records.read()
    assert list(known) == list(ALL)
    for name, instance in ALL.items():
        problem = instance.make()
        assert instances.sha(problem) == known[name].sha256, name
        assert instances.size(problem) == known[name].size and instance.call == known[name].recipe


def test_each_record_stands_for_itself() -> None:
    known = records.read()
    for name, r in known.items():
        told = json.loads((records.HERE / "plans" / f"{name}.json").read_text(encoding="utf-8"))
        assert told["cost"] == r.cost and r.bound <= r.cost
        size = (records.HERE / r.certificate).stat().st_size if r.certificate else 0
        assert (r.how == "claim") == (not r.certificate) == math.isinf(r.shown)
        assert size <= (certificates.PART_BYTES if r.how != "tree" else certificates.MOST_BYTES)
        assert r.shown >= r.bound - 3e-9 * r.cost if r.how == "tree" else r.shown < r.bound
        assert r.plan_by and r.bound_by
    with (records.HERE / "index.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["status"] for row in rows] == [r.status for r in records.read().values()]
    files = [f for f in records.HERE.rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    assert sum(f.stat().st_size for f in files) < 15_000_000
    assert {f"certificates/{f.name}" for f in files if f.suffix == ".npz"} == {
        r.certificate for r in known.values()
    } - {""}


@pytest.mark.parametrize("name", [i.name for i in SMALL])
def test_small_records_hold(name: str) -> None:
    assert list(checking.check([name])) == [(name, [])]


@pytest.mark.parametrize("name", ["sizes-30x10-r3", "single-25x8-r3", "echelons-4x8x16x2-hard", "network-8x4x3x2x1"])
def test_the_folder_is_the_same_problem(name: str, tmp_path: Path) -> None:
    write_folder(ALL[name].make(), tmp_path / "case", name)
    plan = balik.solve(tmp_path / "case", engine="highs", gap=1e-9)
    assert plan.verified and plan.objective == pytest.approx(records.read()[name].cost, rel=1e-7)


def test_what_tables_cannot_say_is_written_as_arrays(tmp_path: Path) -> None:
    name = "coordinates-60x20-r3"
    problem = ALL[name].make()
    assert not sayable(problem)
    with pytest.raises(ValueError, match="arrays"):
        write_folder(problem, tmp_path, name)
    assert main(["make", name, "sizes-30x10-r3", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "sizes-30x10-r3" / "case.toml").is_file()
    with np.load(tmp_path / f"{name}.npz") as told:
        assert all(np.array_equal(told[k], v) for k, v in instances.arrays(problem).items())


def test_other_arrays_are_seen(library: Path) -> None:
    assert "arrays" in changed(library, "towns-50x20-r3", sha256="0" * 64)[0]


@pytest.mark.parametrize("name", ["cornuejols-50x20-r3", "network-8x4x3x2x1"])
def test_a_wrong_cost_or_bound_is_seen(library: Path, name: str) -> None:
    cost = records.read(library)[name].cost
    assert any("the plan costs" in w for w in changed(library, name, cost=cost - 1.0, bound=cost - 2.0))
    assert any("above the cost" in w for w in changed(library, name, bound=cost + 1.0))
    assert any("HiGHS proves" in w for w in changed(library, name, cost=cost + 2.0, bound=cost + 1.0))
    assert not changed(library, name, bound=cost - 1.0)


def test_a_wrong_plan_is_seen(library: Path) -> None:
    name = "cornuejols-50x20-r3"
    sites = records.read_plan(name)["sites"]
    other = next(j for j in range(20) if j not in sites)
    assert "the plan costs" in with_plan(library, name, sites=[*sites, other])[0]
    for bad in (sites[:1], [], [*sites, sites[0]], [*sites, 20], [*sites, -1]):
        assert "cannot be taken" in with_plan(library, name, sites=bad)[0]
    (library / "plans" / f"{name}.json").unlink()
    assert "cannot be taken" in changed(library, name)[0]


def test_laws_of_each_kind_are_kept(library: Path) -> None:
    name = "sizes-30x10-r3"
    sites = records.read_plan(name)["sites"]
    beside = sites[0] - sites[0] % 3 + (sites[0] + 1) % 3
    assert "two sizes of one place" in with_plan(library, name, sites=[*sites, beside])[0]
    name = "single-25x8-r3"
    plan = records.read_plan(name)
    shut = next(j for j in range(8) if j not in plan["sites"])
    assert "a closed site" in with_plan(library, name, assignment=[shut, *plan["assignment"][1:]])[0]
    assert "more than its capacity" in with_plan(library, name, assignment=[plan["sites"][0]] * 25)[0]
    assert "cannot be taken" in with_plan(library, "network-8x4x3x2x1", levels=[-1, -1, -1])[0]
    assert "cannot be taken" in with_plan(library, "echelons-4x8x16x2-hard", depots=[0])[0]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("cornuejols-50x20-r3", "towns-50x20-r3"),
        ("single-25x8-r3", "single-60x20-r3"),
        ("echelons-4x8x16x2-hard", "echelons-10x20x40x3-hard"),
        ("network-8x4x3x2x1", "network-20x8x4x2x2"),
    ],
)
def test_a_certificate_that_shows_less_or_is_damaged_is_refused(library: Path, name: str, other: str) -> None:
    known = records.read(library)
    file = library / known[name].certificate
    assert "shows" in changed(library, name, bound=known[name].bound + 1.0, cost=known[name].cost + 2.0)[-1]
    assert "shows" in changed(library, name, shown=known[name].shown + 1.0)[0]
    assert "which is tree, not part" in changed(library, name, how="part")[0]
    assert "no certificate" in changed(library, name, certificate="")[0]
    shutil.copy(library / known[other].certificate, file)
    assert "certificate is refused" in changed(library, name)[0]
    file.write_bytes(b"nothing")
    assert "certificate is refused" in changed(library, name)[0]


@pytest.mark.parametrize("name", ["cornuejols-50x20-r3", "sizes-30x10-r3", "single-60x20-r3", "echelons-4x8x16x2-hard"])
def test_a_large_certificate_is_cut_to_what_it_shows_in_less(name: str) -> None:
    record, problem = records.read()[name], ALL[name].make()
    data = (records.HERE / record.certificate).read_bytes()
    assert certificates.fitted(problem, data, len(data)) == data
    before = -math.inf
    for part in (0.6, 0.9):
        small = certificates.fitted(problem, data, len(data) - 1, int(part * len(data)))
        assert small is not None and len(small) <= part * len(data)
        seen = certificates.shown(problem, small, record.cost)
        assert before < seen.bound < record.bound and seen.how(record.bound, record.cost) in ("part", "root")
        before = seen.bound
    assert certificates.fitted(problem, data, 0, 100) is None


def test_of_two_certificates_the_one_is_kept_that_shows_more_or_is_smaller(library: Path) -> None:
    name = "cornuejols-50x20-r3"
    record, problem = records.read(library)[name], ALL[name].make()
    file = library / record.certificate
    whole = file.read_bytes()
    cut = certificates.fitted(problem, whole, 0, len(whole) * 3 // 4)
    assert cut is not None
    file.write_bytes(cut)
    part = solving.keep(ALL[name], problem, None, record.bound, "me", None, library)
    assert (part.how, file.read_bytes()) == ("part", cut) and part.shown < record.shown
    assert not checking_says(part, library)
    assert solving.keep(ALL[name], problem, None, record.bound, "me", whole, library) == record
    assert file.read_bytes() == whole
    assert solving.keep(ALL[name], problem, None, record.bound, "me", cut, library) == record
    assert file.read_bytes() == whole
    file.write_bytes(b"nothing")
    with pytest.raises(BalikError):
        solving.keep(ALL[name], problem, None, record.bound, "me", whole, library)


def test_only_what_is_better_replaces(library: Path) -> None:
    instance = ALL["cornuejols-50x20-r3"]
    problem, old = instance.make(), records.read(library)[instance.name]
    best = records.read_plan(instance.name, library)
    other = next(j for j in range(20) if j not in best["sites"])
    worse = {"sites": [*best["sites"], other]}
    assert solving.keep(instance, problem, worse, old.bound - 1.0, "me", None, library) == old
    assert records.read_plan(instance.name, library) == best
    records.write(
        records.read(library) | {old.name: replace(old, cost=plans.price(problem, worse), bound=0.0)},
        list(ALL),
        library,
    )
    records.write_plan(old.name, 0.0, worse, library)
    assert (
        main(
            ["--library", str(library), "add", old.name, str(records.HERE / "plans" / f"{old.name}.json"), "--by", "me"]
        )
        == 0
    )
    new = records.read(library)[old.name]
    assert (new.cost, new.plan_by, new.bound, new.bound_by) == (old.cost, "me", 0.0, old.bound_by)
    assert new.status == "open" and records.read_plan(old.name, library) == best
    raised = solving.keep(instance, problem, None, old.cost - 1.0, "you", None, library)
    assert (raised.bound, raised.bound_by, raised.how) == (old.cost - 1.0, "you", "tree")  # by the file that is there


@pytest.mark.parametrize("name", ["towns-50x20-r3", "single-25x8-r3", "echelons-4x8x16x2-hard", "network-8x4x3x2x1"])
def test_the_engine_finds_a_lost_record_again(library: Path, name: str) -> None:
    known = records.read(library)
    old = known.pop(name)
    records.write(known, list(ALL), library)
    assert main(["--library", str(library), "solve", name, "--threads", "1", "--limit", "300"]) == 0
    new = records.read(library)[name]
    assert (new.status, new.sha256) == ("proven", old.sha256) and new.cost == pytest.approx(old.cost, rel=1e-9)
    assert new.how == "tree" and checking_says(new, library) == []


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
