"""Cases and plans for the tests of the verifier, written as small tables."""

from __future__ import annotations

from typing import Any

from balik.plan.verify import Verdict, judge
from balik.plan.verify.judge import ledger_of
from balik.schema import PLAN
from balik.tables import Data, read, type_tables

Plan = dict[str, dict[str, list[Any]]]


def columns(text: str) -> dict[str, list[str]]:
    """`a b | c` tables: a header and rows, cells separated by commas."""
    rows = [[cell.strip() for cell in line.split(",")] for line in text.strip().splitlines()]
    return {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}


def case(settings: dict[str, Any] | None = None, **tables: str) -> Data:
    """A typed case from tables as text; its input must be sound."""
    read_ = read({name: columns(text) for name, text in tables.items()}, settings={"title": "test"} | (settings or {}))
    data = type_tables(read_)
    assert not data.problems.errors, list(map(str, data.problems.errors))
    return data


def plan(**tables: str) -> Plan:
    """A plan from tables as text, typed as the schema of plans says."""
    out: Plan = {}
    for name, text in tables.items():
        out[name] = {}
        for column, cells in columns(text).items():
            known = PLAN[name].columns[column]
            number = int if known.kind == "integer" else float
            out[name][column] = [(number(c) if c else None) for c in cells] if known.is_number else list(cells)
    return out


def booked(data: Data, done: Plan) -> Plan:
    """The plan with a ledger that adds up (tests that are not about money)."""
    return done | {"ledger": ledger_of(data, done)}


def verdict(data: Data, **tables: str) -> Verdict:
    """The verdict on a plan, its ledger filled in."""
    return judge(data, booked(data, plan(**tables)))


def laws(found: Verdict) -> list[str]:
    """Names of the broken laws, once each."""
    return sorted({b.law for b in found.broken})


def sentences(found: Verdict) -> str:
    """All sentences, for messages of tests."""
    return "\n".join(b.sentence for b in found.broken)
