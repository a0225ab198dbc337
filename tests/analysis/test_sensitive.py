"""Sensitivity: tables, tornado, steady sites, edges, curves and prices, against closed forms and enumeration."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import balik
from balik.analysis.sensitive.pieces import Touch, pieces
from balik.analysis.sensitive.selection import accounts_of
from balik.analysis.sensitivity import FINDS
from balik.analysis.study import Study
from balik.api import prepare
from balik.cli import main
from balik.views.charts.spider import spider
from balik.views.charts.tornado import tornado
from balik.views.language import Language
from balik.views.sensitivity import sensitivity_text

TURKEY, PADANG, JAVA = "turki-enam-kota", "jerigen-padang", "nmc-jawa-barat"
TRUCK = "limits.least[limit=vcap],limits.most[limit=vcap]"
COSTS = "supply.price,processes.cost"


def chain(**tables) -> dict:
    """Two suppliers of tin, at 1 and at 5 for each, and one taker; other tables are laid over."""
    return {
        "places": {"place": ["near", "far", "works"]},
        "materials": {"material": ["tin"]},
        "lanes": {"origin": ["near", "far"], "dest": ["works"] * 2, "material": ["tin"] * 2},
        "supply": {"place": ["near", "far"], "material": ["tin"] * 2, "most": [10, 20], "price": [1, 5]},
        "demand": {"place": ["works"], "material": ["tin"]},
        "limits": {"limit": ["need"], "quantity": ["collect"], "least": [10]},
    } | tables


# -- pieces ------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-50, 50)), min_size=1, max_size=7), st.booleans())
def test_every_bend_of_lines_is_found(lines, convex) -> None:
    """The upper or lower envelope of lines, against its values on a fine grid and the slopes that it may have."""
    pick = max if convex else min

    def ask(at: float) -> Touch:
        value, slope = pick((a + s * at, s) for s, a in lines)
        return Touch(at, value, slope)

    found = list(pieces(ask, ask(-10.0), ask(10.0), 1e-9))
    assert found[0].start == -10 and found[-1].end == 10
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    slopes = [piece.slope for piece in found]
    assert slopes == sorted(slopes, reverse=not convex)
    for piece in found:
        for share in (0.0, 0.3, 0.7, 1.0):
            at = piece.start + share * (piece.end - piece.start)
            assert piece.line(at) == pytest.approx(ask(at).value, abs=1e-6)


def test_pieces_are_asked_for_only_when_they_are_needed() -> None:
    asked = []

    def ask(at: float) -> Touch:
        asked.append(at)
        return Touch(at, at * at, 2 * at)  # bends everywhere

    next(pieces(ask, Touch(0, 0, 0), Touch(64, 4096, 128), 1e-6))
    assert len(asked) < 60


# -- tables ------------------------------------------------------------------------------------------------------


def test_the_paper_s_table_of_costs() -> None:
    """Table 9 and graph 3 of Ramadhany et al.: printed where a plan exists; above +11.175 % there is none."""
    study = balik.sensitivity(PADANG, COSTS, "-30%:+30%:10%")
    assert [row["cost"] for row in study.rows] == [5712700, 6528800, 7344900, 8161000, 8977100, None, None]
    assert study.work.solves == study.work.proved and study.work.solves > 7
    figure = spider(study, Language())
    assert figure is not None and len(figure.rows) == 7


def test_a_tornado_has_the_widest_first_and_says_where_an_end_has_no_plan() -> None:
    study = balik.sensitivity(PADANG, ["supply.price", "processes.cost", "supply.most", COSTS], "-20%:+20%:20%")
    found = study.more["tornado"]
    assert [row["swing"] for row in found] == sorted((row["swing"] for row in found), reverse=True)
    ends = {row["over"]: row for row in found}
    assert ends["processes.cost"]["swing"] == pytest.approx(0.4 * 2_515_000)
    assert ends[COSTS]["high_value"] is None and ends[COSTS]["high_status"] == "infeasible"
    assert ends[COSTS]["swing"] == pytest.approx(0.2 * 8_161_000)
    assert ends["supply.most"]["low_value"] is None
    text = sensitivity_text(study)
    assert "no plan" in text and text.index(found[0]["over"]) < text.index(found[-1]["over"])
    picture = tornado(study, Language())
    assert picture is not None and [row[0] for row in picture.rows] == [row["over"] for row in found]


def test_two_selections_make_a_table_of_every_pair() -> None:
    study = balik.sensitivity(TURKEY, "transport", "0%:+100%:100%", against="sites.opening_cost[place=F1]", against_range="5000:9000:4000")  # fmt: skip
    cells = {(row["at"], row["against_at"]): row for row in study.rows}
    assert len(cells) == 4
    assert cells["+0 %", "5000"]["cost"] == pytest.approx(11476.31465)
    assert cells["+0 %", "9000"]["cost"] == pytest.approx(13630.4974)  # without F1
    both = balik.solve(TURKEY, set=["modes.full_rate *= 2", "sites.opening_cost[place=F1] = 9000"])
    assert cells["+100 %", "9000"]["cost"] == pytest.approx(both.cost)
    assert cells["+0 %", "5000"]["set"] != cells["+0 %", "9000"]["set"]
    assert study.more["sets"][cells["+0 %", "9000"]["set"]] == ["F2", "F3", "F4"]


def test_accounts_move_with_all_their_rates_and_are_read() -> None:
    study = balik.sensitivity(TURKEY, "transport", "0%:+10%:10%", read="transport")
    base, more = study.rows
    assert more["value"] == pytest.approx(1.1 * base["value"]) and more["sites_used"] == base["sites_used"]
    carbon = balik.sensitivity(TURKEY, "carbon", "0%:+100%:100%", read="carbon")
    assert carbon.rows[1]["value"] == pytest.approx(2 * carbon.rows[0]["value"])
    found = accounts_of(prepare(PADANG).data)
    assert found["purchase"] == ["supply.price"] and len(found["processing"]) == 3 and len(found) == 2


def test_an_account_of_few_rows_moves_these_rows() -> None:
    case = chain(processes={"process": ["sort", "wash"], "place": ["works"] * 2, "cost": [3, ""], "account": ["labour", ""]},
                 recipes={"process": ["sort", "wash"], "material": ["tin"] * 2, "rate": [-1, -1]})  # fmt: skip
    assert accounts_of(prepare(case).data)["labour"] == ["processes.cost[process=sort,place=works]"]


def test_a_margin_of_an_owner_is_read() -> None:
    case = chain(
        places={"place": ["near", "far", "works"], "owner": ["Budi", "Sari", "PT"]},
        lanes={"origin": ["near", "far"], "dest": ["works"] * 2, "material": ["tin"] * 2, "price": [2, 6]},
    )
    study = balik.sensitivity(case, "lanes.price", "0%:+50%:50%", read="owner:Budi")
    assert [row["value"] for row in study.rows] == pytest.approx([10.0, 20.0])


# -- steady sites ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def networks() -> dict[tuple[str, ...], tuple[float, float]]:
    """Of every set of open sites in the Turkish case with a plan: its transport, and what else it costs."""
    sites, found = ("F1", "F2", "F3", "F4"), {}
    for many in range(1, 5):
        for chosen in itertools.combinations(sites, many):
            states = [f"sites.status[place={s}] = {'open' if s in chosen else 'closed'}" for s in sites]
            plan = balik.solve(TURKEY, set=states)
            if plan.has_numbers:
                found[chosen] = plan.accounts["transport"], plan.cost - plan.accounts["transport"]
    assert len(found) == 8
    return found


def test_where_costs_move_the_end_is_exact(networks) -> None:
    """Against every set of sites: the least factor at which another is cheaper than the present one."""
    study = balik.sensitivity(TURKEY, ["transport", "sites.opening_cost[place=F1]"], find="sites")
    carried, opening = study.rows
    mine, fixed = networks["F1", "F3"]
    factor = min((other - fixed) / (mine - own) for own, other in networks.values() if own < mine)
    assert carried["to"] == pytest.approx(100 * (factor - 1), rel=1e-8) and carried["to_next"] == ["F1", "F3", "F4"]
    least = min(own + other for chosen, (own, other) in networks.items() if "F1" not in chosen)
    assert opening["to"] == pytest.approx(5000 + least - mine - fixed, rel=1e-9)
    assert opening["to_next"] == ["F2", "F3", "F4"] and opening["to_out"] == ["F1"]
    assert opening["from"] is None and opening["from_why"] == "ever"
    for row in study.rows:
        assert row["exact"] and row["confirmed"]
    before, after = opening["to_solved"]
    assert before < opening["to"] < after
    assert balik.solve(TURKEY, set=[f"sites.opening_cost[place=F1] = {before}"]).used == ["F1", "F3"]
    assert balik.solve(TURKEY, set=[f"sites.opening_cost[place=F1] = {after}"]).used == ["F2", "F3", "F4"]


def test_the_next_best_set_is_told(networks) -> None:
    study = balik.sensitivity(TURKEY, "transport", find="sites")
    costs = sorted(sum(pair) for pair in networks.values())
    assert any(f"{costs[1] - costs[0]:,.4f}" in told and "F4 for F3" in told for told in study.findings)


def test_a_set_with_one_more_or_one_less_replaces_nothing() -> None:
    for price, said, told in ((0, "(B as well)", "(ditambah B)"), (5, "(without B)", "(tanpa B)")):
        t = twins() | {"sites": {"place": ["A", "B"], "running_cost": [0, 3], "capacity": [10 if not price else 6, 10]}}
        t["lanes"]["km"] = [3, 4]
        t["supply"] = {"place": ["town"], "material": ["tin"], "least": [0 if price else 10], "most": [10]}
        t["demand"] = {"place": ["A", "B"], "material": ["tin"] * 2, "price": [price and 6, price]}
        study = balik.sensitivity(t, "modes.full_rate", find="sites")
        assert any(said in found for found in study.findings), study.findings
        assert any(told in found for found in study.into("id").findings)


def test_ways_are_told_apart_by_mode_and_period() -> None:
    t = chain(modes={"mode": ["van", "cart"], "full_rate": [2, 1]}, periods={"period": ["dry", "wet"]})
    t["lanes"] = {"origin": ["near"] * 2, "dest": ["works"] * 2, "material": ["tin"] * 2, "mode": ["van", "cart"],
                  "km": [1, 1], "most": ["", 4]}  # fmt: skip
    text = sensitivity_text(balik.sensitivity(t, find="prices"))
    ways = [line for line in text.splitlines() if "near → works" in line]
    assert ways and len({line.split(")")[0] for line in ways}) == len(ways)
    assert any("(tin, cart, dry)" in line for line in ways), text
    t["periods"] = {"period": ["dry"]}
    assert "(tin, cart)" in sensitivity_text(balik.sensitivity(t, find="prices"))


def test_where_capacities_move_both_sides_are_solved() -> None:
    """F1 and F3 hold 287.5 t from 187.5 t at F1 on; from 287.5 t on F1 alone does."""
    study = balik.sensitivity(TURKEY, "sites.capacity[place=F1]", "180:300:20", find="sites")
    (row,) = study.rows
    assert row["from"] == pytest.approx(187.5, abs=0.03) and row["to"] == pytest.approx(287.5, abs=0.03)
    assert row["to_next"] == ["F1"] and row["from_next"] == ["F1", "F4"]
    assert not row["exact"] and row["confirmed"]
    assert any("between those that were tried" in told for told in study.told)


def twins(second: float = 100) -> dict:
    """Two sites on the same spot; the second opens at this cost."""
    return {
        "places": {"place": ["town", "A", "B"]},
        "materials": {"material": ["tin"]},
        "modes": {"mode": ["van"], "full_rate": [1]},
        "lanes": {"origin": ["town"] * 2, "dest": ["A", "B"], "material": ["tin"] * 2, "mode": ["van"] * 2, "km": [3, 3]},
        "supply": {"place": ["town"], "material": ["tin"], "amount": [10]},
        "demand": {"place": ["A", "B"], "material": ["tin"] * 2},
        "sites": {"place": ["A", "B"], "opening_cost": [100, second]},
    }  # fmt: skip


ONCE = {"finance": {"one_off": "once"}}


def test_sets_that_cost_the_same_are_said() -> None:
    study = balik.sensitivity(twins(), "modes.full_rate", settings=ONCE, find="sites")
    assert any("costs the same" in told and "not the only one" in told for told in study.findings)
    (row,) = study.rows
    assert row["from"] is None and row["to"] is None and row["to_why"] == "ever"  # a tie is no other set that is better


def test_below_nothing_there_is_nothing_to_ask() -> None:
    """A opens for nothing, so it is used until it costs 500, as B; less than nothing is no number."""
    study = balik.sensitivity(twins() | {"sites": {"place": ["A", "B"], "opening_cost": [0, 500]}},
                              "sites.opening_cost[place=A]", settings=ONCE, find="sites")  # fmt: skip
    (row,) = study.rows
    assert (row["from"], row["from_why"], row["to"], row["exact"]) == (None, "ever", 500.0, True)
    assert not any("between those that were tried" in told for told in study.told)


def test_a_set_ends_where_it_ties_with_the_next() -> None:
    study = balik.sensitivity(twins(103), "sites.opening_cost[place=A]", settings=ONCE, find="sites")
    (row,) = study.rows
    assert (row["to"], row["to_next"]) == (103.0, ["B"])
    assert "At 103 both cost the same." in study.findings


def test_questions_about_sites_need_sites() -> None:
    with pytest.raises(balik.CallError, match="no sites"):
        balik.sensitivity(PADANG, "supply.price", find="sites")


# -- edges -------------------------------------------------------------------------------------------------------


def test_how_far_a_limit_can_go() -> None:
    study = balik.sensitivity(PADANG, ["limits.most[limit=trl-max]", TRUCK, COSTS], find="edge")
    found = {(row["over"], row["side"]): row for row in study.rows}
    budget, truck, costs = "limits.most[limit=trl-max]", TRUCK, COSTS
    assert found[budget, "least"]["value"] == pytest.approx(8_161_000) and found[budget, "least"]["exact"]
    assert found[budget, "most"]["ever"] and found[budget, "most"]["value"] is None
    assert found[truck, "most"]["value"] == pytest.approx(857)  # all that is there, and all that the budget buys
    assert found[costs, "most"]["value"] == pytest.approx(100 * (9_073_000 / 8_161_000 - 1), abs=1e-3)
    assert all(row["confirmed"] for row in study.rows)
    labels = {one["label"] for one in found[budget, "least"]["reasons"]}
    assert {"vcap", "trl-max"} <= labels
    good, bad = found[budget, "least"]["solved"]
    assert balik.solve(PADANG, set=[f"limits.most[limit=trl-max] = {good}"]).has_numbers
    assert balik.solve(PADANG, set=[f"limits.most[limit=trl-max] = {bad}"]).status == "infeasible"


def test_an_edge_of_what_is_counted_is_whole() -> None:
    study = balik.sensitivity(chain_of_sites(), "limits.most[limit=few]", settings=ONCE, find="edge")
    least, most = study.rows
    assert (least["value"], least["solved"]) == (2.0, [2.0, 1.0]) and most["ever"]
    assert {"few", "town · tin"} <= {one["label"] for one in least["reasons"]}


def chain_of_sites() -> dict:
    """Three sites that hold 6 each, for 10: two are enough, the third is nearer."""
    return twins() | {
        "places": {"place": ["town", "A", "B", "C"]},
        "lanes": {"origin": ["town"] * 3, "dest": ["A", "B", "C"], "material": ["tin"] * 3, "mode": ["van"] * 3, "km": [3, 5, 9]},
        "demand": {"place": ["A", "B", "C"], "material": ["tin"] * 3},
        "sites": {"place": ["A", "B", "C"], "opening_cost": [1, 1, 1], "capacity": [6, 6, 6]},
        "limits": {"limit": ["few"], "quantity": ["use"], "most": [3]},
    }  # fmt: skip


def yard(**tables) -> dict:
    """One yard that takes nothing or at least 6 tins; just so many tins are collected."""
    return (
        chain(
            lanes={"origin": ["near", "far", "yard"], "dest": ["yard", "yard", "works"], "material": ["tin"] * 3},
            places={"place": ["near", "far", "works", "yard"]},
            sites={"place": ["yard"], "capacity": [25], "least": [6]},
            limits={"limit": ["just"], "quantity": ["collect"], "least": [10], "most": [10]},
        )
        | tables
    )


def test_a_gap_without_a_plan_is_no_edge_beyond_it() -> None:
    """Nothing at all has a plan, and so has what comes to 6 and more; between them nothing has."""
    study = balik.sensitivity(yard(), "limits.least[limit=just],limits.most[limit=just]", find="edge")
    low, high = study.rows
    assert low["value"] == pytest.approx(6, abs=1e-4) and low["last"] == 0 and low["confirmed"]
    assert high["value"] == pytest.approx(25, abs=1e-4) and high["confirmed"]
    assert not low["exact"] and any("gaps" in told for told in study.findings)
    assert any("gap" in told for told in study.told)


def test_a_number_that_is_nothing_moves_by_values() -> None:
    """Per cent of 0 move nothing: neither "however high" nor "any height" follows from them."""
    free = chain(limits={"limit": ["cap"], "quantity": ["collect"], "least": [0]})
    low, high = balik.sensitivity(free, "limits.least[limit=cap]", find="edge").rows
    assert low["ever"] and high["value"] == pytest.approx(30) and high["unit"] != "%"
    case = aims(sites={"place": ["cheap", "dear"], "capacity": [30, 20], "running_cost": [0, 9]})
    del case["goals"]
    case["limits"] = {"limit": ["need"], "quantity": ["collect"], "least": [10]}
    (row,) = balik.sensitivity(case, "sites.running_cost[place=cheap]", find="sites").rows
    assert (row["to"], row["to_next"], row["confirmed"]) == (pytest.approx(9), ["dear"], True)
    with pytest.raises(balik.CallError, match="no per cent moves"):
        balik.sensitivity(case, "sites.running_cost[place=cheap]", "-10%:+10%:10%", find="sites")


@pytest.mark.slow
@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(2, 12), st.integers(0, 25)), min_size=2, max_size=2),
    st.integers(1, 3),
    st.floats(0, 1),
)
@example([(2, 0), (2, 0)], 1, 0.0)  # the start is the edge on both sides
def test_every_edge_among_gaps_is_one(yards, which, share) -> None:
    """Two yards, each of which takes nothing or between a least and a most; just so much is collected."""
    spans = [(low, low + more) for low, more in yards]
    (a, b), (c, d) = spans
    allowed = [(0, 0), *spans, (a + c, b + d)]
    low, high = allowed[which]
    start = round(low + share * (high - low), 3)
    exact = {"limit": ["just"], "quantity": ["collect"], "least": [start], "most": [start]}
    case = yard(
        places={"place": ["near", "works", "one", "two"]},
        lanes={
            "origin": ["near", "near", "one", "two"],
            "dest": ["one", "two", "works", "works"],
            "material": ["tin"] * 4,
        },
        supply={"place": ["near"], "material": ["tin"], "most": [1000]},
        sites={"place": ["one", "two"], "capacity": [b, d], "least": [a, c]},
        limits=exact,
    )

    def has_plan(amount: float, near: float = 1e-6) -> bool:
        """A plan may miss a bound by a millionth of it."""
        near *= max(1.0, amount)
        return any(low - near <= amount <= high + near for low, high in allowed)

    for row in balik.sensitivity(case, "limits.least[limit=just],limits.most[limit=just]", find="edge").rows:
        assert row["confirmed"]
        if row["value"] is None:
            assert has_plan(row["tried"])
        else:
            assert has_plan(row["solved"][0]) and not has_plan(row["solved"][1], near=1e-7)
            assert row["last"] is None or has_plan(row["last"])


def test_an_edge_where_bounds_only_get_tighter_is_exact() -> None:
    """A yard that must take 6, of at most 10 near and 20 far: both sides are asked once."""
    case = yard(limits={"limit": ["need"], "quantity": ["collect"], "least": [10]})
    low, high = balik.sensitivity(case, "limits.least[limit=need]", find="edge").rows
    assert low["value"] is None and low["ever"] and low["exact"]
    assert high["value"] == pytest.approx(25) and high["exact"] and high["confirmed"]


def aims(**tables) -> dict:
    """A cheap yard for 12 tins, a dear one for 20; 15 are wanted before the cost counts."""
    found = chain(
        places={"place": ["near", "far", "works", "cheap", "dear"]},
        lanes={"origin": ["near", "far", "near", "far", "cheap", "dear"],
               "dest": ["cheap", "cheap", "dear", "dear", "works", "works"], "material": ["tin"] * 6},
        sites={"place": ["cheap", "dear"], "capacity": [12, 20], "running_cost": [10, 100]},
        goals={"goal": ["want"], "quantity": ["collect"], "target": [15], "sense": ["at_least"]},
    )  # fmt: skip
    del found["limits"]
    return found | tables


def test_goals_come_first_where_sites_stay_the_best() -> None:
    """Up to 12 the cheap yard misses nothing and is the best; beyond 20 both are needed."""
    study = balik.sensitivity(aims(), "goals.target[goal=want]", find="sites")
    (row,) = study.rows
    assert study.more["sites"] == ["dear"] and row["from_next"] == ["cheap"]
    assert row["from"] == pytest.approx(12, abs=0.02) and row["to"] == pytest.approx(20, abs=0.02)
    assert row["to_next"] == ["cheap", "dear"] and row["confirmed"]
    assert any("misses more of its goals" in told or "costs" in told for told in study.findings)


NEAR = "supply.price[place=near]"


@pytest.mark.parametrize(("second", "least"), [(False, 10), (True, 4)])
def test_the_curve_of_a_cost_is_that_of_the_plans_that_serve_the_goals(second: bool, least: int) -> None:
    """15 are wanted, far tins cost 5: near ones, 10 (of the second goal 4), are taken until they cost as much."""
    goals = {"goal": ["want"], "quantity": ["collect"], "target": [15], "sense": ["at_least"]}
    if second:
        goals = {"goal": ["want", "spare"], "quantity": ["collect", "collect"], "target": [15, 4], "priority": [1, 2],
                 "sense": ["at_least", "at_most"], "place": ["", "near"]}  # fmt: skip
    case = aims(goals=goals)
    study = balik.sensitivity(case, NEAR, "0:12:3", find="curve")
    assert [(r["from"], r["to"], r["marginal"], r["sites"]) for r in study.rows] == [
        (0, pytest.approx(5), least, ["dear"]), (pytest.approx(5), 12, 0, ["dear"]),
    ]  # fmt: skip
    assert all(row["exact"] and row["verified"] for row in study.rows) and study.rows[-1]["cost_to"] == 175
    table = balik.sensitivity(case, NEAR, "0:12:3").rows
    for price, row in zip((0, 3, 6, 9, 12), table, strict=True):
        piece = study.rows[price > 5]
        assert row["cost"] == pytest.approx(piece["cost_from"] + (price - piece["from"]) * piece["marginal"])


@pytest.mark.parametrize(
    ("over", "goals"),
    [
        ("goals.target[goal=want]", {}),
        ("goals.weight_under[goal=want]", {"weight_under": [1, 2], "weight_over": [1, 1]}),
        (NEAR, {"quantity": ["collect", "purchase"]}),
        ("sites.capacity[place=dear]", {}),
    ],
)
def test_no_curve_is_told_where_goals_move_with_the_number(over: str, goals: dict) -> None:
    both = {"goal": ["want", "less"], "quantity": ["collect"] * 2, "target": [15, 3], "sense": ["at_least", "at_most"]}
    with pytest.raises(balik.CallError, match="come before the cost"):
        balik.sensitivity(aims(goals=both | goals), over, "1:9:2", find="curve")


def test_goals_do_not_move_an_edge_and_have_no_price() -> None:
    limits = {"limit": ["need"], "quantity": ["collect"], "least": [5]}
    low, high = balik.sensitivity(aims(limits=limits), "limits.least[limit=need]", find="edge").rows
    assert low["ever"] and high["value"] == pytest.approx(30) and high["confirmed"]
    for find, over in (("curve", "limits.least[limit=need]"), ("prices", ())):
        with pytest.raises(balik.CallError, match="come before the cost"):
            balik.sensitivity(aims(limits=limits), over, find=find)


def test_cells_that_the_case_does_not_take_are_said() -> None:
    study = balik.sensitivity(PADANG, "limits.least[limit=vcap]", find="edge")
    most = next(row for row in study.rows if row["side"] == "most")
    assert most["value"] == pytest.approx(800, rel=1e-5) and most["reasons"]


# -- curves ------------------------------------------------------------------------------------------------------


def test_the_cost_curve_of_a_linear_program_has_every_kink() -> None:
    """655 dus of 2 L at 9,000, 12 of 18 L at 11,500, 190 of 5 L at 16,000."""
    study = balik.sensitivity(PADANG, TRUCK, find="curve")
    assert [(row["from"], row["to"], row["marginal"]) for row in study.rows] == [
        (0.0, 655.0, 9000.0), (655.0, 667.0, 11500.0), (667.0, pytest.approx(857), 16000.0),
    ]  # fmt: skip
    assert all(row["exact"] and row["verified"] for row in study.rows) and study.rows[0]["unit"] == "dus"


def test_the_price_of_a_kilogram_of_co2() -> None:
    """Lorry: 1 and 4 kg for each; train: 7 and 1 kg. Each kg less costs 6 / 3 = 2, from 40 kg down to 10 kg."""
    case = chain(
        modes={"mode": ["lorry", "train"], "full_rate": [1, 7], "full_co2": [4, 1]},
        lanes={"origin": ["near"] * 2, "dest": ["works"] * 2, "material": ["tin"] * 2, "mode": ["lorry", "train"], "km": [1, 1]},
        supply={"place": ["near"], "material": ["tin"], "amount": [10]},
        limits={"limit": ["cap"], "quantity": ["co2"], "most": [30]},
    )  # fmt: skip
    study = balik.sensitivity(case, "limits.most[limit=cap]", find="curve")
    assert [(row["from"], row["to"], row["marginal"]) for row in study.rows] == [
        (pytest.approx(10), pytest.approx(40), pytest.approx(-2)), (pytest.approx(40), 60.0, 0.0),
    ]  # fmt: skip
    assert study.rows[0]["unit"] == "kg CO2e"


def test_the_price_of_a_percentage_point_collected() -> None:
    """Of 100 on the market 10 come at 1 and 20 at 5: each point more is one tin more."""
    case = chain(
        market={"place": ["works"], "material": ["tin"], "amount": [100]},
        limits={"limit": ["rate", "rate"], "quantity": ["collect", "market"], "over": ["", "yes"], "least": [0.08, ""]},
    )
    study = balik.sensitivity(case, "limits.least[limit=rate,quantity=collect]", find="curve")
    assert [(row["from"], row["to"], row["marginal"]) for row in study.rows] == [
        (0.0, pytest.approx(10), pytest.approx(1)), (pytest.approx(10), pytest.approx(30), pytest.approx(5)),
    ]  # fmt: skip
    assert study.rows[0]["unit"] == "percentage point"
    edge = balik.sensitivity(case, "limits.least[limit=rate,quantity=collect]", find="edge")
    assert {row["unit"] for row in edge.rows} == {"share"} and edge.rows[1]["value"] == pytest.approx(0.3)


@pytest.mark.parametrize(("unit", "said"), [("", "ratio"), ("kg/IDR", "kg/IDR")])
def test_a_ratio_of_two_that_are_counted_otherwise_is_no_share(unit, said) -> None:
    """Tins for each rupiah, of which no percentage point is a hundredth of anything: at most 1, where they come at 1."""
    limits = {
        "limit": ["need", "rate", "rate"], "quantity": ["collect", "collect", "cost"], "over": ["", "", "yes"],
        "least": [8, 0.5, ""], "unit": ["", unit, ""],
    }  # fmt: skip
    for find in ("edge", "curve"):
        study = balik.sensitivity(chain(limits=limits), "limits.least[limit=rate,quantity=collect]", find=find)
        assert study.rows and {row["unit"] for row in study.rows} == {said}
        assert study.rows[-1]["value" if find == "edge" else "to"] == pytest.approx(1, rel=1e-5)


def test_the_curve_with_whole_numbers_against_every_set_of_sites() -> None:
    """Capacity of F1 from 130 t: each stretch against plans that are solved by themselves."""
    study = balik.sensitivity(TURKEY, "sites.capacity[place=F1]", "130:190:20", find="curve")
    assert [row["sites"] for row in study.rows][:3] == [["F2", "F3", "F4"], ["F1", "F2"], ["F1", "F4"]]
    for row in study.rows:
        for share in (0.1, 0.9):
            at = row["from"] + share * (row["to"] - row["from"])
            plan = balik.solve(TURKEY, set=[f"sites.capacity[place=F1] = {at:.9f}"])
            assert plan.cost == pytest.approx(row["cost_from"] + (at - row["from"]) * row["marginal"], rel=1e-6)
    assert [row["to"] for row in study.rows][:3] == pytest.approx([137.5, 181.3979, 187.5], abs=1e-3)
    assert all(row["verified"] for row in study.rows) and not any(row["exact"] for row in study.rows)


def test_steps_of_what_is_counted() -> None:
    study = balik.sensitivity(chain_of_sites(), "limits.most[limit=few]", settings=ONCE, find="curve")
    assert [(row["from"], row["to"], row["unit"]) for row in study.rows] == [(2.0, 3.0, "site")]
    assert study.rows[0]["marginal"] == 0.0  # A and B are the nearest, and enough


@pytest.mark.slow
def test_the_dealers_of_west_java() -> None:
    """What each dealer more saves: the differences of the costs in expected.csv."""
    study = balik.sensitivity(JAVA, "limits.most[limit=maks-dealer]", "18:27:1", find="curve")
    costs = [8649508, 6914702.5, 5634024, 4381346.5, 3411326.5, 2963861.5, 2601631.5, 2295836.5, 2187431.5, 2084823]
    assert [row["marginal"] for row in study.rows] == pytest.approx([b - a for a, b in itertools.pairwise(costs)])
    assert study.rows[2]["sites_in"] == ["Dealer Kab. Sumedang"]


# -- prices ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def padang() -> Study:
    return balik.sensitivity(PADANG, find="prices")


def test_prices_and_how_far_they_hold(padang) -> None:
    study = padang
    rows = {row["input"]: row for row in study.rows if row["about"] == "bound"}
    truck = rows["the limit vcap (exactly)"]
    assert (truck["less_costs"], truck["less_until"], truck["less_why"]) == (-16000.0, 667.0, "bend")
    assert (truck["more_costs"], truck["more_until"], truck["more_why"]) == (16000.0, 857.0, "none")
    cans = rows["the supply of kosong-18L at grosir-4"]
    assert (cans["less_costs"], cans["more_costs"]) == (4500.0, -4500.0)
    assert not truck["degenerate"] and all(row["confirmed"] for row in study.rows)


def test_prices_agree_with_the_duals_of_the_plan(padang) -> None:
    """Where the optimum is not degenerate, a price is the dual, and its range holds that of the basis."""
    told = {row["input"]: row for row in padang.rows if row["about"] == "bound"}
    duals = balik.solve(PADANG).columns["prices"]
    found = 0
    for i, statement in enumerate(duals["statement"]):
        name = f"the supply of {duals['material'][i]} at {duals['place'][i]}"
        if statement != "collect" or name not in told:
            continue
        found += 1
        assert told[name]["more_costs"] == pytest.approx(duals["price"][i])
        assert told[name]["less_until"] <= duals["from"][i] + 1e-6
        assert told[name]["more_until"] >= duals["to"][i] - 1e-6
    assert found >= 6


def test_a_degenerate_price_has_two_sides() -> None:
    """All 10 of the cheaper supplier are needed: one less saves 1, one more costs 5."""
    study = balik.sensitivity(chain(), find="prices")
    need = next(row for row in study.rows if row.get("input", "").startswith("the limit need"))
    assert (need["less_costs"], need["less_until"]) == (-1.0, 0.0)
    assert (need["more_costs"], need["more_until"], need["more_why"]) == (5.0, pytest.approx(30), "none")
    assert need["degenerate"] and any(told.startswith("Degenerate") for told in study.findings)


def test_a_least_goes_as_far_as_its_most_and_a_most_as_low_as_its_least() -> None:
    """far must give 2 at 5 each, up to its 20; near gives all of its 10 and needs 4. Each number has its own name."""
    supply = {"place": ["near", "far"], "material": ["tin"] * 2, "least": [4, 2], "most": [10, 20], "price": [1, 5]}
    limits = {"limit": ["need"], "quantity": ["collect"], "least": [12]}
    study = balik.sensitivity(chain(supply=supply, limits=limits), find="prices")
    rows = {row["input"]: row for row in study.rows if row["about"] == "bound"}
    far, near = rows["the least supply of tin at far"], rows["the supply of tin at near"]
    assert (far["less_costs"], far["more_costs"], far["more_until"], far["more_why"]) == (0.0, 4.0, 8.0, "bend")
    assert (near["less_costs"], near["less_until"], near["less_why"]) == (4.0, 4.0, "end")
    alone = {"place": ["far"], "material": ["tin"], "least": [2], "most": [20], "price": [5]}
    study = balik.sensitivity(
        chain(supply=alone, limits={"limit": ["need"], "quantity": ["collect"], "least": [1]}), find="prices"
    )
    (row,) = (row for row in study.rows if row["about"] == "bound")
    assert (row["more_costs"], row["more_until"], row["more_why"], row["confirmed"]) == (5.0, 20.0, "end", True)


def test_a_supply_that_binds_is_priced_with_what_is_left_of_it() -> None:
    """near gives all of its 10: one more is 4 cheaper than from far, where one more is left for half."""
    more = {"most": [10, 20], "price": [1, 5], "left_cost": [0.5, 0.5]}
    supply = {"place": ["near", "far"], "material": ["tin"] * 2} | more
    case = chain(supply=supply, limits={"limit": ["need"], "quantity": ["collect"], "least": [12]})
    study = balik.sensitivity(case, find="prices")
    near = next(row for row in study.rows if row.get("input") == "the supply of tin at near")
    assert (near["less_costs"], near["more_costs"], near["more_until"], near["confirmed"]) == (3.5, -3.5, 12.0, True)
    study = balik.sensitivity(case, "supply.most[place=near]", "8:14:1", find="curve")
    found = [(row["from"], row["to"], row["marginal"], row["exact"]) for row in study.rows]
    assert found == [(8.0, 12.0, -3.5, True), (12.0, 14.0, 0.5, True)]


def test_what_a_way_lacks() -> None:
    """Izmir is 70 km nearer to F3; Bursa is as near to F1 as to F3: at 0.1231 for each km the way to F1 lacks 8.617."""
    study = balik.sensitivity(TURKEY, find="prices")
    ways = {(row["origin"], row["dest"]): row for row in study.rows if row["about"] != "bound"}
    assert ways["Izmir", "F1"]["cheaper_by"] == pytest.approx(0.1231 * 70) and ways["Izmir", "F1"]["amount"] == 0
    assert ways["Izmir", "F3"]["dearer_by"] == pytest.approx(0.1231 * 70)
    assert any("whole numbers" in told for told in study.findings)  # the sites as they are


# -- what every answer says --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The chain of sites as files."""
    root = tmp_path_factory.mktemp("case")
    (root / "case.toml").write_text('title = "tin"\n[finance]\none_off = "once"\n', encoding="utf-8")
    for name, columns in chain_of_sites().items():
        rows = [columns, *zip(*columns.values(), strict=True)]
        text = "".join(",".join(map(str, row)) + "\n" for row in rows)
        (root / f"{name}.csv").write_text(text, encoding="utf-8")
    return str(root)


@pytest.mark.parametrize("find", [*FINDS, None])
def test_every_answer_says_what_it_rests_on(find, folder, capsys) -> None:
    over = [] if find == "prices" else ["--over", "sites.capacity[place=A]", "--range", "5:7:1"]
    two = ["--against", "transport", "--against-range", "0%:10%:10%"]
    words = ["sensitivity", folder, *over, *(["--find", find] if find else two)]
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    work = document["work"]
    assert work["solves"] >= work["proved"] > 0 and work["seconds"] >= 0 and work["varied"] and work["unsaid"]
    assert main([*words, "--lang", "id"]) == 0
    out = capsys.readouterr().out
    assert "kali dihitung" in out and "tidak mengatakan" in out and "Varied" not in out


@pytest.mark.parametrize(
    "words",
    [
        ["--find", "nothing", "--over", "transport"],
        ["--find", "sites"],
        ["--find", "prices", "--over", "transport"],
        ["--find", "edge", "--over", "transport", "--against", "opening"],
        ["--find", "curve", "--over", "supply.amount", "--range", "1:9:1"],
        ["--find", "curve", "--over", "limits.least"],
        ["--over", "transport", "--range", "1:9:1"],
        ["--over", "transpot"],
        ["--over", "transport", "--read", "nobody"],
        ["--over", "transport", "--against", "transport"],
        ["--against", "transport"],
        ["--over", "transport", "--against-range", "0%:10%:10%"],
        ["--find", "edge", "--over", "transport", "--against-range", "0%:10%:10%"],
    ],
)
def test_questions_that_cannot_be_answered_are_refused(words, capsys) -> None:
    assert main(["sensitivity", TURKEY, *words]) == 2
    assert capsys.readouterr().err


def test_a_solve_that_is_cut_short_is_said_and_not_guessed(capsys) -> None:
    words = ["sensitivity", JAVA, "--over", "modes.full_rate", "--find", "sites", "--time-limit", "0.001"]
    assert main(words) == 4
    assert "did not end in its time" in capsys.readouterr().err


def test_without_a_plan_there_is_nothing_to_ask(capsys) -> None:
    words = ["sensitivity", PADANG, "--scenario", "biaya-plus-20", "--over", "supply.price", "--find", "edge"]
    assert main(words) == 3
    assert "ask explain" in capsys.readouterr().out
