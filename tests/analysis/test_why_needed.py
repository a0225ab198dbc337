"""Why a site is needed, what brings it in together with others, and what shares, resources and rigid rows are worth."""

import re

import pytest

import balik
from balik.analysis.why.telling import safe

CASE = {
    "places": {"place": ["s", "A", "B", "Z"]},
    "materials": {"material": ["m", "n"], "unit": ["kg", "kg"]},
    "supply": {"place": ["s", "s"], "material": ["m", "n"], "amount": ["", 20], "most": [10, ""]},
    "demand": {"place": ["A", "B", "Z"], "material": ["m", "m", "n"]},
    "lanes": {
        "origin": ["s", "s", "s"],
        "dest": ["A", "B", "Z"],
        "material": ["m", "m", "n"],
        "fee": [5, 12, 1],
    },
    "sites": {"place": ["A", "B"], "running_cost": [100, 60], "capacity": [7, 40]},
    "limits": {
        "limit": ["half", "half"],
        "quantity": ["collect", "collect"],
        "over": ["", "yes"],
        "least": [0.5, ""],
        "material": ["m", "n"],
    },
}


def rows(study, about):
    return [r for r in study.rows if r["about"] == about]


def turns(study):
    return {(r["table"], r["column"], r["side"]): r for r in rows(study, "threshold") if r["threshold"] is not None}


def text(study):
    return "\n".join(study.findings)


def holds_on_both_sides(case, row, place, settings=None):
    """Solved again without balik.explain: the site is used on one side of the threshold and not on the other."""
    used = []
    for value in (row["before"], row["after"]):
        changes = [
            change.replace(" *= " + change.rpartition(" ")[2], f" *= {value!r}")
            if "*=" in change
            else f"{change.rpartition(' = ')[0]} = {float(change.rpartition(' = ')[2]) / row['after'] * value!r}"
            for change in row["change"].split("; ")
        ]
        used.append(place in balik.solve(case, set=changes, settings=settings).used)
    return used


# -- needed ------------------------------------------------------------------------------------------------------


def test_a_share_throws_a_site_out_and_its_rows_say_why_it_is_needed():
    """Half of 20 is 10, and A takes 7: B is needed until the share is 7 / 20."""
    study = balik.explain(CASE, site="B")
    assert "Without it no plan exists" in study.findings[0]
    row = turns(study)["limits", "least", "at most"]
    assert row["threshold"] == pytest.approx(0.35) and row["confirmed"]
    assert holds_on_both_sides(CASE, row, "B") == [True, False]
    assert study.more["proved_smallest"] and "Without it these of your rows cannot all hold:" in study.findings
    needed = {(r["table"], r["column"], r["line"]) for r in study.more["needed_for"]}
    assert needed == {("limits", "least", 1), ("sites", "capacity", 1), ("supply", "amount", 2)}
    without = ["sites.status[place=B] = closed"]
    assert balik.solve(CASE, set=without).status == "infeasible"
    for gone in (
        "limits.least[limit=half,material=m] = 0",
        "sites.capacity[place=A] = 99",
        "supply.amount[material=n] = 0",
    ):
        assert balik.solve(CASE, set=[*without, gone]).status == "optimal"
    assert "Tanpa itu baris-baris Anda ini" in text(study.into("id"))


def test_what_is_closed_elsewhere_is_a_reason_too():
    """A must take the 10 kg, because B is closed; open, B would take them."""
    case = two_sites(sites={"place": ["A", "B"], "running_cost": [100, 20], "status": ["", "closed"]})
    study = balik.explain(case, site="A")
    needed = {(r["table"], r["column"], r["line"]) for r in study.more["needed_for"]}
    assert needed == {("supply", "amount", 1), ("sites", "status", 2)} and study.more["proved_smallest"]
    assert "B: stays closed" in text(study)


def test_a_site_that_a_limit_wants_open_takes_in_nothing():
    """Two of two must be open: A costs 130 alone, B takes all 10 for 144."""
    case = two_sites(
        lanes={"origin": ["s", "s"], "dest": ["A", "B"], "material": ["m", "m"], "fee": [5, 14.4], "least": [0, 10]},
        limits={"limit": ["two"], "quantity": ["open"], "least": [2]},
        sites={"place": ["A", "B"], "running_cost": [100, 20]},
    )
    study = balik.explain(case, site="A")
    assert study.findings[0] == "A is open and takes in nothing. Without it no plan exists."
    assert "(even 2 sites, now 2)" not in text(study)  # more than both cannot be asked for
    assert "It would no longer be open if" in text(study)
    assert (study.rows[0]["used"], study.rows[0]["open"], study.rows[0]["in_every_best_plan"]) == (False, True, True)
    assert turns(study)["limits", "least", "at most"]["makes"] == "not open"
    short = balik.explain(case)
    assert "every plan that costs at most 1 % more opens A" in text(short)
    assert not any(r.get("in_no_plan") for r in short.rows)
    assert "A dibuka dan tidak menerima apa pun." in study.into("id").findings[0]


def test_a_site_that_must_be_open_need_not_be_used():
    """Two of two must be open: A takes all for 50, B would for 50.4; that A is in every plan does not say it is used."""
    case = two_sites(
        lanes={"origin": ["s", "s"], "dest": ["A", "B"], "material": ["m", "m"], "fee": [5, 5.04]},
        limits={"limit": ["two"], "quantity": ["open"], "least": [2]},
        sites={"place": ["A", "B"], "running_cost": [100, 20]},
    )
    said = text(balik.explain(case))
    assert "more uses" not in said and "more opens B" in said


def test_a_number_that_the_case_takes_no_other_of_is_not_called_rigid():
    """The draws of the supply have its mean: with another amount the case is refused, and nothing is known of plans."""
    case = two_sites()
    case["lanes"] |= {"single": ["yes"] * 2}
    case["sites"] = {"place": ["A", "B"], "running_cost": [100, 20], "capacity": [12, 9], "chance": [0.9, 0.9]}
    case["distributions"] = {"variable": ["x"], "table": ["supply"], "column": ["amount"], "op": ["="], "mean": [10], "sd": [1]}  # fmt: skip
    said = text(balik.explain(case))
    assert "with more or with less" not in said
    assert "these bind too; what they are worth is not told: the supply of m at s" in said
    assert "now 10;" not in text(balik.explain(case, site="A"))


# -- together ----------------------------------------------------------------------------------------------------


def two_sites(**tables):
    """10 kg to A (100 when open, 5 each) or to B (14.4 each by road)."""
    return {
        "places": {"place": ["s", "A", "B"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["s"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["A", "B"], "material": ["m", "m"]},
        "lanes": {"origin": ["s", "s"], "dest": ["A", "B"], "material": ["m", "m"], "fee": [5, 14.4]},
        "sites": {
            "place": ["A", "B"], "running_cost": [100, 20], "opening_cost": [0, 20], "capacity": [40, 40]
        },
    } | tables  # fmt: skip


def test_opening_and_running_cost_bring_a_site_in_together_where_neither_does_alone():
    """A costs 150, B 144 and what it costs to be there: 6 of 40 at most, and each of the two is 20."""
    once = {"finance": {"one_off": "once"}}
    study = balik.explain(two_sites(), site="B", settings=once)
    alone = [r for r in rows(study, "threshold") if r["column"] in ("opening_cost", "running_cost")]
    assert len(alone) == 2 and all(r["threshold"] is None and r["proved"] for r in alone)
    assert "needed_for" not in study.more  # there is a plan with it and one without
    row = turns(study)["sites", "opening_cost running_cost", "below"]
    assert row["threshold"] == pytest.approx(0.15)
    assert holds_on_both_sides(two_sites(), row, "B", once) == [False, True]
    assert "its opening cost and its running cost were below 0.15 times what they are (sites" in text(study)


def test_all_supplies_alike_bring_a_site_in():
    """A takes 40 and there are 10: with more than four times as much B is needed, too."""
    case = two_sites(supply={"place": ["s", "A"], "material": ["m", "m"], "amount": [8, 2]})
    study = balik.explain(case, site="B", settings={"finance": {"one_off": "once"}})
    row = turns(study)["supply", "all", "above"]
    assert row["threshold"] == pytest.approx(4, rel=1e-5) and row["change"].startswith("supply.amount *= 4.0")
    assert "all supplies were above 4 times what they are (supply.amount)" in text(study)
    assert holds_on_both_sides(case, row, "B", {"finance": {"one_off": "once"}}) == [False, True]


@pytest.mark.parametrize(
    ("value", "up", "told"),
    [(47 / 6, True, 7.833334), (47 / 6, False, 7.833333), (350000.0, False, 350000.0), (0.15, True, 0.15),
     (1 / 300, True, 0.00333334), (0.1 + 0.2, False, 0.3)],
)  # fmt: skip
def test_thresholds_are_told_on_the_side_where_it_has_turned(value, up, told):
    assert safe(value, up) == pytest.approx(told, rel=1e-12)


def test_a_way_is_set_beside_the_ways_that_are_not_taken():
    case = two_sites()
    case["lanes"]["single"] = ["yes", "yes"]
    case["supply"] = {"place": ["s"], "material": ["m"], "amount": [10]}
    said = text(balik.explain(case, flow="origin=s;dest=A", settings={"finance": {"one_off": "once"}}))
    assert "None of it goes to B (14.4 IDR)." in said
    assert re.search(r"All m from s goes to one place, as it must \(lanes.* line 1\)\.", said)


# -- what rows are worth -----------------------------------------------------------------------------------------


def test_a_share_is_valued_in_steps_that_exist():
    """0.1 of 20 is 2 kg less, at 12 each by way of B, until A takes all 7 that are left; one whole share never is."""
    said = text(balik.explain(CASE))
    assert "the limit half (at least), 0.5 (limits" in said
    assert "with more there is no plan; 0.1 less saves 24 IDR, down to 0.355" in said


def test_a_resource_of_which_nothing_is_left_is_valued():
    """p has hours for 12 of 15: each more moves one there from q and saves 3, until all 15 lie there."""
    case = {
        "places": {"place": ["a", "b", "p", "q"]},
        "materials": {"material": ["m"]},
        "supply": {"place": ["a", "b"], "material": ["m", "m"], "amount": [10, 5]},
        "demand": {"place": ["p", "q"], "material": ["m", "m"], "most": ["", 9]},
        "lanes": {
            "origin": ["a", "a", "b", "b"],
            "dest": ["p", "q", "p", "q"],
            "material": ["m"] * 4,
            "fee": [1, 4, 2, 7],
        },
        "resources": {"place": ["p"], "resource": ["hours"], "capacity": [24]},
        "uses": {"material": ["m"], "place": ["p"], "resource": ["hours"], "rate": [2]},
    }
    study = balik.explain(case)
    row = next(r for r in rows(study, "binds") if r["table"] == "resources")
    assert (row["more"]["each"], row["more"]["until"]) == (pytest.approx(-1.5), pytest.approx(30))
    assert (row["less"]["each"], row["less"]["until"]) == (pytest.approx(1.5), pytest.approx(12))
    assert "the resource hours at p, 24 hours" in text(study)


def test_rows_that_cannot_move_share_a_line():
    case = two_sites(demand={"place": ["A"], "material": ["m"], "amount": [10]})
    study = balik.explain(case, settings={"finance": {"one_off": "once"}})
    said = text(study)
    assert "  with more or with less there is no plan: the supply of m at s, the demand for m at A" in said or (
        "  with more or with less there is no plan: the demand for m at A, the supply of m at s" in said
    )
    assert said.count("there is no plan") == 1


def test_an_amount_of_every_period_says_so():
    case = two_sites(periods={"period": ["t1", "t2"]})
    study = balik.explain(case, settings={"finance": {"one_off": "once"}})
    row = next(r for r in rows(study, "binds") if r["table"] == "supply")
    assert row["what"] == "the supply of m at s in each period"
    assert row["more"]["each"] == pytest.approx(10)  # 5 in each of two periods


def test_a_search_that_was_stopped_is_not_called_out_of_time(monkeypatch):
    from balik.analysis.why import idle
    from balik.analysis.why.asking import Stopped

    cost = idle.TenPercent.cost

    def stops(self, table, column, factor):
        if column == "fee":
            raise Stopped
        return cost(self, table, column, factor)

    monkeypatch.setattr(idle.TenPercent, "cost", stops)
    said = text(balik.explain(two_sites(), settings={"finance": {"one_off": "once"}}))
    assert "not known, the search was stopped: lanes.fee" in said and "time was over" not in said
    assert "sites.capacity" in said  # what comes after it is asked all the same
