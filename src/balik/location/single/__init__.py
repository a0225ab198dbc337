"""Siting where each customer has one site: Lagrangian bounds with binary knapsacks, plans by moves, and a tree."""

from .solve import solve_single

__all__ = ["solve_single"]
