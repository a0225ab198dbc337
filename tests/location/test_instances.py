"""Public instances are read right, random ones are those of their recipes, and what is known of them is found."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.siting import generators, instances
from benchmarks.siting.models import FORMS, compact

needs_folder = pytest.mark.skipif(instances.folder() is None, reason="the folder of instances is not here")
needs_facts = pytest.mark.skipif(generators.facts() is None, reason="the tables of West Java are not here")


def highs(p: object, form: str) -> float:
    """The optimum of the compact model."""
    h = compact(p, form).highs()  # type: ignore[arg-type]
    h.setOptionValue("mip_rel_gap", 1e-9)
    h.run()
    return float(h.getInfo().objective_function_value)


def cases(problem: str, *sets: str) -> list[str]:
    """Files of these sets whose optimum is proven."""
    return [
        f for (f, kind), (_, proven) in instances.optima().items() if kind == problem and proven and f.startswith(sets)
    ]


# -- files -------------------------------------------------------------------------------------------------------


@needs_folder
def test_every_file_with_a_known_value_is_read() -> None:
    for file, problem in instances.optima():
        p = instances.read(file, problem)
        assert np.isfinite(p.unit_cost).all() and (p.demand > 0).all() and p.capacity.sum() >= p.total, file
        assert p.single == (problem == "SSCFLP") and np.isinf(p.capacity).all() == (problem == "UFL")


@needs_folder
@pytest.mark.parametrize("letter", "ab")
def test_the_two_layouts_agree(letter: str) -> None:
    for k in range(4):
        one = instances.read(f"orlib_cap/gs_layout/cap{letter}{k + 1}.txt.gz")
        two = instances.read(f"orlib_cap/orlib_layout/cap{letter}.txt.gz", variant=k)
        assert all(np.array_equal(getattr(one, f.name), getattr(two, f.name)) for f in dataclasses.fields(one))


@needs_folder
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("file", "problem"),
    [("orlib_cap/orlib_layout/cap41.txt", "CFLP"), ("orlib_cap/gs_layout/cap71.txt", "UFL"), ("holmberg/p1", "SSCFLP")],
)
def test_the_compact_models_have_the_known_optimum(file: str, problem: str, form: str) -> None:
    p = instances.read(file, problem)
    expected = instances.known(file, problem)
    assert expected is not None and highs(p, form) == pytest.approx(expected, rel=1e-7)


@needs_folder
def test_a_generated_file_has_the_ratio_of_its_name() -> None:
    p = instances.read("gk_klose_generator/T100x100_5_1.cfl.gz")
    assert (p.n, p.m) == (100, 100) and p.capacity.sum() / p.total == pytest.approx(5, rel=1e-2)


# -- recipes -----------------------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_arrays() -> None:
    assert (
        generators.sha(generators.cst(100, 100, 5, 1))
        == "0f561c99653618b3408cee7aeff3591fb45f7ff49e93ede9077d63523fc25e9e"
    )
    shas = {generators.sha(generators.cst(20, 10, 5, seed)) for seed in (1, 1, 2, 3)}
    assert len(shas) == 3


@pytest.mark.slow
def test_the_recipe_has_the_published_optimum() -> None:
    assert highs(generators.cst(100, 100, 5, 1), "strong") == pytest.approx(18513.5096, abs=1e-4)


@pytest.mark.parametrize("recipe", [generators.cst, generators.wide, generators.klose, generators.clustered])
def test_capacity_is_r_times_demand_and_both_forms_agree(recipe) -> None:  # type: ignore[no-untyped-def]
    p = recipe(14, 8, 3.0, 1)
    assert p.capacity.sum() / p.total == pytest.approx(3.0, rel=0.02)
    assert highs(p, "strong") == pytest.approx(highs(p, "weak"), rel=1e-8)


@needs_facts
def test_west_java_has_its_roads() -> None:
    p = generators.west_java_regions()
    assert (p.n, p.m, p.total) == (81, 27, 23772.0)
    assert p.unit_cost[:3, 1] == pytest.approx([86.49] * 3)  # Bogor to Sukabumi
    p = generators.west_java(60, 40, 5.0, 1)
    assert (p.n, p.m) == (40, 60) and np.isfinite(p.unit_cost).all()


def test_two_echelons_have_the_same_optimum_in_both_forms() -> None:
    p = generators.two_echelon(4, 5, 8, 2, "medium", 1)
    assert (p.plants, p.depots, p.customers, p.materials) == (4, 5, 8, 2)
    assert highs(p, "strong") == pytest.approx(highs(p, "weak"), rel=1e-8)


def test_a_reverse_network_can_take_what_returns() -> None:
    p = generators.reverse(40, 10, 5, 2, 4, 1)
    peak = p.returns.sum((0, 1)).max()
    assert p.centre_capacity.sum() > 2 * peak and p.level_capacity[:, -1].sum() > 1.9 * peak
    assert ((p.yields >= 0.6) & (p.yields <= 0.95)).all() and (np.diff(p.level_fixed, axis=1) > 0).all()


# -- the engine --------------------------------------------------------------------------------------------------


def engine(p: instances.Siting) -> tuple[str, float, float]:
    """What the search says that suits the problem."""
    dispatch = pytest.importorskip("balik.location.dispatch")
    from balik.location.watch import Watch

    answer = dispatch.search_for(p)(p, Watch(gap=1e-9))
    return answer.status, answer.objective, answer.bound


def proves(file: str, problem: str) -> None:
    status, objective, bound = engine(instances.read(file, problem))
    expected = instances.known(file, problem)
    assert status == "optimal"
    assert objective == pytest.approx(expected, rel=1e-6) and bound == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("file", [f for f in cases("CFLP", "orlib_cap/gs_layout/cap") if f.endswith(".txt")])
def test_the_engine_proves_the_small_optima(file: str) -> None:
    proves(file, "CFLP")


@pytest.mark.slow
@pytest.mark.parametrize("file", [f for f in cases("CFLP", "orlib_cap/gs_layout/cap") if f.endswith(".gz")])
def test_the_engine_proves_the_large_optima(file: str) -> None:
    proves(file, "CFLP")


@pytest.mark.slow
@pytest.mark.parametrize("file", cases("UFL", "orlib_cap"))
def test_the_engine_proves_optima_without_capacities(file: str) -> None:
    proves(file, "UFL")


@pytest.mark.slow
@pytest.mark.parametrize("file", cases("SSCFLP", "holmberg", "orlib_cap/gs_layout"))
def test_the_engine_proves_optima_of_single_source(file: str) -> None:
    proves(file, "SSCFLP")
