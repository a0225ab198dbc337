"""The parts of a workbook as a package: read, replaced, added and related to each other. What is not touched is copied."""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from xml.sax.saxutils import quoteattr

from .edit import Element, Unusual, apply, find, one
from .gate import Parts

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Relation:
    """How one part names another: the identifier, the last word of its kind, and the part."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook that is changed; the file itself is left as it is."""

    def __init__(self, path: Path):
        with path.open("rb") as file:
            Parts(file)  # refuses what is too large or no workbook
        self._zip = zipfile.ZipFile(path)
        self.members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        self._by_low = {name.lower(): name for name in self.members}
        self.changed: dict[str, bytes] = {}
        self.workbook = self._main_part()
        if b"purl.oclc.org" in self.read(self.workbook)[:4096]:
            raise Unusual(self.workbook)

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _main_part(self) -> str:
        found = [r.target for r in self.relations("") if r.kind == "officeDocument"]
        if len(found) != 1 or found[0] not in self:
            raise Unusual("_rels/.rels")
        return found[0]

    # -- parts -------------------------------------------------------------------------------------------------

    def __contains__(self, name: str) -> bool:
        return name in self.changed or name.lower() in self._by_low

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        if name in self.changed:
            return self.changed[name]
        if name.lower() not in self._by_low:
            raise Unusual(name)
        return self._zip.read(self._by_low[name.lower()])

    def put(self, name: str, data: bytes) -> None:
        """Replace or add a part."""
        self.changed[self._by_low.get(name.lower(), name)] = data

    def add(self, pattern: str, data: bytes, content_type: str) -> str:
        """Add a part under the first free name of a pattern such as `xl/comments{}.xml`."""
        names = (pattern.format(number or "") for number in count())
        name = next(name for name in names if name not in self)
        types = self.read(_TYPES)
        root = one(types, _TYPES, "Types")
        suffix = name.rpartition(".")[2]
        if suffix == "xml":
            entry = f"<{root.prefix}Override PartName={quoteattr('/' + name)} ContentType={quoteattr(content_type)}/>"
        else:
            known = find(types, _TYPES, "Types/Default")["Types/Default"]
            entry = f"<{root.prefix}Default Extension={quoteattr(suffix)} ContentType={quoteattr(content_type)}/>"
            entry = "" if suffix in {e.attributes.get("Extension", "").lower() for e in known} else entry
        if entry:
            self.put(_TYPES, apply(types, [root.append(types, entry.encode())]))
        self.put(name, data)
        return name

    # -- relations -----------------------------------------------------------------------------------------------

    def relations(self, part: str) -> list[Relation]:
        """The parts that a part names; links to the outside are left out."""
        name = _relations_of(part)
        if name not in self:
            return []
        found = []
        for element in find(self.read(name), name, "Relationships/Relationship")["Relationships/Relationship"]:
            said = element.attributes
            if said.get("TargetMode") != "External" and "Target" in said:
                target = posixpath.normpath(
                    posixpath.join("/", posixpath.dirname(part), said["Target"].replace("\\", "/"))
                )
                found.append(Relation(said.get("Id", ""), said.get("Type", "").rpartition("/")[2], target.lstrip("/")))
        return found

    def related(self, part: str, kind: str) -> Relation | None:
        """The first part of a kind that a part names."""
        return next((r for r in self.relations(part) if r.kind == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part name another; returns the identifier."""
        name = _relations_of(part)
        data = self.read(name) if name in self else f'<Relationships xmlns="{_PACKAGE}/relationships"/>'.encode()
        taken = {int(n) for n in re.findall(rb"rId(\d+)", data)}
        id_ = f"rId{max(taken, default=0) + 1}"
        root = one(data, name, "Relationships")
        entry = f'<{root.prefix}Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target={quoteattr("/" + target)}/>'
        self.put(name, apply(data, [root.append(data, entry.encode())]))
        return id_

    # -- sheets --------------------------------------------------------------------------------------------------

    def sheets(self) -> dict[str, str]:
        """Part of every sheet, by the sheet's name."""
        targets = {r.id: r.target for r in self.relations(self.workbook) if r.kind == "worksheet"}
        named = {e.attributes.get("name", ""): _id_of(e) for e in self._sheet_elements()}
        return {name: targets[id_] for name, id_ in named.items() if id_ in targets}

    def sheet_names(self) -> list[str]:
        """Names of all sheets, also of those that hold a chart only."""
        return [element.attributes.get("name", "") for element in self._sheet_elements()]

    def _sheet_elements(self) -> list[Element]:
        path = "workbook/sheets/sheet"
        return find(self.read(self.workbook), self.workbook, path)[path]

    def add_sheet(self, name: str, data: bytes) -> None:
        """Add a sheet after the others."""
        part = self.add(
            "xl/worksheets/sheet{}.xml",
            data,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        )
        id_ = self.relate(self.workbook, "worksheet", part)
        book = self.read(self.workbook)
        sheets = one(book, self.workbook, "workbook/sheets")
        numbers = [int(e.attributes.get("sheetId", 0)) for e in self._sheet_elements()]
        entry = f'<{sheets.prefix}sheet xmlns:r="{_OFFICE}" name={quoteattr(name)} sheetId="{max(numbers) + 1}" r:id="{id_}"/>'
        self.put(self.workbook, apply(book, [sheets.append(book, entry.encode())]))

    # -- the file ------------------------------------------------------------------------------------------------

    def write(self, path: Path) -> None:
        """Write the package; parts that were not changed are copied."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name, info in self.members.items():
                if name in self.changed:
                    out.writestr(name, self.changed[name])
                    continue
                copy = zipfile.ZipInfo(name, info.date_time)
                copy.compress_type = zipfile.ZIP_DEFLATED
                with self._zip.open(info) as source, out.open(copy, "w") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
            for name in self.changed:
                if name not in self.members:
                    out.writestr(name, self.changed[name])


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _id_of(element: Element) -> str:
    """The identifier by which an element names a part, whatever its prefix."""
    return next((value for name, value in element.attributes.items() if name.endswith(":id")), "")
