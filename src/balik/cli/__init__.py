"""The command: `balik VERB CASE`. Data on standard output, problems and progress on standard error.

A file for each verb: `add` says its words and options, `run` answers and returns the exit code.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from ..errors import BalikError, CallError, InputError, Problem
from ..words import Sentence, plain, say, speaking
from . import (
    atlas,
    audit,
    cases,
    check,
    compare,
    convert,
    draw,
    explain,
    frontier,
    map,
    math,
    new,
    rank,
    report,
    reproduce,
    sensitivity,
    simulate,
    solve,
    stochastic,
    validate,
    verify,
)
from .arguments import adder, with_ranges
from .output import heard, refused, shown
from .parser import Parser, language_of

#: The verbs, in the order of the help.
VERBS = (
    new,
    cases,
    check,
    solve,
    compare,
    sensitivity,
    frontier,
    atlas,
    stochastic,
    simulate,
    rank,
    reproduce,
    audit,
    explain,
    validate,
    verify,
    draw,
    map,
    report,
    math,
    convert,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code (see errors.py): 0 where whoever reads has closed the pipe in the middle."""
    for stream in (sys.stdout, sys.stderr):  # consoles of Windows may know fewer signs than we print
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    code = 0
    with heard():
        code = _run(with_ranges(list(sys.argv[1:] if argv is None else argv)))
    return code


def _run(words: list[str]) -> int:
    args = arguments(language_of(words), "--json" in words).parse_args(words)
    try:
        with speaking(args.lang), shown(args):
            return int(args.run(args))
    except InputError as error:
        return refused(args, error.problems, error.exit_code)
    except CallError as error:
        return refused(args, [Problem("E190", error.args[0])], error.exit_code)
    except BalikError as error:
        return _ended(args, error.into(args.lang), error.exit_code)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _ended(args, say("stopped."), 4)
    except Exception as error:
        if _was_stopped(error):
            return _ended(args, say("stopped."), 4)
        found = f"{type(error).__name__}: {error}"
        code = _ended(args, say("a fault of balik, not of your data: {found}", found=found), 1)
        asked = say("Please report it with the case; set BALIK_DEBUG=1 to see where it happened.")
        print(asked.into(args.lang), file=sys.stderr)
        if os.environ.get("BALIK_DEBUG"):
            raise
        return code


def _was_stopped(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind it: numpy takes one in the middle of its import for a bad installation."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _ended(args: argparse.Namespace, why: str, code: int) -> int:
    """No answer, and not for what is wrong with the case: why, on standard error, and in the document."""
    told = why.into(args.lang) if isinstance(why, Sentence) else why
    print(f"balik: {told}", file=sys.stderr)
    return refused(args, [Problem("E192", plain(told))], code, "stopped") if args.json else code


def arguments(language: str = "en", json: bool = False) -> argparse.ArgumentParser:
    """Every verb with its options; their help in this language, and with `json` faults of the call as a document."""
    from .. import __version__

    parser = Parser(
        prog="balik",
        description=say("Plan how used things come back: tables in, one formulation, a verified plan out."),
        epilog=say("CASE is a folder with a case.toml, a workbook, or the name of a bundled case (balik cases)."),
    )
    parser.add_argument("--version", action="version", version=f"balik {__version__}")
    one = adder(parser.add_subparsers(dest="verb", required=True, metavar="VERB"))
    for verb in VERBS:
        verb.add(one)
    parser.into(language, json)
    return parser
