"""The closed loop with dismantlers, stated in plain PuLP as Wang and Hsu's model is retold, set by set of open sites."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import pulp
import pytest

from balik.api import solve
from twins.rawcases import by_cbc, changes, rows

CASE = "lingkar-pembongkar"
#: The arcs of each material, by kinds.
ARCS = {
    "x": ("pemasok", "pabrik", "badan"), "y": ("pabrik", "gudang", "kartrid"), "z": ("gudang", "pelanggan", "kartrid"),
    "back": ("pelanggan", "gudang", "kartrid-bekas"), "o": ("gudang", "pembongkar", "kartrid-bekas"),
    "again": ("pembongkar", "pabrik", "badan"),
}  # fmt: skip


@cache
def data(scenario: str | None) -> dict[str, Any]:
    """The figures of the case, as a paper would list them."""
    kind: dict[str, list[str]] = {}
    for r in rows(CASE, "places"):
        kind.setdefault(r["kind"], []).append(r["place"])
    change = {(t, c, where): (op, float(v)) for (t, c, where), (op, v) in changes(CASE, scenario).items()}

    def told(table: str, column: str, where: str, value: float) -> float:
        op, other = change.get((table, column, where), ("*=", 1.0))
        return other if op == "=" else value * other

    km = {(r["origin"], r["dest"]): float(r["km"]) for r in rows(CASE, "distances")}
    limits = {r["place"]: float(r["least"]) for r in rows(CASE, "limits") if r["least"]}
    extra = rows(CASE, "limits", scenario) if scenario == "batas-tpa" else []
    return {
        "kind": kind, "km": km | {(j, i): d for (i, j), d in km.items()},
        "rate": {r["material"]: float(r["full_rate [Rp/unit/km]"]) for r in rows(CASE, "modes")},
        "a": {r["place"]: float(r["most"]) for r in rows(CASE, "supply") if r["material"] == "badan"},
        "price": {
            r["place"]: told("supply", "price", "material=badan", float(r["price"]))
            for r in rows(CASE, "supply") if r["material"] == "badan"
        },
        "paid": next(float(r["price"]) for r in rows(CASE, "supply") if r["material"] == "kartrid-bekas"),
        "d": {r["place"]: float(r["amount"]) for r in rows(CASE, "demand") if r["amount"]},
        "phi": -told("demand", "price", "material=rusak", next(float(r["price"]) for r in rows(CASE, "demand") if r["price"])),
        "room": {r["place"]: float(r["capacity"]) for r in rows(CASE, "sites")},
        "fixed": {r["place"]: float(r["running_cost"]) for r in rows(CASE, "sites")},
        "cost": {r["place"]: float(r["cost"]) for r in rows(CASE, "processes")},
        "pc": {r["place"]: told("resources", "capacity", "", float(r["capacity"])) for r in rows(CASE, "resources")},
        "pd": {r["place"]: float(r["rate"]) for r in rows(CASE, "recipes") if r["material"] == "rusak"},
        "pl": {i: told("limits", "least", "quantity=collect", v) for i, v in limits.items()},
        "most": next(float(r["share"]) for r in rows(CASE, "returns")),
        "landfill": next((float(r["most"]) for r in extra if r["most"]), 1.0),
    }  # fmt: skip


def loop(scenario: str | None, opened: set[str] | None = None) -> tuple[str, float]:
    """The least cost, with these sites open and no others (None: whichever are best)."""
    p, kind = data(scenario), data(scenario)["kind"]
    program = pulp.LpProblem("loop", pulp.LpMinimize)
    sites = [*kind["pabrik"], *kind["gudang"], *kind["pembongkar"]]
    yes = {
        j: pulp.LpVariable(f"yes_{j}".replace("-", "_"), 0, 1, "Integer") if opened is None else float(j in opened)
        for j in sites
    }
    flow = {
        name: {(i, j): pulp.LpVariable(f"{name}_{i}_{j}".replace("-", "_"), 0) for i in kind[a] for j in kind[b]}
        for name, (a, b, _) in ARCS.items()
    }

    def out(name: str, i: str) -> Any:
        return pulp.lpSum(v for (a, _), v in flow[name].items() if a == i)

    def into(name: str, j: str) -> Any:
        return pulp.lpSum(v for (_, b), v in flow[name].items() if b == j)

    moved = pulp.lpSum(p["rate"][ARCS[n][2]] * p["km"][arc] * v for n, arcs in flow.items() for arc, v in arcs.items())
    dumped = {m: p["pd"][m] * into("o", m) for m in kind["pembongkar"]}
    program += (
        moved + pulp.lpSum(p["fixed"][j] * yes[j] for j in sites)
        + pulp.lpSum(p["price"][i] * out("x", i) for i in kind["pemasok"])
        + pulp.lpSum(p["paid"] * out("back", i) for i in kind["pelanggan"])
        + pulp.lpSum(p["cost"][j] * out("y", j) for j in kind["pabrik"])
        + pulp.lpSum(p["cost"][m] * into("o", m) for m in kind["pembongkar"])
        + pulp.lpSum((p["phi"] + p["rate"]["rusak"] * p["km"][m, "tpa"]) * v for m, v in dumped.items())
    )  # fmt: skip
    for i in kind["pemasok"]:
        program += out("x", i) <= p["a"][i]
    for j in kind["pabrik"]:
        program += into("x", j) + into("again", j) == out("y", j)
        program += out("y", j) <= p["room"][j] * yes[j]
    for k in kind["gudang"]:
        program += into("y", k) == out("z", k)
        program += into("back", k) == out("o", k)
        program += out("z", k) + out("o", k) <= p["room"][k] * yes[k]
        program += out("o", k) <= p["pc"][k] * yes[k]
    for i in kind["pelanggan"]:
        program += into("z", i) == p["d"][i]
        program += out("back", i) >= p["pl"][i] * p["d"][i]
        program += out("back", i) <= p["most"] * p["d"][i]
    for m in kind["pembongkar"]:
        program += out("again", m) == (1 - p["pd"][m]) * into("o", m)
        program += into("o", m) <= p["room"][m] * yes[m]
    program += pulp.lpSum(dumped.values()) <= p["landfill"] * pulp.lpSum(out("back", i) for i in kind["pelanggan"])
    status = by_cbc(program)
    return status, float(pulp.value(program.objective)) if status == "optimal" else float("inf")


@pytest.mark.parametrize("scenario", [None, "badan-murah", "tpa-mahal", "batas-tpa", "ruang-bebas", "pulih-penuh"])
def test_the_loop_agrees(scenario: str | None) -> None:
    plan, (status, cost) = solve(CASE, scenario), loop(scenario)
    assert plan.status == status
    if status == "optimal":
        assert plan.verified and plan.cost == pytest.approx(cost, abs=1)


def test_every_set_of_sites() -> None:
    """Of all 128 sets of open sites the best is the plan's."""
    sites = [r["place"] for r in rows(CASE, "sites")]
    found = {
        chosen: loop(None, set(chosen))[1] for n in range(len(sites) + 1) for chosen in itertools.combinations(sites, n)
        if _may_do(set(chosen))
    }  # fmt: skip
    best = min(found, key=lambda s: found[s])
    plan = solve(CASE)
    assert sorted(best) == sorted(s["place"] for s in plan.open)
    assert plan.cost == pytest.approx(found[best], abs=0.1)


def _may_do(opened: set[str]) -> bool:
    """Whether the sites have room for what is sold and what must come back: the others have no plan."""
    p = data(None)
    sold, back = sum(p["d"].values()), sum(p["pl"][i] * p["d"][i] for i in p["d"])
    kind = {k: opened & set(p["kind"][k]) for k in ("pabrik", "gudang", "pembongkar")}
    room = {k: sum(p["room"][j] for j in names) for k, names in kind.items()}
    return room["pabrik"] >= sold and room["gudang"] >= sold + back and room["pembongkar"] >= back
