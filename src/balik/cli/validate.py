"""balik validate: five rounds of verification and validation."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, add_many, many
from .output import print_json


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("five rounds of verification and validation, each trial PASS or FAIL with its evidence")
    validate = one("validate", run, words, changes=True, solver=True)
    validate.add_argument(
        "--out", metavar="FILE", help=say("also write it as a chapter: .md or .html, in the language of --lang")
    )
    add_many(validate)


def run(args: argparse.Namespace) -> int:
    """The rounds on standard output; with --out the chapter too."""
    from ..analysis.validate import validate
    from ..views.chapter import check_name, write_chapter
    from ..views.validation import validation_text

    if args.out:
        check_name(args.out)  # before the work, not after it
    with many(args) as how:
        found = validate(args.case, args.scenario, args.set, **how)
    if args.out:
        write_chapter(found, args.out, args.lang)
    if args.json:
        print_json(found.document(args.lang) | ({"written": args.out} if args.out else {}))
    else:
        print(validation_text(found, args.lang))
    return found.exit_code
