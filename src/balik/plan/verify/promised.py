"""What `plan.json` promises of open sites: how likely what comes fits, and how long it waits there.

Probabilities are the normal distribution in floats, for figures that are shown; the laws in chance.py are exact.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ...words import say
from .books import Figures
from .chance import Fit, Queue, asked_of, fits_of, queues_of
from .exact import exactly
from .terms import Deeds
from .verdict import TOLERANCE, Court, kept_verdict
from .whereabouts import place_word

#: Probabilities are written with 6 decimals, rounded down; in floats they are off by much less than the second.
_STEP, _OFF = 1e-6, 1e-12
#: What varies never fits for certain.
_LARGEST = 0.999999


@kept_verdict
def judge_promises(deeds: Deeds, document: Mapping[str, Any], court: Court) -> None:
    """`chances` and `waits`: a row for every open site that has one, in every period, with the figures of the plan."""
    if "chances" in document:
        _judge_chances(deeds, document["chances"], court)
    if "waits" in document:
        _judge_waits(deeds, document["waits"], court)


def _judge_chances(deeds: Deeds, said: Sequence[Mapping[str, Any]], court: Court) -> None:
    sites, judge = deeds.sites, Figures(court)
    (fits, apart), asked = fits_of(deeds), asked_of(deeds.world, sites)
    many = Counter(group for _, group in asked.values())
    rows = _rows(deeds, "chances", said, [(fit.site, fit.period) for fit in fits], court)
    at_once: dict[tuple[str, int], tuple[float, float]] = defaultdict(lambda: (1.0, 1.0))
    for fit in fits:
        place = int(sites.place[fit.site])
        level, group = asked[place]
        ends = _chance(fit, _forgiven(deeds, fit))
        low, high = at_once[group, fit.period]
        at_once[group, fit.period] = low * ends[0], high * ends[1]
        if (row := rows.get((fit.site, fit.period))) is None:
            continue
        where = _where(deeds, fit)
        largest, spread = sites.largest[place, fit.period], Fraction(math.sqrt(fit.variance))
        share = many[group] if group and "together" not in row else 1  # or what may fail is shared in equal parts
        judge.must(row, "mean", fit.mean, largest, f"mean of {where}")
        judge.must(row, "sd", spread, spread, f"sd of {where}")
        judge.must(row, "capacity", fit.room, 0, f"capacity of {where}")
        judge.must(row, "asked", 1 - (1 - level) / share, 0, f"asked of {where}")
        _judge_share(row, "fits", ends if spread else None, where, court)
    for fit in fits:
        row, (_, group) = rows.get((fit.site, fit.period), {}), asked[int(sites.place[fit.site])]
        if not {"together", "at_once"} & {*row}:
            continue
        where = _where(deeds, fit)
        if row.get("together") != group or many[group] < 2 or not apart:
            told = say("plan.json: {where} holds at once with those of {together!r}, which the case does not say.",
                       where=place_word(where), together=row.get("together"))  # fmt: skip
            court.fault("document", where, told)
        else:
            _judge_share(row, "at_once", at_once[group, fit.period], where, court)


def _forgiven(deeds: Deeds, at: Fit | Queue) -> float:
    """By how much what comes there may be off."""
    return TOLERANCE * max(1.0, float(deeds.sites.largest[int(deeds.sites.place[at.site]), at.period]))


def _chance(fit: Fit, off: float) -> tuple[float, float]:
    """The probability that what comes fits, from and to, where its mean may be off."""
    left, spread = float(fit.room - fit.mean), math.sqrt(fit.variance)
    if not spread:
        return 1.0, 1.0
    low, high = (0.5 * math.erfc(-(left + way * off) / (spread * math.sqrt(2))) for way in (-1, 1))
    return low, high


def _judge_share(
    row: Mapping[str, Any], key: str, ends: tuple[float, float] | None, where: str, court: Court
) -> None:
    """A probability, rounded down to 6 decimals, between these; None: for certain."""
    low, high = (1.0, 1.0) if ends is None else (min(end, _LARGEST) for end in ends)
    said = row.get(key)
    if isinstance(said, (int, float)) and low - _STEP - _OFF < said <= high + _OFF:
        court.laws += 1
    else:
        told = say("plan.json: {what} is {said!r}, the plan as written gives {found:.6f}.",
                   what=place_word(f"{key} of {where}"), said=said, found=math.floor(high / _STEP) * _STEP)  # fmt: skip
        court.fault("document", f"{key} of {where}", told)


def _judge_waits(deeds: Deeds, said: Sequence[Mapping[str, Any]], court: Court) -> None:
    judge, queues = Figures(court), queues_of(deeds)
    rows = _rows(deeds, "waits", said, [(queue.site, queue.period) for queue in queues], court)
    for queue in queues:
        if (row := rows.get((queue.site, queue.period))) is None:
            continue
        where = _where(deeds, queue)
        for key, found in (("comes", queue.comes), ("most", queue.most), ("serves", queue.rate)):
            judge.must(row, key, found, found, f"{key} of {where}")
        _judge_bound(row, queue, where, court)
        off = exactly(_forgiven(deeds, queue)) / (exactly(deeds.world.length[queue.period]) * queue.one)
        ends = [_mean_wait(queue, queue.comes + way * off) for way in (-1, 1)]
        low, told = ends[0], row.get("mean_wait")
        if low is None or ends[1] is None or not isinstance(told, (int, float)) or not low <= told <= ends[1]:
            judge.must(row, "mean_wait", _mean_wait(queue, queue.comes), 0, f"mean wait of {where}")


def _judge_bound(row: Mapping[str, Any], queue: Queue, where: str, court: Court) -> None:
    """The longest mean wait; none where a share of the waits is bounded."""
    if queue.mean or row.get("wait") is not None:
        Figures(court).must(row, "wait", queue.wait if queue.mean else None, 0, f"wait of {where}")


def _mean_wait(queue: Queue, comes: Fraction) -> Fraction | None:
    """The mean time from arrival to the end of the service; None where more comes than is served."""
    more = 2 * queue.rate * (queue.rate - comes)
    return 1 / queue.rate + comes * (1 + queue.variation**2) / more if more > 0 else None


def _rows(
    deeds: Deeds, name: str, said: Sequence[Mapping[str, Any]], keys: list[tuple[int, int]], court: Court
) -> dict[tuple[int, int], Mapping[str, Any]]:
    """The row of each site and period; that there is one for each, and no other, is a law."""
    named = {_name(deeds, *key): key for key in keys}
    told = [tuple(str(row.get(c)) for c in ("place", "size", "period")) for row in said]
    if odd := sorted(" ".join(at) for at in {*told} ^ {*named}):
        differ = say("plan.json: {name} and the open sites that have one differ: {names}.", name=name, names=", ".join(odd))
        court.fault("document", name, differ)
    elif len(told) > len(named):
        court.fault("document", name, say("plan.json: {name} names a site twice.", name=name))
    return {named[at]: row for at, row in zip(told, said, strict=True) if at in named}


def _name(deeds: Deeds, site: int, period: int) -> tuple[str, str, str]:
    world, sites = deeds.world, deeds.sites
    return (
        world.name("place", int(sites.place[site])),
        world.name("size", int(sites.size[site])),
        world.name("period", period),
    )


def _where(deeds: Deeds, at: Fit | Queue) -> str:
    place, size, _ = _name(deeds, at.site, at.period)
    return f"site {place}" + (f" (size {size})" if size != "-" else "") + deeds.world.when(at.period)
