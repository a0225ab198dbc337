"""balik frontier: trade-offs between two or three quantities."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("plans that trade two or three quantities against each other, none beaten by another")
    frontier = one("frontier", run, words, changes=True, solver=True)
    which = say("a quantity, its least best; max:quantity, its most; twice or three times")
    frontier.add_argument("--over", action="append", default=[], metavar="QUANTITY", help=which)
    many = say("so many points (without: every point of a frontier of steps, else 9, of three quantities 25)")
    frontier.add_argument("--points", type=int, metavar="N", help=many)
    add_many(frontier)


def run(args: argparse.Namespace) -> int:
    """A line for each point."""
    from ..analysis.frontier import frontier
    from ..views.frontier import frontier_text

    with many(args) as how:
        study = frontier(args.case, args.over, args.points, args.scenario, args.set, **how)
    return answer(args, study, lambda s: frontier_text(s, args.lang) + "\n")
