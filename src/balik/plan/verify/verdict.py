"""What the verifier answers: a verdict, and every law that is broken, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import wraps
from typing import Any, TypeVar, cast, overload

import numpy as np

from ...kept import kept, studying
from ...words import Figure, Sentence, say, sentences
from .exact import Array as Array
from .exact import Number, exact, exactly, worst
from .told import told

F = TypeVar("F", bound=Callable[..., Any])
Words = Callable[[int], str]
#: The largest absolute term of a law, or what tells it where it matters.
Scale = Number | Callable[[], Number]
Ask = Callable[[str, Array, Array, Array | Number, Words, Words], None]

#: A law holds when |difference| ≤ TOLERANCE × max(1, the largest absolute term of that law), in the law's own unit;
#: a count is whole when it lies within TOLERANCE of a whole number.
TOLERANCE = 1e-6
_TOLERANCE = Fraction(repr(TOLERANCE))

#: The unit in which a kind of law is missed; of all others that of the quantity that the law is about.
_UNITS = {
    "money": ("ledger", "ledger line", "margins"),
    "trips": ("trips", "whole trips", "tour trips", "fleet trips", "backhaul"),
    "km": ("trip km",),
    "a share": ("goals", "chance at once"),
    "a count": ("whole modules", "batch", "one level", "one size", "0 or 1", "single"),
    "that of the figure": ("document", "limits", "fleets"),
}
_UNIT_OF = {law: unit for unit, laws in _UNITS.items() for law in laws}


def unit_of(law: str) -> str:
    """The unit of a kind of law: its tolerance is 1e-6 of it, or of its largest term where that is more than 1."""
    return _UNIT_OF.get(law, "quantity")


@dataclass(frozen=True)
class Broken:
    """One law that the plan breaks: `found` against `allowed`, `by` the difference (None where no number is)."""

    law: str
    where: str
    found: float | None
    allowed: float | None
    by: float | None
    sentence: str

    @property
    def told(self) -> Sentence:
        """The sentence, which can be said in another language."""
        if isinstance(self.sentence, Sentence) or self.found is None or self.allowed is None:
            return sentences(self.sentence)
        return told(self.law, self.where, self.found, self.allowed, self.sentence)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Residual:
    """By how much a kind of law is missed at most, of `laws` single ones, in `unit`; and where (blank: nowhere)."""

    laws: int = 0
    by: Fraction = Fraction(0)
    where: str = ""
    unit: str = ""

    def counted_in(self, unit: str) -> Residual:
        """The same, in a unit."""
        return Residual(self.laws, self.by, self.where, unit)


@dataclass(frozen=True)
class Proof:
    """What is shown of a plan's bound, apart from its engine's word.

    `shown`: the bound that the certificate shows, None without one; `whole`: whether that is all that the plan claims;
    `how`: "lp" (duals of a linear program), "tree" (of a search), "part" (of one that came to no end), "root" (of one,
    before it branches) or "claim";
    `nodes` and `prices` of the certificate that were gone through, in `seconds`; `gap` of the plan to `shown`.
    """

    how: str
    shown: float | None = None
    whole: bool = False
    nodes: int = 0
    prices: int = 0
    seconds: float = 0.0
    gap: float | None = None


@dataclass(frozen=True)
class Replay:
    """What came out when the case of a plan was solved again: whether the same plan, and what was found, in sentences.

    `same`: status, cost and sites are the same. `status` and `cost` are those of the second plan.
    """

    same: bool
    found: list[Sentence]
    status: str
    cost: float | None
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """How a plan stands before the laws, and its numbers as recomputed from the tables and the plan as written.

    `seal`: the hash that the plan was sealed with, None where it has none or a broken one; `said`: what else to know.
    """

    laws: int
    broken: list[Broken]
    cost: float | None  # None: there is no plan to judge
    objective: float | None
    ledger: dict[str, float] = field(default_factory=dict)
    measures: dict[str, float | None] = field(default_factory=dict)
    proof: Proof = Proof("claim")
    seal: str | None = None
    said: list[Sentence] = field(default_factory=list)
    replay: Replay | None = None
    residuals: dict[str, Residual] = field(default_factory=dict)

    def exactness(self) -> dict[str, Any]:
        """What laws are missed by within the tolerance, kind by kind, in the unit of each; for the document."""
        missed = [
            {"law": law, "by": float(r.by), "unit": r.unit, "where": r.where}
            for law, r in self.residuals.items()
            if r.by
        ]
        return {"tolerance": TOLERANCE, "laws": sum(r.laws for r in self.residuals.values()), "missed": missed}

    @property
    def largest(self) -> tuple[str, Residual] | None:
        """The kind of law that is missed most, by its number, and by what; None where each holds to the last digit."""
        law, most = max(self.residuals.items(), key=lambda one: one[1].by, default=("", Residual()))
        return (law, most) if most.by else None

    @property
    def ok(self) -> bool:
        """Whether no law is broken."""
        return not self.broken


class Court:
    """Counts single laws, and notes those that are broken."""

    def __init__(self) -> None:
        self.laws = 0
        self.broken: list[Broken] = []
        self.residuals: dict[str, Residual] = {}

    @overload
    def fault(self, law: str, where: str, sentence: Sentence) -> None:
        """A law without numbers: only its sentence can be said in another language."""

    @overload
    def fault(self, law: str, where: str, sentence: str, found: Number, allowed: Number) -> None:
        """A law of numbers, by which other languages tell it."""

    def fault(
        self, law: str, where: str, sentence: str, found: Number | None = None, allowed: Number | None = None
    ) -> None:
        """A law that is broken outright."""
        self.laws += 1
        known = found is not None and allowed is not None and math.isfinite(found) and math.isfinite(allowed)
        by = float(abs(exactly(found) - exactly(allowed))) if known else None
        self.broken.append(Broken(law, where, _rounded(found), _rounded(allowed), by, sentence))

    def most(self, law: str, found: Array, allowed: Array, scale: Array | Number, where: Words, tell: Words) -> None:
        """found ≤ allowed, element by element; `scale` is the largest absolute term of each."""
        self._judge(law, found, allowed, found - allowed, scale, where, tell)

    def least(self, law: str, found: Array, allowed: Array, scale: Array | Number, where: Words, tell: Words) -> None:
        """found ≥ allowed, element by element."""
        self._judge(law, found, allowed, allowed - found, scale, where, tell)

    def equal(self, law: str, found: Array, allowed: Array, scale: Array | Number, where: Words, tell: Words) -> None:
        """found = allowed, element by element."""
        self._judge(law, found, allowed, np.abs(found - allowed), scale, where, tell)

    def number(
        self, sense: str, law: str, found: Number, allowed: Number, scale: Scale, where: str, sentence: str
    ) -> None:
        """One number: at least, at most or equal to what is allowed (`sense`: least, most, equal)."""
        one, two = exactly(found), exactly(allowed)
        known = isinstance(one, Fraction) and isinstance(two, Fraction)
        low, high = (one, two) if known else (_odd(one), _odd(two))
        over = {"least": high - low, "most": low - high, "equal": abs(low - high)}[sense]
        self._note(law, 1, over if known and over > 0 else Fraction(0), lambda: where)
        if not over > _TOLERANCE:
            return
        terms = (exactly(scale() if callable(scale) else scale), 1, *(v for v in (one, two) if math.isfinite(v)))
        if over > _TOLERANCE * max(map(abs, terms)):
            self.broken.append(Broken(law, where, float(one), float(two), float(abs(low - high)), sentence))

    def whole(self, law: str, found: Array, where: Words, tell: Words) -> None:
        """A whole number, element by element, whatever its size."""
        near = np.round(found)
        off = np.abs(found - near)
        self._count(law, off, where)
        for i in np.flatnonzero(off > TOLERANCE):
            by = float(off[i])
            self.broken.append(Broken(law, where(int(i)), float(found[i]), float(near[i]), by, tell(int(i))))

    def _judge(
        self,
        law: str,
        found: Array,
        allowed: Array,
        over: Array,
        scale: Array | Number,
        where: Words,
        tell: Words,
    ) -> None:
        self._count(law, over, where)
        at = np.flatnonzero(over > TOLERANCE)  # slack is nowhere less
        if not len(at):
            return
        scales = exact(scale)
        scales = scales[at] if scales.ndim else scales
        for i in at[over[at] > slack(scales, found[at], allowed[at])].tolist():
            value, bound = found[i], allowed[i]
            by = float(abs(value - bound))
            self.broken.append(Broken(law, where(i), float(value), float(bound), by, tell(i)))

    def add(self, other: Court) -> None:
        """All that another court has found, as if this one had found it now."""
        self.laws += other.laws
        self.broken += other.broken
        for law, found in other.residuals.items():
            before = self.residuals.get(law)
            if before is not None:
                by, where = (found.by, found.where) if found.by > before.by else (before.by, before.where)
                found = Residual(before.laws + found.laws, by, where)
            self.residuals[law] = found

    def _count(self, law: str, over: Array, where: Words) -> None:
        """So many single laws of a kind, and by how much the one is missed that is missed most."""
        by, at = worst(over)
        self._note(law, len(over), by, lambda: where(at))

    def _note(self, law: str, laws: int, by: Fraction, where: Callable[[], str]) -> None:
        self.laws += laws
        before = self.residuals.get(law, Residual())
        if by <= before.by:
            self.residuals[law] = Residual(before.laws + laws, before.by, before.where)
        else:
            self.residuals[law] = Residual(before.laws + laws, by, where())


def kept_verdict(judge: F) -> F:
    """A function that judges before a court; in a study, what it found is kept while all that it reads stays as it was."""

    def found(at: int, *args: Any) -> tuple[Any, Court]:
        court = Court()
        return judge(*args[:at], court, *args[at:]), court

    found.__qualname__ = judge.__qualname__
    asked = kept(found)

    @wraps(judge)
    def judged(*args: Any) -> Any:
        if not studying():
            return judge(*args)
        at = next(i for i, one in enumerate(args) if one.__class__ is Court)
        result, court = asked(at, *args[:at], *args[at + 1 :])
        args[at].add(court)
        return result

    return cast(F, judged)


def slack(scale: Array | Number, *terms: Array) -> Array:
    """The difference that a law forgives: TOLERANCE × max(1, the largest absolute term)."""
    largest = np.maximum(np.abs(scale), 1.0)
    for term in terms:
        size = np.abs(term)
        largest = np.maximum(largest, np.where(np.isfinite(size), size, 0.0))
    return TOLERANCE * largest


def _odd(value: Number) -> float:
    """Infinity and nan as they are; beside them it does not matter which number a finite one is."""
    return 0.0 if isinstance(value, Fraction) else float(value)


def _rounded(value: Number | None) -> float | None:
    return None if value is None else float(value)


def show(number: Number) -> Sentence:
    """A number as a person writes it: 1,350 or 0.5 or 1,350.0001."""
    value = float(number)
    if not math.isfinite(value):
        return say("no number") if value != value else Figure(str(value))
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    if text in ("0", "-0") and value:
        return Figure(f"{value:.3g}")
    return Figure("0" if text == "-0" else text)
