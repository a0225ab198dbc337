"""What a search over two echelons notes for its certificate: its tree, by node the prices that show its bound, and those
that refute a site's being open or closed (see noted.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..problem import OPEN, Array
from ..watch import MARGIN
from .arrays import Data
from .bound import new_room
from .certificate import GRAIN, EchelonCertificate, echelon_digest, folded
from .checker import Bounding
from .counts import Counts
from .flow import best_flow, new_tree, start_tree
from .links import Links
from .noted import MANY, Noted, new_noted, stand_on
from .problem import TwoEchelon
from .together import duals

#: Bytes of notes; with more, the certificate is that of the tree so far.
_MOST = 2**27
#: Part of the usual price that prices are told to, and part of the largest (they are kept in single precision).
_USUAL, _LARGEST = 2.0**-19, 2.0**-22
#: With more than this part of the root's bound lost by that, no tree is noted.
_ROUGH = 1e-5
#: Times the usual penalty that what no plan can do is priced at in turn, until it shows.
_DEARER = (1.0, 10.0, 100.0)


@dataclass(frozen=True)
class Listed:
    """A list as it goes to the file."""

    site: int
    opens: bool
    times: int
    fine: bool
    plain: bool
    numbers: bytes


def lists_of(noted: Noted, above: Array, plain: bool, more: int) -> list[Listed]:
    """The lists of a node, told by how they differ from prices above, with so many more prices; the room is empty then."""
    if not noted.rows[0]:
        return []
    out, base = [], np.rint(above / (noted.unit[0] * GRAIN)).astype(np.int64)
    for row in range(int(noted.rows[0])):
        number, fine, site = noted.number[row], bool(noted.fine[row]), int(noted.site[row])
        packed = folded(np.append(number if fine else number - base, np.zeros(more, np.int64)))
        out.append(Listed(site, bool(noted.opens[row]), int(noted.times[row]), fine, plain, packed))
        if site < 0 and not fine:
            base = number.copy()
    noted.rows[0] = 0
    return out


@dataclass
class _Node:
    bound: float
    lists: list[Listed]
    site: int
    children: list[int] = field(default_factory=lambda: [-1, -1])


class Notes:
    """The tree of a search, as far as there is room for it; `unit`: of prices, money."""

    def __init__(self, p: TwoEchelon, on: bool) -> None:
        self.p, self.on, self.asked = p, on, on
        self.more = len(p.fixed) if p.has_least and not p.shared else 0  # of rooms that the search has no price of
        self.unit, self.size, self.cut = 0.0, 0, np.inf
        self.bound = -np.inf  # of the root's own prices
        self.nodes: dict[int, _Node] = {}
        self.first: list[Listed] = []
        self.links: Links | None = None
        self.bounding: Bounding | None = None

    def least(self, found: Array) -> Array:
        """Of the fewest sites of each echelon those that the checker sees, too; where there are not enough, all."""
        if not self.on or (found > (self.p.plants, self.p.depots)).any():
            return found
        return np.minimum(found, Counts(self.p).least)

    def root(self, data: Data, links: Links, prices: Array, state: Array, least: Array, cutoff: float) -> float:
        """Note prices of the root, and fix what they do; returns the bound."""
        if not self.unit:
            size = np.abs(prices)
            usual = float(np.median(size[size > 0.0])) if size.any() else 1.0
            self.unit = 2.0 ** np.ceil(np.log2(max(_USUAL * usual, _LARGEST * float(size.max(initial=0.0))) / GRAIN))
        noted, room = new_noted(len(prices), self.unit, 0), new_room(data, links)
        rough = stand_on(data, links, prices.copy(), state.copy(), least, np.inf, room, noted, False)
        noted.rows[0] = 0
        bound = stand_on(data, links, prices, state, least, cutoff, room, noted, True)
        self.first += lists_of(noted, prices, not len(links.pair), self.more)
        self.links, self.bound = links, max(self.bound, float(bound))
        self.on = self.on and rough > bound - _ROUGH * max(1.0, abs(bound))
        return float(bound)

    def take(self, number: int, bound: float, lists: list[Listed], site: int) -> None:
        """A node that was looked at: its bound, and the site that it is parted by (-1: it is not)."""
        if self.on:
            self.nodes[number] = _Node(bound, lists, site)
            self.size += sum(len(x.numbers) for x in lists)

    def child(self, number: int, way: int, born: int) -> None:
        """The number of a child, with the site closed or open."""
        if self.on:
            self.nodes[number].children[way] = born

    def settled(self, name: int, data: Data, state: Array, cutoff: float) -> None:
        """A node in which every site is settled: the prices of its flows show what it costs.

        Where there are none, what is missed may be little, and is priced the higher until that passes the cutoff.
        """
        if not self.on:
            return
        self.bounding = self.bounding or Bounding(self.p, *np.zeros((3, 0), np.int32))
        node, shown = self.nodes[name], Listed(-1, False, 1, True, True, b"")
        for times in _DEARER:
            found = _flow_prices(self.p, data, state == OPEN, times * data.penalty)
            number = np.clip(np.rint(found / self.unit), -MANY, MANY).astype(np.int64)
            bound = self.bounding.at(self.bounding.prices(number * self.unit, True), state.copy(), -np.inf)
            if bound > node.bound or not shown.numbers:
                node.bound, shown = max(node.bound, bound), replace(shown, numbers=folded(number))
            if node.bound > cutoff or not (self.p.shared or self.p.has_least):
                break
        node.lists.append(shown)

    def look(self, lowest: float) -> None:
        """Stop where there is no room for more; `lowest`: what all plans cost at least by the tree so far."""
        if self.on and self.size > _MOST:
            self.on, self.cut = False, lowest

    def certificate(self, bound: float, objective: float) -> EchelonCertificate | None:
        """The certificate of a bound, or of as much of it as was noted."""
        if not self.asked or self.links is None:
            return None
        bound = min(bound, self.cut, self._shown())
        numbers, tree = [0], [(-1, -1)]
        lists: list[list[Listed]] = []
        at = 0
        while at < len(numbers):
            node = self.nodes.get(numbers[at])
            lists.append((self.first if at == 0 else []) + (node.lists if node else []))
            if node and max(node.bound, self.bound if at == 0 else -np.inf) < bound and node.site >= 0:
                tree[at] = (node.site, len(numbers))
                numbers += node.children
                tree += [(-1, -1), (-1, -1)]
            else:
                lists[at] = [replace(x, times=max(1, x.times)) for x in lists[at]]
            at += 1
        flat = [x for some in lists for x in some]
        data = b"".join(x.numbers for x in flat)
        material, depot, customer = _pairs(self.p, self.links)
        return EchelonCertificate(
            bound - MARGIN * max(1.0, abs(objective)), echelon_digest(self.p), self.unit, material, depot, customer,
            np.array([site for site, _ in tree], np.int32), np.array([child for _, child in tree], np.int32), _starts(lists),
            np.array([x.site for x in flat], np.int32), np.array([x.opens for x in flat], bool),
            np.array([x.times for x in flat], np.int8), np.array([x.fine for x in flat], bool), np.array([x.plain for x in flat], bool),
            _starts([x.numbers for x in flat]), np.frombuffer(data, np.uint8),
        )  # fmt: skip

    def _shown(self) -> float:
        """What the nodes show together: a node the more of its own prices and of both its children."""
        shown: dict[int, float] = {}
        for number in sorted(self.nodes, reverse=True):  # children have higher numbers
            node = self.nodes[number]
            below = min(shown.get(child, -np.inf) for child in node.children)
            shown[number] = max(node.bound, below)
        return max(self.bound, shown.get(0, -np.inf))


def _pairs(p: TwoEchelon, links: Links) -> tuple[Array, Array, Array]:
    """Material, depot and customer of each pair."""
    row = np.repeat(np.arange(p.materials * p.depots), np.diff(links.start)).astype(np.int32)
    return row // p.depots, row % p.depots, links.customer.astype(np.int32)


def _starts(lists: list[Any]) -> Array:
    return np.concatenate([[0], np.cumsum([len(x) for x in lists])]).astype(np.int64)


def _flow_prices(p: TwoEchelon, data: Data, is_open: Array, penalty: float) -> Array:
    """Prices of demand, of balances and of room, of the cheapest flows through these sites.

    With the penalty by unit for what is missed, where that is not shown by counting what sites hold of each material.
    """
    if p.shared or p.has_least:
        return duals(p, data, is_open, penalty)
    plants, depots = data.first.shape[1:]
    tree = new_tree(data)
    start_tree(data, tree, is_open)
    best_flow(data, tree, is_open)
    balance = np.where(is_open[plants:], tree.price[:, plants + depots : plants + 2 * depots], 0.0)
    demand = tree.price[:, plants + 2 * depots : plants + 2 * depots + data.demand.shape[1]]
    return np.concatenate([demand.ravel(), balance.ravel()])
