"""The header of a table: which column each of its cells names, in whatever file it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...errors import Problems, did_you_mean
from ...schema import INPUT, TableSchema
from ...schema.schema import FREE_COLUMNS

_UNIT_IN_HEADER = re.compile(r"^(.*?)\s*[\[(](.*)[\])]\s*$")


def column_name(word: str, schema: TableSchema, extra: tuple[str, ...] = ()) -> str | None:
    """The column that a header names: English or Indonesian, any case; free columns keep their name."""
    word = word.strip()
    if word.startswith("_"):
        return word
    low = word.lower()
    if low in schema.names:
        return schema.names[low]
    return low if low in FREE_COLUMNS or low in extra else None


def read_header(
    words: Sequence[str], schema: TableSchema, problems: Problems, where: dict[str, Any], extra: tuple[str, ...] = ()
) -> tuple[list[str | None], set[str]]:
    """Column name of every header cell (None: passed over), and the names that are only guessed.

    A misspelt column is a problem, and is read as the one that it resembles where the table lacks that one: so
    nothing else is said to be missing on its account.
    """
    words = [word.strip() for word in words]
    names = [column_name(word, schema, extra) if word else None for word in words]
    found: list[str | None] = []
    guessed: set[str] = set()
    for at, (word, name) in enumerate(zip(words, names, strict=True)):
        spot = where | {"column": word or f"column {at + 1}"}
        if name is None and word:
            name = _unknown(word, schema, problems, spot, extra)
            if name is not None:
                if name in names or name in guessed:
                    name = None
                else:
                    guessed.add(name)
        if name is not None and name in found:
            problems.add("E106", f"The column '{name}' stands twice.", "Keep one.", **spot)
            name = None
        found.append(name)
    return found, guessed


def _unknown(
    word: str, schema: TableSchema, problems: Problems, spot: dict[str, Any], extra: tuple[str, ...]
) -> str | None:
    """Note a header that names no column; the column that it probably means."""
    match = _UNIT_IN_HEADER.match(word)
    meant = column_name(match[1], schema, extra) if match else None
    if meant is not None and match is not None:
        known = schema.columns.get(meant)
        unit = f" The column is read in {known.unit}." if known and known.unit else ""
        problems.add("E105", f"Units in headers are not read yet: '{word}'.", f"Write '{match[1]}'.{unit}", **spot)
        return meant
    choices = [*schema.names, *FREE_COLUMNS, *extra]
    advice = did_you_mean(word.lower(), choices)
    problems.add(
        "E104",
        f"'{word}' is not a column of {schema.name}.",
        advice or f"Known: {', '.join(schema.columns)}. A column of your own begins with '_'.",
        **spot,
    )
    return column_name(advice.partition("'")[2].rpartition("'")[0], schema, extra) if advice else None


def known_table(name: str) -> str:
    """Advice for a file whose name is no table."""
    return did_you_mean(name, INPUT)
