"""balik stochastic: sites decided before the scenario is known."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, add_sets, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    stochastic = one(
        "stochastic", run, say("sites now, flows when the scenario is known; what knowing is worth"), solver=True
    )
    add_sets(stochastic)
    draws = say("draw so many scenarios from distributions (without: the table scenarios)")
    stochastic.add_argument("--samples", type=int, metavar="N", help=draws)
    stochastic.add_argument("--level", type=float, default=0.9, help=say("the worst 1 - LEVEL is told and weighed (0.9)"))
    risk = say("weight of the mean of the worst against the mean of all, 0 to 1 (0)")
    stochastic.add_argument("--weight", type=float, default=0.0, help=risk)
    fails = say("capacities of sites must do in scenarios of together at least this probability (1: in all)")
    stochastic.add_argument("--chance", type=float, metavar="P", help=fails)
    add_many(stochastic)


def run(args: argparse.Namespace) -> int:
    """The decision and its value, a line for each scenario."""
    from ..analysis.uncertainty import stochastic
    from ..views.uncertainty import stochastic_text

    with many(args) as how:
        study = stochastic(args.case, args.samples, args.level, args.weight, args.set, chance=args.chance, **how)
    return answer(args, study, lambda s: stochastic_text(s, args.lang) + "\n")
