"""Options that several verbs share."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from ..words import LANGUAGES, Sentence, say
from .parser import language_of

#: Options whose value may begin with a minus sign, which would be taken for an option.
_RANGES = ("--range", "--against-range")


class Adder(Protocol):
    """Adds a verb: its name, what runs it, what it is for, and which options it shares with others."""

    def __call__(
        self, name: str, run: Any, words: Sentence, *, case: bool = True, changes: bool = False, solver: bool = False
    ) -> argparse.ArgumentParser: ...


def adder(verbs: Any) -> Adder:
    """The function that adds a verb to `verbs`: with a CASE, with --scenario and --set, with options of the solver."""

    def one(
        name: str, run: Any, words: Sentence, *, case: bool = True, changes: bool = False, solver: bool = False
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
        parser.set_defaults(run=run)
        if case:
            parser.add_argument("case", metavar="CASE")
        if changes:
            parser.add_argument("--scenario", metavar="S", help=say("a scenario of the case"))
            add_sets(parser)
        if solver:
            _add_solver(parser)
        parser.add_argument("--json", action="store_true", help=say("print one JSON document"))
        parser.add_argument("--quiet", action="store_true", help=say("print nothing; the exit code tells, problems still do"))
        parser.add_argument(
            "--lang", choices=LANGUAGES, default=language_of(()), metavar=f"{{{','.join(LANGUAGES)}}}",
            help=say("language of all that is said: English or Indonesian (without: BALIK_LANG of the environment, else en)"),
        )  # fmt: skip
        return parser

    return one


def add_sets(parser: argparse.ArgumentParser) -> None:
    """--set."""
    text = say("change cells, as 'sites.capacity[place=X] *= 1.1' (repeatable)")
    parser.add_argument("--set", action="append", default=[], metavar="'table.column OP value'", help=text)


def add_fix(parser: argparse.ArgumentParser) -> None:
    """--fix baseline."""
    text = say("today's plan: every lane carries what the table baseline says")
    parser.add_argument("--fix", metavar="baseline", help=text)


def _add_solver(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gap", type=float, help=say("relative gap that counts as proved (1e-6)"))
    parser.add_argument("--time-limit", type=float, metavar="SECONDS", help=say("stop then, with the best plan found"))
    parser.add_argument("--engine", help=say("auto, highs, siting, network or scip; with a second opinion: highs,scip"))
    parser.add_argument("--seed", type=int, default=0, help=say("random seed of the solver"))
    parser.add_argument("--threads", type=int, help=say("threads of the solver"))


def add_many(parser: argparse.ArgumentParser) -> None:
    """--workers, --cluster and --resume, of verbs that solve many times."""
    workers = say("so many solves side by side on this machine (without: as many as pay)")
    parser.add_argument("--workers", type=int, metavar="N", help=workers)
    cluster = say("solve on a Dask cluster instead: the address of its scheduler, as tcp://host:8786")
    parser.add_argument("--cluster", metavar="ADDRESS", help=cluster)
    resume = say("keep every answer in this folder as it comes; the same call goes on from there")
    parser.add_argument("--resume", metavar="DIR", help=resume)


@contextmanager
def many(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The options of the solver and of many solves, while the time that is left is shown."""
    from ..views.progress import ProgressLine

    line = ProgressLine(language=args.lang)
    how = {name: getattr(args, name) for name in ("workers", "cluster", "resume")}
    try:
        yield options(args) | how | {"progress": line if line.live else None}
    finally:
        line.clear()


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
