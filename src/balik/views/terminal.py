"""A terminal: tables as wide as it is, with long cells wrapped, and the tornado as bars (by rich, which is imported here).

Files and pipes get the plain texts of the other views. Nothing is said by colour alone, and NO_COLOR is heeded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..analysis.study import Study
from ..words import say
from .charts.swept import Swept, point, swept
from .glyphs import clean
from .language import Language
from .layout import DRAWN

#: Signs of a bar on the side of the least and of the most of the range; inputs of a tornado; columns that it leaves free.
_LOW, _HIGH, _MOST, _BESIDE = "░", "█", 15, 44


@contextmanager
def on_terminal(stream: TextIO) -> Iterator[None]:
    """Within, every table is drawn for this terminal."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)

    def draw(cells: Sequence[Sequence[str]], left: Sequence[int], indent: str) -> str:
        head, *rows = cells
        table = Table(box=SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False)
        for i, word in enumerate(head):
            table.add_column(Text(clean(word)), justify="left" if i in left else "right", overflow="fold")
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        with console.capture() as held:
            console.print(Padding(table, (0, 0, 0, len(indent))))
        return "\n".join(line.rstrip() for line in held.get().rstrip("\n").split("\n"))

    token = DRAWN.set(draw)
    try:
        yield
    finally:
        DRAWN.reset(token)


def tornado_text(study: Study, language: str, wide: int = 0) -> str:
    """The inputs of a sensitivity as bars around the base, the widest first; '' of another study.

    `wide`: columns of the terminal (0: as it is).
    """
    found, base = swept(study)
    shown = [one for one in found if one.span][:_MOST]
    if base is None or not shown:
        return ""
    speak, room = Language(language), max(20, (wide or Console().width) - _BESIDE)
    ends = [cost for one in shown for cost in _ends(one) if cost is not None]
    low, high = min([base, *ends]), max([base, *ends])
    per = (room - 1) / ((high - low) or 1.0)
    name = max(min(24, len(one.over)) for one in shown)
    middle = round((base - low) * per)
    lines = [speak(say("What would change the cost most"))]
    for one in shown:
        bar = [" "] * room
        for sign, cost in zip((_LOW, _HIGH), _ends(one), strict=True):
            at = middle if cost is None else round((cost - low) * per)
            bar[min(at, middle) : max(at, middle)] = [sign] * abs(at - middle)
        bar[middle] = "│"
        first, last = (point(one.points[i][1], speak) for i in (0, -1))
        costs = " … ".join("–" if c is None else speak.short_money(c, study.currency) for c in _ends(one))
        lines.append(f"  {_cut(one.over, name):{name}} {''.join(bar)} {costs}  ({_LOW} {first}, {_HIGH} {last})")
    return "\n".join(lines)


def _ends(one: Swept) -> tuple[float | None, float | None]:
    return one.points[0][2], one.points[-1][2]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
