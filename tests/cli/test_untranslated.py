"""Nothing that the command prints in another language is left in English, whatever the verb.

The language of these tests has the letters and digits of other alphabets: 𝚊 for a, 𝟷 for 1. It translates every
template and every number, so what is left in plain letters or digits is either the user's own or was never translated.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from html import unescape
from pathlib import Path

import pytest

import balik
from balik import words
from balik.cli import VERBS as MODULES
from balik.cli import main
from balik.copies import cases
from balik.model import STATEMENTS
from balik.schema import INPUT, PLAN
from balik.tables import read
from balik.tables.units import known_units
from balik.views.audit import kind_name

_PLAIN = string.ascii_letters + string.digits
_OTHER = "".join(map(chr, [*range(0x1D68A, 0x1D6A4), *range(0x1D670, 0x1D68A), *range(0x1D7F6, 0x1D800)]))
LETTERS = str.maketrans(_PLAIN, _OTHER)
VERBS = [module.__name__.rpartition(".")[2] for module in MODULES]
NUMBERS = str.maketrans(string.digits + ",.", _OTHER[-10:] + ".,")

#: What reads the same in every language: values of stochastic programs, currencies, kinds of findings, tables.
NAMES = {"RP", "WS", "EV", "EEV", "VSS", "EVPI", "CVaR", "IDR", "Rp", "USD", "balik", "processes"}
#: Where findings of an audit are made.
AUDIT = Path(words.__file__).parent / "analysis" / "audit"
#: Indonesian headers, which the schema has and no catalogue.
HEADERS = {c.indonesian for t in (*INPUT.values(), *PLAN.values()) for c in t.columns.values()}


class Strange(dict[str, str]):
    """A catalogue that has every template."""

    def get(self, template: str, _: object = None) -> str:  # type: ignore[override]
        out = ""
        for text, name, how, conversion in string.Formatter().parse(template):
            out += text.translate(LETTERS).replace("{", "{{").replace("}", "}}")
            if name is not None:
                out += f"{{{name}{f'!{conversion}' if conversion else ''}{f':{how}' if how else ''}}}"
        return out


@pytest.fixture(autouse=True)
def strange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "SIGNS", {"id": NUMBERS})
    monkeypatch.setattr(words, "catalogue", lambda language: Strange())


def own(case: str) -> Iterator[str]:
    """Whatever the user wrote into a case."""
    tables = read(case)
    yield tables.title
    yield from tables.scenarios
    scenarios = [read(case, scenario) for scenario in tables.scenarios]
    for one in (tables, *scenarios):
        for table in one.tables.values():
            for name, column in table.columns.items():
                yield from (cell for cell in column if re.search(r"[^\W\d]|-", cell) or name in ("period", "priority"))
    yield "1"  # the one period of a case without periods


#: Positions in files, options, `table.column`, codes of problems, names with an underscore, tables that are named as such.
_OWN = re.compile(
    r"""[\w./-]+\.(?:csv|toml|json|xlsx|md|svg|zip)\b(?:!\w+|:\d+(?:-\d+)?(?: \w+)?)?|--set \S+ \w+|--[a-z-]+(?:[ =]"[^"]*")?"""
    r"""|'[^']*'|\b[a-z_]+\.[a-z_0-9]+|\b[EW]\d{3}\b|\b\d+(?:, \d+)+\b"""
    rf"""|{"table".translate(LETTERS)} \w+"""
)


@cache
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)))


def left(text: str, mine: AbstractSet[str]) -> set[str]:
    """Words and numbers in plain letters and digits that are neither names nor the user's own."""
    for pattern in (_OWN, _any_of(frozenset(mine))):
        text = pattern.sub(" ", text)
    return set(re.findall(r"[A-Za-z_]{2,}|[0-9]+(?:[.,][0-9]+)*", text)) - NAMES - HEADERS


def told(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    main([*map(str, args), "--lang", "id"])
    return "".join(capsys.readouterr())


@cache
def known(case: str) -> frozenset[str]:
    units = {word for unit in known_units().values() for word in (unit.unit, *unit.words)}
    return frozenset({*own(case), case, *units})


CALLS = """
solve jerigen-padang
solve titik-jemput-acak
solve aki-delapan-pelaku
solve pusat-daur-ulang
solve lingkar-pembongkar
solve nmc-jawa-barat --scenario kendala-kurang
compare jerigen-padang biaya-plus-10 biaya-plus-20 biaya-plus-30-726-dus
reproduce jerigen-padang
audit jerigen-padang
explain jerigen-padang --scenario biaya-plus-20
explain titik-jemput-acak --site titik-utara --budget 1
frontier titik-jemput-acak --over cost --over use
atlas titik-jemput-acak --within 3%
stochastic titik-jemput-acak
simulate titik-jemput-acak --samples 3
rank delapan-jaringan
rank jerigen-padang
check nmc-jawa-barat
validate jerigen-padang
solve jerigen-padang --set supply.price=mahal
solve jerigen-padang --threads 0
"""


@pytest.mark.parametrize("call", CALLS.strip().splitlines())
def test_a_verb_says_everything_in_the_language(capsys: pytest.CaptureFixture[str], call: str) -> None:
    args = call.split()
    lines = told(capsys, *args).splitlines()
    assert lines
    mine = known(args[1]) | set(args[2:])
    found = {word: line for line in lines for word in left(line, mine)}
    assert not found, "\n".join(f"{word}: {line}" for word, line in found.items())


def test_english_words_and_english_numbers_are_seen() -> None:
    """The tests above could fail."""
    assert left("Written to plan.json: 3,000 tables of kasus/sites.csv:4 capacity", {"plan"}) == {
        "Written",
        "to",
        "3,000",
        "tables",
        "of",
    }
    assert left("𝚃𝚎𝚖𝚙𝚊𝚝 Gudang Garut: E203 '1.234' --set \"a.b = 2\"", {"Gudang Garut"}) == set()


def test_what_is_written_and_verified_is_said_in_the_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = ("plan", "case.xlsx", "map.svg", "network.svg", "kasus")
    plan, book, chart, network, folder = (tmp_path / name for name in files)
    calls = [
        ("solve", "titik-jemput-acak", "--out", plan),
        ("verify", plan),
        ("convert", "jerigen-padang", book),
        ("map", "first-hour", "--out", chart),
        ("draw", "jerigen-padang", "--out", network),
        ("new", folder),
        ("new", folder),  # refused: it is there
        ("solve", tmp_path / "nowhere"),
    ]
    seal = re.compile(r"\b[0-9a-f]{64}\b")
    mine = {*known("titik-jemput-acak"), "nowhere", *files, *cases()}
    for call in calls:
        lines = [seal.sub("", line.replace(str(tmp_path), "")) for line in told(capsys, *call).splitlines()]
        assert lines, call
        found = {word: line for line in lines for word in left(line, mine)}
        assert not found, "\n".join(f"{word}: {line}" for word, line in found.items())


def test_the_formulation_is_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Equations, symbols and sources are the same in every language; no sentence of a statement is."""
    text = told(capsys, "math", "pusat-daur-ulang")
    english = {s.text for s in STATEMENTS} | {
        "Notation",
        "Minimise",
        "subject to",
        "Variables and their bounds",
        "symbol",
        "rows",
    }
    assert not [sentence for sentence in english if sentence in text]
    assert "𝙽𝚘𝚝𝚊𝚝𝚒𝚘𝚗" in text and "𝚊𝚝 𝚙𝚕𝚊𝚌𝚎 𝚒" in text


@pytest.mark.parametrize("verb", [None, *VERBS])
def test_help_is_in_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: str | None
) -> None:
    monkeypatch.setenv("BALIK_LANG", "id")
    with pytest.raises(SystemExit):
        main(["--help"] if verb is None else [verb, "--help"])
    usage, _, text = capsys.readouterr().out.partition("\n\n")
    lines = [re.sub(r"^  (?:\S.*?)(?:  |$)|\{.*?\}", "", line) for line in text.splitlines()]
    assert usage.startswith("𝚞𝚜𝚊𝚐𝚎:")
    found = {word: line for line in lines for word in left(line, {"balik", "CASE", *VERBS})}
    assert not found, "\n".join(f"{word}: {line}" for word, line in found.items())


@pytest.mark.parametrize(
    "call",
    ["slove", "solve", "solve x --gap a", "solve x --foo", "solve x --gap", "solve x --seed 1.5", "new a --from"],
)
def test_a_wrong_call_is_refused_in_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setenv("BALIK_LANG", "id")
    with pytest.raises(SystemExit) as stopped:
        main(call.split())
    fault = capsys.readouterr().err.splitlines()[-1]
    assert stopped.value.code == 2 and left(fault, {*VERBS, "VERB", "CASE", "slove"}) == set()


def test_sources_of_statements_and_kinds_of_findings_are_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    """In print after the unit of each statement; before the rows of each finding of an audit."""
    for case in ("pusat-daur-ulang", "jerigen-padang", "nmc-jawa-barat"):
        lines = [line for line in told(capsys, "math", case).splitlines() if line.rstrip().endswith("]")]
        assert len(lines) > 5
        found = {
            word: line for line in lines for word in left(line.rpartition("[")[2], {"1", "CO2e", "kg", "km", "tkm"})
        }
        assert not found, "\n".join(f"{word}: {line}" for word, line in found.items())
    kinds = set(re.findall(r'Finding\(\s*"(\w+)"', "".join(p.read_text(encoding="utf-8") for p in AUDIT.glob("*.py"))))
    assert len(kinds) > 20 and not [kind for kind in kinds if left(kind_name(kind).into("id"), set())]
    assert left(kind_name("warning W301").into("id"), set()) == set()


@pytest.fixture(scope="module")
def mapped() -> balik.Plan:
    """A plan with places on a map, stages, and every chapter that needs no study."""
    return balik.solve("nmc-jawa-barat")


def shown(page: str) -> Iterator[str]:
    """What a page says to those who see it or hear it read, but for the formulation and the user's own notes."""
    page = re.sub(r'<(style|script).*?</\1>|<section id="(?:formulation|sources)".*?</section>', "", page, flags=re.S)
    yield from map(unescape, re.findall(r'aria-label="([^"]*)"', page))
    for line in re.sub(r"<[^>]*>", "\n", page).splitlines():
        if line.strip() not in ("", "100 %", "1:1", "0") and not re.search(r" \([a-z]+ .*\)$", line):
            yield unescape(line)


_TOOLS = {"python", "highspy", "numpy", "highs", "1e-6", "1e-9", "1"}


@pytest.mark.parametrize("kind", ["plan", "atlas", pytest.param("reproduce", marks=pytest.mark.slow), "explain"])
def test_a_report_says_everything_in_the_language(mapped: balik.Plan, kind: str) -> None:
    """Also the chapters of studies, and one that was saved in English."""
    case = "nmc-jawa-barat" if kind == "plan" else "titik-jemput-acak" if kind != "reproduce" else "jerigen-padang"
    if kind == "plan":
        page = balik.report(mapped, language="id")
    else:
        asked = {"atlas": lambda: balik.atlas(case, "3%"), "reproduce": lambda: balik.reproduce(case),
                 "explain": lambda: balik.explain(case, site="titik-utara", budget=1)}  # fmt: skip
        page = balik.report(json.loads(json.dumps(asked[kind]().document())), language="id")
    versions = re.compile(r"^\d+(?:\.\d+)+\S*$|^-?\d+(?:\.\d+)?e-\d+$")
    found = {
        word: line
        for line in shown(page)
        if not versions.match(line.strip())
        for word in left(line, known(case) | _TOOLS | {"titik-utara"})
    }
    assert not found, "\n".join(f"{word}: {line}" for word, line in found.items())


def test_a_notebook_says_everything_in_the_language(monkeypatch: pytest.MonkeyPatch, mapped: balik.Plan) -> None:
    """Names of columns and values of cells are those of the frame."""
    monkeypatch.setenv("BALIK_LANG", "id")
    study = balik.atlas("titik-jemput-acak", "3%")
    texts = [study._repr_html_().partition("<table>")[0], mapped._repr_html_().replace("IDR", "")]
    for text, case in zip(texts, ("titik-jemput-acak", "nmc-jawa-barat"), strict=True):
        words = left(unescape(re.sub(r"<[^>]*>", " ", text)), known(case) | {"atlas"})
        assert words == set(), text
