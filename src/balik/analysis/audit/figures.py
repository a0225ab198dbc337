"""The printed figures of a case, each with the verdict that is found for it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...errors import InputError
from ...network.limits import is_money
from ...tables import Frame
from ...words import NOTHING, Sentence, plain, say
from ..told import figure
from .face import range_on
from .no_plan import why_no_plan
from .printed import Printed, limit_row, lines_of_row, sum_of_row
from .solved import Solved
from .verdicts import Found, Range, found_verdict

#: Most lines whose product is written out.
_WRITTEN = 4
#: What stands in `source` where a row is not of the publication.
_OURS = ("ours", "kami")


def cell(frame: Frame, row: int, column: str) -> str:
    """A cell as written; blank where the table lacks the column."""
    return frame.table.cell(row, column) if frame.table is not None else ""


def printed_row(solved: Solved, row: int, ours: float | None, tolerance: float) -> Printed:
    """A row of `expected` as a printed figure; raises InputError where it names what its scenario lacks."""
    prepared, frame = solved.prepared, solved.prepared.data["expected"]
    before = len(prepared.tables.problems)
    limit = limit_row(prepared, row)
    if limit is None:
        raise InputError(list(prepared.tables.problems)[before:])
    counted = limit.quantity != "use"
    return Printed(
        row=row,
        scenario=frame.text["scenario"][row] or None,
        quantity=frame.text["quantity"][row],
        value=float(frame.number["value"][row]),
        tolerance=tolerance,
        verdict=frame.text["verdict"][row],
        source=cell(frame, row, "source"),
        spot=plain(frame.spot(row)) if frame.table is None else frame.table.spot(row),
        scope={c: frame.text[c][row] for c in frame.schema.scopes if frame.text[c][row]},
        ours_only=cell(frame, row, "source").strip().lower().startswith(_OURS),
        ours=ours,
        lines=lines_of_row(prepared, limit, solved.x),
        everything=lines_of_row(prepared, limit, None),
        sum=sum_of_row(prepared, row, limit) if counted else None,
        limit_row=limit,
    )


def verdicts(figures: Sequence[Printed], solved: dict[str | None, Solved]) -> list[Found]:
    """The verdict found for each figure."""
    return [_verdict(one, figures, solved[one.scenario]) for one in figures]


def _verdict(one: Printed, figures: Sequence[Printed], solved: Solved) -> Found:
    if solved.plan.status == "infeasible":
        return Found("infeasible", None, why_no_plan(solved.prepared, one))
    if math.isnan(one.value):
        return Found("not_derivable", one.ours, say("No value is printed."))
    return found_verdict(one, figures, lambda: _values(one, solved), lambda: _product(one, solved))


def _values(one: Printed, solved: Solved) -> Range | None:
    """Between what the figure lies over all plans of least cost; None where it is not asked or not known.

    What is weighed by the objective alone has one value. A program with whole numbers is searched only where our value
    is not the printed one: two searches for each figure are dear.
    """
    if one.sum is None or solved.plan.unique is True:
        return None
    weights = solved.prepared.network.weights
    if set(weights) == {one.quantity} and not one.scope:
        return None
    if solved.plan.unique is None and one.holds:
        return None
    return range_on(solved.face, one.sum) if solved.face is not None else None


def _product(one: Printed, solved: Solved) -> Sentence:
    """Our value as amounts × rates of the ledger, where it has few lines."""
    p, ledger = solved.prepared, solved.plan.columns.get("ledger")
    if one.limit_row is None or not ledger or not is_money(one.quantity, p.network.measures.names) or solved.x is None:
        return NOTHING
    terms: list[tuple[float, float]] = []
    known = {id(part): part for parts in p.model.variables.ledger.values() for part in parts}
    for at, i in sorted(one.lines):
        part = known.get(at)
        if part is None or len(terms) > _WRITTEN:
            return NOTHING
        amount = part.offset[i] + part.per[i] * solved.x[part.cols[i]]
        terms.append((float(part.rate[i] * part.times[i]), float(amount)))
    if not terms or len(terms) > _WRITTEN or one.ours is None:
        return NOTHING
    said = [say("{rate} × {amount}", rate=figure(rate), amount=figure(amount)) for rate, amount in terms]
    joined = said[0]
    for more in said[1:]:
        joined = say("{first} + {second}", first=joined, second=more)
    return say("The tables give {product} = {value}.", product=joined, value=figure(one.ours))
