"""The seal of a plan: whether its files are those that were written.

`plan.json` holds the SHA-256 of every other file, and `plan.json.sha256` that of plan.json, which is the seal. It shows
changes to whoever has noted it; who changes the files and the seal as well is found out by the laws only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...schema import PLAN
from ...words import Sentence, say
from .verdict import Broken

SEAL_FILE, CERTIFICATE_FILE = "plan.json.sha256", "certificate.npz"


def seal_of(root: Path) -> str:
    """The seal that the files of a plan have now: the hash of plan.json."""
    return hashlib.sha256((root / "plan.json").read_bytes()).hexdigest()


def judge_seal(root: Path, document: Mapping[str, Any]) -> tuple[list[Broken], list[Sentence]]:
    """Every file that was changed, is gone or was added; and what else lies there, which no plan consists of."""
    digests = document.get("sha256")
    if "sha256" not in document:
        return [], []  # a plan that was not written by balik claims nothing of its files
    digests = digests if isinstance(digests, dict) else {}
    broken = [] if (fault := _of_the_list(root)) is None else [_fault(*fault)]
    found = {name for path in root.rglob("*") if path.is_file() and (name := path.relative_to(root).as_posix())}
    found = {name for name in found if not any(part.startswith(".") for part in name.split("/"))}
    said = []
    for name in sorted((found | set(digests)) - {"plan.json", SEAL_FILE}):
        if name not in found:
            broken.append(_fault(name, say("{name} is gone since the plan was written.", name=name)))
        elif name not in digests and not _is_read(name):
            said.append(say("{name} is no part of the plan, and was not judged.", name=name))
        elif name not in digests:
            broken.append(_fault(name, say("{name} was added since the plan was written.", name=name)))
        elif _digest(root / name) != digests[name]:
            broken.append(_fault(name, say("{name} was changed since the plan was written.", name=name)))
    return broken, said


def _of_the_list(root: Path) -> tuple[str, Sentence] | None:
    """What is wrong with the hash of plan.json itself."""
    if not (root / SEAL_FILE).is_file():
        return SEAL_FILE, say("{name}, the seal, is gone since the plan was written.", name=SEAL_FILE)
    if (root / SEAL_FILE).read_bytes().split() != [seal_of(root).encode(), b"plan.json"]:
        return "plan.json", say("{name} was changed since the plan was written.", name="plan.json")
    return None


def _is_read(name: str) -> bool:
    """Whether a file counts: what lies in input/ is the case, and tables and certificate are the plan."""
    return name.startswith("input/") or name == CERTIFICATE_FILE or name in {f"{table}.csv" for table in PLAN}


def _digest(path: Path) -> str:
    """The hash of a file, of which no more than a part is in memory at once."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fault(name: str, sentence: Sentence) -> Broken:
    return Broken("seal", name, None, None, None, sentence)
