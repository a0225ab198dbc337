"""The certificate for two echelons: what any prices show holds, its tree shows the bound, and what does not is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise, product

import numpy as np
import pytest

from balik.engines import Options, run_highs
from balik.location.certificate import CertificateError
from balik.location.echelons.certificate import (
    EchelonCertificate,
    echelon_digest,
    folded,
    read_echelon_certificate,
    told,
)
from balik.location.echelons.checker import Bounding, check_echelon_certificate
from balik.location.echelons.chosen import chosen, together
from balik.location.echelons.counts import Counts, fewest
from balik.location.echelons.problem import TwoEchelon
from balik.location.echelons.solve import solve_two_echelon
from balik.location.problem import CLOSED, FREE, OPEN
from balik.location.recognise import Recognised, recognise
from balik.location.shown import shown_of
from balik.location.watch import Watch
from location.test_two_stages import KINDS, SHAPES, two_stages

SEED = 2


@cache
def hard() -> tuple[TwoEchelon, EchelonCertificate]:
    """A problem whose root does not end it, and its certificate: with pairs, and lists that refute sites."""
    g = np.random.default_rng(1)
    plants, depots, customers, materials = 4, 8, 16, 2
    at = [g.random((n, 2)) for n in (plants, depots, customers)]
    demand = g.integers(5, 36, (customers, materials)).astype(float)
    first, second = (10.0 * np.stack([np.sqrt(((a[:, None] - b) ** 2).sum(2))] * materials) for a, b in pairwise(at))
    room, through = (np.ceil(g.uniform(0.5, 1.5, (n, materials)) * 2.5 * demand.sum(0) / n) for n in (plants, depots))
    p = TwoEchelon(first, second, room, through, g.integers(500, 1000, plants), g.integers(200, 600, depots), demand)
    c = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True)).certificate
    assert isinstance(c, EchelonCertificate) and (c.branch >= 0).sum() > 1 and (c.site >= 0).any()
    return p, c


@cache
def problem(kind: str, seed: int, shape: str = "") -> tuple[TwoEchelon, float]:
    """A problem, and its optimum as HiGHS finds it on the program."""
    a = two_stages(kind, seed, shape)
    found = recognise(a)
    assert isinstance(found, Recognised) and isinstance(found.siting, TwoEchelon)
    result = run_highs(a, Options(gap=0.0, prices=False, threads=1))
    assert result.objective is not None
    return found.siting, result.objective


@cache
def certificate(kind: str, seed: int, shape: str = "") -> EchelonCertificate:
    """What the search leaves."""
    p, optimum = problem(kind, seed, shape)
    answer = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True))
    assert isinstance(answer.certificate, EchelonCertificate) and answer.objective == pytest.approx(optimum)
    return answer.certificate


def plain(p: TwoEchelon) -> Bounding:
    """Bounds by one price a depot."""
    return Bounding(p, *np.zeros((3, 0), np.int32))


@pytest.mark.parametrize("kind", KINDS)
def test_any_prices_show_a_bound_that_holds(kind: str) -> None:
    p, optimum = problem(kind, 1)
    g = np.random.default_rng(5)
    material, depot, customer = (g.integers(0, n, 9) for n in (p.materials, p.depots, p.customers))
    for scale in (1.0, 10.0, 40.0):
        for b in (plain(p), Bounding(p, material, depot, customer)):
            numbers = g.uniform(-scale if b.linked else 0.0, scale, b.width(False))
            assert b.at(b.prices(numbers, False), p.state.copy(), -np.inf) <= optimum + 1e-9 * abs(optimum)


@pytest.mark.parametrize(("kind", "shape"), [*((k, "") for k in KINDS), *(("bulk", shape) for shape in SHAPES)])
def test_the_tree_shows_the_optimum_and_no_more(kind: str, shape: str) -> None:
    p, optimum = problem(kind, SEED, shape)
    c = certificate(kind, SEED, shape)
    assert optimum - 4e-9 * abs(optimum) <= c.bound <= optimum
    again = read_echelon_certificate(c.as_bytes())
    assert again is not None and again.as_bytes() == c.as_bytes()
    how, checked = shown_of(c.as_bytes(), two_stages(kind, SEED, shape))
    assert checked.bound == c.bound and how == ("part" if len(c.branch) > 1 else "root")
    with pytest.raises(CertificateError, match=r"node \d+ of its tree is open"):  # one unit above what any plan costs
        check_echelon_certificate(replace(c, bound=optimum + 1.0), p)


NAMES = (
    "a branching left out", "another site", "two parents", "no lists", "empty lists", "other prices", "the other way",
    "every site open", "not evaluated", "no number", "a unit of nothing", "a unit more",
)  # fmt: skip


def forgeries(c: EchelonCertificate) -> dict[str, EchelonCertificate]:
    """Trees that leave plans out, prices that show nothing, and lists that refute what they do not."""
    inner = np.flatnonzero(c.branch >= 0)
    cut, dear, swapped = c.branch.copy(), c.branch.copy(), c.child.copy()
    cut[inner[-1]] = -1
    dear[inner[0]] = (dear[inner[0]] + 1) % 7
    none, empty = np.zeros(len(c.site) + 1, np.int64), folded(np.zeros(0, np.int64))
    swapped[inner[0]] = swapped[inner[-1]] if len(inner) > 1 else 0
    nothing = np.frombuffer(empty, np.uint8)
    off = c.opens.copy()
    off[c.site >= 0] ^= True
    return {
        "a branching left out": replace(c, branch=cut),
        "another site": replace(c, branch=dear),
        "two parents": replace(c, child=swapped),
        "no lists": replace(c, first=np.zeros_like(c.first), site=c.site[:0], opens=c.opens[:0], times=c.times[:0], fine=c.fine[:0],
                            plain=c.plain[:0], begin=c.begin[:1], numbers=c.numbers[:0]),
        "empty lists": replace(c, begin=none + len(nothing) * (np.arange(len(none)) > 0), numbers=nothing),
        "other prices": replace(c, unit=3.0 * c.unit),
        "the other way": replace(c, opens=off),
        "every site open": replace(c, site=np.where(c.site < 0, 0, c.site).astype(np.int32)),
        "not evaluated": replace(c, times=np.zeros_like(c.times)),
        "no number": replace(c, bound=float("nan")),
        "a unit of nothing": replace(c, unit=0.0),
        "a unit more": replace(c, bound=c.bound + 1.0),
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_tree_is_refused(name: str) -> None:
    p, c = hard()
    assert check_echelon_certificate(c, p).bound == c.bound
    with pytest.raises(CertificateError):
        check_echelon_certificate(forgeries(c)[name], p)


def test_other_figures_or_another_case_are_refused() -> None:
    p, c = hard()
    with pytest.raises(CertificateError, match="other figures"):
        check_echelon_certificate(c, replace(p, plant_fixed=p.plant_fixed + 1.0))
    with pytest.raises(CertificateError, match="none"):
        shown_of(c.as_bytes(), two_stages("by_material", SEED, "both"))


def test_no_certificate_shows_more_than_the_optimum_of_a_cheaper_case() -> None:
    """The tree of a case, for one in which a site costs a unit less: its bound may not stand where the site is used."""
    p, c = hard()
    used = solve_two_echelon(p, Watch(gap=1e-9, threads=1)).open
    assert used is not None
    for s in np.flatnonzero(used).tolist():
        less = np.eye(len(used))[s]
        q = replace(p, plant_fixed=p.plant_fixed - less[: p.plants], depot_fixed=p.depot_fixed - less[p.plants :])
        with pytest.raises(CertificateError, match="is open"):
            check_echelon_certificate(replace(c, digest=echelon_digest(q)), q)


@pytest.mark.parametrize("seed", range(3))
def test_a_search_that_ends_early_shows_the_bound_that_it_claims(seed: int) -> None:
    p, _ = hard()
    watch = Watch(gap=1e-9, threads=1, certify=True, seed=seed)
    watch.stop = lambda: watch.nodes >= 1
    answer = solve_two_echelon(p, watch)
    c = answer.certificate
    assert isinstance(c, EchelonCertificate) and answer.status == "feasible"
    assert check_echelon_certificate(c, p).bound <= answer.bound <= c.bound + 2e-9 * abs(answer.bound)


def test_prices_beyond_floating_point_show_nothing() -> None:
    """Units so light that a price of room overflows: endless gain is not taken for a choice that there is none of."""
    p, _ = hard()
    light = 1e-250
    p = replace(
        p, plant_room=np.full(p.plants, 900.0 * light), plant_weight=np.full((p.plants, p.materials), light),
        depot_weight=np.full((p.depots, p.materials), light),
    )  # fmt: skip
    number = np.zeros(plain(p).width(True), np.int64)
    number[-(p.plants + p.depots) :] = 2**52
    numbers = np.frombuffer(folded(number), np.uint8)
    one, none = np.zeros(1, np.int32), np.zeros(0, np.int32)
    c = EchelonCertificate(
        1e9, echelon_digest(p), 1e99, none, none, none, one - 1, one, np.array([0, 1]), one - 1, one > 0,
        np.ones(1, np.int8), one == 0, one == 0, np.array([0, len(numbers)]), numbers,
    )  # fmt: skip
    with pytest.raises(CertificateError, match="is open"), np.errstate(all="ignore"):
        check_echelon_certificate(c, p)
    lowest = np.frombuffer(folded(np.full(len(number), np.iinfo(np.int64).min)), np.uint8)
    c = replace(c, unit=1.0, numbers=lowest, begin=np.array([0, len(lowest)]))
    with pytest.raises(CertificateError, match="a number that is none"):
        check_echelon_certificate(c, p)


def test_numbers_come_back_as_they_were_packed() -> None:
    numbers = np.array([0, 1, -1, 2**40, -(2**40), 12345])
    data = np.frombuffer(folded(numbers), np.uint8)
    assert (told(data, len(numbers)) == numbers).all()
    for wrong in (data[:8], data[2:]):
        with pytest.raises(CertificateError):
            told(wrong, len(numbers))
    for many in (len(numbers) - 1, len(numbers) + 1):
        with pytest.raises(CertificateError, match="do not fit"):
            told(data, many)


@pytest.mark.parametrize("seed", range(30))
def test_the_least_choice_is_that_of_all_choices(seed: int) -> None:
    g = np.random.default_rng(seed)
    n = 6
    state = g.choice([CLOSED, FREE, FREE, FREE, OPEN], 2 * n).astype(np.int8)
    place = np.concatenate([np.sort(g.integers(0, n, n)), n + np.sort(g.integers(0, n, n))])
    for s in np.flatnonzero(state == OPEN):
        state[(place == place[s]) & (state == OPEN) & (np.arange(2 * n) > s)] = FREE
    gain = np.round(g.normal(0.0, 10.0, 2 * n), 1)
    least, most, both = g.integers(0, 3, 2), g.integers(2, n, 2), int(g.integers(3, 8))
    sums: list[dict[tuple[bool, ...], float]] = [{}, {}]
    for e, on in enumerate((slice(0, n), slice(n, 2 * n))):
        for y in product((False, True), repeat=n):
            of = np.array(y)
            apart = len(np.unique(place[on][of])) == of.sum()
            fits = not (of & (state[on] == CLOSED)).any() and not (~of & (state[on] == OPEN)).any()
            if apart and fits and least[e] <= of.sum() <= most[e]:
                sums[e][y] = float(gain[on][of].sum())
    choices = [
        chosen(gain[on], state[on], place[on], int(least[e]), int(most[e]))
        for e, on in enumerate((slice(0, n), slice(n, 2 * n)))
    ]
    for choice, every, on in zip(choices, sums, (slice(0, n), slice(n, 2 * n)), strict=True):
        assert choice.value == pytest.approx(min(every.values(), default=np.inf))
        for s in np.flatnonzero(state[on] == FREE) if every else []:
            for found, way in ((choice.opened[s], True), (choice.closed[s], False)):
                best = min((v for y, v in every.items() if y[s] == way), default=np.inf)
                if np.isfinite(found):
                    assert found == pytest.approx(best)
                else:
                    assert best == np.inf or (place[on] == place[on][s])[state[on] == OPEN].any()
    pairs = [a + b for (y, a), (z, b) in product(sums[0].items(), sums[1].items()) if sum(y) + sum(z) <= both]
    assert together(choices[0], choices[1], both) == pytest.approx(min(pairs, default=np.inf))


@pytest.mark.parametrize("seed", range(20))
def test_no_cover_has_fewer_sites(seed: int) -> None:
    g = np.random.default_rng(seed)
    n, rows = 6, 3
    held, need = g.integers(0, 9, (rows, n)).astype(float), g.integers(5, 20, rows).astype(float)
    state, place = g.choice([CLOSED, FREE, FREE, OPEN], n).astype(np.int8), np.sort(g.integers(0, n, n))
    sizes = [
        sum(y) for y in product((False, True), repeat=n)
        if not (np.array(y) & (state == CLOSED)).any() and not (~np.array(y) & (state == OPEN)).any()
        and len(np.unique(place[np.array(y)])) == sum(y) and (held[:, np.array(y)].sum(1) >= need).all()
    ]  # fmt: skip
    found = fewest(held, need, state, place)
    assert not sizes if found is None else found <= min(sizes, default=n)


@pytest.mark.parametrize("kind", ["by_material", "bulk"])
def test_the_checker_counts_the_sites_that_any_plan_opens(kind: str) -> None:
    p, _ = problem(kind, SEED)
    answer = solve_two_echelon(p, Watch(gap=1e-9, threads=1))
    assert answer.open is not None
    least = Counts(p).least
    assert 1 <= least[0] <= answer.open[: p.plants].sum() and 1 <= least[1] <= answer.open[p.plants :].sum()
