"""How wide texts are, and how they are broken into lines, with no font at hand.

Widths are those of Liberation Sans (the same as Arial and Helvetica), in em; what the table lacks is taken as wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

#: The fonts that pictures ask for; the first three have the widths of the table.
FAMILY = "'Liberation Sans', Arial, Helvetica, 'DejaVu Sans', sans-serif"
#: Kept free beside every text: fonts that stand in for the ones asked are wider.
_AIR = 1.04
_REGULAR = {
    0.191: "'", 0.222: "ijl", 0.26: "|", 0.278: " !,./:;I[\\]ft·", 0.333: "()-`r²³{}", 0.355: "•\"", 0.389: "*°",
    0.469: "^", 0.5: "Jcksvxyz", 0.556: "#$0123456789?L_abdeghnopqu–€£≤≥", 0.584: "+<=>~−×", 0.611: "FTZ",
    0.667: "&ABEKPSVXYΣ", 0.722: "CDHNRUw", 0.778: "GOQ", 0.833: "Mm½", 0.889: "%", 0.944: "W", 1.015: "@—…→←",
}  # fmt: skip
_BOLD = {
    0.238: "'", 0.278: " ,./I\\ijl·|", 0.333: "!()-:;[]`ft²³", 0.389: "*r{}•°", 0.474: '"', 0.5: "z",
    0.556: "#$0123456789J_aceksvxy–€£≤≥", 0.584: "+<=>^~−×", 0.611: "?FLTZbdghnopquΣ", 0.667: "EPSVXY",
    0.722: "&ABCDHKNRU", 0.778: "GOQw", 0.833: "M½", 0.889: "%m", 0.944: "W", 1.0: "@—…→←",
}  # fmt: skip
_WIDTHS = tuple({sign: em for em, signs in table.items() for sign in signs} for table in (_REGULAR, _BOLD))
_OTHER, _FULL = 0.75, 1.0
#: The share of a text that is cut which its end may take.
_END = 0.45
#: After these signs a line may be broken.
_BREAKS = " -/_;·"


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in px.

    >>> round(width("Rp 8,161,000", 10), 1) == round(width("Rp 8.161.000", 10), 1)
    True
    """
    return size * _AIR * sum(_em(sign, bold) for sign in text)


@cache
def _em(sign: str, bold: bool) -> float:
    known = _WIDTHS[bold].get(sign)
    if known is not None:
        return known
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0.0
    base = unicodedata.normalize("NFD", sign)[0]
    if base != sign and base in _WIDTHS[bold]:
        return _WIDTHS[bold][base]
    return _FULL if unicodedata.east_asian_width(sign) in "WF" or ord(sign) > 0xFFFF else _OTHER


def clip(text: str, size: float, most: float, bold: bool = False) -> str:
    """The text, or as much as fits of its beginning and its end with … between: names often differ in their last word.

    >>> clip("Bank sampah Melati Indah 12", 10, 115), clip("Bank sampah Melati Indah 13", 10, 115)
    ('Bank sampah…Indah 12', 'Bank sampah…Indah 13')
    """
    if width(text, size, bold) <= most:
        return text
    room = most - width("…", size, bold)
    at = len(text) - _fitting(reversed(text), size, _END * room, bold)
    tail = text[max(at, text.find(" ", max(0, at - 1))) :].lstrip()  # from the beginning of a word, where there is one
    head = text[: _fitting(text, size, room - width(tail, size, bold), bold)]
    return f"{head.rstrip()}…{tail}"


def _fitting(signs: Iterable[str], size: float, most: float, bold: bool) -> int:
    """How many of the signs fit."""
    used, count = 0.0, 0
    for sign in signs:
        used += size * _AIR * _em(sign, bold)
        if used > most:
            break
        count += 1
    return count


def wrap(text: str, size: float, most: float, lines: int = 2, bold: bool = False) -> list[str]:
    """At most so many lines of this width; what is left over is cut with …

    >>> wrap("bank sampah induk", 10, 70)
    ['bank sampah', 'induk']
    """
    out: list[str] = []
    rest = " ".join(text.split())
    while rest and len(out) < lines - 1 and width(rest, size, bold) > most:
        cut = _cut(rest, size, most, bold)
        out.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*out, clip(rest, size, most, bold)] if rest or not out else out


def _cut(text: str, size: float, most: float, bold: bool) -> int:
    """Where the first line ends: after the last sign that a line may be broken at, else in the word."""
    used, last, fits = 0.0, 0, 1
    for at, sign in enumerate(text):
        used += size * _AIR * _em(sign, bold)
        if used > most and sign != " ":
            break
        fits = at + 1
        if sign in _BREAKS:
            last = at + 1
    return last if last > 0.3 * fits else max(1, fits)


def clean(text: str) -> str:
    """Without what XML forbids: control characters and halves of pairs."""
    return "".join(sign for sign in text if sign in "\t\n" or (ord(sign) >= 32 and not _forbidden(ord(sign))))


def _forbidden(code: int) -> bool:
    return 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)
