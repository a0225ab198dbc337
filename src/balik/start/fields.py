"""The lists that a case is made of, what their columns may hold, and the words that people write above them."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

#: The lists, in the order in which they are looked for.
ROLES = ("shipments", "rates", "sites", "invoices")
#: Lists without which there is no case.
NEEDED = ("shipments", "rates")
#: Units of time that a period may be; `all`: the whole list is one.
PERIODS = ("day", "week", "month", "quarter", "year", "all")


@dataclass(frozen=True)
class Field:
    """Something that a column of a list may hold."""

    role: str
    name: str
    kind: str  # label | number | date
    units: tuple[str, ...]  # dimensions that the number may have, as units.Unit.dimension writes them
    needed: bool
    words: tuple[str, ...]


def _load() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {role: {} for role in ROLES}
    with (Path(__file__).parent / "fields.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            units = tuple(unit for unit in row["units"].split("|") if unit)
            words = tuple(row["words"].split("|"))
            field = Field(row["role"], row["field"], row["kind"], units, row["need"] == "yes", words)
            found[field.role][field.name] = field
    return found


FIELDS = _load()

#: Words in the name of a file or sheet that tell which list it is.
NAMES = {
    "shipments": "pengiriman|kiriman|pengangkutan|angkutan|shipment|shipments|deliveries|transaksi|surat jalan",
    "rates": "tarif|rate|rates|ongkos|kendaraan|vehicle|vehicles|armada|truk",
    "sites": "lokasi|tempat|site|sites|location|locations|gudang|titik|place|places|fasilitas",
    "invoices": "tagihan|invoice|invoices|biaya|faktur|bills|ledger",
}


def plain(text: str) -> str:
    """Words without signs, accents and capitals: `No. Surat-Jalan` is `no surat jalan`."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def likeness(words: str, known: tuple[str, ...]) -> float:
    """How well plain words fit the known ones: 1 the same, 0 not at all."""
    mine = set(words.split())
    best = 0.0
    for phrase in known:
        if words == phrase:
            return 1.0
        theirs = set(phrase.split())
        if theirs <= mine:  # more words beside the known ones make it a little less sure
            best = max(best, 0.6 + 0.35 * len(theirs) / len(mine))
    return best
