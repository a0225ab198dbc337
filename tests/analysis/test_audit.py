"""The audit: planted errors are found, clean cases hear nothing, and the two full papers give what is known of them."""

from __future__ import annotations

import pytest

import balik
from analysis.audited import Damage, also, both, chain, columns, planted, put, setting, siting
from balik.analysis.audit import Finding
from balik.analysis.reproduce import figures_of

ONCE = {"one_off": "once"}
ANNUITY = {"one_off": "annuity", "rate": 0.1, "years": 10, "periods_per_year": 12}

#: Errors in the printed figures: the damage, the row of `expected`, and the verdict that must be found.
PRINTED: dict[str, tuple[Damage, int, str]] = {
    "a digit too many": (put("expected", "value", 1, 7496655), 1, "misprint"),
    "a digit too few": (put("expected", "value", 0, 33180), 0, "misprint"),
    "two digits swapped": (put("expected", "value", 4, 671000), 4, "misprint"),
    "one wrong digit": (put("expected", "value", 6, 9995900), 6, "misprint"),
    "thousands": (put("expected", "value", 6, 9995.4), 6, "misprint"),
    "the sign": (put("expected", "value", 7, 16659000), 7, "misprint"),
    "another row's figure": (put("expected", "value", 4, 749655), 4, "misprint"),
    "a part left out of the sum": (put("expected", "value", 3, 1082835.0), 3, "misprint"),
    "a part added twice": (put("expected", "value", 3, 2190658.5), 3, "misprint"),
    "a part, while the total is right": (put("expected", "value", 5, 93117), 5, "misprint"),
    "a total from nowhere": (put("expected", "value", 8, -2911111.5), 8, "not_derivable"),
}


def audit_of(base, damage):
    case, settings = planted(base, damage)
    case.pop("expected", None)
    return balik.audit(case, settings=settings)


def kinds(findings: list[Finding]) -> set[str]:
    return {f.kind for f in findings}


@pytest.mark.parametrize("base", [chain, siting])
def test_a_clean_case_hears_no_accusation(base):
    case, settings = base()
    case.pop("expected", None)
    found = balik.audit(case, settings=settings)
    assert found.ok, [f.sentence for f in found.faults]


def test_a_larger_vehicle_may_cost_what_a_smaller_one_does_there_and_back():
    larger = both(
        also("modes", mode="tronton", payload=4000, loaded_rate=11000, empty_rate=5000),
        also("lanes", origin="c", dest="d2", material="aki", mode="tronton"),
    )
    assert audit_of(siting, larger).ok


def test_clean_printed_figures_are_all_reproduced():
    case, settings = chain()
    study = balik.reproduce(case, settings=settings)
    assert study.ok and {r["found"] for r in study.rows} == {"reproduced"}


@pytest.mark.parametrize("name", PRINTED)
def test_an_error_in_print_is_found_and_no_other(name):
    damage, row, verdict = PRINTED[name]
    case, settings = planted(chain, damage)
    study, _ = figures_of(case, settings, {})
    assert {i: r["found"] for i, r in enumerate(study.rows) if r["found"] != "reproduced"} == {row: verdict}
    assert study.rows[row]["why"]
    if verdict == "misprint":
        right = chain()[0]["expected"]["value"][row]
        assert study.rows[row]["implied"] == pytest.approx(right, abs=1.0)


def weighed_twice(case, settings):
    case["modes"]["full_co2"] = [0.1]
    case["charges"] = {"charge": ["karbon"], "of": ["co2"], "account": ["carbon"], "rate": [300]}
    settings["objective"] = {"cost": 1, "co2": 300}


def two_charges(case, _):
    case["modes"]["full_co2"] = [0.1]
    case["charges"] = columns("charge of account rate", ("k1", "co2", "carbon", 200), ("k2", "co2", "pajak", 200))


def a_tour(**cells) -> Damage:
    """A milk run over the sorter beside the lanes, with cells of its second loading stop as given."""

    def damage(case, _):
        stops = [("desa", "", ""), ("desa", "load", 0), ("bank", "unload", 12)]
        case["tours"] = {
            "tour": ["keliling"] * 3, "stop": [1, 2, 3], "material": ["campur"] * 3, "place": ["bank", "desa", "bank"],
            "do": ["", "load", "unload"], "mode": ["", "truk", "truk"], "km": ["", 12, 12], "fill": ["", cells.get("fill", 1), ""],
            "full_rate": ["", "", cells.get("full_rate", "")], "floor": ["", "yes", "yes"],
        }  # fmt: skip
        assert len(stops) == 3

    return damage


def periods(case, _):
    """Supply of three periods in five rows, the third the sum of the first two."""
    case["periods"] = {"period": [1, 2, 3]}
    rows = [(m, p) for m in ("s1", "s2", "s3", "s4") for p in (1, 2, 3)]
    for name in ("s1", "s2", "s3", "s4"):
        case["places"]["place"].append(name)
        case["places"]["kind"].append("sumber")
        for column, cell in (("origin", name), ("dest", "bank"), ("material", "campur"), ("mode", "truk"), ("km", 5)):
            case["lanes"][column].append(cell)
    amount = {1: 85, 2: 80, 3: 165}
    for name, p in rows:
        for column, cell in (("place", name), ("material", "campur"), ("amount", amount[p])):
            case["supply"][column].append(cell)
    case["supply"]["period"] = ["", *(p for _, p in rows)]


def two_names_of_one_spot(case, _):
    case["places"]["at"] = [""] * 4 + ["desa"]
    for column, cell in (("place", "desa-lagi"), ("kind", "sumber")):
        case["places"][column].append(cell)
    for column, cell in (
        ("origin", "desa-lagi"),
        ("dest", "bank"),
        ("material", "campur"),
        ("mode", "truk"),
        ("km", 12),
    ):
        case["lanes"][column].append(cell)
    for column, cell in (("place", "desa-lagi"), ("material", "campur"), ("amount", 1234)):
        case["supply"][column].append(cell)


def long_leg(case, settings):
    a_tour()(case, settings)
    case["tours"]["km"][2] = 24


#: Errors of the model: the clean case, the damage, the finding, and whether it is a fault.
MODEL: dict[str, tuple] = {
    "a recipe loses mass": (chain, put("recipes", "rate", 2, 0.05), "mass_lost", True),
    "a recipe makes mass": (chain, put("recipes", "rate", 1, 0.95), "mass_made", True),
    "the rejects are forgotten": (chain, put("recipes", "rate", 2, 0.0), "mass_lost", True),
    "disposal billed on the sorted mass": (chain, put("recipes", "rate", 3, "-10/9"), "billed_on_sorted", True),
    "sorting counted on its output": (chain, put("processes", "per", 0, "bersih"), "counted_on_output", False),
    "the way paid by fee and by rate": (chain, put("lanes", "fee", 0, 240), "transport_twice", True),
    "the vehicle paid by fee and by rate": (chain, put("lanes", "fee", 0, 270), "transport_twice", True),
    "km there and back, and empty back again": (
        chain, both(also("distances", origin="desa", dest="bank", km=12), put("lanes", "km", 0, 24)), "round_trip_km", True),
    "the way back forgotten for one vehicle": (
        siting, both(also("modes", mode="sewa", payload=1000, loaded_rate=9000, empty_rate=0), also("lanes", origin="c", dest="d2", material="aki", mode="sewa")), "free_way_back", True),
    "the way back emits and costs nothing": (
        siting, both(put("modes", "empty_rate", 0, 0), put("modes", "empty_co2", 0, 0.5)), "free_way_back", True),
    "income from process and demand": (chain, put("processes", "cost", 2, -15000), "revenue_twice", True),
    "handling at the site and in the process": (
        chain, both(also("sites", place="bank", capacity=5000, unit_cost=500)), "handling_twice", True),
    "one-off money in a month": (
        siting, both(put("sites", "opening_cost", 0, 9000000), put("sites", "opening_cost", 1, 9500000), setting(finance=ONCE)), "one_off_mixed", True),
    "rent that is the building again": (
        siting, both(put("sites", "opening_cost", 0, 1200000), put("sites", "running_cost", 0, 20000), setting(finance=ONCE)), "capital_twice", True),
    "rent that is the annuity": (
        siting, both(put("sites", "opening_cost", 1, 1917095), setting(finance=ANNUITY)), "capital_twice", True),
    "supply at two echelons": (chain, also("supply", place="bank", material="campur", amount=1234), "supplied_twice", True),
    "a period that is the sum of those before": (chain, periods, "sum_of_periods", True),
    "emissions charged and weighed": (chain, weighed_twice, "emissions_twice", True),
    "a tour at another rate": (chain, a_tour(full_rate=30), "tour_basis", True),
    "a tour at another fill": (chain, a_tour(fill=0.6), "tour_basis", True),
    "a limit that counts twice": (
        chain, both(also("limits", limit="atas", quantity="flow", most=9000), also("limits", limit="atas", quantity="flow", dest="bank")), "counted_twice", True),
    "a limit that is the sum of the data": (
        siting, also("limits", limit="semua", quantity="collect", most=1560), "limit_never_binds", False),
    "a limit far above": (siting, also("limits", limit="semua", quantity="collect", most=99999), "limit_never_binds", False),
    "a vehicle that nobody drives": (chain, also("modes", mode="kapal", full_rate=3), "dead_input", False),
    "a material that nothing moves": (chain, also("materials", material="kaca", unit="kg"), "dead_input", False),
    "a distance that no lane has": (siting, also("distances", origin="a", dest="b", km=7), "dead_input", False),
    "demand that nothing reaches": (chain, also("demand", place="desa", material="sisa", most=10, price=5), "dead_input", False),
    "a place that nothing reaches": (chain, also("places", place="desa-9", kind="desa"), "dead_input", False),
    "rows that contradict each other": (chain, also("limits", limit="dua", quantity="deliver", most=1), "no_plan", True),
    "a column that nothing reads": (chain, put("demand", "shortage_cost", 0, 900), "dead_input", False),
    "nothing to decide": (chain, lambda case, settings: None, "nothing_to_decide", False),
    "a site without which nothing goes": (siting, both(put("sites", "capacity", 0, 1000), put("sites", "capacity", 1, 1900)), "forced_sites", False),
    "a fee on the lane that the site takes again": (
        siting, both(put("sites", "unit_cost", 0, 455), put("sites", "unit_cost", 1, 455), put("lanes", "fee", 0, 455)), "handling_twice", True),
    "a cost per trip that is what its km cost": (siting, put("modes", "trip_cost", 0, 121000), "transport_twice", True),
    "one spot under two names": (chain, two_names_of_one_spot, "supplied_twice", False),
    "a gate fee that the process earns again": (
        chain, both(put("supply", "price", 0, -500), put("processes", "cost", 0, -500)), "revenue_twice", True),
    "a rate there and back, and the way back besides": (
        siting, both(also("modes", mode="sewa", payload=1000, loaded_rate=11000, empty_rate=5000), also("lanes", origin="c", dest="d2", material="aki", mode="sewa")), "way_back_twice", True),
    "a lane twice as long as the lane back": (
        chain, both(put("lanes", "km", 2, 62), also("lanes", origin="pasar", dest="pabrik", material="produk", mode="truk", km=31)), "round_trip_km", True),
    "a leg of a tour there and back": (chain, long_leg, "round_trip_km", True),
    "a module paid once in a month": (
        siting, both(also("modules", place="d1", module="rak", capacity=500, cost=4000000), put("sites", "capacity", 0, 100), put("sites", "capacity", 1, 1000), setting(finance=ONCE)), "one_off_mixed", True),
    "sacks that weigh more than what is made of them": (
        chain, both(put("materials", "unit", 0, "karung"), put("materials", "mass", 0, 20), put("recipes", "rate", 1, 15), put("recipes", "rate", 2, 2)), "mass_lost", True),
    "a recipe of one place that makes more": (
        chain, also("recipes", process="produksi", material="produk", place="pabrik", rate=1.2), "mass_made", True),
    "a process that is never fed": (
        chain, both(also("processes", process="bakar", place="pabrik", cost=5), also("recipes", process="bakar", material="sisa", rate=-1)), "dead_input", False),
    "a depot that no lane reaches": (
        siting, both(also("places", place="d3", kind="gudang"), also("sites", place="d3", capacity=500, running_cost=1)), "dead_input", False),
    "a depot that its status opens": (siting, put("sites", "status", 0, "open"), "forced_sites", False),
    "a limit of as many sites as there are": (siting, also("limits", limit="dua", quantity="use", most=2), "limit_never_binds", False),
    "the load's rate is the vehicle's": (chain, put("modes", "loaded_rate", 0, 40000), "transport_twice", True),
    "the price again as a fee below 0": (chain, put("lanes", "fee", 2, -15000), "revenue_twice", True),
    "two charges of the same": (chain, two_charges, "charged_twice", True),
    "a limit said twice": (
        siting,
        both(also("limits", limit="x", quantity="use", most=1), also("limits", limit="y", quantity="use", most=1)),
        "dead_input",
        False,
    ),
    "a row that others overrule everywhere": (
        siting,
        both(*(also("lanes", origin=o, dest=d, material="aki", mode="truk") for o in "abc" for d in ("d1", "d2"))),
        "dead_input",
        False,
    ),
    "the sign of a rent": (siting, put("sites", "running_cost", 0, -20000), "negative_rate", False),
    "the sign of an empty way": (siting, put("modes", "empty_rate", 0, -5000), "negative_rate", False),
    "a scenario that changes nothing": (
        chain, both(also("scenarios", scenario="mahal"), also("changes", scenario="mahal", table="modes", column="full_rate", where="mode=truk", op="=", value=20)), "idle_scenario", False),
}  # fmt: skip


@pytest.mark.parametrize("name", MODEL)
def test_an_error_of_the_model_is_found_and_no_other_fault(name):
    base, damage, kind, fault = MODEL[name]
    found = audit_of(base, damage)
    assert kind in kinds(found.faults if fault else found.findings), [f.sentence for f in found.findings]
    assert kinds(found.faults) <= ({kind} if fault else set()), [f.sentence for f in found.faults]
    for finding in found.findings:
        assert any(sign.isdigit() for sign in finding.sentence) or finding.kind in (
            "nothing_to_decide",
            "dead_input",
            "no_plan",
            "idle_scenario",
            "warning W204",
        )
        assert finding.sentence.into("id") != finding.sentence


def test_there_are_enough_planted_errors():
    assert len(PRINTED) + len(MODEL) >= 54
