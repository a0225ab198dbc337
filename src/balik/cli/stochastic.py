"""balik stochastic: sites decided before the scenario is known."""

from __future__ import annotations

import argparse

from .arguments import Adder, add_sets, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    stochastic = one(
        "stochastic", run, "sites now, flows when the scenario is known; what knowing is worth", solver=True
    )
    add_sets(stochastic)
    draws = "draw so many scenarios from distributions (without: the table scenarios)"
    stochastic.add_argument("--samples", type=int, metavar="N", help=draws)
    stochastic.add_argument("--level", type=float, default=0.9, help="the worst 1 - LEVEL is told and weighed (0.9)")
    risk = "weight of the mean of the worst against the mean of all, 0 to 1 (0)"
    stochastic.add_argument("--weight", type=float, default=0.0, help=risk)


def run(args: argparse.Namespace) -> int:
    """The decision and its value, a line for each scenario."""
    from ..analysis import stochastic
    from ..views.uncertainty import stochastic_text

    study = stochastic(args.case, args.samples, args.level, args.weight, args.set, **options(args))
    return answer(args, study, lambda s: stochastic_text(s, args.lang) + "\n")
