"""The certificate for two echelons: what any prices show holds, and what does not show its claim is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from balik.engines import Options, run_highs
from balik.location.certificate import CertificateError
from balik.location.echelons.certificate import (
    EchelonCertificate,
    certificate_of,
    check_echelon_certificate,
    read_echelon_certificate,
    shown,
)
from balik.location.echelons.problem import TwoEchelon
from balik.location.echelons.solve import solve_two_echelon
from balik.location.recognise import Recognised, recognise
from balik.location.shown import shown_of
from balik.location.watch import Watch
from location.test_two_stages import KINDS, SHAPES, two_stages


def problem(kind: str, seed: int) -> tuple[TwoEchelon, float]:
    """A problem, and its optimum as HiGHS finds it on the program."""
    a = two_stages(kind, seed)
    found = recognise(a)
    assert isinstance(found, Recognised) and isinstance(found.siting, TwoEchelon)
    result = run_highs(a, Options(gap=1e-9, prices=False, threads=1))
    assert result.objective is not None
    return found.siting, result.objective


@pytest.mark.parametrize("kind", KINDS)
def test_any_prices_show_a_bound_that_holds(kind: str) -> None:
    p, optimum = problem(kind, 1)
    g = np.random.default_rng(5)
    pairs = np.sort(g.choice(p.materials * p.depots * p.customers, 9, replace=False))
    start = np.searchsorted(pairs // p.customers, np.arange(p.materials * p.depots + 1))
    demands = p.materials * p.customers
    for scale in (1.0, 10.0, 40.0):
        plain = g.uniform(0.0, scale, demands + p.materials * p.depots)
        by_pair = g.uniform(-scale, scale, demands + len(pairs))
        none = np.zeros(p.materials * p.depots + 1, np.int64)
        for prices, begin, customer in ((plain, none, pairs[:0]), (by_pair, start, pairs % p.customers)):
            assert certificate_of(p, prices, begin, customer).bound <= optimum + 1e-9 * abs(optimum)


@pytest.mark.parametrize("kind", ["by_material", "works", "status"])
def test_the_search_leaves_prices_that_show_nearly_its_root(kind: str) -> None:
    p, optimum = problem(kind, 2)
    answer = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True))
    c = answer.certificate
    assert isinstance(c, EchelonCertificate) and answer.objective == pytest.approx(optimum)
    assert optimum - 0.15 * abs(optimum) < c.bound <= optimum + 1e-9 * abs(optimum)
    again = read_echelon_certificate(c.as_bytes())
    assert again is not None and again.as_bytes() == c.as_bytes()
    assert check_echelon_certificate(again, p).bound == c.bound
    how, checked = shown_of(c.as_bytes(), two_stages(kind, 2))
    assert how == "root" and checked.bound == c.bound


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_read_from_tables_leaves_prices_that_hold(shape: str) -> None:
    a = two_stages("bulk", 1, shape)
    found = recognise(a)
    assert isinstance(found, Recognised) and isinstance(found.siting, TwoEchelon)
    best = run_highs(a, Options(gap=1e-9, prices=False, threads=1)).objective
    c = solve_two_echelon(found.siting, Watch(gap=1e-9, threads=1, certify=True)).certificate
    assert isinstance(c, EchelonCertificate) and best is not None
    how, checked = shown_of(c.as_bytes(), a)
    assert how == "root" and best - 0.3 * abs(best) < checked.bound <= best + 1e-9 * max(1.0, abs(best))


def test_what_does_not_show_its_claim_is_refused() -> None:
    p, _ = problem("by_material", 2)
    c = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True)).certificate
    assert isinstance(c, EchelonCertificate)
    with pytest.raises(CertificateError, match="and it claims"):
        check_echelon_certificate(replace(c, bound=c.bound + 1.0), p)
    with pytest.raises(CertificateError, match="and it claims"):
        check_echelon_certificate(replace(c, demand=c.demand * np.float32(3.0)), p)
    with pytest.raises(CertificateError, match="other figures"):
        check_echelon_certificate(c, replace(p, plant_fixed=p.plant_fixed + 1.0))
    with pytest.raises(CertificateError, match="none"):
        check_echelon_certificate(replace(c, demand=c.demand * np.float32(np.nan)), p)
    with pytest.raises(CertificateError, match="do not fit"):
        check_echelon_certificate(replace(c, demand=c.demand[:, 1:]), p)
    with pytest.raises(CertificateError, match="none"):
        shown_of(c.as_bytes(), two_stages("by_material", 2, "both"))


def test_a_dearer_site_moves_the_bound_by_no_more() -> None:
    p, _ = problem("works", 3)
    c = solve_two_echelon(p, Watch(gap=1e-9, threads=1, certify=True)).certificate
    assert isinstance(c, EchelonCertificate)
    for site in range(p.plants):
        dearer = replace(p, plant_fixed=p.plant_fixed + np.eye(p.plants)[site])
        assert -1e-6 <= shown(c, dearer) - shown(c, p) <= 1.0 + 1e-6
