"""The example notebooks run from top to bottom, and what they show has an HTML form."""

from __future__ import annotations

import ast
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.html import grid

BOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "notebooks").glob("*.ipynb"))


def run(code: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does; the value of its last line where that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last is not None else None  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", BOOKS, ids=[path.stem for path in BOOKS])
def test_a_notebook_runs(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    shown = 0
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None  # committed without outputs
            value = run("".join(cell["source"]), names)
            if hasattr(value, "_repr_html_"):
                html = value._repr_html_()
                shown += 1
                HTMLParser().feed(html)
                assert "<table" in html
    assert shown >= 2


def test_there_are_two() -> None:
    assert len(BOOKS) == 2


def test_labels_are_only_text() -> None:
    html = grid(("<a>",), [("<script>alert(1)</script>",), (1234567.5,)])
    assert "<script>" not in html and "1,234,567.5" in html
    assert "… 5 more" in grid(("a",), [(k,) for k in range(15)], most=10)


def test_a_plan_that_does_not_exist_shows_no_number() -> None:
    html = balik.solve("jerigen-padang", scenario="biaya-plus-20")._repr_html_()
    assert "infeasible" in html and "<table" not in html
