"""Weights from comparisons in pairs: the analytic hierarchy process (Saaty 1977, J. Math. Psychol. 15:234)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

#: A consistency ratio up to here counts as consistent (Saaty 1977).
CONSISTENT = 0.10


@dataclass(frozen=True)
class Priorities:
    """Weights of n things that were compared in pairs, and how far the comparisons agree with each other.

    `weights`: n, of sum 1; `largest`: the principal eigenvalue; `index` and `ratio`: consistency index and ratio.
    `worst`: the pair (i, j) whose comparison fits the weights least, None where all fit; `fitting`: what would fit.
    """

    weights: np.ndarray
    largest: float
    index: float
    ratio: float
    worst: tuple[int, int] | None
    fitting: float


def priorities(matrix: np.ndarray) -> Priorities:
    """Weights of a positive reciprocal matrix (n × n): its principal eigenvector, of sum 1.

    index = (λ − n) / (n − 1); ratio = index / random index, whose λ is 2.7699 n − 4.3513 on the average
    (Alonso and Lamata 2006, Int. J. Uncertain. Fuzziness 14:445); two things are always consistent.
    The worst comparison has the largest |ln(a_ij w_j / w_i)| (Saaty 2003, Eur. J. Oper. Res. 145:85).

    >>> import numpy as np
    >>> found = priorities(np.array([[1, 2, 8], [1 / 2, 1, 2], [1 / 8, 1 / 2, 1]]))
    >>> found.weights.round(4).tolist(), found.worst, round(found.fitting, 4)
    ([0.6434, 0.2553, 0.1013], (0, 1), 2.5198)
    """
    n, ratio = len(matrix), np.log(matrix)
    mean = ratio.mean(axis=1)  # beside geometric means all comparisons are near 1, however far the things lie apart
    ratio = ratio + mean[None, :] - mean[:, None]
    values, vectors = np.linalg.eig(np.exp(ratio))
    principal = int(np.argmax(values.real))
    largest, share = float(values[principal].real), np.log(np.abs(vectors[:, principal].real))
    misfit = np.abs(ratio + share[None, :] - share[:, None])
    share += mean
    weights = np.exp(share - share.max())
    weights /= weights.sum()
    above = np.triu(misfit, 1)  # of three things all miss alike: the first of them
    i, j = divmod(int(np.argmax(above > above.max() - 1e-9)), n) if n > 2 else (0, 0)
    fits = n <= 2 or misfit[i, j] < _ROUNDING
    index = 0.0 if fits else max(0.0, (largest - n) / (n - 1))
    chance = (2.7699 * n - 4.3513 - n) / (n - 1) if n > 2 else 1.0
    worst = None if fits else (i, j)
    return Priorities(weights, largest, index, index / chance, worst, math.exp(share[i] - share[j]))


#: Comparisons that miss the weights by no more than the rounding of printed figures fit.
_ROUNDING = 1e-6


def together(matrices: np.ndarray) -> np.ndarray:
    """One matrix for a group of judges (k × n × n): the geometric mean of each comparison.

    It alone keeps reciprocals and unanimity (Aczél and Saaty 1983, J. Math. Psychol. 27:93).
    """
    return np.asarray(np.exp(np.log(matrices).mean(axis=0)))
