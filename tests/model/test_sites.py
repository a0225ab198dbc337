"""Sites: sizes, statuses, use, money paid once; two published cases; optima by hand or by every open set."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from balik.errors import InputError
from model.making import amounts, prepared, solve

ONCE: dict[str, Any] = {"finance": {"one_off": "once"}}

YARD = {
    "lanes": """
        origin dest material fee
        h      yard tin      0
        h      dump tin      4""",
    "supply": """
        place material amount
        h     tin      60""",
    "demand": """
        place material
        yard  tin
        dump  tin""",
    "sites": """
        place size  capacity least opening_cost unit_cost
        yard  small 40       0     100          1
        yard  large 90       50    150          0.5""",
}


@pytest.mark.parametrize(
    ("supply", "cost", "size"),
    [
        (60, 150 + 60 * 0.5, "large"),
        (45, 100 + 40 + 5 * 4, "small"),
        (25, 25 * 4, None),
        (100, 150 + 45 + 10 * 4, "large"),
    ],
)
def test_a_site_opens_in_the_size_that_pays(supply: float, cost: float, size: str | None) -> None:
    """dump: 4 a tin. small: 100 + 1 a tin up to 40. large: 150 + 0.5 a tin from 50 to 90."""
    plan = solve(YARD, ONCE, f"supply.amount={supply}")
    assert plan.cost == pytest.approx(cost)
    assert [site["size"] for site in plan.open] == ([size] if size else [])


OLD = YARD | {
    "sites": """
        place size capacity opening_cost running_cost closing_cost status
        yard  old  40       999          10           30           existing
        yard  new  90       100          5            777          candidate"""
}


@pytest.mark.parametrize(
    ("supply", "size", "accounts"),
    [
        (60, "old", {"running": 10.0, "fee": 80.0}),
        (80, "new", {"running": 5.0, "opening": 100.0, "closing": 30.0}),
        (2, None, {"closing": 30.0, "fee": 8.0}),
    ],
)
def test_an_existing_site_stays_grows_or_closes(supply: float, size: str | None, accounts: dict[str, float]) -> None:
    """old: 10 to run; new: 100 to open and 30 to close the old one, 5 to run; none: 30 to close."""
    plan = solve(
        OLD, ONCE, f"supply.amount={supply}", "sites.running_cost[size=old]=39" if supply == 2 else "sites.unit_cost=0"
    )
    assert [site["size"] for site in plan.open] == ([size] if size else [])
    assert plan.accounts is not None
    assert {k: x for k, x in plan.accounts.items() if x} == pytest.approx(accounts)


def test_open_is_forced_and_pays_and_closed_is_forbidden() -> None:
    plan = solve(YARD, ONCE, "supply.amount=5", "sites.status[size=small]=open")
    assert plan.cost == pytest.approx(100 + 5) and plan.used == ["yard"]
    assert solve(YARD, ONCE, "sites.status=closed").cost == pytest.approx(240.0)


def test_an_open_size_takes_in_at_least_its_least() -> None:
    assert solve(YARD, ONCE, "supply.amount=45", "sites.status[size=large]=open").status == "infeasible"


def test_what_is_collected_at_a_site_counts_and_needs_it_open() -> None:
    here = YARD | {"supply": "place material amount\nh tin 30\nyard tin 20"}
    plan = solve(here, ONCE)
    assert plan.cost == pytest.approx(min(100 + 40 + 10 * 4, 150 + 50 * 0.5))
    assert solve(here, ONCE, "sites.status=closed").status == "infeasible"


def test_stock_at_the_start_opens_a_site() -> None:
    kept = YARD | {"stores": "place material start\nyard tin 3", "supply": "place material amount\nh tin 1"}
    plan = solve(kept, ONCE, "sites.least=0")
    assert plan.cost == pytest.approx(100 + 1) and plan.open == [{"place": "yard", "size": "small"}]
    with pytest.raises(InputError, match="stays closed"):
        prepared(kept, ONCE, ("sites.status=closed",))


def test_a_candidate_that_carries_and_costs_nothing_is_reported_closed() -> None:
    free = YARD | {"sites": "place capacity status\nyard 40 .\ndump 90 ."}
    cheap = solve(free, None, "lanes.fee[dest=yard]=5")
    assert cheap.open == [{"place": "dump", "size": "-"}] and cheap.used == ["dump"]
    held = solve(free, None, "lanes.fee[dest=yard]=5", "sites.status[place=yard]=open")
    assert len(held.open) == 2 and held.used == ["dump"]
    wanted = free | {"limits": "limit quantity least\ntwo open 2"}
    assert len(solve(wanted, None, "lanes.fee[dest=yard]=5").open) == 2


def test_a_closed_site_makes_nothing_out_of_nothing() -> None:
    spring = {
        "sites": "place opening_cost\nwell 10",
        "processes": "process place most\npump well 6",
        "recipes": "process material rate\npump water 2",
        "demand": "place material most price\nwell water 20 1",
    }
    assert solve(spring, ONCE).cost == pytest.approx(10 - 12)
    assert solve(spring, ONCE, "demand.price=0.5").cost == 0.0


TWO = {
    "lanes": """
        origin dest material fee
        h1     a    tin      1
        h1     b    tin      2
        h2     a    tin      5
        h2     b    tin      1""",
    "supply": "place material amount\nh1 tin 10\nh2 tin 10",
    "demand": "place material\na tin\nb tin",
    "sites": "place capacity\na 30\nb 30",
}


def test_use_counts_what_receives_and_open_counts_what_is_open() -> None:
    assert solve(TWO).cost == pytest.approx(20.0)
    used = TWO | {"limits": "limit quantity most\none use 1"}
    plan = solve(used, None, "sites.status=open")
    assert plan.cost == pytest.approx(30.0)
    assert plan.used == ["b"] and len(plan.open) == 2
    opened = TWO | {"limits": "limit quantity most\none open 1"}
    assert solve(opened).cost == pytest.approx(30.0)
    assert solve(opened, None, "sites.status=open").status == "infeasible"


def test_a_weight_on_use_charges_each_used_place_once() -> None:
    plan = solve(TWO, {"objective": {"cost": 1.0, "use": 9.0}})
    assert plan.objective == pytest.approx(20 + 18) and plan.cost == pytest.approx(20.0)
    plan = solve(TWO, {"objective": {"cost": 1.0, "use": 11.0}})
    assert plan.objective == pytest.approx(30 + 11) and plan.used == ["b"]


# -- money paid once ---------------------------------------------------------------------------------------------

TERM = TWO | {
    "periods": "period length repeats\ndry 4 1\nwet 2 4",
    "sites": "place capacity opening_cost running_cost\na 30 100 1\nb 30 100 1",
}


def spending(once: float, dry: float, wet: float) -> float:
    """Both sites (20 + 1 a month each) or b alone (30 + 1 a month), by what money counts in each season."""
    both = once * 200 + dry * (20 + 8) + wet * (20 + 4)
    alone = once * 100 + dry * (30 + 4) + wet * (30 + 2)
    return min(both, alone)


def test_once_adds_as_it_is() -> None:
    assert solve(TERM, ONCE).cost == pytest.approx(spending(1, 1, 4))


@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_an_annuity_spreads_what_is_paid_once_over_the_horizon(rate: float) -> None:
    """12 months of a year: one year's annuity of 5 years."""
    finance = {"one_off": "annuity", "rate": rate, "years": 5, "periods_per_year": 12}
    yearly = rate / (1 - (1 + rate) ** -5) if rate else 1 / 5
    assert solve(TERM, {"finance": finance}).cost == pytest.approx(spending(yearly, 1, 4), abs=1e-6)


@pytest.mark.parametrize("years", [None, 3])
def test_npv_discounts_every_occurrence_at_its_end(years: int | None) -> None:
    """Months 4, then 6, 8, 10, 12; with years the horizon of one year recurs."""
    finance = {"one_off": "npv", "rate": 0.1, "periods_per_year": 12} | ({"years": years} if years else {})
    starts = range(years or 1)
    dry = sum(1.1 ** -(k + 4 / 12) for k in starts)
    wet = sum(1.1 ** -(k + m / 12) for k in starts for m in (6, 8, 10, 12))
    assert solve(TERM, {"finance": finance}).cost == pytest.approx(spending(1, dry, wet), abs=1e-6)


def test_money_paid_once_beside_other_money_needs_a_word() -> None:
    with pytest.raises(InputError, match="one_off"):
        prepared(TERM)


# -- published ---------------------------------------------------------------------------------------------------

CITIES = {
    "Istanbul": (100.6, (10, 85, 280, 450)),
    "Kocaeli": (71.9, (85, 10, 200, 350)),
    "Bursa": (43.1, (150, 130, 150, 380)),
    "Izmir": (28.8, (480, 450, 410, 590)),
    "Ankara": (28.8, (450, 350, 235, 10)),
    "Eskisehir": (14.3, (280, 200, 10, 235)),
}
PLANTS = ("F1", "F2", "F3", "F4")
TURKEY = {
    "materials": "material unit\nwaste t",
    "modes": "mode full_rate\ntruck 0.1231",
    "lanes": "origin dest material mode km\n"
    + "\n".join(
        f"{c} {f} waste truck {km}" for c, (_, row) in CITIES.items() for f, km in zip(PLANTS, row, strict=True)
    ),
    "supply": "place material amount\n" + "\n".join(f"{c} waste {t}" for c, (t, _) in CITIES.items()),
    "demand": "place material\n" + "\n".join(f"{f} waste" for f in PLANTS),
    "sites": """
        place capacity opening_cost
        F1    200      5000
        F2    150      4000
        F3    100      2500
        F4    120      3000""",
}
OPEN_SETS = {
    "F1 F2": 13181.2146,
    "F1 F3": 11476.31465,
    "F1 F4": 12654.5341,
    "F1 F2 F3": 14706.3857,
    "F1 F2 F4": 14904.9138,
    "F1 F3 F4": 13678.62665,
    "F2 F3 F4": 13630.4974,
    "F1 F2 F3 F4": 16908.6977,
}


def test_six_cities_of_turkey() -> None:
    """sedataynaci/reverse-logistics-optimization @ 9a6d426: 11,476.31465 with F1 and F3."""
    plan = solve(TURKEY, ONCE)
    assert plan.cost == pytest.approx(11476.31465, abs=1e-6)
    assert plan.used == ["F1", "F3"]
    flow = amounts(plan, "flow", "origin", "dest")
    assert flow["Bursa", "F1"] == pytest.approx(27.5) and flow["Bursa", "F3"] == pytest.approx(15.6)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_open_set_of_the_six_cities(count: int) -> None:
    for chosen in itertools.combinations(PLANTS, count):
        sets = [f"sites.status[place={f}]={'open' if f in chosen else 'closed'}" for f in PLANTS]
        plan = solve(TURKEY, ONCE, *sets)
        expected = OPEN_SETS.get(" ".join(chosen))
        assert plan.status == ("infeasible" if expected is None else "optimal"), chosen
        if expected is not None:
            assert plan.cost == pytest.approx(expected, abs=1e-6)


def test_six_cities_with_dearer_carbon() -> None:
    """Tariff 0.1293 and fixed costs 5,000 and three times 2,500: 11,676.58395 with F1 and F3."""
    plan = solve(TURKEY, ONCE, "modes.full_rate=0.1293", "sites.opening_cost=2500", "sites.opening_cost[place=F1]=5000")
    assert plan.cost == pytest.approx(11676.58395, abs=1e-6) and plan.used == ["F1", "F3"]


KM = """
    origin    dest      km
    darien    chicago   33.04
    westmont  chicago   30.54
    westmont  darien    5.44
    milwaukee chicago   132.43
    milwaukee darien    144.92
    milwaukee westmont  139.48
    lemont    chicago   38.23
    lemont    darien    8.55
    lemont    westmont  14.00
    lemont    milwaukee 153.46
    greendale chicago   121.12
    greendale darien    132.41
    greendale westmont  126.98
    greendale milwaukee 13.07
    greendale lemont    140.93"""
LEAD = {
    "places": """
        place            kind    at
        chicago          source  .
        darien           source  .
        westmont         source  .
        milwaukee        source  .
        lemont           town    .
        greendale        town    .
        dis-darien       dis     darien
        dis-lemont       dis     lemont
        dis-greendale    dis     greendale
        plastic-milw     plastic milwaukee
        plastic-chi      plastic chicago
        lead-milw        lead    milwaukee
        sales-lead-chi   ingots  chicago
        sales-lead-milw  ingots  milwaukee
        sales-plast-chi  pellets chicago
        sales-plast-milw pellets milwaukee""",
    "materials": """
        material  unit
        batteries unit
        lead      unit
        casings   unit
        ingots    unit
        pellets   unit""",
    "modes": """
        mode  material  full_rate
        truck batteries 0.0015
        truck lead      0.0015
        truck ingots    0.0017
        truck casings   0.0023
        truck pellets   0.0020""",
    "lanes": """
        origin       dest         material  mode
        kind:source  kind:dis     batteries truck
        kind:dis     kind:lead    lead      truck
        kind:dis     kind:plastic casings   truck
        kind:lead    kind:ingots  ingots    truck
        kind:plastic kind:pellets pellets   truck""",
    "distances": KM,
    "supply": """
        place     material  amount
        chicago   batteries 175000
        darien    batteries 30000
        westmont  batteries 25000
        milwaukee batteries 120000""",
    "processes": """
        process      place            cost account
        dismantle    dis-darien       0.12 variable
        dismantle    dis-lemont       0.15 variable
        dismantle    dis-greendale    0.18 variable
        mould        plastic-milw     0.08 variable
        mould        plastic-chi      0.10 variable
        smelt        lead-milw        0.20 variable
        sell-lead    sales-lead-chi  -1.50 variable
        sell-lead    sales-lead-milw -2.75 variable
        sell-pellets sales-plast-chi -0.50 variable
        sell-pellets sales-plast-milw -0.62 variable""",
    "recipes": """
        process      material  rate
        dismantle    batteries -1
        dismantle    lead      0.60
        dismantle    casings   0.05
        mould        casings   -1
        mould        pellets   0.9
        smelt        lead      -1
        smelt        ingots    0.9
        sell-lead    ingots    -1
        sell-pellets pellets   -1""",
    "sites": """
        place            opening_cost running_cost
        dis-darien       10000        1000
        dis-lemont       10000        1000
        dis-greendale    10000        1000
        plastic-milw     10000        1000
        plastic-chi      10000        1000
        lead-milw        10000        1000
        sales-lead-chi   10000        1000
        sales-lead-milw  0            0""",
}


def test_lead_acid_batteries_around_chicago() -> None:
    """ANL-CEEESA/RELOG, instances/samples/s2.json @ ab64437: −346,261.9 with the distances as rounded there."""
    plan = solve(LEAD, ONCE)
    assert plan.cost == pytest.approx(-346261.9, abs=1e-6)
    assert plan.accounts == pytest.approx(
        {"transport": 46653.1, "variable": -436915.0, "opening": 40000.0, "running": 4000.0}, abs=1e-6
    )
    flow = amounts(plan, "flow", "origin", "dest")
    assert flow["milwaukee", "dis-greendale"] == pytest.approx(120000)
    assert flow["dis-darien", "lead-milw"] == pytest.approx(138000)
    paying = {s["place"] for s in plan.open} - {"sales-lead-milw"}
    assert paying == {"dis-darien", "dis-greendale", "plastic-milw", "lead-milw"}


@pytest.mark.parametrize("seed", [10, 23, 37, 39])
def test_switches_do_not_leak(seed: int) -> None:
    """Capacities and supplies written as 'a very large number': a millionth of a switch would let all pass."""
    r = random.Random(seed)
    sites, homes = [f"s{i}" for i in range(6)], [f"h{i}" for i in range(8)]
    large = r.choice(["1e9", "1e8", "1e7"])
    lanes = [f"{h} {s} tin {r.choice('v.')} {r.randint(1, 9)}" for h in homes for s in sites]
    case = {
        "modes": "mode payload trip_cost whole_trips\nv 1e5 7 yes",
        "lanes": "origin dest material mode fee\n" + "\n".join(lanes),
        "supply": "place material least most\n"
        + "\n".join(f"{h} tin {r.randint(1, 9)} {r.choice(['9', '1e6'])}" for h in homes),
        "demand": "place material\n" + "\n".join(f"{s} tin" for s in sites),
        "sites": "place capacity opening_cost\n" + "\n".join(f"{s} {large} {r.randint(10, 10**6)}" for s in sites),
    }
    plan = solve(case, ONCE)
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(sum(plan.accounts.values()))  # type: ignore[union-attr]
