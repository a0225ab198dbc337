"""Near-optimal sets of sites against enumeration of every set."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

import balik
from analysis.test_frontier import tables
from balik import proved
from balik.analysis.atlas import Near, _Search
from balik.analysis.differences import open_places
from balik.analysis.many import Jobs, Many
from balik.cli import main


def by_hand(t: dict[str, Any]) -> list[tuple[float, tuple[str, ...]]]:
    """Cost of every set of hubs, the cheapest first."""
    fee = dict(zip(zip(t["lanes"]["origin"], t["lanes"]["dest"], strict=True), t["lanes"]["fee"], strict=True))
    hubs, found = t["sites"]["place"], []
    for k in range(1, 5):
        for chosen in itertools.combinations(range(4), k):
            cost = sum(t["sites"]["running_cost"][i] for i in chosen)
            amounts = zip("abc", t["supply"]["amount"], strict=True)
            cost += sum(n * min(fee[h, hubs[i]] for i in chosen) for h, n in amounts)
            found.append((float(cost), tuple(hubs[i] for i in chosen)))
    return sorted(found)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("within", [0.1, 0.5])
def test_all_sets_within_a_share(seed: int, within: float) -> None:
    t = tables(seed)
    t = {name: table for name, table in t.items() if name != "measures"}
    sets = by_hand(t)
    near = [s for s in sets if s[0] <= sets[0][0] * (1 + within) + 1e-9]
    found = balik.atlas(t, within)
    assert found.more["complete"] and found.more["complete_proved"]
    assert sorted((r["cost"], tuple(sorted(r["sites"]))) for r in found.rows) == near
    roles = {row["place"]: row["role"] for row in found.more["sites"]}
    for place in t["sites"]["place"]:
        times = sum(place in chosen for _, chosen in near)
        assert roles[place] == ("must" if times == len(near) else "optional" if times else "never")


@pytest.mark.parametrize(("share", "most"), [(0.3, 50), (10.0, 5), (0.0, 50)])
def test_heaps_side_by_side_hold_the_same_sets_in_the_same_order(share: float, most: int) -> None:
    for seed in (0, 3):
        t = {name: table for name, table in tables(seed).items() if name != "measures"}
        asked: tuple[Any, ...] = (None, (), None, {})
        with Many("atlas", Near, t, asked, Jobs(workers=1)) as many:
            found = []
            for workers in (1, 2, 4):
                search = _Search(Near(t, *asked), many)
                complete = search.in_order(share, most, workers)
                found.append((complete, [(plan.cost, set(open_places(plan))) for plan in search.plans]))
            assert found[1] == found[0] == found[2] and found[0][0] == (most == 50)


def test_sets_that_cost_the_same_come_in_one_order() -> None:
    hubs = ["r", "q", "p"]
    t = {
        "places": {"place": ["a", *hubs]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["a"] * 3, "dest": hubs, "material": ["m"] * 3, "fee": [2, 1, 2]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [10]},
        "demand": {"place": hubs, "material": ["m"] * 3},
        "sites": {"place": hubs, "running_cost": [10, 20, 10]},
    }
    sets = ["r", "q", "p", "rq", "rp", "qp", "rqp"]  # of 30, 40 and 50; alike as the table has them
    for how in ({"seed": 0}, {"seed": 2}, {"workers": 2}):
        found = balik.atlas(t, "100%", **how)
        assert ["".join(sorted(row["sites"], key=hubs.index)) for row in found.rows] == sets
        assert [row["regret"] for row in found.rows] == [0, 0, 0, 10, 10, 10, 20]


@pytest.mark.parametrize("workers", [1, 4])
def test_that_a_list_is_whole_is_not_shown_where_a_set_is_missing(workers: int) -> None:
    t = {name: table for name, table in tables(2).items() if name != "measures"}
    asked: tuple[Any, ...] = (None, (), None, {})
    with Many("atlas", Near, t, asked, Jobs(workers=1)) as many:
        search = _Search(Near(t, *asked), many)
        assert search.in_order(0.5, 50, workers) and search.is_shown(0.5)
        assert len(search.plans) > 2
        with pytest.raises(balik.BalikError, match="cannot be true"):
            search.is_shown(10.0)  # there are more within a wider share
        heap = next(heap for heap in search.heaps if heap.listed)
        heap.found = heap.found[1:]
        with pytest.raises(balik.BalikError, match="cannot be true"):
            search.is_shown(0.5)


def test_what_is_not_shown_in_time_stays_the_word_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proved, "_SECONDS", 0.0)
    monkeypatch.setattr(proved, "_PART", 0.0)
    found = balik.atlas("turki-enam-kota", "15%")
    assert found.more["complete"] and not found.more["complete_proved"]
    assert found.findings[0] == "By the engine's word, these are all sets of sites within 15 % of the best: 3."
    found = balik.frontier("turki-enam-kota", ["cost", "co2"])
    assert found.more["complete"] and not found.more["complete_proved"]
    assert "That there is no other is the engine's word." in found.findings


def test_too_many_sets_are_not_called_all_and_the_rest_differ() -> None:
    t = {name: table for name, table in tables(1).items() if name != "measures"}
    whole = balik.atlas(t, 10.0)
    assert whole.more["complete"] and len(whole.rows) == 15
    some = balik.atlas(t, 10.0, most=6)
    assert not some.more["complete"] and not some.more["complete_proved"] and len(some.rows) == 6
    known = {tuple(r["sites"]): r["cost"] for r in whole.rows}
    assert all(known[tuple(r["sites"])] == r["cost"] for r in some.rows)  # each at its least cost
    assert len({tuple(r["sites"]) for r in some.rows}) == 6
    best = [r["cost"] for r in whole.rows][:4]
    assert [r["cost"] for r in some.rows][:4] == best  # the first ones in order


def test_sites_that_cost_nothing_do_not_make_new_sets() -> None:
    t = {name: table for name, table in tables(2).items() if name != "measures"}
    t["sites"] = {"place": t["sites"]["place"]}
    found = balik.atlas(t, 0.0)
    assert len(found.rows) == 1 and found.more["complete"]


def test_sites_that_are_counted_make_new_sets_though_no_account_knows_them() -> None:
    """They cost nothing, but what is minimised counts them: every set has its own worth."""
    t = {name: table for name, table in tables(2).items() if name != "measures"}
    t["sites"] = {"place": t["sites"]["place"][:3]}
    for name, settings in (("cost", {}), ("open", {"objective": {"cost": 1.0, "open": 0.5}})):
        found = balik.atlas(t, 0.2, settings=settings)
        assert found.more["complete"] and len({tuple(row["sites"]) for row in found.rows}) == len(found.rows)
        first = set(found.rows[0]["sites"])
        assert any(set(row["sites"]) > first for row in found.rows) == (name == "open")


def test_one_set_where_nothing_opens_and_nothing_would_cost() -> None:
    t = {name: table for name, table in tables(2).items() if name != "measures"}
    t["sites"] = {"place": t["sites"]["place"]}
    t["supply"] = {"place": t["supply"]["place"], "material": t["supply"]["material"], "most": t["supply"]["amount"]}
    found = balik.atlas(t, 0.5)
    assert [row["sites"] for row in found.rows] == [[]] and found.more["complete"]
    assert {row["role"] for row in found.more["sites"]} == {"free"}


def test_regret_of_published_sets() -> None:
    found = balik.atlas("turki-enam-kota", "15%")
    costs = {tuple(r["sites"]): r["cost"] for r in found.rows}
    assert costs == {("F1", "F3"): 11476.31465, ("F1", "F4"): 12654.5341, ("F1", "F2"): 13181.2146}
    assert found.rows[1]["sites_in"] == ["F4"] and found.rows[1]["sites_out"] == ["F3"]
    assert found.rows[2]["regret"] == pytest.approx(13181.2146 - 11476.31465)


@pytest.mark.parametrize(("within", "most"), [("two", 5), (-0.1, 5), ("2%", 0)])
def test_calls_that_mean_nothing_are_refused(within: str | float, most: int) -> None:
    with pytest.raises(balik.CallError):
        balik.atlas("turki-enam-kota", within, most)


def test_a_case_without_sites_is_refused() -> None:
    with pytest.raises(balik.CallError, match="no sites"):
        balik.atlas("jerigen-padang")


def test_a_site_that_costs_nothing_is_never_called_out_of_the_question() -> None:
    """r opens for nothing and is a little dearer to reach: a plan that uses it lies within the share."""
    t = {name: table for name, table in tables(2).items() if name != "measures"}
    t["lanes"]["fee"] = [{"p": 10, "r": 10.01}.get(d, 90) for d in t["lanes"]["dest"]]
    t["sites"]["running_cost"] = [5, 50, 0, 50]
    t["limits"] = {"limit": ["x"], "quantity": ["open"], "place": ["p"], "least": [1]}
    found = balik.atlas(t, "2%")
    assert [row["sites"] for row in found.rows] == [["p"]] and found.more["complete"]
    roles = {row["place"]: row["role"] for row in found.more["sites"]}
    assert roles == {"p": "must", "r": "free", "q": "never", "s": "never"}
    assert any("Cost nothing to open" in sentence and "r" in sentence for sentence in found.findings)


def test_without_a_plan() -> None:
    found = balik.atlas("turki-enam-kota", set=["sites.capacity = 1"])
    assert found.exit_code == 3
    assert found.rows == [] and "nothing near" in found.findings[0]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atlas", "turki-enam-kota", "--within", "15%", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["complete"] and document["sites"][0] == {"place": "F1", "sets": 3, "share": 1.0, "role": "must"}
    assert main(["atlas", "turki-enam-kota", "--within", "15%", "--lang", "id"]) == 0
    assert "Inilah semua susunan lokasi dalam 15 % dari yang terbaik: 3, sebagaimana ditunjukkan" in capsys.readouterr().out
