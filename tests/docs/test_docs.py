"""The documentation holds: it is fresh and complete, its links lead somewhere, and what it shows runs."""

from __future__ import annotations

import argparse
import doctest
import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import balik
from balik import cli
from balik.analysis.study import Study
from balik.schema import INPUT, PLAN
from docs.pages import DOCS, PAGES, ROOT, Step, links, prose, steps

#: Files without a folder belong to the case that all recipes of a page start from.
RECIPE = "resep"
_VERBS = next(a for a in cli.arguments()._actions if isinstance(a, argparse._SubParsersAction)).choices
_IDS = [str(page.relative_to(ROOT)) for page in PAGES]


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_generated_parts_are_fresh() -> None:
    script = [sys.executable, str(ROOT / "tools" / "write_docs.py"), "--check"]
    answer = subprocess.run(
        script, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"}
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("verb", _VERBS)
def test_every_verb_and_option_is_documented(verb: str) -> None:
    page = _text("reference/command.md")
    assert f"### {verb}\n" in page
    part = page.partition(f"### {verb}\n")[2].partition("\n### ")[0].partition("\n<!--")[0]
    assert "%%" not in part and not any(line.endswith("|  |") for line in part.splitlines())
    for action in _VERBS[verb]._actions:
        if action.option_strings and "--help" not in action.option_strings:
            assert action.option_strings[0] in page.partition(f"### {verb}\n")[2].partition("\n### ")[0]


@pytest.mark.parametrize(("name", "tables"), [("tables", INPUT), ("plan-tables", PLAN)])
def test_every_table_and_column_is_documented(name: str, tables: dict) -> None:
    page = _text(f"reference/{name}.md")
    for table, schema in tables.items():
        part = page.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        assert part, f"{table} has no heading"
        for column in schema.columns.values():
            assert f"| `{column.name}` |" in part, f"{table}.{column.name}"
            assert column.description, f"{table}.{column.name} says nothing"


def test_every_public_name_is_documented() -> None:
    page = _text("reference/python.md")
    for name in balik.__all__:
        assert re.search(rf"\b{name}\b", page), name
    for name in vars(balik.Plan):
        if not name.startswith("_"):
            assert f"`{name}`" in page or f"`{name}(" in page, f"Plan.{name}"


def test_every_field_of_the_document_is_documented() -> None:
    page = _text("reference/command.md")
    for field in balik.solve("nmc-jawa-barat").document():
        assert f"`{field}`" in page, field


def test_every_page_is_listed() -> None:
    listed = {(DOCS / target.partition("#")[0]).resolve() for target in links(DOCS / "README.md")}
    assert {p.resolve() for p in DOCS.rglob("*.md") if p.name != "README.md"} <= listed


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=_IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name) if name else page
        assert path.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in _anchors(path), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=_IDS)
def test_lines_are_short_and_say_nothing_of_this_machine(page: Path) -> None:
    long = [number for number, line in prose(page) if len(line) > 120]
    assert not long, f"{page.name}: lines {long} have more than 120 signs"
    assert not re.search(r"/(work|root|tmp)/|\bfile://", page.read_text(encoding="utf-8"))


_EXPLAIN = importlib.import_module("balik.analysis.explain").explain
_EXPLAINED: dict[str, Study] = {}


def explained_once(*args: object, **options: object) -> Study:
    """Pages ask why a bundled case has no plan, in words of their own: that is worked out once, and told by each."""
    asked = inspect.signature(_EXPLAIN).bind(*args, **options)
    asked.apply_defaults()
    if asked.arguments["case"] not in balik.cases():
        return _EXPLAIN(*args, **options)
    given = {k: v for k, v in {**asked.arguments, **asked.arguments["options"]}.items() if v and k != "options"}
    key = repr(sorted(given.items()))
    if key not in _EXPLAINED:
        _EXPLAINED[key] = _EXPLAIN(*args, **options)
    return _EXPLAINED[key]


@pytest.mark.parametrize("page", PAGES, ids=_IDS)
def test_what_the_page_shows_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are written, edits made, commands and Python blocks run, in the order of the page, in one new folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("balik.analysis.explain.explain", explained_once)
    monkeypatch.setattr(balik, "explain", explained_once)
    names: dict[str, object] = {}
    base: dict[str, str] = {}
    recipe: dict[str, str] = {}
    sections = 0
    for step in steps(page):
        where = f"{page.name}:{step.line}"
        if step.kind == "section":
            sections += 1
            base, recipe = (recipe, dict(recipe)) if sections == 2 else (base, dict(base))
        elif step.kind == "file" and "/" in step.name:
            _write(tmp_path / step.name, step.text)
        elif step.kind == "file":
            recipe[step.name] = step.text
        elif step.kind == "edit":
            path = tmp_path / step.name
            text = path.read_text(encoding="utf-8")
            assert step.text in text, where
            _write(path, text.replace(step.text, step.to, 1))
        elif step.kind == "python":
            _run_python(step, names, where)
        elif step.kind == "command":
            if RECIPE in step.words:
                for old in (tmp_path / RECIPE).glob("*.*"):
                    old.unlink()
                for name, text in recipe.items():
                    _write(tmp_path / RECIPE / name, text)
            capsys.readouterr()
            code = _run(step.words)
            found = "".join(capsys.readouterr())
            assert code == step.code, f"{where}: {step.text}\n{found}"
            for figure in step.figures:
                assert figure in found, f"{where}: the page says '{figure}', the command says\n{found}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _run(words: list[str]) -> int:
    try:
        return cli.main(words)
    except SystemExit as end:
        return int(end.code or 0)


def _run_python(step: Step, names: dict[str, object], where: str) -> None:
    if ">>>" not in step.text:
        exec(compile(step.text, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(step.text + "\n", names, where, where, step.line)
    test.globs = names
    said: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append, clear_globs=False)
    assert not result.failed, "".join(said)


def test_pages_hold_what_is_tested_here() -> None:
    """The way in which pages are read finds commands, files and Python blocks: none of these tests is empty."""
    kinds = [(step.kind, page.name) for page in PAGES for step in steps(page)]
    assert sum(kind == "command" for kind, _ in kinds) > 40
    assert sum(kind == "file" for kind, _ in kinds) > 40
    assert sum(kind == "python" for kind, _ in kinds) >= 8
    assert isinstance(balik, ModuleType)
