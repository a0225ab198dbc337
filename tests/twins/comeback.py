"""Returns, deposits and offers in the plain twin: what may be collected follows from what is handed over or offered."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pulp

if TYPE_CHECKING:
    from twins.oracle import Row, Twin

Key = tuple[str, str, str]


class Comeback:
    """What a case says of returns, deposits and offers, and what it asks of the program."""

    def __init__(self, twin: Twin):
        self.twin = twin
        returns = twin.expand("returns", ("sold", "returned", "lag", "place"))
        self.shares = {key: float(r["share"]) for key, r in returns.items() if float(r["share"])}
        self.deposits = twin.expand("deposits", ("sold", "returned", "place", "period"))
        self.offers = twin.expand("offers", ("place", "material", "level"))
        self.asked = twin.expand("demand", ("place", "material", "period"))
        self.ways = self._ways()
        self.keys = self._keys()

    def _keys(self) -> set[Key]:
        """(place, material, period) at which something may come back, is offered for, or is brought or taken away."""
        periods = self.twin.periods
        found = {(i, m, t) for i, m, _ in self.offers for t in periods}
        for i, j, m in self.ways:
            found |= {(p, m, t) for t in periods if (i, m, t) in self.twin.supply for p in (i, j)}
        for (sold, back, lag, i), _ in self.shares.items():
            for at, t in enumerate(periods):
                if at >= int(lag) and (i, sold, periods[at - int(lag)]) in self.asked:
                    found.add((i, back, t))
        return found

    def _ways(self) -> dict[tuple[str, str, str], tuple[float, float]]:
        """km and share of each place, dest and material: of the steps that reach so far, the shortest."""
        out: dict[tuple[str, str, str], tuple[float, float]] = {}
        best: dict[tuple[str, str, str], float] = {}
        for (i, j, m, _), r in self.twin.expand("dropoff", ("place", "dest", "material", "step")).items():
            km = 0.0 if i == j else self.twin.distance(i, j)
            if km <= float(r["within"]) < best.get((i, j, m), math.inf):
                best[i, j, m], out[i, j, m] = float(r["within"]), (km, float(r["share"]))
        return out

    def bring(self) -> None:
        """People go to the nearest open place within reach: of no two open ones to the farther, and to one at all."""
        twin = self.twin
        sites = {i for i, _ in twin.sites}
        for i, m, t in [key for key in twin.supply if any((key[0], key[1]) == (a, b) for a, _, b in self.ways)]:
            waits = twin.supply_bounds(twin.supply[i, m, t])[1]
            near = sorted((km, j, share) for (a, j, b), (km, share) in self.ways.items() if (a, b) == (i, m))
            before: list[Any] = []
            for _, j, share in near:
                here = (
                    pulp.lpSum(y for (k, _, u), y in twin.phases.when.items() if (k, u) == (j, t)) if j in sites else 1
                )
                goes = twin.helper(lambda j=j, near=near, t=t: self._goes(j, near, t), 1.0)
                twin.row(goes <= here)
                for other in before:
                    twin.row(goes <= 1 - other)
                twin.row(goes >= here - pulp.lpSum(before))
                before.append(here)
                x = twin.v["brought"][i, j, m, t] = twin.var()
                twin.row(x == share * waits * goes)

    def _goes(self, j: str, near: list[tuple[float, str, float]], t: str) -> float:
        """Whether this is the nearest place that is open in a period of a plan."""
        sites = {i for i, _ in self.twin.sites}
        for _, k, _ in near:
            when = [y for (s, _, u), y in self.twin.phases.when.items() if (s, u) == (k, t)]
            if k not in sites or any(pulp.value(y) > 0.5 for y in when):
                return float(k == j)
        return 0.0

    def grown(self, total: float) -> float:
        """The mass that can be anywhere, when what is handed over comes back and may be handed over again."""
        mass, periods = self.twin.mass, len(self.twin.periods)
        most: dict[str, float] = defaultdict(float)
        for (sold, back, _, _), share in self.shares.items():
            most[sold] += share * mass[back] / mass[sold]
        rate = max(most.values(), default=0.0)
        total += sum(float(r["amount"]) * mass[m] * periods for (_, m, _), r in self.offers.items())
        return float(total * sum(rate**k for k in range(periods + 1)))

    def offered(self) -> None:
        """The levels, one of which is chosen for each place and material; deposits on both sides."""
        twin = self.twin
        for (i, m, level), _ in self.offers.items():
            twin.v["offers"][i, m, level] = twin.var(0.0, 1.0, True)
        for i, m in {(i, m) for i, m, _ in self.offers}:
            twin.row(pulp.lpSum(u for (j, n, _), u in twin.v["offers"].items() if (j, n) == (i, m)) == 1)
        for side, table in (("sold", "deliver"), ("returned", "collect")):
            at = {(i, sold if side == "sold" else back, t): r for (sold, back, i, t), r in self.deposits.items()}
            for key, r in at.items():
                if key in twin.v[table]:
                    rate = -float(r["amount"]) if side == "sold" else float(r["amount"])
                    twin.money("deposit", {"place": key[0], "material": key[1]}, rate * twin.v[table][key], key[2])

    def beside(self, key: Key) -> Any:
        """What may be collected beside the `most` of supply."""
        i, m, t = key
        periods, deliver = self.twin.periods, self.twin.v["deliver"]
        parts: list[Any] = []
        for (sold, back, lag, place), share in self.shares.items():
            then = periods.index(t) - int(lag)
            if (place, back) == (i, m) and then >= 0 and (i, sold, periods[then]) in deliver:
                parts.append(share * deliver[i, sold, periods[then]])
        for (place, material, level), r in self.offers.items():
            if (place, material) == (i, m):
                parts.append(float(r["amount"]) * self.twin.v["offers"][i, m, level])
        for (place, dest, material, period), x in self.twin.v["brought"].items():
            if (material, period) == (m, t) and i in (place, dest):
                parts.append(x * ((dest == i) - (place == i)))
        return pulp.lpSum(parts)

    def pay(self, key: Key, collected: Any) -> None:
        """The price of the level that is chosen, for what is collected: one copy of it for each level."""
        twin, (i, m, t) = self.twin, key
        mine = {level: r for (j, n, level), r in self.offers.items() if (j, n) == (i, m)}
        copies = []
        for level, r in mine.items():
            u = twin.v["offers"][i, m, level]
            copy = twin.helper(lambda u=u: collected.varValue * u.varValue)
            twin.row(copy <= float(r["amount"]) * u)
            twin.money("purchase", {"place": i, "material": m}, float(r.get("price") or 0) * copy, t)
            copies.append(copy)
        if mine:
            twin.row(pulp.lpSum(copies) == collected)


def collected(twin: Twin, bounds: dict[Key, Row]) -> None:
    """What is collected, what is paid for it, and what is left, once it is known what is handed over."""
    back = twin.comeback
    back.offered()
    back.bring()
    for key, r in bounds.items():
        i, m, t = key
        high = twin.supply_bounds(r)[1]
        x = twin.v["collect"][key]
        most: Any = high
        if key in back.keys:
            assert math.isfinite(high)
            most = high + back.beside(key)
            twin.row(x <= most)
            back.pay(key, x)
        keys = {"place": i, "material": m}
        twin.amount("left", keys, most - x, t)
        twin.money("left", keys, float(r.get("left_cost") or 0) * (most - x), t)
