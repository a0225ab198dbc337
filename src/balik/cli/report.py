"""balik report: a plan as a page, a PDF or a workbook."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_fix, options
from .output import print_problems, written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    report = one(
        "report",
        run,
        say("a plan or study as a page (.html), PDF or workbook; CASE may be a plan folder or a saved study"),
        changes=True,
        solver=True,
    )
    add_fix(report)
    report.add_argument("--compare", action="store_true", help=say("also solve all scenarios, and set them side by side"))
    report.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="'table.column[…]'",
        help=say("also move these cells, and solve again; repeatable"),
    )
    report.add_argument("--range", metavar="-30%:+30%:10%", help=say("with --over: start:stop:step"))
    report.add_argument(
        "--study", action="append", default=[], metavar="FILE", help=say("also a study that was saved with --json; repeatable")
    )
    report.add_argument(
        "--out", metavar="FILE", default="report.html", help=say("file to write: .html, .pdf or .xlsx (report.html)")
    )


def run(args: argparse.Namespace) -> int:
    """Solve what is asked, and write the report."""
    from ..views.report import asked

    found = asked(
        args.case, args.scenario, args.set, fix=args.fix, compared=args.compare, over=args.over, range=args.range,
        studies=args.study, language=args.lang, out=args.out, **options(args),
    )  # fmt: skip
    print_problems(args, getattr(found, "problems", ()))
    written(args, args.out)
    return found.exit_code
