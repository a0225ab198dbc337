"""What a report is made of, before it is a page: sections of texts, facts, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..figure import Figure


@dataclass(frozen=True)
class Paragraph:
    """A text; `strong`: it is a verdict or a warning; `bad`: that there is none of what was asked."""

    text: str
    strong: bool = False
    bad: bool = False


@dataclass(frozen=True)
class Facts:
    """Figures with their words, side by side."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Points:
    """A list; `title` above it."""

    points: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; columns in `right` hold numbers. `more`: what is left out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    title: str = ""
    more: str = ""


@dataclass(frozen=True)
class Verbatim:
    """A text whose lines and spaces stay."""

    text: str


Block = Paragraph | Facts | Points | Grid | Verbatim | Figure


@dataclass(frozen=True)
class Section:
    """A chapter: its name in addresses, its title, its blocks."""

    name: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
