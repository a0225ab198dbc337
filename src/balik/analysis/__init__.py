"""Questions that solve more than once."""

from .compare import compare
from .explain import explain
from .reproduce import reproduce
from .sensitivity import sensitivity

__all__ = ["compare", "explain", "reproduce", "sensitivity"]
