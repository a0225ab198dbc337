"""balik new: a case of one's own."""

from __future__ import annotations

import argparse
import sys

from ..errors import CallError
from ..words import say
from .arguments import Adder
from .output import documents, print_json, print_problems, told, written


def add(one: Adder) -> None:
    """Say the verb and its options."""
    from ..start.fields import PERIODS

    new = one("new", run, say("start a case of your own: a small one that solves, its columns explained"), case=False)
    new.add_argument("name", metavar="NAME", help=say("folder or workbook to be made"))
    new.add_argument("--like", metavar="CASE", help=say("copy this case instead"))
    lists = say("make it from loose lists: shipments, rates, sites, invoices (CSV, .xlsx)")
    new.add_argument("--from", dest="files", nargs="+", metavar="FILE", help=lists)
    which = say("with --from: says which list and column is what (from.toml of an earlier case)")
    new.add_argument("--map", metavar="FILE", help=which)
    new.add_argument("--period", choices=PERIODS, help=say("with --from: length of a period (month)"))
    book = say("a workbook with drop-downs and a guide, in the language of --lang")
    new.add_argument("--xlsx", action="store_true", help=book)


def run(args: argparse.Namespace) -> int:
    """Make it, and say what comes next."""
    from ..copies import new

    if args.files:
        return _from_lists(args)
    folder = new(args.name, args.like, map=args.map, period=args.period, xlsx=args.xlsx, language=args.lang)
    if folder.is_file():
        return told(args, {"written": str(folder)}, say("Written: {path}. Next: balik solve {path}", path=folder))
    more = say("(its columns are explained in {path}). Next: balik solve {folder}", path=folder / "COLUMNS.md", folder=folder)
    return written(args, folder, more)


def _from_lists(args: argparse.Namespace) -> int:
    """A case of loose lists; what is uncertain is asked where somebody can answer."""
    from ..copies import new_from
    from ..start.ask import asker

    if args.like or args.xlsx:
        raise CallError(say("--like and --xlsx do not go with --from."))
    ask = asker(args.lang) if sys.stdin.isatty() and sys.stderr.isatty() else None
    folder, started = new_from(args.name, args.files, args.map, args.period, ask, args.lang)
    if args.json:
        guessed = [sentence.into(args.lang) for sentence in started.guessed]
        print_json({"written": str(folder), "guessed": guessed, "problems": documents(args, started.problems)})
        return 0
    print_problems(args, started.problems)
    print(say("Guessed and decided:").into(args.lang), file=sys.stderr)
    for sentence in started.guessed:
        print(f"  * {sentence.into(args.lang)}", file=sys.stderr)
    more = say(
        "(what was guessed stands in {path}). Next: balik check {folder}", path=folder / "GUESSED.md", folder=folder
    )
    return written(args, folder, more)
