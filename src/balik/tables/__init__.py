"""Files and data frames to tables as written, overlays, and typed tables."""

from .case import bundled_cases, find_case, read, with_sets
from .frame import ACCOUNTS, Data, Frame, Labels
from .table import Table, Tables
from .typed import Typed, type_tables

__all__ = [
    "ACCOUNTS",
    "Data",
    "Frame",
    "Labels",
    "Table",
    "Tables",
    "Typed",
    "bundled_cases",
    "find_case",
    "read",
    "type_tables",
    "with_sets",
]
