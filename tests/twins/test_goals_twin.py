"""Goals on random networks: balik and the plain PuLP program, stage by stage, miss the same and cost the same."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from balik.api import solve
from twins.aiming import Aiming
from twins.oracle import SmallCase
from twins.smallcases import network_case

#: What is aimed at, and the scope column in which each label may have its own.
_AIMED = {
    "flow": "", "collect": "place", "deliver": "period", "run": "", "trips": "", "km": "", "co2": "", "cost": "",
    "transport": "period", "open": "", "tkm": "",
}  # fmt: skip
#: Amounts are those of one material, as their units differ.
_AMOUNTS = ("flow", "collect", "deliver")


def with_goals(seed: int, tours: bool = False) -> SmallCase:
    """A case with up to five goals in three priorities, around what its cheapest plan comes to."""
    case, chance = network_case(seed, tours), Random(7000 + seed)
    rows: list[dict[str, Any]] = []
    there = {"collect": "supply", "deliver": "demand", "open": "sites", "run": "processes"}
    known = [q for q in sorted(_AIMED) if q not in there or case.tables.get(there[q])]
    for k, quantity in enumerate(chance.sample(known, 5)):
        row: dict[str, Any] = {
            "goal": f"g{k}", "quantity": quantity, "target": round(chance.choice([1, 10, 100]) * chance.uniform(0.2, 9), 2),
            "sense": chance.choice(["at_most", "at_least", "equal"]), "priority": chance.randint(1, 3),
            "scale": chance.choice(["", round(chance.uniform(1, 50), 1)]),
        }  # fmt: skip
        if row["sense"] == "equal":
            row |= {"weight_over": chance.randint(1, 4), "weight_under": chance.randint(1, 4)}
        if quantity in _AMOUNTS:
            row["material"] = chance.choice([r["material"] for r in case.tables[there.get(quantity, "lanes")]])
        if _AIMED[quantity] and chance.random() < 0.4:
            row[_AIMED[quantity]] = "each"
        rows.append(row)
    case.tables["goals"] = rows
    return case


@pytest.mark.parametrize("seed", [*range(0, 30, 2), *range(1002, 1008, 2)])
def test_goals_agree(seed: int) -> None:
    case = with_goals(seed, tours=seed >= 1000)
    plan, (status, missed, objective, slack) = (
        solve(case.columns(), settings=case.settings, gap=1e-8),
        Aiming(case).staged(),
    )
    assert plan.status == status
    if status != "optimal":
        return
    assert plan.verified, plan.broken
    assert plan.objective is not None and plan.accounts is not None and objective is not None
    assert [s["value"] for s in plan.facts["stages"]] == pytest.approx(missed, abs=2e-6, rel=max(2e-6, 20 * slack))
    scale = max(1.0, sum(map(abs, plan.accounts.values())))
    assert plan.objective == pytest.approx(objective, abs=max(2e-5, 100 * slack) * scale)


@pytest.mark.parametrize(
    "scenario", [None, "jumlah-kedua", "lingkungan-dahulu", "jumlah-dahulu", "dibobot", "tanpa-sasaran"]
)
def test_the_batteries_follow_from_prices_by_the_piece(scenario: str | None) -> None:
    """The case by hand: each decision has a price and a saving of emissions; money goes where most is wanted."""
    from fractions import Fraction as F

    cost, saved = {"kabupaten": F(10980), "pulau": F(37080), "melted": F(18280)}, {
        "kabupaten": F("37.7105"), "pulau": F("37.358"), "melted": F("29.853"),
    }  # fmt: skip
    most, start, dampak = {"kabupaten": 270, "pulau": 180, "melted": 120}, F(252643400), F("33752.535")
    done = dict.fromkeys(most, F(0))

    def spend(what: str, room: F | None = None, need: F | None = None) -> None:
        """As much of it as there is, as money has room for, or as emissions need."""
        ends = (
            [F(most[what])]
            + ([room / cost[what]] if room is not None else [])
            + ([need / saved[what]] if need is not None else [])
        )
        done[what] = max(F(0), min(ends))

    def room() -> F:
        return 257_000_000 - start - sum(cost[k] * v for k, v in done.items())

    def need() -> F:
        return dampak - 15_000 - sum(saved[k] * v for k, v in done.items())

    if scenario in (None, "jumlah-kedua"):
        spend("kabupaten", room())
        spend("melted" if scenario is None else "pulau", room())
    elif scenario == "lingkungan-dahulu":
        for what in ("kabupaten", "melted", "pulau"):
            spend(what, need=need())
    elif scenario in ("jumlah-dahulu", "dibobot"):
        spend("kabupaten"), spend("pulau")
        if scenario == "dibobot":
            spend("melted", need=need())
    plan = solve("aki-delapan-pelaku", scenario)
    assert plan.verified and plan.status == "optimal"
    assert plan.cost == pytest.approx(float(start + sum(cost[k] * v for k, v in done.items())), abs=0.01)
    assert plan.measures["dampak"] == pytest.approx(
        float(dampak - sum(saved[k] * v for k, v in done.items())), abs=1e-4
    )
    sold = [a for p, m, a in zip(*(plan.columns["deliver"][c] for c in ("place", "material", "amount")), strict=True)
            if (p, m) == ("pasar", "aki-bekas")]  # fmt: skip
    assert sum(sold) == pytest.approx(float(120 - done["melted"]), abs=1e-6)
