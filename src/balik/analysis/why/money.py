"""What is compared: the objective of the case, as one number."""

from __future__ import annotations

from ...api import Prepared
from ...errors import CallError
from ...views.terms import currency_name
from ...words import say


def money_of(prepared: Prepared) -> str:
    """What the objective counts: money, where it is the cost and nothing else."""
    weights = {k: w for k, w in prepared.network.weights.items() if w != 0}
    return currency_name(prepared.tables.currency) if weights == {"cost": 1.0} else say("of the objective")


def refuse_goals(prepared: Prepared) -> None:
    """A plan that serves goals one after the other is not the best by one number."""
    if prepared.network.goals.limits:
        raise CallError(
            say(
                "With goals, plans are not compared by one cost: explain without --site and --flow, or leave goals out."
            )
        )
