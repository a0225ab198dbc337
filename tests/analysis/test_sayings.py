"""A saved study is read in any language: what a document keeps of its sentences, and what it does not believe."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import balik
from balik.analysis.saved import study_of
from balik.analysis.sayings import resaid, sayings
from balik.analysis.study import Study, Work
from balik.words import Figure, Sentence, named, plain, said, say, sentences

SITE = say("{count} sites", count=3)
TOLD = [
    say(
        "By the engine's word, these are all sets of sites within {part} of the best: {count}.",
        part=Figure("2.5 %"),
        count=1234,
    ),
    say("In {scope}: {places}.", scope=say("every such plan"), places="Kab. {Bogor}, a\nb"),
    sentences(SITE, "Dealer", plain("kosong-2L"), between="; {x} "),
    named("infeasible", say("no plan exists")),
    Figure("8,161,000.5"),
    say("{key} = {value!r} is not text.", key="a", value=3.5),
    Sentence("12,345.68 -0.5", "{a:,.2f} {b:+g}", {"a": 12345.678, "b": -0.5}),
]


def saved(found: Any, language: str) -> dict[str, Any]:
    """A document in a language, as a file holds it."""
    return dict(json.loads(json.dumps(said(found, language) | sayings(found, language), allow_nan=False)))


@pytest.mark.parametrize("sentence", TOLD, ids=range(len(TOLD)))
@pytest.mark.parametrize("language", ["en", "id"])
def test_a_sentence_is_said_again_in_both_languages(sentence: Sentence, language: str) -> None:
    (found,) = resaid(saved({"findings": [sentence]}, language))["findings"]
    assert isinstance(found, Sentence)
    assert (found.into("en"), found.into("id")) == (sentence.into("en"), sentence.into("id"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30), st.floats(allow_nan=True) | st.integers() | st.fractions() | st.text(max_size=9))
def test_any_label_and_number_comes_back_as_it_was(label: str, value: Any) -> None:
    sentence = say("In {scope}: {places}.", scope=label, places=value)
    document = {"a": {label: [sentence, label]}, "findings": [plain(label)]}
    found = resaid(saved(document, "id"))
    assert said(found, "id") == json.loads(json.dumps(said(document, "id")))
    assert said(found, "en") == said(document, "en")


def test_texts_that_were_changed_since_stay_as_they_are() -> None:
    document = saved({"findings": list(TOLD[:2])}, "en")
    document["findings"][0] = "mine"
    found = resaid(document)["findings"]
    assert said(found, "id") == ["mine", TOLD[1].into("id")]


@pytest.mark.parametrize(
    "kept",
    [
        {"say": "{a.__class__}", "with": {"a": "x"}}, {"say": "{a[0]}", "with": {"a": "x"}}, {"say": "{0}", "with": {}},
        {"say": "{a:>99999999999}", "with": {"a": "x"}}, {"say": "{a:{b}}", "with": {"a": 1.0, "b": "9"}}, {"say": "{", "with": {}},
        {"say": "{a}", "with": {}}, {"say": "{a}", "with": []}, {"say": 3, "with": {}}, {"figure": 3}, {"say": "a", "with": {"b": [1]}},
        {"say": "a", "with": {}, "text": 4}, {"with": {}}, {}, None, 3, "x",
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_left_alone(kept: Any) -> None:
    at = kept | {"at": ["findings", 0]} if isinstance(kept, dict) else kept
    found = resaid({"findings": ["x", 1], "said": {"language": "en", "texts": [at, {"at": 3}, {"at": [[]]}]}})
    assert found == {"findings": ["x", 1]} and not isinstance(found["findings"][0], Sentence)


@pytest.mark.parametrize(
    "said_of", [None, 3, [], {"language": "xx", "texts": []}, {"language": "en"}, {"language": "en", "texts": 3}]
)
def test_documents_of_an_older_balik_are_read(said_of: Any) -> None:
    old = {"kind": "atlas", "case": "c", "rows": [], "findings": ["Found."], "work": {
        "varied": "sites", "solves": 1, "proved": 1, "seconds": 0.1, "unsaid": ["what"]}}  # fmt: skip
    study = study_of(old if said_of is None else old | {"said": said_of}, "id")
    assert study.findings == ["Found."] and "Found." in balik.report(study, language="id")
    assert "said" not in study.more


def test_seconds_that_were_rounded_once_are_told_alike() -> None:
    work = Work(plain("sites"), 2, 2, 0.004996)
    saved = Work(plain("sites"), 2, 2, work.document()["seconds"])
    assert list(map(str, work.sentences())) == list(map(str, saved.sentences()))


@pytest.fixture(scope="module")
def studies() -> list[Study]:
    """Quick ones, of several kinds."""
    return [
        balik.atlas("titik-jemput-acak", "3%"),
        balik.explain("titik-jemput-acak", site="titik-utara", budget=1),
        balik.rank("delapan-jaringan"),
    ]


def test_a_study_saved_in_one_language_gives_the_report_of_the_other(studies: list[Study]) -> None:
    for study in studies:
        files = {lang: json.loads(json.dumps(study.into(lang).document())) for lang in ("en", "id")}
        for asked in ("en", "id"):
            fresh = balik.report(study, language=asked)
            assert all(balik.report(study_of(file, asked), language=asked) == fresh for file in files.values()), (
                study.kind
            )
        assert study.into("id").into("en").document() == study.document() == study.into("en").document()


def test_numbers_that_are_no_json_do_not_spoil_it() -> None:
    sentence = say("In {scope}: {places}.", scope=float("inf"), places=Fraction(1, 3))
    assert said(resaid(saved({"findings": [sentence]}, "en")), "id")["findings"] == [sentence.into("id")]


@pytest.mark.parametrize(
    ("template", "values"),
    [("{a:.2f}", {"a": "x"}), ("{b}", {}), ("{a:c}", {"a": 10**9}), ("{a:.2f}", {"a": 10**400}), ("{a!r:>9999}", {})],
)
@pytest.mark.parametrize("text", [{}, {"text": "x"}])
def test_templates_that_their_values_do_not_fit_are_not_believed(
    template: str, values: dict[str, Any], text: dict[str, str]
) -> None:
    kept = {"at": ["findings", 0], "say": template, "with": values} | text
    found = resaid({"findings": ["x"], "said": {"language": "en", "texts": [kept]}})
    assert [type(each) for each in found["findings"]] == [str]


def test_few_letters_do_not_become_very_many() -> None:
    kept: dict[str, Any] = {"say": "{a}{a}", "with": {"a": "xxxxxxxxxx"}}
    for _ in range(40):
        kept = {"say": "{a}{a}", "with": {"a": kept}}
    found = resaid({"a": "x", "said": {"language": "en", "texts": [kept | {"at": ["a"]}]}})
    assert found == {"a": "x"}
    deep: Any = "x"
    for _ in range(3000):
        deep = [deep]
    assert resaid({"a": deep, "said": {"language": "en", "texts": []}})["a"] is deep
