"""How far it is between the places: km of the list, else coordinates and the factor by which roads are longer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from ..words import say
from .questions import Question
from .rows import Site
from .settle import Settled
from .shipments import Shipment
from .units import is_round_trip

_EARTH_KM = 6371.0088
#: km of one pair may differ by so much before they are two distances.
_SHARE, _KM = Fraction(1, 10), 1
#: Roads are hardly shorter than the straight line, and hardly so many times longer; short ways are not judged.
_SHORTEST, _LONGEST, _JUDGED_KM = 0.95, 3.0, 2.0
_FEWEST = 5  # pairs from which the detour is taken


@dataclass
class Distances:
    """km by (origin, dest) as the list gives them, coordinates, and the detour."""

    km: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    at: dict[str, tuple[float, float]] = field(default_factory=dict)
    detour: float | None = None

    def known(self, origin: str, dest: str) -> bool:
        """Whether anything says how far it is."""
        given = (origin, dest) in self.km or (dest, origin) in self.km
        return given or (self.detour is not None and origin in self.at and dest in self.at)

    def straight(self, origin: str, dest: str) -> float | None:
        """km of the straight line."""
        if origin not in self.at or dest not in self.at:
            return None
        (lat1, lon1), (lat2, lon2) = (map(math.radians, self.at[place]) for place in (origin, dest))
        h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def find_distances(s: Settled, shipments: Sequence[Shipment], sites: Sequence[Site], needs_km: bool) -> Distances:
    """All that the lists tell of distances; what is missing and needed is a question or a problem."""
    found = Distances(
        at={x.place: (float(x.lat), float(x.lon)) for x in sites if x.lat is not None and x.lon is not None}
    )
    _from_list(s, shipments, found)
    _judge(s, shipments, found)
    said = s.said.settings.get("detour")
    if said:
        found.detour = float(said)
    elif said is None:
        _estimate(s, found)
    if needs_km:
        _note_missing(s, shipments, found)
    return found


def _from_list(s: Settled, shipments: Sequence[Shipment], found: Distances) -> None:
    entry = s.said.entry("shipments", "km")
    by_pair: dict[tuple[str, str], list[Shipment]] = {}
    for shipment in shipments:
        if shipment.km is not None and shipment.km > 0:
            by_pair.setdefault((shipment.origin, shipment.dest), []).append(shipment)
    half = Fraction(1, 2) if entry is not None and is_round_trip(entry.column) else Fraction(1)
    if half != 1 and entry is not None:
        s.remarks.append(say("'{column}' is read as the way there and back, and halved.", column=entry.column))
    differing = 0
    for pair, rows in by_pair.items():
        km = sorted(row.km for row in rows if row.km is not None)
        middle = median(km)
        if km[-1] - km[0] > max(Fraction(_KM), middle * _SHARE):
            low = next(row for row in rows if row.km == km[0])
            high = next(row for row in rows if row.km == km[-1])
            told = say("From {origin} to {dest} it is {high} km here and {low} km in row {row}.", origin=pair[0],
                       dest=pair[1], high=float(km[-1]), low=float(km[0]), row=low.record.row)  # fmt: skip
            where = high.record.where(entry.column) if entry else {}
            s.problems.add("E412", told, say("Correct the wrong one, in every row of this pair."), **where)
        differing += km[-1] != km[0]
        found.km[pair] = middle * half
    if differing:
        s.remarks.append(
            say("Pairs of places whose km differ a little, so that the median holds: {count}.", count=differing)
        )


def _judge(s: Settled, shipments: Sequence[Shipment], found: Distances) -> None:
    """Warn where the road and the straight line cannot both be right."""
    entry = s.said.entry("shipments", "km")
    for (origin, dest), km in found.km.items():
        straight = found.straight(origin, dest)
        if straight is None or straight < _JUDGED_KM or not entry:
            continue
        if not _SHORTEST <= float(km) / straight <= _LONGEST:
            row = next(x for x in shipments if (x.origin, x.dest) == (origin, dest))
            told = say("{km} km from {origin} to {dest}, and {straight} km as the crow flies.", km=float(km),
                       origin=origin, dest=dest, straight=round(straight, 1))  # fmt: skip
            s.problems.add("W407", told, say("The km or the coordinates of one of them are wrong."),
                           **row.record.where(entry.column))  # fmt: skip


def _estimate(s: Settled, found: Distances) -> None:
    """Roads against straight lines where both are known; coordinates serve for all other pairs."""
    ratios = [float(km) / straight for pair, km in found.km.items()
              if (straight := found.straight(*pair)) is not None and straight >= _JUDGED_KM]  # fmt: skip
    if len(ratios) >= _FEWEST:
        found.detour = max(1.0, round(median(ratios), 2))
        s.said.settings["detour"] = found.detour
        s.remarks.append(say("Roads are taken as {detour} times the straight line, the median of {count} pairs whose km "
                             "the list gives.", detour=found.detour, count=len(ratios)))  # fmt: skip


def _note_missing(s: Settled, shipments: Sequence[Shipment], found: Distances) -> None:
    """Pairs that are used and have no distance."""
    missing = {(x.origin, x.dest): x for x in reversed(shipments) if not found.known(x.origin, x.dest)}
    if not missing:
        return
    blind = [pair for pair in missing if found.straight(*pair) is None]
    if len(blind) < len(missing) and found.detour is None:
        told = say("Pairs of places that have coordinates and no km: {count}. The rates count km.",
                   count=len(missing) - len(blind))  # fmt: skip
        advice = say("Write in {map} how many times longer the roads are than the straight line, such as detour = 1.3; "
                     "or give the shipments a column of km.", map=s.said.file)  # fmt: skip
        s.questions.append(Question("E413", ("detour",), told, (), advice, {"file": s.lists["shipments"][0].title},
                                    free=True))  # fmt: skip
    for origin, dest in sorted(blind):
        row = missing[origin, dest]
        unseen = " and ".join(place for place in (origin, dest) if place not in found.at)
        told = say(
            "Nothing says how far it is from {origin} to {dest}, and the rates count km.", origin=origin, dest=dest
        )
        advice = say("Write the km in the list, or latitude and longitude of {places} in the site list.", places=unseen)
        column = s.said.entry("shipments", "dest")
        s.problems.add("E413", told, advice, **row.record.where(column.column if column else ""))
