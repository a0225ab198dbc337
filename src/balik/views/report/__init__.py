"""The verb report: a plan, with what was asked beside it, as a page, a PDF or a workbook."""

from .verb import asked, report

__all__ = ["asked", "report"]
