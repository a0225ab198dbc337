"""What only the planner knows: asked on a terminal, else a problem that says where to write the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import Problems
from ..words import Sentence, say
from .lists import Listing
from .mapping import Entry, Said

#: Asks the planner; None where the planner does not know either.
Ask = Callable[["Question"], str | None]
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Question:
    """One thing that is not certain.

    `path` is where the answer stands in the map, such as shipments, amount, unit; `free`: other answers than the
    choices are possible.
    """

    code: str
    path: tuple[str, ...]
    found: Sentence
    choices: tuple[str, ...]
    advice: Sentence
    where: Mapping[str, Any] = field(default_factory=dict)
    free: bool = False


def list_question(role: str, titles: Sequence[str], file: str) -> Question:
    """Which file or sheet a list is."""
    found = say("None of the lists is surely the one of {role}.", role=role)
    shown = ", ".join(titles) or "-"
    advice = say('Write in {map}: [{role}] list = "…", one of: {titles}.', map=file, role=role, titles=shown)
    return Question("E401", (role, "list"), found, tuple(titles), advice)


def column_question(found: Listing, role: str, name: str, choices: Sequence[str], file: str) -> Question:
    """Which column holds something."""
    shown = ", ".join(choices[:_MOST_SHOWN]) + (" …" if len(choices) > _MOST_SHOWN else "")
    told = say("It is not certain which column is '{field}' of {role}; it can be: {names}.", field=name, role=role,
               names=shown or "-")  # fmt: skip
    advice = say('Write in {map}: [{role}] {field} = "column".', map=file, role=role, field=name)
    return Question("E402", (role, name, "column"), told, tuple(choices), advice, found.sheet.where(found.header))


def as_problems(questions: Sequence[Question], problems: Problems) -> None:
    """Note what nobody could answer."""
    for question in questions:
        problems.add(question.code, question.found, question.advice, **question.where)


def answer(said: Said, path: tuple[str, ...], text: str, guessed: Said) -> None:
    """Put an answer where it belongs, with the column that was guessed, if it is about one."""
    match path:
        case (role, "list"):
            said.roles[role].lists = [text]
        case (_, "accounts", label):
            said.roles["invoices"].accounts[label.casefold()] = text
        case (role, name, part):
            known = guessed.roles[role].fields.get(name, Entry(""))
            said.roles[role].fields[name] = replace(known, **{part: text})
        case (setting,):
            number = text.replace(",", ".")
            said.settings[setting] = float(number) if number.replace(".", "", 1).isdigit() else text


def open_fields(questions: Sequence[Question]) -> dict[str, set[str]]:
    """What is still open, by list: fields, and `accounts:words` of an invoice."""
    found: dict[str, set[str]] = {}
    for question in questions:
        if len(question.path) > 1:
            name = ":".join(question.path[1:]) if question.path[1] == "accounts" else question.path[1]
            found.setdefault(question.path[0], set()).add(name)
    return found
