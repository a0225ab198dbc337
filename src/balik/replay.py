"""Whether a plan comes out again: its case solved once more from the plan's own files, as it was solved.

Two plans are the same where status, cost and sites are: an optimum may be reached by other flows of the same cost, and
a solver need not find the same ones on another machine. Where they are not the same, this says by what they differ.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .errors import all_of, listed
from .plan.plan import Plan
from .plan.store import PLAN_FILE, versions
from .plan.verify import TOLERANCE, Replay, Verdict, read_plan
from .prepared import prepare
from .schema import PLAN
from .solved import options_of, solve_prepared
from .words import Sentence, say, sentences

#: Tables whose rows are what is done; the ledger and the prices follow from them.
_DEEDS = [name for name in PLAN if name not in ("ledger", "prices", "margins")]
#: Most labels and accounts that are named.
_NAMED = 8


def with_replay(verdict: Verdict, folder: Path) -> Verdict:
    """The verdict on a plan, and what came out when its case was solved again."""
    start = time.perf_counter()
    _, columns, document = read_plan(folder)
    recorded: Mapping[str, Any] = document.get("options") or {}
    prepared = prepare(folder / "input")
    options = options_of(
        prepared.tables, recorded.get("gap"), recorded.get("time_limit"), _engine(recorded),
        recorded.get("seed") or 0, recorded.get("threads"),
    )  # fmt: skip
    plan, _ = solve_prepared(prepared, replace(options, certify=(folder / "certificate.npz").is_file()))
    same, found = compared(columns, json.loads((folder / PLAN_FILE).read_text(encoding="utf-8")), plan)
    seconds = round(time.perf_counter() - start, 4)
    return replace(verdict, replay=Replay(same, found, plan.status, plan.cost, seconds))


def _engine(recorded: Mapping[str, Any]) -> str | None:
    """The engine that solved it; whoever gave a second opinion need not be asked again."""
    return str(recorded.get("engine") or "").partition(",")[0] or None


def compared(
    columns: Mapping[str, Mapping[str, Sequence[Any]]], document: Mapping[str, Any], plan: Plan
) -> tuple[bool, list[Sentence]]:
    """Whether a plan is the one of this document and these tables, and by what it differs."""
    gap = float((document.get("options") or {}).get("gap") or 0.0)
    differs = [d for d in (_status(document, plan), _cost(document, plan, gap), _sites(document, plan)) if d]
    if not differs and plan.has_numbers:
        found = _flows(columns, plan)
        same = say(
            "Solved again: the same cost and the same sites{more}.",
            more=say(", by the same flows") if not found else "",
        )
        return True, [same, *found]
    if not differs:
        return True, [say("Solved again: there is no plan again ({status}).", status=plan.status)]
    accounts = _accounts(document, plan)
    changed = _versions(document)
    if document.get("status") == "feasible" or plan.status == "feasible":
        changed.append(say("A search that is stopped before its end need not come as far again."))
    return False, [say("Solved again, it is another plan."), *differs, *accounts, *changed]


def _status(document: Mapping[str, Any], plan: Plan) -> Sentence | None:
    before, now = str(document.get("status")), plan.status
    if before == now and (plan.has_numbers or not isinstance(document.get("cost"), (int, float))):
        return None
    if before == now:
        return say("The plan that came out breaks a law, and is not shown: {why}", why=sentences(*plan.broken[:1]))
    return say("Status: {before} before, {now} now.", before=before, now=now)


def _cost(document: Mapping[str, Any], plan: Plan, gap: float) -> Sentence | None:
    """Whether what is minimised came out otherwise, by more than the gap that both were asked to prove."""
    before = document.get("objective")
    if not isinstance(before, (int, float)) or plan.objective is None or plan.cost is None:
        return None
    if abs(plan.objective - before) <= max(gap, TOLERANCE) * max(1.0, abs(before)):
        return None
    was = float(document.get("cost") or 0.0)
    return say(
        "Cost: {before:,.10g} before, {now:,.10g} now ({more:+,.10g}).", before=was, now=plan.cost, more=plan.cost - was
    )


def _sites(document: Mapping[str, Any], plan: Plan) -> Sentence | None:
    if not plan.has_numbers:
        return None
    before = {(s["place"], s["size"]) for s in document.get("open") or ()}
    now = {(s["place"], s["size"]) for s in plan.open}
    if before == now:
        return None
    gone, new = _names(before - now), _names(now - before)
    if not new:
        return say("Open before, and not now: {gone}.", gone=gone)
    if not gone:
        return say("Open now, and not before: {new}.", new=new)
    return say("Open before, and not now: {gone}; open now, and not before: {new}.", gone=gone, new=new)


def _names(sites: set[tuple[str, str]]) -> str:
    names = sorted(place if size == "-" else f"{place} ({size})" for place, size in sites)
    return listed([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])


def _accounts(document: Mapping[str, Any], plan: Plan) -> list[Sentence]:
    """The accounts that came out otherwise, the largest difference first."""
    before, now = document.get("ledger") or {}, plan.accounts or {}
    if not plan.has_numbers:
        return []
    scale = max([1.0, *map(abs, before.values()), *map(abs, now.values())])
    off = {a: now.get(a, 0.0) - before.get(a, 0.0) for a in {*before, *now}}
    names = sorted((a for a in off if abs(off[a]) > TOLERANCE * scale), key=lambda a: (-abs(off[a]), a))
    return [
        say("Account {account}: {before:,.10g} before, {now:,.10g} now.", account=a, before=before.get(a, 0.0), now=now.get(a, 0.0))
        for a in names[:_NAMED]
    ]  # fmt: skip


def _flows(columns: Mapping[str, Mapping[str, Sequence[Any]]], plan: Plan) -> list[Sentence]:
    """The tables in which another plan of the same cost does other things, each with the row that differs most."""
    found = []
    for name in _DEEDS:
        before, now = _rows(name, columns.get(name) or {}), _rows(name, plan.columns.get(name) or {})
        scale = max([1.0, *map(abs, before.values()), *map(abs, now.values())])
        off = {key: abs(now.get(key, 0.0) - before.get(key, 0.0)) for key in {*before, *now}}
        rows = sorted((key for key in off if off[key] > TOLERANCE * scale), key=lambda key: (-off[key], key))
        if rows:
            key = rows[0]
            found.append(
                say("{rows:,} rows of {table} differ: {key} was {before:,.10g} and is {now:,.10g}.", rows=len(rows), table=name,
                    key=" ".join(filter(None, key)), before=before.get(key, 0.0), now=now.get(key, 0.0))
            )  # fmt: skip
    return [say("Another plan of the same cost came out."), *found] if found else []


def _rows(name: str, columns: Mapping[str, Sequence[Any]]) -> dict[tuple[str, ...], float]:
    """The first number of every row by its key; 1 where a table has keys only."""
    schema = PLAN[name].columns.values()
    keys = [c.name for c in schema if not c.is_number or c.role == "key"]
    value = next((c.name for c in schema if c.is_number and c.role != "key"), None)
    size = max((len(cells) for cells in columns.values()), default=0)
    cells = [columns.get(key) or [""] * size for key in keys]
    numbers = columns.get(value or "") or [1.0] * size
    out = {}
    for row in range(size):
        key = tuple("" if c[row] is None else str(int(c[row]) if isinstance(c[row], float) else c[row]) for c in cells)
        if isinstance(numbers[row], (int, float)):
            out[key] = float(numbers[row])
    return out


def _versions(document: Mapping[str, Any]) -> list[Sentence]:
    """What made the plan then, where it is not what is here now."""
    before, now = document.get("versions") or {}, versions()
    other = [f"{name} {before[name]} → {now[name]}" for name in now if name in before and before[name] != now[name]]
    return [say("Other versions: {list}.", list=all_of(other))] if other else []
