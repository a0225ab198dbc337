"""Index: a sparse set of tuples, and the two verbs `sum` and `take`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from .terms import Terms, View

Array = np.ndarray


class MissingRow(LookupError):
    """A term points at a row that does not exist: never a silent zero."""


class Index:
    """A sparse set of tuples, e.g. every (place, material, period) that can hold something.

    `labels[d]` names the codes of dimension d; `codes[d]` is one integer per tuple. Tuples are distinct.
    """

    #: What is worked out from the tuples when it is first asked for.
    _caches: ClassVar = ("_shape", "_lookup", "_sorted", "_known")
    _shape: tuple[int, ...] | None = None
    _lookup: Array | None = None
    _sorted: tuple[Array, Array] | None = None
    _known: Sequence[tuple[Mapping[str, Array], Array]] = ()  # codes whose rows are known already

    def __init__(self, labels: Mapping[str, Sequence[str]], **codes: Array):
        self.labels = labels
        self.dims = tuple(codes)
        self.codes = {d: np.asarray(c) for d, c in codes.items()}
        self._len = len(next(iter(self.codes.values()))) if codes else 1

    def __len__(self) -> int:
        return self._len

    def __getattr__(self, dim: str) -> Array:
        if dim != "codes" and dim in self.codes:
            return self.codes[dim]
        raise AttributeError(dim)

    def _size(self, dim: str) -> int:
        top = int(self.codes[dim].max()) + 1 if self._len else 1
        return max(len(self.labels.get(dim, ())), top, 1)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of codes of each dimension."""
        if self._shape is None:
            self._shape = tuple(self._size(d) for d in self.dims)
        return self._shape

    def ravel(self, codes: Mapping[str, Array]) -> Array:
        """One integer for each tuple of codes over the dimensions of this index."""
        return _ravel(codes, self.dims, self.shape)

    def locate(self, codes: Mapping[str, Array]) -> Array:
        """Row number of each tuple; a tuple that is no row raises MissingRow with its labels."""
        for known, rows in self._known:
            if all(known[d] is codes[d] for d in self.dims):
                return rows
        if all(self.codes[d] is codes[d] for d in self.dims):
            return np.arange(len(self), dtype=np.int32)
        at = self.find(codes)
        if len(at) and at.min() < 0:
            bad = np.flatnonzero(at < 0)
            first = int(bad[0])
            what = ", ".join(f"{d}={self._label(d, int(codes[d][first]))}" for d in self.dims)
            raise MissingRow(f"no row for {what} ({len(bad)} such terms)")
        return at

    def find(self, codes: Mapping[str, Array]) -> Array:
        """Row number of each tuple, -1 where there is none."""
        for dim, size in zip(self.dims, self.shape, strict=True):
            if len(codes[dim]) and (codes[dim].max() >= size or codes[dim].min() < 0):
                ok = (codes[dim] < size) & (codes[dim] >= 0)
                out = np.full(len(ok), -1, np.int32)
                out[ok] = self.find({d: codes[d][ok] for d in self.dims})
                return out
        key = self.ravel(codes)
        volume = math.prod(self.shape)
        if volume <= 4 * len(self) + 4_000_000:  # a dense table: one memory access a term
            if self._lookup is None:
                self._lookup = np.full(volume, -1, np.int32)
                self._lookup[self.ravel(self.codes)] = np.arange(len(self), dtype=np.int32)
            return self._lookup[key]
        if self._sorted is None:
            mine = self.ravel(self.codes)
            order = np.argsort(mine, kind="stable")
            self._sorted = mine[order], order.astype(np.int32)
        keys, order = self._sorted
        at = np.minimum(np.searchsorted(keys, key), max(len(keys) - 1, 0))
        return np.where(keys[at] == key, order[at], -1) if len(keys) else np.full(len(key), -1, np.int32)

    def _label(self, dim: str, code: int) -> str:
        known = self.labels.get(dim, ())
        return str(known[code]) if code < len(known) else str(code)

    def name(self, row: int) -> str:
        """Labels of a tuple, for row and column names."""
        return ",".join(self._label(d, int(self.codes[d][row])) for d in self.dims)

    @classmethod
    def union(
        cls, labels: Mapping[str, Sequence[str]], dims: Sequence[str], parts: Iterable[Mapping[str, Array]]
    ) -> Index:
        """Every tuple over `dims` that any part mentions, once, in order of the codes."""
        parts = [p for p in parts if len(p[dims[0]])]
        if not parts:
            return cls(labels, **{d: np.zeros(0, np.int32) for d in dims})
        sizes = [max(max(int(p[d].max()) for p in parts) + 1, len(labels.get(d, ())), 1) for d in dims]
        keys = [_ravel(p, dims, sizes) for p in parts]
        volume = math.prod(sizes)
        lookup = None
        if volume <= 4 * sum(map(len, keys)) + 4_000_000:
            seen = np.zeros(volume, bool)
            for key in keys:
                seen[key] = True
            found = np.flatnonzero(seen)
            lookup = np.full(volume, -1, np.int32)
            lookup[found] = np.arange(len(found), dtype=np.int32)
        else:
            found = np.unique(np.concatenate(keys))
        codes, rest = {}, found
        for d, size in zip(reversed(dims), reversed(sizes), strict=True):
            codes[d] = (rest % size).astype(np.int32)
            rest = rest // size
        out = cls(labels, **{d: codes[d] for d in dims})
        if lookup is not None:
            out._known = [(part, lookup[key]) for part, key in zip(parts, keys, strict=True)]
        return out

    # -- the two verbs -------------------------------------------------------------------------------------------
    def sum(self, view: View, coef: Array | float = 1.0, **keys: Array) -> Terms:
        """Many variables into each row: Σ over everything in `view` whose keys match the row."""
        from .terms import Terms, fill

        codes = {d: keys[d] if d in keys else view.codes[d] for d in self.dims}
        return Terms(self, self.locate(codes), view.cols, fill(coef, len(view.cols)))

    def take(self, view: View, coef: Array | float = 1.0, **keys: Array) -> Terms:
        """One variable into each row: the member of `view` named by the row's own keys."""
        from .terms import Terms, Var, fill

        if not isinstance(view, Var):
            raise TypeError("take needs a whole variable: a view of it may lack the member")
        dims = view.index.dims
        codes = {d: keys[d] if d in keys else self.codes[d] for d in dims}
        own = all(codes[d] is view.index.codes[d] for d in dims)
        cols = view.cols if own else view.cols[view.index.locate(codes)]
        return Terms(self, np.arange(len(self), dtype=np.int32), cols, fill(coef, len(self)))


def _ravel(codes: Mapping[str, Array], dims: Sequence[str], sizes: Sequence[int]) -> Array:
    """One integer for each tuple of codes; a dimension of one code has no say."""
    kind = np.int32 if math.prod(sizes) < 2**31 else np.int64
    key: Array | None = None
    for dim, size in zip(dims, sizes, strict=True):
        if size == 1:
            continue
        if key is None:
            key = codes[dim].astype(kind)
        else:
            key *= size
            key += codes[dim].astype(kind, copy=False)
    return np.zeros(len(codes[dims[0]]) if dims else 1, kind) if key is None else key


def pairs(left: Array, right: Array) -> tuple[Array, Array]:
    """Positions of every pair of equal keys: in the left array, in its order, and in the right one."""
    order = np.argsort(right, kind="stable")
    first, last = (np.searchsorted(right[order], left, side=side) for side in ("left", "right"))
    count = last - first
    at = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return at, order[first[at] + within] if len(at) else np.zeros(0, np.int64)
