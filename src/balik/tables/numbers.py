"""Numbers as people write them in a CSV: strict, and never a guess."""

from __future__ import annotations

import re
from fractions import Fraction

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FRACTION = re.compile(r"([+-]?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
_INFINITE = {"inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}


class NotANumber(ValueError):
    """The text is not a number; the message says why and what to write."""


def read_fraction(text: str) -> Fraction:
    """The exact value of a finite number: `12`, `-0.5`, `1e6`, `-10/9`."""
    plain = text.strip()
    if match := _FRACTION.fullmatch(plain):
        if Fraction(match[2]) == 0:
            raise NotANumber("divides by zero")
        return Fraction(match[1]) / Fraction(match[2])
    if not _PLAIN.fullmatch(plain):
        raise NotANumber(_why(plain))
    if abs(int((re.search(r"[eE]([+-]?\d+)", plain) or ["", "0"])[1])) > 300:
        raise NotANumber("is too large or too small to be meant")
    return Fraction(plain)


def read_number(text: str) -> float:
    """The value of a cell as a float; `inf` and `-inf` are numbers, `nan` is not."""
    plain = text.strip().lower()
    return _INFINITE[plain] if plain in _INFINITE else float(read_fraction(plain))


def with_point(text: str) -> str:
    """A number written with a decimal comma, in the form with a point; a point in it is doubtful."""
    if "." in text:
        raise NotANumber("has a point, but this file has ';' between cells, so the decimal sign is a comma")
    return text.replace(",", ".")


def write_number(value: Fraction) -> str:
    """Exact text of a fraction: decimal where it ends, else `a/b`."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    if value.denominator == 1:
        return str(value.numerator)
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs((value * 10**places).numerator)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _why(text: str) -> str:
    if re.fullmatch(r"[+-]?\d+(,\d+)+(\.\d+)?", text):
        return "has a comma; in this file the decimal sign is a point and digits are not grouped"
    if re.search(r"\d", text) and re.search(r"[^\d.,+\-eE/]", text):
        return "has more than digits in it; write the bare number in the column's unit"
    return "is not a number"
