"""Mass that is lost, made or counted twice, and disposal or sorting billed on another mass than the one handled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...words import say
from ..told import figure, percent
from .finding import Finding
from .solved import Solved, amounts, near, place_of, significant

#: Keys that must agree before a period is taken for the sum of those before it.
_KEYS = 4


def mass_findings(s: Solved) -> Iterator[Finding]:
    """Every finding about mass."""
    yield from _recipes(s)
    yield from _disposal(s)
    yield from _counted_on_output(s)
    yield from _supplied_twice(s)
    yield from _sums_of_periods(s)


def _recipes(s: Solved) -> Iterator[Finding]:
    """Recipes whose masses do not add up."""
    n, recipe = s.n, s.n.recipe
    mass = n.mass[recipe.material] * recipe.rate
    runs = len(n.runs)
    net = np.bincount(recipe.run, np.nan_to_num(mass), runs)
    gross = np.bincount(recipe.run, np.abs(np.nan_to_num(mass)), runs)
    blind = np.bincount(recipe.run, np.isnan(mass), runs) > 0
    makes = np.bincount(recipe.run, recipe.rate > 0, runs) > 0
    off = np.flatnonzero(~blind & makes & (np.abs(net) > 1e-9 * np.maximum(gross, 1e-12)))
    activity = amounts(s, "run")
    for process in np.unique(n.runs.process[off]).tolist():
        mine = off[n.runs.process[off] == process]
        run = int(mine[0])
        at = np.flatnonzero(recipe.run == run)
        used, made = -mass[at][mass[at] < 0].sum(), mass[at][mass[at] > 0].sum()
        total = float(abs((net[mine] * activity[mine]).sum()))
        name = n.labels["process"][process]
        values = {
            "process": name,
            "used": figure(used),
            "made": figure(made),
            "by": figure(abs(used - made)),
            "total": figure(total),
        }
        if net[run] < 0:
            told = say(
                "'{process}' uses {used} kg and makes {made} kg: {by} kg are lost each time, {total} kg in this plan.",
                **values,
            )
        else:
            told = say(
                "'{process}' uses {used} kg and makes {made} kg: {by} kg come from nothing each time, {total} kg in this plan.",
                **values,
            )
        where = s.data["processes"].spot(int(n.runs.row[run]))
        yield Finding("mass_lost" if net[run] < 0 else "mass_made", True, name, told, where, s.scenario, total)


def _disposal(s: Solved) -> Iterator[Finding]:
    """Processes that only take away, billed by an activity that is not the amount taken away."""
    n, recipe, runs = s.n, s.n.recipe, s.n.runs
    activity = amounts(s, "run")
    found: dict[int, list[tuple[int, float, float]]] = {}
    for run in range(len(runs)):
        at = np.flatnonzero(recipe.run == run)
        if len(at) != 1 or recipe.rate[at[0]] >= 0 or runs.counted[run] >= 0 or not runs.cost[run]:
            continue
        taken = float(-recipe.rate[at[0]])
        kept = _kept_share(s, run, int(recipe.material[at[0]])) if not near(taken, 1.0) else None
        if kept is not None and near(kept, 1 / taken):
            found.setdefault(int(runs.process[run]), []).append((run, taken, kept))
    for process, mine in found.items():
        billed = float(sum(runs.cost[r] * activity[r] for r, _, _ in mine))
        right = float(sum(runs.cost[r] * activity[r] * taken for r, taken, _ in mine))
        run, taken, kept = mine[0]
        name, material = n.labels["process"][process], n.labels["material"][int(recipe.material[recipe.run == run][0])]
        told = say(
            "'{process}' bills {kept} for each 1 of '{material}' that it takes away, and {kept} is the share that sorting keeps: billed on the sorted mass, not on the rejected. At {place}: {rate} × {activity} = {money} instead of {rate} × {amount} = {proper}. In all {billed} instead of {right}: {by} less ({share}).",
            process=name, kept=figure(kept), material=material, place=place_of(s, runs.place[run]), rate=figure(runs.cost[run]),
            activity=figure(activity[run]), money=figure(runs.cost[run] * activity[run]), amount=figure(activity[run] * taken),
            proper=figure(runs.cost[run] * activity[run] * taken), billed=figure(billed), right=figure(right), by=figure(right - billed),
            share=percent(right / billed - 1 if billed else 0.0),
        )  # fmt: skip
        where = s.data["recipes"].spot(_recipe_row(s, name))
        yield Finding("billed_on_sorted", True, name, told, where, s.scenario, right - billed)


def _kept_share(s: Solved, run: int, material: int) -> float | None:
    """What share of what comes in is kept by the process that rejects the material at the same place."""
    recipe, runs = s.n.recipe, s.n.runs
    same = (runs.place == runs.place[run]) & (runs.period == runs.period[run])
    for maker in np.flatnonzero(same).tolist():
        at = recipe.run == maker
        if not ((recipe.material[at] == material) & (recipe.rate[at] > 0)).any():
            continue
        used = -recipe.rate[at & (recipe.rate < 0)].sum()
        kept = recipe.rate[at & (recipe.rate > 0) & (recipe.material != material)].sum()
        if used > 0 and kept > 0:
            return float(kept / used)
    return None


def _recipe_row(s: Solved, process: str) -> int:
    frame = s.data["recipes"]
    return next((r for r in range(len(frame)) if frame.text["process"][r] == process), 0)


def _counted_on_output(s: Solved) -> Iterator[Finding]:
    """Accounts that are counted per output although the process loses some of its input."""
    n, recipe, runs = s.n, s.n.recipe, s.n.runs
    activity = amounts(s, "run")
    sums: dict[str, list[float]] = {}
    for run in range(len(runs)):
        at = recipe.run == run
        counted = runs.counted[run]
        if counted < 0 or runs.cost[run] <= 0 or not (recipe.rate[at & (recipe.material == counted)] > 0).any():
            continue
        used = float(-recipe.rate[at & (recipe.rate < 0)].sum())
        units = {n.unit[m] for m in recipe.material[at].tolist()}
        if used <= runs.per[run] * (1 + 1e-9) or len(units) > 1:
            continue
        account = n.labels["account"][int(runs.account[run])]
        pair = sums.setdefault(account, [0.0, 0.0])
        pair[0] += runs.cost[run] * activity[run]
        pair[1] += runs.cost[run] * activity[run] * used / runs.per[run]
    for account, (out, into) in sums.items():
        if out:
            told = say(
                "'{account}' is counted on what comes out: {out}. On what goes in, at the same rates, it would be {into}: {by} more ({share}).",
                account=account, out=figure(out), into=figure(into), by=figure(into - out), share=percent(into / out - 1),
            )  # fmt: skip
            yield Finding("counted_on_output", False, account, told, "processes", s.scenario, into - out)


def _supplied_twice(s: Solved) -> Iterator[Finding]:
    """Supply at a place that equals what arrives or is made there of the same material."""
    n = s.n
    flow, run, collected = amounts(s, "flow"), amounts(s, "run"), amounts(s, "collect")
    for i in range(len(n.supply)):
        key = (n.supply.place[i], n.supply.material[i], n.supply.period[i])
        amount = float(collected[i])
        if not significant(amount) or not near(float(n.supply.least[i]), float(n.supply.most[i])):
            continue
        into = (n.lanes.dest == key[0]) & (n.lanes.material == key[1]) & (n.lanes.period == key[2])
        made = (
            (n.recipe.place == key[0])
            & (n.recipe.material == key[1])
            & (n.recipe.period == key[2])
            & (n.recipe.rate > 0)
        )
        arrives = float(flow[into].sum() + (n.recipe.rate * run[n.recipe.run])[made].sum())
        if near(arrives, amount):
            material = n.labels["material"][key[1]]
            told = say(
                "At {place} {amount} of '{material}' wait, and the same {amount} arrive or are made there: one of the two may be the other, counted twice.",
                place=place_of(s, key[0]), amount=figure(amount), material=material,
            )  # fmt: skip
            where = s.data["supply"].spot(int(n.supply.row[i]))
            yield Finding("supplied_twice", True, f"{place_of(s, key[0])} {material}", told, where, s.scenario, amount)


def _sums_of_periods(s: Solved) -> Iterator[Finding]:
    """A period whose amounts are, row by row, the sums of the periods before it."""
    n, periods = s.n, len(s.n.length)
    if periods < 3:
        return
    for name, table, values in (("supply", n.supply, n.supply.most), ("demand", n.demand, n.demand.least)):
        keys = table.place * len(n.labels["material"]) + table.material
        rows = np.unique(keys)
        grid = np.full((len(rows), periods), np.nan)
        grid[np.searchsorted(rows, keys), table.period] = np.where(np.isfinite(values), values, np.nan)
        grid[(grid == grid[:, :1]).all(axis=1)] = np.nan  # the same in each period
        for t in range(2, periods):
            for k in range(2, t + 1):
                before = grid[:, t - k : t].sum(axis=1)
                known = ~np.isnan(before) & ~np.isnan(grid[:, t])
                if (known & (before > 0)).sum() < _KEYS or not np.array_equal(before[known], grid[known, t]):
                    continue
                labels = n.labels["period"]
                one = int(np.flatnonzero(known & (before > 0))[0])
                sum_ = " + ".join(figure(v) for v in grid[one, t - k : t])
                told = say(
                    "In {table} period {period} is the sum of periods {first} to {last} in each of {rows} rows ({sum} = {value} in the first): a total of what came before, not an amount of its own.",
                    table=name, period=labels[t], first=labels[t - k], last=labels[t - 1], rows=int(known.sum()), sum=sum_, value=figure(grid[one, t]),
                )  # fmt: skip
                yield Finding("sum_of_periods", True, f"{name} {labels[t]}", told, name, s.scenario)
                break
