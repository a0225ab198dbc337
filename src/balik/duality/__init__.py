"""Lower bounds that are proved: any duals of a program, however they were found, made into a bound that holds.

bound_of(arrays, duals, cutoff)   what no plan costs less than, with every rounding counted against it
reach(arrays, cutoff)             how far each column can go in a plan that costs no more than the cutoff
"""

from .bound import Shown, bound_of
from .reach import reach

__all__ = ["Shown", "bound_of", "reach"]
