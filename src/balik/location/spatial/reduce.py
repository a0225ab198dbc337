"""Smaller covering problems with the same answer: what dominates what, and what has no choice.

A customer whose sites include all sites of another is served with that other; a site that reaches nothing beyond another
one, at no lower cost, is not needed; a customer's only site must open (Toregas, ReVelle 1972; Beasley 1987).
"""

from __future__ import annotations

import numpy as np

from ..kernel import kernel
from .lists import Array


@kernel
def _dominated(bits: Array, size: Array, dear: Array) -> Array:
    """Rows k with another row l ⊇ k that is no dearer; of equals the first stays. `bits` (k, words), `size` (k)."""
    k, words = bits.shape
    out = np.zeros(k, np.bool_)
    order = np.argsort(-size)
    for a in range(k):
        for at in range(k):
            b = order[at]
            if size[b] < size[a]:
                break
            if b == a or out[b] or dear[b] > dear[a] or (size[b] == size[a] and dear[b] == dear[a] and b > a):
                continue
            inside = True
            for w in range(words):
                if bits[a, w] & ~bits[b, w]:
                    inside = False
                    break
            if inside:
                out[a] = True
                break
    return out


def dominated(rows: Array, dear: Array) -> Array:
    """Rows (k, bool matrix) that lie within another row that is no dearer; of equals the first stays."""
    packed = np.packbits(rows, axis=1)
    words = -(-packed.shape[1] // 8)
    bits = np.zeros((len(rows), words * 8), np.uint8)
    bits[:, : packed.shape[1]] = packed
    return _dominated(bits.view(np.uint64), rows.sum(axis=1), dear)


def smaller(reach: Array, cost: Array) -> tuple[Array, Array, Array]:
    """Sites and customers that are left of a covering problem, and the sites that must open.

    `reach` (n, m), `cost` (n): what each site costs. Every customer has a site.
    """
    sites, customers = np.arange(reach.shape[0]), np.arange(reach.shape[1])
    chosen: list[int] = []
    while len(customers):
        part = reach[np.ix_(sites, customers)]
        choice = part.sum(axis=0)
        only = np.unique(part[:, choice == 1].argmax(axis=0)) if (choice == 1).any() else np.zeros(0, np.int64)
        if len(only):
            chosen += sites[only].tolist()
            customers = customers[~part[only].any(axis=0)]
            sites = np.delete(sites, only)
            continue
        wide = dominated(~part.T, np.zeros(len(customers)))  # its sites include all of another's
        part = part[:, ~wide]
        idle = dominated(part, cost[sites])
        customers, sites = customers[~wide], sites[~idle]
        if not wide.any() and not idle.any():
            break
    return (sites if len(customers) else sites[:0]), customers, np.array(chosen, np.int64)
