"""Small tables as HTML, for notebooks: escaped, no style but alignment."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from .words import Figure, say, spoken


def grid(head: Sequence[str], rows: Sequence[Sequence[Any]], most: int = 60) -> str:
    """A table; numbers grouped and to the right; beyond `most` rows it says how many there are.

    >>> grid(("a", "b"), [("x", 1234.5)])[:32]
    '<table><thead><tr><th style="tex'
    """
    top = "".join(f'<th style="text-align:left">{escape(str(cell))}</th>' for cell in head)
    lines = ["".join(map(_cell, row)) for row in rows[:most]]
    if len(rows) > most:
        more = say("… {count:,} more", count=len(rows) - most).into(spoken())
        lines.append(f'<td colspan="{len(head)}">{more}</td>')
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None or not isinstance(value, (int, float)):
        return f'<td style="text-align:left">{escape("" if value is None else _text(value))}</td>'
    return f'<td style="text-align:right">{_number(value)}</td>'


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if value is None:
        return "–"
    return _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    return Figure(f"{value:,.10g}").into(spoken())


def lines(*texts: str) -> str:
    """Lines of text, the first one bold."""
    first, *rest = texts
    return f"<p><b>{escape(first)}</b>{''.join(f'<br>{escape(text)}' for text in rest)}</p>"
