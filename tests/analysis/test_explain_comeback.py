"""Why there is no plan, where returns or offers forbid it: their cells are named, and the least change that mends."""

from __future__ import annotations

import balik
from balik.analysis.study import Study
from model.making import tables
from model.test_comeback import LOOP, OFFERS


def explained(case: dict[str, str]) -> Study:
    """The answer of `explain` to a case without a plan."""
    return balik.explain(tables(case), settings={"title": "test"})


def mends(study: Study) -> list[str]:
    """Changes that make a plan."""
    return [row["change"] for row in study.rows if row["mends"]]


def test_too_little_comes_back() -> None:
    """The works needs 50 empties in the second month; 60 sold in the first bring 30, with a share of a half."""
    case = LOOP | {
        "supply": "place material most\nworks new 60",
        "demand": "place material period amount\nshop full 1 60\nworks empty 2 50",
        "returns": "sold returned lag share\nfull empty 1 0.5",
    }
    study = explained(case)
    assert any("what comes back of what was handed over (returns.share)" in line for line in study.findings)
    assert "returns.share[sold=full,returned=empty,lag=1] = 0.8334" in mends(study)


def test_levels_that_offer_too_little() -> None:
    study = explained(OFFERS | {"demand": "place material least\nworks m 120"})
    assert any("what may be collected at each level of an offer (offers.amount)" in line for line in study.findings)
    assert {"offers.amount *= 1.334", "offers.amount[place=north,material=m,level=high] = 60"} <= set(mends(study))


def test_what_waits_beside_what_comes_back() -> None:
    """A cell of most that returns stand beside rises by no more than what is missing."""
    case = LOOP | {
        "supply": "place material most\nshop empty 4\nworks new 60",
        "demand": "place material period amount\nshop full 1 60\nworks empty 2 55",
        "returns": "sold returned lag share\nfull empty 1 0.5",
    }
    study = explained(case)
    assert "supply.most[place=shop,material=empty] = 25" in mends(study)
    assert "returns.share[sold=full,returned=empty,lag=1] = 0.85" in mends(study)


def test_what_people_bring_away() -> None:
    """60 of 100 are brought to the point, which takes only 20 of them; 50 must be collected in the village."""
    case = {
        "places": "place kind\na village\nx bank\nw works",
        "distances": "origin dest km\na x 1",
        "supply": "place material least most\na m 50 100",
        "dropoff": "place dest material step within share\na x m near 2 0.6",
        "lanes": "origin dest material\na w m\nx w m",
        "demand": "place material\nw m",
    }
    study = explained(case)
    assert {row["table"] for row in study.more["conflict"]} == {"dropoff", "supply"}
    assert "dropoff.share[place=a,dest=x,material=m,step=near] = 0.5" in mends(study)
    assert any(change.startswith("supply.least") and change.endswith("= 40") for change in mends(study))
