"""Reading a workbook: a process of its own parses the file, so that no file can take this one down."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from ..words import say
from .gate import make_smaller
from .grid import Book, WorkbookRefused
from .limits import FILE_SIZE, MB, SECONDS
from .wire import book

#: The child looks for modules in the standard library first, then beside this package, and nowhere else: no module of
#: the working directory, no start-up file of the environment.
_ALONE = ["-I", "-S"]
_CODE = "import sys; sys.path.append(sys.argv[1]); from balik.workbook.child import main; main()"
_HOME = Path(__file__).resolve().parents[2]
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def read_workbook(path: Path) -> Book:
    """The filled cells of an .xlsx or .xlsm file, within ten seconds; WorkbookRefused where it cannot be read.

    Formulas count with their last values; macros and links to other files are never followed.
    """
    with _opened(path) as file:
        return _child(file)


def _opened(path: Path) -> BinaryIO:
    """The file, open for reading."""
    if path.name.startswith("~$"):
        raise WorkbookRefused(
            say("This is only the mark that a spreadsheet program leaves beside a workbook that is open."),
            say("Name the workbook itself: {name}", name=path.name[2:]),
        )
    try:
        if not path.is_file():
            found = say("This is a folder.") if path.is_dir() else say("There is no such file.")
            raise WorkbookRefused(found, say("Name a workbook: a file that ends in .xlsx or .xlsm."))
        size = path.stat().st_size
        if size > FILE_SIZE:
            found = say("The workbook has {size:,} MB; {most} MB are read.", size=size // MB, most=FILE_SIZE // MB)
            raise WorkbookRefused(found, make_smaller())
        return path.open("rb")
    except PermissionError:
        raise WorkbookRefused(
            say("The file may not be read now."),
            say("Close it in the program that has it open, or save a copy and read that; see who may read it."),
        ) from None
    except (OSError, ValueError) as error:
        raise WorkbookRefused(say("The file cannot be read: {error}.", error=str(error))) from None


def _child(file: BinaryIO) -> Book:
    """What the child tells of the file; its process has ended when this returns or raises."""
    start = monotonic()
    with _started(file) as child:
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        try:
            assert child.stdout and child.stderr
            told = book(child.stdout)
            last = child.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
            child.wait()
        finally:
            timer.cancel()
            child.kill()
    if told:
        return told
    if monotonic() - start >= SECONDS:
        found = say("Reading the workbook takes longer than {most} seconds.", most=SECONDS)
    else:
        found = say("The reader of workbooks stopped early (code {code}). {last}", code=child.returncode, last=last)
    raise WorkbookRefused(found, make_smaller())


def _started(file: BinaryIO) -> subprocess.Popen[bytes]:
    command = [sys.executable, *_ALONE, "-c", _CODE, str(_HOME)]
    out = subprocess.PIPE
    try:
        return subprocess.Popen(command, stdin=file, stdout=out, stderr=out, creationflags=_NO_WINDOW)
    except OSError as error:
        raise WorkbookRefused(say("The reader of workbooks cannot be started: {error}.", error=str(error))) from None
