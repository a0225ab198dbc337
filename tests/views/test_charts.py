"""Charts: their figures are those of the plan or study, and they can be read."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

import balik
from balik.analysis.study import Study
from balik.copies import cases
from balik.views import bill, charts
from balik.views.figure import Box, Dot, Figure, Line
from balik.views.language import Language
from balik.views.subject import Subject, of_plan
from balik.views.weigh import scale_of

from .pictures import assert_sound, solved
from .test_language import read

EN, ID = Language("en"), Language("id")
OF_PLANS = (charts.sankey, charts.costs, charts.profile, charts.utilisation, charts.gantt, charts.invoices)


@pytest.fixture(scope="module")
def rinci() -> Subject:
    """A chain of six stages with losses."""
    return of_plan(solved("plastik-jabodetabek-rinci"))


def sums(figure: Figure, key: int, value: int, language: Language = EN) -> dict[str, float]:
    """A column of the figure's data, added up by another."""
    found: dict[str, float] = defaultdict(float)
    for row in figure.rows:
        found[row[key]] += read(row[value], language)
    return found


SMALL = [case for case in cases() if case != "first-hour"]  # which has a test of its own


@pytest.mark.parametrize("case", SMALL)
def test_the_charts_of_every_case_can_be_read(case: str) -> None:
    plan = solved(case)
    if not plan.has_numbers:
        pytest.skip("no plan")
    for chart in OF_PLANS:
        figure = chart(of_plan(plan), ID)
        if figure is not None:
            assert_sound(figure)
            assert figure.rows and all(len(row) == len(figure.head) for row in figure.rows)


# -- flows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", ["plastik-jabodetabek-rinci", "nmc-jawa-barat", "gudang-transit", "jerigen-padang", "pusat-daur-ulang"]
)
def test_at_every_entity_of_a_sankey_as_much_comes_in_as_goes_out(case: str) -> None:
    figure = charts.sankey(of_plan(solved(case)), EN)
    assert figure is not None
    out, into = sums(figure, 0, 3), sums(figure, 1, 3)
    inner = set(out) & set(into)
    assert inner
    for node in inner:
        assert math.isclose(out[node], into[node], rel_tol=1e-5, abs_tol=0.02), node


def test_a_sankey_shows_what_the_plan_collects_hands_over_and_throws_away(rinci: Subject) -> None:
    figure = charts.sankey(rinci, EN)
    assert figure is not None
    out, into = sums(figure, 0, 3), sums(figure, 1, 3)
    assert out["collected"] == pytest.approx(16550)
    assert into["handed over"] == pytest.approx(12064.95)
    assert into["pembuangan"] == pytest.approx(16550 - 12064.95)


def test_without_a_common_unit_there_is_a_sankey_of_what_has_one() -> None:
    case: dict[str, Any] = {
        "places": {"place": ["a", "b"]}, "materials": {"material": ["m", "n", "o"], "unit": ["kg", "unit", "kg"]},
        "lanes": {"origin": ["a"] * 3, "dest": ["b"] * 3, "material": ["m", "n", "o"]},
        "supply": {"place": ["a"] * 3, "material": ["m", "n", "o"], "amount": [5.0, 7.0, 2.0]},
        "demand": {"place": ["b"] * 3, "material": ["m", "n", "o"]},
    }  # fmt: skip
    subject = of_plan(balik.solve(case))
    scale = scale_of(subject)
    assert scale is not None and (scale.unit, scale.without) == ("kg", ("n",))
    figure = charts.sankey(subject, EN)
    assert figure is not None and sums(figure, 0, 3)["collected"] == 7
    assert any("n" in note for note in figure.notes)


def test_along_the_chain_what_comes_in_goes_on_or_ends(rinci: Subject) -> None:
    figure = charts.profile(rinci, EN)
    assert figure is not None
    for _, comes, goes, ends, unit in figure.rows:
        assert read(comes, EN) == pytest.approx(read(goes, EN) + read(ends, EN), abs=0.02) and unit == "kg"
    lost = {row[0]: read(row[3], EN) for row in figure.rows}
    assert lost["lapak"] == pytest.approx(1560) and lost["pabrik"] == pytest.approx(1340.55)
    stages = [row[0] for row in figure.rows]
    assert stages.index("sumber") < stages.index("lapak") < stages.index("bandar") < stages.index("pabrik")


# -- money -------------------------------------------------------------------------------------------------------


def test_the_stages_add_up_to_the_cost(rinci: Subject) -> None:
    assert rinci.plan is not None and rinci.plan.cost is not None
    items = bill.items(rinci)
    assert math.isclose(math.fsum(item.cost for item in items), rinci.plan.cost)
    by_account: dict[str, float] = defaultdict(float)
    for item in items:
        by_account[item.account] += item.cost
    assert by_account == pytest.approx(dict(rinci.plan.accounts or {}))
    assert "lapak → bandar" in {item.stage for item in items}
    figure = charts.costs(rinci, EN)
    assert figure is not None
    stages = sum(read(row[2].replace("Rp ", ""), EN) for row in figure.rows if row[0] != "all stages")
    assert stages == pytest.approx(rinci.plan.cost, abs=len(figure.rows))


def test_many_stages_are_put_together() -> None:
    items = [bill.Item("transport", f"s{i}", float(i)) for i in range(40)]
    found = bill.table(items)
    assert len(found) == bill.MOST and math.isclose(sum(sum(v.values()) for v in found.values()), sum(range(40)))
    assert found["s39"] == {"transport": 39.0} and bill.REST in found


def test_revenue_stands_left_of_zero() -> None:
    figure = charts.costs(of_plan(solved("aki-timbal")), EN)
    assert figure is not None and any(row[2].startswith("−USD") for row in figure.rows)


def test_full_sites_are_marked(rinci: Subject) -> None:
    figure = charts.utilisation(of_plan(solved("nmc-jawa-barat")), EN)
    assert figure is not None and len(figure.rows) == 18
    full = [row for row in figure.rows if row[-1] == "100.0 %"]
    assert len(full) == 15 and f"full: {len(full)}." in figure.about
    assert {box.pattern for box in figure.marks if isinstance(box, Box)} == {"", "rising"}
    near = charts.utilisation(rinci, EN)
    assert near is not None and near.rows[0][-1] == "99.8 %" and "full: 0." in near.about


def test_today_stands_beside_the_invoices() -> None:
    subject = of_plan(solved("first-hour", fix="baseline"))
    figure = charts.invoices(subject, ID)
    assert figure is not None
    assert figure.rows[0][:3] == ("angkutan", "Rp 336.926.460", "Rp 347.034.254")
    assert_sound(figure)
    assert charts.invoices(of_plan(solved("gudang-transit")), ID) is None


# -- time --------------------------------------------------------------------------------------------------------


def test_sites_over_time_show_when_they_open_and_close() -> None:
    columns = {
        "place": ["a", "a", "b", "b"], "size": ["-", "-", "besar", "besar"], "period": ["2", "3", "1", "2"],
        "open": [1.0, 1.0, 1.0, 0.0], "opened": [1.0, 0.0, 0.0, 0.0], "closed": [0.0, 0.0, 0.0, 1.0],
    }  # fmt: skip
    plan = solved("gudang-transit")
    subject = of_plan(replace(plan, columns={**plan.columns, "phases": columns}))
    figure = charts.gantt(subject, EN)
    assert figure is not None
    assert_sound(figure)
    assert figure.rows == (("a", "2", "2, 3", ""), ("b (besar)", "", "1", "2"))
    assert sum(bool(mark.tip) for mark in figure.marks if isinstance(mark, Box)) == 3
    assert sum(bool(mark.tip) for mark in figure.marks if isinstance(mark, Dot)) == 2


# -- studies -----------------------------------------------------------------------------------------------------


def row(over: str, at: str, cost: float | None, base: float = 100.0) -> dict[str, Any]:
    change = None if cost is None else cost - base
    return {
        "over": over,
        "at": at,
        "cost": cost,
        "change": change,
        "status": "optimal" if cost else "infeasible",
        "accounts": {},
    }


SWEEP = Study(
    "sensitivity", "c", "IDR",
    [row("small", "-10 %", 99.0), row("small", "+0 %", 100.0), row("small", "+10 %", 101.0),
     row("large", "-10 %", 70.0), row("large", "+0 %", 100.0), row("large", "+10 %", None),
     row("none", "-10 %", 100.0), row("none", "+0 %", 100.0), row("none", "+10 %", 100.0)],
)  # fmt: skip


def test_a_tornado_has_the_widest_on_top_and_says_where_no_plan_is() -> None:
    figure = charts.tornado(SWEEP, ID)
    assert figure is not None
    assert_sound(figure)
    assert [row[0] for row in figure.rows] == ["large", "small"]
    assert figure.rows[0] == ("large", "−10 %", "Rp 70", "+10 %", "tanpa rencana")
    boxes = [mark for mark in figure.marks if isinstance(mark, Box) and mark.tip]
    assert len(boxes) == 3 and boxes[0].w == pytest.approx(30 * boxes[1].w)
    assert figure.notes and figure.notes[0].startswith("1 ")


def test_a_spider_has_a_line_for_each_input() -> None:
    figure = charts.spider(SWEEP, EN)
    assert figure is not None
    assert_sound(figure)
    assert [r for r in figure.rows if r[0] == "large"] == [
        ("large", "−10 %", "Rp 70"),
        ("large", "0 %", "Rp 100"),
        ("large", "+10 %", "no plan"),
    ]
    absolute = Study("sensitivity", "c", "IDR", [row("x", "100", 90.0), row("x", "200", 110.0)])
    assert charts.spider(absolute, EN) is None and charts.tornado(absolute, EN) is not None


def test_a_study_of_another_kind_is_no_chart() -> None:
    assert charts.tornado(Study("compare", "c", "IDR", []), EN) is None
    assert charts.scenarios(SWEEP, EN) is None
    flat = Study("sensitivity", "c", "IDR", [row("x", "-10 %", 100.0), row("x", "+10 %", 100.0)])
    assert_sound(charts.tornado(flat, EN))  # type: ignore[arg-type]


def test_scenarios_stand_side_by_side_with_their_status() -> None:
    figure = charts.scenarios(balik.compare("jerigen-padang", ["biaya-plus-10", "biaya-plus-20"]), ID)
    assert figure is not None
    assert_sound(figure)
    assert figure.rows[1][:4] == ("biaya-plus-10", "optimal", "Rp 8.977.100", "+10,00 %")
    assert figure.rows[2][:3] == ("biaya-plus-20", "tidak ada rencana", "–")
    today = Study(
        "compare",
        "c",
        "IDR",
        [{"scenario": "baseline (today)", "status": "optimal", "cost": 5.0, "accounts": {"fee": 5.0}}],
    )
    figure = charts.scenarios(today, ID)
    assert figure is not None and figure.rows[0][0] == "sekarang"


@pytest.mark.parametrize("scale", [1e-6, 1e12])
def test_costs_of_any_size_can_be_read(scale: float) -> None:
    rows = [
        row("x", at, 100.0 * scale * (1 + k / 10), 100.0 * scale)
        for k, at in ((-1, "-10 %"), (0, "+0 %"), (1, "+10 %"))
    ]
    for chart in (charts.tornado, charts.spider):
        assert_sound(chart(Study("sensitivity", "c", "IDR", rows), ID))  # type: ignore[arg-type]


def test_a_frontier_has_a_point_for_each_plan() -> None:
    rows = [
        {"values": {"cost": 10.0 + 5 * k, "co2": 9.0 - 3 * k}, "sites": ["a"] * (3 - k), "proved": True}
        for k in range(3)
    ]
    figure = charts.pareto(Study("frontier", "c", "IDR", rows), EN)  # type: ignore[arg-type]
    assert figure is not None
    assert_sound(figure)
    assert figure.rows == (("10", "9", "3", "a, a, a"), ("15", "6", "2", "a, a"), ("20", "3", "1", "a"))
    dots = [mark for mark in figure.marks if isinstance(mark, Dot)]
    assert [d.x for d in dots] == sorted(d.x for d in dots) and [d.y for d in dots] == sorted(d.y for d in dots)
    three = [{"values": {"a": 1.0, "b": 2.0, "c": 3.0}, "sites": []}] * 2
    assert charts.pareto(Study("frontier", "c", "IDR", three), EN) is None


def test_sites_of_near_optimal_plans_say_how_often() -> None:
    sites = [
        {"place": "a", "share": 0.5, "role": "optional"}, {"place": "b", "share": 1.0, "role": "must"},
        {"place": "c", "share": 0.0, "role": "never"}, {"place": "d", "share": None, "role": "never"},
    ]  # fmt: skip
    figure = charts.frequency(Study("atlas", "c", "IDR", [{}, {}], more={"sites": sites, "within": 0.02}), ID)
    assert figure is not None
    assert_sound(figure)
    assert figure.rows[0] == ("b", "100 %", "di setiap rencana") and [row[0] for row in figure.rows] == ["b", "a", "c"]


def test_a_risk_curve_rises_from_nothing_to_all() -> None:
    costs = [5.0, 1.0, 3.0, 2.0, 4.0, None, 6.0, 7.0, 8.0, 9.0, 10.0]
    figure = charts.risk(Study("simulate", "c", "IDR", [{"cost": c} for c in costs]), EN)
    assert figure is not None
    assert_sound(figure)
    assert dict(figure.rows)["50 %"] == "Rp 5" and dict(figure.rows)["90 %"] == "Rp 9"
    curve = next(mark for mark in figure.marks if isinstance(mark, Line) and mark.stroke == "#0072b2")
    assert [y for _, y in curve.points] == sorted((y for _, y in curve.points), reverse=True)
    assert figure.notes[0].endswith("1.")
