"""Instances of RELOG: known costs, costs of RELOG's own program, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from balik import check, convert, solve
from balik.cli import main
from balik.errors import CallError, InputError
from relog import instances, oracle
from relog.instances import Json, at, costs, lead_acid, one_plant, storage


def written(folder: Path, data: Any, name: str = "instance.json") -> Path:
    """The instance as a file."""
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def cost(folder: Path, data: Json) -> float:
    """The least cost of an instance, proved and verified."""
    plan = solve(written(folder, data))
    assert plan.status == "optimal" and plan.verified and not plan.broken
    return plan.cost


# -- known costs -------------------------------------------------------------------------------------------------


def test_lead_acid_batteries_with_the_distances_of_relog(tmp_path: Path) -> None:
    """Source: ANL-CEEESA/RELOG, solution of `instances/samples/s2.json`."""
    plan = solve(written(tmp_path, lead_acid()))
    assert plan.cost == pytest.approx(-346261.9, abs=0.05)
    assert plan.accounts["transport"] == pytest.approx(46653.1, abs=0.05)
    assert plan.accounts["processing"] == pytest.approx(-436915.0, abs=0.05)
    assert plan.accounts["opening"] + plan.accounts["running"] == pytest.approx(44000)


def test_the_great_circle_is_what_remains_without_the_table_of_distances(tmp_path: Path) -> None:
    """Ours: the same network by great circles costs -346,240.284; rounded to 3 decimals, 0.045 less."""
    folder = convert(written(tmp_path, lead_acid()), tmp_path / "case")
    (folder / "distances.csv").unlink()
    toml = folder / "case.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + "\n[distance]\ndetour = 1.0\n", encoding="utf-8")
    assert solve(folder).cost == pytest.approx(-346240.284, abs=0.06)


def test_a_store_before_a_plant(tmp_path: Path) -> None:
    """Source: ANL-CEEESA/RELOG 0.5.2, test of `test/fixtures/storage.json`."""
    plan = solve(written(tmp_path, storage()))
    assert plan.cost == pytest.approx(775)
    assert plan.accounts["holding"] == pytest.approx(175) and plan.accounts["processing"] == pytest.approx(600)


@pytest.mark.parametrize(("years", "known"), [([1, 2], 60 + 10 + 50), ([1], 100 + 20 + 50), ([2], 60 + 10 + 50)])
def test_a_plant_opens_in_a_building_year(tmp_path: Path, years: list[int], known: float) -> None:
    data = one_plant([0, 50], {"90": costs([100, 60], [10, 10], [1, 1])}, parameters={"building period (years)": years})
    assert cost(tmp_path, data) == pytest.approx(known)


def test_capacity_between_two_sizes(tmp_path: Path) -> None:
    """60 t cost 100, each tonne more 2 once and 0.5 a year: 20 t more in the first year, 40 t in the second."""
    data = one_plant([80, 100], {"60": costs([100, 100], [10, 10], [1, 1]), "150": costs([280, 280], [55, 55], [1, 1])})
    known = 100 + 2 * 10 + 180 + 2 * 40 + 0.5 * (20 + 40)
    assert cost(tmp_path, data) == pytest.approx(known)
    assert oracle.old(data) == pytest.approx(known)


@pytest.mark.parametrize("amounts", [[100, 80], [80, 100]])
def test_capacity_that_is_built_stays_until_release_0_7(tmp_path: Path, amounts: list[float]) -> None:
    """Falling amounts: 40 t more are kept for good, or given back at the price of the second year."""
    sizes = {"60": costs([100, 100], [10, 10], [1, 1]), "150": costs([280, 280], [55, 55], [1, 1])}
    base, most, last = 100 + 20 + 180, max(amounts) - 60, amounts[1] - 60
    stays = base + 2 * most + 0.5 * (amounts[0] - 60 + most)
    assert cost(tmp_path, one_plant(amounts, sizes)) == pytest.approx(stays)
    recent = _recent(amounts, [{"size (tonne)": float(size), **c} for size, c in sizes.items()])
    assert cost(tmp_path, recent) == pytest.approx(base + 2 * last + 0.5 * (sum(amounts) - 120))


def test_capacity_may_be_added_before_a_plant_opens(tmp_path: Path) -> None:
    """Up to release 0.6: 30 t more cost 30 in the first year and 90 in the second, in which alone something comes."""
    data = one_plant([0, 90], {"60": costs([100, 50], [10, 10], [1, 1]), "150": costs([190, 320], [10, 10], [1, 1])},
                     parameters={"building period (years)": [1, 2]})  # fmt: skip
    assert cost(tmp_path, data) == pytest.approx(50 + 10 + 90 + 30)


def test_disposal_at_centres_has_a_limit_and_a_cost(tmp_path: Path) -> None:
    """20 t may be disposed of at 3; the other 30 t are bought at 1 and processed at 10."""
    product = {
        "disposal limit (tonne)": [20.0],
        "disposal cost ($/tonne)": [3.0],
        "acquisition cost ($/tonne)": [1.0],
    }
    data = one_plant([50], {"90": costs([100], [10], [10])}, product=product)
    assert cost(tmp_path, data) == pytest.approx(20 * 3 + 30 * 11 + 110)


@pytest.mark.parametrize(("limit", "known"), [(10.0, 110 + 20 + 2 * 10), (9.0, None)])
def test_disposal_at_plants_has_a_limit(tmp_path: Path, limit: float, known: float | None) -> None:
    """Half of 20 t is metal that must be disposed of."""
    plant = {"outputs (tonne/tonne)": {"metal": 0.5}}
    data = one_plant([20], {"90": costs([100], [10], [1])}, plant=plant,
                     disposal={"metal": {"cost ($/tonne)": [2.0], "limit (tonne)": [limit]}})  # fmt: skip
    plan = solve(written(tmp_path, data))
    assert (plan.cost if plan.status == "optimal" else None) == (known and pytest.approx(known))
    assert plan.status == ("optimal" if known else "infeasible")


def _recent(amounts: list[float], capacities: list[Json], **plants: Json) -> Json:
    """A source and plants on one spot, release 0.7."""
    plant = {
        "input mix (%)": {"waste": 100},
        "output (tonne)": {},
        "processing emissions (tonne)": {},
        "storage cost ($/tonne)": {},
        "storage limit (tonne)": {"waste": 0},
        "disposal cost ($/tonne)": {},
        "disposal limit (tonne)": {},
        "capacities": capacities,
        "initial capacity (tonne)": 0,
    }
    source = {
        "input": None,
        "outputs": ["waste"],
        "fixed output (tonne)": {"waste": amounts},
        "variable output (tonne/tonne)": {"waste": 0},
        "revenue ($/tonne)": None,
        "collection cost ($/tonne)": {"waste": 0},
        "operating cost ($)": 0,
        "disposal limit (tonne)": {"waste": 0},
        "disposal cost ($/tonne)": {"waste": 0},
    }
    return {
        "parameters": {
            "time horizon (years)": len(amounts),
            "building period (years)": [1],
            "distance metric": "Euclidean",
        },
        "products": {"waste": {"transportation cost ($/km/tonne)": 0.01}},
        "centers": {"town": at(0, 0) | source},
        "plants": {name: at(0, 0) | plant | own for name, own in (plants or {"plant": {}}).items()},
    }


@pytest.mark.parametrize(
    ("limit", "penalty", "known"),
    [(60, 0, 50 * 1 + 50 * 3), (60, 1, 50 * 1 + 50 * 3 + 60), (None, 0, 100), (None, 3, 100 * 3.6), (19, 0, None)],
)
def test_emissions_have_limits_and_penalties(
    tmp_path: Path, limit: float | None, penalty: float, known: float | None
) -> None:
    """100 t, by a plant at 1 and 1 t of gas or one at 3 and 0.2 t."""
    kinds = {
        name: {
            "capacities": [{"size (tonne)": 100, **costs(0, 0, price)}],
            "processing emissions (tonne)": {"CO2": gas},
        }
        for name, price, gas in (("dirty", 1, 1.0), ("clean", 3, 0.2))
    }
    data = _recent([100], [], **kinds)
    data["emissions"] = {"CO2": {"limit (tonne)": limit, "penalty ($/tonne)": penalty}}
    plan = solve(written(tmp_path, data))
    assert (plan.cost if plan.status == "optimal" else None) == (known and pytest.approx(known))


# -- RELOG's own program -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_cost_is_that_of_release_0_5(tmp_path: Path, seed: int) -> None:
    data = instances.drawn_old(seed)
    assert cost(tmp_path, data) == pytest.approx(oracle.old(data), rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_the_cost_is_that_of_release_0_7(tmp_path: Path, seed: int) -> None:
    data = instances.drawn_new(seed)
    assert cost(tmp_path, data) == pytest.approx(oracle.new(data), rel=1e-6)


def test_the_instances_by_chance_use_what_they_test(tmp_path: Path) -> None:
    accounts: set[str] = set()
    for seed in range(6):
        for draw in (instances.drawn_old, instances.drawn_new):
            plan = solve(written(tmp_path, draw(seed)))
            accounts |= {name for name, money in plan.accounts.items() if abs(money) > 1e-6}
    assert {"expansion", "disposal", "holding", "emissions", "revenue", "opening", "running", "fee"} <= accounts


@pytest.mark.parametrize("out", ["case", "case.xlsx"])
def test_a_converted_instance_costs_the_same(tmp_path: Path, out: str) -> None:
    data = instances.drawn_new(3)
    path = written(tmp_path, data)
    assert solve(convert(path, tmp_path / out)).cost == pytest.approx(solve(path).cost, rel=1e-9)


def test_the_verbs_take_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(written(tmp_path, storage()))
    assert main(["check", path]) == 0
    assert main(["solve", path]) == 0
    assert "775" in capsys.readouterr().out
    assert main(["convert", path, str(tmp_path / "case")]) == 0
    assert main(["solve", str(tmp_path / "case")]) == 0


def test_a_point_beyond_the_pole_is_the_same_point(tmp_path: Path) -> None:
    """Files of RELOG's own have a plant at 100, 100: its formula finds it at 80, -80."""
    data = instances.drawn_old(3)
    for plant in data["plants"].values():
        for place in plant["locations"].values():
            place["latitude (deg)"], place["longitude (deg)"] = 100.0, 100.0
    beyond, known = cost(tmp_path, data), oracle.old(data)
    assert beyond == pytest.approx(known, rel=1e-9)
    assert "W722" in {p.code for p in check(written(tmp_path, data))}
    for plant in data["plants"].values():
        for place in plant["locations"].values():
            place["latitude (deg)"], place["longitude (deg)"] = 80.0, -80.0
    assert cost(tmp_path, data) == pytest.approx(beyond, rel=1e-9)


def test_a_stray_key_with_nothing_in_it_is_a_warning(tmp_path: Path) -> None:
    data = instances.drawn_new(1)
    center = next(iter(data["centers"].values()))
    before = cost(tmp_path, data)
    center["constant output (tonne)"] = {}
    assert "W723" in {p.code for p in check(written(tmp_path, data))} and cost(tmp_path, data) == before
    center["constant output (tonne)"] = {"lead": 1}
    assert "E602" in {p.code for p in check(written(tmp_path, data))}


def test_release_0_6_rounds_distances_to_metres(tmp_path: Path) -> None:
    """The key for the metric came with release 0.6; a file without it is taken for one of 0.5, and that is said."""
    data = lead_acid()
    assert {p.code for p in check(written(tmp_path, data))} == {"W600", "W205"}
    data["parameters"]["distance metric"] = "Euclidean"
    path = written(tmp_path, data)
    assert "W600" not in {p.code for p in check(path)}
    assert solve(path).cost == pytest.approx(oracle.old(data, digits=3), rel=1e-9)
    assert solve(path).cost != pytest.approx(-346261.9, abs=0.05)


# -- what is refused ---------------------------------------------------------------------------------------------

Edit = Callable[[Json], object]
_L = "plants/plant/locations/here"


def _at(data: Json, path: str) -> Json:
    for key in path.split("/"):
        data = data[key]
    return data


def _set(path: str, key: str, value: Any) -> Edit:
    return lambda data: _at(data, path).update({key: value})


_OLD = one_plant([20.0, 20.0], {"90": costs([1.0] * 2, [1.0] * 2, [1.0] * 2)})


@pytest.mark.parametrize(
    ("edit", "code", "path"),
    [
        (_set("products/waste", "colour", "red"), "E602", "products/waste/colour"),
        (_set("parameters", "annual inflation rate (%)", 2), "E602", "parameters/annual inflation rate (%)"),
        (lambda d: d["products"]["waste"].pop("transportation cost ($/km/tonne)"), "E603", "products/waste"),
        (lambda d: d["plants"]["plant"].pop("input"), "E603", "plants/plant"),
        (_set(f"{_L}/capacities (tonne)/90", "opening cost ($)", [1, 2, 3]), "E604", f"{_L}/capacities (tonne)/90/opening cost ($)"),
        (_set(f"{_L}/capacities (tonne)/90", "opening cost ($)", "dear"), "E604", f"{_L}/capacities (tonne)/90/opening cost ($)"),
        (_set(_L, "latitude (deg)", 181), "E604", f"{_L}/latitude (deg)"),
        (_set("plants/plant", "locations", []), "E604", "plants/plant/locations"),
        (_set("parameters", "building period (years)", 1), "E604", "parameters/building period (years)"),
        (_set("parameters", "time horizon (years)", 0), "E604", "parameters/time horizon (years)"),
        (_set(_L, "location", "us-state:IL"), "E605", f"{_L}/location"),
        (_set("parameters", "distance metric", "driving"), "E605", "parameters/distance metric"),
        (_set("parameters", "distance metric", "taxi"), "E604", "parameters/distance metric"),
        (_set("plants/plant", "input", "wast"), "E606", "plants/plant/input"),
        (_set(_L, "disposal", {"gold": {"cost ($/tonne)": 1}}), "E606", f"{_L}/disposal/gold"),
        (_set(_L, "disposal", {"metal": {"cost ($/tonne)": 1}}), "E608", f"{_L}/disposal/metal"),
        (_set(_L, "storage", {"cost ($/tonne)": 10**400, "limit (tonne)": 1}), "E604", f"{_L}/storage/cost ($/tonne)"),
        (_set(_L, "initial capacity (tonne)", 5), "E607", f"{_L}/initial capacity (tonne)"),
        (_set("plants/plant", "outputs (tonne/tonne)", {"waste": 0.1}), "E607", f"{_L}"),
        (_set(f"{_L}/capacities (tonne)", "99", costs(1, 1, 2)), "E608", f"{_L}/capacities (tonne)"),
        (_set("products", "metal ", {"transportation cost ($/km/tonne)": 1}), "E604", "products"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_path(tmp_path: Path, edit: Edit, code: str, path: str) -> None:
    data = deepcopy(_OLD)
    edit(data)
    found = [(p.code, p.column) for p in check(written(tmp_path, data)) if p.severity == "error"]
    assert (code, path) in found, found


_NEW = _recent([10.0, 10.0], [{"size (tonne)": 9, **costs(1, 1, 1)}, {"size (tonne)": 20, **costs(2, 2, 1)}])


@pytest.mark.parametrize(
    ("edit", "code", "path"),
    [
        (_set("plants/plant", "input mix (%)", {"waste": 90}), "E608", "plants/plant/input mix (%)"),
        (_set("plants/plant", "storage cost ($/tonne)", {"wood": 1}), "E606", "plants/plant/storage cost ($/tonne)/wood"),
        (_set("plants/plant", "output (tonne)", {"waste": 1}), "E607", "plants/plant"),
        (_set("plants/plant", "output (tonne)", {"waste": {"waste": [[1]]}}), "E607", "plants/plant/output (tonne)"),
        (_set("products/waste", "components", ["a"]), "E607", "products/waste/components"),
        (_set("centers/town", "input", "waste"), "E607", "centers/town/outputs"),
        (_set("centers/town", "revenue ($/tonne)", 1), "E608", "centers/town/revenue ($/tonne)"),
        (_set("centers/town", "constant output (tonne)", {"lead": 1}), "E602", "centers/town/constant output (tonne)"),
        (lambda d: d["centers"]["town"]["disposal cost ($/tonne)"].clear(), "E603", "centers/town/disposal cost ($/tonne)"),
        (lambda d: d["plants"]["plant"]["capacities"].reverse(), "E608", "plants/plant/capacities"),
        (_set("plants", "town", deepcopy(_NEW["plants"]["plant"])), "E608", None),
    ],
)  # fmt: skip
def test_what_is_wrong_in_release_0_7_is_named_with_its_path(
    tmp_path: Path, edit: Edit, code: str, path: str | None
) -> None:
    data = deepcopy(_NEW)
    edit(data)
    found = [(p.code, p.column) for p in check(written(tmp_path, data)) if p.severity == "error"]
    assert (code, path) in found, found


def test_a_key_that_is_misspelt_is_told_the_right_one(tmp_path: Path) -> None:
    data = deepcopy(_OLD)
    _at(data, _L)["storrage"] = {"limit (tonne)": 1}
    advice = [str(p.advice) for p in check(written(tmp_path, data)) if p.code == "E602"]
    assert advice == ["Did you mean 'storage'?"]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    data = deepcopy(_OLD)
    for edit in (
        _set("products/waste", "colour", "red"),
        _set(_L, "location", "us-state:IL"),
        _set("plants/plant", "input", "x"),
    ):
        edit(data)
    with pytest.raises(InputError) as refused:
        solve(written(tmp_path, data))
    assert {"E602", "E605", "E606"} <= {p.code for p in refused.value.problems}


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "E600"), ('{"parameters": {}, "parameters": {}}', "E600"), ('{"rows": []}', "E601"), ("[1]", "E601")],
)
def test_other_json_is_refused_with_the_reason(tmp_path: Path, text: str, code: str) -> None:
    found = check(written(tmp_path, text))
    assert code in {p.code for p in found if p.severity == "error"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="there is no such file"):
        solve(tmp_path / "none.json")
