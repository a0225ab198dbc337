"""Options that several verbs share."""

from __future__ import annotations

import argparse
import os
from typing import Any, Protocol

from ..words import LANGUAGES

#: Options whose value may begin with a minus sign, which would be taken for an option.
_RANGES = ("--range",)


class Adder(Protocol):
    """Adds a verb: its name, what runs it, what it is for, and which options it shares with others."""

    def __call__(
        self, name: str, run: Any, words: str, *, case: bool = True, changes: bool = False, solver: bool = False
    ) -> argparse.ArgumentParser: ...


def adder(verbs: Any) -> Adder:
    """The function that adds a verb to `verbs`: with a CASE, with --scenario and --set, with options of the solver."""

    def one(
        name: str, run: Any, words: str, *, case: bool = True, changes: bool = False, solver: bool = False
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
        parser.set_defaults(run=run)
        if case:
            parser.add_argument("case", metavar="CASE")
        if changes:
            parser.add_argument("--scenario", metavar="S", help="a scenario of the case")
            add_sets(parser)
        if solver:
            _add_solver(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--lang", choices=LANGUAGES, default=_language(), metavar=f"{{{','.join(LANGUAGES)}}}",
            help="language of problems: English or Indonesian (without: BALIK_LANG of the environment, else en)",
        )  # fmt: skip
        return parser

    return one


def add_sets(parser: argparse.ArgumentParser) -> None:
    """--set."""
    text = "change cells, as 'sites.capacity[place=X] *= 1.1' (repeatable)"
    parser.add_argument("--set", action="append", default=[], metavar="'table.column OP value'", help=text)


def add_fix(parser: argparse.ArgumentParser) -> None:
    """--fix baseline."""
    text = "today's plan: every lane carries what the table baseline says"
    parser.add_argument("--fix", metavar="baseline", help=text)


def _add_solver(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gap", type=float, help="relative gap that counts as proved (1e-6)")
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="stop then, with the best plan found")
    parser.add_argument("--engine", help="auto, highs, siting, network or scip; with a second opinion: highs,scip")
    parser.add_argument("--seed", type=int, default=0, help="random seed of the solver")
    parser.add_argument("--threads", type=int, help="threads of the solver")


def options(args: argparse.Namespace) -> dict[str, Any]:
    """The options of the solver, as the functions of the verbs take them."""
    return {name: getattr(args, name) for name in ("gap", "time_limit", "engine", "seed", "threads")}


def with_ranges(argv: list[str]) -> list[str]:
    """The words of a call with each range joined to its option."""
    out: list[str] = []
    for word in argv:
        if out and out[-1] in _RANGES:
            out[-1] = f"{out[-1]}={word}"
        else:
            out.append(word)
    return out


def _language() -> str:
    """The language that the environment asks for, if balik speaks it."""
    asked = os.environ.get("BALIK_LANG", "")
    return asked if asked in LANGUAGES else "en"
