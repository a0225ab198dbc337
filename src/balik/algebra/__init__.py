"""Sparse sets to triplets: knows no logistics, numpy only."""

from .index import Index, MissingRow, pairs
from .program import Arrays, Block, Cone, Program, Risk
from .terms import Rows, Terms, Var, View, fill, joined, repeated

__all__ = [
    "Arrays",
    "Block",
    "Cone",
    "Index",
    "MissingRow",
    "Program",
    "Risk",
    "Rows",
    "Terms",
    "Var",
    "View",
    "fill",
    "joined",
    "pairs",
    "repeated",
]
