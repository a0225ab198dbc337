"""The bounds of `limits`, label by label: sums, ratios of two sums, and how far apart the labels lie."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ...kept import Book, kept
from ...tables import Frame
from ...tables.fits import QUANTITY_UNITS, quantity_unit
from ...words import Sentence, say
from .exact import Number, exactly
from .limits import OF_MATERIALS, SCOPES, Label, Row, Sums, mixed
from .own import read_own
from .verdict import Court, kept_verdict, show
from .whereabouts import place_word
from .world import World, dimension

#: Sums of the rows of one part of a limit: its dimensions, and by label the sum and its largest term.
_Summed = list[tuple[tuple[str, ...], dict[Label, Number], dict[Label, Number]]]


@dataclass(frozen=True)
class Limit:
    """Rows of one name, its bounds and units, and where it stands; `over`: rows below the line."""

    name: str
    rows: list[Row]
    least: Number
    most: Number
    unit: str  # as it counts amounts; blank: their own
    spot: str
    over: list[Row] = field(default_factory=list)
    over_unit: str = ""
    spread: Number = np.inf

    @property
    def all_rows(self) -> list[Row]:
        """Rows above and below the line."""
        return [*self.rows, *self.over]


@kept
def read_limits(world: World) -> list[Limit]:
    """The table `limits`, by name."""
    frame = world.data["limits"]
    found = []
    for name, at in rows_by_name(frame).items():
        limit, times = read_sums(world, frame, name, at)
        cells = {c: world.numbers.at("limits", c, np.array(at)).tolist() for c in ("least", "most", "spread")}
        least, most, spread = max(cells["least"]), min(cells["most"]), min(cells["spread"])
        found.append(replace(limit, least=least * times, most=most * times, spread=spread * times))
    return found


def rows_by_name(frame: Frame) -> dict[str, list[int]]:
    """Positions of the rows of each name."""
    found: dict[str, list[int]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        found.setdefault(frame.text[frame.schema.keys[0]][row], []).append(row)
    return found


def read_sums(world: World, frame: Frame, name: str, at: list[int]) -> tuple[Limit, Number]:
    """Rows of one name as a limit without bounds, and by what its bounds are multiplied to be in its units."""
    parts: dict[bool, list[Row]] = {False: [], True: []}
    for r in at:
        scope = {c: frame.text[c][r] for c in SCOPES}
        row = Row(
            frame.text["quantity"][r], world.numbers.cell(frame.name, "coef", r), scope, int(frame.number["lag"][r])
        )
        parts[bool(frame.flag["over"][r])].append(row)
    text = next((t for t in (frame.text["unit"][r] for r in at) if t), "")
    one, two = (parts[below][0].quantity if parts[below] else "" for below in (False, True))
    (unit, times), (over_unit, under) = _units_given(world, one, two, text)
    return Limit(name, parts[False], -np.inf, np.inf, unit, frame.spot(at[0]), parts[True], over_unit), times / under


def _units_given(world: World, one: str, two: str, text: str) -> tuple[tuple[str, Number], tuple[str, Number]]:
    """Units above and below the line as the limit names them (a/b, or one for both), and the factors to them."""
    if not two:
        return _unit_given(world, one, text), ("", exactly(1))
    cut = text.rfind("/")
    if cut >= 0:
        return _unit_given(world, one, text[:cut]), _unit_given(world, two, text[cut + 1 :])
    both = _unit_of(world, one) == _unit_of(world, two) == "qty"
    return _unit_given(world, one, text), _unit_given(world, two, text if both else "")


def _unit_of(world: World, quantity: str) -> str:
    """qty, money, or what the quantity is counted in."""
    own = read_own(world)
    if quantity in own:
        return own[quantity].unit or quantity
    return "qty" if quantity in OF_MATERIALS else QUANTITY_UNITS.get(quantity, "money")


def _unit_given(world: World, quantity: str, text: str) -> tuple[str, Number]:
    """A unit as amounts or money count here, and by what bounds are multiplied to be in it."""
    found = quantity_unit(_unit_of(world, quantity), text, world.data.units, world.unit) if text else None
    return (found[0], exactly(found[1])) if found else ("", exactly(1))


# -- judging -----------------------------------------------------------------------------------------------


@kept_verdict
def judge_limits(sums: Sums, everything: Callable[[], Sums], court: Court) -> dict[str, tuple[Limit, list[Value]]]:
    """Every bound of every limit, and what each comes to, by name.

    `everything` makes the terms of all that could be done, for labels without a term.
    """
    known = []
    for limit in read_limits(sums.world):
        unknown = [r.quantity for r in limit.all_rows if not sums.quantities.known(r.quantity)]
        if unknown:
            court.fault("limits", limit.name, unknown_word(unknown[0], limit))
        else:
            known.append(limit)
    values = _judge_some(sums, everything, known, court)
    return Book((limit.name, (limit, found)) for limit, found in zip(known, values, strict=True))


def unknown_word(quantity: str, limit: Limit) -> Sentence:
    """That a row counts what is no quantity."""
    return say("'{quantity}' is not a quantity ({spot}).", quantity=quantity, spot=limit.spot)


def _dims(row_each: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions of the `each` columns; origin and dest meet place, unless a row has both."""
    dims = tuple(dimension(c) for c in row_each)
    return dims if len(set(dims)) == len(dims) else row_each


@dataclass(frozen=True)
class Value:
    """What a limit comes to under one label: its sum, and what stands below the line (1: nothing), with largest terms."""

    at: dict[str, str]
    total: Number
    scale: Number
    below: Number
    below_scale: Number


def values_of(sums: Sums, everything: Callable[[], Sums], limit: Limit, every: bool) -> tuple[str, list[Value]]:
    """The unit of a limit's amounts, and what it comes to under each label that has a bound.

    `every`: labels that carry nothing, too.
    """
    free = any(c == "each" for r in limit.all_rows for c in r.scope.values())
    unsure = not limit.unit and mixed(sums, [r.quantity for r in limit.all_rows])
    whole = everything() if unsure or (free and every) else sums
    one, two = _units(whole, limit)
    above, below = (_summed(sums, rows, unit) for rows, unit in ((limit.rows, one), (limit.over, two)))
    parts = [*above, *below]
    dims = tuple(dict.fromkeys(d for names, _, _ in parts for d in names))
    labels = _labels(dims, [(d, set(found)) for d, found, _ in parts])
    if whole is not sums and free:
        could = [*_summed(whole, limit.rows, one), *_summed(whole, limit.over, two)]
        labels |= _labels(dims, [(d, set(found)) for d, found, _ in could])
        below_could = could[len(limit.rows) :]
    else:
        below_could = below
    found = []
    for label in sorted(labels):
        at = dict(zip(dims, label, strict=True))
        if not all(_looks_at_known(sums.world, row, at) for row in limit.all_rows):
            continue
        if limit.over and _is_known_to_be_nothing(limit, at, below_could):
            continue
        found.append(Value(at, *_total(above, at), *(_total(below, at) if limit.over else (exactly(1), exactly(0)))))
    return one, found


@kept_verdict
def _judge_some(sums: Sums, everything: Callable[[], Sums], limits: list[Limit], court: Court) -> list[list[Value]]:
    """What these limits come to; they are kept by halves (see `in_halves`)."""
    if len(limits) > 1:
        first, second = limits[: len(limits) // 2], limits[len(limits) // 2 :]
        return _judge_some(sums, everything, first, court) + _judge_some(sums, everything, second, court)
    return [_judge_limit(sums, everything, limit, court) for limit in limits]


def _judge_limit(sums: Sums, everything: Callable[[], Sums], limit: Limit, court: Court) -> list[Value]:
    unit, found = values_of(sums, everything, limit, _needs_all(limit))
    known = [value for one in found if (value := _judge_bound(limit, unit, one, court)) is not None]
    if math.isfinite(limit.spread) and known:
        gap = max(known) - min(known)
        sentence = (
            f"Limit {limit.name}: its labels lie {show(gap)} apart, its spread is {show(limit.spread)} ({limit.spot})."
        )
        court.number("most", "limits", gap, limit.spread, max(map(abs, known)), f"limit={limit.name}", sentence)
    return found


def _is_known_to_be_nothing(limit: Limit, at: dict[str, str], below: _Summed) -> bool:
    """Whether nothing stands below the line of a label, whatever the plan: no term, or known amounts of 0."""
    here = [(row, found[_mine(names, at)]) for row, (names, found, _) in zip(limit.over, below, strict=True)
            if _mine(names, at) in found]  # fmt: skip
    return all(row.quantity in ("market", "people") for row, _ in here) and sum(value for _, value in here) == 0


def _units(whole: Sums, limit: Limit) -> tuple[str, str]:
    """The units of amounts above and below the line; where neither is given they share one."""
    if limit.over and not limit.unit and {limit.rows[0].quantity, limit.over[0].quantity} <= set(OF_MATERIALS):
        both = whole.unit(limit.all_rows, "")
        return both, both
    return whole.unit(limit.rows, limit.unit), whole.unit(limit.over, limit.over_unit) if limit.over else ""


def _summed(sums: Sums, rows: list[Row], unit: str) -> _Summed:
    parts = [sums.part(row, unit) for row in rows]
    return [(_dims(p.each), *sums.by_label(p)) for p in parts]


def _mine(names: tuple[str, ...], at: dict[str, str]) -> Label:
    return tuple(at[d] for d in names)


def _looks_at_known(world: World, row: Row, at: dict[str, str]) -> bool:
    """Whether something is known of the period that the row looks at: of the past, the market alone."""
    if not row.lag or "period" not in at:
        return True
    first = world.past if row.quantity == "market" else 0
    return world.code["period"][at["period"]] - row.lag >= -first


def _needs_all(limit: Limit) -> bool:
    """Whether a label that carries nothing might break the limit."""
    alike = len({tuple(c for c in SCOPES if r.scope.get(c) == "each") for r in limit.all_rows}) == 1
    return not alike or limit.least > 0 or limit.most < 0 or math.isfinite(limit.spread)


def _labels(dims: tuple[str, ...], found: list[tuple[tuple[str, ...], set[Label]]]) -> set[Label]:
    """One label for each bound: of the rows that have every dimension, else all that the rows' labels combine to."""
    if not dims:
        return {()}
    full = [(d, labels) for d, labels in found if set(d) == set(dims)]
    if full:
        return {tuple(dict(zip(d, label, strict=True))[x] for x in dims) for d, labels in full for label in labels}
    out: list[dict[str, str]] = [{}]
    for d, labels in found:
        if d:
            fresh = [dict(zip(d, label, strict=True)) for label in labels]
            out = [a | b for a in out for b in fresh if all(a.get(k, v) == v for k, v in b.items())]
    return {tuple(x[d] for d in dims) for x in out}


def _judge_bound(limit: Limit, unit: str, value: Value, court: Court) -> Number | None:
    """The bounds of one label; its value, None where it cannot be told or nothing stands below the line."""
    at, total, scale, under, most = value.at, value.total, value.scale, value.below, value.below_scale
    of = ", ".join(f"{d} = {word}" for d, word in at.items())
    where = f"limit={limit.name}" + (f", {of}" if of else "")
    name = f"Limit {limit.name}" + (f" ({of})" if of else "")
    if total != total or under != under:
        whose = say("{limit} ({labels})", limit=limit.name, labels=place_word(of)) if of else limit.name
        told = say("Limit {limit} cannot be judged: a distance or a mass that it needs is unknown ({spot}).",
                   limit=whose, spot=limit.spot)  # fmt: skip
        court.fault("limits", where, told)
        return None
    counted = f" {unit}" if unit and not limit.over else ""
    for word, bound in (("least", limit.least), ("most", limit.most)):
        if not math.isfinite(bound):
            continue
        if not limit.over:
            sentence = f"{name} comes to {show(total)}{counted}, its {word} is {show(bound)} ({limit.spot})."
            court.number(word, "limits", total, bound, scale, where, sentence)
        else:  # multiplied by what stands below the line, so that nothing over nothing is lawful
            size = max(scale, most * abs(bound))
            sentence = (
                f"{name} comes to {show(total)} over {show(under)}, its {word} is {show(bound)} of it ({limit.spot})."
            )
            court.number(word, "limits", total, bound * under, size, where, sentence)
    return total if not limit.over else total / under if under else None


def _total(part: _Summed, at: dict[str, str]) -> tuple[Number, Number]:
    """Sum of the rows of a part under one label, and its largest term."""
    keys = [(_mine(names, at), sums, largest) for names, sums, largest in part]
    return sum(s.get(k, 0) for k, s, _ in keys), max((m.get(k, 0) for k, _, m in keys), default=0)
