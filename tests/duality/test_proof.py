"""What a plan folder shows of its bound: by duals, as they are, spoiled, and claimed for more than they show."""

import json
from pathlib import Path

import numpy as np
import pytest

import balik
from balik.cli import main
from balik.duality import Shown
from balik.duality.certificate import duals_as_bytes, read_duals
from balik.plan.store import CERTIFICATE_FILE
from balik.plan.verify.seal import seal_of
from balik.proof import with_proof
from balik.proved import _by_siting


@pytest.fixture(scope="module")
def lp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof") / "lp"
    balik.solve("jerigen-padang", out=folder)
    return folder


def document(folder: Path) -> dict:
    return json.loads((folder / "plan.json").read_text())


def spoiled(folder: Path, out: Path, duals: np.ndarray | None = None, **proof: object) -> Path:
    """The folder with other duals, or a document that says other things of the proof; seals aside."""
    import shutil

    shutil.copytree(folder, out)
    if duals is not None:
        (out / CERTIFICATE_FILE).write_bytes(duals_as_bytes(duals))
    told = document(out)
    told["proof"] = told["proof"] | proof
    (out / "plan.json").write_text(json.dumps(told))
    return out


def judged(folder: Path):
    """The verdict on the certificate alone: the seal has tests of its own."""
    from balik.plan.verify import Verdict

    return with_proof(Verdict(0, [], 0.0, 0.0), folder)


def test_a_linear_program_is_proved(lp: Path) -> None:
    told = document(lp)["proof"]
    assert told["how"] == "lp"
    assert told["bound"] == pytest.approx(8161000, rel=1e-12)
    assert told["bound"] <= 8161000
    assert 0 <= told["gap"] < 1e-11
    found = balik.verify(lp)
    assert found.ok
    assert (found.proof.how, found.proof.whole) == ("lp", True)
    assert found.proof.shown == told["bound"]


def test_spoiled_duals_never_show_more_than_the_optimum(lp: Path, tmp_path: Path) -> None:
    good = read_duals((lp / CERTIFICATE_FILE).read_bytes())
    g = np.random.default_rng(1)
    for k, duals in enumerate([good * 1.1, -good, good[::-1], good + g.normal(size=len(good)), good * 1e9, good * 0]):
        found = judged(spoiled(lp, tmp_path / f"a{k}", duals))
        assert [fault.law for fault in found.broken] == ["proof"]  # the document says that they show more
        honest = judged(spoiled(lp, tmp_path / f"b{k}", duals, bound=None))
        assert honest.proof.shown is None or honest.proof.shown <= 8161000
        assert not honest.proof.whole


def test_duals_of_another_number_of_rows_are_a_fault(lp: Path, tmp_path: Path) -> None:
    """Also where the document says nothing of its proof."""
    good = read_duals((lp / CERTIFICATE_FILE).read_bytes())
    for k, duals in enumerate((good[:-1], np.append(good, 0.0), good[None], good[:0])):
        folder = spoiled(lp, tmp_path / f"{k}", duals)
        (folder / "plan.json").write_text(json.dumps(document(folder) | {"proof": None}))
        assert "do not fit" in str(judged(folder).broken[0])


def test_a_proved_bound_that_is_not_shown_is_a_fault(lp: Path, tmp_path: Path) -> None:
    found = judged(spoiled(lp, tmp_path / "x", bound=8161001.0))
    assert "8,161,001" in str(found.broken[0])


@pytest.mark.parametrize("lie", [
    {"bound": None, "gap": 0.0}, {"bound": None, "gap": None}, {"bound": True}, {"bound": "8161000"}, {"gap": float("nan")},
    {"gap": "0"}, {"gap": None}, {"how": "shown"}, {"how": ["lp"]}, {"how": "claim"}, {"how": None},
])  # fmt: skip
def test_a_proof_that_says_nothing_or_too_much_is_a_fault(lp: Path, tmp_path: Path, lie: dict) -> None:
    found = balik.verify(spoiled(lp, tmp_path / "x", **lie))
    assert "proof" in [fault.law for fault in found.broken]


@pytest.mark.parametrize("name", ["objective", "bound", "gap", "cost"])
def test_a_figure_beyond_all_floats_is_a_fault(lp: Path, tmp_path: Path, name: str) -> None:
    folder = spoiled(lp, tmp_path / "x")
    (folder / "plan.json").write_text(json.dumps(document(folder) | {name: 10**4000}))
    assert {fault.law for fault in balik.verify(folder).broken} - {"seal"}


def test_a_proof_whose_certificate_is_gone_is_a_fault(lp: Path, tmp_path: Path) -> None:
    """Whoever takes it away and seals the rest anew leaves a document that says of its bound what nothing shows."""
    folder = spoiled(lp, tmp_path / "x")
    (folder / CERTIFICATE_FILE).unlink()
    told = document(folder)
    del told["sha256"][CERTIFICATE_FILE]
    (folder / "plan.json").write_text(json.dumps(told))
    (folder / "plan.json.sha256").write_text(f"{seal_of(folder)}  plan.json\n")
    assert [fault.law for fault in balik.verify(folder).broken] == ["proof"]
    told["proof"] = {"how": "claim", "bound": None, "gap": None}
    (folder / "plan.json").write_text(json.dumps(told))
    (folder / "plan.json.sha256").write_text(f"{seal_of(folder)}  plan.json\n")
    assert balik.verify(folder).ok


def test_of_a_large_search_the_root_is_shown_and_the_rest_is_a_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balik.proved._LARGE", 0)
    folder = tmp_path / "plan"
    plan = balik.solve("turki-enam-kota", out=folder)
    told = plan.document()["proof"]
    assert told["how"] == "root"
    assert told["bound"] < plan.bound <= plan.objective
    found = balik.verify(folder)
    assert found.ok
    assert (found.proof.how, found.proof.whole) == ("root", False)
    for how in ("lp", "tree"):  # which say that all of it is shown
        assert "lies above" in str(judged(spoiled(folder, tmp_path / how, how=how)).broken[0])
    monkeypatch.setattr("balik.proof.bound_of", lambda *_: Shown(-np.inf))
    assert "shows none" in str(judged(folder).broken[0])


def test_a_tree_of_siting_that_shows_less_than_the_engine_says_is_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = balik.solve("jerigen-padang")
    for how, shown, told in (("tree", 8e6, "part"), ("root", 8e6, "root"), ("root", 8161000.0, "tree")):
        monkeypatch.setattr("balik.location.shown.said_by", lambda _, how=how, shown=shown: (how, shown))
        assert _by_siting(plan, b"").facts["proof"]["how"] == told


def test_without_a_folder_a_search_is_a_claim() -> None:
    assert balik.solve("turki-enam-kota").document()["proof"] == {"how": "claim", "bound": None, "gap": None}


def test_goals_one_after_another_are_a_claim() -> None:
    assert balik.solve("aki-delapan-pelaku").document()["proof"]["how"] == "claim"


def test_the_command_says_what_is_proved(lp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(lp)]) == 0
    assert "no plan costs less than 8,161,000" in capsys.readouterr().out
    assert main(["verify", str(lp), "--lang", "id"]) == 0
    assert "tidak ada rencana" in capsys.readouterr().out
