"""The five rounds: they pass on sound cases, and fail where the plan, the solver or the data are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import balik
from analysis.audited import chain, planted, put, siting
from balik.algebra import Arrays
from balik.analysis.told import figure
from balik.analysis.validate import dense
from balik.analysis.validate.bench import Bench
from balik.analysis.validate.calculation import error_bound, numerical_error
from balik.analysis.validate.exact import least
from balik.analysis.validate.twin import parts_of
from balik.api import options_of, prepare
from balik.engines import Options
from balik.engines.highs import run_highs
from balik.plan.verify import judge
from balik.views.chapter import chapter, write_chapter

SMALL = ["gudang-transit", "jerigen-padang", "turki-enam-kota"]
LARGE = [
    "aki-timbal",
    "plastik-jabodetabek",
    "nmc-jawa-barat",
    "first-hour",
    "jerigen-padang-lingkar",
    "plastik-jabodetabek-rinci",
    "pusat-daur-ulang",
    "weee-dua-target",
]


@cache
def validated(case):
    return balik.validate(case)


def failed(found):
    return [
        (r.number, str(t.name), str(t.expected), str(t.found))
        for r in found.rounds
        for t in r.trials
        if t.passed is False
    ]


def trial(found, name):
    return next(t for r in found.rounds for t in r.trials if t.name == name)


@pytest.mark.parametrize("case", SMALL)
def test_a_sound_case_passes(case):
    found = validated(case)
    assert found.ok and found.exit_code == 0, failed(found)
    assert [r.number for r in found.rounds] == [1, 2, 3, 4, 5]
    assert sum(t.passed is True for r in found.rounds for t in r.trials) >= 12
    assert all(t.expected for r in found.rounds for t in r.trials)
    assert all(t.found for r in found.rounds for t in r.trials if t.passed is not None)
    assert all(
        t.expected.startswith("not applicable, because") for r in found.rounds for t in r.trials if t.passed is None
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE)
def test_a_larger_sound_case_passes(case):
    assert failed(balik.validate(case)) == []


@pytest.mark.parametrize("base", [chain, siting])
@pytest.mark.parametrize("weights", [{"co2": 1}, {"cost": 1, "co2": 300}])
def test_other_objectives_do_not_make_it_fail(base, weights):
    case, settings = base()
    case.pop("expected", None)
    case["modes"]["full_co2"] = [0.1]
    assert failed(balik.validate(case, settings=settings | {"objective": weights})) == []


def test_limits_on_money_do_not_make_it_fail():
    case, settings = chain()
    case.pop("expected")
    case["limits"] = {
        "limit": ["anggaran", "omzet"],
        "quantity": ["transport", "revenue"],
        "least": ["", -2e7],
        "most": [1900000, ""],
    }
    assert failed(balik.validate(case, settings=settings)) == []


def test_obligations_make_no_supply_infeasible_and_are_named():
    found = trial(validated("jerigen-padang"), "No supply")
    assert found.passed and "'vcap' asks for at least 800 (jerigen-padang/limits.csv line 2)" in found.expected
    assert trial(validated("turki-enam-kota"), "No supply").expected == "nothing moves, and nothing variable is paid"


def test_a_case_without_a_plan_fails_and_says_so():
    found = balik.validate("jerigen-padang", scenario="biaya-plus-20")
    assert not found.ok and found.exit_code == 3
    assert trial(found, "A plan").passed is False and trial(found, "A plan").found == "no plan exists"


def test_a_recipe_that_loses_mass_fails_the_second_round():
    case, settings = planted(chain, put("recipes", "rate", 2, 0.05))
    case.pop("expected")
    found = balik.validate(case, settings=settings)
    assert [number for number, *_ in failed(found)] == [2] and "0.05 kg are lost" in failed(found)[0][3]


# -- faulty solvers ----------------------------------------------------------------------------------------------


def cheated(monkeypatch, spoil):
    """A solver that answers another question and swears that it is the best."""
    from balik.location.pick import ENGINES

    true = ENGINES["auto"]

    def run(a: Arrays, options: Options, basis=None):
        other = true(spoil(a), options, basis)
        if other.x is None:
            return other
        value = float(a.cost @ other.x) + a.offset
        return replace(other, objective=value, bound=value, gap=0.0)

    monkeypatch.setitem(ENGINES, "auto", run)


@pytest.mark.parametrize("case", ["jerigen-padang"])
def test_a_solver_with_a_wrong_optimum_is_caught(monkeypatch, case):
    def dearest_first(a: Arrays) -> Arrays:
        return replace(a, cost=np.where(a.integer, a.cost, -0.1 * a.cost))

    cheated(monkeypatch, dearest_first)
    found = balik.validate(case)
    assert not found.ok
    assert {number for number, *_ in failed(found)} & {3, 4, 5}, failed(found)


def test_a_solver_that_forgets_a_capacity_never_gets_as_far(monkeypatch):
    cheated(monkeypatch, lambda a: replace(a, row_upper=np.full(len(a.row_upper), np.inf)))
    found = balik.validate("turki-enam-kota")
    assert not found.ok and trial(found, "A plan").passed is False


@pytest.mark.parametrize(
    "case", ["jerigen-padang", "nmc-jawa-barat", pytest.param("first-hour", marks=pytest.mark.slow)]
)
def test_parts_of_a_worse_plan_can_be_made_cheaper(case):
    arrays, quick = prepare(case).model.program.arrays(), Options(prices=False, gap=0.05)
    worse = run_highs(replace(arrays, cost=np.where(arrays.integer, arrays.cost, -arrays.cost)), quick)
    best = run_highs(arrays, replace(quick, gap=1e-6))
    scale = 1e-6 * abs(best.objective)
    assert max(p.gain for p in parts_of(arrays, worse.x)) > 100 * scale
    assert max(p.gain for p in parts_of(arrays, best.x)) <= scale


def test_the_numerical_error_is_the_judges():
    """Of the plan as written; a flow that is a quarter off breaks a law, and the trial fails."""
    prepared = prepare("turki-enam-kota")
    plan = balik.solve("turki-enam-kota")
    columns = {name: table for name, table in plan.columns.items() if name != "prices"}
    assert numerical_error(judge(prepared.data, columns, plan.document())).passed is True
    flow = dict(columns["flow"])
    flow["amount"] = [flow["amount"][0] + 0.25, *flow["amount"][1:]]
    found = numerical_error(judge(prepared.data, columns | {"flow": flow}, plan.document()))
    assert found.passed is False and "last digit" not in found.found


@pytest.mark.parametrize(
    ("case", "how"),
    [("jerigen-padang", "lp"), ("plastik-jabodetabek", "lp"), ("turki-enam-kota", "tree"), ("turki-enam-kota", "root")],
)
def test_the_error_bound_is_from_below(case, how, monkeypatch):
    if how == "root":
        monkeypatch.setattr("balik.proved._LARGE", 0)  # no program is small enough for a tree
    prepared = prepare(case)
    bench = Bench(prepared, options_of(prepared.tables))
    proof, objective = bench.plan.facts["proof"], bench.plan.objective
    assert proof["how"] == how and proof["bound"] <= objective
    if how != "root":
        assert proof["bound"] == pytest.approx(objective, rel=1e-7)
    trial = error_bound(bench)
    assert trial.passed is True and ("the search claims" in trial.found) == (how == "root")
    worse = replace(bench.plan, facts=bench.plan.facts | {"proof": proof | {"gap": -0.01 if how == "root" else 0.01}})
    bench.plan = worse
    assert error_bound(bench).passed is False


# -- the fractions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_the_simplexes_agree_with_the_solver(seed):
    random = np.random.default_rng(seed)
    n, m = int(random.integers(2, 7)), int(random.integers(1, 6))
    matrix = random.integers(-4, 6, (m, n)).astype(float)
    cost = random.integers(-5, 8, n).astype(float)
    lower, upper = random.integers(-2, 2, n).astype(float), random.integers(3, 9, n).astype(float)
    low = random.integers(-12, 4, m).astype(float)
    high = low + random.integers(0, 15, m)
    start = np.arange(0, m * n + 1, m, dtype=np.int32)
    arrays = Arrays(
        cost,
        0.0,
        lower,
        upper,
        np.zeros(n, bool),
        low,
        high,
        start,
        np.tile(np.arange(m, dtype=np.int32), n),
        matrix.T.ravel(),
    )
    result = run_highs(arrays, Options(prices=False))
    rows = [([Fraction(v) for v in matrix[i]], Fraction(low[i]), Fraction(high[i])) for i in range(m)]
    found = least([Fraction(c) for c in cost], rows, [Fraction(v) for v in lower], [Fraction(v) for v in upper])
    floats = dense.least(cost, matrix, low, high, lower, upper)
    assert {found is None, floats is None} == {result.status == "infeasible"}
    if found is not None:
        assert float(found) == pytest.approx(result.objective, abs=1e-7)
        assert floats == pytest.approx(result.objective, abs=1e-7)


def test_the_simplex_in_fractions_ends_where_the_cost_falls_forever():
    with pytest.raises(ValueError, match="unbounded"):
        least([Fraction(-1)], [], [Fraction(0)], [None])


# -- the chapter -------------------------------------------------------------------------------------------------


def test_numbers_are_written_as_the_language_does():
    assert figure(8161000.5).into("id") == "8.161.000,5" and figure(8161000.5) == "8,161,000.5"
    assert (figure(0), figure(-0.0), figure(None), figure(1e-9), figure(1234567.0)) == (
        "0",
        "0",
        "–",
        "1e-09",
        "1,234,567",
    )


def test_the_chapter_is_written_in_both_languages(tmp_path):
    found = validated("turki-enam-kota")
    english, indonesian = chapter(found), chapter(found, language="id")
    assert "# Verification and validation: Reverse logistics of six cities" in english and "| PASS |" in english
    assert "# Verifikasi dan validasi" in indonesian and "| LULUS |" in indonesian and "11.476,31465" in indonesian
    assert "Masukan yang tidak terkontrol" in indonesian and "not applicable" not in indonesian
    page = write_chapter(found, tmp_path / "bab.html", "id").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and '<html lang="id">' in page and "http" not in page
    assert json.dumps(found.document("id"))


def test_a_chapter_is_written_as_its_name_ends(tmp_path):
    found = validated("gudang-transit")
    assert write_chapter(found, tmp_path / "a.md").read_text(encoding="utf-8").startswith("# Verification")
    with pytest.raises(balik.CallError):
        write_chapter(found, tmp_path / "a.docx")


def test_texts_of_the_user_are_no_markup():
    found = replace(validated("gudang-transit"), title="<b>5 | 6</b> *x*")
    assert "<b>" not in chapter(found, "html") and "\\<b\\>5 | 6\\</b\\> \\*x\\*" in chapter(found)
