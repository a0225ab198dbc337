"""What a reader of a table needs to know beside the file itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ...errors import Problems
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

    @property
    def currency(self) -> str:
        """The case's, for money that is written with a sign."""
        return self.units.currency
