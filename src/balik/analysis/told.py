"""Numbers inside sentences, written as each language writes them, 8,161,000.5 or 8.161.000,5, and what they count."""

from __future__ import annotations

from ..words import Figure, Sentence, plain, say


def figure(value: float | None, digits: int = 12) -> Figure:
    """A number to be read: grouped, with at most so many digits in all, and at most 6 decimals from 1 on.

    >>> figure(8161000.5), figure(8161000.5).into("id"), figure(0.1 + 0.2)
    ('8,161,000.5', '8.161.000,5', '0.3')
    """
    if value is None:
        return Figure("–")
    if abs(value) >= 1:
        value = round(value, 6)
    text = f"{value:,.{digits}g}"
    if "e" in text:
        text = f"{value:,.0f}" if abs(value) >= 1 else f"{value:.3g}"
    return Figure("0" if text in ("-0", "0") else text if "e" in text else text.replace("-", "−"))


def percent(share: float) -> Figure:
    """A share as a percentage: 11.175 %."""
    return Figure(f"{figure(round(100 * share, 4), 7)} %")


def unit_word(unit: str, number: float) -> Sentence:
    """What so many are counted in: site, trips; a unit of the user's own as it is.

    >>> unit_word("sites", 1), unit_word("vehicles", 2).into("id"), unit_word("dus", 1)
    ('site', 'kendaraan', 'dus')
    """
    words = {
        "site": (say("site"), say("sites")),
        "trip": (say("trip"), say("trips")),
        "job": (say("job"), say("jobs")),
        "vehicle": (say("vehicle"), say("vehicles")),
    }
    known = words.get(unit.removesuffix("s"))
    if known is None:
        return plain(unit.removesuffix("s") if number == 1 and unit == "runs" else unit)
    return known[0] if number == 1 else known[1]
