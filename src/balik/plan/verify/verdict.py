"""What the verifier answers: a verdict, and every law that is broken, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Words = Callable[[int], str]
Ask = Callable[[str, Array, Array, Array | float, Words, Words], None]

#: A law holds when |difference| ≤ TOLERANCE × max(1, the largest absolute term of that law), in the law's own unit;
#: a count is whole when it lies within TOLERANCE of a whole number.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Broken:
    """One law that the plan breaks: `found` against `allowed`, `by` the difference (None where no number is)."""

    law: str
    where: str
    found: float | None
    allowed: float | None
    by: float | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Proof:
    """What is shown of a plan's bound, apart from its engine's word.

    `shown`: the bound that the certificate shows, None without one; `whole`: whether that is all that the plan claims;
    `how`: "tree", "root" or "claim"; `nodes` and `prices` of the certificate that were gone through, in `seconds`.
    """

    how: str
    shown: float | None = None
    whole: bool = False
    nodes: int = 0
    prices: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """How a plan stands before the laws, and its numbers as recomputed from the tables and the plan as written."""

    laws: int
    broken: list[Broken]
    cost: float | None  # None: there is no plan to judge
    objective: float | None
    ledger: dict[str, float] = field(default_factory=dict)
    measures: dict[str, float | None] = field(default_factory=dict)
    proof: Proof = Proof("claim")

    @property
    def ok(self) -> bool:
        """Whether no law is broken."""
        return not self.broken


class Court:
    """Counts single laws, and notes those that are broken."""

    def __init__(self) -> None:
        self.laws = 0
        self.broken: list[Broken] = []

    def fault(
        self, law: str, where: str, sentence: str, found: float | None = None, allowed: float | None = None
    ) -> None:
        """A law that is broken outright."""
        self.laws += 1
        known = found is not None and allowed is not None and math.isfinite(found) and math.isfinite(allowed)
        by = abs(found - allowed) if known and found is not None and allowed is not None else None
        self.broken.append(Broken(law, where, found, allowed, by, sentence))

    def most(self, law: str, found: Array, allowed: Array, scale: Array | float, where: Words, say: Words) -> None:
        """found ≤ allowed, element by element; `scale` is the largest absolute term of each."""
        self._judge(law, found, allowed, found - allowed, scale, where, say)

    def least(self, law: str, found: Array, allowed: Array, scale: Array | float, where: Words, say: Words) -> None:
        """found ≥ allowed, element by element."""
        self._judge(law, found, allowed, allowed - found, scale, where, say)

    def equal(self, law: str, found: Array, allowed: Array, scale: Array | float, where: Words, say: Words) -> None:
        """found = allowed, element by element."""
        self._judge(law, found, allowed, np.abs(found - allowed), scale, where, say)

    def number(
        self, sense: str, law: str, found: float, allowed: float, scale: float, where: str, sentence: str
    ) -> None:
        """One number: at least, at most or equal to what is allowed (`sense`: least, most, equal)."""
        ask = {"least": self.least, "most": self.most, "equal": self.equal}[sense]
        ask(law, np.array([found]), np.array([allowed]), scale, lambda _: where, lambda _: sentence)

    def whole(self, law: str, found: Array, where: Words, say: Words) -> None:
        """A whole number, element by element, whatever its size."""
        self.laws += len(found)
        for i in np.flatnonzero(np.abs(found - np.round(found)) > TOLERANCE):
            value, near = float(found[i]), float(np.round(found[i]))
            self.broken.append(Broken(law, where(int(i)), value, near, abs(value - near), say(int(i))))

    def _judge(
        self,
        law: str,
        found: Array,
        allowed: Array,
        over: Array,
        scale: Array | float,
        where: Words,
        say: Words,
    ) -> None:
        self.laws += len(found)
        for i in np.flatnonzero(over > slack(scale, found, allowed)):
            value, bound = float(found[i]), float(allowed[i])
            self.broken.append(Broken(law, where(int(i)), value, bound, abs(value - bound), say(int(i))))


def slack(scale: Array | float, *terms: Array) -> Array:
    """The difference that a law forgives: TOLERANCE × max(1, the largest absolute term)."""
    largest = np.maximum(np.abs(scale), 1.0)
    for term in terms:
        size = np.abs(term)
        largest = np.maximum(largest, np.where(np.isfinite(size), size, 0.0))
    return np.asarray(TOLERANCE * largest)


def show(value: float) -> str:
    """A number as a person writes it: 1,350 or 0.5 or 1,350.0001."""
    if not math.isfinite(value):
        return "no number" if value != value else str(value)
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    if text in ("0", "-0") and value:
        return f"{value:.3g}"
    return "0" if text == "-0" else text
