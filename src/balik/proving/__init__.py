"""What shows a bound that an engine claims: a search of its own, whose tree is written down for the checker.

prove(arrays, objective, target, seconds)   the tree, as far as it came; Cheaper where a plan is found that refutes it
"""

from .search import Cheaper, prove

__all__ = ["Cheaper", "prove"]
