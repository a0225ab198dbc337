"""What balik says to its users, in more than one language.

A sentence is written once, in English, where it is needed: `say("'{word}' is not a column of {table}.", word=…)`. It
is that English text, and remembers its template and values, so that it can be said again in another language: the
catalogue `catalogue/<language>/*.po` gives for each English template the same template in that language.

A value that is a number (or a `Figure`, where the text of the number is made elsewhere) is to be read, and is written
as each language writes it: 1,234.5 or 1.234,5. What the user typed, or is to type, is given as text and stays; so does
a number with `!r`.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from numbers import Number
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent / "catalogue"
#: Languages that balik speaks. English stands in the code; the others in catalogues.
LANGUAGES = ("en", "id")
#: How a language writes the signs of a number that English writes as 1,234.5.
SIGNS = {"id": str.maketrans(",.", ".,")}


_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


def spoken() -> str:
    """The language of what nobody asks another one of: that of the command, else BALIK_LANG, else English."""
    asked = _SPOKEN.get() or os.environ.get("BALIK_LANG", "")
    return asked if asked in LANGUAGES else "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this, `spoken` is this language."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


class Sentence(str):
    """A text for the user: it is the English text, and can be said in another language."""

    template: str
    values: dict[str, Any]

    def __new__(cls, text: str = "", template: str = "", values: dict[str, Any] | None = None) -> Sentence:
        self = super().__new__(cls, text)
        self.template, self.values = template or text, values or {}
        return self

    def __getnewargs__(self) -> tuple[str, str, dict[str, Any]]:  # type: ignore[override]
        return str(self), self.template, self.values

    def into(self, language: str) -> str:
        """The sentence in this language; what the catalogue lacks stays English."""
        if language == "en" or not self.template:
            return str(self)
        values = {name: _value(value, language) for name, value in self.values.items()}
        return catalogue(language).get(self.template, self.template).format(**values)


class Figure(Sentence):
    """A number to be read, as English writes it.

    >>> Figure("8,161,000.5").into("id")
    '8.161.000,5'
    """

    def into(self, language: str) -> str:
        """The number with the signs of this language."""
        return str(self).translate(SIGNS.get(language, {}))


class _Told:
    """A number that a template formats, in another language."""

    def __init__(self, value: Any, language: str):
        self.value, self.language = value, language

    def __format__(self, how: str) -> str:
        return Figure(format(self.value, how)).into(self.language)

    def __repr__(self) -> str:
        return repr(self.value)


def _value(value: Any, language: str) -> Any:
    """A value of a sentence as the language says or writes it."""
    if isinstance(value, Sentence):
        return value.into(language)
    return _Told(value, language) if isinstance(value, Number) else value


#: No sentence: where there is no advice to give.
NOTHING = Sentence()


def say(template: str, /, **values: Any) -> Sentence:
    """A sentence with its values filled in; values that are sentences are translated with it.

    >>> say("'{word}' is not a {what}.", word="kota", what="column")
    "'kota' is not a column."
    """
    return Sentence(template.format(**values), template, values)


def plain(text: str) -> Sentence:
    """A text that reads the same in every language."""
    return Sentence(text, "{text}", {"text": text})


def named(name: str, words: Sentence) -> Sentence:
    """A name that English shows as it stands in the tables, and another language by these words."""
    return Sentence(name, words.template, words.values)


def sentences(*parts: str, between: str = " ") -> Sentence:
    """Sentences (or texts that read the same in every language) one after the other; empty ones are left out."""
    kept = [part for part in parts if part]
    names = [f"_{i}" for i in range(len(kept))]
    template = between.replace("{", "{{").replace("}", "}}").join(f"{{{name}}}" for name in names)
    return Sentence(between.join(kept), template, dict(zip(names, kept, strict=True)))


def said(found: Any, language: str) -> Any:
    """Lists and dicts with every sentence in them in this language."""
    if isinstance(found, dict):
        return {key: said(value, language) for key, value in found.items()}
    if isinstance(found, list):
        return [said(value, language) for value in found]
    return found.into(language) if isinstance(found, Sentence) else found


@cache
def catalogue(language: str) -> dict[str, str]:
    """English template → the template in this language, from every .po file of the language."""
    found: dict[str, str] = {}
    for path in sorted((CATALOGUE / language).glob("*.po")):
        found |= read_po(path)
    return found


def read_po(path: Path) -> dict[str, str]:
    """The pairs of a .po file (msgid and msgstr, also over several lines); untranslated ones are left out."""
    pairs: list[dict[str, str]] = []
    key = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "msgid":
            pairs.append({"msgid": "", "msgstr": ""})
        if word in ("msgid", "msgstr"):
            key, text = word, rest
        elif line.strip().startswith('"'):
            text = line.strip()
        else:
            continue
        pairs[-1][key] += ast.literal_eval(text)
    return {pair["msgid"]: pair["msgstr"] for pair in pairs if pair["msgid"] and pair["msgstr"]}
