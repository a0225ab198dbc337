"""Today's plan beside the invoices, as text: accounts, then the lanes where the difference comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .layout import MONEY, number, table

_MOST_LANES = 10
_MOST_WHYS = 3


def baseline_text(baseline: Mapping[str, Any] | None, currency: str) -> str:
    """Both tables and what they do not show; '' for a plan that is not today's."""
    if baseline is None:
        return ""
    blocks = [_accounts(baseline, MONEY.get(currency, currency)), _lanes(baseline), _findings(baseline)]
    return "\n\n".join(block for block in blocks if block)


def _accounts(baseline: Mapping[str, Any], money: str) -> str:
    rows = [[row["account"], *_beside(row)] for row in baseline["accounts"]]
    if baseline["rest"]:
        rows.append(["the rest", *_beside(baseline["rest"])])
    if baseline["total"]:
        word = "cost" if baseline["rest"] or not baseline["accounts"] else "total of the invoices"
        rows.append([word, *_beside(baseline["total"])])
    return f"Today beside the invoices ({money})\n" + table(["account", "ours", "invoice", "difference", ""], rows)


def _beside(row: Mapping[str, Any]) -> list[str]:
    return [number(row["ours"]), number(row["invoice"]), _signed(row["difference"]), _percent(row["percent"])]


def _signed(value: float | None) -> str:
    return "–" if value is None else ("+" if value > 0 else "") + number(value)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f} %"


def _lanes(baseline: Mapping[str, Any]) -> str:
    lanes = [lane for lane in baseline["lanes"] if lane["difference"]]
    if not lanes:
        return ""
    rows = []
    for lane in lanes[:_MOST_LANES]:
        amount = "–" if lane["amount"] is None else f"{number(lane['amount'])} {lane['unit']}"
        money = [number(lane["ours"]), number(lane["paid"]), _signed(lane["difference"]), _percent(lane["percent"])]
        rows.append([lane["origin"], lane["dest"], lane["mode"], amount, *money])
    headers = ["from", "to", "mode", "amount", "ours", "paid", "difference", ""]
    more = f"\n  … and {len(lanes) - _MOST_LANES} more (plan.json)" if len(lanes) > _MOST_LANES else ""
    whys = [f"\n  {lane['origin']} → {lane['dest']}: {lane['why']}" for lane in lanes[:_MOST_WHYS]]
    return "Where it comes from\n" + table(headers, rows, left=(0, 1, 2)) + more + "".join(whys)


def _findings(baseline: Mapping[str, Any]) -> str:
    return "\n".join(baseline["findings"])
