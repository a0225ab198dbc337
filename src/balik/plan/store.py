"""A plan folder: answer tables as CSV, the effective input, and plan.json with versions and hashes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import CallError
from ..schema import INPUT, PLAN
from ..tables import Tables
from ..tables.formats.csv import write_csv
from ..words import say
from .plan import Plan

PLAN_FILE = "plan.json"
#: What shows the bound of the plan, where its engine can.
CERTIFICATE_FILE = "certificate.npz"


def write_plan(plan: Plan, folder: Path) -> None:
    """Write the plan; only a folder that is new, empty, or holds an earlier plan of balik is written to."""
    for path in check_room(folder):
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
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
    document = plan.document() | {
        "versions": versions(),
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(files)},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / PLAN_FILE).write_text(text + "\n", encoding="utf-8")


def check_room(folder: Path) -> list[Path]:
    """The files of an earlier plan that a new one replaces; refuses a folder in which anything else would be lost."""
    if folder.exists() and not folder.is_dir():
        raise CallError(say("{folder} is a file, not a folder.", folder=folder))
    old = folder / PLAN_FILE
    if not old.is_file():
        if folder.exists() and any(folder.iterdir()):
            raise CallError(say("{folder} holds files that are not a plan of balik; name a new folder.", folder=folder))
        return []
    try:
        listed = dict(json.loads(old.read_text(encoding="utf-8"))["sha256"])
    except (ValueError, KeyError, TypeError):
        raise CallError(say("{path} cannot be read as a plan of balik; name a new folder.", path=old)) from None
    replaced = []
    for name, digest in listed.items():
        path = folder / name
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                raise CallError(
                    say("{path} was changed since balik wrote it; name a new folder, or delete the file.", path=path)
                )
            replaced.append(path)
    written = [f"{name}.csv" for name in PLAN] + [CERTIFICATE_FILE, "input/case.toml"] + [f"input/{name}.csv" for name in INPUT]
    for name in written:
        if (folder / name).exists() and folder / name not in replaced:
            raise CallError(
                say("{path} was not written by balik and would be lost; name a new folder.", path=folder / name)
            )
    return replaced


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
