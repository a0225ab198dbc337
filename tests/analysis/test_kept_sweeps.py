"""Every point of a sweep is what a solve that starts anew makes of it: problems, program and verdict, to the last bit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import balik
from balik import api, solved
from balik.algebra import Arrays
from balik.analysis.many import Solver
from balik.errors import InputError
from balik.kept import same
from balik.kept.watch import HERE
from balik.plan.verify import Verdict, judge
from balik.schema import INPUT
from balik.tables import Data, Tables, read

_FIXED = ("scenarios", "changes", "switches", "expected")
_WORDS = ["*", "default", "nobody", "kind:x", "yes", "no"]


@contextmanager
def alone() -> Iterator[None]:
    """Within, nothing is kept."""
    before = HERE.store, HERE.log
    HERE.store, HERE.log = None, None
    try:
        yield
    finally:
        HERE.store, HERE.log = before


def judged_twice(data: Data, plan: Mapping[str, Any], document: Mapping[str, Any] | None = None) -> Verdict:
    """The verdict with what is kept, which is that of a verifier that begins anew; of a plan that is spoilt, too."""
    found = judge(data, plan, document)
    if HERE.store is None:  # nothing is kept: both would begin anew
        return found
    with alone():
        assert same(found, judge(data, plan, document))
    for table, column, spoilt in _spoilt(plan):
        wrong = dict(plan) | {table: dict(plan[table]) | {column: spoilt}}
        after = judge(data, wrong, document)
        with alone():
            assert same(after, judge(data, wrong, document))
        assert not after.ok, (table, column)
    return found


def _spoilt(plan: Mapping[str, Any]) -> Iterator[tuple[str, str, list[float]]]:
    """A cell of the amounts, and one of the money, that is another."""
    for table, column in (("collect", "amount"), ("flow", "amount"), ("ledger", "cost")):
        cells = list(plan.get(table, {}).get(column, ()))
        if cells:
            yield table, column, [*cells[:-1], cells[-1] * 1.5 + 3.0]


def changes(rng: random.Random, tables: Tables, count: int) -> list[str]:
    """Some cells, or columns, that are multiplied, replaced, or made wrong."""
    out = []
    for _ in range(count):
        name = rng.choice([t for t in tables.tables if t not in _FIXED])
        table = tables.tables[name]
        column = rng.choice([c for c in table.columns if c in INPUT[name].columns])
        row, number = rng.randrange(len(table)), INPUT[name].columns[column].is_number
        keys = {k: table.columns[k][row] for k in INPUT[name].keys if k in table.columns}
        where = ",".join(f'{k}="{cell}"' for k, cell in keys.items() if cell) if rng.random() < 0.7 else ""
        cell = f"{name}.{column}" + (f"[{where}]" if where else "")
        if number and rng.random() < 0.75:
            out.append(f"{cell} *= {rng.choice([0.5, 0.9, 1.1, 2, 0, 1.0000001])}")
        elif number:
            out.append(f"{cell} = {rng.choice(['3', '1000', '-1', 'default', 'abc', 'inf', '0', '7.25'])}")
        else:
            other = rng.choice(list(table.columns[column])) or "default"
            out.append(f"{cell} = {rng.choice([other, other, *_WORDS])}")
    return out


def told(problems: Any) -> list[str]:
    """What is wrong, but for the expected figures, which a study checks once."""
    return [str(p) for p in problems if "expected" not in str(p.file)]


def alike(one: Arrays, other: Arrays) -> None:
    for name in one.__dataclass_fields__:
        a, b = getattr(one, name), getattr(other, name)
        bits = isinstance(a, np.ndarray) and a.dtype == b.dtype and a.tobytes() == b.tobytes()
        assert bits or same(a, b), name


def compared(case: Any, asked: list[tuple[str | None, list[str]]], checked: bool, solve: bool) -> int:
    """Each point with what is kept and without; how many have a program."""
    solver, sound = Solver(case, None, {"time_limit": 10, "threads": 1}), 0
    solver.kept.checked = checked
    for scenario, sets in asked:
        try:
            cold = api.prepare(case, scenario, sets)
        except InputError as error:
            if told(error.problems):
                with pytest.raises(InputError) as found:
                    solver.prepared(scenario, sets)
                assert told(found.value.problems) == told(error.problems), sets
            continue
        warm = solver.prepared(scenario, sets)
        assert told(warm.problems) == told(cold.problems), sets
        alike(cold.model.program.arrays(), warm.model.program.arrays())
        assert [s.name for s in cold.model.stated] == [s.name for s in warm.model.stated]
        sound += 1
        if solve:
            solver.solved(warm)
    return sound


def points(case: str, seed: int, count: int) -> list[tuple[str | None, list[str]]]:
    rng, tables = random.Random(seed), read(case)
    scenarios = [None] * 6 + list(tables.scenarios)[:3]
    return [(rng.choice(scenarios), changes(rng, tables, rng.choice([0, 1, 1, 1, 2, 3]))) for _ in range(count)]


@pytest.mark.parametrize(("case", "seed"), [("jerigen-padang", 1), ("turki-enam-kota", 2), ("aki-timbal", 3)])
def test_points_of_any_cells_are_those_of_solves_anew(case: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solved, "judge", judged_twice)
    assert compared(case, points(case, seed, 6), False, True) >= 2


@pytest.mark.parametrize("case", ["gudang-transit", "jerigen-padang"])
def test_nothing_is_kept_that_depends_on_more_than_was_seen(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compared(case, points(case, 5, 6), True, case == "jerigen-padang") >= 2


@pytest.mark.slow
@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize(
    "case",
    ["jerigen-padang", "first-hour", "turki-enam-kota", "gudang-transit", "aki-timbal", "aki-delapan-pelaku",
     "delapan-jaringan", "jerigen-padang-lingkar", "lingkar-pembongkar", "weee-dua-target", "pusat-daur-ulang",
     "nmc-jawa-barat"],
)  # fmt: skip
def test_points_of_every_case(case: str, checked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solved, "judge", judged_twice)
    assert compared(case, points(case, 6, 40), checked, not checked) > 5


def network() -> dict[str, dict[str, list[Any]]]:
    """Two depots and a plant; which lanes there are hangs on distances."""
    return {
        "places": {"place": ["p", "q", "r", "x", "y", "z"], "kind": ["shop"] * 3 + ["depot"] * 2 + ["plant"],
                   "lat": ["0", "0.1", "0.2", "0", "0.3", "0.4"], "lon": ["0", "0.1", "0", "0.2", "0.1", "0"]},
        "materials": {"material": ["m"], "unit": ["kg"]},
        "modes": {"mode": ["truck"], "full_rate": ["2"], "payload": ["50"]},
        "lanes": {"origin": ["kind:shop", "kind:depot"], "dest": ["kind:depot", "z"], "mode": ["truck"] * 2,
                  "within": ["60", ""], "nearest": ["1", ""]},
        "supply": {"place": ["kind:shop", "q"], "material": ["m", "m"], "amount": ["10", "20"]},
        "sites": {"place": ["x", "y"], "capacity": ["100", "100"], "running_cost": ["5", "6"]},
        "demand": {"place": ["z"], "material": ["m"], "most": ["inf"]},
        "limits": {"limit": ["cap"], "quantity": ["flow"], "dest": ["z"], "most": ["100"]},
    }  # fmt: skip


def test_wildcards_nearest_and_within_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solved, "judge", judged_twice)
    base = {"title": "t", "distance": {"detour": 1.2}}
    asked = [
        [], ["lanes.nearest = 2"], ["lanes.nearest = default"], ["lanes.within = 25"], ["places.lat[place=x] = 0.35"],
        ["places.kind[place=y] = shop"], ["supply.amount[place=q] *= 2"], ["supply.place[place=q] = r"],
        ["limits.most = 5"], ["modes.payload *= 0.5"], ["materials.unit = t"], ["supply.amount = -1"], [],
    ]  # fmt: skip
    solver = Solver(network(), base)
    for sets in asked:
        try:
            cold = balik.solve(network(), set=sets, settings=base)
        except InputError as error:
            with pytest.raises(InputError) as found:
                solver.plan(None, sets)
            assert told(found.value.problems) == told(error.problems)
            continue
        warm = solver.plan(None, sets)
        assert (warm.status, warm.laws, warm.used) == (cold.status, cold.laws, cold.used), sets
        if cold.cost is not None:
            assert warm.cost == pytest.approx(cold.cost, rel=1e-9), sets
    fresh = Solver(network(), base)
    fresh.plan(None, [])
    assert solver.kept.made < len(asked) * fresh.kept.made / 2  # most results are used again


def test_a_cell_that_changes_at_every_point_and_then_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes again and again is no longer watched; a wildcard, a unit, a limit that changes then is still seen."""
    monkeypatch.setattr(solved, "judge", judged_twice)
    base = {"title": "t", "distance": {"detour": 1.2}}
    phases = {"modes.full_rate *= 1.{k}": "lanes.nearest = 2", "supply.amount[place=q] = 1{k}": "materials.unit = t",
              "places.lon[place=p] = 0.0{k}": "lanes.within = 25"}  # fmt: skip
    asked: list[list[str]] = []
    for cell, other in phases.items():
        points = [[cell.format(k=k)] for k in range(1, 7)]
        asked += [*points, [*points[0], other], points[1], []]
    solver = Solver(network(), base)
    for sets in asked:
        cold, warm = api.prepare(network(), None, sets, base), solver.prepared(None, sets)
        alike(cold.model.program.arrays(), warm.model.program.arrays())
        assert told(warm.problems) == told(cold.problems)
        plan = solver.solved(warm)
        assert plan.verified == (plan.status == "optimal"), sets
    assert any(entry.stale for root in solver.kept.roots.values() for entry in root.children.values())
