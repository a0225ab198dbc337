"""A small case as texts, written to a folder with parts of it replaced, and its problems in short form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import balik
from balik.errors import InputError, Problem
from balik.network import encode
from balik.network.network import Network
from balik.tables import Data, read, type_tables

#: 10 kg wait at a and are taken at b.
SMALL = {
    "case.toml": 'title = "small"\n',
    "places.csv": "place,kind\na,home\nb,works\n",
    "materials.csv": "material\nm\n",
    "lanes.csv": "origin,dest,material,fee\na,b,m,2\n",
    "supply.csv": "place,material,amount\na,m,10\n",
    "demand.csv": "place,material\nb,m\n",
}


def folder(path: Path, files: dict[str, str | bytes | None] | None = None, base: dict[str, str] = SMALL) -> Path:
    """The small case with files replaced, added, or (None) left out."""
    for name, text in (base | (files or {})).items():
        if text is None:
            continue
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(case: Any, scenario: str | None = None, sets: tuple[str, ...] = ()) -> list[Problem]:
    """Problems and warnings of solving a case (none of its other scenarios)."""
    try:
        return balik.solve(case, scenario, sets).problems
    except InputError as error:
        return error.problems


def short(found: list[Problem]) -> list[tuple[str, str, int | None, str | None]]:
    """Code, file (without the folder of the case), line and column."""
    return [(p.code, (p.file or "").partition("/")[2] or p.file or "", p.line, p.column) for p in found]


def codes(found: list[Problem]) -> list[str]:
    """Their codes, in order of the alphabet."""
    return sorted(p.code for p in found)


def typed(case: Any, scenario: str | None = None, sets: tuple[str, ...] = ()) -> Data:
    """A case, typed."""
    return type_tables(read(case, scenario, sets))


def network(case: Any, scenario: str | None = None, sets: tuple[str, ...] = ()) -> tuple[Network, list[Problem]]:
    """The network of a case, and its problems."""
    data = typed(case, scenario, sets)
    return encode(data), list(data.problems)


def lanes(case: Any) -> dict[tuple[str, str], dict[str, float]]:
    """Lanes of a case of one material and period by (origin, dest): fee, most and km."""
    n, found = network(case)
    assert not [p for p in found if p.severity == "error"], [str(p) for p in found]
    place = n.labels["place"]
    return {
        (place[n.lanes.origin[i]], place[n.lanes.dest[i]]): {c: getattr(n.lanes, c)[i] for c in ("fee", "most", "km")}
        for i in range(len(n.lanes))
    }
