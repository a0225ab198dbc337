"""Rules of the house: who imports whom, what may not stand in the source, and that every statement is known."""

from __future__ import annotations

import ast
import doctest
import platform
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from balik.model import SECTIONS, STATEMENTS

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "balik"
MODULES = sorted(SRC.rglob("*.py"))
IDS = [str(path.relative_to(SRC)) for path in MODULES]

#: Layer → the layers that it may import. A longer name wins: `plan.verify` is not `plan`.
LAYERS: dict[str, set[str]] = {
    "words": set(),
    "html": {"words"},
    "errors": {"words"},
    "files": {"words", "errors"},
    "workbook": {"words", "errors", "files"},
    "schema": {"errors", "words"},
    "tables": {"kept", "words", "errors", "schema", "tables.units", "workbook"},
    "tables.units": set(),
    "start": {"words", "errors", "schema", "tables", "tables.units", "workbook"},
    "kept": set(),
    "algebra": {"kept"},
    "engines": {"words", "errors", "algebra"},
    "location": {"words", "errors", "files", "algebra", "engines", "duality", "proving"},
    "duality": {"words", "errors", "files", "algebra"},
    "network": {"kept", "words", "errors", "schema", "tables", "tables.units", "algebra"},
    "judgement": {"words", "errors", "schema", "tables", "tables.units", "network"},
    "model": {"kept", "words", "errors", "tables.units", "algebra", "network"},
    "plan": {"kept", "words", "errors", "html", "files", "schema", "tables", "tables.units", "algebra", "engines", "network", "model", "views.terms"},
    "plan.verify": {"kept", "words", "errors", "files", "schema", "tables", "tables.units"},
}
LAYERS["stages"] = {"words", "errors", "algebra", "engines", "network", "model"}
LAYERS["proving"] = {"algebra", "duality", "engines"}
LAYERS["proved"] = {"words", "errors", "algebra", "duality", "engines", "location", "plan", "proving"}
LAYERS["polish"] = {"algebra", "plan.verify"}
LAYERS["second"] = {"words", "errors", "algebra", "engines", "model", "plan", "stages"}
LAYERS["prepared"] = {"words", "errors", "judgement", "model", "network", "tables"}
LAYERS["solved"] = set(LAYERS)
LAYERS["api"] = {*LAYERS, "proof", "replay", "books"}  # the last three: only where more is asked for
LAYERS["proof"] = {*LAYERS}
LAYERS["replay"] = {*LAYERS}
LAYERS["books"] = {*LAYERS, "views.terms"}
LAYERS["copies"] = set(LAYERS)
LAYERS["views.layout"] = {"words"}
LAYERS["views.terms"] = {"words", "schema"}
LAYERS["analysis"] = set(LAYERS)
LAYERS["views"] = set(LAYERS)
LAYERS["cli"] = {*LAYERS, "__init__"}
LAYERS["__main__"] = {"cli"}
LAYERS["__init__"] = set(LAYERS)  # names that are imported when they are first used


def layer(module: str) -> str:
    """The layer of a module's dotted name within the package."""
    parts = module.split(".")
    if not (SRC / parts[0]).is_dir() and not (SRC / f"{parts[0]}.py").is_file():
        return "__init__"  # a name of the package itself
    names = [".".join(parts[:k]) for k in range(len(parts), 0, -1)]
    return next((name for name in names if name in LAYERS), names[-1])


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Modules of the package that a file imports, with the line; also those for type checkers only."""
    package = ["balik", *path.relative_to(SRC).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "balik":
                yield node.lineno, name.partition(".")[2]


def outside(path: Path) -> Iterator[tuple[int, str]]:
    """Packages from outside that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module.split(".")[0]


def dotted(path: Path) -> str:
    """The module's name within the package."""
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_nobody_imports_upwards(path: Path) -> None:
    mine = layer(dotted(path))
    assert mine in LAYERS, f"{mine} is a new layer: say here what it may import"
    for line, module in imports(path):
        theirs = layer(module)
        known = theirs == mine or theirs in LAYERS[mine]
        assert known, f"{path.relative_to(ROOT)}:{line} {mine} may not import {theirs} ({module})"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_solvers_and_frames_are_imported_in_their_places_only(path: Path) -> None:
    for line, name in outside(path):
        where = f"{path.relative_to(ROOT)}:{line}"
        assert name != "highspy" or layer(dotted(path)) in ("engines", "location"), f"{where} only engines know the solver"
        assert name != "numba" or layer(dotted(path)) == "location", f"{where} loops that are compiled are of location"
        assert name != "pyscipopt" or layer(dotted(path)) == "engines", f"{where} only engines know the solver"
        assert name not in ("scipy", "pulp", "linopy"), f"{where} is not a dependency"
        at_top = any(
            isinstance(node, ast.Import | ast.ImportFrom) and node.lineno == line
            for node in ast.parse(path.read_text(encoding="utf-8")).body
        )
        assert name != "pandas" or not at_top, f"{where} pandas is imported where it is needed"


def test_a_case_is_solved_without_what_only_other_verbs_need() -> None:
    code = (
        "import sys, balik; balik.solve; import balik.api;"
        "print([m for m in sys.modules if m.split('.')[0] in ('pandas', 'scipy', 'pulp', 'numba') or m.startswith(('balik.analysis', 'balik.views'))])"
    )
    import sys

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


# -- words -------------------------------------------------------------------------------------------------------

CASES = sorted(path.name for path in (ROOT / "cases").iterdir() if (path / "case.toml").is_file())
#: Words of the published studies; the data files of the template may speak of plastics.
LABELS = ["jerigen", "nmc", "plastik", "padang", "jabodetabek"]


def without_examples(path: Path) -> str:
    """The source with the doctest examples of its docstrings left out."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        found = ast.get_docstring(node, clean=False)
        if found and ">>>" in found:
            parts = doctest.DocTestParser().parse(found)
            text = text.replace(found, "".join(part for part in parts if isinstance(part, str)))
    return text


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_case_is_named_in_the_source(path: Path) -> None:
    text = without_examples(path).lower()
    assert not [word for word in [*CASES, *LABELS] if word in text]


def test_no_case_is_named_in_schema_or_template() -> None:
    for path in sorted(SRC.rglob("*")):
        if path.suffix in (".csv", ".toml", ".md"):
            text = path.read_text(encoding="utf-8")
            assert not [case for case in CASES if case in text], path


def tracked() -> list[Path]:
    """Files that travel: what git tracks, or where there is no git the source, tests, docs and cases."""
    try:
        out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        files = [ROOT / name for name in out.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        files = [p for folder in ("src", "tests", "docs", "cases") for p in (ROOT / folder).rglob("*") if p.is_file()]
    return [path for path in files if path.is_file()]


def test_no_machine_is_named_in_what_travels() -> None:
    homes = re.compile(r"(?<![\w.])(?:/" + r"(?:home|Users|root|work|tmp/bash_jobs)/\w|[A-Z]:\\" + r"Users\\)")
    host = platform.node()
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = homes.search(text)
        assert not found, f"{path.relative_to(ROOT)} names a folder of one machine: {found.group()}"
        assert len(host) < 6 or host not in text, f"{path.relative_to(ROOT)} names the machine"


# -- documentation in the source ---------------------------------------------------------------------------------


def public(path: Path) -> Iterator[tuple[int, str, str | None]]:
    """Public functions, classes and methods of a module: line, name, docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield 1, path.stem, ast.get_docstring(tree)
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield node.lineno, node.name, ast.get_docstring(node)
        for member in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                yield member.lineno, f"{node.name}.{member.name}", ast.get_docstring(member)


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_every_public_thing_says_what_it_is(path: Path) -> None:
    mute = [f"{path.relative_to(ROOT)}:{line} {name}" for line, name, text in public(path) if not (text or "").strip()]
    assert not mute


def test_sections_are_listed_and_state_something() -> None:
    listed = {section.__name__.rsplit(".", 1)[-1] for section in SECTIONS}
    assert {s.section for s in STATEMENTS} == listed
    sections = {
        p.stem for p in (SRC / "model").glob("*.py") if re.search(r"^@(variable|constraint)\(", p.read_text(), re.M)
    }
    assert sections <= listed


def test_no_two_statements_of_a_kind_share_a_name() -> None:
    names = [(s.kind, s.name) for s in STATEMENTS]
    assert len(names) == len(set(names))
