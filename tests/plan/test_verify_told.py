"""What plan.json tells of a right plan is never called broken: uses that cost nothing, tiny sites, huge rates."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.analysis.trades import Aim, findings_of
from balik.api import options_of, prepare, solve_prepared
from balik.plan import verify
from balik.plan.plan import Plan
from balik.plan.verify import judge
from balik.plan.verify.told import law_word
from balik.plan.verify.whereabouts import place_word
from balik.words import catalogue

SITES = ["a", "b", "c"]


def case(amount: float = 10.0, capacity: float = 6.0, **more: Any) -> dict[str, Any]:
    """A home, three sites that cost nothing to open, and what is brought there stays there."""
    return {
        "materials": {"material": ["m"], "unit": ["kg"]},
        "places": {"place": ["s", *SITES]},
        "supply": {"place": ["s"], "material": ["m"], "amount": [amount]},
        "demand": {"place": SITES, "material": ["m"] * 3},
        "sites": {"place": SITES, "capacity": [capacity] * 3},
        "lanes": {"origin": ["s"] * 3, "dest": SITES, "fee": [1.0, 2.0, 3.0]},
    } | more


def verified(tables: dict[str, Any], **options: Any) -> Plan:
    """The plan of a case, with no broken law."""
    plan = balik.solve(tables, **options)
    assert plan.status == "optimal" and plan.verified, plan.broken
    return plan


@pytest.mark.parametrize("status", ["candidate", "open", "existing"])
@pytest.mark.parametrize("most", [2.0, 3.0])
def test_an_idle_site_is_not_used(status: str, most: float) -> None:
    """Ten units fill two sites of six: 6 × 1 + 4 × 2, and two are used, however many may be."""
    tables = case(limits={"limit": ["few"], "quantity": ["use"], "most": [most]})
    tables["sites"]["status"] = [status] * 3
    plan = verified(tables)
    assert plan.cost == pytest.approx(14) and plan.used == ["a", "b"]
    (few,) = plan.facts["limits"]
    assert few["value"] == 2 and few["binds"] == ("most" if most == 2 else None)


def test_every_pair_of_uses_by_enumeration() -> None:
    """With a weight on use, the cheapest set of sites that has the room."""
    weight, fees = 2.5, dict(zip(SITES, (1.0, 2.0, 3.0), strict=True))
    sets = [s for k in (2, 3) for s in itertools.combinations(SITES, k)]
    best = min(6 * fees[s[0]] + 4 * fees[s[1]] + weight * len(s) for s in sets)
    assert verified(case(), settings={"objective": {"cost": 1, "use": weight}}).objective == pytest.approx(best)


def test_use_is_counted_as_the_site_counts() -> None:
    """A tenth of a milligram is nothing to a site that counts in kg, in the figures as in the laws."""
    tables = case(1e-4, 1.0, limits={"limit": ["few"], "quantity": ["use"], "most": [3.0]})
    tables["materials"] = {"material": ["m", "q"], "unit": ["g", "kg"]}
    tables["supply"] = {"place": ["s"] * 2, "material": ["m", "q"], "amount": [1e-4, 0.0]}
    tables["demand"] = {"place": SITES * 2, "material": ["m"] * 3 + ["q"] * 3}
    tables["lanes"] = {"origin": ["s"] * 6, "dest": SITES * 2, "material": ["m"] * 3 + ["q"] * 3, "fee": [1.0] * 6}
    plan = verified(tables)
    assert plan.used == [] and plan.facts["limits"][0]["value"] == 0


def test_a_site_that_nothing_comes_to_has_any_unit() -> None:
    """An open site without a lane counts nothing."""
    tables = case(materials={"material": ["m"], "unit": ["t"]})
    tables["places"] = {"place": ["s", *SITES, "lonely"]}
    tables["sites"] = {"place": [*SITES, "lonely"], "capacity": [6.0] * 4, "status": ["open"] * 4}
    assert [s["used"] for s in verified(tables).facts["sites"]] == [True, True, False, False]


def test_large_terms_that_cancel_do_not_blur_a_limit() -> None:
    """What is left costs 10¹², nothing is left, and a bound on the cost is far away: 14, which binds nothing."""
    tables = case(limits={"limit": ["dear"], "quantity": ["cost"], "most": [100.0]})
    tables["supply"] |= {"left_cost": [1e12]}
    (dear,) = verified(tables).facts["limits"]
    assert dear["value"] == pytest.approx(14) and dear["binds"] is None


def test_a_large_weight_of_a_small_cost_is_not_rounded() -> None:
    """Money counts in full in the objective, not as it is shown: 1.4e-8 × 10⁸ is 1.4."""
    tables = case()
    tables["lanes"]["fee"] = [1e-9, 2e-9, 3e-9]
    assert verified(tables, settings={"objective": {"cost": 1e8}}).objective == pytest.approx(1.4)


def test_a_frontier_without_a_sound_plan_does_not_say_that_none_was_found() -> None:
    aims = [Aim("cost", False), Aim("co2", False)]
    (said,) = findings_of(aims, [], (False, False), "optimal")
    assert "did not pass the verifier" in said
    (said,) = findings_of(aims, [], (False, False), "infeasible")
    assert said.startswith("No plan was found")


LIMIT = {"limit": ["l"], "quantity": ["flow"], "dest": ["each"], "least": [1.0], "most": [5.0], "spread": [4.5]}


@pytest.mark.parametrize("most", [5.0, 4.5, 4.0])
def test_a_spread_stands_beside_a_least_and_a_most(most: float) -> None:
    """Sites take 5, 4, 1; 4.5, 4.5, 1; 4, 4, 2: with the row of the spread after those of the labels."""
    rows = verified(case(limits=LIMIT | {"most": [most]})).facts["limits"]
    taken = {row["each"]: row["value"] for row in rows}
    assert taken == {5.0: {"a": 5, "b": 4, "c": 1, "": 4}, 4.5: {"a": 4.5, "b": 4.5, "c": 1, "": 3.5},
                     4.0: {"a": 4, "b": 4, "c": 2, "": 2}}[most]  # fmt: skip
    assert [(row["least"], row["most"]) for row in rows] == [*[(1, most)] * 3, (None, 4.5)]


def test_labels_without_a_name_stand_beside_the_spread() -> None:
    """A blank mode is a label of its own: two rows without a label."""
    tables = case(modes={"mode": ["v"], "full_rate": [1.0]})
    lanes = tables["lanes"]
    tables["lanes"] = {c: cells * 2 for c, cells in lanes.items()} | {"mode": [""] * 3 + ["v"] * 3, "km": [1.0] * 6}
    tables["limits"] = {"limit": ["l"], "quantity": ["flow"], "mode": ["each"], "most": [9.0], "spread": [9.0]}
    verified(tables)


def _spoilt(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows of limits that are not those of the plan."""
    first, *rest = rows
    yield [{**first, "binds": "spread", "value": 4.0, "least": None, "most": 1e9}, *rest]  # as that of the spread
    yield [first, *rest[:-1], {**rest[-1], "most": 1e9}]
    yield [first, *rest[:-1], {**rest[-1], "binds": "spread"}]
    yield [first, *rest[:-1], {**rest[-1], "least": 0.0}]
    yield from ([row for row in rows if row is not one] for one in rows)
    yield [first, first, *rest[1:]]
    yield from ([first | {key: value}, *rest] for key in ("quantity", "over", "binds") for value in ("cost", [], 7))
    yield [*rows, first | {"limit": "m"}]


def test_rows_of_limits_are_those_of_the_plan() -> None:
    prepared = prepare(case(limits=LIMIT))
    plan, _ = solve_prepared(prepared, options_of(prepared.tables))
    document = plan.document()
    assert judge(prepared.data, plan.columns, document).ok
    for rows in _spoilt(document["limits"]):
        found = judge(prepared.data, plan.columns, document | {"limits": rows})
        assert {fault.law for fault in found.broken} == {"document"}, rows


def test_every_resource_at_hand_is_told() -> None:
    tables = case(resources={"place": SITES[:2], "resource": ["crew"] * 2, "capacity": [9.0, 8.0]},
                  uses={"material": ["m"] * 2, "place": SITES[:2], "resource": ["crew"] * 2, "rate": [1.0] * 2})  # fmt: skip
    prepared = prepare(tables)
    plan, _ = solve_prepared(prepared, options_of(prepared.tables))
    document = plan.document()
    first, second = document["resources"]
    assert plan.verified and not judge(prepared.data, plan.columns, document).broken
    for rows in ([first, first], [second], []):
        assert judge(prepared.data, plan.columns, document | {"resources": rows}).broken


def test_a_site_that_is_no_name_is_told() -> None:
    plan = verified(case())
    prepared, document = prepare(case()), plan.document()
    for key in ("place", "size"):
        first, *rest = document["sites"]
        found = judge(prepared.data, plan.columns, document | {"sites": [first | {key: ["a"]}, *rest]})
        assert [fault.where for fault in found.broken] == ["sites"]


@pytest.mark.parametrize(
    ("where", "indonesian"),
    [
        ("flow row 3", "flow baris 3"),
        ("stock: place=h, period=p1", "stock: tempat h, periode p1"),
        ("limit=work, place = h", "batas work, tempat h"),
        ("phases: place=s (size small), period=p1", "phases: tempat s (ukuran small), periode p1"),
        ("ledger of purchase", "akun purchase dalam buku besar"),
        ("most of limit alive (kita)", "batas atas batas alive (kita)"),
        ("used of place=h, resource=crew, period=p1", "yang terpakai tempat h, sumber daya crew, periode p1"),
        ("mean of site s (size big) in period p1", "rata-rata lokasi s (ukuran big) pada periode p1"),
        ("most of site s in period p1", "paling banyak boleh lokasi s pada periode p1"),
        ("table, goal=alive", "tabel, sasaran alive"),
        ("total of deliver, box", "jumlah diserahkan, box"),
        ("stage of priority 2", "tahap prioritas 2"),
        ("great circle a → x", "lingkaran besar a → x"),
        ("to h, the nearest that is open", "ke h, yang terdekat di antara yang buka"),
        ("great_circles", "great_circles"),
        ("baseline account transport", "akun transport dalam baseline"),
        ("at_once of site s in period p1", "peluang sekaligus lokasi s pada periode p1"),
    ],
)
def test_where_a_law_is_broken_is_said_in_the_language(where: str, indonesian: str) -> None:
    """Names of tables, of the document's keys and of accounts stay; what stands around them does not."""
    assert (place_word(where), place_word(where).into("id")) == (where, indonesian)


def _laws() -> Iterator[str]:
    """Kinds of laws that the verifier's modules name."""
    for path in Path(verify.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and isinstance(call.func.value, ast.Name)
            ):
                at = {"fault": 0, "most": 0, "least": 0, "equal": 0, "whole": 0, "number": 1}.get(call.func.attr)
                law = call.args[at] if call.func.value.id == "court" and at is not None else None
                if isinstance(law, ast.Constant):
                    yield law.value
            elif isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "hold":
                yield ast.literal_eval(call.args[1])


def test_every_kind_of_law_is_said_in_the_language() -> None:
    known = set(_laws())
    assert len(known) > 50
    assert not sorted(
        law for law in known if law_word(law).template == "{text}" or law_word(law).template not in catalogue("id")
    )


@pytest.mark.parametrize(
    ("table", "change", "english", "indonesian"),
    [
        ("flow", {"dest": ["x", "b"]}, "flow row 1: 'x' is not a place of the case.", "flow baris 1: 'x' bukan place di kasus ini."),
        ("flow", {"dest": ["", "b"]}, "flow row 1: dest is blank.", "flow baris 1: dest kosong."),
        ("flow", {"amount": ["many", "4"]}, "flow row 1: amount is 'many', which is no finite number.",
         "flow baris 1: amount berisi 'many', yang bukan angka berhingga."),
        ("flow", {"amount": ["6"]}, "The column 'amount' of flow has 1 cells, others 2.", "Kolom 'amount' di flow berisi 1 sel, yang lain 2."),
        ("flows", {}, "'flows' is not a table of a plan. Did you mean 'flow'?", "'flows' bukan tabel rencana. Maksudnya 'flow'?"),
        ("open", {"place": ["a", "s"]}, "The plan opens place=s, size=-, but sites has no such row (open row 2).",
         "Rencana membuka tempat s, ukuran -, tetapi sites tidak punya baris itu (open baris 2)."),
    ],
)  # fmt: skip
def test_a_law_that_is_broken_without_a_number_is_told_in_both_languages(
    table: str, change: dict[str, list[str]], english: str, indonesian: str
) -> None:
    prepared = prepare(case())
    plan, _ = solve_prepared(prepared, options_of(prepared.tables))
    columns = {name: {c: list(cells) for c, cells in found.items()} for name, found in plan.columns.items()}
    columns.setdefault(table, {}).update(change)
    broken = judge(prepared.data, columns).broken
    told = {str(one): one.told.into("id") for one in broken}
    assert told.get(english) == indonesian, told
