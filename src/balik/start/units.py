"""Units in loose lists: in the brackets of a header, in its words (`Tarif per km`), or beside a number (`2,5 ton`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from ..tables.units import NotAUnit, Unit, currencies, known_units, plain_unit
from ..tables.units import read_unit as read_any

#: Counts that are units above a column of amounts; any other word must be said in the map.
_COUNTS = "dus unit pcs buah karung drum botol palet pallet bal box karton krat sak tabung".split()
_OVER = ("/", "per", "tiap")
_WORD = re.compile(r"us\$|\w+|[$€£/]")
_LAST = ("kg", "kgs", "ton", "tons", "tonne", "gram", "km", "mile", "miles", "liter")
_ROUND = re.compile(r"\b(pp|pulang[ -]pergi|bolak[ -]balik|round[ -]?trip|return[ -]trip)\b", re.IGNORECASE)


@cache
def _known_words() -> frozenset[str]:
    words = [word for known in known_units().values() for word in (known.unit, *known.words)]
    return frozenset(word.casefold() for word in (*words, *_COUNTS, *_OVER))


@dataclass(frozen=True)
class Scale:
    """What a number is counted in; `open` where only `per …` was said, of money or of a quantity."""

    text: str
    unit: Unit
    open: bool = False

    @cached_property
    def dimension(self) -> str:
        """`money/km/qty`; `?/km` where it is open."""
        above = sorted(_kind(base) for base, power in self.unit.powers if power == 1)
        below = sorted(_kind(base) for base, power in self.unit.powers if power == -1)
        if len(above) + len(below) < len(self.unit.powers) or len(above) > 1 or (not above and not self.open):
            return ""
        return "/".join([*(above or ["?"]), *below])

    @property
    def is_rate(self) -> bool:
        """Whether it is so much per something."""
        return "/" in self.dimension

    @property
    def currency(self) -> str:
        """The currency in it, if any."""
        return next((base for base, _ in self.unit.powers if base in currencies()), "")

    def fits(self, dimensions: tuple[str, ...]) -> str:
        """That one of the dimensions which it has; '' for none."""
        mine = [self.dimension] if not self.open else [f"{top}{self.dimension[1:]}" for top in ("money", "qty")]
        return next((d for d in dimensions if d in mine), "")

    def ratio(self, target: str, mass: Mapping[str, float]) -> Fraction | None:
        """By what a number is multiplied to be one in the target; None where that cannot be. `mass`: kg of counts."""
        goal = _weighed(read_any(target), mass)
        mine = _weighed(self.unit, mass)
        if self.open:
            mine = mine.times(_weighed(read_any(target.partition("/")[0]), mass))
        return mine.factor / goal.factor if mine.powers == goal.powers else None


def _kind(base: str) -> str:
    if base in currencies():
        return "money"
    meaning = known_units()[base].meaning if base in known_units() else ""
    if base in ("km", "trip"):
        return base
    return "time" if base == "month" else "qty" if meaning in ("mass", "volume", "") else "?"


def _weighed(unit: Unit, mass: Mapping[str, float]) -> Unit:
    for base, power in unit.powers:
        if base in mass:
            kg = Unit(Fraction(repr(mass[base])), frozenset({("kg", 1)}))
            unit = unit.times(Unit(Fraction(1), frozenset({(base, 1)})), -power).times(kg, power)
    return unit


@cache
def read_scale(text: str) -> Scale | None:
    """The unit that a text is, if all its words are known.

    >>> read_scale("Rp/ton.km").dimension, read_scale("juta Rp").unit.factor, read_scale("kosong")
    ('money/km/qty', Fraction(1000000, 1), None)
    """
    text = text.replace("³", "3")
    words = re.findall(r"[^\s/*().-]+", text.casefold())
    if not words or not all(word in _known_words() for word in words) or all(word.isdigit() for word in words):
        return None
    try:
        unit = read_any(text)
    except NotAUnit:
        return None
    open_ = all(power < 0 for _, power in unit.powers)
    scale = Scale(text.strip(), unit, open_)
    return scale if scale.dimension else None


def said_scale(text: str) -> Scale | None:
    """The unit that the map says: any word may be a count there."""
    try:
        unit = read_any(text)
    except NotAUnit:
        return None
    scale = Scale(text, unit, all(power < 0 for _, power in unit.powers))
    return scale if scale.dimension else None


@cache
def quantity_unit(word: str) -> str:
    """One spelling for the unit of a quantity; an unknown word is a count of its own."""
    word = " ".join(word.split()).casefold().rstrip(".")
    plain = plain_unit(word)
    return plain if plain != "tons" else "t"


def in_header(text: str) -> tuple[str, Scale | None]:
    """The words of a header without its unit, and the unit: in brackets, after `per` or `/`, or as the last word.

    >>> in_header("Tarif per km (Rp)")[1].dimension, in_header("Berat [ton]")[0], in_header("Tarif (kosong)")
    ('money/km', 'Berat', ('Tarif kosong', None))
    """
    bracket = re.search(r"[\[(]([^\[\]()]*)[\])]", text)
    scale = read_scale(bracket[1]) if bracket else None
    words = text
    if bracket:
        inside = " " if scale else f" {bracket[1]} "
        words = " ".join(f"{text[: bracket.start()]}{inside}{text[bracket.end() :]}".split())
    return words, scale if scale is not None and scale.is_rate else _with_words(scale, words.casefold())


def _with_words(scale: Scale | None, words: str) -> Scale | None:
    """The unit of a bracket together with what the words say: `per km`, `Rp`, a unit at their end."""
    tokens = _WORD.findall(words)
    top = scale.text if scale else next((t for t in tokens if t in _known_words() and _is_money(t)), "")
    for at, token in enumerate(tokens):
        below = []
        for word in tokens[at + 1 :] if token in _OVER else ():
            if word not in _known_words():
                break
            below.append(word)
        above = top or (tokens[at - 1] if at and tokens[at - 1] in _known_words() else "")
        while below:  # the words that are a unit together with what stands above them
            if found := read_scale(f"{above}/{' '.join(below)}"):
                return found
            below.pop()
    if not top and tokens and tokens[-1] in _LAST:
        return read_scale(tokens[-1])
    return read_scale(top) if top else None


def _is_money(word: str) -> bool:
    found = read_scale(word)
    return found is not None and found.dimension == "money"


def is_round_trip(header: str) -> bool:
    """Whether a header says that the km are those of the way there and back."""
    return bool(_ROUND.search(header))


def without_round_trip(header: str) -> str:
    """The header without these words, and without a bracket that held nothing else.

    >>> without_round_trip("Km (round trip)"), without_round_trip("Distance (miles, round trip)")
    ('Km', 'Distance (miles)')
    """
    text = re.sub(rf"[\s,;]*{_ROUND.pattern}[\s,;]*", " ", header, flags=re.IGNORECASE)
    text = re.sub(r"([\[(])\s+|\s+([\])])", r"\1\2", text)
    return " ".join(re.sub(r"\(\)|\[\]", " ", text).split())
