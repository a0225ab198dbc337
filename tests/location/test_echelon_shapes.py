"""Two echelons with sizes of a place, limits on how many open, and room that materials share, against the compact model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from balik.location.certificate import CertificateError
from balik.location.echelons.arrays import prepare, split
from balik.location.echelons.bound import ascend, evaluate, new_room, prices_of
from balik.location.echelons.certificate import EchelonCertificate
from balik.location.echelons.checker import check_echelon_certificate
from balik.location.echelons.choose import choose, choose_both, least_count
from balik.location.echelons.links import link, no_links
from balik.location.echelons.problem import TwoEchelon
from balik.location.echelons.solve import solve_two_echelon
from balik.location.problem import CLOSED, FREE, OPEN, Array, SitingError
from balik.location.watch import Watch
from benchmarks.siting.echelons import echelons
from location.test_echelons import optimum, recomputed, small

SHAPES = ("sizes", "counts", "shared", "all", "least")


def shaped(shape: str, seed: int) -> TwoEchelon:
    """A small problem, and what the shape adds to it; many are tight, some have no plan."""
    p, g = small(seed), np.random.default_rng([SHAPES.index(shape), seed])
    if shape in ("sizes", "all"):
        p = sized(p, g)
    if shape in ("counts", "all"):
        least = np.minimum(g.integers(0, 3, 2), (p.plants, p.depots)).astype(float)
        most = least + g.integers(0, 3, 2)
        both = max(0.0, float(most.sum()) - float(g.integers(0, 2))) if g.random() < 0.6 else np.inf
        p = replace(p, least_open=least, most_open=np.array([*np.where(g.random(2) < 0.7, most, np.inf), both]))
    if shape in ("shared", "all"):
        p = sharing(p, g)
    if shape == "least" or (shape == "all" and seed % 2):
        p = taking(p, g)
    return p


def taking(p: TwoEchelon, g: np.random.Generator) -> TwoEchelon:
    """Some sites take in a least, up to about all that comes."""
    total = p.demand.sum(0)
    come = (p.plant_weight / p.output) @ total, p.depot_weight @ total
    least = (np.where(g.random(len(c)) < 0.7, np.round(c * g.uniform(0.05, 0.7, len(c)), 1), 0.0) for c in come)
    return replace(p, **dict(zip(("plant_least", "depot_least"), least, strict=True)))


def sized(p: TwoEchelon, g: np.random.Generator) -> TwoEchelon:
    """Some sites have a second size, that holds more and costs more."""
    plant, depot = (np.concatenate([np.arange(n), np.flatnonzero(g.random(n) < 0.6)]) for n in (p.plants, p.depots))
    more1, more2 = (np.where(np.arange(len(of)) < n, 1.0, 1.8) for of, n in ((plant, p.plants), (depot, p.depots)))
    state1, state2 = (
        np.where((np.arange(len(of)) >= n) & (state[of] == OPEN), CLOSED, state[of])
        for of, n, state in ((plant, p.plants, p.plant_state), (depot, p.depots, p.depot_state))
    )
    return replace(
        p, plant_cost=p.plant_cost[:, plant][:, :, depot], customer_cost=p.customer_cost[:, depot] * 1.0,
        plant_capacity=p.plant_capacity[plant] * more1[:, None], depot_capacity=p.depot_capacity[depot] * more2[:, None],
        plant_fixed=p.plant_fixed[plant] * more1**0.7, depot_fixed=p.depot_fixed[depot] * more2**0.7, plant_state=state1,
        depot_state=state2, plant_place=plant, depot_place=depot, plant_room=np.zeros(0), depot_room=np.zeros(0),
        plant_weight=np.zeros(0), depot_weight=np.zeros(0), plant_least=np.zeros(0), depot_least=np.zeros(0),
    )  # fmt: skip


def sharing(p: TwoEchelon, g: np.random.Generator) -> TwoEchelon:
    """What sites hold together is about what they hold of each material, or less; not all have a limit."""
    weight1, weight2 = g.uniform(0.5, 2.0, p.materials), g.uniform(0.5, 2.0, p.materials)
    total = p.demand.sum(0)
    rooms = []
    for weight, capacity, units in ((weight1, p.plant_capacity, total / p.output), (weight2, p.depot_capacity, total)):
        room = (np.minimum(capacity, units) * weight).sum(1) * g.uniform(0.6, 1.1, len(capacity))
        rooms.append(np.where(g.random(len(room)) < 0.2, np.inf, np.round(room, 1)))
    return replace(
        p, plant_room=rooms[0], depot_room=rooms[1], plant_weight=np.tile(weight1, (p.plants, 1)),
        depot_weight=np.tile(weight2, (p.depots, 1)),
    )  # fmt: skip


def holds(p: TwoEchelon, answer: Any) -> float:
    """What the plan costs, once all that the shapes add was checked too."""
    z, y = answer.open_plants, answer.open_depots
    for on, place in ((z, p.plant_place), (y, p.depot_place)):
        assert len(np.unique(place[on])) == on.sum()
    count = np.array([z.sum(), y.sum(), z.sum() + y.sum()])
    assert (count[:2] >= p.least_open).all() and (count <= p.most_open).all()
    assert ((answer.plant_flow.sum(2).T * p.plant_weight).sum(1) <= p.plant_room * (1 + 1e-7) + 1e-6).all()
    assert ((answer.customer_flow.sum(2).T * p.depot_weight).sum(1) <= p.depot_room * (1 + 1e-7) + 1e-6).all()
    for flow, weight, least, on in (
        (answer.plant_flow, p.plant_weight, p.plant_least, z), (answer.customer_flow, p.depot_weight, p.depot_least, y)
    ):  # fmt: skip
        assert ((flow.sum(2).T * weight).sum(1)[on] >= least[on] * (1 - 1e-7) - 1e-6).all()
    return recomputed(p, answer)


def closed_at_the_optimum(shape: str, seed: int) -> bool:
    """Whether there was a plan."""
    p = shaped(shape, seed)
    best, answer = optimum(p), solve_two_echelon(p, Watch(certify=True))
    if best is None:
        assert answer.status == "infeasible" and answer.open is None
        return False
    assert answer.status == "optimal" and answer.objective is not None
    near = 2e-6 * max(1.0, abs(best))
    assert answer.objective == pytest.approx(best, abs=near)
    assert answer.bound <= best + near
    assert holds(p, answer) == pytest.approx(answer.objective, rel=1e-7)
    c = answer.certificate
    assert isinstance(c, EchelonCertificate) and c.bound <= best + 1e-9 * max(1.0, abs(best))
    assert check_echelon_certificate(c, p).bound == c.bound >= answer.bound - 3e-9 * max(1.0, abs(best))
    return True


@pytest.mark.parametrize("shape", SHAPES)
def test_small_problems_of_each_shape_are_closed_at_the_optimum(shape: str) -> None:
    assert any([closed_at_the_optimum(shape, seed) for seed in range(12)])


@pytest.mark.parametrize(
    ("shape", "seed"),
    [
        ("counts", 185),  # a node without any choice of sites
        ("shared", 221),  # a choice of sites that is short of room by little
        ("all", 103),  # a site that can never take in its least
        ("all", 280),  # too few sites, as shares of the shared room show among those of materials
        ("shared", 302),  # prices near each other
    ],
)
def test_the_certificate_shows_all_that_the_search_did(shape: str, seed: int) -> None:
    assert closed_at_the_optimum(shape, seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
@pytest.mark.parametrize("shape", SHAPES)
def test_many_small_problems_are_closed_at_the_optimum(shape: str, block: int) -> None:
    found = [closed_at_the_optimum(shape, 100 + 32 * block + seed) for seed in range(32)]
    assert any(found)


def _bounds_hold(shape: str, seed: int, linked: bool) -> None:
    p = shaped(shape, seed)
    best = optimum(p)
    if best is None:
        return
    data, g, stop = prepare(p), np.random.default_rng(seed), np.zeros(1, np.int8)
    i = p.plants
    least = np.array([
        max(data.limits[0, 0], least_count(data.holds[:, :i], data.needs[0], p.plant_state, data.place[:i])),
        max(data.limits[1, 0], least_count(data.holds[:, i:], data.needs[1], p.depot_state, data.place[i:])),
    ])  # fmt: skip
    cutoff, slack = best + 1e-6 * max(1.0, abs(best)), 1e-9 * max(1.0, abs(best))
    for scale in (1.0, 10.0, 100.0):
        links = no_links(data)
        prices = g.normal(scale, scale, prices_of(data, links))
        if linked:
            links, prices = link(data, p.state, prices)
        room = new_room(data, links)
        for _ in range(4):
            tried = prices + g.normal(0.0, scale, len(prices))
            assert evaluate(data, links, tried, p.state.copy(), least, np.inf, room) <= best + slack
        point, state = (prices, np.zeros(len(prices)), np.zeros(len(p.state))), p.state.copy()
        memory, pace = np.array([-np.inf, 0.3, 0.0, 0.1]), (1.05, 0.8, 20.0, 0.9)
        ascend(data, links, point, state, least, -1, cutoff, cutoff, 200, pace, memory, room, stop)
        assert memory[0] <= best + slack
        fixed = replace(p, plant_state=state[:i], depot_state=state[i:])  # the optimum is in reach
        assert optimum(fixed) == pytest.approx(best, rel=1e-7)


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_prices_give_a_bound_above_the_optimum_of_a_shape(shape: str, linked: bool) -> None:
    for seed in range(4):
        _bounds_hold(shape, seed, linked)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_no_prices_give_a_bound_above_many_optima(shape: str) -> None:
    for seed in range(4, 40):
        _bounds_hold(shape, seed, bool(seed % 2))


def _chosen(gain: Array, state: Array, place: Array, least: int, most: int) -> list[tuple[float, tuple[int, ...]]]:
    """All choices that may be, with what they cost."""
    n, out = len(gain), []
    for bits in range(2**n):
        on = [s for s in range(n) if bits >> s & 1]
        right = all(state[s] != CLOSED for s in on) and all(s in on for s in range(n) if state[s] == OPEN)
        if right and len({place[s] for s in on}) == len(on) and least <= len(on) <= most:
            out.append((float(sum(gain[s] for s in on)), tuple(on)))
    return out


def test_the_choice_among_sites_is_best_and_fixes_no_more_than_it_may() -> None:
    g = np.random.default_rng(3)
    fixed = 0
    for _ in range(150):
        n = int(g.integers(2, 8))
        gain, place = np.round(g.normal(0.0, 10.0, n), 1), np.sort(g.integers(0, n, n))
        place = np.searchsorted(place, place)
        state = g.choice([CLOSED, FREE, FREE, FREE, OPEN], n).astype(np.int8)
        for s in np.flatnonzero(state == OPEN):
            state[(place == place[s]) & (np.arange(n) != s)] = CLOSED
        least = int(g.integers(0, 3))
        most = least + int(g.integers(0, 4))
        every, y, after = _chosen(gain, state, place, least, most), np.zeros(n), state.copy()
        found = choose(gain, after, place, least, most, y, 0.0, np.inf)
        if not every:
            assert found == np.inf
            continue
        best = min(cost for cost, _ in every)
        assert found == pytest.approx(best, abs=1e-9) and gain @ y == pytest.approx(best, abs=1e-9)
        cutoff = best + float(g.uniform(0.0, 12.0))
        choose(gain, after, place, least, most, y, 0.0, cutoff)
        for s in np.flatnonzero((after != state) & (state == FREE)):
            against = [cost for cost, on in every if (s in on) != (after[s] == OPEN)]
            assert not against or min(against) > cutoff - 1e-9  # one unit less would be wrong
            fixed += 1
        for s in np.flatnonzero(after == FREE):  # and what is not fixed may be either way
            assert any(cost <= cutoff + 1e-9 and s in on for cost, on in every)
            assert any(cost <= cutoff + 1e-9 and s not in on for cost, on in every)
    assert fixed > 100


def test_no_more_of_both_echelons_than_may_be() -> None:
    g = np.random.default_rng(4)
    for _ in range(60):
        gain, state, place = np.round(g.normal(-3.0, 10.0, 7), 1), np.full(7, FREE, np.int8), np.arange(7)
        least, most, y = np.array(g.integers(0, 2, 2)), int(g.integers(2, 7)), np.zeros(7)
        found = choose(gain[:3], state[:3], place[:3], least[0], 9, y[:3], 0.0, np.inf)
        found += choose(gain[3:], state[3:], place[3:], least[1], 9, y[3:], 0.0, np.inf)
        found += choose_both(gain, state, place, 3, least, most, y)
        best = min(
            a + b
            for a, one in _chosen(gain[:3], state[:3], place[:3], least[0], 9)
            for b, two in _chosen(gain[3:], state[3:], place[3:], least[1], 9)
            if len(one) + len(two) <= most
        )
        assert found == pytest.approx(best, abs=1e-9) and gain @ y == pytest.approx(best, abs=1e-9)


def test_room_that_is_split_holds_no_more_than_the_room() -> None:
    for seed in range(20):
        data = prepare(shaped("shared", seed))
        if not len(data.room):
            continue
        parts = split(data)
        held = np.concatenate([parts.supply, parts.through], axis=1)
        assert ((data.weight * held).sum(0) <= data.room * (1 + 1e-9) + 1e-9).all()
        assert (held <= np.concatenate([data.supply, data.through], axis=1) * (1 + 1e-9)).all()


def test_a_certificate_of_a_shape_is_for_its_figures_and_its_bound() -> None:
    p = next(q for q in (shaped("all", seed) for seed in range(40)) if optimum(q) is not None and q.shared)
    c = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True)).certificate
    assert isinstance(c, EchelonCertificate)
    with pytest.raises(CertificateError, match="is open"):
        check_echelon_certificate(replace(c, bound=c.bound + 1.0), p)
    with pytest.raises(CertificateError, match="other figures"):
        check_echelon_certificate(c, replace(p, most_open=np.full(3, 99.0)))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"most_open": np.zeros(2)}, "shape"), ({"plant_room": np.full(3, -1.0)}, "negative"),
     ({"least_open": np.full(2, np.inf)}, "finite"), ({"depot_weight": np.full((4, 2), np.nan)}, "NaN")],
)  # fmt: skip
def test_shapes_that_are_no_problem_are_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SitingError, match=words):
        replace(echelons(3, 4, 6, 2, "hard", 5), **change)
