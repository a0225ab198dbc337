"""Statements: a variable, a cost, a measure, a share in the balance, or a constraint, each with its equation.

A statement is a pure function of the network and the variables. Sections meet in two places only: the ledger
(costs) and the material balance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..algebra import Program, Var, View, repeated
from ..kept import kept, kept_for_all
from ..network.bounds import Bounds, bounds
from ..network.network import Network
from ..words import Sentence
from .bounded import Bound, Line

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
            made = kept(build) if kind in ("variable", "cost", "constraint") else build
            STATEMENTS.append(Statement(kind, build.__name__.rstrip("_"), section, equation, unit, source, text, made))
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
        return product(self.per, self.rate, self.times)

    @property
    def constant(self) -> Array:
        """Constant of each line in sums over periods."""
        return product(self.offset, self.rate, self.times)

    def where(self, mask: Array) -> Part:
        """Only these lines."""
        rows = np.flatnonzero(mask)

        def kept(values: Array) -> Array:
            return np.broadcast_to(values[:1], len(rows)) if repeated(values) else values[rows]

        return Part(
            self.cols[rows],
            {k: c[rows] for k, c in self.codes.items()},
            kept(self.per),
            kept(self.rate),
            kept(self.times),
            kept(self.unit),
            kept(self.offset),
            self.account,
        )


def product(first: Array, *others: Array) -> Array:
    """Product in this order; numbers that are repeated are not spread out, and a factor of 1 costs nothing."""
    out = first
    for other in others:
        if repeated(other) and repeated(out):
            out = np.broadcast_to(out[:1] * other[:1], len(out))
        elif repeated(other):
            out = out if other[0] == 1 else out * other[0]
        elif repeated(out):
            out = other if out[0] == 1 else out[0] * other
        else:
            out = out * other
    return out


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
    """Something wrong with a row of a table that only the terms show; the caller knows file and line."""

    code: str
    found: Sentence
    advice: Sentence
    row: int
    column: str
    table: str = "limits"


_LinesOf = Callable[["Network", "Variables"], list[Part]]


@kept_for_all
def _lines(quantity: str, lines_of: list[_LinesOf], n: Network, v: Variables) -> list[Part]:
    return [p for lines in lines_of for p in lines(n, v) if len(p)]


class Variables:
    """The variables and lines stated so far: `v.flow`, `v.parts('collect')`, `v.ledger['transport']`."""

    def __init__(self, n: Network, program: Program):
        self._n, self.program = n, program
        self._lines_of: dict[str, list[_LinesOf]] = {}
        self._quantities: dict[str, list[Part]] = {}
        self._known: dict[str, Any] = {}
        self.ledger: dict[str, list[Part]] = {}
        self.notes: list[Note] = []
        self.bounds_of_limits: list[Bound] = []
        self.limit_lines: list[Line] = []
        self.bounds_of_goals: list[Bound] = []

    #: What changes them, and what they answer: for functions whose results are kept.
    _effects: ClassVar = {"note": (), "name_table": (), "state": ()}
    _asked: ClassVar = ("parts", "bounds")
    _never: ClassVar = ("once",)
    _changes: ClassVar = True

    def note(self, note: Note) -> None:
        """Keep what is to be said of a row."""
        self.notes.append(note)

    def name_table(self, first: int, table: str) -> None:
        """The notes from this one on are about rows of another table."""
        self.notes[first:] = [replace(note, table=table) for note in self.notes[first:]]

    def state(self, name: str, value: Any) -> None:
        """Keep what a statement made for those after it."""
        setattr(self, name, value)

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

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What several statements need: made when the first of them asks."""
        if name not in self._known:
            self._known[name] = make()
        return self._known[name]

    def define(self, quantity: str, lines_of: _LinesOf) -> None:
        """Add lines to a quantity; they are worked out when something asks for them."""
        self._lines_of.setdefault(quantity, []).append(lines_of)

    def parts(self, quantity: str) -> list[Part]:
        """Lines of a quantity, measure, account, or cost."""
        if quantity == "cost":
            return [p for parts in self.ledger.values() for p in parts]
        if quantity not in self._lines_of:
            return self.ledger.get(quantity, [])
        if quantity not in self._quantities:
            self._quantities[quantity] = _lines(quantity, self._lines_of[quantity], self._n, self)
        return self._quantities[quantity]


@dataclass(frozen=True)
class Model:
    """A program with what is needed to read its solution: the network, the variables and their lines."""

    network: Network
    program: Program
    variables: Variables = field(repr=False)
    stated: list[Statement] = field(repr=False, default_factory=list)  # variables, costs and constraints in use

    @cached_property
    def used(self) -> list[Statement]:
        """Every statement with columns, lines or rows in this case; worked out when someone reads the model."""
        n, v = self.network, self.variables
        order = ("variable", "measure", "cost", "constraint", "balance")
        found = [s for s in STATEMENTS if s.kind == "measure" and any(len(p) for p in s.build(n, v))]
        if "balance" in self.program.families:
            found += [s for s in STATEMENTS if s.kind == "balance" and any(len(view) for view, _ in s.build(n, v))]
        return sorted(self.stated + found, key=lambda s: order.index(s.kind))
