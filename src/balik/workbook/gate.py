"""What is let in: what a file is, and its parts, no more of them than the limits allow."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ..words import NOTHING, Sentence, say
from .grid import WorkbookRefused
from .limits import MB, PARTS, RATIO, SMALL, UNPACKED

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")  # the container of old Office files, and of encrypted new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 1 << 17
_BAD_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError)


def save_as_xlsx() -> Sentence:
    """The advice for files of other formats."""
    return say("Open it in a spreadsheet program and save it as .xlsx.")


def make_smaller() -> Sentence:
    """The advice for workbooks that hold too much."""
    return say(
        "Delete sheets, pictures and formatted empty rows that are not needed, or keep large tables as CSV files."
    )


def damaged(reason: Sentence) -> WorkbookRefused:
    """The refusal of a file that breaks the rules of its format."""
    advice = say("Open it in a spreadsheet program, see whether all is there, and save it again.")
    return WorkbookRefused(say("The workbook is damaged: {reason}", reason=reason), advice)


class Parts:
    """The parts of a workbook, by their names. Big and small letters are the same, as in spreadsheet programs."""

    def __init__(self, file: BinaryIO):
        _check_kind(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BAD_ZIP as error:
            raise damaged(say("its zip cannot be opened ({error}).", error=str(error))) from None
        members = [member for member in self._zip.infolist() if not member.is_dir()]
        if len(members) > PARTS:
            raise WorkbookRefused(say("The workbook has more than {most:,} sheets.", most=PARTS), make_smaller())
        self._members = {_plain(member.filename): member for member in members}
        self._left = UNPACKED
        self._check_format()

    @property
    def names(self) -> list[str]:
        """Names of all parts, in small letters."""
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._members

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece. Only what is asked for is unpacked, and the sum is limited."""
        member = self._members.get(_plain(name))
        if member is None:
            raise damaged(say("part '{part}' is missing.", part=name))
        self._check_part(member)
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except _BAD_ZIP as error:
            raise damaged(say("part '{part}' cannot be unpacked ({error}).", part=name, error=str(error))) from None

    def _check_part(self, member: zipfile.ZipInfo) -> None:
        """Refuse a part that says that it unpacks to too much; it is never read farther than it says."""
        if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(say("part '{part}' is encrypted, or packed in an unusual way.", part=member.filename))
        if member.file_size > SMALL and member.file_size > RATIO * member.compress_size:
            found = say(
                "Part '{part}' of the workbook is made to unpack to {size:,} MB, {ratio:,} times its size.",
                part=member.filename,
                size=member.file_size // MB,
                ratio=member.file_size // max(member.compress_size, 1),
            )
            raise WorkbookRefused(found, say("No spreadsheet program writes such a file: do not use it."))
        self._left -= member.file_size
        if self._left < 0:
            found = say("The tables of the workbook unpack to more than {most:,} MB.", most=UNPACKED // MB)
            raise WorkbookRefused(found, make_smaller())

    def _check_format(self) -> None:
        """Refuse zips of other programs."""
        if "mimetype" in self._members:
            start = next(self.chunks("mimetype"), b"")
            if b"opendocument.spreadsheet" in start:
                raise WorkbookRefused(say("The file has the format {format}.", format=".ods"), save_as_xlsx())
        if "xl/workbook.bin" in self._members:
            raise WorkbookRefused(say("The file has the format {format}.", format=".xlsb"), save_as_xlsx())
        if "_rels/.rels" not in self._members:
            raise WorkbookRefused(say("The file is no Excel workbook."), save_as_xlsx())


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _check_kind(file: BinaryIO) -> None:
    """Refuse what is no zip, by its first bytes."""
    start = file.read(8)
    if not start:
        raise WorkbookRefused(say("The file is empty."), NOTHING)
    if start == _OLE:
        if _ENCRYPTED in file.read():
            raise WorkbookRefused(
                say("The workbook is protected by a password."),
                say("Open it in Excel, take the password off and save it."),
            )
        raise WorkbookRefused(say("The file has the format {format}.", format=".xls"), save_as_xlsx())
    if not start.startswith(b"PK\3\4"):
        raise WorkbookRefused(say("The file is no Excel workbook."), save_as_xlsx())
    file.seek(0)
