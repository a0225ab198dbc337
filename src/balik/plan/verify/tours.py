"""Milk runs: stops in order, loads from a stop to a later one, and legs into every stop but the first.

A tour leaves its first stop empty and exists in every period. trips ≥ Σ load / (payload × fill of the load's stop)
over all loads; on every leg what is on board fits payload and room. The first leg pays trips × km × empty_rate, each
later leg load × km × full_rate + trips × km × loaded_rate, and never less than empty unless `floor = no`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...words import say
from .distance import Roads
from .exact import Number, exact, share
from .lanes import Moves
from .resolve import resolver
from .sheets import Sheet
from .vehicles import Modes
from .verdict import Array, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World


@dataclass(frozen=True)
class Stop:
    """A stop, and the leg into it: number, place, vehicle, km (nan: unknown; 0 into the first) and floor."""

    number: int
    place: int
    mode: int
    km: Number
    floor: bool


@dataclass(frozen=True)
class Load:
    """An amount (qty) on board from one stop to another in a period."""

    tour: int
    stop: int
    to: int
    material: int
    period: int
    amount: Number


class Tours:
    """The table `tours`: stops of each tour, and what each stop says of a material."""

    _asked = ("row", "rate", "_mode_row")

    def __init__(self, world: World, roads: Roads, modes: Modes):
        self.world, self.roads, self.modes = world, roads, modes
        self.table = resolver(world, "tours", ("tour", "stop", "material"))
        self.stops: dict[int, list[Stop]] = {}
        rows: dict[int, dict[int, list[int]]] = {}
        frame = self.table.frame
        for row in self.table.rows.tolist():
            tour = world.code["tour"][frame.text["tour"][row]]
            rows.setdefault(tour, {}).setdefault(int(frame.number["stop"][row]), []).append(row)
        for tour, stops in rows.items():
            self.stops[tour] = self._stops(stops)

    @cached_property
    def _rows(self) -> dict[tuple[int, int, int], int]:
        return {}

    @cached_property
    def _mode_rows(self) -> dict[tuple[int, int, int], Array]:
        return {}

    @cached_property
    def _rates(self) -> dict[tuple[str, int, int, int], Number]:
        return {}

    def _stops(self, rows: dict[int, list[int]]) -> list[Stop]:
        frame, code = self.table.frame, self.world.code
        named = [code["mode"].get(frame.text["mode"][r], NONE) for s in sorted(rows) for r in rows[s]]
        only = next((m for m in named if m != NONE), NONE)
        stops: list[Stop] = []
        for number in sorted(rows):
            mine = rows[number]
            place = code["place"][frame.text["place"][mine[0]]]
            mode = next((m for r in mine if (m := code["mode"].get(frame.text["mode"][r], NONE)) != NONE), NONE)
            given = [self.world.numbers.cell("tours", "km", r) for r in mine if not np.isnan(frame.number["km"][r])]
            km: Number = 0
            if stops:
                km = given[0] if given else self._km(stops[-1].place, place)
            floor = all(bool(frame.flag["floor"][r]) for r in mine)
            stops.append(Stop(number, place, only if mode == NONE else mode, km, floor))
        return stops

    def _km(self, origin: int, dest: int) -> Number:
        return self.roads.between(np.array([origin]), np.array([dest]))[0]

    def row(self, tour: int, stop: int, material: int) -> int:
        """The row that holds for a material at a stop; NONE when the stop does not touch it."""
        key = (tour, stop, material)
        if key not in self._rows:
            found = self.table.find(tour=np.array([tour]), stop=np.array([stop]), material=np.array([material]))
            self._rows[key] = int(found[0])
        return self._rows[key]

    def does(self, row: int, tour: int) -> str:
        """load or unload; by default the last stop unloads and the others load."""
        frame = self.table.frame
        last = int(frame.number["stop"][row]) == self.stops[tour][-1].number
        return frame.text["do"][row] or ("unload" if last else "load")

    @cached_property
    def pairs(self) -> list[tuple[int, int, int, int]]:
        """(tour, load stop, unload stop, material) of everything that a tour may carry from one place to another."""
        out = []
        for tour, stops in self.stops.items():
            for material in range(self.world.n("material")):
                rows = {s.number: self.row(tour, s.number, material) for s in stops[1:]}
                does = {s: self.does(r, tour) for s, r in rows.items() if r != NONE}
                ups = [s for s, do in does.items() if do == "load"]
                downs = [s for s, do in does.items() if do == "unload"]
                place = {s.number: s.place for s in stops}
                out += [(tour, a, b, material) for a in ups for b in downs if a < b and place[a] != place[b]]
        return out

    def mode(self, tour: int) -> int:
        """The vehicle of a tour: that of the leg into its second stop."""
        stops = self.stops.get(tour, [])
        return stops[1].mode if len(stops) > 1 else stops[0].mode if stops else NONE

    def place(self, tour: int, number: int) -> int:
        """Where a stop is."""
        return next((s.place for s in self.stops.get(tour, []) if s.number == number), NONE)

    def rate(self, column: str, mode: int, material: int, period: int) -> Number:
        """A rate, payload or room of a vehicle with a material."""
        key = (column, mode, material, period)
        if key not in self._rates:
            row = self._mode_row(mode, material, period)
            self._rates[key] = self.modes.number(column, row, np.array([material]))[0]
        return self._rates[key]

    def _mode_row(self, mode: int, material: int, period: int) -> Array:
        key = (mode, material, period)
        if key not in self._mode_rows:
            self._mode_rows[key] = self.modes.find(np.array([mode]), np.array([material]), np.array([period]))
        return self._mode_rows[key]

    @cached_property
    def rider(self) -> dict[int, int]:
        """A material that each tour carries: its vehicle's rates per km and per trip hold for all of them."""
        first: dict[int, int] = {}
        for tour, _, _, material in self.pairs:
            first.setdefault(tour, material)
        return first

    def vehicle(self, column: str, mode: int, tour: int, period: int) -> Number:
        """A rate of the vehicle that is the same for all materials."""
        return self.rate(column, mode, self.rider[tour], period) if tour in self.rider else 0

    def whole(self, tour: int, period: int) -> bool:
        """Whether trips of the tour are whole numbers."""
        if tour not in self.rider:
            return False
        return bool(self.modes.whole(self._mode_row(self.mode(tour), self.rider[tour], period))[0])


@dataclass(frozen=True)
class Leg:
    """A leg in a period: trips over it, km, qty × km by material, and what it pays and emits (before repeats)."""

    tour: int
    stop: Stop
    period: int
    trips: Number
    board: dict[int, Number]
    pays: Number
    emits: Number
    rated: bool  # whether anything on it has a rate


class Runs:
    """What a plan does with the tours: trips by (tour, period) and the loads."""

    def __init__(self, tours: Tours, trips: dict[tuple[int, int], Number], loads: list[Load]):
        self.tours, self.trips = tours, trips
        self.loads: dict[tuple[int, int], list[Load]] = {}
        for load in loads:
            self.loads.setdefault((load.tour, load.period), []).append(load)

    def every(self) -> list[tuple[int, int]]:
        """(tour, period) of all that runs or carries."""
        return sorted({*self.trips, *self.loads})

    def board(self, tour: int, period: int, stop: Stop) -> dict[int, Number]:
        """Amount by material on board of the leg into a stop."""
        out: dict[int, Number] = {}
        for load in self.loads.get((tour, period), []):
            if load.stop < stop.number <= load.to:
                out[load.material] = out.get(load.material, 0) + load.amount
        return out

    @cached_property
    def legs(self) -> list[Leg]:
        """Every leg of every tour that runs or carries."""
        out = []
        for tour, period in self.every():
            for at, stop in enumerate(self.tours.stops.get(tour, [])[1:]):
                out.append(self._leg(tour, period, stop, at == 0))
        return out

    def _leg(self, tour: int, period: int, stop: Stop, first: bool) -> Leg:
        trips, board = self.trips.get((tour, period), 0), self.board(tour, period, stop)
        money = {c: self.tours.vehicle(c, stop.mode, tour, period) for c in ("empty_rate", "loaded_rate")}
        fumes = {c: self.tours.vehicle(c, stop.mode, tour, period) for c in ("empty_co2", "loaded_co2")}
        empty = _per_km(trips * money["empty_rate"], stop.km)
        rated = money["empty_rate"] != 0 and (first or stop.floor) and stop.km != 0
        if first:
            return Leg(tour, stop, period, trips, board, empty, _per_km(trips * fumes["empty_co2"], stop.km), rated)
        full = {m: self.full_rate(tour, stop, m, period) for m in board}
        rated |= (money["loaded_rate"] != 0 or any(full.values())) and stop.km != 0
        load = sum(amount * full[m] for m, amount in board.items())
        smoke = sum(amount * self.tours.rate("full_co2", stop.mode, m, period) for m, amount in board.items())
        pays = _per_km(load + trips * money["loaded_rate"], stop.km)
        pays = max(pays, empty) if stop.floor and pays == pays else pays  # an unknown distance stays unknown
        smoke = _per_km(smoke + trips * fumes["loaded_co2"], stop.km)
        return Leg(tour, stop, period, trips, board, pays, smoke, bool(rated))

    def full_rate(self, tour: int, stop: Stop, material: int, period: int) -> Number:
        """Money per qty and km of a material on the leg into a stop: the stop's own rate, else the vehicle's."""
        row = self.tours.row(tour, stop.number, material)
        own: Number = self.tours.table.number("full_rate", np.array([row]), material=np.array([material]))[0]
        return self.tours.rate("full_rate", stop.mode, material, period) if own != own else own

    @cached_property
    def moves(self) -> Moves:
        """Loads as amounts that leave one place and arrive at another, with the km between."""
        loads = [load for group in self.loads.values() for load in group]
        place = self.tours.place
        codes = {
            "origin": [place(x.tour, x.stop) for x in loads],
            "dest": [place(x.tour, x.to) for x in loads],
            "material": [x.material for x in loads],
            "mode": [self.tours.mode(x.tour) for x in loads],
            "period": [x.period for x in loads],
            "tour": [x.tour for x in loads],
        }
        km = [sum(s.km for s in self.tours.stops[x.tour] if x.stop < s.number <= x.to) for x in loads]
        return Moves(
            {c: np.array(v, np.int64) for c, v in codes.items()},
            exact(np.array([x.amount for x in loads], object)),
            np.full(len(loads), NONE, np.int64),
            exact(np.array(km, object)),
        )


def _per_km(rate: Number, km: Number) -> Number:
    """rate × km; a rate of nothing needs no distance."""
    return rate * km if rate else 0


# -- laws --------------------------------------------------------------------------------------------------


@kept_verdict
def read_runs(tours: Tours, trips: Sheet, loads: Sheet, court: Court) -> Runs:
    """The tours of a plan; loads that no stop allows are faults and are left out."""
    world = tours.world
    n: dict[tuple[int, int], Number] = {}
    for tour, period, many in zip(*trips.codes.values(), trips.number["trips"], strict=True):
        n[int(tour), int(period)] = n.get((int(tour), int(period)), 0) + many
    allowed = set(tours.pairs) if len(loads) else set()
    good = []
    for i in range(len(loads)):
        c = {k: int(a[i]) for k, a in loads.codes.items()}
        load = Load(c["tour"], c["stop"], c["to"], c["material"], c["period"], loads.number["amount"][i])
        if (load.tour, load.stop, load.to, load.material) in allowed:
            court.laws += 1
            good.append(load)
            continue
        tour, material = world.name("tour", load.tour), world.name("material", load.material)
        sentence = say("Tour {tour} may not load {material} at stop {stop} and unload it at stop {to} ({row}).",
                       tour=tour, material=material, stop=load.stop, to=load.to, row=place_word(loads.place(i)))  # fmt: skip
        court.fault("tour stops", f"tour_loads: {world.key(loads.codes, i)}", sentence)
    return Runs(tours, n, good)


@kept_verdict
def judge_tours(runs: Runs, court: Court) -> None:
    """Each tour in each period runs often enough for what it loads, and never carries more than fits."""
    for tour, period in runs.every():
        _judge_loads(runs, tour, period, court)
        for stop in runs.tours.stops.get(tour, [])[1:]:
            _judge_board(runs, tour, period, stop, court)
        if runs.tours.whole(tour, period):
            trips = runs.trips.get((tour, period), 0)
            where, name = _names(runs, tour, period)
            sentence = f"{name}: {show(trips)} trips are not a whole number."
            _whole(trips, where, sentence, court)


def _whole(trips: Number, where: str, sentence: str, court: Court) -> None:
    court.whole("whole trips", exact(np.array([trips], object)), lambda _: where, lambda _: sentence)


def _names(runs: Runs, tour: int, period: int) -> tuple[str, str]:
    world = runs.tours.world
    where = f"tours: tour={world.name('tour', tour)}, period={world.name('period', period)}"
    return where, f"Tour {world.name('tour', tour)}{world.when(period)}"


def _judge_loads(runs: Runs, tour: int, period: int, court: Court) -> None:
    """trips ≥ Σ load / (payload × fill of the stop where it is loaded)."""
    terms = []
    for load in runs.loads.get((tour, period), []):
        row = runs.tours.row(tour, load.stop, load.material)
        fill = runs.tours.world.numbers.cell("tours", "fill", row)
        mode = next(s.mode for s in runs.tours.stops[tour] if s.number == load.stop)
        terms.append(share(load.amount, runs.tours.rate("payload", mode, load.material, period) * fill))
    _enough(runs, tour, period, terms, "the loads need", court)


def _judge_board(runs: Runs, tour: int, period: int, stop: Stop, court: Court) -> None:
    """On a leg what is on board fits: by payload without fill, and by volume."""
    board = runs.board(tour, period, stop)
    if not board:
        return
    leg = f"on the leg into stop {stop.number} ({runs.tours.world.name('place', stop.place)}) the"
    weight = [share(a, runs.tours.rate("payload", stop.mode, m, period)) for m, a in board.items()]
    _enough(runs, tour, period, weight, f"{leg} payload needs", court)
    volume = [
        share(a * runs.tours.world.volume[m], runs.tours.rate("room", stop.mode, m, period)) for m, a in board.items()
    ]
    _enough(runs, tour, period, volume, f"{leg} room needs", court)


def _enough(runs: Runs, tour: int, period: int, terms: list[Number], what: str, court: Court) -> None:
    trips, need = runs.trips.get((tour, period), 0), sum(terms)
    where, name = _names(runs, tour, period)
    sentence = f"{name}: {show(trips)} trips, {what} {show(need)}."
    court.number("least", "tour trips", trips, need, max(map(abs, terms), default=0), where, sentence)
