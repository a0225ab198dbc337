"""A case: a folder of CSV files with a `case.toml`, or data frames, read to tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import CallError, InputError, Problem, Problems, did_you_mean
from ..schema import INPUT, KEPT_NAMES, TableSchema
from .changes import apply_changes, apply_set
from .formats.csv import read_csv
from .formats.frames import read_frame
from .formats.header import known_table
from .overlay import overlay
from .settings import check_settings, read_settings
from .table import Table, Tables

#: Tables that no scenario may hold.
_NO_OVERLAY = ("scenarios", "changes", "expected")

_Reader = Callable[[TableSchema, Problems, tuple[str, ...]], Table | None]
#: A table that stands somewhere: its name, where (for messages), and how it is read.
_Source = tuple[str, str, _Reader]


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
    from column to values); `table@scenario` names a scenario's rows. Problems are collected in `.problems`; only a
    call that names nothing raises.
    """
    sets = (sets,) if isinstance(sets, str) else tuple(sets)
    if isinstance(case, Mapping):
        return _lay_over(_Frames(case, settings or {}), scenario, sets)
    if not isinstance(case, (str, os.PathLike)):
        raise CallError(f"A case is a path, the name of a bundled case, or data frames by name, not {case!r}.")
    return _lay_over(_Folder(find_case(case), settings or {}), scenario, sets)


def read_overlays(case: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, dict[str, Table]]:
    """The rows of every scenario, as written: scenario to table name to rows."""
    source = _Frames(case, {}) if isinstance(case, Mapping) else _Folder(find_case(case), {})
    found = {name: _read_all(source.rows_of(name), source.problems, name)[0] for name in source.scenarios}
    source.problems.stop_on_errors()
    return found


class _Folder:
    """A case in a folder: `<table>.csv`, `scenarios/<name>/<table>.csv` and `case.toml`."""

    def __init__(self, folder: Path, settings: Mapping[str, Any]):
        self.folder, self.problems = folder, Problems()
        self.name, self.path = folder.resolve().name, str(folder.resolve())
        self.shown = folder.name or "."
        toml = folder / "case.toml"
        if not toml.is_file():
            advice = 'Write one; a line title = "…" is enough.'
            raise InputError([Problem("E100", "The folder has no case.toml.", advice, file=str(toml))])
        self.settings = read_settings(toml, f"{self.shown}/case.toml", settings, self.problems)

    def base(self) -> Iterator[_Source]:
        """The tables of the base."""
        yield from _sources(self.folder, self.shown)

    def rows_of(self, scenario: str) -> Iterator[_Source]:
        """The tables of a scenario."""
        yield from _sources(self.folder / "scenarios" / scenario, f"{self.shown}/scenarios/{scenario}")

    @property
    def scenarios(self) -> list[str]:
        """Names of the folders of scenarios."""
        root = self.folder / "scenarios"
        return sorted(p.name for p in root.iterdir() if p.is_dir() and p.name[0] not in "._") if root.is_dir() else []

    def where(self, scenario: str) -> str:
        """Where the rows of a scenario stand."""
        return f"{self.shown}/scenarios/{scenario}"


def _sources(folder: Path, shown: str) -> Iterator[_Source]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in files:
        if path.suffix.lower() == ".csv" and not path.name.startswith("."):
            at = f"{shown}/{path.name}"
            yield path.stem.lower(), at, partial(read_csv, path, at)


class _Frames:
    """A case of data frames by name: `table`, or `table@scenario`."""

    name, path = "frames", None

    def __init__(self, frames: Mapping[str, Any], settings: Mapping[str, Any]):
        self.frames, self.problems = {str(name): frame for name, frame in frames.items()}, Problems()
        self.settings = check_settings({"title": "data frames"} | dict(settings), "settings", self.problems)

    def base(self) -> Iterator[_Source]:
        """The tables of the base."""
        yield from self._sources("")

    def rows_of(self, scenario: str) -> Iterator[_Source]:
        """The tables of a scenario."""
        yield from self._sources(scenario)

    @property
    def scenarios(self) -> list[str]:
        """Names after an @."""
        return sorted({name.partition("@")[2] for name in self.frames if "@" in name})

    def where(self, scenario: str) -> str:
        """Where the rows of a scenario stand."""
        return next(f"{name} (data frame)" for name in self.frames if name.endswith(f"@{scenario}"))

    def _sources(self, scenario: str) -> Iterator[_Source]:
        for full, frame in self.frames.items():
            name, _, at = full.partition("@")
            if at == scenario:
                shown = f"{full} (data frame)"
                yield name, shown, partial(read_frame, frame, shown)


def _read_all(
    sources: Iterable[_Source], problems: Problems, scenario: str | None
) -> tuple[dict[str, Table], set[str]]:
    """Every table that can be read, and the names of those that cannot."""
    tables: dict[str, Table] = {}
    lame: set[str] = set()
    seen: set[str] = set()
    for name, shown, reader in sources:
        if name in KEPT_NAMES:
            problems.add("E107", f"The table '{name}' is kept for later work.", "Remove it.", file=shown)
        elif name not in INPUT:
            advice = known_table(name) or "Known: " + ", ".join(INPUT) + "."
            problems.add("W101", f"'{Path(shown).name}' is no table of balik and is not read.", advice, file=shown)
        elif scenario is not None and name in _NO_OVERLAY:
            found = f"The table '{name}' cannot stand in a scenario."
            problems.add("E115", found, "Write it in the base.", file=shown)
        elif name in seen:
            problems.add("E116", f"The table {name} stands in two files.", "Keep one.", file=shown)
        else:
            seen.add(name)
            table = reader(INPUT[name], problems, ("remove",) if scenario is not None else ())
            if table is None:
                lame.add(name)
            else:
                tables[name] = table
    return tables, lame


def _lay_over(case: _Folder | _Frames, scenario: str | None, sets: tuple[str, ...]) -> Tables:
    problems = case.problems
    base, lame = _read_all(case.base(), problems, None)
    tables = dict(base)
    if not base and not problems.errors:
        problems.add(
            "E108", "The case has no table.", "Add places.csv, materials.csv, lanes.csv, supply.csv …", file=case.name
        )
    names = _scenario_names(base, case)
    if scenario is not None:
        if scenario not in names:
            known = did_you_mean(scenario, names) or (f"Known: {', '.join(names)}." if names else "The case has none.")
            raise CallError(f"'{scenario}' is not a scenario of {case.name}. {known}")
        overlays, missing = _read_all(case.rows_of(scenario), problems, scenario)
        lame |= missing
        for name, rows in overlays.items():
            result = overlay(tables.get(name), rows, INPUT[name], problems)
            if result is None:
                tables.pop(name, None)
            else:
                tables[name] = result
    if "changes" in base:
        apply_changes(tables, base["changes"], scenario, lame, problems)
    for text in sets:
        apply_set(tables, text, lame, problems)
    return Tables(case.name, tables, case.settings, scenario, names, problems, sets, case.path, frozenset(lame))


def _scenario_names(base: Mapping[str, Table], case: _Folder | _Frames) -> tuple[str, ...]:
    """The scenarios of the table, else of the folders and changes; those that the table lacks are a problem."""
    listed = list(base["scenarios"].columns.get("scenario", [])) if "scenarios" in base else []
    listed = [name for name in dict.fromkeys(listed) if name]
    if listed:
        for name in case.scenarios:
            if name not in listed:
                found = f"The scenario '{name}' has rows and is not listed in the table scenarios."
                advice = did_you_mean(name, listed) or "Add a row to scenarios."
                case.problems.add("E109", found, advice, file=case.where(name))
        return tuple(listed)
    changed = base["changes"].columns.get("scenario", []) if "changes" in base else []
    return tuple(dict.fromkeys([*case.scenarios, *(c for c in changed if c)]))
