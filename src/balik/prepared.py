"""A case, read and checked, with its program stated."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import CallError, Problem
from .judgement import judgement_of
from .model import Model, formulate
from .model.sizes import too_large
from .network import Network, encode
from .network.audit import audit
from .network.bounds import bounds, note_unbounded
from .tables import Data, Tables, Typed, read, type_tables
from .tables.settings import laid_over
from .words import say

Case = str | os.PathLike[str] | Mapping[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A checked case, ready to be solved."""

    tables: Tables
    data: Data
    network: Network
    model: Model
    seconds: dict[str, float]

    @property
    def problems(self) -> list[Problem]:
        """Warnings of the check."""
        return list(self.tables.problems)


def checked(
    case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None
) -> tuple[Tables, Data, Network, Model | None, dict[str, float]]:
    """Read, type, encode and formulate as far as the problems allow; problems are in `tables.problems`."""
    start = time.perf_counter()
    return checked_tables(read(case, scenario, sets, settings), start)


def checked_tables(
    tables: Tables, start: float, typed: Typed | None = None
) -> tuple[Tables, Data, Network, Model | None, dict[str, float]]:
    """The same of tables that are read; `start`: when that began; `typed`: what was typed before."""
    clock = [start]
    data = type_tables(tables, typed)
    clock.append(time.perf_counter())
    network = encode(data)
    if not tables.problems.errors and (len(network.sites) or network.lanes.single.any()):
        note_unbounded(data, network, bounds(network))
    model = None
    if not tables.problems.errors:
        audit(data, network)
        if len(data["criteria"]):
            judgement_of(data)
        clock.append(time.perf_counter())
        model = formulate(network)
        for note in model.variables.notes:
            where = data[note.table].where(note.row, note.column) if note.row >= 0 else {}
            tables.problems.add(note.code, note.found, note.advice, **where)
        for row, size in too_large(model.program):
            found = say("The figures of {row} multiply to {size:.3g}, and no solver takes as much.", row=row, size=size)
            advice = say("Look there for a number that is far too large, or that is in another unit.")
            tables.problems.add("E383", found, advice, file=tables.name)
    clock += [time.perf_counter()] * (4 - len(clock))
    seconds = {name: round(clock[i + 1] - clock[i], 4) for i, name in enumerate(("read", "check", "build"))}
    return tables, data, network, model, seconds


def prepare(
    case: Case, scenario: str | None = None, set: Sequence[str] = (), settings: Mapping[str, Any] | None = None
) -> Prepared:
    """Read and check a case and state its program; raises InputError with every problem."""
    return _sound(*checked(case, scenario, set, settings))


def prepare_tables(tables: Tables, typed: Typed | None = None) -> Prepared:
    """Check tables that are read already and state their program; raises InputError with every problem."""
    return _sound(*checked_tables(tables, time.perf_counter(), typed))


def _sound(tables: Tables, data: Data, network: Network, model: Model | None, seconds: dict[str, float]) -> Prepared:
    tables.problems.stop_on_errors()
    assert model is not None
    return Prepared(tables, data, network, model, seconds)


def with_fix(settings: Mapping[str, Any] | None, fix: str | None) -> Mapping[str, Any] | None:
    """The settings of a call that also asks for today's flows (fix="baseline")."""
    if fix is None:
        return settings
    if fix != "baseline":
        raise CallError(say("'{fix}' cannot be fixed; write fix = baseline, for today's flows.", fix=fix))
    return laid_over(settings or {}, {"solve": {"fix": fix}})
