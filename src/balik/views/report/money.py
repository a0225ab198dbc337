"""Money of a plan for a reader: by account, by stage and per tonne, by owner."""

from __future__ import annotations

from dataclasses import dataclass

from ...words import Sentence, plain, say
from ..bill import REST, accounts, items, table
from ..language import Language, money_sign
from ..span import is_present_value
from ..subject import Subject
from ..terms import account_word
from .parts import Grid


@dataclass(frozen=True)
class Basis:
    """What money is divided by: so many tonnes (or units) that were collected, or handed over."""

    amount: float
    unit: str
    words: Sentence


def basis_of(subject: Subject) -> Basis | None:
    """Tonnes collected; where something has no mass the units, if they are of one sort; else None."""
    for spots, words in ((subject.collected, say("collected")), (subject.delivered, say("handed over"))):
        amounts = [(spot.material, spot.amount or 0.0) for spot in spots if spot.amount]
        if not amounts:
            continue
        if all(material in subject.masses for material, _ in amounts):
            return Basis(sum(subject.masses[m] * a for m, a in amounts) / 1000, "t", words)
        units = {subject.units.get(material, "") for material, _ in amounts}
        return Basis(sum(a for _, a in amounts), units.pop(), words) if len(units) == 1 else None
    return None


def by_account(subject: Subject, speak: Language) -> Grid:
    """Accounts with their money and share, and the sum."""
    plan = subject.plan
    assert plan is not None
    found = accounts(subject)
    total = sum(map(abs, found.values())) or 1.0
    rows = [(speak(account_word(a)), speak.money(v, plan.currency), speak.percent(v / total)) for a, v in found.items()]
    rows.append((speak(account_word("cost")), speak.money(plan.cost, plan.currency), ""))
    head = (speak(say("account")), money_sign(plan.currency), speak(say("share")))
    return Grid(head, tuple(rows), frozenset((1, 2)), speak(say("By account")))


def by_stage(subject: Subject, speak: Language) -> Grid | None:
    """Stages with their money and what it is per tonne collected; these add up to the cost per tonne of the whole."""
    plan = subject.plan
    stages = table(items(subject))
    if plan is None or not stages:
        return None
    basis = None if is_present_value(plan) else basis_of(subject)
    rows = []
    for stage, sums in stages.items():
        label = speak(say("other stages")) if stage == REST else stage or speak(say("(no place)"))
        rows.append(_row(label, sum(sums.values()), basis, plan.currency, speak))
    rows.append(_row(speak(say("all stages")), plan.cost or 0.0, basis, plan.currency, speak))
    head = [speak(say("stage")), money_sign(plan.currency)]
    if basis:
        head.append(speak(per_words(basis, plan.currency)))
    return Grid(tuple(head), tuple(rows), frozenset((1, 2)), speak(say("By stage")))


def per_words(basis: Basis, currency: str) -> Sentence:
    """`Rp per t collected`."""
    return say("{money} per {unit} {basis}", money=money_sign(currency), unit=plain(basis.unit), basis=basis.words)


def _row(label: str, cost: float, basis: Basis | None, currency: str, speak: Language) -> tuple[str, ...]:
    row = (label, speak.money(cost, currency))
    return (*row, speak.money(cost / basis.amount, currency)) if basis and basis.amount else row


def by_owner(subject: Subject, speak: Language) -> Grid | None:
    """What each owner earns and pays. None where places have no owners."""
    plan = subject.plan
    found = plan.columns.get("margins") if plan else None
    if plan is None or not found:
        return None
    names = ("revenue", "costs", "received", "paid", "margin")
    rows = [
        (owner or speak(say("(nobody)")), *(speak.money(value, plan.currency) for value in values))
        for owner, *values in zip(*(found[c] for c in ("owner", *names)), strict=True)
    ]
    words = (say("owner"), say("revenue"), say("costs"), say("received"), say("paid"), say("margin"))
    return Grid(
        tuple(map(speak, words)),
        tuple(rows[:60]),
        frozenset(range(1, 6)),
        speak(say("By owner")),
        _more(len(rows) - 60, "margins", speak),
    )


def _more(count: int, table_name: str, speak: Language) -> str:
    return speak(say("… and {count} more (table {table})", count=count, table=table_name)) if count > 0 else ""
