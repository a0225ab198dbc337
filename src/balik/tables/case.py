"""A case: a folder of CSV files with a `case.toml`, or data frames, read to tables."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CallError, InputError, Problem, Problems, did_you_mean
from ..schema import INPUT, KEPT_NAMES
from .formats.csv import column_name, known_table, read_csv
from .overlay import apply_changes, apply_set, overlay
from .table import Table, Tables

#: Keys of `case.toml` by section ('' = top level).
SETTINGS = {
    "": ("title", "source", "licence", "language", "currency", "period", "note"),
    "distance": ("detour",),
    "finance": ("one_off", "rate", "years", "periods_per_year"),
    "solve": ("gap", "time_limit", "engine"),
}
SECTIONS = ("objective", "distance", "finance", "solve")

#: Tables that a scenario's folder may not hold.
_NO_OVERLAY = ("scenarios", "changes", "expected")


def bundled_cases() -> Path:
    """The folder of the cases that travel with balik (in the package, or in the checkout)."""
    inside = Path(__file__).resolve().parents[1] / "cases"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "cases"


def find_case(case: str | os.PathLike[str]) -> Path:
    """The folder of a case: a path, else the name of a bundled case (a path wins)."""
    path = Path(case)
    if path.is_dir():
        return path
    if path.is_file():
        if path.name == "case.toml":
            return path.parent
        raise CallError(f"{path}: workbooks and single files are not read yet. Give the folder with case.toml.")
    name = os.fspath(case)
    root = bundled_cases()
    names = sorted(p.name for p in root.iterdir() if (p / "case.toml").is_file()) if root.is_dir() else []
    if name in names:
        return root / name
    raise CallError(
        f"No case '{name}': there is no folder {name} with a case.toml in it, and no bundled case of that name. "
        + (did_you_mean(name, names) or f"Bundled: {', '.join(names)}.")
    )


def read(
    case: str | os.PathLike[str] | Mapping[str, Any],
    scenario: str | None = None,
    sets: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Tables:
    """Read a case: base rows, then the scenario's rows, then its changes, then the sets, in this order.

    `case` is a path, the name of a bundled case, or a mapping from table name to data frame (or to a mapping
    from column to values). Problems are collected in `.problems`; only a call that names nothing raises.
    """
    if isinstance(case, Mapping):
        base = _from_frames(case, settings or {})
        folder = None
    else:
        folder = find_case(case)
        base = _from_folder(folder, settings or {})
    return _lay_over(base, folder, scenario, tuple(sets))


def _from_folder(folder: Path, settings: Mapping[str, Any]) -> Tables:
    problems = Problems()
    toml = folder / "case.toml"
    if not toml.is_file():
        raise InputError(
            [
                Problem(
                    "E100",
                    "The folder has no case.toml.",
                    'Write one; a line title = "…" is enough.',
                    file=str(toml),
                )
            ]
        )
    shown = Path(folder.name or ".")
    found: dict[str, Any] = {}
    try:
        found = tomllib.loads(toml.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add("E110", f"case.toml cannot be read: {error}.", "See toml syntax.", file=str(shown / "case.toml"))
    found |= settings
    _check_settings(found, str(shown / "case.toml"), problems)
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        name = path.stem.lower()
        if name in KEPT_NAMES:
            problems.add(
                "E107", f"The table '{name}' is kept for later work.", "Remove it.", file=str(shown / path.name)
            )
        elif name not in INPUT:
            problems.add(
                "W101",
                f"'{path.name}' is no table of balik and is not read.",
                known_table(name),
                file=str(shown / path.name),
            )
        elif (table := read_csv(path, str(shown / path.name), INPUT[name], problems)) is not None:
            tables[name] = table
    if not tables and not problems.errors:
        problems.add("E108", "The folder has no table.", "Add places.csv, materials.csv, lanes.csv …", file=str(shown))
    return Tables(folder.resolve().name, tables, found, problems=problems, path=str(folder.resolve()))


def _from_frames(frames: Mapping[str, Any], settings: Mapping[str, Any]) -> Tables:
    problems = Problems()
    found = {"title": "data frames"} | dict(settings)
    _check_settings(found, "settings", problems)
    tables = {}
    for name, frame in frames.items():
        shown = f"{name} (data frame)"
        if name in KEPT_NAMES or name not in INPUT:
            advice = "It is kept for later work." if name in KEPT_NAMES else known_table(name)
            problems.add("E107", f"'{name}' is no table of balik.", advice, file=shown)
            continue
        columns: dict[str, list[str]] = {}
        rows = 0
        for header in list(frame.columns) if hasattr(frame, "columns") else list(frame):
            known = column_name(str(header), INPUT[name])
            cells = [_as_text(v) for v in frame[header]]
            rows = len(cells)
            if known is None:
                advice = did_you_mean(str(header).lower(), INPUT[name].names)
                problems.add("E104", f"'{header}' is not a column of {name}.", advice, file=shown, column=str(header))
            else:
                columns[known] = cells
        if not rows:
            problems.add("E102", f"The table {name} has no row.", "Leave it out if it is not needed.", file=shown)
            continue
        tables[name] = Table(name, columns, (shown,), np.zeros(rows, np.int32), np.arange(1, rows + 1))
    return Tables("frames", tables, found, problems=problems)


def _as_text(value: Any) -> str:
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)) and float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _check_settings(settings: Mapping[str, Any], shown: str, problems: Problems) -> None:
    where = {"file": shown}
    if "title" not in settings and not problems.errors:
        problems.add("E111", "case.toml has no title.", 'Write title = "…".', **where)
    for key, value in settings.items():
        if key in SECTIONS and not isinstance(value, dict):
            problems.add("E112", f"'{key}' must be a section.", f"Write [{key}] on a line of its own.", **where)
        elif key not in SECTIONS and key not in SETTINGS[""]:
            advice = did_you_mean(key, [*SETTINGS[""], *SECTIONS])
            problems.add("E112", f"'{key}' is not a setting.", advice, **where)
        elif key in SECTIONS and key != "objective":
            for name in value:
                if name not in SETTINGS[key]:
                    problems.add(
                        "E112", f"'{name}' is not a setting of [{key}].", did_you_mean(name, SETTINGS[key]), **where
                    )
    for section, key, low in (("distance", "detour", 0), ("solve", "gap", -1), ("solve", "time_limit", 0)):
        part = settings.get(section)
        value = part.get(key) if isinstance(part, dict) else None
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, (int, float)) or not low < value < 1e18
        ):
            problems.add(
                "E113", f"{section}.{key} = {value!r} is not a fitting number.", "Write a positive number.", **where
            )
    if (detour := settings.get("distance", {}) if isinstance(settings.get("distance"), dict) else {}).get(
        "detour", 1
    ) != 1:
        value = detour.get("detour")
        if isinstance(value, (int, float)) and 0 < value < 1:
            problems.add(
                "E113", f"distance.detour = {value} is below 1: roads shorter than the straight line.", "", **where
            )


def _lay_over(base: Tables, folder: Path | None, scenario: str | None, sets: tuple[str, ...]) -> Tables:
    problems = base.problems
    tables = dict(base.tables)
    names = _scenario_names(base, folder)
    if scenario is not None:
        if scenario not in names:
            raise CallError(
                f"'{scenario}' is not a scenario of {base.name}. "
                + (did_you_mean(scenario, names) or (f"Known: {', '.join(names)}." if names else "The case has none."))
            )
        if folder is not None:
            _overlay_folder(tables, folder, scenario, problems)
    if "changes" in base.tables:
        apply_changes(tables, base.tables["changes"], scenario, problems)
    for text in sets:
        apply_set(tables, text, problems)
    return Tables(base.name, tables, base.settings, scenario, names, problems, sets, base.path)


def _overlay_folder(tables: dict[str, Table], folder: Path, scenario: str, problems: Problems) -> None:
    shown = Path(folder.name) / "scenarios" / scenario
    for path in sorted((folder / "scenarios" / scenario).glob("*.csv")):
        name, at = path.stem.lower(), str(shown / path.name)
        if name in KEPT_NAMES or name in _NO_OVERLAY:
            problems.add("E107", f"The table '{name}' cannot stand in a scenario.", "Remove it.", file=at)
        elif name not in INPUT:
            problems.add("W101", f"'{path.name}' is no table of balik and is not read.", known_table(name), file=at)
        elif (rows := read_csv(path, at, INPUT[name], problems, extra=("remove",))) is not None:
            result = overlay(tables.get(name), rows, INPUT[name], problems)
            if result is None:
                tables.pop(name, None)
            else:
                tables[name] = result


def _scenario_names(base: Tables, folder: Path | None) -> tuple[str, ...]:
    """The scenarios of the table, else of the folders and changes; those that the table lacks are a problem."""
    listed = (
        list(dict.fromkeys(s for s in base.tables["scenarios"].columns.get("scenario", []) if s))
        if ("scenarios" in base.tables)
        else []
    )
    root = folder / "scenarios" if folder else None
    folders = sorted(p.name for p in root.iterdir() if p.is_dir()) if root and root.is_dir() else []
    if listed:
        for name in folders:
            if name not in listed:
                base.problems.add(
                    "E109",
                    f"The folder scenarios/{name} is not listed in scenarios.csv.",
                    did_you_mean(name, listed) or "Add a row to scenarios.csv.",
                    file=f"{base.name}/scenarios/{name}",
                )
        return tuple(listed)
    changed = base.tables["changes"].columns.get("scenario", []) if "changes" in base.tables else []
    return tuple(dict.fromkeys([*folders, *(c for c in changed if c)]))
