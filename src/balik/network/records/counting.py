"""What is counted: measures, limits, charges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class LimitRow:
    """One row of a limit: coef × a quantity in a scope.

    `scope[column]`: codes that count; `each`: columns with one bound for every label; `once`: it is about single
    periods (one, or each), so that amounts are not multiplied by repeats. `lag`: the row is about so many periods
    before that of its label (its scope holds the earlier codes already; below 0: before the plan).
    """

    limit: int
    quantity: str
    coef: float
    scope: dict[str, Array]
    each: tuple[str, ...]
    row: int
    once: bool = False
    lag: int = 0


@dataclass(frozen=True)
class Measures:
    """Measures of the user's own: rows of rate × a quantity in a scope, added for each measure.

    `rows[k].limit` is the position of the measure of row k in `names`. The arrays hold one rate for each row and
    material that it may be about; for a quantity that is no amount of materials, one for each row.
    """

    names: list[str]
    units: list[str]
    rows: list[LimitRow]
    at: Array  # position in rows
    material: Array  # -1: none
    rate: Array

    def __len__(self) -> int:
        return len(self.at)

    def rows_of(self, name: str) -> list[LimitRow]:
        """Rows of a measure."""
        return [row for row in self.rows if self.names[row.limit] == name]


@dataclass(frozen=True)
class Limit:
    """A named limit with its bounds, in the unit of its quantity (or the unit given).

    `times`: by what the numbers in its cells are multiplied to be these bounds. `over`: rows below the line, by whose
    sum that of `rows` is divided; their amounts are counted in `over_unit`. `spread`: most by which the largest of its
    labels exceeds the smallest.
    """

    name: str
    least: float
    most: float
    unit: str
    rows: list[LimitRow]
    row: int
    times: float = 1.0
    spread: float = np.inf
    over: list[LimitRow] = field(default_factory=list)
    over_unit: str = ""

    @property
    def every_row(self) -> list[LimitRow]:
        """Rows above and below the line."""
        return [*self.rows, *self.over]


@dataclass(frozen=True)
class Goals:
    """Limits that may be missed, at a price: one entry each. `target` is their `least`, `most` or both.

    `priority`: 1 is served first. `over`, `under`: weight of a unit above and below the target, 0 where that side
    counts nothing. `scale`: deviations are divided by this. `size`: what the goals of a priority are multiplied by
    together in the program, so that no coefficient is too small for a solver.
    """

    limits: list[Limit]
    target: Array
    priority: Array
    over: Array
    under: Array
    scale: Array
    size: Array

    def __len__(self) -> int:
        return len(self.limits)


@dataclass(frozen=True)
class Charge:
    """Money on a quantity in a scope, booked in an account.

    `unit`: in what the amount is counted; `by`: mass or volume where amounts are counted so (blank: as they are);
    `sign`: -1 where what comes in is charged; `plain`: one rate for everything; `whole`: all pays the last rate.
    """

    name: str
    account: str
    scope: LimitRow
    unit: str
    by: str
    sign: float
    plain: bool
    whole: bool


@dataclass(frozen=True)
class Steps:
    """Steps of the charges: the rate of what lies between two amounts; `least` is the same in all steps of a charge."""

    charge: Array  # position among the charges
    start: Array
    end: Array
    rate: Array
    least: Array
    something: Array  # what is above 0 is at least this, where a least charge is due
    row: Array

    def __len__(self) -> int:
        return len(self.charge)
