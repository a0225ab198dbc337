"""Irrational figures of the normal and the exponential distribution, each rounded once to a stated decimal.

Model and verifier use the same number, so that what is proved of a plan is proved of what was solved.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from functools import cache
from statistics import NormalDist

#: Decimals to which quantiles and logarithms are rounded, upwards: no promise is weaker than it says.
DECIMALS = 9
_NORMAL = NormalDist()
_SCALE = 10**DECIMALS


@cache
def quantile(level: Fraction) -> Fraction:
    """z with Φ(z) ≥ level: the normal quantile, rounded up at 9 decimals (Wichura 1988, AS 241, good to 1e-15).

    >>> from fractions import Fraction
    >>> float(quantile(Fraction(95, 100)))
    1.644853627
    >>> quantile(Fraction(1, 2))
    Fraction(0, 1)
    """
    if level == Fraction(1, 2):
        return Fraction(0)
    if not 0 < level < 1:
        raise ValueError(f"{level} is no probability between 0 and 1")
    z = -_NORMAL.inv_cdf(float(1 - level)) if level > Fraction(1, 2) else _NORMAL.inv_cdf(float(level))
    return Fraction(math.ceil(z * _SCALE), _SCALE)


@cache
def log_inverse(share: Fraction) -> Fraction:
    """ln(1 / share) of a share between 0 and 1, rounded up at 9 decimals.

    >>> from fractions import Fraction
    >>> float(log_inverse(Fraction(5, 100)))
    2.995732274
    """
    if not 0 < share < 1:
        raise ValueError(f"{share} is no share between 0 and 1")
    exact = Context(prec=40)
    value = exact.ln(exact.divide(Decimal(share.denominator), Decimal(share.numerator)))
    return Fraction(value.quantize(Decimal(1).scaleb(-DECIMALS), rounding=ROUND_CEILING))


def cdf(z: float) -> float:
    """Φ(z), in floats: for figures that are shown, not for laws."""
    return _NORMAL.cdf(z)
