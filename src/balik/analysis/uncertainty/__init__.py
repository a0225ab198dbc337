"""Decisions before what is uncertain is known: two stages, their value, and plans tried on many draws."""

from .simulate import simulate
from .stochastic import stochastic

__all__ = ["simulate", "stochastic"]
