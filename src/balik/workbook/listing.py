"""The sheet on which all problems of an annotated workbook are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from ..errors import Problem
from ..words import Sentence, say
from .edit import text
from .grid import Grid
from .package import MAIN
from .paint import Cell, cell_of, name_of
from .styles import Styles, is_fill, solid

NAME = "_balik"
#: How the first cell of the sheet begins, whatever the language.
MARK = "balik check"
ERROR, WARNING = "F4A582", "FFE999"
_WIDTHS = (8, 10, 16, 8, 16, 70, 60, 4)
_LAST_LINK = 60_000  # a sheet holds few more
_MOST = 100_000
_BOLD = '<font><b/><sz val="11"/><name val="Calibri"/></font>'
_LINK = '<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font>'


def read_fills(grid: Grid) -> dict[tuple[str, Cell], str]:
    """What an earlier list says of the fills that cells had before they were painted, by sheet and cell."""
    fills = {}
    for _, values in grid.rows:
        row = dict(values)
        name, _, fill = str(row.get(len(_WIDTHS), "")).partition(" ")
        cell = cell_of(name)
        if cell and is_fill(fill):
            fills[str(row.get(3, "")), cell] = fill
    return fills


def is_list(grid: Grid) -> bool:
    """Whether a sheet is such a list."""
    return (
        grid.name.strip().casefold().startswith(NAME)
        and bool(grid.rows)
        and str(grid.rows[0][1][0][1]).startswith(MARK)
    )


def list_sheet(
    book: str, problems: Sequence[Problem], remarks: Sequence[Sentence], fills: Mapping[tuple[str, str], str],
    sheets: Mapping[str, str], styles: Styles, language: str,
) -> bytes:  # fmt: skip
    """The sheet as XML.

    `fills`: by sheet and cell of a problem, the cell that was painted for it and the fill that it had; `sheets`: names
    as problems tell them → as they are.
    """
    head, body = styles.plain(_BOLD, solid("DDE8F0")), styles.plain()
    link, title = styles.plain(_LINK), styles.plain(_BOLD)
    coloured = {"error": styles.plain(fill=solid(ERROR)), "warning": styles.plain(fill=solid(WARNING))}
    errors = sum(p.severity == "error" for p in problems)
    told = [
        say("Errors: {errors}. Warnings: {warnings}.", errors=errors, warnings=len(problems) - errors),
        say(
            "Cells with an error are orange, cells with a warning yellow; their notes say more. balik passes over this sheet."
        ),
        *remarks,
    ]
    rows = [[(f"{MARK}: {book}", title)], *([(one.into(language), 0)] for one in told), []]
    words = (
        say("code"), say("severity"), say("sheet"), say("cell"), say("column"), say("what was found"), say("what to do")
    )  # fmt: skip
    rows.append([(word.into(language), head) for word in words])
    top = len(rows)
    links: list[str] = []
    open_ = dict(fills)
    for problem in problems[:_MOST]:
        one = problem.into(language)
        sheet = problem.sheet or problem.file or ""
        cell = problem.cell or ""
        linked = problem.sheet in sheets and len(links) < _LAST_LINK
        if linked:
            quoted = sheets[sheet].replace("'", "''")
            place = quoteattr(f"'{quoted}'!{cell or 'A1'}")
            links.append(f'<hyperlink ref="D{len(rows) + 1}" location={place}/>')
        severity = say("error") if problem.severity == "error" else say("warning")
        rows.append([
            (problem.code, coloured[problem.severity]), (severity.into(language), body), (sheet, body),
            (cell or ("A1" if linked else ""), link if linked else body), (problem.column or "", body),
            (one.found, body), (one.advice, body), (open_.pop((sheet, cell), ""), body),
        ])  # fmt: skip
    return _xml(rows, links, top).encode()


def _xml(rows: Sequence[Sequence[tuple[str, int]]], links: Sequence[str], top: int) -> str:
    out = [
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><sheetViews>'
        f'<sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><cols>"
    ]
    for at, width in enumerate(_WIDTHS, 1):
        hidden = ' hidden="1"' if at == len(_WIDTHS) else ""
        out.append(f'<col min="{at}" max="{at}" width="{width}" customWidth="1"{hidden}/>')
    out.append("</cols><sheetData>")
    for number, row in enumerate(rows, 1):
        out.append(f'<row r="{number}">')
        for at, (words, style) in enumerate(row, 1):
            if words:
                cell = text(words[:32_767])
                out.append(
                    f'<c r="{name_of((number, at))}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>'
                )
        out.append("</row>")
    out.append("</sheetData>")
    out.append(f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
    out.append("</worksheet>")
    return "".join(out)
