"""Which column each box of a network stands in: cycles are opened, then the longest path counts."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]


def against(size: int, edges: Sequence[Pair], weights: Sequence[float]) -> list[bool]:
    """Edges that run against the order of the boxes: without them, or turned, there is no cycle.

    The order is that of Eades, Lin and Smyth (1993): sources first, sinks last, and between them the box for which
    more leaves than arrives; heavy edges are rather kept.
    """
    out: list[dict[int, float]] = [{} for _ in range(size)]
    into: list[dict[int, float]] = [{} for _ in range(size)]
    for (a, b), weight in zip(edges, weights, strict=True):
        if a != b:
            out[a][b] = out[a].get(b, 0.0) + weight
            into[b][a] = into[b].get(a, 0.0) + weight
    left, first, last = set(range(size)), list[int](), list[int]()

    def take(box: int, line: list[int]) -> None:
        line.append(box)
        left.discard(box)
        for other in out[box]:
            into[other].pop(box, None)
        for other in into[box]:
            out[other].pop(box, None)

    while left:
        sinks = [box for box in sorted(left) if not out[box]]
        sources = [box for box in sorted(left) if not into[box] and out[box]]
        for box in sinks:
            take(box, last)
        for box in sources:
            take(box, first)
        if left and not sinks and not sources:
            take(max(sorted(left), key=lambda b: sum(out[b].values()) - sum(into[b].values())), first)
    place = {box: at for at, box in enumerate([*first, *reversed(last)])}
    return [place[a] > place[b] for a, b in edges]


def layers(size: int, edges: Sequence[Pair]) -> list[int]:
    """Column of each box so that every edge of an acyclic network runs to the right; no edge is longer than it must.

    Columns count the longest path from a source; then boxes are drawn to the right as far as their edges shorten.
    """
    after: list[list[int]] = [[] for _ in range(size)]
    before: list[list[int]] = [[] for _ in range(size)]
    for a, b in edges:
        if a != b:
            after[a].append(b)
            before[b].append(a)
    order = _sorted(after, before)
    column = [0] * size
    for box in order:
        column[box] = max((column[a] + 1 for a in before[box]), default=0)
    for _ in range(2):
        for box in reversed(order):
            if after[box] and len(after[box]) >= len(before[box]):
                column[box] = max(column[box], min(column[b] for b in after[box]) - 1)
    return column


def _sorted(after: Sequence[Sequence[int]], before: Sequence[Sequence[int]]) -> list[int]:
    """Boxes so that every edge leads to a later one."""
    waits = [len(boxes) for boxes in before]
    ready = [box for box, count in enumerate(waits) if not count]
    order = []
    while ready:
        box = ready.pop()
        order.append(box)
        for other in after[box]:
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    assert len(order) == len(after), "the network has a cycle"
    return order
