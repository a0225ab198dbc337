"""Files and data frames to tables as written, overlays, and typed tables."""

from .case import bundled_cases, find_case, read
from .frame import ACCOUNTS, Data, Frame, Labels, type_tables
from .table import Table, Tables

__all__ = [
    "ACCOUNTS",
    "Data",
    "Frame",
    "Labels",
    "Table",
    "Tables",
    "bundled_cases",
    "find_case",
    "read",
    "type_tables",
]
