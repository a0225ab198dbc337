"""The pieces of a chapter, and how Markdown and HTML show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Block:
    """A heading (level 1 to 3), a paragraph, a list, a table (its first row the head), or code."""

    kind: str  # heading | text | list | table | code
    text: str = ""
    level: int = 1
    rows: Sequence[Sequence[str]] = ()


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    return "\n\n".join(_markdown(b) for b in blocks) + "\n"


def _markdown(b: Block) -> str:
    if b.kind == "heading":
        return f"{'#' * b.level} {_plain(b.text)}"
    if b.kind == "list":
        return "\n".join(f"* {_plain(row[0])}" for row in b.rows)
    if b.kind == "table":
        cells = [[_plain(c).replace("|", "\\|") for c in row] for row in b.rows]
        lines = ["| " + " | ".join(row) + " |" for row in cells]
        return "\n".join([lines[0], "|" + "---|" * len(cells[0]), *lines[1:]])
    if b.kind == "code":
        return f"```text\n{b.text}\n```"
    return _plain(b.text)


def _plain(text: str) -> str:
    """A text whose signs mean nothing in Markdown."""
    return "".join(f"\\{c}" if c in "*_`<>[]\\" else c for c in " ".join(text.split()))


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.92rem}
th,td{border:1px solid #c8c8c8;padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#f1f1ee}pre{overflow-x:auto;background:#f6f6f3;padding:.8rem}
@media print{body{margin:0;max-width:none}}
"""


def html(blocks: Iterable[Block], title: str, language: str) -> str:
    """The blocks as a page that stands alone."""
    body = "\n".join(_html(b) for b in blocks)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html>\n<html lang="{language}"><head>{head}<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'


def _html(b: Block) -> str:
    if b.kind == "heading":
        return f"<h{b.level}>{escape(b.text)}</h{b.level}>"
    if b.kind == "list":
        return "<ul>" + "".join(f"<li>{escape(row[0])}</li>" for row in b.rows) + "</ul>"
    if b.kind == "table":
        head, *rows = b.rows
        lines = ["<tr>" + "".join(f"<th>{escape(c)}</th>" for c in head) + "</tr>"]
        lines += ["<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows]
        return "<table>\n" + "\n".join(lines) + "\n</table>"
    if b.kind == "code":
        return f"<pre>{escape(b.text)}</pre>"
    return f"<p>{escape(b.text)}</p>"
