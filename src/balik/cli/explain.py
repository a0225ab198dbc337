"""balik explain: why there is no plan, and what would mend it."""

from __future__ import annotations

import argparse

from .arguments import Adder, add_fix, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    add_fix(one("explain", run, "why there is no plan, and what would mend it", changes=True, solver=True))


def run(args: argparse.Namespace) -> int:
    """What was found, in sentences."""
    from ..analysis import explain

    study = explain(args.case, args.scenario, args.set, fix=args.fix, **options(args))
    return answer(args, study, lambda s: "")
