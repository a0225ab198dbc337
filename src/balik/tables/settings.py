"""`case.toml`: which settings there are, and what is wrong with those that stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import Problems, did_you_mean

#: Keys of `case.toml` by section ('' = top level).
SETTINGS = {
    "": ("title", "source", "licence", "language", "currency", "period", "note"),
    "distance": ("detour",),
    "finance": ("one_off", "rate", "years", "periods_per_year"),
    "solve": ("gap", "time_limit", "engine"),
}
SECTIONS = ("objective", "distance", "finance", "solve")
_LARGEST = 1e15


def read_settings(path: Path, shown: str, more: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The settings of a file, with those of the call over them; every problem is noted."""
    found: dict[str, Any] = {}
    lines: dict[str, int] = {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = _lines(text)
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error))
        problems.add(
            "E110",
            f"case.toml cannot be read: {error}.",
            'Each line is: key = value, with text in quotes, as in title = "…".',
            file=shown,
            line=int(at[1]) if at else None,
        )
        found["title"] = ""
    return check_settings(found | dict(more), shown, problems, lines)


def _lines(text: str) -> dict[str, int]:
    """Line of every `section.key` (and of every `section`), as far as it can be told from the text."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            section = match[1].strip("\"'")
            lines.setdefault(section, number)
        elif match := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            key = match[1].replace('"', "").replace("'", "")
            lines.setdefault(f"{section}.{key}" if section else key, number)
    return lines


def check_settings(
    settings: dict[str, Any], shown: str, problems: Problems, lines: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The settings that can be used; every other one is a problem."""
    kept: dict[str, Any] = {}

    def note(code: str, found: str, advice: str, key: str) -> None:
        problems.add(code, found, advice, file=shown, line=(lines or {}).get(key), column=key)

    if "title" not in settings:
        note("E111", "case.toml has no title.", 'Write title = "…".', "title")
    for key, value in settings.items():
        if key in SECTIONS:
            if not isinstance(value, Mapping):
                note("E112", f"'{key}' must be a section.", f"Write [{key}] on a line of its own.", key)
                continue
            kept[key] = {}
            for name, part in value.items():
                if key != "objective" and name not in SETTINGS[key]:
                    advice = did_you_mean(str(name), SETTINGS[key]) or f"Known: {', '.join(SETTINGS[key])}."
                    note("E112", f"'{name}' is not a setting of [{key}].", advice, f"{key}.{name}")
                elif wrong := _wrong(key, name, part):
                    note("E113", f"{key}.{name} = {part!r} {wrong[0]}.", wrong[1], f"{key}.{name}")
                else:
                    kept[key][name] = part
        elif key not in SETTINGS[""]:
            advice = did_you_mean(str(key), [*SETTINGS[""], *SECTIONS]) or f"Known: {', '.join(SETTINGS[''])}."
            note("E112", f"'{key}' is not a setting.", advice, str(key))
        elif not isinstance(value, str):
            note("E113", f"{key} = {value!r} is not text.", f'Write {key} = "…".', key)
        else:
            kept[key] = value
    return kept


def _wrong(section: str, name: str, value: Any) -> tuple[str, str] | None:
    """Why a value does not fit, and what to write; None where it fits (money is checked where it is used)."""
    if section in ("finance", "objective"):
        return None
    if name == "engine":
        return None if isinstance(value, str) else ("is not text", 'Write engine = "auto".')
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    if name == "gap":
        return None if number and 0 <= value < _LARGEST else ("is not a number from 0 on", "Write gap = 1e-6.")
    if not number or not 0 < value < _LARGEST:
        return "is not a positive number", f"Write {name} = 1.3." if name == "detour" else f"Write {name} = 60."
    if name == "detour" and value < 1:
        return "is below 1: roads would be shorter than the straight line", "Write 1 or more."
    return None
