"""What the verbs print: one JSON document or words on standard output, problems on standard error."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from ..errors import Problem
from ..words import NOTHING, Sentence, say, sentences


def refused(args: argparse.Namespace, problems: list[Problem], code: int, status: str = "invalid") -> int:
    """Nothing was solved: problems into the document, or one a line on standard error."""
    if args.json:
        document: dict[str, Any] = {
            "case": Path(str(getattr(args, "case", "") or "")).name,
            "scenario": getattr(args, "scenario", None),
            "status": status,
            **dict.fromkeys(("objective", "cost", "bound", "gap", "currency", "ledger", "totals", "unique")),
            "measures": {},
            "open": [],
            "used": [],
            "seconds": {},
            "verified": False,
            "problems": documents(args, problems),
        }
        with heard():
            print_json(document)
        return code
    from ..views.problems import refusal

    print_problems(args, problems)
    print(refusal(problems).into(args.lang), file=sys.stderr)
    return code


def print_problems(args: argparse.Namespace, problems: Sequence[Problem]) -> None:
    """One a line on standard error."""
    from ..views.problems import problem_lines

    for line in problem_lines(problems, args.lang):
        print(line, file=sys.stderr)


def documents(args: argparse.Namespace, problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Every problem as it stands in a document, in the language of the call."""
    return [problem.into(args.lang).as_dict() for problem in problems]


def print_json(document: Any) -> None:
    """One document on standard output."""
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


def answer(args: argparse.Namespace, study: Any, text: Callable[[Any], str]) -> int:
    """A study: its document with --json, else its table as `text` shows it and its findings."""
    study = study.into(args.lang)
    if args.json:
        print_json(study.document())
    else:
        print("\n".join(part for part in (text(study), _bars(args, study), *study.told) if part.strip()))
    return int(study.exit_code)


def _bars(args: argparse.Namespace, study: Any) -> str:
    """The tornado of a sensitivity, on a terminal only."""
    if study.kind != "sensitivity" or not sys.stdout.isatty():
        return ""
    from ..views.terminal import tornado_text

    bars = tornado_text(study, args.lang)
    return bars and bars + "\n"


@contextmanager
def shown(args: argparse.Namespace) -> Iterator[None]:
    """Where a verb prints: nowhere with --quiet, tables of a terminal where standard output is one, else plain text."""
    if args.json:
        yield
    elif args.quiet:
        with redirect_stdout(io.StringIO()):
            yield
    elif sys.stdout.isatty():
        from ..views.terminal import on_terminal

        with on_terminal(sys.stdout):
            yield
    else:
        yield


@contextmanager
def heard() -> Iterator[None]:
    """What is printed within is out at the end, or goes nowhere where whoever reads has closed the pipe."""
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]  # None: closed before the start
    try:
        try:
            yield
        finally:
            for stream in streams:
                stream.flush()
    except BrokenPipeError:
        for stream in streams:
            try:
                stream.flush()
            except BrokenPipeError:  # Python would try again at its end
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def told(args: argparse.Namespace, document: dict[str, Any], sentence: Sentence) -> int:
    """What was done: the document with --json, else the sentence."""
    if args.json:
        print_json(document)
    else:
        print(sentence.into(args.lang))
    return 0


def written(args: argparse.Namespace, path: Any, more: Sentence = NOTHING) -> int:
    """What was written, and what to do next."""
    if args.json:
        print_json({"written": str(path)})
    else:
        print(sentences(say("Written: {path}", path=path), more).into(args.lang))
    return 0
