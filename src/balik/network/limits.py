"""Limits and weights: which quantity, in which scope, between which bounds."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

import numpy as np

from ..errors import all_of, did_you_mean
from ..kept import kept
from ..tables import ACCOUNTS, Data, Frame
from ..tables.booked import accounts
from ..tables.fits import QUANTITY_UNITS, quantity_unit
from ..words import say
from . import network as net
from .own import made_of, own_measures
from .ratios import has_sense, is_lagged, ratio_unit

if TYPE_CHECKING:
    from .materials import Materials

#: Scope columns of every quantity. A lane quantity has origin and dest, never place.
_LANE = ("origin", "dest", "mode", "period", "tour")
_SPOT = ("place", "kind", "group", "material", "period")
_AT = ("place", "kind", "group")
SCOPES: dict[str, tuple[str, ...]] = {
    "flow": (*_LANE, "material"),
    "trips": _LANE,
    "km": _LANE,
    "tkm": (*_LANE, "material"),
    "co2": (*_LANE, "material", *_AT, "process"),
    "collect": _SPOT,
    "deliver": _SPOT,
    "shortage": _SPOT,
    "left": _SPOT,
    "stock": _SPOT,
    "market": _SPOT,
    "people": _AT,
    "covered": _AT,
    "run": (*_AT, "process", "period"),
    "jobs": (*_AT, "process", "period"),
    "open": (*_AT, "size", "period"),
    "use": _AT,
    "vehicles": (*_AT, "mode", "period"),
    "transport": (*_LANE, "material"),
    "trip": _LANE,
    "fee": (*_LANE, "material"),
    "processing": (*_AT, "process", "period"),
    "setup": (*_AT, "process", "period"),
    "purchase": _SPOT,
    "deposit": _SPOT,
    "opening": (*_AT, "size", "period"),
    "closing": (*_AT, "size", "period"),
    "expansion": (*_AT, "size", "period"),
    "residual": (*_AT, "size", "period"),
    "running": (*_AT, "size", "period"),
    "unit": (*_AT, "size", "period"),
    "holding": _SPOT,
    "fleet": (*_AT, "mode", "period"),
    "revenue": _SPOT,
    "cost": (*_LANE, "material", *_AT, "process", "size", "account"),
    "margin": ("owner", "period"),
}
#: What a quantity is counted in, where that is not the unit of a material.
UNITS = QUANTITY_UNITS
MATERIAL_QUANTITIES = ("flow", "collect", "deliver", "stock", "shortage", "left", "market")
QUANTITIES = (*MATERIAL_QUANTITIES, "run", "open", "use", "trips", "vehicles", "people", "covered")
#: Quantities that no plan changes.
GIVEN = ("market", "people")
MEASURES = ("km", "tkm", "co2", "jobs")


def known_quantities(data: Data) -> list[str]:
    """Every quantity, measure and account that this case may limit or weigh."""
    accounts = (*(a for a in ACCOUNTS if a not in QUANTITIES), *data.labels["account"])
    return [*QUANTITIES, *MEASURES, "cost", "margin", *accounts, *own_measures(data)]


def is_money(quantity: str, own: Container[str] = ()) -> bool:
    """Whether the quantity is an account of the ledger, or cost; `own`: measures of the user's own."""
    return quantity not in QUANTITIES and quantity not in MEASURES and quantity not in own


def scopes_of(data: Data, quantity: str) -> tuple[str, ...]:
    """Scope columns of a quantity: an account of the user's own is charged by processes, a measure of the user's own
    has those of what it counts (but no account: it is no money).
    """
    if quantity in own_measures(data):
        found = dict.fromkeys(c for part in made_of(data, quantity) for c in scopes_of(data, part))
        return tuple(c for c in found if c != "account")
    if quantity not in QUANTITIES and quantity in accounts(data["charges"]):  # whatever is charged there
        return tuple(c for c in SCOPES["cost"] if c != "account")
    return SCOPES.get(quantity, SCOPES["processing"])


@kept
def encode_limits(data: Data, labels: dict[str, list[str]], materials: Materials) -> list[net.Limit]:
    """Every limit with its rows; what is wrong with a row is noted."""
    frame = data["limits"]
    known = known_quantities(data)
    names: dict[str, list[int]] = {}
    for row in range(len(frame)):
        names.setdefault(frame.text["limit"][row], []).append(row)
    limits: list[net.Limit] = []
    for name, rows in names.items():
        check_twice(data, frame, rows)
        kept = [scoped_row(data, frame, row, len(limits), labels, known) for row in rows if frame.ok[row]]
        good = [r for r in kept if r is not None]
        least, most, spread = (_bound(data, frame, rows, column) for column in ("least", "most", "spread"))
        if len(good) < len(rows) or not name:
            continue
        if np.isinf(least) and np.isinf(most) and np.isinf(spread):
            data.problems.add(
                "E361",
                say("The limit '{name}' has neither least nor most.", name=name),
                say("Write one of them on one of its rows."),
                **frame.where(rows[0], "limit"),
            )
        above, over = ([r for r in good if frame.flag["over"][r.row] == below] for below in (False, True))
        if not has_sense(data, frame, above, over, spread):
            continue
        check_use(data, frame, above, least, most)
        unit, over_unit, times = units_of_rows(data, frame, above, over, materials.unit)
        limits.append(net.Limit(name, least * times, most * times, unit, above, rows[0], times, spread * times,
                                over, over_unit))  # fmt: skip
    return limits


def scoped_row(
    data: Data,
    frame: Frame,
    row: int,
    limit: int,
    labels: dict[str, list[str]],
    known: list[str],
    column: str = "quantity",
) -> net.LimitRow | None:
    """A row as a quantity (it stands in this column) in a scope; None where that cannot be, which is noted."""
    quantity, named = frame.text[column][row], column
    if quantity not in known:
        advice = did_you_mean(quantity, known) or say("One of: {words}.", words=", ".join(known))
        data.problems.add(
            "E360", say("'{quantity}' is not a quantity.", quantity=quantity), advice, **frame.where(row, named)
        )
        return None
    scope: dict[str, np.ndarray] = {}
    each = []
    for column in frame.schema.scopes:
        label = frame.text[column][row]
        if label in ("", "*"):
            continue
        if column not in scopes_of(data, quantity):
            hint = say("It has: {columns}.", columns=", ".join(scopes_of(data, quantity)))
            if column in _AT and "origin" in scopes_of(data, quantity):
                place = f"{column}:{label}" if column in ("kind", "group") else label
                hint = say("Say origin = {place} or dest = {place}.", place=place)
            data.problems.add(
                "E362",
                say("{quantity} has no {column}.", quantity=quantity, column=column),
                hint,
                **frame.where(row, column),
            )
            return None
        if label == "each":
            each.append(column)
        else:
            scope[column] = scope_codes(data, labels, column, label)
    lag = int(frame.number["lag"][row]) if "lag" in frame.number else 0
    if lag and not is_lagged(data, frame, row, quantity, lag, scope, each):
        return None
    period = frame.text["period"][row]
    once = period not in ("", "*") and not period.startswith("group:")
    if quantity == "stock" and "period" not in scope and "period" not in each:
        data.problems.add(
            "E363",
            say("stock needs a period: it does not add over time."),
            say("Write a period, or each."),
            **frame.where(row, "period"),
        )
        return None
    if quantity == "open" and period.startswith("group:"):
        data.problems.add(
            "E585", say("open counts the sites of one period, or those open at some time; a group of periods is neither."),
            say("Write a period, each, or nothing."), **frame.where(row, "period"),
        )  # fmt: skip
        return None
    if quantity == "vehicles" and not once and _recurs(data):
        data.problems.add(
            "E363", say("vehicles need a period: they do not add over time."), say("Write a period, or each."),
            **frame.where(row, "period"),
        )  # fmt: skip
        return None
    return net.LimitRow(
        limit,
        quantity,
        float(frame.number["coef"][row]) if "coef" in frame.number else 1.0,
        scope,
        tuple(each),
        row,
        once,
        lag,
    )


def _recurs(data: Data) -> bool:
    """Whether there are several periods, or one that repeats."""
    return len(data.labels["period"]) > 1 or bool((data["periods"].number["repeats"] != 1).any())


def scope_codes(data: Data, labels: dict[str, list[str]], column: str, label: str) -> np.ndarray:
    """Codes of the labels that a scope cell stands for (accounts: their names)."""
    dimension = "place" if column in ("origin", "dest") else column
    offset = 1 if column == "mode" else 0
    if label.startswith("kind:") and dimension == "place":
        return np.array(data.kinds.get(label[5:], []), np.int64)
    if column == "account" and label.startswith("group:"):
        rows = zip(*(data["groups"].text[c] for c in ("column", "label", "group")), strict=True)
        return np.array([account for c, account, group in rows if c == "account" and group == label[6:]], object)
    if label.startswith("group:"):
        return np.array(data.groups.get((dimension, label[6:]), []), np.int64) + offset
    if column == "account":
        return np.array([label])
    known = labels[dimension]
    return np.array([known.index(label)]) if label in known else np.zeros(0, np.int64)


def check_twice(data: Data, frame: Frame, rows: list[int]) -> None:
    """A row is known by its name, quantity and scope: the same twice would count twice."""
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        key: tuple[object, ...] = tuple(frame.text[c][row] for c in ("quantity", *frame.schema.scopes))
        key += (bool(frame.flag["over"][row]), float(frame.number["lag"][row])) if "over" in frame.flag else ()
        if key in first and frame.ok[row] and frame.ok[first[key]]:
            found = say("The row stands twice: also at {spot}; it would count twice.", spot=frame.spot(first[key]))
            data.problems.add(
                "E202", found, say("Keep one, with a coef if it is to count more."), **frame.where(row, frame.schema.keys[0])
            )
        first.setdefault(key, row)


def _bound(data: Data, frame: Frame, rows: list[int], column: str) -> float:
    given = [row for row in rows if frame.given[column][row]]
    if len(given) > 1:
        data.problems.add(
            "E364",
            say(
                "{column} stands on more than one row of '{limit}'.", column=column, limit=frame.text["limit"][rows[0]]
            ),
            say("Keep one."),
            **frame.where(given[1], column),
        )
    if not given:
        return -np.inf if column == "least" else np.inf
    return float(frame.number[column][given[0]])


def check_use(data: Data, frame: Frame, rows: list[net.LimitRow], least: float, most: float) -> None:
    """Nothing may want more places to be used: their number may be too high, and is never forced."""
    for row in rows:
        if row.quantity == "use" and ((np.isfinite(least) and row.coef > 0) or (np.isfinite(most) and row.coef < 0)):
            data.problems.add(
                "E365", say("A least on use is refused: use counts places where something arrives, and cannot be forced."),
                say("Limit open, or the least of the site."), **frame.where(row.row, "least"),
            )  # fmt: skip


def units_of_rows(
    data: Data, frame: Frame, above: list[net.LimitRow], over: list[net.LimitRow], units: list[str]
) -> tuple[str, str, float]:
    """The units above and below the line, and by what the bounds are multiplied to be in them."""
    kinds = [_kind(data, frame, rows) for rows in (above, over)]
    if None in kinds:
        return "", "", 1.0
    rows = [r.row for r in (*above, *over)]
    given = {text: row for row in reversed(rows) if (text := frame.text["unit"][row])}

    def unit(row: int, text: str, kind: str) -> tuple[str, float] | None:
        return unit_of(data, frame, row, kind, units, text)

    if over:
        found = {text: ratio_unit(row, text, (str(kinds[0]), str(kinds[1])), unit) for text, row in given.items()}
    else:
        found = {
            text: one and (one[0], "", one[1])
            for text, row in given.items()
            for one in [unit(row, text, str(kinds[0]))]
        }
    known = {unit for unit in found.values() if unit is not None}
    if len(known) > 1:
        data.problems.add(
            "E366",
            say("Rows of one name give different units: {units}.", units=", ".join(sorted(given))),
            say("Give one."),
            **frame.where(rows[-1], "unit"),
        )
    return known.pop() if known else ("", "", 1.0)


def _kind(data: Data, frame: Frame, rows: list[net.LimitRow]) -> str | None:
    """What rows that are added count: of one dimension, else that is noted."""
    kinds = {kind_of(data, r.quantity) for r in rows}
    if len(kinds) > 1:
        words = all_of(
            sorted(data.tables.currency if k == "money" else say("amounts") if k == "qty" else k for k in kinds)
        )
        data.problems.add(
            "E366",
            say("Rows of one name are added, and these are {words}.", words=words),
            say("Use names of their own."),
            **frame.where(rows[-1].row, "quantity"),
        )
        return None
    return kinds.pop() if kinds else ""


def kind_of(data: Data, quantity: str) -> str:
    """money, qty, or the unit of the quantity."""
    own = own_measures(data)
    if quantity in own:
        return own[quantity]
    return "money" if is_money(quantity) else "qty" if quantity in MATERIAL_QUANTITIES else UNITS[quantity]


def unit_of(
    data: Data, frame: Frame, row: int, kind: str, units: list[str], text: str = ""
) -> tuple[str, float] | None:
    """The unit that a row gives its quantity of this kind, as the network counts it, and the factor to it.

    `text`: the unit, where the cell has more than it. None where it does not fit, which is noted.
    """
    text = text or frame.text["unit"][row]
    found = quantity_unit(kind, text, data.units, units)
    if found is not None:
        return found[0], float(found[1])
    if kind == "qty" and "materials" in data.tables.lame:
        return None  # their units are not known
    if kind == "qty":
        told = say("'{unit}' is no unit of an amount of this case.", unit=text)
        advice = say("Write a unit of mass or volume, or that of the materials, or leave unit blank.")
    else:
        own = data.tables.currency if kind == "money" else kind
        told = say("The unit of the quantity is {own}, not {unit}.", own=own, unit=text)
        advice = say("Write {own} or leave unit blank.", own=own)
    data.problems.add("E366", told, advice, **frame.where(row, "unit"))
    return None
