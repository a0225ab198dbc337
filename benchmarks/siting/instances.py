"""Public instances with known answers, read from a folder of files beside the checkout.

The folder is named by the environment variable BALIK_INSTANCES; without it, `../shared/instances`. What is not there is
skipped by the tests and the benchmarks. Costs in the files are for all of a customer's demand.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from balik.location.problem import Siting

Array = np.ndarray

#: Capacity of all sites where a file of the original layout leaves it open.
OPEN_CAPACITY = {
    "capa": (8000.0, 10000.0, 12000.0, 14000.0),
    "capb": (5000.0, 6000.0, 7000.0, 8000.0),
    "capc": (5000.0, 5750.0, 6500.0, 7250.0),
}


def folder() -> Path | None:
    """The folder of the instances, if there is one."""
    given = os.environ.get("BALIK_INSTANCES")
    place = Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "instances"
    return place if (place / "optima.csv").is_file() else None


def read(file: str, problem: str = "CFLP", variant: int = 0) -> Siting:
    """The problem of a file of the folder; `problem` is CFLP, SSCFLP (single source) or UFL (capacities ignored).

    `variant` picks the capacity in the files that leave it open (0 is the first).
    """
    place = folder()
    if place is None:
        raise FileNotFoundError("no folder of instances")
    path = place / file
    opener: Callable[..., object] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as stream:  # type: ignore[attr-defined]
        text: str = stream.read()
    siting = _reader(file)(text.replace("\x1a", " "), variant)
    if problem == "SSCFLP":
        return replace(siting, single=True)
    return replace(siting, capacity=np.full(siting.n, np.inf)) if problem == "UFL" else siting


@cache
def optima() -> dict[tuple[str, str], tuple[float, bool]]:
    """(file, problem) → value, and whether it is proven (else it is the best known)."""
    place = folder()
    if place is None:
        return {}
    with (place / "optima.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {
        (row["file"], row["problem"]): (float(row["optimum"]), row["status"] == "proven")
        for row in rows
        if row["problem"] != "CVRP"
    }


def known(file: str, problem: str = "CFLP") -> float | None:
    """The proven optimum of a file, if it is known."""
    value, proven = optima().get((file, problem), (None, False))
    return value if proven else None


def _reader(file: str) -> Callable[[str, int], Siting]:
    if file.startswith("orlib_cap/orlib_layout/"):
        name = file.rsplit("/", 1)[1].split(".")[0]
        return lambda text, variant: _by_customer(text, OPEN_CAPACITY.get(name, (np.nan,))[variant])
    if file.startswith("gk_klose_generator/"):
        return lambda text, variant: _sections(text)
    if file.startswith("ufl_koerkel_ghosh/"):
        return lambda text, variant: _uncapacitated(text)
    return lambda text, variant: _by_site(text)


def siting(cost: Array, demand: Array, capacity: Array, fixed: Array) -> Siting:
    """The problem from costs (n, m) of all of a customer's demand; a customer without demand costs nothing."""
    unit = np.divide(cost, demand, out=np.zeros_like(cost), where=demand > 0)
    return Siting(unit, demand, capacity, fixed)


def _by_site(text: str) -> Siting:
    """`n m`; n pairs capacity, fixed; m demands; n × m costs, site by site."""
    v = np.array(text.split(), dtype=float)
    n, m = int(v[0]), int(v[1])
    pairs, demand = v[2 : 2 + 2 * n].reshape(n, 2), v[2 + 2 * n : 2 + 2 * n + m]
    cost = v[2 + 2 * n + m : 2 + 2 * n + m + n * m].reshape(n, m)
    return siting(cost, demand, pairs[:, 0], pairs[:, 1])


def _by_customer(text: str, capacity: float) -> Siting:
    """`n m`; n pairs capacity (or the word), fixed; by customer: demand, n costs."""
    v = np.array(text.replace("capacity", str(capacity)).split(), dtype=float)
    n, m = int(v[0]), int(v[1])
    pairs, rest = v[2 : 2 + 2 * n].reshape(n, 2), v[2 + 2 * n : 2 + 2 * n + m * (n + 1)].reshape(m, n + 1)
    return siting(np.ascontiguousarray(rest[:, 1:].T), rest[:, 0].copy(), pairs[:, 0], pairs[:, 1])


def _sections(text: str) -> Siting:
    """Sections of depots, customers and the matrix."""
    lines = text.splitlines()
    at = {line.strip(): i for i, line in enumerate(lines) if line.startswith("[")}
    matrix = " ".join(lines[at["[MATRIX]"] + 1 :]).split()
    n, m = int(matrix[1]), int(matrix[2])
    depots = np.array([line.split()[:2] for line in lines[at["[DEPOTS]"] + 2 :][:n]], dtype=float)
    demand = np.array([line.split()[0] for line in lines[at["[CUSTOMERS]"] + 2 :][:m]], dtype=float)
    cost = np.array(matrix[3 : 3 + n * m], dtype=float).reshape(n, m)
    return siting(cost, demand, depots[:, 0], depots[:, 1])


def _uncapacitated(text: str) -> Siting:
    """`FILE: name`; `n m 0`; by site: its number, its fixed cost, m costs."""
    _, size, *rest = text.splitlines()
    n, m = (int(word) for word in size.split()[:2])
    v = np.array(" ".join(rest).split(), dtype=float).reshape(n, m + 2)
    return siting(np.ascontiguousarray(v[:, 2:]), np.ones(m), np.full(n, np.inf), v[:, 1])
