"""balik sensitivity: cells moved, solved again each time."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("cells moved over a range, solved again each time")
    sensitivity = one("sensitivity", run, words, changes=True, solver=True)
    moves = say("what moves: cells, or an account with all its rates; repeatable")
    sensitivity.add_argument("--over", action="append", default=[], metavar="'table.column[…]'", help=moves)
    points = say("start:stop:step, in per cent of the cells or as values")
    sensitivity.add_argument("--range", metavar="-30%:+30%:10%", help=points)
    second = say("a second selection: a table of every pair of points")
    sensitivity.add_argument("--against", metavar="'table.column[…]'", help=second)
    sensitivity.add_argument("--against-range", metavar="-30%:+30%:10%", help=say("its range"))
    which = say("the place instead of a table: sites, where others are best; edge, where no plan is left; curve, what one more costs; prices, of what binds")  # fmt: skip
    sensitivity.add_argument("--find", metavar="sites|edge|curve|prices", help=which)
    other = say("an account, a measure, or owner:NAME, read beside the cost")
    sensitivity.add_argument("--read", default="cost", metavar="QUANTITY", help=other)
    add_many(sensitivity)


def run(args: argparse.Namespace) -> int:
    """The table, or what was looked for."""
    from ..analysis.sensitivity import sensitivity
    from ..views.sensitivity import sensitivity_text

    with many(args) as how:
        study = sensitivity(
            args.case, args.over, args.range, args.scenario, args.set, against=args.against,
            against_range=args.against_range, find=args.find, read=args.read, **how,
        )  # fmt: skip
    return answer(args, study, lambda s: sensitivity_text(s, args.lang) + "\n" if s.rows else "")
