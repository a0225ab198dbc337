"""Statements: a variable, a cost, a measure, a share in the balance, or a constraint, each with its equation.

A statement is a pure function of the network and the variables. Sections meet in two places only: the ledger
(costs) and the material balance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..algebra import Program, Var, View
from ..network.bounds import Bounds, bounds
from ..network.network import Network

Array = np.ndarray


@dataclass(frozen=True)
class Statement:
    """One line of the paper: what it says, in which unit, after whom, and the function that builds it."""

    kind: str  # variable | cost | measure | balance | constraint
    name: str
    section: str
    equation: str
    unit: str
    source: str
    text: str
    build: Callable[..., Any]


STATEMENTS: list[Statement] = []


def _statement(kind: str) -> Callable[..., Callable[..., Any]]:
    def with_facts(equation: str, unit: str, source: str) -> Callable[..., Any]:
        def keep(build: Callable[..., Any]) -> Callable[..., Any]:
            section = build.__module__.rsplit(".", 1)[-1]
            text = " ".join((build.__doc__ or "").split())
            STATEMENTS.append(Statement(kind, build.__name__.rstrip("_"), section, equation, unit, source, text, build))
            return build

        return keep

    return with_facts


variable = _statement("variable")
cost = _statement("cost")
measure = _statement("measure")
balances = _statement("balance")
constraint = _statement("constraint")


@dataclass(frozen=True)
class Part:
    """Lines of a quantity: amount = offset + per × column, counted at a rate.

    `codes` are the keys of the lines; `unit` names what amounts are counted in (one text, or one for each line);
    `account` is set for money. `times` says by what a line counts in sums over periods.
    """

    cols: Array
    codes: Mapping[str, Array]
    per: Array
    rate: Array
    times: Array
    unit: Array
    offset: Array
    account: str = ""

    def __len__(self) -> int:
        return len(self.cols)

    @property
    def coef(self) -> Array:
        """Coefficient of the column in sums over periods."""
        return self.per * self.rate * self.times

    @property
    def constant(self) -> Array:
        """Constant of each line in sums over periods."""
        return self.offset * self.rate * self.times

    def where(self, mask: Array) -> Part:
        """Only these lines."""
        codes = {k: c[mask] for k, c in self.codes.items()}
        return Part(
            self.cols[mask],
            codes,
            self.per[mask],
            self.rate[mask],
            self.times[mask],
            self.unit[mask],
            self.offset[mask],
            self.account,
        )


def part(
    view: View,
    rate: Array | float = 1.0,
    *,
    times: Array | float = 1.0,
    unit: Array | str = "qty",
    per: Array | float = 1.0,
    offset: Array | float = 0.0,
    account: str = "",
    **keys: Array,
) -> Part:
    """Lines over a view; lines whose rate is 0 are left out of money (they charge nothing)."""
    n = len(view.cols)

    def full(x: Array | float | str, kind: Any = float) -> Array:
        return np.broadcast_to(np.asarray(x, kind), n)

    codes = {k: np.asarray(c) for k, c in ({**view.codes} | keys).items()}
    lines = Part(view.cols, codes, full(per), full(rate), full(times), full(unit, object), full(offset), account)
    return lines.where(lines.rate != 0) if account and (lines.rate == 0).any() else lines


@dataclass(frozen=True)
class Note:
    """Something wrong with a row of limits that only the terms show; the caller knows file and line."""

    code: str
    found: str
    advice: str
    row: int
    column: str


class Variables:
    """The variables and lines stated so far: `v.flow`, `v.quantities['collect']`, `v.ledger['transport']`."""

    def __init__(self, n: Network, program: Program):
        self._n, self.program = n, program
        self.quantities: dict[str, list[Part]] = {}
        self.ledger: dict[str, list[Part]] = {}
        self.notes: list[Note] = []

    def __getattr__(self, name: str) -> Var:
        try:
            return self.program.variables[name]
        except KeyError:
            raise AttributeError(name) from None

    def has(self, name: str) -> bool:
        """Whether a variable is stated in this case."""
        return name in self.program.variables

    @cached_property
    def bounds(self) -> Bounds:
        """Bounds of what can ever pass; worked out when a statement needs them."""
        return bounds(self._n)

    def parts(self, quantity: str) -> list[Part]:
        """Lines of a quantity, measure, account, or cost."""
        if quantity == "cost":
            return [p for parts in self.ledger.values() for p in parts]
        if quantity in self.quantities:
            return self.quantities[quantity]
        return self.ledger.get(quantity, [])


@dataclass(frozen=True)
class Model:
    """A program with what is needed to read its solution: the network, the variables and their lines."""

    network: Network
    program: Program
    variables: Variables = field(repr=False)
    used: list[Statement] = field(repr=False, default_factory=list)
