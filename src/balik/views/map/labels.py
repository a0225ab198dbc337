"""Names on a map that cover neither each other nor a mark: the important ones first, each where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from ...words import Sentence, say
from ..figure import Text
from ..language import Language

SIZE = 10.5
_GAP = 3.0
Box = tuple[float, float, float, float]


def placed(
    names: Sequence[tuple[str, float, float, float]], taken: Sequence[Box], wide: float, high: float
) -> tuple[list[Text], int]:
    """Labels of points (name, x, y, radius), in order of worth, and how many found no room.

    Eight places around each point are tried, the right one first (Imhof 1975, Am. Cartogr. 2:128).
    """
    covered, texts, left = list(taken), [], 0
    for name, x, y, r in names:
        for text in _around(name, x, y, r):
            box = text.box
            inside = box[0] >= 1 and box[1] >= 1 and box[2] <= wide - 1 and box[3] <= high - 1
            if inside and not any(_meet(box, other) for other in covered):
                covered.append(box)
                texts.append(text)
                break
        else:
            left += 1
    return texts, left


def no_coordinates(count: int) -> Sentence:
    """That so many places are not on the map."""
    if count == 1:
        return say("One place has no coordinates and is not on the map.")
    return say("{count} places have no coordinates and are not on the map.", count=count)


def not_named(count: int, speak: Language) -> Sentence:
    """That so many places found no room for their names."""
    if count == 1:
        return say("One place is not named for lack of room.")
    return say("{count} places are not named for lack of room.", count=speak.number(count))


def _around(name: str, x: float, y: float, r: float) -> list[Text]:
    d, up, down, middle = r + _GAP, y - r - _GAP, y + r + _GAP + 0.76 * SIZE, y + 0.27 * SIZE
    spots = (
        (x + d, middle, "start"), (x - d, middle, "end"), (x, up, "middle"), (x, down, "middle"),
        (x + d * 0.8, up, "start"), (x + d * 0.8, down, "start"), (x - d * 0.8, up, "end"), (x - d * 0.8, down, "end"),
    )  # fmt: skip
    return [Text(a, b, name, SIZE, anchor) for a, b, anchor in spots]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
