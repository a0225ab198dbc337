"""Every sentence that users read stands in every catalogue, with the same values in it."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from balik.errors import Problem
from balik.model import STATEMENTS
from balik.schema import INPUT
from balik.views.language import Language
from balik.views.layout import money, percent
from balik.views.paper import source_of
from balik.views.terms import account_name, column_name, status_name
from balik.words import CATALOGUE, LANGUAGES, NOTHING, Figure, catalogue, plain, read_po, say, sentences

SRC = Path(__file__).resolve().parents[1] / "src" / "balik"
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> Iterator[tuple[str, str]]:
    """Where each sentence is said, and its English template; what schema and model say of columns and statements too."""
    for table in INPUT.values():
        yield from ((f"{table.name}.{column.name}", column.description) for column in table.columns.values())
    yield from ((f"model: {statement.name}", statement.text) for statement in STATEMENTS)
    yield from ((f"source: {statement.name}", source_of(statement).template) for statement in STATEMENTS)
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


#: Texts of cli/ and views/ with words in them that nobody reads as a sentence: names of programs, fonts, metavars.
NO_SENTENCES = {
    "balik: ",
    "balik ",
    "balik explain",
    "balik report",
    "'table.column OP value'",
    "that of the figure",  # keys
    "not now",
    "DejaVu Sans",
    "'Liberation Sans', Arial, Helvetica, 'DejaVu Sans', sans-serif",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:",
    "the network has a cycle",  # an assertion
    "Undefined cartesian SRS",  # what the standard of GeoPackage demands
    "Undefined geographic SRS",
}
_TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,.:;]? +[A-Za-z]{2,}")
_BESIDE_A_VALUE = re.compile(r"(?:^|[ (])[A-Za-z]{3,}[:,]? $|^ [A-Za-z]{3,}|^[A-Z][a-z]{2,}")
_HEADING = re.compile(r"^[A-Z][a-z]{2,}.*\n$")
_CODE = re.compile(r"[<>{}\\]|=\"|\b(?:PRAGMA|INSERT|CREATE|INTEGER|geom)\b|^[a-z_]+(?: [a-z_]+){9,}$")


def spoken(path: Path) -> Iterator[str]:
    """Texts of a module that read like words for a user and are not said."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            hidden.add(id(node.args[0]))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("re.", "Sentence")):
            hidden |= {id(n) for n in ast.walk(node)}
        elif isinstance(node, ast.Compare):
            hidden |= {id(n) for n in (node.left, *node.comparators)}
        elif isinstance(node, ast.Subscript):
            hidden.add(id(node.slice))
        elif isinstance(node, ast.Dict):
            hidden |= set(map(id, node.keys))
    beside = {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            text = node.value
            words = (
                _TWO_WORDS.search(text)
                or _HEADING.search(text)
                or (id(node) in beside and _BESIDE_A_VALUE.search(text))
            )
            if words and text not in NO_SENTENCES and not _CODE.search(text):
                yield f"{path.name}:{node.lineno}: {text!r}"


def test_nothing_is_shown_that_is_not_said() -> None:
    """A text in the command or a view that users read goes through `say`, or it could not be translated."""
    paths = [path for folder in ("cli", "views") for path in sorted((SRC / folder).rglob("*.py"))]
    found = [text for path in paths if path.name != "parser.py" for text in spoken(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        'print("nothing was found")',
        'x = f"{n} more"',
        'x = f"Sites: {n}"',
        'head = "Modules\\n" + body',
        'heads = ["share used"]',
    ],
)
def test_words_that_are_not_said_are_seen(tmp_path: Path, line: str) -> None:
    (tmp_path / "view.py").write_text(f'"""A view."""\n{line}\ny = say("This is said.")\n', encoding="utf-8")
    assert len(list(spoken(tmp_path / "view.py"))) == 1


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


def test_numbers_are_written_as_each_language_writes_them() -> None:
    told = say(
        "{value:,.10g} of {share:.1f} %, line {line}, {figure}",
        value=8161000.5,
        share=12.34,
        line=1234,
        figure=Figure("1,000.25"),
    )
    assert told == "8,161,000.5 of 12.3 %, line 1234, 1,000.25"
    pattern = told.template  # no catalogue has it: the words stay, the numbers do not
    assert told.into("id") == "8.161.000,5 of 12,3 %, line 1234, 1.000,25" and told.template == pattern
    assert say("{a}", a=np.float64(0.5)).into("id") == "0,5" and say("{a}", a=Fraction(1, 2)).into("id") == "1/2"
    assert pickle.loads(pickle.dumps(Figure("1,5"))).into("id") == "1.5"


def test_what_is_typed_stays_as_typed() -> None:
    """Cells as they were found, numbers to be written and names are texts; `!r` shows a value of Python."""
    assert say("Write {value}.", value="0.5").into("id").endswith("0.5.")
    assert plain("1,234.5").into("id") == "1,234.5"
    assert (
        say("seed must be a number from 0 to {top}, not {seed!r}.", top=9, seed=1.5).into("id").endswith("bukan 1.5.")
    )


def test_names_are_shown_as_the_tables_have_them_in_english_only() -> None:
    assert account_name("purchase") == "purchase" and account_name("purchase").into("id") == "pembelian"
    assert account_name("iuran").into("id") == "iuran"  # an account of the user's own
    assert status_name("infeasible").into("id") == "tidak ada rencana"
    assert column_name("place").into("id") == "tempat" and column_name("paid_by").into("id") == "dibayar oleh"
    assert money(8161000, "IDR") == "Rp 8,161,000" and money(8161000, "IDR").into("id") == "Rp 8.161.000"
    assert Language("id")(percent(12.3, ".1f")) == "12,3 %"
