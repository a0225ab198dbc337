"""Files and folders that are written whole or not at all: in a hidden room beside their place, then put into it.

A room is a hidden folder `.NAME.balik-…` in the folder of the place, so that moving out of it is one rename. Whoever is
killed leaves the place as it was, and a room that nobody has locked: the next who writes to the place clears it away.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CallError
from ..words import say
from .marks import mark, refuse_others

if sys.platform != "win32":
    import fcntl

_MARK = ".balik-"
#: Signs of a name that the name of its room repeats: longer ones would make names that no file system takes.
_SIGNS = 40
#: Seconds after which a room is taken for abandoned where it cannot be locked.
_DAY = 86_400.0
#: Flags that make a rename an exchange of two names (Linux: linux/fs.h; macOS: sys/stdio.h).
_RENAME_EXCHANGE, _RENAME_SWAP, _HERE = 2, 2, -100

#: Rooms of killed writers that were cleared away.
Left = list[Path]


@contextmanager
def room(path: Path) -> Iterator[tuple[Path, Left]]:
    """Where something is made that will be put at `path`: a place of the same name in a hidden folder beside it.

    Also the rooms that killed writers had left, which are cleared away. The room is gone afterwards, whatever happens.
    Raises CallError when the folder takes no files.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        left = _cleared(path)
        hidden, lock = _opened(path)
    except OSError as error:
        raise not_written(path, error) from None
    try:
        (hidden / "new").mkdir()
        yield hidden / "new" / path.name, left
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def put(made: Path, path: Path) -> None:
    """Give a folder or file that was made in a room its place, in one step; what was there before is gone then.

    Raises OSError, with the old as it was, where that cannot be done.
    """
    old = path.exists() and not (path.is_dir() and not any(path.iterdir()))
    if old:
        shutil.copymode(path, made)
        _settle(made)  # a failing computer must not lose the old and keep half of the new
    if not made.is_dir() or not path.exists():
        os.replace(made, path)
    elif not old:
        path.rmdir()
        os.replace(made, path)
    elif not _exchanged(made, path):
        aside = made.parent.parent / "old" / path.name
        aside.parent.mkdir()
        os.replace(path, aside)
        try:
            os.replace(made, path)
        except OSError:
            os.replace(aside, path)
            raise
    if old:
        _flush(path.parent)


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """Where a file is made that is put at `path` once it is whole, with the mark of balik; else all is as it was.

    A link stays, and what it leads to is replaced. Raises CallError where the system refuses, and where a file stands
    there that balik did not write, or that was changed since.
    """
    place = resolved(path)
    refuse_others(place)
    with room(place) as (made, _):
        try:
            yield made
            mark(made)
            refuse_others(place)  # also what came there in the meantime
            put(made, place)
        except OSError as error:
            raise not_written(path, error) from None


def resolved(path: Path) -> Path:
    """The place itself, whatever links lead to it; raises CallError where they lead in a circle."""
    try:
        return path.resolve()
    except OSError as error:
        raise not_written(path, error) from None
    except RuntimeError as error:  # a circle of links, until Python 3.12
        raise not_written(path, OSError(str(error))) from None


def not_written(path: Path, error: OSError) -> CallError:
    """What is said where the system refuses."""
    return CallError(say("{path} cannot be written: {why}.", path=path, why=error.strerror or str(error)))


# -- rooms -------------------------------------------------------------------------------------------------------


def _opened(path: Path) -> tuple[Path, int | None]:
    """A new room, locked as long as this process lives (None where folders cannot be locked)."""
    while True:
        hidden = Path(tempfile.mkdtemp(prefix=f".{path.name[:_SIGNS]}{_MARK}", dir=path.parent))
        lock = _locked(hidden)
        if hidden.is_dir():  # nobody took it for abandoned before it was locked
            return hidden, lock
        if lock is not None:
            os.close(lock)


def _cleared(path: Path) -> Left:
    """Clear away the rooms of killed writers; a plan that had been moved aside goes back to its place."""
    left = []
    for hidden in sorted(path.parent.iterdir()):
        if hidden.name.startswith(f".{path.name[:_SIGNS]}{_MARK}") and hidden.is_dir() and not hidden.is_symlink():
            lock = _locked(hidden)
            if lock is None and (_LOCKS or time.time() - hidden.stat().st_mtime < _DAY):
                continue  # its writer lives
            aside = hidden / "old" / path.name
            if aside.exists() and not path.exists():
                os.replace(aside, path)
            shutil.rmtree(hidden, ignore_errors=True)
            left.append(hidden)
            if lock is not None:
                os.close(lock)
    return left


_LOCKS = sys.platform != "win32"


def _locked(hidden: Path) -> int | None:
    """An open lock on a folder; None where another process holds it, or where folders cannot be locked."""
    if sys.platform == "win32":
        return None
    lock = -1
    try:
        lock = os.open(hidden, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if lock >= 0:
            os.close(lock)
        return None
    return lock


# -- the system --------------------------------------------------------------------------------------------------


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; False where the system has no such step."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = libc.renamex_np(os.fsencode(one), os.fsencode(other), _RENAME_SWAP)
        else:
            failed = libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _RENAME_EXCHANGE)
    except (AttributeError, OSError, TypeError):
        return False
    return bool(failed == 0)


def _settle(made: Path) -> None:
    """Have a file, or every file of a folder, on the disk before anything rests on it."""
    for path in [*made.rglob("*"), made] if made.is_dir() else [made]:
        _flush(path)


def _flush(path: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
