"""What one plan does otherwise than another: by account, by place, by decision, and in words."""

from __future__ import annotations

from functools import reduce
from typing import Any

from ..plan.plan import Plan
from ..tables import Tables
from ..views.terms import account_name, currency_name
from ..words import Figure, Sentence, say, sentences

#: So many accounts, places and flows are told in words; all of them stand in the document.
_TOLD = 3
#: Amounts that differ by less, relative to the larger (or to 1), are the same.
_SAME = 1e-6


def differences(plan: Plan, base: Plan) -> dict[str, Any]:
    """Accounts, used sites, what sites take in, and flows that differ, the largest difference first.

    `accounts`: account → difference; `opens`, `closes`: places; `sites` and `flows`: rows with both amounts and
    `change`. Flows are sums over periods.
    """
    accounts = _changes(dict(base.accounts or {}), dict(plan.accounts or {}))
    sites = _rows(_throughput(base), _throughput(plan), ("place",))
    flows = _rows(_flows(base), _flows(plan), ("origin", "dest", "material"))
    return {
        "accounts": {name: now - was for name, (was, now) in accounts.items()},
        "opens": [place for place in plan.used if place not in base.used],
        "closes": [place for place in base.used if place not in plan.used],
        "sites": sites,
        "flows": flows,
    }


def in_words(name: str, found: dict[str, Any], plan: Plan, base: Plan, tables: Tables) -> Sentence:
    """One sentence for a plan with numbers against a base with numbers; `tables`: of the case, which know the units."""
    change = float(plan.cost or 0.0) - float(base.cost or 0.0)
    parts: list[Sentence] = []
    if found["accounts"]:
        told = [sentences(account_name(name), _signed(by)) for name, by in list(found["accounts"].items())[:_TOLD]]
        parts.append(say("by account {accounts}", accounts=sentences(*told, between=", ")))
    if found["opens"]:
        parts.append(say("opens {places}", places=", ".join(found["opens"][: _TOLD * 2])))
    if found["closes"]:
        parts.append(say("closes {places}", places=", ".join(found["closes"][: _TOLD * 2])))
    moved = [
        sentences(f"{r['origin']} → {r['dest']}", _signed(r["change"]), tables.unit_of(r["material"]), r["material"])
        for r in found["flows"][:_TOLD]
    ]
    if moved:
        more, flows = len(found["flows"]) - len(moved), sentences(*moved, between=", ")
        parts.append(say("flows {flows} and {more} more", flows=flows, more=more) if more else say("flows {flows}", flows=flows))
    if not parts:
        return say("{name}: the same plan as the base.", name=name)
    first = say("{name}: {change:+,.10g} {currency}", name=name, change=change, currency=currency_name(plan.currency))
    return reduce(lambda told, part: say("{told}; {part}", told=told, part=part), parts, first)


def _signed(value: float) -> Figure:
    return Figure(f"{value:+,.10g}")


def open_places(plan: Plan) -> list[str]:
    """Places of open sites, each once, in whatever size."""
    return list(dict.fromkeys(line["place"] for line in plan.open))


def _changes(was: dict[Any, float], now: dict[Any, float]) -> dict[Any, tuple[float, float]]:
    """What differs by key: before and now, the largest difference first."""
    found = {key: (float(was.get(key, 0.0)), float(now.get(key, 0.0))) for key in {**was, **now}}
    differ = {k: v for k, v in found.items() if abs(v[1] - v[0]) > _SAME * max(1.0, abs(v[0]), abs(v[1]))}
    return dict(sorted(differ.items(), key=lambda item: (-abs(item[1][1] - item[1][0]), str(item[0]))))


def _rows(was: dict[Any, float], now: dict[Any, float], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            **dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)),
            "base": a,
            "now": b,
            "change": b - a,
        }
        for key, (a, b) in _changes(was, now).items()
    ]


def _throughput(plan: Plan) -> dict[str, float]:
    sums: dict[str, float] = {}
    for site in plan.facts.get("sites", []):
        sums[site["place"]] = sums.get(site["place"], 0.0) + float(site["throughput"] or 0.0)
    return sums


def _flows(plan: Plan) -> dict[tuple[str, str, str], float]:
    columns, sums = plan.columns.get("flow"), dict[tuple[str, str, str], float]()
    for *key, amount in (
        zip(*(columns[c] for c in ("origin", "dest", "material", "amount")), strict=True) if columns else ()
    ):
        sums[key[0], key[1], key[2]] = sums.get((key[0], key[1], key[2]), 0.0) + float(amount)
    return sums
