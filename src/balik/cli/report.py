"""balik report: a plan as a page, a PDF or a workbook."""

from __future__ import annotations

import argparse

from .arguments import Adder, add_fix, options
from .output import print_problems, written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    report = one(
        "report",
        run,
        "a plan as a page (.html), a PDF or a workbook; CASE is solved, or is a plan folder",
        changes=True,
        solver=True,
    )
    add_fix(report)
    report.add_argument("--compare", action="store_true", help="also solve all scenarios, and set them side by side")
    report.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="'table.column[…]'",
        help="also move these cells, and solve again; repeatable",
    )
    report.add_argument("--range", metavar="-30%:+30%:10%", help="with --over: start:stop:step")
    report.add_argument(
        "--out", metavar="FILE", default="report.html", help="file to write: .html, .pdf or .xlsx (report.html)"
    )


def run(args: argparse.Namespace) -> int:
    """Solve what is asked, and write the report."""
    from ..views.report import asked

    plan = asked(
        args.case, args.scenario, args.set, fix=args.fix, compared=args.compare, over=args.over, range=args.range,
        language=args.lang, out=args.out, **options(args),
    )  # fmt: skip
    print_problems(args, plan.problems)
    written(args, args.out)
    return plan.exit_code
