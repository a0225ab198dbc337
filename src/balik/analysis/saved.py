"""Studies that were saved: the document that --json prints, read back as a study."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import CallError
from ..words import Sentence, plain, say
from .sayings import resaid
from .study import Study, Work
from .validate import Validation

#: What of a document stands in fields of a study; the rest is `more`.
_FIELDS = ("kind", "case", "currency", "ok", "rows", "findings", "work")


#: A study, a validation, or what `--json` printed of either, as a document or in a file.
Saved = Study | Validation | Mapping[str, Any] | str | os.PathLike[str]


def study_of(found: Saved, language: str = "en") -> Study:
    """A study in a language. Raises CallError where it is none.

    A document that was saved in one language is read in another; what an older balik saved, or a hand has changed since,
    stays as it stands.
    """
    if isinstance(found, Study):
        return found.into(language)
    if isinstance(found, Validation):
        return _read(found.document(), language)
    if isinstance(found, Mapping):
        if not _is_study(found):
            raise CallError(say("This document is no study: it has no kind with rows or rounds."))
        return _read(found, language)
    document = _document(found)
    if document is None:
        raise CallError(
            say("{path} holds no study. Save one as balik sensitivity CASE --json > study.json.", path=found)
        )
    return _read(document, language)


def is_study(about: Any) -> bool:
    """Whether it is a study, or the document of one, or names a file in which one was saved."""
    if isinstance(about, (Study, Validation)):
        return True
    if isinstance(about, Mapping):
        return _is_study(about)
    return isinstance(about, (str, os.PathLike)) and _document(about) is not None


def _document(path: str | os.PathLike[str]) -> Mapping[str, Any] | None:
    """The document of a study in a file; None where there is none."""
    if Path(path).suffix.lower() != ".json" or not Path(path).is_file():
        return None
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _is_study(found) else None


def _is_study(found: Mapping[str, Any]) -> bool:
    kind = isinstance(found.get("kind"), str) and isinstance(found.get("case"), str)
    return kind and any(isinstance(found.get(name), list) for name in ("rows", "rounds"))


def _read(saved: Mapping[str, Any], language: str) -> Study:
    document = resaid(saved)
    work = document.get("work")
    study = Study(
        kind=document["kind"],
        case=document["case"],
        currency=document.get("currency") or "",
        rows=list(document.get("rows", [])),
        findings=list(document.get("findings", [])),
        ok=bool(document.get("ok", True)),
        more={key: value for key, value in document.items() if key not in _FIELDS},
        work=None if work is None else Work(
            _told(work["varied"]), work["solves"], work["proved"], work["seconds"], tuple(map(_told, work["unsaid"]))
        ),
    )  # fmt: skip
    return study.into(language)


def _told(text: str) -> Sentence:
    """A sentence, or a text that stays as it is."""
    return text if isinstance(text, Sentence) else plain(text)
