"""The statements run on units: every term of a case, its unit, and the unit that its statement declares.

The unit of a number is how it answers when a base unit is made smaller. The case is stated again with every figure in
the smaller unit; a coefficient that grows by the factor to the power p has that unit to the power p. The factor is a
power of two, so that floats answer exactly; a number that answers by no power adds what cannot be added. Which figures
a coefficient is made of is found in the same way: each column of the case is made a little larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ..network.limits import MATERIAL_QUANTITIES, UNITS, is_money
from ..network.network import Limit, Network
from ..network.units import base_units, column, goal_units, numbers, powers, recounted, times
from ..tables.units import mass_of, volume_of
from .formulate import formulate
from .quantities import QUANTITIES, in_one_unit
from .statement import STATEMENTS, Model, Part, Statement

Array = np.ndarray
_STEP = 2.0**8  # base units are made so many times smaller: a sum of which one part grows gives no whole power
_NUDGE = 1 + 2.0**-10  # columns grow so little that what is the larger of two stays so
_NEAR = 1e-6  # rounding in a power that a nudge shows
_NONE = 127  # no power
#: Words of `network.units` that stand for what a row of the case is counted in.
_OWN_WORDS = {"charged", "measured", "resource", "aimed"}


@dataclass(frozen=True)
class Factor:
    """What a term multiplies: a column of the case (or several that answer together), or a variable."""

    name: str
    unit: str
    power: int = 1


@dataclass(frozen=True)
class Term:
    """A term as its factors, the unit of their product, and whether that is what the statement declares."""

    factors: tuple[Factor, ...]
    unit: str
    ok: bool


@dataclass(frozen=True)
class Checked:
    """A statement with its distinct terms."""

    statement: Statement
    unit: str
    terms: list[Term]

    @property
    def ok(self) -> bool:
        """Whether every term has the declared unit."""
        return all(term.ok for term in self.terms)


def check_units(n: Network) -> list[Checked]:
    """Every statement that says something in this case, with the units of its terms."""
    return _Check(n).results()


@dataclass
class _Numbers:
    """The numbers of a statement: the row and column of each (-1: it stands alone), and its value."""

    row: Array
    col: Array
    val: Array
    powers: dict[str, Array] = field(default_factory=dict)  # of each base unit, in the numbers alone
    answers: dict[tuple[str, str], Array] = field(default_factory=dict)  # power of each column of the case

    def power(self, other: _Numbers | None, factor: float, near: float = 0.0) -> Array | None:
        """By which power of the factor the numbers grew, `_NONE` where by none; None: they are others."""
        if other is None or not (np.array_equal(self.row, other.row) and np.array_equal(self.col, other.col)):
            return None
        with np.errstate(all="ignore"):
            power = np.log2(other.val / self.val) / np.log2(factor)
            whole = np.abs(power - np.round(power)) <= near
        return np.where(whole, np.round(np.where(whole, power, 0)), _NONE).astype(np.int8)


class _Check:
    """The case stated once as it is, once for each base unit, and once for each column of figures."""

    def __init__(self, n: Network):
        self.n = replace(n, limits=[_unbounded(limit) for limit in n.limits])
        self.model = formulate(self.n)
        self.found = dict(_numbers(self.model))
        self.bases = base_units(n)
        self.word = n.unit[0] if len(set(n.unit)) == 1 else "qty"
        self.site_word = n.site_unit[0] if len(set(n.site_unit)) == 1 else "site qty"
        for base in self.bases:
            weights = {q: w / _STEP ** self._weighed(q).get(base, 0) for q, w in n.weights.items()}
            other = dict(_numbers(formulate(replace(recounted(self.n, base, _STEP), weights=weights))))
            for s, found in self.found.items():
                power = found.power(other.get(s), _STEP)
                found.powers[base] = np.full(len(found.val), _NONE, np.int8) if power is None else power
        for table, name, _ in numbers(self.n):
            values = column(self.n, table, name)
            if not np.any(np.isfinite(values) & (values != 0)):
                continue
            other = dict(_numbers(formulate(times(self.n, {(table, name): _NUDGE}))))
            for s, found in self.found.items():
                power = found.power(other.get(s), _NUDGE, _NEAR)
                if power is not None and power.any():
                    found.answers[table, name] = power
        self.unit_of = self._columns()
        self.variable = self._owners()

    def _weighed(self, quantity: str) -> dict[str, int]:
        """Unit of a quantity of the objective."""
        words = {"money" if p.account else str(u) for p in self.model.variables.parts(quantity) for u in set(p.unit)}
        return powers(words.pop()) if len(words) == 1 else {"kg": 1}

    def _vector(self, unit: dict[str, int]) -> Array:
        return np.array([unit.get(base, 0) for base in self.bases], np.int8)

    def _columns(self) -> Array:
        """Power of each base unit in every column of the program, as its statement declares; the last: of none."""
        out = np.zeros((self.model.program.columns + 1, len(self.bases)), np.int8)
        n, declared = self.n, {s.name: s.unit for s in STATEMENTS if s.kind == "variable"}
        for name, var in self.model.program.variables.items():
            if declared[name] == "qty":
                words, which = n.unit, var.index.codes["material"]
            elif declared[name] == "site qty":
                words, which = n.site_unit, n.site_of[var.index.codes["place"]]
            elif name in ("over", "under"):
                words, which = goal_units(n), var.index.codes["goal"]
            elif name == "charged":
                words, which = [c.unit for c in n.charges], var.index.codes["charge"]
            else:
                words, which = [declared[name]], np.zeros(len(var), int)
            if len(var):
                out[var.cols] = np.array([self._vector(powers(word)) for word in words])[which]
        return out

    def _owners(self) -> Array:
        """Number of the variable of every column; the last: of none."""
        out = np.full(self.model.program.columns + 1, -1)
        for number, var in enumerate(self.model.program.variables.values()):
            out[var.cols] = number
        return out

    # -- what a statement declares -------------------------------------------------------------------------------

    def _allowed(self, s: Statement) -> Iterator[tuple[Array, list[Array] | None]]:
        """Numbers of a statement, and the units that they may have; None: any, if all of a row have it."""
        found = self.found[s]
        if s.name == "limits":
            limit_of = self.model.program.families["limits"].rows.index.codes["limit"][found.row]
            for number, limit in enumerate(self.n.limits):
                some = [self._vector(powers(unit)) for unit in _units_of(self.n, limit)]
                yield limit_of == number, None if limit.over else some
            return
        if s.name == "goals":
            goal_of, over = self.model.program.families["goals"].rows.index.codes["goal"][found.row], self.n.goals.limits
            for number, unit in enumerate(goal_units(self.n)):
                one = unit.partition("/")[0] if over[number].over else unit
                yield goal_of == number, [self._vector(powers(one))]
            return
        if s.section == "measures":
            own = [str(unit) for p in s.build(self.n, self.model.variables) for unit in p.unit]
            words = np.array(own, object)[found.row]
            for word in dict.fromkeys(own):
                yield words == word, [self._vector(powers(word))]
            return
        everything = np.ones(len(found.val), bool)
        if s.unit == "of the quantity":
            yield everything, None
        else:
            words = self.n.unit if s.unit == "qty" else self.n.site_unit if s.unit == "site qty" else [s.unit]
            yield everything, [self._vector(powers(word)) for word in dict.fromkeys(words)]

    def _judge(self, s: Statement) -> tuple[Array, Array]:
        """Powers of every number times its column, and whether they are right."""
        found = self.found[s]
        own = np.stack([found.powers[base] for base in self.bases], 1)
        total = own + self.unit_of[found.col]
        ok = (own != _NONE).all(1)
        for mask, units in self._allowed(s):
            if units is not None:
                ok &= ~mask | np.any([(total == unit).all(1) for unit in units], axis=0)
        good = np.flatnonzero(ok)
        rows, first = np.unique(found.row[good], return_index=True)
        if len(rows):  # what stands in a row with a term that is right has the unit of that term
            at = np.minimum(np.searchsorted(rows, found.row), len(rows) - 1)
            ok &= (rows[at] != found.row) | (total == total[good[first[at]]]).all(1)
        return np.where(own == _NONE, _NONE, total), ok

    # -- results -------------------------------------------------------------------------------------------------

    def results(self) -> list[Checked]:
        """Every statement with its distinct terms."""
        return [self._checked(s) for s in self.found]

    def _checked(self, s: Statement) -> Checked:
        found, (total, ok) = self.found[s], self._judge(s)
        code = _code([self.variable[found.col], ok, *total.T, *found.answers.values()])
        _, first = np.unique(code, return_index=True)
        terms = [self._term(s, int(at), total[at], bool(ok[at])) for at in np.sort(first)]
        unit = s.unit if s.unit == "of the quantity" else self._shown(powers(s.unit))
        return Checked(s, unit, list(dict.fromkeys(terms)))

    def _term(self, s: Statement, at: int, total: Array, ok: bool) -> Term:
        found, units = self.found[s], {(table, name): unit for table, name, unit in numbers(self.n)}
        units |= {where: unit.replace("qty", "site qty") for where, unit in units.items() if where[0] == "sites"}
        power = {where: int(answers[at]) for where, answers in found.answers.items() if answers[at]}
        factors = [Factor(name, units[t, name], p) for (t, name), p in power.items() if p != _NONE]
        mixed = {where: units[where] for where, p in power.items() if p == _NONE}
        figures = len(factors)
        if (variable := self.variable[found.col[at]]) >= 0:
            name = list(self.model.program.variables)[variable]
            factors.append(Factor(name, self._declared(name)))
        lost = [base for base, p in zip(self.bases, total, strict=True) if p == _NONE]
        factors = factors if lost else self._filled_in(factors, total)
        unit = _less({}, [replace(f, power=-f.power) for f in factors])
        if mixed or not self._is(unit, total):
            known = powers(s.unit) if ok and s.unit != "of the quantity" else None
            unit = known or dict(zip(self.bases, total.tolist(), strict=True))
            rest = "?" if lost else _text(_less(unit, factors))
            names = ", ".join(dict.fromkeys(name for _, name in mixed)) or "a bound"
            same = set(mixed.values())
            factors.insert(figures, Factor(names, same.pop() if len(same) == 1 else rest))
        shown = tuple(replace(f, unit=self._shown(powers(f.unit))) for f in factors)
        return Term(shown, f"? ({', '.join(lost)})" if lost else self._shown(unit), ok)

    def _filled_in(self, factors: list[Factor], total: Array) -> list[Factor]:
        """The factors, one of which is counted in a word of the case's own (or is a product of such), with that word."""
        which = [at for at, factor in enumerate(factors) if powers(factor.unit).keys() & _OWN_WORDS]
        if len(which) != 1:
            return factors
        rest = _less(dict(zip(self.bases, total.tolist(), strict=True)), factors[: which[0]] + factors[which[0] + 1 :])
        unit = _text({word: power for word, power in rest.items() if power})
        return [replace(f, unit=unit, power=1) if at == which[0] else f for at, f in enumerate(factors)]

    def _is(self, unit: dict[str, int], total: Array) -> bool:
        """Whether a unit says the same as these powers of the base units, for some material and site."""
        return any(
            (self._vector(_renamed(unit, {"qty": word, "site qty": site})) == total).all()
            for word in dict.fromkeys(self.n.unit)
            for site in dict.fromkeys([*self.n.site_unit, ""])
        )

    def _declared(self, variable: str) -> str:
        return next(s.unit for s in STATEMENTS if s.kind == "variable" and s.name == variable)

    def _shown(self, unit: dict[str, int]) -> str:
        """A unit in print: `qty` in the word of the materials, if they have but one."""
        return _text(_renamed(unit, {"qty": self.word, "site qty": self.site_word}))


def _unbounded(limit: Limit) -> Limit:
    """The limit with bounds of 0: those of the case are in whatever unit the limit has."""
    least, most = (0.0 if np.isfinite(bound) else bound for bound in (limit.least, limit.most))
    return replace(limit, least=least, most=most)


def _units_of(n: Network, limit: Limit) -> list[str]:
    """Units that the terms of a limit may have: its own, or that of its quantity."""
    quantity = limit.rows[0].quantity
    if quantity not in MATERIAL_QUANTITIES:
        own = dict(zip(n.measures.names, n.measures.units, strict=True))
        return [own.get(quantity) or ("money" if is_money(quantity) else UNITS[quantity])]
    if not limit.unit:
        return [*dict.fromkeys(n.unit), "kg"]
    size = "kg" if mass_of(limit.unit) else "m3" if volume_of(limit.unit) else limit.unit
    return [limit.unit, size]


def _less(unit: dict[str, int], factors: list[Factor]) -> dict[str, int]:
    """A unit divided by those of the factors."""
    rest = dict(unit)
    for factor in factors:
        for word, power in powers(factor.unit).items():
            rest[word] = rest.get(word, 0) - power * factor.power
    return rest


def _renamed(unit: dict[str, int], names: dict[str, str]) -> dict[str, int]:
    """The unit with words put for others."""
    out: dict[str, int] = {}
    for word, power in unit.items():
        out[names.get(word, word)] = out.get(names.get(word, word), 0) + power
    return out


def _text(unit: dict[str, int]) -> str:
    """money/qty/km; a power above one is written out."""
    over = [word for word, power in unit.items() for _ in range(power)]
    under = [word for word, power in unit.items() for _ in range(-power)]
    return "/".join(["·".join(over) or "1", *under])


def _code(columns: list[Array]) -> Array:
    """One integer for each distinct row of these columns."""
    code = np.zeros(len(columns[0]), np.int64)
    for values in columns:
        if len(values) and (values != values[0]).any():
            _, which = np.unique(values, return_inverse=True)
            _, code = np.unique(code * (int(which.max()) + 1) + which.ravel(), return_inverse=True)
            code = code.ravel()
    return code


# -- the numbers of every statement ------------------------------------------------------------------------------


def _numbers(m: Model) -> Iterator[tuple[Statement, _Numbers]]:
    """The numbers that each statement writes; one without any says nothing."""
    n, v, program = m.network, m.variables, m.program
    for s in STATEMENTS:
        pieces: list[tuple[Array, Array, Array]] = []
        if s.kind == "variable" and (var := program.variables.get(s.name)) is not None:
            rows, alone = np.arange(len(var)), np.full(len(var), -1)
            pieces = [(rows, var.cols, np.ones(len(var))), (rows, alone, var.lower), (rows, alone, var.upper)]
        elif s.kind == "constraint" and (block := program.families.get(s.name)):
            rows, alone = np.arange(len(block.rows)), np.full(len(block.rows), -1)
            pieces = [(p.row, p.col, p.val) for p in block.rows.terms.pieces]
            pieces += [(rows, alone, block.rows.lower), (rows, alone, block.rows.upper)]
        elif s.kind == "balance":
            for view, coef in s.build(n, v):  # each number by itself: the constraint of the balance adds them
                rows = np.arange(len(view)) + sum(len(row) for row, _, _ in pieces)
                pieces.append((rows, view.cols, np.broadcast_to(coef, len(view))))
        elif s.kind in ("cost", "measure"):
            parts = s.build(n, v)
            first = np.cumsum([0, *map(len, parts)])
            pieces = [x for p, at in zip(parts, first, strict=False) for x in _lines(p, at + np.arange(len(p)))]
        if (found := _joined(pieces)) is not None:
            yield s, found
    for quantity in n.weights:
        if quantity not in QUANTITIES:
            continue  # lines of costs and measures, each of which is checked
        pieces = [p for part in in_one_unit(n, v, quantity) for p in _lines(part, np.zeros(len(part), int))]
        if (found := _joined(pieces)) is not None:
            text = f"What the objective weighs of {quantity} is added."
            yield Statement("objective", quantity, "objective", "", "of the quantity", "", text, formulate), found


def _lines(p: Part, rows: Array) -> list[tuple[Array, Array, Array]]:
    return [(rows, p.cols, p.coef), (rows, np.full(len(p), -1), p.constant)]


def _joined(pieces: list[tuple[Array, Array, Array]]) -> _Numbers | None:
    """All that is neither 0 nor infinite; rows of different pieces that are numbered alike are the same row."""
    if not any(len(val) for _, _, val in pieces):
        return None
    row, col, val = (np.concatenate([piece[k] for piece in pieces]) for k in range(3))
    on = np.isfinite(val) & (val != 0)
    return _Numbers(row[on], col[on].astype(np.int64), val[on]) if on.any() else None
