"""balik solve: the plan, verified."""

from __future__ import annotations

import argparse

from ..words import said, say
from .arguments import Adder, add_fix, options
from .output import documents, print_json, print_problems


def add(one: Adder) -> None:
    """Say the verb and its options."""
    solve = one("solve", run, say("the plan, verified"), changes=True, solver=True)
    add_fix(solve)
    where = say("write the plan as tables into this folder, into a .zip, or on sheets beside the case's own (.xlsx)")
    solve.add_argument("--out", metavar="DIR|ZIP|XLSX", help=where)


def run(args: argparse.Namespace) -> int:
    """Solve while the progress is shown; then the plan."""
    from ..api import solve
    from ..views.progress import ProgressLine

    line = ProgressLine(language=args.lang)
    try:
        plan = solve(
            args.case, args.scenario, args.set, **options(args), fix=args.fix, out=args.out,
            progress=line if line.live and not args.quiet else None,
        )  # fmt: skip
    finally:
        line.clear()
    if args.json:
        print_json(said(plan.document(), args.lang) | {"problems": documents(args, plan.problems)})
        return plan.exit_code
    from ..views.text import plan_text

    print_problems(args, plan.problems)
    print(plan_text(plan, args.case, args.out, args.lang))
    return plan.exit_code
