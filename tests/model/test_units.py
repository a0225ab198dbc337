"""Units of the statements: every term has the unit that its statement declares, and one that has not is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

import balik
from balik.analysis.dimensions import Dimensions
from balik.api import prepare
from balik.cli import main
from balik.model import STATEMENTS, limits, siting, units
from balik.model.quantities import known
from balik.model.statement import part
from balik.model.units import Checked, check_units
from balik.network import network as net
from balik.network.units import UNITS, base_units, powers, recounted, times
from balik.views.dimensions import dimensions_text
from model.making import encoded
from model.small import BACK, CASES, LIMITS, OFFERS, ONCE, ROAD, SITES, STOCK, TOUR, WORKS

BUNDLED = balik.cases()
#: Two materials in units of their own come to a site, which therefore counts mass.
MIXED = {
    "materials": """
        material unit mass
        tin      kg   .
        box      dus  2""",
    "lanes": """
        origin dest material
        a      b    tin
        a      b    box""",
    "supply": """
        place material amount
        a     tin      30
        a     box      5""",
    "sites": """
        place capacity
        b     60""",
    "demand": """
        place material
        b     tin
        b     box""",
}
NETWORKS: dict[str, Callable[[], net.Network]] = {
    **{name: (lambda name=name: prepare(name).network) for name in BUNDLED},
    **{name: (lambda made=made: encoded(*made)) for name, made in CASES.items()},
    "mixed": lambda: encoded(MIXED),
    "mixed-weighed": lambda: encoded(MIXED, {"objective": {"cost": 1, "flow": 2, "trips": 3}}),
}


def faults(n: net.Network) -> set[str]:
    """Statements with a term that has another unit."""
    return {f"{c.statement.kind} {c.statement.name}" for c in check_units(n) if not c.ok}


def lefts(found: list[Checked], name: str) -> list[str]:
    """Terms of a statement as the print shows them."""
    text = dimensions_text(Dimensions("case", None, "money", "period", "qty", found))
    start = next(i for i, line in enumerate(text.splitlines()) if f" {name} " in line)
    lines = text.splitlines()[start:]
    end = next((i for i, line in enumerate(lines) if i and not line.startswith(" ")), len(lines))
    return [" ".join(line.removeprefix(lines[0].split("  ")[0]).split()) for line in lines[:end]]


# -- every number has a unit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_of_a_network_has_a_unit(name: str) -> None:
    n = NETWORKS[name]()
    for table in [n, *(getattr(n, f.name) for f in fields(n) if is_dataclass(getattr(n, f.name)))]:
        for column in fields(table):
            value = getattr(table, column.name)
            number = isinstance(value, float) or (
                isinstance(value, np.ndarray) and value.size and value.dtype.kind == "f"
            )
            spot = f"{type(table).__name__}.{column.name}"
            assert not number or column.name in UNITS[type(table)], f"{spot} has no unit: say it in network/units.py"


def test_a_number_without_a_unit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UNITS[net.Lanes], "fee")
    with pytest.raises(AssertionError, match=r"Lanes\.fee has no unit"):
        test_every_number_of_a_network_has_a_unit("flow")


def test_the_table_names_columns_that_are_there() -> None:
    for table, columns in UNITS.items():
        assert set(columns) <= {f.name for f in fields(table)}


def test_powers_of_a_unit() -> None:
    assert powers("money/qty/km") == {"money": 1, "qty": -1, "km": -1}
    assert powers("tkm") == {"kg": 1, "km": 1}
    assert powers("1") == powers("trip") == powers("site") == powers("kg/kg") == {}


def test_a_case_in_another_unit_has_other_figures() -> None:
    n = encoded(ROAD)
    assert {"kg", "dus", "money", "km", "m3"} <= set(base_units(n))
    by_dus = recounted(n, "dus", 4.0)
    box = n.lanes.material == 1
    assert (by_dus.lanes.fee == n.lanes.fee / np.where(box, 4, 1)).all()
    assert (by_dus.mass == n.mass / [1, 4]).all() and (by_dus.lanes.km == n.lanes.km).all()
    by_kg = recounted(n, "kg", 4.0)
    assert by_kg.mass.tolist() == [1, 8]
    assert (times(n, {("lanes", "km"): 3.0}).lanes.km == 3 * n.lanes.km).all()


# -- every statement holds ---------------------------------------------------------------------------------------


def test_left_and_right_agree_in_every_statement() -> None:
    wrong, seen = [], set()
    for name, make in NETWORKS.items():
        found = check_units(make())
        wrong += [f"{name}: {c.statement.kind} {c.statement.name}" for c in found if not c.ok]
        seen |= {(c.statement.kind, c.statement.name) for c in found if c.terms}
    assert not wrong
    assert seen >= {(s.kind, s.name) for s in STATEMENTS}


def test_terms_name_what_they_are_made_of() -> None:
    found = check_units(encoded(ROAD))
    assert lefts(found, "transport_load") == [
        "money_times × km [km] × full_rate [money/qty/km] × flow [qty] = money money ok"
    ]
    assert lefts(found, "transport_vehicle") == [
        "money_times × km [km] × (loaded_rate, empty_rate) [money/km] × trips = money money ok"
    ]
    assert lefts(found, "payload") == [
        "flow [qty] / fill / payload [qty] = 1 1 (trip) ok",
        "trips = 1 1 (trip) ok",
    ]
    found = check_units(encoded(SITES, ONCE))
    assert "length [period] × capacity [kg/period] × open = kg kg ok" in lefts(found, "capacity")


#: Quantities that a limit may be about, by the network that has them.
LIMITED = [
    *((ROAD, {}, q, "") for q in "flow collect deliver shortage left trips km tkm co2 cost transport trip fee".split()),
    *((ROAD, {}, q, "t") for q in ("flow", "deliver", "co2")),
    (ROAD, {}, "flow", "m3"),
    *((WORKS, {}, q, "") for q in ("run", "jobs", "co2", "sorting", "processing")),
    *((BACK, {}, q, "") for q in ("deposit", "purchase")),
    (OFFERS, {}, "left", ""),
    *((SITES, ONCE, q, "") for q in ("open", "use", "opening", "running", "unit")),
]


@pytest.mark.parametrize(("case", "settings", "quantity", "unit"), LIMITED)
def test_limits_of_every_quantity_hold(
    case: dict[str, str], settings: dict[str, Any], quantity: str, unit: str
) -> None:
    row = f"limit quantity most unit\n top {quantity} 1000 {unit or '.'}"
    found = {c.statement.name: c for c in check_units(encoded(case | {"limits": row}, settings))}
    assert found["limits"].terms and all(c.ok for c in found.values())


# -- a statement that fails is named -----------------------------------------------------------------------------


@pytest.fixture
def sabotage() -> Iterator[Callable[..., None]]:
    """Puts another statement in the place of one; all are as they were after the test."""
    kept = list(STATEMENTS)

    def put(kind: str, name: str, **changes: Any) -> None:
        at = next(i for i, s in enumerate(STATEMENTS) if (s.kind, s.name) == (kind, name))
        STATEMENTS[at] = replace(STATEMENTS[at], **changes)

    yield put
    STATEMENTS[:] = kept


def build_of(kind: str, name: str) -> Any:
    return next(s.build for s in STATEMENTS if (s.kind, s.name) == (kind, name))


LEAST_THROUGHPUT = build_of("constraint", "least_throughput")


def without_km(n: net.Network, v: Any) -> Any:
    return [part(v.flow, n.lanes.full_rate, account="transport")]


def km_and_fee(n: net.Network, v: Any) -> Any:
    return [part(v.flow, known(n.lanes.km) + n.lanes.fee, account="fee")]


def by_load(n: net.Network, v: Any) -> Any:
    return [part(v.flow, 500.0 / n.lanes.payload, account="trip")]


def not_by_length(n: net.Network, v: Any) -> Any:
    return [part(v.stock, n.stores.holding, account="holding")]


def empty_by_load(n: net.Network, v: Any) -> Any:
    first = np.flatnonzero(n.legs.first)
    return [part(v.haul.where(np.zeros(1, int)), n.legs.km[first][:1] * n.legs.empty_rate[first][:1], account="x")]


def emissions_by_mass(n: net.Network, v: Any) -> Any:
    return [part(v.flow, n.lanes.full_co2)]


def only_large(n: net.Network, v: Any) -> Any:
    rate = known(n.lanes.km) * n.lanes.full_rate
    return [part(v.flow.where(rate > 30), rate[rate > 30], account="transport")]


def capacity_once(n: net.Network, v: Any) -> Any:
    at = v.throughput.index
    return at.take(v.throughput) - at.take(v.open, np.repeat(n.sites.capacity, len(n.length))) <= 0.0


def at_a_price(n: net.Network, v: Any) -> Any:
    yield v.deliver, -n.demand.price


def one_more(n: net.Network, v: Any) -> Any:
    rows = LEAST_THROUGHPUT(n, v)
    return rows if rows is None else rows.terms >= 1.0


SABOTAGE: dict[str, tuple[str, str, dict[str, Any], tuple[dict[str, str], dict[str, Any]]]] = {
    "a cost forgets km": ("cost", "transport_load", {"build": without_km}, (ROAD, {})),
    "a cost adds km and money": ("cost", "fee", {"build": km_and_fee}, (ROAD, {})),
    "a figure of our own has no unit": ("cost", "trip_cost", {"build": by_load}, (ROAD, {})),
    "a cost forgets the length": ("cost", "holding", {"build": not_by_length}, (STOCK, {})),
    "a leg pays by the load": ("cost", "transport_first_leg", {"build": empty_by_load}, (TOUR, {})),
    "an emission forgets km": ("measure", "co2_load", {"build": emissions_by_mass}, (ROAD, {})),
    "a threshold in no unit": ("cost", "transport_load", {"build": only_large}, (ROAD, {})),
    "a capacity forgets the length": ("constraint", "capacity", {"build": capacity_once}, (SITES, ONCE)),
    "a right-hand side in no unit": ("constraint", "least_throughput", {"build": one_more}, (SITES, ONCE)),
    "a cost declares money per time": ("cost", "processing", {"unit": "money/period"}, (WORKS, {})),
    "a constraint declares trips": ("constraint", "balance", {"unit": "trip"}, (ROAD, {})),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_statement_that_fails_is_named(name: str, sabotage: Callable[..., None]) -> None:
    kind, statement, changes, case = SABOTAGE[name]
    n = encoded(*case)
    assert not faults(n)
    sabotage(kind, statement, **changes)
    assert faults(n) == {f"{kind} {statement}"}


def test_a_share_of_the_balance_that_fails_is_named(sabotage: Callable[..., None]) -> None:
    sabotage("balance", "handing_over", build=at_a_price)
    assert faults(encoded(ROAD)) == {"balance handing_over", "constraint balance"}


def test_a_bound_that_fails_is_named(sabotage: Callable[..., None]) -> None:
    right = build_of("variable", "throughput")

    def throughput(n: net.Network, v: Any) -> Any:
        var = replace(right(n, v), upper=np.repeat(n.sites.capacity, len(n.length)))
        v.program.variables["throughput"] = var
        return var

    sabotage("variable", "throughput", build=throughput)
    assert faults(encoded(SITES, ONCE)) == {"variable throughput"}


@pytest.mark.parametrize(
    ("table", "column", "unit", "named"),
    [
        (net.Lanes, "full_rate", "money/km", "cost transport_load"),  # it is per quantity and km
        (net.Trips, "empty_rate", "money", "cost transport_vehicle"),
        (net.Lanes, "payload", "m3", "constraint payload"),
        (net.Demand, "price", "money", "cost revenue"),
        (net.Network, "volume", "m3", "constraint room"),
    ],
)
def test_a_rate_of_another_unit_is_found(
    table: type, column: str, unit: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(UNITS[table], column, unit)
    assert faults(encoded(ROAD)) == {named}


def test_units_of_materials_are_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    def unweighted(n: net.Network, v: Any) -> Any:
        return [replace(come, weight=np.ones(len(come.cols))) for come in coming(n, v)]

    coming = siting.coming
    monkeypatch.setattr(siting, "coming", unweighted)
    assert "constraint arriving" in faults(encoded(MIXED))


def test_limits_do_not_add_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "counted_alike", lambda n, v, rows, unit, lines: lines)
    assert faults(encoded(LIMITS)) == {"constraint limits"}


def test_the_objective_does_not_add_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "in_one_unit", lambda n, v, quantity: v.parts(quantity))
    assert faults(encoded(MIXED, {"objective": {"flow": 1}})) == {"objective flow"}


# -- the function and the command --------------------------------------------------------------------------------


def test_dimensions_of_a_case() -> None:
    found = balik.dimensions("jerigen-padang")
    assert found.ok and found.exit_code == 0 and (found.currency, found.material) == ("IDR", "dus")
    by_name = {(s["kind"], s["statement"]): s for s in found.document()}
    assert by_name["cost", "purchase"] == {
        "kind": "cost",
        "statement": "purchase",
        "unit": "IDR",
        "ok": True,
        "terms": [
            {
                "factors": [
                    {"name": "money_times", "unit": "1", "power": 1},
                    {"name": "price", "unit": "IDR/dus", "power": 1},
                    {"name": "collect", "unit": "dus", "power": 1},
                ],
                "unit": "IDR",
                "ok": True,
            }
        ],
    }


def test_a_fault_is_printed_and_is_ours(sabotage: Callable[..., None]) -> None:
    sabotage("cost", "purchase", unit="money/period")
    found = balik.dimensions("jerigen-padang")
    assert not found.ok and found.exit_code == 1
    text = dimensions_text(found)
    assert "money_times × price [IDR/dus] × collect [dus] = IDR" in text
    assert [line.split()[-2:] for line in text.splitlines() if "DIFFERS" in line] == [["IDR/day", "DIFFERS"]]
    assert "a fault of balik" in text and "kesalahan balik" in dimensions_text(found, "id")


def test_check_units_prints_the_table(capsys: pytest.CaptureFixture[str], sabotage: Callable[..., None]) -> None:
    assert main(["check", "jerigen-padang", "--units"]) == 0
    out = capsys.readouterr().out
    assert "left and right agree" in out and "price [IDR/dus] × collect [dus] = IDR" in out
    assert main(["check", "jerigen-padang", "--units", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] and all(statement["ok"] for statement in document["units"])
    assert main(["check", "jerigen-padang", "--json"]) == 0
    assert "units" not in json.loads(capsys.readouterr().out)
    sabotage("cost", "purchase", unit="money/period")
    assert main(["check", "jerigen-padang", "--units"]) == 1
    assert "DIFFERS" in capsys.readouterr().out


def test_the_units_of_a_case_with_a_problem_are_not_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "jerigen-padang", "--units", "--json", "--set", "supply.price = x"]) == 2
    assert json.loads(capsys.readouterr().out)["units"] is None
