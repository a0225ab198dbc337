"""Asking on a terminal: the question and its choices on standard error, the answer from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ..words import say
from .questions import Question


def asker(language: str = "en", read: Callable[[], str] | None = None) -> Callable[[Question], str | None]:
    """A function that asks; an empty answer leaves the question open."""

    def ask(question: Question) -> str | None:
        print(question.found.into(language), file=sys.stderr)
        for number, choice in enumerate(question.choices, 1):
            print(f"  {number}  {choice}", file=sys.stderr)
        told = (
            say("Number or name; Enter where you do not know: ")
            if question.choices
            else say("Answer; Enter where you do not know: ")
        )
        while True:
            print(told.into(language), end="", file=sys.stderr, flush=True)
            text = (read() if read is not None else sys.stdin.readline()).strip()
            if not text:
                return None
            if text.isdigit() and 1 <= int(text) <= len(question.choices):
                return question.choices[int(text) - 1]
            if question.free or text in question.choices:
                return text
            print(say("'{text}' is none of them.", text=text).into(language), file=sys.stderr)

    return ask
