"""How high each box stands in its column: near its neighbours, in the order given, and never over another."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]
_SWEEPS = 16


def heights(
    columns: Sequence[Sequence[int]],
    tall: Sequence[float],
    edges: Sequence[tuple[int, int, float]],
    gap: Sequence[float],
) -> list[float]:
    """The middle of every box. `tall`: its height; `edges`: pairs with a weight; `gap`: room kept around each box.

    Sweeps over the columns put every box as near to the mean of its neighbours as the others allow: the least sum of
    squares that keeps order and room, found by pooling (Barlow, Bartholomew, Bremner and Brunk 1972).
    """
    y = [0.0] * len(tall)
    for column in columns:
        at = 0.0
        for box in column:
            y[box] = at + tall[box] / 2
            at += tall[box] + gap[box]
        for box in column:
            y[box] -= at / 2
    beside: tuple[list[list[tuple[int, float]]], list[list[tuple[int, float]]]] = (
        [[] for _ in tall],
        [[] for _ in tall],
    )
    for a, b, weight in edges:
        beside[1][a].append((b, weight))
        beside[0][b].append((a, weight))
    for sweep in range(_SWEEPS):
        sides: tuple[int, ...] = (0, 1) if sweep >= _SWEEPS - 4 else (sweep % 2,)
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _settle(column, tall, gap, beside, sides, y)
    top = min((y[box] - tall[box] / 2 for column in columns for box in column), default=0.0)
    return [value - top for value in y]


def _settle(
    column: Sequence[int],
    tall: Sequence[float],
    gap: Sequence[float],
    beside: tuple[list[list[tuple[int, float]]], list[list[tuple[int, float]]]],
    sides: Sequence[int],
    y: list[float],
) -> None:
    """Put one column where its neighbours pull it."""
    wanted, weights, offset, offsets = [], [], 0.0, []
    for at, box in enumerate(column):
        if at:
            before = column[at - 1]
            offset += (tall[before] + tall[box]) / 2 + max(gap[before], gap[box])
        pulls = [pull for side in sides for pull in beside[side][box]]
        pull = sum(weight for _, weight in pulls)
        target = sum(y[other] * weight for other, weight in pulls) / pull if pull else y[box]
        wanted.append(target - offset)
        weights.append(pull or 0.01)
        offsets.append(offset)
    for box, value, shift in zip(column, pooled(wanted, weights), offsets, strict=True):
        y[box] = value + shift


def pooled(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The rising values nearest to those wanted, by weighted squares.

    >>> pooled([1.0, 3.0, 2.0], [1.0, 1.0, 1.0])
    [1.0, 2.5, 2.5]
    """
    blocks: list[list[float]] = []  # value, weight, count
    for value, weight in zip(wanted, weights, strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            high, low = blocks[-2], blocks.pop()
            both = high[1] + low[1]
            blocks[-1] = [(high[0] * high[1] + low[0] * low[1]) / both, both, high[2] + low[2]]
    return [block[0] for block in blocks for _ in range(int(block[2]))]
