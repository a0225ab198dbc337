"""balik simulate: the sites of a plan tried on many draws."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("the sites of the plan tried on draws of distributions: what they cost, how often they fail")
    simulate = one("simulate", run, words, changes=True, solver=True)
    simulate.add_argument("--samples", type=int, default=200, metavar="N", help=say("so many draws (200)"))
    simulate.add_argument("--level", type=float, default=0.9, help=say("the mean of the worst 1 - LEVEL is told (0.9)"))
    add_many(simulate)


def run(args: argparse.Namespace) -> int:
    """Quantiles, and what they mean."""
    from ..analysis.uncertainty import simulate
    from ..views.uncertainty import simulation_text

    with many(args) as how:
        study = simulate(args.case, args.samples, args.level, args.scenario, args.set, **how)
    return answer(args, study, lambda s: simulation_text(s, args.lang) + "\n")
