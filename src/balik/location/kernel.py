"""Compiled functions, kept on disk under a name that holds a digest of every source they are made of.

numba asks only whether the file of a function has changed. Where another file has, into which the function calls, it
would go on with the old code, and two processes could mix old and new.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

_IMPORTS = re.compile(r"^from (\.+)([\w.]*) import", re.MULTILINE)


def kernel(function: Callable[..., Any]) -> Any:
    """A decorator: compile at the first call, and run without the global lock."""
    return _compiled(function, False)


def fast_kernel(function: Callable[..., Any]) -> Any:
    """As kernel, with sums in any order, where no infinity or NaN can occur."""
    return _compiled(function, True)


def _compiled(function: Callable[..., Any], fastmath: bool) -> Any:
    out: Any = numba.njit(nogil=True, fastmath=fastmath)(function)
    if hasattr(out, "enable_caching"):  # else compilation is turned off
        out._cache = _Cache(function)
    return out


class _Cache(FunctionCache):
    """As numba's own, but for the names of its files."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        digest = _digest(Path(function.__code__.co_filename))
        name = f"{self._impl.filename_base}.{digest}"
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = IndexDataCacheFile(self._cache_path, name, stamp)  # type: ignore[no-untyped-call]


@cache
def _digest(path: Path) -> str:
    """Of a source and all that it imports from this package, however far."""
    found, waiting = {path}, [path]
    while waiting:
        new = _imported(waiting.pop()) - found
        found |= new
        waiting += new
    whole = hashlib.sha256()
    for source in sorted(found):
        whole.update(source.read_bytes())
    return whole.hexdigest()[:12]


@cache
def _imported(path: Path) -> frozenset[Path]:
    """Files beside or above that a source imports by relative names."""
    names = _IMPORTS.findall(path.read_text(encoding="utf-8"))
    files = (path.parents[len(dots) - 1].joinpath(*name.split(".")).with_suffix(".py") for dots, name in names if name)
    return frozenset(f for f in files if f.is_file())
