"""Printed figures: a row of `expected` as a quantity in a scope, and the unit of its figure."""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data, Frame
from ..tables.units import plain_unit
from ..words import say
from . import network as net
from .limits import kind_of, known_quantities, scope_codes, scoped_row, scopes_of, unit_of


@kept
def check_expected(data: Data, units: list[str]) -> None:
    """Units of printed figures that their quantities cannot have."""
    frame, known = data["expected"], known_quantities(data)
    for row in np.flatnonzero(frame.ok & frame.given["unit"]).tolist():
        if frame.text["quantity"][row] in known and not _is_of_a_run(frame, row, units):
            unit_of(data, frame, row, kind_of(data, frame.text["quantity"][row]), units)


def expected_rows(data: Data, n: net.Network, row: int) -> net.LimitRow | None:
    """A row of `expected` as a quantity in a scope; None when it names what this scenario lacks (noted)."""
    frame = data["expected"]
    for column in frame.schema.scopes:
        label = frame.text[column][row]
        if (
            label
            and column in scopes_of(data, frame.text["quantity"][row])
            and not len(scope_codes(data, n.labels, column, label))
        ):
            data.problems.add(
                "E201",
                say("'{label}' is not a {column} of this scenario.", label=label, column=column),
                say("Check the scope of the row."),
                **frame.where(row, column),
            )
            return None
    return scoped_row(data, frame, row, 0, n.labels, known_quantities(data))


def expected_unit(data: Data, n: net.Network, row: int) -> tuple[str, float]:
    """The unit of a printed figure, as the network counts it, and by what the figure is multiplied to be in it."""
    frame = data["expected"]
    if not frame.text["unit"][row] or _is_of_a_run(frame, row, n.unit):
        return "", 1.0
    return unit_of(data, frame, row, kind_of(data, frame.text["quantity"][row]), n.unit) or ("", 1.0)


def _is_of_a_run(frame: Frame, row: int, units: list[str]) -> bool:
    """Whether an activity is counted, as publications do, in the own unit of what it works on."""
    return frame.text["quantity"][row] == "run" and plain_unit(frame.text["unit"][row]) in units
