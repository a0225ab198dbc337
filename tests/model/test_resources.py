"""Resources shared by activities and materials: optima by hand, sizes, what is refused, prices, repairs."""

from __future__ import annotations

import pytest

import balik
from model.making import amounts, solve, stated, tables
from model.small import RESOURCES, WORKS

#: Two crafts share 40 hours of a hall in a month; what arrives takes 0.1 hours a piece.
HALL = {
    "lanes": "origin dest material\nh hall tin",
    "supply": "place material most\nh tin 100",
    "processes": "process place cost\ncut hall 1\nweld hall 1",
    "recipes": "process material rate\ncut tin -1\ncut strip 1\nweld tin -1\nweld can 1",
    "demand": "place material price\nhall strip 6\nhall can 9",
    "resources": "place resource capacity unit\nhall hours 40 jam",
    "uses": "process material place resource rate\ncut . . hours 0.5\nweld . . hours 1.5\n. tin hall hours 0.1",
}


def test_two_processes_and_what_arrives_share_the_hours() -> None:
    """A strip earns 5 in 0.6 hours, a can 8 in 1.6: strips alone, 40 / 0.6 of them."""
    plan = solve(HALL)
    assert plan.cost == pytest.approx(-5 * 40 / 0.6)
    assert amounts(plan, "run", "process") == pytest.approx({"cut": 40 / 0.6})


def test_more_hours_make_room_for_the_other() -> None:
    """100 tins: strips s, cans c with s + c = 100 and 0.6 s + 1.6 c = 80 → c = 20."""
    plan = solve(HALL, None, "resources.capacity=80")
    assert plan.cost == pytest.approx(-5 * 80 - 8 * 20)


def test_the_price_of_an_hour() -> None:
    """In the second case one more hour turns a strip into a can for 3."""
    prices = solve(HALL, None, "resources.capacity=80").columns["prices"]
    at = prices["statement"].index("resources")
    assert (prices["place"][at], prices["resource"][at]) == ("hall", "hours")
    assert prices["price"][at] == pytest.approx(-3) and prices["bound"][at] == pytest.approx(80)


def test_capacity_counts_the_length_of_the_period() -> None:
    long = HALL | {"periods": "period length\nlong 2"}
    assert solve(long).cost == pytest.approx(-5 * 80 - 8 * 20)


def test_hours_that_a_process_gives_are_bought() -> None:
    """Overtime gives an hour for 2.5: a can instead of a strip earns 3 for one hour, so all become cans: 160 hours."""
    over = HALL | {
        "processes": HALL["processes"] + "\nextra hall 2.5",
        "uses": HALL["uses"] + "\nextra . . hours -1",
    }
    plan = solve(over)
    assert plan.cost == pytest.approx(-8 * 100 + 2.5 * 120)
    assert amounts(plan, "run", "process")["extra"] == pytest.approx(120)
    assert solve(over, None, "processes.most[process=extra]=30").cost == pytest.approx(
        -5 * 100 + 2.5 * 20 - 3 * 10 + 25
    )


def test_per_counts_the_use_as_it_counts_the_cost() -> None:
    """WORKS sorts by the kg of what is clean, 0.9 of a unit of activity: 18 hours at 0.5 let 36 kg be made."""
    case = WORKS | {
        "demand": WORKS["demand"].replace("place material", "place material price").replace("clean", "clean 90")
        .replace("residue", "residue .").replace("water", "water ."),
        "resources": "place resource capacity\nyard hours 18",
        "uses": "process resource rate\nsort hours 0.5",
    }  # fmt: skip
    plan = solve(case)
    assert amounts(plan, "run", "period") == pytest.approx({"dry": 36 / 0.9, "wet": 72 / 0.9})


#: A workshop in three sizes: each has its hours, its rent, and (as a process of its own) its way of working.
SIZES = {
    "lanes": "origin dest material\nh shop tin",
    "supply": "place material amount\nh tin 90",
    "processes": "process place cost\nhand shop 4\nmachine shop 1",
    "recipes": "process material rate\nhand tin -1\nhand can 1\nmachine tin -1\nmachine can 1",
    "demand": "place material\nshop can",
    "sites": "place size running_cost\nshop small 30\nshop large 200\nshop works 260",
    "resources": """
        place size  resource capacity
        shop  small bench    60
        shop  small press    0
        shop  large bench    100
        shop  large press    0
        shop  works bench    20
        shop  works press    120""",
    "uses": "process resource rate\nhand bench 1\nmachine press 1",
}


@pytest.mark.parametrize(("tins", "size", "cost"), [(60, "small", 270), (90, "works", 350), (75, "works", 335)])
def test_the_size_chooses_the_technology(tins: int, size: str, cost: float) -> None:
    plan = solve(SIZES, None, f"supply.amount={tins}")
    assert plan.open == [{"place": "shop", "size": size}]
    assert plan.cost == pytest.approx(cost)


def test_a_limit_on_open_sites_calls_for_none_that_could_not_work() -> None:
    closed = SIZES | {"limits": "limit quantity most\nnone open 0"}
    assert solve(closed).status == "infeasible"
    assert solve(closed, None, "supply.amount=0").cost == pytest.approx(0)


def test_a_size_without_end_is_as_large_as_what_can_come() -> None:
    plan = solve(SIZES, None, "resources.capacity[size=large,resource=bench]=default", "supply.amount=110")
    assert plan.cost == pytest.approx(min(200 + 4 * 110, 260 + 110))


def test_hours_bound_what_runs_and_what_comes() -> None:
    """Neither the process nor the supply has a most; the hours say how much it can be."""
    case = {
        "lanes": "origin dest material\nh shop tin",
        "supply": "place material least\nh tin 5",
        "processes": "process place setup_cost\nmake shop 3",
        "recipes": "process material rate\nmake tin -1\nmake can 1",
        "demand": "place material price\nshop can 1",
        "sites": "place running_cost\nshop 2",
        "resources": "place resource capacity\nshop hours 30\nshop doors 80",
        "uses": "process material place resource rate\nmake . . hours 0.5\n. tin shop doors 1.6",
    }
    assert solve(case).cost == pytest.approx(3 + 2 - 50)
    assert solve(case, None, "uses.rate[resource=hours]=2").cost == pytest.approx(3 + 2 - 15)
    hours = case | {
        "uses": "process resource rate\nmake hours 0.5",
        "resources": "place resource capacity\nshop hours 30",
    }
    assert solve(hours).cost == pytest.approx(3 + 2 - 60)  # nothing comes that cannot be used
    assert "E380" in codes({k: t for k, t in case.items() if k not in ("uses", "resources")})


def test_hours_that_are_given_bound_nothing() -> None:
    """Overtime without end makes room: a set-up needs another bound."""
    case = {
        "supply": "place material least\nshop tin 5",
        "processes": "process place setup_cost cost\nmake shop 3 0\nextra shop 0 1",
        "recipes": "process material rate\nmake tin -1",
        "resources": "place resource capacity\nshop hours 30",
        "uses": "process resource rate\nmake hours 2\nextra hours -1",
    }
    assert "E560" in codes(case)


def test_resources_without_a_use_add_nothing() -> None:
    bare = {k: t for k, t in HALL.items() if k != "uses"}
    plain = {k: t for k, t in bare.items() if k != "resources"}
    assert stated(bare).program.rows == stated(plain).program.rows


def test_explain_names_the_resource_that_is_too_small() -> None:
    tight = tables(SIZES | {"supply": "place material amount\nh tin 150"})
    study = balik.explain(tight, settings={"title": "t"})
    assert "resources.capacity" in " ".join(study.findings)
    mended = [row for row in study.rows if row["mends"]]
    assert any("resources" in row["change"] for row in mended)


def test_explain_names_what_is_used_up() -> None:
    found = balik.explain(tables(HALL), settings={"title": "t"}).findings
    assert "Used up: hours · hall." in found


# -- what is refused ---------------------------------------------------------------------------------------------


def codes(case: dict[str, str], **texts: str) -> set[str]:
    return {problem.code for problem in balik.check(tables(case | texts), settings={"title": "t"})} - {"W201", "W205"}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"uses": "process material resource rate\ncut tin hours 1"}, "E555"),
        ({"uses": "process material resource rate\n. . hours 1"}, "E555"),
        ({"uses": "material resource rate\ntin hours 1"}, "E556"),  # it is collected at h, too
        ({"uses": "process place resource rate\ncut h hours 1"}, "W555"),
        ({"uses": "process resource rate\ncut days 1"}, "E201"),
        ({"uses": "process resource rate\ncut hours ."}, "E140"),
        ({"resources": "place resource capacity unit\nhall hours 4 jam\nhall hours 5 jam"}, "E202"),
        ({"resources": "place resource period capacity unit\nhall hours 1 4 jam\nhall hours . 5 menit"}, "E558"),
        ({"resources": "place size resource capacity\nhall big hours 4"}, "E557"),
        ({"resources": HALL["resources"] + "\nhall press 5 ."}, "W556"),
        ({"resources": "place resource capacity unit\nhall hours -4 jam"}, "E122"),
    ],
)
def test_what_resources_cannot_be(texts: dict[str, str], code: str) -> None:
    assert code in codes(HALL, **texts)


def test_the_tables_of_the_tests_are_sound() -> None:
    assert not codes(HALL) and not codes(SIZES) and not codes(RESOURCES)


def test_every_size_has_a_row() -> None:
    assert codes(SIZES, resources="place size resource capacity\nshop small bench 60\nshop . press 10") == {"E556"}
    assert not codes(SIZES, resources="place size resource capacity\nshop . bench 60\nshop . press 10")


def test_a_size_without_end_needs_something_that_bounds_it() -> None:
    """Beside a size with a capacity it is a switch, and the switch must have a size."""
    endless = SIZES | {
        "supply": "place material least\nh tin 5",
        "sites": "place size capacity\nshop small 9\nshop large 99",
        "resources": "place size resource capacity\nshop small bench 60\nshop large bench .\nshop . press 1",
    }
    assert codes(endless) == {"E559"}
    assert not codes(endless, supply="place material most\nh tin 500")
    assert not codes(endless, resources="place resource capacity\nshop bench .\nshop press 1")


def test_the_plan_says_how_much_is_used() -> None:
    from balik.views.text import plan_text

    plan = solve(HALL)
    assert plan.facts["resources"] == [
        {
            "place": "hall",
            "resource": "hours",
            "period": "1",
            "used": 40.0,
            "capacity": 40.0,
            "share": 1.0,
            "unit": "jam",
        }
    ]
    line = next(line for line in plan_text(plan, "x").splitlines() if line.strip().startswith("hall   hours"))
    assert line.split()[2:5] == ["40", "40", "jam"] and line.endswith("100 %")
    sized = {(r["place"], r["resource"]): (r["used"], r["capacity"]) for r in solve(SIZES).facts["resources"]}
    assert sized == {("shop", "bench"): (0.0, 20.0), ("shop", "press"): (90.0, 120.0)}
    endless = solve(HALL, None, "resources.capacity=default").facts["resources"][0]
    assert endless["capacity"] is None and endless["share"] is None and endless["used"] == 160.0
