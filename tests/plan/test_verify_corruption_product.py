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
from balik.plan.verify import verify_folder
from balik.schema import PLAN
from plan.corrupting import CASES, WAYS, Corruption, corrupted, corruptions, judged, names, size, solved, why_lawful

#: Small cases that fill every table between them; how many of their corruptions are tried every day.
EVERY_DAY, SAMPLE = ("everything", "rest", "gudang-transit"), 40
#: In the whole product: rows of each column of a table that are corrupted in each way.
ROWS = 5


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
    chosen = [c for found in by_table.values() for c in found[: SAMPLE // len(by_table)]]
    found = hold(chosen)
    assert {c.table for c in chosen} == set(PLAN) - {"prices"} and {c.way for c in chosen} == set(WAYS)
    assert found["caught"] > len(chosen) / 2, found


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_corruption_is_caught(case: str) -> None:
    """The whole product of columns and ways; `ROWS` rows of each."""
    rng = random.Random(case)
    groups: dict[tuple[str, str, str], list[Corruption]] = {}
    for c in corruptions(case):
        groups.setdefault((c.table, c.column, c.way), []).append(c)
    found = hold(c for group in groups.values() for c in rng.sample(group, min(ROWS, len(group))))
    print(case, dict(found))
    assert found["caught"]


def test_prices_are_under_the_seal(tmp_path: Path) -> None:
    """Prices are no part of what is done, and no law judges them: that they are changed is seen, and the file named."""
    balik.solve("gudang-transit", out=tmp_path / "plan")
    rows = (tmp_path / "plan" / "prices.csv").read_text(encoding="utf-8").splitlines()
    for spoiled in (rows[:-1], [*rows, rows[-1]], [rows[0], *rows[:0:-1]]):
        folder = Path(shutil.copytree(tmp_path / "plan", tmp_path / "copy"))
        (folder / "prices.csv").write_text("\n".join(spoiled) + "\n", encoding="utf-8")
        assert [b.sentence for b in verify_folder(folder).broken] == [
            "prices.csv was changed since the plan was written."
        ]
        shutil.rmtree(folder)
