"""Places with their kinds, and sites with their costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from fractions import Fraction

from ..tables.numbers import write_number
from ..words import say
from .rows import COSTS, Site
from .settle import Settled
from .shipments import Shipment

Columns = dict[str, list[str]]


def places(s: Settled, shipments: Sequence[Shipment], sites: Sequence[Site]) -> tuple[Columns, dict[str, str]]:
    """The table of places, and the kind of each."""
    listed = {site.place: site for site in sites}
    origins, dests = {x.origin for x in shipments}, {x.dest for x in shipments}
    names = list(dict.fromkeys([*listed, *(p for x in shipments for p in (x.origin, x.dest))]))
    kinds: dict[str, str] = {}
    guessed: dict[str, list[str]] = {}
    for place in names:
        kind = listed[place].kind if place in listed else ""
        if not kind:
            kind = "hub" if place in origins and place in dests else "source" if place in origins else "sink"
            kind = "hub" if place not in origins | dests else kind
            guessed.setdefault(kind, []).append(place)
        kinds[place] = kind
    for kind, several in guessed.items():
        shown = ", ".join(several[:3]) + (" …" if len(several) > 3 else "")
        s.remarks.append(say("Places without a kind in the lists, called '{kind}' by what they do ({count}): {names}.",
                             count=len(several), kind=kind, names=shown))  # fmt: skip
    if listed:
        _note_strangers(s, shipments, listed)
    table: Columns = {"place": names}
    if any(listed[p].name for p in names if p in listed):
        table["name"] = [listed[p].name if p in listed else "" for p in names]
    table["kind"] = [kinds[p] for p in names]
    if any(site.lat is not None for site in sites):
        table["lat"] = [_text(listed[p].lat) if p in listed else "" for p in names]
        table["lon"] = [_text(listed[p].lon) if p in listed else "" for p in names]
    return table, kinds


def _text(value: Fraction | None) -> str:
    return "" if value is None else write_number(value)


def _note_strangers(s: Settled, shipments: Sequence[Shipment], listed: dict[str, Site]) -> None:
    """Places of shipments that the site list lacks; those that look misspelt are warned of."""
    strangers: dict[str, tuple[Shipment, str]] = {}
    for shipment in shipments:
        for name, place in (("origin", shipment.origin), ("dest", shipment.dest)):
            if place and place not in listed:
                strangers.setdefault(place, (shipment, name))
    for place, (shipment, name) in strangers.items():
        near = [p for p in get_close_matches(place, listed, 3, 0.85) if _letters(p) != _letters(place)]
        if near:
            column = s.said.entry("shipments", name)
            told = say("'{place}' is not in the site list, where '{near}' is.", place=place, near=near[0])
            advice = say("If it is the same place, write it in the same way; now they are two.")
            s.problems.add("W401", told, advice, **shipment.record.where(column.column if column else ""))
    if strangers:
        shown = ", ".join(list(strangers)[:3]) + (" …" if len(strangers) > 3 else "")
        s.remarks.append(say("Places of the shipments that the site list lacks ({count}): {names}.", count=len(strangers),
                             names=shown))  # fmt: skip


def _letters(text: str) -> str:
    """A name without its numbers: `TPS 12` and `TPS 13` are no misspelling of each other."""
    return re.sub(r"\d+", "", text).casefold() if re.search(r"\d", text) else text


def site_table(s: Settled, sites: Sequence[Site], shipments: Sequence[Shipment]) -> Columns:
    """The table of sites: places of the list with a capacity or a cost; in use today, or candidates."""
    used = {p for x in shipments for p in (x.origin, x.dest)}
    kept = [site for site in sites if site.values or site.status]
    table: Columns = {"place": [site.place for site in kept]}
    for name in COSTS:
        if any(name in site.values for site in kept):
            table[name] = [_text(site.values.get(name)) for site in kept]
    table["status"] = []
    for site in kept:
        status = site.status or ("existing" if site.place in used else "candidate")
        if site.place in used and status in ("candidate", "closed"):
            told = say("'{place}' is {status} by the site list, and shipments go there or leave it.", place=site.place,
                       status=status)  # fmt: skip
            entry = s.said.entry("sites", "status")
            s.problems.add("E417", told, say("Correct its status, or the shipments."),
                           **site.record.where(entry.column if entry else ""))  # fmt: skip
        table["status"].append(status)
    _tell(s, kept, table["status"])
    if any(site.values.get("opening_cost") or site.values.get("closing_cost") for site in kept):
        _need_finance(s, kept)
    return table if kept else {}


def _tell(s: Settled, kept: Sequence[Site], status: Sequence[str]) -> None:
    counts = {
        word: sum(mine == word and not site.status for site, mine in zip(kept, status, strict=True))
        for word in set(status)
    }
    for word, told in (
        ("existing", say("Sites in use today, which may be kept or closed (existing): {count}.", count=counts.get("existing", 0))),
        ("candidate", say("Sites not in use today, which may be opened (candidate): {count}.", count=counts.get("candidate", 0))),
    ):  # fmt: skip
        if counts.get(word):
            s.remarks.append(told)
    endless = [site.place for site in kept if "capacity" not in site.values]
    if endless and len(endless) < len(kept):
        s.remarks.append(say("Sites without a capacity in the list, which take any amount ({count}): {names}.",
                             count=len(endless), names=", ".join(endless[:3])))  # fmt: skip


def _need_finance(s: Settled, kept: Sequence[Site]) -> None:
    if "finance" in s.said.settings:
        return
    site = next(x for x in kept if x.values.get("opening_cost") or x.values.get("closing_cost"))
    name = "opening_cost" if site.values.get("opening_cost") else "closing_cost"
    entry = s.said.entry("sites", name)
    told = say("Money that is paid once stands beside money of every period.")
    advice = say('Write in {map}: [finance] one_off = "once"; or "annuity" or "npv" with rate, years and '
                 'periods_per_year.', map=s.said.file)  # fmt: skip
    s.problems.add("E416", told, advice, **site.record.where(entry.column if entry else ""))
