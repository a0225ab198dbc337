"""What a search over two echelons found."""

from __future__ import annotations

from dataclasses import dataclass

from ..answer import Answer
from ..problem import Array


@dataclass(frozen=True)
class EchelonAnswer(Answer):
    """`open` holds the plants first, then the depots; the flows are None where there is no plan."""

    plants: int = 0
    plant_flow: Array | None = None  # (materials, plants, depots), units of the plants' side
    customer_flow: Array | None = None  # (materials, depots, customers)

    @property
    def open_plants(self) -> Array | None:
        """Which plants are open."""
        return None if self.open is None else self.open[: self.plants]

    @property
    def open_depots(self) -> Array | None:
        """Which depots are open."""
        return None if self.open is None else self.open[self.plants :]
