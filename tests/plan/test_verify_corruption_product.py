"""Every column of every table of a plan, scaled, mirrored, replaced, swapped, dropped, doubled and shifted: all caught.

The plans are those of cases that fill every table between them (corrupting.py). Each corruption is either found by the
verifier, in a sentence that names the row, or leaves the rows what they were, which is told here by other code, and
counted. (The verifier may be stricter: a row of noughts under the name of another row stands there twice.)
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

import balik
from balik.api import options_of, prepare, solve_prepared
from balik.plan.ranged import not_held
from balik.schema import PLAN
from plan.corrupting import CASES, WAYS, Corruption, corrupted, corruptions, judged, names, size, solved, why_lawful

#: Small cases that fill every table between them; how many of their corruptions are tried every day.
EVERY_DAY, SAMPLE = ("everything", "rest", "gudang-transit"), 40
#: In the whole product: rows of each column of a table that are corrupted in each way, beside first, middle and last.
MORE = 2


def chosen(rng: random.Random, group: list[Corruption]) -> list[Corruption]:
    """The first, the middle and the last of them, and some others."""
    n = len(group)
    return [group[i] for i in sorted({0, n // 2, n - 1, *rng.sample(range(n), min(MORE, n))})]


def hold(found: Iterable[Corruption]) -> Counter[str]:
    """Corrupt and judge; what came out, counted."""
    count: Counter[str] = Counter()
    for c in found:
        done = corrupted(c)
        broken, lawful = judged(c, done), why_lawful(c, done)
        if lawful:
            count["caught" if broken else lawful] += 1
            continue
        assert broken, (c, "passes")
        assert any(names(b, c, done) for b in broken), (c, [b.sentence for b in broken][:5])
        count["caught"] += 1
    return count


def test_every_table_is_filled() -> None:
    filled = {table for case in EVERY_DAY for table, cells in solved(case).plan.items() if size(cells)}
    assert filled == set(PLAN)


def test_corruptions_are_caught() -> None:
    """A sample: every table in two ways or more, every way in many tables."""
    rng = random.Random(4)
    every = [c for case in EVERY_DAY for c in corruptions(case)]
    rng.shuffle(every)
    every.sort(key=lambda c: c.case == "everything")  # the others are judged faster
    by_table: dict[str, list[Corruption]] = {}
    for c in every:
        by_table.setdefault(c.table, []).append(c)
    some = [c for found in by_table.values() for c in found[: SAMPLE // len(by_table)]]
    found = hold(some)
    assert {c.table for c in some} == set(PLAN) and {c.way for c in some} == set(WAYS)
    assert found["caught"] > len(some) / 2, found


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_corruption_is_caught(case: str) -> None:
    """The whole product of columns and ways, at some rows of each."""
    rng = random.Random(case)
    groups: dict[tuple[str, str, str], list[Corruption]] = {}
    for c in corruptions(case):
        groups.setdefault((c.table, c.column, c.way), []).append(c)
    found = hold(c for group in groups.values() for c in chosen(rng, group))
    print(case, dict(found))
    assert found["caught"]


def test_prices_are_those_of_the_certificate(tmp_path: Path) -> None:
    """In the folder, too, and they hold over the ranges that are told."""
    balik.solve("gudang-transit", out=tmp_path / "plan")
    rows = (tmp_path / "plan" / "prices.csv").read_text(encoding="utf-8").splitlines()
    last = rows[-1].split(",")
    dearer, wider = ([*last[:at], value, *last[at:][1:]] for at, value in ((-3, "-2.1"), (-1, "51")))
    for changed, told in (
        (rows[:-1], "The table prices says nothing of balance: place=plant, material=waste, period=3, which has the price -2."),
        ([*rows[:-1], ",".join(dearer)], "prices row 7: the price is -2.1, and the duals in the certificate give -2."),
        ([*rows[:-1], ",".join(wider)], "prices row 7: the price -2 does not hold as far as 51."),
        ([rows[0], *rows[:0:-1]], None),
    ):
        folder = Path(shutil.copytree(tmp_path / "plan", tmp_path / "copy"))
        (folder / "prices.csv").write_text("\n".join(changed) + "\n", encoding="utf-8")
        assert [b.sentence for b in balik.verify(folder).broken] == [
            "prices.csv was changed since the plan was written.", *([told] if told else [])
        ]  # fmt: skip
        shutil.rmtree(folder)


def test_a_lane_without_a_vehicle_has_its_price(tmp_path: Path) -> None:
    """A blank mode is a key of its own, beside that of a vehicle between the same places."""
    case = {
        "places": {"place": ["a", "b"]},
        "materials": {"material": ["m"]},
        "modes": {"mode": ["v"], "payload": [10], "trip_cost": [10]},
        "lanes": {"origin": ["a", "a"], "dest": ["b", "b"], "mode": ["", "v"], "fee": [2, 3], "most": [5, 2]},
        "supply": {"place": ["a"], "material": ["m"], "most": [10]},
        "demand": {"place": ["b"], "material": ["m"], "price": [7]},
    }
    plan = balik.solve(case, settings={"title": "t"}, out=tmp_path / "plan")
    prices = {row["mode"]: row["price"] for row in plan.prices.to_dict("records") if row["statement"] == "flow"}
    assert prices == {"": -5, "v": -3}
    assert not balik.verify(tmp_path / "plan").broken


def test_ranges_hold_and_wider_ones_do_not() -> None:
    """Of linear cases at random: no false alarm, and an end that is moved outwards is found.

    Where several bases are best, the range that the engine tells may be less than there is; so not every wider one is wrong.
    """
    found = [wider_ranges(random.Random(seed)) for seed in (2, 3, 4)]
    moved, blank, told = map(sum, zip(*found, strict=True))
    assert moved > 0.9 * told and blank > 0.9 * told and told > 30


def wider_ranges(rng: random.Random) -> tuple[int, int, int]:
    """Ends of ranges that are found wrong once moved outwards, once left blank; and how many there are."""
    here, there = [f"a{i}" for i in range(rng.randint(2, 4))], [f"b{j}" for j in range(rng.randint(2, 4))]
    tables = {
        "places": {"place": [*here, *there]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": [a for a in here for _ in there], "dest": there * len(here),
                  "fee": [str(rng.randint(1, 6)) for _ in here for _ in there],
                  "most": [rng.choice(["", "3", "7"]) for _ in here for _ in there]},
        "supply": {"place": here, "material": ["m"] * len(here), "most": [str(rng.randint(4, 12)) for _ in here]},
        "demand": {"place": there, "material": ["m"] * len(there), "most": [str(rng.randint(3, 9)) for _ in there],
                   "price": [str(rng.randint(4, 9)) for _ in there]},
        "limits": {"limit": ["cap"], "quantity": ["flow"], "most": [str(rng.randint(6, 20))]},
    }  # fmt: skip
    prepared = prepare(tables, settings={})
    plan, result = solve_prepared(prepared, options_of(prepared.tables))
    assert plan.verified and result.prices is not None
    m, duals = prepared.model, result.prices.row
    a = m.program.arrays()
    assert not not_held(m, a, duals, plan.columns)
    prices, moved, blank, told = plan.columns["prices"], 0, 0, 0
    for row in range(size(prices)):
        for end, out in (("from", -1.0), ("to", 1.0)):
            if prices[end][row] is None:
                continue
            wider = {**prices, end: list(prices[end])}
            wider[end][row] += out * 0.5
            moved += bool(not_held(m, a, duals, {**plan.columns, "prices": wider}))
            wider[end][row] = None
            blank += bool(not_held(m, a, duals, {**plan.columns, "prices": wider}))
            told += 1
    return moved, blank, told
