"""Every mutation of every base case, by name: `everything.book/lanes/fee/scale/3`.

A name says the base case and its form, the table, the column, what is done, and the seed of its chances: the same name
makes the same files, now and later. Names joined by `+` (of one base case) are done one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count, islice
from pathlib import Path
from random import Random

from balik.schema import INPUT
from fuzz.bases import BASES, BUNDLED, base
from fuzz.books import BOOK_KINDS
from fuzz.columns import COLUMN_KINDS
from fuzz.draft import FORMS, Draft
from fuzz.whole import FILE_KINDS, SETTING_KINDS, TABLE_KINDS

#: How many of the later names are two mutations at once.
_PAIRS = 0.25


@dataclass(frozen=True)
class Mutation:
    """One thing that is done to a base case. Table and column are `-` where they do not matter."""

    base: str
    form: str
    table: str
    column: str
    kind: str
    seed: int

    def __str__(self) -> str:
        return f"{self.base}.{self.form}/{self.table}/{self.column}/{self.kind}/{self.seed}"

    @staticmethod
    def parse(name: str) -> Mutation:
        """The mutation of a name."""
        case, table, column, kind, seed = name.split("/")
        base, _, form = case.rpartition(".")
        return Mutation(base, form, table, column, kind, int(seed))

    def apply(self, draft: Draft) -> None:
        """Do it; nothing is done where another mutation took the table or the column away."""
        rng = Random(str(self))
        if self.kind in SETTING_KINDS:
            SETTING_KINDS[self.kind](draft, self.column, rng)
        elif self.table not in draft.tables:
            return
        elif self.kind in BOOK_KINDS:
            seed = rng.random()
            draft.by_hand.append((self.table, lambda sheet: BOOK_KINDS[self.kind](sheet, Random(seed))))
        elif not draft.tables[self.table]:
            return
        elif self.kind in COLUMN_KINDS:
            rows, schema = draft.tables[self.table], INPUT[self.table.partition("@")[0]]
            if self.column in rows[0]:
                COLUMN_KINDS[self.kind](rows, rows[0].index(self.column), schema.columns.get(self.column), rng)
        else:
            (TABLE_KINDS | FILE_KINDS)[self.kind](draft, self.table, rng)


def mutated(name: str) -> tuple[str, Draft]:
    """The base case of a name, and the draft with everything done that the name says."""
    steps = [Mutation.parse(part) for part in name.split("+")]
    draft = base(steps[0].base, steps[0].form).copy()
    for step in steps:
        step.apply(draft)
    return steps[0].base, draft


def written(name: str, place: Path) -> Path:
    """The case of a name, written below a folder."""
    return mutated(name)[1].write(place)


# -- lists of names ----------------------------------------------------------------------------------------------


@cache
def round_of(seed: int) -> tuple[Mutation, ...]:
    """Every mutation with this seed, in the same mixed order for the same seed."""
    found = [m for name in BASES for form in FORMS for m in _of_case(name, form, seed)]
    Random(f"round {seed}").shuffle(found)
    return tuple(found)


def _of_case(name: str, form: str, seed: int) -> list[Mutation]:
    draft, chosen = base(name, form), BASES[name]
    found = []
    for table, rows in draft.tables.items():
        if (chosen and table not in chosen) or ("@" in table and name != "everything"):
            continue
        for column in rows[0]:
            found += [Mutation(name, form, table, column, kind, seed) for kind in COLUMN_KINDS]
        kinds = [*TABLE_KINDS, *(BOOK_KINDS if form == "book" else FILE_KINDS)]
        found += [Mutation(name, form, table, "-", kind, seed) for kind in kinds]
    if not chosen:
        found += [Mutation(name, form, "-", key, "setting", seed) for key, _ in draft.settings]
        found += [
            Mutation(name, form, "-", "-", kind, seed) for kind in ("objective", *(["line"] * (form == "folder")))
        ]
    return found


def short_list(most: int) -> list[str]:
    """Few names that meet every kind, every column of the schema, and both forms; always the same."""
    left = [m for m in round_of(0) if m.base not in BUNDLED]
    found: dict[str, None] = {}
    for key in (lambda m: (m.table, m.column), lambda m: (m.kind, m.form)):
        seen: set[object] = set()
        for mutation in left:
            if mutation.base == "everything" and key(mutation) not in seen:
                seen.add(key(mutation))
                found[str(mutation)] = None
    found |= dict.fromkeys(str(m) for m in left if m.form == "folder")  # a workbook takes four times as long
    return list(islice(found, most))


def long_list(start: int, stop: int) -> list[str]:
    """Names from one number to another of a list without end, round by round; some are two mutations at once."""
    found: list[str] = []
    at = 0
    for seed in count():
        mutations = round_of(seed)
        if at + len(mutations) > start:
            found += [_named(mutations, i) for i in range(max(0, start - at), min(len(mutations), stop - at))]
        at += len(mutations)
        if at >= stop:
            return found
    raise AssertionError("unreachable")


def _named(mutations: tuple[Mutation, ...], at: int) -> str:
    first = mutations[at]
    rng = Random(f"pair {first}")
    if first.seed == 0 or rng.random() >= _PAIRS:
        return str(first)
    others = [m for m in rng.sample(mutations, 60) if (m.base, m.form) == (first.base, first.form)]
    return f"{first}+{others[0]}" if others else str(first)
