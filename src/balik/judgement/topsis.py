"""Who comes nearest to the ideal (TOPSIS: Hwang and Yoon 1981), and how far the weights may move before another does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def closeness(scores: np.ndarray, most: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Relative closeness of m alternatives to the ideal: 1 at it, 0 at its opposite.

    `scores`: m × k; `most`: k flags, whether the most of a criterion is best; `weights`: k, of sum 1. Scores are
    divided by the root of their sum of squares and weighted; d⁺ and d⁻ are the distances from the best and the worst
    value of each criterion; closeness = d⁻ / (d⁺ + d⁻). Where all alternatives are alike it is nan.

    >>> import numpy as np
    >>> closeness(np.array([[1.0, 1], [2, 2]]), np.array([False, True]), np.array([0.75, 0.25])).round(4).tolist()
    [0.75, 0.25]
    """
    to_best, to_worst = _squares(scores, most)
    best, worst = np.sqrt(to_best @ weights**2), np.sqrt(to_worst @ weights**2)
    with np.errstate(invalid="ignore"):
        return np.asarray(worst / (best + worst))


def _squares(scores: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared distances from the best and the worst of each criterion before weighting, each m × k."""
    norm = np.sqrt((scores**2).sum(axis=0))
    unit = scores / np.where(norm > 0, norm, 1.0)
    best = np.where(most, unit.max(axis=0), unit.min(axis=0))
    worst = np.where(most, unit.min(axis=0), unit.max(axis=0))
    return (unit - best) ** 2, (unit - worst) ** 2


@dataclass(frozen=True)
class Span:
    """Weights of one criterion, from `low` to `high`, within which the first alternative stays the first.

    `below` and `above`: which alternative is first just outside, None where there is no other. The other weights
    keep their proportions.
    """

    low: float
    high: float
    below: int | None
    above: int | None


def first_while(scores: np.ndarray, most: np.ndarray, weights: np.ndarray, k: int) -> Span | None:
    """How far the weight of criterion k may move, the others in proportion, with the same alternative first.

    With t for the weight of k the squared distances are polynomials of degree 2 in t, so i and j are equally close
    where d⁻_i² d⁺_j² = d⁻_j² d⁺_i², a polynomial of degree 4. None where the others have no weight to share.
    """
    rest = 1.0 - weights[k]
    if rest <= 0:
        return None
    first = int(np.argmax(closeness(scores, most, weights)))
    others = np.where(np.arange(len(weights)) == k, 0.0, weights / rest) ** 2
    to_best, to_worst = (_in_t(squares[:, k], squares @ others) for squares in _squares(scores, most))
    crossings = [0.0, 1.0]
    for rival in range(len(scores)):
        if rival != first:
            # as convolve multiplies them, both keep their degree where a criterion tells nothing apart
            apart = np.convolve(to_worst[rival], to_best[first]) - np.convolve(to_worst[first], to_best[rival])
            roots = np.roots(apart) if np.any(np.abs(apart) > 0) else np.zeros(0)
            crossings += [float(r.real) for r in roots if abs(r.imag) < _REAL and 0 < r.real < 1]
    low, below = _edge(scores, most, weights, k, first, sorted(c for c in crossings if c < weights[k] - _REAL)[::-1])
    high, above = _edge(scores, most, weights, k, first, sorted(c for c in crossings if c > weights[k] + _REAL))
    return Span(low, high, below, above)


#: A root of a polynomial with an imaginary part below this is real: roots that meet split by rounding.
_REAL = 1e-7
#: Closeness that differs by less is the same.
_TIE = 1e-12


def _in_t(own: np.ndarray, rest: np.ndarray) -> list[np.ndarray]:
    """own t² + rest (1 − t)² of each alternative, highest power first."""
    return [np.array([a + b, -2 * b, b]) for a, b in zip(own, rest, strict=True)]


def _edge(
    scores: np.ndarray, most: np.ndarray, weights: np.ndarray, k: int, first: int, crossings: list[float]
) -> tuple[float, int | None]:
    """The weight or the first of the crossings beyond which another is first, and which; else the end of the weights."""
    for here, beyond in zip([float(weights[k]), *crossings], [*crossings, None], strict=True):
        if beyond is None:
            return here, None  # 0 or 1
        close = closeness(scores, most, at_weight(weights, k, (here + beyond) / 2))
        if close[first] < close.max() - _TIE:
            return here, int(np.argmax(close))
    raise AssertionError("the last crossing is an end")


def at_weight(weights: np.ndarray, k: int, weight: float) -> np.ndarray:
    """The weights with another weight of criterion k, the others in proportion."""
    moved = weights * (1.0 - weight) / (1.0 - weights[k])
    moved[k] = weight
    return moved
