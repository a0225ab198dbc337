"""balik cases: the bundled cases."""

from __future__ import annotations

import argparse

from ..words import say
from .arguments import Adder
from .output import print_json


def add(one: Adder) -> None:
    """Say the verb and its options."""
    one("cases", run, say("list the bundled cases"), case=False)


def run(args: argparse.Namespace) -> int:
    """A line for each."""
    from ..copies import cases
    from ..tables import read

    found = {name: read(name) for name in cases()}
    if args.json:
        print_json([{"case": n, "title": t.title, "scenarios": list(t.scenarios)} for n, t in found.items()])
        return 0
    width = max(map(len, found), default=0)
    for name, tables in found.items():
        count = len(tables.scenarios)
        many = say("{count} scenario", count=1) if count == 1 else say("{count} scenarios", count=count)
        print(f"{name:{width}} {tables.title} ({many.into(args.lang)})")
    return 0
