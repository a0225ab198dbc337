"""Files of arrays that show a bound; of those by duals alone: one number for each row of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import BalikError
from ..files import arrays

Array = np.ndarray[Any, np.dtype[Any]]

#: Version of the format, and the name of its array, by which the file is told from a certificate of siting.
FORMAT = 1
_DUALS = "duals"


class DualsError(BalikError):
    """A file that holds no duals and no tree of them, or a tree that does not show what it claims."""


def unpacked(data: bytes, version: int, kinds: Mapping[str, Any] | None = None) -> dict[str, Array]:
    """The arrays of a file of this version of the format (`files.arrays`); raises DualsError where it is none."""
    try:
        return arrays.unpacked(data, version, kinds)
    except arrays.ArraysError as error:
        raise DualsError(error.args[0]) from None


def duals_as_bytes(duals: Array) -> bytes:
    """The file, the same for the same duals."""
    return arrays.packed({"format": np.int64(FORMAT), _DUALS: duals.astype("<f8")})


def holds_duals(data: bytes) -> bool:
    """Whether a certificate is one by duals."""
    return _DUALS in arrays.names(data)


def holds_tree(data: bytes) -> bool:
    """Whether a certificate is a tree of duals."""
    return "recipe" in arrays.names(data)


def read_duals(data: bytes) -> Array:
    """The duals of a file; raises DualsError where it is none."""
    return unpacked(data, FORMAT, {_DUALS: np.float64})[_DUALS]
