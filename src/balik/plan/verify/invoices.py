"""What `plan.json` says of the accounts of today's plan beside the invoices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...words import say
from .baseline import fixed
from .exact import Number, exactly, total
from .terms import Terms
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World


@kept_verdict
def judge_invoices(world: World, document: Mapping[str, Any], lines: Terms, times: Array, court: Court) -> None:
    """Every figure beside an invoice. `times`: how often the ledger counts the money of each period; an invoice
    counts it as often as the period recurs, and one-off money as the ledger does."""
    said = document.get("baseline")
    if "baseline" in document and (said is not None) != fixed(world):
        told = say("plan.json: baseline stands there where flows are fixed, and only there.")
        court.fault("document", "baseline", told)
    if not isinstance(said, Mapping):
        return
    ours, scale = _money(world, lines, times)
    frame = world.data["invoices"]
    cell = world.numbers.cell
    invoice = {frame.text["account"][r]: cell("invoices", "amount", r) for r in np.flatnonzero(frame.ok).tolist()}
    rows = said.get("accounts")
    names = [row.get("account") if isinstance(row, Mapping) else None for row in rows] if rows else []
    for name, row in zip(names, rows or [], strict=True):
        if name in ours:
            _judge(f"account {name}", row, ours[name], invoice.get(name), scale, court)
        else:
            told = say("plan.json: baseline names {name!r}, which is no account.", name=name)
            court.fault("document", "baseline", told)
    for name in sorted((set(invoice) & set(ours)) - set(names)):
        told = say("plan.json: baseline leaves out the invoice of {account}.", account=name)
        court.fault("document", "baseline", told)
    whole, named = invoice.get("cost"), [name for name in invoice if name in ours]
    mine, theirs = (sum((of[name] for name in named), exactly(0)) for of in (ours, invoice))
    everything = sum(ours.values(), exactly(0))
    if whole is not None and named:
        _judge("rest", said.get("rest"), everything - mine, whole - theirs, scale, court)
    if whole is not None:
        _judge("total", said.get("total"), everything, whole, scale, court)
    elif invoice:
        _judge("total", said.get("total"), mine, theirs, scale, court)


def _money(world: World, lines: Terms, times: Array) -> tuple[dict[str, Number], Number]:
    """Money of every account as an invoice counts it, and the largest line."""
    period = lines.codes["period"]
    often = world.repeats / times
    money = lines.value * np.where(period == NONE, 1.0, often[np.maximum(period, 0)])
    account = lines.codes["account"]
    sums = {name: total(money[account == code]) for name, code in world.code["account"].items()}
    return sums, np.abs(money).max(initial=0.0)


def _judge(what: str, row: Any, ours: Number, invoice: Number | None, scale: Number, court: Court) -> None:
    said = row if isinstance(row, Mapping) else {}
    difference = None if invoice is None else ours - invoice
    for name, true in (("ours", ours), ("invoice", invoice), ("difference", difference)):
        claim = said.get(name)
        if claim is None and true is None:
            court.laws += 1
        elif true is None or isinstance(claim, bool) or not isinstance(claim, (int, float)) or not math.isfinite(claim):
            told = say("plan.json: {key} of {what} in baseline is {claim!r}.", key=name, what=place_word(what), claim=claim)
            court.fault("document", "baseline", told)
        else:
            sentence = (
                f"plan.json: {name} of {what} in baseline is {show(float(claim))}, the plan as written and the "
                f"invoices give {show(true)}."
            )
            size = max(scale, abs(ours), abs(invoice or 0))
            court.number("equal", "document", float(claim), true, size, f"baseline {what}", sentence)
