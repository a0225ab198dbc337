"""Certificates: what they show is true, and what was changed in them, or in the problem, is refused."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from balik.api import solve, verify
from balik.cli import main
from balik.location.certificate import Certificate, CertificateError, read_certificate
from balik.location.checker import Replay, check_certificate
from balik.location.problem import Siting
from balik.location.solve import solve_siting
from balik.location.watch import Watch
from location.siting_problems import KINDS, compact_optimum, random_siting
from location.test_engine import write_siting_folder


def certified(p: Siting, gap: float = 1e-6, threads: int = 1) -> Certificate | None:
    """The certificate of a solved problem, as it comes back from its file."""
    answer = solve_siting(p, Watch(gap=gap, threads=threads, certify=True))
    if answer.objective is None:
        return None
    assert answer.certificate is not None
    assert answer.certificate.bound >= answer.bound - 3e-9 * max(1.0, abs(answer.objective))
    return read_certificate(answer.certificate.as_bytes())


@pytest.mark.parametrize("kind", KINDS)
def test_certificates_of_every_kind_hold_and_their_bounds_are_true(kind: str) -> None:
    for seed in range(8):
        p = random_siting(kind, seed)
        c = certified(p, gap=(0.0, 1e-6)[seed % 2], threads=1 + seed % 2)
        true = compact_optimum(p)
        assert (c is None) == (true is None)
        if c is not None and true is not None:
            checked = check_certificate(c, p)
            assert checked.bound == c.bound <= true + 1e-7 * max(1.0, abs(true))


@pytest.mark.parametrize("kind", KINDS)
def test_no_certificate_shows_a_bound_above_the_optimum(kind: str) -> None:
    """Claims above the optimum, with the problem's own prices: refused, be it by one unit."""
    for seed in range(8):
        p = random_siting(kind, seed)
        c, true = certified(p), compact_optimum(p)
        if c is None or true is None:
            continue
        assert check_certificate(c, p)
        for more in (1e-6 * max(1.0, abs(true)), 1.0, 100.0, 1e6):
            with pytest.raises(CertificateError):
                check_certificate(replace(c, bound=true + more), p)
            with pytest.raises(CertificateError):
                check_certificate(replace(c, bound=true + more, objective=true + more), p)


@pytest.mark.parametrize("scale", [1.0, 2.0**-30, 2.0**30])
@pytest.mark.parametrize("kind", ["plain", "uncapacitated", "least", "sizes", "ties"])
def test_rounding_never_shows_more_than_the_optimum(kind: str, scale: float) -> None:
    """Optima that are known exactly: the next number above them is not shown."""
    for seed in range(6):
        p = random_siting(kind, seed)
        c, true = certified(p, gap=0.0), compact_optimum(p)
        if c is None or true is None:
            continue
        scaled = replace(p, unit_cost=p.unit_cost * scale, fixed=p.fixed * scale)
        cover = np.where(c.cover > 0, c.cover * scale, c.cover)
        prices = replace(c, price=c.price * np.float32(scale), cover=cover, number=c.number * scale)
        claim = round(true) * scale
        assert Replay(replace(prices, bound=claim * (1 - 1e-8)), scaled).run()
        with pytest.raises(CertificateError):
            Replay(replace(prices, bound=float(np.nextafter(claim, np.inf))), scaled).run()


# -- what was changed --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tree() -> tuple[Siting, Certificate]:
    """A problem whose certificate is a tree of some size, all of which the checker needs."""
    p = random_siting("tight", 5, n=14, m=24)
    c = certified(p, gap=0.0)
    assert c is not None and len(c.branch) == check_certificate(c, p).nodes == 17
    return p, c


Change = Callable[[Certificate], Certificate]


def with_array(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda c: replace(c, **{name: change(getattr(c, name).copy())})


def put(at: int, value: float) -> Callable[[np.ndarray], np.ndarray]:
    def changed(array: np.ndarray) -> np.ndarray:
        array[at] = value
        return array

    return changed


def last_leaf(c: Certificate) -> int:
    return int(np.flatnonzero((c.branch == -1) & (np.diff(c.first) > 0))[-1])


def scaled_leaf(c: Certificate) -> Certificate:
    price = c.price.copy()
    price[c.first[last_leaf(c)] : c.first[last_leaf(c) + 1]] *= np.float32(0.9)
    return replace(c, price=price)


def dropped_leaf(c: Certificate) -> Certificate:
    a, b = int(c.first[last_leaf(c)]), int(c.first[last_leaf(c) + 1])
    first = c.first - np.where(np.arange(len(c.first)) > last_leaf(c), b - a, 0)
    gone = slice(a, b)
    return replace(
        c,
        first=first,
        price=np.delete(c.price, gone, 0),
        cover=np.delete(c.cover, gone),
        number=np.delete(c.number, gone),
    )


def grafted(c: Certificate) -> Certificate:
    """The last inner node given the children of another, which are done."""
    inner = np.flatnonzero(c.branch != -1)
    child = c.child.copy()
    child[inner[-1]] = child[inner[-2]]
    return replace(c, child=child)


def cut_off(c: Certificate) -> Certificate:
    """A node without the children that show its bound."""
    branch = c.branch.copy()
    branch[np.flatnonzero(branch != -1)[-1]] = -1
    return replace(c, branch=branch)


CHANGES: dict[str, Change] = {
    "a leaf's prices": scaled_leaf,
    "a leaf without prices": dropped_leaf,
    "all prices": with_array("price", lambda x: x * np.float32(0.98)),
    "prices too high": with_array("price", lambda x: x * np.float32(1.05)),
    "no prices": with_array("price", np.zeros_like),
    "a price that is none": with_array("price", put(0, np.nan)),
    "prices without end": with_array("price", put(0, np.inf)),
    "prices of the cover row": with_array("cover", lambda x: np.where(x > 0, 2.0 * x + 1.0, x)),
    "a cover row that pays": with_array("cover", lambda x: np.where(x > 0, -x, x)),
    "prices of a place": with_array("number", lambda x: x + 100.0),
    "a number that is none": with_array("number", put(0, np.inf)),
    "a number less": with_array("number", lambda x: x[1:]),
    "a branch": lambda c: with_array("branch", put(0, (c.branch[0] + 1) % 14))(c),
    "a branch beyond": with_array("branch", put(0, 99)),
    "a branch below": with_array("branch", put(0, -3)),
    "a node cut off": cut_off,
    "children of another": grafted,
    "a circle": with_array("child", put(0, 0)),
    "a child beyond": lambda c: with_array("child", put(0, len(c.child) - 1))(c),
    "no tree": lambda c: replace(c, branch=np.full_like(c.branch, -1)),
    "prices of other nodes": with_array("first", lambda x: np.where(np.arange(len(x)) > 0, x[-1], 0)),
    "a price row less": with_array("price", lambda x: x[1:]),
    "the bound": lambda c: replace(c, bound=c.bound + 1.0),
    "the cost": lambda c: replace(c, objective=c.objective - 1.0),
    "a bound that is none": lambda c: replace(c, bound=float("nan")),
    "the plan's sites": lambda c: replace(c, open=c.open[1:]),
    "a flow": with_array("amount", lambda x: x * 1.001),
    "a flow below nothing": with_array("amount", put(0, -1.0)),
    "a flow elsewhere": lambda c: with_array("customer", put(0, (c.customer[0] + 1) % 24))(c),
    "a customer beyond": with_array("customer", put(0, 24)),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_certificate_is_refused(tree: tuple[Siting, Certificate], change: Change) -> None:
    p, c = tree
    assert check_certificate(c, p).nodes > 5
    with pytest.raises(CertificateError):
        check_certificate(change(c), p)


@pytest.mark.parametrize("name", ["fixed", "demand", "unit_cost", "capacity", "state", "upper"])
def test_a_certificate_for_other_figures_is_refused(name: str) -> None:
    p = random_siting("counts", 0)
    c = certified(p, gap=0.0)
    assert c is not None
    shut = ~np.isin(np.arange(p.n), c.open)
    cheaper = {
        "fixed": p.fixed - 2000.0 * shut, "unit_cost": p.unit_cost - 100.0 * shut[:, None], "demand": p.demand - 0.5,
        "capacity": p.capacity * 0.5, "state": np.where(shut, p.state, 0), "upper": p.upper - [len(c.open), 0, 0],
    }[name]  # fmt: skip
    with pytest.raises(CertificateError) as error:
        check_certificate(c, replace(p, **{name: cheaper}))
    assert ("other figures" in str(error.value)) == (name in ("fixed", "unit_cost"))


def test_a_bound_is_still_shown_where_everything_costs_more() -> None:
    """The digest is no law: figures that differ by nothing that matters are no reason to refuse."""
    p = random_siting("plain", 2)
    c = certified(p)
    assert c is not None
    dearer = replace(p, fixed=p.fixed * (1 + 1e-13))
    assert check_certificate(c, dearer).bound == c.bound


def test_single_sites_lie_above_what_a_certificate_without_them_shows() -> None:
    p = random_siting("plain", 2)
    c = certified(p)
    assert c is not None
    split = len(c.customer) > len(np.unique(c.customer))
    if split:
        with pytest.raises(CertificateError):
            check_certificate(c, replace(p, single=True))
    else:
        assert check_certificate(c, replace(p, single=True))


# -- the search --------------------------------------------------------------------------------------------------


def test_notes_change_nothing_in_the_search_and_are_the_same_each_time() -> None:
    p = random_siting("tight", 5, n=30, m=60)
    plain = solve_siting(p, Watch(threads=2))
    one, two = (solve_siting(p, Watch(threads=2, certify=True)) for _ in range(2))
    assert plain.certificate is None and dict(plain.work) == dict(one.work) == dict(two.work)
    assert one.certificate is not None and two.certificate is not None
    assert one.certificate.as_bytes() == two.certificate.as_bytes()


def test_a_search_that_was_stopped_shows_the_bound_that_it_has() -> None:
    p = random_siting("plain", 1, n=60, m=120)
    watch = Watch(certify=True, stop=lambda: watch.nodes > 8)
    answer = solve_siting(p, watch)
    assert answer.certificate is not None and answer.status == "feasible"
    checked = check_certificate(answer.certificate, p)
    assert checked.nodes > 20 and checked.bound == pytest.approx(answer.bound, rel=1e-8)


def test_without_room_for_the_notes_the_root_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balik.location.journal._MOST", 1000)
    p = random_siting("tight", 5, n=14, m=24)
    answer = solve_siting(p, Watch(gap=0.0, certify=True))
    assert answer.certificate is not None and len(answer.certificate.branch) == 1
    assert check_certificate(answer.certificate, p).bound < answer.bound


def test_the_checker_needs_nothing_of_the_search() -> None:
    loaded = "[m for m in sys.modules if m.split('.')[0] in ('numba', 'highspy')]"
    code = f"import sys, balik.location.checker; print({loaded})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "[]"


# -- plan folders ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("siting")
    write_siting_folder(root / "case", 30, 12, ratio=3.0)
    plan = solve(root / "case", engine="siting", out=root / "plan")
    assert plan.status == "optimal"
    return root / "plan"


def test_a_plan_folder_holds_the_certificate_and_verify_goes_through_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = verify(folder)
    assert verdict.ok and verdict.proof.whole and verdict.proof.how in ("tree", "root")
    assert verdict.proof.shown == pytest.approx(json.loads((folder / "plan.json").read_text())["bound"], rel=1e-8)
    assert main(["verify", str(folder)]) == 0
    assert "The certificate shows the bound" in capsys.readouterr().out
    assert main(["verify", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["proof"]["whole"] is True


def rewritten(folder: Path, to: Path, certificate: bytes, **changes: float) -> Path:
    """A copy of a plan folder with another certificate and other figures, its hashes put right."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            (to / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (to / path.relative_to(folder)).write_bytes(path.read_bytes())
    (to / "certificate.npz").write_bytes(certificate)
    document = json.loads((to / "plan.json").read_text()) | changes
    document["sha256"]["certificate.npz"] = hashlib.sha256(certificate).hexdigest()
    (to / "plan.json").write_text(json.dumps(document))
    digest = hashlib.sha256((to / "plan.json").read_bytes()).hexdigest()
    (to / "plan.json.sha256").write_text(f"{digest}  plan.json\n")
    return to


def test_a_wrong_certificate_in_a_folder_fails_with_a_sentence(folder: Path, tmp_path: Path) -> None:
    data = (folder / "certificate.npz").read_bytes()
    c = read_certificate(data)
    wrong = replace(c, price=c.price * np.float32(0.5)).as_bytes()
    assert verify(rewritten(folder, tmp_path / "same", data)).ok
    for name, bytes_, sentence in (
        ("wrong", wrong, "does not show its bound"),
        ("none", b"not a certificate", "cannot be read"),
        ("cut", data[: len(data) // 2], "cannot be read"),
    ):
        verdict = verify(rewritten(folder, tmp_path / name, bytes_))
        assert not verdict.ok and sentence in verdict.broken[0].sentence


def test_a_certificate_that_was_changed_or_taken_away_is_noticed(folder: Path, tmp_path: Path) -> None:
    copy = rewritten(folder, tmp_path / "copy", (folder / "certificate.npz").read_bytes())
    (copy / "certificate.npz").write_bytes(b"")
    assert "was changed" in verify(copy).broken[0].sentence
    (copy / "certificate.npz").unlink()
    assert "is gone" in verify(copy).broken[0].sentence


def test_a_plan_of_a_general_solver_has_duals_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_siting_folder(tmp_path / "case", 6, 3, ratio=3.0)
    solve(tmp_path / "case", engine="highs", out=tmp_path / "plan")
    with pytest.raises(CertificateError):
        read_certificate((tmp_path / "plan" / "certificate.npz").read_bytes())
    assert main(["verify", str(tmp_path / "plan"), "--lang", "id"]) == 0
    assert "sertifikat" in capsys.readouterr().out.lower()
