"""Network to program: variables, then lines of the ledger and measures, then constraints, then the objective."""

from __future__ import annotations

import numpy as np

from ..algebra import Program, Rows
from ..network.network import Network
from .quantities import QUANTITIES
from .statement import STATEMENTS, Model, Statement, Variables


def formulate(n: Network) -> Model:
    """State the program of a network. A statement without rows, columns or lines in this case costs nothing."""
    program = Program()
    v = Variables(n, program)
    used: list[Statement] = []
    for s in _of("variable"):
        if (block := s.build(n, v)) is not None and len(block):
            used.append(s)
    for name, lines_of in QUANTITIES.items():
        v.quantities[name] = [p for p in lines_of(n, v) if len(p)]
    for s in _of("measure"):
        lines = [p for p in s.build(n, v) if len(p)]
        v.quantities.setdefault(s.name.split("_")[0], []).extend(lines)
        used += [s] if lines else []
    for s in _of("cost"):
        lines = [p for p in s.build(n, v) if len(p)]
        for p in lines:
            v.ledger.setdefault(p.account, []).append(p)
        used += [s] if lines else []
    _objective(n, v)
    for s in _of("constraint"):
        rows: Rows | None = s.build(n, v)
        if rows is not None and len(rows):
            program.constrain(s.name, rows)
            used.append(s)
    if "balance" in program.families:
        used += [s for s in _of("balance") if any(len(view.cols) for view, _ in s.build(n, v))]
    # a variable that a constraint brought in
    used += [s for s in _of("variable") if s not in used and len(program.variables.get(s.name, ()))]
    return Model(n, program, v, used)


def _of(kind: str) -> list[Statement]:
    return [s for s in STATEMENTS if s.kind == kind]


def _objective(n: Network, v: Variables) -> None:
    for quantity, weight in n.weights.items():
        for p in v.parts(quantity):
            v.program.minimise(p.cols, weight * p.coef, float(np.sum(weight * p.constant)))
