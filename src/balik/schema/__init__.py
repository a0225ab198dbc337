"""What data may look like: one CSV a table, one row a column (see `schema/input/*.csv`)."""

from .schema import INPUT, PLAN, Column, TableSchema, dictionary, header

__all__ = ["INPUT", "PLAN", "Column", "TableSchema", "dictionary", "header"]
