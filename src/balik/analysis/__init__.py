"""Questions that solve more than once."""

from .compare import compare
from .dimensions import Dimensions, dimensions
from .explain import explain
from .reproduce import reproduce
from .sensitivity import sensitivity

__all__ = ["Dimensions", "compare", "dimensions", "explain", "reproduce", "sensitivity"]
