"""A plan as files: answer tables as CSV, the effective input, plan.json with versions and hashes, and a seal on that."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import CallError
from ..files import Left, not_written, pack, put, resolved, room, unpacked
from ..schema import INPUT, PLAN
from ..tables import Tables
from ..tables.formats.csv import write_csv
from ..words import say
from .plan import CLAIM, Plan

PLAN_FILE = "plan.json"
#: The hash of plan.json, which holds those of all other files, as `sha256sum` writes and checks it.
SEAL_FILE = "plan.json.sha256"
#: What shows the bound of the plan, where its engine can.
CERTIFICATE_FILE = "certificate.npz"


def write_plan(plan: Plan, out: Path) -> Left:
    """Write the plan as a folder, or as a zip where the name ends in .zip: whole or not at all, and sealed.

    Only a place that is new, empty, or holds an earlier plan of balik is written to; files of the user's own beside an
    earlier plan stay. Returns what earlier writers that were killed had left there, and was cleared away.
    """
    out = resolved(out)
    zipped = is_zip(out)
    with room(out) as (made, left):
        folder = made.with_suffix(".folder") if zipped else made
        folder.mkdir()
        _fill(plan, folder)
        with _earlier(out) as old:
            if old is not None:
                _carry(old, folder, _replaced(old, out))
        if zipped:
            pack(folder, made)
        try:
            put(made, out)
        except OSError as error:
            raise not_written(out, error) from None
    return left


def _fill(plan: Plan, folder: Path) -> None:
    """The files of a plan, the hashes of all of them in plan.json, and the hash of that as the seal."""
    files = []
    for name, schema in PLAN.items() if plan.has_numbers else ():
        if name == "prices" and name not in plan.columns:
            continue  # only a linear program has prices
        columns = plan.columns.get(name) or {c: [] for c in schema.columns}
        write_csv(folder / f"{name}.csv", {c: list(map(as_text, cells)) for c, cells in columns.items()})
        files.append(f"{name}.csv")
    if plan.certificate is not None and plan.has_numbers:
        (folder / CERTIFICATE_FILE).write_bytes(plan.certificate)
        files.append(CERTIFICATE_FILE)
    if plan.tables is not None:
        files += [f"input/{name}" for name in write_case(effective(plan.tables), folder / "input")]
    document = plan.document()
    if document["proof"] is not None and CERTIFICATE_FILE not in files:  # nothing here shows it
        document["proof"] = dict(CLAIM)
    document |= {
        "versions": versions(),
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / PLAN_FILE).write_bytes(text.encode())
    (folder / SEAL_FILE).write_bytes(f"{hashlib.sha256(text.encode()).hexdigest()}  {PLAN_FILE}\n".encode())


def is_zip(out: Path) -> bool:
    """Whether a plan goes there as a zip."""
    return out.suffix.lower() == ".zip" and not out.is_dir()


def check_room(out: Path) -> None:
    """Refuse a place in which anything else than an earlier plan would be lost, or that cannot be replaced."""
    out = resolved(out)
    try:
        out.exists()
    except OSError as error:  # a name that no file system takes
        raise not_written(out, error) from None
    if out.exists() and not out.is_dir() and not is_zip(out):
        raise CallError(say("{folder} is a file, not a folder.", folder=out))
    if out == Path.cwd() or out in Path.cwd().parents:
        raise CallError(say("{folder} is the folder that you are in; name a folder within it.", folder=out))
    with _earlier(out) as old:
        if old is not None:
            _replaced(old, out)


@contextmanager
def _earlier(out: Path) -> Iterator[Path | None]:
    """The folder that a plan is written over, where something is there."""
    if out.is_file():
        with unpacked(out, PLAN_FILE) as folder:
            yield folder
    else:
        yield out if out.is_dir() and any(out.iterdir()) else None


def _replaced(folder: Path, out: Path) -> set[str]:
    """The files of an earlier plan that a new one replaces; refuses where anything else would be lost.

    `folder`: where its files are; `out`: where they are for the user.
    """
    if not (folder / PLAN_FILE).is_file():
        raise CallError(say("{folder} holds files that are not a plan of balik; name a new folder.", folder=out))
    try:
        listed = dict(json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))["sha256"])
    except (ValueError, KeyError, TypeError):
        found = say("{path} cannot be read as a plan of balik; name a new folder.", path=out / PLAN_FILE)
        raise CallError(found) from None
    changed = say("{path} was changed since balik wrote it; name a new folder, or delete the file.", path=out / PLAN_FILE)
    if not _is_sealed(folder):
        raise CallError(changed)
    replaced = {PLAN_FILE, SEAL_FILE}
    for name, digest in listed.items():
        path = folder / name
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                raise CallError(
                    say("{path} was changed since balik wrote it; name a new folder, or delete the file.", path=out / name)
                )
            replaced.add(name)
    written = [f"{name}.csv" for name in PLAN] + [CERTIFICATE_FILE, "input/case.toml"] + [f"input/{name}.csv" for name in INPUT]
    for name in written:
        if (folder / name).exists() and name not in replaced:
            raise CallError(say("{path} was not written by balik and would be lost; name a new folder.", path=out / name))
    return replaced


def _is_sealed(folder: Path) -> bool:
    """Whether plan.json, which holds the hashes of all other files, is as its seal says."""
    digest = hashlib.sha256((folder / PLAN_FILE).read_bytes()).hexdigest()
    seal = folder / SEAL_FILE
    return seal.is_file() and seal.read_bytes() == f"{digest}  {PLAN_FILE}\n".encode()


def _carry(old: Path, new: Path, replaced: set[str]) -> None:
    """Have the user's own files beside an earlier plan beside the new one, too."""
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old).as_posix()
        if path.is_dir() and not path.is_symlink():
            (new / name).mkdir(exist_ok=True)
        elif name not in replaced:
            shutil.copy2(path, new / name, follow_symlinks=False)


def effective(tables: Tables) -> Tables:
    """Only what a plan rests on: without the tables of scenarios and of published figures."""
    left = {name: table for name, table in tables.tables.items() if name not in ("changes", "scenarios", "expected")}
    return replace(tables, tables=left, scenarios=())


def write_case(tables: Tables, folder: Path) -> list[str]:
    """Write tables as a case folder; returns the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["case.toml"]
    (folder / "case.toml").write_text(toml_text(tables.settings), encoding="utf-8")
    for name in INPUT:
        if (table := tables[name]) is not None:
            write_csv(folder / f"{name}.csv", table.headed())
            names.append(f"{name}.csv")
    return names


def toml_text(settings: Mapping[str, Any]) -> str:
    """Settings as TOML: plain values, then sections."""
    lines = [f"{key} = {_toml(value)}" for key, value in settings.items() if not isinstance(value, Mapping)]
    for section, values in settings.items():
        if isinstance(values, Mapping):
            lines += ["", f"[{section}]", *(f"{_toml_key(k)} = {_toml(v)}" for k, v in values.items())]
    return "\n".join(lines) + "\n"


def _toml_key(key: str) -> str:
    return (
        key
        if key.replace("_", "").replace("-", "").isalnum() and key.isascii()
        else json.dumps(key, ensure_ascii=False)
    )


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def as_text(value: Any) -> str:
    """A cell: shortest text of a number, blank for nothing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def versions() -> dict[str, str]:
    """Versions of what made the plan."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in ("balik", "highspy", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
