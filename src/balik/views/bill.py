"""The ledger of a plan by account, by stage of the chain and by period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..tables import ACCOUNTS
from ..words import Sentence, plain, sentences
from .language import money_sign
from .subject import Subject
from .terms import quantity_word

#: Stages and accounts beyond which the smallest are put together.
MOST = 14
REST = "…"


@dataclass(frozen=True)
class Item:
    """A line of the ledger: its account, the stage where it falls, its money."""

    account: str
    stage: str
    cost: float


def items(subject: Subject) -> list[Item]:
    """Every line of the ledger with its stage.

    The stage is the kind of its place; between two places `kind → kind`; of a milk run its name. A place without a
    kind is a stage of its own.
    """
    ledger = subject.plan.columns.get("ledger") if subject.plan else None
    if not ledger:
        return []
    names = ("account", "place", "origin", "dest", "tour", "cost")
    kinds = subject.kinds
    found = []
    for account, place, origin, dest, tour, cost in zip(*(ledger[name] for name in names), strict=True):
        if place:
            stage = kinds.get(place) or place
        elif origin or dest:
            stage = f"{kinds.get(origin) or origin} → {kinds.get(dest) or dest}"
        else:
            stage = tour or ""
        found.append(Item(account, stage, cost))
    return found


def table(found: Iterable[Item]) -> dict[str, dict[str, float]]:
    """Stage → account → money, the dearest stages first; beyond so many the rest is one stage."""
    sums: dict[str, dict[str, float]] = {}
    for item in found:
        row = sums.setdefault(item.stage, {})
        row[item.account] = row.get(item.account, 0.0) + item.cost
    ordered = sorted(sums.items(), key=lambda kv: -sum(map(abs, kv[1].values())))
    kept = dict(ordered[: MOST - 1] if len(ordered) > MOST else ordered)
    for _, row in ordered[len(kept) :]:
        rest = kept.setdefault(REST, {})
        for account, cost in row.items():
            rest[account] = rest.get(account, 0.0) + cost
    return kept


def accounts(subject: Subject) -> dict[str, float]:
    """Account → money, the largest first; without those that are 0."""
    sums = dict(subject.plan.accounts or {}) if subject.plan else {}
    return {a: v for a, v in sorted(sums.items(), key=lambda kv: -abs(kv[1])) if v}


def with_currency(quantity: str, currency: str) -> Sentence:
    """A quantity that a column or an axis shows: cost (Rp); as it is where it is no money."""
    word = quantity_word(quantity)
    if quantity != "cost" and (quantity not in ACCOUNTS or quantity in ("shortage", "left")):  # these two are amounts
        return word
    return sentences(word, plain(f"({money_sign(currency)})"))
