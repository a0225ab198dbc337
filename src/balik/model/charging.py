"""What charges are made of: lines at one rate, and amounts in steps with their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ..algebra import Index
from ..network.limits import MATERIAL_QUANTITIES, MEASURES, QUANTITIES
from ..network.network import Charge, Network
from ..words import Sentence, say
from .brackets import Pieces, pieces_of, up_to
from .most import most_of_columns, shared_bounds
from .scope import each_label, in_scope, parts_of, scope_words
from .statement import Note, Part, Variables

Array = np.ndarray
#: Labels of `each` that the ledger has a column for; of kinds and groups it has none.
_KEYS = ("place", "origin", "dest", "material", "process", "mode", "size", "period", "tour")


@dataclass
class Amount:
    """What is charged at one label: Σ coef × column + constant."""

    keys: dict[str, int]
    cols: Array
    coefs: Array
    constant: float

    def value(self, x: Array) -> float:
        """The amount at a point."""
        return float(self.coefs @ x[self.cols]) + self.constant

    def range(self, low: Array, high: Array, shared: Array, together: Array) -> tuple[float, float]:
        """Its least and largest value, from the bounds of the columns and of what several can be together."""
        up, low, high = self.coefs > 0, low[self.cols], high[self.cols]
        least = self.coefs @ np.where(up, low, high)
        most = self.coefs * np.where(up, high, low)
        at = np.where((self.cols >= 0) & (self.cols < len(shared)), shared[np.minimum(self.cols, len(shared) - 1)], -1)
        rest = float(most[(at < 0) | ~up].sum())
        groups, which = np.unique(at[(at >= 0) & up], return_inverse=True)
        if len(groups):
            coefs, alone = self.coefs[(at >= 0) & up], most[(at >= 0) & up]
            top = np.zeros(len(groups))
            np.maximum.at(top, which.ravel(), coefs)
            rest += float(np.minimum(np.bincount(which.ravel(), alone, len(groups)), top * together[groups]).sum())
        return self.constant + float(least), self.constant + rest


@dataclass
class Stepped:
    """An amount in steps, the column of each piece, and, where all of it lies in one, the column that chooses it."""

    charge: int
    each: int  # position of its label
    amount: Amount
    most: float
    pieces: Pieces
    within: Array
    switch: Array


@dataclass
class Booked:
    """All that is charged."""

    parts: list[Part] = field(default_factory=list)
    stepped: list[Stepped] = field(default_factory=list)


def book(n: Network, v: Variables) -> Booked:
    """The lines of every charge, and the columns of those in steps; what other charges charge comes first."""
    return _Book(n, v).stated() if n.charges else Booked()


class _Book:
    """Goes through the charges. Columns are stated at the end; until then switches are numbered below -1."""

    def __init__(self, n: Network, v: Variables):
        self.n, self.v = n, v
        self.first = v.program.columns
        self.high: list[float] = []  # of the columns of pieces, which come first
        self.switches = 0
        self.known: tuple[Array, Array, Array, Array] | None = None
        self.labels: list[str] = []
        self.parts: list[Part] = []
        self.stepped: list[Stepped] = []
        self.ledger = {account: list(parts) for account, parts in v.ledger.items()}
        for number, charge in enumerate(n.charges):
            lines = list(self._lines(charge))
            made = self._plain(number, lines) if charge.plain else self._in_steps(number, lines)
            self.ledger.setdefault(charge.account, []).extend(made)
            self.parts += made
            if not lines:
                self._note_idle(charge)

    # -- what is charged -----------------------------------------------------------------------------------------

    def _lines(self, charge: Charge) -> Iterator[tuple[Part, dict[str, Array]]]:
        """Lines in scope with their labels, amounts counted in the unit of the charge."""
        quantity = charge.scope.quantity
        counted = quantity in QUANTITIES or quantity in MEASURES or quantity in self.n.measures.names
        for p in parts_of(self.v, charge.scope) if counted else self.ledger.get(quantity, []):
            on = in_scope(self.n, p, charge.scope)
            if on is None:
                self._note_left_out(charge, p)
                continue
            kept = p.where(on)
            keys, repeat = each_label(self.n, kept, charge.scope)
            if keys is None:
                self._note_left_out(charge, p)
            elif len(repeat):
                kept = _taken(kept, repeat)
                yield replace(kept, rate=kept.rate * self._size(charge, kept)), keys

    def _size(self, charge: Charge, p: Part) -> Array:
        """What one unit of each line counts, in the unit of the charge and with its sign."""
        if charge.scope.quantity not in MATERIAL_QUANTITIES:
            return np.full(len(p), charge.sign)
        if not charge.by:
            if other := set(p.unit) - {charge.unit}:
                found = say("The charge counts {unit}, and some of it is counted in {other}.",
                            unit=charge.unit, other=min(other))  # fmt: skip
                self._note("E518", found, say("Write another unit, or name the material."), charge, "unit")
            return np.full(len(p), charge.sign)
        material = p.codes["material"]
        sizes = self.n.mass if charge.by == "mass" else np.where(self.n.volume > 0, self.n.volume, np.nan)
        lacking = np.unique(material[np.isnan(sizes[material])])
        if len(lacking):
            values = {"of": charge.scope.quantity, "material": self.n.labels["material"][int(lacking[0])]}
            found = say("The charge counts {of} by mass, and '{material}' has no mass.", **values)
            if charge.by == "volume":
                found = say("The charge counts {of} by volume, and '{material}' has no volume.", **values)
            self._note("E518", found, say("Write it in materials, or name the material."), charge, "unit")
        return np.asarray(charge.sign * np.nan_to_num(sizes[material], nan=1.0))

    # -- one rate ------------------------------------------------------------------------------------------------

    def _plain(self, number: int, lines: list[tuple[Part, dict[str, Array]]]) -> list[Part]:
        """The lines themselves at the rate of the charge: what is charged on an account counts as that does.

        What is neither of an account nor of materials (km, emissions, trips) counts as what it comes to, in its unit.
        """
        n, charge = self.n, self.n.charges[number]
        rate = float(n.steps.rate[n.steps.charge == number][0])
        out = []
        for p, _ in lines:
            if p.account or charge.scope.quantity in MATERIAL_QUANTITIES:
                made = replace(p, rate=p.rate * rate, account=charge.account)
            else:
                per, offset = p.per * p.rate, p.offset * p.rate
                made = replace(p, per=per, offset=offset, rate=np.full(len(p), rate), account=charge.account)
            made = made if p.account else replace(made, times=self._money_times(p))
            out.append(made.where((made.rate != 0) & ((made.per != 0) | (made.offset != 0))))
        return [p for p in out if len(p)]

    def _money_times(self, p: Part) -> Array:
        """By what money counts that is paid where these lines are."""
        n = self.n
        return n.money_times[p.codes["period"]] if "period" in p.codes else np.full(len(p), n.one_off_times)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _in_steps(self, number: int, lines: list[tuple[Part, dict[str, Array]]]) -> list[Part]:
        """Columns for what is charged at each label, and the lines of the ledger over them."""
        n, charge = self.n, self.n.charges[number]
        if not lines or not self._may_be_added(charge, lines):
            return []
        rows = n.steps.charge == number
        steps = (getattr(n.steps, c)[rows] for c in ("start", "end", "rate", "least", "something"))
        start, end, rate, least, something = steps
        law = pieces_of(start, end, rate, charge.whole, float(least[0]), float(something[0]))
        one_piece = charge.whole or least[0] > 0
        made, bounds = [], self._bounds()
        for amount in self._amounts(charge, lines):
            low, most = amount.range(*bounds)
            if low < -1e-9 * max(1.0, abs(amount.constant)):
                self._note_below(charge)
                return []
            if np.isinf(most) and (one_piece or not law.convex):
                self._note_endless(charge)
                return []
            made.append(self._columns(number, amount, law, most, one_piece))
        self.stepped += made
        return self._booked(charge, made, timed=any("period" in p.codes for p, _ in lines))

    def _may_be_added(self, charge: Charge, lines: list[tuple[Part, dict[str, Array]]]) -> bool:
        """Whether all that is charged together is paid at the same time (by the same factor)."""
        n = self.n
        timed = any("period" in p.codes for p, _ in lines)
        single = any("period" not in p.codes for p, _ in lines)
        discounted = bool((n.money_times != n.repeats).any())
        if (timed and not charge.scope.once and discounted) or (timed and single and n.one_off_times != 1):
            found = say("A charge in steps adds money that is paid at different times, and counts differently.")
            self._note("E516", found, say("Write period = each, or charge one rate."), charge, "of")
            return False
        return True

    def _amounts(self, charge: Charge, lines: list[tuple[Part, dict[str, Array]]]) -> Iterator[Amount]:
        """The sums that are charged, one for each label, of one occurrence where the charge is about single periods."""
        count = [self._count(charge, p) for p, _ in lines]
        col = np.concatenate([p.cols for p, _ in lines]).astype(np.int64)
        coef = np.concatenate([p.per * p.rate * c for (p, _), c in zip(lines, count, strict=True)])
        constant = np.concatenate([p.offset * p.rate * c for (p, _), c in zip(lines, count, strict=True)])
        each = charge.scope.each
        codes = [np.concatenate([keys[c] for _, keys in lines]).astype(np.int64) for c in each]
        found, at = np.unique(np.stack([*codes, np.zeros(len(col), np.int64)]), axis=1, return_inverse=True)
        order = np.argsort(at.ravel(), kind="stable")
        for mine in np.split(order, np.flatnonzero(np.diff(at.ravel()[order])) + 1):
            keys = dict(zip(each, found[:, at.ravel()[mine[0]]].tolist(), strict=False))
            if charge.scope.once and "period" not in keys:
                keys["period"] = int(charge.scope.scope["period"][0])
            on = mine[coef[mine] != 0]
            cols, which = np.unique(col[on], return_inverse=True)
            yield Amount(keys, cols, np.bincount(which.ravel(), coef[on], len(cols)), float(constant[mine].sum()))

    def _count(self, charge: Charge, p: Part) -> Array:
        """How often a line counts in the amount; one-off money without the factor that it counts by."""
        if "period" not in p.codes:
            return np.full(len(p), 1.0 / self.n.one_off_times if p.account else 1.0)
        return np.ones(len(p)) if charge.scope.once else self.n.repeats[p.codes["period"]]

    def _bounds(self) -> tuple[Array, Array, Array, Array]:
        """Bounds of every column so far, those of pieces and switches at the end, and what columns share."""
        if self.known is None:
            least = np.concatenate([x.lower for x in self.v.program.variables.values()])
            self.known = least, most_of_columns(self.n, self.v), *shared_bounds(self.n, self.v)
        least, most, shared, together = self.known
        low = np.concatenate([least, np.zeros(len(self.high) + self.switches)])
        return low, np.concatenate([most, self.high, np.ones(self.switches)]), shared, together

    def _columns(self, number: int, amount: Amount, law: Pieces, most: float, one_piece: bool) -> Stepped:
        """A column for each piece that can be reached, and its switch."""
        pieces = up_to(law, most)
        within = self.first + len(self.high) + np.arange(len(pieces))
        self.high += (pieces.high if one_piece else pieces.high - pieces.low).tolist()
        switch = np.zeros(0, np.int64)
        if one_piece:
            switch = -1 - self.switches - np.arange(len(pieces))
            self.switches += len(pieces)
        self.labels.append(_name(self.n, amount.keys))
        return Stepped(number, len(self.labels) - 1, amount, most, pieces, within, switch)

    def _booked(self, charge: Charge, made: list[Stepped], timed: bool) -> list[Part]:
        """Lines of the ledger: what lies in each piece at its rate, and what a piece costs by itself."""
        n = self.n
        count = np.array([len(s.pieces) for s in made])
        codes = {c: np.repeat([s.amount.keys[c] for s in made], count) for c in made[0].amount.keys if c in _KEYS}
        factor = n.money_times[codes["period"]] if charge.scope.once else np.full(count.sum(), 1.0)
        if not timed:
            factor = factor * n.one_off_times

        def lines(cols: list[Array], rate: list[Array], unit: str) -> Part:
            one = np.ones(len(factor))
            unit_of = np.broadcast_to(np.asarray(unit, object), len(factor))
            found = Part(
                np.concatenate(cols), codes, one, np.concatenate(rate), factor, unit_of, 0 * one, charge.account
            )
            return found.where(found.rate != 0)

        out = [lines([s.within for s in made], [s.pieces.rate for s in made], charge.unit)]
        if len(made[0].switch):
            out.append(lines([s.switch for s in made], [s.pieces.base for s in made], "charge"))
        return [p for p in out if len(p)]

    # -- the columns ---------------------------------------------------------------------------------------------

    def stated(self) -> Booked:
        """States the columns, and gives every switch its own."""
        if not self.stepped:
            return Booked(self.parts)
        program, labels = self.v.program, {**self.n.labels, "each": self.labels}

        def index(some: list[Stepped]) -> Index:
            count = [len(s.pieces) for s in some]
            steps = np.concatenate([np.arange(k) for k in count])
            keys = {name: np.repeat([getattr(s, name) for s in some], count) for name in ("charge", "each")}
            return Index(labels, **keys, step=steps)

        program.variable("charged", index(self.stepped), upper=np.array(self.high))
        chosen = [s for s in self.stepped if len(s.switch)]
        if chosen:
            switches = program.variable("level", index(chosen), upper=1.0, integer=True).cols

            def final(cols: Array) -> Array:
                return np.where(cols < 0, switches[np.clip(-1 - cols, 0, len(switches) - 1)], cols)

            self.parts = [replace(p, cols=final(p.cols.astype(np.int64))) for p in self.parts]
            for s in self.stepped:
                s.amount.cols, s.switch = final(s.amount.cols), final(s.switch)
        return Booked(self.parts, self.stepped)

    # -- what is wrong with a charge -----------------------------------------------------------------------------

    def _note(self, code: str, found: Sentence, advice: Sentence, charge: Charge, column: str) -> None:
        note = Note(code, found, advice, charge.scope.row, column, "charges")
        if note not in self.v.notes:
            self.v.note(note)

    def _note_idle(self, charge: Charge) -> None:
        scope = scope_words(self.n, charge.scope)
        found = say("Nothing is charged: the case has no {quantity}.", quantity=charge.scope.quantity)
        if scope:
            found = say("Nothing is charged: no {quantity} has {scope}.", quantity=charge.scope.quantity, scope=scope)
        self._note("W511", found, say("Check what is charged, its rates and its scope."), charge, "of")

    def _note_left_out(self, charge: Charge, p: Part) -> None:
        columns = [c for c in (*charge.scope.scope, *charge.scope.each) if _key(c) not in p.codes]
        if columns and len(p):
            found = say("The charge leaves out a part of {quantity} that has no {column}.",
                        quantity=p.account or charge.scope.quantity, column=columns[0])  # fmt: skip
            self._note("W510", found, say("Charge it in a row of its own, if it is meant."), charge, columns[0])

    def _note_below(self, charge: Charge) -> None:
        found = say("{quantity} can be below 0 here, and steps begin at 0.", quantity=charge.scope.quantity)
        self._note("E515", found, say("Charge one rate, or a part of it that cannot be below 0."), charge, "of")

    def _note_endless(self, charge: Charge) -> None:
        found = say("Nothing bounds {quantity} here, and steps need a bound.", quantity=charge.scope.quantity)
        self._note("E514", found, say("Write a most on the supply, the demand or the lanes."), charge, "of")


def _key(column: str) -> str:
    return "place" if column in ("kind", "group") else column


def _taken(p: Part, at: Array) -> Part:
    """Lines at these positions, one of them perhaps several times."""
    if len(at) == len(p) and (at == np.arange(len(p))).all():
        return p
    per, rate, times, unit, offset = (np.asarray(c)[at] for c in (p.per, p.rate, p.times, p.unit, p.offset))
    return Part(p.cols[at], {k: c[at] for k, c in p.codes.items()}, per, rate, times, unit, offset, p.account)


def _name(n: Network, keys: dict[str, int]) -> str:
    """The label of an amount, for the names of columns."""
    place = {"origin": "place", "dest": "place"}
    return ",".join(n.labels[place.get(c, c)][code] for c, code in keys.items())
