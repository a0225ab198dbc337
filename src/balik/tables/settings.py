"""`case.toml`: which settings there are, and what is wrong with those that stand there."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from datetime import time as clock
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ..errors import Problems, did_you_mean
from ..words import Sentence, say
from .numbers import vanishes
from .tiles import wrong_tiles
from .units import NotAUnit, count_of, currencies, read_unit

#: Keys of `case.toml` by section ('' = top level).
SETTINGS = {
    "": ("title", "source", "licence", "language", "currency", "period", "note"),
    "distance": ("detour",),
    "finance": ("one_off", "rate", "years", "periods_per_year"),
    "solve": ("gap", "time_limit", "engine", "fix"),
    "map": ("tiles", "tiles_credit", "tiles_max_zoom"),
}
#: Settings that are numbers.
NUMBERS = ("detour", "rate", "years", "periods_per_year", "gap", "time_limit", "tiles_max_zoom")
#: Who may solve; `auto` picks.
ENGINES = ("auto", "highs", "scip", "siting", "network")
SECTIONS = ("objective", "distance", "finance", "exchange", "solve", "map")
#: Settings that are a word for a unit, with an example: any word will do that is no unit of another kind.
_WORDS = {"currency": "IDR", "period": "month"}
_LARGEST = 1e15


def read_settings(
    path: Path, shown: str, more: Mapping[str, Any], problems: Problems
) -> tuple[dict[str, Any], dict[str, int]]:
    """The settings of a file, with those of the call over them, and their lines; every problem is noted."""
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    text = ""
    try:
        text = normalize("NFC", path.read_bytes().decode("utf-8-sig"))
        lines = _lines(text)
        found = tomllib.loads(text, parse_float=_float)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error)) if text else None
        problems.add(
            "E110", *_unreadable(error, text, int(at[1]) if at else 0), file=shown, line=int(at[1]) if at else None
        )
        found["title"] = path.name  # that it may lack one, too, would be told of what could not be read
    return check_settings(laid_over(found, more), shown, problems, lines), lines


def _unreadable(error: Exception, text: str, line: int) -> tuple[Sentence, Sentence]:
    """Why case.toml cannot be read, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        return say("The file is not UTF-8 text."), say("Save it as UTF-8.")
    if isinstance(error, OSError):
        return say("The file cannot be read: {why}.", why=error.strerror), say("Check what it is and who may read it.")
    rows = text.splitlines()
    written = rows[line - 1].strip() if 0 < line <= len(rows) else ""
    if re.search("overwrite|twice|mutate|already", str(error)):
        return say("'{text}' stands there already.", text=written), say("Keep one.")
    found = say("'{text}' cannot be read.", text=written) if written else say("case.toml cannot be read to its end.")
    advice = say('Write key = value: text in straight quotes, title = "…", and numbers with a point, gap = 0.01.')
    return found, advice


def _float(text: str) -> float:
    """A float of case.toml; one that would be read as 0 and is another is none."""
    return math.nan if vanishes(text) else float(text)  # of nan its setting says that it does not fit


def laid_over(settings: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with others over them, key by key also within sections; None takes a setting away.

    The weights of [objective] are one thing: a section there replaces the whole of it.

    >>> laid_over({"title": "a", "solve": {"gap": 0.01, "engine": "auto"}}, {"solve": {"gap": 0.1, "engine": None}})
    {'title': 'a', 'solve': {'gap': 0.1}}
    """
    out = dict(settings)
    for key, value in more.items():
        below = out.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and key != "objective":
            value = laid_over(below, value)
        elif isinstance(value, Mapping):
            value = laid_over({}, value)
        out[key] = value
    return {key: value for key, value in out.items() if value is not None}


def _lines(text: str) -> dict[str, int]:
    """Line of every `section.key` (and of every `section`), as far as it can be told from the text."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]", line):
            section = match[1].strip("\"'")
            lines.setdefault(section, number)
        elif match := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            key = match[1].replace('"', "").replace("'", "")
            lines.setdefault(f"{section}.{key}" if section else key, number)
    return lines


def line_of(lines: Mapping[str, int], setting: str) -> int | None:
    """Where a setting or section stands, else its section, else the first setting of the section."""
    own = [line for key, line in lines.items() if key.startswith(f"{setting}.")]
    return lines.get(setting) or lines.get(setting.partition(".")[0]) or min(own, default=None)


class _Written:
    """A value, for messages: true and dates as they stand in case.toml."""

    def __init__(self, value: Any):
        self.value = value

    def __repr__(self) -> str:
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return str(self.value) if isinstance(self.value, (date, clock)) else repr(self.value)


def check_settings(
    settings: dict[str, Any],
    shown: str,
    problems: Problems,
    lines: Mapping[str, int] | None = None,
    sheet: str | None = None,
) -> dict[str, Any]:
    """The settings that can be used; every other one is a problem. `lines`: where they stand in the file or sheet."""
    kept: dict[str, Any] = {}

    def note(code: str, found: Sentence, advice: Sentence, key: str) -> None:
        line = line_of(lines or {}, key)
        cell = f"B{line}" if sheet and line else None
        problems.add(code, found, advice, file=shown, line=line, column=key, sheet=sheet, cell=cell)

    if "title" not in settings or not str(settings["title"]).strip():
        note("E111", say("case.toml has no title."), _write("title", '"…"'), "title")
    for key, value in settings.items():
        if key in SECTIONS:
            if not isinstance(value, Mapping):
                found = say("'{key}' must be a section.", key=key)
                note("E112", found, say("Write [{section}] on a line of its own.", section=key), key)
                continue
            kept[key] = {}
            for name, part in value.items():
                if key not in ("objective", "exchange") and name not in SETTINGS[key]:
                    advice = did_you_mean(str(name), SETTINGS[key]) or _known(SETTINGS[key])
                    found = say("'{key}' is not a setting of [{section}].", key=name, section=key)
                    note("E112", found, advice, f"{key}.{name}")
                elif wrong := _wrong(key, name, part, str(settings.get("currency", "IDR"))):
                    note("E113", *wrong, f"{key}.{name}")
                else:
                    kept[key][name] = part
        elif key not in SETTINGS[""]:
            home = next((section for section in SETTINGS if key in SETTINGS[section]), None)
            if home is None:
                advice = did_you_mean(str(key), [*SETTINGS[""], *SECTIONS]) or _known(SETTINGS[""])
            else:
                below = say("Write it below [{section}].", section=home)
                advice = say("Write it as {key}.", key=f"{home}.{key}") if sheet else below
            note("E112", say("'{key}' is not a setting.", key=key), advice, str(key))
        elif not isinstance(value, str):
            note("E113", say("{key} = {value!r} is not text.", key=key, value=_Written(value)), _write(key, '"…"'), key)
        elif wrong := _wrong_word(key, value):
            note("E113", *wrong, key)
        else:
            kept[key] = value
    return kept


def _wrong_word(key: str, value: str) -> tuple[Sentence, Sentence] | None:
    """Why a text is no word for money or time, and what to write; None where it may be one, or need not be."""
    if key not in _WORDS:
        return None
    example = _write(key, f'"{_WORDS[key]}"')
    if not value.strip():
        return say("'{column}' is blank.", column=key), example
    base, other = count_of(value).alone, {"currency": {"month"}, "period": currencies()}
    if base in {"kg", "m3", "km"} | other[key]:
        return say("{key} = {value!r} is a unit of something else.", key=key, value=value), example
    return None


def _wrong(section: str, name: str, value: Any, currency: str) -> tuple[Sentence, Sentence] | None:
    """Why a value does not fit, and what to write; None where it fits (money is checked where it is used)."""
    if section in ("finance", "objective"):
        return None
    if section == "exchange":
        return _wrong_rate(name, value, currency)
    if section == "map":
        return wrong_tiles(name, value)
    key = f"{section}.{name}"
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    if name == "fix":
        if value != "baseline":
            found = say("{key} = {value!r}: only today's flows can be fixed.", key=key, value=_Written(value))
            return found, _write(name, '"baseline"')
    elif name == "engine":
        if not isinstance(value, str):
            return say("{key} = {value!r} is not text.", key=key, value=_Written(value)), _write(name, '"auto"')
        return wrong_engines(value)
    elif name == "gap":
        if not number or not 0 <= value < _LARGEST:
            return say("{key} = {value!r} is not a number from 0 on.", key=key, value=_Written(value)), _write(
                name, "1e-6"
            )
    elif not number or not 0 < value < _LARGEST:
        found = say("{key} = {value!r} is not a positive number.", key=key, value=_Written(value))
        return found, _write(name, "1.3" if name == "detour" else "60")
    elif name == "detour" and value < 1:
        found = say(
            "{key} = {value!r} is below 1: roads would be shorter than the straight line.",
            key=key,
            value=_Written(value),
        )
        return found, say("Write 1 or more.")
    return None


def wrong_engines(asked: str) -> tuple[Sentence, Sentence] | None:
    """Why no engine, or no engine and one for a second opinion ("highs,scip"), are meant, and what to write."""
    names = engines_in(asked)
    for name in names:
        if name not in ENGINES:
            return say("'{name}' is not an engine.", name=name), did_you_mean(name, ENGINES) or _known(ENGINES)
    example = _write("engine", '"highs,scip"')
    if len(names) > 2:
        found = say("One engine solves and one gives a second opinion; '{asked}' names more.", asked=asked)
        return found, example
    if names[1:] in (["auto"], names[:1]):
        found = say("A second opinion asks for another engine by its name; '{asked}' does not.", asked=asked)
        return found, example
    return None


def engines_in(asked: str) -> list[str]:
    """The engine that solves, and whoever else is named."""
    return [name.strip() for name in asked.split(",")]


def _wrong_rate(name: str, value: Any, own: str) -> tuple[Sentence, Sentence] | None:
    """Why a rate of exchange does not fit: what one of another currency is in that of the case."""
    try:
        base = read_unit(str(name)).alone
    except NotAUnit:
        base = ""
    if base not in currencies() or str(name).casefold() != base.casefold():
        near = did_you_mean(str(name), sorted(currencies()))
        return say("'{name}' is not a currency that is known.", name=name), near or _known(sorted(currencies()))
    if base == count_of(own).alone:
        found = say("The money of this case is {own} already.", own=own)
        return found, say("Leave it out of [exchange].")
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    if not number or not 1 / _LARGEST < value < _LARGEST:
        found = say("{key} = {value!r} is not a positive number.", key=f"exchange.{name}", value=_Written(value))
        return found, _write(str(name), "16000")
    return None


def _write(key: str, example: str) -> Sentence:
    return say("Write {key} = {example}.", key=key, example=example)


def _known(names: Iterable[str]) -> Sentence:
    return say("Known: {names}.", names=", ".join(names))
