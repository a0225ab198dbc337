"""The rows of a list that are records; headers that stand again, totals, notes and empty rows are passed over and named."""

from __future__ import annotations

from collections.abc import Sequence

from ..words import Sentence, say
from .fields import plain
from .lists import Listing
from .mapping import Said
from .values import Record

_TOTALS = (
    "total",
    "jumlah",
    "grand total",
    "sub total",
    "subtotal",
    "total keseluruhan",
    "sum",
    "rata rata",
    "average",
)
_MOST_SHOWN = 3
#: What tells a record of each list: at least one of these is filled.
_KEYS = {
    "shipments": ("origin", "dest", "amount"),
    "rates": ("mode",),
    "sites": ("place",),
    "invoices": ("account", "amount"),
}


def tells_records(role: str, said: Said) -> bool:
    """Whether a column is known that tells the records of a list from its other rows; else nothing is known of them."""
    return any(said.entry(role, name) for name in _KEYS[role])


def records_of(listings: Sequence[Listing], role: str, said: Said, remarks: list[Sentence]) -> list[Record]:
    """The records of a list, in order."""
    keys = [entry.column for name in _KEYS[role] if (entry := said.entry(role, name))]
    found: list[Record] = []
    for listing in listings:
        passed: list[str] = []
        for row, cells in listing.rows:
            record = Record(listing, row, cells)
            if _is_record(record, keys):
                found.append(record)
            else:
                first = " ".join(str(next(iter(cells.values()))).split())
                passed.append(f"{row} '{first[:30]}'")
        if listing.above:
            remarks.append(say("{list}: the header is row {row}; the rows above it were passed over.",
                               list=listing.title, row=listing.header))  # fmt: skip
        if passed:
            shown = ", ".join(passed[:_MOST_SHOWN]) + (" …" if len(passed) > _MOST_SHOWN else "")
            remarks.append(say("{list}: rows that are no records were passed over ({count}): {rows}.",
                               list=listing.title, count=len(passed), rows=shown))  # fmt: skip
    return found


def _is_record(record: Record, keys: Sequence[str]) -> bool:
    filled = [column for column in keys if record.cell(column) != ""]
    if not filled:
        return False
    if len(keys) > 1 and all(" ".join(str(record.cell(column)).split()) == column for column in filled):
        return False  # the header once more, as on a new page
    first = plain(str(next(iter(record.cells.values()))))
    is_total = first in _TOTALS or first.startswith(("total ", "grand total", "sub total"))
    return not (is_total and len(filled) < max(len(keys), 2))
