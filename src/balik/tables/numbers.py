"""Numbers as people write them in a CSV: strict, and never a guess."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from ..words import Sentence, say

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LONG_EXPONENT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d{4,}", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)", re.ASCII)
#: From here on a number is no quantity of anything, and solvers take it for infinite.
TOO_LARGE = 1e20
_LONGEST = 200  # signs of a number
_MOST_DIGITS = 100  # digits of an exact product that is written; longer ones are rounded to a float
_INFINITE = {"inf": float("inf"), "+inf": float("inf"), "-inf": float("-inf")}


class NotANumber(ValueError):
    """The text is not a number; `why` says in what way, so that it can follow the text."""

    def __init__(self, why: Sentence):
        super().__init__(why)
        self.why = why


@lru_cache(maxsize=2**16)
def read_fraction(text: str) -> Fraction:
    """The exact value of a finite number: `12`, `-0.5`, `1e6`, `-10/9`. What was read once is known."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        raise NotANumber(say("is too long to be meant"))
    if match := _PLAIN.fullmatch(plain):
        value = _decimal(plain) if match[2] is None else Fraction(plain)
    elif match := _FRACTION.fullmatch(plain):
        below = _decimal(match[2])
        if below == 0:
            raise NotANumber(say("divides by zero"))
        value = _decimal(match[1]) / below
    else:
        raise NotANumber(_why(plain))
    if abs(value.numerator) >= int(TOO_LARGE) * value.denominator:
        raise NotANumber(say("is too large to be meant; write inf, or leave it blank, where nothing limits"))
    return not_too_small(value)


def not_too_small(value: Fraction) -> Fraction:
    """The value, unless it is another than 0 and would be computed with as 0."""
    if value and not float(value):
        raise NotANumber(say("is too small to be meant; write 0"))
    return value


def _decimal(text: str) -> Fraction:
    front, _, back = text.partition(".")
    return Fraction(int(front + back), 10 ** len(back))


def read_number(text: str) -> float:
    """The value of a cell as a float; `inf` and `-inf` are numbers, `nan` is not."""
    plain = text.strip().lower()
    return _INFINITE[plain] if plain in _INFINITE else float(read_fraction(plain))


def vanishes(text: str) -> bool:
    """Whether a decimal number is not 0, and is too small for a float to tell it from 0."""
    return not float(text) and any(digit in re.split("[eE]", text)[0] for digit in "123456789")


def with_point(text: str) -> str:
    """A number written with a decimal comma, in the form with a point; a point in it is doubtful."""
    if "." in text:
        raise NotANumber(say("has a point, but this file has ';' between cells, so the decimal sign is a comma"))
    if any(part.count(",") > 1 for part in text.split("/")):
        raise NotANumber(say("has more than one comma; digits are not grouped"))
    return text.replace(",", ".")


def write_number(value: Fraction) -> str:
    """Exact text of a fraction: decimal where it ends, else `a/b`; rounded only where that would be very long."""
    rest, times = value.denominator, {2: 0, 5: 0}
    for prime in times:
        while rest % prime == 0:
            rest, times[prime] = rest // prime, times[prime] + 1
    if rest != 1:
        text = f"{value.numerator}/{value.denominator}"
        return text if len(text) <= _MOST_DIGITS else repr(float(value))
    places = max(times.values())
    if places == 0:
        return str(value.numerator)
    if places > _MOST_DIGITS:
        return repr(float(value))
    digits = str(abs(value.numerator) * (10**places // value.denominator)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _why(text: str) -> Sentence:
    if re.fullmatch(r"[+-]?\d+(,\d+)+(\.\d+)?", text):
        return say("has a comma; in this file the decimal sign is a point and digits are not grouped")
    if _LONG_EXPONENT.fullmatch(text):
        return say("is too small to be meant; write 0") if "-" in text[1:] else say("is too large to be meant")
    if text.lower() in ("nan", "n/a", "na", "-", "null", "none"):
        return say("is not a number; leave the cell blank where nothing is known")
    if re.search(r"\d", text) and re.search(r"[^\d.,+\-eE/]", text):
        return say("has more than digits in it; write the bare number in the column's unit")
    return say("is not a number")
