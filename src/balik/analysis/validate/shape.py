"""The characterisation that a paper prints: components, inputs that can and cannot be controlled, outputs, boundary.

After Daellenbach and McNickle (2005), Management Science, chapter 3: what is in the system, what acts on it from
outside, what is decided, what comes out, and what is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...api import Prepared
from ...plan.plan import Plan
from ...schema import INPUT
from ...views.terms import account_name, period_name, quantity_name
from ...words import Sentence, say, sentences
from ..told import figure


@dataclass(frozen=True)
class Symbol:
    """A line of the notation table."""

    symbol: str
    meaning: Sentence
    unit: str
    where: str


@dataclass(frozen=True)
class Shape:
    """Lists of sentences, each a fact of the case."""

    components: list[Sentence]
    given: list[Sentence]
    decided: list[Sentence]
    outputs: list[Sentence]
    boundary: list[Sentence]
    notation: list[Symbol]


#: What the decisions are called.
_DECISIONS = {
    "flow": say("how much moves on each lane"), "trips": say("how many trips run on each lane"), "rounds": say("how often each tour runs"),
    "haul": say("what each tour carries"), "collect": say("how much is collected at each place"), "deliver": say("how much is handed over at each place"),
    "run": say("how much each process works"), "open": say("which sites are open, and in which size"), "stock": say("how much is kept from period to period"),
    "shortage": say("how much demand is left unmet"), "offer": say("which level of each offer is chosen"), "vehicles": say("how many vehicles are kept"),
    "modules": say("how many modules are added"), "single": say("which destination serves each source alone"),
}  # fmt: skip


def shape_of(prepared: Prepared, plan: Plan) -> Shape:
    """The characterisation of a case."""
    return Shape(
        _components(prepared),
        _given(prepared),
        _decided(prepared),
        _outputs(prepared, plan),
        _boundary(prepared),
        _notation(prepared),
    )


def _components(p: Prepared) -> list[Sentence]:
    n = p.network
    kinds: dict[str, list[str]] = {}
    names = {i: k for k, i in ((label, i) for i, label in enumerate(n.labels.get("kind", [])))}
    for place, code in zip(n.labels["place"], n.kind.tolist(), strict=True):
        kinds.setdefault(names.get(code, ""), []).append(place)
    out = [
        say("{count} of the kind '{kind}': {places}", count=figure(len(places)), kind=kind, places=_some(places)) if kind
        else say("{count} places: {places}", count=figure(len(places)), places=_some(places))
        for kind, places in kinds.items()
    ]  # fmt: skip
    if len(n.site_places):
        out.append(
            say(
                "{count} facilities that may be open or shut: {places}",
                count=figure(len(n.site_places)),
                places=_some([n.labels["place"][i] for i in n.site_places.tolist()]),
            )
        )
    for dimension, word in (
        ("material", say("materials")),
        ("mode", say("vehicle classes")),
        ("process", say("processes")),
        ("period", say("periods")),
    ):
        labels = [x for x in n.labels.get(dimension, []) if x]
        if labels:
            out.append(say("{count} {what}: {names}", count=figure(len(labels)), what=word, names=_some(labels)))
    return out


def _some(names: list[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def _given(p: Prepared) -> list[Sentence]:
    """What acts on the system from outside: data that nobody in it decides."""
    n, out = p.network, []
    finite = np.isfinite(n.supply.most)
    if len(n.supply):
        units = sorted({n.unit[m] for m in n.supply.material.tolist()})
        total = float((n.supply.most * n.repeats[n.supply.period])[finite].sum())
        if len(units) == 1:
            out.append(
                say(
                    "supply: {rows} amounts, {total} {unit} in all",
                    rows=figure(len(n.supply)),
                    total=figure(total),
                    unit=units[0],
                )
            )
        else:
            out.append(say("supply: {rows} amounts", rows=figure(len(n.supply))))
    if len(n.demand):
        out.append(
            say(
                "demand: {rows} places and materials, {obliged} of them obliged",
                rows=figure(len(n.demand)),
                obliged=figure(int((n.demand.least > 0).sum())),
            )
        )
    known = n.lanes.km[~np.isnan(n.lanes.km)]
    if len(known):
        out.append(
            say(
                "distances: {lanes} lanes from {least} to {most} km",
                lanes=figure(len(known)),
                least=figure(known.min()),
                most=figure(known.max()),
            )
        )
    for table, word in (
        ("modes", say("rates of vehicles")),
        ("processes", say("costs of processes")),
        ("recipes", say("yields and losses")),
        ("sites", say("capacities and costs of sites")),
        ("returns", say("shares that come back")),
        ("market", say("amounts put on the market")),
    ):
        if table in p.tables:
            out.append(
                say(
                    "{what}: {rows} rows of the table {table}",
                    what=word,
                    rows=figure(len(p.tables.tables[table])),
                    table=table,
                )
            )
    return out


def _decided(p: Prepared) -> list[Sentence]:
    """What is decided: variables, and the levers that are data of the planner."""
    out = []
    for name, words in _DECISIONS.items():
        variables = p.model.program.variables
        if name in variables and len(variables[name]):
            out.append(say("{what} ({count} decisions)", what=words, count=figure(len(variables[name]))))
    if "limits" in p.tables:
        out.append(
            say(
                "as levers: {limits} limits of the planner ({names})",
                limits=figure(len(p.network.limits)),
                names=_some([m.name for m in p.network.limits]),
            )
        )
    return out


def _weighed(quantity: str, weight: float) -> Sentence:
    name = quantity_name(quantity)
    return name if weight == 1 else say("{weight:g} × {quantity}", weight=weight, quantity=name)


def _outputs(p: Prepared, plan: Plan) -> list[Sentence]:
    out = [
        say(
            "as a measure of performance: {objective}, made small",
            objective=sentences(*(_weighed(q, w) for q, w in p.network.weights.items()), between=" + "),
        )
    ]
    accounts = plan.accounts or {}
    if accounts:
        out.append(
            say(
                "money by account: {accounts}",
                accounts=sentences(*map(account_name, list(accounts)[:12]), between=", "),
            )
        )
    out.append(say("the plan itself: flows, collections, deliveries, trips, open sites"))
    kept = [k for k, v in plan.measures.items() if v]
    if kept:
        out.append(say("measures: {names}", names=_some(kept)))
    left = [n for n in ("left", "shortage") if n in accounts]
    if left:
        out.append(say("not wanted: {names}", names=", ".join(left)))
    return out


def _boundary(p: Prepared) -> list[Sentence]:
    """Where material enters and leaves, the horizon, and what has no figures and is therefore left out."""
    n, out = p.network, []
    place = n.labels["place"]
    into = _some(list(dict.fromkeys(place[i] for i in n.supply.place.tolist())))
    out.append(say("material enters at {places}", places=into) if into else say("no material enters by supply"))
    ends = list(dict.fromkeys(place[i] for i in n.demand.place.tolist()))
    makes = {int(r) for r in n.recipe.run[n.recipe.rate > 0]}
    sinks = list(
        dict.fromkeys(
            n.labels["process"][int(n.runs.process[r])] for r in np.unique(n.recipe.run).tolist() if r not in makes
        )
    )
    if ends:
        out.append(say("it leaves by delivery at {places}", places=_some(ends)))
    if sinks:
        out.append(say("it leaves by processes that only use it: {names}", names=_some(sinks)))
    total = float((n.length * n.repeats).sum())
    out.append(say("the horizon is {length} {period}", length=figure(total), period=period_name(p.tables.period)))
    absent = [
        word
        for table, word in (
            ("stores", say("stock")),
            ("fleets", say("fleets and working hours")),
            ("sites", say("choice of sites")),
        )
        if table not in p.tables
    ]
    if not (n.lanes.mode > 0).any() and not len(n.legs):
        absent.append(say("transport cost"))
    out += [say("outside, because the tables say nothing of it: {what}", what=word) for word in absent]
    return out


def _notation(p: Prepared) -> list[Symbol]:
    """Columns of the case that stand in the equations, with unit and place."""
    text = " ".join(s.equation for s in p.model.used)
    out, seen = [], set()
    for table, schema in INPUT.items():
        if table not in p.tables:
            continue
        for column in schema.columns.values():
            if column.symbol and column.role == "value" and column.symbol in text and column.symbol not in seen:
                seen.add(column.symbol)
                unit = column.unit.replace("money", p.tables.currency).replace("period", p.tables.period)
                out.append(Symbol(column.symbol, Sentence(column.description), unit, f"{table}.{column.name}"))
    return out
