"""The verdict on each printed figure, found without looking at the verdict that the case states.

reproduced      our value, and the only one that a plan of least cost has.
not_unique      plans of the same cost have other values, and the printed one lies among them.
misprint        not our value; and either a slip turns ours into it, or it stands elsewhere for another figure, or a
                printed sum that holds was made with our value.
not_derivable   not our value, and nothing printed or computed leads to it.
infeasible      no plan exists there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...words import NOTHING, Sentence, say, sentences
from ..told import figure
from .printed import Printed, parts, twins
from .slips import slip

#: Digits from which two equal figures are no chance.
_TELLING = 4
Range = tuple[float, float]


@dataclass(frozen=True)
class Found:
    """The verdict found, the value that the other printed figures (or the tables) imply, and the arithmetic."""

    verdict: str
    implied: float | None = None
    why: Sentence = NOTHING
    values: Range | None = None


def found_verdict(
    one: Printed, figures: Sequence[Printed], values: Callable[[], Range | None], product: Callable[[], Sentence]
) -> Found:
    """The verdict on a figure of a scenario that has a plan.

    `figures`: all figures of the case; `values`: between what the figure lies over all plans of least cost (asked only
    when it matters); `product`: the arithmetic of our value from the rates of the tables.
    """
    if one.ours is None:
        return Found("not_derivable", None, say("No plan is proved to be the best, so there is none to compare with."))
    between = values()
    tolerance = one.tolerance * (1 + 1e-9)
    if between is not None and between[1] - between[0] > max(2 * tolerance, 1e-6 * max(1.0, abs(one.ours))):
        if between[0] - tolerance <= one.value <= between[1] + tolerance:
            why = say(
                "plans of the same cost have from {least} to {most}", least=figure(between[0]), most=figure(between[1])
            )
            return Found("not_unique", None, why, between)
    if one.holds:
        return Found("reproduced", one.value, NOTHING, between)
    printed = [f for f in figures if not f.ours_only]
    implied, evidence = _implied(one, printed)
    slipped = slip(one.value, one.ours, one.tolerance)
    if slipped:
        why = sentences(say("{slip}: {right}.", slip=slipped, right=figure(one.ours)), evidence or product())
        return Found("misprint", one.ours if implied is None else implied, why)
    copied = _copied(one, printed)
    if copied is not None:
        why = sentences(
            say("this is what {spot} prints for {label}.", spot=copied.spot, label=copied.label), evidence or product()
        )
        return Found("misprint", one.ours if implied is None else implied, why)
    total = _made_with_ours(one, printed)
    if total:
        return Found("misprint", implied, sentences(total, product()))
    wrong_sum = _wrong_sum(one, printed)
    if wrong_sum:
        return Found("misprint", one.ours, wrong_sum)
    off = one.value - one.ours
    word = say("{by} above", by=figure(off)) if off > 0 else say("{by} below", by=figure(-off))
    why = say("{off} our {ours}, and no slip, no other figure and no sum leads to it.", off=word, ours=figure(one.ours))
    return Found("not_derivable", implied, sentences(why, evidence or product()))


def _implied(one: Printed, printed: Sequence[Printed]) -> tuple[float | None, Sentence]:
    """What the other printed figures that hold say this one is: the same figure elsewhere, a total less the rest, a sum."""
    total = next(_totals(one, printed), None)
    if total is not None:
        whole, rest = total
        return whole.value - sum(r.value for r in rest), _subtraction(whole, rest)
    same = next((t for t in twins(one, printed) if t.holds), None)
    if same is not None:
        return same.value, say("{spot} prints {value} for the same.", spot=same.spot, value=figure(same.value))
    for taken in parts(one, printed):
        if all(t.holds for t in taken):
            value = sum(t.value for t in taken)
            return value, say("The printed parts give {sum} = {value}.", sum=_added(taken), value=figure(value))
    return None, NOTHING


def _totals(one: Printed, printed: Sequence[Printed]) -> Iterator[tuple[Printed, list[Printed]]]:
    """Printed totals that hold, of which this figure is a part and whose other parts hold; with those parts."""
    for whole in printed:
        if not whole.holds or not one.lines or not one.lines < whole.lines or whole.scenario != one.scenario:
            continue
        for taken in parts(whole, [one, *(p for p in printed if p.holds and p.lines != one.lines)]):
            if any(t.row == one.row for t in taken):
                rest = [t for t in taken if t.row != one.row]
                if rest and all(t.holds for t in rest):
                    yield whole, rest
                    break


def _made_with_ours(one: Printed, printed: Sequence[Printed]) -> Sentence:
    """That a printed sum holds only with our value."""
    for whole, rest in _totals(one, printed):
        with_printed = one.value + sum(r.value for r in rest)
        return sentences(
            _subtraction(whole, rest),
            say("With the printed figure the sum would be {value}.", value=figure(with_printed)),
        )
    return NOTHING


def _subtraction(whole: Printed, rest: Sequence[Printed]) -> Sentence:
    return say(
        "The printed {label} {total} ({spot}) less its other parts ({parts}) leaves {value}.", label=whole.label,
        total=figure(whole.value), spot=whole.spot, parts=_added(rest),
        value=figure(whole.value - sum(r.value for r in rest)),
    )  # fmt: skip


class _Figures(Sentence):
    """Figures that are added."""

    def into(self, language: str) -> str:
        """The figures as this language writes them."""
        return " + ".join(f.into(language) for f in self.values["figures"])


def _added(of: Sequence[Printed]) -> Sentence:
    shown = [figure(f.value) for f in of]
    return _Figures(" + ".join(shown), "{figures}", {"figures": shown})


def _copied(one: Printed, printed: Sequence[Printed]) -> Printed | None:
    """Another figure that is printed with this very value, and holds there."""
    if len(f"{abs(one.value):.0f}".rstrip("0")) < _TELLING:
        return None
    return next(
        (
            p for p in printed
            if p.row != one.row and p.holds and (p.lines != one.lines or p.scenario != one.scenario)
            and abs(p.value - one.value) <= min(p.tolerance, one.tolerance) * (1 + 1e-9)
        ),
        None,
    )  # fmt: skip


def _wrong_sum(one: Printed, printed: Sequence[Printed]) -> Sentence:
    """That the figure is the sum of its parts with one left out, or one counted twice."""
    for taken in parts(one, printed):
        value = sum(t.value for t in taken)
        for part in taken:
            for factor in (-1, 1):
                near = abs(value + factor * part.value - one.value) <= one.tolerance + sum(t.tolerance for t in taken)
                if part.value and near and len(taken) > 1:
                    rest = [t for t in taken if t.row != part.row]
                    if factor < 0:
                        return say("the sum without {label} ({value}): {sum}; with it {total}.", label=part.label,
                                   value=figure(part.value), sum=_added(rest), total=figure(value))  # fmt: skip
                    return say("the sum with {label} ({value}) counted twice; once it is {sum} = {total}.", label=part.label,
                               value=figure(part.value), sum=_added(taken), total=figure(value))  # fmt: skip
    return NOTHING
