"""The instances by name; their arrays, and the SHA-256 of these."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from benchmarks.siting.networks import Coordinates, Reverse

from . import recipes

Array = np.ndarray
Problem = Siting | TwoEchelon | Reverse | Coordinates

#: Arrays that are an instance, by kind, in the order in which they are hashed.
ARRAYS: dict[type, tuple[str, ...]] = {
    Siting: ("unit_cost", "demand", "capacity", "fixed", "place"),
    TwoEchelon: (
        "plant_cost", "customer_cost", "plant_capacity", "depot_capacity", "plant_fixed", "depot_fixed", "demand",
    ),
    Reverse: (
        "into_cost", "through_cost", "returns", "centre_capacity", "centre_fixed", "level_capacity", "level_fixed",
        "yields", "revenue", "gate_fee",
    ),
    Coordinates: ("sites", "customers", "rate", "demand", "capacity", "fixed"),
}  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """A named instance. `small`: a general solver proves it in seconds, which `check` asks it to do."""

    name: str
    family: str
    recipe: Callable[..., Problem]
    arguments: tuple[Any, ...]
    seed: int
    small: bool

    def make(self) -> Problem:
        """The instance."""
        return self.recipe(*self.arguments, self.seed)

    @property
    def call(self) -> str:
        """The recipe and its arguments, in words."""
        names = list(inspect.signature(self.recipe).parameters)
        said = ", ".join(f"{k}={v}" for k, v in zip(names, (*self.arguments, self.seed), strict=True))
        return f"{self.recipe.__name__}({said})"


def _some(family: str, recipe: Callable[..., Problem], *rows: tuple[Any, ...]) -> list[Instance]:
    """Instances of a recipe, with the seeds 1, 2, …; the first is the small one. New ones go to the end."""
    out = []
    for number, row in enumerate(rows):
        numbers = "x".join(str(int(v)) for v in row if isinstance(v, int))
        rest = "".join(f"-r{v:g}" if isinstance(v, float) else f"-{v}" for v in row if not isinstance(v, int))
        out.append(Instance(f"{recipe.__name__}-{numbers}{rest}", family, recipe, row, 1 + number, number == 0))
    return out


ALL: dict[str, Instance] = {
    i.name: i
    for i in (
        *_some("one echelon", recipes.cornuejols,
               (50, 20, 3.0), (100, 100, 5.0), (200, 200, 5.0), (200, 200, 10.0), (500, 200, 5.0)),
        *_some("one echelon", recipes.towns, (50, 20, 3.0), (100, 100, 5.0), (300, 150, 5.0)),
        *_some("sizes", recipes.sizes, (30, 10, 3.0), (80, 30, 3.0), (150, 60, 3.0), (200, 100, 3.0)),
        *_some("single source", recipes.single, (25, 8, 3.0), (60, 20, 3.0), (100, 40, 4.0), (200, 60, 4.0)),
        *_some("two echelons", recipes.echelons, (4, 8, 16, 2, "hard"), (20, 40, 80, 3, "medium"),
               (20, 40, 80, 5, "hard"), (50, 100, 200, 5, "medium"), (50, 100, 200, 5, "hard"), (10, 20, 40, 3, "hard")),
        *_some("network", recipes.network, (8, 4, 3, 2, 1), (20, 8, 4, 2, 2), (60, 20, 8, 3, 3), (80, 25, 8, 2, 2),
               (40, 15, 6, 2, 3)),
        *_some("coordinates", recipes.coordinates, (60, 20, 3.0), (2000, 200, 5.0), (5000, 400, 5.0)),
    )
}  # fmt: skip


def arrays(problem: Problem) -> dict[str, Array]:
    """The arrays of an instance, in float64."""
    return {name: np.asarray(getattr(problem, name), float) for name in ARRAYS[type(problem)]}


def sha(problem: Problem) -> str:
    """SHA-256 of the arrays: for each its name and shape as text, then its numbers, row by row, as little-endian doubles."""
    digest = hashlib.sha256()
    for name, value in arrays(problem).items():
        digest.update(f"{name} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).astype("<f8").tobytes())
    return digest.hexdigest()


def size(problem: Problem) -> str:
    """How large an instance is, in words."""
    if isinstance(problem, Siting):
        places = len(np.unique(problem.place))
        return f"{problem.m} customers, {places} places" + (" × 3 sizes" if places < problem.n else "")
    if isinstance(problem, Coordinates):
        return f"{len(problem.customers)} customers, {len(problem.sites)} places"
    if isinstance(problem, TwoEchelon):
        return f"{problem.customers} customers, {problem.depots} depots, {problem.plants} plants, {problem.materials} materials"
    customers, centres, materials = problem.into_cost.shape
    plants, levels = problem.level_fixed.shape
    periods = problem.returns.shape[2]
    return f"{customers} customers, {centres} centres, {plants} plants × {levels} levels, {materials} materials, {periods} periods"


def write_arrays(problem: Problem, file: Path) -> None:
    """The arrays as an npz file."""
    np.savez_compressed(file, **arrays(problem))  # type: ignore[arg-type]


def with_matrix(problem: Coordinates) -> Siting:
    """An instance of points as a siting problem with all its unit costs."""
    away = problem.sites[:, None, :] - problem.customers[None, :, :]
    unit = problem.rate * np.sqrt(away[:, :, 0] ** 2 + away[:, :, 1] ** 2)
    return Siting(unit, problem.demand, problem.capacity, problem.fixed)
