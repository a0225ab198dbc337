"""Sites that are queues: the most that may come so that nobody waits too long.

With Poisson arrivals at rate λ and services of mean 1/μ and variation c, the mean time from arrival to the end of the
service is 1/μ + λ (1 + c²) / (2 μ (μ − λ)) (Pollaczek and Khinchine; Gross et al. 2008, Fundamentals of Queueing Theory,
section 5.1). It is at most w exactly where λ ≤ (μ w − 1) / (w + (c² − 1) / (2 μ)), which is μ − 1/w where c = 1. Of
exponential services (c = 1) the time is exponential with mean 1 / (μ − λ), so it is at most w in a share ω of cases
exactly where λ ≤ μ − ln(1 / (1 − ω)) / w.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from ..kept import kept
from ..tables import Data
from ..tables.normal import log_inverse
from ..words import Sentence, say
from . import network as net
from .expand import Array


@kept
def encode_waits(data: Data, sites: net.Sites, size: dict[int, set[float]]) -> net.Waits:
    """The sites whose wait is bounded, with the most that may come to each in a unit of time.

    `size`: what one unit of the materials that may come to a place counts there; an arrival is such a unit.
    """
    frame = data["sites"]
    asked = frame.given["wait"] | frame.given["wait_chance"] | frame.given["serves"]
    on, most = [], []
    for k in np.flatnonzero(asked[sites.row]).tolist() if asked.any() else ():
        row, one = int(sites.row[k]), size.get(int(sites.place[k]), {1.0})
        wrong = _wrong(data, row, len(one))
        rate = None if wrong is not None else _most(data, row, float(sites.serves[k]), Fraction(repr(min(one))))
        if wrong is None and rate is not None and rate > 0:
            on.append(k)
            most.append(float(rate))
        else:
            code, told, advice, column = wrong or (
                "E741", say("A service alone takes longer than the wait that is allowed."),
                say("Write a larger serves or wait."), "wait",
            )  # fmt: skip
            data.problems.add(code, told, advice, **frame.where(row, column))
    at = np.array(on, np.int64)
    rows = sites.row[at]
    if not on:
        return net.Waits(at, np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0), at)
    wait, variation, shared = frame.number["wait"], frame.number["variation"], frame.given["wait_chance"]
    ones = np.array([min(size.get(int(p), {1.0})) for p in sites.place[at]])
    return net.Waits(at, np.array(most), np.where(shared[rows], np.nan, wait[rows]), variation[rows], ones, rows)


def sizes_of_arrivals(site_of: Array, weight: Array, ways: Iterable[tuple[Array, Array]]) -> dict[int, set[float]]:
    """What one unit of each material that may come to a place of sites counts there; `ways`: places and materials."""
    out: dict[int, set[float]] = {}
    for place, material in ways:
        on = np.flatnonzero(site_of[place] >= 0)
        for p, m in set(zip(place[on].tolist(), material[on].tolist(), strict=True)):
            out.setdefault(p, set()).add(float(weight[site_of[p], m]))
    return out


def _wrong(data: Data, row: int, sizes: int) -> tuple[str, Sentence, Sentence, str] | None:
    """Cells that say nothing without each other."""
    frame = data["sites"]
    given = {c: bool(frame.given[c][row]) for c in ("serves", "wait", "wait_chance")}
    if not (given["serves"] and given["wait"]):
        lacks = next(c for c in ("serves", "wait") if not given[c])
        return "E740", say("A queue needs serves and wait, and {column} is blank.", column=lacks), say("Write it, or leave all blank."), lacks  # fmt: skip
    if sizes > 1:
        found = say("An arrival is one unit of a material, and units of different size come to this queue.")
        return "E743", found, say("Leave serves and wait blank there, or count these materials alike."), "serves"
    if not given["wait_chance"]:
        return None
    share = float(frame.number["wait_chance"][row])
    if not 0 < share < 1:
        found = say("wait_chance = {value:g} must be above 0 and below 1.", value=share)
        return "E740", found, say("Write a share such as 0.9."), "wait_chance"
    if float(frame.number["variation"][row]) != 1:
        found = say("A share of waits is known in closed form only where services are exponential (variation = 1).")
        return "E742", found, say("Leave variation blank, or wait_chance: then wait is the mean."), "wait_chance"
    return None


def _most(data: Data, row: int, serves: float, one: Fraction) -> Fraction:
    """The largest rate of arrivals, exactly; `one`: what an arrival counts."""
    frame = data["sites"]
    rate, wait, c = (Fraction(repr(x)) for x in (serves, *(float(frame.number[k][row]) for k in ("wait", "variation"))))
    rate /= one
    if frame.given["wait_chance"][row]:
        share = Fraction(repr(float(frame.number["wait_chance"][row])))
        return one * (rate - log_inverse(1 - share) / wait)
    return one * (rate * wait - 1) / (wait + (c * c - 1) / (2 * rate)) if rate * wait > 1 else Fraction(0)
