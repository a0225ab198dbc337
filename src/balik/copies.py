"""Cases as files: list the bundled ones, start a new one, write a case as a folder, a workbook, or as MPS or LP."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .api import Case, check, prepare
from .books import write_first, write_workbook
from .engines import write_model
from .errors import CallError, InputError
from .files import not_written, put, room
from .plan.store import effective, toml_text, write_case
from .schema import INPUT, dictionary
from .start.begin import Started, begin
from .start.folder import write_started
from .start.questions import Ask
from .tables import bundled_cases, find_case, read
from .tables.case import read_overlays
from .tables.formats.csv import write_csv
from .words import say, sentences

_LATER = (".json",)


def cases() -> list[str]:
    """Names of the bundled cases.

    >>> import balik
    >>> balik.cases()
    ['aki-delapan-pelaku', 'aki-timbal', 'delapan-jaringan', 'first-hour', 'gudang-transit', 'jerigen-padang', 'jerigen-padang-lingkar', 'lingkar-pembongkar', 'nmc-jawa-barat', 'plastik-jabodetabek', 'plastik-jabodetabek-rinci', 'pusat-daur-ulang', 'titik-jemput-acak', 'titik-jemput-peluang', 'turki-enam-kota', 'weee-dua-target']
    """
    root = bundled_cases()
    return sorted(p.name for p in root.iterdir() if (p / "case.toml").is_file()) if root.is_dir() else []


def new(
    name: str | os.PathLike[str],
    like: str | os.PathLike[str] | None = None,
    files: Sequence[str | os.PathLike[str]] = (),
    map: str | os.PathLike[str] | None = None,
    period: str | None = None,
    *,
    xlsx: bool = False,
    language: str = "en",
) -> Path:
    """A new case: a small one that solves, or a copy of `like`; a folder with its columns explained in COLUMNS.md.

    With `xlsx`, or a name that ends so, it is a workbook with drop-downs, notes and a guide. What explains it is in
    `language`: English ("en") or Indonesian ("id"). With `files` it is the case that loose lists make: shipments, a
    rate sheet, a site list, invoices (see `new_from`).
    """
    if files:
        if like is not None or xlsx:
            raise CallError(say("--like and --xlsx do not go with --from."))
        return new_from(name, files, map, period, language=language)[0]
    if map is not None or period is not None:
        raise CallError(say("--map and --period belong to --from FILE …"))
    source = find_case(like) if like is not None else Path(__file__).parent / "template"
    if xlsx or Path(name).suffix.lower() == ".xlsx":
        path = Path(name)
        path = _vacant(path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx"))
        return write_first(path, source, language, words=like is None)
    folder = _vacant(name)
    with _making(folder) as made:
        if source.is_file():
            convert(source, made)
        else:
            shutil.copytree(source, made, ignore=shutil.ignore_patterns("__pycache__"))
        _explain_columns(made, language)
    return folder


def new_from(
    name: str | os.PathLike[str],
    files: Sequence[str | os.PathLike[str]],
    map: str | os.PathLike[str] | None = None,
    period: str | None = None,
    ask: Ask | None = None,
    language: str = "en",
) -> tuple[Path, Started]:
    """The case that loose lists make, and all that was guessed on the way.

    `map`: a file that says what is what, as an earlier case keeps it in from.toml; without one NAME.map.toml is read
    where it exists, and written where something is uncertain. Nothing is left behind where the lists have problems.
    """
    folder = _vacant(name)
    own = folder.with_name(f"{folder.name}.map.toml")
    if map is not None and not Path(map).is_file():
        raise CallError(say("There is no map '{path}'.", path=map))
    used = Path(map) if map is not None else own if own.is_file() else None
    started = begin(files, folder.name, used, str(own if used is None else used), period, ask)
    if not started.ok:
        if used is None and started.in_map:
            with _making(own) as map_:
                map_.write_text(started.map_text, encoding="utf-8")
        raise InputError(started.problems)
    with _making(folder) as made:
        write_started(started, made, toml_text(started.settings), language)
        _explain_columns(made, language)
        if errors := [p for p in check(made) if p.severity == "error"]:
            raise InputError([*started.problems, *errors])
    return folder, started


@contextmanager
def _making(path: Path) -> Iterator[Path]:
    """Where a folder or file is made that will be at `path` once it is whole."""
    with room(path) as (made, _):
        yield made
        try:
            put(made, path)
        except OSError as error:
            raise not_written(path, error) from None


def _vacant(name: str | os.PathLike[str]) -> Path:
    folder = Path(name)
    if folder.exists():
        raise CallError(say("{path} exists already; nothing is overwritten. Choose another name.", path=folder))
    return folder


def _explain_columns(folder: Path, language: str) -> None:
    present = [n for n in INPUT if (folder / f"{n}.csv").is_file()]
    used = {n: INPUT[n] for n in present}
    rest = {n: s for n, s in INPUT.items() if n not in used}
    heads = (say("Columns of this case"), say("Tables that may be added"))
    parts = [f"# {head.into(language)}\n\n{dictionary(t, language)}" for head, t in zip(heads, (used, rest), strict=True)]
    (folder / "COLUMNS.md").write_text("\n".join(parts), encoding="utf-8")


def convert(
    case: Case,
    out: str | os.PathLike[str],
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Path:
    """Write a case as a folder of CSV files or as a workbook (.xlsx), or its program as .mps or .lp.

    Folder and workbook hold the whole case with its scenarios; with a scenario or changes named, the case that they
    make.
    """
    path = Path(out)
    if path.suffix.lower() in _LATER:
        found = say("{suffix} is not written yet. Give a folder, or a file ending in .xlsx, .mps or .lp.", suffix=path.suffix)
        raise CallError(found)
    if path.suffix.lower() == ".xlsm":
        raise CallError(say("balik writes no macros: give the workbook a name that ends in .xlsx."))
    if path.exists():
        raise CallError(say("{path} exists already; nothing is overwritten. Choose another name.", path=path))
    if path.suffix.lower() in (".mps", ".lp"):
        prepared = prepare(case, scenario, set, settings)
        if prepared.network.goals.limits:
            found = say("Goals are served one after the other, and a {suffix} file holds one program.", suffix=path.suffix)
            raise CallError(sentences(found, say("Write a folder, or leave the goals out.")))
        program = prepared.model.program
        if program.cones:
            found = say("What holds with a probability is no linear row, and a {suffix} file holds only such.", suffix=path.suffix)
            raise CallError(sentences(found, say("Write a folder, or leave chance in sites blank.")))
        with _making(path) as made:
            write_model(program.arrays(), program.column_names(), program.row_names(), made)
        return path
    book = path.suffix.lower() == ".xlsx"
    if path.suffix and not book:
        found = say("'{suffix}' is not a kind of file that balik writes. Give a folder, .xlsx, .mps or .lp.", suffix=path.suffix)
        raise CallError(found)
    tables = read(case, scenario, set, settings)
    tables.problems.stop_on_errors()
    whole = scenario is None and not set
    overlays = read_overlays(case) if whole else {}
    if book:
        return write_workbook(path, tables if whole else effective(tables), overlays)
    with _making(path) as made:
        write_case(tables if whole else effective(tables), made)
        for name, rows in overlays.items():
            folder = made / "scenarios" / name
            folder.mkdir(parents=True, exist_ok=True)
            for table, cells in rows.items():
                write_csv(folder / f"{table}.csv", cells.headed())
    return path
