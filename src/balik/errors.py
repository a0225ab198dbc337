"""Problems in the input, and the exceptions of balik.

    BalikError            1  our fault
    ├── InputError        2  the data are malformed; carries every Problem that was found
    └── CallError         2  the call is malformed (unknown case, option or scenario)

The number is the exit code of the command. That no plan exists (3), or that the search was stopped before any was
found (4), is an answer and no error: see `Plan.status` and `Plan.exit_code`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from typing import ClassVar

from .words import NOTHING, Sentence, plain, say, sentences


class BalikError(Exception):
    """Root of all errors of balik; on its own: a fault of balik, not of the user's data."""

    exit_code = 1

    def into(self, language: str) -> str:
        """The message in this language, as far as it is in the catalogue."""
        message = self.args[0] if self.args else ""
        return message.into(language) if isinstance(message, Sentence) else str(message)


class CallError(BalikError):
    """The call is malformed: a case, scenario, verb or option that does not exist."""

    exit_code = 2

    def __init__(self, message: Sentence):
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: where it is, what was found there, and what to do about it."""

    code: str
    found: Sentence
    advice: Sentence = NOTHING
    file: str | None = None
    line: int | None = None
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None

    @property
    def severity(self) -> str:
        """`error` (nothing is solved) or `warning`."""
        return "warning" if self.code.startswith("W") else "error"

    def into(self, language: str) -> Problem:
        """The same problem, told in this language."""
        return replace(self, found=plain(self.found.into(language)), advice=plain(self.advice.into(language)))

    def as_dict(self) -> dict[str, object]:
        """The fields of the contract's JSON document."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "line": self.line,
            "cell": self.cell,
            "column": self.column,
            "found": self.found,
            "advice": self.advice,
        }

    @property
    def where(self) -> str:
        """`lanes.csv:14 dest`, or in a workbook `book.xlsx lanes!C14 dest`."""
        where = self.file or "case"
        if self.sheet:
            where += f" {self.sheet}!{self.cell}" if self.cell else f" {self.sheet}"
        elif self.line is not None:
            where += f":{self.line}"
        return f"{where} {self.column}" if self.column else where

    def __str__(self) -> str:
        kind = "warning " if self.severity == "warning" else ""
        return f"{self.where}  {kind}{self.code}  {sentences(self.found, self.advice)}"


class Problems:
    """Collects problems; asks nobody to stop."""

    #: What it does, and what it answers, for functions whose results are kept.
    _effects: ClassVar = {"add": (), "note": ()}
    _asked: ClassVar = ("errors", "warnings")
    _changes: ClassVar = True

    def __init__(self, found: Iterable[Problem] = ()):
        self._all: dict[Problem, None] = dict.fromkeys(found)

    def add(self, code: str, found: Sentence, advice: Sentence = NOTHING, **where: object) -> None:
        """Note a problem, once."""
        self.note(Problem(code, found, advice, **where))  # type: ignore[arg-type]

    def note(self, problem: Problem) -> None:
        """Note a problem as it is, once."""
        self._all[problem] = None

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep a plan from being made."""
        return [p for p in self._all if p.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What is allowed but probably not meant."""
        return [p for p in self._all if p.severity == "warning"]

    def stop_on_errors(self) -> None:
        """Raise InputError when there is any error."""
        if self.errors:
            raise InputError(list(self._all))


class InputError(BalikError):
    """The input is malformed; `problems` lists all that was found, errors and warnings."""

    exit_code = 2

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        errors = [p for p in problems if p.severity == "error"]
        super().__init__("\n".join(map(str, errors[:50])) + f"\n{len(errors)} problem(s). Nothing was solved.")


def did_you_mean(word: str, known: Iterable[str]) -> Sentence:
    """A sentence that proposes the nearest known word, or nothing."""
    known = [k for k in known if k]
    near = get_close_matches(word, known, 1, 0.6)
    if not near:
        folded = {k.casefold(): k for k in known}
        near = [folded[n] for n in get_close_matches(word.casefold(), list(folded), 1, 0.6)]
    return _meant(word, near[0]) if near else NOTHING


def _meant(word: str, near: str) -> Sentence:
    """The known word; where the two may look the same, also the sign that differs."""
    for tag, i, j, m, n in SequenceMatcher(None, word, near, autojunk=False).get_opcodes():
        if tag != "equal" and (at := _unseen(word, i, j)):
            return say("Did you mean '{word}'? In yours, sign {at} is {sign}.", word=near, at=at[0], sign=at[1])
        if tag != "equal" and (at := _unseen(near, m, n)):
            return say("Did you mean '{word}'? In it, sign {at} is {sign}.", word=near, at=at[0], sign=at[1])
    return say("Did you mean '{word}'?", word=near)


def _unseen(text: str, start: int, end: int) -> tuple[str, str] | None:
    """Place and name of the first sign between start and end that is taken for another or not seen by a reader.

    That is a second space, and what is neither ASCII nor a Latin letter.
    """
    for at in range(start, end):
        sign, called = text[at], unicodedata.name(text[at], "")
        doubled = sign == " " and " " in (text[at - 1 : at], text[at + 1 : at + 2])
        if doubled or not (sign.isascii() or called.startswith("LATIN")):
            return str(at + 1), f"U+{ord(sign):04X} {called}".rstrip()
    return None


def all_of(words: Iterable[str]) -> str:
    """The words with "and" between them, in any language."""
    return _joined(list(words), lambda one, more: say("{one} and {more}", one=one, more=more))


def listed(words: Iterable[str]) -> str:
    """The words with commas between them, in any language."""
    return _joined(list(words), lambda one, more: say("{one}, {more}", one=one, more=more))


def one_of(words: Iterable[str]) -> str:
    """The words with "or" between them, in any language."""
    return _joined(list(words), lambda one, more: say("{one} or {more}", one=one, more=more))


def _joined(words: list[str], join: Callable[[str, str], str]) -> str:
    """The words joined by halves, so that a long list is no deep sentence."""
    if len(words) < 2:
        return words[0] if words else NOTHING
    half = len(words) // 2
    return join(_joined(words[:half], join), _joined(words[half:], join))
