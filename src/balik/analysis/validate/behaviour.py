"""Round 5: behaviour. Laws that the optimum obeys when one thing changes; and today's plan beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...api import options_of, prepare, solve_prepared, with_fix
from ...errors import BalikError
from ...network.limits import is_money
from ...plan.baseline import distrust
from ...words import Sentence, say, sentences
from ..told import figure
from .bench import STOPPED, Bench, Outcome
from .extremes import scaled
from .record import Trial
from .vary import Change, changed, money_columns

#: Tables whose money is a cost where it is positive, and how the trial is called.
_COSTS = ("modes", "lanes", "supply", "processes", "sites", "stores", "fleets", "tours")
_UP, _DOWN = 1.1, 0.9


def _refused(name: Sentence, out: Outcome) -> Trial:
    return Trial(
        name,
        sentences(say("not applicable, because the changed case is refused:"), out.refused or say("no plan exists")),
    )


def _never_below(bench: Bench, name: Sentence, change: Change) -> Trial:
    """A change that can only make the optimum dearer."""
    out = bench.solve(changed(bench.cells, change))
    if out.refused is not None:
        return _refused(name, out)
    low = bench.base.ends[0]
    fits = [end >= low - bench.slack for end in out.ends]
    return bench.weighed(name, say("not below {value}", value=figure(low)), out, *fits)


def _never_above(bench: Bench, name: Sentence, change: Change) -> Trial:
    """A change that can only make the optimum cheaper."""
    out = bench.solve(changed(bench.cells, change))
    if out.refused is not None:
        return _refused(name, out)
    high = bench.base.ends[1]
    possibly, surely = (end <= high + bench.slack for end in out.ends)
    return bench.weighed(name, say("not above {value}", value=figure(high)), out, surely, possibly)


def _why_no_monotony(bench: Bench) -> Sentence | None:
    """Why costs that rise may lower the objective; None where they cannot."""
    n = bench.prepared.network
    if bench.has("goals"):
        return say("not applicable, because the objective is a goal")
    if n.weights.get("cost", 0.0) < 0 or any(is_money(q) and w < 0 for q, w in n.weights.items()):
        return say("not applicable, because the objective rewards cost")
    for limit in n.limits:
        money = any(is_money(r.quantity, n.measures.names) for r in limit.every_row)
        if money and (
            np.isfinite(limit.least) or limit.over or np.isfinite(limit.spread) or any(r.coef < 0 for r in limit.rows)
        ):
            return say("not applicable, because '{limit}' asks for money, and dearer may keep it", limit=limit.name)
    return None


def _dearer(bench: Bench) -> list[Trial]:
    """Every cost of a table 10 % up: never cheaper."""
    why = _why_no_monotony(bench)
    if why is not None:
        return [Trial(say("Costs up"), why)]
    money = list(money_columns(bench.cells))
    out = []
    for table in _COSTS:
        mine = {c for t, c in money if t == table and (t, c) not in (("lanes", "price"),)}
        priced = any(isinstance(r.get(c), float) and r[c] > 0 for r in bench.rows(table) for c in mine)
        if not priced:
            continue

        def change(
            t: str, column: str, row: Mapping[str, Any], value: float, mine: set[str] = mine, table: str = table
        ) -> float:
            return value * _UP if t == table and column in mine and value > 0 else value

        out.append(_never_below(bench, say("Costs of {table} + 10 %", table=table), change))
    return out or [Trial(say("Costs up"), say("not applicable, because nothing has a price"))]


def _driven(bench: Bench) -> Trial:
    """Dearer transport is never used more: the transport of the new plan, at the old rates, is not above the old."""
    name = say("Transport half as dear again")
    why = _why_no_monotony(bench)
    account = (bench.plan.accounts or {}).get("transport", 0.0)
    if why is None and (not bench.is_costed or account <= 0):
        why = say("not applicable, because transport costs nothing or more than cost is minimised")
    if why is None and (
        bench.has("charges") or any(is_money(r.quantity) for m in bench.prepared.network.limits for r in m.every_row)
    ):
        why = say("not applicable, because charges or limits hang on money")
    if why is not None:
        return Trial(name, why)
    rates, factor = ("full_rate", "loaded_rate", "empty_rate"), 1.5
    out = bench.solve(
        changed(bench.cells, lambda t, c, _, v: v * factor if t in ("modes", "tours") and c in rates else v)
    )
    if out.status == "stopped":
        return Trial(name, STOPPED)
    if not out.has_plan or out.plan is None:
        return _refused(name, out)
    now = (out.plan.accounts or {}).get("transport", 0.0) / factor
    slack = 2 * (factor + 1) * bench.slack / (factor - 1)
    wide = (bench.base.width + out.width) / (factor - 1)  # as neither may be the best
    told = say("{now} at the old rates, before {then}", now=figure(now), then=figure(account))
    if account + slack < now <= account + slack + wide:
        return Trial(name, STOPPED)
    return Trial(name, say("not more transport than before"), told, now <= account + slack)


def _capacity(bench: Bench) -> Trial:
    """Every capacity 10 % up: never dearer."""
    name = say("Capacities + 10 %")
    columns = {
        ("sites", "capacity"),
        ("processes", "most"),
        ("stores", "room"),
        ("lanes", "most"),
        ("resources", "capacity"),
        ("modules", "capacity"),
        ("phases", "capacity"),
    }
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    if not any(isinstance(r.get(c), float) for t, c in columns for r in bench.rows(t)):
        return Trial(name, say("not applicable, because nothing has a capacity"))
    return _never_above(bench, name, lambda t, c, _, v: v * _UP if (t, c) in columns else v)


def _supply(bench: Bench) -> Trial:
    """10 % more of what may, but need not, be collected: never dearer."""
    name = say("Supply that may stay + 10 %")
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    rows = bench.rows("supply")
    free = [
        r for r in rows if isinstance(r.get("most"), float) and r["most"] > 0 and not isinstance(r.get("amount"), float)
    ]
    if not free:
        return Trial(
            name,
            say("not applicable, because all supply must be collected: more of it must then be collected, at its cost"),
        )
    counted = {r.quantity for m in bench.prepared.network.limits for r in m.every_row} | set(
        bench.prepared.network.weights
    )
    if any(r.get("left_cost") not in (None, "", 0.0) for r in free) or counted & {"left", "market"}:
        return Trial(name, say("not applicable, because what is left costs or is counted"))
    return _never_above(
        bench,
        name,
        lambda t, c, row, v: (
            v * _UP if (t, c) == ("supply", "most") and not isinstance(row.get("amount"), float) else v
        ),
    )


def _obligations(bench: Bench) -> Trial:
    """10 % less that must be delivered: never dearer."""
    name = say("Obligations to deliver − 10 %")
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    counted = {r.quantity for m in bench.prepared.network.limits for r in m.every_row} | set(
        bench.prepared.network.weights
    )
    rows = [r for r in bench.rows("demand") if isinstance(r.get("least"), float) and r["least"] > 0]
    if not rows:
        exact = any(isinstance(r.get("amount"), float) and r["amount"] > 0 for r in bench.rows("demand"))
        why = (
            say("not applicable, because just what is demanded must be delivered: of less, the rest must go elsewhere")
            if exact
            else say("not applicable, because nothing must be delivered")
        )
        return Trial(name, why)
    if "shortage" in counted or bench.has("returns"):
        return Trial(name, say("not applicable, because what is delivered comes back, or shortage is counted"))
    return _never_above(bench, name, lambda t, c, _, v: v * _DOWN if (t, c) == ("demand", "least") else v)


def _scaling(bench: Bench) -> Trial:
    """All money × 3, limits on money too: the cost × 3."""
    name, factor = say("All money × 3"), 3.0
    if not bench.is_costed:
        return Trial(name, say("not applicable, because the objective is not the cost alone"))
    if bench.has("charges"):
        return Trial(name, say("not applicable, because charges have rates and steps of their own"))
    out = bench.solve(scaled(bench, factor))
    if out.refused is not None:
        return _refused(name, out)
    expected = say("{value}, three times as much", value=figure(factor * bench.base.ends[1]))
    return bench.same(name, expected, out, factor)


#: Tables whose rows have no order of their own.
_UNORDERED = (
    "places",
    "materials",
    "modes",
    "lanes",
    "distances",
    "supply",
    "demand",
    "processes",
    "recipes",
    "sites",
    "limits",
    "stores",
)


def _order(bench: Bench) -> Trial:
    """The rows of every table turned round: the same optimum."""
    cells = {t: {h: values[::-1] for h, values in c.items()} if t in _UNORDERED else c for t, c in bench.cells.items()}
    out = bench.solve(cells)
    name = say("Rows in reverse")
    if out.refused is not None:
        return _refused(name, out)
    return bench.same(name, say("{value}, the same", value=figure(bench.base.ends[1])), out)


def todays_plan(
    bench: Bench, case: Any, settings: Mapping[str, Any] | None, scenario: str | None, sets: tuple[str, ...]
) -> Trial:
    """Today's plan: the optimum is not dearer, and its cost is that of the invoices."""
    name = say("Today's plan")
    if not bench.has("baseline"):
        return Trial(name, say("not applicable, because the case has no table baseline"))
    try:
        today = prepare(case, scenario, sets, with_fix(settings, "baseline"))
        plan, _ = solve_prepared(
            today, options_of(today.tables, gap=bench.options.gap, time_limit=bench.options.time_limit)
        )
    except BalikError as error:
        return Trial(
            name, say("not applicable, because today's flows are refused: {why}", why=str(error).splitlines()[0])
        )
    if plan.status == "stopped":
        return Trial(name, STOPPED)
    if not plan.has_numbers or plan.objective is None:
        return Trial(
            name, say("not above today's"), say("today's flows have no plan ({status})", status=plan.status), None
        )
    low, high = bench.base.ends
    told = say("today {today}, optimum {value}", today=figure(plan.objective), value=figure(bench.plan.objective))
    doubts = distrust(plan.baseline) if plan.baseline is not None else []
    found = sentences(told, *doubts[:1])
    if not doubts and low <= plan.objective + bench.slack < high:
        return Trial(name, STOPPED)
    return Trial(
        name,
        say("the optimum is not above today's cost, and today's cost is that of the invoices"),
        found,
        low <= plan.objective + bench.slack and not doubts,
    )


#: Costs, capacities, supply and obligations moved one by one, money scaled, rows turned round: none hangs on another.
BEHAVIOURS: tuple[Callable[[Bench], Trial | list[Trial]], ...] = (_dearer, _driven, _capacity, _supply, _obligations, _scaling, _order)  # fmt: skip
