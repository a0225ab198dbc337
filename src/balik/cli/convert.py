"""balik convert: a case as a folder, a workbook or a program."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder
from .output import written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("write the case as a folder or workbook (.xlsx), or its program as .mps or .lp")
    convert = one("convert", run, words, changes=True)
    convert.add_argument("out", metavar="OUT", help=say("what is written: a folder, .xlsx, .mps or .lp"))


def run(args: argparse.Namespace) -> int:
    """Write it, and say where."""
    from ..copies import convert

    return written(args, convert(args.case, args.out, args.scenario, args.set))
