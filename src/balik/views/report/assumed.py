"""What a case says of its own figures: notes and sources, and which of them are assumptions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ...tables import Tables

#: Words by which a note owns that a figure is no measurement.
_OWNED = re.compile(
    r"\b(assum\w*|asumsi\w*|reconstruct\w*|rekonstruksi\w*|estimat\w*|estimasi\w*|perkiraan|diperkirakan|guess\w*|taksiran|"
    r"ditaksir|dikira|kira-kira|ours|placeholder)\b",
    re.I,
)


@dataclass(frozen=True)
class Note:
    """A note or source, and on how many rows of which table it stands."""

    table: str
    kind: str  # note | source
    text: str
    rows: int

    @property
    def owned(self) -> bool:
        """Whether it says that the figure is assumed."""
        return bool(_OWNED.search(self.text))


def notes_of(tables: Tables) -> list[Note]:
    """Every different note and source of a case, table by table, those on most rows first."""
    found: list[Note] = []
    for name, table in tables.tables.items():
        if name in ("scenarios", "changes", "expected"):
            continue
        for kind in ("note", "source"):
            counts = Counter(" ".join(cell.split()) for cell in table.columns.get(kind, ()) if cell.strip())
            found += [Note(name, kind, text, rows) for text, rows in counts.most_common()]
    return found
