"""balik check: every problem at once."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_fix
from .output import documents, print_json, print_problems


def add(one: Adder) -> None:
    """Say the verb and its options."""
    check = one("check", run, say("every problem and warning at once (base and all scenarios)"), changes=True)
    check.add_argument(
        "--annotate", metavar="OUT", help=say("also write a workbook of the case with the problems on its cells")
    )
    check.add_argument("--units", action="store_true", help=say("also the units of every term: left, and as declared right"))
    add_fix(check)


def run(args: argparse.Namespace) -> int:
    """The problems; beside them, where asked, a workbook that shows them and the units of every statement."""
    from ..api import check
    from ..views.problems import verdict

    copy = units = None
    if args.annotate:
        from ..books import annotate

        copy = annotate(args.case, args.annotate, args.scenario, args.set, fix=args.fix, language=args.lang)
    problems = copy.problems if copy else check(args.case, args.scenario, args.set, fix=args.fix)
    errors = [p for p in problems if p.severity == "error"]
    if args.units and not errors:
        from ..analysis.dimensions import dimensions

        units = dimensions(args.case, args.scenario, args.set)
    code = 2 if errors else units.exit_code if units else 0
    if args.json:
        document = {"case": args.case, "ok": not errors, "problems": documents(args, problems)}
        if copy:
            document |= {"annotated": str(copy.path), "lost": [sentence.into(args.lang) for sentence in copy.lost]}
        print_json(document | ({"units": units and units.document()} if args.units else {}))
        return code
    print_problems(args, problems)
    if units:
        from ..views.dimensions import dimensions_text

        print(dimensions_text(units, args.lang), end="\n\n")
    print(verdict(args.case, problems).into(args.lang))
    for sentence in copy.said if copy else ():
        print(sentence.into(args.lang))
    return code
