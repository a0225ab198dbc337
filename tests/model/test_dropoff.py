"""Drop-off: who brings what where, by enumeration of every open set; exact whatever the objective."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from balik.network.bounds import bounds
from model.making import amounts, encoded, solve

ONCE = {"finance": {"one_off": "once"}}
VILLAGES, BANKS = ("a", "b", "c"), ("x", "y", "z")
KM = {
    ("a", "x"): 1.0, ("a", "y"): 3.0, ("a", "z"): 9.0, ("b", "x"): 4.0, ("b", "y"): 2.0, ("b", "z"): 2.5,
    ("c", "x"): 6.0, ("c", "y"): 5.0, ("c", "z"): 1.5,
}  # fmt: skip
WAITS = {"a": 100.0, "b": 60.0, "c": 80.0}
STEPS = {"near": (2.0, 0.7), "far": (5.0, 0.3)}
OPENING = {"x": 95.0, "y": 70.0, "z": 90.0}
CASE = {
    "places": "place kind\n"
    + "\n".join([*(f"{i} village" for i in VILLAGES), *(f"{j} bank" for j in BANKS), "w works"]),
    "distances": "origin dest km\n" + "\n".join(f"{i} {j} {km}" for (i, j), km in KM.items()),
    "supply": "place material most\n" + "\n".join(f"{i} m {x}" for i, x in WAITS.items()),
    "dropoff": "place dest material step within share\n"
    + "\n".join(f"kind:village kind:bank m {step} {within} {share}" for step, (within, share) in STEPS.items()),
    "sites": "place opening_cost capacity\n" + "\n".join(f"{j} {cost} 1000" for j, cost in OPENING.items()),
    "lanes": "origin dest material fee\nkind:bank w m 1\nkind:village w m 4.5",
    "demand": "place material price\nw m 5",
}


def share(km: float) -> float:
    """What is brought over so many km."""
    return next((part for within, part in STEPS.values() if km <= within), 0.0)


def brought(open_: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """What each village brings to the nearest open bank within reach."""
    out = {}
    for i in VILLAGES:
        near = [j for j in open_ if KM[i, j] <= 5]
        if near:
            j = min(near, key=lambda j: KM[i, j])
            out[i, j] = share(KM[i, j]) * WAITS[i]
    return out


def cost(open_: tuple[str, ...]) -> float:
    """Opening, less what is earned on what is brought (4 a unit) and on what is fetched (0.5 a unit)."""
    came = sum(brought(open_).values())
    return sum(OPENING[j] for j in open_) - 4 * came - 0.5 * (sum(WAITS.values()) - came)


EVERY = [s for size in range(4) for s in itertools.combinations(BANKS, size)]


@pytest.mark.parametrize("open_", EVERY, ids=["-".join(s) or "none" for s in EVERY])
def test_people_go_to_the_nearest_that_is_open(open_: tuple[str, ...]) -> None:
    sets = [f"sites.status[place={j}]={'open' if j in open_ else 'closed'}" for j in BANKS]
    plan = solve(CASE, ONCE, *sets)
    assert amounts(plan, "brought", "place", "dest") == pytest.approx(brought(open_))
    assert plan.cost == pytest.approx(cost(open_))


def test_the_best_set_of_all() -> None:
    plan = solve(CASE, ONCE)
    assert plan.cost == pytest.approx(min(map(cost, EVERY)))
    assert plan.cost < min(cost(s) for s in EVERY if len(s) != len(plan.open))


@pytest.mark.parametrize("objective", [{"left": 1.0}, {"left": -1.0}, {"collect": -1.0}, {"flow": -1.0, "open": 0.1}])
def test_nobody_passes_an_open_bank_whatever_the_objective(objective: dict[str, float]) -> None:
    plan = solve(CASE, {"objective": objective, **ONCE})
    assert amounts(plan, "brought", "place", "dest") == pytest.approx(brought(tuple(s["place"] for s in plan.open)))


def test_a_place_that_is_no_site_is_always_open_and_a_nearer_row_wins() -> None:
    shop = CASE | {
        "sites": "place opening_cost capacity\nx 95 1000\nz 90 1000",
        "dropoff": CASE["dropoff"] + "\nb kind:bank m near 2 0.5",
    }
    plan = solve(shop, ONCE, "sites.status=closed")
    assert amounts(plan, "brought", "place", "dest") == pytest.approx(
        {("a", "y"): 30.0, ("b", "y"): 30.0, ("c", "y"): 24.0}
    )


def test_who_lives_as_far_from_both_may_go_to_either() -> None:
    tie = CASE | {
        "distances": CASE["distances"].replace("b y 2.0", "b y 2.5"),
        "limits": "limit quantity place least\nl collect z 100",
    }
    open_ = [f"sites.status[place={j}]=open" for j in ("y", "z")]
    plan = solve(tie, ONCE, *open_, "limits.least=70", "supply.left_cost=0")
    found = amounts(plan, "brought", "place", "dest")
    assert found["c", "z"] == pytest.approx(56) and sum(x for (i, _), x in found.items() if i == "b") == pytest.approx(
        18
    )
    assert solve(tie, ONCE, *open_, "limits.least=74.5").status == "infeasible"  # 56 of c and all 18 of b


def test_each_period_has_what_waits_in_it() -> None:
    months = CASE | {
        "periods": "period\n1\n2",
        "supply": "place material period most\na m 1 100\na m 2 40",
    }
    plan = solve(
        months, ONCE, "sites.status[place=x]=open", "sites.status[place=y]=closed", "sites.status[place=z]=closed"
    )
    assert amounts(plan, "brought", "period") == pytest.approx({"1": 70.0, "2": 28.0})


def test_what_can_come_to_a_bank_is_bounded_by_what_waits() -> None:
    n = encoded(CASE, ONCE)
    limit = bounds(n)
    at = n.labels["place"].index("x")
    assert limit.collect[n.supply.place == at] == pytest.approx([70 + 18])
    assert np.isfinite(limit.lanes).all()
    solve(CASE | {"sites": "place opening_cost\nx 95\ny 70\nz 90"}, ONCE)  # no capacity is needed


def test_the_capacity_of_a_bank_bounds_what_it_takes_and_not_who_comes() -> None:
    small = CASE | {"sites": "place opening_cost capacity\nx 95 50\ny 70 1000\nz 90 1000"}
    plan = solve(
        small, ONCE, "sites.status[place=x]=open", "sites.status[place=y]=closed", "sites.status[place=z]=closed"
    )
    assert amounts(plan, "brought", "place", "dest") == pytest.approx({("a", "x"): 70.0, ("b", "x"): 18.0})
    assert amounts(plan, "collect", "place")["x"] == pytest.approx(50)


def test_who_goes_where_follows_what_is_open_in_each_period() -> None:
    """x opens in the first month only, y in the second only: b goes where it can, month by month."""
    phased = CASE | {
        "periods": "period\n1\n2",
        "sites": "place capacity\nx 1000\ny 1000\nz 1000",
        "phases": "place period may_open may_close\nx 1 yes yes\nx 2 no yes\ny 1 no yes\ny 2 yes yes\nz * no yes",
        "limits": "limit quantity place period most least\none open x 1 . 1\ntwo open y 2 . 1\nnot open x 2 0 .",
    }
    plan = solve(phased, ONCE)
    months = {t: {key[1:]: x for key, x in amounts(plan, "brought", "period", "place", "dest").items() if key[0] == t}
              for t in "12"}  # fmt: skip
    assert months["1"] == pytest.approx(brought(("x",)))
    assert months["2"] == pytest.approx(brought(("y",)))
