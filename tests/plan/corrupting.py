"""Corruptions of a plan: every column of every table, in six ways, and why one may leave the plan as lawful as it was."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from balik.api import options_of, prepare, solve_prepared
from balik.plan.priced import unlike
from balik.plan.ranged import not_held
from balik.plan.verify import Broken, judge
from balik.plan.verify.world import World, dimension
from balik.schema import PLAN
from balik.tables import Data
from fuzz.bases import base
from plan.verifying import columns

ROOT = Path(__file__).parents[2] / "cases"
Columns = dict[str, list[Any]]
Plan = dict[str, Columns]
WAYS = ("scale", "sign", "other", "swap", "drop", "duplicate", "shift")
#: Two cases that fill every table of a plan between them, and the bundled ones.
CASES = ("everything", "rest", *sorted(path.name for path in ROOT.iterdir() if (path / "case.toml").is_file()))


@dataclass(frozen=True)
class Solved:
    """A case with its plan, as the verifier gets them."""

    data: Data
    plan: Plan
    document: Mapping[str, Any]
    labels: Mapping[str, Sequence[str]]
    duals: Any  # the program's model, arrays and duals; None where it has none


@dataclass(frozen=True)
class Corruption:
    """One thing done to a plan: in this column ("": the whole row) of this row of a table."""

    case: str
    table: str
    column: str
    row: int
    way: str


#: What the plans of the other cases do not have: loads on the way back, modules, and a shortage.
_REST = {
    "places": "place,kind\na,home\nb,home\ns,hub\nw,works",
    "materials": "material,unit\nm,kg\nr,kg\nbox,kg",
    "periods": "period\np1\np2",
    "modes": "mode,payload,full_rate,loaded_rate,empty_rate,trip_cost\nv,5,0.5,2,1,3",
    "lanes": "origin,dest,material,mode,km,backhaul\nkind:home,s,m,v,10,\ns,w,r,v,12,\nw,s,box,v,12,yes",
    "supply": "place,material,amount,most,price\na,m,6,,1\nb,m,7.5,,2\nw,box,,2.5,-4",
    "demand": "place,material,least,price,shortage_cost\nw,r,20,30,50\ns,box,,3,",
    "processes": "process,place,cost,per\nsort,s,1,m",
    "recipes": "process,material,rate\nsort,m,-1\nsort,r,0.8",
    "sites": "place,capacity,running_cost\ns,10,5",
    "modules": "place,module,capacity,cost,running_cost,most,whole\ns,rack,4,10,1,3,yes",
}


@cache
def solved(name: str) -> Solved:
    """A case and its plan."""
    if name == "rest":
        prepared = prepare({t: columns(text) for t, text in _REST.items()}, settings={"finance": {"one_off": "once"}})
    elif name == "everything":
        draft = base("everything", "folder")
        everything = {t: dict(zip(rows[0], map(_texts, zip(*rows[1:], strict=True)), strict=True))
                      for t, rows in draft.tables.items() if "@" not in t}  # fmt: skip
        prepared = prepare(everything, settings=laid_out(draft.settings))
    else:
        prepared = prepare(name)
    plan, result = solve_prepared(prepared, options_of(prepared.tables))
    assert plan.verified, (plan.status, plan.broken)
    tables = {t: {c: list(v) for c, v in cells.items()} for t, cells in plan.columns.items() if size(cells)}
    prices = result.prices and (prepared.model, prepared.model.program.arrays(), result.prices.row)
    return Solved(prepared.data, tables, plan.document(), World(prepared.data).labels, prices)


def _texts(cells: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]


def laid_out(settings: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Settings by section, of dotted keys."""
    out: dict[str, Any] = {}
    for key, value in settings:
        section, _, word = key.partition(".")
        if word:
            out.setdefault(section, {})[word] = value
        else:
            out[key] = value
    return out


def size(table: Mapping[str, Sequence[Any]]) -> int:
    """Rows of a table."""
    return max((len(cells) for cells in table.values()), default=0)


def corruptions(name: str) -> Iterator[Corruption]:
    """Every corruption of the plan of a case."""
    for table, cells in solved(name).plan.items():
        for row in range(size(cells)):
            for column in cells:
                number = PLAN[table].columns[column].is_number
                for way in WAYS:
                    if way in (("other",) if number else ("scale", "sign")):
                        continue
                    if way == "shift" and row:
                        continue  # it moves the whole column
                    yield Corruption(name, table, column, row, way)
            yield Corruption(name, table, "", row, "drop")
            yield Corruption(name, table, "", row, "duplicate")


def corrupted(c: Corruption) -> Plan:
    """The plan with this done to it."""
    given, rng = solved(c.case), random.Random(repr(c))
    done = dict(given.plan)
    spoiled = done[c.table] = {name: list(cells) for name, cells in given.plan[c.table].items()}
    if not c.column:
        for cells in spoiled.values():
            cells[c.row : c.row + 1] = [cells[c.row]] * (2 if c.way == "duplicate" else 0)
        return done
    cells = spoiled[c.column]
    value, far = cells[c.row], (c.row + 1) % len(cells)
    if c.way == "scale":
        cells[c.row] = value * 1.1 if value else max([1.0, *(abs(x) for x in cells if x)])
    elif c.way == "sign":
        cells[c.row] = -value if value else value
    elif c.way == "other":
        known = given.labels.get(dimension(c.column), sorted({str(cell) for cell in cells}))
        cells[c.row] = rng.choice([label for label in known if label not in (value, "")] or ["nobody"])
    elif c.way == "swap":
        unlike = [i for i, cell in enumerate(cells) if cell != value] or [far]
        far = rng.choice(unlike)
        cells[c.row], cells[far] = cells[far], value
    elif c.way == "drop":
        cells[c.row] = None if PLAN[c.table].columns[c.column].is_number else ""
    elif c.way == "duplicate":
        cells[c.row] = cells[far]
    else:
        cells[:] = [cells[-1], *cells[:-1]]
    return done


def changed_rows(c: Corruption, done: Plan) -> list[int]:
    """The rows, by their number in the plan as it was, that are not as they were."""
    before, after = solved(c.case).plan[c.table], done[c.table]
    if not c.column:
        return [c.row]
    return [i for i, (x, y) in enumerate(zip(before[c.column], after[c.column], strict=True)) if x != y]


def why_lawful(c: Corruption, done: Plan) -> str | None:
    """Why the plan is what it was, seen from the rows alone; None where it is another."""
    before, after = content(solved(c.case).plan[c.table], c.table), content(done[c.table], c.table)
    if before == after:
        return "the same rows"
    if (c.table, c.column) == ("ledger", "unit") and all(_beside(c, row) for row in changed_rows(c, done)):
        return "a site and its modules have one key, and either may count either"
    if c.table == "prices" and c.column in ("from", "to") and all(_inside(c, done["prices"], row) for row in changed_rows(c, done)):
        return "a price holds over part of its range, too"
    return None


def _inside(c: Corruption, cells: Columns, row: int) -> bool:
    """Whether the bound of a price lies in its range, and that in the range that was told."""
    (low, bound, high), given = (cells[k][row] for k in ("from", "bound", "to")), solved(c.case).plan["prices"]
    least, most = (given[k][row] for k in ("from", "to"))
    near = 1e-6 * max(1, abs(bound))
    before = least is None or (low is not None and low >= least - near)
    after = most is None or (high is not None and high <= most + near)
    return before and after and (low is None or low <= bound + near) and (high is None or high >= bound - near)


def _beside(c: Corruption, row: int) -> bool:
    """Whether a running cost is that of modules, or of a site beside modules, at the same key."""
    cells = solved(c.case).plan["ledger"]

    def key(at: int) -> tuple[Any, ...]:
        return tuple(cells[k][at] for k in ("account", "place", "size", "period"))

    same = [i for i in range(size(cells)) if key(i) == key(row)]
    return key(row)[0] == "running" and any(cells["unit"][i] == "module" for i in same)


def content(cells: Columns, table: str) -> Counter[tuple[Any, ...]]:
    """The rows of a table, whatever their order; rows of noughts say nothing, and blank is blank."""
    rows = zip(*cells.values(), strict=True)
    numbers = [
        i
        for i, name in enumerate(cells)
        if PLAN[table].columns[name].is_number and PLAN[table].columns[name].role != "key"
    ]
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        if numbers and not any(row[i] for i in numbers):
            continue
        found[tuple("" if cell is None else round(cell, 9) + 0.0 if isinstance(cell, float) else cell for cell in row)] += 1
    return found


def names(broken: Broken, c: Corruption, done: Plan) -> bool:
    """Whether a sentence names one of the changed rows: by its number, or by the labels that say where it is."""
    text = f"{broken.where} {broken.sentence}"
    for row in changed_rows(c, done):
        if f"{c.table} row {row + 1}" in text or f"{c.table} row {row + 2}" in text:
            return True
        for given in (solved(c.case).plan[c.table], done[c.table]):
            if row < size(given) and any(label in text for label in places(c, given, row)):
                return True
    return False


def places(c: Corruption, cells: Columns, row: int) -> list[str]:
    """The labels of a row that say where it is; of a tour, the places of its stops."""
    telling = ("limit", "place", "origin", "dest", "tour", "process", "base", "owner", "account", "goal")
    found = [str(cells[k][row]) for k in telling if k in cells and cells[k][row]]
    if c.table == "margins" and not cells["owner"][row]:
        found.append("what belongs to nobody")
    if c.table == "tour_loads":
        frame = solved(c.case).data["tours"]
        at = {(frame.text["tour"][r], frame.number["stop"][r]): frame.text["place"][r] for r in range(len(frame))}
        found += [at.get((cells["tour"][row], cells[k][row]), "") for k in ("stop", "to")]
    return [label for label in found if label]


def judged(c: Corruption, done: Plan) -> list[Broken]:
    """What the verifier finds broken, without the figures of the document, which would give most away."""
    given = solved(c.case)
    broken = judge(given.data, done).broken
    if c.table == "prices" and given.duals is not None:
        found = unlike(*given.duals, done) or not_held(*given.duals, done)
        broken += [Broken("prices", where, None, None, None, why) for where, why in found]
    return broken
