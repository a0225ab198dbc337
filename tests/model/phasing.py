"""Small cases of sites over time, and their best plan by going through all that could be done."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from random import Random
from typing import Any

Sequence = tuple[int, ...]  # of one site: -1 closed, else the number of modules, by period


@dataclass
class Site:
    """A place in a size, with what holds in every period."""

    place: str
    size: str
    status: str
    phased: bool
    fee: int
    opening: list[int]
    closing: list[int]
    running: list[int]
    capacity: list[int]
    least: list[int]
    may_open: list[bool]
    may_close: list[bool]
    residual: list[int]
    module: tuple[int, int, int, int] | None = None  # capacity, cost, running cost, most


@dataclass
class Timed:
    """One source whose amounts go to sites, each at a fee; open and closed in all ways."""

    sites: list[Site]
    amount: list[int]
    length: list[float]
    repeats: list[int]
    finance: dict[str, Any]
    weights: dict[str, float] = field(default_factory=lambda: {"cost": 1.0})
    most_open: int | None = None  # places that may be open in each period
    least_ever: int | None = None  # places that must be open at some time

    # -- the case as tables --------------------------------------------------------------------------------------

    def texts(self) -> dict[str, str]:
        """The tables of the case."""
        periods = range(len(self.amount))
        out = {
            "periods": ["period length repeats"] + [f"p{t} {self.length[t]} {self.repeats[t]}" for t in periods],
            "lanes": ["origin dest material fee"]
            + [f"home {p} tin {f}" for p, f in {s.place: s.fee for s in self.sites}.items()],
            "supply": ["place material period amount"] + [f"home tin p{t} {self.amount[t]}" for t in periods],
            "demand": ["place material"] + [f"{p} tin" for p in dict.fromkeys(s.place for s in self.sites)],
            "sites": ["place size status capacity least opening_cost closing_cost running_cost"],
            "phases": [
                "place size period capacity least opening_cost closing_cost running_cost may_open may_close residual"
            ],
            "modules": ["place size module capacity cost running_cost most"],
            "limits": ["limit quantity least most period"],
        }
        for s in self.sites:
            money = f"{s.opening[0]} {s.closing[0]} {s.running[0]}"
            out["sites"].append(f"{s.place} {s.size} {s.status} {s.capacity[0]} {s.least[0]} {money}")
            for t in periods if s.phased else ():
                flags = " ".join("yes" if f[t] else "no" for f in (s.may_open, s.may_close))
                money = f"{s.opening[t]} {s.closing[t]} {s.running[t]}"
                # the first period says what the row of sites says: blank cells
                row = f"{s.capacity[t]} {s.least[t]} {money}" if t else ". . . . ."
                out["phases"].append(f"{s.place} {s.size} p{t} {row} {flags} {s.residual[t]}")
            if s.module:
                out["modules"].append(f"{s.place} {s.size} line {' '.join(map(str, s.module))}")
        if self.most_open is not None:
            out["limits"].append(f"at-once open . {self.most_open} each")
        if self.least_ever is not None:
            out["limits"].append(f"ever open {self.least_ever} . .")
        return {name: "\n".join(rows) for name, rows in out.items() if len(rows) > 1}

    # -- the best plan by enumeration ----------------------------------------------------------------------------

    def best(self) -> float:
        """The least objective over everything that may be done; inf where nothing may."""
        ways = [[(seq, self._fixed(s, seq)) for seq in self._sequences(s)] for s in self.sites]
        return min((self._value(way) for way in itertools.product(*ways)), default=math.inf)

    def _sequences(self, s: Site) -> list[Sequence]:
        """All that a site may be and have over time."""
        states = [-1, *range((s.module[3] if s.module else 0) + 1)]
        found = []
        for seq in itertools.product(states, repeat=len(self.amount)):
            before = 0 if s.status == "existing" else -1
            fits = True
            for t, now in enumerate(seq):
                opens, closes = now >= 0 > before, before >= 0 > now
                if s.phased:
                    fits &= (not opens or s.may_open[t]) and (not closes or s.may_close[t])
                    fits &= opens or closes or now >= before or t == 0
                elif t:
                    fits &= now == before
                before = now
            fits &= not (s.status == "open" and min(seq) < 0) and not (s.status == "closed" and max(seq) >= 0)
            found += [seq] if fits else []
        return found

    def _fixed(self, s: Site, seq: Sequence) -> float:
        """Money of a site that hangs on its states alone."""
        before, money, opened = (0 if s.status == "existing" else -1), 0.0, None
        for t, now in enumerate(seq):
            if now >= 0 > before:
                money += s.opening[t] * self._once(t)
                opened = t
            if before >= 0 > now:
                money += s.closing[t] * self._once(t)
                opened = None
            bought = max(0, now) - max(0, before)
            recurring = s.running[t] * (now >= 0)
            if s.module:
                recurring += s.module[2] * max(0, now)
                money += s.module[1] * max(0, bought) * self._once(t)
            money += recurring * self.length[t] * self._period(t)
            before = now
        if s.phased and opened is not None:
            money -= s.residual[opened] * self._end()
        return money

    def _value(self, way: tuple[tuple[Sequence, float], ...]) -> float:
        total = sum(money for _, money in way)
        periods = range(len(self.amount))
        places = list(dict.fromkeys(s.place for s in self.sites))
        at = [{p: [s for s, (seq, _) in zip(self.sites, way, strict=True) if s.place == p and seq[t] >= 0] for p in places}
              for t in periods]  # fmt: skip
        if any(len(sizes) > 1 for here in at for sizes in here.values()):
            return math.inf
        if self.most_open is not None and any(sum(map(len, here.values())) > self.most_open for here in at):
            return math.inf
        ever = sum(any(here[p] for here in at) for p in places)
        if self.least_ever is not None and ever < self.least_ever:
            return math.inf
        for t in periods:
            fees = self._fees(t, way)
            if fees is None:
                return math.inf
            total += fees * self._period(t)
        return self.weights["cost"] * total + self.weights.get("open", 0.0) * ever

    def _fees(self, t: int, way: tuple[tuple[Sequence, float], ...]) -> float | None:
        """What it costs to bring all of a period to the open sites, the nearest first; None: they cannot take it."""
        left, money, rooms = float(self.amount[t]), 0.0, []
        for s, (seq, _) in zip(self.sites, way, strict=True):
            if seq[t] < 0:
                continue
            room = (s.capacity[t] + (s.module[0] * seq[t] if s.module else 0)) * self.length[t]
            must = s.least[t] * self.length[t]
            if must > room + 1e-9:
                return None
            left, money = left - must, money + must * s.fee
            rooms.append((s.fee, room - must))
        for fee, room in sorted(rooms):
            took = max(0.0, min(left, room))
            left, money = left - took, money + took * fee
        return money if abs(left) < 1e-9 else None

    # -- by what money counts ------------------------------------------------------------------------------------

    @property
    def _spans(self) -> list[float]:
        return [a * b / self.finance.get("periods_per_year", 1) for a, b in zip(self.length, self.repeats, strict=True)]

    def _once(self, t: int) -> float:
        way, gone = self.finance["one_off"], sum(self._spans[:t])
        if way == "npv":
            return float((1 + self.finance["rate"]) ** -gone)
        if way == "annuity":
            r, years = self.finance["rate"], self.finance["years"]
            return float(r / (1 - (1 + r) ** -years) * (sum(self._spans) - gone))
        return 1.0

    def _period(self, t: int) -> float:
        if self.finance["one_off"] != "npv":
            return float(self.repeats[t])
        start, span = sum(self._spans[:t]), self._spans[t] / self.repeats[t]
        return sum((1 + self.finance["rate"]) ** -(start + span * (k + 1)) for k in range(self.repeats[t]))

    def _end(self) -> float:
        return float((1 + self.finance["rate"]) ** -sum(self._spans)) if self.finance["one_off"] == "npv" else 1.0


FINANCE = (
    {"one_off": "once"},
    {"one_off": "npv", "rate": 0.12, "periods_per_year": 2},
    {"one_off": "annuity", "rate": 0.1, "years": 7, "periods_per_year": 4},
)


def timed(seed: int) -> Timed:
    """A random case; costs of any sign."""
    r = Random(seed)
    periods, count = 3, r.choice([2, 2, 3])
    finance = r.choice(FINANCE)
    two_sizes = r.random() < 0.4
    module = r.random() < 0.4 and count == 2

    def some(low: int, high: int) -> list[int]:
        return [r.randint(low, high) for _ in range(periods)]

    sites = []
    for k in range(count):
        place = "a" if two_sizes and k < 2 else "abc"[k]
        phased = r.random() < 0.8
        fee = sites[0].fee if place == "a" and k else r.randint(1, 9)
        site = Site(
            place, f"s{k}" if place == "a" and two_sizes else "-", r.choice(["candidate"] * 4 + ["existing"] * 3 + ["open", "closed"]),
            phased, fee, some(-10, r.choice([20, 90])), some(-10, r.choice([5, 30])), some(-8, 25), some(8, 30), [r.choice([0, 0, 0, 3]) for _ in range(periods)],
            [r.random() < 0.8 for _ in range(periods)], [r.random() < 0.8 for _ in range(periods)],
            some(-5, 40) if finance["one_off"] != "annuity" else [0] * periods,
            (r.randint(4, 12), r.randint(-3, 30), r.randint(0, 4), 2) if module and r.random() < 0.7 else None,
        )  # fmt: skip
        site.may_open[0] |= site.status == "open"
        if not phased:
            for column in (site.opening, site.closing, site.running, site.capacity, site.least):
                column[:] = [column[0]] * periods
        sites.append(site)
    case = Timed(
        sites,
        some(0, 30),
        [r.choice([1, 1, 2]) for _ in range(periods)],
        [r.choice([1, 1, 2]) for _ in range(periods)],
        finance,
    )
    if r.random() < 0.3:
        case.weights = {"cost": 1.0, "open": r.choice([-15.0, 15.0])}
    if r.random() < 0.3:
        case.most_open = r.choice([1, 2])
    if r.random() < 0.2:
        case.least_ever = r.choice([1, 2])
    return case
