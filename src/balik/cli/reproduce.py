"""balik reproduce: published figures beside ours, and the audit."""

from __future__ import annotations

import argparse

from ..words import said, say
from .arguments import Adder, options
from .output import print_json


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("published figures beside ours, with a verdict each")
    reproduce = one("reproduce", run, words, solver=True, case=False)
    reproduce.add_argument("case", nargs="?", default="all", metavar="CASE|all")


def run(args: argparse.Namespace) -> int:
    """A row for each figure, why those that are not reproduced are not, and what the audit finds beside them."""
    from ..analysis.reproduce import reproduce
    from ..views.audit import findings_text, summary_text
    from ..views.text import reproduction_text

    study = reproduce(args.case, **options(args))
    if args.json:
        print_json(study.document(args.lang))
        return study.exit_code
    parts = [
        reproduction_text(study.rows, args.lang),
        "",
        summary_text(study.rows, args.lang),
        findings_text(study.beside, args.lang, True),
    ]
    print("\n".join([*parts, *said(study.findings, args.lang)]))
    return study.exit_code
