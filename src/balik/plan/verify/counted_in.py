"""In what the lines of the ledger are counted: the unit beside an amount must be one that the line can have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...tables.fits import QUANTITY_UNITS
from ...tables.table import Coded
from .sheets import Sheet
from .verdict import Court
from .world import NONE, World, grouped

#: What the lines of an account count that name no material and no process.
_WORDS = {
    "transport": ("trip",), "trip": ("trip",), "fleet": ("vehicle",), "setup": ("setup",), "expansion": ("module",),
    "opening": ("site",), "closing": ("site",), "residual": ("site",), "running": ("site", "module"),
}  # fmt: skip


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
    told = np.append(told, [NONE] * (len(sheet.row) and max(0, int(sheet.row[-1]) + 1 - len(units))))[sheet.row]
    alike = grouped([told, *(sheet.codes[c] for c in ("account", "material", "process", "tour", "stop"))])
    court.laws += len(told)
    for k, one in enumerate(alike.first.tolist()):
        keys = {c: int(a[one]) for c, a in sheet.codes.items()}
        known = _units(world, world.name("account", keys["account"]), keys, charged, floors, set())
        cell = units[int(sheet.row[one])] if told[one] != NONE else None
        unit = "" if cell is None else str(cell)
        for i in np.flatnonzero(alike.at == k).tolist() if unit not in known else ():
            court.laws -= 1
            words = " or ".join(sorted(known)) or "nothing"
            court.fault(
                "ledger unit",
                f"ledger: {world.key(sheet.codes, i)}",
                f"{sheet.place(i)} ({world.key(sheet.codes, i)}): the unit is '{unit}', and the line counts {words}.",
            )


def _units(
    world: World, account: str, keys: dict[str, int], charged: dict[str, set[str]], floors: set[tuple[int, int]],
    seen: set[str],
) -> set[str]:  # fmt: skip
    """Units that a line of this account with these keys may have; of a charge, those of what it charges, too."""
    out = _own(world, account, keys, floors)
    for of in charged.get(account, ()):
        if of in QUANTITY_UNITS:
            out.add(QUANTITY_UNITS[of])
        elif of not in seen:
            out |= _units(world, of, keys, charged, floors, seen | {of})
    if account in charged and keys["material"] == NONE:
        out |= {"charge", "money", *_measured(world), *_texts(world, account)}
        out |= set() if keys["process"] != NONE else set(world.unit)
    return out


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


def _charged(world: World) -> dict[str, set[str]]:
    """What is charged into each account."""
    frame = world.data["charges"]
    out: dict[str, set[str]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        account = frame.text["account"][row] or frame.text["charge"][row]
        out.setdefault(account, set()).add(frame.text["of"][row])
    return out


def _texts(world: World, account: str) -> set[str]:
    """Units as they are written beside the charges of an account."""
    frame = world.data["charges"]
    rows = [r for r in range(len(frame)) if (frame.text["account"][r] or frame.text["charge"][r]) == account]
    return {frame.text["unit"][row] for row in rows if frame.text["unit"][row]} | {"kg"}


def _measured(world: World) -> set[str]:
    """Units of measures of the user's own."""
    frame = world.data["measures"]
    return {frame.text["unit"][row] for row in range(len(frame)) if frame.text["unit"][row]}
