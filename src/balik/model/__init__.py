"""The paper: one section a file. This list is the table of contents."""

from . import flow, trips, tours, processing, returns, delivery, stock, siting, sourcing, limits, larger  # noqa: I001
from .formulate import formulate
from .statement import STATEMENTS, Model, Statement

SECTIONS = (flow, trips, tours, processing, returns, delivery, stock, siting, sourcing, limits, larger)

__all__ = ["SECTIONS", "STATEMENTS", "Model", "Statement", "formulate"]
