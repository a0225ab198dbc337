"""Measures of the user's own: which quantity, in which scope, at which rate."""

from __future__ import annotations

import numpy as np

from ..errors import all_of, did_you_mean
from ..kept import kept
from ..tables import ACCOUNTS, Data, Frame
from ..words import NOTHING, Sentence, say
from . import network as net
from .limits import MATERIAL_QUANTITIES, MEASURES, QUANTITIES, known_quantities, scope_codes, scopes_of
from .own import circle, own_measures

#: Words that a measure cannot be counted in: they stand for the units of materials and for money.
_TAKEN_UNITS = ("qty", "money")


@kept
def encode_measures(data: Data, labels: dict[str, list[str]]) -> net.Measures:
    """Every measure of the user's own with its rows; what is wrong with a row is noted."""
    frame, units = data["measures"], own_measures(data)
    names = list(units)
    _check_names(data, frame)
    _check_units(data, frame)
    _check_twice(data, frame)
    round_about = circle(data)
    if round_about:
        row = next(r for r in range(len(frame)) if frame.text["measure"][r] == round_about[0])
        data.problems.add(
            "E551",
            say("These measures count each other in a circle: {names}.", names=all_of(round_about)),
            say("Count in each only what stands before it."),
            **frame.where(row, "of"),
        )
        return _with_rates(data, frame, names, list(units.values()), [])
    known = known_quantities(data)
    found = [_row(data, frame, row, names, labels, known) for row in np.flatnonzero(frame.ok).tolist()]
    return _with_rates(data, frame, names, list(units.values()), [row for row in found if row is not None])


def _with_rates(data: Data, frame: Frame, names: list[str], units: list[str], rows: list[net.LimitRow]) -> net.Measures:
    """A rate for each row; for each of its materials where it is about amounts of them."""
    every = np.arange(len(data.labels["material"]))
    none = np.full(1, -1)
    materials = [r.scope.get("material", every) if r.quantity in MATERIAL_QUANTITIES else none for r in rows]
    at = np.repeat(np.arange(len(rows)), [len(m) for m in materials])
    rate = frame.number["rate"][[r.row for r in rows]][at] if rows else np.zeros(0)
    return net.Measures(names, units, rows, at, np.concatenate(materials) if rows else np.zeros(0, np.int64), rate)


def _row(
    data: Data, frame: Frame, row: int, names: list[str], labels: dict[str, list[str]], known: list[str]
) -> net.LimitRow | None:
    quantity = frame.text["of"][row]
    problem: tuple[str, Sentence, Sentence, str] | None = None
    scope: dict[str, np.ndarray] = {}
    if quantity not in known:
        advice = did_you_mean(quantity, known) or say("One of: {words}.", words=", ".join(known))
        problem = "E360", say("'{quantity}' is not a quantity.", quantity=quantity), advice, "of"
    elif quantity == "use":
        told = say("use cannot be counted by a measure: it is only there where a limit or weight counts it.")
        problem = "E553", told, say("Count open, or limit use by itself."), "of"
    else:
        cells = {c: frame.text[c][row] for c in frame.schema.scopes if frame.text[c][row] not in ("", "*")}
        for column, label in cells.items():
            if column not in scopes_of(data, quantity):
                told = say("{quantity} has no {column}.", quantity=quantity, column=column)
                hint = say("It has: {columns}.", columns=", ".join(scopes_of(data, quantity)))
                problem = "E362", told, hint, column
            elif label == "each":
                told = say("A measure is one sum, so 'each' cannot stand in its scope.")
                problem = "E553", told, say("Leave {column} blank, or write each in the limit.", column=column), column
            else:
                scope[column] = scope_codes(data, labels, column, label)
        if quantity == "stock" and "period" not in cells and problem is None:
            told = say("stock needs a period: it does not add over time.")
            problem = "E363", told, say("Write a row for each period."), "period"
    if problem is None:
        return net.LimitRow(names.index(frame.text["measure"][row]), quantity, 1.0, scope, (), row)
    code, told, advice, column = problem
    data.problems.add(code, told, advice, **frame.where(row, column))
    return None


def _check_names(data: Data, frame: Frame) -> None:
    """A measure has a name of its own."""
    taken = {*QUANTITIES, *MEASURES, "cost", *ACCOUNTS, *data.labels["account"]}
    seen: set[str] = set()
    for row in np.flatnonzero(frame.ok).tolist():
        name = frame.text["measure"][row]
        if name in taken and name not in seen:
            found = say("A measure cannot bear the name of a quantity, a measure or an account: '{name}'.", name=name)
            data.problems.add("E550", found, say("Choose another name."), **frame.where(row, "measure"))
        seen.add(name)


def _check_units(data: Data, frame: Frame) -> None:
    """All rows of a measure are counted in the same."""
    first: dict[str, tuple[str, int]] = {}
    for row in np.flatnonzero(frame.ok & frame.given["unit"]).tolist():
        name, unit = frame.text["measure"][row], frame.text["unit"][row]
        other, at = first.setdefault(name, (unit, row))
        if other != unit:
            found = say(
                "The measure '{name}' is counted in {unit} here and in {other} at {spot}.",
                name=name,
                unit=unit,
                other=other,
                spot=frame.spot(at),
            )
            data.problems.add("E552", found, say("Give one unit, and rates in it."), **frame.where(row, "unit"))
        elif unit in _TAKEN_UNITS:
            found = say("'{unit}' has a meaning of its own and is no unit of a measure.", unit=unit)
            data.problems.add("E552", found, say("Write what is counted, as jam or orang."), **frame.where(row, "unit"))


def _check_twice(data: Data, frame: Frame) -> None:
    """A row is known by its measure, quantity and scope: the same twice would count twice."""
    first: dict[tuple[str, ...], int] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        key = tuple(frame.text[c][row] for c in ("measure", "of", *frame.schema.scopes))
        if key in first:
            found = say("The row stands twice: also at {spot}; it would count twice.", spot=frame.spot(first[key]))
            data.problems.add("E202", found, NOTHING, **frame.where(row, "measure"))
        first.setdefault(key, row)
