"""balik draw: the network of a case, or of a plan with its amounts, as a picture."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder
from .output import written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    draw = one(
        "draw",
        run,
        say("the network as a picture: entities, processes, flows; with amounts where CASE is a plan"),
        changes=True,
    )
    draw.add_argument(
        "--by", choices=("kind", "place"), help=say("a box for each kind or each place (without: by place up to 40)")
    )
    draw.add_argument("--out", metavar="FILE", default="network.svg", help=say("file to write: .svg, .png or .html (network.svg)"))


def run(args: argparse.Namespace) -> int:
    """Write the picture."""
    from ..views.draw import draw

    draw(args.case, args.scenario, args.set, by=args.by, language=args.lang, out=args.out)
    return written(args, args.out)
