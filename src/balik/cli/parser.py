"""The parser of the command: argparse, whose own words are said in the language of the call too."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ..errors import Problem
from ..words import LANGUAGES, Sentence, plain, say, spoken
from .output import heard, refused


class Parser(argparse.ArgumentParser):
    """A parser whose help and faults are in one language once it is told which; with `json` faults are a document too.

    Options are written in full: what is short for one today may be short for two when more are added.
    """

    language = "en"
    json = False

    def __init__(self, **more: Any) -> None:
        super().__init__(**more, allow_abbrev=False)

    def into(self, language: str, json: bool = False) -> None:
        """Say the help of every verb and option in this language."""
        self.language, self.json = language, json
        self.description, self.epilog = _in(self.description, language), _in(self.epilog, language)
        self._positionals.title = say("positional arguments").into(language)
        self._optionals.title = say("options").into(language)
        for action in self._actions:
            action.help = _in(action.help, language)
            if isinstance(action, argparse._HelpAction):
                action.help = say("show this help message and exit").into(language)
            elif isinstance(action, argparse._VersionAction):
                action.help = say("show program's version number and exit").into(language)
            elif isinstance(action, argparse._SubParsersAction):
                for verb in action._choices_actions:
                    verb.help = _in(verb.help, language)
                for parser in action.choices.values():
                    parser.into(language, json)

    def format_usage(self) -> str:
        """How to call it."""
        return self._used(super().format_usage())

    def format_help(self) -> str:
        """How to call it, what it does, and every argument."""
        return self._used(super().format_help())

    def _used(self, text: str) -> str:
        return text.replace("usage:", say("usage:").into(self.language), 1)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The arguments of a call; what no option takes is a fault of the verb, whose usage is shown."""
        found, left = self.parse_known_args(args, namespace)
        if left:
            verbs = next(action.choices for action in self._actions if isinstance(action, argparse._SubParsersAction))
            verbs[found.verb].error(f"unrecognized arguments: {' '.join(left)}")
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call, and leave with exit code 2."""
        told = say("{program}: error: {fault}", program=self.prog, fault=fault(message))
        with heard():
            self.print_usage(sys.stderr)
            if self.json:
                advice = say("{program} --help shows how it is called.", program=self.prog)
                refused(argparse.Namespace(json=True, lang=self.language), [Problem("E190", fault(message), advice)], 2)
            print(told.into(self.language), file=sys.stderr)
        sys.exit(2)


def _in(text: str | None, language: str) -> str | None:
    return text.into(language) if isinstance(text, Sentence) else text


def language_of(argv: Sequence[str]) -> str:
    """The language that a call asks for: --lang, else BALIK_LANG; what balik does not speak is English."""
    asked = spoken()
    for at, word in enumerate(argv):
        if word == "--lang":
            asked = argv[at + 1] if at + 1 < len(argv) else ""
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return asked if asked in LANGUAGES else "en"


def fault(message: str) -> Sentence:
    """What argparse says of a wrong call, as a sentence; what is not known here stays English."""
    told: dict[str, Callable[[dict[str, str]], Sentence]] = {
        r"argument (?P<argument>\S+): (?P<fault>.*)": lambda f: say("argument {argument}: {fault}", **f | {"fault": fault(f["fault"])}),
        r"the following arguments are required: (?P<words>.*)": lambda f: say("the following arguments are required: {words}", **f),
        r"unrecognized arguments: (?P<words>.*)": lambda f: say("unrecognized arguments: {words}", **f),
        r"invalid choice: (?P<word>.*) \(choose from (?P<words>.*)\)": lambda f: say("invalid choice: {word} (choose from {words})", **f),
        r"invalid int value: (?P<word>.*)": lambda f: say("not a whole number: {word}", **f),
        r"invalid float value: (?P<word>.*)": lambda f: say("not a number: {word}", **f),
        r"expected one argument": lambda f: say("expected one argument"),
        r"expected at least one argument": lambda f: say("expected at least one argument"),
        r"ignored explicit argument (?P<word>.*)": lambda f: say("takes no value: {word}", **f),
    }  # fmt: skip
    for pattern, sentence in told.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return sentence(found.groupdict())
    return plain(message)
