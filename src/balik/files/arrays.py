"""Arrays in one file, as `numpy.load` reads it: packed so that the same arrays make the same bytes, unpacked with care."""

from __future__ import annotations

import io
import math
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BalikError
from ..words import say

Array = np.ndarray[Any, np.dtype[Any]]

#: Most bytes of all arrays of a file once they are unpacked; what balik writes has a third of that at most.
MOST_BYTES = 2**30
_DAMAGE = (ValueError, KeyError, OSError, TypeError, AttributeError, RuntimeError, EOFError, OverflowError, MemoryError,
           NotImplementedError, SyntaxError, zlib.error, tokenize.TokenError, zipfile.BadZipFile)  # fmt: skip


class ArraysError(BalikError):
    """A file that holds no arrays, or more than are unpacked."""


def packed(arrays: Mapping[str, Any]) -> bytes:
    """A file of arrays, little-endian, the same bytes for the same arrays."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, value in arrays.items():
            file, array = io.BytesIO(), np.asarray(value)
            np.lib.format.write_array(file, array.astype(array.dtype.newbyteorder("<")), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), file.getvalue(), zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def read(path: Path) -> bytes:
    """The bytes of a file of arrays; raises ArraysError where it is too large for one."""
    _within(path.stat().st_size)
    return path.read_bytes()


def names(data: bytes) -> list[str]:
    """The names of the arrays of a file; none where it is no such file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist()]
    except _DAMAGE:
        return []


def unpacked(data: bytes, version: int, kinds: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The arrays of a file of this version of its format, those named in `kinds` as these kinds of numbers.

    Raises ArraysError where they cannot be read, or would take more than MOST_BYTES: what the file says of its size is
    looked at before anything is unpacked, and no more than that is unpacked.
    """
    kinds, size = kinds or {}, 0
    found: dict[str, Any] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename != "format.npy"):
                name = info.filename.removesuffix(".npy")
                size = _within(size + info.file_size)
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack all at once
                    raise ValueError(f"{name}: compression {info.compress_type}")
                with archive.open(info) as file:
                    shape, dtype = _head(file)
                kind = np.dtype(kinds.get(name, dtype))
                size = _within(size + math.prod(shape) * max(dtype.itemsize, kind.itemsize, 1) - info.file_size)
                with archive.open(info) as file:
                    array = np.lib.format.read_array(file, allow_pickle=False)
                if name == "format" and int(array) != version:
                    raise ArraysError(say("The certificate is of a format that this version does not read."))
                found[name] = (
                    np.ascontiguousarray(array.astype(kind, casting="same_kind", copy=False))
                    if name in kinds
                    else array
                )
        if missing := {"format", *kinds} - {*found}:
            raise KeyError(min(missing))
    except _DAMAGE as error:
        raise ArraysError(say("The certificate cannot be read ({error}).", error=error)) from None
    return found


def _within(size: int) -> int:
    """A size that may be unpacked; raises ArraysError where it is too large."""
    if size > MOST_BYTES:
        raise ArraysError(
            say("The certificate is not unpacked: it would take {size} GB of memory.", size=f"{size / 1e9:,.1f}")
        )
    return size


def _head(file: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and kind of an array, from the beginning of its file."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if dtype.hasobject or min(shape, default=0) < 0:
        raise ValueError(f"{dtype} {shape}")
    return shape, dtype
