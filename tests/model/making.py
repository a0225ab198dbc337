"""Small cases for the tests of the model, written as tables of words: one line a row, `.` for a blank cell."""

from __future__ import annotations

from typing import Any

from balik.api import Prepared, prepare
from balik.api import solve as solve_case
from balik.model import Model, formulate
from balik.network import Network, encode
from balik.plan.plan import Plan
from balik.tables import read, type_tables

Columns = dict[str, list[str]]


def columns(text: str) -> Columns:
    """A table from its lines: a header and rows of as many cells."""
    rows = [line.split() for line in text.strip().splitlines()]
    head, *body = rows
    assert all(len(row) == len(head) for row in body), f"cells do not match the header: {text}"
    cells = [["" if cell == "." else cell for cell in row] for row in body]
    return {name: [row[at] for row in cells] for at, name in enumerate(head)}


def tables(texts: dict[str, str]) -> dict[str, Columns]:
    """Tables from their texts, the places and materials that are named nowhere else added."""
    out = {name: columns(text) for name, text in texts.items()}
    if "places" not in out:
        cells = [out[t][c] for t in out for c in ("place", "origin", "dest") if c in out[t] and t not in ("limits", "goals")]
        out["places"] = {"place": _labels(cells)}
    if "materials" not in out:
        cells = [out[t]["material"] for t in out if "material" in out[t] and t not in ("limits", "goals")]
        out["materials"] = {"material": _labels(cells)}
    return out


def _labels(cells: list[list[str]]) -> list[str]:
    found = dict.fromkeys(cell for column in cells for cell in column)
    return [label for label in found if label not in ("", "*") and ":" not in label]


def encoded(texts: dict[str, str], settings: dict[str, Any] | None = None) -> Network:
    """The network of a case that must be sound."""
    data = type_tables(read(tables(texts), settings={"title": "test"} | (settings or {})))
    network = encode(data)
    assert not data.problems.errors, list(map(str, data.problems.errors))
    return network


def stated(texts: dict[str, str], settings: dict[str, Any] | None = None) -> Model:
    """The model of a case that must be sound."""
    model = formulate(encoded(texts, settings))
    assert not model.variables.notes, model.variables.notes
    return model


def prepared(texts: dict[str, str], settings: dict[str, Any] | None = None, sets: tuple[str, ...] = ()) -> Prepared:
    """A checked case."""
    return prepare(tables(texts), set=sets, settings={"title": "test"} | (settings or {}))


def solve(texts: dict[str, str], settings: dict[str, Any] | None = None, *sets: str, **options: Any) -> Plan:
    """The plan of a case; a plan with a solution must pass the verifier."""
    plan = solve_case(tables(texts), set=sets, settings={"title": "test"} | (settings or {}), **options)
    if plan.status in ("optimal", "feasible"):
        assert plan.verified, plan.broken
    return plan


def amounts(plan: Plan, table: str, *keys: str, value: str = "amount") -> dict[Any, float]:
    """Amounts of an answer table by its keys."""
    found = plan.columns.get(table, {})
    if not found:
        return {}
    labels = zip(*(found[k] for k in keys), strict=True)
    return {key if len(keys) > 1 else key[0]: x for key, x in zip(labels, found[value], strict=True)}
