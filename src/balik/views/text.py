"""Plans and studies as text for a terminal: aligned columns, units, nothing that a plan does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..plan.plan import Plan
from ..tables.formats.workbook import BOOKS
from ..words import NOTHING, Figure, Sentence, say, sentences
from .audit import figure_name
from .baseline import baseline_text
from .chances import chances_text, waits_text
from .comeback import comeback_text
from .goals import attained_text, goals_text
from .language import Language
from .layout import MONEY, money, more_rows, number, percent, table
from .opinion import opinion_text
from .phases import phases_text
from .proof import nearness, proof_text
from .resources import resources_text
from .span import occurrences, recurs, share_words
from .terms import account_name, column_name, measure_name, period_word, quantity_name, status_name, verdict_name

_MOST_ROWS = 30
_DOT = " · "
#: A point of a range, as a study writes it.
_POINT = re.compile(r"[-+−]?[\d,.]+( %)?")
_FULL = 1 - 1e-9


def plan_text(plan: Plan, case: str, out: str | None = None, language: str = "en") -> str:
    """A plan as a planner reads it; `case` as the user named it, `out` the folder that it was written to."""
    speak = Language(language)
    blocks: list[str] = [_head(plan, speak), _verdict(plan, speak)]
    if opinion := opinion_text(plan.facts.get("second_opinion")):
        blocks.append(speak(opinion))
    if plan.has_numbers:
        views = (goals_text, _costs, _sites, phases_text, _flows, _rides, _runs, resources_text, chances_text, waits_text, comeback_text)
        blocks += [view(plan, speak) for view in (*views, _fleets, _owners, _binding, _measures)]
        blocks.append(baseline_text(plan.baseline, plan.currency, speak))
    if plan.status == "infeasible" and not plan.broken:
        options = plan.facts.get("options", {})
        asked = [f"--scenario {plan.scenario}"] if plan.scenario else []
        asked += [f"--fix {options['fix']}"] if options.get("fix") else []
        asked += [f'--set "{change}"' for change in options.get("set", [])]
        asks = say("Why, and what would mend it: {command}", command=" ".join(["balik explain", case, *asked]))
        blocks.append(speak(asks))
    if out and Path(out).suffix.lower() in BOOKS:
        written = say("Written to {out}: your workbook with the plan on sheets of its own", out=out)
        blocks.append(speak(written) if plan.has_numbers else "")
    elif out:
        written = say("Written to {out} ({count} tables, plan.json and the input that was solved)",
                      out=out, count=len(plan.columns))  # fmt: skip
        blocks.append("\n".join(map(speak, filter(None, [written, proof_text(plan.facts.get("proof"))]))))
    return "\n\n".join(b for b in blocks if b)


def _head(plan: Plan, speak: Language) -> str:
    size = plan.facts.get("size", {})
    places, sites, lanes, dropped = (size.get(key, 0) for key in ("places", "sites", "lanes", "dropped_lanes"))
    parts = [say("1 place") if places == 1 else say("{count:,} places", count=places)]
    if sites:
        parts.append(say("1 candidate site") if sites == 1 else say("{count:,} candidate sites", count=sites))
    parts.append(say("1 lane") if lanes == 1 else say("{count:,} lanes", count=lanes))
    if dropped == 1:
        parts.append(say("1 lane dropped by within and nearest"))
    elif dropped:
        parts.append(say("{count:,} lanes dropped by within and nearest", count=dropped))
    seconds = sum(plan.seconds.get(k, 0.0) for k in ("read", "check", "build"))
    parts.append(say("read, checked and stated in {seconds:.2f} s", seconds=seconds))
    title = [plan.title, say("scenario {name}", name=plan.scenario) if plan.scenario else NOTHING]
    title.append(say("today's flows") if plan.baseline is not None else NOTHING)
    return f"{speak(sentences(*title, between=_DOT))}\n{speak(sentences(*parts, between=_DOT))}"


def _verdict(plan: Plan, speak: Language) -> str:
    seconds = say("{seconds:.2f} s", seconds=plan.seconds.get("solve", 0.0))
    if (plan.facts.get("second_opinion") or {}).get("agrees") is False:
        return speak(say("Two engines contradict each other: {told}", told=plan.broken[-1]))
    if plan.status in ("optimal", "feasible") and not plan.has_numbers:
        told = say("The plan found fails its verification, so no number of it is shown:")
        return "\n".join([speak(told), *(f"  {speak(b)}" for b in plan.broken[:20])])
    words = {
        "infeasible": say("No plan exists: the rows of the case contradict each other."),
        "unbounded": say("Unbounded: the cost can fall without end. Something is paid for that nothing bounds; balik explain names it."),
        "stopped": say("Stopped before any plan was found."),
    }
    if plan.status in words:
        return f"{speak(words[plan.status])} ({speak(seconds)})"
    parts = [say("verified: {laws:,} laws, 0 broken", laws=plan.laws), seconds]
    if plan.unique is False:
        parts.append(say("other plans cost the same"))
    said = {"cost": _amount(plan), "proof": _proof(plan)}
    first = say("Optimal: {cost}, {proof}", **said) if plan.status == "optimal" else say("Feasible: {cost}, {proof}", **said)
    return speak(sentences(first, *parts, between=_DOT))


def _amount(plan: Plan) -> Sentence:
    """What the plan costs: Rp 8,161,000 per day."""
    amount = money(plan.cost, plan.currency)
    if plan.objective != plan.cost:
        amount = say("objective {objective}, cost {cost}", objective=number(plan.objective), cost=amount)
    return say("{cost} per {period}", cost=amount, period=period_word(plan.period)) if recurs(plan) else amount


def _proof(plan: Plan) -> Sentence:
    """How near the bound it is."""
    if plan.gap is None:
        return say("stopped with an unknown gap")
    if plan.status == "optimal":
        gap, shown = nearness(plan)
        return say("proved within {gap}", gap=gap) if shown else say("within {gap} by the engine's word", gap=gap)
    return say("stopped with a gap of {percent:.3g} % to the bound", percent=100 * max(plan.gap, 1e-9))


def _costs(plan: Plan, speak: Language) -> str:
    accounts = dict(plan.accounts or {})
    total = sum(abs(v) for v in accounts.values()) or 1.0
    rows: list[list[str]] = [
        [account_name(name), number(value), percent(100 * value / total, ".1f")]
        for name, value in sorted(accounts.items(), key=lambda kv: -abs(kv[1]))
    ]
    rows.append([account_name("cost"), number(plan.cost), ""])
    amounts = plan.totals or {}
    sums = [(say("collected"), amounts.get("collect", {})), (say("delivered"), amounts.get("deliver", {}))]
    totals = [(word, material, amount) for word, by in sums for material, amount in by.items() if amount]
    for name, word in (("shortage", say("short")), ("stock", say("in stock at the ends of periods"))):
        columns = plan.columns.get(name, {})
        kept: dict[str, float] = {}
        for material, amount in zip(columns.get("material", []), columns.get("amount", []), strict=True):
            kept[material] = kept.get(material, 0.0) + amount
        totals += [(word, material, amount) for material, amount in kept.items()]
    told = [(speak(word), f"{speak(number(amount))} {_unit_of(plan, m)}", m) for word, m, amount in totals]
    trips = (plan.totals or {}).get("trips", {})
    told += [(speak(say("trips")), speak(number(count)), mode) for mode, count in trips.items() if count]
    wide = max((len(word) for word, *_ in told), default=0)
    lines = [f"  {word:{wide}}  {amount}  {name}" for word, amount, name in told]
    heads = (say("account"), MONEY.get(plan.currency, plan.currency), say("share"))
    return table(heads, rows, speak=speak) + "\n\n" + "\n".join(lines)


def _unit_of(plan: Plan, material: str) -> str:
    return plan.tables.unit_of(material) if plan.tables is not None else ""


def _sites(plan: Plan, speak: Language) -> str:
    sites = plan.facts.get("sites", [])
    if not sites:
        return ""
    flow, times = plan.columns.get("flow", {}), occurrences(plan)
    sources: dict[str, dict[str, float]] = {}
    for origin, dest, period, amount in zip(*(flow.get(c, []) for c in ("origin", "dest", "period", "amount")), strict=True):
        into = sources.setdefault(dest, {})
        into[origin] = into.get(origin, 0.0) + amount * times.get(period, 1.0)
    sized = any(s["size"] != "-" for s in sites)
    rows: list[list[str]] = []
    for s in sites:
        from_ = sorted(sources.get(s["place"], {}).items(), key=lambda kv: -kv[1])
        names: str = sentences(*(sentences(o, number(a)) for o, a in from_[:4]), between=", ")
        if len(from_) > 4:
            names = say("{names} … and {count} more", names=names, count=len(from_) - 4)
        share = s["fullest"]
        bar: str = number(None) if share is None else Figure(f"{'█' * round(10 * share):<10} {100 * share:.0f} %")
        name = f"{s['place']} ({s['size']})" if sized else s["place"]
        rows.append([name, number(s["throughput"]), number(s["capacity"]), s["unit"], bar, names])
    known = plan.facts.get("size", {}).get("sites", len(sites))
    caps = [s["capacity"] for s in sites if s["used"]]
    through = sum(s["throughput"] for s in sites if s["used"])
    head = say("Sites: {used} used of {known}", used=len(plan.used), known=known)
    if caps and None not in caps and sum(caps):
        head = say("{sites}, {percent:.1f} % of their capacity", sites=head, percent=100 * through / sum(caps))
    heads = [say("site"), say("takes in"), say("capacity"), say("unit"), say("capacity used"), say("from")]
    uneven = any(s["capacity"] and s["fullest"] and s["fullest"] > s["throughput"] / s["capacity"] + 0.005 for s in sites)
    told = f"\n  {speak(sentences(say('capacity used'), share_words(plan), between=': '))}" if uneven else ""
    return f"{speak(head)}\n{table(heads, rows, left=(0, 3, 4, 5), speak=speak)}{told}"


def _flows(plan: Plan, speak: Language) -> str:
    flow = plan.columns.get("flow")
    sites = {s["place"] for s in plan.facts.get("sites", [])}
    rows: list[list[str]] = []
    if flow:
        columns = ("origin", "dest", "material", "mode", "period", "amount")
        for origin, dest, material, mode, period, amount in zip(*(flow[c] for c in columns), strict=True):
            if dest not in sites:
                rows.append([origin, dest, material, mode, period, number(amount, 3), _unit_of(plan, material)])
    loads = plan.columns.get("tour_loads")
    if loads:
        columns = ("tour", "stop", "to", "material", "period", "amount")
        for tour, stop, to, material, period, amount in zip(*(loads[c] for c in columns), strict=True):
            ends = [say("{tour}, stop {stop}", tour=tour, stop=stop), say("stop {stop}", stop=to)]
            rows.append([*ends, material, "", period, number(amount, 3), _unit_of(plan, material)])
    heads = [say("from"), say("to"), say("material"), say("mode"), say("period"), say("amount"), say("unit")]
    return _shown(say("What goes where"), heads, rows, speak, "flow", period=4, right=(5,))


def _runs(plan: Plan, speak: Language) -> str:
    run = plan.columns.get("run", {})
    columns = (run.get(c, []) for c in ("process", "place", "period", "amount"))
    rows = [[process, place, period, number(amount, 3)] for process, place, period, amount in zip(*columns, strict=True)]
    heads = [say("process"), say("place"), say("period"), say("activity")]
    return _shown(say("Processes"), heads, rows, speak, "run", right=(3,))


def _rides(plan: Plan, speak: Language) -> str:
    rides = plan.columns.get("backhaul", {})
    columns = (rides.get(c, []) for c in ("origin", "dest", "material", "mode", "period", "amount"))
    rows = [
        [origin, dest, material, mode, period, number(amount, 3), _unit_of(plan, material)]
        for origin, dest, material, mode, period, amount in zip(*columns, strict=True)
    ]
    heads = [say("from"), say("to"), say("material"), say("mode"), say("period"), say("amount"), say("unit")]
    return _shown(say("On the way back of trips"), heads, rows, speak, "backhaul", period=4, right=(5,))


def _fleets(plan: Plan, speak: Language) -> str:
    fleets = plan.columns.get("fleets", {})
    keys, figures = ("mode", "base", "period"), ("trips", "hours", "vehicles", "drivers")
    columns = (fleets.get(c, []) for c in (*keys, *figures))
    rows = [[*row[:3], *map(number, row[3:])] for row in zip(*columns, strict=True)]
    heads = [say("mode"), column_name("base"), say("period"), say("trips"), say("hours"), say("vehicles"), say("drivers")]
    return _shown(say("Vehicles"), heads, rows, speak, "fleets", period=2, right=(3, 4, 5, 6))


def _owners(plan: Plan, speak: Language) -> str:
    """What each owner earns and pays."""
    found = plan.columns.get("margins", {})
    columns = (found.get(c, []) for c in ("owner", "revenue", "costs", "received", "paid", "margin"))
    rows = [[owner or say("(nobody)"), *map(number, values)] for owner, *values in zip(*columns, strict=True)]
    heads = [say("owner"), say("revenue"), say("costs"), say("received"), say("paid"), say("margin")]
    return _shown(say("Owners"), heads, rows, speak, "margins", right=(1, 2, 3, 4, 5))


def _shown(
    title: Sentence,
    heads: list[Sentence],
    rows: Sequence[Sequence[str]],
    speak: Language,
    name: str,
    *,
    period: int | None = None,
    right: Sequence[int] = (),
) -> str:
    """The first rows of a table of the plan; a column `period` that says the same throughout is left out."""
    if not rows:
        return ""
    kept = list(range(len(heads)))
    if period is not None and len({row[period] for row in rows}) == 1:
        kept.remove(period)
    left = [at for at, column in enumerate(kept) if column not in right]
    body = table([heads[c] for c in kept], [[row[c] for c in kept] for row in rows[:_MOST_ROWS]], left, speak=speak)
    return f"{speak(title)}\n{body}{more_rows(len(rows) - _MOST_ROWS, name, speak)}"


def _binding(plan: Plan, speak: Language) -> str:
    lines = [_bound(limit) for limit in plan.facts.get("limits", []) if limit["binds"]]
    full = [s["place"] for s in plan.facts.get("sites", []) if s["fullest"] is not None and s["fullest"] >= _FULL]
    if full:
        names: str = ", ".join(full[:8])
        if len(full) > 8:
            names = say("{names} … and {count} more", names=names, count=len(full) - 8)
        lines.append(
            say("capacity of {count} site: {names}", count=1, names=names)
            if len(full) == 1
            else say("capacity of {count} sites: {names}", count=len(full), names=names)
        )
    return "\n  ".join(map(speak, [say("What binds"), *lines])) if lines else ""


def _bound(limit: Mapping[str, Any]) -> Sentence:
    """A limit that binds, and at what."""
    most, least = number(limit["most"]), number(limit["least"])
    sides = {
        "most": say("at most {bound}", bound=most),
        "least": say("at least {bound}", bound=least),
        "spread": say("apart at most {bound}", bound=most),
    }
    what: Sentence = quantity_name(limit["quantity"])
    if limit["over"]:
        what = say("{quantity} over {over}", quantity=what, over=quantity_name(limit["over"]))
    name = f"{limit['limit']} {limit['each']}" if limit["each"] else limit["limit"]
    return say("{limit}: {what} {bound}", limit=name, what=what, bound=sides.get(limit["binds"], say("exactly {bound}", bound=most)))


def _measures(plan: Plan, speak: Language) -> str:
    known = ("km", "tkm", "co2", "jobs")
    parts = [sentences(number(plan.measures[k]), measure_name(k)) for k in plan.measures if k in known and plan.measures[k]]
    own = {k: v for k, v in plan.measures.items() if k not in known and v is not None}
    parts += [sentences(k, number(v), _own_unit(plan, k)) for k, v in own.items()]
    return f"{speak(say('Measures'))}  {speak(sentences(*parts, between=_DOT))}" if parts else ""


def _own_unit(plan: Plan, measure: str) -> str:
    """The unit that a measure of the user's own is given, if any."""
    rows = plan.tables["measures"] if plan.tables is not None else None
    if rows is None:
        return ""
    found = [rows.cell(i, "unit") for i, name in enumerate(rows.columns["measure"]) if name == measure]
    return next((unit for unit in found if unit), "")


# -- studies -----------------------------------------------------------------------------------------------------


def comparison_text(rows: Sequence[dict[str, Any]], currency: str, first: str = "scenario", language: str = "en") -> str:
    """Rows of a comparison or a sensitivity as a table; `first` is the key that says which row it is."""
    lines: list[list[str]] = []
    saves, aims = any("saving" in r for r in rows), any("goals" in r for r in rows)
    for r in rows:
        share = r.get("change_percent")
        change = "" if share is None else percent(share)
        moved: str = ""
        if r.get("sites_in") or r.get("sites_out"):
            moved = Figure(f"+{len(r['sites_in'])} −{len(r['sites_out'])}")
        sites = number(r["sites_used"]) if r.get("sites_used") else ""
        saving, part = r.get("saving"), r.get("saving_percent")
        saved = [number(saving), "" if part is None else percent(part)] if saves else []
        goals = [attained_text(r.get("goals", []))] if aims else []
        cost = number(r["cost"])
        name = str(r.get(first, ""))
        named = _scenario(name) if first == "scenario" else Figure(name) if _POINT.fullmatch(name) else name
        lines.append([named, status_name(r["status"]), cost, change, *saved, *goals, sites, moved])
    money_ = MONEY.get(currency, currency)
    headers: list[str] = [say("at") if first == "at" else say("scenario"), say("status"), say("cost {currency}", currency=money_)]
    headers += [say("change"), *([say("saving"), ""] if saves else []), *([say("goals")] if aims else [])]
    return table([*headers, say("sites"), say("in/out")], lines, left=(0, 1), speak=Language(language))


def _scenario(name: str) -> str:
    """A scenario by the user's name; the base and today's flows have names of balik's own."""
    return {"base": say("base"), "baseline (today)": say("baseline (today)")}.get(name, name)


def reproduction_text(rows: Sequence[dict[str, Any]], language: str = "en") -> str:
    """Published figures beside ours."""
    speak = Language(language)
    lines: list[list[str]] = []
    for r in rows:
        verdict = verdict_name(r["verdict"])
        verdict = verdict if r["holds"] else say("{verdict}  ← does not hold", verdict=verdict)
        lines.append([r["scenario"] or say("base"), figure_name(r), number(r["printed"], 6), number(r["ours"], 6), verdict])
    heads = (say("scenario"), say("quantity"), say("printed"), say("ours"), say("verdict"))
    return table(heads, lines, left=(0, 1, 4), speak=speak)
