"""A report as a workbook: the plan's tables with units, formulas that add the cost up again, and charts of Excel's own."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from ...analysis.study import Study
from ...errors import CallError
from ...plan.plan import Plan
from ...words import say
from ..language import Language
from ..subject import Subject
from .book_cost import cost_sheets
from .book_tables import note_sheet, plan_sheets, site_sheet, study_sheet
from .cells import Book

#: Texts are texts: a name that begins with = or http is neither a formula nor a link.
_AS_IT_IS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_MARK = "balik report"


def write_book(subject: Subject, plan: Plan, studies: Sequence[Study], speak: Language, path: Path) -> None:
    """Write the workbook; a workbook that is no report of balik is not written over."""
    if path.exists() and not _is_report(path):
        raise CallError(say("{path} is a workbook that balik report did not write; name a new file.", path=path))
    with xlsxwriter.Workbook(str(path), _AS_IT_IS) as file:
        file.set_properties({"title": plan.title, "comments": _MARK})
        file.set_calc_mode("auto")
        book = Book(file, subject, plan, speak)
        cost_sheets(book)
        if plan.has_numbers:
            site_sheet(book)
        for study in studies:
            study_sheet(book, study)
        if plan.has_numbers:
            plan_sheets(book)
        note_sheet(book)


def _is_report(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as parts:
            return _MARK in parts.read("docProps/core.xml").decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
