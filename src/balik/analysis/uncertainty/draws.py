"""Draws of what is uncertain: the tables `distributions` and `correlations` as changes of cells.

Correlation by a Gaussian copula (Nelsen 2006, An Introduction to Copulas, section 2.3): correlated normal draws, each
turned into the shape of its variable by its own inverse distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ...api import Case, Prepared, prepare
from ...errors import InputError, Problem, Problems, did_you_mean
from ...tables import Data, Frame
from ...tables.changes import parse_where
from ...words import Sentence, say
from ..added import written

_NORMAL = NormalDist()
_KNOWN = [f"sites.{column} = default" for column in ("chance", "together", "serves", "wait", "wait_chance")]


@dataclass(frozen=True)
class Variable:
    """Cells that one uncertain thing moves, and how: `of` its number, with its inverse distribution for these cells."""

    of: int
    change: str  # table.column[where] op, as in --set
    inverse: Callable[[float], float]


@dataclass(frozen=True)
class Draws:
    """What is uncertain, and how it moves together: the correlations are factor × factorᵀ.

    `known`: changes of every draw of a case with chances. What is drawn is known there, so no capacity must do with a
    probability; and waits are of the mean, not of a day.
    """

    variables: list[Variable]
    factor: np.ndarray
    known: tuple[str, ...] = ()

    def sample(self, count: int, seed: int) -> list[tuple[str, ...]]:
        """So many draws, each as changes for --set."""
        rng = np.random.default_rng(seed)
        normal = rng.standard_normal((count, len(self.factor))) @ self.factor.T
        share = np.clip([[_NORMAL.cdf(z) for z in row] for row in normal.tolist()], 1e-12, 1 - 1e-12)
        drawn = [tuple(f"{v.change} {written(v.inverse(float(row[v.of])))}" for v in self.variables) for row in share]
        return [draw + self.known for draw in drawn]


def drawn(
    case: Case,
    scenario: str | None,
    sets: Sequence[str],
    draw: Sequence[str],
    k: int,
    settings: Mapping[str, Any] | None,
    how: Callable[..., Prepared] = prepare,
) -> Prepared:
    """The case with draw number k, prepared as `how` does it; where that cannot be, InputError names the draw."""
    try:
        return how(case, scenario, (*sets, *draw), settings)
    except InputError as error:
        first = error.problems[0]
        found = say("Draw {k} makes a case that cannot be: {why}", k=k, why=first.found)
        advice = say("Bound the distribution with low and high, or give it another shape.")
        raise InputError([Problem("E684", found, advice, file=first.file, column=first.column)]) from None


def draws_of(data: Data) -> Draws:
    """The draws of a case; raises InputError with every row that cannot be."""
    frame, problems = data["distributions"], Problems()
    if not len(frame):
        advice = say("Add distributions.csv with a row for each uncertain thing: variable, table, column, mean, sd.")
        raise InputError([Problem("E680", say("The case has no table distributions."), advice, file=data.tables.name)])
    variables: list[Variable] = []
    names = list(dict.fromkeys(frame.text["variable"]))
    for row in range(len(frame)):
        found = _inverse(frame, row)
        if isinstance(found, Sentence):
            problems.add("E681", found, say("Correct the row."), **frame.where(row, "shape"))
            continue
        name, table, column = (frame.text[c][row] for c in ("variable", "table", "column"))
        pairs = parse_where(frame.text["where"][row], ";") if frame.text["where"][row] else {}
        if pairs is None:
            told = say("'{text}' cannot be read.", text=frame.text["where"][row])
            problems.add("E130", told, say("Write key=value;key=value, values in quotes where they hold ; or =."), **frame.where(row, "where"))  # fmt: skip
            continue
        cells = ",".join(f'{k}="{v}"' for k, v in pairs.items())
        where = f"[{cells}]" if cells else ""
        variables.append(Variable(names.index(name), f"{table}.{column}{where} {frame.text['op'][row]}", found))
    factor = np.eye(len(names)) if problems.errors else _factor(data, names, problems)
    problems.stop_on_errors()
    return Draws(variables, factor, tuple(_KNOWN) if data["sites"].given["chance"].any() else ())


def _factor(data: Data, names: list[str], problems: Problems) -> np.ndarray:
    frame, matrix = data["correlations"], np.eye(len(names))
    seen: dict[frozenset[str], int] = {}
    for row in range(len(frame)):
        pair = frame.text["a"][row], frame.text["b"][row]
        unknown = [(c, label) for c, label in zip("ab", pair, strict=True) if label not in names]
        for column, label in unknown:
            near = did_you_mean(label, names) or say("Known: {words}", words=", ".join(names[:12]))
            problems.add("E201", say("'{label}' is not a variable of distributions.", label=label), near, **frame.where(row, column))  # fmt: skip
        if not unknown and pair[0] == pair[1]:
            problems.add("E682", say("'{label}' is tied to itself.", label=pair[0]), say("Name two variables, or drop the row."), **frame.where(row, "b"))  # fmt: skip
        elif not unknown and frozenset(pair) in seen:
            found = say("'{a}' and '{b}' are tied twice: also at {spot}.", a=pair[0], b=pair[1], spot=frame.spot(seen[frozenset(pair)]))  # fmt: skip
            problems.add("E202", found, say("Keep one row."), **frame.where(row, "rho"))
        elif not unknown:
            seen[frozenset(pair)] = row
            i, j = names.index(pair[0]), names.index(pair[1])
            matrix[i, j] = matrix[j, i] = float(frame.number["rho"][row])
    least = float(np.linalg.eigvalsh(matrix).min()) if len(names) else 1.0
    if least < -1e-9:
        found = say("The correlations cannot hold together: their matrix has the eigenvalue {value:.3g}.", value=least)
        problems.add("E682", found, say("Bring them nearer to 0."), **data.tables.where("correlations"))
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _inverse(frame: Frame, row: int) -> Callable[[float], float] | Sentence:
    """The inverse distribution of a row, or what is wrong with it."""
    number = {name: float(frame.number[name][row]) for name in ("mean", "sd", "low", "high", "mode")}
    shape = frame.text["shape"][row]
    needed = {"normal": ("mean", "sd"), "lognormal": ("mean", "sd"), "uniform": ("low", "high"),
              "triangular": ("low", "mode", "high")}[shape]  # fmt: skip
    lacks = [name for name in needed if math.isnan(number[name])]
    if lacks:
        return say("A {shape} distribution needs {words}.", shape=shape, words=", ".join(lacks))
    low, high = number["low"], number["high"]
    if low > high:
        return say("low = {low:g} lies above high = {high:g}.", low=low, high=high)
    if shape == "uniform":
        return lambda u: low + u * (high - low)
    if shape == "triangular":
        return _triangular(low, number["mode"], high)
    return _bell(shape, number["mean"], number["sd"], low, high)


def _triangular(low: float, mode: float, high: float) -> Callable[[float], float] | Sentence:
    if not low <= mode <= high:
        return say("mode = {mode:g} lies outside {low:g} to {high:g}.", mode=mode, low=low, high=high)
    if low == high:
        return lambda u: low
    turn = (mode - low) / (high - low)

    def inverse(u: float) -> float:
        if u < turn:
            return low + math.sqrt(u * (high - low) * (mode - low))
        return high - math.sqrt((1 - u) * (high - low) * (high - mode))

    return inverse


def _bell(shape: str, mean: float, sd: float, low: float, high: float) -> Callable[[float], float] | Sentence:
    """Normal or lognormal with this mean and standard deviation, cut off at low and high (as if drawn again)."""
    if shape == "lognormal" and mean <= 0:
        return say("A lognormal distribution needs a mean above 0.")
    if sd == 0:
        return say("No draw lies between low and high.") if mean < low or mean > high else lambda u: mean
    spread = math.sqrt(math.log1p((sd / mean) ** 2)) if shape == "lognormal" else sd
    centre = math.log(mean) - spread**2 / 2 if shape == "lognormal" else mean
    bell = NormalDist(centre, spread)

    def share(value: float, otherwise: float) -> float:
        if math.isnan(value):
            return otherwise
        if shape == "lognormal":
            return bell.cdf(math.log(value)) if value > 0 else 0.0
        return bell.cdf(value)

    first, last = share(low, 0.0), share(high, 1.0)
    if last - first < 1e-12:
        return say("No draw lies between low and high.")

    def inverse(u: float) -> float:
        value = bell.inv_cdf(min(max(first + u * (last - first), 1e-15), 1 - 1e-15))
        return math.exp(value) if shape == "lognormal" else value

    return inverse
