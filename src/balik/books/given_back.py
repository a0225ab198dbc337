"""A case given back as a workbook, with the problems on its cells."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..api import check
from ..errors import CallError, InputError, Problem
from ..tables import find_case
from ..tables.formats.as_written import write_folder
from ..tables.formats.workbook import BOOKS
from ..words import Sentence, say
from ..workbook.annotate import annotate as mark
from ..workbook.listing import NAME
from ..workbook.saving import put_aside, save


@dataclass(frozen=True)
class Annotated:
    """A workbook with the problems on its cells.

    Where it was to be and where it is, the problems, and what could not be kept or done.
    """

    asked: Path
    path: Path
    problems: list[Problem]
    lost: list[Sentence]

    @property
    def said(self) -> list[Sentence]:
        """What to tell of it."""
        written = say(
            "Written: {path}, with the problems on its cells; the sheet {sheet} lists them.", path=self.path, sheet=NAME
        )
        return [sentence for sentence in (put_aside(self.asked, self.path), written, *self.lost) if sentence]


def annotate(
    case: str | os.PathLike[str],
    out: str | os.PathLike[str],
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    fix: str | None = None,
    language: str = "en",
) -> Annotated:
    """Check a case and write it as a workbook with every problem on its cell: a colour, a note, and a list of all.

    A workbook is given back as it is, with the marks added; a folder is written as one. Nothing is overwritten: where
    `out` is taken, the result goes to the next free name.
    """
    if not isinstance(case, (str, os.PathLike)):
        raise CallError(say("Only a folder or a workbook can be given back with notes, not data frames."))
    source = find_case(case)
    target = _target(source, Path(out))
    try:
        problems = check(case, scenario, set, settings, fix=fix)
    except InputError as error:
        if source.is_file() and any(p.code == "E118" for p in error.problems):
            raise  # there is nothing that could be written on
        problems = error.problems
    lost: list[Sentence] = []
    if source.is_file():
        path = save(target, lambda beside: lost.extend(mark(source, beside, problems, language)))
        return Annotated(target, path, problems, lost)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / f"{source.name or 'case'}.xlsx"
        places = write_folder(source, written)
        moved = [places.moved(problem) for problem in problems]
        path = save(target, lambda beside: lost.extend(mark(written, beside, moved, language)))
    return Annotated(target, path, problems, lost)


def _target(source: Path, out: Path) -> Path:
    """Where the workbook goes; its kind must be that of the user's own, or Excel would not open it."""
    suffix = source.suffix.lower() if source.is_file() else BOOKS[0]
    if not out.suffix:
        return out.with_suffix(suffix)
    if out.suffix.lower() != suffix:
        raise CallError(
            say("The copy with notes must end in {suffix}, not in '{other}'.", suffix=suffix, other=out.suffix)
        )
    return out
