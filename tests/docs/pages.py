"""The pages of docs/ as tests see them: their links, fenced blocks, files and commands, in the order of the page."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])

_FENCE = re.compile(r"^```(\w*)")
_FILE = re.compile(r"^`([\w./-]+\.(?:csv|toml|json))`")
_EDIT = re.compile(r"<!-- edit ([\w./-]+): (.*?) -> (.*?) -->")
_FIGURE = re.compile(r"^(Optimal|Feasible): .*?(?= · | …|$)|^  \d+  .* The plan then costs .*")
_EXIT = re.compile(r"# exit (\d)$")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Step:
    """One thing that a reader of the page does: a command, a file that is written, an edit, a Python block."""

    kind: str  # section | command | file | edit | python
    text: str
    line: int
    name: str = ""  # file: its path; edit: the file
    to: str = ""  # edit: the new text
    code: int = 0  # command: the exit code that the page states
    figures: tuple[str, ...] = ()  # command: figures of the output that the page shows and that must still come out

    @property
    def words(self) -> list[str]:
        """The command without `balik`."""
        return shlex.split(self.text, comments=True)[1:]


def steps(page: Path) -> Iterator[Step]:
    """Everything to be done on a page, in order."""
    fence, block, start, name = "", [], 0, ""
    in_block = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        mark = _FENCE.match(line)
        if mark and not in_block:
            in_block, fence, block, start = True, mark[1], [], number
        elif mark:
            in_block = False
            yield from _block(fence, block, start, name)
            name = ""
        elif in_block:
            block.append(line)
        elif line.startswith("## "):
            yield Step("section", line[3:], number)
        elif edit := _EDIT.search(line):
            yield Step("edit", edit[2], number, edit[1], edit[3])
        elif line.strip():
            named = _FILE.match(line)
            name = named[1] if named else ""


def _block(fence: str, block: list[str], start: int, name: str) -> Iterator[Step]:
    if fence == "python":
        yield Step("python", "\n".join(block), start)
    elif fence in ("csv", "toml", "json") and name:
        yield Step("file", "\n".join(block) + "\n", start, name)
    elif fence == "console":
        for at, line in enumerate(block, start + 1):
            if line.startswith("$ balik "):
                code = _EXIT.search(line)
                shown = [m[0] for said in _said(block[at - start :]) if (m := _FIGURE.match(said))]
                yield Step("command", line[2:], at, code=int(code[1]) if code else 0, figures=tuple(shown))


def _said(rest: list[str]) -> Iterator[str]:
    """What follows a command in its block, up to the next one."""
    for line in rest:
        if line.startswith(("$ ", "> ")):
            return
        yield line


def links(page: Path) -> list[str]:
    """Targets of the links of a page, outside fenced blocks."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    return _LINK.findall(re.sub(r"`[^`\n]*`", "", text))


def prose(page: Path) -> Iterator[tuple[int, str]]:
    """Lines that a person wrote as text: no blocks, no tables, nothing generated."""
    hidden = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            hidden = not hidden
        if not hidden and not line.startswith(("|", "```")):
            yield number, line
