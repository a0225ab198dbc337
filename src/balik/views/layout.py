"""Numbers, money and aligned columns, as every text for a terminal shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from ..words import Figure, Sentence, say, sentences

MONEY = {"IDR": "Rp"}
#: How a table is drawn (its cells, which columns are to the left, the indent) where it goes to a terminal.
DRAWN: ContextVar[Callable[[Sequence[Sequence[str]], Sequence[int], str], str] | None] = ContextVar("drawn", default=None)


#: Plans are checked to a millionth: what is smaller is told as 0.
_SEEN = 1e-6


def number(value: float | None, decimals: int = 2) -> Figure:
    """12,345.6: grouped, none where the value is whole, and at most these decimals unless nothing would be left of it.

    >>> number(12345.678), number(0.0041), number(-0.0000034), number(-1e-12)
    ('12,345.68', '0.0041', '-0.0000034', '0')
    """
    if value is None:
        return Figure("–")
    if not round(value, decimals):
        value = value if abs(value) >= _SEEN else 0.0
        decimals = 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{decimals}f}"
    return Figure(text.rstrip("0").rstrip(".") if "." in text else text)


def percent(value: float, how: str = "+.2f") -> Figure:
    """+12.34 %, of a value in per cent."""
    return Figure(f"{value:{how}} %")


def money(value: float | None, currency: str) -> Sentence:
    """Rp 8,649,508."""
    return number(None) if value is None else sentences(MONEY.get(currency, currency), number(value))


def more_rows(count: int, name: str, speak: Callable[[str], str]) -> str:
    """A line below a table that shows only its first rows: where the others stand; '' where there are none."""
    return f"\n  {speak(say('… and {count} more (table {table})', count=count, table=name))}" if count > 0 else ""


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    left: Sequence[int] = (0,),
    indent: str = "  ",
    speak: Callable[[str], str] = str,
) -> str:
    """Columns aligned: those in `left` to the left, the others to the right; `speak` says each cell."""
    cells = [[speak(cell) for cell in row] for row in (headers, *rows)]
    if draw := DRAWN.get():
        return draw(cells, left, indent)
    widths = [max(len(r[c]) for r in cells) for c in range(len(headers))]
    lines = []
    for row in cells:
        parts = [
            cell.ljust(w) if c in left else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(parts)).rstrip())
    return "\n".join(lines)
