"""Slips of the pen between a right number and the printed one: digits too many, too few, swapped, wrong."""

from __future__ import annotations

from ...words import NOTHING, Sentence, say
from ..told import figure

#: Fewest digits of a number in which one wrong digit is told from another number.
_ENOUGH = 4


def slip(printed: float, right: float, tolerance: float = 0.5) -> Sentence:
    """How one slip turns the right number into the printed one; empty where none does.

    Both are compared to the decimals of the printed figure, of which `tolerance` is half a unit. Numbers of fewer than
    four digits are too short: any of them is one slip from many others.

    >>> slip(22948400, 2948400), slip(8116000, 8161000), slip(8161000, 8161000) == ""
    ('a digit too many', 'two digits swapped', True)
    """
    for power in (1000.0, 100.0, 10.0):
        for factor in (power, 1 / power):
            if right and abs(printed - right * factor) <= tolerance * (1 + 1e-9):
                return say("{factor} times the right figure", factor=figure(factor))
    if right and abs(printed + right) <= tolerance and printed:
        return say("the sign turned round")
    one, other = _digits(printed, tolerance), _digits(right, tolerance)
    if one == other or min(len(one), len(other)) < _ENOUGH or printed * right < 0:
        return NOTHING
    if len(one) == len(other) + 1 and _without_one(one, other):
        return say("a digit too many")
    if len(other) == len(one) + 1 and _without_one(other, one):
        return say("a digit too few")
    if len(one) != len(other):
        return NOTHING
    wrong = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 1:
        return say("one wrong digit")
    if (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] == other[wrong[1]]
        and one[wrong[1]] == other[wrong[0]]
    ):
        return say("two digits swapped")
    return NOTHING


def _digits(value: float, tolerance: float) -> str:
    """The digits of a number to the last one that is printed."""
    unit = 2 * tolerance if 0 < tolerance < 0.6 else 1.0
    decimals = 0
    while unit < 0.9 and decimals < 9:
        unit, decimals = unit * 10, decimals + 1
    return f"{abs(value):.{decimals}f}".replace(".", "").lstrip("0")


def _without_one(longer: str, shorter: str) -> bool:
    """Whether leaving one digit out of the longer makes the shorter."""
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
