"""Problems are told in the language that the call or the environment asks for."""

import json
from pathlib import Path

import pytest

from balik.cli import main
from balik.errors import all_of, listed, one_of
from balik.words import say


def run(capsys, *args):
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def broken(tmp_path) -> Path:
    """A case with an amount that is no number, a lane to its own origin, and two places that do not exist."""
    folder = tmp_path / "kasus"
    folder.mkdir()
    for name, text in {
        "case.toml": 'title = "kasus"\n',
        "places.csv": "place\na\nb\n",
        "materials.csv": "material\nm\n",
        "supply.csv": "place,material,amount\na,m,banyak\n",
        "demand.csv": "place,material,amount\nb,m,10\n",
        "lanes.csv": "origin,dest,fee\na,b,1\na,a,2\nc,b,1\nc,b,2\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


LOOP = "Jalur ini berangkat dan tiba di tempat yang sama. Beri tujuan lain, atau hapus barisnya."


def test_both_languages_name_the_same_codes_and_places(capsys, broken):
    told = {}
    for language in ("en", "id"):
        code, out, err = run(capsys, "check", broken, "--lang", language)
        assert code == 2
        told[language] = [line.split("  ")[:2] for line in err.splitlines()], out, err
    assert told["en"][0] == told["id"][0] and len(told["en"][0]) == 3
    assert "leads from a place to itself" in told["en"][2] and told["en"][1].endswith(": 4 problems, 0 warnings.\n")
    assert LOOP in told["id"][2] and told["id"][1].endswith(": 4 masalah, 0 peringatan.\n")


def test_documents_are_told_in_the_language_too(capsys, broken):
    english, indonesian = (
        json.loads(run(capsys, "check", broken, "--json", "--lang", language)[1])["problems"]
        for language in ("en", "id")
    )
    places = ("code", "severity", "file", "line", "column")
    assert [[p[f] for f in places] for p in english] == [[p[f] for f in places] for p in indonesian]
    assert all(e["found"] != i["found"] for e, i in zip(english, indonesian, strict=True))
    code, out, _ = run(capsys, "solve", broken, "--json", "--lang", "id")
    assert code == 2 and LOOP.startswith(next(p for p in json.loads(out)["problems"] if p["code"] == "E206")["found"])


def test_a_case_that_is_not_there_is_said_in_indonesian(capsys):
    code, _, err = run(capsys, "solve", "tak-ada", "--lang", "id")
    assert code == 2 and "tak-ada" in err and "there is no" not in err
    assert err.endswith("1 masalah. Tidak ada yang dihitung.\n")
    code, out, _ = run(capsys, "solve", "tak-ada", "--lang", "id", "--json")
    problem = json.loads(out)["problems"][0]
    assert code == 2 and problem["code"] == "E190" and problem["found"] in err


def test_refused_options_are_said_in_indonesian(capsys):
    code, _, err = run(capsys, "solve", "jerigen-padang", "--threads", "0", "--lang", "id")
    assert code == 2 and err.startswith("threads harus 1 atau lebih, bukan 0.")


def test_warnings_beside_a_plan_are_told_in_the_language(capsys, broken):
    (broken / "supply.csv").write_text("place,material,amount\na,m,10\n", encoding="utf-8")
    (broken / "lanes.csv").write_text("origin,dest,fee\na,b,1\n", encoding="utf-8")
    (broken / "processes.csv").write_text("process,place\nkupas,b\n", encoding="utf-8")
    code, _, err = run(capsys, "solve", broken, "--lang", "id")
    assert code == 0 and "  peringatan W203  Proses 'kupas' tidak punya resep" in err
    code, out, _ = run(capsys, "solve", broken, "--lang", "id", "--json")
    assert code == 0 and json.loads(out)["problems"][0]["found"].startswith("Proses 'kupas'")


@pytest.mark.parametrize(
    ("asked", "word"), [("id", "masalah"), ("en", "problems"), ("fr", "problems"), ("", "problems")]
)
def test_the_environment_chooses_where_the_call_does_not(capsys, broken, monkeypatch, asked, word):
    monkeypatch.setenv("BALIK_LANG", asked)
    assert f": 4 {word}, " in run(capsys, "check", broken)[1]
    assert ": 4 problems, " in run(capsys, "check", broken, "--lang", "en")[1]


def test_a_language_that_balik_does_not_speak_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "jerigen-padang", "--lang", "fr"])
    assert stopped.value.code == 2 and "--lang" in capsys.readouterr().err


def test_words_one_after_the_other_are_joined_in_the_language():
    told = say("Rows of one name are added, and these are {words}.", words=all_of(["{a}", say("amounts"), "c"]))
    assert told == "Rows of one name are added, and these are {a} and amounts and c."
    assert told.into("id") == "Baris satu nama dijumlahkan, dan ini adalah {a} dan jumlah barang dan c."
    scope = say("No {quantity} has {scope}.", quantity="flow", scope=listed(["place a", one_of(["b", "c"])]))
    assert scope == "No flow has place a, b or c." and scope.into("id") == "Tidak ada flow dengan place a, b atau c."
    assert all_of(["a"]) == one_of(["a"]) == listed(["a"]) == "a"


def test_what_was_written_and_judged_is_told_in_the_language(capsys, tmp_path):
    plan, picture = str(tmp_path / "p.zip"), str(tmp_path / "n.svg")
    assert run(capsys, "solve", "jerigen-padang", "--out", plan)[0] == 0
    assert "hukum diperiksa, 0 dilanggar." in run(capsys, "verify", plan, "--lang", "id")[1]
    assert run(capsys, "draw", "jerigen-padang", "--out", picture, "--lang", "id")[1] == f"Ditulis: {picture}\n"
