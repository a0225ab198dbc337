"""Boxes and the edges between them in columns from left to right; texts on edges have room of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .heights import heights
from .layers import against, layers
from .order import ordered

_LINE_GAP = 5.0
_LINE = 4.0


@dataclass(frozen=True)
class Link:
    """An edge between boxes; `weight`: how much it wants to run to the right; `room`: size of the text on it.

    `thick`: room that it takes where it passes a column.
    """

    origin: int
    dest: int
    weight: float = 1.0
    room: tuple[float, float] = (0.0, 0.0)
    thick: float = _LINE


@dataclass(frozen=True)
class Layout:
    """Middle of every box; of every edge its points from origin to dest, and the middle of its text."""

    width: float
    height: float
    boxes: list[tuple[float, float]]
    lines: list[tuple[tuple[float, float], ...]]
    texts: list[tuple[float, float] | None]


def arrange(
    sizes: Sequence[tuple[float, float]], links: Sequence[Link], gap: float = 34.0, apart: float = 16.0
) -> Layout:
    """Put boxes of these sizes (width, height) so that edges run between the columns and past all boxes and texts.

    An edge takes a slot in every column that it passes, and another for its text: nothing in a column overlaps, and
    lines run through columns level. No link may join a box with itself. `gap`: between columns; `apart`: between boxes.
    """
    chain = _chain(len(sizes), links)
    columns = ordered(chain.columns, [(a, b) for a, b, _ in chain.pieces])
    wide, tall = ([size[side] for size in (*sizes, *chain.sizes)] for side in (0, 1))
    gaps = [apart] * len(sizes) + [_LINE_GAP] * len(chain.sizes)
    y = heights(columns, tall, chain.pieces, gaps)
    x, left = [0.0] * len(tall), 0.0
    for number, column in enumerate(columns):
        width = max((wide[box] for box in column), default=0.0)
        for box in column:
            x[box] = left + width / 2
        crossing = sum(1 for a, _, _ in chain.pieces if chain.column[a] == number)
        left += width + gap * (1 + min(2.0, crossing / 40))
    total = max((x[b] + wide[b] / 2 for b in range(len(tall))), default=0.0)
    high = max((y[b] + tall[b] / 2 for b in range(len(tall))), default=0.0)
    edges = [(y[c] - tall[c] / 2, y[c] + tall[c] / 2) for c in range(len(sizes))]
    ports = _ports(links, chain, y, edges)
    widths = [max((wide[box] for box in column), default=0.0) for column in columns]
    lines = [_points(link, chain.routes[i], chain, x, y, wide, widths, ports[i]) for i, link in enumerate(links)]
    texts = [(x[t], y[t]) if (t := chain.texts[i]) is not None else None for i in range(len(links))]
    return Layout(total, high, [(x[b], y[b]) for b in range(len(sizes))], lines, texts)


def _below(chain: _Chain, slot: int) -> float:
    """A line runs along the lower edge of its text."""
    wide, high = chain.sizes[slot - len(chain.column) + len(chain.sizes)]
    return (high - _LINE) / 2 if wide else 0.0


@dataclass
class _Chain:
    """Every edge cut into pieces between neighbouring columns, with a slot in each column that it passes."""

    columns: list[list[int]]
    column: list[int]
    pieces: list[tuple[int, int, float]]
    sizes: list[tuple[float, float]]  # of the slots, after the boxes
    routes: list[list[int]]  # slots of each link, from left to right
    texts: list[int | None]
    turned: list[bool]


def _chain(size: int, links: Sequence[Link]) -> _Chain:
    pairs = [(link.origin, link.dest) for link in links]
    turned = against(size, pairs, [link.weight for link in links])
    straight = [(b, a) if back else (a, b) for (a, b), back in zip(pairs, turned, strict=True)]
    step = 2 if any(link.room[0] for link in links) else 1
    column = [step * c for c in layers(size, straight)]
    sizes: list[tuple[float, float]] = []
    pieces, routes, texts = [], [], list[int | None]()
    for link, (a, b) in zip(links, straight, strict=True):
        route, text, before = [], None, a
        middle = (column[a] + column[b]) // 2
        middle += 1 - middle % 2 if step == 2 else 0
        for at in range(column[a] + 1, column[b]):
            slot = size + len(sizes)
            is_text = at == middle and link.room[0] > 0
            sizes.append((link.room[0], link.room[1]) if is_text else (0.0, link.thick))
            column.append(at)
            pieces.append((before, slot, 1.0 if before < size else 6.0))
            before, text = slot, slot if is_text else text
            route.append(slot)
        pieces.append((before, b, 1.0))
        routes.append(route)
        texts.append(text)
    columns: list[list[int]] = [[] for _ in range(1 + max(column, default=-1))]
    for box, at in enumerate(column):
        columns[at].append(box)
    return _Chain(columns, column, pieces, sizes, routes, texts, turned)


def _ports(
    links: Sequence[Link], chain: _Chain, y: Sequence[float], edges: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Where each link meets its left and its right box: spread over the side, in the order of where they lead."""
    meets: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for i, link in enumerate(links):
        a, b = (link.dest, link.origin) if chain.turned[i] else (link.origin, link.dest)
        route = chain.routes[i]
        meets.setdefault((a, 1), []).append((y[route[0]] if route else y[b], i))
        meets.setdefault((b, 0), []).append((y[route[-1]] if route else y[a], i))
    found = [[0.0, 0.0] for _ in links]
    for (box, side), ends in meets.items():
        top, bottom = edges[box]
        for at, (_, i) in enumerate(sorted(ends)):
            found[i][1 - side] = top + (bottom - top) * (at + 1) / (len(ends) + 1)
    return [(left, right) for left, right in found]


def _points(
    link: Link,
    route: Sequence[int],
    chain: _Chain,
    x: Sequence[float],
    y: Sequence[float],
    wide: Sequence[float],
    widths: Sequence[float],
    ports: tuple[float, float],
) -> tuple[tuple[float, float], ...]:
    """The line from box to box; it runs level through every column between."""
    back = chain.column[link.dest] < chain.column[link.origin]
    a, b = (link.dest, link.origin) if back else (link.origin, link.dest)
    edge_a, edge_b = x[a] + widths[chain.column[a]] / 2, x[b] - widths[chain.column[b]] / 2
    points = [(x[a] + wide[a] / 2, ports[0]), (edge_a, ports[0])]
    for slot in route:
        half, level = widths[chain.column[slot]] / 2, y[slot] + _below(chain, slot)
        points += [(x[slot] - half, level), (x[slot] + half, level)]
    points += [(edge_b, ports[1]), (x[b] - wide[b] / 2, ports[1])]
    kept = [p for i, p in enumerate(points) if not i or p != points[i - 1]]
    return tuple(reversed(kept)) if back else tuple(kept)
