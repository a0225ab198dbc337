"""Whose a file is: what balik writes as a single file bears a mark, and only what still is as it was marked is replaced.

The mark is `balik-sha256:` and the SHA-256 of the rest of the file, where the kind of file has room for a remark: a
comment (HTML, Markdown, SVG, PDF), a text chunk (PNG), a foreign member (GeoJSON, RFC 7946 section 6.1), the
description of a layer (GeoPackage) or of the workbook (xlsx). Whoever changes a sign of the file breaks it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

from ..errors import CallError
from ..words import say

_NAME = b"balik-sha256:"
_NONE = b"0" * 64
#: What a generator writes where the mark goes in the kinds that have no room at their end (.gpkg, .xlsx).
EMPTY = (_NAME + _NONE).decode()
_PATTERN = re.compile(_NAME + b"[0-9a-f]{64}")
#: What stands around the mark at the end of a file, and what the file ends with behind it.
_AROUND: dict[str, tuple[bytes, bytes, bytes]] = {
    ".html": (b"<!-- ", b" -->\n", b""),
    ".md": (b"\n<!-- ", b" -->\n", b""),
    ".svg": (b"<!-- ", b" -->\n", b""),
    ".pdf": (b"\n% ", b"\n", b""),
    ".geojson": (b', "mark": "', b'"', b"}\n"),
}
#: The last chunk of a PNG (ISO/IEC 15948, 11.2.5).
_IEND = b"\0\0\0\0IEND\xaeB`\x82"
#: The part of a workbook that describes it.
_CORE = "docProps/core.xml"
_BLOCK = 1 << 20


def mark(path: Path) -> None:
    """Have a file that was just made bear the mark of balik; a kind of file that has no room for it stays as it is."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _mark_book(path)
    elif suffix == ".gpkg":
        data = path.read_bytes()
        if data.count(EMPTY.encode()) == 1:
            path.write_bytes(data.replace(EMPTY.encode(), _NAME + hashlib.sha256(data).hexdigest().encode()))
    elif suffix == ".png" or suffix in _AROUND:
        data = path.read_bytes()
        end = _end(suffix)
        if data.endswith(end):
            body = data[: len(data) - len(end)]
            path.write_bytes(body + _remark(suffix, _NAME + hashlib.sha256(data).hexdigest().encode()) + end)


def refuse_others(path: Path) -> None:
    """Raise CallError where a file stands that balik did not write, or that was changed since: it would be lost.

    A file that is empty holds nothing that could be.
    """
    try:
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return
    except OSError as error:  # a name that no file system takes
        raise CallError(say("{path} cannot be written: {why}.", path=path, why=error.strerror or str(error))) from None
    try:
        found = is_marked(path) if path.is_file() else None
    except OSError:  # what cannot be read is not known to be balik's
        found = None
    if found is None:
        raise CallError(
            say(
                "{path} is there already, and balik did not write it: it stays as it is. Give another name, or move it away.",
                path=path,
            )
        )
    if not found:
        raise CallError(
            say(
                "{path} was changed since balik wrote it, and stays as it is. Give another name, or move it away.",
                path=path,
            )
        )


def is_marked(path: Path) -> bool | None:
    """Whether a file is as balik wrote it: False where it bears the mark and was changed, None where it bears none."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _book_is_marked(path)
    data = path.read_bytes()
    found = _PATTERN.findall(data)
    if not found:
        return None
    if suffix == ".gpkg":
        return len(found) == 1 and hashlib.sha256(_PATTERN.sub(EMPTY.encode(), data)).hexdigest() == _digest(found[0])
    end = _end(suffix)
    remark = _remark(suffix, found[-1]) if suffix == ".png" or suffix in _AROUND else b""
    rest = data.removesuffix(remark + end) + end
    return len(rest) < len(data) and hashlib.sha256(rest).hexdigest() == _digest(found[-1])


def _digest(found: bytes) -> str:
    return found[len(_NAME) :].decode()


def _end(suffix: str) -> bytes:
    return _IEND if suffix == ".png" else _AROUND[suffix][2] if suffix in _AROUND else b""


def _remark(suffix: str, text: bytes) -> bytes:
    """The mark as the kind of file takes it."""
    if suffix == ".png":
        chunk = b"tEXtComment\0" + text
        return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    before, after, _ = _AROUND[suffix]
    return before + text + after


# -- workbooks -----------------------------------------------------------------------------------------------------


def _mark_book(path: Path) -> None:
    """Write a workbook anew with the mark in its description, where the generator left room for it."""
    with zipfile.ZipFile(path) as book:
        core = book.read(_CORE) if _CORE in book.namelist() else b""
        if core.count(EMPTY.encode()) != 1:
            return
        marked = core.replace(EMPTY.encode(), _NAME + _of_book(book, core).encode())
        beside = path.with_suffix(".marked")
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
            for info in book.infolist():
                copy = zipfile.ZipInfo(info.filename, info.date_time)
                copy.compress_type, copy.external_attr = info.compress_type, info.external_attr
                with out.open(copy, "w") as target:
                    if info.filename == _CORE:
                        target.write(marked)
                        continue
                    with book.open(info) as source:
                        shutil.copyfileobj(source, target, _BLOCK)
    beside.replace(path)


def _book_is_marked(path: Path) -> bool | None:
    try:
        with zipfile.ZipFile(path) as book:
            core = book.read(_CORE)
            found = _PATTERN.findall(core)
            if len(found) != 1:
                return None if not found else False
            return _of_book(book, _PATTERN.sub(EMPTY.encode(), core)) == _digest(found[0])
    except (OSError, EOFError, KeyError, ValueError, RuntimeError, struct.error, zlib.error, zipfile.BadZipFile):
        return None


def _of_book(book: zipfile.ZipFile, core: bytes) -> str:
    """The hash of what is in a workbook, whatever the order and the packing; `core`: its description, without the mark."""
    whole = hashlib.sha256()
    for name in sorted(book.namelist()):
        one = hashlib.sha256(core if name == _CORE else b"")
        if name != _CORE:
            with book.open(name) as part:
                while block := part.read(_BLOCK):
                    one.update(block)
        whole.update(f"{one.hexdigest()} {name}\n".encode())
    return whole.hexdigest()
