"""The same models as a skilled person would write them for the solver: compressed columns by index arithmetic.

No variables for what is collected or delivered (they are the bounds of rows), none for what passes a site, and one
row for each capacity.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from .instances import Array, Flow, Siting


def data(instance: Siting | Flow) -> Siting | Flow:
    """The arrays as they are."""
    return instance


def build(d: Siting | Flow) -> highspy.Highs:
    """The model inside the solver."""
    return _siting(d) if isinstance(d, Siting) else _flow(d)


def _siting(d: Siting) -> highspy.Highs:
    """Rows: assignment by customer, capacity by site, x ≤ supply · y by lane."""
    m, n = d.km.shape
    lanes, i, j = m * n, np.arange(m, dtype=np.int32), np.arange(n, dtype=np.int32)
    link = m + n + np.arange(lanes, dtype=np.int32).reshape(m, n)
    row, value = np.empty((m, n, 3), np.int32), np.ones((m, n, 3))
    row[..., 0], row[..., 1], row[..., 2] = i[:, None], m + j, link
    site_row, site_value = np.empty((n, 1 + m), np.int32), np.empty((n, 1 + m))
    site_row[:, 0], site_row[:, 1:] = m + j, link.T
    site_value[:, 0], site_value[:, 1:] = -d.capacity, -d.supply
    start = np.concatenate([
        np.arange(lanes, dtype=np.int32) * 3, lanes * 3 + np.arange(n + 1, dtype=np.int32) * (1 + m)
    ])  # fmt: skip
    lower, upper = np.full(m + n + lanes, -np.inf), np.zeros(m + n + lanes)
    lower[:m] = upper[:m] = d.supply
    whole = np.zeros(lanes + n, np.int32)
    whole[lanes:] = 1
    most = np.full(lanes + n, np.inf)
    most[lanes:] = 1.0
    return passed(
        np.concatenate([(d.km * d.rate).ravel(), d.opening]), np.zeros(lanes + n), most, lower, upper, start,
        np.concatenate([row.ravel(), site_row.ravel()]), np.concatenate([value.ravel(), site_value.ravel()]), whole,
    )  # fmt: skip


def _flow(d: Flow) -> highspy.Highs:
    """One balance row for each place, material and period: what arrives less what leaves."""
    k, t = d.materials, d.periods
    first = np.concatenate([[0], np.cumsum(d.echelons)])
    places = int(first[-1])
    within = np.arange(k * t, dtype=np.int32).reshape(k, t)
    rows, costs = [], []
    for e in range(3):
        a = np.arange(first[e], first[e + 1], dtype=np.int32)
        b = np.arange(first[e + 1], first[e + 2], dtype=np.int32)
        row = np.empty((len(a), len(b), k, t, 2), np.int32)
        row[..., 0] = a[:, None, None, None] * (k * t) + within
        row[..., 1] = b[None, :, None, None] * (k * t) + within
        rows.append(row.ravel())
        costs.append(np.broadcast_to(d.km[e][:, :, None, None] * d.rate[:, None], (len(a), len(b), k, t)).ravel())
    lanes = sum(len(c) for c in costs)
    middle = np.arange(first[1], first[3], dtype=np.int32)
    here = middle[:, None, None] * (k * t) + within
    kept = np.stack([here, here + 1], -1)
    inside = np.ones(kept.shape, bool)
    inside[:, :, -1, 1] = False  # the last period passes nothing on
    kept_value = np.broadcast_to([-1.0, 1.0], kept.shape)
    count = np.full((len(middle), k, t), 2, np.int32)
    count[:, :, -1] = 1
    value = np.empty(2 * lanes)
    value[0::2], value[1::2] = -1.0, 1.0
    start = np.concatenate([
        np.arange(lanes, dtype=np.int32) * 2, 2 * lanes + np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    ])  # fmt: skip
    lower, upper = np.zeros((places, k, t)), np.zeros((places, k, t))
    lower[: first[1]] = upper[: first[1]] = -d.supply
    upper[first[3] :] = d.most
    columns = lanes + count.size
    holding = np.broadcast_to(d.holding[:, None], count.shape).ravel()
    return passed(
        np.concatenate([*costs, holding]), np.zeros(columns), np.full(columns, np.inf), lower.ravel(), upper.ravel(),
        start, np.concatenate([*rows, kept[inside]]), np.concatenate([value, kept_value[inside]]),
        np.zeros(columns, np.int32),
    )  # fmt: skip


def passed(
    cost: Array, lower: Array, upper: Array, row_lower: Array, row_upper: Array, start: Array, row: Array,
    value: Array, whole: Any,
) -> highspy.Highs:  # fmt: skip
    """Hand the arrays to HiGHS."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    status = h.passModel(
        len(cost), len(row_lower), len(value), int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize),
        0.0, cost, lower, upper, row_lower, row_upper, start, row, value, whole,
    )  # fmt: skip
    assert status != highspy.HighsStatus.kError
    return h
