"""Cases as files: list the bundled ones, start a new one, write a case as a folder or its program as MPS or LP."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .api import Case, prepare
from .engines import write_model
from .errors import CallError
from .plan.store import write_case
from .schema import INPUT, dictionary
from .tables import bundled_cases, find_case, read
from .tables.case import read_overlays
from .tables.formats.csv import write_csv

_LATER = (".xlsx", ".xlsm", ".json")


def cases() -> list[str]:
    """Names of the bundled cases.

    >>> import balik
    >>> balik.cases()
    ['jerigen-padang', 'nmc-jawa-barat', 'plastik-jabodetabek']
    """
    root = bundled_cases()
    return sorted(p.name for p in root.iterdir() if (p / "case.toml").is_file()) if root.is_dir() else []


def new(name: str | os.PathLike[str], like: str | os.PathLike[str] | None = None) -> Path:
    """A new case folder: a small case that solves (or a copy of `like`), its columns explained in COLUMNS.md."""
    folder = Path(name)
    if folder.exists():
        raise CallError(f"{folder} exists already; nothing is overwritten. Choose another name.")
    source = find_case(like) if like is not None else Path(__file__).parent / "template"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    present = [n for n in INPUT if (folder / f"{n}.csv").is_file()]
    used = {n: INPUT[n] for n in present}
    rest = {n: s for n, s in INPUT.items() if n not in used}
    text = "# Columns of this case\n\n" + dictionary(used) + "\n# Tables that may be added\n\n" + dictionary(rest)
    (folder / "COLUMNS.md").write_text(text, encoding="utf-8")
    return folder


def convert(
    case: Case,
    out: str | os.PathLike[str],
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> Path:
    """Write a case as a folder of CSV files, or its program as .mps or .lp.

    The folder is the whole case with its scenarios; with a scenario or changes named, it is the case that they make.
    """
    path = Path(out)
    if path.suffix.lower() in _LATER:
        raise CallError(f"{path.suffix} is not written yet. Give a folder, or a file ending in .mps or .lp.")
    if path.exists():
        raise CallError(f"{path} exists already; nothing is overwritten. Choose another name.")
    if path.suffix.lower() in (".mps", ".lp"):
        program = prepare(case, scenario, set, settings).model.program
        path.parent.mkdir(parents=True, exist_ok=True)
        write_model(program.arrays(), program.column_names(), program.row_names(), path)
        return path
    if path.suffix:
        raise CallError(f"'{path.suffix}' is not a kind of file that balik writes. Give a folder, .mps or .lp.")
    tables = read(case, scenario, set, settings)
    tables.problems.stop_on_errors()
    if scenario is not None or set:
        write_case(tables, path)
        return path
    write_case(tables, path, whole=True)
    for name, overlays in read_overlays(case).items():
        folder = path / "scenarios" / name
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in overlays.items():
            write_csv(folder / f"{table}.csv", rows.columns)
    return path
