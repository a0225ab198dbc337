"""balik explain: why there is no plan, and what would mend it; why this plan."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_fix, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    explain = one("explain", run, say("why there is no plan, and what would mend it; else why this plan"), changes=True, solver=True)
    explain.add_argument("--site", metavar="PLACE[/SIZE]", help=say("why it is used or not, and from where on it would be otherwise"))
    explain.add_argument("--flow", metavar="'origin=A;dest=B'", help=say("the same of a way (also material, mode, period)"))
    explain.add_argument(
        "--budget", type=float, metavar="SECONDS", help=say("time for all questions about a plan (10; with --site or --flow 60)")
    )
    add_fix(explain)


def run(args: argparse.Namespace) -> int:
    """What was found, in sentences."""
    from ..analysis.explain import explain

    study = explain(
        args.case, args.scenario, args.set, fix=args.fix, site=args.site, flow=args.flow, budget=args.budget, **options(args)
    ).into(args.lang)  # fmt: skip
    return answer(args, study, lambda s: "")
