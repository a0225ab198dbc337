"""Random small networks, from tables to plan, against every decision that there is.

Sources, hubs in sizes, a market; whole trips, single sourcing, limits. All data are whole, so that with trips and sites
decided a best plan has whole flows (the rest is a network with whole bounds): all plans of whole flows are counted out
in numpy, each priced by the sums of the contract. Nothing of balik and no solver is used for it. A limit that is no
bound of the network (on emissions) stands only where everything is brought to one hub each, so that nothing is divisible.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import pytest

import balik
from twins.oracle import SmallCase

INF = float("inf")


@dataclass
class Net:
    """A random case, as numbers: lanes first from every source to every hub, then from every hub to the market."""

    amount: list[int]
    fixed: bool  # everything must be collected
    single: bool
    whole: tuple[bool, bool]  # trips of vans, of lorries
    payload: tuple[int, int]
    rates: list[tuple[int, int, int, int, float]]  # full, loaded, empty, trip cost, co2 of each mode
    km: np.ndarray  # source × hub
    km_out: np.ndarray  # hub
    fee: np.ndarray  # source × hub
    price: int
    left_cost: int
    sale: int
    sizes: list[list[dict[str, Any]]]  # by hub
    status: list[str]
    limits: list[dict[str, Any]]


def draw(seed: int) -> Net:
    """A random network."""
    r = Random(seed)
    sources, hubs = r.randint(2, 3), r.randint(2, 3)
    amount = [r.randint(1, 5 if sources == 2 else 4) for _ in range(sources)]
    fixed, single = r.random() < 0.5, r.random() < 0.4
    whole = (r.random() < 0.7, r.random() < 0.4)
    rates = [
        (r.randint(0, 3), r.randint(0, 4), r.randint(0, 3), r.randint(0, 20), r.randint(0, 4) / 4) for _ in range(2)
    ]
    sizes, status, total = [], [], sum(amount)
    for _ in range(hubs):
        listed = []
        for k in range(r.randint(1, 2)):
            row = {"capacity": max(1, round(total * r.choice([0.3, 0.5, 0.8, 1.0]))) + k * r.randint(1, 4)}
            row |= {
                "opening_cost": r.randint(0, 80) + k * r.randint(0, 40),
                "running_cost": r.randint(0, 30),
                "unit_cost": r.randint(0, 5),
            }
            row["least"] = min(r.choice([0, 0, 0, 1, 2]), row["capacity"])
            listed.append(row)
        sizes.append(listed)
        status.append(r.choice(["candidate"] * 4 + ["open", "closed"]) if len(listed) == 1 else "candidate")
    net = Net(
        amount, fixed, single, whole, (r.randint(1, 3), r.randint(1, 5)), rates,
        np.array([[r.randint(1, 20) for _ in range(hubs)] for _ in amount]), np.array([r.randint(1, 20) for _ in range(hubs)]),
        np.array([[r.randint(0, 6) for _ in range(hubs)] for _ in amount]), r.randint(-9, 5), r.choice([0, 0, 8, 60]),
        r.choice([-3, 0, 15, 60, 120]), sizes, status, [],
    )  # fmt: skip
    net.limits = limits(net, r)
    return net


def limits(net: Net, r: Random) -> list[dict[str, Any]]:
    """Up to two limits."""
    total, hubs = sum(net.amount), len(net.sizes)
    offers: list[dict[str, Any]] = [
        {"quantity": "open", "most": r.randint(1, hubs)},
        {"quantity": "flow", "dest": "each", "material": "m", "most": r.randint(max(1, total // 2), total)},
        {"quantity": "collect", "least": r.randint(0, total)},
        {"quantity": "flow", "origin": "A0", "dest": "H0", "most": r.randint(0, net.amount[0])},
    ]
    if net.whole[0]:
        offers.append({"quantity": "trips", "mode": "van", "most": r.randint(total // net.payload[0], total)})
    if net.single and net.fixed:
        offers += [{"quantity": "co2", "most": r.randint(2, 40) * total}] * 2
        offers += [{"quantity": "cost", "account": "transport", "most": r.randint(10, 60) * total}] * 2
    return r.sample(offers, r.choice([0, 1, 1, 2]))


def written(net: Net) -> SmallCase:
    """The case as tables."""
    sources, hubs = range(len(net.amount)), range(len(net.sizes))
    tables: dict[str, list[dict[str, Any]]] = {
        "places": [{"place": f"A{i}"} for i in sources] + [{"place": f"H{j}"} for j in hubs] + [{"place": "W"}],
        "materials": [{"material": "m", "unit": "unit"}],
        "modes": [
            {"mode": mode, "payload": net.payload[k], "full_rate": full, "loaded_rate": loaded, "empty_rate": empty,
             "trip_cost": trip, "full_co2": co2, "whole_trips": "yes" if net.whole[k] else "no"}
            for k, (mode, (full, loaded, empty, trip, co2)) in enumerate(zip(("van", "lorry"), net.rates, strict=True))
        ],
        "lanes": [
            {"origin": f"A{i}", "dest": f"H{j}", "material": "m", "mode": "van", "km": net.km[i, j], "fee": net.fee[i, j],
             "single": "yes" if net.single else "no"}
            for i in sources for j in hubs
        ] + [{"origin": f"H{j}", "dest": "W", "material": "m", "mode": "lorry", "km": net.km_out[j], "single": "no"} for j in hubs],
        "supply": [
            {"place": f"A{i}", "material": "m", "amount" if net.fixed else "most": net.amount[i], "price": net.price,
             "left_cost": net.left_cost}
            for i in sources
        ],
        "demand": [{"place": "W", "material": "m", "price": net.sale}],
        "sites": [
            {"place": f"H{j}", "size": f"s{k}", "status": net.status[j], **row}
            for j in hubs for k, row in enumerate(net.sizes[j])
        ],
    }  # fmt: skip
    if net.limits:
        tables["limits"] = [{"limit": f"l{k}", **row} for k, row in enumerate(net.limits)]
    return SmallCase(tables, {"title": "every decision", "finance": {"one_off": "once"}})


def moved(net: Net, mode: int, amount: np.ndarray, km: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Money for transport, for trips, and the number of trips."""
    full, loaded, empty, trip, _ = net.rates[mode]
    trips = amount / net.payload[mode]
    if net.whole[mode]:
        trips = np.ceil(trips)
    return amount * km * full + trips * km * (loaded + empty), trips * trip, trips


def every_plan(net: Net) -> tuple[float, set[frozenset[tuple[str, str]]]]:
    """The least cost (inf: there is no plan), and every set of open sites that reaches it."""
    hubs = len(net.sizes)
    splits = [
        [x for x in itertools.product(range(n + 1), repeat=hubs)
         if (sum(x) == n if net.fixed else sum(x) <= n) and (not net.single or sum(v > 0 for v in x) <= 1)]
        for n in net.amount
    ]  # fmt: skip
    index = np.indices([len(s) for s in splits]).reshape(len(splits), -1)
    x = np.stack([np.array(s)[at] for s, at in zip(splits, index, strict=True)], 1).astype(float)  # plan × source × hub
    into, collected = x.sum(1), x.sum((1, 2))
    transport, trip, trips = moved(net, 0, x, net.km)
    transport_out, trip_out, _ = moved(net, 1, into, net.km_out)
    haul = transport.sum((1, 2)) + transport_out.sum(1)
    cost = haul + trip.sum((1, 2)) + trip_out.sum(1) + (x * net.fee).sum((1, 2)) + collected * (net.price - net.sale)
    cost += (sum(net.amount) - collected) * net.left_cost
    best: list[dict[int, tuple[float, list[str]]]] = []
    for j in range(hubs):
        best.append({f: at_hub(net, j, f) for f in np.unique(into[:, j]).astype(int).tolist()})
        cost += np.array([best[j][int(f)][0] for f in into[:, j]])
    opened = (into > 0) | (np.array(net.status) == "open")
    for row in net.limits:
        flow = x[:, 0, 0] if "origin" in row else np.maximum(into.max(1), collected)
        co2 = net.rates[0][4] * (x * net.km).sum((1, 2)) + net.rates[1][4] * (into * net.km_out).sum(1)
        values = {
            "open": opened.sum(1),
            "collect": collected,
            "trips": trips.sum((1, 2)),
            "cost": haul,
            "co2": co2,
            "flow": flow,
        }
        value = values[row["quantity"]]
        cost = np.where((value <= row.get("most", INF) + 1e-9) & (value >= row.get("least", -INF) - 1e-9), cost, INF)
    least = float(cost.min())
    sets = set()
    for plan in np.flatnonzero(cost <= least + 1e-9 * max(1.0, abs(least))) if least < INF else ():
        choices = [[(f"H{j}", s) for s in best[j][int(f)][1]] or [None] for j, f in enumerate(into[plan])]
        sets |= {frozenset(c for c in choice if c) for choice in itertools.product(*choices)}
    return least, sets


def at_hub(net: Net, j: int, flow: int) -> tuple[float, list[str]]:
    """What a hub costs with this flow, and the sizes that cost so little; none where it is closed."""
    if flow == 0 and net.status[j] != "open":
        return 0.0, []
    if net.status[j] == "closed":
        return INF, []
    costs = {
        f"s{k}": float(row["opening_cost"] + row["running_cost"] + row["unit_cost"] * flow)
        for k, row in enumerate(net.sizes[j]) if row["least"] <= flow <= row["capacity"]
    }  # fmt: skip
    least = min(costs.values(), default=INF)
    return least, [size for size, cost in costs.items() if cost == least]


def check(seed: int) -> str:
    """Hold the plan of a random network against every decision; returns its status."""
    net = draw(seed)
    case = written(net)
    plan = balik.solve(case.columns(), settings=case.settings)
    least, sets = every_plan(net)
    if least == INF:
        assert plan.status == "infeasible" and plan.cost is None, (seed, plan)
        return plan.status
    assert plan.status == "optimal" and plan.verified, (seed, plan)
    assert plan.cost == pytest.approx(least, rel=1e-6, abs=1e-6), (seed, plan.cost, least)
    found = frozenset((s["place"], s["size"]) for s in plan.open)
    assert found in sets or least == 0, (seed, found, sets)
    return plan.status


@pytest.mark.parametrize("block", range(4))
def test_the_best_of_all_decisions_is_found(block: int) -> None:
    seen = [check(seed) for seed in range(25 * block, 25 * block + 25)]
    assert 12 <= seen.count("optimal") < 25


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_best_of_all_decisions_is_found_often(block: int) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        check(seed)
