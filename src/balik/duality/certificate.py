"""The file that shows a bound by duals: one number for each row of the program."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import numpy as np

from ..errors import BalikError
from ..words import say

Array = np.ndarray[Any, np.dtype[Any]]

#: Version of the format, and the name of its array, by which the file is told from a certificate of siting.
FORMAT = 1
_DUALS = "duals"


class DualsError(BalikError):
    """A file that holds no duals."""


def duals_as_bytes(duals: Array) -> bytes:
    """The file, the same for the same duals."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, value in (("format", np.int64(FORMAT)), (_DUALS, duals.astype("<f8"))):
            file = io.BytesIO()
            np.lib.format.write_array(file, np.asarray(value), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), file.getvalue(), zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def holds_duals(data: bytes) -> bool:
    """Whether a certificate is one by duals."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return f"{_DUALS}.npy" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def read_duals(data: bytes) -> Array:
    """The duals of a file; raises DualsError where it is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise DualsError(say("The certificate is of a format that this version does not read."))
            return np.asarray(file[_DUALS], float)
    except (ValueError, KeyError, OSError, TypeError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DualsError(say("The certificate cannot be read ({error}).", error=error)) from None
