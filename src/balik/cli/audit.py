"""balik audit: what is wrong in a case, or worth knowing beside its figures."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder, options
from .output import print_json


def add(one: Adder) -> None:
    """Say the verb and its options."""
    one("audit", run, say("what a published or inherited case counts twice, loses, forces or leaves unused"), solver=True)


def run(args: argparse.Namespace) -> int:
    """Faults and facts, each with its arithmetic."""
    from ..analysis.audit import audit
    from ..views.audit import findings_text

    found = audit(args.case, **options(args))
    if args.json:
        print_json(found.document(args.lang))
    else:
        print(findings_text(found.findings, args.lang))
    return found.exit_code
