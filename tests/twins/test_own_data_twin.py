"""The bundled cases with data of our own, each stated once more in plain PuLP and solved by CBC."""

from __future__ import annotations

import itertools
from typing import Any

import pulp
import pytest

from balik.api import prepare, solve
from twins.oracle import SmallCase, Twin
from twins.rawcases import by_cbc, changes, rows

GAP = 1e-7


def number(cell: str) -> float:
    """A number, or a fraction as the tables write it."""
    above, _, below = cell.partition("/")
    return float(above) / float(below or 1)


@pytest.mark.parametrize(
    ("case", "scenario"),
    [
        *(("plastik-jabodetabek-rinci", s) for s in (None, "cetak", "semua-hidup", "truk-bersama", "rit-utuh")),
        ("delapan-jaringan", None),
        *(("titik-jemput-acak", s) for s in (None, "sepi", "puncak")),
        *(("pusat-daur-ulang", s) for s in (None, "tanpa-cadangan", "layanan-99", "tingkat-layanan", "harga-timbal-turun", "batas-b3")),
    ],
)
def test_the_general_twin_agrees(case: str, scenario: str | None) -> None:
    tables = prepare(case, scenario).tables
    left = {n: t.columns for n, t in tables.tables.items() if n not in ("changes", "scenarios", "expected")}
    cells = {n: [dict(zip(c, r, strict=True)) for r in zip(*c.values(), strict=True)] for n, c in left.items()}
    plan, twin = solve(case, scenario), Twin(SmallCase(cells, dict(tables.settings)))
    status, objective = twin.solve()
    assert (status, plan.status) == ("optimal", "optimal") and plan.objective is not None and plan.accounts is not None
    assert plan.objective == pytest.approx(objective, abs=GAP * sum(map(abs, plan.accounts.values())))
    assert twin.faults(plan.columns, plan.objective) == []


# -- electronic waste ----------------------------------------------------------------------------------------------


def weee(scenario: str | None) -> tuple[str, float]:
    """Collection by kind, town, facility and year; hands in whole workers and overtime."""

    def of(table: str) -> list[dict[str, str]]:
        return rows("weee-dua-target", table)

    mass = {r["material"]: float(r["mass"] or 1) for r in of("materials")}
    years, kinds = ("2026", "2027"), [r["label"] for r in of("groups")]
    towns = [r["place"] for r in of("places") if r["kind"] == "kota"]
    plants = [r["place"] for r in of("places") if r["kind"] == "fasilitas"]
    km = {(r["origin"], r["dest"]): float(r["km"]) for r in of("distances")}
    trip = {
        r["material"]: (float(r["loaded_rate"]) + float(r["empty_rate"])) / float(r["payload"]) for r in of("modes")
    }
    sold = {r["material"]: (r["place"], float(r["price"])) for r in of("demand")}
    made = {(r["process"], r["material"]): float(r["rate"]) for r in of("recipes")}
    cost = {r["process"]: float(r["cost"]) for r in of("processes")}
    there = {(r["place"], r["material"], r["period"]): r for r in of("supply")}
    hours = {(r["process"], r["resource"]): number(r["rate"]) for r in of("uses")}
    machine = {r["place"]: float(r["capacity"]) for r in of("resources") if r["resource"] == "mesin"}
    market = {(r["place"], r["material"], r["period"]): float(r["amount"]) for r in of("market")}

    program = pulp.LpProblem("weee", pulp.LpMinimize)
    x = {
        (k, i, j, t): pulp.LpVariable(f"x_{k}_{i}_{j}_{t}".replace("-", "_"), 0)
        for k, i, j, t in itertools.product(kinds, towns, plants, years)
    }
    crew = {(j, t): pulp.LpVariable(f"w_{j}_{t}".replace("-", "_"), 0, 10, "Integer") for j in plants for t in years}
    over = {(j, t): pulp.LpVariable(f"o_{j}_{t}".replace("-", "_"), 0, 300) for j in plants for t in years}
    money: list[Any] = [cost["pekerja"] * v for v in crew.values()] + [cost["lembur"] * v for v in over.values()]
    for (k, i, j, t), v in x.items():
        piece = float(there[i, k, t]["price"]) + trip[k] * km[i, j] + cost[f"bongkar-{k}"]
        for out, (where, price) in sold.items():
            piece += made[f"bongkar-{k}", out] * (trip[out] * km[j, where] - price)
        money.append(piece * v)
    program += pulp.lpSum(money)
    for k, i, t in itertools.product(kinds, towns, years):
        program += pulp.lpSum(x[k, i, j, t] for j in plants) <= float(there[i, k, t]["most"])
    for j, t in itertools.product(plants, years):
        done = {k: pulp.lpSum(x[k, i, j, t] for i in towns) for k in kinds}
        program += pulp.lpSum(hours[f"bongkar-{k}", "mesin"] * v for k, v in done.items()) <= machine[j]
        hands = pulp.lpSum(hours[f"bongkar-{k}", "tenaga"] * v for k, v in done.items())
        program += hands <= 1800 * crew[j, t] + over[j, t]
    for t in years:
        mean = {k: sum(market[i, k, str(int(t) - lag)] for i in towns for lag in (1, 2, 3)) / 3 for k in kinds}
        came = {k: pulp.lpSum(x[k, i, j, t] for i in towns for j in plants) for k in kinds}
        if scenario in ("menurut-berat", "keduanya"):
            program += pulp.lpSum(mass[k] * (came[k] - 0.45 * mean[k]) for k in kinds) >= 0
        if scenario in ("menurut-unit", "keduanya"):
            program += pulp.lpSum(came[k] - 0.45 * mean[k] for k in kinds) >= 0
        if scenario == "tiap-jenis":
            for k in kinds:
                program += came[k] >= 0.45 * mean[k]
    return by_cbc(program), float(pulp.value(program.objective))


@pytest.mark.parametrize("scenario", [None, "menurut-berat", "menurut-unit", "keduanya", "tiap-jenis"])
def test_electronic_waste_agrees(scenario: str | None) -> None:
    plan, (status, cost) = solve("weee-dua-target", scenario), weee(scenario)
    assert plan.verified and plan.status == status == "optimal"
    assert plan.cost == pytest.approx(cost, abs=100)  # CBC: workers of 60 million are whole within 1e-6


# -- the loop of the oil packages ----------------------------------------------------------------------------------


def loop(scenario: str | None) -> tuple[str, float]:
    """Sales by day; empties bought over the counter, kept, fetched on the round, and filled on a later day."""

    def of(table: str, name: str | None = None) -> list[dict[str, str]]:
        return rows("jerigen-padang-lingkar", table, name)

    sizes, shops, days = ("2L", "5L", "18L"), [f"grosir-{g}" for g in range(1, 5)], range(1, 9)
    need = {(g, z, t): 0.0 for g in shops for z in sizes for t in range(-1, 9)}
    for r in of("demand"):
        need[r["place"], r["material"].removeprefix("isi-"), int(r["period"])] = float(r["amount"])
    change = {where: float(value) for (_, _, where), (_, value) in changes("jerigen-padang-lingkar", scenario).items()}
    share = {}
    for r in of("returns"):
        lag = int(r["lag"])
        share[r["sold"].removeprefix("isi-"), lag] = change.get(f"lag={lag}", change.get("", float(r["share"])))
    paid = {r["material"]: float(r["price"]) for r in of("supply")}
    clean = {r["process"]: float(r["cost"]) for r in of("processes")}
    levy = sum(float(r["rate"]) for r in (of("charges", scenario) if scenario else []))
    plastic = {r["process"]: float(r["rate"]) for r in of("measures")}

    program = pulp.LpProblem("loop", pulp.LpMinimize)

    def some(name: str, most: float | None = None) -> dict[tuple[str, str, int], Any]:
        return {k: pulp.LpVariable(f"{name}_{k[0]}_{k[1]}_{k[2]}".replace("-", "_"), 0, most) for k in need if k[2] > 0}

    bought, kept, fetched = some("bought"), some("kept"), some("fetched")
    fresh = {(z, t): pulp.LpVariable(f"new_{z}_{t}", 0) for z in sizes for t in days}
    again = {(z, t): pulp.LpVariable(f"again_{z}_{t}", 0) for z in sizes for t in days}
    plant = {(z, t): pulp.LpVariable(f"plant_{z}_{t}", 0) if t else 0 for z in sizes for t in range(9)}
    rounds = {t: pulp.LpVariable(f"round_{t}", 0, None, "Integer") for t in days}
    lorries = {t: pulp.LpVariable(f"lorry_{t}", 0, None, "Integer") for t in days}
    program += (
        pulp.lpSum(paid[f"kosong-{z}"] * v for (_, z, _), v in bought.items())
        + pulp.lpSum(50 * v for v in kept.values())
        + pulp.lpSum(50 * v for (_, t), v in plant.items() if t)
        + pulp.lpSum((paid[f"baru-{z}"] + levy * plastic[f"isi-baru-{z}"]) * v for (z, _), v in fresh.items())
        + pulp.lpSum(clean[f"isi-ulang-{z}"] * v for (z, _), v in again.items())
        + pulp.lpSum(44 * 6000 * rounds[t] + 400000 * lorries[t] for t in days)
    )
    for (g, z, t), v in bought.items():
        program += v <= sum(share[z, lag] * need[g, z, t - lag] for lag in (1, 2))
        program += (kept[g, z, t - 1] if t > 1 else 0) + v == fetched[g, z, t] + kept[g, z, t]
    for z, t in itertools.product(sizes, days):
        program += fresh[z, t] + again[z, t] == sum(need[g, z, t] for g in shops)
        program += plant[z, t - 1] + pulp.lpSum(fetched[g, z, t] for g in shops) == again[z, t] + plant[z, t]
        program += again[z, t] <= plant[z, t - 1]
    for t in days:
        full = [sum(need[g, z, t] for z in sizes) for g in shops]
        empty = [pulp.lpSum(fetched[g, z, t] for z in sizes) for g in shops]
        for at in range(5):  # what is on board after so many shops
            program += sum(full[at:]) + pulp.lpSum(empty[:at]) <= 800 * rounds[t]
        program += sum(full) + pulp.lpSum(empty) <= 1600 * rounds[t]
        program += (44 / 25 + 4) * rounds[t] <= 10 * lorries[t]
        if scenario == "truk-penuh":
            program += rounds[t] <= 1
            program += pulp.lpSum(empty) <= (0 if t in (2, 4, 5, 7) else 800)
    return by_cbc(program), float(pulp.value(program.objective))


@pytest.mark.parametrize("scenario", [None, "tanpa-kembali", "cukai", "cukai-rendah", "truk-penuh"])
def test_the_loop_agrees(scenario: str | None) -> None:
    plan, (status, cost) = solve("jerigen-padang-lingkar", scenario), loop(scenario)
    assert plan.verified and plan.status == status == "optimal"
    assert plan.cost == pytest.approx(cost, abs=1)
