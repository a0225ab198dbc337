"""Near-optimal plans: all sets of sites within a share of the best, or different ones, and what they have in common.

Sets come in the order of their objective: each solve forbids those that were found (no-good cuts: Balas and Jeroslow
1972, SIAM J. Appl. Math. 23:61) and goes to the gap asked for, so by the engine's word nothing lies between two of them.
That nothing is left out of a whole list is shown by a tree of bounds of the last programs, as far as there is time.
With several workers a few sites part all sets into as many heaps (each of these sites open or shut), and each heap is
gone through by itself. Where there are too many, the rest are sought to differ as much as they can from those that are
there.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..api import Case, options_of, prepare, prepare_tables, solve_prepared
from ..engines import Options
from ..errors import CallError
from ..network.coordinates import coordinates
from ..network.network import Network
from ..network.own import made_of
from ..plan.plan import Plan
from ..proved import none_below
from ..tables import Data, Tables
from ..tables.numbers import NotANumber, read_fraction
from ..words import Figure, say
from .added import with_objective, with_rows
from .compare import row_of
from .compared import compared
from .differences import open_places
from .many import Jobs, Many
from .study import Study, Work

WITHIN = "2%"
MOST = 50
#: Where not all can be found, one in so many is a set that was sought to differ.
_DIFFERENT = 3
#: So many sets of each heap are sought before their turn, where several are gone through side by side.
_AHEAD = 2
#: By how much, relative to max(1, |best|), a set may lie above the share and still be listed.
_SLACK = 1e-6
_ROW = "the atlas"
_OVERLAP = "overlap of sets"


def atlas(
    case: Case,
    within: str | float = WITHIN,
    most: int = MOST,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Study:
    """Sets of open sites whose best plan is within a share of the optimum, at most so many, each solved and verified.

    `within`: "2%" or 0.02, of |objective|. Rows carry `regret` (objective above the best), sites, and what comes in and
    goes out against the best. `more` holds `sites` (in how many sets each is open: all, some, none) and `complete`:
    whether there is no other set within that share (`complete_proved`: as the checker saw). `options`: those of the
    solver, and how many solves are run (workers, cluster, resume, progress).

    >>> import balik
    >>> study = balik.atlas("turki-enam-kota", "15%")
    >>> [(r["sites"], round(r["regret"], 2)) for r in study.rows], study.more["complete"]
    ([(['F1', 'F3'], 0.0), (['F1', 'F4'], 1178.22), (['F1', 'F2'], 1704.9)], True)
    """
    share = _share(within)
    if most < 1:
        raise CallError(say("most must be 1 or more, not {most}.", most=most))
    start, jobs, asked = time.perf_counter(), Jobs.taken(options), (scenario, tuple(set), settings, options)
    with Many("atlas", Near, case, asked, jobs, settings) as many:
        near = Near(case, *asked)
        many.here(near)
        search = _Search(near, many)
        complete = search.in_order(share, most if most < _DIFFERENT else most - most // _DIFFERENT, jobs.workers or 1)
        proved = complete and many.known(["complete", share, most], lambda: search.is_shown(share))
        if not complete and search.plans:
            search.different(share, most)
    search.drop_above(share)
    rows = _rows(search)
    sites = _shares(search)
    findings = _findings(search, rows, sites, share, (complete, proved))
    more = {"within": share, "complete": complete, "complete_proved": proved, "solves": len(search.ended), "sites": sites}
    work = Work.of(say("which sites are open, all else as it is"), search.ended, start, say("which of these sets lasts when numbers move: ask sensitivity or simulate"))  # fmt: skip
    status = "optimal" if rows else search.ended[-1]
    return Study("atlas", search.tables.name, search.tables.currency, rows, findings, search.ok, more, status, work)


def _share(within: str | float) -> float:
    try:
        text = str(within).strip()
        share = float(read_fraction(text.removesuffix("%").strip()) / Fraction(100 if text.endswith("%") else 1))
    except NotANumber:
        share = -1.0
    if not 0 <= share <= 10:
        raise CallError(say("'{within}' is not a share of the optimum. Write 2% or 0.02.", within=within))
    return share


class Near:
    """The case again and again, with rows of `limits` that forbid sets of sites."""

    stop: Callable[[], bool] | None = None

    def __init__(
        self, case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None,
        options: dict[str, Any],
    ):  # fmt: skip
        prepared, self.options = prepare(case, scenario, sets, settings), options
        n = prepared.network
        if len(prepared.data["goals"]):
            raise CallError(say("The case has goals, which are met stage by stage: ask its plan for the attainment."))
        if not len(n.sites):
            raise CallError(say("The case has no sites to choose among."))
        self.tables: Tables = prepared.tables
        self.at = coordinates(prepared.data)
        self.places = [n.labels["place"][i] for i in n.site_places.tolist()]
        self.costly = set(self.places) if _counted(prepared.data, n) else _costly(n)

    def plan(self, found: Sequence[Sequence[str]], pins: Sequence[tuple[str, bool]]) -> Plan:
        """The best plan without the sets found, each pinned site open or shut."""
        return self._solved(self._without(found, pins))

    def other(self, found: Sequence[Sequence[str]], quantity: str, bound: tuple[str, float]) -> Plan:
        """A plan with sites that differ as much as can be from the sets found, a quantity within a bound."""
        within = {"limit": f"{_ROW} within", "quantity": quantity, bound[0]: bound[1]}
        count = {place: sum(place in chosen for chosen in found) for place in self.places}
        overlap = [{"measure": _OVERLAP, "of": "open", "rate": c, "place": p} for p, c in count.items()]
        rows = {"limits": [*self._cuts(found), within], "measures": overlap}
        return self._solved(with_objective(with_rows(self.tables, rows, _ROW), {_OVERLAP: 1.0}))

    def program(self, found: Sequence[Sequence[str]], pins: Sequence[tuple[str, bool]]) -> Arrays:
        """The program whose best plan is asked for without the sets found."""
        return prepare_tables(self._without(found, pins)).model.program.arrays()

    def _without(self, found: Sequence[Sequence[str]], pins: Sequence[tuple[str, bool]]) -> Tables:
        return with_rows(self.tables, {"limits": [*self._cuts(found), *self._pinned(pins)]}, _ROW)

    def asked(self) -> Options:
        """The options of a solve."""
        return replace(compared(options_of(self.tables, **self.options)), prices=False, stop=self.stop)

    def _solved(self, tables: Tables) -> Plan:
        return solve_prepared(prepare_tables(tables), self.asked())[0]

    def _cuts(self, found: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        """Rows that forbid every set that was found, and those that add sites that cost nothing to it."""
        rows: list[dict[str, Any]] = []
        for at, chosen in enumerate(found):
            first = {"most": len(chosen) - 1}
            for place in self.places:
                if place in chosen or place in self.costly:
                    coef = 1 if place in chosen else -1
                    row = {"limit": f"{_ROW} {at + 1}", "quantity": "open", "place": place, "coef": coef}
                    rows.append(row | first)
                    first = {}
            if first:  # nothing is open that costs: every other set is this one with sites that cost nothing
                rows.append({"limit": f"{_ROW} {at + 1}", "quantity": "open", "most": -1})
        return rows

    @staticmethod
    def _pinned(pins: Sequence[tuple[str, bool]]) -> list[dict[str, Any]]:
        """Rows that open these sites, or shut them."""
        return [
            {"limit": f"{_ROW} {place}", "quantity": "open", "place": place, **({"least": 1} if opens else {"most": 0})}
            for place, opens in pins
        ]


class _Search:
    """The sets that were found; `many` solves."""

    def __init__(self, near: Near, many: Many):
        self.near, self.many = near, many
        self.tables, self.places, self.costly, self.at = near.tables, near.places, near.costly, near.at
        self.heaps: list[_Heap] = []
        self.plans: list[Plan] = []
        self.proved: list[bool] = []
        self.ended: list[str] = []  # the status of each solve
        self.seconds = 0.0  # of all solves
        self.ok = True

    def solve(self, method: str, asks: Sequence[tuple[Any, ...]]) -> list[Plan]:
        """More plans, which do not hang on each other."""
        plans: list[Plan] = self.many.map(method, asks)
        self.ended += [plan.status for plan in plans]
        self.seconds += sum(plan.seconds.get("solve", 0.0) for plan in plans)
        self.ok &= all(plan.verified or not plan.broken for plan in plans)
        return plans

    @property
    def found(self) -> list[list[str]]:
        """The sets."""
        return [open_places(plan) for plan in self.plans]

    def keep(self, plan: Plan) -> None:
        self.plans.append(plan)
        self.proved.append(plan.status == "optimal")

    @property
    def best(self) -> float:
        return min(float(plan.objective or 0.0) for plan in self.plans)

    def line(self, share: float, slack: float = 0.0) -> float:
        """The most that an objective within the share may be, and so much more, relative to max(1, |best|)."""
        return self.best + share * abs(self.best) + slack * max(1.0, abs(self.best))

    def in_order(self, share: float, most: int, workers: int) -> bool:
        """The best set, the next, and so on; whether all within the share were found and proved."""
        self.heaps = heaps = self._heaps(workers)
        ahead = 1 if len(heaps) == 1 else _AHEAD
        while len(self.plans) < most:
            asked = [heap for heap in heaps if not heap.ended and len(heap.ahead) < ahead]
            plans = self.solve("plan", [(heap.found, heap.pins) for heap in asked])
            for heap, plan in zip(asked, plans, strict=True):
                heap.take(plan)
            while len(self.plans) < most and all(heap.ahead or heap.ended for heap in heaps):
                next_ = min((heap for heap in heaps if heap.ahead), key=_Heap.height, default=None)
                if next_ is None or (self.plans and next_.height() > self.line(share, _SLACK)):
                    return bool(self.plans) and all(self.proved) and all(heap.is_above(self.line(share)) for heap in heaps)
                self.keep(next_.ahead.pop(0))
        return False

    def drop_above(self, share: float) -> None:
        """Leave out sets above the share: one may have been taken for the best while a search was cut short."""
        within = [k for k, plan in enumerate(self.plans) if float(plan.objective or 0.0) <= self.line(share, _SLACK)]
        self.plans, self.proved = [self.plans[k] for k in within], [self.proved[k] for k in within]

    def is_shown(self, share: float) -> bool:
        """Whether the checker sees that no other set of any heap comes to so little."""
        line = self.line(share, _SLACK / 2)
        claims = ((self.near.program(heap.listed, heap.pins), line) for heap in self.heaps)
        return none_below(claims, self.seconds, self.near.asked())

    def _heaps(self, workers: int) -> list[_Heap]:
        """At least as many heaps as workers: every way in which the first few sites that matter are open or shut."""
        pinned = [place for place in self.places if place in self.costly][: max(0, math.ceil(math.log2(workers)))]
        ways = itertools.product((True, False), repeat=len(pinned))
        return [_Heap(list(zip(pinned, way, strict=True))) for way in ways]

    def different(self, share: float, most: int) -> None:
        """Sets that share as few sites as can be with those found, within the share."""
        weights = self.tables.settings.get("objective") or {"cost": 1.0}
        if len(weights) > 1:
            return  # a share of several quantities together is no row of limits
        ((name, weight),) = weights.items()
        bound = ("most" if weight > 0 else "least", self.line(share, _SLACK) / weight)
        while len(self.plans) < most:
            (other,) = self.solve("other", [(self.found, name, bound)])
            if not other.has_numbers:
                return
            chosen = open_places(other)
            (best,) = self.solve("plan", [(self.found, [(place, place in chosen) for place in self.places])])
            if not best.has_numbers:
                return
            self.keep(best)


@dataclass
class _Heap:
    """The sets in which these sites are open or shut: `found` so far, of which those `ahead` are not yet in order."""

    pins: list[tuple[str, bool]]
    found: list[list[str]] = field(default_factory=list)
    ahead: list[Plan] = field(default_factory=list)
    ended: str = ""  # the status of the solve that found no more

    def take(self, plan: Plan) -> None:
        """The next of its sets."""
        if plan.has_numbers and plan.objective is not None:
            self.found = [*self.found, open_places(plan)]
            self.ahead.append(plan)
        else:
            self.ended = plan.status

    @property
    def listed(self) -> list[list[str]]:
        """Those of its sets that are in order."""
        return self.found[: len(self.found) - len(self.ahead)]

    def height(self) -> float:
        """The objective of the first of those ahead."""
        return float(self.ahead[0].objective or 0.0)

    def is_above(self, least: float) -> bool:
        """Whether it is proved that none of its sets that are not in order comes to so little."""
        if self.ahead:
            return self.ahead[0].bound is not None and self.ahead[0].bound > least
        return self.ended == "infeasible"


def _counted(data: Data, n: Network) -> bool:
    """Whether what is minimised counts open sites as such: by a weight, a measure or a charge."""
    counted = {*n.weights, *data["charges"].text["of"]}
    return any("open" in (name, *made_of(data, name)) for name in counted)


def _costly(n: Network) -> set[str]:
    """Sites whose opening costs or obliges: two sets that differ by others alone are one."""
    s = n.sites
    bears = (s.opening_cost != 0) | (s.running_cost != 0) | (s.closing_cost != 0) | (s.least > 0)
    bears |= np.isin(np.arange(len(s)), n.phases.site)
    return {n.labels["place"][i] for i in np.unique(s.place[bears]).tolist()}


# -- what is said ------------------------------------------------------------------------------------------------


def _rows(search: _Search) -> list[dict[str, Any]]:
    """The sets, best first; those that cost the same by how many sites they have, and which."""
    at = {place: k for k, place in enumerate(search.places)}

    def height(plan: Plan) -> tuple[float, int, list[int]]:
        chosen = sorted(at[place] for place in open_places(plan))
        return float(f"{plan.objective or 0.0:.9g}"), len(chosen), chosen  # solves differ in the last digits

    order = sorted(range(len(search.plans)), key=lambda i: height(search.plans[i]))
    rows = []
    for place, i in enumerate(order, 1):
        plan, best = search.plans[i], search.plans[order[0]]
        chosen, first = open_places(plan), open_places(best)
        regret = float(plan.objective or 0.0) - search.best
        rows.append(
            {
                "set": place,
                "objective": plan.objective,
                "regret": round(regret, 9) + 0.0,
                "regret_percent": round(100 * regret / abs(best.objective), 6) + 0.0 if best.objective else None,
                "cost": plan.cost,
                "accounts": row_of(plan, None)["accounts"],
                "sites": chosen,
                "sites_in": [p for p in chosen if p not in first],
                "sites_out": [p for p in first if p not in chosen],
                "proved": search.proved[i],
                "verified": plan.verified,
            }
        )
    return rows


def _shares(search: _Search) -> list[dict[str, Any]]:
    """In how many sets every site is open, those of all sets first; where it is, if that is known."""
    count, at = len(search.plans), search.at
    rows = []
    for place in search.places:
        times = sum(place in open_places(plan) for plan in search.plans)
        role = "must" if count and times == count else "optional" if times else "never"
        if role == "never" and place not in search.costly:  # it may open beside any set, which stays the same set
            role = "free"
        where = dict(zip(("lon", "lat"), at[place], strict=True)) if place in at else {}
        rows.append({"place": place, "sets": times, "share": times / count if count else None, "role": role} | where)
    return sorted(rows, key=lambda row: -row["sets"])


def _findings(
    search: _Search, rows: list[dict[str, Any]], sites: list[dict[str, Any]], share: float, complete: tuple[bool, bool]
) -> list[str]:
    if not rows:
        return [say("No plan was found, so there is nothing near it.")]
    part, count = Figure(f"{100 * share:g} %"), len(rows)
    out: list[str] = []
    if all(complete):
        out.append(say("These are all sets of sites within {part} of the best: {count}, as a tree of bounds shows, which the checker went through.", part=part, count=count))  # fmt: skip
    elif complete[0]:
        out.append(say("By the engine's word, these are all sets of sites within {part} of the best: {count}.", part=part, count=count))  # fmt: skip
    else:
        out.append(say("There may be more sets within {part} of the best that was found than these {count}: the search ended there.", part=part, count=count))  # fmt: skip
    scope = say("every such plan") if complete[0] else say("all of these")
    roles = {
        role: [row["place"] for row in sites if row["role"] == role] for role in ("must", "optional", "never", "free")
    }
    if roles["must"]:
        out.append(say("In {scope}: {places}.", scope=scope, places=", ".join(roles["must"])))
    if roles["optional"]:
        told = [f"{row['place']} ({row['sets']})" for row in sites if row["role"] == "optional"]
        out.append(say("In some of the {count}: {places}.", count=count, places=", ".join(told)))
    if roles["never"]:
        out.append(say("In none: {places}.", places=", ".join(roles["never"])))
    if roles["free"]:
        out.append(
            say(
                "Cost nothing to open, so they may be added to any of these as far as limits let them: {places}.",
                places=", ".join(roles["free"]),
            )
        )
    proved = sum(row["proved"] for row in rows)
    if count == 1:
        solved = say("The one set is solved to the gap asked for.")
        return [*out, solved if proved else say("The one set is not solved to the gap asked for.")]
    out.append(say("{proved} of {count} sets are solved to the gap asked for.", proved=proved, count=count))
    return out
