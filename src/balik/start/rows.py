"""The records of the rate sheet, the site list and the invoices, in the units of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..words import say
from .dates import Day
from .settle import Settled
from .values import Number, Record, Values

RATES = ("payload", "full_rate", "loaded_rate", "empty_rate", "trip_cost", "fee")
COSTS = ("capacity", "running_cost", "opening_cost", "unit_cost", "closing_cost")
#: Words of a status, in small letters.
STATUSES = {
    "existing": "existing aktif active buka beroperasi berjalan ada",
    "candidate": "candidate kandidat calon rencana planned baru new potensial usulan",
    "closed": "closed tutup ditutup nonaktif inactive",
    "open": "open",
}


@dataclass(frozen=True)
class Rate:
    """A vehicle class and what it costs; `values` by column of `modes`, and the fee."""

    record: Record
    mode: str
    material: str
    values: dict[str, Fraction]


@dataclass(frozen=True)
class Site:
    """A place of the site list."""

    record: Record
    place: str
    name: str
    kind: str
    lat: Fraction | None
    lon: Fraction | None
    status: str
    values: dict[str, Fraction]


@dataclass(frozen=True)
class Invoice:
    """What was paid on an account."""

    record: Record
    account: str
    amount: Fraction
    day: Day | None


def read_rates(s: Settled, records: Sequence[Record]) -> list[Rate]:
    """The rate sheet; a class stands once."""
    v = s.values
    modes = v.labels(records, "rates", "mode")
    materials = v.labels(records, "rates", "material", needed=False)
    columns = {name: v.numbers(records, "rates", name, needed=True) for name in RATES if v.entry("rates", name)}
    found: dict[tuple[str, str], Rate] = {}
    for at, record in enumerate(records):
        mode, material = v.spelled("mode", modes[at]), v.spelled("material", materials[at])
        values = {name: s.in_case(n, "rates", name) for name, numbers in columns.items() if (n := numbers[at])}
        if values.get("payload") == 0:
            s.problems.add("E406", say("A payload of 0 carries nothing."), say("Write what a full vehicle carries."),
                           **spot(v, record, "rates", "payload"))  # fmt: skip
        _once(s, found, (mode, material), Rate(record, mode, material, values), "rates", "mode", mode)
    return list(found.values())


def read_sites(s: Settled, records: Sequence[Record]) -> list[Site]:
    """The site list; a place stands once."""
    v = s.values
    places = v.labels(records, "sites", "place")
    texts = {name: v.labels(records, "sites", name, needed=False) for name in ("name", "kind", "status")}
    lat, lon = (v.numbers(records, "sites", name, least=None) for name in ("lat", "lon"))
    columns = {name: v.numbers(records, "sites", name) for name in COSTS if v.entry("sites", name)}
    found: dict[str, Site] = {}
    for at, record in enumerate(records):
        place = v.spelled("place", places[at])
        values = {name: s.in_case(n, "sites", name) for name, numbers in columns.items() if (n := numbers[at])}
        here = _coordinates(s, record, lat[at], lon[at])
        kind = v.spelled("kind", texts["kind"][at])
        status = _status(s, record, texts["status"][at])
        site = Site(record, place, texts["name"][at], kind, *here, status, values)
        _once(s, found, place, site, "sites", "place", place)
    return list(found.values())


def _once(s: Settled, found: dict[Any, Any], key: object, row: Rate | Site, role: str, name: str, label: str) -> None:
    first = found.get(key)
    if first is not None and label:
        advice = say("Keep one row for each.")
        if role == "rates":
            advice = say("Keep one row for each vehicle; what holds for one pair of places only is a fee in lanes.")
        s.problems.add("E411", say("'{label}' stands already in row {row}.", label=label, row=first.record.row), advice,
                       **spot(s.values, row.record, role, name))  # fmt: skip
    found.setdefault(key, row)


def spot(v: Values, record: Record, role: str, name: str) -> dict[str, object]:
    """Where the cell of a field stands."""
    entry = v.entry(role, name)
    return record.where(entry.column) if entry else {"file": record.listing.title}


def _coordinates(
    s: Settled, record: Record, lat: Number | None, lon: Number | None
) -> tuple[Fraction | None, Fraction | None]:
    where = spot(s.values, record, "sites", "lat")
    if lat is None or lon is None:
        if (lat is None) != (lon is None):
            s.problems.add(
                "E419", say("Only one of latitude and longitude is known."), say("Write both, or none."), **where
            )
        return None, None
    if abs(lat.value) > 90 or abs(lon.value) > 180:
        swapped = abs(lon.value) <= 90 and abs(lat.value) <= 180
        advice = say("They look swapped.") if swapped else say("Write degrees, such as -6.91 and 107.61.")
        found = say(
            "Latitude {lat} and longitude {lon} are no place on earth.", lat=float(lat.value), lon=float(lon.value)
        )
        s.problems.add("E419", found, advice, **where)
        return None, None
    if lat.value == 0 and lon.value == 0:
        s.problems.add("E419", say("Latitude 0 and longitude 0 lie in the sea."), say("Leave them blank where unknown."),
                       **where)  # fmt: skip
        return None, None
    return lat.value, lon.value


def _status(s: Settled, record: Record, word: str) -> str:
    if not word:
        return ""
    low = word.casefold()
    for status, words in STATUSES.items():
        if low in words.split():
            return status
    s.problems.add("E123", say("'{word}' is not a status.", word=word),
                   say("Write existing, candidate, closed or open."), **spot(s.values, record, "sites", "status"))  # fmt: skip
    return ""


def read_invoices(s: Settled, records: Sequence[Record]) -> list[Invoice]:
    """The invoices, each on an account of the ledger."""
    v = s.values
    accounts = v.labels(records, "invoices", "account")
    amounts = v.numbers(records, "invoices", "amount", needed=True, least=None)
    days = v.dates(records, "invoices", "year") if v.entry("invoices", "date") else [None] * len(records)
    found = []
    for at, record in enumerate(records):
        account = s.account(accounts[at], record)
        amount = amounts[at]
        if amount is not None and account:
            found.append(Invoice(record, account, s.in_case(amount, "invoices", "amount"), days[at]))
    return found
