"""Random small networks in which what is sold comes back, deposits are taken, and offers are made: both agree."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from balik.api import solve
from twins.oracle import SmallCase, Twin
from twins.smallcases import GOOD, REST, network_case
from twins.test_general_twin import agree, changed

SEEDS = range(3000, 3060)
DROPS = range(4000, 4040)
EMPTY, ASKED = "kosong", "titipan"


def num(r: Random, low: float, high: float, step: float = 0.5) -> float:
    """A short number between two."""
    return round(r.randint(round(low / step), round(high / step)) * step, 6)


def comeback_case(seed: int) -> SmallCase:
    """A network of every feature, whose good product comes back empty and is refilled or thrown away."""
    r, case = Random(seed), network_case(seed)
    t = case.tables
    unit = next(m["unit"] for m in t["materials"] if m["material"] == GOOD)
    t["materials"].append({"material": EMPTY, "unit": r.choice(["kg", "dus"]), "mass": ""})
    if t["materials"][-1]["unit"] == "dus":
        t["materials"][-1]["mass"] = 2
    kg = (1000.0 if unit == "t" else 1.0) / (2 if t["materials"][-1]["mass"] else 1)  # empties in a good one
    _returns(r, case, kg)
    t["lanes"] += [
        {"origin": "kind:pasar", "dest": "kind:pusat", "material": EMPTY, "fee": num(r, 0, 2)},
        {"origin": "kind:pasar", "dest": "D", "material": EMPTY, "fee": num(r, 0, 2)},
    ]
    t["demand"].append({"place": "D", "material": EMPTY, "price": num(r, -3, 2)})
    lag = min(row["lag"] for row in t["returns"])
    if lag > 0 or r.random() < 0.5:
        refill = lag > 0
        rate = {"material": GOOD, "rate": 0.9 / kg} if refill else {"material": REST, "rate": 0.9}
        t["recipes"] += [{"process": "isi", "material": EMPTY, "rate": -1}, {"process": "isi"} | rate]
        t["processes"].append({"process": "isi", "place": "kind:pusat", "cost": num(r, 0, 4)})
    if r.random() < 0.5:
        t["deposits"] = [{"sold": GOOD, "returned": EMPTY, "place": "*", "amount": num(r, 1, 8)}]
        if r.random() < 0.4:
            t["deposits"].append({"sold": GOOD, "returned": EMPTY, "place": "K1", "amount": num(r, 1, 8)})
    if r.random() < 0.6:
        _offers(r, case)
    if r.random() < 0.3:
        t.setdefault("limits", []).append(
            {"limit": "sisa-kosong", "quantity": "left", "material": EMPTY, "most": num(r, 0, 9)}
        )
    if r.random() < 0.25:
        alike = len({m["unit"] for m in t["materials"]}) == 1  # else amounts are weighed as mass
        word = r.choice(["left", "collect", "purchase"] if alike else ["purchase", "revenue"])
        case.settings["objective"] = {"cost": 1, word: r.choice([-2, 2])}
    return case


def _returns(r: Random, case: SmallCase, kg: float) -> None:
    t = case.tables
    repeated = any(row.get("repeats", 1) != 1 for row in t.get("periods", []))
    lags = [0] if repeated or len(t.get("periods", [1])) == 1 else r.choice([[0], [1], [1], [0, 1]])
    t["returns"] = [
        {"sold": GOOD, "returned": EMPTY, "lag": lag, "place": "*", "share": num(r, 0.25, 1, 0.25) * kg} for lag in lags
    ]
    if r.random() < 0.4:
        several = any(row["place"] == "K2" for row in t["places"])
        t["returns"].append(t["returns"][0] | {"place": "K1", "share": num(r, 0 if several else 0.25, 1, 0.25) * kg})
    if r.random() < 0.5:
        row = {"place": "K1", "material": EMPTY, "most": num(r, 0, 6), "price": num(r, -2, 2)}
        row |= {"left_cost": num(r, 0, 4)} if r.random() < 0.6 else {}
        row |= {"least": min(num(r, 0, 2), row["most"])} if r.random() < 0.4 else {}
        t["supply"].append(row)


def _offers(r: Random, case: SmallCase) -> None:
    t = case.tables
    t["materials"].append({"material": ASKED, "unit": "kg", "mass": ""})
    levels = [("rendah", 1, 5), ("sedang", 3, 9), ("tinggi", 6, 16)][: r.randint(1, 3)]
    t["offers"] = [
        {"place": "kind:asal", "material": ASKED, "level": level, "price": price, "amount": amount}
        for level, price, amount in levels
    ]
    if r.random() < 0.5:
        t["offers"].append(t["offers"][-1] | {"place": "S1", "price": num(r, 0, 5), "amount": num(r, 0, 12)})
    if r.random() < 0.4:
        t["supply"].append(
            {"place": "S2", "material": ASKED, "most": 0, "left_cost": num(r, 0, 3), "least": num(r, 0, 3)}
        )
    t["lanes"].append({"origin": "kind:asal", "dest": "D", "material": ASKED, "fee": num(r, 0, 1)})
    row = {"place": "D", "material": ASKED, "price": num(r, 0, 9)}
    t["demand"].append(row | ({"least": num(r, 1, 20), "shortage_cost": 7} if r.random() < 0.5 else {}))


def dropoff_case(seed: int) -> SmallCase:
    """A network whose sources bring a part of another material to hubs and markets themselves."""
    r, case = Random(seed), network_case(seed)
    t = case.tables
    t["materials"].append({"material": ASKED, "unit": "kg"})
    hubs = [row["place"] for row in t["places"] if row["kind"] == "pusat"]
    markets = [row["place"] for row in t["places"] if row["kind"] == "pasar"]
    sources = [row["place"] for row in t["places"] if row["kind"] == "asal"]
    t["distances"] = [row for row in t.get("distances", []) if row["origin"] not in sources]
    t["distances"] += [{"origin": i, "dest": j, "km": round(r.uniform(1, 60), 2)} for i in sources
                       for j in [*sources, *hubs, *markets, "D"] if i < j or j not in sources]  # fmt: skip
    for i in sources:
        row = {"place": i, "material": ASKED, "most": num(r, 4, 20), "price": num(r, 0, 2)}
        row |= {"left_cost": num(r, 0, 3)} if r.random() < 0.5 else {}
        row |= {"least": num(r, 0, 1)} if r.random() < 0.3 else {}
        t["supply"].append(row)
    if r.random() < 0.5:
        t["supply"].append({"place": "kind:pusat", "material": ASKED, "most": 0, "price": num(r, 0, 2)})
    dests = [*(["kind:pusat"] if r.random() < 0.8 else hubs[:1]), *(markets[:1] if r.random() < 0.4 else [])]
    steps = [("dekat", num(r, 8, 20), 0.8), ("sedang", num(r, 21, 40), 0.4), ("jauh", 70, num(r, 0, 0.2, 0.1))]
    t["dropoff"] = [
        {"place": "kind:asal", "dest": j, "material": ASKED, "step": step, "within": within, "share": share}
        for j in dests for step, within, share in steps[: r.randint(2, 3)]
    ]  # fmt: skip
    fee = num(r, 0, 2)
    t["lanes"] += [{"origin": k, "dest": "D", "material": ASKED, "fee": fee + more}
                   for k, more in (("kind:asal", num(r, 0, 4)), ("kind:pusat", 0), ("kind:pasar", 0))]  # fmt: skip
    t["demand"].append({"place": "D", "material": ASKED, "price": num(r, 1, 9)})
    if r.random() < 0.3:
        case.settings["objective"] = {"cost": 1, "purchase": r.choice([-2, 2])}
    return case


@pytest.mark.parametrize("seed", DROPS)
def test_networks_with_drop_off_agree(seed: int) -> None:
    agree(dropoff_case(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_returns_agree(seed: int) -> None:
    agree(comeback_case(seed))


def test_the_seeds_cover_every_word() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = comeback_case(seed)
        found = {f"{name}.{column}" for name, rows in case.tables.items() for row in rows for column in row}
        found |= {f"lag {row['lag']}" for row in case.tables["returns"]}
        seen.update(found)
    wanted = ["returns.share", "deposits.amount", "offers.amount", "recipes.rate", "lag 0", "lag 1"]
    assert all(seen[word] > 5 for word in wanted), seen


@pytest.mark.parametrize("seed", [3000, 3001, 3004])
def test_the_twin_sees_a_changed_plan(seed: int) -> None:
    case = comeback_case(seed)
    plan, twin = solve(case.columns(), settings=case.settings), Twin(case)
    assert plan.objective is not None
    for at in range(len(next(iter(plan.columns.get("collect", {}).values()), []))):
        assert twin.faults(changed(plan, "collect", at), plan.objective), at
