"""A plan as a bundle: sealed, as a folder or a zip, judged though it was changed, and solved again."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import balik
from balik.cli import main
from balik.errors import CallError
from balik.files import pack, zips
from balik.plan.store import PLAN_FILE, SEAL_FILE, write_plan
from balik.plan.verify import Verdict
from balik.plan.verify.seal import judge_seal

SMALL = "jerigen-padang"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "plan"
    balik.solve(SMALL, out=folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "plan"))


def sentences(found: Verdict) -> list[str]:
    return [broken.sentence for broken in found.broken]


# -- the seal ----------------------------------------------------------------------------------------------------


def test_a_plan_is_sealed(folder: Path) -> None:
    found = balik.verify(folder)
    assert found.ok and not found.said
    assert found.seal == hashlib.sha256((folder / PLAN_FILE).read_bytes()).hexdigest()
    assert (folder / SEAL_FILE).read_text() == f"{found.seal}  {PLAN_FILE}\n"  # as sha256sum writes and checks it
    listed = set(json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))["sha256"])
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == listed | {PLAN_FILE, SEAL_FILE}


def test_every_file_that_is_changed_or_gone_is_named(made: Path, tmp_path: Path) -> None:
    document = json.loads((made / PLAN_FILE).read_text(encoding="utf-8"))
    for path in sorted(path for path in made.rglob("*") if path.is_file()):
        name = path.relative_to(made).as_posix()
        folder = Path(shutil.copytree(made, tmp_path / "plan"))
        (folder / name).write_bytes(path.read_bytes() + b" 0")
        named = PLAN_FILE if name == SEAL_FILE else name
        assert judge_seal(folder, document)[0][0].sentence == f"{named} was changed since the plan was written."
        if name != PLAN_FILE:
            (folder / name).unlink()
            named = f"{SEAL_FILE}, the seal," if name == SEAL_FILE else name
            assert judge_seal(folder, document)[0][0].sentence == f"{named} is gone since the plan was written."
        shutil.rmtree(folder)


def test_what_is_added_is_named_and_counts_where_it_is_read(folder: Path) -> None:
    (folder / "catatan.txt").write_text("mine")
    (folder / ".DS_Store").write_text("")
    found = balik.verify(folder)
    assert found.ok and found.said == ["catatan.txt is no part of the plan, and was not judged."]
    (folder / "input" / "limits@x.csv").write_text("")
    assert "input/limits@x.csv was added since the plan was written." in sentences(balik.verify(folder))


def test_a_plan_that_was_edited_on_purpose_is_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The seal is one broken law; all others are judged as ever."""
    text = (folder / "prices.csv").read_text(encoding="utf-8")
    (folder / "prices.csv").write_text(text.replace("\n", "\n", 1) + "\n", encoding="utf-8")
    found = balik.verify(folder)
    assert sentences(found) == ["prices.csv was changed since the plan was written."]
    assert found.broken[0].law == "seal" and found.cost == 8161000.0
    assert main(["verify", str(folder)]) == 3
    assert "Apart from the seal every law holds: as it is now, the plan costs 8,161,000." in capsys.readouterr().out
    rows = (folder / "flow.csv").read_text(encoding="utf-8").splitlines()
    (folder / "flow.csv").write_text("\n".join(rows[:-1]) + "\n", encoding="utf-8")
    laws = {broken.law for broken in balik.verify(folder).broken}
    assert {"seal", "balance"} <= laws


def test_a_plan_of_another_hand_claims_no_seal(folder: Path) -> None:
    document = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    del document["sha256"]
    (folder / PLAN_FILE).write_text(json.dumps(document), encoding="utf-8")
    found = balik.verify(folder)
    assert found.ok and found.seal is None


def test_the_users_own_files_stay_beside_a_new_plan(folder: Path) -> None:
    (folder / "catatan").mkdir()
    (folder / "catatan" / "rapat.txt").write_text("mine")
    balik.solve("plastik-jabodetabek", out=folder)
    assert (folder / "catatan" / "rapat.txt").read_text() == "mine"
    assert balik.verify(folder).ok


# -- zips --------------------------------------------------------------------------------------------------------


def test_a_zip_is_the_same_for_the_same_plan(tmp_path: Path) -> None:
    plan = balik.solve(SMALL)
    write_plan(plan, tmp_path / "a.zip")
    write_plan(plan, tmp_path / "b.ZIP")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.ZIP").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names) and {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert plan.facts["proof"]["how"] == "lp"  # when it was solved; a folder without a certificate does not show it
        assert json.loads(archive.read(PLAN_FILE))["proof"] == {"how": "claim", "bound": None, "gap": None}
    assert balik.verify(tmp_path / "a.zip").ok
    write_plan(replace(plan, title="another"), tmp_path / "a.zip")  # an earlier plan is replaced
    assert (tmp_path / "a.zip").read_bytes() != (tmp_path / "b.ZIP").read_bytes()


def test_a_folder_that_was_packed_by_hand_is_judged(made: Path, tmp_path: Path) -> None:
    (tmp_path / "up").mkdir()
    shutil.copytree(made, tmp_path / "up" / "rencana")
    pack(tmp_path / "up", tmp_path / "x.zip")
    assert balik.verify(tmp_path / "x.zip").ok


def test_a_zip_that_is_not_a_plan_is_neither_judged_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK no zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("foto.txt", "mine")
    for name, why in (("a.zip", "cannot be unpacked"), ("b.zip", "not a plan")):
        with pytest.raises(CallError, match=why):
            balik.verify(tmp_path / name)
        before = (tmp_path / name).read_bytes()
        with pytest.raises(CallError):
            balik.solve(SMALL, out=tmp_path / name)
        assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize("name", ["plan.json", "plan.json.sha256"])
def test_a_plan_whose_document_was_changed_is_not_replaced(made: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "plan"))
    (folder / name).write_text((folder / name).read_text(encoding="utf-8") + " \n", encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(CallError, match="was changed since balik wrote it"):
        balik.solve(SMALL, out=folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("name", "why"),
    [("../x", "outside"), ("/etc/x", "outside"), ("a\\..\\x", "outside"), ("C:x", "outside"), ("PLAN.json", "twice")],
)
def test_a_zip_that_means_harm_is_not_unpacked(made: Path, tmp_path: Path, name: str, why: str) -> None:
    pack(made, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, "x")
    with pytest.raises(CallError, match=why):
        balik.verify(tmp_path / "a.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_packed_in_another_way_is_not_unpacked(made: Path, tmp_path: Path, how: int) -> None:
    pack(made, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("x.csv", "x" * 1000, how)
    with pytest.raises(CallError, match=r"'x\.csv' is packed in a way that is not read here"):
        balik.verify(tmp_path / "a.zip")


def test_a_zip_that_would_unpack_to_too_much_is_left_packed(made: Path, tmp_path: Path, monkeypatch) -> None:
    pack(made, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        size = sum(info.file_size for info in archive.infolist())
    monkeypatch.setattr(zips, "MOST_BYTES", size)
    assert balik.verify(tmp_path / "a.zip").ok
    monkeypatch.setattr(zips, "MOST_BYTES", size - 1)
    with pytest.raises(CallError, match="If you trust it, unpack it yourself"):
        balik.verify(tmp_path / "a.zip")
    monkeypatch.setattr(zips, "MOST_FILES", 1)
    with pytest.raises(CallError, match="files are too many"):
        balik.verify(tmp_path / "a.zip")


def test_a_zip_that_lies_about_its_sizes_unpacks_to_no_more_than_it_says(made: Path, tmp_path: Path) -> None:
    """Both the directory and the file's own head say 10 bytes; a million come out, of which 10 at most are written."""
    pack(made, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", "x" * 1_000_000)
    whole = (tmp_path / "a.zip").read_bytes()
    assert whole.count(struct.pack("<I", 1_000_000)) == 2
    (tmp_path / "b.zip").write_bytes(whole.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10)))
    with pytest.raises(CallError, match="cannot be unpacked"), zips.unpacked(tmp_path / "b.zip", PLAN_FILE):
        pass
    with zipfile.ZipFile(tmp_path / "b.zip") as archive, pytest.raises(zipfile.BadZipFile), archive.open("x.csv") as file:
        assert len(file.read(10)) == 10 and file.read() == b""


def test_a_damaged_zip_is_said(made: Path, tmp_path: Path) -> None:
    pack(made, tmp_path / "a.zip")
    whole = (tmp_path / "a.zip").read_bytes()
    for at in range(0, len(whole), 997):
        (tmp_path / "b.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            found = balik.verify(tmp_path / "b.zip")
        except balik.BalikError as error:
            assert error.exit_code == 2
        else:  # a byte that carries nothing: a time, a mode
            assert found.ok or any(b.law == "seal" for b in found.broken)


# -- solved again ------------------------------------------------------------------------------------------------


def test_the_same_plan_comes_out(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = balik.verify(made, replay=True)
    assert found.ok and found.replay is not None and found.replay.same and found.replay.cost == 8161000.0
    assert main(["verify", str(made), "--replay", "--lang", "id"]) == 0
    assert "Dihitung lagi" in capsys.readouterr().out
    assert main(["verify", str(made), "--replay", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["replay"]["same"] is True


def test_the_options_and_changes_of_the_plan_are_taken_again(tmp_path: Path) -> None:
    case = "nmc-jawa-barat"
    balik.solve(case, set=["sites.capacity *= 1.5"], gap=0.02, seed=7, engine="highs", out=tmp_path / "plan.zip")
    found = balik.verify(tmp_path / "plan.zip", replay=True).replay
    assert found is not None and found.same, found


def altered(folder: Path, change: Callable[[dict], None]) -> Verdict:
    document = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    change(document)
    (folder / PLAN_FILE).write_text(json.dumps(document), encoding="utf-8")
    return balik.verify(folder, replay=True)


def test_another_plan_is_told_by_what_it_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "plan"
    balik.solve("nmc-jawa-barat", out=folder)
    gone = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))["open"][0]["place"]

    def change(document: dict) -> None:
        document["open"][0]["place"] = "Gudang Lama"
        document["objective"] += 1000
        document["cost"] += 1000
        document["ledger"]["transport"] += 1000
        document["versions"]["highspy"] = "0.0.1"

    found = altered(folder, change).replay
    assert found is not None and not found.same
    text = " ".join(found.found)
    assert "8,650,508 before, 8,649,508 now (-1,000)" in text
    assert "Open before, and not now: Gudang Lama; open now, and not before:" in text and gone in text
    assert "Account transport:" in text and "highspy 0.0.1 →" in text
    assert main(["verify", str(folder), "--replay"]) == 3


def test_other_flows_of_the_same_cost_are_the_same_plan_and_said(folder: Path) -> None:
    rows = (folder / "flow.csv").read_text(encoding="utf-8").splitlines()
    other = rows[1].split(",")
    other[-1] = str(float(other[-1]) + 1)
    (folder / "flow.csv").write_text("\n".join([rows[0], ",".join(other), *rows[2:]]) + "\n", encoding="utf-8")
    found = balik.verify(folder, replay=True).replay
    assert found is not None and found.same
    assert found.found[1] == "Another plan of the same cost came out." and "1 rows of flow differ" in found.found[2]


def test_that_there_is_no_plan_comes_out_again(tmp_path: Path) -> None:
    balik.solve(SMALL, scenario="biaya-plus-20", out=tmp_path / "plan")
    found = balik.verify(tmp_path / "plan", replay=True)
    assert not found.ok and found.seal and found.replay is not None and found.replay.same


# -- what no plan of ours would say ------------------------------------------------------------------------------


def reseal(folder: Path, **changes: object) -> None:
    """The document with other figures, its files listed and sealed again, as by one who knows how."""
    document = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8")) | changes
    (folder / PLAN_FILE).write_text(json.dumps(document), encoding="utf-8")
    seal = hashlib.sha256((folder / PLAN_FILE).read_bytes()).hexdigest()
    (folder / SEAL_FILE).write_text(f"{seal}  {PLAN_FILE}\n")


@pytest.mark.parametrize("bound", [float("nan"), float("-inf"), "much", None])
def test_a_bound_that_is_no_number_is_broken(folder: Path, bound: object) -> None:
    reseal(folder, bound=bound)
    assert any(
        "bound is" in sentence and "no finite number" in sentence for sentence in sentences(balik.verify(folder))
    )


@pytest.mark.parametrize("listed", ["x", [1], {}, None])
def test_a_seal_that_lists_nothing_vouches_for_nothing(folder: Path, listed: object) -> None:
    reseal(folder, sha256=listed)
    found = balik.verify(folder)
    assert not found.ok and found.seal is None and "flow.csv was added since the plan was written." in sentences(found)


def test_a_table_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "flow.csv").write_bytes(b"\x80\x81")
    with pytest.raises(CallError, match="cannot be read"):
        balik.verify(folder)
