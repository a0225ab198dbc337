"""Today's plan beside the invoices, as text: accounts, then the lanes where the difference comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..words import Figure, say, sentences
from .language import Language
from .layout import MONEY, number, percent, table
from .terms import account_name

_MOST_LANES = 10
_MOST_WHYS = 3


def baseline_text(baseline: Mapping[str, Any] | None, currency: str, speak: Language) -> str:
    """Both tables and what they do not show; '' for a plan that is not today's."""
    if baseline is None:
        return ""
    findings = "\n".join(map(speak, baseline["findings"]))
    blocks = [_accounts(baseline, MONEY.get(currency, currency), speak), _lanes(baseline, speak), findings]
    return "\n\n".join(block for block in blocks if block)


def _accounts(baseline: Mapping[str, Any], money: str, speak: Language) -> str:
    rows: list[list[str]] = [[account_name(row["account"]), *_beside(row)] for row in baseline["accounts"]]
    if baseline["rest"]:
        rows.append([say("the rest"), *_beside(baseline["rest"])])
    if baseline["total"]:
        whole = baseline["rest"] or not baseline["accounts"]
        rows.append([say("cost") if whole else say("total of the invoices"), *_beside(baseline["total"])])
    heads = [say("account"), say("ours"), say("invoice"), say("difference"), ""]
    return f"{speak(say('Today beside the invoices ({money})', money=money))}\n{table(heads, rows, speak=speak)}"


def _beside(row: Mapping[str, Any]) -> list[str]:
    return [number(row["ours"]), number(row["invoice"]), _signed(row["difference"]), _percent(row["percent"])]


def _signed(value: float | None) -> str:
    return Figure(f"+{number(value)}") if value is not None and value > 0 else number(value)


def _percent(value: float | None) -> str:
    return "" if value is None else percent(value)


def _lanes(baseline: Mapping[str, Any], speak: Language) -> str:
    lanes = [lane for lane in baseline["lanes"] if lane["difference"]]
    if not lanes:
        return ""
    rows: list[list[str]] = []
    for lane in lanes[:_MOST_LANES]:
        amount = number(None) if lane["amount"] is None else sentences(number(lane["amount"]), lane["unit"])
        money = [number(lane["ours"]), number(lane["paid"]), _signed(lane["difference"]), _percent(lane["percent"])]
        rows.append([lane["origin"], lane["dest"], lane["mode"], amount, *money])
    heads = [say("from"), say("to"), say("mode"), say("amount"), say("ours"), say("paid"), say("difference"), ""]
    left = len(lanes) - _MOST_LANES
    more = f"\n  {speak(say('… and {count} more (plan.json)', count=left))}" if left > 0 else ""
    whys = [f"\n  {lane['origin']} → {lane['dest']}: {speak(lane['why'])}" for lane in lanes[:_MOST_WHYS]]
    return f"{speak(say('Where it comes from'))}\n{table(heads, rows, left=(0, 1, 2), speak=speak)}{more}{''.join(whys)}"
