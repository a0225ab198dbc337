"""Round 3: extreme conditions on the user's own case. What must happen is derived before the case is solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...network.limits import is_money
from ...network.network import CANDIDATE, OPEN
from ...words import Sentence, say, sentences
from ..audit.face import no_dearer, with_row
from ..told import figure
from .bench import STOPPED, Bench, Outcome
from .obligations import duties
from .record import Trial
from .vary import changed, is_money_limit, money_columns

#: Accounts that cost something although nothing moves.
_STANDING = ("opening", "closing", "expansion", "residual", "running", "fleet", "shortage", "left")
_EPSILON = 0.01


def no_supply(bench: Bench) -> Trial:
    """Nothing waits anywhere: nothing may move; or, where rows oblige something, no plan may exist."""
    name, n = say("No supply"), bench.prepared.network
    if not len(n.supply) and not (n.stores.start > 0).any():
        return Trial(name, say("not applicable, because the case has no supply"))
    used = {int(r) for r in n.recipe.run[n.recipe.rate < 0]}
    springs = [int(r) for r in np.unique(n.recipe.run[n.recipe.rate > 0]).tolist() if r not in used]
    if springs:
        process = n.labels["process"][int(n.runs.process[springs[0]])]
        return Trial(name, say("not applicable, because '{process}' makes material without using any", process=process))
    owed = duties(bench)

    def nothing(table: str, column: str, row: Mapping[str, Any], value: float) -> float:
        gone = (table in ("supply", "offers") and column in ("amount", "least", "most")) or (table, column) == (
            "stores",
            "start",
        )
        return 0.0 if gone else value

    out = bench.solve(_without_blank_most(changed(bench.cells, nothing)))
    if out.refused is not None:
        return Trial(name, sentences(say("not applicable, because the changed case is refused:"), out.refused))
    if out.status == "stopped":
        return Trial(name, STOPPED)
    certain = [duty for duty in owed if duty.certain]
    if certain:
        rows = sentences(*(duty.sentence for duty in certain[:3]))
        return Trial(
            name,
            say("no plan, since rows oblige something to move: {rows}", rows=rows),
            out.told,
            out.status == "infeasible",
        )
    moved, money = _moved(out), _variable(out)
    told = (
        say("amounts in all {moved}, variable cost {money}", moved=figure(moved), money=figure(money))
        if out.has_plan
        else out.told
    )
    zero = out.has_plan and moved <= 1e-6 and abs(money) <= 1e-6
    if out.is_open and not zero:
        return Trial(name, STOPPED)
    if owed:
        expected = say(
            "nothing moves and nothing variable is paid, or no plan, as a limit may ask for more: {rows}",
            rows=owed[0].sentence,
        )
        return Trial(name, expected, told, zero or out.status == "infeasible")
    return Trial(name, say("nothing moves, and nothing variable is paid"), told, zero)


def _without_blank_most(cells: Any) -> Any:
    """A row of supply that has no amount, least or most may give without end: it gives nothing here."""
    supply = cells.get("supply")
    if supply is None:
        return cells
    plain = {header.partition(" [")[0]: header for header in supply}
    rows = len(next(iter(supply.values())))
    blank = [all(supply[plain[c]][r] == "" for c in ("amount", "most") if c in plain) for r in range(rows)]
    if not any(blank):
        return cells
    header = plain.get("most", "most")
    most = list(supply.get(header, [""] * rows))
    return cells | {"supply": supply | {header: [0.0 if b else m for b, m in zip(blank, most, strict=True)]}}


def _moved(out: Outcome) -> float:
    """All amounts of the plan: flows, collections, deliveries, activity, trips."""
    columns = out.plan.columns if out.plan is not None else {}
    named = (
        ("flow", "amount"),
        ("collect", "amount"),
        ("deliver", "amount"),
        ("run", "amount"),
        ("trips", "trips"),
        ("tour_loads", "amount"),
    )
    return float(sum(sum(map(abs, columns.get(table, {}).get(column, []))) for table, column in named))


def _variable(out: Outcome) -> float:
    accounts = (out.plan.accounts or {}) if out.plan is not None else {}
    return float(sum(abs(v) for a, v in accounts.items() if a not in _STANDING))


def just_enough(bench: Bench) -> list[Trial]:
    """Every site in use has just the room that the plan needs, the others are shut; then a little less."""
    enough, less = say("Capacity just enough"), say("Capacity minus {share} %", share=figure(100 * _EPSILON))
    n = bench.prepared.network
    why = _no_capacity(bench)
    if why:
        return [Trial(enough, why), Trial(less, why)]
    room = _throughput(bench)
    shut = {n.labels["place"][p] for p in n.sites.place[n.sites.status == CANDIDATE].tolist()} - {p for p, _ in room}

    def fitted(share: float) -> Outcome:
        cells = {table: dict(columns) for table, columns in bench.cells.items()}
        sites = _spelt_out(bench, room, shut, share)
        return bench.solve(cells | {"sites": sites})

    first = fitted(1.0)
    if first.refused is not None:
        why = sentences(say("not applicable, because the changed case is refused:"), first.refused)
        return [Trial(enough, why), Trial(less, why)]
    low, high = bench.base.ends
    expected = say("the same {value}: the plan still fits, and no new one is allowed", value=figure(high))
    trials = [bench.same(enough, expected, first)]
    second = fitted(1 - _EPSILON)
    needed = _least_arrivals(bench)
    total = sum(room.values())
    if second.refused is not None:
        trials.append(
            Trial(less, sentences(say("not applicable, because the changed case is refused:"), second.refused))
        )
    elif needed is not None and needed > total * (1 - _EPSILON) * (1 + 1e-9):
        expected = say(
            "no plan: at least {needed} must come to sites, and {room} is left",
            needed=figure(needed),
            room=figure(total * (1 - _EPSILON)),
        )
        trials.append(
            bench.weighed(
                less, expected, second, second.status == "infeasible", second.status in ("infeasible", "stopped")
            )
        )
    else:
        fits = [end >= low - bench.slack for end in second.ends]
        trials.append(bench.weighed(less, say("not below {value}", value=figure(low)), second, *fits))
    return trials


def _no_capacity(bench: Bench) -> Sentence | None:
    n = bench.prepared.network
    if not bench.plan.has_numbers:
        return bench.without
    if not len(n.sites) or not np.isfinite(n.sites.capacity).any():
        return say("not applicable, because no site has a capacity")
    if len(n.phases) or len(n.modules):
        return say("not applicable, because capacities change over time or by modules")
    if len(n.chances):
        return say("not applicable, because capacities must do with a probability")
    if bench.has("goals"):
        return say("not applicable, because the objective is a goal")
    if len({n.unit[m] for m in range(len(n.unit))}) > 1:
        return say("not applicable, because sites take materials in several units")
    return None


def _throughput(bench: Bench) -> dict[tuple[str, str], float]:
    """The most that every open site takes in a unit of time, by place and size."""
    n, v = bench.prepared.network, bench.prepared.model.variables
    assert bench.x is not None
    found: dict[tuple[str, str], float] = {}
    through = bench.x[v.throughput.cols].reshape(len(n.sites), len(n.length)) / n.length
    is_open = bench.x[v.open.cols] > 0.5
    for i in np.flatnonzero(is_open).tolist():
        key = (n.labels["place"][int(n.sites.place[i])], n.labels["size"][int(n.sites.size[i])])
        found[key] = max(float(through[i].max()), float(n.sites.least[i]))
    return found


def _spelt_out(bench: Bench, room: dict[tuple[str, str], float], shut: set[str], share: float) -> dict[str, list[Any]]:
    """The table sites with one row for each site and size, its capacity set and the candidates not in use shut."""
    n, s = bench.prepared.network, bench.prepared.network.sites
    words = ("candidate", "open", "closed", "existing")
    place, size = [n.labels["place"][p] for p in s.place.tolist()], [n.labels["size"][k] for k in s.size.tolist()]
    keys = list(zip(place, size, strict=True))
    capacity = [
        max(room[k] * share, least) if k in room else (c if np.isfinite(c) else "")
        for k, c, least in zip(keys, s.capacity.tolist(), s.least.tolist(), strict=True)
    ]
    status = [
        "closed" if (p in shut or k not in room) and word == CANDIDATE else words[word]
        for p, k, word in zip(place, keys, s.status.tolist(), strict=True)
    ]  # fmt: skip
    money = {c: getattr(s, c).tolist() for c in ("opening_cost", "running_cost", "unit_cost", "closing_cost")}
    return {"place": place, "size": size, "capacity": capacity, "least": s.least.tolist(), **money, "status": status}


def _least_arrivals(bench: Bench) -> float | None:
    """The least that must come to all sites together in one unit of time of one period, whole numbers left aside."""
    n, v = bench.prepared.network, bench.prepared.model.variables
    if len(n.length) != 1:
        return None
    a = bench.prepared.model.program.arrays()
    cost = np.zeros(len(a.cost))
    cost[v.throughput.cols] = 1.0
    found = bench.run(replace(a, cost=cost, offset=0.0, integer=np.zeros(len(a.cost), bool)))
    return found.objective / float(n.length[0]) if found.status == "optimal" and found.objective is not None else None


def budget(bench: Bench) -> list[Trial]:
    """The objective may be no more than its optimum: the same; a little less: no plan."""
    enough, less = say("Budget just enough"), say("Budget minus ε")
    if not bench.plan.has_numbers or bench.has("goals") or bench.plan.status != "optimal":
        why = say("not applicable, because no plan is proved to be the best")
        return [Trial(enough, why), Trial(less, why)]
    low, high = bench.base.ends
    give = max(100 * bench.slack, 1e-5 * abs(high))
    a = bench.prepared.model.program.arrays()
    trials = []
    for name, most, expected in (
        (enough, high + bench.slack, say("a plan at {value}", value=figure(high))),
        (
            less,
            low - give,
            say("no plan: {budget} is below the least, {value}", budget=figure(low - give), value=figure(low)),
        ),
    ):
        found = bench.run(no_dearer(a, most))
        if found.status == "stopped":
            trials.append(Trial(name, STOPPED))
            continue
        told = figure(found.objective) if found.objective is not None else say("no plan exists")
        fits = (
            found.status == "infeasible"
            if name == less
            else found.objective is not None and abs(found.objective - high) <= 2 * bench.slack
        )
        trials.append(Trial(name, expected, told, fits))
    return trials


def one_site(bench: Bench) -> Trial:
    """Only one site may be open: never cheaper; no plan where none is large enough."""
    name, n = say("One site"), bench.prepared.network
    places = [p for p in n.site_places.tolist() if np.isin(n.sites.status[n.sites.place == p], (CANDIDATE, OPEN)).any()]
    if not bench.plan.has_numbers:
        return Trial(name, bench.without)
    if len(places) < 2 or len(n.phases):
        return Trial(name, say("not applicable, because there are no two sites to choose from"))
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    forced = {int(p) for p in n.sites.place[n.sites.status == OPEN].tolist()}
    a, v = bench.prepared.model.program.arrays(), bench.prepared.model.variables
    program = with_row(a, np.sort(v.open.cols), np.ones(len(v.open.cols)), 1.0)
    result = bench.run(program)
    needed, room = _least_arrivals(bench), float(n.site_room.max(initial=0.0))
    if result.status == "stopped":
        return Trial(name, STOPPED)
    told = figure(result.objective) if result.objective is not None else say("no plan exists")
    if len(forced) > 1:
        return Trial(
            name,
            say("no plan, since {count} sites are forced open", count=len(forced)),
            told,
            result.status == "infeasible",
        )
    if needed is not None and np.isfinite(room) and needed > room * (1 + 1e-9) and len({*n.unit}) == 1:
        expected = say(
            "no plan: at least {needed} must come to sites, and the largest takes {room}",
            needed=figure(needed),
            room=figure(room),
        )
        return Trial(name, expected, told, result.status == "infeasible")
    low = bench.base.ends[0]
    value = np.inf if result.objective is None else result.objective
    if result.status == "feasible" and (result.bound is None or result.bound < low - bench.slack <= value):
        return Trial(name, STOPPED)
    expected = say("not below {value}: the choice is only narrower", value=figure(low))
    return Trial(name, expected, told, value >= low - bench.slack)


def _why_money_is_not_scaled(bench: Bench) -> Sentence | None:
    if not bench.plan.has_numbers:
        return bench.without
    if not bench.is_costed:
        return say("not applicable, because the objective is not the cost alone")
    if bench.has("charges"):
        return say("not applicable, because charges have rates and steps of their own")
    return None


def no_cost(bench: Bench) -> Trial:
    """All money 0: the cost is 0."""
    name = say("No cost")
    why = _why_money_is_not_scaled(bench)
    own = bench.prepared.network.measures.names
    asks = [
        m for m in bench.prepared.network.limits
        if any(is_money(r.quantity, own) for r in m.every_row) and (m.least > 0 or m.most < 0 or m.over)
    ]  # fmt: skip
    if why is None and asks:
        why = say("not applicable, because a limit asks for money")
    if why is not None:
        return Trial(name, why)
    out = bench.solve(scaled(bench, 0.0))
    if out.refused is not None:
        return Trial(name, sentences(say("not applicable, because the changed case is refused:"), out.refused))
    if out.status == "stopped":
        return Trial(name, STOPPED)
    cost = out.plan.cost if out.has_plan and out.plan is not None else None
    return Trial(name, say("a plan whose cost is 0"), out.told, cost is not None and abs(cost) <= 1e-6)


def huge_cost(bench: Bench) -> Trial:
    """All money, and the limits on money, a thousand times as large: the cost a thousand times as large."""
    name, factor = say("Huge cost"), 1e3
    why = _why_money_is_not_scaled(bench)
    if why is not None:
        return Trial(name, why)
    out = bench.solve(scaled(bench, factor))
    if out.refused is not None:
        return Trial(name, sentences(say("not applicable, because the changed case is refused:"), out.refused))
    expected = say(
        "{value}: all money × {factor}, limits on money too, and the plan is as cheap as before",
        value=figure(factor * bench.base.ends[1]),
        factor=figure(factor),
    )
    return bench.same(name, expected, out, factor)


def scaled(bench: Bench, factor: float) -> Any:
    """The case with all money × a factor, bounds of limits on money too."""
    money = set(money_columns(bench.cells))

    def change(table: str, column: str, row: Mapping[str, Any], value: float) -> float:
        if (
            table == "limits"
            and column in ("least", "most", "spread")
            and is_money_limit(row)
            and not bench.is_ratio(row)
        ):
            return value * factor
        return value * factor if (table, column) in money else value

    return changed(bench.cells, change)


#: No supply, capacity just enough and a little less, one site, no cost, huge cost: none hangs on another.
EXTREMES: tuple[Callable[[Bench], Trial | list[Trial]], ...] = (no_supply, just_enough, budget, one_site, no_cost, huge_cost)  # fmt: skip
