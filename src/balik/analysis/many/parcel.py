"""What a worker is given: what it is to make, of which case. A case of files goes along as its files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...api import Case
from ...plan.store import toml_text, versions
from ...tables import find_case, read
from ...tables.case import read_overlays

#: Where the files of cases lie that came to this process; they go when it ends.
_ROOMS: list[tempfile.TemporaryDirectory[str]] = []


@dataclass(frozen=True)
class Parcel:
    """`make(case, *args)` is what answers. `files`: those of the case, where they have to travel; by their names."""

    make: Callable[..., Any]
    case: Case
    args: tuple[Any, ...]
    files: Mapping[str, bytes] | None = None

    def made(self) -> Any:
        """What answers, in this process."""
        if self.files is None:
            return self.make(self.case, *self.args)
        room = tempfile.TemporaryDirectory(prefix="balik-")
        _ROOMS.append(room)
        root = Path(room.name)
        for name, content in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self.make(root / str(self.case), *self.args)

    def packed(self) -> Parcel:
        """The same, with the files of its case."""
        if isinstance(self.case, Mapping):
            return self
        found = find_case(self.case)
        paths = [found] if found.is_file() else sorted(p for p in found.rglob("*") if p.is_file() and _travels(p))
        above = found.resolve().parent
        files = {p.resolve().relative_to(above).as_posix(): p.read_bytes() for p in paths}
        return replace(self, case=found.resolve().name, files=files)


def _travels(path: Path) -> bool:
    return path.suffix.lower() in (".csv", ".toml") and not path.name.startswith(".")


def sealed(kind: str, case: Case, settings: Mapping[str, Any] | None, asked: Any) -> dict[str, str]:
    """Of what the answers of a study are: hashes of the case (every table as it is read), and of what is asked."""
    tables = read(case, None, (), settings)
    digest = hashlib.sha256(toml_text(tables.settings).encode())
    for of, named in {"": tables.tables, **read_overlays(case)}.items():
        for name, table in sorted(named.items()):
            for column, cells in table.headed().items():
                digest.update(json.dumps([of, name, column, list(cells)], ensure_ascii=False).encode())
    options = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
    return {"kind": kind, "case": digest.hexdigest(), "options": options, "program": _program()}


def _program() -> str:
    """What solves: the versions on which an answer may hang."""
    found = versions()
    return " ".join(f"{name} {found[name]}" for name in ("balik", "highspy"))


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
