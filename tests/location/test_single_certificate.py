"""Certificates of single sourcing: they hold, their bounds are true, and nothing false is shown by changed ones."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from balik.location.certificate import KINDS as ARRAYS
from balik.location.certificate import Certificate, CertificateError, read_certificate
from balik.location.checker import Replay, _shape, check_certificate
from balik.location.problem import Siting
from balik.location.single import solve_single
from balik.location.sourcing import best_loads, refuted_pairs, settled
from balik.location.watch import Watch
from location.test_single import KINDS, compact, made


def certified(p: Siting, gap: float = 0.0) -> Certificate | None:
    """The certificate of a solved problem, as it comes back from its file."""
    answer = solve_single(p, Watch(gap=gap, certify=True))
    if answer.objective is None:
        return None
    assert answer.certificate is not None
    assert answer.certificate.bound >= answer.bound - 3e-9 * max(1.0, abs(answer.objective))
    return read_certificate(answer.certificate.as_bytes())


def walked(c: Certificate, p: Siting) -> None:
    """The walk alone: a claim above the plan in the file is refused before it."""
    _shape(c, p)
    Replay(c, p).run()


def never_false(p: Siting, c: Certificate, true: float, times: int, seed: int) -> None:
    """Claims above the optimum, with arrays as they are and changed: always refused."""
    for more in (1e-6 * max(1.0, abs(true)), 1.0, 1e6):
        with pytest.raises(CertificateError):
            walked(replace(c, bound=true + more), p)
        with pytest.raises(CertificateError):
            check_certificate(replace(c, bound=true + more), p)
    g = np.random.default_rng(seed)
    for _ in range(times):
        name = str(g.choice(["branch", "child", "first", "price", "cover", "number", "most"]))
        array = getattr(c, name).copy()
        if not array.size:
            continue
        at = tuple(int(g.integers(size)) for size in array.shape)
        if array.dtype.kind == "i":
            array[at] = int(g.choice([-2, -1, 0, 1, array[at] + 1, int(g.integers(p.n + p.n * p.m + 5))]))
        else:
            array[at] = float(g.choice([-array[at], array[at] * 10.0, array[at] + 100.0, 1e12, 0.0, np.nan]))
        with pytest.raises(CertificateError):
            walked(replace(c, **{name: array}, bound=true + 1e-6 * max(1.0, abs(true))), p)
        try:  # its own claim is true, whatever shows it
            assert check_certificate(replace(c, **{name: array}), p).bound == c.bound
        except CertificateError:
            pass


def judged(kind: str, seed: int, times: int = 8, n: int = 8, m: int = 14) -> bool:
    """One problem: its certificate holds, and shows what is true; whether there is a plan."""
    p = made(seed, kind, n, m)
    c, true = certified(p, (0.0, 1e-6)[seed % 2]), compact(p)
    assert (c is None) == (true is None)
    if c is None or true is None:
        return False
    checked = check_certificate(c, p)
    assert checked.bound == c.bound <= true + 1e-7 * max(1.0, abs(true))
    never_false(p, c, true, times, seed)
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_certificates_of_every_kind_hold_and_show_nothing_false(kind: str) -> None:
    assert any([judged(kind, seed) for seed in range(1, 3)])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_certificates(kind: str) -> None:
    assert any([judged(kind, seed, 40, 8, 20) for seed in range(100, 105)])


def test_arrays_that_do_not_fit_are_refused() -> None:
    p = made(1, "plain")
    c = certified(p)
    assert c is not None
    for name in ARRAYS:
        with pytest.raises(CertificateError):
            check_certificate(replace(c, **{name: np.append(getattr(c, name).ravel(), 7)}), p)
    with pytest.raises(CertificateError):
        check_certificate(replace(c, branch=c.branch + np.where(c.branch >= 0, p.n * (p.m + 1), 0).astype(np.int32)), p)
    with pytest.raises(CertificateError):  # where customers may have several sites, plans cost less
        check_certificate(c, replace(p, single=False))


@pytest.mark.parametrize("whole", [True, False])
def test_loads_are_the_best_or_above(whole: bool) -> None:
    g = np.random.default_rng(3)
    for _ in range(40):
        demand = g.integers(1, 9, 7).astype(float) if whole else g.uniform(0.1, 9.0, 7)
        capacity = g.integers(0, 30, 3).astype(float) if whole else g.uniform(0.0, 30.0, 3)
        profit = np.where(g.random((3, 7)) < 0.2, -np.inf, g.uniform(-3.0, 9.0, (3, 7)))
        found = best_loads(profit, demand, capacity)
        for j in range(3):
            best = max(
                sum(profit[j, i] for i in range(7) if z[i])
                for z in itertools.product((0, 1), repeat=7)
                if demand @ z <= capacity[j]
            )
            assert found[j] >= best - 1e-12
            assert found[j] <= best + 1e-12 or not whole
        assert best_loads(profit, demand, capacity * 0.0).max() == 0.0


def test_pairs_are_refuted_no_sooner_than_they_cost_the_claim() -> None:
    """With θ = 2 a unit, a customer of 3 units that brings 4 lacks 2: refuted where the site is 2 short, not 2.1."""
    profit, price = np.array([[4.0, 7.0, -np.inf]]), np.array([[6.0, 6.0, 6.0]])
    for short, refuted in ((1.9, True), (2.1, False), (-1.1, True)):
        found = refuted_pairs(profit, price, np.array([short]), 1e-14)
        assert found.tolist() == [[refuted, short < -1.0, True]]


def test_what_follows_of_pairs_leaves_no_plan_out() -> None:
    """Every assignment within the boxes that fits stays within them."""
    g = np.random.default_rng(5)
    seen = 0
    for _ in range(150):
        n, m = 3, 4
        place = np.array([[0, 1, 2], [0, 0, 1]][int(g.integers(2))])
        demand, room = g.integers(1, 6, m).astype(float), g.integers(3, 12, n).astype(float)
        least = np.where(g.random(n) < 0.4, np.floor(room * 0.6), 0.0)
        pairs, may = g.random((n, m)) < 0.6, g.random(n) < 0.9
        none = g.random(place.max() + 1) < 0.7
        first = (pairs.copy(), may.copy(), none.copy())
        empty = settled(pairs, may, none, place, demand, room, least)
        for plan in itertools.product(range(n), repeat=m):
            load = np.bincount(plan, demand, n)
            opened = load > 0
            fits = all(first[0][j, i] and first[1][j] for i, j in enumerate(plan)) and (load <= room).all()
            fits = (
                fits
                and (load[opened] >= least[opened]).all()
                and (np.bincount(place[opened], minlength=len(none)) <= 1).all()
            )
            if fits and (np.bincount(place[opened], minlength=len(none)) >= ~first[2]).all():
                seen += 1
                assert not empty
                assert all(pairs[j, i] and may[j] for i, j in enumerate(plan))
    assert seen > 50
