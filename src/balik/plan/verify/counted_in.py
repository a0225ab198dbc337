"""In what the lines of the ledger are counted: the unit beside an amount must be one that the line can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import one_of
from ...tables.booked import account_of, rate_unit
from ...tables.fits import QUANTITY_UNITS, quantity_unit
from ...tables.frame import ACCOUNTS
from ...tables.table import Coded
from ...tables.units import mass_of, volume_of
from ...words import say
from .charges import OF_MATERIALS
from .sheets import Sheet
from .verdict import Court, kept_verdict
from .whereabouts import place_word
from .world import NONE, World, grouped

#: What the lines of an account count that name no material and no process.
_WORDS = {
    "transport": ("trip",), "trip": ("trip",), "fleet": ("vehicle",), "setup": ("setup",), "expansion": ("module",),
    "opening": ("site",), "closing": ("site",), "residual": ("site",), "running": ("site", "module"),
}  # fmt: skip
#: Charges of each account: of what, whether at one rate, and the unit that is written.
Charged = dict[str, set[tuple[str, bool, str]]]


@kept_verdict
def judge_units(world: World, sheet: Sheet, units: Sequence[Any] | None, court: Court) -> None:
    """The column `unit` of the ledger, where there is one: each line is counted in what its account and keys say."""
    if units is None:
        return
    charged, floors = _charged(world), _floors(world)
    if isinstance(units, Coded):
        told = units.codes
    else:
        code = {cell: k for k, cell in enumerate(dict.fromkeys(units))}
        told = np.fromiter(map(code.__getitem__, units), np.int64, len(units))
    short = max(0, int(sheet.row[-1]) + 1 - len(units)) if len(sheet.row) else 0
    told = np.append(told, np.full(short, NONE))[sheet.row]
    alike = grouped([told, *(sheet.codes[c] for c in ("account", "material", "process", "tour", "stop"))])
    court.laws += len(told)
    for k, one in enumerate(alike.first.tolist()):
        keys = {c: int(a[one]) for c, a in sheet.codes.items()}
        known = _units(world, world.name("account", keys["account"]), keys, charged, floors)
        cell = units[int(sheet.row[one])] if told[one] != NONE else None
        unit = "" if cell is None else str(cell)
        for i in np.flatnonzero(alike.at == k).tolist() if unit not in known else ():
            court.laws -= 1
            text = world.key(sheet.codes, i)
            line = {"row": place_word(sheet.place(i)), "keys": place_word(text), "unit": unit}
            if known:
                wrong = say("{row} ({keys}): the unit is '{unit}', and the line counts {units}.",
                            **line, units=one_of(sorted(known)))  # fmt: skip
            else:
                wrong = say("{row} ({keys}): the unit is '{unit}', and the line counts nothing.", **line)
            court.fault("ledger unit", f"ledger: {text}", wrong)


def _units(world: World, account: str, keys: dict[str, int], charged: Charged, floors: set[tuple[int, int]]) -> set[str]:
    """Units that a line of this account with these keys may have; of a charge, those of what it charges."""
    charges = charged.get(account, ())
    out = set() if charges and not _has_own(world, account) else _own(world, account, keys, floors)
    for of, linear, text in charges:
        if not linear:
            out |= {"charge", *_stepped(world, of, keys, text)}
        elif of in OF_MATERIALS:
            out |= set() if keys["material"] == NONE else {world.unit[keys["material"]]}
        elif of in QUANTITY_UNITS or of in _measured(world):
            out.add(QUANTITY_UNITS[of] if of in QUANTITY_UNITS else _measured(world)[of])
        else:  # an account, which counts no account in a circle
            out |= _units(world, of, keys, charged, floors)
    return out


def _stepped(world: World, of: str, keys: dict[str, int], text: str) -> set[str]:
    """In what is counted that lies in a step of a charge; `text`: as its rows write it."""
    if of in QUANTITY_UNITS:
        return {QUANTITY_UNITS[of]}
    if of not in OF_MATERIALS:
        return {_measured(world).get(of, "money")}
    if not text:
        return set(world.unit) if keys["material"] == NONE else {world.unit[keys["material"]]}
    unit = (quantity_unit("qty", text, world.data.units, world.unit) or (text, 1))[0]
    return {"kg" if mass_of(unit) is not None else "m3" if volume_of(unit) is not None else unit}


def _own(world: World, account: str, keys: dict[str, int], floors: set[tuple[int, int]]) -> set[str]:
    if keys["material"] != NONE:
        return {world.unit[keys["material"]]}
    if account == "setup":
        return {"setup"}
    if keys["process"] != NONE:
        return _per(world, keys["process"])
    if account == "unit":
        return {*world.unit, "kg", "m3"}
    if account == "transport" and keys["tour"] != NONE and keys["stop"] != NONE:
        if (keys["tour"], keys["stop"]) in floors:  # where the empty leg costs nothing, the floor is none
            return {"money", "trip", *world.unit}
        return {"trip"} if keys["stop"] <= 2 else {"trip", *world.unit}
    return set(_WORDS.get(account, ()))


def _floors(world: World) -> set[tuple[int, int]]:
    """Later legs that pay no less than the empty leg, by tour and the stop that they lead to."""
    frame = world.data["tours"]
    out = set()
    for row in np.flatnonzero(frame.ok).tolist():
        tour, stop = world.code["tour"][frame.text["tour"][row]], int(frame.number["stop"][row])
        if stop > 2 and frame.flag["floor"][row]:
            out.add((tour, stop))
    return out


def _per(world: World, process: int) -> set[str]:
    """In what a process is counted: the units of the materials that its rows name, or runs where one names none."""
    frame, name = world.data["processes"], world.labels["process"][process]
    found = {frame.text["per"][row] for row in range(len(frame)) if frame.text["process"][row] in (name, "*")}
    return {world.unit[world.code["material"][m]] if m in world.code["material"] else "run" for m in found}


def _has_own(world: World, account: str) -> bool:
    """Whether other things than charges are booked in an account."""
    return account in ACCOUNTS or account in set(world.data["processes"].text["account"])


def _charged(world: World) -> Charged:
    """What is charged into each account: of what, whether all of it at one rate, and the unit that is written."""
    frame = world.data["charges"]
    out: Charged = {}
    laws: dict[tuple[str, ...], list[int]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        scope = [frame.text[c][row] for c in frame.schema.scopes]
        laws.setdefault((account_of(frame, row), frame.text["charge"][row], frame.text["of"][row], *scope), []).append(row)
    for (account, _, of, *_rest), rows in laws.items():
        whole = frame.number["from"][rows[0]] == 0 and np.isinf(frame.number["to"][rows[0]])
        linear = bool(len(rows) == 1 and whole and not frame.number["least"][rows[0]])
        text = next((frame.text["unit"][row] for row in rows if frame.text["unit"][row]), "")
        out.setdefault(account, set()).add((of, linear, rate_unit(text, world.data.units)[1]))
    return out


def _measured(world: World) -> dict[str, str]:
    """Measures of the user's own, each with its unit, or its name where none is written."""
    frame = world.data["measures"]
    units: dict[str, str] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        name = frame.text["measure"][row]
        units[name] = units.get(name) or frame.text["unit"][row]
    return {name: unit or name for name, unit in units.items()}
