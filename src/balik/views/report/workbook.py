"""A report as a workbook: the plan's tables with units, formulas that add the cost up again, and charts of Excel's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

from ...analysis.study import Study
from ...files import EMPTY, making
from ...plan.plan import Plan
from ..language import Language
from ..subject import Subject
from .book_cost import cost_sheets
from .book_study import study_sheet
from .book_tables import note_sheet, plan_sheets, site_sheet
from .cells import Book

#: Texts are texts: a name that begins with = or http is neither a formula nor a link.
_AS_IT_IS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def plan_book(subject: Subject, plan: Plan, studies: Sequence[Study], speak: Language, path: Path) -> None:
    """Write a plan as a workbook, with studies beside it."""
    with _book(path, plan.title, plan.currency, speak) as book:
        cost_sheets(book, subject, plan)
        if plan.has_numbers:
            site_sheet(book, subject, plan)
        for study in studies:
            study_sheet(book, study, plan.case)
        if plan.has_numbers:
            plan_sheets(book, subject, plan)
        note_sheet(book, subject)


def study_book(title: str, studies: Sequence[Study], speak: Language, path: Path) -> None:
    """Write studies as a workbook."""
    with _book(path, title, studies[0].currency, speak) as book:
        for study in studies:
            study_sheet(book, study, studies[0].case)


@contextmanager
def _book(path: Path, title: str, currency: str, speak: Language) -> Iterator[Book]:
    """A workbook to be written."""
    with making(path) as made, xlsxwriter.Workbook(str(made), _AS_IT_IS) as file:
        file.set_properties({"title": title[:255], "comments": EMPTY})
        file.set_calc_mode("auto")
        yield Book(file, currency, speak)
