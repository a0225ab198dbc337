"""Cases as rows of cells, and what the properties do to them: shuffle, rename, scale, spell out, write."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from balik.api import solve
from balik.plan.plan import Plan
from twins.oracle import SmallCase, Twin
from twins.rawcases import CASES, rows

Cell = Any
#: What each table charges: every cell that is money, or money per something.
MONEY = {
    "modes": ("full_rate", "loaded_rate", "empty_rate", "trip_cost"),
    "lanes": ("fee",),
    "supply": ("price", "left_cost"),
    "demand": ("price", "shortage_cost"),
    "processes": ("cost",),
    "sites": ("opening_cost", "running_cost", "unit_cost", "closing_cost"),
    "stores": ("holding",),
    "tours": ("full_rate",),
}
AMOUNTS = "flow collect deliver run open use stock trips shortage left km tkm co2 jobs".split()
#: Columns whose cells are labels, and what they are labels of.
LABELS = {
    "place": "place", "origin": "place", "dest": "place", "at": "place", "kind": "kind", "material": "material",
    "per": "material", "mode": "mode", "period": "period", "process": "process", "size": "size", "limit": "limit", "tour": "tour",
}  # fmt: skip
#: Keys that a wildcard may stand in; a blank mode of a lane is no vehicle.
KEYS = {
    "lanes": ("origin", "dest", "material", "mode", "period"),
    "supply": ("place", "material", "period"),
    "demand": ("place", "material", "period"),
    "processes": ("process", "place", "period"),
    "recipes": ("process", "material", "place", "period"),
    "modes": ("mode", "material", "period"),
    "stores": ("place", "material", "period"),
    "sites": ("place", "size"),
}


def bundled(name: str, scenario: str | None = None) -> SmallCase:
    """A bundled case as its files stand, with the whole rows that a scenario adds (no changes, no removals)."""
    skipped = ("expected", "scenarios", "changes")
    tables = {p.stem: rows(name, p.stem) for p in sorted((CASES / name).glob("*.csv")) if p.stem not in skipped}
    if scenario is not None:
        for path in sorted((CASES / name / "scenarios" / scenario).glob("*.csv")):
            tables.setdefault(path.stem, []).extend(rows(name, path.stem, scenario))
    settings = tomllib.loads((CASES / name / "case.toml").read_text(encoding="utf-8"))
    return SmallCase({t: [dict(r) for r in table] for t, table in tables.items()}, settings)


def answer(case: SmallCase, **options: Any) -> Plan:
    """The plan of a case."""
    return solve(case.columns(), settings=case.settings, **options)


def edited(case: SmallCase, change: Callable[[str, dict[str, Cell]], dict[str, Cell]]) -> SmallCase:
    """The case with every row changed."""
    return SmallCase({t: [change(t, dict(r)) for r in table] for t, table in case.tables.items()}, case.settings)


def is_number(cell: Cell) -> bool:
    """Whether a number stands in a cell."""
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def shuffled(case: SmallCase, random: Random) -> SmallCase:
    """Rows and columns in another order; periods stay, for they stand in order of time."""
    tables = {}
    for name, table in case.tables.items():
        mixed = [dict(random.sample(list(r.items()), len(r))) for r in table]
        if name != "periods":
            random.shuffle(mixed)
        tables[name] = mixed
    return SmallCase(dict(random.sample(list(tables.items()), len(tables))), case.settings)


def dearer(case: SmallCase, factor: float) -> SmallCase:
    """All money times a factor, also where a limit bounds money."""

    def change(table: str, row: dict[str, Cell]) -> dict[str, Cell]:
        columns = MONEY.get(table, ())
        if table == "limits" and row["quantity"] not in AMOUNTS:
            columns = ("least", "most")
        return row | {c: float(row[c]) * factor for c in columns if is_number(row.get(c))}

    return edited(case, change)


def renamed(case: SmallCase, name: Callable[[str, str], str]) -> SmallCase:
    """Every label called otherwise: `name(dimension, label)`."""

    def label(dimension: str, cell: Cell) -> Cell:
        if cell is None or cell in ("", "*", "each") or (dimension == "size" and cell == "-"):
            return cell
        if str(cell).startswith("kind:"):
            return "kind:" + name("kind", str(cell)[5:])
        return name(dimension, str(cell))

    def change(table: str, row: dict[str, Cell]) -> dict[str, Cell]:
        return {c: label(LABELS[c], v) if c in LABELS else v for c, v in row.items()}

    return edited(case, change)


def spelled_out(case: SmallCase) -> SmallCase:
    """Every row with a wildcard replaced by the rows that it makes."""
    twin = Twin.__new__(Twin)
    twin.read(case)
    tables = dict(case.tables)
    for table, keys in KEYS.items():
        if table not in tables:
            continue
        plain = ("mode",) if table == "lanes" else ("size",) if table == "sites" else ()
        made = []
        for labels, row in twin.expand(table, keys, plain).items():
            new = dict(row) | dict(zip(keys, labels, strict=True))
            if table == "lanes" and new["origin"] == new["dest"]:
                continue
            if table == "stores":  # start stands before the first period, end after the last
                new["start"] = new.get("start", "") if new["period"] == twin.periods[0] else ""
                new["end"] = new.get("end", "") if new["period"] == twin.periods[-1] else ""
            made.append(new)
        tables[table] = made
    return SmallCase(tables, case.settings)


def write(case: SmallCase, folder: Path, dialect: str = ",") -> Path:
    """The case as a folder: `,` between cells and a decimal point, or `;` and a decimal comma."""
    folder.mkdir(parents=True)
    lines = [f"{k} = {toml(v)}" for k, v in case.settings.items() if not isinstance(v, dict)]
    for section, values in case.settings.items():
        if isinstance(values, dict):
            lines += [f"[{section}]", *(f"{k} = {toml(v)}" for k, v in values.items())]
    (folder / "case.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, columns in case.columns().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=dialect)
            writer.writerow(columns)
            for cells in zip(*columns.values(), strict=True):
                writer.writerow([written(cell, dialect) for cell in cells])
    return folder


def written(cell: Cell, dialect: str) -> str:
    """A cell as text."""
    text = "" if cell is None else repr(cell) if isinstance(cell, float) else str(cell)
    return text.replace(".", ",") if dialect == ";" and is_number(cell) else text


def toml(value: Any) -> str:
    """A plain value of case.toml."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)
