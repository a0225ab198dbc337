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
from .output import refused

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
    """Run the command; returns the exit code (see errors.py)."""
    for stream in (sys.stdout, sys.stderr):  # consoles of Windows may know fewer signs than we print
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = arguments().parse_args(with_ranges(list(sys.argv[1:] if argv is None else argv)))
    try:
        return int(args.run(args))
    except InputError as error:
        return refused(args, error.problems, error.exit_code)
    except CallError as error:
        return refused(args, [Problem("E190", error.args[0])], error.exit_code)
    except BalikError as error:
        print(f"balik: {error.into(args.lang)}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("balik: stopped.", file=sys.stderr)
        return 4
    except Exception as error:
        print(f"balik: a fault of balik, not of your data: {type(error).__name__}: {error}", file=sys.stderr)
        print("Please report it with the case; set BALIK_DEBUG=1 to see where it happened.", file=sys.stderr)
        if os.environ.get("BALIK_DEBUG"):
            raise
        return 1


def arguments() -> argparse.ArgumentParser:
    """Every verb with its options."""
    from .. import __version__

    parser = argparse.ArgumentParser(
        prog="balik",
        description="Plan how used things come back: tables in, one formulation, a verified plan out.",
        epilog="CASE is a folder with a case.toml, or the name of a bundled case (balik cases).",
    )
    parser.add_argument("--version", action="version", version=f"balik {__version__}")
    one = adder(parser.add_subparsers(dest="verb", required=True, metavar="VERB"))
    for verb in VERBS:
        verb.add(one)
    return parser
