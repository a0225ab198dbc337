"""The process that reads a workbook: the file is its standard input, and it tells what it read on standard output.

It imports nothing but the standard library, so that it starts quickly, and takes only so much memory and time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ..words import Sentence, say
from .gate import Parts, make_smaller
from .grid import WorkbookRefused
from .limits import MB, MEMORY, SECONDS
from .parts import Contents, contents
from .sheet import Count, SheetReader
from .wire import flat, line

#: Kinds of sheets that hold no cells, or only old macros.
_PASSED_OVER = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
_Tell = Callable[[bytes], object]


def main() -> None:
    """Read standard input, tell on standard output."""
    _take_little()
    gc.disable()  # the process is too short-lived to clean up
    with open(0, "rb", closefd=False) as file, open(1, "wb", closefd=False) as out:
        try:
            _read(file, out.write)
        except WorkbookRefused as refused:
            _refuse(refused, out.write)
        except MemoryError:
            found = say("Reading the workbook takes more than {most} MB of memory.", most=MEMORY // MB)
            _refuse(WorkbookRefused(found, make_smaller()), out.write)


def _refuse(refused: WorkbookRefused, tell: _Tell) -> None:
    tell(line(refused=[flat(refused.why), flat(refused.advice)]))


def _take_little() -> None:
    """Limit the memory and the time of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS + 1), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # a system that knows the limit and does not keep it, or a lower one
            pass


def _read(file: BinaryIO, tell: _Tell) -> None:
    parts = Parts(file)
    book = contents(parts)
    count = Count()
    tell(line(texts=book.texts))
    for sheet in book.sheets:
        if sheet.kind in _PASSED_OVER:
            continue
        tell(line(sheet=sheet.name, hidden=sheet.hidden))
        reader = SheetReader(sheet, book, count, lambda rows: tell(rows.line()))
        reader.read(parts)
        tell(line(merges=reader.merges))
    for remark in _remarks(parts, book, count):
        tell(line(remark=flat(remark)))
    tell(line(done=True))


def _remarks(parts: Parts, book: Contents, count: Count) -> Iterator[Sentence]:
    """What is in the file and was not used, and what may be old."""
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in parts.names):
        yield say("The macros of the workbook are not run.")
    if any("/externallinks/" in name for name in parts.names):
        yield say("Cells that point to other workbooks keep the values that they had when this one was saved.")
    if count.zeros and not book.calculated:
        yield say(
            "{count:,} formulas hold 0 (the first is {cell}), and no spreadsheet program has calculated this workbook "
            "since it was written: open it in one and save it.",
            count=count.zeros,
            cell=count.first_zero,
        )
