"""Every code of a problem is explained, once, and the page explains no other."""

from __future__ import annotations

import re
from pathlib import Path

from balik.errors import Problem

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| ([EW]\d{3}) \| (error|warning) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def _rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall((ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8"))


def test_every_code_of_the_source_is_on_the_page_once() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "balik").rglob("*.py")))
    used = set(re.findall(r"\"([EW]\d{3})\"", source))
    listed = [code for code, *_ in _rows()]
    assert sorted(listed) == sorted(set(listed))
    assert set(listed) == used


def test_severities() -> None:
    for code, severity, meaning, advice in _rows():
        assert Problem(code, "").severity == severity
        assert meaning.strip() and advice.strip()
