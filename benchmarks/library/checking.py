"""Whether the library is right: each instance is made anew, each plan priced anew, each bound held against it."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from balik.errors import BalikError

from .certificates import shown
from .instances import ALL, Instance, Problem, sha
from .plans import PlanError, optimum, price
from .records import HERE, Record, is_better, read, read_plan

#: By how much, relative to max(1, |cost|), linear programs may differ.
AGREES = 1e-7


def check(names: Sequence[str] = (), folder: Path = HERE) -> Iterator[tuple[str, list[str]]]:
    """For each instance what is wrong with its record: an empty list where nothing is."""
    records = read(folder)
    for name in names or ALL:
        if name not in records:
            yield name, ["no record"]
        else:
            yield name, list(wrong(ALL[name], records[name], folder))
    for name in set(records) - set(ALL):
        yield name, ["no such instance"]


def wrong(instance: Instance, record: Record, folder: Path = HERE) -> Iterator[str]:
    """What is wrong with a record."""
    problem = instance.make()
    if sha(problem) != record.sha256:
        yield f"the arrays are others than recorded: {sha(problem)}"
        return
    slack = AGREES * max(1.0, abs(record.cost))
    try:
        cost = price(problem, read_plan(instance.name, folder))
        if abs(cost - record.cost) > slack:
            yield f"the plan costs {cost!r}, not {record.cost!r}"
    except (PlanError, OSError, ValueError) as error:
        yield f"the plan cannot be taken: {error}"
    if record.bound > record.cost + slack:
        yield f"the bound {record.bound!r} is above the cost {record.cost!r}"
    if instance.small:
        best = _proved(instance)
        if record.bound > best + slack:
            yield f"the bound {record.bound!r} is above what HiGHS proves, {best!r}"
        if record.status == "proven" and abs(best - record.cost) > slack:
            yield f"the cost {record.cost!r} is said to be optimal; HiGHS proves {best!r}"
    yield from _not_shown(problem, record, folder)


@functools.cache
def _proved(instance: Instance) -> float:
    """What HiGHS proves of a small instance."""
    return optimum(instance.make())


def _not_shown(problem: Problem, record: Record, folder: Path) -> Iterator[str]:
    """What a record says of its certificate, and is not so: it is replayed by code that shares none of the search's."""
    if not record.certificate:
        if record.how != "claim" or record.shown > -math.inf:
            yield f"the bound is said to be shown ({record.how}, {record.shown!r}), and there is no certificate"
        return
    try:
        seen = shown(problem, (folder / record.certificate).read_bytes(), record.cost)
    except (BalikError, OSError) as error:
        yield f"the certificate is refused: {error}"
        return
    if is_better(seen.bound, record.shown):
        yield f"the certificate shows {seen.bound!r} only, not {record.shown!r}"
    how = seen.how(record.bound, record.cost)
    if how != record.how:
        yield f"the certificate shows {seen.bound!r} of {record.bound!r}, which is {how}, not {record.how}"
