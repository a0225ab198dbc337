"""Words of a header: the column that one names, and the unit beside it."""

from __future__ import annotations

import re

from ...errors import did_you_mean
from ...schema import INPUT, TableSchema
from ...schema.schema import FREE_COLUMNS
from ...words import Sentence

_UNIT = re.compile(r"^(.*?)\s*(?:\[([^\[\]]*)\]|\(([^()]*)\))$")


#: Free columns in Indonesian.
_FREE = {"catatan": "note", "sumber": "source"}


def column_name(word: str, schema: TableSchema, extra: tuple[str, ...] = ()) -> str | None:
    """The column that a header names: English or Indonesian, any case; free columns keep their name."""
    word = " ".join(word.split())
    if word.startswith("_"):
        return word
    low = word.lower()
    for name in (low, low.replace(" ", "_")):
        if name in schema.names:
            return schema.names[name]
        if name in extra or _FREE.get(name, name) in FREE_COLUMNS:
            return _FREE.get(name, name)
    return None


def split_unit(word: str) -> tuple[str, str]:
    """The name and the unit of a header; the unit is blank where none stands there.

    >>> split_unit("capacity [t/month]"), split_unit("jarak (km)"), split_unit("fill")
    (('capacity', 't/month'), ('jarak', 'km'), ('fill', ''))
    """
    match = _UNIT.match(word.strip())
    return (match[1], (match[2] if match[2] is not None else match[3]).strip()) if match else (word.strip(), "")


def known_table(name: str) -> Sentence:
    """Advice for a file whose name is no table."""
    return did_you_mean(name, INPUT)
