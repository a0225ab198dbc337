"""A case written once more in other units: every header with a unit, every cell multiplied by hand-made factors."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from balik.schema import INPUT, Column

Tables = dict[str, dict[str, list[str]]]

#: How often the other unit stands in the usual one: 1 Rp is 1e-6 juta Rp, 1 km is 1,000 m.
OTHER = {
    "money": ("juta Rp", Fraction(1, 10**6)),
    "km": ("m", Fraction(1000)),
    "m3": ("liter", Fraction(1000)),
    "kg": ("gram", Fraction(1000)),
    "1": ("%", Fraction(100)),
    "run": ("run", Fraction(1)),
    "job": ("ribu orang", Fraction(1, 1000)),
    "vehicle": ("kendaraan", Fraction(1)),
}
_TIME = {"day": ("minggu", Fraction(1, 7)), "month": ("tahun", Fraction(1, 12)), "year": ("bulan", Fraction(12))}
_HOUR = ("menit", Fraction(60))
_COUNTED_BY = ("cost", "most", "co2", "jobs", "lot", "batch")


def in_other_units(tables: Tables, settings: dict[str, Any]) -> tuple[Tables, set[tuple[str, str]]]:
    """The same case in other units, and the columns that were rewritten."""
    currency = settings.get("currency", "IDR")
    money = OTHER["money"] if currency == "IDR" else (f"juta {currency}", Fraction(1, 10**6))
    own = _Own(tables, OTHER | {"money": money, "period": _TIME[settings.get("period", "month")], "hour": _HOUR})
    out: Tables = {}
    done: set[tuple[str, str]] = set()
    for name, columns in tables.items():
        out[name] = {}
        for column, cells in columns.items():
            schema = INPUT[name].columns.get(column)
            found = own.rewritten(name, columns, schema, cells) if schema is not None else None
            if found is None:
                out[name][column] = cells
            else:
                out[name][f"{column} [{found[0]}]"] = found[1]
                done.add((name, column))
    return out, done


class _Own:
    """What the materials of a case are counted in: kg in one unit of each, or one count that all share."""

    def __init__(self, tables: Tables, other: dict[str, tuple[str, Fraction]]):
        self.other = other
        materials = tables["materials"]
        count = len(materials["material"])
        units = [unit or "kg" for unit in materials.get("unit", [""] * count)]
        mass = materials.get("mass", [""] * count)
        masses = [{"kg": "1", "t": "1000"}.get(u, m) for u, m in zip(units, mass, strict=True)]
        self.only = units[0] if len(set(units)) == 1 else ""
        self.weighed = all(masses)
        self.size: dict[str, Fraction] = {}
        for label, kg in zip(materials["material"], masses, strict=True):
            self.size[label] = Fraction(kg) / 1000 if self.weighed else Fraction(1, 1000)
        self.alike = len(set(self.size.values())) == 1
        self.word = "ton" if self.weighed else f"ribu {self.only}"

    def rewritten(self, table: str, columns: dict[str, list[str]], schema: Column, cells: list[str]) -> Any:
        """The other unit of a column and its cells in it; None where it has none, or not one for all rows."""
        unit = schema.unit
        if not schema.is_number or schema.kind == "integer" or unit in ("", "of the quantity", "degree"):
            return None
        if unit == "qty/qty":
            unit = "1"
        if (table, schema.name) in (("materials", "mass"), ("materials", "volume")):
            unit = unit.removesuffix("/qty")
        by = (
            columns.get("per", [""] * len(cells))
            if table == "processes"
            else columns.get("material", [""] * len(cells))
        )
        if table == "processes" and schema.name in _COUNTED_BY and any(by):
            unit = unit.replace("run", "qty")
        if "qty" in unit.split("/"):
            fixed = self.alike if table != "sites" else bool(self.only)
            if not (self.weighed or self.only) or not (fixed or all(label in self.size for label in by)):
                return None
            if table == "processes" and not all(label in self.size for label in by):
                return None
        factors = [self._factor(unit, label) for label in by]
        return self._spelled(unit), [_times(cell, f) for cell, f in zip(cells, factors, strict=True)]

    def _spelled(self, unit: str) -> str:
        return "/".join(self.word if word == "qty" else self.other[word][0] for word in unit.split("/"))

    def _factor(self, unit: str, label: str) -> Fraction:
        over, *under = unit.split("/")
        factor = self._one(over, label)
        for word in under:
            factor /= self._one(word, label)
        return factor

    def _one(self, word: str, label: str) -> Fraction:
        return self.size.get(label, next(iter(self.size.values()))) if word == "qty" else self.other[word][1]


def _times(cell: str, factor: Fraction) -> str:
    if cell in ("", "inf", "free"):
        return cell
    value = Fraction(cell) * factor
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
