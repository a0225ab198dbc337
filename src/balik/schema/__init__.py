"""What data may look like: one CSV a table, one row a column (see `schema/input/*.csv`)."""

from .schema import INPUT, KEPT_NAMES, PLAN, Column, TableSchema, dictionary

__all__ = ["INPUT", "KEPT_NAMES", "PLAN", "Column", "TableSchema", "dictionary"]
