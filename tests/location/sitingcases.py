"""Random small siting cases as tables: what a reverse network around one echelon of sites can look like."""

from __future__ import annotations

from typing import Any

import numpy as np

Tables = dict[str, dict[str, list[Any]]]
KINDS = (
    "plain", "chain", "sizes", "optional", "optional_part", "single", "status", "least", "count", "use", "hubs", "bypass",
    "forward", "vehicles", "materials", "periods_alike", "periods_free", "wildcard", "capped", "direct", "money",
)  # fmt: skip


class _Table:
    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, **cells: Any) -> None:
        self.rows.append(cells)

    def columns(self) -> dict[str, list[Any]]:
        names = dict.fromkeys(name for row in self.rows for name in row)
        return {name: [row.get(name, "") for row in self.rows] for name in names}


def siting_case(kind: str, seed: int, customers: int = 6, sites: int = 4) -> tuple[Tables, dict[str, Any]]:
    """Tables and settings of a random case of a kind."""
    g = np.random.default_rng([KINDS.index(kind), seed])
    t: dict[str, _Table] = {}

    def add(table: str, **cells: Any) -> None:
        t.setdefault(table, _Table()).add(**cells)

    def money(low: float, high: float) -> float:
        return float(np.round(g.uniform(low, high), 2))

    regions, points = [f"r{i}" for i in range(customers)], [f"p{j}" for j in range(sites)]
    materials = ["tin", "box"] if kind == "materials" else ["tin"]
    settings: dict[str, Any] = {"title": kind, "finance": {"one_off": "once"}}
    for m in materials:
        add("materials", material=m, volume=float(g.uniform(0.1, 0.3)))
    for r in regions:
        add("places", place=r, kind="region")
    for q in points:
        add("places", place=q, kind="point")
    for q in ("mill", "works"):
        add("places", place=q, kind="end")
    amount = {(r, m): int(g.integers(5, 36)) for r in regions for m in materials}
    total = sum(amount.values())
    _supply(kind, g, add, regions, materials, amount, money)
    _periods(kind, add)
    _sites(kind, g, add, points, total, money)
    mode = {"mode": "lorry"} if kind == "vehicles" else {}
    if kind == "vehicles":
        add("modes", mode="lorry", payload=10, room=2, full_rate=1, empty_rate=2, trip_cost=3)
    for m in materials:
        if kind == "forward":
            _lanes_forward(add, regions, points, m, money)
            continue
        before = regions
        if kind == "hubs":
            before = ["h0", "h1", *regions[: customers // 2]]
            for h in before[:2]:
                add("places", place=h, kind="hub")
                for r in regions:
                    add("lanes", origin=r, dest=h, material=m, fee=money(0, 3))
        for r in before:
            for q in points:
                if g.uniform() < 0.8 or q == points[0]:
                    add("lanes", origin=r, dest=q, material=m, fee=money(1, 10), km=int(g.integers(1, 9)), **mode,
                        **({"single": "yes"} if kind == "single" else {}))  # fmt: skip
        if kind == "bypass":
            for r in regions[::2]:
                add("lanes", origin=r, dest="mill", material=m, fee=money(10, 25))
        if kind == "wildcard":
            for q in points:
                for o in points:
                    if q != o:
                        add("lanes", origin=q, dest=o, material=m, fee=money(3, 9))
        _behind(kind, g, add, points, m, total, money)
    if kind in ("count", "use", "sizes"):
        add("limits", limit="n", quantity="use" if kind == "use" else "open", most=3)
    if kind == "count":
        add("limits", limit="few", quantity="open", place="p0", most=0)
        add("limits", limit="some", quantity="open", least=2)
    return {name: table.columns() for name, table in t.items()}, settings


def _supply(kind: str, g: Any, add: Any, regions: list[str], materials: list[str], amount: Any, money: Any) -> None:
    for number, r in enumerate(regions):
        for m in materials:
            q = amount[r, m]
            if kind == "forward":
                add("demand", place=r, material=m, least=q, most=q)
            elif kind in ("optional", "money"):
                add("supply", place=r, material=m, most=q, least=0, price=money(0, 2), left_cost=money(5, 40))
            elif kind == "optional_part":
                add("supply", place=r, material=m, most=q, least=q // 2, left_cost=money(5, 40))
            elif kind == "periods_alike":
                for period, factor in (("dry", 1), ("wet", 2)):
                    add("supply", place=r, material=m, period=period, amount=q * factor)
            elif kind == "periods_free":
                for period in ("dry", "wet"):
                    add("supply", place=r, material=m, period=period, amount=q + (number if period == "wet" else 0))
            else:
                add("supply", place=r, material=m, amount=q)
    if kind == "forward":
        add("supply", place="mill", material="tin", least=0, price=1.5)
        add("supply", place="works", material="tin", least=0, price=2.5)


def _periods(kind: str, add: Any) -> None:
    if kind == "periods_alike":
        add("periods", period="dry", length=1, repeats=1)
        add("periods", period="wet", length=2, repeats=3)
    if kind == "periods_free":
        add("periods", period="dry", length=1, repeats=1)
        add("periods", period="wet", length=1, repeats=2)


def _sites(kind: str, g: Any, add: Any, points: list[str], total: int, money: Any) -> None:
    for k, q in enumerate(points):
        held = int(total * g.uniform(0.3, 0.6)) + (total if k == 0 else 0)
        cells: dict[str, Any] = {"place": q, "capacity": held, "running_cost": money(20, 90), "unit_cost": money(0, 2)}
        if kind == "status":
            cells |= {"status": ("existing", "open", "closed", "candidate")[k % 4], "closing_cost": money(5, 60)}
            cells |= {"opening_cost": money(5, 30)}
        if kind == "least":
            cells["least"] = int(0.2 * total)
        if kind == "periods_free":
            del cells["capacity"]
        if kind == "use":
            cells |= {"status": ("open", "candidate")[k % 2]}
        if kind == "sizes":
            add("sites", **cells, size="small")
            add("sites", place=q, size="large", capacity=2 * held, running_cost=money(60, 140), unit_cost=money(0, 1))
            continue
        add("sites", **cells)


def _lanes_forward(add: Any, regions: list[str], points: list[str], m: str, money: Any) -> None:
    for q in points:
        for end in ("mill", "works"):
            add("lanes", origin=end, dest=q, material=m, fee=money(1, 5))
        for r in regions:
            add("lanes", origin=q, dest=r, material=m, fee=money(1, 10))


def _behind(kind: str, g: Any, add: Any, points: list[str], m: str, total: int, money: Any) -> None:
    """What follows the sites: one recycler or two, sorting with losses, or nothing but being handed over."""
    if kind in ("direct", "use"):
        for q in points:
            add("demand", place=q, material=m)
        return
    last = m
    if kind in ("chain", "money"):
        last = f"{m}-clean"
        for clean in (last, f"{m}-rest"):
            add("materials", material=clean)
        for q in points:
            add("processes", process=f"sort-{m}", place=q, cost=money(0, 2))
        add("processes", process=f"dump-{m}", place="kind:point", cost=1.5)
        for made, rate in ((m, -1), (last, 0.8), (f"{m}-rest", 0.2)):
            add("recipes", process=f"sort-{m}", material=made, rate=rate)
        add("recipes", process=f"dump-{m}", material=f"{m}-rest", rate=-1)
    for q in points:
        for end in ("mill", "works"):
            add("lanes", origin=q, dest=end, material=last, fee=money(1, 6))
    add("demand", place="mill", material=last, price=money(1, 5), **({"most": 3 * total} if kind == "capped" else {}))
    add("demand", place="works", material=last, price=money(1, 5), **({"most": 2 * total} if kind == "capped" else {}))


#: Things that may spoil the shape of a case, or not.
SPOILS = (
    "lane_most", "lane_least", "demand_most", "demand_least", "process_most", "limit_collect", "limit_flow", "limit_cost",
    "limit_open_pair", "collect_at_site", "site_at_works", "stock", "whole_trips", "some_single", "priced_supply", "two_hubs",
    "share", "limit_use", "least_use", "second_size", "least_site", "closing_pays",
)  # fmt: skip


def spoiled(kind: str, spoil: str, seed: int) -> tuple[Tables, dict[str, Any]]:
    """A case of a kind with something that may keep it from being a siting problem, or may not matter."""
    tables, settings = siting_case(kind, seed, customers=5, sites=3)
    g = np.random.default_rng([KINDS.index(kind), SPOILS.index(spoil), seed])

    def put(table: str, column: str, row: int, value: Any) -> None:
        if table in tables:
            length = len(next(iter(tables[table].values())))
            tables[table].setdefault(column, [""] * length)[row % length] = value

    def add(table: str, **cells: Any) -> None:
        columns = tables.setdefault(table, {})
        length = len(next(iter(columns.values()), []))
        for name in {**columns, **cells}:
            columns.setdefault(name, [""] * length).append(cells.get(name, ""))

    some = int(g.integers(0, 99))
    total = 200
    if spoil in ("lane_most", "lane_least"):
        put("lanes", spoil[5:], some, int(g.integers(1, 60)))
    elif spoil in ("demand_most", "demand_least"):
        if kind != "forward":
            put("demand", spoil[7:], some, int(g.integers(5, total)))
    elif spoil == "process_most":
        put("processes", "most", some, int(g.integers(5, total)))
    elif spoil == "limit_collect":
        add("limits", limit="c", quantity="collect", least=int(g.integers(0, total)))
    elif spoil == "limit_flow":
        add("limits", limit="f", quantity="flow", dest=f"p{some % 3}", most=int(g.integers(10, total)))
    elif spoil == "limit_cost":
        add("limits", limit="c", quantity="cost", most=int(g.integers(500, 5000)))
    elif spoil == "limit_open_pair":
        add("limits", limit="a", quantity="open", place="p0", coef=1, most=0)
        add("limits", limit="a", quantity="open", place="p1", coef=-1)
    elif spoil == "collect_at_site":
        add("supply", place=f"p{some % 3}", material="tin", **({"amount": 7} if some % 2 else {"most": 7, "least": 0}))
    elif spoil == "site_at_works":
        add("sites", place="works", capacity=int(g.integers(50, 2 * total)), running_cost=30)
    elif spoil == "stock":
        add("stores", place=f"p{some % 3}", material="tin", room=50)
    elif spoil == "whole_trips":
        put("modes", "whole_trips", 0, "yes")
    elif spoil == "some_single":
        put("lanes", "single", some, "yes")
    elif spoil == "priced_supply":
        add("supply", place="works", material="tin", least=0, most=50, price=float(g.uniform(-3, 3)))
    elif spoil == "two_hubs":
        add("lanes", origin="p0", dest="p1", material="tin", fee=0.5)
        add("lanes", origin="p1", dest="p0", material="tin", fee=0.5)
    elif spoil == "share":
        add("limits", limit="s", quantity="flow", dest="mill", coef=1, most=0)
        add("limits", limit="s", quantity="flow", dest="works", coef=-0.5)
    elif spoil in ("limit_use", "least_use"):
        add("limits", limit="u", quantity="use", **{"most" if spoil == "limit_use" else "least": 2})
    elif spoil == "second_size":
        put("sites", "size", 0, "small")
        add("sites", place="p0", size="vast", capacity=9 * total, running_cost=float(g.integers(50, 200)), unit_cost=1)
    elif spoil == "least_site":
        put("sites", "least", some, int(g.integers(1, 60)))
    elif spoil == "closing_pays":
        put("sites", "status", some, "existing")
        put("sites", "closing_cost", some, 500)
    return tables, settings
