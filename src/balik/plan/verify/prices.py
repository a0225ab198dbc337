"""Prices of a linear program, as far as the tables and the plan tell of them.

Each is of a bound that the case has, at which the plan stands: what is not at a bound has no price (complementary
slackness), a most that rises never costs more, a least that rises never costs less. That the prices are those of the
program is shown by its duals, where the plan has a certificate (`proof.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ...words import Sentence, say
from .baseline import fixed
from .bounds import Limit, Value
from .exact import Array, exact, exactly, floats
from .places import ends
from .resources import at_hand, used_of
from .sheets import Sheet
from .terms import Deeds
from .verdict import TOLERANCE, Court, kept_verdict, show
from .whereabouts import place_word
from .world import NONE, World, grouped, ravel

_PLACE, _RUN = ("place", "material", "period"), ("process", "place", "period")
#: The columns that name what is bound, of statements that have all of them.
_KEYS = {
    "flow": ("origin", "dest", "material", "mode", "period"),
    "collect": _PLACE, "deliver": _PLACE, "stock": _PLACE, "run": _RUN, "balance": _PLACE,
    "meeting": _PLACE, "comes_back": _PLACE, "resources": ("place", "resource", "period"), "limits": ("limit",),
}  # fmt: skip
_AMOUNTS = ("flow", "collect", "deliver", "stock", "run")


@kept_verdict
def judge_prices(
    deeds: Deeds, limits: Mapping[str, tuple[Limit, list[Value]]], sheets: Mapping[str, Sheet], court: Court
) -> None:
    """Every row of the table `prices`, where there is one."""
    prices, world = sheets["prices"], deeds.world
    if not len(prices):
        return
    _judge_rows(world, prices, court)
    for code, statement in enumerate(world.labels["statement"]):
        at = np.flatnonzero(prices.codes["statement"] == code)
        if not len(at):
            continue
        if statement == "limits":
            _judge_limits(world, limits, prices, at, court)
        elif statement == "resources":
            _judge_resources(deeds, prices, at, court)
        elif statement in _AMOUNTS and not fixed(world):  # today's flows are bounds of their own
            _judge_amounts(deeds, sheets[statement], statement, prices, at, court)


def _told(world: World, prices: Sheet, i: int) -> Sentence:
    return say("{row} ({keys})", row=place_word(prices.place(i)), keys=place_word(world.key(prices.codes, i)))


def _judge_rows(world: World, prices: Sheet, court: Court) -> None:
    """Rows name what has a price, by all of its keys, once; the bound lies in the range over which the price holds."""
    statement, number = prices.codes["statement"], prices.number
    wrong: dict[Sentence, Array] = {
        say("its price is 0, and what has none is not listed"): np.flatnonzero(number["price"] == 0)
    }
    for word, keys in _KEYS.items():
        here = np.flatnonzero(statement == world.code["statement"][word])
        for column, codes in prices.codes.items() if len(here) else ():
            if column in ("statement", "limit") or (column, word) == ("mode", "flow"):  # a lane may have no vehicle
                continue
            odd = here[(codes[here] != NONE) != (column in keys)]
            if len(odd):
                had = (
                    say("{column} is blank, and {statement} has one", column=column, statement=word)
                    if column in keys
                    else say("{column} is filled, and {statement} has none", column=column, statement=word)
                )
                wrong[had] = odd
    named = statement == world.code["statement"]["limits"]
    wrong[say("limit is blank, or filled where no limit is priced")] = np.flatnonzero(
        (prices.codes["limit"] != NONE) != named
    )
    alike = grouped(list(prices.codes.values()))
    twice = (
        alike.first[alike.at] != np.arange(len(prices))
    ) & ~named  # a limit may have many labels, which are not told
    wrong[say("the same stands in a row above")] = np.flatnonzero(twice)
    bound, low, high = (number[c] for c in ("bound", "from", "to"))
    slack = TOLERANCE * np.maximum(1.0, np.abs(bound))
    wrong[say("the bound lies outside of the range from … to")] = np.flatnonzero(
        (low > bound + slack) | (high < bound - slack)
    )
    court.laws += len(prices)
    for why, rows in wrong.items():
        for i in rows.tolist():
            court.fault("prices", prices.place(i), say("{row}: {why}.", row=_told(world, prices, i), why=why))


def _at_bounds(
    world: World, prices: Sheet, at: Array, value: Array, least: Array, most: Array, scale: Array, court: Court
) -> None:
    """Each bound is what the plan comes to there; it is the least or the most; and the price has the sign of that."""
    bound, price = exact(prices.number["bound"][at]), prices.number["price"][at]
    court.equal("prices", bound, value, scale, lambda i: prices.place(int(at[i])), lambda i: (
        f"{_told(world, prices, int(at[i]))}: the bound is {show(float(bound[i]))}, the plan as written comes to "
        f"{show(float(value[i]))}."
    ))  # fmt: skip
    found, low, high = (floats(v) for v in (value, least, most))
    edge = 3 * TOLERANCE * np.maximum(np.maximum(1.0, np.abs(found)), floats(np.abs(scale)))
    with np.errstate(invalid="ignore"):
        at_least, at_most = np.abs(found - low) <= edge, np.abs(found - high) <= edge
    wrong = {
        "what is not at a bound has no price": ~at_least & ~at_most,
        "a most that rises never costs more": ~at_least & at_most & (price > 0),
        "a least that rises never costs less": at_least & ~at_most & (price < 0),
    }
    court.laws += len(at)
    for why, odd in wrong.items():
        for i in np.flatnonzero(odd).tolist():
            court.laws -= 1
            sentence = (
                f"{_told(world, prices, int(at[i]))}: {show(found[i])} with least {show(low[i])} and most "
                f"{show(high[i])} has the price {show(price[i])}, and {why}."
            )
            court.fault("prices", prices.place(int(at[i])), sentence, price[i], 0.0)


def _judge_limits(
    world: World, limits: Mapping[str, tuple[Limit, list[Value]]], prices: Sheet, at: Array, court: Court
) -> None:
    """A limit with this bound at one of its labels."""
    for i in at.tolist():
        limit, values = limits.get(world.name("limit", int(prices.codes["limit"][i])), (None, []))
        if limit is None or math.isfinite(limit.spread):
            continue  # a spread is of two labels together
        known = [(v.total / v.below, v.scale / abs(v.below)) for v in values if v.below] or [(0, 0)]
        value, scale = min(known, key=lambda one: abs(one[0] - exactly(prices.number["bound"][i])))
        one, low, high, size = (exact(np.array([v], object)) for v in (value, limit.least, limit.most, scale))
        _at_bounds(world, prices, np.array([i]), one, low, high, size, court)


def _judge_resources(deeds: Deeds, prices: Sheet, at: Array, court: Court) -> None:
    (used, largest), here = used_of(deeds), at_hand(deeds)
    keys = [tuple(int(prices.codes[c][i]) for c in ("place", "resource", "period")) for i in at.tolist()]
    columns = [
        [used.get(k, 0) for k in keys],
        [here[k][0] if k in here else 0 for k in keys],
        [largest.get(k, 0) for k in keys],
    ]
    value, most, scale = (exact(np.array(c, object)) for c in columns)
    _at_bounds(deeds.world, prices, at, value, exact(np.full(len(at), -np.inf)), most, scale, court)


def _judge_amounts(deeds: Deeds, sheet: Sheet, statement: str, prices: Sheet, at: Array, court: Court) -> None:
    """An amount of the plan, at the least or the most that its table allows."""
    codes = {c: prices.codes[c][at] for c in _KEYS[statement]}
    value = _found(deeds.world, codes, sheet.codes, sheet.number["amount"], 0.0)
    least, most = _bounds(deeds, statement, codes)
    known = np.flatnonzero(~np.isnan(most))
    for i in np.flatnonzero(np.isnan(most)).tolist():
        told = say("{row}: the case has nothing of the kind.", row=_told(deeds.world, prices, int(at[i])))
        court.fault("prices", prices.place(int(at[i])), told)
    size = np.abs(value)[known]
    _at_bounds(deeds.world, prices, at[known], value[known], least[known], most[known], size, court)


def _bounds(deeds: Deeds, statement: str, codes: dict[str, Array]) -> tuple[Array, Array]:
    """The least and the most of each amount, as the tables have them; nan where no row is about it."""
    world = deeds.world
    if statement == "flow":
        row, number = deeds.lanes.find(codes).row, deeds.lanes.table.number
        return number("least", row, np.nan, codes["material"]), number("most", row, np.nan, codes["material"])
    held = {"collect": deeds.supply, "deliver": deeds.demand, "stock": deeds.stores, "run": deeds.activity}[statement]
    if statement in ("collect", "deliver"):
        least, most = ends(held)
    elif statement == "run":
        most = held.number("most", np.inf) * world.length[held.codes["period"]] / deeds.counted
        least = exact(np.zeros(len(most)))
    else:
        end, last = held.number("end"), held.codes["period"] == world.n("period") - 1
        bound = last & ~np.isnan(end)
        least, most = np.where(bound, end, 0.0), np.where(bound, end, held.number("room", np.inf))
    return _found(world, codes, held.codes, least, np.nan), _found(world, codes, held.codes, most, np.nan)


def _found(world: World, asked: dict[str, Array], have: Mapping[str, Array], values: Array, missing: float) -> Array:
    """The value at each key that is asked for, of those that are had."""
    sizes = [world.n(c) for c in asked]
    wanted, known = ravel(list(asked.values()), sizes), ravel([have[c] for c in asked], sizes)
    out = exact(np.full(len(wanted), missing))
    if not len(known):
        return out
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)]
    return np.where(known[at] == wanted, values[at], out)
