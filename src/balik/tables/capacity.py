"""What a site counts in: the unit that all materials share which come to it, else their mass; or what the header says.

`capacity [t/month]` counts mass, also where all that comes is counted in dus. All columns of a site that count must
then come to the same: money per dus beside tonnes a month is sound where each dus has the same mass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from .counted import Counted
from .frame import Data
from .units import count_of

#: Columns of `sites` that count what comes there; the first that gives a unit decides.
COUNTING = ("capacity", "least", "unit_cost", "serves")
#: Columns of other tables that count what comes to a site, after those of `sites`.
BESIDE = ("phases.capacity", "phases.least", "modules.capacity")


@dataclass(frozen=True)
class SiteCount:
    """How a site counts. `weight`: what one unit of each material counts (nan: it cannot be counted).

    `times`: by what the numbers of each column are multiplied. `lost`: a column, and materials that have not what it
    counts; `mixed`: a column that counts in another way than the first, in no fixed ratio. `sizes`, `ratios`: weight
    and times before they are rounded to floats.
    """

    unit: str
    weight: np.ndarray
    times: dict[str, float] = field(default_factory=dict)
    sizes: Sequence[Fraction | None] = ()
    ratios: dict[str, Fraction] = field(default_factory=dict)
    lost: tuple[str, list[int]] = ("", [])
    mixed: str = ""


def numbers(data: Data, column: str) -> np.ndarray:
    """A column that counts, as its rows are given to `SiteCount.times`: quantities of a header's unit in base units."""
    counted = counted_in(data, column)
    table, name = home(column)
    return data[table].number[name] if counted is None else counted.base


def home(column: str) -> tuple[str, str]:
    """The table and the column that a name of COUNTING or BESIDE stands for."""
    table, _, name = column.rpartition(".")
    return table or "sites", name


def counted_in(data: Data, column: str) -> Counted | None:
    """The unit in the header of a column that counts; None: it has none."""
    table, name = home(column)
    return data[table].counted.get(name)


def counts(data: Data) -> dict[str, np.ndarray]:
    """For every column that counts: which rows fill it with anything."""
    values = {column: numbers(data, column) for column in (*COUNTING, *BESIDE)}
    return {column: np.isfinite(v) & (v != 0) for column, v in values.items()}


def site_count(data: Data, units: Sequence[str], comes: Sequence[int], columns: Sequence[str]) -> SiteCount:
    """How a site counts to which these materials come, and whose rows fill these columns. `units`: of all materials."""
    own = {units[m] for m in comes}
    common = own.pop() if len(own) == 1 else ""
    unit = common or ("kg" if comes else "qty")
    ones: list[Fraction | None] = [Fraction(1)] * len(units)
    if not columns:
        return SiteCount(unit, np.ones(len(units)), sizes=ones)

    def by(kind: str) -> list[Fraction | None]:
        return data.sizes(kind) if kind else ones if common or not comes else data.sizes("kg")

    counted = {column: counted_in(data, column) for column in columns}
    kinds = {column: one.fit.kind if one is not None else "" for column, one in counted.items()}
    kind = next((k for k in kinds.values() if k), "")
    if kind and kind != count_of(common).alone:
        unit, weight = kind, by(kind)
    else:
        weight = by("")
    exact = {}
    for column in columns:
        mine = by(kinds[column])
        lost = [m for m in comes if mine[m] is None or weight[m] is None]
        if lost:
            return SiteCount(unit, _floats(weight), lost=(column, lost), sizes=weight)
        ratios = {(weight[m] or Fraction(1)) / (mine[m] or Fraction(1)) for m in comes} or {Fraction(1)}
        if len(ratios) > 1:
            return SiteCount(unit, _floats(weight), mixed=column, sizes=weight)
        ratio = ratios.pop()
        exact[column] = 1 / ratio if column == "unit_cost" else ratio
    return SiteCount(unit, _floats(weight), {c: float(r) for c, r in exact.items()}, sizes=weight, ratios=exact)


def _floats(sizes: Sequence[Fraction | None]) -> np.ndarray:
    return np.array([np.nan if size is None else float(size) for size in sizes])
