"""The small file that remembers which list is what, which column is what, and in which unit: read and written."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import Problems, did_you_mean
from ..words import Sentence, say
from .fields import FIELDS, PERIODS, ROLES

#: What may be written beside the lists; `finance` goes into case.toml as it is, `mass` says what a count weighs in kg.
SETTINGS = ("title", "currency", "period", "detour", "fill", "finance", "mass")
FILLS = ("list", "full")
ORDERS = {"day/month/year": 0, "month/day/year": 1}
_ENTRY = ("column", "unit", "decimal", "order")


@dataclass
class Entry:
    """Which column holds something ('' for none), and how it is to be read."""

    column: str
    unit: str = ""
    decimal: str = ""  # , or .
    order: str = ""  # of day and month


@dataclass
class Role:
    """What is known about one list: where it stands, its columns, and which account an invoice is charged to."""

    lists: list[str] | None = None  # None: not said; []: there is none
    fields: dict[str, Entry] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)


@dataclass
class Said:
    """All that is known about the lists, by a file or by a guess; `file` is its name for messages."""

    file: str
    settings: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=lambda: {role: Role() for role in ROLES})

    def entry(self, role: str, name: str) -> Entry | None:
        """The column of a field, if there is one."""
        entry = self.roles[role].fields.get(name)
        return entry if entry is not None and entry.column else None


def read_said(path: Path, problems: Problems) -> Said:
    """The file, as far as it can be understood; the rest is a problem."""
    said = Said(str(path))
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        at = re.search(r"line (\d+)", str(error))
        problems.add("E403", say("The file cannot be read: {why}.", why=str(error)),
                     say('Each line is: key = "…".'), file=str(path), line=int(at[1]) if at else None)  # fmt: skip
        return said
    for key, value in found.items():
        if key in ROLES and isinstance(value, Mapping):
            said.roles[key] = _role(key, value, str(path), problems)
        elif key in SETTINGS and (wrong := _wrong(key, value)):
            problems.add("E403", say("{key} = {value!r} does not fit.", key=key, value=value), wrong, file=str(path),
                         column=key)  # fmt: skip
        elif key in SETTINGS:
            said.settings[key] = value
        else:
            _unknown(key, [*SETTINGS, *ROLES], str(path), key, problems)
    return said


def _wrong(key: str, value: Any) -> Sentence | None:
    """What to write instead; None where the value fits."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if key in ("title", "currency") and not isinstance(value, str):
        return say('Write {key} = "…".', key=key)
    if key == "period" and value not in PERIODS:
        return say("Write one of {words}.", words=", ".join(PERIODS))
    if key == "fill" and value not in FILLS:
        return say("Write one of {words}.", words=", ".join(FILLS))
    if key == "detour" and value != "" and not (number and 1 <= value < 10):
        return say("Write how many times longer the roads are than the straight line: detour = 1.3.")
    if key in ("finance", "mass") and not isinstance(value, Mapping):
        return say("Write [{key}] on a line of its own.", key=key)
    if key == "mass" and not all(isinstance(v, (int, float)) and v > 0 for v in value.values()):
        return say("Write what one weighs in kg: dus = 12.")
    return None


def _unknown(word: str, known: list[str], file: str, column: str, problems: Problems) -> None:
    advice = did_you_mean(word, known) or say("Known: {names}.", names=", ".join(known))
    problems.add("E403", say("'{word}' is nothing that can be said here.", word=word), advice, file=file, column=column)


def _role(role: str, content: Mapping[str, Any], file: str, problems: Problems) -> Role:
    found = Role()
    for key, value in content.items():
        if key == "list":
            lists = [value] if isinstance(value, str) else list(value)
            found.lists = [str(name) for name in lists if name]
        elif key == "accounts" and role == "invoices" and isinstance(value, Mapping):
            found.accounts = {" ".join(str(k).split()).casefold(): str(v) for k, v in value.items()}
        elif key not in FIELDS[role]:
            _unknown(key, ["list", *FIELDS[role]], file, f"{role}.{key}", problems)
        elif isinstance(value, str):
            found.fields[key] = Entry(" ".join(value.split()))
        elif isinstance(value, Mapping) and set(value) <= set(_ENTRY):
            parts = {k: str(v).strip() for k, v in value.items()}
            entry = Entry(" ".join(parts.pop("column", "").split()), **parts)
            found.fields[key] = entry
            for part, known in (("order", list(ORDERS)), ("decimal", [",", "."])):
                word = getattr(entry, part)
                if word and word not in known:
                    _unknown(word, known, file, f"{role}.{key}.{part}", problems)
                    setattr(entry, part, "")
        else:
            problems.add("E403", say("{key} = {value!r} does not fit.", key=key, value=value),
                         say('Write {key} = "column", or {key} = {{ column = "column", unit = "kg" }}.', key=key),
                         file=file, column=f"{role}.{key}")  # fmt: skip
    return found


def write_said(said: Said, columns: Mapping[str, str], open_fields: Mapping[str, set[str]]) -> str:
    """The text of the file. `columns`: those of each list; `open_fields`: what is not known yet, by list."""
    lines = [
        '# Which list is what, and which of its columns is what. Correct it, fill what is "", and run the same command',
        "# again; kept beside a case it reads the lists of the next year: balik new NAME --from FILE … --map THIS",
        "",
    ]
    if "title" not in said.settings:
        lines.append('# title = "…"')
    for key, value in said.settings.items():
        if not isinstance(value, Mapping):
            lines.append(f"{key} = {_toml(value)}{_about(key)}")
    for role in ROLES:
        lines += _write_role(role, said.roles[role], columns.get(role, ""), open_fields.get(role, set()))
    for key in ("finance", "mass"):
        if key in said.settings:
            lines += ["", f"[{key}]", *(f"{_key(k)} = {_toml(v)}" for k, v in said.settings[key].items())]
    return "\n".join(lines) + "\n"


def _about(key: str) -> str:
    words = {
        "period": " or ".join(PERIODS),
        "detour": "roads are so many times as long as the straight line",
        "fill": "list: vehicles are as full as in the list; full: they are always full",
    }
    return f"  # {words[key]}" if key in words else ""


def _write_role(role: str, known: Role, columns: str, missing: set[str]) -> list[str]:
    lists = known.lists or []
    unknown = sorted(name.partition(":")[2] for name in missing if name.startswith("accounts:"))
    lines = ["", f"[{role}]", f"list = {_toml(lists[0] if len(lists) == 1 else lists or '')}"]
    if not lists and "list" in missing:
        lines[-1] += "  # which file, or which sheet as book.xlsx#sheet?"
    if columns:
        lines.append(f"# its columns: {columns}")
    for name in FIELDS[role] if lists else ():
        entry = known.fields.get(name, Entry(""))
        text = _entry(entry)
        if name in missing:
            text += "  # to be filled"
        lines.append(f"{name} = {text}")
    if known.accounts or unknown:
        lines += ["", f"[{role}.accounts]", *(f"{_key(k)} = {_toml(v)}" for k, v in known.accounts.items())]
        lines += [f"# {_key(label)} = ..." for label in unknown]
    return lines


def _entry(entry: Entry) -> str:
    parts = {part: getattr(entry, part) for part in _ENTRY if part == "column" or getattr(entry, part)}
    if len(parts) == 1:
        return _toml(entry.column)
    return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in parts.items()) + " }"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
