"""Small random cases: networks of every feature, and plain siting cases. The same seed gives the same case."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

from twins.oracle import SmallCase

RAW, OTHER, GOOD, REST = "bekas", "campur", "bersih", "sisa"
Rows = list[dict[str, Any]]


class Maker:
    """One random case, table by table. Lanes lead from sources to hubs (onwards only) to markets and the dump."""

    def __init__(self, seed: int, tours: bool = False):
        self.r = Random(seed)
        r = self.r
        self.tables: dict[str, Rows] = {}
        self.settings: dict[str, Any] = {"title": f"random {seed}"}
        self.periods = ["p1", "p2"] if self.chance(0.45) else ["1"]
        self.stored = self.chance(0.5 if len(self.periods) == 2 else 0.2)
        self.sources = [f"S{k}" for k in range(1, r.randint(2, 3) + 1)]
        self.hubs = [f"H{k}" for k in range(1, r.randint(2, 3) + 1)]
        self.markets = [f"K{k}" for k in range(1, r.randint(1, 2) + 1)]
        self.raws = [RAW, OTHER] if self.chance(0.35) else [RAW]
        self.mixed = self.chance(0.2)
        self.tours = tours
        self.total = 0.0
        self.known_km: dict[tuple[str, str], float | None] = {}
        self.places_and_materials()
        self.modes()
        self.lanes()
        self.supply()
        self.processes()
        self.demand()
        self.sites()
        self.stores()
        if tours:
            self.tour_rows()
        self.limits()
        self.finance()

    def chance(self, p: float) -> bool:
        """True so often."""
        return self.r.random() < p

    def num(self, low: float, high: float, step: float = 0.5) -> float:
        """A short number between two."""
        return round(self.r.randint(round(low / step), round(high / step)) * step, 6)

    def some(self, row: dict[str, Any], p: float, column: str, value: Any) -> None:
        """Fill a cell so often."""
        if self.chance(p):
            row[column] = value

    def add(self, table: str, **row: Any) -> dict[str, Any]:
        """A row."""
        self.tables.setdefault(table, []).append(row)
        return row

    # -- tables --------------------------------------------------------------------------------------------------

    def places_and_materials(self) -> None:
        kinds = (("asal", self.sources), ("pusat", self.hubs), ("pasar", self.markets), ("tpa", ["D"]))
        for kind, names in kinds:
            for name in names:
                self.add("places", place=name, kind=kind)
        for m in [*self.raws, GOOD, REST]:
            row = self.add("materials", material=m, unit="kg", volume=self.num(0.05, 0.5, 0.05))
            if self.mixed and m == RAW:
                row |= {"unit": "dus", "mass": 4}
            if self.mixed and m == GOOD:
                row["unit"] = "t"
        if len(self.periods) == 2:
            for p in self.periods:
                row = self.add("periods", period=p, length=self.r.choice([0.5, 1, 1, 2]))
                if not self.stored:
                    self.some(row, 0.4, "repeats", self.r.choice([2, 3]))

    def modes(self) -> None:
        r = self.r
        for name, big in (("truk", 1.0), ("van", 0.4)):
            row = self.add("modes", mode=name, payload=self.num(8, 20) * big)
            row |= {"full_rate": self.num(0, 0.4, 0.05), "empty_rate": self.num(0, 3, 0.25)}
            self.some(row, 0.5, "loaded_rate", self.num(0, 3, 0.25))
            self.some(row, 0.4, "trip_cost", self.num(1, 20))
            self.some(row, 0.35, "whole_trips", "yes")
            self.some(row, 0.35, "room", self.num(1, 4))
            if self.chance(0.4):
                row |= {
                    "full_co2": self.num(0, 0.1, 0.01),
                    "loaded_co2": self.num(0, 1, 0.1),
                    "empty_co2": self.num(0, 1, 0.1),
                }
            if self.chance(0.25):  # another payload and rate for one material
                self.tables["modes"].append(
                    row | {"material": GOOD, "payload": self.num(2, 9), "full_rate": self.num(0, 0.5, 0.05)}
                )
            if len(self.periods) == 2 and self.chance(0.2):
                late = {"material": "", "period": "p2", "full_rate": self.num(0, 0.8, 0.05)}
                if not any(x.get("material") and x["mode"] == name for x in self.tables["modes"]):
                    self.tables["modes"].append(row | late)
        self.names = ["truk", "van"]
        self.fleet = r.choice([["truk"], ["truk", "van"], ["", "truk"], ["", "truk", "van"]])

    def lanes(self) -> None:
        wide = {m: self.chance(0.35) for m in self.raws}
        if any(wide.values()):
            self.known_km = {(i, j): None for i in self.sources for j in self.hubs}
        for m in self.raws:
            if wide[m]:
                self.lane("kind:asal", "kind:pusat", m, single=0.25)
                continue
            for i in self.sources:
                for j in self.hubs:
                    if self.chance(0.85):
                        self.lane(i, j, m, single=0.15)
        for i, j in pairwise(self.hubs):
            if self.chance(0.4):
                self.lane(i, j, self.r.choice([RAW, GOOD, REST]))
        for i in self.hubs:
            for j in self.markets:
                if self.chance(0.85):
                    self.lane(i, j, GOOD, single=0.1)
            self.lane(i, "D", REST)
        if self.chance(0.3):
            self.lane(self.sources[0], self.markets[0], RAW)
        if any("km" not in row for row in self.tables["lanes"]):
            self.tables["distances"] = []
            every = [*self.sources, *self.hubs, *self.markets, "D"]
            for a, i in enumerate(every):
                for j in every[a + 1 :]:
                    self.add("distances", origin=i, dest=j, km=self.num(1, 60))

    def km(self, i: str, j: str) -> float | None:
        """Kilometres of a lane, the same for all materials; None: they stand in distances."""
        if (i, j) not in self.known_km:
            self.known_km[i, j] = self.num(1, 60) if self.chance(0.7) and not i.startswith("kind:") else None
        return self.known_km[i, j]

    def lane(self, i: str, j: str, m: str, single: float = 0.0) -> None:
        modes = self.fleet if self.chance(0.3) else [self.r.choice(self.fleet)]
        for v in modes:
            row = self.add("lanes", origin=i, dest=j, material=m, mode=v)
            if self.km(i, j) is not None:
                row["km"] = self.km(i, j)
            if v:
                self.some(row, 0.4, "fill", self.num(0.4, 1, 0.1))
            self.some(row, 0.3 if v else 0.7, "fee", self.num(0, 5))
            self.some(row, 0.03, "least", self.num(1, 4))
            self.some(row, 0.15, "most", self.num(10, 60))
            self.some(row, single, "single", "yes")
            if len(self.periods) == 2 and self.chance(0.1):  # the second period has a row of its own
                self.tables["lanes"].append(row | {"period": "p2", "fee": self.num(0, 6), "least": ""})

    def supply(self) -> None:
        holders = [(i, m) for i in self.sources for m in self.raws if m == RAW or self.chance(0.6)]
        if self.chance(0.25):
            holders.append((self.hubs[0], RAW))
        for i, m in holders:
            for p in self.periods if self.chance(0.3) else [""]:
                row = self.add("supply", place=i, material=m)
                if p and len(self.periods) == 2:
                    row["period"] = p
                q = self.num(4, 30)
                self.total += q
                if self.chance(0.2):
                    row["amount"] = q
                else:
                    row["most"] = q
                    self.some(row, 0.3, "least", self.num(0, 0.5 * q))
                    self.some(row, 0.4, "left_cost", self.num(0, 20))
                self.some(row, 0.5, "price", self.num(-3, 6))
                if not p and len(self.periods) == 2:
                    self.total += q
                    if self.chance(0.2):
                        other = dict(row) | {"period": "p2"}
                        self.tables["supply"].append(
                            other | ({"amount": q + 2} if "amount" in row else {"most": q + 2})
                        )

    def processes(self) -> None:
        to_kg = 4.0 if self.mixed else 1.0
        good = 0.001 if self.mixed else 1.0
        for p, raw in (("pilah", RAW), ("pilah-2", OTHER)):
            if raw not in self.raws:
                continue
            kg = to_kg if raw == RAW else 1.0
            share = self.num(0.4, 0.8, 0.05)
            lost = self.r.choice([0.0, 0.0, 0.1])
            scale = self.r.choice([1.0, 1.0, 2.0])  # activity need not count in the raw material
            self.add("recipes", process=p, material=raw, rate=-scale)
            self.add("recipes", process=p, material=GOOD, rate=round(scale * kg * share * good, 9))
            self.add("recipes", process=p, material=REST, rate=round(scale * kg * (1 - share - lost), 9))
            if self.chance(0.2):  # one hub recovers more
                self.add(
                    "recipes",
                    process=p,
                    material=GOOD,
                    place=self.hubs[-1],
                    rate=round(scale * kg * (share + 0.05) * good, 9),
                )
                self.add(
                    "recipes",
                    process=p,
                    material=REST,
                    place=self.hubs[-1],
                    rate=round(scale * kg * (0.95 - share - lost), 9),
                )
            self.process(p, self.r.choice([raw, GOOD, REST, ""]))
        self.add("recipes", process="buang", material=REST, rate=-1)
        self.add("processes", process="buang", place="D", cost=self.num(0, 6))
        if self.chance(0.4):
            self.add("processes", process="buang", place=self.hubs[0], cost=self.num(1, 9), account="pembuangan")

    def process(self, p: str, per: str) -> None:
        for place in ["kind:pusat"] if self.chance(0.5) else self.hubs:
            row = self.add("processes", process=p, place=place, cost=self.num(0, 8))
            self.some(row, 0.5 if per else 0.0, "per", per)
            self.some(row, 0.25, "most", self.num(8, 60))
            if row.get("per") == GOOD and self.mixed:
                row.pop("most", None)
            self.some(row, 0.3, "co2", self.num(0, 2, 0.1))
            self.some(row, 0.3, "jobs", self.num(0, 0.5, 0.05))
            self.some(row, 0.3, "account", "sortir")

    def demand(self) -> None:
        scale = 0.004 if self.mixed else 1.0
        for k in self.markets:
            for p in self.periods if self.chance(0.25) and len(self.periods) == 2 else [""]:
                row = self.add("demand", place=k, material=GOOD)
                if p:
                    row["period"] = p
                self.some(row, 0.8, "price", self.num(0, 20) / scale)
                if self.chance(0.5):
                    row["least"] = round(self.num(1, 12) * scale, 6)
                    self.some(row, 0.9, "shortage_cost", self.num(0, 60) / scale)
                self.some(row, 0.4, "most", round(self.num(14, 50) * scale, 6))
        if any(x["dest"] in self.markets and x["material"] == RAW for x in self.tables["lanes"]):
            self.add("demand", place=self.markets[0], material=RAW, price=self.num(-4, 4))
        if self.chance(0.4):
            row = self.add("demand", place="D", material=REST, price=-self.num(0, 5))
            self.some(row, 0.4, "most", self.num(5, 40))
        for row in self.tables["demand"]:
            if "least" not in row and self.chance(0.5):
                row["least"] = 0

    def sites(self) -> None:
        chosen = [h for h in self.hubs if self.chance(0.75)]
        scale = 4.0 if self.mixed else 1.0
        for h in chosen:
            sizes = ["kecil", "besar"] if self.chance(0.3) else [""]
            status = self.r.choice(["", "", "", "candidate", "", "existing", "existing", "open", "open", "closed"])
            for k, s in enumerate(sizes):
                row = self.add("sites", place=h)
                if s:
                    row["size"] = s
                if status and (k == 0 or status == "closed"):
                    row["status"] = status
                if status == "existing" and k == 0:
                    self.some(row, 0.6, "closing_cost", self.num(0, 80))
                self.some(row, 0.8, "capacity", self.num(12, 45) * (k + 1) * scale)
                self.some(row, 0.15, "least", self.num(2, 10) * scale)
                self.some(row, 0.6, "opening_cost", self.num(0, 150) * (k + 1))
                self.some(row, 0.5, "running_cost", self.num(0, 80) * (k + 1))
                self.some(row, 0.3, "unit_cost", self.num(0, 3) / scale)

    def stores(self) -> None:
        if not self.stored:
            return
        for h in self.hubs:
            if self.chance(0.6):
                self.store(h, RAW)
        if self.chance(0.3):
            self.store(self.hubs[0], GOOD)
        if self.chance(0.3):
            self.store(self.sources[0], RAW)

    def store(self, place: str, material: str) -> None:
        scale = 0.004 if self.mixed and material == GOOD else 1.0
        row = self.add("stores", place=place, material=material)
        closed = [x["place"] for x in self.tables.get("sites", []) if x.get("status") == "closed"]
        self.some(row, 0.5, "room", round(self.num(5, 30) * scale, 6))
        self.some(row, 0.7, "holding", self.num(0, 3) / scale)
        if place not in closed:
            self.some(row, 0.3, "start", round(self.num(1, 6) * scale, 6))
        self.some(row, 0.3, "end", self.r.choice(["free", 0, round(self.num(0, 3) * scale, 6)]))

    def tour_rows(self) -> None:
        """One or two milk runs out of a hub, over sources, and perhaps past another hub that takes some of the load."""
        for k in range(1, self.r.randint(1, 2) + 1):
            end, mode = self.r.choice(self.hubs), self.r.choice(self.names)
            floor = "yes" if self.chance(0.5) else "no"
            stops = [(place, "load") for place in self.r.sample(self.sources, self.r.randint(2, len(self.sources)))]
            others = [h for h in self.hubs if h != end]
            if others and self.chance(0.35):
                stops.insert(self.r.randint(1, len(stops)), (self.r.choice(others), "unload"))
            self.add("tours", tour=f"tur-{k}", stop=1, place=end)
            for s, (place, do) in enumerate([*stops, (end, "unload")], 2):
                km = self.num(1, 25)
                for m in self.raws:
                    row = self.add("tours", tour=f"tur-{k}", stop=s, place=place, material=m, do=do, mode=mode, km=km)
                    row["floor"] = floor
                    self.some(row, 0.6 if do == "load" else 0.0, "fill", self.num(0.4, 1, 0.1))
                    self.some(row, 0.3, "full_rate", self.num(0, 0.5, 0.05))

    def limits(self) -> None:
        r, many = self.r, len(self.periods) == 2
        t = self.total
        sites = list(dict.fromkeys(x["place"] for x in self.tables.get("sites", [])))
        lanes = {x["mode"] for x in self.tables["lanes"]} - {""}
        stock = {x["material"] for x in self.tables.get("stores", [])}
        offers: list[list[dict[str, Any]]] = [
            [{"quantity": "collect", "material": RAW, "least": self.num(0.05 * t, 0.3 * t)}],
            [{"quantity": "collect", "material": RAW, "place": "each", "most": self.num(0.2 * t, 0.6 * t)}],
            [{"quantity": "collect", "kind": "asal", "material": RAW, "most": self.num(0.3 * t, 0.8 * t)}],
            [{"quantity": "flow", "dest": "each", "material": RAW, "most": self.num(0.3 * t, 0.7 * t)}],
            [
                {
                    "quantity": "flow",
                    "origin": "kind:asal",
                    "dest": self.hubs[0],
                    "material": RAW,
                    "most": self.num(0.1 * t, 0.6 * t),
                }
            ],
            [{"quantity": "cost", "most": self.num(8, 80) * t}],
            [{"quantity": "run", "process": "pilah", "most": self.num(0.2 * t, 0.8 * t)}],
            [{"quantity": "run", "place": "each", "process": "buang", "most": self.num(0.2 * t, 0.8 * t)}],
            [{"quantity": "jobs", "least": self.num(0, 0.02, 0.005) * t}],
            [{"quantity": "co2", "most": self.num(0, 6) * t}],
            [{"quantity": "purchase", "most": self.num(1, 4) * t}],
            [{"quantity": "revenue", "most": -self.num(0, 0.2, 0.05) * t}],
            [{"quantity": "left", "material": RAW, "most": self.num(0.6 * t, t)}],
            # a share: what the first source gives is at least a part of what the others give
            [
                {"quantity": "collect", "place": self.sources[0], "material": RAW, "least": 0},
                {"quantity": "collect", "place": self.sources[1], "material": RAW, "coef": -self.num(0.2, 0.8, 0.1)},
            ],
            # a ratio by place: at every hub what is sorted must not exceed twice what arrives, plus what is collected
            [
                {"quantity": "flow", "dest": "each", "material": RAW, "least": -self.num(0, 4)},
                {"quantity": "flow", "origin": "each", "material": RAW, "coef": -2},
            ],
            [
                {
                    "quantity": "deliver",
                    "place": "each",
                    "material": GOOD,
                    "most": 0.04 if self.mixed else self.num(2, 9),
                },
                {"quantity": "deliver", "material": GOOD, "coef": -0.6},
            ],
        ]
        if sites:
            offers += [
                [{"quantity": "use", "most": r.randint(1, len(sites))}],
                [{"quantity": "open", "most": r.randint(1, len(sites))}],
                [{"quantity": "open", "least": 1}],
                [{"quantity": "open", "place": r.choice(sites), "least": 1}],
                [{"quantity": "running", "most": self.num(20, 200)}],
                [{"quantity": "opening", "most": self.num(20, 300)}],
            ]
        if lanes:
            offers += [
                [{"quantity": "trips", "most": self.num(0.1 * t, 0.5 * t)}],
                [{"quantity": "trips", "mode": "each", "most": self.num(0.1 * t, 0.5 * t)}],
                [{"quantity": "trips", "mode": r.choice(sorted(lanes)), "least": self.num(1, 6)}],
                [{"quantity": "km", "most": self.num(5, 20) * t}],
                [{"quantity": "tkm", "most": self.num(0.01, 0.05, 0.005) * t}],
                [{"quantity": "cost", "account": "transport", "most": self.num(5, 30) * t}],
            ]
        if not self.mixed:
            share = self.num(0.1, 0.5, 0.1)
            offers.append(
                [
                    {"quantity": "deliver", "material": GOOD, "least": 0},
                    {"quantity": "collect", "coef": -share},
                ]
            )
        if any("shortage_cost" in x and x["least"] for x in self.tables["demand"] if "least" in x):
            offers += [
                [{"quantity": "shortage", "most": self.num(0, 10) * (0.004 if self.mixed else 1)}],
                [{"quantity": "shortage", "least": self.num(0, 3) * (0.004 if self.mixed else 1)}],
            ]
        if many:
            offers += [
                [{"quantity": "collect", "period": "each", "material": RAW, "most": self.num(0.2 * t, 0.6 * t)}],
                [
                    {
                        "quantity": "deliver",
                        "period": "p2",
                        "material": GOOD,
                        "least": self.num(0, 2) * (0.004 if self.mixed else 1),
                    }
                ],
                [{"quantity": "cost", "period": "each", "most": self.num(10, 80) * t}],
                [{"quantity": "processing", "period": "p1", "most": self.num(1, 6) * t}],
            ]
        if stock:
            row = {"quantity": "stock", "material": min(stock), "period": self.periods[-1], "most": self.num(0, 9)}
            offers += [[row]] * 3  # few cases have stock: offer it more often
        if self.tours:
            offers.append([{"quantity": "trips", "tour": "tur-1", "most": self.num(0.5, 6)}])
        for k in range(r.choice([0, 0, 1, 1, 2, 3])):
            if not offers:
                break
            for row in offers.pop(r.randrange(len(offers))):
                if self.has_terms(row):
                    self.add("limits", limit=f"batas-{k}", **row)
        self.settle_limits()

    def has_terms(self, row: dict[str, Any]) -> bool:
        """Whether anything has the scope of the row (a scope that no term has is a problem)."""
        held = {(x["place"], x["material"]) for x in self.tables["supply"]}
        if row["quantity"] == "collect" and row.get("place") in self.sources:
            return (row["place"], RAW) in held
        if row["quantity"] == "processing":
            return any("account" not in x for x in self.tables["processes"])
        if row["quantity"] in ("co2", "jobs"):
            return any(x.get(row["quantity"]) for x in self.tables["processes"])
        if row["quantity"] == "purchase":
            return any(x.get("price") for x in self.tables["supply"])
        if row["quantity"] == "revenue":
            return any(x.get("price") for x in self.tables["demand"])
        if row["quantity"] in ("opening", "running"):
            candidates = [x for x in self.tables["sites"] if x.get("status") != "existing"]
            return any(x.get(f"{row['quantity']}_cost") for x in candidates)
        if row["quantity"] == "flow":
            into = [x for x in self.tables["lanes"] if x["material"] == RAW]
            if row.get("dest") in self.hubs:
                return any(x["dest"] in (row["dest"], "kind:pusat") for x in into)
            return bool(into)
        return True

    def settle_limits(self) -> None:
        """Leave out limits whose row with the bound fell away."""
        rows = self.tables.get("limits", [])
        bound = {x["limit"] for x in rows if "least" in x or "most" in x}
        kept = [x for x in rows if x["limit"] in bound]
        if kept:
            self.tables["limits"] = kept
        else:
            self.tables.pop("limits", None)

    def finance(self) -> None:
        way = self.r.choice(["once", "once", "annuity", "npv"])
        known = {"one_off": way}
        if way != "once":
            known |= {"rate": self.r.choice([0.0, 0.08, 0.15]), "periods_per_year": self.r.choice([1, 4, 12])}
        if way == "annuity":
            known["years"] = self.r.choice([3, 5, 10])
        self.settings["finance"] = known
        if self.chance(0.12):
            self.settings["objective"] = {"cost": 1, "co2": self.num(0.5, 3), "jobs": -self.num(0, 2)}


def network_case(seed: int, tours: bool = False) -> SmallCase:
    """A random network with some of every feature."""
    made = Maker(seed, tours)
    return SmallCase(made.tables, made.settings)


def siting_case(seed: int, sizes: bool = False) -> SmallCase:
    """A random siting case: sources, at most six candidates with capacities and costs; everything is collected."""
    r = Random(seed)
    sites = [f"T{k}" for k in range(1, (r.randint(2, 3) if sizes else r.randint(3, 6)) + 1)]
    sources = [f"A{k}" for k in range(1, r.randint(3, 6) + 1)]
    tables: dict[str, Rows] = {
        "places": [{"place": p, "kind": "asal"} for p in sources] + [{"place": p, "kind": "titik"} for p in sites],
        "materials": [{"material": "baterai", "unit": "unit"}],
        "modes": [{"mode": "antar", "full_rate": 1.5}],
        "lanes": [
            {"origin": i, "dest": j, "material": "baterai", "mode": "antar", "km": r.randint(1, 60)}
            for i in sources
            for j in sites
        ],
        "supply": [{"place": i, "material": "baterai", "amount": r.randint(5, 30)} for i in sources],
        "demand": [{"place": "kind:titik", "material": "baterai", "least": 0}],
        "sites": [],
    }
    need = sum(x["amount"] for x in tables["supply"])
    for j in sites:
        for k, s in enumerate(["S", "L"] if sizes else ["-"]):
            row: dict[str, Any] = {
                "place": j,
                "size": s,
                "capacity": round(need * r.choice([0.3, 0.4, 0.6, 0.9]) * (1 + k)),
            }
            row |= {
                "opening_cost": r.randint(0, 900) * (1 + k),
                "unit_cost": r.choice([0, 0, 2, 5]),
                "running_cost": r.choice([0, 100]),
            }
            if r.random() < 0.25:
                row["least"] = round(need * 0.2)
            tables["sites"].append(row)
    if r.random() < 0.4:
        tables["limits"] = [{"limit": "paling-banyak", "quantity": "use", "most": r.randint(2, 3)}]
    return SmallCase(tables, {"title": "siting", "finance": {"one_off": "once"}})
