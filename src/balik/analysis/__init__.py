"""Questions that solve more than once."""

from .atlas import atlas
from .audit import audit
from .compare import compare
from .dimensions import Dimensions, dimensions
from .explain import explain
from .frontier import frontier
from .rank import rank
from .reproduce import reproduce
from .sensitivity import sensitivity
from .uncertainty import simulate, stochastic
from .validate import validate

__all__ = [
    "Dimensions",
    "atlas",
    "audit",
    "compare",
    "dimensions",
    "explain",
    "frontier",
    "rank",
    "reproduce",
    "sensitivity",
    "simulate",
    "stochastic",
    "validate",
]
