"""balik rank: alternatives judged by several criteria."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_sets, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    add_sets(one("rank", run, say("alternatives judged by several criteria: weights, consistency, ranking"), solver=True))


def run(args: argparse.Namespace) -> int:
    """The weights and the alternatives, the best first."""
    from ..analysis.rank import rank
    from ..views.ranking import ranking_text

    study = rank(args.case, args.set, **options(args))
    return answer(args, study, lambda s: ranking_text(s, args.lang) + "\n")
