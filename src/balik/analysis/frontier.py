"""Trade-offs: plans of which none is better in one quantity without being worse in another.

The ε-constraint method, each point by lexicographic steps (Mavrotas 2009, Appl. Math. Comput. 213:455, does the same
with slacks in one step): least of the first quantity while the others stay within bounds, then least of each of the
others while what was found is kept. So every point is a verified plan that no other plan beats by more than the slack
that is stated.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..api import Case, options_of, prepare_tables, solve_prepared
from ..engines import Options
from ..errors import CallError, Problems, did_you_mean, listed
from ..model.quantities import in_one_unit
from ..network.limits import GIVEN, is_money, known_quantities
from ..network.own import own_measures
from ..plan.decode import quantity, tidy
from ..plan.plan import Plan
from ..prepared import Prepared
from ..proved import none_below
from ..tables import read, type_tables
from ..views.terms import quantity_name
from ..words import say
from .added import with_objective, with_rows
from .boxes import Boxes, Pair
from .compared import compared
from .many import Jobs, Many
from .study import PROVED, Study, Work
from .trades import SAME, SLACK, Aim, Point, findings_of, rows_of

POINTS, POINTS_OF_THREE = 9, 25
#: So many points are sought where the quantities fall in steps, before fewer are taken instead; and of three.
_MOST_STEPS, _MOST_OF_THREE = 300, 100
#: So many bounds are tried for a point among three, of which some are met by no plan.
_TRIES = 10
_ROW = "the frontier"
#: So often at most the ends are sought, each time counted in units that fit better.
_COUNTED = 3
#: The least bound that is written into a limit as it is; smaller ones are counted in a smaller unit.
_WRITTEN = 1e-3
#: In which order quantities are sought, and bounds (turned) by quantity.
_Ask = tuple[tuple[int, ...], tuple[tuple[int, float], ...]]
#: A quantity, bounds (turned), and the least of it (turned) within them by the engine's word; None: no plan lies there.
_Claim = tuple[int, tuple[tuple[int, float], ...], float | None]


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
    All points are found where the frontier is a set of steps, and said to be complete (`complete_proved`: as the checker
    saw); where it slopes, or where `points` are asked for, so many are taken (9, of three quantities 25). Rows carry the
    values, sites, of two quantities `price` (what one unit less of the second, with `max:` one more, costs in the first,
    against the point before) and `cheapest_at`, of three `picked_by`: which weights pick the point.

    >>> import balik
    >>> study = balik.frontier("turki-enam-kota", ["cost", "open"])
    >>> [(r["values"], r["sites"]) for r in study.rows]
    [({'cost': 11476.31465, 'open': 2.0}, ['F1', 'F3'])]
    """
    jobs, asked = Jobs.taken(options), (over, scenario, tuple(set), settings, options)
    search = _Search(case, *asked)
    start = time.perf_counter()
    if points is not None and not len(search.aims) <= points <= 200:
        least = len(search.aims)
        raise CallError(say("points must be a number from {least} to 200, not {points}.", least=least, points=points))
    with Many("frontier", _Search, case, asked, jobs, settings) as search.many:
        found, complete = (_between_two if len(search.aims) == 2 else _among_three)(search, points)
        proved = complete and search.many.known(["complete", points], lambda: search.is_shown(found))
    rows = rows_of(search.aims, search.scale, found)
    findings = findings_of(search.aims, rows, (complete, proved), search.failed)
    varied = say(
        "how much of one quantity is given for another: {names}",
        names=listed([quantity_name(a.name) for a in search.aims]),
    )
    unsaid = [] if complete or not rows else [say("what lies between the points")]
    unsaid += [say("which of these plans to take")] if len(rows) > 1 else []
    work = Work(varied, search.solves, search.ended, time.perf_counter() - start, tuple(unsaid))
    more = {"complete": complete, "complete_proved": proved, "solves": search.solves, "over": [a.name for a in search.aims]}
    more["most"] = [a.name for a in search.aims if a.most]
    return Study("frontier", search.tables.name, search.tables.currency, rows, findings, search.ok, more,
                 "optimal" if rows else search.failed, work)  # fmt: skip


class _Search:
    """Solves the case for one quantity after the other, within bounds on all. `many`: who solves for this one."""

    many: Many
    stop: Callable[[], bool] | None = None

    def __init__(
        self, case: Case, over: Sequence[str], scenario: str | None, sets: tuple[str, ...],
        settings: Mapping[str, Any] | None, options: dict[str, Any],
    ):  # fmt: skip
        self.tables = read(case, scenario, sets, settings)
        self.tables.problems.stop_on_errors()
        self.options, self.solves, self.ended, self.ok = options, 0, 0, True  # `ended`: with a proof
        self.status = ""  # of the last solve
        self.failed = ""  # the status with which the first point that was asked for was not found
        self.sure = True  # what was found is proved, and whatever has no plan has been shown to have none
        self.claims: list[_Claim] = []  # of the solves, as quantities are counted now
        self.aims = self._aims([over] if isinstance(over, str) else list(over))
        self.scale = [1.0] * len(self.aims)  # of turned values, so that the largest of each is 1 or more

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
        prepared = self._prepared(aim, bounds)
        plan, result = solve_prepared(prepared, self._asked())
        self.solves, self.ended, self.status = self.solves + 1, self.ended + (plan.status in PROVED), plan.status
        self.ok &= plan.verified or not plan.broken
        if not plan.has_numbers or result.x is None:
            return None
        x = tidy(prepared.model, result.x)
        values = [_value(prepared, plan, x, a.name) for a in self.aims]
        return Point(np.array(values), plan, plan.status == "optimal")

    def is_shown(self, found: Sequence[Point]) -> bool:
        """Whether the checker sees that what was found least, or without a plan, within bounds is so."""
        claims = (
            (self._prepared(aim, dict(bounds)).model.program.arrays(), None if least is None else 2 * least - kept(least))
            for aim, bounds, least in self.claims
        )
        return none_below(claims, sum(point.plan.seconds.get("solve", 0.0) for point in found), self._asked())

    def _prepared(self, aim: int, bounds: Mapping[int, float]) -> Prepared:
        """The case, of which the best in one aim is asked within bounds."""
        weight = self.aims[aim].sign * self.scale[aim]
        rows = with_rows(self.tables, {"limits": self._limits(bounds)}, _ROW)
        return prepare_tables(with_objective(rows, {self.aims[aim].name: weight}))

    def _asked(self) -> Options:
        return replace(compared(options_of(self.tables, **self.options)), prices=False, stop=self.stop)

    def _limits(self, bounds: Mapping[int, float]) -> list[dict[str, Any]]:
        """Rows of `limits`; what is counted in a smaller unit has a coefficient."""
        rows: list[dict[str, Any]] = []
        for aim, bound in bounds.items():
            a = self.aims[aim]
            told = 0.0 if abs(bound) <= kept(0.0) else a.sign * bound  # what is kept of 0: less cannot be told from it
            finer = _power(_WRITTEN / abs(told)) if told else 1.0
            row = {"limit": f"{_ROW} {a.name}", "quantity": a.name, "least" if a.most else "most": told * finer}
            coef = self.scale[aim] * finer
            rows.append(row | ({"coef": coef} if coef != 1 else {}))
        return rows

    def turned(self, point: Point, aim: int) -> float:
        """The value of an aim, turned so that less is better, and scaled."""
        return float(self.aims[aim].sign * point.values[aim] * self.scale[aim])

    def ends(self) -> list[Point | None]:
        """The best of each quantity, the others as good as they then can be.

        Solvers meet bounds to 1e-7 and take smaller prices for nothing. So a quantity of which there is never so much
        as 1 is counted in a unit of its own: at first by its largest coefficient, then by its values.
        """
        orders = [(k, *(j for j in range(len(self.aims)) if j != k)) for k in range(len(self.aims))]
        prepared = prepare_tables(self.tables)
        for k, aim in enumerate(self.aims):
            parts = in_one_unit(prepared.network, prepared.model.variables, aim.name)
            rate = max((float(np.nan_to_num(np.abs(p.coef)).max(initial=0.0)) for p in parts), default=0.0)
            if 0 < rate < _WRITTEN:
                self.scale[k] = _power(1.0 / rate)
        found: list[Point | None] = []
        for _ in range(_COUNTED):
            self.claims.clear()
            found = self.all([(order, ()) for order in orders])
            sizes = [
                max((abs(float(p.values[k])) for p in found if p is not None), default=0.0) for k in range(len(orders))
            ]
            scale = [_power(1.0 / size) if size else known for size, known in zip(sizes, self.scale, strict=True)]
            if scale == self.scale:
                break
            self.scale = scale
        return found

    def all(self, asks: Sequence[_Ask]) -> list[Point | None]:
        """The best points of many orders and bounds, which do not hang on each other."""
        points: list[Point | None] = []
        scale = tuple(self.scale)
        answers = self.many.map("found", [(*ask, scale) for ask in asks])
        for (order, bounds), (found, solves, ended, ok, status) in zip(asks, answers, strict=True):
            self.solves, self.ended, self.ok, self.status = self.solves + solves, self.ended + ended, self.ok and ok, status  # fmt: skip
            if found is None:
                self.sure &= status == "infeasible"
                self.failed = self.failed or status
                points.append(None)
                self.claims.append((order[0], bounds, None))
            else:
                values, first, plan, proved = found
                self.sure &= proved
                points.append(Point(values, plan, proved, Point(first, plan, proved)))
                self.claims.append((order[0], bounds, self.turned(Point(first, plan, proved), order[0])))
        return points

    def one(self, order: Sequence[int], bounds: Mapping[int, float]) -> Point | None:
        """The best point of an order and bounds."""
        return self.all([(tuple(order), tuple(bounds.items()))])[0]

    def found(
        self, order: Sequence[int], bounds: Sequence[tuple[int, float]], scale: Sequence[float]
    ) -> tuple[Any, int, int, bool, str]:
        """What `best` finds: values, those of its first step, plan, proof; solves, those proved, whether all held, status."""
        before, ended, self.ok, self.scale = self.solves, self.ended, True, list(scale)
        point = self.best(order, dict(bounds))
        if point is None or point.first is None:
            return None, self.solves - before, self.ended - ended, self.ok, self.status
        found = (point.values, point.first.values, point.plan, point.proved)
        return found, self.solves - before, self.ended - ended, self.ok, self.status

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
            found = replace(point, proved=found.proved, first=point) if self._bought(order, point, found) else found
        return found

    def _bought(self, order: Sequence[int], point: Point, found: Point) -> bool:
        """Whether what was gained since the first step is but what the slack of its aim buys, as on a slope."""
        paid = self.turned(found, order[0]) > self.turned(point, order[0])
        gains = [(self.turned(point, k) - self.turned(found, k), abs(self.turned(point, k))) for k in order[1:]]
        return paid and all(gain <= SLACK * max(1.0, size) for gain, size in gains)


def kept(value: float) -> float:
    """The bound that keeps a value: it gives way by SLACK, since a solver meets bounds only to its tolerance."""
    return value + SLACK * max(1.0, abs(value))


def _power(least: float) -> float:
    """The least power of ten, from 1 on, that is not below this."""
    return 10.0 ** max(0, math.ceil(math.log10(least) - 1e-9)) if least > 0 else 1.0


def _value(prepared: Prepared, plan: Plan, x: np.ndarray, name: str) -> float:
    if name == "use":  # has a variable only where a row counts it
        return float(len(plan.used))
    return quantity(in_one_unit(prepared.network, prepared.model.variables, name), x) + 0.0


# -- two quantities ----------------------------------------------------------------------------------------------


def _between_two(search: _Search, points: int | None) -> tuple[list[Point], bool]:
    """From the best of the first quantity to the best of the second; and whether all points were found."""
    first, last = search.ends()
    if first is None or last is None:
        return [], False
    high, low = search.turned(first, 1), search.turned(last, 1)
    if high - low <= 2 * SLACK * max(1.0, abs(high)):
        return [first], search.sure
    if points is None and (found := _steps(search, first, last)) is not None:
        return found, search.sure
    inner = search.all([((0, 1), ((1, float(e)),)) for e in np.linspace(high, low, points or POINTS)[1:-1]])
    return _distinct(search, [first, *(p for p in inner if p is not None), last]), False


def _steps(search: _Search, first: Point, last: Point) -> list[Point] | None:
    """Every point of a frontier of steps, each just below the one before; None where it is not one."""
    high = search.turned(first, 1)
    step = max(SAME * (high - search.turned(last, 1)), SLACK * max(1.0, abs(high)))
    found = [first]
    while search.turned(found[-1], 1) > search.turned(last, 1) + step:
        bound = search.turned(found[-1], 1) - step
        point = search.one((0, 1), {1: bound})
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
        if not any((turned[j] <= turned[i] + SAME * size).all() for j in kept_):
            kept_.append(i)
    return [points[i] for i in kept_]


# -- three quantities --------------------------------------------------------------------------------------------


def _among_three(search: _Search, points: int | None) -> tuple[list[Point], bool]:
    """Best of the first within bounds on the others, wherever most is not yet answered; and whether that is all."""
    ends = search.ends()
    if any(end is None for end in ends):
        return [], False
    found, tried = _distinct(search, [end for end in ends if end is not None]), 0
    values = np.array([[search.turned(point, k) for k in (1, 2)] for point in found])
    low, top = values.min(axis=0), values.max(axis=0)
    step = np.maximum(SAME * (top - low), SLACK * np.maximum(1.0, np.abs(values).max(axis=0)))
    boxes = Boxes(_pair(low), _pair(top), _pair(step))

    def ask(bounds: Sequence[Pair]) -> list[Pair | None]:
        nonlocal found, tried
        asks = [tuple((k + 1, bound) for k, bound in enumerate(pair) if math.isfinite(bound)) for pair in bounds]
        answers = search.all([((0, 1, 2), one) for one in asks])
        tried += len(asks)
        found = _distinct(search, [*found, *(point for point in answers if point is not None)])
        return [None if p is None else (search.turned(p, 1), search.turned(p, 2)) for p in answers]

    def wanted() -> int:
        most = points or (POINTS_OF_THREE if boxes.slopes else _MOST_OF_THREE)
        return most - len(found) if tried < _TRIES * most else 0

    whole = boxes.cover(ask, wanted)
    return found, whole and search.sure


def _pair(values: np.ndarray) -> Pair:
    return float(values[0]), float(values[1])
