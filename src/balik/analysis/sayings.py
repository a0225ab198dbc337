"""What a saved document needs to be read in another language: each sentence's template and values beside its text.

A document is texts, so that any program can read it. Its key `said` holds the language of these texts and, for each of
them that has words of balik, where it stands, the English template, and the values that fill it.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator, Mapping
from numbers import Number
from typing import Any

from ..words import LANGUAGES, Figure, Sentence

#: What a template may ask of a value: 1,234.5 and the like.
_HOW = re.compile(r"[+]?,?(?:\.\d{1,2})?[a-z%]?")
#: Letters of a sentence at most; few stand for very many where sentences hold one another.
_LONGEST = 100_000
#: What goes wrong where a template and its values do not fit.
_UNFIT = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
Path = tuple[str | int, ...]


def sayings(found: Any, language: str) -> dict[str, Any]:
    """The key `said` of a document that still holds its sentences; none where it holds no sentence."""
    texts = [{"at": list(path), **kept} for path, text in _sentences(found) if isinstance(kept := _kept(text), dict)]
    return {"said": {"language": language, "texts": texts}} if texts else {}


def resaid(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document whose texts are sentences again, where what it keeps of them says these very texts.

    What was changed by hand since, or was made by another balik, stays the text that it is.
    """
    said = document.get("said")
    out = {key: value for key, value in document.items() if key != "said"}
    if (
        not isinstance(said, Mapping)
        or said.get("language") not in LANGUAGES
        or not isinstance(said.get("texts"), list)
    ):
        return out
    at: dict[Path, Sentence] = {}
    for kept in said["texts"]:
        try:
            sentence = _sentence(kept)
            at[tuple(kept["at"])] = sentence
        except _UNFIT:
            continue
    try:
        return {key: _laid(value, (key,), at, said["language"]) for key, value in out.items()}
    except RecursionError:  # too deep for any document of balik
        return out


def _laid(found: Any, path: Path, at: Mapping[Path, Sentence], language: str) -> Any:
    if isinstance(found, dict):
        return {key: _laid(value, (*path, key), at, language) for key, value in found.items()}
    if isinstance(found, list):
        return [_laid(value, (*path, i), at, language) for i, value in enumerate(found)]
    sentence = at.get(path) if isinstance(found, str) else None
    return sentence if sentence is not None and _says(sentence, found, language) else found


def _says(sentence: Sentence, text: str, language: str) -> bool:
    try:  # it must be one that can be said in all of them
        return {each: sentence.into(each) for each in LANGUAGES}[language] == text
    except _UNFIT:
        return False


def _sentences(found: Any, path: Path = ()) -> Iterator[tuple[Path, Sentence]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _sentences(value, (*path, key))
    elif isinstance(found, (list, tuple)):
        for i, value in enumerate(found):
            yield from _sentences(value, (*path, i))
    elif isinstance(found, Sentence):
        yield path, found


def _kept(value: Any) -> Any:
    """A value as JSON: a sentence by its template, a number for readers by its digits, another text as it is."""
    if isinstance(value, Figure):
        return {"figure": str(value)}
    if isinstance(value, Sentence):
        if not value.template or (value.template == "{text}" and type(value.values["text"]) is str):
            return str(value)
        kept = {"say": value.template, "with": {name: _kept(part) for name, part in value.values.items()}}
        return kept if _filled(value) == str(value) else kept | {"text": str(value)}
    if isinstance(value, (bool, int, float)) and math.isfinite(value):
        return value
    return {"figure": str(value)} if isinstance(value, Number) else str(value)


def _filled(sentence: Sentence) -> str:
    return sentence.template.format(**sentence.values)


def _sentence(kept: Mapping[str, Any]) -> Sentence:
    """The sentence that was kept; raises where it is none, or its template asks for more than values."""
    if "figure" in kept:
        return Figure(_text(kept["figure"]))
    template = _text(kept["say"])
    for _, name, how, conversion in string.Formatter().parse(template):
        if name is not None and not (name.isidentifier() and _HOW.fullmatch(how or "") and conversion in (None, "r")):
            raise ValueError(template)
    values = {name: _value(part) for name, part in kept["with"].items()}
    text = _text(kept["text"]) if "text" in kept else template.format(**values)
    if len(text) > _LONGEST:
        raise ValueError(template)
    return Sentence(text, template, values)


def _value(kept: Any) -> Any:
    if isinstance(kept, Mapping):
        return _sentence(kept)
    if isinstance(kept, (str, bool, int, float)):
        return kept
    raise TypeError(kept)


def _text(found: Any) -> str:
    if isinstance(found, str):
        return found
    raise TypeError(found)
