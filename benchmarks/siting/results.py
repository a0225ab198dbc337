"""What ours did beside what peers did, and whether a class reaches its aim."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import peers
from .classes import Class, Instance

#: Shift of geometric means, in seconds.
SHIFT = 1.0


@dataclass(frozen=True)
class Row:
    """An instance: our answer, and the records of peers."""

    instance: Instance
    ours: dict[str, Any]
    peers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def died(self) -> bool:
        """Whether ours gave no answer at all."""
        return "error" in self.ours

    @property
    def proven(self) -> bool:
        """Whether ours is proved to the gap asked for."""
        return bool(self.ours.get("status") == "optimal")

    @property
    def gap(self) -> float:
        """Our gap; inf without a plan."""
        return float(self.ours.get("gap", math.inf))

    def gap_at(self, seconds: float) -> float:
        """Our gap after so many seconds; a search that hears of its limit up to a second late counts as in time."""
        if self.ours.get("seconds", math.inf) <= seconds + 1.0:
            return self.gap
        best = math.inf
        for at, incumbent, bound in self.ours.get("trace", []):
            if at <= seconds:
                best = (incumbent - bound) / max(1.0, abs(incumbent))
        return best

    @property
    def seconds(self) -> float:
        """Our seconds; inf where it died."""
        return float(self.ours.get("seconds", math.inf))

    @property
    def best(self) -> dict[str, Any] | None:
        """The quickest open peer; one that failed counts as the limit."""
        return min((p for p in self.peers if p["peer"] in peers.PEERS), key=peer_seconds, default=None)

    @property
    def ratio(self) -> float | None:
        """Our seconds to those of the quickest peer, where any was recorded."""
        if self.best is None:
            return None
        return self.seconds / peer_seconds(self.best) if self.proven else math.inf

    def contradiction(self) -> str | None:
        """Two proofs that cannot both be right, if there are any."""
        if self.died or self.ours.get("objective") is None:
            return None
        objective, bound = self.ours["objective"], self.ours["bound"]
        known = [("the published optimum", self.instance.known, self.instance.known)]
        known += [(f"{r['peer']} {r['form']}", r["incumbent"], r["bound"]) for r in self.peers]
        for who, incumbent, their_bound in known:
            if incumbent is not None and bound > incumbent + 2e-6 * max(1.0, abs(incumbent)):
                return f"our bound {bound:.6f} is above a plan of {who}, {incumbent:.6f}"
            if their_bound is not None and objective < their_bound - 2e-6 * max(1.0, abs(objective)):
                return f"our plan {objective:.6f} is below the bound of {who}, {their_bound:.6f}"
        return None


def peer_seconds(record: dict[str, Any]) -> float:
    """Seconds of a peer, at the limit the limit."""
    return float(record["cpu"]) if record["status"] == "optimal" else peers.LIMIT


def shifted_mean(seconds: Iterable[float]) -> float:
    """Shifted geometric mean."""
    values = np.array(list(seconds))
    return float(np.exp(np.log(values + SHIFT).mean()) - SHIFT) if len(values) else math.nan


def plain_mean(values: Iterable[float]) -> float:
    """Geometric mean."""
    some = np.array(list(values))
    return float(np.exp(np.log(some).mean())) if len(some) else math.nan


@dataclass(frozen=True)
class Check:
    """One thing that is to be reached: what, the figure, and whether it is; None: it cannot be told yet."""

    what: str
    figure: str
    reached: bool | None


def checks(c: Class, rows: Sequence[Row]) -> list[Check]:
    """All that a class is to reach."""
    aim, out = c.aim, []
    seconds, ratios = [r.seconds for r in rows], [r.ratio for r in rows if r.ratio is not None]
    if aim.proven:
        count = sum(r.proven for r in rows)
        out.append(Check("all proven", f"{count} of {len(rows)}", count == len(rows)))
    if aim.gap is not None:
        worst = max(r.gap_at(aim.at or c.limit) for r in rows)
        when = f" at {aim.at:g} s" if aim.at else ""
        out.append(Check(f"gap at most {aim.gap:.2%}{when}", f"largest {worst:.3%}", worst <= aim.gap))
    if aim.halved:
        whole = [r for r in rows if r.proven or r.seconds > c.limit - 1.0]
        count = sum(r.gap <= max(r.gap_at(aim.at or c.limit) / 2, 1e-6) for r in whole)
        reached = count == len(rows) if len(whole) == len(rows) or count < len(whole) else None
        out.append(Check(f"gap halved at {c.limit:g} s", f"{count} of {len(whole)} that ran so long", reached))
    if aim.median is not None:
        median = float(np.median(seconds))
        out.append(Check(f"median at most {aim.median:g} s", f"{median:.2f} s", median <= aim.median))
    if aim.worst is not None:
        out.append(Check(f"none above {aim.worst:g} s", f"{max(seconds):.2f} s", max(seconds) <= aim.worst))
    if aim.ratio is not None:
        mean = plain_mean(ratios) if ratios else math.nan
        figure = _ratio(mean, len(ratios), len(rows))
        reached = mean <= aim.ratio if len(ratios) == len(rows) else None
        out.append(Check(f"mean ratio to the best peer at most 1/{1 / aim.ratio:.0f}", figure, reached))
    if aim.worst_ratio is not None:
        most = max(ratios, default=math.nan)
        figure = _ratio(most, len(ratios), len(rows))
        reached = most <= aim.worst_ratio if len(ratios) == len(rows) or most > aim.worst_ratio else None
        out.append(Check(f"no ratio above 1/{1 / aim.worst_ratio:.0f}", figure, reached))
    if aim.memory is not None:
        most = max((r.ours.get("memory", math.nan) for r in rows), default=math.nan)
        out.append(Check(f"memory under {aim.memory:,.0f} MiB", f"{most:,.0f} MiB", most < aim.memory))
    if aim.ahead:
        pairs = [(r, p) for r in rows for p in r.peers if None not in (p["incumbent"], p["bound"])]
        known = {r.instance.name for r, _ in pairs}
        won = {r.instance.name for r in rows} & known - {r.instance.name for r, p in pairs if not _ahead(r, p)}
        reached = len(won) == len(rows) if len(known) == len(rows) or won < known else None
        out.append(Check("plan and bound ahead of HiGHS at 600 s", f"{len(won)} of {len(known)} recorded", reached))
    return out


def _ratio(value: float, recorded: int, count: int) -> str:
    """A ratio in words; inf where ours is not proven."""
    if not recorded:
        return "no peer recorded"
    return f"{f'1/{1 / value:.1f}' if math.isfinite(value) else 'not proven'} on {recorded} of {count}"


def _ahead(row: Row, peer: dict[str, Any]) -> bool:
    ours = row.ours
    plan = ours.get("objective")
    return plan is not None and plan <= peer["incumbent"] and ours["bound"] >= peer["bound"]


def growth(rows: Sequence[Row]) -> tuple[dict[str, float], int]:
    """Exponents of our seconds in n, m and r over proven instances (n = m alone cannot tell the two apart), and their number."""
    some = [r for r in rows if r.proven and r.instance.size is not None and r.instance.name[0].isdigit()]
    if len(some) < 8:
        return {}, len(some)
    size = np.array([r.instance.size for r in some], dtype=float)
    both = len({n / m for n, m, _ in size.tolist()}) > 1
    names = ["n", "m", "r"] if both else ["n = m", "r"]
    columns = [0, 1, 2] if both else [0, 2]
    varied = [k for k in range(len(names)) if len(np.unique(size[:, columns[k]])) > 1]
    x = np.column_stack([np.log(size[:, columns[k]]) for k in varied] + [np.ones(len(some))])
    fit, *_ = np.linalg.lstsq(x, np.log([r.seconds for r in some]), rcond=None)
    return {names[k]: float(e) for k, e in zip(varied, fit, strict=False)}, len(some)
