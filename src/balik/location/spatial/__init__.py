"""Sites chosen by nearness alone: p-median, p-centre and covering, each exact, with a bound from the first second."""

from .centre import p_centre
from .cover import cover_all
from .median import p_median
from .most import cover_most

__all__ = ["cover_all", "cover_most", "p_centre", "p_median"]
