"""The reserve: what must be in stock at the end of each period, at a site while it is open.

That is `least`, and the safety stock of a service level: z·sd·√(lead time), the smallest number of 6 decimals of the unit
that is not below it; z is the smallest number of 9 decimals at which the normal distribution reaches the level.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import isqrt

import numpy as np

from .exact import exact
from .places import Held
from .sites import Sites
from .verdict import Array, Court, kept_verdict, show
from .world import World

_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
_Z, _AMOUNT = 10**9, 10**6  # steps of z and of the safety stock in a unit
_FAR = 9 * _Z  # beyond every level that can be written: 1 − 1e-17


@kept_verdict
def judge_reserve(world: World, stores: Held, sites: Sites, court: Court) -> None:
    """Stock ≥ least and ≥ the safety stock at the end of each period."""
    if not (stores.table.frame.given["least"].any() or stores.table.frame.given["service_level"].any()):
        return
    stands = sites.stands()
    stands[np.setdiff1d(np.arange(world.n("place")), sites.place)] = True
    open_ = stands[stores.codes["place"], stores.codes["period"]]
    for law, least, of in (
        ("reserve", stores.number("least", 0.0), ""),
        ("safety stock", _safety(stores), " for its service level"),
    ):
        _judge(world, stores, court, law, least, of, np.flatnonzero((least > 0) & open_))


def _judge(world: World, stores: Held, court: Court, law: str, least: Array, of: str, on: Array) -> None:
    c = stores.codes
    court.least(
        law,
        stores.amount[on],
        least[on],
        0.0,
        lambda i: f"stock: {world.key(c, int(on[i]))}",
        lambda i: (
            f"{world.name('place', int(c['place'][on[i]]))} keeps {show(float(stores.amount[on[i]]))} "
            f"{world.amount(int(c['material'][on[i]]))}{world.when(int(c['period'][on[i]]))}, at least "
            f"{show(float(least[on[i]]))} must be in stock{of} ({stores.table.spot(int(stores.row[on[i]]))})."
        ),
    )


def _safety(stores: Held) -> Array:
    """The safety stock of every key, 0 without a service level."""
    level = stores.number("service_level")
    on = np.flatnonzero(~np.isnan(level))
    out = exact(np.zeros(len(level)))
    if len(on):
        columns = (level[on].tolist(), stores.number("sd")[on].tolist(), stores.number("lead_time")[on].tolist())
        amounts = [_amount(_quantile(share), spread, lead) for share, spread, lead in zip(*columns, strict=True)]
        out[on] = exact(np.array(amounts, object))
    return out


def _amount(z: Fraction, spread: Fraction, lead: Fraction) -> Fraction:
    """z·spread·√lead, rounded up: steps² ≥ (z·spread)²·lead in whole numbers."""
    square = (z * spread * _AMOUNT) ** 2 * lead
    steps = isqrt(square.numerator // square.denominator)
    return Fraction(steps + (steps * steps < square), _AMOUNT)


@cache
def _quantile(share: Fraction) -> Fraction:
    """The first step of z at which the normal distribution reaches a share of 0.5 or more, by halving."""
    with localcontext(Context(prec=60)):
        wanted = (Decimal(share.numerator) / share.denominator - Decimal("0.5")) * (2 * _PI).sqrt()
        low, high = -1, _FAR
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if _bell(Decimal(middle) / _Z) >= wanted else (middle, high)
    return Fraction(high, _Z)


def _bell(z: Decimal) -> Decimal:
    """The integral of exp(−x²/2) from 0 to z: Σ (−1)ⁿ z²ⁿ⁺¹ / (2ⁿ n! (2n + 1))."""
    total, power, n = Decimal(0), z, 0
    while abs(power) > Decimal("1e-45"):
        total += power / (2 * n + 1)
        n += 1
        power *= -z * z / (2 * n)
    return total
