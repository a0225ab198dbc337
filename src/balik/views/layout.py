"""Numbers, money and aligned columns, as every text for a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence

MONEY = {"IDR": "Rp"}


def number(value: float | None, decimals: int = 2) -> str:
    """12,345.6: grouped, at most these decimals, none where the value is whole."""
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float | None, currency: str) -> str:
    """Rp 8,649,508."""
    return "–" if value is None else f"{MONEY.get(currency, currency)} {number(value)}"


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,), indent: str = "  ") -> str:
    """Columns aligned: those in `left` to the left, the others to the right."""
    cells = [list(headers), *(list(r) for r in rows)]
    widths = [max(len(r[c]) for r in cells) for c in range(len(headers))]
    lines = []
    for row in cells:
        parts = [
            cell.ljust(w) if c in left else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((indent + "  ".join(parts)).rstrip())
    return "\n".join(lines)
