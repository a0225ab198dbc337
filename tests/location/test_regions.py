"""Regions of a plan chosen anew: the small problem says what the whole plan gains, and breaks none of its rules."""

from __future__ import annotations

import numpy as np
import pytest

from balik.location import regions
from balik.location.problem import OPEN, Siting
from balik.location.regions import improve, region
from balik.location.solve import _in_region, solve_siting
from balik.location.transport import Transport
from balik.location.watch import Watch
from location.siting_problems import KINDS, random_siting


def cost(p: Siting, open_: np.ndarray) -> float:
    """Of a set of sites, inf where a rule is broken."""
    twice = len(np.unique(p.place[open_])) < open_.sum()
    if (
        twice
        or (p.rows @ open_ > p.upper + 1e-9).any()
        or not open_[p.state == OPEN].all()
        or open_[p.state == 0].any()
    ):
        return np.inf
    return Transport(p).cost(open_) + float(p.fixed[open_].sum())


def first(p: Siting) -> np.ndarray | None:
    """Some plan, far from the best: that of other fixed costs."""
    g = np.random.default_rng(3)
    changes = {name: getattr(p, name) for name in ("state", "least", "place", "rows", "upper")}
    return solve_siting(
        Siting(p.unit_cost, p.demand, p.capacity, g.permutation(p.fixed) * 3.0, **changes), Watch()
    ).open


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_region_gains_the_plan_gains(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "_SIZE", 8)
    better = 0
    for seed in range(6):
        p = random_siting(kind, seed, n=24, m=40)
        start = first(p)
        if start is None:
            continue
        before, told = cost(p, start), []
        assert np.isfinite(before)

        def solve(r: regions.Region, watch: Watch, told: list = told) -> np.ndarray | None:
            sites = _in_region(r, watch)
            if sites is not None:
                told.append((r, sites, cost(r.problem, sites)))
            return sites

        def take(open_: np.ndarray, p: Siting = p, told: list = told) -> float:
            value = cost(p, open_)
            if len(told) == 1:
                r, _, after = told[0]
                assert value <= before - (r.cost - after) + 1e-7 * before  # noqa: B023
            return value

        improve(p, p.state, start, Watch(gap=1e-9), solve, take)
        better += bool(told)
    assert better or kind in ("tight", "counts", "everything")  # no other sites would do there


def test_a_region_pays_in_the_small_problem_what_it_pays_in_the_plan() -> None:
    p = random_siting("plain", 4, n=30, m=50)
    open_ = solve_siting(p, Watch()).open
    t = Transport(p)
    t.cost(open_)
    lanes = regions._lanes(t)
    for centre in np.flatnonzero(open_):
        r = region(p, p.state, open_, lanes, int(centre), 10)
        assert cost(r.problem, r.open) <= r.cost + 1e-9 * r.cost
        assert r.open[r.sites == centre].all()
        if len(np.unique(lanes[0])) == len(r.sites):  # the region is the whole
            assert r.cost == pytest.approx(cost(p, open_))
