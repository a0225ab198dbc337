"""What balik says to its users, in more than one language.

A sentence is written once, in English, where it is needed: `say("'{word}' is not a column of {table}.", word=…)`. It
is that English text, and remembers its template and values, so that it can be said again in another language: the
catalogue `catalogue/<language>/*.po` gives for each English template the same template in that language.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent / "catalogue"
#: Languages that balik speaks. English stands in the code; the others in catalogues.
LANGUAGES = ("en", "id")


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
        values = {k: v.into(language) if isinstance(v, Sentence) else v for k, v in self.values.items()}
        return catalogue(language).get(self.template, self.template).format(**values)


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


def sentences(*parts: Sentence) -> Sentence:
    """Sentences one after the other; empty ones are left out."""
    kept = [part for part in parts if part]
    names = [f"_{i}" for i in range(len(kept))]
    template = " ".join(f"{{{name}}}" for name in names)
    return Sentence(" ".join(kept), template, dict(zip(names, kept, strict=True)))


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
