"""Numbers, texts and dates as they stand in the parts of a workbook."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import product
from math import isfinite
from string import ascii_uppercase

#: Column letters → number, from A to XFD.
COLUMNS = {
    "".join(letters): number
    for number, letters in enumerate(
        (letters for length in (1, 2, 3) for letters in product(ascii_uppercase, repeat=length)), 1
    )
    if number <= 16_384
}
LETTERS = list(COLUMNS)
ROWS = 1_048_576

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_EXACT = 1e15  # whole numbers below it are exact, and a spreadsheet keeps no more digits
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def number(text: str) -> int | float | None:
    """A number as stored: whole ones as `int`; `None` for what is none, or not finite."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    if value.is_integer() and -_EXACT < value < _EXACT:
        return int(value)
    return value if isfinite(value) else None


def unescaped(text: str) -> str:
    """Text with `_x000D_` and the like read as the letters that they stand for."""
    return _ESCAPED.sub(_letter, text) if "_x" in text else text


def _letter(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)  # half a letter is none


# -- dates -------------------------------------------------------------------------------------------------------

#: Formats that every workbook has without saying so: dates and times (also those of East Asia).
_KNOWN = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_KNOWN_DURATION = 46
_DAYS = 2_958_466  # until the end of the year 9999
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)

#: How a format shows a number.
DATE, DURATION = "date", "duration"


def shows(format_id: int, code: str | None) -> str | None:
    """Whether a number format shows a date or time, a duration in hours, or (`None`) a number."""
    if code is None:
        return DURATION if format_id == _KNOWN_DURATION else DATE if format_id in _KNOWN else None
    code = _NOT_SHOWN.sub("", code.split(";")[0])
    if _DURATION.search(code):
        return DURATION
    return DATE if re.search("[dmyhs]", code, re.IGNORECASE) else None


def date(value: float, show: str, since_1904: bool) -> str | None:
    """A stored number as the date, time or duration that its format shows; `None` where there is no such day."""
    if show == DURATION:
        sign = "-" if value < 0 else ""
        seconds = round(abs(value) * 86_400)
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds < 1e12 else None
    if not 0 <= value < _DAYS:
        return None
    day, seconds = divmod(round(value * 86_400), 86_400)
    if day == 0 and not since_1904:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if day < 60 else 30)
    if day == 60 and not since_1904:
        return None  # 29 February 1900, which only spreadsheets know
    try:
        return iso(start + timedelta(days=day, seconds=seconds))
    except OverflowError:
        return None


def iso(moment: datetime) -> str:
    """A moment as text; the time of day is left out at midnight."""
    midnight = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if midnight else moment.isoformat(timespec="seconds")
