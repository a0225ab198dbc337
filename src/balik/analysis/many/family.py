"""Programs that differ in few numbers: each is solved with what the others have shown.

A linear program goes to a solver that lives on. With whole numbers, what is known of the others may prove a plan
without a search:

* over the same plans the least objective is concave in the costs: between two cost vectors it lies above the straight
  line between their bounds (Geoffrion and Nauss 1977, Management Science 23:453);
* where every plan of a program is one of another's, at the same costs, the other's bound holds.

The best of the known plans that this program allows is optimal where it meets such a bound. Where none is met, the
program is solved, from that plan where the solver takes one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...algebra import Arrays
from ...engines import Options, Result, run_highs, sound
from ...engines.living import Living
from ...location.pick import ENGINES, takes_start

#: By how much a known plan may lie above a bound, relative to max(1, |objective|), and still be called the best: less
#: than the gap of a search, so that the same plan comes out as without what is known.
_MEETS = 1e-9
#: What may be lost of a bound in floating point, relative to what the objective adds up.
_LOST = 1e-12
#: A plan of one program is one of another where it breaks no row by more than this, relative to max(1, |side|).
_FITS = 1e-9
#: Programs that are remembered, at most so many and so many numbers.
_MOST, _NUMBERS = 200, 20_000_000


@dataclass(frozen=True)
class _Known:
    """A program that was solved, and what came out."""

    a: Arrays
    result: Result
    bound: float


class Family:
    """Solves one program after the other. `proved`: how many were proved by what was known of others."""

    def __init__(self) -> None:
        self.living = Living()
        self.known: list[_Known] = []
        self.proved = 0

    def run(self, a: Arrays, options: Options, basis: object = None) -> Result:
        """What the engine of this name would answer."""
        if a.cones:
            return ENGINES[options.engine](a, options, None)
        if not a.integer.any():
            return sound(self._linear)(a, options, None)
        start = self._best(a)
        if start is not None:
            found = self._proved(a, start)
            if found is not None:
                self.proved += 1
                return self._kept(a, found)
        if start is not None and takes_start(a, options):
            return self._kept(a, sound(partial(run_highs, start=start.result.x))(a, options, None))
        return self._kept(a, ENGINES[options.engine](a, options, None))

    def _linear(self, a: Arrays, options: Options, basis: object = None) -> Result:
        """By the solver that lives on, where it is asked for and can."""
        alive = self.living.run(a, options) if options.engine in ("auto", "highs") and not options.prices else None
        return alive or ENGINES[options.engine](a, options, None)

    def _kept(self, a: Arrays, result: Result) -> Result:
        if result.x is not None and result.bound is not None:
            self.known.append(_Known(a, result, result.bound))
            size = 4 * (len(a.cost) + len(a.row_lower)) + len(a.value)
            del self.known[: max(0, len(self.known) - max(2, min(_MOST, _NUMBERS // size)))]
        return result

    def _best(self, a: Arrays) -> _Known | None:
        """The known plan of this program that costs least."""
        fitting = [k for k in self.known if _fits(k, a)]
        return min(fitting, key=lambda k: float(a.cost @ k.result.x), default=None)

    def _proved(self, a: Arrays, best: _Known) -> Result | None:
        """The plan, where a bound shows that none is better."""
        x = best.result.x
        assert x is not None
        objective = float(a.cost @ x) + a.offset
        scale = max(1.0, abs(objective))
        bounds = [k.bound for k in self.known if _same_cost(k.a, a) and _holds(k.a, a)]
        line = _line([k for k in self.known if _same_plans(k.a, a)], a)
        bound = max([*bounds, *([] if line is None else [line])], default=-np.inf)
        if objective - bound > _MEETS * scale:
            return None
        bound = min(bound, objective)
        return replace(best.result, status="optimal", objective=objective, bound=bound, certificate=None,
                       gap=(objective - bound) / scale, notes=())  # fmt: skip


# -- programs beside each other ----------------------------------------------------------------------------------


def _alike(b: Arrays, a: Arrays) -> bool:
    """Whether both have the same columns and rows, and numbers in the same places."""
    return (
        len(b.row_lower) == len(a.row_lower)
        and np.array_equal(b.start, a.start)
        and np.array_equal(b.row, a.row)
        and np.array_equal(b.integer, a.integer)
    )


def _same_cost(b: Arrays, a: Arrays) -> bool:
    return len(b.cost) == len(a.cost) and b.offset == a.offset and np.array_equal(b.cost, a.cost)


def _same_plans(b: Arrays, a: Arrays) -> bool:
    """Whether both have the same plans; only their costs may differ."""
    names = ("lower", "upper", "row_lower", "row_upper", "value")
    return _alike(b, a) and all(np.array_equal(getattr(b, name), getattr(a, name)) for name in names)


def _holds(b: Arrays, a: Arrays) -> bool:
    """Whether every plan of `a` is one of `b`: its bounds are no wider, and no row of b counts more against its side."""
    if not _alike(b, a):
        return False
    if (b.lower > a.lower).any() or (b.upper < a.upper).any():
        return False
    if (b.row_lower > a.row_lower).any() or (b.row_upper < a.row_upper).any():
        return False
    at = np.flatnonzero(b.value != a.value)
    if not len(at):
        return True
    col, row, more = np.searchsorted(a.start, at, side="right") - 1, a.row[at], b.value[at] - a.value[at]
    below = np.isneginf(b.row_lower[row]) & (more < 0)
    above = np.isposinf(b.row_upper[row]) & (more > 0)
    return bool(((a.lower[col] >= 0) & (below | above)).all())


def _fits(k: _Known, a: Arrays) -> bool:
    """Whether the plan of a known program is one of this."""
    x = k.result.x
    if x is None or not _alike(k.a, a):
        return False
    if (x < a.lower - _FITS * np.maximum(1.0, np.abs(a.lower))).any():
        return False
    if (x > a.upper + _FITS * np.maximum(1.0, np.abs(a.upper))).any():
        return False
    activity = np.bincount(a.row, a.value * np.repeat(x, np.diff(a.start)), len(a.row_lower))
    slack = _FITS * np.maximum(1.0, np.abs(activity))
    return bool((activity >= a.row_lower - slack).all() and (activity <= a.row_upper + slack).all())


def _line(known: list[_Known], a: Arrays) -> float | None:
    """The best bound that lies on a line between two known programs with the same plans; None where none does."""
    here = np.append(a.cost, a.offset)
    away = np.array([np.append(k.a.cost, k.a.offset) - here for k in known]).reshape(len(known), len(here))
    far = np.sqrt((away**2).sum(axis=1))
    bounds = [k.bound for k, d in zip(known, far.tolist(), strict=True) if d == 0]
    ways = away[far > 0] / far[far > 0][:, None]
    names = np.flatnonzero(far > 0)
    one, other = (names[at] for at in np.nonzero(np.triu(ways @ ways.T < -1.0 + 1e-9)))
    bound, gross = np.array([k.bound for k in known]), np.array([_gross(k, here) for k in known])
    share = far[other] / (far[one] + far[other])
    on = share * bound[one] + (1.0 - share) * bound[other] - 10 * _LOST * np.maximum(gross[one], gross[other])
    for at in np.argsort(-on, kind="stable"):
        off = np.abs(share[at] * away[one[at]] + (1.0 - share[at]) * away[other[at]])
        if (off <= _LOST * np.abs(here)).all():
            bounds.append(float(on[at]))
            break
    return max(bounds, default=None)


def _gross(k: _Known, cost: np.ndarray) -> float:
    """What the objective adds up, income and cost alike."""
    assert k.result.x is not None
    return float(np.abs(cost) @ np.abs(np.append(k.result.x, 1.0)))
