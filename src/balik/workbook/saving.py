"""Files that are written whole or not at all: beside their place first, then put into it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

from ..files import not_written, room
from ..words import NOTHING, Sentence, say

_TRIES = 5


def save(path: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` make a file in the folder of `path`, then give it that name; returns the name that it got.

    A file of that name is left alone, and one that cannot be had, as on Windows that of a workbook which is open in a
    spreadsheet program, too: the result then goes to the next free name, and is not lost.
    """
    with room(path) as (beside, _):
        write(beside)
        return _put(beside, path)


def _put(beside: Path, path: Path) -> Path:
    """Move a file to the first name that can be had."""
    refused = OSError()
    for name in islice((name for name in _names(path) if not name.exists()), _TRIES):
        try:
            os.replace(beside, name)
        except PermissionError as error:
            refused = error
        else:
            return name
    raise not_written(path, refused)


def _names(path: Path) -> Iterator[Path]:
    """`check.xlsx`, `check-2.xlsx`, `check-3.xlsx` …"""
    yield path
    yield from (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))


def put_aside(asked: Path, got: Path) -> Sentence:
    """What to say of a file that did not get the name that was asked for; nothing where it did."""
    return say("{asked} is there already or in use, and was left as it is.", asked=asked) if got != asked else NOTHING
