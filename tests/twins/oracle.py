"""A twin of the whole formulation in plain PuLP, written from the contract's laws and not from balik's model.

It reads a case as rows of cells (dicts), knows nothing of balik, and is slow and plain on purpose: one variable at a
time, big-M from the mass that is there, CBC instead of HiGHS. `Twin.solve` answers status and objective; `Twin.faults`
puts the tables of a plan into the twin's own rows and names what does not hold.

Bounds of the big-M rows assume that every supply is bounded, that no process makes mass, and that lanes and tours
lead through the places without a cycle (so that no mass passes a place twice).
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import pulp

from twins.charging import charge
from twins.comeback import Comeback, collected
from twins.owning import own
from twins.phases import Phases

Row = Mapping[str, Any]
KG = {"kg": 1.0, "t": 1000.0, "ton": 1000.0, "g": 0.001}
PLACES = ("place", "origin", "dest", "base")


@dataclass
class SmallCase:
    """A case as rows of cells, and the settings of case.toml."""

    tables: dict[str, list[dict[str, Any]]]
    settings: dict[str, Any] = field(default_factory=dict)

    def columns(self) -> dict[str, dict[str, list[Any]]]:
        """The tables as columns, with blanks where a row says nothing."""
        out = {}
        for name, rows in self.tables.items():
            names = list(dict.fromkeys(key for row in rows for key in row))
            out[name] = {key: [row.get(key, "") for row in rows] for key in names}
        return out


def blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or cell == ""


def number(row: Row, column: str, default: float = 0.0) -> float:
    """A number of a row."""
    cell = row.get(column)
    if blank(cell):
        return default
    if isinstance(cell, str) and "/" in cell:
        above, below = cell.split("/")
        return float(above) / float(below)
    return float(cell)


def reserve(row: Row) -> float:
    """What must be in stock: the larger of the least and of the safety stock of a service level."""
    if blank(row.get("service_level")):
        return number(row, "least")
    drawn = NormalDist(0.0, number(row, "sd") * math.sqrt(number(row, "lead_time")) or 1e-12)
    return max(number(row, "least"), drawn.inv_cdf(number(row, "service_level")))


def flag(row: Row, column: str) -> bool:
    """A yes or no of a row."""
    return row.get(column) in ("yes", True)


@dataclass
class Line:
    """One term of a quantity: its keys, its value, and how often its period recurs (0: money, which always adds)."""

    keys: dict[str, str]
    value: Any
    repeats: float = 1.0


@dataclass
class Ride:
    """Trips of a lane or a tour in a period: their keys in the table fleet_trips, km, and where a base is touched."""

    mode: str
    way: tuple[str, str, str]  # origin, dest, tour
    period: str
    km: float
    ends: tuple[str, ...]
    trips: Any
    whole: bool


class Twin:
    """The program of a case."""

    def read(self, case: SmallCase) -> None:
        """The labels of a case, and what is known of each."""
        self.case, self.t = case, defaultdict(list, case.tables)
        self.places = [r["place"] for r in self.t["places"]]
        self.kind = {r["place"]: r.get("kind", "") for r in self.t["places"]}
        self.materials = [r["material"] for r in self.t["materials"]]
        self.periods = [str(r["period"]) for r in self.t["periods"]] or ["1"]
        self.length = {str(r["period"]): number(r, "length", 1.0) for r in self.t["periods"]} or {"1": 1.0}
        self.repeats = {str(r["period"]): number(r, "repeats", 1.0) for r in self.t["periods"]} or {"1": 1.0}
        self.unit = {r["material"]: r.get("unit") or "kg" for r in self.t["materials"]}
        self.mass = {r["material"]: KG.get(r.get("unit") or "kg", number(r, "mass")) for r in self.t["materials"]}
        self.volume = {r["material"]: number(r, "volume") for r in self.t["materials"]}

    def __init__(self, case: SmallCase):
        self.read(case)
        self.problem = pulp.LpProblem("twin", pulp.LpMinimize)
        self.count = 0
        self.q: dict[str, list[Line]] = defaultdict(list)
        self.accounts: list[str] = []
        self.balance: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        self.arrive: dict[tuple[str, str], list[Any]] = defaultdict(list)  # (place, period): quantity of the site
        self.aux: list[tuple[Any, Callable[[], float]]] = []
        self.v: dict[str, dict[tuple[str, ...], Any]] = defaultdict(dict)
        self._finance()
        self._bound()
        self._supply()
        self._site_weights()
        self.rides: list[Ride] = []
        self._lanes()
        self._tours()
        self._fleets()
        self._demand()
        self._processes()
        self._stores()
        self._arrivals()
        self.phases = Phases(self)
        self._sites()
        collected(self, self.supply)
        self._resources()
        self._single()
        for expression in self.balance.values():
            self.row(pulp.lpSum(expression) == 0)
        charge(self)
        own(self)
        self._own_measures()
        self._limits()
        weights = self.case.settings.get("objective") or {"cost": 1.0}
        self.problem.setObjective(
            pulp.lpSum(weight * line.value for name, weight in weights.items() for line in self.lines(name))
        )

    # -- small helpers -------------------------------------------------------------------------------------------

    def var(self, low: float = 0.0, high: float | None = None, whole: bool = False) -> Any:
        """A new variable."""
        self.count += 1
        high = None if high is None or math.isinf(high) else high
        return pulp.LpVariable(f"v{self.count}", low, high, "Integer" if whole else "Continuous")

    def helper(self, value: Callable[[], float], high: float | None = None, whole: bool = False) -> Any:
        """A variable that no table of a plan shows, and what it is when the plan is given."""
        made = self.var(0.0, high, whole)
        self.aux.append((made, value))
        return made

    def row(self, constraint: Any) -> None:
        """A new row; one without a variable must hold by itself, else nothing can."""
        if isinstance(constraint, bool):
            constraint = pulp.LpAffineExpression() >= (0 if constraint else 1)
        self.problem.addConstraint(constraint)

    def money(self, account: str, keys: dict[str, str], value: Any, period: str | None = None) -> None:
        """Charge an account; recurring money belongs to a period."""
        factor = self.one_off if period is None else self.recurring[period]
        keys = dict(keys) if period is None else keys | {"period": period}
        self.q["cost"].append(Line(keys | {"account": account}, factor * value, 0.0))
        if account not in ("shortage", "left"):
            self.q[account].append(Line(keys, factor * value, 0.0))

    def dated(self, account: str, keys: dict[str, str], value: Any, period: str) -> None:
        """Charge an account once: when the period begins, or, of a residual value, when the last one ends."""
        factor, keys = self.at_end if account == "residual" else self.at_start[period], keys | {"period": period}
        self.q["cost"].append(Line(keys | {"account": account}, factor * value, 0.0))
        self.q[account].append(Line(keys, factor * value, 0.0))

    def amount(self, quantity: str, keys: dict[str, str], value: Any, period: str) -> None:
        """Count an amount."""
        self.q[quantity].append(Line(keys | {"period": period}, self.repeats[period] * value, self.repeats[period]))

    def lines(self, quantity: str) -> list[Line]:
        """Every term of a quantity."""
        return self.q[quantity]

    def labels(self, column: str, cell: Any, blank_is_all: bool = True) -> dict[str, int]:
        """The labels that a key cell stands for, and how far it is from them."""
        dimension = "place" if column in PLACES else "material" if column in ("sold", "returned") else column
        every = {"place": self.places, "material": self.materials, "period": self.periods}.get(dimension)
        if every is None:
            rows = {
                "module": "modules", "process": "processes", "mode": "modes", "size": "sites", "level": "offers", "lag": "returns", "step": "dropoff",
                "resource": "resources",
            }[dimension]  # fmt: skip
            every = list(dict.fromkeys(str(r.get(dimension) or "-") for r in self.t[rows]))
        if blank(cell) and not blank_is_all:
            return {"": 0}
        if blank(cell) or cell == "*":
            return dict.fromkeys(every, 3)
        if str(cell).startswith("kind:"):
            return {p: 2 for p in every if self.kind[p] == cell[5:]}
        return {str(cell): 0}

    def expand(self, table: str, columns: Sequence[str], plain: Iterable[str] = ()) -> dict[tuple[str, ...], Row]:
        """The row that holds for each tuple of labels: nowhere farther and somewhere nearer than the others."""
        found: dict[tuple[str, ...], list[tuple[tuple[int, ...], Row]]] = defaultdict(list)
        for row in self.t[table]:
            cells = [self.labels(c, row.get(c), c not in plain) for c in columns]
            for choice in itertools.product(*(c.items() for c in cells)):
                key = tuple(label for label, _ in choice)
                found[key].append((tuple(rank for _, rank in choice), row))
        out = {}
        for key, rows in found.items():
            best = [
                a for a in rows if all(a is b or all(x <= y for x, y in zip(a[0], b[0], strict=True)) for b in rows)
            ]
            assert len(best) == 1, f"rows of {table} tie at {key}"
            out[key] = best[0][1]
        return out

    # -- data that others use ------------------------------------------------------------------------------------

    def _finance(self) -> None:
        finance = self.case.settings.get("finance", {})
        self.recurring, self.one_off = dict(self.repeats), 1.0
        self.at_start, self.at_end = dict.fromkeys(self.periods, 1.0), 1.0  # one-off money of a period, and at the end
        way, rate = finance.get("one_off"), finance.get("rate", 0.0)
        if way == "annuity":
            years = finance["years"]
            yearly = 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)
            horizon = sum(self.length[t] * self.repeats[t] for t in self.periods) / finance["periods_per_year"]
            self.one_off = yearly * horizon
            for t in self.periods:
                self.at_start[t] = yearly * horizon
                horizon -= self.length[t] * self.repeats[t] / finance["periods_per_year"]
        elif way == "npv":
            elapsed = 0.0
            for t in self.periods:
                self.recurring[t], self.at_start[t] = 0.0, (1 + rate) ** -elapsed
                for _ in range(int(self.repeats[t])):
                    elapsed += self.length[t] / finance["periods_per_year"]
                    self.recurring[t] += (1 + rate) ** -elapsed
            self.at_end = (1 + rate) ** -elapsed

    def _bound(self) -> None:
        """The mass that can ever be anywhere, in kg."""
        self.supply = self.expand("supply", ("place", "material", "period"))
        self.stored = self.expand("stores", ("place", "material", "period"))
        self.comeback = Comeback(self)
        self.supply |= {key: {"most": 0.0} for key in sorted(self.comeback.keys) if key not in self.supply}
        total = sum(self.supply_bounds(r)[1] * self.mass[m] for (_, m, _), r in self.supply.items())
        first = self.periods[0]
        total += sum(number(r, "start") * self.mass[m] for (_, m, t), r in self.stored.items() if t == first)
        self.total = max(self.comeback.grown(total), 1.0)
        self.least_mass = min(m for m in self.mass.values() if m)

    def most_of(self, material: str) -> float:
        """The most of a material that can ever be anywhere."""
        return self.total / self.mass[material]

    @staticmethod
    def supply_bounds(row: Row) -> tuple[float, float]:
        """least and most of a row of supply or demand."""
        if not blank(row.get("amount")):
            return number(row, "amount"), number(row, "amount")
        return number(row, "least"), number(row, "most", math.inf)

    def distance(self, origin: str, dest: str) -> float:
        """Kilometres of the table of distances; the way back is as long unless it stands there."""
        given = {(r["origin"], r["dest"]): number(r, "km") for r in self.t["distances"]}
        return given.get((origin, dest), given.get((dest, origin), 0.0))

    # -- collection, delivery ------------------------------------------------------------------------------------

    def _supply(self) -> None:
        for (i, m, t), r in self.supply.items():
            low, high = self.supply_bounds(r)
            follows = (i, m, t) in self.comeback.keys
            x = self.v["collect"][i, m, t] = self.var(low, math.inf if follows else high)
            keys = {"place": i, "material": m}
            self.amount("collect", keys, x, t)
            self.money("purchase", keys, number(r, "price") * x, t)
            self.balance[i, m, t].append(x)

    def _demand(self) -> None:
        for (i, m, t), r in self.expand("demand", ("place", "material", "period")).items():
            low, high = self.supply_bounds(r)
            x = self.v["deliver"][i, m, t] = self.var(0.0, high)
            keys = {"place": i, "material": m}
            self.amount("deliver", keys, x, t)
            self.money("revenue", keys, -number(r, "price") * x, t)
            self.balance[i, m, t].append(-1 * x)
            if blank(r.get("shortage_cost")):
                self.row(x >= low)
            elif low > 0:
                short = self.v["shortage"][i, m, t] = self.var(0.0, low)
                yes = self.helper(lambda s=short: float(s.varValue > 1e-9), 1.0, True)
                self.row(short >= low - x)
                self.row(short <= low * yes)
                self.row(short <= low - x + max(self.most_of(m), low) * (1 - yes))
                self.amount("shortage", keys, short, t)
                self.money("shortage", keys, number(r, "shortage_cost") * short, t)

    # -- vehicles ------------------------------------------------------------------------------------------------

    def _lanes(self) -> None:
        self.mode_rows = self.expand("modes", ("mode", "material", "period"))
        self.lane_rows = self.expand("lanes", ("origin", "dest", "material", "mode", "period"), plain=("mode",))
        self.lane_rows = {k: r for k, r in self.lane_rows.items() if k[0] != k[1]}
        load: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        room: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        back: dict[tuple[str, ...], list[Any]] = defaultdict(list)  # what rides on the way back of these trips
        self.lane_km: dict[tuple[str, ...], float] = {}
        rates: dict[tuple[str, ...], Row] = {}
        for (i, j, m, v, t), r in self.lane_rows.items():
            x = self.v["flow"][i, j, m, v, t] = self.var(number(r, "least"), number(r, "most", math.inf))
            km = number(r, "km", self.distance(i, j))
            keys = {"origin": i, "dest": j, "material": m, "mode": v}
            self.amount("flow", keys, x, t)
            self.amount("tkm", keys, km * self.mass[m] / 1000 * x, t)
            self.money("fee", keys, number(r, "fee") * x, t)
            self.balance[i, m, t].append(-1 * x)
            self.balance[j, m, t].append(x)
            self._arrives(j, m, t, x)
            if not v:
                continue
            rate = rates[i, j, v, t] = self.mode_rows[v, m, t]
            self.lane_km[i, j, v, t] = km
            self.money("transport", keys, km * number(rate, "full_rate") * x, t)
            self.amount("co2", keys, km * number(rate, "full_co2") * x, t)
            payload, space = number(rate, "payload", math.inf), number(rate, "room", math.inf)
            ride = 0.0
            if flag(r, "backhaul") and any((a, b, w, u) == (j, i, v, t) for a, b, _, w, u in self.lane_rows):
                ride = self.v["backhaul"][i, j, m, v, t] = self.var()
                self.row(ride <= x)
            if math.isfinite(payload):
                load[i, j, v, t].append((x - ride) / (payload * number(r, "fill", 1.0)))
                back[j, i, v, t, "payload"].append(ride / (payload * number(r, "fill", 1.0)))
            if math.isfinite(space) and self.volume[m] > 0:
                room[i, j, v, t].append((x - ride) * (self.volume[m] / space))
                back[j, i, v, t, "room"].append(ride * (self.volume[m] / space))
        for (i, j, v, t), rate in rates.items():
            whole, km = flag(rate, "whole_trips"), self.lane_km[i, j, v, t]
            n = self.v["trips"][i, j, v, t] = self.var(whole=whole)
            needs = [pulp.lpSum(part[i, j, v, t]) for part in (load, room) if part[i, j, v, t]]
            for need in needs:
                self.row(n >= need)
            for by in ("payload", "room"):
                self.row(n >= pulp.lpSum(back[i, j, v, t, by]))
            if not whole:
                self._equal_to_larger(n, needs)
            keys = {"origin": i, "dest": j, "mode": v}
            both = number(rate, "loaded_rate") + number(rate, "empty_rate")
            self.rides.append(Ride(v, (i, j, ""), t, 2 * km, (i, j), n, whole))
            self.amount("trips", keys, n, t)
            self.amount("km", keys, 2 * km * n, t)
            self.amount("co2", keys, km * (number(rate, "loaded_co2") + number(rate, "empty_co2")) * n, t)
            self.money("transport", keys, km * both * n, t)
            self.money("trip", keys, number(rate, "trip_cost") * n, t)

    def _equal_to_larger(self, n: Any, needs: list[Any]) -> None:
        """Trips that may be fractions are no more than the largest need."""
        anywhere = self.total / self.least_mass
        most = max((sum(abs(share) * anywhere for share in need.values()) for need in needs), default=0.0)

        def is_largest(at: int) -> float:
            values = [self._value([need]) for need in needs]
            return float(at == values.index(max(values)))

        picks = [self.helper(lambda at=at: is_largest(at), 1.0, True) for at in range(len(needs))]
        for need, pick in zip(needs, picks, strict=True):
            self.row(n <= need + most * (1 - pick))
        self.row(pulp.lpSum(picks) == 1 if needs else n <= 0)

    def _tours(self) -> None:
        by_tour: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for r in self.t["tours"]:
            by_tour[r["tour"]][int(r["stop"])].append(r)
        for (tour, stops), t in itertools.product(by_tour.items(), self.periods):
            self._tour(tour, stops, t)

    def _tour(self, tour: str, stops: dict[int, list[Row]], t: str) -> None:
        last = max(stops)
        mode = {s: stops[s][0]["mode"] for s in range(2, last + 1)}
        of = {s: {m: r for r in stops[s] for m in self.labels("material", r.get("material"))} for s in stops}
        place = {s: stops[s][0]["place"] for s in stops}
        loads: dict[tuple[int, int, str], Any] = {}
        for s, u in itertools.combinations(range(2, last + 1), 2):
            for m, r in of[s].items():
                taken = u == last or (m in of[u] and of[u][m].get("do") == "unload")
                if r.get("do") == "unload" or not taken or place[s] == place[u]:
                    continue
                loads[s, u, m] = self.v["tour_loads"][tour, str(s), str(u), m, t] = self.var()
        first = next(iter(self.mode_rows[mode[s], m, t] for s, _, m in loads))
        n = self.v["tours"][tour, t] = self.var(whole=flag(first, "whole_trips"))
        share = []
        for (s, u, m), x in loads.items():
            payload = number(self.mode_rows[mode[s], m, t], "payload", math.inf)
            if math.isfinite(payload):
                share.append(x / (payload * number(of[s][m], "fill", 1.0)))
            keys = {"origin": place[s], "dest": place[u], "material": m, "mode": mode[s], "tour": tour}
            self.amount("flow", keys, x, t)
            self.balance[place[s], m, t].append(-1 * x)
            self.balance[place[u], m, t].append(x)
            self._arrives(place[u], m, t, x)
        needs = [pulp.lpSum(share)]
        for k in range(2, last + 1):
            km = number(stops[k][0], "km", self.distance(place[k - 1], place[k]))
            aboard = [(m, x) for (s, u, m), x in loads.items() if s < k <= u]
            on = [(m, x, self.mode_rows[mode[k], m, t]) for m, x in aboard]
            needs.append(pulp.lpSum(x * (1 / number(r, "payload", math.inf)) for _, x, r in on))
            needs.append(pulp.lpSum(x * (self.volume[m] / number(r, "room", math.inf)) for m, x, r in on))
            rate = self.mode_rows[mode[k], next(m for _, _, m in loads), t]
            keys = {"tour": tour, "mode": mode[k]}
            self.amount("km", keys, km * n, t)
            self.amount("tkm", keys, pulp.lpSum(km * self.mass[m] / 1000 * x for m, x in aboard), t)
            empty = km * number(rate, "empty_rate") * n
            if k == 2:
                self.money("transport", keys, empty, t)
                self.amount("co2", keys, km * number(rate, "empty_co2") * n, t)
                continue
            paid = [km * number(of[k].get(m, {}), "full_rate", number(r, "full_rate")) * x for m, x, r in on]
            paid = pulp.lpSum(paid) + km * number(rate, "loaded_rate") * n
            self.amount("co2", keys, km * number(rate, "loaded_co2") * n, t)
            self.amount("co2", keys, pulp.lpSum(km * number(r, "full_co2") * x for _, x, r in on), t)
            if stops[k][0].get("floor") in ("no", False):
                self.money("transport", keys, paid, t)
            else:
                leg = self.helper(lambda a=paid, b=empty: max(pulp.value(a), pulp.value(b)))
                self.row(leg >= paid)
                self.row(leg >= empty)
                self.money("transport", keys, leg, t)
        legs = (number(stops[k][0], "km", self.distance(place[k - 1], place[k])) for k in range(2, last + 1))
        self.rides.append(Ride(mode[2], ("", "", tour), t, sum(legs), (place[1],), n, flag(first, "whole_trips")))
        needs = [need for need in needs if any(need.values())]
        for need in needs:
            self.row(n >= need)
        if not flag(first, "whole_trips"):
            self._equal_to_larger(n, needs)
        self.amount("trips", {"tour": tour, "mode": mode[2]}, n, t)
        self.money("trip", {"tour": tour, "mode": mode[2]}, number(first, "trip_cost") * n, t)

    # -- fleets --------------------------------------------------------------------------------------------------

    def _fleets(self) -> None:
        """Each trip of a mode with fleets is made by one that may; vehicles are the next whole number of the hours."""
        rows = self.expand("fleets", ("mode", "base", "period"))
        need: dict[tuple[str, ...], list[Any]] = {key: [] for key in rows}
        for ride in self.rides:
            shares = []
            for (v, base, t), r in rows.items():
                if (v, t) != (ride.mode, ride.period) or not (base in ride.ends or r.get("serves") == "all"):
                    continue
                a = self.v["fleet_trips"][v, base, *ride.way, t] = self.var(whole=ride.whole)
                shares.append(a)
                hours = ride.km / number(r, "speed", math.inf) + number(r, "handling")
                need[v, base, t].append(a * (hours / (number(r, "hours") * self.length[t])))
            if shares:
                self.row(pulp.lpSum(shares) == ride.trips)
        for (v, base, t), r in rows.items():
            w = self.v["fleets"][v, base, t] = self.var(0.0, number(r, "available", math.inf), True)
            needed = pulp.lpSum(need[v, base, t])
            self.row(w >= needed - (1e-5 if self._wants_vehicles() else 0.0))
            self.row(w <= needed + 1 - 1e-5)
            keys = {"mode": v, "place": base}
            self.amount("vehicles", keys, w, t)
            self.money("fleet", keys, number(r, "fixed_cost") * self.length[t] * w, t)

    def _wants_vehicles(self) -> bool:
        """Whether the objective or a limit calls for vehicles, so that none is to be had for nothing."""
        weights = self.case.settings.get("objective") or {}
        rows = [r for r in self.t["limits"] if r["quantity"] in ("vehicles", "fleet", "cost")]
        low, high = (any(not blank(r.get(bound)) for r in rows) for bound in ("least", "most"))
        signs = {number(r, "coef", 1.0) > 0 for r in rows}
        limited = (low and True in signs) or (high and False in signs)
        return limited or min(weights.get("vehicles", 0), weights.get("cost", 0)) < 0

    # -- processes, stock ----------------------------------------------------------------------------------------

    def _processes(self) -> None:
        recipes = self.expand("recipes", ("process", "material", "place", "period"))
        self.run_most: dict[tuple[str, str, str], float] = {}
        self.run_per: dict[tuple[str, str, str], float] = {}
        for (p, i, t), r in self.expand("processes", ("process", "place", "period")).items():
            rates = {m: number(row, "rate") for (q, m, j, u), row in recipes.items() if (q, j, u) == (p, i, t)}
            per = self.run_per[p, i, t] = 1.0 if blank(r.get("per")) else abs(rates[r["per"]])
            z = self.v["run"][p, i, t] = self.var(0.0, number(r, "most", math.inf) * self.length[t] / per)
            used = sum(-rate * self.mass[m] for m, rate in rates.items() if rate < 0)
            self.run_most[p, i, t] = self.total / used
            for m, rate in rates.items():
                self.balance[i, m, t].append(rate * z)
            keys = {"process": p, "place": i}
            self.amount("run", keys, z, t)
            self.amount("co2", keys, number(r, "co2") * per * z, t)
            self.amount("jobs", keys, number(r, "jobs") * per * z, t)
            self.money(r.get("account") or "processing", keys, number(r, "cost") * per * z, t)
        self._setups()

    def _setups(self) -> None:
        """Set-ups by name, place and period; lots and batches by process."""
        named: dict[tuple[str, str, str, str], list[tuple[Any, float]]] = defaultdict(list)
        cost: dict[tuple[str, str, str, str], float] = {}
        for (p, i, t), r in self.expand("processes", ("process", "place", "period")).items():
            z, per, most = self.v["run"][p, i, t], self.run_per[p, i, t], self.run_most[p, i, t]
            key = (r.get("setup") or "", "" if r.get("setup") else p, i, t)
            named[key].append((z, most))
            cost[key] = cost.get(key) or number(r, "setup_cost")
            if lot := number(r, "lot") / per:
                runs = self.helper(lambda z=z: float(z.varValue > 1e-6), 1.0, True)
                self.row(z <= max(most, lot) * runs)
                self.row(z >= lot * runs)
            if batch := number(r, "batch") / per:
                self.row(z == batch * self.helper(lambda z=z, b=batch: z.varValue / b, None, True))
        for (name, p, i, t), runs in named.items():
            if cost[name, p, i, t]:
                made = self.helper(lambda runs=runs: float(any(z.varValue > 1e-6 for z, _ in runs)), 1.0, True)
                for z, most in runs:
                    self.row(z <= most * made)
                keys = {"place": i} if name else {"place": i, "process": p}
                self.money("setup", keys, cost[name, p, i, t] * made, t)

    def _stores(self) -> None:
        for i, m in dict.fromkeys((i, m) for i, m, _ in self.stored):
            before = 0.0
            for t in self.periods:
                r = self.stored.get((i, m, t))
                if t == self.periods[0] and r is not None:
                    before = number(r, "start")
                self.balance[i, m, t].append(before)
                if r is None:
                    before = 0.0
                    continue
                end = r.get("end")
                fixed = t == self.periods[-1] and not blank(end) and end != "free"
                stock = self.var(float(end) if fixed else 0.0, float(end) if fixed else math.inf)
                self.row(stock <= number(r, "room", math.inf) if math.isfinite(number(r, "room", math.inf)) else True)
                self.v["stock"][i, m, t] = before = stock
                if i not in {j for j, _ in self.sites} and not fixed:
                    self.row(stock >= reserve(r))
                self.balance[i, m, t].append(-1 * stock)
                keys = {"place": i, "material": m}
                self.q["stock"].append(Line(keys | {"period": t}, stock))
                self.money("holding", keys, number(r, "holding") * self.length[t] * stock, t)

    # -- sites ---------------------------------------------------------------------------------------------------

    def _site_weights(self) -> None:
        """What a unit of each material counts at each site: the common unit of what may come there, or mass."""
        self.sites = self.expand("sites", ("place", "size"), plain=("size",))
        self.sites = {(i, s or "-"): r for (i, s), r in self.sites.items()}
        self.site_places = list(dict.fromkeys(i for i, _ in self.sites))
        self.comes: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
        for (i, m, t), x in self.v["collect"].items():
            self.comes[i].append((m, t, x))

    def _arrives(self, place: str, material: str, period: str, amount: Any) -> None:
        self.comes[place].append((material, period, amount))

    def _arrivals(self) -> None:
        self.counts_mass = {}
        for i in self.site_places:
            mixed = len({self.unit[m] for m, _, _ in self.comes[i]}) > 1
            self.counts_mass[i] = mixed
            for m, t, x in self.comes[i]:
                self.arrive[i, t].append((self.mass[m] if mixed else 1.0) * x)

    def _most_at(self, place: str) -> float:
        if self.counts_mass[place] or not self.comes[place]:
            return self.total
        return max(self.most_of(m) for m, _, _ in self.comes[place])

    def _sites(self) -> None:
        counted = any(r["quantity"] == "use" for r in self.t["limits"])
        for i in self.site_places:
            sizes = [s for j, s in self.sites if j == i]
            y = {}
            for s in sizes:
                r = self.sites[i, s]
                status = r.get("status") or "candidate"
                y[s] = self.v["open"][i, s] = self.var(float(status == "open"), float(status != "closed"), True)
                keys = {"place": i, "size": s}
                self.phases.site(i, s, r, y[s])
                if self.phases.has(i, s):
                    continue
                if status == "existing":
                    self.money("closing", keys, number(r, "closing_cost") * (1 - y[s]))
                else:
                    self.money("opening", keys, number(r, "opening_cost") * y[s])
            when = {t: pulp.lpSum(self.phases.when[i, s, t] for s in sizes) for t in self.periods}
            for t in self.periods:
                self.row(when[t] <= 1)
            if any(number(self.stored[k], "start") for k in self.stored if k[0] == i and k[2] == self.periods[0]):
                self.row(when[self.periods[0]] >= 1)
            is_open = self._at_some_time(i, y)
            self.q["open"].append(Line({"place": i}, is_open))
            self.q["open by period"] += [Line({"place": i, "period": t}, when[t]) for t in self.periods]
            most = self._most_at(i)
            self.phases.extend(i, most / min(self.length.values()))
            used = None
            if counted:
                used = self.helper(lambda i=i: self._is_used(i), 1.0, True)
                self.q["use"].append(Line({"place": i}, used))
                self.row(used <= is_open)
            for t in self.periods:
                arrives = pulp.lpSum(self.arrive[i, t])
                parts = []
                for s in sizes:
                    r = self.sites[i, s]
                    now = self.phases.when[i, s, t]
                    h = self.helper(lambda i=i, t=t, now=now: self._value(self.arrive[i, t]) * pulp.value(now))
                    parts.append(h)
                    capacity, least = (self.phases.value(i, s, t, c, r) * self.length[t] for c in ("capacity", "least"))
                    self.row(h <= min(capacity, most) * now + self.phases.added.get((i, s, t), 0.0) * self.length[t])
                    self.row(h >= least * now)
                    keys = {"place": i, "size": s}
                    if not self.phases.has(i, s):
                        self.money("running", keys, number(r, "running_cost") * self.length[t] * y[s], t)
                    self.money("unit", keys, number(r, "unit_cost") * h, t)
                self.row(pulp.lpSum(parts) == arrives)
                if used is not None:
                    self.row(arrives <= most * used)
            for (p, j, t), z in self.v["run"].items():
                if j == i:
                    self.row(z <= self.run_most[p, j, t] * when[t])
            for (j, m, u), k in self.v["stock"].items():
                if j == i:
                    at = self.periods.index(u)
                    for t in self.periods[at : at + 2]:  # what stands at the end of a period stands in the next
                        self.row(k <= self.most_of(m) * when[t])
                    if reserve(self.stored[j, m, u]):
                        self.row(k >= reserve(self.stored[j, m, u]) * when[u])

    def _at_some_time(self, place: str, sizes: dict[str, Any]) -> Any:
        """Whether a place is open at some time: in one of its sizes, or in several that follow each other."""
        if len(sizes) == 1 or not any(self.phases.has(place, s) for s in sizes):
            return pulp.lpSum(sizes.values())
        some = self.helper(lambda: float(any(y.varValue > 0.5 for y in sizes.values())), 1.0, True)
        self.row(some <= pulp.lpSum(sizes.values()))
        for y in sizes.values():
            self.row(some >= y)
        return some

    def _resources(self) -> None:
        """Uses of activity and of what comes, against the capacity of the size that is open, or that of the place."""
        used: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        for user in ("process", "material"):
            self.t[f"uses of {user}"] = [r for r in self.t["uses"] if not blank(r.get(user))]
            for (who, i, resource), r in self.expand(f"uses of {user}", (user, "place", "resource")).items():
                rate = number(r, "rate")
                if user == "process":
                    runs = [(t, self.run_per[k] * z) for k, z in self.v["run"].items() if k[:2] == (who, i) for t in k[2:]]
                else:
                    runs = [(t, x) for m, t, x in self.comes[i] if m == who]
                for t, amount in runs:
                    used[i, resource, t].append(rate * amount)
        sized = self.expand("resources", ("place", "size", "resource", "period"))
        self.t["resources as such"] = [r for r in self.t["resources"] if blank(r.get("size"))]
        plain = self.expand("resources as such", ("place", "resource", "period"))
        for (i, resource, t), terms in used.items():
            if i in self.site_places:
                sizes = [s for j, s in self.sites if j == i]
                hand = [number(sized[i, s, resource, t], "capacity", 1e5) * self.phases.when[i, s, t] for s in sizes]
                self.row(pulp.lpSum(terms) <= self.length[t] * pulp.lpSum(hand))
            elif math.isfinite(most := number(plain[i, resource, t], "capacity", math.inf)):
                self.row(pulp.lpSum(terms) <= self.length[t] * most)

    def _is_used(self, place: str) -> float:
        return float(any(self._value(self.arrive[place, t]) > 1e-6 for t in self.periods))

    @staticmethod
    def _value(parts: list[Any]) -> float:
        return float(pulp.value(pulp.lpSum(parts)) or 0.0)

    def _single(self) -> None:
        chosen = {(k[0], k[2]) for k, r in self.lane_rows.items() if flag(r, "single")}
        for i, m in sorted(chosen):
            to: dict[str, list[Any]] = defaultdict(list)
            for (a, j, b, _, _), x in self.v["flow"].items():
                if (a, b) == (i, m):
                    to[j].append(x)
            for line in self.q["flow"]:
                if "tour" in line.keys and (line.keys["origin"], line.keys["material"]) == (i, m):
                    to[line.keys["dest"]].append(line.value / line.repeats)
            picks = []
            for xs in to.values():
                pick = self.helper(lambda xs=xs: float(self._value(xs) > 1e-6), 1.0, True)
                picks.append(pick)
                self.row(pulp.lpSum(xs) <= self.most_of(m) * pick)
            self.row(pulp.lpSum(picks) <= 1)

    # -- measures of the user's own, limits ----------------------------------------------------------------------

    def _own_measures(self) -> None:
        """Lines of each measure: those of what its rows count, in their scope; what it counts comes first."""
        self.own = dict.fromkeys(str(r["measure"]) for r in self.t["measures"])
        for name in self.own:
            self._own_measure(name)

    def _own_measure(self, name: str) -> None:
        if name in self.q:
            return
        self.q[name] = []
        for r in self.t["measures"]:
            if r["measure"] != name:
                continue
            if r["of"] in self.own:
                self._own_measure(r["of"])
            scope = {k: str(v) for k, v in r.items() if k not in ("measure", "of", "rate", "unit") and not blank(v)}
            for line in self.lines(r["of"]):
                keys = dict(line.keys)
                if "place" in keys:
                    keys["kind"] = self.kind[keys["place"]]
                if all(k in keys and self._within(k, keys[k], v) for k, v in scope.items()):
                    kept = {k: v for k, v in line.keys.items() if k != "account"}
                    self.q[name].append(Line(kept, number(r, "rate", 1.0) * line.value, 0.0))

    def _limits(self) -> None:
        named: dict[str, list[Row]] = defaultdict(list)
        for r in self.t["limits"]:
            named[r["limit"]].append(r)
        for rows in named.values():
            low = next((number(r, "least") for r in rows if not blank(r.get("least"))), -math.inf)
            high = next((number(r, "most") for r in rows if not blank(r.get("most"))), math.inf)
            found = [self._limit_lines(r) for r in rows]
            with_each = [lines for r, lines in zip(rows, found, strict=True) if any(v == "each" for v in r.values())]
            bounds = list(dict.fromkeys(key for lines in with_each for key, _ in lines)) if with_each else [()]
            for bound in bounds:
                total = pulp.lpSum(
                    number(r, "coef", 1.0) * value
                    for r, lines in zip(rows, found, strict=True)
                    for key, value in lines
                    if key == bound or not any(v == "each" for v in r.values())
                )
                if math.isfinite(low):
                    self.row(total >= low)
                if math.isfinite(high):
                    self.row(total <= high)

    def _limit_lines(self, r: Row) -> list[tuple[tuple[str, ...], Any]]:
        skip = ("limit", "quantity", "coef", "least", "most", "unit", "note")
        scope = {k: str(v) for k, v in r.items() if k not in skip and not blank(v)}
        out = []
        for line in self.lines("open by period" if r["quantity"] == "open" and "period" in scope else r["quantity"]):
            keys = dict(line.keys)
            if "place" in keys:
                keys["kind"] = self.kind[keys["place"]]
            if all(k in keys and self._within(k, keys[k], v) for k, v in scope.items()):
                each = tuple(keys[k] for k, v in sorted(scope.items()) if v == "each")
                per_period = "period" in scope and line.repeats
                if r["quantity"] in ("km", "tkm", "co2", "jobs"):
                    per_period = 0
                out.append((each, line.value / line.repeats if per_period else line.value))
        return out

    def _within(self, column: str, label: str, wanted: str) -> bool:
        if wanted == "each":
            return True
        if wanted.startswith("kind:"):
            return self.kind[label] == wanted[5:]
        return label == wanted

    # -- answers -------------------------------------------------------------------------------------------------

    def solve(self) -> tuple[str, float | None]:
        """Status in balik's words, and the objective."""
        tight = ["primalTolerance 1e-9", "dualTolerance 1e-9", "integerTolerance 1e-9"]
        engine = pulp.PULP_CBC_CMD(msg=False, gapRel=0.0, threads=1, timeLimit=60, options=tight)
        self.problem.solve(engine)
        status = pulp.LpStatus[self.problem.status].lower()
        return status, float(pulp.value(self.problem.objective) or 0.0) if status == "optimal" else None

    def faults(
        self, columns: Mapping[str, Mapping[str, Sequence[Any]]], objective: float, tol: float = 2e-6
    ) -> list[str]:
        """What a plan breaks of this program; its amounts are put into the variables."""
        named = {"trips": "trips", "modules": "number", "tours": "trips", "fleet_trips": "trips", "fleets": "vehicles"}
        figures = ("amount", "trips", "km", "hours", "vehicles", "drivers", "number")
        wrong = []
        for table, variables in self.v.items():
            for x in variables.values():
                x.varValue = 0.0
            cells = columns.get(table, {})
            value = cells.get(named.get(table, "amount"), [1.0] * len(next(iter(cells.values()), [])))
            keys = [k for k in cells if k not in figures]
            for at, v in enumerate(value):
                key = tuple(str(cells[k][at]) for k in keys)
                if key not in variables:
                    wrong.append(f"{table} has a row {key} that the case does not offer")
                else:
                    variables[key].varValue = v
        for x, _ in self.aux:
            x.varValue = 0.0
        for _ in range(2):  # some rules look at others
            for x, rule in self.aux:
                x.varValue = rule()
        for x in self.problem.variables():
            if x.varValue is None:
                x.varValue = 0.0
            low = -math.inf if x.lowBound is None else x.lowBound
            high = math.inf if x.upBound is None else x.upBound
            if not low - tol <= x.varValue <= high + tol:
                wrong.append(f"{x.name} = {x.varValue} outside [{low}, {high}]")
            if x.cat == "Integer" and abs(x.varValue - round(x.varValue)) > tol:
                wrong.append(f"{x.name} = {x.varValue} is not whole")
        for name, c in self.problem.constraints.items():
            size = max([abs(c.constant), *(abs(k * x.varValue) for x, k in c.items()), 1.0])
            value = c.value()
            off = abs(value) if c.sense == 0 else value if c.sense < 0 else -value
            if off > tol * size:
                wrong.append(f"{name}: {c} is off by {off}")
        ours = float(pulp.value(self.problem.objective) or 0.0)
        if abs(ours - objective) > tol * max(1.0, abs(objective)):
            wrong.append(f"the plan is worth {ours} to the twin, not {objective}")
        return wrong
