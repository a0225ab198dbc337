"""Stock of places that receive and send the same material, where the two differ from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate

from ..tables.numbers import write_number
from ..words import Figure, say
from .settle import Settled

#: A difference of so much of what comes in is more than stock: a loss, or rows that are missing.
_LOSS = Fraction(2, 100)

ByPeriod = Mapping[str, Fraction]


def stock_table(
    s: Settled,
    passing: Mapping[tuple[str, str], tuple[ByPeriod, ByPeriod]],
    kinds: Mapping[str, str],
    periods: Sequence[str],
) -> dict[str, list[str]]:
    """Rows of `stores`: by kind wherever the kind keeps stock today, by place where stock must have been there before."""
    start: dict[tuple[str, str], Fraction] = {}
    waiting: dict[tuple[str, str], None] = {}
    for (place, material), (into, out) in passing.items():
        steps = [into.get(period, Fraction(0)) - out.get(period, Fraction(0)) for period in periods]
        if not any(steps):
            continue
        waiting[kinds[place], material] = None
        lowest = min(accumulate(steps))
        start[place, material] = max(Fraction(0), -lowest)
        _note_loss(s, place, material, sum(steps, Fraction(0)), sum(into.values(), Fraction(0)), start[place, material])
    began = {key: amount for key, amount in start.items() if amount}
    rows = [(f"kind:{kind}", material, "") for kind, material in waiting]
    rows += [(place, material, write_number(amount)) for (place, material), amount in began.items()]
    if rows:
        s.remarks.append(say("Places that send another amount in a period than they receive ({count}): what waits is kept as "
                             "stock, at no cost.", count=len(start)))  # fmt: skip
    table = {"place": [row[0] for row in rows], "material": [row[1] for row in rows]}
    return table | ({"start": [row[2] for row in rows]} if began else {})


def _note_loss(s: Settled, place: str, material: str, left: Fraction, into: Fraction, start: Fraction) -> None:
    def told(value: Fraction) -> Figure:
        return Figure(f"{float(value):,.10g}")

    if start > into * _LOSS:
        s.problems.add(
            "W404", say("'{place}' sends {amount} {unit} of '{material}' more than it had received by then.", place=place,
                        amount=told(start), unit=s.unit, material=material),
            say("It is taken as stock from before. Look for shipments that are missing."),
            file=s.lists["shipments"][0].title,
        )  # fmt: skip
    elif left > into * _LOSS:
        s.problems.add(
            "W404", say("'{place}' receives {amount} {unit} of '{material}' more than it sends in the whole time.",
                        place=place, amount=told(left), unit=s.unit, material=material),
            say("It is kept as stock. If it is a loss, write a process and a recipe for it."),
            file=s.lists["shipments"][0].title,
        )  # fmt: skip
