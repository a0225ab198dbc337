"""Folders as zips: packed so that the same files make the same bytes, unpacked with care."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ..errors import CallError
from ..words import Sentence, say, sentences

#: The time that every file of a zip bears: the first that the format knows.
_TIME = (1980, 1, 1, 0, 0, 0)
#: Most bytes of all files once they are unpacked, and most files: some 40 million rows of a plan.
MOST_BYTES, MOST_FILES = 4 * 2**30, 10_000
#: How files may be packed: what others unpack has no end that can be kept.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def pack(folder: Path, path: Path) -> None:
    """Write the files of a folder as a zip: sorted by name, with one time and one mode, so that it depends on them only."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        for name in names:
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            with (folder / name).open("rb") as source, out.open(info, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)


@contextmanager
def unpacked(path: Path, within: str) -> Iterator[Path]:
    """The files of a zip in a folder that is there for as long as it is asked for.

    `within`: a file that stands at its top, or in the one folder that everything stands in, as where a folder was
    packed by hand; that folder is given. Raises CallError where the zip is damaged or holds what cannot be unpacked, or
    more than MOST_BYTES: what it says of its sizes is looked at before, and no file unpacks to more than is said of it.
    """
    with tempfile.TemporaryDirectory(prefix="balik-") as made:
        root = Path(made)
        try:
            _unpack(path, root)
        except _DAMAGE as error:
            raise CallError(say("{path} cannot be unpacked: {why}.", path=path, why=str(error))) from None
        inner = [p for p in root.iterdir() if not p.name.startswith((".", "__MACOSX"))]
        if not (root / within).is_file() and len(inner) == 1 and (inner[0] / within).is_file():
            root = inner[0]
        yield root


def _unpack(path: Path, root: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        seen: set[str] = set()
        for info in infos:
            if why := _unfit(info, seen):
                raise CallError(say("{path} is not unpacked: {why}", path=path, why=why))
            seen.add(info.filename.casefold())
        if len(infos) > MOST_FILES:
            raise CallError(say("{path} is not unpacked: {many} files are too many for a plan.", path=path, many=len(infos)))  # fmt: skip
        size = sum(info.file_size for info in infos)
        if size > MOST_BYTES:
            told = say("{path} is not unpacked: it would take {size:,.1f} GB, and {most:.1f} GB are the most for a plan.",
                       path=path, size=size / 1e9, most=MOST_BYTES / 1e9)  # fmt: skip
            raise CallError(sentences(told, say("If you trust it, unpack it yourself and name the folder.")))
        for info in infos:
            target = root / info.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("xb") as out:
                shutil.copyfileobj(source, out)


def _unfit(info: zipfile.ZipInfo, seen: set[str]) -> Sentence | None:
    """Why a file of a zip is not unpacked."""
    name = PurePosixPath(info.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in info.filename or ":" in info.filename:
        return say("'{name}' would lie outside of its folder.", name=info.filename)
    if info.filename.casefold() in seen:
        return say("'{name}' stands in it twice.", name=info.filename)
    if stat.S_ISLNK(info.external_attr >> 16):
        return say("'{name}' is a link.", name=info.filename)
    if info.flag_bits & 1:
        return say("'{name}' is locked with a password.", name=info.filename)
    if info.compress_type not in _PACKED:
        return say("'{name}' is packed in a way that is not read here.", name=info.filename)
    return None
