"""The certificate of a bound for two echelons: a tree over the sites, and prices by node.

Nothing in it need be believed: prices that are wrong give a lower bound, and a tree that is wrong leaves plans out that
the checker then misses (see checker.py, and docs/reference/certificate.md). Prices are whole multiples of a unit; most
are told by how they differ from those of the node above.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields

import numpy as np

from ...files import arrays
from ...words import say
from ..certificate import CertificateError, digest_of, unpacked
from ..problem import Array
from .problem import TwoEchelon

#: Version of the format.
FORMAT = 5
#: Of how many units prices that are told by differences are multiples.
GRAIN = 2**20
#: Arrays of the file, and what they hold.
KINDS = {"material": np.int32, "depot": np.int32, "customer": np.int32, "branch": np.int32, "child": np.int32, "first": np.int64,
         "site": np.int32, "opens": np.bool_, "times": np.int8, "fine": np.bool_, "plain": np.bool_, "begin": np.int64,
         "numbers": np.uint8}  # fmt: skip


@dataclass(frozen=True)
class EchelonCertificate:
    """A tree of t nodes (0: all plans) and r lists of prices.

    `bound`: money that no plan costs less than. `digest`: of the arrays of the problem. `unit`: money, of which every
    price is a multiple. `material`, `depot`, `customer` (pairs): pairs of a depot and a customer that have a price of
    their own. `branch` (t): site (plants first) that is closed in node `child` (t) and open in the next; −1: none.
    `first` (t + 1): node v has the lists `first[v]` to `first[v + 1]` − 1. A list refutes that `site` (r) `opens` (r) or
    is closed, or with −1 plans of the node; it is evaluated so many `times` (r; 0: others are told by it). `fine` (r): its numbers are multiples of the
    unit, else differences from the last such list above, in 1,048,576 units. `plain` (r): one price a depot instead of pairs. Its
    numbers are those that `numbers` holds from `begin` (r + 1) on, see `told`.
    """

    bound: float
    digest: str
    unit: float
    material: Array
    depot: Array
    customer: Array
    branch: Array
    child: Array
    first: Array
    site: Array
    opens: Array
    times: Array
    fine: Array
    plain: Array
    begin: Array
    numbers: Array

    def as_bytes(self) -> bytes:
        """The file, the same for the same certificate."""
        head = {"format": FORMAT, "bound": self.bound, "digest": self.digest, "unit": self.unit}
        return arrays.packed(head | {name: getattr(self, name) for name in KINDS})


def folded(numbers: Array) -> bytes:
    """Whole numbers, packed: 2 n or −2 n − 1 in 8 bytes each, all first bytes before all second ones, deflated."""
    zigzag = ((numbers << 1) ^ (numbers >> 63)).astype("<u8")
    return zlib.compress(np.ascontiguousarray(zigzag.view(np.uint8).reshape(-1, 8).T).tobytes(), 1)


def told(data: Array, many: int) -> Array:
    """So many whole numbers, unpacked; raises CertificateError where there are not."""
    try:
        raw = zlib.decompressobj().decompress(data.tobytes(), 8 * many + 1)
    except zlib.error as error:
        raise CertificateError(say("The certificate cannot be read ({error}).", error=error)) from None
    if len(raw) != 8 * many:
        raise CertificateError(say("The certificate's arrays do not fit the case."))
    zigzag = np.ascontiguousarray(np.frombuffer(raw, np.uint8).reshape(8, many).T).view("<u8").ravel().astype(np.uint64)
    return (zigzag >> np.uint64(1)).astype(np.int64) ^ -(zigzag & np.uint64(1)).astype(np.int64)


@dataclass(frozen=True)
class _Plain:
    """The arrays of a problem without sizes, counts and shared room, of which files say the hash."""

    plant_cost: Array
    customer_cost: Array
    plant_capacity: Array
    depot_capacity: Array
    plant_fixed: Array
    depot_fixed: Array
    demand: Array
    output: Array
    plant_state: Array
    depot_state: Array


def echelon_digest(p: TwoEchelon) -> str:
    """A hash of the arrays of a problem."""
    return digest_of(_Plain(*(getattr(p, f.name) for f in fields(_Plain))) if p.plain else p)


def read_echelon_certificate(data: bytes) -> EchelonCertificate | None:
    """A certificate from its file, None where the file is another one; raises CertificateError where it cannot be read."""
    if "depot" not in arrays.names(data):
        return None
    found = unpacked(data, FORMAT, KINDS)
    try:
        head = float(found["bound"]), str(found["digest"]), float(found["unit"])
    except (ValueError, KeyError, TypeError) as error:
        raise CertificateError(say("The certificate cannot be read ({error}).", error=error)) from None
    return EchelonCertificate(*head, **{name: found[name] for name in KINDS})
