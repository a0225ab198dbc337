"""Plans and studies as text for a terminal: aligned columns, units, nothing that a plan does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..plan.plan import Plan
from ..tables.formats.workbook import BOOKS
from .baseline import baseline_text
from .comeback import comeback_text
from .goals import attained_text, goals_text
from .layout import MONEY, money, number, table
from .opinion import opinion_text
from .phases import phases_text
from .proof import proof_text
from .resources import resources_text

_MOST_ROWS = 30
_FULL = 1 - 1e-9


def plan_text(plan: Plan, case: str, out: str | None = None) -> str:
    """A plan as a planner reads it; `case` as the user named it, `out` the folder that it was written to."""
    blocks = [_head(plan), _verdict(plan)]
    if opinion := opinion_text(plan.facts.get("second_opinion")):
        blocks.append(opinion)
    if plan.has_numbers:
        blocks += [goals_text(plan), _costs(plan), _sites(plan), phases_text(plan), _flows(plan), _rides(plan), _runs(plan)]
        blocks.append(resources_text(plan))
        blocks += [comeback_text(plan), _fleets(plan), _owners(plan), _binding(plan), _measures(plan)]
        blocks.append(baseline_text(plan.baseline, plan.currency))
    if plan.status == "infeasible" and not plan.broken:
        options = plan.facts.get("options", {})
        asked = [f"--scenario {plan.scenario}"] if plan.scenario else []
        asked += [f"--fix {options['fix']}"] if options.get("fix") else []
        asked += [f'--set "{change}"' for change in options.get("set", [])]
        blocks.append(f"Why, and what would mend it: balik explain {' '.join([case, *asked])}")
    if out and Path(out).suffix.lower() in BOOKS:
        blocks.append(f"Written to {out}: your workbook with the plan on sheets of its own" if plan.has_numbers else "")
    elif out:
        written = f"Written to {out} ({len(plan.columns)} tables, plan.json and the input that was solved)"
        blocks.append("\n".join([written, *filter(None, [proof_text(plan.facts.get("proof"))])]))
    return "\n\n".join(b for b in blocks if b)


def _head(plan: Plan) -> str:
    size = plan.facts.get("size", {})
    parts = [f"{size.get('places', 0):,} places", f"{size.get('lanes', 0):,} lanes"]
    if size.get("sites"):
        parts.insert(1, f"{size['sites']:,} candidate sites")
    if size.get("dropped_lanes"):
        parts.append(f"{size['dropped_lanes']:,} lanes dropped by within and nearest")
    scenario = f" · scenario {plan.scenario}" if plan.scenario else ""
    scenario += " · today's flows" if plan.baseline is not None else ""
    seconds = sum(plan.seconds.get(k, 0.0) for k in ("read", "check", "build"))
    return f"{plan.title}{scenario}\n{' · '.join(parts)} · read, checked and stated in {seconds:.2f} s"


def _verdict(plan: Plan) -> str:
    seconds = f"{plan.seconds.get('solve', 0.0):.2f} s"
    if (plan.facts.get("second_opinion") or {}).get("agrees") is False:
        return f"Two engines contradict each other: {plan.broken[-1]}"
    if plan.status in ("optimal", "feasible") and not plan.has_numbers:
        broken = "\n".join(f"  {b}" for b in plan.broken[:20])
        return f"The plan found fails its verification, so no number of it is shown:\n{broken}"
    words = {
        "infeasible": "No plan exists: the rows of the case contradict each other.",
        "unbounded": "Unbounded: the cost can fall without end. Something is paid for that nothing bounds.",
        "stopped": "Stopped before any plan was found.",
    }
    if plan.status in words:
        return f"{words[plan.status]} ({seconds})"
    amount = money(plan.cost, plan.currency)
    if plan.objective != plan.cost:
        amount = f"objective {number(plan.objective)}, cost {amount}"
    spread = plan.tables is not None and plan.tables.setting("finance", "one_off") in ("npv", "annuity")
    alone = plan.facts.get("size", {}).get("periods", 1) == 1 and not spread
    per = f" per {plan.period}" if alone else ""
    gap = max(plan.gap, 1e-9) if plan.gap is not None else None
    if plan.status == "optimal" and gap is not None:
        proof = f"proved within {gap:.0e}".replace("e-0", "e-")
    else:
        proof = "stopped with " + ("an unknown gap" if gap is None else f"a gap of {100 * gap:.3g} % to the bound")
    word = "Optimal" if plan.status == "optimal" else "Feasible"
    unique = " · other plans cost the same" if plan.unique is False else ""
    return f"{word}: {amount}{per}, {proof} · verified: {plan.laws:,} laws, 0 broken · {seconds}{unique}"


def _costs(plan: Plan) -> str:
    accounts = dict(plan.accounts or {})
    total = sum(abs(v) for v in accounts.values()) or 1.0
    rows = [
        [name, number(value), f"{100 * value / total:.1f} %"]
        for name, value in sorted(accounts.items(), key=lambda kv: -abs(kv[1]))
    ]
    rows.append(["cost", number(plan.cost), ""])
    totals = [
        f"  {word}  {number(amount)} {_unit_of(plan, material)}  {material}"
        for key, word in (("collect", "collected"), ("deliver", "delivered"))
        for material, amount in (plan.totals or {}).get(key, {}).items()
        if amount
    ]
    for name, word in (("shortage", "short"), ("stock", "in stock at the ends of periods")):
        columns = plan.columns.get(name, {})
        sums: dict[str, float] = {}
        for material, amount in zip(columns.get("material", []), columns.get("amount", []), strict=True):
            sums[material] = sums.get(material, 0.0) + amount
        totals += [f"  {word}  {number(amount)} {_unit_of(plan, m)}  {m}" for m, amount in sums.items()]
    trips = [
        f"  trips      {number(count)}  {mode}" for mode, count in (plan.totals or {}).get("trips", {}).items() if count
    ]
    return (
        table(["account", MONEY.get(plan.currency, plan.currency), "share"], rows) + "\n\n" + "\n".join(totals + trips)
    )


def _unit_of(plan: Plan, material: str) -> str:
    materials = plan.tables["materials"] if plan.tables is not None else None
    if materials is None:
        return ""
    names = list(materials.columns["material"])
    return (materials.cell(names.index(material), "unit") or "kg") if material in names else ""


def _sites(plan: Plan) -> str:
    sites = plan.facts.get("sites", [])
    if not sites:
        return ""
    flow = plan.columns.get("flow", {})
    sources: dict[str, dict[str, float]] = {}
    for origin, dest, amount in zip(*(flow.get(c, []) for c in ("origin", "dest", "amount")), strict=True):
        into = sources.setdefault(dest, {})
        into[origin] = into.get(origin, 0.0) + amount
    sized = any(s["size"] != "-" for s in sites)
    rows = []
    for s in sites:
        from_ = sorted(sources.get(s["place"], {}).items(), key=lambda kv: -kv[1])
        names = ", ".join(f"{o} {number(a)}" for o, a in from_[:4]) + (
            f" … and {len(from_) - 4} more" if len(from_) > 4 else ""
        )
        share = s["fullest"]
        bar = "–" if share is None else f"{'█' * round(10 * share):<10} {100 * share:.0f} %"
        name = f"{s['place']} ({s['size']})" if sized else s["place"]
        rows.append([name, number(s["throughput"]), number(s["capacity"]), s["unit"], bar, names])
    used, known = len(plan.used), plan.facts.get("size", {}).get("sites", len(sites))
    caps = [s["capacity"] for s in sites if s["used"]]
    through = sum(s["throughput"] for s in sites if s["used"])
    share = f", {100 * through / sum(caps):.1f} % of their capacity" if caps and None not in caps and sum(caps) else ""
    head = f"Sites: {used} used of {known}{share}"
    body = table(["site", "takes in", "capacity", "unit", "capacity used", "from"], rows, left=(0, 3, 4, 5))
    return f"{head}\n{body}"


def _flows(plan: Plan) -> str:
    flow = plan.columns.get("flow")
    sites = {s["place"] for s in plan.facts.get("sites", [])}
    rows = []
    if flow:
        columns = ("origin", "dest", "material", "mode", "period", "amount")
        for origin, dest, material, mode, period, amount in zip(*(flow[c] for c in columns), strict=True):
            if dest not in sites:
                rows.append([origin, dest, material, mode, period, number(amount, 3), _unit_of(plan, material)])
    loads = plan.columns.get("tour_loads")
    if loads:
        columns = ("tour", "stop", "to", "material", "period", "amount")
        for tour, stop, to, material, period, amount in zip(*(loads[c] for c in columns), strict=True):
            rows.append(
                [
                    f"{tour}, stop {stop}",
                    f"stop {to}",
                    material,
                    "",
                    period,
                    number(amount, 3),
                    _unit_of(plan, material),
                ]
            )
    if not rows:
        return ""
    if len({r[4] for r in rows}) == 1:
        for r in rows:
            del r[4]
        headers = ["from", "to", "material", "mode", "amount", "unit"]
    else:
        headers = ["from", "to", "material", "mode", "period", "amount", "unit"]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table flow)" if len(rows) > _MOST_ROWS else ""
    left = tuple(c for c in range(len(headers)) if headers[c] != "amount")
    return "What goes where\n" + table(headers, rows[:_MOST_ROWS], left=left) + more


def _runs(plan: Plan) -> str:
    run = plan.columns.get("run")
    if not run:
        return ""
    rows = [
        [process, place, period, number(amount, 3)]
        for process, place, period, amount in zip(
            *(run[c] for c in ("process", "place", "period", "amount")), strict=True
        )
    ]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table run)" if len(rows) > _MOST_ROWS else ""
    return "Processes\n" + table(["process", "place", "period", "activity"], rows[:_MOST_ROWS], left=(0, 1, 2)) + more


def _rides(plan: Plan) -> str:
    rides = plan.columns.get("backhaul")
    if not rides:
        return ""
    keys = ["origin", "dest", "material", "mode", "period"]
    if len(set(rides["period"])) == 1:
        keys.remove("period")
    rows = [
        [*(rides[c][i] for c in keys), number(amount, 3), _unit_of(plan, rides["material"][i])]
        for i, amount in enumerate(rides["amount"])
    ]
    headers = [{"origin": "from", "dest": "to"}.get(c, c) for c in keys] + ["amount", "unit"]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table backhaul)" if len(rows) > _MOST_ROWS else ""
    left = (*range(len(keys)), len(keys) + 1)
    return "On the way back of trips\n" + table(headers, rows[:_MOST_ROWS], left=left) + more


def _fleets(plan: Plan) -> str:
    fleets = plan.columns.get("fleets")
    if not fleets:
        return ""
    keys, figures = ["mode", "base", "period"], ["trips", "hours", "vehicles", "drivers"]
    if len(set(fleets["period"])) == 1:
        keys.remove("period")
    count = range(len(fleets["mode"]))
    rows = [[*(fleets[c][i] for c in keys), *(number(fleets[c][i]) for c in figures)] for i in count]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table fleets)" if len(rows) > _MOST_ROWS else ""
    return "Vehicles\n" + table([*keys, *figures], rows[:_MOST_ROWS], left=tuple(range(len(keys)))) + more


def _owners(plan: Plan) -> str:
    """What each owner earns and pays."""
    found = plan.columns.get("margins")
    if not found:
        return ""
    names = ("revenue", "costs", "received", "paid", "margin")
    rows = [
        [owner or "(nobody)", *map(number, values)]
        for owner, *values in zip(*(found[c] for c in ("owner", *names)), strict=True)
    ]
    more = f"\n  … and {len(rows) - _MOST_ROWS} more (table margins)" if len(rows) > _MOST_ROWS else ""
    return f"Owners\n{table(['owner', *names], rows[:_MOST_ROWS], left=(0,))}{more}"


def _binding(plan: Plan) -> str:
    lines = []
    for limit in plan.facts.get("limits", []):
        if limit["binds"]:
            each = f" {limit['each']}" if limit["each"] else ""
            side = {"most": f"at most {number(limit['most'])}", "least": f"at least {number(limit['least'])}"}
            side["spread"] = f"apart {side['most']}"
            words = side.get(limit["binds"], f"exactly {number(limit['most'])}")
            what = f"{limit['quantity']} over {limit['over']}" if limit["over"] else limit["quantity"]
            lines.append(f"  {limit['limit']}{each}: {what} {words}")
    full = [s["place"] for s in plan.facts.get("sites", []) if s["fullest"] is not None and s["fullest"] >= _FULL]
    if full:
        shown = ", ".join(full[:8]) + (f" … and {len(full) - 8} more" if len(full) > 8 else "")
        lines.append(f"  capacity of {len(full)} sites: {shown}")
    return "What binds\n" + "\n".join(lines) if lines else ""


def _measures(plan: Plan) -> str:
    units = {"km": "vehicle-km", "tkm": "tonne-km", "co2": "kg CO2e", "jobs": "jobs"}
    parts = [f"{number(v)} {units[k]}" for k, v in plan.measures.items() if k in units and v]
    own = {k: v for k, v in plan.measures.items() if k not in units and v is not None}
    parts += [f"{k} {number(v)} {_own_unit(plan, k)}".rstrip() for k, v in own.items()]
    return "Measures  " + " · ".join(parts) if parts else ""


def _own_unit(plan: Plan, measure: str) -> str:
    """The unit that a measure of the user's own is given, if any."""
    rows = plan.tables["measures"] if plan.tables is not None else None
    if rows is None:
        return ""
    found = [rows.cell(i, "unit") for i, name in enumerate(rows.columns["measure"]) if name == measure]
    return next((unit for unit in found if unit), "")


# -- studies -----------------------------------------------------------------------------------------------------


def comparison_text(rows: Sequence[dict[str, Any]], currency: str, first: str = "scenario") -> str:
    """Rows of a comparison or a sensitivity as a table."""
    lines, saves, aims = [], any("saving" in r for r in rows), any("goals" in r for r in rows)
    for r in rows:
        percent = r.get("change_percent")
        change = "" if percent is None else f"{percent:+.2f} %"
        moved = ""
        if r.get("sites_in") or r.get("sites_out"):
            moved = f"+{len(r['sites_in'])} −{len(r['sites_out'])}"
        sites = "" if not r.get("sites_used") else str(r["sites_used"])
        name = str(r[first]) if first in r else ""
        saving, part = r.get("saving"), r.get("saving_percent")
        saved = [number(saving), "" if part is None else f"{part:+.2f} %"] if saves else []
        goals = [attained_text(r.get("goals", []))] if aims else []
        lines.append([name, r["status"], number(r["cost"]), change, *saved, *goals, sites, moved])
    headers = [first, "status", f"cost {MONEY.get(currency, currency)}", "change"]
    headers += ["saving", ""] if saves else []
    headers += ["goals"] if aims else []
    return table([*headers, "sites", "in/out"], lines, left=(0, 1))


def reproduction_text(rows: Sequence[dict[str, Any]]) -> str:
    """Published figures beside ours."""
    lines = []
    for r in rows:
        scope = ", ".join(f"{k} {v}" for k, v in r["scope"].items())
        what = f"{r['quantity']}{' (' + scope + ')' if scope else ''}"
        mark = "" if r["holds"] else "  ← does not hold"
        lines.append(
            [r["scenario"] or "base", what, number(r["printed"], 6), number(r["ours"], 6), f"{r['verdict']}{mark}"]
        )
    return table(["scenario", "quantity", "printed", "ours", "verdict"], lines, left=(0, 1, 4))
