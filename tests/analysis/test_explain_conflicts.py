"""Planted contradictions of every kind: the rows that are named, and what mends them, beside answers known by hand.

Each conflict is checked again through the cells of the tables alone: the named rows without all others have no plan, and
have one as soon as any of them is taken away. Each repair is solved again, and a little less of it is not enough.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import balik
from balik.analysis.explain.conflict import smallest
from balik.analysis.explain.facts import facts_of
from balik.analysis.explain.lab import Lab
from balik.analysis.explain.least import can_give
from balik.analysis.explain.mend import cell_of_limit
from balik.api import options_of, prepare
from model.making import tables

SETTINGS = {"title": "t", "finance": {"one_off": "once"}}
BASE = {
    "places": "place kind\na source\nb source\np hub\nq hub",
    "materials": "material\nm",
    "lanes": "origin dest material fee km\na p m 1 10\nb p m 1 20\na q m 2 30\nb q m 2 40",
    "supply": "place material amount\na m 10\nb m 20",
    "demand": "place material\np m\nq m",
}
FAR = {
    "places": "place kind\na source\nb source\np hub\nq hub",
    "distances": "origin dest km\na p 10\nb p 20\na q 30\nb q 40",
}
A, B = ("supply.amount", 0), ("supply.amount", 1)
P, Q = ("sites.capacity", 0), ("sites.capacity", 1)

#: Name → the tables that differ from BASE, the rows of the conflict (table.column, row), and changes that mend it.
PLANTED: dict[str, tuple[dict[str, str], set[tuple[str, int]], set[str]]] = {
    "two capacities": (
        {"sites": "place capacity\np 12\nq 13"},
        {A, B, P, Q},
        {"sites.capacity[place=p] = 17", "sites.capacity[place=q] = 18", "supply.amount[place=b,material=m] = 15"},
    ),
    "a count of sites": (
        {"sites": "place capacity\np 20\nq 25", "limits": "limit quantity most\none use 1"},
        {A, B, P, Q, ("limits.most", 0)},
        {"limits.most[limit=one] = 2", "sites.capacity[place=p] = 30", "supply.amount[place=a,material=m] = 5"},
    ),
    "a site that stays closed": (
        {"sites": "place status capacity\np closed 50\nq candidate 20"},
        {A, B, Q, ("sites.status", 0)},
        {"sites.status[place=p] = candidate", "sites.capacity[place=q] = 30"},
    ),
    "sites that must be open": (
        {"sites": "place status least\np open 25\nq open 10"},
        {A, B, ("sites.least", 0), ("sites.least", 1), ("sites.status", 0), ("sites.status", 1)},
        {"sites.least[place=p] = 20", "sites.least[place=q] = 5", "sites.status[place=q] = candidate"},
    ),
    "single sourcing": (
        {"sites": "place capacity\np 15\nq 18", "lanes": "origin dest material single\n* kind:hub m yes"},
        {B, P, Q, ("lanes.single", 0)},
        {"lanes.single = default", "sites.capacity[place=q] = 20", "supply.amount[place=b,material=m] = 18"},
    ),
    "what lanes can carry": (
        {"lanes": "origin dest material most\na p m 4\na q m 3\nb p m inf"},
        {A, ("lanes.most", 0), ("lanes.most", 1)},
        {"lanes.most[origin=a,dest=p,material=m] = 7", "supply.amount[place=a,material=m] = 7"},
    ),
    "what lanes must carry": (
        {"lanes": "origin dest material least\na p m 40\nb p m 0"},
        {A, ("lanes.least", 0)},
        {"lanes.least[origin=a,dest=p,material=m] = 10", "supply.amount[place=a,material=m] = 40"},
    ),
    "demand above supply": (
        {"supply": "place material most\na m 10\nb m 20", "demand": "place material least\np m 25\nq m 10"},
        {("demand.least", 0), ("demand.least", 1), ("supply.most", 0), ("supply.most", 1)},
        {"demand.least[place=p,material=m] = 20", "supply.most[place=b,material=m] = 25"},
    ),
    "stock at the end": (
        {"stores": "place material room end\np m 35 33", "demand": "place material most\np m 10\nq m 12"},
        {A, B, ("stores.end", 0)},
        {"stores.end[place=p,material=m] = 30", "supply.amount[place=b,material=m] = 23"},
    ),
    "room for stock": (
        {
            "periods": "period\n1\n2",
            "supply": "place material period amount\na m 1 30",
            "lanes": "origin dest material\na p m",
            "stores": "place material room\np m 12",
            "demand": "place material period most\np m 1 10\np m 2 40",
        },
        {A, ("stores.room", 0), ("demand.most", 0)},
        {"stores.room[place=p,material=m] = 20", "supply.amount[place=a,material=m,period=1] = 22"},
    ),
    "a reserve": (
        {"supply": "place material most\na m 10\nb m 20", "stores": "place material least\np m 35"},
        {("stores.least", 0), ("supply.most", 0), ("supply.most", 1)},
        {"stores.least[place=p,material=m] = 30", "supply.most[place=a,material=m] = 15"},
    ),
    "what processes can do": (
        {
            "processes": "process place most\nburn p 12\nburn q 10",
            "recipes": "process material rate\nburn m -1",
            "demand": "place material most\np m 0",
        },
        {A, B, ("processes.most", 0), ("processes.most", 1), ("demand.most", 0)},
        {"processes.most[process=burn,place=p] = 20", "supply.amount[place=a,material=m] = 2"},
    ),
    "whole batches": (
        {
            "processes": "process place batch\nburn p 7",
            "recipes": "process material rate\nburn m -1",
            "demand": "place material most\nq m 0",
        },
        {A, B, ("processes.batch", 0), ("demand.most", 0)},
        {"processes.batch = default", "supply.amount[place=b,material=m] = 18"},
    ),
    "a lot": (
        {
            "processes": "process place lot\nburn p 40",
            "recipes": "process material rate\nburn m -1",
            "demand": "place material most\nq m 0",
        },
        {A, B, ("processes.lot", 0), ("demand.most", 0)},
        {"processes.lot[process=burn,place=p] = 30", "supply.amount[place=b,material=m] = 30"},
    ),
    "a radius": (
        FAR | {"lanes": "origin dest material within\nkind:source kind:hub m 15"},
        {B, ("lanes.within", 0)},
        {"lanes.within[origin=kind:source,dest=kind:hub,material=m] = 20", "supply.amount[place=b,material=m] = 0"},
    ),
    "single sourcing beside nearest": (
        FAR
        | {
            "lanes": "origin dest material single nearest\na kind:hub m yes 1",
            "supply": "place material most\na m 40",
            "demand": "place material least\np m 7\nq m 20",
        },
        {("demand.least", 0), ("demand.least", 1), ("lanes.single", 0)},
        {"demand.least[place=q,material=m] = 0"},
    ),
    "the nearest": (
        FAR
        | {"sites": "place capacity\np 25\nq 25", "lanes": "origin dest material nearest\nkind:source kind:hub m 1"},
        {A, B, P, ("lanes.nearest", 0)},
        {"lanes.nearest[origin=kind:source,dest=kind:hub,material=m] = 2", "sites.capacity[place=p] = 30"},
    ),
    "vehicles": (
        {
            "modes": "mode payload\nvan 1",
            "lanes": "origin dest material mode km\na p m van 10\nb p m van 20",
            "fleets": "mode base hours handling available\nvan a 8 1 1\nvan b 8 1 9",
        },
        {A, ("fleets.available", 0)},
        {"fleets.available[mode=van,base=a] = 2", "supply.amount[place=a,material=m] = 8"},
    ),
    "a resource": (
        {
            "processes": "process place\nburn p",
            "recipes": "process material rate\nburn m -1",
            "demand": "place material most\nq m 0",
            "resources": "place resource capacity\np hours 45",
            "uses": "process resource rate\nburn hours 2",
        },
        {A, B, ("resources.capacity", 0), ("demand.most", 0)},
        {"resources.capacity[place=p,resource=hours] = 60", "supply.amount[place=b,material=m] = 12.5"},
    ),
    "modules": (
        {
            "sites": "place capacity\np 5\nq 10",
            "modules": "place module capacity most\np shed 4 2",
        },
        {A, B, P, Q, ("modules.most", 0)},
        {"modules.most[place=p,module=shed] = 4", "sites.capacity[place=q] = 17"},
    ),
    "phases": (
        {
            "periods": "period\n1\n2",
            "supply": "place material period amount\na m 1 30",
            "lanes": "origin dest material\na p m",
            "sites": "place capacity\np 50",
            "demand": "place material\np m",
            "phases": "place period capacity may_open\np 1 . no\np 2 40 yes",
        },
        {A, ("phases.may_open", 0)},
        {"phases.may_open[place=p,period=1] = default", "supply.amount[place=a,material=m,period=1] = 0"},
    ),
    "capacity in a period": (
        {
            "periods": "period\n1\n2",
            "supply": "place material period amount\na m 1 30",
            "lanes": "origin dest material\na p m",
            "sites": "place capacity\np 50",
            "demand": "place material\np m",
            "phases": "place period capacity\np 1 20\np 2 40",
        },
        {A, ("phases.capacity", 0)},
        {"phases.capacity[place=p,period=1] = 30", "supply.amount[place=a,material=m,period=1] = 20"},
    ),
    "a budget": (
        {"limits": "limit quantity most\nuang cost 20"},
        {A, B, ("limits.most", 0)},
        {
            "limits.most[limit=uang] = 30", "supply.amount[place=b,material=m] = 10",
            "lanes.fee[origin=b,dest=p,material=m] = 0.5",
        },
    ),
    "a share": (
        {"limits": "limit quantity coef most dest over\nhalf flow 1 0.25 p no\nhalf collect . . . yes",
         "sites": "place capacity\np 100\nq 20"},
        {A, B, Q, ("limits.most", 0)},
        {"sites.capacity[place=q] = 22.5", "limits.most[limit=half,quantity=flow] = 0.3334"},
    ),
}  # fmt: skip


@cache
def told(name: str) -> Any:
    """What is said of a planted conflict; each is asked about once."""
    return explained(BASE | PLANTED[name][0])


def explained(texts: dict[str, str], **options: Any) -> Any:
    return balik.explain(tables(texts), settings=SETTINGS, **options)


def named(study: Any, *keys: str) -> set[tuple[str, int]]:
    """The rows of the conflict by table.column and position; lines of frames count from 1."""
    return {(f"{row['table']}.{row['column']}", row["line"] - 1) for key in keys for row in study.more[key]}


def laboratory(case: Any) -> Lab:
    prepared = prepare(case, settings=SETTINGS)
    return Lab(case, None, (), SETTINGS, prepared, options_of(prepared.tables))


#: What is written into a cell to take away what it says, where that is not `default`: ample numbers, where one is needed.
FREE = {"sites.status": "candidate", "lanes.single": "no"} | dict.fromkeys(
    ("sites.capacity", "phases.capacity", "supply.most", "demand.most", "processes.most", "lanes.most"), "1000"
)


def without(lab: Lab, fact: Any) -> list[str]:
    """The changes that take away what a cell says, in the tables."""
    if fact.is_limit:
        ample = "-1e6" if fact.kind.column == "least" else "1e6"
        return [f"{cell_of_limit(lab, fact)} = {ample}"]
    cell = lab.cell(fact)
    free = [f"{cell} = {FREE.get(fact.kind.name, 'default')}"]
    return [*free, f"{cell.replace('.amount', '.most')} = 1000"] if fact.kind.column == "amount" else free


@pytest.mark.parametrize("name", PLANTED)
def test_the_rows_that_contradict_each_other(name: str) -> None:
    _, rows, mends = PLANTED[name]
    study = told(name)
    assert not study.ok and study.more["proved_smallest"] is True
    assert named(study, "conflict", "given") == rows, study.findings
    changes = {row["change"]: row["cost"] for row in study.rows if row["mends"]}
    assert mends <= set(changes), changes
    assert "No plan exists." in study.findings[0] and all(row["sentence"] for row in study.more["conflict"])


@pytest.mark.parametrize("name", PLANTED)
def test_in_the_tables_alone_the_rows_have_no_plan_and_any_one_less_has(name: str) -> None:
    texts, rows, _ = PLANTED[name]
    case = tables(BASE | texts)
    lab = laboratory(case)
    facts = {(fact.kind.name, fact.row): fact for fact in facts_of(lab.prepared)}
    others = [change for key, fact in facts.items() if key not in rows for change in without(lab, fact)]
    assert status(case, others) == "infeasible"
    for key in rows:
        assert status(case, [*others, *without(lab, facts[key])]) != "infeasible", key


def status(case: Any, changes: list[str]) -> str:
    return str(balik.solve(case, set=changes, settings=SETTINGS).status)


@pytest.mark.parametrize("name", PLANTED)
def test_repairs_are_solved_again_and_a_little_less_is_not_enough(name: str) -> None:
    case = tables(BASE | PLANTED[name][0])
    for row in told(name).rows:
        if not row["mends"]:
            continue
        plan = balik.solve(case, set=row["changes"], settings=SETTINGS)
        assert plan.verified and plan.cost == pytest.approx(row["cost"])
        if row["to"] is None:
            continue
        cell, whole = row["change"].rpartition(" = ")[0], float(row["to"]).is_integer() and "nearest" in row["change"]
        whole |= any(word in row["change"] for word in ("fleets", "modules", "limit=one"))
        less = row["to"] - (1.0 if whole else 0.01) * (row["to"] - row["from"]) / (abs(row["by"]) if whole else 1.0)
        assert less == row["from"] or status(case, [f"{cell} = {less}"]) == "infeasible", row["change"]


# -- several conflicts, and what the words say -------------------------------------------------------------------


def test_two_conflicts_are_both_told_and_one_repair_covers_both() -> None:
    study = explained(BASE | {"lanes": "origin dest material\na p m\nb q m", "sites": "place capacity\np 7\nq 15"})
    both = [{(row["table"], row["line"]) for row in one} for one in study.more["conflicts"]]
    assert {frozenset(one) for one in both} == {
        frozenset({("supply", 1), ("sites", 1)}),
        frozenset({("supply", 2), ("sites", 2)}),
    }
    assert any("Besides" in line for line in study.findings)
    assert {tuple(row["changes"]): row["cost"] for row in study.rows if row["mends"] and len(row["changes"]) == 2} == {
        ("supply.amount[place=a,material=m] = 7", "supply.amount[place=b,material=m] = 15"): 0,
        ("sites.capacity[place=p] = 10", "sites.capacity[place=q] = 20"): 0,
    }


def test_two_conflicts_of_different_kinds_are_mended_by_a_pair() -> None:
    """a must give 10 and its lane takes 7; q asks for 30 and b has 20: no column alone mends both."""
    study = explained(
        {
            "lanes": "origin dest material most\na p m 7\nb q m .",
            "supply": "place material least most\na m 10 10\nb m 0 20",
            "demand": "place material least\np m 0\nq m 30",
        }
    )
    pairs = [row["changes"] for row in study.rows if row["mends"]]
    assert len(study.more["conflicts"]) == 2 and pairs
    assert any("lanes.most" in change or "supply.least" in change for change in pairs[0])
    assert any("demand.least" in change or "supply.most" in change for change in pairs[0])
    assert any(line.startswith("Not enough alone") for line in study.findings)


def test_what_cannot_give_a_little_is_given_up_beside_what_can() -> None:
    """At most 23 may move and 29 must be collected; of two sites that must be open one origin may only feed one."""
    study = explained(
        {
            "places": "place kind\na source\nq hub\nr hub",
            "lanes": "origin dest material single fee\nkind:source kind:hub m yes 1",
            "supply": "place material amount\na m 29",
            "demand": "place material\nq m\nr m",
            "sites": "place capacity status least\nq 33 open 6\nr 22 open 7",
            "limits": "limit quantity most\nsatu flow 23",
        }
    )
    assert len(study.more["conflicts"]) == 2
    (row,) = (row for row in study.rows if row["mends"])
    assert row["changes"] == ["supply.amount[place=a,material=m] = 23", "sites.status[place=r] = candidate"]
    assert row["cost"] == 23 and "given up: r: must be open" in row["sentence"]


def test_a_limit_meets_a_row_of_another_table_in_one_conflict() -> None:
    study = explained(BASE | {"limits": "limit quantity most origin\nuang cost 100 .\nsatu flow 5 a"})
    assert named(study, "conflict") == {A, ("limits.most", 1)}
    text = "\n".join(study.findings)
    assert "satu: move at most 5 kg (origin a)" in text and "a · m: exactly 10 kg must be collected" in text
    assert "As all else stands, what moves (origin a) is at least 10 kg; satu allows 5 kg" in text


def test_everything_is_said_in_indonesian() -> None:
    for study in map(told, PLANTED):
        other = study.into("id")
        for here, there in zip(study.findings, other.findings, strict=True):
            assert here != there or here.lstrip().startswith("--set"), here
        assert all(a["sentence"] != b["sentence"] for a, b in zip(study.rows, other.rows, strict=True) if a["mends"])
        pairs = zip(study.more["conflict"], other.more["conflict"], strict=True)
        assert all(a["sentence"] != b["sentence"] for a, b in pairs)
        assert [row["change"] for row in study.rows] == [row["change"] for row in other.rows]


def test_the_document_is_plain(tmp_path: Any) -> None:
    import json

    study = explained(BASE | PLANTED["a budget"][0])
    document = json.loads(json.dumps(study.document(), allow_nan=False))
    assert document["conflict"][0]["table"] == "limits" and document["conflict"][0]["written"] == "20"
    assert {"what", "change", "by", "from", "to", "spots", "cost", "mends", "proved", "why_not"} <= set(
        document["rows"][0]
    )


def test_no_time_at_all_is_said() -> None:
    study = explained(BASE | PLANTED["two capacities"][0], time_limit=1e-9)
    assert not study.ok and "stopped" in " ".join(study.findings)
    assert not any(row["mends"] for row in study.rows)


def test_what_was_not_answered_is_not_called_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some answers no other comes: the rows that are left are a conflict, and are not called the fewest."""
    from balik.analysis.explain import lab as module
    from balik.engines.elastic import Unanswered, solution

    count = [0]

    def tired(*args: Any) -> Any:
        count[0] += 1
        if count[0] > 4:
            raise Unanswered
        return solution(*args)

    monkeypatch.setattr(module, "solution", tired)
    study = explained(BASE | PLANTED["two capacities"][0])
    assert study.more["proved_smallest"] is False
    assert {A, B, P, Q} <= named(study, "conflict")
    assert any("not proved smallest" in line for line in study.findings)


@pytest.mark.parametrize("core", [set(), {3}, {0, 7}, {1, 2, 3, 9}, set(range(12))])
def test_the_smallest_set_of_parts(core: set[int]) -> None:
    asked = [0]

    def impossible(kept: list[int]) -> bool:
        asked[0] += 1
        return core <= set(kept)

    found = smallest(list(range(12)), impossible) if core else []
    assert set(found) == core and asked[0] <= 40


def test_two_limits_give_way_together_where_the_second_is_met_next():
    """10 kg cost 50 and 20 kg CO2: neither limit alone can give way, and no supply need fall."""
    case = {
        "places": {"place": ["s", "t"]},
        "materials": {"material": ["m"]},
        "modes": {"mode": ["cart"], "full_rate": [1], "full_co2": [0.4]},
        "supply": {"place": ["s"], "material": ["m"], "amount": [10]},
        "demand": {"place": ["t"], "material": ["m"]},
        "lanes": {"origin": ["s"], "dest": ["t"], "material": ["m"], "mode": ["cart"], "km": [5]},
        "limits": {"limit": ["budget", "carbon"], "quantity": ["cost", "co2"], "most": [40, 15]},
    }
    study = balik.explain(case)
    both = {"limits.most[limit=budget] = 50", "limits.most[limit=carbon] = 20"}
    row = next(row for row in study.rows if set(row["changes"]) == both)
    assert row["mends"] and row["least"] and row["cost"] == 50
    for change in both:
        assert balik.solve(case, set=[change]).status == "infeasible"


def test_other_pairs_mend_two_conflicts_too() -> None:
    """a must give 10 and its lane takes 7; q asks for 30 and b has 20: whatever the first pair changes, another does without."""
    case = tables(
        {
            "lanes": "origin dest material most\na p m 7\nb q m .",
            "supply": "place material least most\na m 10 10\nb m 0 20",
            "demand": "place material least\np m 0\nq m 30",
        }
    )
    mends = [row["changes"] for row in balik.explain(case, settings=SETTINGS).rows if row["mends"]]
    assert len(mends) >= 3 and len({tuple(one) for one in mends}) == len(mends)
    columns = [{change.partition("[")[0] for change in one} for one in mends]
    assert not set.intersection(*columns)
    assert all(status(case, one) == "optimal" for one in mends)


def test_a_limit_on_shortage_does_not_hide_a_conflict_with_what_is_demanded() -> None:
    """Without the demand there is nothing to be short of: the limit has no term then, and the question is answered."""
    study = explained(
        BASE
        | {
            "demand": "place material least shortage_cost\np m 50 1\nq m 0 .",
            "limits": "limit quantity most\nkurang shortage 5",
        }
    )
    assert named(study, "conflict") == {A, B, ("demand.least", 0), ("limits.most", 0)}, study.findings
    assert {"limits.most[limit=kurang] = 20", "demand.least[place=p,material=m] = 35"} <= {
        row["change"] for row in study.rows if row["mends"]
    }


def test_what_has_no_end_is_as_ample_whether_cells_are_rewritten_or_not() -> None:
    """An ample number is no part of what the case speaks of; beside numbers a hundred times as large HiGHS finds nothing."""
    lab = laboratory(tables(BASE | PLANTED["capacity in a period"][0] | {
        "lanes": "origin dest material single\na p m yes\na q m yes"}))  # fmt: skip
    amount, capacity = (next(f for f in facts_of(lab.prepared) if f.kind.name == name)
                        for name in ("supply.amount", "phases.capacity"))  # fmt: skip
    alone, both = (lab.model(facts).network.supply.most.max() for facts in ([amount], [amount, capacity]))
    assert alone == both


def test_nothing_is_left_of_what_has_no_end() -> None:
    """10 kg wait and what is left costs 1 a kg; without the row nothing is left, and moving nothing costs nothing."""
    lab = laboratory(
        tables(
            {
                "places": "place\na\np\nq",
                "lanes": "origin dest material single fee\na p m yes 1\na q m yes 1",
                "supply": "place material most left_cost\na m 10 1",
                "demand": "place material\np m\nq m",
                "limits": "limit quantity most\nuang cost 5",
            }
        )
    )
    limit, most = (next(f for f in facts_of(lab.prepared) if f.kind.table == table) for table in ("limits", "supply"))
    assert not lab.has_plan([]) and lab.has_plan([most]) and lab.has_plan([limit])
    assert not can_give(lab, most) and can_give(lab, limit)


def test_more_conflicts_than_are_told_are_mended_all_the_same() -> None:
    """Five lanes ask for more than there is, and two sizes of one site must both be open."""
    labels = "abcde"
    case = tables(
        {
            "lanes": "origin dest material least\n" + "\n".join(f"{o} p m 9" for o in labels),
            "supply": "place material amount\n" + "\n".join(f"{o} m 4" for o in labels),
            "demand": "place material\np m",
            "sites": "place size status\np S open\np L open",
        }
    )
    study = balik.explain(case, settings=SETTINGS)
    (row,) = (row for row in study.rows if row["mends"])
    assert len(study.more["conflicts"]) == 4 and status(case, row["changes"]) == "optimal"
    assert sum("sites.status" in change for change in row["changes"]) == 1 and len(row["changes"]) == 6


def test_a_limit_on_what_is_left_is_met_by_its_mend() -> None:
    """Of 30 kg at most 5 may stay, and the hub takes 20; 4 must be delivered of what b has not."""
    case = tables(
        {
            "lanes": "origin dest material\na p m\nb q m",
            "supply": "place material most\na m 30\nb m 0",
            "demand": "place material least\np m 0\nq m 4",
            "sites": "place capacity\np 20",
            "limits": "limit quantity most\nsisa left 5",
        }
    )
    lab = laboratory(case)
    assert not any(can_give(lab, fact) for fact in facts_of(lab.prepared) if fact.kind.name == "supply.most")
    mends = [row for row in balik.explain(case, settings=SETTINGS).rows if row["mends"]]
    assert mends and all(status(case, row["changes"]) == "optimal" for row in mends)
