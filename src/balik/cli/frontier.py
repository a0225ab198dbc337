"""balik frontier: trade-offs between two or three quantities."""

from __future__ import annotations

import argparse

from .arguments import Adder, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = "plans that trade two or three quantities against each other, none beaten by another"
    frontier = one("frontier", run, words, changes=True, solver=True)
    which = "a quantity, its least best; max:quantity, its most; twice or three times"
    frontier.add_argument("--over", action="append", default=[], metavar="QUANTITY", help=which)
    many = "points on a side, evenly spaced (without: every point of a frontier of steps, else 9, of three 5)"
    frontier.add_argument("--points", type=int, metavar="N", help=many)


def run(args: argparse.Namespace) -> int:
    """A line for each point."""
    from ..analysis import frontier
    from ..views.frontier import frontier_text

    study = frontier(args.case, args.over, args.points, args.scenario, args.set, **options(args))
    return answer(args, study, lambda s: frontier_text(s, args.lang) + "\n")
