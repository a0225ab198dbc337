"""balik reproduce: published figures beside ours."""

from __future__ import annotations

import argparse

from .arguments import Adder, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = "published figures beside ours, with a verdict each"
    reproduce = one("reproduce", run, words, solver=True, case=False)
    reproduce.add_argument("case", nargs="?", default="all", metavar="CASE|all")


def run(args: argparse.Namespace) -> int:
    """A row for each figure."""
    from ..analysis import reproduce
    from ..views.text import reproduction_summary, reproduction_text

    study = reproduce(args.case, **options(args))
    return answer(args, study, lambda s: f"{reproduction_text(s.rows)}\n\n{reproduction_summary(s.rows)}")
