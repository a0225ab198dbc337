"""The cases that are mutated: one with every column, one of the least, and those that travel with balik."""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from balik.schema import INPUT
from fuzz.draft import Draft, Rows
from fuzz.everything import EVERYTHING

CASES = Path(__file__).resolve().parents[2] / "cases"

_SETTINGS: list[tuple[str, Any]] = [
    ("title", "everything"), ("source", "ours"), ("language", "id"), ("currency", "IDR"), ("period", "month"),
    ("objective.cost", 1), ("objective.co2", 0.5), ("distance.detour", 1.2), ("finance.one_off", "annuity"),
    ("finance.rate", 0.1), ("finance.years", 5), ("finance.periods_per_year", 12), ("solve.gap", 1e-6),
    ("solve.time_limit", 5), ("solve.engine", "auto"),
]  # fmt: skip
_SMALL = {
    "places": "place,kind\na,home\nb,works\n",
    "materials": "material\nm\n",
    "lanes": "origin,dest,material,fee\na,b,m,2\n",
    "supply": "place,material,amount\na,m,10\n",
    "demand": "place,material\nb,m\n",
}
#: The bases that travel with balik take long: few tests of every day mutate them.
BUNDLED = ("jerigen-padang", "plastik-jabodetabek", "nmc-jawa-barat", "first-hour")
_TODAY = ("baseline", "invoices", "lanes", "supply", "sites", "processes")

#: Base → the tables of it that are mutated (none named: all). `today` is `everything` with its flows fixed to those of
#: the baseline; the others are small, or travel with balik.
BASES: dict[str, tuple[str, ...]] = {
    "everything": (), "today": _TODAY, "small": (), "jerigen-padang": (), "plastik-jabodetabek": (),
    "nmc-jawa-barat": ("lanes", "sites", "supply"), "first-hour": ("modes", "invoices", "sites"),
}  # fmt: skip


@cache
def base(name: str, form: str) -> Draft:
    """A base case; copy it before changing it."""
    if name in ("everything", "today"):
        texts, settings = EVERYTHING, _SETTINGS + ([("solve.fix", "baseline")] if name == "today" else [])
    elif name == "small":
        texts, settings = _SMALL, [("title", "small")]
    else:
        texts, settings = _bundled(CASES / name)
    return Draft(form, {table: _rows(table.partition("@")[0], text) for table, text in texts.items()}, settings)


def scenarios(name: str) -> list[str | None]:
    """Scenarios that are solved in turn: few of those that travel with balik (their bases take long to check)."""
    if name in ("everything", "today"):
        return [None, "high", "low"]
    folder = CASES / name / "scenarios"
    return sorted(p.name for p in folder.iterdir())[:3] if folder.is_dir() else [None]


def _bundled(folder: Path) -> tuple[dict[str, str], list[tuple[str, Any]]]:
    texts = {p.stem: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.csv"))}
    for path in sorted(folder.glob("scenarios/*/*.csv")):
        texts[f"{path.stem}@{path.parent.name}"] = path.read_text(encoding="utf-8")
    settings: list[tuple[str, Any]] = []
    for key, value in tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")).items():
        settings += [(f"{key}.{k}", v) for k, v in value.items()] if isinstance(value, dict) else [(key, value)]
    return texts, settings


def _rows(table: str, text: str) -> Rows:
    """The cells of a table, numbers as numbers."""
    header, *body = csv.reader(io.StringIO(text))
    schema = INPUT[table]
    numbers = [name in schema.columns and schema.columns[name].is_number for name in header]
    return [header, *([_value(c) if n else c for c, n in zip(row, numbers, strict=True)] for row in body)]


def _value(cell: str) -> int | float | str | None:
    if not cell:
        return None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell
