"""balik atlas: sets of sites near the optimum."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("sets of sites near the optimum: which must open, which may, which never")
    atlas = one("atlas", run, words, changes=True, solver=True)
    share = say("how far above the optimum, as 2%% or 0.02 (2%%)")
    atlas.add_argument("--within", default="2%", metavar="SHARE", help=share)
    atlas.add_argument("--most", type=int, default=50, metavar="N", help=say("so many sets at most (50)"))
    add_many(atlas)


def run(args: argparse.Namespace) -> int:
    """A line for each set, and what all have in common."""
    from ..analysis.atlas import atlas
    from ..views.atlas import atlas_text

    with many(args) as how:
        study = atlas(args.case, args.within, args.most, args.scenario, args.set, **how)
    return answer(args, study, lambda s: atlas_text(s, args.lang) + "\n")
