"""Trade-offs: plans of which none is better in one quantity without being worse in another.

The ε-constraint method, each point by lexicographic steps (Mavrotas 2009, Appl. Math. Comput. 213:455, does the same
with slacks in one step): least of the first quantity while the others stay within bounds, then least of each of the
others while what was found is kept. So every point is a verified plan that no other plan beats by more than the slack
that is stated.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..api import Case, options_of, prepare_tables, solve_prepared
from ..errors import CallError, Problems, did_you_mean
from ..model.quantities import in_one_unit
from ..network.limits import GIVEN, is_money, known_quantities
from ..network.own import own_measures
from ..plan.decode import quantity, tidy
from ..plan.plan import Plan
from ..tables import read, type_tables
from ..words import say
from .added import with_objective, with_rows
from .differences import open_places
from .study import Study

POINTS = 9
#: So many points are sought where the quantities fall in steps, before a grid is taken instead.
_MOST_STEPS = 300
#: What is kept of a value while another is sought, relative to max(1, |value|): also by how much a point may be beaten.
SLACK = 1e-7
_SAME = 1e-5  # relative to the range of a quantity: points nearer than that are one
_ROW = "the frontier"


@dataclass(frozen=True)
class Aim:
    """A quantity, and whether the most of it is best."""

    name: str
    most: bool

    @property
    def sign(self) -> float:
        """1, or -1 where the most is best: what turns values so that less is better."""
        return -1.0 if self.most else 1.0


@dataclass(frozen=True)
class Point:
    """A verified plan, its values by aim (as they are, not turned), and whether each step to it was proved.

    `first`: the plan of the first step, best in the first aim alone.
    """

    values: np.ndarray
    plan: Plan
    proved: bool
    first: Point | None = None


def frontier(
    case: Case,
    over: Sequence[str] = (),
    points: int | None = None,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Study:
    """Plans that trade two or three quantities against each other, each solved, verified and not beaten.

    `over`: quantities, `max:` before one of which the most is best: ("cost", "co2") or ("cost", "max:covered").
    Between two, all points are found where the frontier is a set of steps, and said to be complete; else, and with
    three, a grid of `points` (9) a side is taken. Rows carry the values, sites, and `price`: what one unit less of the
    second (with `max:` one more) costs in the first, against the point before.

    >>> import balik
    >>> study = balik.frontier("turki-enam-kota", ["cost", "open"])
    >>> [(r["values"], r["sites"]) for r in study.rows]
    [({'cost': 11476.31465, 'open': 2.0}, ['F1', 'F3'])]
    """
    search = _Search(case, over, scenario, tuple(set), settings, options)
    start = time.perf_counter()
    if points is not None and not 2 <= points <= 200:
        raise CallError(say("points must be a number from 2 to 200, not {points}.", points=points))
    if len(search.aims) == 2:
        found, complete = _between_two(search, points or POINTS, steps=points is None)
    else:
        found, complete = _among_three(search, points or 5), False
    rows = _rows(search, found)
    findings = _findings(search, rows, complete, time.perf_counter() - start)
    more = {"complete": complete, "solves": search.solves, "over": [a.name for a in search.aims]}
    more["most"] = [a.name for a in search.aims if a.most]
    return Study("frontier", search.tables.name, search.tables.currency, rows, findings, search.ok, more,
                 "optimal" if rows else search.status)  # fmt: skip


class _Search:
    """Solves the case for one quantity after the other, within bounds on all."""

    def __init__(
        self, case: Case, over: Sequence[str], scenario: str | None, sets: tuple[str, ...],
        settings: Mapping[str, Any] | None, options: dict[str, Any],
    ):  # fmt: skip
        self.tables = read(case, scenario, sets, settings)
        self.tables.problems.stop_on_errors()
        self.options, self.solves, self.ok = options, 0, True
        self.status = ""  # of the last solve
        self.aims = self._aims([over] if isinstance(over, str) else list(over))

    def _aims(self, over: list[str]) -> list[Aim]:
        """The quantities as asked; one that the case does not know, or twice the same, is refused."""
        data = type_tables(replace(self.tables, problems=Problems()))
        if len(data["goals"]):
            raise CallError(say("The case has goals, which are met stage by stage: ask its plan for the attainment."))
        known = [q for q in known_quantities(data) if q not in (*GIVEN, "stock", "margin")]
        if len(over) not in (2, 3):
            raise CallError(say("A frontier is of two or three quantities, as --over cost --over co2."))
        aims = []
        for text in over:
            name = text.removeprefix("max:").removeprefix("min:")
            if name not in known:
                near = did_you_mean(name, known) or say("Known: {words}", words=", ".join(known))
                raise CallError(say("'{name}' is not a quantity. {near}", name=name, near=near))
            aims.append(Aim(name, text.startswith("max:")))
        if len({a.name for a in aims}) < len(aims):
            raise CallError(say("The quantities of a frontier must differ."))
        if any(a.most and a.name == "use" for a in aims):
            raise CallError(say("The most of use would count unused places as used: take open."))
        self.money = [is_money(a.name, own_measures(data)) for a in aims]
        return aims

    def least(self, aim: int, bounds: Mapping[int, float]) -> Point | None:
        """The plan that is best in one aim within bounds (turned values at most) on others; None without a plan."""
        tables = with_objective(
            with_rows(self.tables, {"limits": self._limits(bounds)}, _ROW), {self.aims[aim].name: self.aims[aim].sign}
        )
        prepared = prepare_tables(tables)
        plan, result = solve_prepared(prepared, replace(options_of(tables, **self.options), prices=False))
        self.solves, self.status = self.solves + 1, plan.status
        self.ok &= plan.verified or not plan.broken
        if not plan.has_numbers or result.x is None:
            return None
        x = tidy(prepared.model, result.x)
        values = [_value(prepared, plan, x, a.name) for a in self.aims]
        return Point(np.array(values), plan, plan.status == "optimal")

    def _limits(self, bounds: Mapping[int, float]) -> list[dict[str, Any]]:
        """Rows of `limits`."""
        rows = []
        for aim, bound in bounds.items():
            a = self.aims[aim]
            side = "least" if a.most else "most"
            told = 0.0 if abs(bound) <= kept(0.0) else a.sign * bound  # what is kept of 0: less cannot be told from it
            rows.append({"limit": f"{_ROW} {a.name}", "quantity": a.name, side: told})
        return rows

    def turned(self, point: Point, aim: int) -> float:
        """The value of an aim, turned so that less is better."""
        return float(self.aims[aim].sign * point.values[aim])

    def best(self, order: Sequence[int], bounds: Mapping[int, float]) -> Point | None:
        """Lexicographically: best in the first aim, then in the next while that is kept, and so on.

        Where a later aim gains, the first is sought once more, so that no slack of it is spent on nothing.
        """
        bounds, point = dict(bounds), self.least(order[0], bounds)
        if point is None:
            return None
        found, gained = replace(point, first=point), False
        for before, aim in itertools.pairwise(order):
            bounds[before] = kept(self.turned(found, before))
            better = self.least(aim, bounds)
            if better is None:  # there is one, which a solver may miss by its tolerance
                return replace(found, proved=False)
            if self.turned(better, aim) < self.turned(found, aim) - SLACK * max(1.0, abs(self.turned(found, aim))):
                found, gained = replace(better, proved=found.proved and better.proved, first=point), True
            else:
                found = replace(found, proved=found.proved and better.proved)
        if gained:
            held = {k: kept(self.turned(found, k)) for k in order[1:]}
            again = self.least(order[0], {**bounds, **held})
            found = found if again is None else replace(again, proved=found.proved and again.proved, first=point)
        return found


def kept(value: float) -> float:
    """The bound that keeps a value: it gives way by SLACK, since a solver meets bounds only to its tolerance."""
    return value + SLACK * max(1.0, abs(value))


def _value(prepared: Any, plan: Plan, x: np.ndarray, name: str) -> float:
    if name == "use":  # has a variable only where a row counts it
        return float(len(plan.used))
    return quantity(in_one_unit(prepared.network, prepared.model.variables, name), x) + 0.0


# -- two quantities ----------------------------------------------------------------------------------------------


def _between_two(search: _Search, points: int, steps: bool) -> tuple[list[Point], bool]:
    """From the best of the first quantity to the best of the second; and whether all points were found."""
    first, last = search.best((0, 1), {}), search.best((1, 0), {})
    if first is None or last is None:
        return [], False
    high, low = search.turned(first, 1), search.turned(last, 1)
    if high - low <= 2 * SLACK * max(1.0, abs(high)):
        return [first], first.proved
    if steps and (found := _steps(search, first, last)) is not None:
        return found, all(point.proved for point in found)
    inner = [search.best((0, 1), {1: float(e)}) for e in np.linspace(high, low, points)[1:-1]]
    return _distinct(search, [first, *(p for p in inner if p is not None), last]), False


def _steps(search: _Search, first: Point, last: Point) -> list[Point] | None:
    """Every point of a frontier of steps, each just below the one before; None where it is not one."""
    high = search.turned(first, 1)
    step = max(_SAME * (high - search.turned(last, 1)), SLACK * max(1.0, abs(high)))
    found = [first]
    while search.turned(found[-1], 1) > search.turned(last, 1) + step:
        bound = search.turned(found[-1], 1) - step
        point = search.best((0, 1), {1: bound})
        if point is None or point.first is None or len(found) >= _MOST_STEPS:
            return None
        if search.turned(point.first, 1) >= bound - 0.5 * step:  # it stops where the bound does: no step, but a slope
            return None
        found.append(point)
    return found


def _distinct(search: _Search, points: list[Point]) -> list[Point]:
    """Points by the first quantity, of those that are the same or beaten one."""
    turned = np.array([[search.turned(p, k) for k in range(len(search.aims))] for p in points])
    size = np.maximum(np.ptp(turned, axis=0), SLACK)
    kept_: list[int] = []
    for i in np.lexsort(turned.T[::-1]).tolist():
        if not any((turned[j] <= turned[i] + _SAME * size).all() for j in kept_):
            kept_.append(i)
    return [points[i] for i in kept_]


# -- three quantities --------------------------------------------------------------------------------------------


def _among_three(search: _Search, points: int) -> list[Point]:
    """A grid of bounds on the second and the third quantity, between the best and the worst of the three ends."""
    ends = [search.best((k, *(j for j in range(3) if j != k)), {}) for k in range(3)]
    if any(end is None for end in ends):
        return []
    found = [end for end in ends if end is not None]
    ranges = []
    for k in (1, 2):
        values = [search.turned(end, k) for end in found]
        ranges.append(np.linspace(max(values), min(values), points))
    for second, third in itertools.product(*ranges):
        point = search.best((0, 1, 2), {1: kept(float(second)), 2: kept(float(third))})
        if point is not None:
            found.append(point)
    return _distinct(search, found)


# -- what is said ------------------------------------------------------------------------------------------------


def _rows(search: _Search, points: list[Point]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for at, point in enumerate(points):
        names = [a.name for a in search.aims]
        row: dict[str, Any] = {
            "point": at + 1,
            "values": {name: round(float(v), 9) + 0.0 for name, v in zip(names, point.values, strict=True)},
            "sites": open_places(point.plan),
            "proved": point.proved,
            "verified": point.plan.verified,
        }
        if at:
            before = points[at - 1]
            here, there = open_places(point.plan), open_places(before.plan)
            row["sites_in"] = [p for p in here if p not in there]
            row["sites_out"] = [p for p in there if p not in here]
            if len(names) == 2:
                row["price"] = float(abs(point.values[0] - before.values[0]) / abs(point.values[1] - before.values[1]))
        rows.append(row)
    if len(search.aims) == 2 and len(points) > 2:
        turned = np.array([[search.turned(p, k) for k in (0, 1)] for p in points])
        rows[_knee(turned)]["knee"] = True
        for row, span in zip(rows, _weights(turned), strict=True):
            row["cheapest_at"] = span
    return rows


def _knee(turned: np.ndarray) -> int:
    """The point farthest below the line between the ends, both quantities scaled to their ranges (Das 1999)."""
    scaled = (turned - turned.min(axis=0)) / np.ptp(turned, axis=0)
    below = 1.0 - scaled.sum(axis=1)
    return int(np.argmax(below))


def _weights(turned: np.ndarray) -> list[dict[str, float | None] | None]:
    """For each point: at which prices of the second quantity in units of the first it is the best; None: at none.

    Points that lie above the line between two others are the best at no price (they are not supported).
    """
    hull: list[int] = []
    for i in range(len(turned)):
        while len(hull) > 1 and _turn(turned[hull[-2]], turned[hull[-1]], turned[i]) <= 0:
            hull.pop()
        hull.append(i)
    spans: list[dict[str, float | None] | None] = [None] * len(turned)
    for at, i in enumerate(hull):
        low = _slope(turned[hull[at - 1]], turned[i]) if at else 0.0
        high = _slope(turned[i], turned[hull[at + 1]]) if at + 1 < len(hull) else None
        spans[i] = {"from": low, "to": high}
    return spans


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Above 0 where b lies below the line from a to c."""
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _slope(a: np.ndarray, b: np.ndarray) -> float:
    """What one unit less of the second quantity costs in the first."""
    return float((b[0] - a[0]) / (a[1] - b[1]))


def _findings(search: _Search, rows: list[dict[str, Any]], complete: bool, seconds: float) -> list[str]:
    a, b = search.aims[0].name, search.aims[1].name
    out: list[str] = []
    if not rows:
        return [say("No plan was found ({status}), so there is nothing to trade.", status=search.status)]
    if len(rows) == 1:
        out.append(say("One plan is best in {a} and in {b}: there is nothing to trade.", a=a, b=b))
    elif complete:
        out.append(say("These are all: between {a} and {b} there are {count} plans that no other beats.", a=a, b=b, count=len(rows)))  # fmt: skip
    else:
        out.append(say("These are {count} points of a frontier that has more: between them there are others.", count=len(rows)))  # fmt: skip
    for row in rows:
        if row.get("knee"):
            out.append(say("The knee is point {point}: farthest from the line between the ends.", point=row["point"]))
    proved = sum(row["proved"] for row in rows)
    out.append(
        say("{solves} solves in {seconds:.1f} s; {proved} of {count} points are proved: no plan is better in one by more than {slack:g} of it without being worse in another.",
            solves=search.solves, seconds=seconds, proved=proved, count=len(rows), slack=SLACK)
    )  # fmt: skip
    return out
