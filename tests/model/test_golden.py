"""Every statement of the model, stated alone on a tiny case and compared with a file that was checked by hand.

`BALIK_GOLDEN=write` (make golden) writes the files anew: look at the difference before it is committed.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from balik.algebra import Cone, Program, Risk, Rows
from balik.model import STATEMENTS, Model, Statement
from balik.model.statement import Part
from model.making import stated
from model.small import CASES

GOLDEN = Path(__file__).parent / "golden"
NAMES = [f"{s.kind}-{s.name}" for s in STATEMENTS]


@cache
def _model(key: str) -> Model:
    texts, settings = CASES[key]
    return stated(texts, settings)


def _number(x: float) -> str:
    return f"{x:.10g}"


def _sum(program: Program, cols: np.ndarray, coefs: np.ndarray) -> str:
    names, words = program.column_names(), []
    for col, coef in zip(cols.tolist(), coefs.tolist(), strict=True):
        sign = "-" if coef < 0 else "+"
        words.append(f"{sign} {names[col]}" if abs(coef) == 1 else f"{sign} {_number(abs(coef))} {names[col]}")
    return " ".join(words).removeprefix("+ ")


def _columns(m: Model, s: Statement) -> list[str]:
    var, names = m.program.variables[s.name], m.program.column_names()
    whole = np.broadcast_to(np.asarray(var.integer, bool), len(var))
    cones = [cone for cone in m.program.cones if cone.bound in var.cols.tolist()]
    return (
        [
            f"{_number(low)} <= {names[col]} <= {_number(high)}{' whole' if w else ''}"
            for col, low, high, w in zip(var.cols.tolist(), var.lower, var.upper, whole, strict=True)
        ]
        + [_cone(names, cone) for cone in cones]
        + [_risk(m, names, r) for r in m.program.risks if r.bound in var.cols]
    )


def _risk(m: Model, names: list[str], risk: Risk) -> str:
    """column >= ln(Phi(room left / sqrt(Σ size² × column))) / ln(probability)."""
    room = _sum(m.program, risk.room, risk.coef)
    square = " + ".join(
        f"{_number(s * s)} {names[c]}" for c, s in zip(risk.cols.tolist(), risk.size.tolist(), strict=True)
    )
    left = f"ln(Phi(({room}) / sqrt({square})))"
    return f"{names[risk.bound]} >= {left} / {_number(-risk.budget)}; {names[risk.spread]}, {risk.shares} sites"


def _cone(names: list[str], cone: Cone) -> str:
    """column^2 >= Σ size × size × correlation × columns."""
    parts = list(zip(cone.cols.tolist(), cone.size.tolist(), cone.factor.tolist(), strict=True))
    tie = np.eye(max(cone.factor) + 1) if cone.tie is None else cone.tie
    terms = [
        f"{_number(s * t * tie[f, g])} {names[c]} {names[d]}" for c, s, f in parts for d, t, g in parts if tie[f, g]
    ]
    return f"{names[cone.bound]}^2 >= {' + '.join(terms)}"


def _lines(m: Model, parts: list[Part]) -> list[str]:
    """account or measure at its keys: amount [unit] × rate × times."""
    out = []
    for p in parts:
        for i in range(len(p)):
            amount = _sum(m.program, p.cols[i : i + 1], p.per[i : i + 1])
            amount = f"{_number(p.offset[i])} {'' if p.per[i] < 0 else '+ '}{amount}" if p.offset[i] else amount
            keys = " ".join(f"{k}={_label(m, k, int(c[i]))}" for k, c in p.codes.items())
            out.append(f"({amount}) [{p.unit[i]}] x {_number(p.rate[i])} x {_number(p.times[i])}   {p.account} {keys}")
    return [" ".join(line.split(" ")).rstrip() for line in out]


def _label(m: Model, key: str, code: int) -> str:
    if key in ("stop", "to"):
        return str(code)
    if key == "owner" and code < 0:
        return "(nobody)"
    return m.network.labels["place" if key in ("origin", "dest") else key][code] or "(none)"


def _rows(m: Model, name: str, rows: Rows) -> list[str]:
    """low <= Σ <= high, with the names of columns and the labels of the row."""
    out = []
    for i in range(len(rows)):
        on = rows.terms.row == i
        text = _sum(m.program, rows.terms.col[on], rows.terms.val[on])
        low, high = float(rows.lower[i]), float(rows.upper[i])
        if low == high:
            text = f"{text} = {_number(low)}"
        else:
            text = f"{_number(low)} <= {text}" if low > -np.inf else text
            text = f"{text} <= {_number(high)}" if high < np.inf else text
        out.append(f"{name}({_row_name(m, rows, i)}): {text}")
    return out


def _row_name(m: Model, rows: Rows, i: int) -> str:
    if "column" in rows.index.dims:
        return m.program.column_names()[int(rows.index.column[i])]
    return rows.index.name(i)


def _shares(m: Model, s: Statement) -> list[str]:
    out, names = [], m.program.column_names()
    for view, coef in s.build(m.network, m.variables):
        factors = np.broadcast_to(np.asarray(coef, float), len(view.cols))
        for i, (col, factor) in enumerate(zip(view.cols.tolist(), factors.tolist(), strict=True)):
            at = ", ".join(_label(m, k, int(view.codes[k][i])) for k in ("place", "material", "period"))
            out.append(f"({at}): {'+' if factor > 0 else '-'} {_number(abs(factor))} {names[col]}")
    return out


def shown(s: Statement) -> str:
    """A statement as its golden file shows it."""
    key = f"{s.kind}-{s.name}"
    m = _model(key if key in CASES else s.section)
    assert s in m.used, f"{key} says nothing in its case"
    if s.kind == "variable":
        lines = _columns(m, s)
    elif s.kind in ("cost", "measure"):
        lines = _lines(m, [p for p in s.build(m.network, m.variables) if len(p)])
    elif s.kind == "balance":
        lines = _shares(m, s)
    else:
        lines = _rows(m, s.name, m.program.families[s.name].rows)
    head = [f"{s.kind} {s.name} ({s.section}): {s.text}", f"{s.equation}   [{s.unit}]", f"after: {s.source}"]
    return "\n".join([*head, "", *lines]) + "\n"


@pytest.mark.parametrize("statement", STATEMENTS, ids=NAMES)
def test_statement_says_what_its_golden_shows(statement: Statement) -> None:
    path = GOLDEN / f"{statement.kind}-{statement.name}.txt"
    text = shown(statement)
    if os.environ.get("BALIK_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing: make golden, then check it by hand"
    assert path.read_text(encoding="utf-8") == text


def test_every_golden_has_a_statement() -> None:
    assert sorted(p.stem for p in GOLDEN.glob("*.txt")) == sorted(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("statement", STATEMENTS, ids=NAMES)
def test_every_statement_says_what_it_is(statement: Statement) -> None:
    for fact in ("equation", "unit", "source", "text"):
        assert getattr(statement, fact).strip(), f"{statement.name} has no {fact}"
    assert statement.text.endswith("."), "the docstring is a sentence"
