"""What a value is to functions whose results are kept: plain, made of others, or an object that is watched."""

from __future__ import annotations

from typing import Any

import numpy as np

from .same import FUNCTIONS

LEAF, LIST, DICT, FUNCTION, OBJECT, BOOK = range(1, 7)


class Book(dict[Any, Any]):
    """A dictionary whose entries are watched one by one."""


class Changing(Book):
    """A book whose entries change while it is read."""


class Seen:
    """An object that is watched."""


KINDS: dict[type, int] = {}


def kind_of(cls: type) -> int:
    """What a value is: plain, a list, a dictionary, an object with attributes, a book, or a function."""
    base = cls.__mro__[1] if issubclass(cls, Seen) else cls
    inside = base.__module__.partition(".")[0] == __name__.partition(".")[0]
    if issubclass(base, Book):
        found = BOOK
    elif issubclass(base, dict):
        found = DICT
    elif issubclass(base, (list, tuple)):
        found = LIST
    elif issubclass(base, FUNCTIONS) and not issubclass(base, type):
        found = FUNCTION
    else:
        plain = issubclass(base, (str, type, np.ndarray)) or not getattr(base, "__dictoffset__", 0)
        found = OBJECT if inside and not plain else LEAF
    KINDS[cls] = found
    return found
