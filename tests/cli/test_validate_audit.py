"""The verbs validate and audit: exit codes, documents, languages, the chapter."""

from __future__ import annotations

import json

import pytest

from balik import cli


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = cli.main([str(word) for word in words])
    return code, capsys.readouterr().out


def test_validate_prints_every_trial_and_passes(capsys):
    code, out = run(capsys, "validate", "gudang-transit")
    assert code == 0 and "3  Extreme conditions  PASS" in out and "0 failed" in out


def test_validate_in_indonesian_with_a_chapter(capsys, tmp_path):
    chapter = tmp_path / "bab.md"
    code, out = run(capsys, "validate", "gudang-transit", "--lang", "id", "--out", chapter)
    assert code == 0 and "LULUS" in out and "PASS" not in out
    assert chapter.read_text(encoding="utf-8").startswith("# Verifikasi dan validasi")


def test_validate_fails_where_no_plan_exists(capsys):
    code, out = run(capsys, "validate", "jerigen-padang", "--scenario", "biaya-plus-20", "--json")
    found = json.loads(out)
    assert code == 3 and not found["ok"] and [r["round"] for r in found["rounds"]] == [1, 2, 3, 4, 5]
    assert {t["verdict"] for r in found["rounds"] for t in r["trials"]} == {"pass", "fail", "not applicable"}


def test_a_chapter_of_another_kind_is_refused(capsys, tmp_path):
    assert run(capsys, "validate", "gudang-transit", "--out", tmp_path / "bab.docx")[0] == 2


def test_audit_prints_facts_and_its_document_is_plain(capsys):
    code, out = run(capsys, "audit", "turki-enam-kota")
    assert code == 0 and "fact one_off_mixed (case.toml finance)" in out and "0 faults, 1 fact." in out
    found = json.loads(run(capsys, "audit", "turki-enam-kota", "--json", "--lang", "id")[1])
    assert found["ok"] and found["findings"][0]["found"].startswith("Uang sekali bayar")


def test_a_malformed_case_is_refused_by_both(capsys, tmp_path):
    (tmp_path / "case.toml").write_text('title = "x"', encoding="utf-8")
    (tmp_path / "places.csv").write_text("place\na\na\n", encoding="utf-8")
    assert run(capsys, "validate", tmp_path)[0] == run(capsys, "audit", tmp_path)[0] == 2
