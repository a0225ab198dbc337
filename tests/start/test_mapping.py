"""What is not certain is asked, or refused with the place where to write it; what was said is remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import balik
from balik import cli
from balik.start.ask import asker
from balik.start.begin import begin
from balik.start.questions import Question
from start.making import ENGLISH, changed, codes, rows_of, started, write

#: Two columns that could be the amount.
BOTH = {
    **ENGLISH,
    "shipments": [
        [
            *row[:5],
            *(["Weight sent (kg)", "Weight received (kg)"] if row[0] == "Date" else [row[5], row[5] - 1]),
            *row[6:],
        ]
        for row in ENGLISH["shipments"]
    ],
}


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_ambiguous_column_is_a_problem_then_the_map_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path / "lists", BOTH)
    code, out, err = run(capsys, "new", "mine", "--from", *files)
    assert code == 2 and out == "" and not Path("mine").exists()
    assert "pengiriman.csv:1  E402  It is not certain which column is 'amount' of shipments" in err
    assert "Weight sent (kg), Weight received (kg)" in err and "mine.map.toml" in err
    text = Path("mine.map.toml").read_text(encoding="utf-8")
    assert 'amount = ""  # to be filled' in text and 'origin = "From"' in text
    assert "# its columns: Date, Shipment no, From, To, Product, Weight sent (kg)" in text

    filled = text.replace('amount = ""  # to be filled', 'amount = "Weight received (kg)"')
    Path("mine.map.toml").write_text(filled, encoding="utf-8")
    code, out, err = run(capsys, "new", "mine", "--from", *files)
    assert code == 0 and "Written: mine" in out and "amount = Weight received (kg)" in err
    assert Path("mine.map.toml").read_text(encoding="utf-8") == filled
    assert (tmp_path / "mine" / "baseline.csv").read_text(encoding="utf-8").count("748.5") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lists", "mine", "mine.map.toml"]


def test_a_map_of_the_users_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.map.toml").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(balik.InputError):
        balik.new("mine", files=write(tmp_path / "lists", BOTH))
    assert Path("mine.map.toml").read_text(encoding="utf-8") == "# mine\n"


def test_the_map_of_a_case_reads_the_lists_of_the_next_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("this.map.toml").write_text('[shipments]\namount = "Weight sent (kg)"\n', encoding="utf-8")
    balik.new("this", files=write(tmp_path / "2025", BOTH))
    rows = [["2026" + str(row[0])[4:], *row[1:]] if row[0] != "Date" else row for row in BOTH["shipments"]]
    (path,) = (p for p in write(tmp_path / "2026", {**BOTH, "shipments": rows}) if p.name == "pengiriman.csv")
    later = path.rename(path.with_name("kirim-2026.csv"))
    files = [later, *(path.with_name(name) for name in ("tarif.csv", "lokasi.csv", "tagihan.csv"))]
    balik.new("next", files=files, map="this/from.toml")
    told = Path("next/from.toml").read_text(encoding="utf-8")
    assert 'list = "kirim-2026.csv"' in told and 'amount = { column = "Weight sent (kg)", unit = "kg" }' in told
    assert "2026-02" in Path("next/periods.csv").read_text(encoding="utf-8")
    assert not Path("next.map.toml").exists()


def test_made_again_with_its_own_map_it_is_the_same_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path / "lists", ENGLISH)
    balik.new("one", files=files)
    balik.new("two", files=files, map="one/from.toml")
    for path in sorted(Path("one").iterdir()):
        if path.name != "GUESSED.md":  # what the map says is no guess
            mine, theirs = (p.read_text(encoding="utf-8") for p in (path, Path("two") / path.name))
            assert mine == theirs.replace("two (", "one ("), path.name


def test_the_map_wins_over_every_guess(tmp_path: Path) -> None:
    map_ = tmp_path / "m.toml"
    map_.write_text(
        'title = "Ours"\nperiod = "quarter"\nfill = "full"\ndetour = 1.5\n'
        '[shipments]\norigin = "To"\ndest = "From"\ncost = ""\n'
        '[invoices.accounts]\nRENT = ""\n',
        encoding="utf-8",
    )
    made = begin(write(tmp_path / "lists", ENGLISH), "case", map_)
    assert made.settings["title"] == "Ours" and made.settings["distance"] == {"detour": 1.5}
    assert rows_of(made, "baseline")[0]["origin"] == "Depot Utara" and "cost" not in made.tables["baseline"]
    assert made.tables["periods"] == {"period": ["2025-Q1"]} and "fill" not in made.tables["lanes"]
    assert made.tables["invoices"]["account"] == ["transport"]
    assert any("'Rent' are left out" in told for told in made.guessed)


@pytest.mark.parametrize(("text", "words"), [
    ("period = 12", "Write one of day"),
    ('fill = "half"', "Write one of list"),
    ("detour = 0.5", "times longer"),
    ('curency = "IDR"', "Did you mean 'currency'?"),
    ("[mass]\ndus = 0", "weighs in kg"),
    ("[shipments", "cannot be read"),
    ('[shipments]\norigin = "Form"', "Did you mean 'From'?"),
    ('[shipments]\norign = "From"', "Did you mean 'origin'?"),
    ("[shipments]\norigin = 3", "does not fit"),
    ('[shipments]\ndate = { column = "Date", order = "dmy" }', "day/month/year"),
])  # fmt: skip
def test_what_cannot_be_said_in_a_map(tmp_path: Path, text: str, words: str) -> None:
    map_ = tmp_path / "m.toml"
    map_.write_text(text + "\n", encoding="utf-8")
    made = begin(write(tmp_path / "lists", ENGLISH), "case", map_)
    found = [p for p in made.problems if p.code == "E403"]
    assert len(found) == 1 and found[0].file == str(map_) and words in f"{found[0].found} {found[0].advice}"


def test_dates_that_the_map_forbids(tmp_path: Path) -> None:
    map_ = tmp_path / "m.toml"
    map_.write_text('[shipments]\ndate = { column = "Date", order = "month/day/year" }\n', encoding="utf-8")
    made = begin(write(tmp_path / "lists", changed("shipments", 3, "Date", "13/01/2025")), "case", map_)
    assert codes(made) == ["E407"] and made.problems[0].line == 3


def test_the_decimal_sign_of_the_map_wins_over_the_column(tmp_path: Path) -> None:
    lists = changed("shipments", 2, "Weight (kg)", "1.250")
    map_ = tmp_path / "m.toml"
    map_.write_text('[shipments]\namount = { column = "Weight (kg)", decimal = "," }\n', encoding="utf-8")
    made = begin(write(tmp_path / "lists", lists), "case", map_)  # another row has 350.5
    assert rows_of(made, "baseline")[0]["amount"] == "1600.5"


def test_lists_that_fit_as_well_are_asked_for(tmp_path: Path) -> None:
    head, *rows = ENGLISH["shipments"]
    lists = {**ENGLISH, "returns": [[*head[:8], "Freight (Rp)"], *rows]}
    files = write(tmp_path / "lists", lists)
    made = begin(files, "case", map_name="case.map.toml")
    assert codes(made) == ["E401"] and "pengiriman.csv, returns.csv" in made.problems[0].advice
    map_ = tmp_path / "m.toml"
    map_.write_text('[shipments]\nlist = "pengiriman.csv"\n', encoding="utf-8")
    made = begin(files, "case", map_)
    assert made.ok and any("Not used: returns.csv" in told for told in made.guessed)
    map_.write_text('[shipments]\nlist = ["pengiriman.csv", "returns.csv"]\n', encoding="utf-8")
    made = begin(files, "case", map_)
    assert "E403" in codes(made) and any("'Cost (Rp)' is not a column of returns.csv" in p.found for p in made.problems)


def test_an_account_that_is_not_known_is_named_in_the_map(tmp_path: Path) -> None:
    made = started(tmp_path, changed("invoices", 3, "Account", "Sundries"))
    assert made.in_map and "# sundries = ..." in made.map_text and 'transport = "transport"' in made.map_text


def test_a_count_that_the_map_weighs(tmp_path: Path) -> None:
    rows = [[*row, "Unit" if row[0] == "Date" else "dus" if row[1] == "S3" else "kg"] for row in ENGLISH["shipments"]]
    rows[0][5] = "Quantity"
    map_ = tmp_path / "m.toml"
    map_.write_text("[mass]\ndus = 2\n", encoding="utf-8")
    made = begin(write(tmp_path / "lists", {**ENGLISH, "shipments": rows}), "case", map_)
    assert "E414" not in codes(made)
    assert [row["amount"] for row in rows_of(made, "baseline") if row["origin"] == "Bank B"] == ["1000", "450"]


def test_strange_words_are_mapped_by_hand(tmp_path: Path) -> None:
    strange = {name: [[f"col{at}" for at, _ in enumerate(rows[0])], *rows[1:]] for name, rows in ENGLISH.items()}
    made = started(tmp_path / "a", strange)
    assert set(codes(made)) == {"E401"} and made.in_map
    fields = {
        "shipments": ["date", "id", "origin", "dest", "material", "amount", "mode", "km", "cost"],
        "rates": ["mode", "payload", "loaded_rate", "empty_rate"],
        "sites": ["place", "kind", "lat", "lon", "capacity", "running_cost"],
        "invoices": ["account", "amount"],
    }
    units = {"amount": "kg", "payload": "t", "capacity": "t/month"}
    files = {"shipments": "pengiriman.csv", "rates": "tarif.csv", "sites": "lokasi.csv", "invoices": "tagihan.csv"}
    lines = []
    for role, names in fields.items():
        lines += [f"[{role}]", f'list = "{files[role]}"']
        for at, name in enumerate(names):
            unit = f', unit = "{units[name]}"' if name in units and role != "invoices" else ""
            lines.append(f'{name} = {{ column = "col{at}"{unit} }}')
    map_ = tmp_path / "m.toml"
    map_.write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = begin(write(tmp_path / "b", strange), "case", map_)
    assert codes(made) == [] and made.tables == started(tmp_path / "c").tables


# -- asking ------------------------------------------------------------------------------------------------------


def test_what_is_uncertain_is_asked_until_all_is_known(tmp_path: Path) -> None:
    rows = [[*row[:8], row[9]] for row in BOTH["shipments"]]  # without km
    rows[0][5:7] = ["Weight sent", "Weight received"]
    answers = {"column": "Weight received", "unit": "kg", "detour": "1,4"}
    asked: list[str] = []

    def ask(question: Question) -> str | None:
        asked.append(question.path[-1])
        return answers[question.path[-1]]

    made = begin(write(tmp_path, {**ENGLISH, "shipments": rows}), "case", map_name="m.toml", ask=ask)
    assert asked == ["column", "unit", "detour"]
    assert made.ok and made.settings["distance"] == {"detour": 1.4}
    assert rows_of(made, "baseline")[0]["amount"] == "748.5"


def test_a_question_that_nobody_can_answer_is_a_problem(tmp_path: Path) -> None:
    made = begin(write(tmp_path, BOTH), "case", map_name="m.toml", ask=lambda question: None)
    assert codes(made) == ["E402"]


def test_the_terminal_takes_numbers_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    from balik.words import plain

    answers = iter(["7", "nothing", "2", "Weight", "", "krat"])
    question = Question("E402", ("shipments", "amount", "column"), plain("Which?"), ("Weight", "Net"), plain(""))
    ask = asker("id", lambda: next(answers))
    assert [ask(question), ask(question), ask(question)] == ["Net", "Weight", None]
    assert (
        asker("en", lambda: next(answers))(
            Question("E415", ("a", "b", "unit"), plain("Which?"), ("kg",), plain(""), {}, True)
        )
        == "krat"
    )
    out, err = capsys.readouterr()
    assert out == "" and "Which?" in err and "  2  Net" in err and "bukan salah satunya" in err


def test_the_command_asks_only_where_somebody_can_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path / "lists", BOTH)
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: "1\n", raising=False)
    code, _out, err = run(capsys, "new", "mine", "--from", *files)
    assert code == 0 and "amount = Weight sent (kg)" in err and not Path("mine.map.toml").exists()


# -- the command -------------------------------------------------------------------------------------------------


def test_the_document_holds_what_was_guessed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path / "lists", ENGLISH)
    code, out, err = run(capsys, "new", "mine", "--from", *files, "--json", "--lang", "id")
    document: dict[str, Any] = json.loads(out)
    assert code == 0 and err == "" and document["written"] == "mine" and document["problems"] == []
    assert "Setiap baris pengiriman dihitung satu rit." in document["guessed"]
    assert "Yang ditebak dan diputuskan" in Path("mine/GUESSED.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [
    ("--map", "x.toml"), ("--period", "week"), ("--from", "{files}", "--like", "x"), ("--from", "{files}", "--map", "absent.toml"),
])  # fmt: skip
def test_calls_that_make_no_sense(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = write(tmp_path / "lists", ENGLISH)
    call = [word for part in words for word in (files if part == "{files}" else [part])]
    code, _, err = run(capsys, "new", "mine", *call)
    assert code == 2 and err and not Path("mine").exists()


def test_nothing_is_left_behind_and_nothing_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bad = write(tmp_path / "bad", changed("shipments", 2, "Weight (kg)", -5))
    with pytest.raises(balik.InputError):
        balik.new("mine", files=bad)
    label = write(tmp_path / "label", changed("shipments", 2, "From", "each"))  # a word that a case may not use
    with pytest.raises(balik.InputError) as refused:
        balik.new("mine", files=label)
    assert "E207" in {problem.code for problem in refused.value.problems}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "label"]
    good = write(tmp_path / "good", ENGLISH)
    assert balik.new("mine", files=good) == Path("mine")
    with pytest.raises(balik.CallError):
        balik.new("mine", files=good)


def test_the_case_checks_and_its_baseline_has_the_flows_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    balik.new("mine", files=write(tmp_path / "lists", ENGLISH))
    assert balik.check("mine") == []
    plan = balik.solve("mine", fix="baseline")
    assert plan.status == "optimal" and plan.verified
    keys = ("origin", "dest", "material", "mode", "period", "amount")
    flow = {tuple(map(str, cells)) for cells in zip(*(plan.columns["flow"][key] for key in keys), strict=True)}
    listed = {
        (*(row[key] for key in keys[:-1]), str(float(row["amount"])))
        for row in rows_of(started(tmp_path / "again"), "baseline")
    }
    assert flow == listed
    assert plan.accounts is not None and plan.accounts["running"] == 1_800_000
    assert plan.accounts["transport"] == pytest.approx(70 * (4500 + 3500) + 150 * (8000 + 6000))  # km there and back


@pytest.mark.parametrize(("sure", "order", "months"), [
    ("03/25/2025", "month/day/year", ["2025-01", "2025-03"]), ("25/03/2025", "day/month/year", ["2025-02", "2025-03"]),
])  # fmt: skip
def test_the_order_of_day_and_month_is_told_and_kept_for_the_next_year(
    tmp_path: Path, sure: str, order: str, months: list[str]
) -> None:
    def dated(*texts: str) -> dict[str, Any]:
        head, *rows = ENGLISH["shipments"]
        return {**ENGLISH, "shipments": [head, *([texts[at % len(texts)], *row[1:]] for at, row in enumerate(rows))]}

    made = begin(write(tmp_path / "a", dated("01/02/2025", sure)), "case", map_name="m.toml")
    used = set(made.tables["baseline"]["period"])
    assert made.ok and sorted(used) == months
    assert any(f"such as '01/02/2025' are read as {order}, since '{sure}'" in told for told in made.guessed)
    assert f'date = {{ column = "Date", order = "{order}" }}' in made.map_text
    map_ = tmp_path / "m.toml"
    map_.write_text(made.map_text, encoding="utf-8")
    nothing_decides = dated("01/02/2026", "03/04/2026")
    assert "E407" in codes(begin(write(tmp_path / "b", nothing_decides), "case"))
    later = begin(write(tmp_path / "c", nothing_decides), "case", map_)
    first = "2026-01" if order.startswith("month") else "2026-02"
    assert later.ok and later.tables["periods"]["period"][0] == first
    plain_dates = started(tmp_path / "d")
    assert "order =" not in plain_dates.map_text and "are read as" not in "\n".join(plain_dates.guessed)
