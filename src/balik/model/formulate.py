"""Network to program: variables, then lines of the ledger and measures, then constraints, then the objective."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from ..algebra import Program, Rows
from ..kept import in_halves, kept
from ..network.network import Network
from .goals import floating_deviations
from .larger import floating
from .measures import note_idle_rows, own_measure
from .quantities import QUANTITIES, in_one_unit
from .statement import STATEMENTS, Model, Statement, Variables


@np.errstate(over="ignore")  # what no solver takes is said (E383)
def formulate(n: Network) -> Model:
    """State the program of a network. A statement without rows, columns or lines in this case costs nothing."""
    program = Program()
    v = Variables(n, program)
    named = _variables(n, v)
    stated = [s for s in _of("variable") if s.name in named]
    for name, lines_of in QUANTITIES.items():
        v.define(name, lines_of)
    for s in _of("measure"):
        if s.section != "measures":
            v.define(s.name.split("_")[0], s.build)
    for name in n.measures.names:
        v.define(name, partial(own_measure, name=name))
    for charges in (False, True):  # any other cost may be charged
        costs = [s for s in _of("cost") if (s.section == "charges") == charges]
        for s, parts in zip(costs, in_halves(*[s.build for s in costs])(n, v), strict=True):
            lines = [p for p in parts if len(p)]
            for p in lines:
                v.ledger.setdefault(p.account, []).append(p)
            stated += [s] if lines else []
    note_idle_rows(n, v)
    _objective(n, v)
    constraints = _constraints()
    for s, rows in zip(constraints, in_halves(*map(_stating, constraints))(n, v), strict=True):
        stated += [s] if rows else []
    program.settled = floating(n, v) + floating_deviations(v)
    # a variable that a constraint brought in
    there = {id(s) for s in stated}
    stated += [s for s in _of("variable") if id(s) not in there and len(program.variables.get(s.name, ()))]
    return Model(n, program, v, stated)


@kept
def _variables(n: Network, v: Variables) -> list[str]:
    """State every variable; the names of those that have a column."""
    return [s.name for s in _of("variable") if (block := s.build(n, v)) is not None and len(block)]


@cache
def _stating(s: Statement) -> Callable[[Network, Variables], bool]:
    """What states a constraint, and tells whether it has a row."""

    def state(n: Network, v: Variables) -> bool:
        rows: Rows | None = s.build(n, v)
        if rows is None or not len(rows):
            return False
        v.program.constrain(s.name, rows)
        return True

    return state


def _of(kind: str) -> list[Statement]:
    return [s for s in STATEMENTS if s.kind == kind]


def _constraints() -> list[Statement]:
    """Constraints, those of a section together."""
    found: dict[str, list[Statement]] = {}
    for s in _of("constraint"):
        found.setdefault(s.section, []).append(s)
    return [s for section in found.values() for s in section]


def _objective(n: Network, v: Variables) -> None:
    for quantity, weight in n.weights.items():
        for p in in_one_unit(n, v, quantity):
            coef, constant = (p.coef, p.constant) if weight == 1 else (weight * p.coef, weight * p.constant)
            v.program.minimise(p.cols, coef, float(np.sum(constant)))
