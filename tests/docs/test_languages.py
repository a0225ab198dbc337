"""What the page on languages shows is what the command prints; `…` stands for whatever it prints there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from balik.cli import main
from docs.pages import DOCS, steps

PAGE = DOCS / "how-to" / "bahasa.md"


def shown(line: int) -> str:
    """What the page shows below the command on this line."""
    out = []
    for text in PAGE.read_text(encoding="utf-8").splitlines()[line:]:
        if text.startswith(("$ ", "```")):
            break
        out.append(text)
    return "\n".join(out)


def test_the_page_shows_what_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [step for step in steps(PAGE) if step.kind == "command"]
    assert len(commands) == 4
    for step in commands:
        assert main(step.words) == step.code
        pattern = re.escape(shown(step.line)).replace("…", ".*")
        assert re.match(pattern, capsys.readouterr().out, re.DOTALL), step.text
