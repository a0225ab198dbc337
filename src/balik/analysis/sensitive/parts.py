"""The parts of a question that do not hang on each other: each is answered by itself, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ...api import Case
from ..many import Many
from ..many.answerer import Answerer
from ..many.retold import Told
from .asked import Asked, Range, asked
from .bench import Bench, Unproved
from .curve import Curve, Stretch
from .edge import Edge, Edges
from .prices import Prices
from .sites import Side, Steady, another

#: An answer that did not come in the time of a solve.
UNPROVED = "unproved"
#: What is found; solves, those of them that proved something, and whether every plan keeps the laws.
Answer = tuple[Any, int, int, bool]


class Parts(Answerer):
    """Answers parts about one case. `told`: the results of the case as it stands, the same for everybody."""

    def __init__(
        self, case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None,
        options: dict[str, Any], told: Told,
    ):  # fmt: skip
        self.bench = Bench(case, scenario, sets, settings, options).begin(told)
        super().__init__(self.bench, options)
        self._asked: dict[str, list[Asked]] = {}
        self._curves: dict[str, Curve] = {}

    # -- parts -------------------------------------------------------------------------------------------------------

    def side(self, over: Sequence[str], span: Range, k: int, up: bool) -> Answer:
        """Where the sites of now end on one side of one number."""
        one = self._one(over, span, k)

        def found() -> Side:
            steady = Steady(self.bench, one.move, one.start, one.low, one.high, one.step, one.bounded)
            return steady.side(up, list(one.points))

        return self._answer(found)

    def other(self) -> Answer:
        """The next best set of sites as the case stands."""
        return self._answer(lambda: another(self.bench))

    def edge(self, over: Sequence[str], span: Range, k: int, up: bool, why: bool) -> Answer:
        """The edge on one side of one number; `why`: with the rows in the way."""
        one = self._one(over, span, k)

        def found() -> Edge:
            return Edges(self.bench, one.move, one.start, whole=one.whole, why=why).side(up)

        return self._answer(found)

    def stretches(self, over: Sequence[str], span: Range, k: int, points: Sequence[float], part: int) -> Answer:
        """A part of the curve of one number (see Curve)."""
        curve, whole = self.curve(over, span, k, points), self._one(over, span, k).whole

        def found() -> list[Stretch]:
            return curve.part(points, part, whole=whole)

        return self._answer(found)

    def confirmed(
        self, over: Sequence[str], span: Range, k: int, points: Sequence[float], at: float, cost: float
    ) -> Answer:
        """Whether a verified plan at a point of the curve costs what is said."""
        curve = self.curve(over, span, k, points)
        return self._answer(lambda: curve.confirmed(at, cost))

    def priced(self, ways: int) -> Answer:
        """How many numbers bind, the lanes to be asked about (see Prices.lanes), how many more, and if anything is whole."""

        def found() -> tuple[int, list[int], int, bool]:
            prices = self.prices
            return len(prices.cells), *prices.lanes(ways), prices.whole

        return self._answer(found)

    def bound(self, k: int) -> Answer:
        """Both sides of a binding number; None where it moves more than bounds."""

        prices = self.prices
        return self._answer(lambda: prices.of_cell(*prices.cells[k]))

    def way(self, lane: int) -> Answer:
        """How far the cost of a lane can move."""

        prices = self.prices
        return self._answer(lambda: prices.way(lane))

    # -- what they are about -----------------------------------------------------------------------------------------

    def curve(self, over: Sequence[str], span: Range, k: int, points: Sequence[float]) -> Curve:
        """The curve of one number between the first and the last of these points."""
        key = repr((tuple(over), span, k, tuple(points)))
        if key not in self._curves:
            one = self._one(over, span, k)
            self._curves = {key: Curve(self.bench, one.move, one.start, points[0], points[-1], len(points))}
        return self._curves[key]

    @cached_property
    def prices(self) -> Prices:
        """The questions to the plan as it is."""
        return Prices(self.bench)

    def _one(self, over: Sequence[str], span: Range, k: int) -> Asked:
        key = repr((tuple(over), span))
        if key not in self._asked:
            self._asked[key] = asked(self.bench, list(over), span)
        return self._asked[key][k]

    def _answer(self, find: Callable[[], Any]) -> Answer:
        """What is found, with counts of its own; those of the bench are for whoever asks."""
        b = self.bench
        before, (b.solves, b.proved, b.ok) = (b.solves, b.proved, b.ok), (0, 0, True)
        try:
            found = find()
        except Unproved:
            found = UNPROVED
        told, (b.solves, b.proved, b.ok) = (b.solves, b.proved, b.ok), before
        return found, *told


class Question:
    """One question, its parts answered side by side where that pays; `bench` is about the case as it stands."""

    def __init__(self, many: Many, parts: Parts):
        self.many, self.parts, self.bench = many, parts, parts.bench

    def ask(self, method: str, asks: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What is found, in the order asked; UNPROVED where a solve did not end in its time."""
        out, b = [], self.bench
        for found, solves, proved, ok in self.many.map(method, asks):
            b.solves, b.proved, b.ok = b.solves + solves, b.proved + proved, b.ok and ok
            out.append(found)
        return out

    def sides(self, method: str, over: Sequence[str], span: Range, count: int, *more: Any) -> list[Any]:
        """Both sides of each of so many numbers, the lower first; None where either is not known."""
        found = self.ask(method, [(tuple(over), span, k, up, *more) for k in range(count) for up in (False, True)])
        pairs = zip(found[::2], found[1::2], strict=True)
        return [None if isinstance(one, str) or isinstance(two, str) else (one, two) for one, two in pairs]
