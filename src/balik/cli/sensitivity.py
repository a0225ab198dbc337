"""balik sensitivity: cells moved over a range, solved again each time."""

from __future__ import annotations

import argparse
from typing import Any

from .arguments import Adder, options
from .output import answer


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = "cells moved over a range, solved again each time"
    sensitivity = one("sensitivity", run, words, changes=True, solver=True)
    sensitivity.add_argument(
        "--over", action="append", default=[], metavar="'table.column[…]'", help="what moves; repeatable"
    )
    sensitivity.add_argument(
        "--range", metavar="-30%:+30%:10%", help="start:stop:step, in per cent of the cells or as values"
    )


def run(args: argparse.Namespace) -> int:
    """A block for each selection of cells, a row for each value."""
    from ..analysis import sensitivity
    from ..views.text import comparison_text

    def text(study: Any) -> str:
        blocks = []
        for over in dict.fromkeys(r["over"] for r in study.rows):
            rows = [r for r in study.rows if r["over"] == over]
            blocks.append(f"{over}\n" + comparison_text(rows, study.currency, "at"))
        return "\n\n".join(blocks)

    return answer(args, sensitivity(args.case, args.over, args.range, args.scenario, args.set, **options(args)), text)
