"""Many solves of one case, a little changed each time: told apart, run here or elsewhere, kept as they come."""

from .runner import Jobs, Many, Stopped
from .solver import Solver

__all__ = ["Jobs", "Many", "Solver", "Stopped"]
