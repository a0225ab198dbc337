"""Files of arrays that show a bound; of those by duals alone: one number for each row of the program."""

from __future__ import annotations

import io
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import BalikError
from ..words import say

Array = np.ndarray[Any, np.dtype[Any]]

#: Version of the format, and the name of its array, by which the file is told from a certificate of siting.
FORMAT = 1
_DUALS = "duals"


class DualsError(BalikError):
    """A file that holds no duals and no tree of them, or a tree that does not show what it claims."""


def packed(arrays: Mapping[str, Any]) -> bytes:
    """A file of arrays as `numpy.load` reads it, little-endian, the same bytes for the same arrays."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, value in arrays.items():
            file = io.BytesIO()
            array = np.asarray(value)
            np.lib.format.write_array(file, array.astype(array.dtype.newbyteorder("<")), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), file.getvalue(), zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def unpacked(data: bytes, version: int) -> dict[str, Array]:
    """The arrays of a file of this version of the format; raises DualsError where it is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            if int(file["format"]) != version:
                raise DualsError(say("The certificate is of a format that this version does not read."))
            return {name: np.asarray(file[name]) for name in file.files}
    except (ValueError, KeyError, OSError, TypeError, RuntimeError, EOFError, OverflowError, MemoryError, zlib.error,
            tokenize.TokenError, zipfile.BadZipFile) as error:  # fmt: skip
        raise DualsError(say("The certificate cannot be read ({error}).", error=error)) from None


def duals_as_bytes(duals: Array) -> bytes:
    """The file, the same for the same duals."""
    return packed({"format": np.int64(FORMAT), _DUALS: duals.astype("<f8")})


def holds(data: bytes, name: str) -> bool:
    """Whether a file has an array of this name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return f"{name}.npy" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def holds_duals(data: bytes) -> bool:
    """Whether a certificate is one by duals."""
    return holds(data, _DUALS)


def holds_tree(data: bytes) -> bool:
    """Whether a certificate is a tree of duals."""
    return holds(data, "recipe")


def read_duals(data: bytes) -> Array:
    """The duals of a file; raises DualsError where it is none."""
    found = unpacked(data, FORMAT)
    try:
        return np.asarray(found[_DUALS], float)
    except (ValueError, KeyError, TypeError) as error:
        raise DualsError(say("The certificate cannot be read ({error}).", error=error)) from None
