"""balik math: the formulation of a case in print."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder
from .output import print_json


def add(one: Adder) -> None:
    """Say the verb and its options."""
    math = one("math", run, say("the formulation of the case in print"), changes=True)
    math.add_argument("--latex", action="store_true", help=say("equations as LaTeX"))


def run(args: argparse.Namespace) -> int:
    """Notation, objective, constraints."""
    from ..views.paper import math

    text = math(args.case, args.scenario, args.set, latex=args.latex, language=args.lang)
    if args.json:
        print_json({"case": args.case, "formulation": text})
    else:
        print(text)
    return 0
