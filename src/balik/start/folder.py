"""The folder of a case that lists made: its tables, the map that reads the lists again, and what was guessed."""

from __future__ import annotations

from pathlib import Path

from ..tables.formats.csv import write_csv
from ..words import say
from .begin import Started

MAP, GUESSED = "from.toml", "GUESSED.md"


def write_started(started: Started, folder: Path, settings: str, language: str = "en") -> None:
    """Write the folder; `settings` is the text of case.toml."""
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    (folder / MAP).write_text(started.map_text, encoding="utf-8")
    for name, columns in started.tables.items():
        write_csv(folder / f"{name}.csv", columns)
    sources = ", ".join(f"`{path.name}`" for path in started.sources)
    told = say("This case was made from {files}. The lists were read as `{map}` says; correct it, and make the case again.",
               files=sources, map=MAP)  # fmt: skip
    lines = [f"# {say('Guessed and decided:').into(language).rstrip(':')}", "", told.into(language), ""]
    lines += [f"* {sentence.into(language)}" for sentence in started.guessed]
    (folder / GUESSED).write_text("\n".join(lines) + "\n", encoding="utf-8")
