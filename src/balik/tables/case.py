"""A case: a folder of CSV files with a `case.toml`, a workbook, or data frames, read to tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from ..errors import CallError, InputError, Problem, Problems, did_you_mean
from ..schema import INPUT, TableSchema
from ..words import say
from .changes import apply_changes, apply_set
from .fits import case_units
from .formats.csv import read_csv
from .formats.frames import read_frame
from .formats.naming import known_table
from .formats.reading import Reading
from .formats.relog import read_relog
from .formats.sheet_names import scenario_of
from .formats.texts import clean
from .formats.workbook import BOOKS, SETTINGS_SHEET, Workbook
from .frame import OWNERS
from .overlay import overlay
from .settings import check_settings, laid_over, read_settings
from .table import UNREADABLE, Table, Tables

#: What files of other systems end in: instances of RELOG.
INSTANCES = (".json",)
#: What plans without a scenario are called where scenarios stand side by side: that of the case, and that of today.
NO_SCENARIOS = ("base", "baseline (today)")
#: Tables that no scenario may hold.
_NO_OVERLAY = ("scenarios", "changes", "expected")

_Reader = Callable[[TableSchema, Reading], Table | None]
#: A table that stands somewhere: its name, where (as fields of a Problem), and how it is read.
_Source = tuple[str, dict[str, str], _Reader]


def bundled_cases() -> Path:
    """The folder of the cases that travel with balik (in the package, or in the checkout)."""
    inside = Path(__file__).resolve().parents[1] / "cases"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "cases"


def find_case(case: str | os.PathLike[str]) -> Path:
    """The folder or workbook of a case: a path, else the name of a bundled case (a path wins)."""
    path = Path(case)
    if path.is_dir():
        return path
    if path.is_file():
        if path.name == "case.toml":
            return path.parent
        if path.suffix.lower() in (*BOOKS, *INSTANCES):
            return path
        raise CallError(say("{path} is no case. Give a workbook (.xlsx) or the folder with case.toml.", path=path))
    name = os.fspath(case)
    root = bundled_cases()
    names = sorted(p.name for p in root.iterdir() if (p / "case.toml").is_file()) if root.is_dir() else []
    if name in names:
        return root / name
    hint = did_you_mean(name, names) or say("Bundled: {names}.", names=", ".join(names))
    if path.suffix.lower() in (*BOOKS, *INSTANCES):
        raise CallError(say("No case '{name}': there is no such file (a folder would hold case.toml).", name=name))
    raise CallError(
        say("No case '{name}': there is no folder {name} with a case.toml in it, and no bundled case of that name. {hint}",
            name=name, hint=hint)
    )  # fmt: skip


def read(
    case: str | os.PathLike[str] | Mapping[str, Any],
    scenario: str | None = None,
    sets: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Tables:
    """Read a case: base rows, then the scenario's rows, then its changes, then the sets, in this order.

    `case` is a path (a folder or a workbook), the name of a bundled case, or a mapping from table name to data frame
    (or to a mapping from column to values); `table@scenario` names a scenario's rows. Problems are collected in
    `.problems`; only a call that names nothing raises.
    """
    sets = (sets,) if isinstance(sets, str) else tuple(sets)
    return _lay_over(_opened(case, settings or {}), scenario, sets)


def _opened(case: Any, settings: Mapping[str, Any]) -> _Folder | _Frames | _Book:
    """Where the tables of a case stand."""
    if isinstance(case, Mapping):
        return _Frames(case, settings)
    if not isinstance(case, (str, os.PathLike)):
        found = say(
            "A case is a path, the name of a bundled case, or data frames by name, not {case}.", case=repr(case)
        )
        raise CallError(found)
    path = find_case(case)
    if path.suffix.lower() in INSTANCES and path.is_file():
        return _Instance(path, settings)
    return _Folder(path, settings) if path.is_dir() else _Book(path, settings)


def with_sets(tables: Tables, sets: Sequence[str]) -> Tables:
    """Tables that were read, with more sets after theirs, as if all had been read together."""
    problems, changed = Problems(tables.problems), dict(tables.tables)
    for text in sets:
        apply_set(changed, text, tables.lame, problems)
    return replace(tables, tables=changed, problems=problems, sets=(*tables.sets, *sets))


def read_overlays(case: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, dict[str, Table]]:
    """The rows of every scenario, as written: scenario to table name to rows."""
    source = _opened(case, {})
    base, _ = _read_all(source, source.base(), None, {})
    found = {name: _read_all(source, source.rows_of(name), name, base)[0] for name in source.scenarios}
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
            advice = say('Write one; a line title = "…" is enough.')
            raise InputError([Problem("E100", say("The folder has no case.toml."), advice, file=str(toml))])
        self.settings, self.lines = read_settings(toml, f"{self.shown}/case.toml", settings, self.problems)

    def base(self) -> Iterator[_Source]:
        """The tables of the base."""
        yield from _sources(self.folder, self.shown)

    def rows_of(self, scenario: str) -> Iterator[_Source]:
        """The tables of a scenario."""
        if scenario in self._folders:
            yield from _sources(self._folders[scenario], self.where(scenario)["file"])

    @property
    def scenarios(self) -> list[str]:
        """Names of the folders of scenarios."""
        return sorted(self._folders)

    @cached_property
    def _folders(self) -> dict[str, Path]:
        """The folder of each scenario that has one, under the name that a cell of a table would have."""
        root = self.folder / "scenarios"
        found = sorted(p for p in root.iterdir() if p.is_dir() and p.name[0] not in "._") if root.is_dir() else []
        names = {p.name for p in found}
        return {p.name if clean(p.name) in names else clean(p.name): p for p in found}

    def where(self, scenario: str) -> dict[str, str]:
        """Where the rows of a scenario stand."""
        return {"file": f"{self.shown}/scenarios/{self._folders[scenario].name}"}


def _sources(folder: Path, shown: str) -> Iterator[_Source]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in files:
        if path.suffix.lower() == ".csv" and not path.name.startswith("."):
            at = f"{shown}/{path.name}"
            yield path.stem.lower(), {"file": at}, partial(read_csv, path, at)


class _Book:
    """A case in a workbook: a sheet for each table, `table@scenario` for a scenario's rows, `case` for the settings."""

    def __init__(self, path: Path, settings: Mapping[str, Any]):
        self.problems = Problems()
        self.name, self.path = path.stem, str(path.resolve())
        self.book = Workbook(path, self.problems)
        self.settings, self.lines = self.book.settings(settings)
        listed = self.book.texts("scenarios")
        self.scenario_of = {sheet: scenario_of(sheet, listed) for sheet in self.book.sheets}

    def base(self) -> Iterator[_Source]:
        """The tables of the base."""
        yield from self._sources("")

    def rows_of(self, scenario: str) -> Iterator[_Source]:
        """The tables of a scenario."""
        yield from self._sources(scenario)

    @property
    def scenarios(self) -> list[str]:
        """Names after an @."""
        return sorted(set(self.scenario_of.values()) - {""})

    def where(self, scenario: str) -> dict[str, str]:
        """Where the rows of a scenario stand."""
        sheet = next(sheet for sheet, name in self.scenario_of.items() if name == scenario)
        return {"file": self.book.file, "sheet": sheet}

    def _sources(self, scenario: str) -> Iterator[_Source]:
        for full, of in self.scenario_of.items():
            name = full.partition("@")[0]
            if of == scenario and (scenario or name.lower() != SETTINGS_SHEET):
                where = {"file": self.book.file, "sheet": full}
                yield name.lower(), where, partial(self.book.read, full)


class _Frames:
    """A case of data frames by name: `table`, or `table@scenario`."""

    name: str = "frames"
    path: str | None = None
    lines: Mapping[str, int] = {}

    def __init__(self, frames: Mapping[str, Any], settings: Mapping[str, Any]):
        self.frames, self.problems = {clean(str(name)): frame for name, frame in frames.items()}, Problems()
        self.settings = check_settings(laid_over({"title": "data frames"}, settings), "settings", self.problems)

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

    def where(self, scenario: str) -> dict[str, str]:
        """Where the rows of a scenario stand."""
        return {"file": next(f"{name} (data frame)" for name in self.frames if name.endswith(f"@{scenario}"))}

    def shown(self, full: str) -> str:
        """A table, for messages."""
        return f"{full} (data frame)"

    def _sources(self, scenario: str) -> Iterator[_Source]:
        for full, frame in self.frames.items():
            name, _, at = full.partition("@")
            if at == scenario:
                shown = self.shown(full)
                yield name, {"file": shown}, partial(read_frame, frame, shown)


class _Instance(_Frames):
    """A case in a file of another system: the tables that say what it says."""

    def __init__(self, path: Path, settings: Mapping[str, Any]):
        self.problems, self.file = Problems(), path.name
        self.name, self.path = path.stem, str(path.resolve())
        found, own = read_relog(path, self.problems)
        self.frames = dict(found)
        self.settings = check_settings(laid_over(own, settings), self.file, self.problems)

    def shown(self, full: str) -> str:
        """A table, for messages."""
        return f"{self.file} ({full})"


def _read_all(
    case: _Folder | _Frames | _Book, sources: Iterable[_Source], scenario: str | None, base: Mapping[str, Table]
) -> tuple[dict[str, Table], set[str]]:
    """Every table that can be read, and the names of those that cannot."""
    problems, extra = case.problems, ("remove",) if scenario is not None else ()
    tables: dict[str, Table] = {}
    lame: set[str] = set()
    seen: set[str] = set()
    owners = list(OWNERS.values())  # first, since headers of other tables may be their labels
    for name, where, reader in sorted(sources, key=lambda s: owners.index(s[0]) if s[0] in owners else len(owners)):
        if name not in INPUT:
            advice = known_table(name) or say("Known: {names}.", names=", ".join(INPUT))
            shown = where.get("sheet") or Path(where["file"]).name
            problems.add("W101", say("'{name}' is no table of balik and is not read.", name=shown), advice, **where)
        elif scenario is not None and name in _NO_OVERLAY:
            found = say("The table '{name}' cannot stand in a scenario.", name=name)
            problems.add("E115", found, say("Write it in the base."), **where)
        elif name in seen:
            problems.add("E116", say("The table {name} stands in two places.", name=name), say("Keep one."), **where)
        else:
            seen.add(name)
            units = case_units(case.settings, base.get("materials"), tables.get("materials"))
            reading = Reading(problems, extra, _labels({**base, **tables}), units)
            table = reader(INPUT[name], reading)
            if table is not None and not len(table):  # wide, with nothing in any cell
                found = say("The table {table} has a header and no row.", table=name)
                problems.add("E102", found, say("Leave it out if it is not needed."), **where)
                table = None
            if table is None:
                lame.add(name)
            else:
                tables[name] = table
    return tables, lame


def _labels(tables: Mapping[str, Table]) -> dict[str, set[str]]:
    """Labels of every dimension whose table has been read."""
    found = {
        d: set(tables[owner].columns.get(d, ())) - {"", UNREADABLE} for d, owner in OWNERS.items() if owner in tables
    }
    return {dimension: labels for dimension, labels in found.items() if labels}


def _lay_over(case: _Folder | _Frames | _Book, scenario: str | None, sets: tuple[str, ...]) -> Tables:
    problems = case.problems
    base, lame = _read_all(case, case.base(), None, {})
    tables = dict(base)
    if not base and not problems.errors:
        advice = say("Add places, materials, lanes, supply …: a CSV file or a sheet for each.")
        problems.add("E108", say("The case has no table."), advice, file=case.name)
    names = _scenario_names(base, case)
    if scenario is not None:
        scenario = scenario if scenario in names else clean(scenario)
        if scenario not in names:
            raise no_scenario(scenario, names, case.name)
        overlays, missing = _read_all(case, case.rows_of(scenario), scenario, base)
        lame |= missing
        units = case_units(case.settings, base.get("materials"), overlays.get("materials"))
        for name, rows in overlays.items():
            result = overlay(tables.get(name), rows, INPUT[name], units, problems)
            if result is None:
                tables.pop(name, None)
            else:
                tables[name] = result
    if "changes" in base:
        apply_changes(tables, base["changes"], scenario, lame, problems)
    for text in sets:
        apply_set(tables, text, lame, problems)
    at = case.path, frozenset(lame), case.lines
    return Tables(case.name, tables, case.settings, scenario, names, problems, sets, *at)


def no_scenario(name: str, names: Sequence[str], case: str) -> CallError:
    """What is said where a scenario is asked for that the case does not have."""
    if name == NO_SCENARIOS[0]:
        hint = say("The base is the case itself: leave the scenario away.")
    else:
        known = say("Known: {names}.", names=", ".join(names)) if names else say("The case has none.")
        hint = did_you_mean(name, names) or known
    return CallError(say("'{name}' is not a scenario of {case}. {hint}", name=name, case=case, hint=hint))


def _refuse_names(base: Mapping[str, Table], case: _Folder | _Frames | _Book) -> None:
    """Note scenarios that bear a name by which plans without any are called."""
    for name in NO_SCENARIOS:
        tables = [base[t] for t in ("scenarios", "changes") if t in base]
        spots = [t.where(row, "scenario") for t in tables for row in t.rows({"scenario": name})]
        for where in [*spots, *([case.where(name)] if name in case.scenarios else ())]:
            found = say("'{label}' cannot be a label: it has a meaning of its own.", label=name)
            case.problems.add("E207", found, say("Choose another name."), **where)


def _scenario_names(base: Mapping[str, Table], case: _Folder | _Frames | _Book) -> tuple[str, ...]:
    """The scenarios of the table, else of the folders and changes; those that the table lacks are a problem."""
    _refuse_names(base, case)
    listed = list(base["scenarios"].columns.get("scenario", [])) if "scenarios" in base else []
    listed = [name for name in dict.fromkeys(listed) if name]
    if listed:
        for name in case.scenarios:
            if name not in (*listed, *NO_SCENARIOS):
                found = say("The scenario '{name}' has rows and is not listed in the table scenarios.", name=name)
                advice = did_you_mean(name, listed) or say("Add a row to scenarios.")
                case.problems.add("E109", found, advice, **case.where(name))
        return tuple(listed)
    changed = base["changes"].columns.get("scenario", []) if "changes" in base else []
    return tuple(dict.fromkeys([*case.scenarios, *(c for c in changed if c)]))
