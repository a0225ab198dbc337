"""Every sentence that users read stands in every catalogue, with the same values in it."""

from __future__ import annotations

import ast
import pickle
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from balik.errors import Problem
from balik.schema import INPUT
from balik.words import CATALOGUE, LANGUAGES, NOTHING, catalogue, read_po, say, sentences

SRC = Path(__file__).resolve().parents[1] / "src" / "balik"
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> Iterator[tuple[str, str]]:
    """Where each sentence is said, and its English template; what the schema says of its columns too."""
    for table in INPUT.values():
        yield from ((f"{table.name}.{column.name}", column.description) for column in table.columns.values())
    for path in sorted(SRC.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        if not any(isinstance(n, ast.ImportFrom) and (n.module or "").endswith("words") for n in nodes):
            continue
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                spot = f"{path.relative_to(SRC)}:{node.lineno}"
                first = node.args[0]
                assert isinstance(first, ast.Constant) and isinstance(first.value, str), f"{spot}: no plain text"
                yield spot, first.value


def fields(template: str) -> set[str]:
    """Names of the values of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_in_the_catalogue(language: str) -> None:
    known = catalogue(language)
    missing = [f"{spot}: {template}" for spot, template in said() if template not in known]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_same_values(language: str) -> None:
    for template, other in catalogue(language).items():
        assert fields(template) == fields(other), f"{template!r} → {other!r}"


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_holds_nothing_that_nobody_says(language: str) -> None:
    templates = {template for _, template in said()}
    idle = [template for template in catalogue(language) if template not in templates]
    assert not idle, "\n".join(idle)


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_stands_twice(language: str) -> None:
    seen: dict[str, str] = {}
    for path in sorted((CATALOGUE / language).glob("*.po")):
        for template in read_po(path):
            assert template not in seen, f"{template!r} stands in {seen[template]} and in {path.name}"
            seen[template] = path.name


def test_a_sentence_reads_as_english_and_is_said_in_indonesian() -> None:
    found = say("Did you mean '{word}'?", word="pabrik")
    assert found == "Did you mean 'pabrik'?"
    assert found.into("id") == "Maksudnya 'pabrik'?"
    assert sentences(found, NOTHING, found).into("id") == "Maksudnya 'pabrik'? Maksudnya 'pabrik'?"
    assert pickle.loads(pickle.dumps(found)).into("id") == found.into("id")
    assert Problem("E201", found).into("id").as_dict()["found"] == "Maksudnya 'pabrik'?"


def test_braces_of_the_user_are_letters() -> None:
    assert say("Did you mean '{word}'?", word="{x}").into("id") == "Maksudnya '{x}'?"
    assert sentences(say("Did you mean '{word}'?", word="{0}")).into("en") == "Did you mean '{0}'?"
