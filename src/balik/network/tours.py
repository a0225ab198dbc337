"""Milk runs: stops in order, legs, and what may be loaded at one stop and unloaded at a later one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import all_of
from ..kept import kept
from ..tables import Data, Frame
from ..words import Sentence, say
from . import network as net
from .counted import in_own_unit
from .distance import Distances
from .expand import expand
from .lanes import MEASURES_NEED_KM, RATES_NEED_KM, VEHICLE

if TYPE_CHECKING:
    from .materials import Materials
    from .modes import Modes


@kept
def encode_tours(
    data: Data, shape: dict[str, int], modes: Modes, distances: Distances, materials: Materials, wants: set[str]
) -> tuple[net.Rounds, net.Legs, net.Hauls, net.Aboard]:
    """Milk runs in every period: rounds, legs, hauls, and which hauls are aboard on which legs."""
    frame = data["tours"]
    top = int(np.clip(np.nan_to_num(frame.number["stop"]), 0, 1e9).max(initial=0)) + 1
    found = expand(data, frame, {"tour": "tour", "stop": "stop", "material": "material"}, shape | {"stop": top})
    rows: dict[int, dict[int, dict[int, int]]] = {}
    for tour, stop, material, row in zip(
        *(found.codes[c].tolist() for c in ("tour", "stop", "material")), found.row.tolist(), strict=True
    ):
        rows.setdefault(tour, {}).setdefault(stop, {})[material] = row
    unread = _unread(data)
    book = _Book()
    for tour, stops in sorted(rows.items()):
        if tour in unread:
            continue
        plan = _Tour(data, frame, tour, stops, distances)
        if plan.good:
            plan.write(book, modes, materials, shape["period"], wants)
    return book.tables()


def _unread(data: Data) -> set[int]:
    """Tours with a row that has a problem: a stop that could not be read is no gap between stops."""
    frame, labels = data["tours"], data.labels["tour"]
    named = {frame.text["tour"][row] for row in np.flatnonzero(~frame.ok).tolist()}
    if "tours" in data.tables.lame or not named <= set(labels):
        return set(range(len(labels)))
    return {labels.index(name) for name in named}


class _Book:
    """Grows the columns of rounds, legs, hauls and aboard."""

    def __init__(self) -> None:
        self.rows: dict[type, list[dict[str, Any]]] = {net.Rounds: [], net.Legs: [], net.Hauls: [], net.Aboard: []}

    def add(self, kind: type, **values: Any) -> int:
        self.rows[kind].append(values)
        return len(self.rows[kind]) - 1

    def tables(self) -> tuple[net.Rounds, net.Legs, net.Hauls, net.Aboard]:
        """The columns as arrays."""
        whole = {"whole", "floor", "first"}
        numbers = {"tour", "stop", "to", "period", "round", "mode", "base", "origin", "dest", "material", "haul", "leg"}
        out = []
        for kind, rows in self.rows.items():
            columns = {}
            for name in kind.__dataclass_fields__:  # type: ignore[attr-defined]
                dtype = bool if name in whole else np.int64 if name in numbers else float
                columns[name] = np.array([r[name] for r in rows], dtype)
            out.append(kind(**columns))
        return out[0], out[1], out[2], out[3]


class _Tour:
    """One milk run: its stops, checked."""

    def __init__(self, data: Data, frame: Frame, tour: int, stops: dict[int, dict[int, int]], distances: Distances):
        self.data, self.frame, self.tour, self.stops, self.distances = data, frame, tour, stops, distances
        self.label = data.labels["tour"][tour]
        self.good: bool = True
        self.last = max(stops)
        self.any_row = next(iter(next(iter(stops.values())).values()))
        if self.last != len(stops) or self.last < 2:
            self._note(
                "E323",
                say("The stops of tour '{tour}' are not 1, 2, … without a gap.", tour=self.label),
                say("A tour has at least two stops."),
                "stop",
            )
            return
        self.place = {s: self._one(s, "place") for s in stops}
        named = {self._one(s, "mode") for s in stops} - {""}
        self.mode = {s: self._one(s, "mode") or (next(iter(named)) if len(named) == 1 else "") for s in stops}
        self._check_modes(named)
        self.floor = {s: bool(frame.flag["floor"][next(iter(stops[s].values()))]) for s in stops}
        self.km = {s: self._km(s, distances) for s in range(2, self.last + 1)} if self.good else {}
        self.rated: set[int] = set()  # legs whose load pays or emits by km
        self._check_loads()

    def _note(self, code: str, found: Sentence, advice: Sentence, column: str, row: int | None = None) -> None:
        self.good = False
        if (code == "E301" and not self.distances.sound) or (code == "E320" and not self.data.sound("modes")):
            return  # what is missing may stand where it could not be read
        self.data.problems.add(code, found, advice, **self.frame.where(self.any_row if row is None else row, column))

    def _one(self, stop: int, column: str) -> str:
        """A text that belongs to the stop: its rows must agree."""
        texts = {self.frame.text[column][r] for r in self.stops[stop].values()} - {""}
        if len(texts) > 1:
            row = list(self.stops[stop].values())[-1]
            self._note(
                "E324",
                say(
                    "{column} belongs to the stop, and its rows say {words}.",
                    column=column,
                    words=all_of(sorted(texts)),
                ),
                say("Give one."),
                column,
                row,
            )
        flags = {bool(self.frame.flag["floor"][r]) for r in self.stops[stop].values()}
        if len(flags) > 1:
            self._note("E324", say("floor belongs to the stop, and its rows differ."), say("Give one."), "floor")
        return texts.pop() if texts else ""

    def _check_modes(self, named: set[str]) -> None:
        """A blank mode is that of the tour; where the tour has several, nothing says which."""
        blank = next((s for s in range(2, self.last + 1) if named and not self.mode[s]), None)
        if blank is not None:
            words = all_of(sorted(named))
            self._note(
                "E324",
                say(
                    "Tour '{tour}' has the modes {words}, and stop {stop} none.",
                    tour=self.label,
                    words=words,
                    stop=blank,
                ),
                say("Write the mode of each leg on the stop that it leads to."),
                "mode",
                next(iter(self.stops[blank].values())),
            )

    def _km(self, stop: int, distances: Distances) -> float:
        given = {float(v) for r in self.stops[stop].values() if not np.isnan(v := self.frame.number["km"][r])}
        if len(given) > 1:
            self._note("E324", say("km belongs to the stop, and its rows differ."), say("Give one."), "km")
        if given:
            return given.pop()
        code = self.data.labels["place"].index
        pair = np.array([code(self.place[stop - 1])]), np.array([code(self.place[stop])])
        return float(distances.between(*pair)[0])

    def does(self, stop: int, material: int) -> str:
        """load, unload or '' at a stop."""
        row = self.stops[stop].get(material)
        if row is None:
            return ""
        return self.frame.text["do"][row] or ("unload" if stop == self.last else "load" if stop > 1 else "")

    def _check_loads(self) -> None:
        for material, row in self.stops[1].items():
            if self.does(1, material) != "":
                self._note(
                    "E325",
                    say("Tour '{tour}' leaves stop 1 empty, so nothing is done there.", tour=self.label),
                    say("Blank 'do'; load at a later stop."),
                    "do",
                    row,
                )
        for stop in range(2, self.last + 1):
            for material, row in self.stops[stop].items():
                named = self.frame.text["material"][row] == self.data.labels["material"][material]
                job = self.does(stop, material)
                if stop == self.last and job == "load":
                    self._note(
                        "E325",
                        say("The tour is empty after its last stop, so it cannot load there."),
                        say("Unload there."),
                        "do",
                        row,
                    )
                if not named:
                    continue
                later = any(self.does(u, material) == "unload" for u in range(stop + 1, self.last + 1))
                later |= self.does(self.last, material) == "load"  # which is noted there
                if job == "load" and stop < self.last and not later:
                    name = self.data.labels["material"][material]
                    self._note(
                        "E325",
                        say("'{name}' is loaded and never unloaded.", name=name),
                        say("Add an unload at a later stop."),
                        "material",
                        row,
                    )

    def write(self, book: _Book, modes: Modes, materials: Materials, periods: int, wants: set[str]) -> None:
        """Rounds, legs, hauls and aboard of every period."""
        code = {"": 0} | {label: i + 1 for i, label in enumerate(self.data.labels["mode"])}
        place = {s: self.data.labels["place"].index(p) for s, p in self.place.items()}
        mode = {s: code[m] for s, m in self.mode.items()}
        pairs = [
            (s, u, m)
            for s in range(2, self.last)
            for u in range(s + 1, self.last + 1)
            for m in sorted(self.stops[s])
            if self.does(s, m) == "load" and self.does(u, m) == "unload" and place[s] != place[u]
        ]
        for period in range(periods):
            self._write_period(book, modes, materials, period, place, mode, pairs, wants)

    def _write_period(
        self,
        book: _Book,
        modes: Modes,
        materials: Materials,
        period: int,
        place: dict[int, int],
        mode: dict[int, int],
        pairs: list[tuple[int, int, int]],
        wants: set[str],
    ) -> None:
        loaded = sorted({m for _, _, m in pairs})
        rates = {s: self._vehicle(modes, mode[s], loaded, period, s) for s in range(2, self.last + 1)}
        if not self.good or not loaded:
            return
        trip_cost = {r["trip_cost"] for r in rates.values()}
        whole = {r["whole"] for r in rates.values()}
        if len(trip_cost) > 1 or len(whole) > 1:
            self._note(
                "E324",
                say("The modes of the tour's legs differ in trip_cost or whole_trips."),
                say("Use one mode."),
                "mode",
            )
            return
        at = book.add(
            net.Rounds, tour=self.tour, period=period, base=place[1], trip_cost=trip_cost.pop(), whole=whole.pop()
        )
        legs = {}
        for s in range(2, self.last + 1):
            rate = rates[s]
            legs[s] = book.add(
                net.Legs, tour=self.tour, stop=s, period=period, round=at, mode=mode[s], km=self.km[s],
                floor=self.floor[s], first=s == 2, **{c: rate[c] for c in VEHICLE if c != "trip_cost"},
            )  # fmt: skip
        for s, u, m in pairs:
            self._write_haul(book, modes, materials, period, place, mode, at, legs, (s, u, m))
        self._check_km(rates, wants)

    def _write_haul(
        self,
        book: _Book,
        modes: Modes,
        materials: Materials,
        period: int,
        place: dict[int, int],
        mode: dict[int, int],
        at: int,
        legs: dict[int, int],
        pair: tuple[int, int, int],
    ) -> None:
        s, u, m = pair
        load = self.stops[s][m]
        payload = self._rate(modes, "payload", mode[s], m, period, np.inf)
        haul = book.add(
            net.Hauls, tour=self.tour, stop=s, to=u, origin=place[s], dest=place[u], material=m, mode=mode[s],
            period=period, payload=payload, fill=self.frame.number["fill"][load], round=at,
            km=sum(self.km[k] for k in range(s + 1, u + 1)),
        )  # fmt: skip
        for k in range(s + 1, u + 1):
            own = self.stops[k].get(m)
            given = self._own_rate(own, m) if own is not None else np.nan
            rate = self._rate(modes, "full_rate", mode[k], m, period, 0.0) if np.isnan(given) else given
            co2 = self._rate(modes, "full_co2", mode[k], m, period, 0.0)
            book.add(
                net.Aboard, haul=haul, leg=legs[k], full_rate=rate, full_co2=co2,
                payload=self._rate(modes, "payload", mode[k], m, period, np.inf),
            )  # fmt: skip
            if rate or co2:
                self.rated.add(k)

    def _rate(self, modes: Modes, column: str, mode: int, material: int, period: int, absent: float) -> float:
        row = modes.row[mode, material, period] if mode else -1
        return float(modes.of_load(column, np.array([row]), np.array([material]), absent)[0])

    def _own_rate(self, row: int, material: int) -> float:
        """The rate of a load that a stop gives itself; nan where it gives none."""
        return float(in_own_unit(self.data, self.frame, "full_rate", np.array([row]), np.array([material]))[0])

    def _vehicle(self, modes: Modes, mode: int, loaded: list[int], period: int, stop: int) -> dict[str, Any]:
        """What belongs to the vehicle on a leg: materials that are carried must agree."""
        nothing: dict[str, Any] = dict.fromkeys(VEHICLE, 0.0) | {"room": np.inf, "whole": False}
        if not mode:
            return nothing
        found = []
        for m in loaded:
            row = modes.row[mode, m, period]
            if row < 0:
                name = self.data.labels["material"][m]
                self._note(
                    "E320",
                    say(
                        "The table modes has no row of '{mode}' for material '{name}'.", mode=self.mode[stop], name=name
                    ),
                    say("Add one."),
                    "mode",
                )
                return nothing
            found.append(
                {c: float(modes.frame.number[c][row]) for c in VEHICLE}
                | {"whole": bool(modes.frame.flag["whole_trips"][row])}
            )
        if any(f != found[0] for f in found):
            self._note(
                "E321",
                say("Materials that share the vehicle of tour '{tour}' differ in its rates.", tour=self.label),
                say("Give them one value."),
                "mode",
            )
        return found[0] if found else nothing

    def _check_km(self, rates: dict[int, dict[str, Any]], wants: set[str]) -> None:
        for s in range(2, self.last + 1):
            rated = s in self.rated or any(rates[s][c] for c in VEHICLE if c not in ("room", "trip_cost"))
            if np.isnan(self.km[s]) and (rated or wants & {"km", "tkm"}):
                why = RATES_NEED_KM if rated else MEASURES_NEED_KM
                found = say(
                    "No km of the leg into stop {stop} of tour '{tour}'; {why}.", stop=s, tour=self.label, why=why
                )
                row = next(iter(self.stops[s].values()))
                self._note("E301", found, say("Write km, or a row in distances."), "km", row)
