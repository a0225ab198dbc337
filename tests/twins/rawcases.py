"""The bundled cases as their files say, read with the csv module alone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pulp

CASES = Path(__file__).parents[2] / "cases"


def rows(case: str, table: str, scenario: str | None = None) -> list[dict[str, str]]:
    """The rows of a table of a case, or of one of its scenarios; none where the file is absent."""
    folder = CASES / case / "scenarios" / scenario if scenario else CASES / case
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changes(case: str, scenario: str | None) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Changes of a scenario: (table, column, where) to (op, value)."""
    found = [r for r in rows(case, "changes") if r["scenario"] == scenario]
    return {(r["table"], r["column"], r["where"]): (r["op"], r["value"]) for r in found}


def removed(case: str, table: str, scenario: str | None, key: str) -> set[str]:
    """Keys of the rows that a scenario takes away."""
    if scenario is None:
        return set()
    return {r[key] for r in rows(case, table, scenario) if r.get("remove") == "yes"}


def by_cbc(problem: pulp.LpProblem, gap: float = 1e-9) -> str:
    """Solve; the status in balik's words."""
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=gap, threads=1, timeLimit=120))
    return pulp.LpStatus[problem.status].lower()


def amounts(plan: Any, table: str, *keys: str, value: str = "amount") -> dict[tuple[str, ...], float]:
    """A table of a plan, summed over all keys but these."""
    columns = plan.columns.get(table, {})
    out: dict[tuple[str, ...], float] = {}
    for at, v in enumerate(columns.get(value, [])):
        key = tuple(str(columns[k][at]) for k in keys)
        out[key] = out.get(key, 0.0) + float(v)
    return out
