"""balik compare: scenarios side by side."""

from __future__ import annotations

import argparse
from typing import Any

from ..words import say
from .arguments import Adder, add_many, add_sets, many
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    compare = one("compare", run, say("scenarios side by side"), solver=True)
    compare.add_argument("scenarios", nargs="*", metavar="S", help=say("scenarios (without: all)"))
    add_sets(compare)
    add_many(compare)


def run(args: argparse.Namespace) -> int:
    """A row for each scenario."""
    from ..analysis.compare import compare
    from ..views.text import comparison_text

    with many(args) as how:
        study = compare(args.case, args.scenarios, args.set, **how)

    def text(s: Any) -> str:
        words = [row["differences"]["words"] for row in s.rows if "differences" in row]
        return "\n".join([comparison_text(s.rows, s.currency, language=args.lang), *(["", *words] if words else [])])

    return answer(args, study, text)
