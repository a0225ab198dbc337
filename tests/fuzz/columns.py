"""What is done to one column of a table: dropped, doubled, swapped, retyped, scaled, blanked, in other units or signs.

Every function here is called with the rows of the table (the header first), the position of the column, the column as
the schema has it (None: the schema has none of that name) and a source of chance, and changes the rows in place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from balik.schema import Column
from fuzz.draft import Cell, Error, Rows
from tables.mutating import CELLS

Change = Callable[[Rows, int, Column | None, Random], Any]

WORDS = ("banyak", "tidak ada", "n/a", "-", "?", "lihat catatan", "dua puluh", "#N/A", "TRUE", "null", "None", "12 dus")
FACTORS = (1e3, 1e-3, -1, 1e18, 0, 1e-12, 1e9, 1e300, 1e6, 0.5)
WRONG_UNITS = (
    "[Rp/km]", "[t]", "[parsec]", "(kg)", "[kg", "kg]", "[]", "()", "[[kg]]", "[Rp//kg]", "[/]", "[kg/]", "[1]", "[%]",
    "[ribu dus/rit/bulan/tahun]", "(lihat catatan)", "[km] [m]", "[kg](t)", "[Rp]", "[km]", "[m3]", "[ltr]", "[USD/t]",
    "[kg m]", "[kg^2]", "[juta]", "[0.5 kg]", "[-]", "[°]", "[\u00b5g]", "[kg*km]", "[" + "kg/" * 200 + "kg]",
)  # fmt: skip
#: Units that say the same otherwise, by the unit that the schema gives.
FITTING = {
    "qty": ("kg", "t", "ton", "kuintal", "g", "dus"),
    "km": ("m", "km", "mil"),
    "money": ("Rp", "IDR", "ribu Rp", "juta Rp", "rupiah"),
    "money/qty": ("Rp/kg", "Rp/t", "ribu Rp/ton", "Rp/dus"),
    "money/km": ("Rp/km", "ribu Rp/km", "Rp/m"),
    "money/qty/km": ("Rp/t/km", "Rp/kg/km", "Rp/tkm", "Rp/km/t", "Rp/ton-km"),
    "money/period": ("Rp/bulan", "Rp/tahun", "juta Rp/month", "Rp/hari"),
    "money/qty/period": ("Rp/kg/bulan", "Rp/t/month", "Rp/dus/tahun"),
    "money/run": ("Rp/run", "Rp/kg", "Rp"),
    "qty/period": ("t/bulan", "kg/month", "kg/hari", "t", "dus/tahun"),
    "qty/run": ("kg", "kg/run", "t/run"),
    "qty/qty": ("%", "persen", "1"),
    "run/period": ("kg/bulan", "run/month"),
    "m3": ("m3", "liter", "L", "cm3"),
    "m3/qty": ("m3/kg", "liter/dus", "L"),
    "kg/qty": ("kg", "g", "kg/dus"),
    "kg/km": ("g/km", "kg/km", "kg"),
    "kg/qty/km": ("g/t/km", "kg/tkm", "kg/kg/km"),
    "kg/run": ("g", "t", "kg/run"),
    "degree": ("°", "deg", "derajat"),
    "hour/period": ("jam/bulan", "hour/month", "jam", "jam/minggu", "menit/hari"),
    "hour": ("jam", "menit", "jam/rit", "hour/trip"),
    "km/hour": ("km/jam", "km/hari", "m/menit"),
    "vehicle": ("kendaraan", "vehicle", "vehicles"),
    "period": ("month", "bulan", "minggu", "hari", "tahun"),
    "1": ("%", "persen", "1"),
    "job/run": ("orang", "job"),
}
SPELLINGS = (
    "1.234,5", "1,234.5", "1.234", "1,234", "Rp 1.000", "Rp1.000.000,-", "Rp 2.500,75", "US$ 5", "IDR 7", " 12 ",
    "\u00a012\u00a0", "1\u00a0000", "1 000", "1'000", "\uff11\uff12", "\u0663", "\u22125", "5%", "1e3", "1E+03", "\u00bd",
    "1.2.3", "1,2,3", "1.000.00", "12.", ".5", ",5", "+5", "--5", "(5)", "5-", "0x10", "1_000", "10/9", "1/0", "0/0",
    "2025-04-03", "3/4", "1-2", "Infinity", "-inf", "nan", "1e400", "-1e400", "1e-400", "٫5", "\u200b7", "7\ufeff", "١٢",
)  # fmt: skip
LABELS = (
    "*", "kind:home", "kind:nowhere", "kind:", "group:north", "group:", "group:*", "each", "default", "free", "KIND:home",
    "kind:*", "*:*", "group:group:north", "m,r", "p1", "2", "1.0", "01", "m ", "M", "cost", "qty", "yes", "no", "-", ".",
)  # fmt: skip
ODD = (
    *CELLS, "x" * 40_000, "baris\r\nbaru", "\r", "\u2028", '"""', "'", "\t", "\\", "{0}", "{name}", "%s", "%(x)s", "$(x)",
    "\U0001f600", "\ud800", "a\u0301", "\u202eabc", "../../etc", "=1+1", "@SUM(A1)", "+62", "<b>", "]]>", "\x01", "\x1b[31m",
    "_x0041_", "[kg]", "kg [t]", "a=b", "a;b=c", "place=a", "0" * 400, "9" * 400, "-" + "9" * 400, "1." + "0" * 400 + "1",
)  # fmt: skip


def drop(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """The column is not there."""
    for row in rows:
        del row[at : at + 1]


def twice(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """The column stands twice: as it is, in another language, or with other cells."""
    head = rng.choice([rows[0][at], column.indonesian if column else "", str(rows[0][at]).upper()])
    other = rng.random() < 0.5
    place = rng.choice([at, at + 1, len(rows[0])])
    for i, row in enumerate(rows):
        cell = row[at] if at < len(row) else None
        row.insert(place, head if i == 0 else rng.choice(ODD) if other and rng.random() < 0.3 else cell)


def swap(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Its cells stand below another header, or the whole column elsewhere."""
    other, whole = rng.randrange(len(rows[0])), rng.random() < 0.3
    for row in rows[0 if whole else 1 :]:
        if max(at, other) < len(row):
            row[at], row[other] = row[other], row[at]


def retype(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Cells of another kind: words, numbers, dates, truths, errors, formulas."""
    kind = rng.choice(("words", "numbers", "dates", "truths", "errors", "formulas", "texts"))
    for row in _some(rows, at, rng):
        old = row[at]
        row[at] = {
            "words": rng.choice(WORDS),
            "numbers": rng.choice((0, 1, 2, 3, 7.5, -4, 1e12)),
            "dates": datetime(2025, rng.randint(1, 12), rng.randint(1, 28), rng.choice((0, 0, 13))),
            "truths": rng.random() < 0.5,
            "errors": Error(rng.choice(("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"))),
            "formulas": rng.choice(("=1+1", "=A1", "=SUM(A:A)", "=1/0", '="x"')),
            "texts": "" if old is None else str(old),
        }[kind]


def scale(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Numbers times a factor, or added to."""
    factor, add = rng.choice(FACTORS), rng.random() < 0.15
    for row in _some(rows, at, rng):
        if isinstance(row[at], (int, float)):
            row[at] = float(row[at]) + factor if add else float(row[at]) * factor
        elif row[at] is None and column is not None and column.is_number and rng.random() < 0.3:
            row[at] = factor


def blank(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Cells, or the whole column, without anything that can be seen."""
    nothing = rng.choice((None, None, "", " ", "\u00a0", "\t", "\u200b", "''"))
    for row in _some(rows, at, rng):
        row[at] = nothing


def unit(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """A unit in the header that does not fit, or is none."""
    word, sign = rows[0][at], rng.choice(WRONG_UNITS)
    rows[0][at] = rng.choice((f"{word} {sign}", f"{word}{sign}", f"{word}  {sign} ", f"{sign} {word}"))


def fitting(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Another unit in the header, which may fit."""
    word, known = rows[0][at], FITTING.get(column.unit if column else "", ("kg", "Rp", "km"))
    meant = rng.choice(known)
    rows[0][at] = f"{word} ({meant})" if rng.random() < 0.3 else f"{word} [{meant}]"


def locale(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Numbers as people write them, in one way or in several."""
    spellings = [rng.choice(SPELLINGS)] if rng.random() < 0.5 else list(SPELLINGS)
    for row in _some(rows, at, rng):
        row[at] = rng.choice(spellings)


def label(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Labels that are wildcards, are of something else, or are nearly those that are known."""
    for row in _some(rows, at, rng):
        text = "" if row[at] is None else str(row[at])
        near = (
            text.upper(),
            text + " ",
            " " + text,
            text[:-1],
            text + text[-1:],
            text.replace("-", "_"),
            "kind:" + text,
        )
        row[at] = rng.choice((*near, *LABELS, *LABELS))


def odd(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """What nobody should write into a cell."""
    for row in _some(rows, at, rng):
        row[at] = rng.choice(ODD)


def head(rows: Rows, at: int, column: Column | None, rng: Random) -> None:
    """Another word in the header: Indonesian, misspelt, that of another column, or none."""
    word = str(rows[0][at])
    spelt = word[: len(word) // 2] + word[len(word) // 2 + 1 :]
    others = [str(cell) for cell in rows[0]]
    indonesian = column.indonesian if column else "kolom"
    rows[0][at] = rng.choice(
        (indonesian, indonesian.replace("_", " ").title(), word.upper(), word + "s", spelt, f" {word}\u00a0", f"_{word}", "",
         None, 7, 2.5, datetime(2025, 1, 1), True, word + "\n(kg)", "note", "remove", "p1", "m", *others, *ODD[-20:])
    )  # fmt: skip


COLUMN_KINDS: dict[str, Change] = {
    "drop": drop, "twice": twice, "swap": swap, "retype": retype, "scale": scale, "blank": blank, "unit": unit,
    "fitting": fitting, "locale": locale, "label": label, "odd": odd, "head": head,
}  # fmt: skip


def _some(rows: Rows, at: int, rng: Random) -> list[list[Cell]]:
    """One row, some, or all, below the header."""
    body = [row for row in rows[1:] if at < len(row)]
    share = rng.choice((0.0, 0.0, 0.4, 1.0))
    found = [row for row in body if rng.random() < share]
    return found or ([rng.choice(body)] if body else [])
