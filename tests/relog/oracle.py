"""What RELOG minimises, written from its documents for tests: the program of a file, with no word of balik in it."""

from __future__ import annotations

import math
from typing import Any

import pulp

Json = dict[str, Any]


def km(a: Json, b: Json, digits: int) -> float:
    """The straight line between two points of the WGS 84 ellipsoid."""

    def xyz(p: Json) -> tuple[float, float, float]:
        phi, lam = math.radians(p["latitude (deg)"]), math.radians(p["longitude (deg)"])
        major, minor = 6378137.0, 6356752.314245179
        n = major**2 / math.hypot(major * math.cos(phi), minor * math.sin(phi))
        return (
            n * math.cos(phi) * math.cos(lam),
            n * math.cos(phi) * math.sin(lam),
            (minor / major) ** 2 * n * math.sin(phi),
        )

    return round(math.dist(xyz(a), xyz(b)) / 1000, digits)


def series(value: Any, years: int, null: float = 0.0) -> list[float]:
    """A value for each year."""
    values = value if isinstance(value, list) else [value] * years
    return [null if v is None else v for v in values]


def solved(program: pulp.LpProblem, cost: Any) -> float | None:
    """The least cost; None where no plan is possible."""
    program += cost
    status = program.solve(pulp.HiGHS(msg=False, gapRel=0, gapAbs=1e-9, threads=1))
    return float(pulp.value(program.objective)) if pulp.LpStatus[status] == "Optimal" else None


def old(data: Json, digits: int = 2) -> float | None:
    """Release 0.5: flows from centres and plants to plants, storage, growing capacity, disposal."""
    years = data["parameters"]["time horizon (years)"]
    time = range(years)
    building = data["parameters"].get("building period (years)", [1])
    program, cost = pulp.LpProblem(), []
    count = iter(range(10**9))

    def var(high: float | None = None, binary: bool = False) -> pulp.LpVariable:
        name = f"x{next(count)}"
        return pulp.LpVariable(name, cat="Binary") if binary else pulp.LpVariable(name, 0, high)

    nodes = [(kind, spec, at) for kind, spec in data["plants"].items() for at in spec["locations"].values()]
    sources: list[tuple[str, Json, list[Any]]] = []
    for product, spec in data["products"].items():
        limit = series(spec.get("disposal limit (tonne)", 0.0), years)
        price = series(spec.get("disposal cost ($/tonne)", 0.0), years)
        gone = []
        for at in spec.get("initial amounts", {}).values():
            waste = [var(a) for a in at["amount (tonne)"]]
            gone.append(waste)
            cost += [price[t] * waste[t] for t in time]
            buy = series(spec.get("acquisition cost ($/tonne)", 0.0), years)
            cost += [buy[t] * (at["amount (tonne)"][t] - waste[t]) for t in time]
            sources.append((product, at, [at["amount (tonne)"][t] - waste[t] for t in time]))
        for t in time:
            if gone:
                program += pulp.lpSum(w[t] for w in gone) <= limit[t]
    processed, arriving = [], {n: [[] for _ in time] for n in range(len(nodes))}
    for _kind, spec, at in nodes:
        run = [var() for _ in time]
        processed.append(run)
        for product, rate in spec.get("outputs (tonne/tonne)", {}).items():
            how = at.get("disposal", {}).get(product)
            high = series(how.get("limit (tonne)", 1e8) if how else 0.0, years)
            price = series(how["cost ($/tonne)"] if how else 0.0, years)
            waste = [var(high[t]) for t in time]
            cost += [price[t] * waste[t] for t in time]
            sources.append((product, at, [rate * run[t] - waste[t] for t in time]))
    for product, origin, out in sources:
        rate = series(data["products"][product]["transportation cost ($/km/tonne)"], years)
        for t in time:
            sent = []
            for n, (_kind, spec, at) in enumerate(nodes):
                if spec["input"] == product:
                    flow = var()
                    sent.append(flow)
                    arriving[n][t].append(flow)
                    cost.append(rate[t] * km(origin, at, digits) * flow)
            program += pulp.lpSum(sent) == out[t]
    for n, (_kind, _spec, at) in enumerate(nodes):
        sizes = sorted((float(k), v) for k, v in at["capacities (tonne)"].items())
        low, high = sizes[0], sizes[-1]
        room = high[0] - low[0]
        store = at.get("storage", {"limit (tonne)": 0.0, "cost ($/tonne)": [0.0] * years})
        opened, is_open = [var(binary=True) for _ in time], [var(binary=True) for _ in time]
        more = [var(room) for _ in time]
        kept = [var(store["limit (tonne)"]) for _ in time]
        program += kept[-1] == 0
        for t in time:
            before = is_open[t - 1] if t else 0
            program += is_open[t] == before + opened[t]
            if t + 1 not in building:
                program += opened[t] == 0
            program += processed[n][t] <= high[0] * is_open[t]
            program += processed[n][t] <= low[0] + more[t]
            if t:
                program += more[t] >= more[t - 1]
            program += pulp.lpSum(arriving[n][t]) + (kept[t - 1] if t else 0) == kept[t] + processed[n][t]
            cost.append(low[1]["opening cost ($)"][t] * opened[t] + low[1]["fixed operating cost ($)"][t] * is_open[t])
            cost.append(low[1]["variable operating cost ($/tonne)"][t] * processed[n][t])
            cost.append(store["cost ($/tonne)"][t] * kept[t])
            if room:
                fixed = high[1]["fixed operating cost ($)"][t] - low[1]["fixed operating cost ($)"][t]
                price = high[1]["opening cost ($)"][t] - low[1]["opening cost ($)"][t]
                cost.append(fixed / room * more[t] + price / room * (more[t] - (more[t - 1] if t else 0)))
    return solved(program, pulp.lpSum(cost))


def new(data: Json) -> float | None:
    """Release 0.7: centres that sell and collect, mixes, capacity that may be given back, limits on emissions."""
    years = data["parameters"]["time horizon (years)"]
    time = range(years)
    building = data["parameters"]["building period (years)"]
    plants, centers, products = data["plants"], data["centers"], data["products"]
    program, cost = pulp.LpProblem(), []
    count = iter(range(10**9))

    def var(high: float | None = None, binary: bool = False) -> pulp.LpVariable:
        name = f"x{next(count)}"
        return pulp.LpVariable(name, cat="Binary") if binary else pulp.LpVariable(name, 0, high)

    outs = [(n, p, m) for n, p in plants.items() for m in p["output (tonne)"]]
    outs += [(n, c, m) for n, c in centers.items() for m in c["outputs"]]
    ins = [(n, p, m) for n, p in plants.items() for m in p["input mix (%)"]]
    ins += [(n, c, c["input"]) for n, c in centers.items() if c["input"]]
    gas: dict[str, list[list[Any]]] = {g: [[] for _ in time] for g in data.get("emissions", {})}
    send: dict[tuple[str, str, int], list[Any]] = {}
    come: dict[tuple[str, str, int], list[Any]] = {}
    for u, a, m in outs:
        for v, b, m2 in ins:
            if m != m2 or u == v:
                continue
            far = km(a, b, 3)
            for t in time:
                flow = var()
                send.setdefault((u, m, t), []).append(flow)
                come.setdefault((v, m, t), []).append(flow)
                cost.append(series(products[m]["transportation cost ($/km/tonne)"], years)[t] * far * flow)
                if u in centers:
                    cost.append(series(a["collection cost ($/tonne)"][m], years)[t] * flow)
                for g, rate in products[m].get("transportation emissions (tonne/km/tonne)", {}).items():
                    if g in gas:
                        gas[g][t].append(series(rate, years)[t] * far * flow)
    waste: dict[tuple[str, int], list[Any]] = {}

    def dispose(at: Json, m: str, t: int) -> Any:
        high = series(at["disposal limit (tonne)"][m], years, math.inf)[t]
        gone = var(None if math.isinf(high) else high)
        waste.setdefault((m, t), []).append(gone)
        cost.append(series(at["disposal cost ($/tonne)"][m], years)[t] * gone)
        return gone

    for n, c in centers.items():
        took = [pulp.lpSum(come.get((n, c["input"], t), [])) for t in time]
        for t in time:
            cost.append(series(c["operating cost ($)"], years)[t])
            if c["input"]:
                cost.append(-series(c["revenue ($/tonne)"], years)[t] * took[t])
            for m in c["outputs"]:
                share = c["variable output (tonne/tonne)"][m]
                share = share if isinstance(share, list) else [share] * years
                back = pulp.lpSum(s * took[t - i] for i, s in enumerate(share) if i <= t)
                have = back + series(c["fixed output (tonne)"][m], years)[t]
                program += have == pulp.lpSum(send.get((n, m, t), [])) + dispose(c, m, t)
    for n, p in plants.items():
        small, large = p["capacities"][0], p["capacities"][-1]
        room = large["size (tonne)"] - small["size (tonne)"]
        x, more, run = [var(binary=True) for _ in time], [var() for _ in time], [var() for _ in time]
        first, grown = (
            int(p["initial capacity (tonne)"] > 0),
            max(0, p["initial capacity (tonne)"] - small["size (tonne)"]),
        )
        kept = {m: [var(None if math.isinf(h) else h) for h in series(p["storage limit (tonne)"][m], years, math.inf)] for m in p["input mix (%)"]}  # fmt: skip
        for m in kept:
            program += kept[m][-1] == 0
        for t in time:
            before = x[t - 1] if t else first
            program += x[t] >= before
            if t + 1 not in building:
                program += x[t] <= before
            cost.append(series(small["opening cost ($)"], years)[t] * (x[t] - before))
            cost.append(series(small["fixed operating cost ($)"], years)[t] * x[t])
            program += more[t] <= room * x[t]
            program += run[t] <= small["size (tonne)"] * x[t] + more[t]
            if room:
                grow = more[t] - (more[t - 1] if t else grown)
                for key, by in (("opening cost ($)", grow), ("fixed operating cost ($)", more[t])):
                    cost.append((series(large[key], years)[t] - series(small[key], years)[t]) / room * by)
            for m, share in p["input mix (%)"].items():
                came = pulp.lpSum(come.get((n, m, t), []))
                cost.append(series(small["variable operating cost ($/tonne)"], years)[t] * came)
                cost.append(series(p["storage cost ($/tonne)"][m], years)[t] * kept[m][t])
                was = kept[m][t - 1] if t else 0
                program += came + was - kept[m][t] == series(share, years)[t] / 100 * run[t]
            for m, rate in p["output (tonne)"].items():
                program += series(rate, years)[t] * run[t] == pulp.lpSum(send.get((n, m, t), [])) + dispose(p, m, t)
            for g, rate in p["processing emissions (tonne)"].items():
                if g in gas:
                    gas[g][t].append(series(rate, years)[t] * run[t])
    for (m, t), gone in waste.items():
        high = series(products[m].get("disposal limit (tonne)"), years, math.inf)[t]
        if math.isfinite(high):
            program += pulp.lpSum(gone) <= high
    for g, held in data.get("emissions", {}).items():
        for t in time:
            high = series(held["limit (tonne)"], years, math.inf)[t]
            cost.append(series(held["penalty ($/tonne)"], years)[t] * pulp.lpSum(gas[g][t]))
            if math.isfinite(high):
                program += pulp.lpSum(gas[g][t]) <= high
    return solved(program, pulp.lpSum(cost))
