"""JSON objects read key by key: every key that nobody knows, misses or misreads is a problem with its path."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....errors import Problems, did_you_mean
from ....words import NOTHING, Sentence, say

Series = list[float]
_LARGEST = 1e300


@dataclass(frozen=True)
class Notes:
    """Where problems of one file go."""

    problems: Problems
    file: str

    def add(self, code: str, path: str, found: Sentence, advice: Sentence = NOTHING) -> None:
        """Note a problem at a path of the file."""
        self.problems.add(code, found, advice, file=self.file, column=path or None)


def load(path: Path, notes: Notes) -> Any:
    """The JSON of a file; None where it cannot be read. A key that stands twice in an object is a problem."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in pairs:
            if key in out:
                found = say("The key '{key}' stands twice in one object.", key=key)
                notes.add("E600", "", found, say("Keep one: a reader of JSON sees only the last."))
            out[key] = value
        return out

    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=once)
    except (ValueError, OSError, RecursionError) as error:
        found = say("The file cannot be read as JSON: {error}.", error=str(error))
        notes.add("E600", "", found, say("Write it again from the tool that it comes from."))
        return None


class Part:
    """One object of the file. Values are asked for by key; `done` notes the keys for which nobody asked."""

    def __init__(self, value: Any, path: str, years: int, notes: Notes):
        self.path, self.years, self.notes = path, years, notes
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            notes.add("E604", path, say("Here stands {value}; an object is expected.", value=_shown(value)))
        self.asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.value

    def at(self, key: str) -> str:
        """The path of a key."""
        return "/".join(part for part in (self.path, key) if part)

    def done(self, also: Iterable[str] = ()) -> None:
        """Note every key that is not understood; one with nothing in it is a warning."""
        known = self.asked | set(also)
        for key, value in self.value.items():
            if key not in known:
                found = say("'{key}' is not a key that RELOG has here.", key=key)
                code = "W723" if value in ({}, []) else "E602"
                self.notes.add(code, self.at(key), found, did_you_mean(key, sorted(known)))

    def get(self, key: str, required: bool = True) -> Any:
        """The value of a key as it stands; None where it is missing."""
        self.asked.add(key)
        if required and key not in self.value:
            self.notes.add("E603", self.path, say("The key '{key}' is missing.", key=key))
        return self.value.get(key)

    def part(self, key: str, required: bool = True) -> Part:
        """The object below a key; an empty one where it is missing."""
        value = self.get(key, required)
        return Part(value if key in self.value else {}, self.at(key), self.years, self.notes)

    def parts(self) -> Iterable[tuple[str, Part]]:
        """The objects that this one holds, by name."""
        for name, value in self.value.items():
            self.asked.add(name)
            self.name(name)
            yield name, Part(value, self.at(name), self.years, self.notes)

    def name(self, name: str) -> None:
        """Note a name that cannot be a label."""
        if name != name.strip() or not name:
            self.notes.add(
                "E604", self.path, say("The name '{name}' is blank, or begins or ends with a blank.", name=name)
            )

    def text(self, key: str, default: str | None = None) -> str:
        """A text; `default`: what holds where the key is missing (None: it must stand)."""
        value = self.get(key, default is None)
        if key in self.value and not isinstance(value, str):
            self.wrong(key, value, say("a text"))
        return value if isinstance(value, str) else default or ""

    def number(
        self, key: str, default: float | None = None, least: float | None = None, most: float | None = None
    ) -> float:
        """A number; `default`: what holds where the key is missing (None: it must stand)."""
        value = self.get(key, default is None)
        if key not in self.value:
            return default or 0.0
        return self._number(key, value, least, most)

    def series(
        self, key: str, default: float | None = None, null: float | None = None, least: float | None = None
    ) -> Series:
        """A number for each year: a list, or one that holds for all. `null`: what null stands for."""
        value = self.get(key, default is None)
        if key not in self.value:
            return [default or 0.0] * self.years
        if isinstance(value, list) and len(value) != self.years:
            found = say("{count} values stand here, and there are {years} years.", count=len(value), years=self.years)
            self.notes.add("E604", self.at(key), found, say("Write one for each year."))
            value = 0.0
        values = value if isinstance(value, list) else [value] * self.years
        return [null if v is None and null is not None else self._number(key, v, least) for v in values]

    def numbers(self, key: str, least: float | None = None) -> Series:
        """A list of numbers of any length (null is 0); one number is repeated for every year."""
        value = self.get(key)
        values = value if isinstance(value, list) else [value] * self.years
        return [0.0 if v is None else self._number(key, v, least) for v in values] if key in self.value else [0.0]

    def _number(self, key: str, value: Any, least: float | None = None, most: float | None = None) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -_LARGEST < value < _LARGEST:
            self.wrong(key, value, say("a number"))
        elif least is not None and value < least:
            self.wrong(key, value, say("a number from {least} on", least=f"{least:g}"))
        elif most is not None and value > most:
            self.wrong(key, value, say("a number up to {most}", most=f"{most:g}"))
        else:
            return float(value)
        return 0.0

    def wrong(self, key: str, value: Any, wanted: Sentence) -> None:
        """Note a value that is not what is expected."""
        found = say("Here stands {value}; {wanted} is expected.", value=_shown(value), wanted=wanted)
        self.notes.add("E604", self.at(key), found)

    def label(self, key: str, name: str, known: Sequence[str]) -> bool:
        """Whether the name is one of a product; if not it is noted."""
        if name not in known:
            found = say("'{name}' is no product of this instance.", name=name)
            self.notes.add("E606", self.at(key), found, did_you_mean(name, known))
        return name in known


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
