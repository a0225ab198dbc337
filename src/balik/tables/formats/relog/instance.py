"""What a RELOG instance says, whatever its release."""

from __future__ import annotations

from dataclasses import dataclass, field

from .parts import Series


@dataclass
class Product:
    """A material: what it costs, uses and emits to carry a tonne over a kilometre."""

    name: str
    cost: Series
    energy: Series
    gases: dict[str, Series]
    disposal_limit: Series  # at all plants and centres together; inf: none


@dataclass
class Output:
    """A product that a centre collects."""

    product: str
    fixed: Series
    variable: Series  # by years since the input came
    collection_cost: Series
    disposal_cost: Series
    disposal_limit: Series


@dataclass
class Center:
    """A place that collects products, and may take in one."""

    name: str
    lat: float
    lon: float
    outputs: list[Output]
    input: str | None = None
    revenue: Series = field(default_factory=list)
    operating_cost: Series = field(default_factory=list)


@dataclass
class Size:
    """A capacity of a plant, and its costs."""

    size: float
    opening: Series
    fixed: Series
    variable: Series


@dataclass
class Plant:
    """A candidate: where it may stand, what it makes of what."""

    name: str
    process: str
    lat: float
    lon: float
    mix: dict[str, Series]
    outputs: dict[str, Series]
    gases: dict[str, Series]
    energy: Series
    storage: dict[str, tuple[Series, Series]]  # cost, limit
    disposal: dict[str, tuple[Series, Series]]  # cost, limit
    sizes: list[Size]  # one, or the smallest and the largest
    initial: float = 0.0

    @property
    def stores(self) -> bool:
        """Whether input may be kept for later years."""
        return any(max(limit) > 0 for _, limit in self.storage.values())

    @property
    def room(self) -> float:
        """By how much the smallest size can be extended."""
        return self.sizes[-1].size - self.sizes[0].size

    def slope(self, what: str) -> Series:
        """The cost of a tonne of capacity between the two sizes, by year; `what`: opening or fixed."""
        pairs = zip(getattr(self.sizes[0], what), getattr(self.sizes[-1], what), strict=True)
        return [(large - small) / self.room for small, large in pairs]


@dataclass
class Instance:
    """One file. `recent`: release 0.7, where extensions may be given back and inputs are paid when they arrive."""

    years: int
    building: set[int]
    decimals: int
    recent: bool
    products: dict[str, Product]
    centers: list[Center]
    plants: list[Plant]
    gases: dict[str, tuple[Series, Series]] = field(default_factory=dict)  # limit, penalty
    center_limits: dict[str, Series] = field(default_factory=dict)  # of disposal at all centres together, by product
