"""Money that is counted twice, and one-off money beside money that recurs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...words import say
from ..told import figure
from .finding import Finding
from .solved import Solved, amounts, near, place_of

#: Accounts that are paid once.
_ONCE = ("opening", "closing", "expansion", "residual")
#: Days of a period, by its word.
_DAYS = {"day": 1, "hari": 1, "week": 7, "minggu": 7, "month": 365 / 12, "bulan": 365 / 12, "quarter": 365 / 4,
         "triwulan": 365 / 4, "year": 365, "tahun": 365}  # fmt: skip


def money_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about money."""
    yield from _one_off(s)
    yield from _capital_twice(s)
    yield from _handling_twice(s)
    yield from _transport_twice(s)
    yield from _revenue_twice(s)
    yield from _emissions_twice(s)


def _one_off(s: Solved) -> Iterator[Finding]:
    """One-off money that stands whole beside recurring money."""
    if s.data.tables.setting("finance", "one_off") != "once" or s.plan.accounts is None:
        return
    once = sum(v for a, v in s.plan.accounts.items() if a in _ONCE)
    rest = sum(v for a, v in s.plan.accounts.items() if a not in _ONCE)
    if not once or not rest:
        return
    length, word = float((s.n.length * s.n.repeats).sum()), s.data.tables.period
    days = _DAYS.get(word.lower())
    short = days is not None and length * days < 364
    told = say(
        "One-off money, {once}, stands whole beside {rest} of {length} {period}: their sum {cost} holds for a network that is given up after {length} {period}. Spread it: one_off = \"annuity\".",
        once=figure(once), rest=figure(rest), length=figure(length), period=word, cost=figure(once + rest),
    )  # fmt: skip
    yield Finding("one_off_mixed", short, "finance", told, "case.toml finance", s.scenario, once)


def _capital_twice(s: Solved) -> Iterator[Finding]:
    """Running cost that is the opening cost again, whole or spread."""
    sites = s.n.sites
    for i in np.flatnonzero((sites.opening_cost > 0) & (sites.running_cost > 0)).tolist():
        opening, running = float(sites.opening_cost[i]), float(sites.running_cost[i])
        for factor, how in _spreads(s):
            if abs(running - opening * factor) <= max(1e-6 * running, 0.5 if running > 1000 else 0.0):
                told = say(
                    "The running cost of {place}, {running}, is its opening cost {opening} {how}: the same money is counted twice.",
                    place=place_of(s, sites.place[i]), running=figure(running), opening=figure(opening), how=how,
                )  # fmt: skip
                where = s.data["sites"].spot(int(sites.row[i]))
                yield Finding("capital_twice", True, place_of(s, sites.place[i]), told, where, s.scenario, running)
                break


def _spreads(s: Solved) -> Iterator[tuple[float, str]]:
    """Factors by which one-off money is spread over periods, and their words."""
    finance = s.data.tables.settings.get("finance", {})
    rate, years, many = (finance.get(k) for k in ("rate", "years", "periods_per_year"))
    yield 1.0, say("again")
    if many and years:
        yield 1 / (years * many), say("over {years} years", years=years)
        if rate:
            yield rate / (1 - (1 + rate) ** -years) / many, say("as an annuity over {years} years", years=years)
    if not many or many == 12:
        for assumed in (5, 10, 20):
            yield 1 / (12 * assumed), say("over {years} years", years=assumed)


def _handling_twice(s: Solved) -> Iterator[Finding]:
    """The same rate for what arrives at a site and for the process that takes it there."""
    n = s.n
    activity = amounts(s, "run")
    for i in np.flatnonzero(n.sites.unit_cost > 0).tolist():
        place, rate = int(n.sites.place[i]), float(n.sites.unit_cost[i])
        for run in np.flatnonzero((n.runs.place == place) & (n.runs.cost > 0)).tolist():
            at = np.flatnonzero((n.recipe.run == run) & (n.recipe.rate < 0))
            if len(at) != 1 or not near(float(n.runs.cost[run] / -n.recipe.rate[at[0]]), rate):
                continue
            material = int(n.recipe.material[at[0]])
            if not ((n.lanes.dest == place) & (n.lanes.material == material)).any():
                continue
            name, money = n.labels["process"][int(n.runs.process[run])], float(n.runs.cost[run] * activity[run])
            told = say(
                "At {place} each '{material}' that arrives pays {rate} (unit_cost), and again {rate} in '{process}': {rate} × {amount} = {money}, perhaps for the same work.",
                place=place_of(s, place), material=n.labels["material"][material], rate=figure(rate), process=name,
                amount=figure(money / rate), money=figure(money),
            )  # fmt: skip
            where = s.data["sites"].spot(int(n.sites.row[i]))
            yield Finding("handling_twice", True, f"{place_of(s, place)} {name}", told, where, s.scenario, money)
            break


def _transport_twice(s: Solved) -> Iterator[Finding]:
    """A fee on a lane that is what its vehicle already costs there."""
    lanes, trips = s.n.lanes, s.n.trips
    flow = amounts(s, "flow")
    twice: dict[int, list[int]] = {}
    per_unit = np.zeros(len(lanes))
    for i in np.flatnonzero((lanes.fee > 0) & ~np.isnan(lanes.km)).tolist():
        load = float(lanes.km[i] * lanes.full_rate[i])
        t = int(lanes.trip[i])
        vehicle = (
            0.0
            if t < 0
            else float(trips.km[t] * (trips.loaded_rate[t] + trips.empty_rate[t]) / (lanes.payload[i] * lanes.fill[i]))
        )
        for rate in (load, vehicle, load + vehicle):
            if rate > 0 and near(rate, float(lanes.fee[i])):
                per_unit[i] = rate
                twice.setdefault(int(lanes.row[i]), []).append(i)
                break
    for row, mine in twice.items():
        i = max(mine, key=lambda k: flow[k])
        money = float((lanes.fee * flow)[mine].sum())
        told = say(
            "From {origin} to {dest} the fee of {fee} is what the vehicle costs there by its rates over {km} km: the way is paid twice, {money} in this plan.",
            origin=place_of(s, lanes.origin[i]), dest=place_of(s, lanes.dest[i]), fee=figure(lanes.fee[i]), km=figure(lanes.km[i]), money=figure(money),
        )  # fmt: skip
        yield Finding("transport_twice", True, f"lanes {row}", told, s.data["lanes"].spot(row), s.scenario, money)


def _revenue_twice(s: Solved) -> Iterator[Finding]:
    """A process that earns what the demand for its product pays again."""
    n = s.n
    activity = amounts(s, "run")
    for run in np.flatnonzero(n.runs.cost < 0).tolist():
        for at in np.flatnonzero(n.recipe.run == run).tolist():
            material, rate = int(n.recipe.material[at]), float(n.recipe.rate[at])
            price = n.demand.price[(n.demand.material == material) & (n.demand.price > 0)]
            earned = float(-n.runs.cost[run] / abs(rate))
            if len(price) and rate > 0 and near(earned, float(price[0])):
                name, money = n.labels["process"][int(n.runs.process[run])], float(-n.runs.cost[run] * activity[run])
                told = say(
                    "'{process}' earns {price} for each '{material}', and demand pays {price} for it again: {money} of income twice in this plan.",
                    process=name, price=figure(earned), material=n.labels["material"][material], money=figure(money),
                )  # fmt: skip
                where = s.data["processes"].spot(int(n.runs.row[run]))
                yield Finding(
                    "revenue_twice", True, f"{name} {place_of(s, n.runs.place[run])}", told, where, s.scenario, money
                )


def _emissions_twice(s: Solved) -> Iterator[Finding]:
    """Emissions that are charged as money and weighed in the objective as well."""
    weight = s.n.weights.get("co2", 0.0)
    charged = [c for c in s.n.charges if c.scope.quantity == "co2"]
    if weight and charged and s.n.weights.get("cost"):
        amount = s.plan.measures.get("co2") or 0.0
        told = say(
            "CO2 stands in the objective twice: as '{account}' in the cost, and again with a weight of {weight} × {amount} kg.",
            account=charged[0].account, weight=figure(weight), amount=figure(amount),
        )  # fmt: skip
        yield Finding("emissions_twice", True, "co2", told, "case.toml objective", s.scenario, weight * amount)
