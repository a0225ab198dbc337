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
from .result import Options, Result

Engine = Callable[[Arrays, Options, Any], Result]

#: Statuses, and whether there is a plan with them.
_STATUSES = {"optimal": True, "feasible": True, "infeasible": False, "unbounded": False, "stopped": False}
#: By how much, relative to max(1, |objective|), figures that must agree may differ.
_AGREES = 1e-6


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
    costs, scale = float(a.cost @ result.x) + a.offset, max(1.0, abs(result.objective))
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
    return None if _prices_fit(result, a) else say("its prices are not those of this program.")


def _prices_fit(result: Result, a: Arrays) -> bool:
    """Whether there is a finite price for every row and column, where there are prices at all."""
    if result.prices is None:
        return True
    wanted = ((result.prices.row, a.row_lower), (result.prices.column, a.cost))
    return all(np.shape(given) == np.shape(like) and bool(np.isfinite(given).all()) for given, like in wanted)
