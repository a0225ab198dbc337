"""Answers of a study in a folder, as they come: what was solved is not solved again.

`study.json` says of what case, options and program the answers are; `answers.jsonl` takes one line for each. A line that
was cut off with its writer, or changed since, does not count: each bears its own hash.
"""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ...errors import BalikError, CallError
from ...files import not_written, put, room
from ...words import say
from .coded import coded, decoded

if sys.platform != "win32":
    import fcntl

STUDY_FILE, ANSWERS_FILE = "study.json", "answers.jsonl"
#: The form of both files.
_FORM = 2


class Full(BalikError):
    """A folder takes no more answers; those that it holds stay."""

    exit_code = 2


class Store:
    """The answers in a folder, by what was asked; a new one is added at the end and stands on the disk at once."""

    def __init__(self, folder: Path, seal: dict[str, str]):
        self.folder = folder
        document = {"form": _FORM, **seal}
        if (folder / STUDY_FILE).is_file():
            _refuse_another(folder, document)
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CallError(say("{folder} holds no study to go on with; name a new folder.", folder=folder))
        else:
            try:
                with room(folder) as (made, _):
                    made.mkdir()
                    (made / STUDY_FILE).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
                    (made / ANSWERS_FILE).touch()
                    put(made, folder)
            except OSError as error:
                raise not_written(folder, error) from None
        try:
            self._file: IO[bytes] = (folder / ANSWERS_FILE).open("a+b")
        except OSError as error:
            raise not_written(folder, error) from None
        _lock(self._file, folder)
        self._file.seek(0)
        lines = self._file.read().splitlines(keepends=True)
        self.answers = dict(filter(None, map(_answer, lines)))
        if lines and not lines[-1].endswith(b"\n"):  # cut off with its writer
            self._file.write(b"\n")

    def add(self, asked: str, answer: Any) -> None:
        """Keep an answer."""
        text = json.dumps([asked, coded(answer)], ensure_ascii=False)
        try:
            self._file.write(f"{_hash(text)} {text}\n".encode())
            self._file.flush()
        except OSError as error:
            raise Full(say("{folder} takes no more answers: {why}. {count} are kept there; once it takes more, the same command goes on from them.",
                           folder=self.folder, why=error.strerror or str(error), count=len(self.answers))) from None  # fmt: skip
        self.answers[asked] = answer

    def close(self) -> None:
        """Nothing more is added; what could not be written was told of when it was to be."""
        with suppress(OSError):
            self._file.close()


def _refuse_another(folder: Path, document: dict[str, Any]) -> None:
    """Raise CallError where the folder has the study of another case, of other options or of another program."""
    try:
        found = json.loads((folder / STUDY_FILE).read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if found == document:
        return
    changed = [key for key in document if not isinstance(found, dict) or found.get(key) != document[key]]
    names = {"case": say("the case"), "options": say("an option"), "kind": say("the question"),
             "program": say("the program")}  # fmt: skip
    what = next((names[key] for key in names if key in changed), say("the form of its files"))
    raise CallError(say("{folder} holds answers to something else: {what} has changed since. Name a new folder.",
                        folder=folder, what=what))  # fmt: skip


def _answer(line: bytes) -> tuple[str, Any] | None:
    """What was asked in a line, and the answer; None where the line is not whole."""
    seal, _, text = line.decode("utf-8", "replace").partition(" ")
    if not text.endswith("\n") or seal != _hash(text[:-1]):
        return None
    asked, answer = json.loads(text)
    return asked, decoded(answer)


def _lock(file: IO[bytes], folder: Path) -> None:
    """Two studies in one folder would do each other's work: the second is refused, where files can be locked."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CallError(say("Another study is writing to {folder}: wait for it, or name a new folder.", folder=folder)) from None  # fmt: skip
    except OSError:
        pass  # a file system without locks


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
