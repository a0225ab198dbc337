"""The paper: one section a file. This list is the table of contents."""

from . import flow, trips, tours, processing, returns, comeback, deposits, offers, dropoff, delivery, stock, siting, resources, sourcing, waiting, chance, measures, targets, limits, goals, fleets, charges, owners, vehicles, backhaul, phases, modules, larger, setups, reserve  # noqa: I001
from .formulate import formulate
from .statement import STATEMENTS, Model, Statement

SECTIONS = (flow, trips, tours, processing, returns, comeback, deposits, offers, dropoff, delivery, stock, siting, resources, sourcing, waiting, chance, measures, targets, limits, goals, fleets, charges, owners, vehicles, backhaul, phases, modules, larger, setups, reserve)

__all__ = ["SECTIONS", "STATEMENTS", "Model", "Statement", "formulate"]
