"""Workbooks made by hand, part by part, as no library would write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def relations(*targets: tuple[str, str]) -> str:
    """A part of relations, rId1 … in order, of kind and target."""
    found = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{found}</Relationships>'


def sheet(rows: str, after: str = "") -> str:
    """A sheet of these rows, and what follows them."""
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def texts(*items: str) -> str:
    """The shared texts."""
    return f'{HEAD}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{item}</t></si>" for item in items) + "</sst>"


def parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", **more: str) -> dict[str, str]:
    """The parts of a workbook of one sheet `s`; `texts`, `styles` and `workbook` (what it holds besides) are optional."""
    related = [("worksheet", "worksheets/sheet1.xml")]
    found = {"xl/worksheets/sheet1.xml": sheet(rows, after)}
    for name, kind, part in (("texts", "sharedStrings", "sharedStrings.xml"), ("styles", "styles", "styles.xml")):
        if name in more:
            related.append((kind, part))
            found[f"xl/{part}"] = more[name]
    return {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{more.get("workbook", "")}'
        '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*related),
        **found,
    }


def write(path: Path, content: dict[str, str] | dict[str, bytes], level: int = 6) -> Path:
    """Zip the parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path
