"""Clean small cases for the audit, and modelling errors to plant in them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Case = dict[str, dict[str, list[Any]]]
Damage = Callable[[Case, dict[str, Any]], None]


def columns(header: str, *rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    names = header.split()
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def chain() -> tuple[Case, dict[str, Any]]:
    """Village → sorter → plant → market; rejects are taken away where they fall. With printed figures that hold."""
    case: Case = {
        "places": columns("place kind", ("desa", "sumber"), ("bank", "pemilah"), ("pabrik", "pabrik"), ("pasar", "pasar")),
        "materials": columns("material unit", ("campur", "kg"), ("bersih", "kg"), ("sisa", "kg"), ("produk", "kg")),
        "modes": columns("mode payload full_rate empty_rate", ("truk", 2000, 20, 5000)),
        "lanes": columns(
            "origin dest material mode km",
            ("desa", "bank", "campur", "truk", 12), ("bank", "pabrik", "bersih", "truk", 30), ("pabrik", "pasar", "produk", "truk", 31),
        ),
        "supply": columns("place material amount", ("desa", "campur", 1234)),
        "demand": columns("place material least price", ("pasar", "produk", 0, 15000)),
        "processes": columns(
            "process place cost per account",
            ("sortir", "bank", 500, "campur", "sorting"), ("buang", "bank", 700, "", "disposal"), ("produksi", "pabrik", 9000, "bersih", "production"),
        ),
        "recipes": columns(
            "process material rate",
            ("sortir", "campur", -1), ("sortir", "bersih", 0.9), ("sortir", "sisa", 0.1), ("buang", "sisa", -1), ("produksi", "bersih", -1), ("produksi", "produk", 1),
        ),
    }  # fmt: skip
    case["expected"] = columns(
        "quantity origin dest value tolerance verdict source",
        ("transport", "desa", "bank", 333180, 0.5, "", "Table 2"),
        ("transport", "bank", "pabrik", 749655, 0.5, "", "Table 2"),
        ("transport", "pabrik", "pasar", 774643.5, 0.05, "", "Table 2"),
        ("transport", "", "", 1857478.5, 0.05, "", "Table 3"),
        ("sorting", "", "", 617000, 0.5, "", "Table 3"),
        ("disposal", "", "", 86380, 0.5, "", "Table 3"),
        ("production", "", "", 9995400, 0.5, "", "Table 3"),
        ("revenue", "", "", -16659000, 0.5, "", "Table 3"),
        ("cost", "", "", -4102741.5, 0.05, "", "Table 3"),
    )
    return case, {"title": "chain", "currency": "IDR", "period": "month"}


def siting() -> tuple[Case, dict[str, Any]]:
    """Three towns, two depots that need not both be open, over a year."""
    case: Case = {
        "places": columns("place kind", ("a", "kota"), ("b", "kota"), ("c", "kota"), ("d1", "depo"), ("d2", "depo")),
        "materials": columns("material unit", ("aki", "kg")),
        "modes": columns("mode payload loaded_rate empty_rate", ("truk", 1000, 6000, 5000)),
        "lanes": columns("origin dest material mode", ("kind:kota", "kind:depo", "aki", "truk")),
        "distances": columns(
            "origin dest km",
            ("a", "d1", 11),
            ("a", "d2", 25),
            ("b", "d1", 19),
            ("b", "d2", 17),
            ("c", "d1", 33),
            ("c", "d2", 9),
        ),
        "supply": columns("place material amount", ("a", "aki", 410), ("b", "aki", 520), ("c", "aki", 630)),
        "demand": columns("place material least", ("kind:depo", "aki", 0)),
        "sites": columns("place capacity running_cost", ("d1", 1700, 20000), ("d2", 1900, 26000)),
    }
    return case, {"title": "siting", "currency": "IDR", "period": "month"}


def planted(base: Callable[[], tuple[Case, dict[str, Any]]], damage: Damage) -> tuple[Case, dict[str, Any]]:
    """A clean case with an error in it."""
    case, settings = base()
    case = copy.deepcopy(case)
    damage(case, settings)
    return case, settings


def put(table: str, column: str, row: int, value: Any) -> Damage:
    """One cell changed; a column that the table lacks is added blank."""

    def damage(case: Case, _: dict[str, Any]) -> None:
        rows = len(next(iter(case[table].values())))
        case[table].setdefault(column, [""] * rows)[row] = value

    return damage


def also(table: str, /, **cells: Any) -> Damage:
    """A row added; columns that the table lacks are added blank."""

    def damage(case: Case, _: dict[str, Any]) -> None:
        known = case.setdefault(table, {})
        rows = max((len(v) for v in known.values()), default=0)
        for name in dict.fromkeys([*known, *cells]):
            known.setdefault(name, [""] * rows).append(cells.get(name, ""))

    return damage


def both(*parts: Damage) -> Damage:
    """Several changes that make one error."""

    def damage(case: Case, settings: dict[str, Any]) -> None:
        for part in parts:
            part(case, settings)

    return damage


def setting(**values: Any) -> Damage:
    """Settings of the case."""
    return lambda _, settings: settings.update(values)
