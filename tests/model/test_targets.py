"""Targets: rates of collection with lagged averages, shares, equity, people near an open site; all by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from balik.errors import InputError
from model.making import amounts, prepared, solve

#: Two villages and a yard; the second village sells more each year.
NET = {
    "materials": """
        material unit mass
        tin      kg   .""",
    "periods": """
        period past
        2023   yes
        2024   yes
        2025   yes
        2026   .
        2027   .""",
    "market": """
        place material period amount
        a     tin      *      100
        b     tin      2023   10
        b     tin      2024   20
        b     tin      2025   30
        b     tin      2026   40
        b     tin      2027   50""",
    "lanes": """
        origin dest material fee
        a      yard tin      5
        b      yard tin      7""",
    "supply": """
        place material most
        a     tin      100
        b     tin      60""",
    "demand": """
        place material
        yard  tin""",
}
#: The WEEE rule: collected in a year over the mean of what the three years before it put on the market.
WEEE = """limit quantity coef over lag least period
    weee collect 1 . . 0.5 each
    weee market 1/3 yes 1 . each
    weee market 1/3 yes 2 . each
    weee market 1/3 yes 3 . each"""


def under(rows: str, **tables: str) -> dict[str, str]:
    return NET | {"limits": rows} | tables


def test_the_mean_of_the_three_years_before() -> None:
    """2026: (110 + 120 + 130) / 3 = 120; 2027: (120 + 130 + 140) / 3 = 130."""
    plan = solve(under(WEEE))
    assert plan.status == "optimal" and plan.verified
    assert plan.cost == pytest.approx(5 * (60 + 65))
    values = {fact["each"]: fact["value"] for fact in plan.facts["limits"]}
    assert values == {"2026": pytest.approx(0.5), "2027": pytest.approx(0.5)}


def test_each_place_has_a_rate_of_its_own() -> None:
    """a: 0.5 × 100 a year; b: 0.5 × 20 and 0.5 × 30."""
    rows = WEEE.replace("period\n", "period place\n").replace("each", "each each")
    assert solve(under(rows)).cost == pytest.approx(5 * 100 + 7 * (10 + 15))


def test_a_year_before_all_that_is_known_has_no_bound() -> None:
    short = NET["periods"].replace("2023   yes\n", "").strip()
    market = "\n".join(line for line in NET["market"].splitlines() if "2023" not in line)
    plan = solve(under(WEEE, periods=short, market=market))
    assert plan.cost == pytest.approx(5 * 65)
    [warning] = [p for p in plan.problems if p.code == "W570"]
    assert warning.found.startswith("2026:")


def test_a_named_period_looks_back() -> None:
    rows = "limit quantity over lag least period\nx collect . . 0.5 2027\nx market yes 1 . 2027"
    assert solve(under(rows)).cost == pytest.approx(5 * 0.5 * 140)
    early = "limit quantity over lag least period\nx collect . . 0.5 2026\nx market yes 4 . 2026"
    with pytest.raises(InputError, match="E575"):
        prepared(under(early))
    own = "limit quantity over lag least period\nx collect . . 0.5 2026\nx collect yes 1 . 2026"
    with pytest.raises(InputError, match="E575"):
        prepared(under(own))


def test_more_than_last_year() -> None:
    """A lag of a quantity of the plan: at least 1.2 times what the year before collected, from 2027 on."""
    rows = """limit quantity coef over lag least period
        grow collect 1 . . 1.2 each
        grow collect 1 yes 1 . each
        start collect 1 . . 50 2026"""
    assert solve(under(rows)).cost == pytest.approx(5 * (50 + 60))


def test_market_alone_counts_the_years_of_the_plan() -> None:
    """200 + 90 are put on the market in 2026 and 2027; the past counts only where a lag leads."""
    rows = "limit quantity over least\nx collect . 0.4\nx market yes ."
    assert solve(under(rows)).cost == pytest.approx(5 * 0.4 * 290)


def test_a_share_of_what_the_plan_moves() -> None:
    """At least a quarter of all comes from b: multiplied by a sum that varies, it stays linear."""
    rows = """limit quantity coef over least origin
        share flow 1 . 0.25 b
        share flow 1 yes . .
        all collect 1 . 80 ."""
    plan = solve(under(rows, periods="period\nx", market="place material amount\na tin 1"))
    assert plan.cost == pytest.approx(5 * 60 + 7 * 20)
    assert amounts(plan, "collect", "place")["b"] == pytest.approx(20)


def test_over_says_what_a_negative_coefficient_says() -> None:
    rng = np.random.default_rng(3)
    for _ in range(8):
        share, total = round(float(rng.uniform(0.05, 0.55)), 3), int(rng.integers(20, 90))
        one = f"""limit quantity coef over least origin
            share flow 1 . {share} b
            share flow 1 yes . .
            all collect 1 . {total} ."""
        two = f"""limit quantity coef least origin
            share flow 1 0 b
            share flow -{share} . .
            all collect 1 {total} ."""
        tables = {"periods": "period\nx", "market": "place material amount\na tin 1"}
        assert solve(under(one, **tables)).cost == pytest.approx(solve(under(two, **tables)).cost)


def test_money_over_an_amount() -> None:
    """The mean fee is at most 5.5 a kg: at most a quarter of it from b, which is called for."""
    rows = """limit quantity coef over least most unit place account
        mean cost 1 . . {most} {unit} . fee
        mean collect 1 yes . . . . .
        b collect 1 . 20 . . b ."""
    tables = {"periods": "period\nx", "market": "place material amount\na tin 1"}
    for most, unit in (("5.5", "."), ("5500", "Rp/t"), ("0.0055", "Rp/g")):
        plan = solve(under(rows.format(most=most, unit=unit), **tables))
        assert plan.cost == pytest.approx(20 * 7 + 60 * 5)


def test_by_weight_and_by_units() -> None:
    """A tin of 2 kg and a box of 5 kg: two thirds by weight are fewer pieces than two thirds by units."""
    tables = {
        "periods": "period\nx",
        "materials": "material unit mass\ntin pcs 2\nbox pcs 5",
        "market": "place material amount\na tin 60\na box 30",
        "supply": "place material most\na tin 60\na box 30",
        "lanes": "origin dest material fee\na yard tin 3\na yard box 4",
        "demand": "place material\nyard *",
    }
    rows = "limit quantity over least unit\nx collect . 2/3 {unit}\nx market yes . ."
    assert solve(under(rows.format(unit="pcs"), **tables)).cost == pytest.approx(60 * 3)
    # 180 of 270 kg: 30 boxes at 0.8 a kg, then 15 tins at 1.5 a kg
    assert solve(under(rows.format(unit="kg"), **tables)).cost == pytest.approx(30 * 4 + 15 * 3)
    # kg collected for each piece put on the market: 2/3 × 90 = 60 kg
    assert solve(under(rows.format(unit="kg/pcs"), **tables)).cost == pytest.approx(12 * 4)
    with pytest.raises(InputError, match="E366"):
        prepared(under(rows.format(unit="km"), **tables))


def test_equity_keeps_the_rates_together() -> None:
    """Half of all must come in; a is cheaper, so its rate may be 0.1 above that of b."""
    rows = """limit quantity over least spread place
        all collect . 0.5 . .
        all market yes . . .
        fair collect . . 0.1 each
        fair market yes . . each"""
    plan = solve(under(rows))
    # 200 a + 90 b = 145 with a = b + 0.1
    b = (145 - 20) / 290
    assert plan.cost == pytest.approx(5 * 200 * (b + 0.1) + 7 * 90 * b)
    free = under("\n".join(line for line in rows.splitlines() if "fair" not in line))
    assert solve(free).cost == pytest.approx(5 * 145)
    none = solve(under(rows.replace("0.1 each", "0 each").replace("0.5 . .", "0.99 . .")))
    assert none.status == "optimal" and none.cost == pytest.approx(0.99 * (5 * 200 + 7 * 90))


def test_a_label_with_nothing_below_the_line_has_no_bound() -> None:
    rows = "limit quantity over most place\nx collect . 0.1 each\nx market yes . each\nmin collect . . ."
    rows = """limit quantity over least most place
        x collect . . 0.1 each
        x market yes . . each
        all collect . 30 . ."""
    market = "place material amount\na tin 100"
    plan = solve(under(rows, market=market))
    assert plan.cost == pytest.approx(5 * 20 + 7 * 10)
    assert [p.found.split(":")[0] for p in plan.problems if p.code == "W571"] == ["b"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("limit quantity over least\nx collect yes 1", "E573"),
        ("limit quantity over least\nx collect . 1\nx use yes .", "E573"),
        ("limit quantity coef over least\nx collect 1 . 1\nx collect -1 yes .", "E573"),
        ("limit quantity spread\nx collect 1", "E574"),
        ("limit quantity over spread place\nx flow . 1 .\nx collect yes . each", "E574"),
        ("limit quantity over spread place\nx collect . 1 each\nx left yes . each", "E574"),
        ("limit quantity lag least\nx collect 1 5", "E575"),
        ("limit quantity over least\nx collect . .\nx market yes .", "E361"),
    ],
)
def test_what_has_no_sense_is_refused(rows: str, code: str) -> None:
    with pytest.raises(InputError, match=code):
        prepared(under(rows))


@pytest.mark.parametrize(
    ("periods", "found"),
    [
        ("period past\nx yes", "E570"),
        ("period past\nx .\ny yes", "E570"),
        ("period past length\nx yes 2\ny . 1", "E570"),
    ],
)
def test_the_past_stands_first_and_says_nothing_else(periods: str, found: str) -> None:
    with pytest.raises(InputError, match=found):
        prepared(NET | {"periods": periods, "market": "place material amount\na tin 1"})


def test_only_market_has_amounts_of_the_past() -> None:
    with pytest.raises(InputError, match="of the past"):
        prepared(NET | {"supply": "place material period most\na tin 2023 5"})


# -- people near an open site --------------------------------------------------------------------------------------

REACH = {
    "lanes": "origin dest material\nshop s1 tin",
    "supply": "place material most\nshop tin 5",
    "demand": "place material\ns1 tin",
}


def _towns(
    rng: np.random.Generator, towns: int, sites: int
) -> tuple[dict[str, str], np.ndarray, np.ndarray, np.ndarray]:
    people = rng.integers(1, 50, towns)
    km = rng.integers(1, 20, (towns, sites))
    cost = rng.integers(5, 30, sites)
    rows = [f"t{i} town {people[i]}" for i in range(towns)] + [f"s{j} site ." for j in range(sites)] + ["shop . ."]
    tables = REACH | {
        "places": "place kind people\n" + "\n".join(rows),
        "distances": "origin dest km\n"
        + "\n".join(f"t{i} s{j} {km[i, j]}" for i in range(towns) for j in range(sites)),
        "sites": "place opening_cost\n" + "\n".join(f"s{j} {cost[j]}" for j in range(sites)),
        "coverage": "place site within\nkind:town kind:site 6",
    }
    return tables, people, km <= 6, cost


@pytest.mark.parametrize("seed", range(6))
def test_people_within_a_radius_against_enumeration(seed: int) -> None:
    """Least cost to serve a share of the people; and the most or the fewest people that a number of sites serves."""
    rng = np.random.default_rng(seed)
    tables, people, near, cost = _towns(rng, 7, 5)
    tables["lanes"] = "origin dest material\nshop s0 tin"
    tables["demand"] = "place material\ns0 tin"
    once = {"finance": {"one_off": "once"}}
    sets = [np.array(s, bool) for s in product((0, 1), repeat=5)]
    served = {tuple(s): int(people[near[:, s].any(1)].sum()) for s in sets}
    share = 0.6 * max(served.values()) / people.sum()
    rows = f"limit quantity over least\nx covered . {share}\nx people yes ."
    plan = solve(tables | {"limits": rows}, once)
    best = min(cost[s].sum() for s in sets if served[tuple(s)] >= share * people.sum() - 1e-9)
    assert plan.verified and plan.cost == pytest.approx(best)
    for sign in (1.0, -1.0):
        rows = "limit quantity least most\nn open 2 2"
        plan = solve(tables | {"limits": rows}, once | {"objective": {"covered": sign}})
        two = [served[tuple(s)] for s in sets if s.sum() == 2]
        assert plan.verified and plan.objective == pytest.approx(min(two) if sign > 0 else -max(two))


def test_a_place_that_is_no_site_always_serves() -> None:
    tables, people, near, _ = _towns(np.random.default_rng(1), 4, 3)
    del tables["sites"]
    plan = solve(tables | {"limits": "limit quantity most\nx covered 1e6"})
    [fact] = plan.facts["limits"]
    assert fact["value"] == people[near.any(1)].sum()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"distances": "origin dest km\nt0 s0 3"}, "E572"),
        ({"coverage": "place site within\nshop kind:site 6"}, "E571"),
    ],
)
def test_coverage_needs_people_and_distances(change: dict[str, str], code: str) -> None:
    tables, *_ = _towns(np.random.default_rng(1), 4, 3)
    with pytest.raises(InputError, match=code):
        prepared(tables | change, {"finance": {"one_off": "once"}})


def test_who_lives_near_no_place_is_not_served() -> None:
    """t3 is far from every site, and t4 stands in no row of coverage: no plan serves each town, or serves them."""
    tables, *_ = _towns(np.random.default_rng(1), 3, 3)
    tables["places"] += "\nt3 far 8\nt4 far 9"
    tables["distances"] = "\n".join(["origin dest km", *(f"t{i} s{j} 2" for i in range(3) for j in range(3)),
                                     *(f"t3 s{j} 99" for j in range(3))])  # fmt: skip
    tables["coverage"] += "\nt3 kind:site 6"
    once = {"finance": {"one_off": "once"}}
    for rows, status in (
        ("limit quantity place least\nx covered each 1", "infeasible"),
        ("limit quantity kind most\nx covered far 0", "optimal"),
        ("limit quantity kind least\nx covered far 1", "infeasible"),
        ("limit quantity place spread\nx covered each 0", "optimal"),
        ("limit quantity place spread least\nx covered each 0 .\ny open . . 1", "infeasible"),
    ):
        plan = solve(tables | {"limits": rows}, once)
        assert (plan.status, plan.broken) == (status, []), rows


@pytest.mark.parametrize("word", ["covered", "reach"])
def test_a_site_that_costs_nothing_stays_open_for_those_whom_it_serves(word: str) -> None:
    """Nothing goes there and nothing is paid for it, and the people who are counted live near it."""
    tables, people, near, _ = _towns(np.random.default_rng(1), 4, 3)
    tables |= {"sites": "place\ns0\ns1\ns2", "limits": "limit quantity most\none open 1"}
    tables |= {"measures": "measure of\nreach covered"}
    plan = solve(tables, {"objective": {word: -1}})
    assert plan.verified, plan.broken
    assert plan.objective == -max(people[near[:, j]].sum() for j in range(3))


def test_a_site_that_costs_nothing_stays_open_where_places_must_be_alike() -> None:
    tables, *_ = _towns(np.random.default_rng(1), 4, 3)
    rows = """limit quantity place least spread
        one open . 1 .
        alike open each . 0"""
    plan = solve(tables | {"sites": "place\ns0\ns1\ns2", "limits": rows})
    assert plan.verified, plan.broken
    assert len(plan.columns["open"]["place"]) == 3


@pytest.mark.parametrize(
    ("rows", "market", "code", "found"),
    [
        ("x collect . . 0.5 each\nx market yes 9 . each", "a tin 2023 1", "W570", "2026, 2027:"),
        ("x collect . . 0.5 each\nx market yes 1 . each", "a tin 2027 1", "W571", "2026, 2027:"),
        ("x collect . . 0.5 .\nx market yes . . 2027", "a tin 2027 0", "W571", "x:"),
    ],
)
def test_what_a_lag_leads_to_may_be_nothing_at_all(rows: str, market: str, code: str, found: str) -> None:
    """It is no fault of the rows: they say nothing then, and a warning says so."""
    rows = f"limit quantity over lag least period\n{rows}"
    plan = solve(under(rows, market=f"place material period amount\n{market}"))
    assert plan.cost == 0
    [warning] = [p for p in plan.problems if p.code in ("W570", "W571")]
    assert warning.code == code and warning.found.startswith(found)


def test_without_periods_there_is_a_market_too() -> None:
    rows = "limit quantity over least\nx collect . 0.4\nx market yes ."
    tables = {name: text for name, text in NET.items() if name != "periods"}
    for market in ("place material amount\na tin 50", "place material period amount\na tin 1 50"):
        plan = solve(tables | {"limits": rows, "market": market})
        assert plan.verified and plan.cost == pytest.approx(5 * 20)


def test_a_measure_of_the_market_counts_the_years_of_the_plan() -> None:
    """200 + 90 in 2026 and 2027; the limit is on what is collected over the measure."""
    rows = "limit quantity over least\nx own . 0.4\nx sold yes ."
    plan = solve(under(rows, measures="measure of unit\nown collect kg\nsold market kg"))
    assert plan.verified, plan.broken
    assert plan.measures["sold"] == pytest.approx(290) and plan.cost == pytest.approx(5 * 0.4 * 290)


@pytest.mark.parametrize(
    ("market", "labels"),
    [("place material amount\na tin 0", ""), ("place material amount\na tin 0\nb tin 1000", "each")],
)
def test_an_amount_of_0_below_the_line_bounds_nothing(market: str, labels: str) -> None:
    """Known to be nothing: no rate, no bound, a warning; the verifier says the same."""
    each = labels or "."
    rows = f"limit quantity over most place\nx collect . 0.1 {each}\nx market yes . {each}"
    supply = "place material amount\na tin 4\nb tin 3"
    plan = solve(under(rows, market=market, periods="period\nx", supply=supply))
    assert (plan.status, plan.verified, plan.cost) == ("optimal", True, pytest.approx(4 * 5 + 3 * 7))
    assert [p.code for p in plan.problems if p.code == "W571"] == ["W571"]


def test_what_no_plan_changes_is_no_objective() -> None:
    with pytest.raises(InputError, match="E352") as found:
        prepared(NET, {"objective": {"market": 1}})
    assert "Did you mean 'market'" not in str(found.value)
