"""Today's plan beside what was paid for it: account by account, and lane by lane where the difference comes from.

Money is counted here as invoices count it: as often as each period recurs, and not discounted. One-off money is that
of the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.statement import Model, Part
from ..network.baseline import paid_on_lanes
from ..network.expand import ravel
from ..tables import Data
from ..tables.baseline import WHOLE
from ..words import NOTHING, Sentence, say, sentences
from .decode import Array, rounded

#: Off by more than this share of all that was invoiced, a baseline is not to be trusted.
TOLERANCE = 0.10
#: The accounts that lanes charge.
OF_LANES = ("transport", "fee", "trip")
_MOST_LANES = 100
_SAME = 1e-6  # share of the larger by which two sums of money may differ and be called the same

Row = dict[str, Any]


def baseline_of(data: Data, m: Model, x: Array) -> Row:
    """What stands under `baseline` in the document of a plan whose flows are today's."""
    ours = {account: _money(m, parts, x) for account, parts in m.variables.ledger.items() if any(map(len, parts))}
    invoices = _invoices(data)
    accounts, rest, total = _accounts(ours, invoices)
    gross = math.fsum(abs(row["invoice"]) for row in [*accounts, *([rest] if rest else [])] if row["invoice"])
    gross = gross or abs(total["invoice"] if total else 0.0)
    off = _off(accounts, total, gross)
    if total:
        total["percent"] = _percent(total["difference"], gross)
    lanes, unpaid = _lanes(data, m, x)
    sums = {"count": len(lanes), **{key: rounded(math.fsum(row[key] for row in lanes)) for key in ("ours", "paid")}}
    sums |= {"difference": rounded(sums["ours"] - sums["paid"])}
    off = off if total else _lanes_off(sums)
    answer = {
        "accounts": accounts,
        "rest": rest,
        "total": total,
        "tolerance_percent": 100 * TOLERANCE,
        "off": off,
        "trusted": False if off else True if total else None,
        "lanes": lanes[:_MOST_LANES],
        "lanes_total": sums,
        "flows_without_cost": unpaid,
    }
    found = [*_on_accounts(ours, invoices), *_on_lanes(m, x, invoices, sums, unpaid), *distrust(answer)]
    return answer | {"findings": found}


# -- accounts ----------------------------------------------------------------------------------------------------


def _money(m: Model, parts: Iterable[Part], x: Array) -> float:
    return rounded(math.fsum(np.concatenate([_lines(m, p, x) for p in parts]).tolist()))


def _lines(m: Model, p: Part, x: Array) -> Array:
    """Money of each line, as often as its period recurs; one-off money as the ledger has it."""
    often = m.network.repeats[p.codes["period"]] if "period" in p.codes else p.times
    return np.asarray((p.offset + p.per * x[p.cols]) * p.rate * often)


def _invoices(data: Data) -> dict[str, float]:
    frame = data["invoices"]
    return {frame.text["account"][row]: float(frame.number["amount"][row]) for row in np.flatnonzero(frame.ok).tolist()}


def _accounts(ours: dict[str, float], invoices: dict[str, float]) -> tuple[list[Row], Row | None, Row | None]:
    """Every account that is charged or invoiced; the rest of an invoice of everything; and the total."""
    named = [account for account in invoices if account != WHOLE]
    charged = [account for account, money in ours.items() if money and account not in named]
    rows = [{"account": a, **_beside(ours.get(a, 0.0), invoices.get(a))} for a in (*named, *charged)]
    rows.sort(key=lambda row: -max(abs(row["ours"]), abs(row["invoice"] or 0.0)))
    mine, theirs = (math.fsum(of.get(a, 0.0) for a in named) for of in (ours, invoices))
    everything, whole = math.fsum(ours.values()), invoices.get(WHOLE)
    if whole is not None:
        rest = _beside(everything - mine, whole - theirs) if named else None
        return rows, rest, _beside(everything, whole)
    return rows, None, _beside(mine, theirs) if named else None


def _beside(ours: float, invoice: float | None) -> Row:
    difference = None if invoice is None else rounded(ours - invoice)
    return {
        "ours": rounded(ours),
        "invoice": None if invoice is None else rounded(invoice),
        "difference": difference,
        "percent": None if difference is None or invoice is None else _percent(difference, abs(invoice)),
    }


def _percent(difference: float, whole: float) -> float | None:
    """A difference in per cent; None of nothing."""
    return round(100 * difference / whole, 4) + 0.0 if whole else None


def _off(accounts: list[Row], total: Row | None, gross: float) -> list[str]:
    """What is off by more than the tolerance: the total, and accounts that make more than a tenth of what was paid."""
    if total is None:
        return []
    limit = TOLERANCE * (1 + _SAME)
    out = ["total"] if abs(total["difference"]) > limit * gross else []
    if sum(row["invoice"] is not None for row in accounts) == 1 and total["ours"] == accounts[0]["ours"]:
        return out  # the one account is the total
    for row in accounts:
        large = row["invoice"] is not None and abs(row["invoice"]) > TOLERANCE * gross
        if large and abs(row["difference"]) > limit * abs(row["invoice"]):
            out.append(row["account"])
    return out


def _lanes_off(sums: Row) -> list[str]:
    """Without invoices, the flows that have a cost stand for all: whether they are off by more than the tolerance."""
    return ["lanes"] if abs(sums["difference"]) > TOLERANCE * (1 + _SAME) * abs(sums["paid"]) else []


# -- lanes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ways:
    """The lanes of a way (origin, dest, mode): of each lane its way, and whether all that rode with it has a cost."""

    way: Array
    first: Array  # a lane of each way
    told: Array  # bool, per lane
    trip_way: Array  # of each trip
    trip_told: Array


def _ways(m: Model, paid: Array, carries: Array) -> _Ways:
    """Materials share vehicles, so money of a way and period is beside its cost only where every flow has one."""
    n = m.network
    sizes = [len(n.labels["place"]), len(n.labels["place"]), len(n.labels["mode"])]
    key = ravel([n.lanes.origin, n.lanes.dest, n.lanes.mode], sizes)
    ways, first, way = np.unique(key, return_index=True, return_inverse=True)
    periods, way = len(n.length), way.reshape(-1)
    at = way * periods + n.lanes.period
    size = max(len(ways) * periods, 1)
    known = np.bincount(at, ~np.isnan(paid), size) > 0
    told = known & (np.bincount(at, carries & np.isnan(paid), size) == 0)
    trip_way = np.searchsorted(ways, ravel([n.trips.origin, n.trips.dest, n.trips.mode], sizes))
    return _Ways(way, first, told[at], trip_way, told[trip_way * periods + n.trips.period])


def _lanes(data: Data, m: Model, x: Array) -> tuple[list[Row], int]:
    """Ours and what was paid by way, the largest difference first; and how many flows have no cost beside them."""
    n, v = m.network, m.variables
    paid = paid_on_lanes(data, n)
    amount = x[v.flow.cols]
    ways = _ways(m, paid, amount > 0)
    size = len(ways.first)
    often = n.repeats[n.lanes.period]

    def by_way(values: Array) -> Array:
        return np.bincount(ways.way, np.where(ways.told, np.nan_to_num(values) * often, 0.0), size)

    money = {kind: np.zeros(size) for kind in ("ours", "distance", "trip")}
    for account in OF_LANES:
        for p in v.ledger.get(account, []):
            if "origin" in p.codes and len(p):
                _add_lines(m, p, x, account, ways, money)
    trips = np.bincount(ways.trip_way, np.where(ways.trip_told, x[v.trips.cols] * n.repeats[n.trips.period], 0.0), size)
    loads = by_way(amount / n.lanes.payload)
    sums, given = by_way(amount), by_way(paid)
    told = np.flatnonzero(ways.told)
    told = told[np.argsort(ways.way[told], kind="stable")]
    rows = []
    for mine in np.split(told, np.flatnonzero(np.diff(ways.way[told])) + 1) if len(told) else ():
        w = int(ways.way[mine[0]])
        facts = {"amount": sums[w], "paid": given[w], "trips": trips[w], "loads": loads[w]}
        rows.append(_way(m, mine, facts | {kind: values[w] for kind, values in money.items()}))
    rows.sort(key=lambda row: (-abs(row["difference"]), row["origin"], row["dest"], row["mode"]))
    return rows, int(((amount > 0) & ~ways.told).sum())


def _add_lines(m: Model, p: Part, x: Array, account: str, ways: _Ways, money: dict[str, Array]) -> None:
    """The money of these lines to their ways: all of it, what grows with km, and what grows with trips."""
    n = m.network
    by_load = "material" in p.codes
    view, way, told = (n.lanes, ways.way, ways.told) if by_load else (n.trips, ways.trip_way, ways.trip_told)
    cols = (m.variables.flow if by_load else m.variables.trips).cols
    at = np.searchsorted(cols, p.cols) if len(view) else np.zeros(0, np.int64)
    values = np.where(told[at], _lines(m, p, x), 0.0)
    for kind, counts in (("ours", True), ("distance", account == "transport"), ("trip", not by_load)):
        if counts:
            money[kind] += np.bincount(way[at], values, len(money[kind]))


def _way(m: Model, lanes: Array, facts: dict[str, float]) -> Row:
    """One way: its money beside what was paid, and what of its data would bring the two together."""
    n, first = m.network, int(lanes[0])
    materials = np.unique(n.lanes.material[lanes])
    units, kms = {n.unit[k] for k in materials}, np.unique(n.lanes.km[lanes])
    ours, paid, amount, trips = (float(facts[c]) for c in ("ours", "paid", "amount", "trips"))
    unit = units.pop() if len(units) == 1 else None
    km = float(kms[0]) if len(kms) == 1 and not np.isnan(kms[0]) else None
    trips_of = trips if n.lanes.trip[first] >= 0 else None
    each = amount if unit is not None and amount > 0 else None
    row = {
        "origin": n.labels["place"][n.lanes.origin[first]],
        "dest": n.labels["place"][n.lanes.dest[first]],
        "mode": n.labels["mode"][n.lanes.mode[first]],
        "materials": [n.labels["material"][k] for k in materials],
        "amount": rounded(amount) if unit is not None else None,
        "unit": unit,
        "km": km,
        "trips": None if trips_of is None else rounded(trips_of),
        "full": None if not trips_of else round(float(facts["loads"]) / trips_of, 6),
        **{("paid" if key == "invoice" else key): value for key, value in _beside(ours, paid).items()},
        "ours_per_unit": None if each is None else rounded(ours / each),
        "paid_per_unit": None if each is None else rounded(paid / each),
        "km_paid": _as_paid(km, facts["distance"], paid - ours),
        "trips_paid": _as_paid(trips_of, facts["trip"], paid - ours),
    }
    return row | {"why": _why(row)}


def _as_paid(now: float | None, money: float, more: float) -> float | None:
    """The km (or trips) at which the same rates cost what was paid; None where they do not make the money."""
    if now is None or not now or money <= 0 or money + more < 0:
        return None
    return rounded(now * (1 + more / money))


def _why(row: Row) -> Sentence:
    """What the data show of a difference; nothing where there is none."""
    if abs(row["difference"]) <= _SAME * max(1.0, abs(row["paid"])):
        return NOTHING
    if not row["ours"]:
        return say("The lane charges nothing: it has no rate, fee or cost of a trip.")
    parts = []
    if row["ours_per_unit"] is not None:
        values = {"ours": row["ours_per_unit"], "paid": row["paid_per_unit"], "unit": row["unit"]}
        parts.append(say("Ours is {ours:,.7g} per {unit}, paid was {paid:,.7g}.", **values))
    if row["trips"] and row["full"]:
        values = {"trips": row["trips"], "full": 100 * row["full"]}
        parts.append(
            say("It takes one trip, {full:.3g} % full.", **values)
            if row["trips"] == 1
            else say("It takes {trips:,.7g} trips, each {full:.3g} % full.", **values)
        )
    if row["km_paid"] is not None:
        values = {"km": row["km"], "other": row["km_paid"]}
        parts.append(say("At {other:,.4g} km instead of {km:,.7g} the same rates cost what was paid.", **values))
    if row["trips_paid"]:
        values = {"trips": row["trips_paid"], "full": 100 * row["full"] * row["trips"] / row["trips_paid"]}
        if row["km_paid"] is None:
            parts.append(
                say("With {trips:,.4g} trips, {full:.3g} % full, the same rates cost what was paid.", **values)
            )
        else:
            parts.append(say("With {trips:,.4g} trips, {full:.3g} % full, they do so too.", **values))
    return sentences(*parts)


# -- findings ----------------------------------------------------------------------------------------------------


def _on_accounts(ours: dict[str, float], invoices: dict[str, float]) -> list[Sentence]:
    """Accounts that only one side knows, or that have another sign there."""
    found = []
    for account, invoice in invoices.items():
        values = {"account": account, "money": invoice}
        if account != WHOLE and invoice and not ours.get(account):
            found.append(
                say("The invoices name {money:,.10g} for {account}, and the model charges nothing there.", **values)
            )
        elif account != WHOLE and invoice * ours.get(account, 0.0) < 0:
            found.append(
                say("The invoice of {account} has another sign than ours: income is negative.", account=account)
            )
    for account, money in ours.items():
        if money and invoices and account not in invoices and WHOLE not in invoices:
            found.append(
                say(
                    "The model charges {money:,.10g} for {account}, and no invoice names it.",
                    account=account,
                    money=money,
                )
            )
    return found


def _on_lanes(m: Model, x: Array, invoices: dict[str, float], sums: Row, unpaid: int) -> list[Sentence]:
    """What the costs of the flows do not tell: flows without one, invoices beside them, and tours."""
    found = []
    billed = [invoices[account] for account in OF_LANES if account in invoices]
    if billed and not sums["count"]:
        found.append(say("No flow of the baseline has a cost, so a difference cannot be followed to its lanes."))
    elif unpaid:
        found.append(
            say(
                "Flows of the baseline without a cost beside them: {count}. Their lanes are not in the list.",
                count=unpaid,
            )
        )
    elif billed and abs(beside := math.fsum(billed) - sums["paid"]) > 1e-3 * abs(sums["paid"]):
        found.append(say("The costs of the flows add up to {paid:,.10g}, the invoices of transport, fee and trip to "
                         "{billed:,.10g}: {beside:+,.10g} was invoiced beside the flows.",
                         paid=sums["paid"], billed=math.fsum(billed), beside=rounded(beside)))  # fmt: skip
    tours = [p for account in OF_LANES for p in m.variables.ledger.get(account, []) if "tour" in p.codes and len(p)]
    if tours and (money := _money(m, tours, x)):
        found.append(
            say("Tours are chosen anew, not fixed: {money:,.10g} of transport and trip is theirs.", money=money)
        )
    return found


def distrust(baseline: Mapping[str, Any]) -> list[Sentence]:
    """Why savings against a baseline are not to be trusted; nothing where they are."""
    total = baseline["total"]
    if total is None:
        return [_without_invoices(baseline["lanes_total"], baseline["off"])]
    rows = {"total": total} | {row["account"]: row for row in baseline["accounts"]}
    return [_off_by(rows[name], say("total") if name == "total" else name) for name in baseline["off"]]


def _without_invoices(sums: Mapping[str, Any], off: Sequence[str]) -> Sentence:
    """What the costs of the flows say of a baseline that has no invoices beside it."""
    if not sums["count"]:
        return say("The case has no table invoices: nothing says whether the baseline costs what was paid.")
    if not off:
        return say("The case has no table invoices: of what was paid, only the costs beside the flows are known.")
    percent = _percent(sums["difference"], abs(sums["paid"]))
    return _off_by({"ours": sums["ours"], "invoice": sums["paid"], "percent": percent}, say("the flows with a cost"))


def _off_by(row: Row, name: str | Sentence) -> Sentence:
    """That the baseline is off, by how much, and where."""
    values = {"ours": row["ours"], "invoice": row["invoice"], "most": 100 * TOLERANCE}
    if row["percent"] is None:
        return say("The baseline costs {ours:,.10g} and the invoices say {invoice:,.10g} ({name}): "
                   "savings against it are not to be trusted.", name=name, **values)  # fmt: skip
    return say("The baseline is off by {percent:+.1f} % ({name}: {ours:,.10g} against {invoice:,.10g}), more than "
               "{most:g} %: savings against it are not to be trusted.", name=name, percent=row["percent"], **values)  # fmt: skip
