"""Inputs that nothing reads: rows without use, and columns that may be anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...algebra import Arrays
from ...api import Case, Prepared, prepare
from ...errors import BalikError
from ...model.statement import Part
from ...schema import INPUT
from ...words import say
from .finding import Finding
from .solved import Solved

#: Tables whose numbers are read by the program. Coordinates lead to kilometres, and are judged through them.
_READ = (
    "modes",
    "lanes",
    "supply",
    "demand",
    "processes",
    "recipes",
    "sites",
    "stores",
    "tours",
    "fleets",
    "charges",
    "offers",
    "resources",
    "uses",
)
#: A factor that no case has by chance.
_FACTOR = "1.0379"
#: Most columns that are tried, and most columns of a program for which they are.
_TRIED, _LARGE = 40, 20_000


def dead_findings(s: Solved, case: Case, settings: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Every finding about inputs without influence."""
    yield from _idle_rows(s)
    yield from _idle_columns(s, case, settings)


def _idle_rows(s: Solved) -> Iterator[Finding]:
    """Distances of pairs without a lane, vehicles that no lane names, places and materials that nothing moves."""
    n, label = s.n, s.n.labels
    modes = {*n.lanes.mode.tolist(), *n.legs.mode.tolist(), *n.fleets.mode.tolist()}
    yield from _idle(s, "modes", "mode", [m for i, m in enumerate(label["mode"]) if m and i not in modes])
    moved = [
        n.lanes.material,
        n.hauls.material,
        n.supply.material,
        n.demand.material,
        n.recipe.material,
        n.stores.material,
        n.returns.sold,
        n.market.material,
    ]
    materials = set(np.concatenate(moved).tolist())
    yield from _idle(s, "materials", "material", [m for i, m in enumerate(label["material"]) if i not in materials])
    places = set(
        np.concatenate(
            [
                n.lanes.origin,
                n.lanes.dest,
                n.hauls.origin,
                n.hauls.dest,
                n.supply.place,
                n.demand.place,
                n.runs.place,
                n.stores.place,
                n.dropoff.place,
                n.dropoff.dest,
                n.coverage.place,
                n.fleets.base,
                n.rounds.base,
                n.market.place,
                n.resources.place,
                np.flatnonzero(n.people > 0),
            ]
        ).tolist()
    )
    yield from _idle(
        s, "places", "place", [p for i, p in enumerate(label["place"]) if i not in places and not on_a_spot(s, p)]
    )
    can_run = set(n.runs.process[_fed(s)].tolist())
    yield from _idle(s, "processes", "process", [p for i, p in enumerate(label["process"]) if p and i not in can_run])
    pairs = {frozenset(p) for p in zip(n.lanes.origin.tolist(), n.lanes.dest.tolist(), strict=True)}
    pairs |= {frozenset(p) for p in zip(n.dropoff.place.tolist(), n.dropoff.dest.tolist(), strict=True)}
    pairs |= {frozenset(p) for p in zip(n.coverage.place.tolist(), n.coverage.site.tolist(), strict=True)}
    frame, code = s.data["distances"], {p: i for i, p in enumerate(label["place"])}
    if len(n.legs) or any(on_a_spot(s, p) for p in label["place"]):
        return  # a tour, or a place on the spot of another, reads distances in a way of its own
    idle = [
        r for r in range(len(frame))
        if frame.text["origin"][r] in code and frame.text["dest"][r] in code
        and frozenset((code[frame.text["origin"][r]], code[frame.text["dest"][r]])) not in pairs
    ]  # fmt: skip
    if idle:
        one = f"{frame.text['origin'][idle[0]]} – {frame.text['dest'][idle[0]]}"
        told = say(
            "{count} of {rows} distances are of pairs that no lane joins, as {one}: they have no influence.",
            count=len(idle),
            rows=len(frame),
            one=one,
        )
        yield Finding("dead_input", False, "distances", told, frame.spot(idle[0]), s.scenario)


def _fed(s: Solved) -> np.ndarray:
    """Runs each of whose materials can be where it is used: brought, collected, made there or in stock."""
    n, many = s.n, len(s.n.labels["material"])
    stock, made = n.stores.start > 0, n.recipe.rate > 0
    there = np.concatenate(
        [
            n.lanes.dest * many + n.lanes.material,
            n.hauls.dest * many + n.hauls.material,
            n.supply.place * many + n.supply.material,
            n.dropoff.dest * many + n.dropoff.material,
            (n.recipe.place * many + n.recipe.material)[made],
            (n.stores.place * many + n.stores.material)[stock],
        ]
    )
    lacks = (n.recipe.rate < 0) & ~np.isin(n.recipe.place * many + n.recipe.material, there)
    fed = np.ones(len(n.runs), bool)
    fed[n.recipe.run[lacks]] = False
    return fed


def on_a_spot(s: Solved, place: str) -> bool:
    """Whether a place is on the spot of another, or another on its spot: distances are read by way of it."""
    frame = s.data["places"]
    return "at" in frame.text and any(
        a == place or (p == place and a) for p, a in zip(frame.text["place"], frame.text["at"], strict=True)
    )


def _idle(s: Solved, table: str, column: str, names: list[str]) -> Iterator[Finding]:
    if names:
        told = say(
            "Nothing uses {names} of {table}: no influence on any figure.",
            names=", ".join(repr(x) for x in names[:5]),
            table=table,
        )
        frame = s.data[table]
        where = frame.spot(next((r for r in range(len(frame)) if frame.text[column][r] == names[0]), 0))
        yield Finding("dead_input", False, table, told, where, s.scenario)


def _idle_columns(s: Solved, case: Case, settings: Mapping[str, Any] | None) -> Iterator[Finding]:
    """Columns of figures whose change changes nothing in the program: proved, not sampled."""
    if len(s.arrays.cost) > _LARGE:
        return
    tried = 0
    for table in _READ:
        written = s.data.tables.tables.get(table)
        if written is None:
            continue
        for column in INPUT[table].columns.values():
            cells = written.columns.get(column.name)
            if column.kind != "number" or column.role != "value" or cells is None or tried >= _TRIED:
                continue
            if table == "lanes" and column.name == "price":  # paid between owners: read by the margins alone
                continue
            filled = [c for c in cells if c not in ("", "0", "inf")]
            if not filled:
                continue
            tried += 1
            if _changes_nothing(s, case, settings, f"{table}.{column.name}"):
                told = say(
                    "{column} has {count} figures and no influence: any other figures give the same plan and the same answers.",
                    column=f"{table}.{column.name}",
                    count=len(filled),
                )
                yield Finding("dead_input", False, f"{table}.{column.name}", told, f"{table}.{column.name}", s.scenario)


def _changes_nothing(s: Solved, case: Case, settings: Mapping[str, Any] | None, column: str) -> bool:
    cells = s.data.tables.tables[column.split(".")[0]].columns[column.split(".")[1]]
    if any(c == "" for c in cells):  # a blank cell cannot be multiplied; those that are filled are changed one by one
        return False
    try:
        other = prepare(case, s.scenario, [f"{column} *= {_FACTOR}"], settings)
    except BalikError:
        return False
    return same_program(s.arrays, other.model.program.arrays()) and _same_answers(s, other)


def _same_answers(s: Solved, other: Prepared) -> bool:
    """Whether money and measures count the same, too: the objective may weigh none of them."""
    mine, theirs = s.prepared.model.variables, other.model.variables
    if mine.ledger.keys() != theirs.ledger.keys():
        return False
    names = [*mine.ledger, "km", "tkm", "co2", "jobs", *s.n.measures.names]
    return all(_same_lines(mine.parts(name), theirs.parts(name)) for name in names)


def _same_lines(one: list[Part], other: list[Part]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(p.coef, q.coef) and np.array_equal(p.constant, q.constant)
        for p, q in zip(one, other, strict=True)
    )


def same_program(one: Arrays, other: Arrays) -> bool:
    """Whether two programs are the same, number for number."""
    names = ("cost", "lower", "upper", "integer", "row_lower", "row_upper", "start", "row", "value")
    same = all(np.array_equal(getattr(one, k), getattr(other, k)) for k in names)
    curved = ((*one.cones, *one.risks), (*other.cones, *other.risks))
    alike = len(curved[0]) == len(curved[1]) and all(
        type(p) is type(q) and all(np.array_equal(value, vars(q)[k]) for k, value in vars(p).items())
        for p, q in zip(*curved, strict=True)
    )
    return same and alike and one.offset == other.offset
