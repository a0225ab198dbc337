"""Loads the schema: it drives reading, defaults, checks, units, symbols in print, and the data dictionary."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..words import Sentence, say

#: Order in which tables are shown and written.
INPUT_ORDER = (
    "places groups materials periods modes lanes distances supply demand returns deposits offers dropoff processes recipes sites phases modules stores resources uses tours fleets "
    "charges market coverage baseline invoices measures limits goals scenarios changes criteria comparisons scores switches distributions correlations expected"
).split()
PLAN_ORDER = "flow backhaul trips tours tour_loads fleets fleet_trips open phases modules offers brought collect deliver shortage stock run ledger margins goals prices".split()

#: Columns that may stand in any table and are kept as they are.
FREE_COLUMNS = ("note", "source")


@dataclass(frozen=True)
class Column:
    """One column of a table: its role, kind, reference, unit, default, rules, symbol and names."""

    name: str
    role: str  # key | value | scope
    kind: str  # own | ref | label | number | integer | word | flag | text
    refers: str
    unit: str
    default: str
    rules: dict[str, str]
    symbol: str
    indonesian: str
    description: str

    @property
    def required(self) -> bool:
        """A blank cell is a problem."""
        return (
            "required" in self.rules
            or (self.role == "key" and self.kind in ("own", "integer"))
            or (self.role == "key" and self.kind == "label" and not self.default)
        )

    @property
    def words(self) -> list[str]:
        """The words that the column takes, if it takes only some."""
        return self.rules["in"].split("|") if "in" in self.rules else []

    @property
    def about(self) -> Sentence:
        """What the column means, as advice."""
        return say("{meaning}.", meaning=Sentence(self.description))

    @property
    def is_number(self) -> bool:
        """Whether cells are numbers."""
        return self.kind in ("number", "integer")

    @property
    def takes_wildcards(self) -> bool:
        """Whether `*`, `group:` (and for places `kind:`) may stand in the column."""
        return self.kind == "ref" and self.role in ("key", "scope") and "plain" not in self.rules


@dataclass(frozen=True)
class TableSchema:
    """The columns of one table."""

    name: str
    columns: dict[str, Column]

    @cached_property
    def keys(self) -> list[str]:
        """Names of the key columns, in order."""
        return [c.name for c in self.columns.values() if c.role == "key"]

    @cached_property
    def scopes(self) -> list[str]:
        """Names of the scope columns (limits, goals, expected)."""
        return [c.name for c in self.columns.values() if c.role == "scope"]

    @cached_property
    def names(self) -> dict[str, str]:
        """English and Indonesian header (lower case) to column name."""
        english = {name: name for name in self.columns}
        return {c.indonesian.lower(): c.name for c in self.columns.values() if c.indonesian} | english


def _load(folder: str, order: list[str]) -> dict[str, TableSchema]:
    tables = {}
    for table in order:
        path = Path(__file__).parent / folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            columns = {}
            for row in csv.DictReader(file):
                rules = dict(part.partition("=")[::2] for part in row.pop("rule").split(";") if part)
                name = row.pop("column")
                columns[name] = Column(name=name, rules=rules, **row)
        tables[table] = TableSchema(table, columns)
    return tables


INPUT = _load("input", INPUT_ORDER)
PLAN = _load("plan", PLAN_ORDER)


class _Header(Sentence):
    """A column: its name, or in Indonesian the header that the reader of tables knows too."""

    def into(self, language: str) -> str:
        tables = [*INPUT.values(), *PLAN.values()]
        known = (table.columns[self].indonesian for table in tables if self in table.columns)
        return next(filter(None, known), str(self)).replace("_", " ") if language == "id" else str(self)


def header(column: str) -> Sentence:
    """A column as users read it: `place`; tempat."""
    return _Header(column)


def dictionary(tables: dict[str, TableSchema], language: str = "en") -> str:
    """The data dictionary in Markdown: every table, every column."""
    heads = (say("column"), say("Indonesian"), say("role"), say("unit"), say("default"), say("meaning"))
    head = " | ".join(word.into(language) for word in heads)
    roles = {"key": say("key"), "value": say("value"), "scope": say("scope")}
    out = []
    for table in tables.values():
        out += [f"## {table.name}", "", f"| {head} |", "|---|---|---|---|---|---|"]
        for c in table.columns.values():
            default = say("required").into(language) if c.required else c.default or say("blank").into(language)
            role, about = roles[c.role].into(language), Sentence(c.description).into(language)
            out.append(f"| `{c.name}` | {c.indonesian} | {role} | {c.unit} | {default} | {about} |")
        out.append("")
    return "\n".join(out)
