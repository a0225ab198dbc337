"""Facts: single cells of the user's that oblige or forbid something, and what they say in words.

A fact is one cell of one row: a limit's bound, a capacity, what must be collected at a place, a radius, a status.
What has a price but no bound (rates, goals, distances) never makes a plan impossible and is no fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ...api import Prepared
from ...network.baseline import lanes_of_rows
from ...network.network import CANDIDATE
from ...tables import Frame, Tables
from ...tables.baseline import is_fixed
from ...words import Sentence, say

Gives = Literal["up", "down", "both", "off"]


@dataclass(frozen=True, eq=False)
class Kind:
    """Cells of one column: what they mean, which way they can give way, and how the network does without one.

    `record` and `free`: the entries of the network that come from the cell, and what they are without it (`free` blank:
    the cell itself must change). `variable`: the columns of the program that the cell bounds, entry by entry.
    `blank`: what is written into the cell to take away what it says. `given`: it tells what there is in the world, not
    what is wanted of it; a conflict names it only where it says too little without.
    """

    table: str
    column: str
    means: Sentence
    gives: Gives
    record: str = ""
    free: Mapping[str, Any] | None = None
    variable: str = ""
    blank: str = "default"
    given: bool = False

    @property
    def name(self) -> str:
        """`supply.amount`."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, eq=False)
class Fact:
    """One cell: its kind, the row of the table, its number (nan for a word), and where its entries stand.

    `at`: positions in the network's record; of a bound of a limit, the position of the limit. `ratio`: by what the
    number is multiplied to be each entry. `changed`: the cell does not read as in its file, but as a scenario or a change of
    the call made it.
    """

    kind: Kind
    row: int
    value: float
    at: tuple[int, ...] = ()
    ratio: tuple[float, ...] = ()
    changed: bool = False

    @property
    def is_limit(self) -> bool:
        """Whether it is a bound of a limit."""
        return self.kind.table == "limits"

    @property
    def upper(self) -> bool:
        """Whether more room, not less, is what mends it."""
        return self.kind.gives == "up"


_INF = np.inf


def _kinds() -> list[Kind]:
    """Every column with facts; those that come first are kept in a conflict where there is a choice."""
    both = {"least": 0.0, "most": _INF}
    return [
        Kind("limits", "least", say("limits"), "down", blank="-inf"),
        Kind("limits", "most", say("limits"), "up", blank="inf"),
        Kind("limits", "spread", say("limits"), "up", blank="inf"),
        Kind("baseline", "amount", say("today's flows"), "both", "lanes", both, "flow"),
        Kind("supply", "amount", say("what must be collected"), "both", "supply", both, "collect"),
        Kind("supply", "least", say("what must be collected"), "down", "supply", {"least": 0.0}, "collect"),
        Kind("demand", "amount", say("what must be delivered"), "both", "demand", both, "deliver"),
        Kind("demand", "least", say("what must be delivered"), "down", "demand", {"least": 0.0}, "deliver"),
        Kind("sites", "capacity", say("what sites can take"), "up", "sites", {"capacity": _INF}, "throughput"),
        Kind("sites", "least", say("what open sites must take"), "down", "sites", {"least": 0.0}),
        Kind("sites", "chance", say("with which probability capacities must do"), "down", "chances", {"quantile": 0.0}),
        Kind("sites", "wait", say("how long anybody may wait"), "up", "waits", {"most": _INF}),
        Kind("lanes", "single", say("single sourcing"), "off", "lanes", {"single": False}),
        Kind("fleets", "available", say("how many vehicles there are"), "up", "fleets", {"available": _INF}, "vehicles"),
        Kind("modules", "most", say("how many modules a site may have"), "up", "modules", {"most": _INF}, "modules"),
        Kind("resources", "capacity", say("what resources are at hand"), "up", "resources", {"capacity": _INF}),
        Kind("phases", "capacity", say("what sites can take in each period"), "up", blank="inf"),
        Kind("phases", "least", say("what open sites must take in each period"), "down", blank="0"),
        Kind("phases", "may_open", say("when sites may open"), "off"),
        Kind("phases", "may_close", say("when sites may close"), "off"),
        Kind("lanes", "nearest", say("the number of nearest destinations"), "up"),
        Kind("lanes", "within", say("the radius"), "up"),
        Kind("lanes", "least", say("what lanes must carry"), "down", "lanes", {"least": 0.0}, "flow"),
        Kind("lanes", "most", say("what lanes can carry"), "up", "lanes", {"most": _INF}, "flow"),
        Kind("processes", "most", say("what processes can do"), "up", "runs", {"most": _INF}, "run"),
        Kind("processes", "lot", say("what a process must do where it runs"), "down", "runs", {"lot": 0.0}),
        Kind("processes", "batch", say("whole batches"), "off", "runs", {"batch": 0.0}),
        Kind("stores", "room", say("what stores can keep"), "up", "stores", {"room": _INF}, "stock"),
        Kind("stores", "end", say("what must stay in stock"), "both", "stores", {"end": np.nan}),
        Kind("stores", "least", say("what must always be in stock"), "down", "stores", {"least": 0.0}),
        Kind("stores", "service_level", say("service levels"), "down", "stores", {"safety": 0.0}, blank="0.5"),
        Kind("sites", "status", say("which sites are open or closed"), "off", "sites", {"status": CANDIDATE}, blank="candidate"),
        Kind("supply", "most", say("what may be collected"), "up", "supply", {"most": _INF}, "collect", given=True),
        Kind("demand", "most", say("what may be delivered"), "up", "demand", {"most": _INF}, "deliver", given=True),
        Kind("returns", "share", say("what comes back of what was handed over"), "up", "returns", {}, given=True),
        Kind("offers", "amount", say("what may be collected at each level of an offer"), "up", "offers", {}, given=True),
        Kind("dropoff", "share", say("what people bring themselves, and take away from where it waits"), "both", "dropoff", {}, given=True),
    ]  # fmt: skip


KINDS = _kinds()
#: Columns whose entries are worked out from those of another table too, where a case has phases.
_PHASED = {("sites", "capacity"), ("sites", "least"), ("sites", "status")}


def facts_of(p: Prepared) -> list[Fact]:
    """Every fact of a case; those of which a conflict is told first come first."""
    fixed, out = is_fixed(p.data), []
    for kind in KINDS:
        frame = p.data[kind.table]
        if not len(frame) or (
            fixed != (kind.table == "baseline") and kind.name in ("baseline.amount", "lanes.least", "lanes.most")
        ):
            continue
        if len(p.network.phases) and (kind.table, kind.column) in _PHASED:
            kind = _written(kind)
        rows = [row for row in range(len(frame)) if _says(frame, kind, row)]
        out += _limits(p, kind, rows) if kind.table == "limits" else _cells(p, kind, rows)
    return out


def _written(kind: Kind) -> Kind:
    """The kind whose cells must themselves change."""
    return Kind(
        kind.table, kind.column, kind.means, kind.gives, blank="inf" if kind.column == "capacity" else kind.blank
    )


def _says(frame: Frame, kind: Kind, row: int) -> bool:
    """Whether the cell obliges or forbids something."""
    given, column = frame.given.get(kind.column), kind.column
    if given is None or not given[row]:
        return False
    if column in frame.flag:
        return bool(frame.flag[column][row]) == (column == "single")
    if column == "status":
        return frame.text[column][row] in ("open", "closed")
    value = float(frame.written(column)[row])
    return not np.isnan(value) and np.isfinite(value) and (kind.gives != "down" or value > 0 or kind.table == "limits")


def _limits(p: Prepared, kind: Kind, rows: list[int]) -> list[Fact]:
    known = {limit.name: at for at, limit in enumerate(p.network.limits)}
    frame, out = p.data["limits"], []
    for row in rows:
        at = known.get(frame.text["limit"][row])
        if at is not None and np.isfinite(bound := getattr(p.network.limits[at], kind.column)):
            times = p.network.limits[at].times
            out.append(Fact(kind, row, float(bound) / times, (at,), (times,)))
    return out


def _cells(p: Prepared, kind: Kind, rows: list[int]) -> list[Fact]:
    frame = p.data[kind.table]
    is_number = kind.column not in frame.flag and kind.column != "status"
    out = []
    for row, mine in zip(rows, _places(p, kind, rows), strict=True):
        if kind.record and not len(mine):
            continue  # another row is nearer everywhere, or its lanes are not kept
        value = float(frame.written(kind.column)[row]) if is_number else np.nan
        out.append(Fact(kind, row, value, tuple(mine.tolist()), tuple(_ratios(p, kind, row, value, mine))))
    return out


def marked(p: Prepared, facts: Sequence[Fact], base: Tables) -> list[Fact]:
    """The facts, marked where their cells do not read as in the base, which is the case without scenario and changes."""
    known: dict[str, dict[tuple[str, int], int]] = {}

    def differs(fact: Fact) -> bool:
        name, table = fact.kind.table, p.data[fact.kind.table].table
        first = base[name]
        if table is None or first is None:
            return False
        if name not in known:
            files = [source.file for source in first.sources]
            known[name] = {
                (files[s], line): row
                for row, (s, line) in enumerate(zip(first.source.tolist(), first.line.tolist(), strict=True))
            }
        here = table.sources[table.source[fact.row]].file, int(table.line[fact.row])
        row = known[name].get(here)
        return row is not None and first.cell(row, fact.kind.column) != table.cell(fact.row, fact.kind.column)

    return [replace(fact, changed=True) if differs(fact) else fact for fact in facts]


def relocated(p: Prepared, facts: Sequence[Fact]) -> list[Fact]:
    """The same facts with the positions that they have in a case whose cells were changed."""
    kinds: dict[Kind, list[Fact]] = {}
    for fact in facts:
        kinds.setdefault(fact.kind, []).append(fact)
    out = []
    for kind, mine in kinds.items():
        at = _places(p, kind, [fact.row for fact in mine]) if kind.record else [np.array(fact.at) for fact in mine]
        out += [replace(fact, at=tuple(a.tolist())) for fact, a in zip(mine, at, strict=True)]
    return out


def _places(p: Prepared, kind: Kind, rows: list[int]) -> list[np.ndarray]:
    """Positions of the entries of each row."""
    rows_of, at = _entries(p, kind)
    order = np.argsort(rows_of, kind="stable")
    first, last = (np.searchsorted(rows_of[order], rows, side) for side in ("left", "right"))
    return [at[order[a:b]] for a, b in zip(first.tolist(), last.tolist(), strict=True)]


def _entries(p: Prepared, kind: Kind) -> tuple[np.ndarray, np.ndarray]:
    """The row of each entry of the network that comes from the table, and its position."""
    if kind.table == "baseline":
        return lanes_of_rows(p.data, p.network)
    rows = getattr(p.network, kind.record).row if kind.record else np.zeros(0, np.int64)
    return rows, np.arange(len(rows))


def _ratios(p: Prepared, kind: Kind, row: int, value: float, at: np.ndarray) -> list[float]:
    """What a number of the cell is multiplied by to be each entry."""
    if not kind.variable:
        return []
    record = getattr(p.network, kind.record)
    assert kind.free
    if value > 0:
        return [float(x) / value for x in getattr(record, next(iter(kind.free)))[at]]
    if not hasattr(record, "material"):
        return [1.0] * len(at)
    return [p.data[kind.table].ratio(kind.column, int(m)) for m in record.material[at]]
