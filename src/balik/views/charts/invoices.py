"""Today's plan beside the invoices: for every account what balik counts and what was paid."""

from __future__ import annotations

from ...words import say
from ..figure import Figure, moved
from ..language import Language, money_sign
from ..palette import style_of
from ..subject import Subject
from ..terms import account_word
from .axes import Bar, Part, bars, legend


def invoices(subject: Subject, speak: Language) -> Figure | None:
    """None where the plan is not today's, or has no invoices."""
    plan = subject.plan
    today = plan.baseline if plan else None
    if plan is None or not today or not today["accounts"]:
        return None
    words = (speak(say("counted by balik")), speak(say("on the invoices")))
    rows, cells = [], []
    for row in today["accounts"]:
        name = speak(account_word(row["account"]))
        for series, key in enumerate(("ours", "invoice")):
            value = row[key] or 0.0
            text = speak.money(row[key], plan.currency)
            rows.append(
                Bar(name if not series else "", (Part(series, value, f"{name} · {words[series]}: {text}"),), text)
            )
        share = None if row["percent"] is None else row["percent"] / 100
        cells.append(
            (
                name,
                speak.money(row["ours"], plan.currency),
                speak.money(row["invoice"], plan.currency),
                speak.percent(share, 2, signed=True),
            )
        )
    drawn, wide, high = bars(rows, speak.short, money_sign(plan.currency))
    keys, top = legend(words, [style_of(0), style_of(1)], wide)
    return Figure(
        name="invoices",
        title=speak(say("Today beside the invoices")),
        about=speak(say("Accounts, each as balik counts it and as it was paid: {accounts}.", accounts=len(cells))),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=(speak(say("account")), *words, speak(say("difference"))),
        rows=tuple(cells),
    )  # fmt: skip
