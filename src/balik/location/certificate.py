"""A certificate: what another program needs to see for itself that no plan of a siting problem costs less than a bound.

It holds a binary tree over the candidates and, for every node, prices of demand (see docs/reference/certificate.md).
Nothing in it need be believed: prices that are wrong give a lower bound, and a tree that is wrong leaves plans out that
the checker then misses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..errors import BalikError
from ..files import arrays
from ..words import say
from .problem import Siting

Array = np.ndarray

#: Version of the format.
FORMAT = 2
#: In place of a candidate: the number of places is branched on.
COUNT = -2
#: Arrays of the file, and what they hold.
KINDS = {"branch": np.int32, "most": np.int32, "child": np.int32, "first": np.int64, "price": np.float32,
         "cover": np.float64, "number": np.float64, "open": np.int32, "site": np.int32, "customer": np.int32, "amount": np.float64}  # fmt: skip


class CertificateError(BalikError):
    """A file that is no certificate, or a certificate that does not show what it claims."""


@dataclass(frozen=True)
class Certificate:
    """A tree of t nodes (0: all plans), r prices, and the plan whose cost they bound.

    `bound`, `objective`: money. `digest`: of the arrays of the problem. `branch` (t): candidate that is closed in child
    `child` and open in the next; -2: in child `child` at most `most` places are open, in the next more; -1: none.
    `first` (t + 1): where the prices of a node begin. `price` (r, m + k): of all of a customer's demand, for the customers that have
    any; then of the rows. `cover` (r): price of the room that is open; -1: these prices are added to the next. `number` (r): price of
    a place that is open. `open`: sites of the plan; `site`, `customer`, `amount`: its flows.
    """

    bound: float
    objective: float
    digest: str
    branch: Array
    most: Array
    child: Array
    first: Array
    price: Array
    cover: Array
    number: Array
    open: Array
    site: Array
    customer: Array
    amount: Array

    def as_bytes(self) -> bytes:
        """The file, the same for the same certificate."""
        head = {"format": FORMAT, "bound": self.bound, "objective": self.objective, "digest": self.digest}
        return arrays.packed(head | {name: getattr(self, name) for name in KINDS})


def digest_of(p: Any) -> str:
    """A hash of the arrays of a problem."""
    found = hashlib.sha256()
    for field in fields(p):
        value: Any = np.asarray(getattr(p, field.name))
        found.update(f"{field.name} {value.dtype.str} {value.shape}".encode())
        found.update(np.ascontiguousarray(value).tobytes())
    return found.hexdigest()


def certificate_of(
    p: Siting, bound: float, objective: float, open_: Array, flow: Array,
    price: list[Array], cover: list[Array], node: list[Array], split: list[Array],
) -> Certificate:  # fmt: skip
    """A certificate from notes: nodes are numbered from the root down, prices by node in the order of the notes.

    `cover`: prices of room and of a place. `split`: node, candidate, the name of the child in which it is closed (in the
    child named next it is open), 0; or node, -2, the name of the child with at most so many places open, that number.
    """
    splits = np.concatenate([np.zeros((0, 4), np.int64), *split])
    names = np.unique(np.concatenate([[0], splits[:, 2], splits[:, 2] + 1]))
    branch, child, most = (np.full(len(names), k, np.int32) for k in (-1, -1, 0))
    at = np.searchsorted(names, splits[:, 0])
    branch[at], child[at], most[at] = splits[:, 1], np.searchsorted(names, splits[:, 2]), splits[:, 3]
    whose = np.searchsorted(names, np.concatenate([np.zeros(0, np.int64), *node]))
    order = np.argsort(whose, kind="stable")
    first = np.searchsorted(whose[order], np.arange(len(names) + 1)).astype(np.int64)
    prices = np.concatenate([np.zeros((0, int((p.demand > 0.0).sum()) + len(p.upper)), np.float32), *price])
    covers = np.concatenate([np.zeros((0, 2)), *cover])[order]
    site, customer = np.nonzero(flow)
    return Certificate(
        bound, objective, digest_of(p), branch, most, child, first, prices[order], covers[:, 0].copy(), covers[:, 1].copy(),
        np.flatnonzero(open_).astype(np.int32), site.astype(np.int32), customer.astype(np.int32), flow[site, customer],
    )  # fmt: skip


def read_certificate(data: bytes) -> Certificate:
    """A certificate from its file; raises CertificateError where it is none."""
    found = unpacked(data, FORMAT, KINDS)
    try:
        head = float(found["bound"]), float(found["objective"]), str(found["digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise CertificateError(say("The certificate cannot be read ({error}).", error=error)) from None
    return Certificate(*head, **{name: found[name] for name in KINDS})


def unpacked(data: bytes, version: int, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays of a file of this version of the format (`files.arrays`); raises CertificateError where it is none."""
    try:
        return arrays.unpacked(data, version, kinds)
    except arrays.ArraysError as error:
        raise CertificateError(error.args[0]) from None
