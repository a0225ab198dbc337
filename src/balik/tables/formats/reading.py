"""What a reader of a table needs to know beside the file itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ...errors import Problems
from ...schema import Column
from ..fits import CaseUnits


@dataclass(frozen=True)
class Reading:
    """Where problems go, which columns are allowed beside the schema's, and what has been read already.

    `labels`: the labels of the dimensions whose tables were read before this one; a header that is one of them
    may stand for the label. `units`: what the case counts in.
    """

    problems: Problems
    extra: tuple[str, ...] = ()
    labels: Mapping[str, Collection[str]] = field(default_factory=dict)
    units: CaseUnits = field(default_factory=CaseUnits)

    def sign_of(self, column: Column) -> str:
        """The currency whose sign may stand in the cells of a column; blank where they are no money."""
        return self.units.currency if column.unit.startswith(("money", "of the quantity")) else ""
