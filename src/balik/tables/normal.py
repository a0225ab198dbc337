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
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
_LEAST, _LAST = Decimal("1e-30"), Decimal("1e-25")


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


def beyond(square: Fraction) -> Fraction:
    """1 − Φ(z) of a z ≥ 0 with this square, rounded up at 25 decimals; from z = 10 on as if z were 10 (8e-24).

    Of ½ − φ(0) Σ (−1)^k z^(2k + 1) / (2^k k! (2k + 1)), with 60 digits: no term is larger than 1e21.

    >>> from fractions import Fraction
    >>> float(beyond(Fraction(0))), round(float(beyond(Fraction(4))), 12)
    (0.5, 0.022750131948)
    """
    exact = Context(prec=60)
    number = min(square, Fraction(100))
    half = exact.divide(exact.divide(Decimal(number.numerator), Decimal(number.denominator)), Decimal(2))
    term = exact.sqrt(exact.divide(half, _PI))  # z φ(0)
    total, k = Decimal(0), 0
    while k < 2 * half or abs(term) > _LEAST:
        total = exact.add(total, exact.divide(term, Decimal(2 * k + 1)))
        k += 1
        term = exact.divide(exact.multiply(term, -half), Decimal(k))
    tail = exact.subtract(Decimal("0.5"), total)
    return Fraction(tail.quantize(_LAST, rounding=ROUND_CEILING, context=exact) + (_LAST if total else 0))


def cdf(z: float) -> float:
    """Φ(z), in floats: for figures that are shown, not for laws."""
    return _NORMAL.cdf(z)
