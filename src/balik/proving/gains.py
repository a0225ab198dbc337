"""What parting nodes by each column has gained: which column is worth it (reliability: Achterberg, Koch and Martin 2005)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

Array = np.ndarray

#: Candidates for a node, and branchings until a column is known.
_CANDIDATES, _RELIABLE = 8, 3


class Gains:
    """By side (below, above) and column: what the bound gained by a step of one, and how often that was seen."""

    def __init__(self, columns: int) -> None:
        self.gain, self.times = np.zeros((2, columns)), np.zeros((2, columns))

    def candidates(self, part: Array, x: Array) -> Iterator[tuple[int, list[float]]]:
        """Columns by what they promise, and what that is on either side."""
        away = np.stack([x[part] - np.floor(x[part]), np.ceil(x[part]) - x[part]])
        usual = self.gain.sum(1) / np.maximum(1.0, self.times.sum(1))
        usual = np.where(usual > 0, usual, 1.0)[:, None]
        times = self.times[:, part]
        guess = np.where(times > 0, self.gain[:, part] / np.maximum(1.0, times), usual) * away
        for k in np.argsort(-score_of(*guess), kind="stable")[:_CANDIDATES].tolist():
            yield int(part[k]), guess[:, k].tolist()

    def little_known(self, column: int) -> bool:
        """Whether a column is to be probed."""
        return bool(self.times[:, column].min() < _RELIABLE)

    def learn(self, column: int, x: float, gains: Sequence[float]) -> None:
        """What the bound gained on either side of a value."""
        self.gain[:, column] += np.array(gains) / (x - np.floor(x), np.ceil(x) - x)
        self.times[:, column] += 1.0


def score_of(down: Any, up: Any) -> Any:
    """How good a pair of gains is."""
    return np.maximum(down, 1e-6) * np.maximum(up, 1e-6)
