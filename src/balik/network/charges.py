"""Charges: money on a quantity, a measure or an account; rows of one charge, of and scope are its steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import all_of
from ..kept import kept
from ..tables import ACCOUNTS, Data, Frame
from ..tables.booked import account_of, rate_unit
from ..tables.units import mass_of, volume_of
from ..words import Sentence, say
from . import network as net
from .expand import Array
from .limits import GIVEN, MEASURES, QUANTITIES, is_money, kind_of, known_quantities, scoped_row, unit_of
from .materials import Materials
from .own import made_of, own_measures

#: The least amount, in the unit that is written, that counts as something where a least charge is due.
_SOMETHING = 1e-3
#: Quantities whose money is paid once.
ONCE = ("open", "covered", "opening", "closing", "expansion", "residual")


@dataclass
class _Law:
    """The rows of one charge with the same of, account and scope."""

    rows: list[int]
    scope: net.LimitRow
    account: str


@kept
def encode_charges(
    data: Data, labels: dict[str, list[str]], materials: Materials
) -> tuple[list[net.Charge], net.Steps]:
    """Every charge, those that are charged before those that charge them, and their steps."""
    frame = data["charges"]
    if not len(frame):
        return [], _steps([])
    _check_accounts(data, frame)
    laws = _in_order(data, frame, _laws(data, frame, labels))
    charges: list[net.Charge] = []
    steps = []
    for law in laws:
        made = _charge(data, frame, law, materials)
        if made is not None:
            charge, factor = made
            money = _money(data, frame, law)
            steps += [(len(charges), *step) for step in _steps_of(frame, law, charge, factor, money)]
            charges.append(charge)
    return charges, _steps(steps)


def _steps(rows: list[tuple[int, float, float, float, float, float, int]]) -> net.Steps:
    charge, start, end, rate, least, something, row = np.array(rows, float).reshape(-1, 7).T
    return net.Steps(charge.astype(np.int64), start, end, rate, least, something, row.astype(np.int64))


def has_charges(data: Data, once: bool) -> bool:
    """Whether charges book money that is paid once, or money of periods."""
    frame = data["charges"]
    some = (np.nan_to_num(frame.written("rate")) != 0) | (np.nan_to_num(frame.written("least")) != 0)
    paid_once = [frame.text["of"][row] in ONCE and not frame.text["period"][row] for row in range(len(frame))]
    return bool((frame.ok & some & (np.array(paid_once, bool) == once)).any())


def _check_accounts(data: Data, frame: Frame) -> None:
    """An account has a name of its own."""
    taken = {*QUANTITIES, *MEASURES, "cost"} - set(ACCOUNTS)
    for row in np.flatnonzero(frame.ok).tolist():
        name = account_of(frame, row)
        if name in taken:
            found = say("An account cannot bear the name of a quantity: '{level}'.", level=name)
            data.problems.add("E341", found, say("Choose another name."), **frame.where(row, "account"))
            frame.drop(row, "account")


# -- rows to laws ------------------------------------------------------------------------------------------------


def _laws(data: Data, frame: Frame, labels: dict[str, list[str]]) -> list[_Law]:
    known = known_quantities(data)
    named: dict[tuple[str, ...], list[int]] = {}
    for row in range(len(frame)):
        cells = tuple(frame.text[c][row] for c in ("charge", "of", *frame.schema.scopes))
        named.setdefault((account_of(frame, row), *cells), []).append(row)
    laws = []
    for (account, *_), rows in named.items():
        scopes = [_scope(data, frame, row, labels, known) for row in rows if frame.ok[row]]
        if scopes and len(scopes) == len(rows) and scopes[0] is not None and _agree(data, frame, rows):
            laws.append(_Law(rows, scopes[0], account))
    return laws


def _scope(data: Data, frame: Frame, row: int, labels: dict[str, list[str]], known: list[str]) -> net.LimitRow | None:
    quantity = frame.text["of"][row]
    wrong = {
        "cost": say("{quantity} holds this charge too: it cannot be charged.", quantity="cost"),
        "margin": say("{quantity} holds this charge too: it cannot be charged.", quantity="margin"),
        "use": say("use cannot be charged: it is only there where a limit or weight counts it."),
    }
    if quantity in wrong:
        data.problems.add("E510", wrong[quantity], say("Name the quantity or account."), **frame.where(row, "of"))
        return None
    if quantity in GIVEN:
        found = say("{quantity} is given, so a charge on it would be the same in every plan.", quantity=quantity)
        data.problems.add("E510", found, say("Leave it out."), **frame.where(row, "of"))
        return None
    if quantity in own_measures(data) and any(is_money(part) for part in made_of(data, quantity)):
        found = say("The measure '{name}' counts money, in which this charge may be.", name=quantity)
        data.problems.add("E510", found, say("Name the quantity or account."), **frame.where(row, "of"))
        return None
    if quantity in ONCE and quantity not in QUANTITIES and len(data["phases"]):
        found = say("{quantity} is paid at several times where sites open and close over time.", quantity=quantity)
        advice = say("Add what is charged to the costs in phases and modules.")
        data.problems.add("E584", found, advice, **frame.where(row, "of"))
        return None
    return scoped_row(data, frame, row, 0, labels, known, "of")


def _agree(data: Data, frame: Frame, rows: list[int]) -> bool:
    """Whether the steps of a charge agree in what holds for all of them, and do not overlap."""
    for column in ("on", "unit", "least"):
        given = [row for row in rows if frame.given[column][row]]
        cells = {_cell(frame, column, row): row for row in reversed(given)}
        if len(cells) > 1:
            found = say("The steps of one charge differ in {column}: {cells}.", column=column, cells=all_of(cells))
            data.problems.add("E511", found, say("Write it once."), **frame.where(given[-1], column))
            return False
    order = sorted(rows, key=lambda row: float(frame.number["from"][row]))
    for row, after in zip(order, [*order[1:], None], strict=True):
        start, end = float(frame.number["from"][row]), float(frame.number["to"][row])
        if end <= start:
            found = say("The step ends where it begins, or before: from {start:g} to {end:g}.", start=start, end=end)
        elif after is not None and frame.number["from"][after] < end:
            found = say("Two steps of the charge overlap: also at {spot}.", spot=frame.spot(after))
        else:
            continue
        data.problems.add("E513", found, say("Write steps one after the other."), **frame.where(row, "to"))
        return False
    return True


def _cell(frame: Frame, column: str, row: int) -> str:
    return f"{frame.number[column][row]:g}" if column in frame.number else frame.text[column][row]


def _in_order(data: Data, frame: Frame, laws: list[_Law]) -> list[_Law]:
    """Charged accounts first; none where charges charge each other in a circle, which is noted."""
    out: list[_Law] = []
    todo = list(laws)
    while todo:
        waiting = {law.account for law in todo}
        ready = [law for law in todo if law.scope.quantity not in waiting or law.scope.quantity in QUANTITIES]
        if not ready:
            names = all_of(dict.fromkeys(frame.text["charge"][law.rows[0]] for law in todo))
            found = say("These charges charge each other in a circle: {names}.", names=names)
            advice = say("Book what is charged, and the charge on it, in accounts of their own.")
            data.problems.add("E512", found, advice, **frame.where(todo[0].rows[0], "of"))
            return []
        out += ready
        todo = [law for law in todo if law not in ready]
    return out


# -- laws to charges ---------------------------------------------------------------------------------------------


def _charge(data: Data, frame: Frame, law: _Law, materials: Materials) -> tuple[net.Charge, float] | None:
    """The charge, and by what its amounts are multiplied to be in its unit."""
    counted = _counted(data, frame, law, materials)
    if counted is None:
        return None
    unit, by, factor = counted
    rates = [float(frame.number["rate"][row]) for row in law.rows]
    least = max(float(frame.number["least"][row]) for row in law.rows)
    if least > 0 and min(rates) < 0:
        row = next(row for row in law.rows if frame.number["rate"][row] < 0)
        found = say("A least charge beside a negative rate: money that is received has no least charge.")
        data.problems.add("E517", found, say("Leave one of them out."), **frame.where(row, "rate"))
        return None
    first = law.rows[0]
    alone = len(law.rows) == 1 and frame.number["from"][first] == 0 and np.isinf(frame.number["to"][first])
    charge = net.Charge(
        name=frame.text["charge"][first],
        account=law.account,
        scope=law.scope,
        unit=unit,
        by=by,
        sign=-1.0 if law.scope.quantity == "revenue" else 1.0,
        plain=bool(alone and least == 0),
        whole=any(frame.text["on"][row] == "whole" for row in law.rows),
    )
    return charge, factor


def _counted(data: Data, frame: Frame, law: _Law, materials: Materials) -> tuple[str, str, float] | None:
    """In what the amount is counted, by mass or volume or as it is, and the factor from the unit that is written."""
    kind = kind_of(data, law.scope.quantity)
    row = next((row for row in law.rows if frame.given["unit"][row]), None)
    if row is None and kind == "qty":
        return _common(data, frame, law, materials)
    if row is None:
        return kind, "", 1.0
    found = unit_of(data, frame, row, kind, materials.unit, rate_unit(frame.text["unit"][row], data.units)[1])
    if found is None or kind != "qty":
        return found and (kind, "", found[1])
    unit, factor = found
    mass, volume = mass_of(unit), volume_of(unit)
    if mass is not None:
        return _sized(data, frame, law, materials, "mass", "kg", factor * mass)
    if volume is not None:
        return _sized(data, frame, law, materials, "volume", "m3", factor * volume)
    return unit, "", factor


def _money(data: Data, frame: Frame, law: _Law) -> float:
    """What one of the money of the rates is in that of the case."""
    texts = [frame.text["unit"][row] for row in law.rows if frame.given["unit"][row]]
    return float(rate_unit(texts[0], data.units)[0]) if texts else 1.0


def _in_scope(data: Data, law: _Law) -> Array:
    return np.asarray(law.scope.scope.get("material", np.arange(len(data.labels["material"]))))


def _common(data: Data, frame: Frame, law: _Law, materials: Materials) -> tuple[str, str, float] | None:
    """The one unit of the materials in scope."""
    unit = materials.same_unit(_in_scope(data, law))
    if unit is not None:
        return unit, "", 1.0
    found = say("The materials in scope are counted in several units, and the charge says none.")
    data.problems.add("E518", found, say("Write unit, or name the material."), **frame.where(law.rows[0], "unit"))
    return None


def _sized(
    data: Data, frame: Frame, law: _Law, materials: Materials, by: str, unit: str, factor: float
) -> tuple[str, str, float] | None:
    """Amounts by mass or volume; where no material in scope has one, that is noted."""
    sizes = materials.mass if by == "mass" else materials.volume
    if not np.isnan(sizes[_in_scope(data, law)]).all():
        return unit, by, factor
    found: Sentence = (
        say("No material in scope has a mass.") if by == "mass" else say("No material in scope has a volume.")
    )
    advice = say("Write it in materials, or name the material.")
    data.problems.add("E518", found, advice, **frame.where(law.rows[0], "unit"))
    return None


def _steps_of(
    frame: Frame, law: _Law, charge: net.Charge, factor: float, money: float
) -> list[tuple[float, float, float, float, float, int]]:
    """Steps in order: from, to and rate in the unit of the charge; rates of accounts are shares and stay."""
    per, something = (1.0, _SOMETHING) if charge.unit == "money" else (money / factor, _SOMETHING * factor)
    least = max(float(frame.number["least"][row]) for row in law.rows)
    start, end, rate = (frame.number[c] for c in ("from", "to", "rate"))
    order = sorted(law.rows, key=lambda row: float(start[row]))
    return [
        (float(start[r] * factor), float(end[r] * factor), float(rate[r] * per), least, something, r) for r in order
    ]
