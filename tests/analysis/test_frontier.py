"""Trade-offs: against enumeration of every set of sites, closed forms, and what no point may be."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import balik
from balik.analysis.frontier import _between_two, _Search
from balik.analysis.many import Jobs, Many
from balik.analysis.trades import _knee
from balik.analysis.weights import regions
from balik.cli import main
from balik.views.frontier import frontier_text

#: Cost of every set of sites that has a plan, and its fixed cost (published and recomputed).
SETS = {
    "F1 F3": (11476.31465, 7500), "F1 F2": (13181.2146, 9000), "F1 F4": (12654.5341, 8000),
    "F1 F2 F3": (14706.3857, 11500), "F1 F2 F4": (14904.9138, 12000), "F1 F3 F4": (13678.62665, 10500),
    "F2 F3 F4": (13630.4974, 9500), "F1 F2 F3 F4": (16908.6977, 14500),
}  # fmt: skip


def test_the_frontier_of_steps_is_that_of_all_sets() -> None:
    """Cost and emissions both fall with the tonne-kilometres, so each set has one point."""
    points = {name: (cost, (cost - fixed) / 0.1231 * 0.062) for name, (cost, fixed) in SETS.items()}
    front = [n for n, (c, e) in points.items() if not any(a < c and b < e for a, b in points.values())]
    front.sort(key=lambda n: points[n])
    found = balik.frontier("turki-enam-kota", ["cost", "co2"])
    assert found.more["complete"] and all(r["proved"] and r["verified"] for r in found.rows)
    assert [" ".join(sorted(r["sites"])) for r in found.rows] == front
    for row, name in zip(found.rows, front, strict=True):
        assert row["values"]["cost"] == pytest.approx(points[name][0], abs=1e-5)
        assert row["values"]["co2"] == pytest.approx(points[name][1], abs=1e-3)


def tables(seed: int) -> dict[str, dict[str, Any]]:
    """Three homes, four hubs with a cost and a number of neighbours who mind."""
    rng = np.random.default_rng(seed)
    homes, hubs = ["a", "b", "c"], ["p", "q", "r", "s"]
    pairs = list(itertools.product(homes, hubs))
    return {
        "places": {"place": homes + hubs, "kind": ["home"] * 3 + ["hub"] * 4},
        "materials": {"material": ["m"]},
        "lanes": {"origin": [o for o, _ in pairs], "dest": [d for _, d in pairs], "material": ["m"] * 12,
                  "fee": rng.integers(1, 30, 12).tolist(), "single": ["yes"] * 12},
        "supply": {"place": homes, "material": ["m"] * 3, "amount": rng.integers(2, 9, 3).tolist()},
        "demand": {"place": hubs, "material": ["m"] * 4},
        "sites": {"place": hubs, "running_cost": rng.integers(5, 60, 4).tolist()},
        "measures": {"measure": ["minders"] * 4, "of": ["open"] * 4, "rate": rng.integers(1, 20, 4).tolist(),
                     "place": hubs},
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_complete_frontiers_are_those_of_enumeration(seed: int) -> None:
    t = tables(seed)
    fee = dict(zip(zip(t["lanes"]["origin"], t["lanes"]["dest"], strict=True), t["lanes"]["fee"], strict=True))
    points = []
    for k in range(1, 5):
        for chosen in itertools.combinations(range(4), k):
            hubs = [t["places"]["place"][3 + i] for i in chosen]
            cost = sum(t["sites"]["running_cost"][i] for i in chosen)
            cost += sum(n * min(fee[h, d] for d in hubs) for h, n in zip("abc", t["supply"]["amount"], strict=True))
            points.append((float(cost), float(sum(t["measures"]["rate"][i] for i in chosen))))
    front = sorted({p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)})
    found = balik.frontier(t, ["cost", "minders"])
    assert found.more["complete"] and found.more["complete_proved"]
    assert [(r["values"]["cost"], r["values"]["minders"]) for r in found.rows] == [pytest.approx(p) for p in front]


@pytest.mark.parametrize("seed", range(3))
def test_a_quantity_may_come_down_to_nothing(seed: int) -> None:
    """The hub that nobody minds is closed in the cheapest plan: without anyone who minds is the other end."""
    t = tables(seed)
    t["measures"]["rate"] = [0, 5, 5, 5]
    t["sites"]["running_cost"] = [900, 5, 5, 5]
    rows = balik.frontier(t, ["cost", "minders"]).rows
    assert rows[-1]["values"]["minders"] == 0 and rows[-1]["sites"] == ["p"] and all(r["proved"] for r in rows)
    assert rows[0]["values"]["minders"] > 0 and rows[0]["values"]["cost"] < rows[-1]["values"]["cost"] - 500


def test_a_small_difference_of_large_numbers_is_one() -> None:
    t = tables(1)
    t["measures"]["rate"] = [1_000_005, 1_000_000, 1_000_009, 1_000_007]
    rows = balik.frontier(t, ["cost", "minders"]).rows
    assert [row["values"]["minders"] for row in rows] == [1_000_005, 1_000_000]
    assert rows[0]["values"]["cost"] < rows[1]["values"]["cost"]


def test_money_in_rupiah_and_grams_of_carbon_are_shown_to_be_whole() -> None:
    """Of the 27 assignments two are not beaten: all to f0, and s2 to f2."""
    homes, hubs = ["s0", "s1", "s2"], ["f0", "f1", "f2"]
    fee, km = [4, 13, 15, 10, 3, 18, 5, 10, 13], [3, 15, 3, 15, 22, 29, 17, 28, 12]
    case = {
        "places": {"place": homes + hubs},
        "materials": {"material": ["w"], "unit": ["t"]},
        "supply": {"place": homes, "material": ["w"] * 3, "amount": [7, 2, 4]},
        "modes": {"mode": ["truck"], "full_co2": [1]},
        "lanes": {
            "origin": [home for home in homes for _ in hubs], "dest": hubs * 3, "material": ["w"] * 9, "single": ["yes"] * 9,
            "mode": ["truck"] * 9, "fee": [1e7 * f for f in fee], "km": [1e-3 * k for k in km],
        },
        "sites": {"place": hubs, "running_cost": [105e7, 106e7, 19e7]},
        "processes": {"process": ["p"] * 3, "place": hubs, "jobs": [7, 6, 3]},
        "recipes": {"process": ["p"], "material": ["w"], "rate": [-1]},
    }  # fmt: skip
    study = balik.frontier(case, ["cost", "co2", "max:jobs"])
    found = [tuple(round(v, 3) for v in row["values"].values()) for row in study.rows]
    assert found == [(173e7, 0.119, 91), (224e7, 0.099, 75)]
    assert study.more["complete"] and study.more["complete_proved"]


def slope() -> dict[str, dict[str, Any]]:
    """A cheap dirty way and a dear clean one: the frontier is the line between them."""
    return {
        "places": {"place": ["a", "y", "z"]},
        "materials": {"material": ["m"], "mass [kg]": [1]},
        "modes": {"mode": ["dirty", "clean"], "full_rate": [1, 3], "full_co2": [2, 0.5]},
        "lanes": {"origin": ["a", "a"], "dest": ["y", "z"], "material": ["m"] * 2, "mode": ["dirty", "clean"],
                  "km": [1, 1]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["y", "z"], "material": ["m", "m"]},
    }  # fmt: skip


def test_a_frontier_with_a_hole_is_not_shown_to_be_whole() -> None:
    """What was found least is claimed to be a little more, or none where there is one: neither is shown."""
    t, asked = tables(2), (["cost", "minders"], None, (), None, {})
    with Many("frontier", _Search, t, asked, Jobs(workers=1)) as many:
        search = _Search(t, *asked)
        search.many = many
        found, complete = _between_two(search, None)
        assert complete and search.is_shown(found) and len(search.claims) > 3
        for k in (0, 1, len(search.claims) - 1):
            aim, bounds, least = search.claims[k]
            assert least is not None
            for other in (least + 1e-3 * abs(least), None):
                claims = [*search.claims[:k], (aim, bounds, other), *search.claims[k + 1 :]]
                try:
                    assert not _shown_of(search, claims, found)
                except balik.BalikError as error:
                    assert "cannot be true" in str(error)


def _shown_of(search: _Search, claims: list[Any], found: list[Any]) -> bool:
    """Whether these claims are shown; those of the search stay."""
    known, search.claims = search.claims, claims
    try:
        return search.is_shown(found)
    finally:
        search.claims = known


def test_a_slope_is_not_called_complete() -> None:
    found = balik.frontier(slope(), ["cost", "co2"], points=5)
    assert not found.more["complete"] and len(found.rows) == 5
    for row in found.rows:  # cost = 10 + 2 z, co2 = 20 − 1.5 z
        z = (row["values"]["cost"] - 10) / 2
        assert row["values"]["co2"] == pytest.approx(20 - 1.5 * z, abs=1e-5)
    assert [r["price"] for r in found.rows[1:]] == pytest.approx([2 / 1.5] * 4, rel=1e-4)
    unasked = balik.frontier(slope(), ["cost", "co2"])
    assert not unasked.more["complete"] and len(unasked.rows) == 9


def test_points_of_a_slope_lie_on_it() -> None:
    """What the slack of one quantity buys of the other is no gain: 15 stays 15, not 14.9999999 at a little more."""
    t = slope()
    t["modes"] = {"mode": ["dirty", "mid", "clean"], "full_rate": [1, 5, 14], "full_co2": [0.9, 0.35, 0.1]}
    t["lanes"] = {"origin": ["a"] * 3, "dest": ["y"] * 3, "material": ["m"] * 3, "mode": ["dirty", "mid", "clean"], "km": [1] * 3}  # fmt: skip
    t["supply"], t["demand"] = {"place": ["a"], "material": ["m"], "amount": [30]}, {"place": ["y"], "material": ["m"]}
    found = [row["values"] for row in balik.frontier(t, ["cost", "co2"]).rows]
    costs = [30 + (27 - v["co2"]) * 4 / 0.55 if v["co2"] > 10.5 else 150 + (10.5 - v["co2"]) * 36 for v in found]
    assert [v["co2"] for v in found] == pytest.approx([27, 24, 21, 18, 15, 12, 9, 6, 3], abs=2e-9)
    assert [v["cost"] for v in found] == pytest.approx(costs, rel=1e-10)


def test_the_most_of_a_quantity_can_be_best() -> None:
    t = slope()
    t["supply"] = {"place": ["a"], "material": ["m"], "least": [2], "most": [10]}
    found = balik.frontier(t, ["cost", "max:collect"], points=3)
    assert [r["values"]["collect"] for r in found.rows] == pytest.approx([2, 6, 10], abs=1e-4)
    assert [r["values"]["cost"] for r in found.rows] == pytest.approx([2, 6, 10], abs=1e-4)


def three(seed: int) -> tuple[dict[str, dict[str, Any]], list[tuple[float, ...]]]:
    """The same with a second number for each hub, and the points of all sets of hubs that no other beats."""
    t, rng = tables(seed), np.random.default_rng(100 + seed)
    birds = rng.integers(1, 12, 4).tolist()
    rates = [*t["measures"]["rate"], *birds]
    t["measures"] = {"measure": ["minders"] * 4 + ["birds"] * 4, "of": ["open"] * 8, "rate": rates,
                     "place": t["measures"]["place"] * 2}  # fmt: skip
    fee = dict(zip(zip(t["lanes"]["origin"], t["lanes"]["dest"], strict=True), t["lanes"]["fee"], strict=True))
    points = []
    for chosen in itertools.chain.from_iterable(itertools.combinations(range(4), k) for k in range(1, 5)):
        hubs = [t["places"]["place"][3 + i] for i in chosen]
        cost = sum(t["sites"]["running_cost"][i] for i in chosen)
        cost += sum(n * min(fee[h, d] for d in hubs) for h, n in zip("abc", t["supply"]["amount"], strict=True))
        points.append((float(cost), *(float(sum(rates[i + k] for i in chosen)) for k in (0, 4))))
    beaten = [p for p in points if any(q != p and all(x <= y for x, y in zip(q, p, strict=True)) for q in points)]
    return t, sorted(set(points) - set(beaten))


@pytest.mark.parametrize("seed", [6, 11])
def test_three_quantities_that_fall_in_steps_are_complete(seed: int) -> None:
    t, front = three(seed)
    found = balik.frontier(t, ["cost", "minders", "birds"])
    assert found.more["complete"] and found.more["complete_proved"] and all(row["proved"] for row in found.rows)
    assert [tuple(row["values"].values()) for row in found.rows] == [pytest.approx(p) for p in front]
    assert len(front) > 3 and f"{len(front)} plans that no other beats" in found.findings[0]


@pytest.mark.parametrize("points", [5])
def test_as_many_points_of_three_quantities_as_asked(points: int) -> None:
    t, front = three(5)
    found = balik.frontier(t, ["cost", "minders", "birds"], points=points)
    assert len(found.rows) == points < len(front) and not found.more["complete"]
    assert all(tuple(row["values"].values()) in [pytest.approx(p) for p in front] for row in found.rows)


def test_a_slope_of_three_quantities_is_spread() -> None:
    """Three ways of 10 t, each the cheapest in one quantity: cost + co2 + noise is 10 on all of the frontier."""
    ways = ["p", "q", "r"]
    t = {
        "places": {"place": ["a", *ways]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["a"] * 3, "dest": ways, "material": ["m"] * 3},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "demand": {"place": ways, "material": ["m"] * 3},
        "measures": {"measure": ["one", "two", "three"], "of": ["flow"] * 3, "rate": [1, 1, 1], "dest": ways},
    }
    found = balik.frontier(t, ["one", "two", "three"], points=8)
    values = np.array([list(row["values"].values()) for row in found.rows])
    assert len(values) == 8 and not found.more["complete"] and all(row["proved"] for row in found.rows)
    assert values.sum(axis=1) == pytest.approx(10, abs=1e-4)
    apart = np.abs(values[:, None] - values[None]).max(axis=2) + 99 * np.eye(8)
    assert apart.min() > 0.5  # of 10: nowhere do two points stand for one
    assert found.more["solves"] <= 8 * 8


@pytest.mark.parametrize("rate", [3e-7, 1e7])
def test_scale_does_not_matter(rate: float) -> None:
    """Minders counted in other units are the same minders: the same points, prices by the same factor."""
    t, small = tables(2), tables(2)
    small["measures"]["rate"] = [x * rate for x in small["measures"]["rate"]]
    one, two = (balik.frontier(x, ["cost", "minders"]) for x in (t, small))
    assert two.more["complete"] and len(two.rows) == len(one.rows) > 2
    for a, b in zip(one.rows, two.rows, strict=True):
        assert (a["sites"], a.get("knee")) == (b["sites"], b.get("knee")) and b["proved"]
        assert b["values"]["minders"] == pytest.approx(a["values"]["minders"] * rate, rel=1e-9)
        assert b.get("price", 0) == pytest.approx(a.get("price", 0) / rate)
    swapped = balik.frontier(small, ["minders", "cost"])
    assert [row["sites"] for row in swapped.rows] == [row["sites"] for row in reversed(one.rows)]


@pytest.mark.parametrize("size", [1e-7])
def test_a_slope_in_any_unit(size: float) -> None:
    t = slope()
    t["modes"]["full_co2"] = [2 * size, 0.5 * size]
    found = balik.frontier(t, ["cost", "co2"], points=5)
    assert [row["values"]["co2"] / size for row in found.rows] == pytest.approx([20, 16.25, 12.5, 8.75, 5], rel=1e-6)
    assert [row["values"]["cost"] for row in found.rows] == pytest.approx([10, 15, 20, 25, 30], rel=1e-5)


def test_three_quantities_give_points_that_do_not_beat_each_other() -> None:
    found = balik.frontier("turki-enam-kota", ["cost", "co2", "open"])
    values = np.array([list(r["values"].values()) for r in found.rows])
    size = np.ptp(values, axis=0)
    for i, j in itertools.permutations(range(len(values)), 2):
        assert not (values[i] <= values[j] + 1e-6 * size).all()
    assert found.more["complete"] and len(found.rows) >= 3


@pytest.mark.parametrize("seed", [2])
def test_weights_pick_the_network_that_is_told(seed: int) -> None:
    """At any price within `cheapest_at` the sum of both is least there; a point without one is never picked."""
    t = tables(seed)
    found = balik.frontier(t, ["cost", "minders"])
    rows = {tuple(row["values"].values()): row for row in found.rows}
    for row in found.rows:
        if row["cheapest_at"] is None:
            continue
        low, high = row["cheapest_at"]["from"], row["cheapest_at"]["to"]
        price = (low + high) / 2 if high is not None else low + 1.0
        plan = balik.solve(t, settings={"title": "t", "objective": {"cost": 1.0, "minders": price}})
        assert {o["place"] if isinstance(o, dict) else o for o in plan.open} == set(row["sites"])
        assert all(c + price * m >= row["values"]["cost"] + price * row["values"]["minders"] - 1e-6 for c, m in rows)


def test_of_two_points_each_is_picked_from_one_price_on() -> None:
    found = balik.frontier(tables(0), ["cost", "open"])
    one, other = found.rows
    (price,) = {other["price"], one["cheapest_at"]["to"], other["cheapest_at"]["from"]}
    assert price == other["values"]["cost"] - one["values"]["cost"]
    assert one["cheapest_at"]["from"] == 0 and other["cheapest_at"]["to"] is None and "knee" not in {*one, *other}
    assert "98 " in frontier_text(found) and "≥ 98" in frontier_text(found)


def picked(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The point that each of some weights (of quantities counted in their ranges) picks."""
    return np.argmin(weights @ (values / np.ptp(values, axis=0)).T, axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_the_regions_of_weights_part_the_triangle(seed: int) -> None:
    """On random points of a ball: shares are those of random weights, corners of every polygon are its ends."""
    rng = np.random.default_rng(seed)
    values = rng.random((12, 3)) * [1e6, 3.0, 1e-4]
    found = regions(values)
    draws = rng.dirichlet(np.ones(3), 20_000)
    times = np.bincount(picked(values, draws), minlength=12) / len(draws)
    assert sum(r.share for r in found if r) == pytest.approx(1, abs=1e-9)
    assert [r.share if r else 0.0 for r in found] == pytest.approx(times.tolist(), abs=0.02)
    size = np.ptp(values, axis=0)
    for i, region in enumerate(found):
        if region is None:
            continue
        assert region.centre[0] == 1 and picked(values, (region.centre * size)[None])[0] == i
        sums = region.corners @ (values / size).T
        assert (sums[:, i] <= sums.min(axis=1) + 1e-9).all() and region.corners.sum(axis=1) == pytest.approx(1)


def test_a_point_above_the_plane_of_others_is_picked_by_no_weights() -> None:
    ends = np.eye(3) * -1.0
    assert [r is None for r in regions(np.vstack([ends, [[-0.3] * 3]]))] == [False, False, False, True]
    found = regions(np.vstack([ends, [[-0.4] * 3]]))  # below it: the middle of the triangle is its own
    assert found[3] is not None and found[3].centre == pytest.approx([1, 1, 1])
    assert found[3].corners.tolist() and all(r is not None for r in found)
    flat = regions(np.array([[0.0, 1.0, 5.0], [1.0, 0.0, 5.0]]))  # of two, each has its half
    assert [r.share if r else 0 for r in flat] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("over", [["cost", "minders", "birds"], ["cost", "max:minders", "birds"]])
def test_weights_of_three_pick_the_network_that_is_told(over: list[str]) -> None:
    t, _ = three(6)
    found = balik.frontier(t, over)
    assert found.more["complete"] and len(found.rows) > 3
    values = np.array([list(row["values"].values()) for row in found.rows])
    for row in found.rows:
        if row["picked_by"] is None:
            continue
        weights = row["picked_by"]["weights"]
        assert weights["cost"] == 1 and (weights["minders"] < 0) is ("max:minders" in over)
        plan = balik.solve(t, settings={"title": "t", "objective": weights})
        assert {o["place"] for o in plan.open} == set(row["sites"])
        assert plan.objective == pytest.approx((values @ list(weights.values())).min())
    none = [row["point"] for row in found.rows if row["picked_by"] is None]
    told = [text for text in found.findings if text.startswith("No weights pick")]
    assert bool(none) is bool(told) and all(str(point) in told[0] for point in none)
    assert "of all weights" in frontier_text(found) and "dari semua bobot" in frontier_text(found, "id")


def test_the_knee_is_farthest_from_the_line_between_the_ends() -> None:
    rows = balik.frontier("turki-enam-kota", ["cost", "co2"]).rows
    values = np.array([list(row["values"].values()) for row in rows])
    one, last = values[0], values[-1]
    far = [abs((last[0] - one[0]) * (one[1] - y) - (one[0] - x) * (last[1] - one[1])) for x, y in values]
    assert [row.get("knee", False) for row in rows] == [at == int(np.argmax(far)) for at in range(len(rows))]


def test_one_plan_may_be_best_in_both() -> None:
    found = balik.frontier("turki-enam-kota", ["cost", "open"])
    assert [r["values"] for r in found.rows] == [{"cost": 11476.31465, "open": 2.0}]
    assert "nothing to trade" in found.findings[0]


def test_without_a_plan_there_is_no_point() -> None:
    found = balik.frontier("turki-enam-kota", ["cost", "co2"], set=["sites.capacity = 1"])
    assert found.rows == [] and "infeasible" in found.findings[0] and found.exit_code == 3


@pytest.mark.parametrize(
    ("over", "word"),
    [
        (["cost"], "two or three"),
        (["cost", "cots"], "cost"),
        (["cost", "cost"], "differ"),
        (["cost", "max:use"], "open"),
    ],
)
def test_calls_that_mean_nothing_are_refused(over: list[str], word: str) -> None:
    with pytest.raises(balik.CallError, match=word):
        balik.frontier("turki-enam-kota", over)


def test_limits_of_the_case_stand(tmp_path: Path) -> None:
    t = slope() | {"limits": {"limit": ["roof"], "quantity": ["co2"], "most": [14]}}
    found = balik.frontier(t, ["cost", "co2"], points=3)
    assert max(r["values"]["co2"] for r in found.rows) <= 14 + 1e-6


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frontier", "turki-enam-kota", "--over", "cost", "--over", "co2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "frontier" and document["complete"] and len(document["rows"]) == 4
    assert main(["frontier", "turki-enam-kota", "--over", "cost", "--over", "co2", "--lang", "id"]) == 0
    out = capsys.readouterr().out
    assert (
        "Titik lutut kurva adalah titik 2" in out
        and "F1, F3" in out
        and "biaya untuk satu kg CO2e lebih sedikit" in out
    )
    assert main(["frontier", "turki-enam-kota", "--over", "cost", "--over", "max:open"]) == 0
    assert "cost for one open more" in capsys.readouterr().out


def test_a_frontier_that_bends_outwards_has_no_knee() -> None:
    assert _knee(np.array([[0.0, 9.0], [5.0, 6.0], [9.0, 0.0]])) is None
    assert _knee(np.array([[0.0, 9.0], [4.5, 4.5], [9.0, 0.0]])) is None
    assert _knee(np.array([[0.0, 9.0], [2.0, 3.0], [9.0, 0.0]])) == 1
