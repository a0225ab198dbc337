"""Dates as people write them, and the periods that they fall into."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from ..workbook.grid import Date

_MONTHS = (
    "jan january januari", "feb february februari peb pebruari", "mar march maret mrt", "apr april", "may mei",
    "jun june juni", "jul july juli", "aug august agustus agu ags agt", "sep september sept",
    "oct october okt oktober", "nov november nop nopember", "dec december des desember",
)  # fmt: skip
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\d{1,2}:\d{2}.*)?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ ,]+\d{1,2}[:.]\d{2}.*)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORDS = re.compile(
    r"(?:[a-z]+,\s*)?(?:(\d{1,2})[-/. ]+)?([a-z]+)\.?(?:[-/. ,]+(\d{4}|'?\d{2}))?(?:[ ,]+\d{1,2}[:.]\d{2}.*)?"
)
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})")


@dataclass(frozen=True, order=True)
class Day:
    """A date; a month or a year where no more was said."""

    year: int
    month: int = 0
    day: int = 0


@lru_cache(100_000)
def read_date(value: Any, order: int | None = None) -> list[Day]:
    """The dates that a cell can mean: one, two where day and month can be swapped (day first), none.

    `order`: 0 where the day is known to stand first, 1 where the month does.

    >>> read_date("5 Januari 2025"), read_date("2025-01"), len(read_date("01/02/2025"))
    ([Day(year=2025, month=1, day=5)], [Day(year=2025, month=1, day=0)], 2)
    """
    text = value.text if isinstance(value, Date) else str(value).strip().lower()
    if isinstance(value, (bool, float)):
        return []
    if re.fullmatch(r"(19|20)\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    elif re.fullmatch(r"(19|20)\d{4}", text):
        text = f"{text[:4]}-{text[4:]}"
    if re.fullmatch(r"(19|20)\d{2}", text):
        return [Day(int(text))]
    if match := _ISO.fullmatch(text):
        return _sound(int(match[1]), int(match[2]), int(match[3] or 0))
    if match := _NUMBERS.fullmatch(text):
        year = _year(match[3])
        one, two = int(match[1]), int(match[2])
        days, months = _sound(year, two, one), _sound(year, one, two)
        return list(dict.fromkeys(days + months)) if order is None else (days, months)[order]
    if match := _MONTH_YEAR.fullmatch(text):
        return _sound(int(match[2]), int(match[1]), 0)
    if (match := _MONTH_DAY.fullmatch(text)) and match[1] in _MONTH_OF:
        return _sound(int(match[3]), _MONTH_OF[match[1]], int(match[2]))
    if (match := _WORDS.fullmatch(text)) and match[2] in _MONTH_OF and match[3]:
        return _sound(_year(match[3].lstrip("'")), _MONTH_OF[match[2]], int(match[1] or 0))
    return []


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _sound(year: int, month: int, day: int) -> list[Day]:
    try:
        date(year, month, day or 1)
    except ValueError:
        return []
    return [Day(year, month, day)]


#: How much of a date a period needs.
_PARTS = {"day": 3, "week": 3, "month": 2, "quarter": 2, "year": 1, "all": 0}


def is_enough(day: Day, period: str) -> bool:
    """Whether the date says in which period it lies."""
    return sum(map(bool, (day.year, day.month, day.day))) >= _PARTS[period]


def period_of(day: Day, period: str) -> str:
    """The label of the period in which a date lies."""
    match period:
        case "day":
            return f"{day.year}-{day.month:02}-{day.day:02}"
        case "week":
            year, week, _ = date(day.year, day.month, day.day).isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day.year}-{day.month:02}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def periods_between(first: Day, last: Day, period: str) -> list[str]:
    """Labels of all periods from the one of the first date to the one of the last, gaps included."""
    here = date(first.year, first.month or 1, first.day or 1)
    end = date(last.year, last.month or 12, last.day or 28)
    found: dict[str, None] = {}
    step = timedelta(days=1)
    while here <= end:
        found[period_of(Day(here.year, here.month, here.day), period)] = None
        here += step
    return list(found)


def months_between(first: Day, last: Day) -> int:
    """How many calendar months the dates span."""
    return (last.year - first.year) * 12 + (last.month or 12) - (first.month or 1) + 1
