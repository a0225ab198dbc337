"""balik compare: scenarios side by side."""

from __future__ import annotations

import argparse
from typing import Any

from .arguments import Adder, add_sets, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    compare = one("compare", run, "scenarios side by side", solver=True)
    compare.add_argument("scenarios", nargs="*", metavar="S", help="scenarios (without: all)")
    add_sets(compare)


def run(args: argparse.Namespace) -> int:
    """A row for each scenario."""
    from ..analysis import compare
    from ..views.text import comparison_text

    study = compare(args.case, args.scenarios, args.set, **options(args))

    def text(s: Any) -> str:
        words = [row["differences"]["words"] for row in s.rows if "differences" in row]
        return "\n".join([comparison_text(s.rows, s.currency), *(["", *words] if words else [])])

    return answer(args, study, text)
