"""An engine's answer is believed only where it fits: its status, its numbers and its bound must go together.

What an engine says is not what is shown: a plan is judged by the verifier, and a bound by its certificate where there
is one. What neither of them could see is looked at here: numbers that are none, the wrong number of them, a bound above
the plan that it is a bound of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..algebra import Arrays
from ..errors import BalikError
from ..words import Sentence, say
from .result import Array, Options, Prices, Result

Engine = Callable[[Arrays, Options, Any], Result]

#: Statuses, and whether there is a plan with them.
_STATUSES = {"optimal": True, "feasible": True, "infeasible": False, "unbounded": False, "stopped": False}
#: By how much, relative to max(1, |objective|), figures that must agree may differ.
_AGREES = 1e-6
#: The same of a plan and the bound that its prices show; and prices that a solver may call 0, of the largest cost.
_PAID, _NOUGHT = 1e-3, 1e-6


def sound(engine: Engine) -> Engine:
    """An engine whose answers fit; raises BalikError, in words for users, where it fails or where they do not."""

    @wraps(engine)
    def asked(a: Arrays, options: Options, basis: Any = None) -> Result:
        try:
            result = engine(a, options, basis)
        except (BalikError, ImportError):
            raise
        except MemoryError:
            raise BalikError(
                say("The case does not fit into the memory of this computer: nothing was solved.")
            ) from None
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise BalikError(
                say("The engine {name} failed ({what}), and there is no plan. Try another with --engine, and please report this.",
                    name=options.engine, what=what)
            ) from error  # fmt: skip
        if (why := unsound(result, a, options)) is not None:
            raise BalikError(
                say("The engine {name} gave an answer that cannot be true: {why} No plan is shown. Try another with --engine, and please report this.",
                    name=options.engine, why=why)
            )  # fmt: skip
        return result

    return asked


def unsound(result: Result, a: Arrays, options: Options) -> Sentence | None:
    """Why an answer to a program cannot be true; None where nothing speaks against it."""
    if result.status not in _STATUSES:
        return say("its status is '{status}'.", status=result.status)
    if not _STATUSES[result.status]:
        return None if result.x is None else say("it says {status}, and gives a plan.", status=result.status)
    x = result.x
    if x is None or result.objective is None:
        return say("it says {status}, and gives no plan.", status=result.status)
    if np.shape(x) != a.cost.shape:
        return say("it gives {found:,} numbers for {asked:,} columns.", found=np.size(x), asked=len(a.cost))
    if not (np.isfinite(x).all() and math.isfinite(result.objective)):
        return say("a number of its plan is infinite, or none.")
    return _contradiction(result, a, options)


def _contradiction(result: Result, a: Arrays, options: Options) -> Sentence | None:
    """What does not go together among the figures of a plan."""
    assert result.x is not None and result.objective is not None
    costs, scale = float((a.cost * result.x).sum()) + a.offset, max(1.0, abs(result.objective))
    if not abs(costs - result.objective) <= _AGREES * scale:
        return say(
            "it says {objective:,.10g}, and its plan comes to {costs:,.10g}.", objective=result.objective, costs=costs
        )
    if result.bound is None:
        return say("it says optimal, and proves nothing.") if result.status == "optimal" else None
    if not result.bound <= result.objective + _AGREES * scale:  # so that nan is none, too
        return say("no plan is below {bound:,.10g} by its own word, and its plan comes to {objective:,.10g}.",
                   bound=result.bound, objective=result.objective)  # fmt: skip
    gap = (result.objective - result.bound) / scale
    if result.status == "optimal" and gap > max(options.gap, _AGREES) * (1 + _AGREES):
        return say("it says optimal, and its bound is {bound:,.10g} for a plan of {objective:,.10g}.",
                   bound=result.bound, objective=result.objective)  # fmt: skip
    if not _prices_fit(result, a):
        return say("its prices are not those of this program.")
    if result.status == "optimal" and result.prices is not None and not (a.integer.any() or a.cones):
        if (dearer := _unpaid(result.x, result.prices, a)) > _PAID * scale:
            return say("it says optimal, and by its own prices another plan may cost {dearer:,.10g} less.", dearer=dearer)
    return None


def _unpaid(x: Array, prices: Prices, a: Arrays) -> float:
    """By how much a plan misses the bound that prices show (complementary slackness): 0 where both are optimal.

    c·x less the bound is Σ |d| × what x lies from the end that d prices + Σ |y| × what A x lies from its end, with d = c −
    Aᵀy. Prices no larger than what a solver calls 0 count as none. This is in floats, to find gross errors: the bound
    that is shown is computed with every rounding counted (`duality`).
    """
    of = np.repeat(np.arange(len(a.cost)), np.diff(a.start))
    reduced = a.cost - np.bincount(of, a.value * prices.row[a.row], len(a.cost))
    activity = np.bincount(a.row, a.value * x[of], len(a.row_lower))
    noise = _NOUGHT * max(1.0, float(np.abs(a.cost).max(initial=0.0)))
    total = 0.0
    for price, value, lower, upper in ((reduced, x, a.lower, a.upper), (prices.row, activity, a.row_lower, a.row_upper)):
        end = np.where(price > 0, lower, upper)
        paid = (np.abs(price) > noise) & np.isfinite(end)  # of what has no such end the bound says enough
        total += float(np.abs(price[paid] * (value[paid] - end[paid])).sum())
    return total


def _prices_fit(result: Result, a: Arrays) -> bool:
    """Whether there is a finite price for every row and column, where there are prices at all."""
    if result.prices is None:
        return True
    wanted = ((result.prices.row, a.row_lower), (result.prices.column, a.cost))
    return all(np.shape(given) == np.shape(like) and bool(np.isfinite(given).all()) for given, like in wanted)
