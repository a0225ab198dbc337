"""Random small networks with charges: balik and the twin agree, and the twin's rows hold for balik's plan."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from balik.api import solve
from twins.oracle import SmallCase, Twin
from twins.smallcases import network_case
from twins.test_general_twin import agree

SEEDS = range(5000, 5040)
AMOUNTS = ("flow", "collect", "deliver")
OTHERS = ("trips", "km", "transport", "run")


def charge_case(seed: int) -> SmallCase:
    """A random network with some charges, at one rate and in steps."""
    r = Random(seed)
    case = network_case(seed, tours=seed % 3 == 0)
    rows = case.tables["charges"] = []
    npv = case.settings["finance"]["one_off"] == "npv"
    for name in ["satu", "dua", "tiga"][: r.randint(1, 3)]:
        of = r.choice(AMOUNTS + OTHERS)
        row = {"charge": name, "of": of, "unit": r.choice(["kg", "t"]) if of in AMOUNTS else ""}
        thousand = 1000 if row["unit"] == "t" else 1
        if r.random() < 0.3:
            row["account"] = "pajak"
        if of in ("collect", "deliver", "run") and r.random() < 0.4:
            row["place" if r.random() < 0.6 else "kind"] = "each"
        kind = r.choice(["plain", "up", "down", "whole", "least"])
        if kind != "plain" and (npv or r.random() < 0.3):
            row["period"] = "each"
        size = 0.05 if of == "transport" else 1.0
        rates = sorted(r.sample([0.25, 0.5, 1, 2, 3], 2), reverse=kind == "down")
        if kind == "plain":
            rows.append(row | {"rate": r.choice([-0.5, 0.5, 1.5]) * size * thousand})
        elif kind == "least":
            rows.append(row | {"rate": rates[0] * size * thousand, "least": r.choice([4, 15])})
        else:
            border = r.choice([3, 7, 12]) / thousand
            on = {"on": "whole"} if kind == "whole" else {}
            rows.append(row | on | {"rate": rates[0] * size * thousand, "to": border})
            rows.append(row | on | {"rate": rates[1] * size * thousand, "from": border})
    if r.random() < 0.4:
        rows.append({"charge": "ppn", "of": rows[0].get("account") or "satu", "rate": 0.1})
    if r.random() < 0.3:
        case.settings["objective"] = {"cost": 1, rows[0].get("account") or "satu": r.choice([-0.4, -1.6, 2])}
    elif r.random() < 0.3:
        limit = {"limit": "pungut", "quantity": rows[0].get("account") or "satu", r.choice(["most", "least"]): 12}
        case.tables.setdefault("limits", []).append(limit)
    return case


@pytest.mark.parametrize("seed", SEEDS)
def test_networks_with_charges_agree(seed: int) -> None:
    agree(charge_case(seed))


def test_the_seeds_cover_what_charges_say() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        case = charge_case(seed)
        plan = solve(case.columns(), settings=case.settings)
        seen[plan.status] += 1
        for row in case.tables["charges"]:
            charged = plan.accounts is not None and plan.accounts.get(row.get("account") or row["charge"], 0.0)
            for column, cell in row.items():
                seen[f"{column} {cell}" if column in ("of", "on", "unit") else column] += bool(charged and cell)
    wanted = [
        *(f"of {of}" for of in (*AMOUNTS, *OTHERS, "satu")),
        "on whole",
        "least",
        "unit t",
        "place",
        "kind",
        "period",
    ]
    assert not {w for w in ("optimal", "infeasible", *wanted) if not seen[w]}, seen


def test_the_twin_sees_a_plan_that_is_charged_otherwise() -> None:
    case = charge_case(5000)
    plan, twin = solve(case.columns(), settings=case.settings), Twin(case)
    assert plan.objective is not None
    assert twin.faults(plan.columns, plan.objective) == []
    assert twin.faults(plan.columns, plan.objective + 0.5)
