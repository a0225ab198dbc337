"""Cases as workbooks: written so that they read back as they were, to start from, and given back with their problems."""

from .given_back import Annotated, annotate
from .proved import write_first, write_workbook

__all__ = ["Annotated", "annotate", "write_first", "write_workbook"]
