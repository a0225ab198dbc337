"""Limits and weights: which quantity, in which scope, between which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import did_you_mean
from ..tables import ACCOUNTS, Data, Frame
from ..tables.units import mass_of, plain_unit
from . import network as net

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
    "run": (*_AT, "process", "period"),
    "jobs": (*_AT, "process", "period"),
    "open": (*_AT, "size"),
    "use": _AT,
    "transport": (*_LANE, "material"),
    "trip": _LANE,
    "fee": (*_LANE, "material"),
    "processing": (*_AT, "process", "period"),
    "purchase": _SPOT,
    "opening": (*_AT, "size"),
    "closing": (*_AT, "size"),
    "running": (*_AT, "size", "period"),
    "unit": (*_AT, "size", "period"),
    "holding": _SPOT,
    "revenue": _SPOT,
    "cost": (*_LANE, "material", *_AT, "process", "size", "account"),
}
#: What a quantity is counted in, where that is not the unit of a material.
UNITS = {
    "trips": "trip",
    "km": "km",
    "tkm": "tkm",
    "co2": "kg CO2e",
    "jobs": "job",
    "open": "site",
    "use": "site",
    "run": "run",
}
MATERIAL_QUANTITIES = ("flow", "collect", "deliver", "stock", "shortage", "left")
QUANTITIES = (*MATERIAL_QUANTITIES, "run", "open", "use", "trips")
MEASURES = ("km", "tkm", "co2", "jobs")


def known_quantities(data: Data) -> list[str]:
    """Every quantity, measure and account that this case may limit or weigh."""
    return [*QUANTITIES, *MEASURES, "cost", *(a for a in ACCOUNTS if a not in QUANTITIES), *data.labels["account"]]


def is_money(quantity: str) -> bool:
    """Whether the quantity is an account of the ledger, or cost."""
    return quantity not in QUANTITIES and quantity not in MEASURES


def scopes_of(quantity: str) -> tuple[str, ...]:
    """Scope columns of a quantity; an account of the user's own is charged by processes."""
    return SCOPES.get(quantity, SCOPES["processing"])


def encode_weights(data: Data) -> dict[str, float]:
    """`[objective]`: weight of every quantity, default cost = 1."""
    section = data.tables.settings.get("objective")
    where = {"file": f"{data.tables.name}/case.toml", "column": "objective"}
    taken = set(QUANTITIES) | set(MEASURES) | {"cost"}
    frame = data["processes"]
    for code, level in enumerate(frame.text["account"].levels):
        if level in taken:
            for row in np.flatnonzero(frame.text["account"].codes == code).tolist():
                data.problems.add(
                    "E341",
                    f"An account cannot bear the name of a quantity: '{level}'.",
                    "Choose another name.",
                    **frame.where(row, "account"),
                )
    if not isinstance(section, dict) or not section:
        return {"cost": 1.0}
    weights = {}
    known = known_quantities(data)
    for name, weight in section.items():
        if name not in known or name == "stock":
            data.problems.add(
                "E352", f"'{name}' is not a quantity that the objective can weigh.", did_you_mean(name, known), **where
            )
        elif isinstance(weight, bool) or not isinstance(weight, (int, float)) or not np.isfinite(weight):
            data.problems.add("E352", f"The weight of {name} is not a number: {weight!r}.", "", **where)
        elif name == "use" and weight < 0:
            data.problems.add(
                "E352",
                "A negative weight on use would call for unused places to count as used.",
                "Weigh open.",
                **where,
            )
        else:
            weights[name] = float(weight)
    return weights


def encode_limits(data: Data, labels: dict[str, list[str]], materials: Materials) -> list[net.Limit]:
    """Every limit with its rows; what is wrong with a row is noted."""
    _note_goals(data)
    frame = data["limits"]
    known = known_quantities(data)
    names: dict[str, list[int]] = {}
    for row in range(len(frame)):
        names.setdefault(frame.text["limit"][row], []).append(row)
    limits: list[net.Limit] = []
    for name, rows in names.items():
        _check_twice(data, frame, rows)
        kept = [_row(data, frame, row, len(limits), labels, known) for row in rows if frame.ok[row]]
        good = [r for r in kept if r is not None]
        least, most = (_bound(data, frame, rows, column) for column in ("least", "most"))
        if len(good) < len(rows) or not name:
            continue
        if np.isinf(least) and np.isinf(most):
            data.problems.add(
                "E361",
                f"The limit '{name}' has neither least nor most.",
                "Write one of them on one of its rows.",
                **frame.where(rows[0], "limit"),
            )
        _check_use(data, frame, good, least, most)
        unit = _unit(data, frame, rows, good)
        limits.append(net.Limit(name, least, most, unit, good, rows[0]))
    return limits


def _row(
    data: Data, frame: Frame, row: int, limit: int, labels: dict[str, list[str]], known: list[str]
) -> net.LimitRow | None:
    quantity = frame.text["quantity"][row]
    if quantity not in known:
        advice = did_you_mean(quantity, known) or f"One of: {', '.join(known)}."
        data.problems.add("E360", f"'{quantity}' is not a quantity.", advice, **frame.where(row, "quantity"))
        return None
    scope: dict[str, np.ndarray] = {}
    each = []
    for column in frame.schema.scopes:
        label = frame.text[column][row]
        if label in ("", "*"):
            continue
        if column not in scopes_of(quantity):
            hint = (
                f"Say origin = {label} or dest = {label}." if column in _AT and "origin" in scopes_of(quantity) else ""
            )
            if hint and column in ("kind", "group"):
                hint = f"Say origin = {column}:{label} or dest = {column}:{label}."
            data.problems.add(
                "E362",
                f"{quantity} has no {column}.",
                hint or f"It has: {', '.join(scopes_of(quantity))}.",
                **frame.where(row, column),
            )
            return None
        if label == "each":
            each.append(column)
        else:
            scope[column] = _codes(data, labels, column, label)
    period = frame.text["period"][row]
    once = period not in ("", "*") and not period.startswith("group:")
    if quantity == "stock" and "period" not in scope and "period" not in each:
        data.problems.add(
            "E363",
            "stock needs a period: it does not add over time.",
            "Write a period, or each.",
            **frame.where(row, "period"),
        )
        return None
    return net.LimitRow(
        limit,
        quantity,
        float(frame.number["coef"][row]) if "coef" in frame.number else 1.0,
        scope,
        tuple(each),
        row,
        once,
    )


def _codes(data: Data, labels: dict[str, list[str]], column: str, label: str) -> np.ndarray:
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


def _check_twice(data: Data, frame: Frame, rows: list[int]) -> None:
    """A row is known by its name, quantity and scope: the same twice would count twice."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(frame.text[c][row] for c in ("quantity", *frame.schema.scopes))
        if key in first and frame.ok[row] and frame.ok[first[key]]:
            found = f"The row stands twice: also at {frame.spot(first[key])}; it would count twice."
            data.problems.add(
                "E202", found, "Keep one, with a coef if it is to count more.", **frame.where(row, "limit")
            )
        first.setdefault(key, row)


def _bound(data: Data, frame: Frame, rows: list[int], column: str) -> float:
    given = [row for row in rows if frame.given[column][row]]
    if len(given) > 1:
        data.problems.add(
            "E364",
            f"{column} stands on more than one row of '{frame.text['limit'][rows[0]]}'.",
            "Keep one.",
            **frame.where(given[1], column),
        )
    if not given:
        return -np.inf if column == "least" else np.inf
    return float(frame.number[column][given[0]])


def _check_use(data: Data, frame: Frame, rows: list[net.LimitRow], least: float, most: float) -> None:
    for row in rows:
        if row.quantity == "use" and ((np.isfinite(least) and row.coef > 0) or (np.isfinite(most) and row.coef < 0)):
            data.problems.add(
                "E365", "A least on use is refused: use counts places where something arrives, and cannot be forced.",
                "Limit open, or the least of the site.", **frame.where(row.row, "least"),
            )  # fmt: skip


def _unit(data: Data, frame: Frame, rows: list[int], kept: list[net.LimitRow]) -> str:
    """The unit of the bounds; rows must be of one dimension."""
    given = {plain_unit(frame.text["unit"][row]) for row in rows if frame.text["unit"][row]}
    if len(given) > 1:
        data.problems.add(
            "E366",
            f"The rows of the limit give different units: {', '.join(sorted(given))}.",
            "Give one.",
            **frame.where(rows[-1], "unit"),
        )
    unit = given.pop() if given else ""
    kinds = {
        "money" if is_money(r.quantity) else "qty" if r.quantity in MATERIAL_QUANTITIES else UNITS[r.quantity]
        for r in kept
    }
    if len(kinds) > 1:
        words = " and ".join(
            sorted(data.tables.currency if k == "money" else "amounts" if k == "qty" else k for k in kinds)
        )
        data.problems.add(
            "E366",
            f"Rows of one limit are added, and these are {words}.",
            "Use limits of their own.",
            **frame.where(rows[-1], "quantity"),
        )
        return unit
    kind = kinds.pop() if kinds else "qty"
    own = data.tables.currency if kind == "money" else kind
    if unit and kind != "qty" and unit != plain_unit(own) and not (kind == "kg CO2e" and mass_of(unit)):
        data.problems.add(
            "E366",
            f"The unit of the quantity is {own}, not {unit}.",
            f"Write {own} or leave unit blank.",
            **frame.where(rows[0], "unit"),
        )
    return unit


def _note_goals(data: Data) -> None:
    frame = data["goals"]
    if len(frame):
        data.problems.add(
            "E370", "Goal programming is not built yet, and goals are not to be passed over in silence.",
            "Remove the table goals, or state them as limits and weights of the objective.", **frame.where(0),
        )  # fmt: skip


def expected_rows(data: Data, n: net.Network, row: int) -> net.LimitRow | None:
    """A row of `expected` as a quantity in a scope; None when it names what this scenario lacks (noted)."""
    frame = data["expected"]
    for column in frame.schema.scopes:
        label = frame.text[column][row]
        if (
            label
            and column in scopes_of(frame.text["quantity"][row])
            and not len(_codes(data, n.labels, column, label))
        ):
            data.problems.add(
                "E201",
                f"'{label}' is not a {column} of this scenario.",
                "Check the scope of the row.",
                **frame.where(row, column),
            )
            return None
    return _row(data, frame, row, 0, n.labels, known_quantities(data))
