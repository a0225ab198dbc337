"""Network to program: variables, then lines of the ledger and measures, then constraints, then the objective."""

from __future__ import annotations

from functools import partial

import numpy as np

from ..algebra import Program, Rows
from ..kept import kept
from ..network.network import Network
from .goals import floating_deviations
from .larger import floating
from .measures import note_idle_rows, own_measure
from .quantities import QUANTITIES, in_one_unit
from .statement import STATEMENTS, Model, Statement, Variables


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
    for s in sorted(_of("cost"), key=lambda s: s.section == "charges"):  # any other cost may be charged
        lines = [p for p in s.build(n, v) if len(p)]
        for p in lines:
            v.ledger.setdefault(p.account, []).append(p)
        stated += [s] if lines else []
    note_idle_rows(n, v)
    _objective(n, v)
    for section, constraints in _sections().items():
        named = _constraints(section, n, v)
        stated += [s for s in constraints if s.name in named]
    program.settled = floating(n, v) + floating_deviations(v)
    # a variable that a constraint brought in
    there = {id(s) for s in stated}
    stated += [s for s in _of("variable") if id(s) not in there and len(program.variables.get(s.name, ()))]
    return Model(n, program, v, stated)


@kept
def _variables(n: Network, v: Variables) -> list[str]:
    """State every variable; the names of those that have a column."""
    return [s.name for s in _of("variable") if (block := s.build(n, v)) is not None and len(block)]


@kept
def _constraints(section: str, n: Network, v: Variables) -> list[str]:
    """State every constraint of a section; the names of those that have a row."""
    named = []
    for s in _sections()[section]:
        rows: Rows | None = s.build(n, v)
        if rows is not None and len(rows):
            v.program.constrain(s.name, rows)
            named.append(s.name)
    return named


def _of(kind: str) -> list[Statement]:
    return [s for s in STATEMENTS if s.kind == kind]


def _sections() -> dict[str, list[Statement]]:
    """Constraints by section."""
    found: dict[str, list[Statement]] = {}
    for s in _of("constraint"):
        found.setdefault(s.section, []).append(s)
    return found


def _objective(n: Network, v: Variables) -> None:
    for quantity, weight in n.weights.items():
        for p in in_one_unit(n, v, quantity):
            coef, constant = (p.coef, p.constant) if weight == 1 else (weight * p.coef, weight * p.constant)
            v.program.minimise(p.cols, coef, float(np.sum(constant)))
