"""Cost by stage and account: a bar for each stage, and one for the whole, stacked by account."""

from __future__ import annotations

from ...words import say
from ..bill import REST, accounts, items, table
from ..figure import Figure, moved
from ..language import Language, money_sign
from ..palette import style_of
from ..subject import Subject
from ..terms import account_word
from .axes import PLOT, Bar, Part, bars, legend


def costs(subject: Subject, speak: Language) -> Figure | None:
    """What each stage costs, by account; what is earned stands left of 0. None without a ledger."""
    plan, stages = subject.plan, table(items(subject))
    if plan is None or not stages:
        return None
    names = list(accounts(subject))
    words = [speak(account_word(name)) for name in names]

    def part(stage: str, account: str, cost: float) -> Part:
        at = names.index(account)
        return Part(at, cost, f"{stage} · {words[at]}: {speak.money(cost, plan.currency)}")

    def bar(stage: str, sums: dict[str, float]) -> Bar:
        label = speak(say("other stages")) if stage == REST else stage or speak(say("(no place)"))
        parts = tuple(
            part(label, a, c)
            for a, c in sorted(sums.items(), key=lambda kv: names.index(kv[0]) if kv[0] in names else 0)
            if c and a in names
        )
        return Bar(label, parts, speak.short_money(sum(sums.values()), plan.currency))

    rows = [bar(stage, sums) for stage, sums in stages.items()]
    if len(rows) > 1:
        rows.append(bar(speak(say("all stages")), {name: (plan.accounts or {})[name] for name in names}))
    unit = speak(say("{money} over the whole plan", money=money_sign(plan.currency)))
    drawn, wide, high = bars(rows, speak.short, unit)
    keys, top = legend(words, [style_of(i) for i in range(len(names))], wide if wide > PLOT else PLOT)
    cells = [(row.label, words[p.series], speak.money(p.value, plan.currency)) for row in rows for p in row.parts]
    return Figure(
        name="costs",
        title=speak(say("Cost by stage and account")),
        about=speak(say("{cost} by stage ({stages}) and account ({accounts}).", cost=speak.money(plan.cost, plan.currency), stages=len(stages), accounts=len(names))),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=(speak(say("stage")), speak(say("account")), speak(say("cost"))),
        rows=tuple(cells),
    )  # fmt: skip
