"""Suryana's plastics chain in plain PuLP, from the paper's equations and the values of the case's files."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pulp
import pytest

from balik.api import solve
from twins.rawcases import amounts, by_cbc, changes, removed, rows

CASE = "plastik-jabodetabek"
SCENARIOS = [None, *(r["scenario"] for r in rows(CASE, "scenarios"))]
BANK, LAPAK, BANDAR, PABRIK, PASAR = "bank-sampah", "lapak", "bandar", "pabrik", "konsumen"


class Chain:
    """Households and pickers → bank sampah and lapak → bandar → recycler → market."""

    def __init__(self, scenario: str | None):
        self.problem = pulp.LpProblem("chain", pulp.LpMinimize)
        truck = rows(CASE, "modes")[0]
        self.payload, self.full, self.empty = (float(truck[c]) for c in ("payload", "full_rate", "empty_rate"))
        self.whole = changes(CASE, scenario).get(("modes", "whole_trips", "mode=pickup")) == ("=", "yes")
        self.transport: dict[str, Any] = {}
        self.trips: dict[str, Any] = {}
        given = {r["place"]: float(r["amount"]) for r in rows(CASE, "supply")}
        keeps = {r["process"]: float(r["rate"]) for r in rows(CASE, "recipes") if r["rate"] == "0.9"}
        rejects = {r["process"]: float(r["rate"]) for r in rows(CASE, "recipes") if r["rate"] == "0.1"}
        # W3 and W4 leave bank sampah and lapak by direct runs or by milk runs (equations of TCT53 and TCT54)
        made = {BANK: keeps["pemilahan"] * given["rumah-tangga"], LAPAK: keeps["pemilahan"] * given["pemulung"]}
        leaving: dict[str, list[Any]] = defaultdict(list)
        lanes = {r["origin"]: r for r in rows(CASE, "lanes") if r["mode"]}
        gone = removed(CASE, "lanes", scenario, "origin")
        for place in (BANK, LAPAK):
            if place not in gone:
                leaving[place].append(self.direct(place, lanes[place]))
        self.milk_runs(scenario, leaving)
        for place in (BANK, LAPAK):
            self.problem += pulp.lpSum(leaving[place]) == made[place]
        # W5 = (1 − v5)(W3 + W4), W6 = (1 − v6) W5, W7 = W6
        w5, w6 = self.direct(BANDAR, lanes[BANDAR]), self.direct(PABRIK, lanes[PABRIK])
        self.problem += w5 == keeps["pemilahan-bandar"] * pulp.lpSum(kg for loads in leaving.values() for kg in loads)
        self.problem += w6 == keeps["pemilahan-pabrik"] * w5
        output = {BANK: made[BANK], LAPAK: made[LAPAK], BANDAR: w5, PABRIK: w6}
        steps = {BANK: "pemilahan", LAPAK: "pemilahan", BANDAR: "pemilahan-bandar", PABRIK: "pemilahan-pabrik"}
        cost = {(r["process"], r["place"]): float(r["cost"]) for r in rows(CASE, "processes")}
        billed = 1.0  # kg billed for each kg of residue
        for r in [*rows(CASE, "recipes"), *(rows(CASE, "recipes", scenario) if scenario else [])]:
            if r["process"] == "pembuangan":
                billed = float(-1 / Fraction(r["rate"]))
        self.accounts = {
            "transport": pulp.lpSum(self.transport.values()),
            "sorting": pulp.lpSum(cost[steps[k], k] * w for k, w in output.items()),
            "disposal": pulp.lpSum(
                cost["pembuangan", k] * billed * (rejects[steps[k]] / keeps[steps[k]]) * w for k, w in output.items()
            ),
            "production": cost["produksi", PABRIK] * w6,
        }
        self.problem.setObjective(pulp.lpSum(self.accounts.values()))

    def direct(self, place: str, lane: dict[str, str]) -> Any:
        """A direct run: loaded by kg and km one way, empty by km the other; F = W / (T f)."""
        kg = pulp.LpVariable(f"kg_{place}".replace("-", "_"), 0)
        n = self.trips[place] = self.count(f"n_{place}", kg / (self.payload * float(lane["fill"])))
        km = float(lane["km"])
        self.transport[place] = kg * (km * self.full) + n * (km * self.empty)
        return kg

    def count(self, name: str, need: Any) -> Any:
        """Trips: as many as the load needs, rounded up when they are whole."""
        n = pulp.LpVariable(name.replace("-", "_"), 0, None, "Integer" if self.whole else "Continuous")
        self.problem += n >= need if self.whole else n == need
        return n

    def milk_runs(self, scenario: str | None, leaving: dict[str, list[Any]]) -> None:
        """Milk runs with two loading stops: empty to the first, loaded to the second and back."""
        stops: dict[str, dict[int, dict[str, str]]] = defaultdict(dict)
        for r in rows(CASE, "tours", scenario) if scenario else []:
            stops[r["tour"]][int(r["stop"])] = r
        for tour, at in stops.items():
            load = {s: pulp.LpVariable(f"load_{tour}_{s}".replace("-", "_"), 0) for s in (2, 3)}
            for s in (2, 3):
                leaving[at[s]["place"]].append(load[s])
            room = pulp.lpSum(load[s] / (self.payload * float(at[s]["fill"])) for s in (2, 3))
            n = self.trips[tour] = self.count(f"n_{tour}", room)
            pays = n * (float(at[2]["km"]) * self.empty)
            for s, aboard in ((3, load[2]), (4, load[2] + load[3])):
                km = float(at[s]["km"])
                loaded = aboard * (km * float(at[s]["full_rate"]))
                if at[s]["floor"] == "yes":
                    leg = pulp.LpVariable(f"leg_{tour}_{s}".replace("-", "_"), 0)
                    self.problem += leg >= loaded
                    self.problem += leg >= n * (km * self.empty)
                    loaded = leg
                pays += loaded
            self.transport[tour] = pays


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_plan_agrees_with_the_chain_of_the_paper(scenario: str | None) -> None:
    chain = Chain(scenario)
    plan = solve(CASE, scenario)
    assert plan.status == by_cbc(chain.problem) == "optimal"
    assert plan.verified
    assert plan.cost == pytest.approx(pulp.value(chain.problem.objective), rel=1e-6)
    assert plan.accounts is not None
    for account, value in chain.accounts.items():
        assert plan.accounts[account] == pytest.approx(pulp.value(value), rel=1e-6), account
    # amounts and trips are unique: everything is pushed through, and ties between alternatives do not occur here
    trips = {k[0]: v for k, v in amounts(plan, "trips", "origin", value="trips").items()}
    trips |= {k[0]: v for k, v in amounts(plan, "tours", "tour", value="trips").items()}
    for name, n in chain.trips.items():
        assert trips.get(name, 0.0) == pytest.approx(n.varValue, abs=1e-6), name
    paid = amounts(plan, "ledger", "account", "origin", value="cost")
    for place in (BANK, LAPAK, BANDAR, PABRIK):
        if place in chain.transport:
            expected = pulp.value(chain.transport[place])
            assert paid.get(("transport", place), 0.0) == pytest.approx(expected, rel=1e-6, abs=1e-6), place


def test_the_three_printed_alternatives() -> None:
    """Tours as printed: 6,578,718.75, 10,321,425 and 10,117,968.75 for the legs to the bandar."""
    legs = {None: 6_578_718.75, "alur-2": 10_321_425.0, "alur-3": 10_117_968.75}
    for scenario, value in legs.items():
        chain = Chain(scenario)
        assert by_cbc(chain.problem) == "optimal"
        ours = sum(pulp.value(v) for k, v in chain.transport.items() if k not in (BANDAR, PABRIK))
        assert ours == pytest.approx(value, abs=0.01)
