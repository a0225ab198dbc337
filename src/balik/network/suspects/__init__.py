"""Figures that are allowed and look like a slip: a factor of 1,000, rates in each other's place, a place far away.

Each warning shows both figures, the one that stands out and what it stands out from. They ask for strong evidence
(several peers that agree, or a contradiction within a row), so that a sound case hears none.
"""

from __future__ import annotations

from ...kept import kept
from ...tables import Data
from ..network import Network
from .peers import note_factors, note_signs
from .places import note_places, note_roads, note_zeros
from .rates import note_fills, note_interest, note_rates, note_sizes


@kept
def suspects(data: Data, n: Network) -> None:
    """Note every figure of a sound case that is probably a slip."""
    note_factors(data)
    note_signs(data)
    note_interest(data)
    _rows_of_their_own(data, n)
    _map(data)


@kept
def _rows_of_their_own(data: Data, n: Network) -> None:
    note_rates(data)
    note_fills(data)
    note_sizes(data, n)


@kept
def _map(data: Data) -> None:
    note_places(data)
    note_roads(data)
    note_zeros(data)
