"""§4a Set-ups and lots: what running at all costs, how little is worth starting, and whole batches.

A set-up is paid in each period in which one of its processes does more than nothing (1e-6 of what it is counted by).
The switch is made to say so after the solve; where something calls for more set-ups, every process of it needs a lot,
which ties the switch to the activity.
"""

from __future__ import annotations

import numpy as np

from ..algebra import Index, Rows, Var
from ..network.network import Network
from ..words import say
from .larger import raised
from .statement import Note, Part, Variables, constraint, cost, part, variable

Array = np.ndarray
#: Activity up to this is nothing.
RUNS = 1e-6


@variable(r"y_{git} \in \{0, 1\}", unit="1", source="lot sizing (Wagner and Whitin 1958): set-up in a period")
def setup(n: Network, v: Variables) -> Var | None:
    """Whether set-up g is made at place i in period t."""
    if not len(n.setups):
        return None
    index = Index(n.labels, setup=n.setups.setup, place=n.setups.place, period=n.setups.period)
    return v.program.variable("setup", index, upper=1.0, integer=True)


@variable(r"w_{pit} \in \{0, 1\}", unit="1", source="least activity when running (semicontinuous)")
def working(n: Network, v: Variables) -> Var | None:
    """Whether process p, which has a lot, runs at place i in period t."""
    on = np.flatnonzero(n.runs.lot > 0)
    return v.program.variable("working", _run_index(n, on), upper=1.0, integer=True) if len(on) else None


@variable(r"b_{pit} \in \mathbb{Z}_{\ge 0}", unit="1", source="whole batches")
def batches(n: Network, v: Variables) -> Var | None:
    """Batches of process p at place i in period t."""
    on = np.flatnonzero(n.runs.batch > 0)
    if not len(on):
        return None
    most = np.floor(v.bounds.runs[on] / n.runs.batch[on] + 1e-9)
    return v.program.variable("batches", _run_index(n, on), upper=most, integer=True)


def _run_index(n: Network, on: Array) -> Index:
    return Index(n.labels, process=n.runs.process[on], place=n.runs.place[on], period=n.runs.period[on])


@cost(r"\sum_{git} S_{git}\, y_{git}", unit="money", source="lot sizing: set-up cost")
def setting_up(n: Network, v: Variables) -> list[Part]:
    """A set-up is paid in each period in which one of its processes runs."""
    if not len(n.setups):
        return []
    out = []
    for own in (True, False):
        on = np.flatnonzero((n.setups.process >= 0) == own)
        view = v.setup.where(on)
        view = view.at(process=n.setups.process[on]) if own else view
        times = n.money_times[n.setups.period[on]]
        out.append(part(view, n.setups.cost[on], times=times, unit="setup", account="setup"))
    return out


@constraint(r"z_{pit} \le Z_{pit}\, y_{git}", unit="run", source="lot sizing: nothing runs without its set-up")
def setup_run(n: Network, v: Variables) -> Rows | None:
    """A process runs only where its set-up is made."""
    on = np.flatnonzero(n.runs.setup >= 0)
    if not len(on):
        return None
    _note_endless(n, v, on)
    which = n.runs.setup[on]
    at = _run_index(n, on)
    switch = at.take(v.setup, -_most(v, on), setup=n.setups.setup[which], place=at.place, period=at.period)
    return at.take(v.run) + switch <= 0.0


@constraint(r"z_{pit} \le Z_{pit}\, w_{pit}", unit="run", source="semicontinuous activity")
def lot_most(n: Network, v: Variables) -> Rows | None:
    """A process with a lot runs only where it is said to run."""
    on = np.flatnonzero(n.runs.lot > 0)
    if not len(on):
        return None
    _note_endless(n, v, on)
    at = v.working.index
    return at.take(v.run) - at.take(v.working, _most(v, on)) <= 0.0


@constraint(r"z_{pit} \ge L_{pit}\, w_{pit}", unit="run", source="semicontinuous activity")
def lot_least(n: Network, v: Variables) -> Rows | None:
    """Where a process with a lot runs it does at least the lot."""
    on = np.flatnonzero(n.runs.lot > 0)
    if not len(on):
        return None
    at = v.working.index
    return at.take(v.run) - at.take(v.working, n.runs.lot[on]) >= 0.0


@constraint(r"y_{git} \le \sum_{p \in g} w_{pit}", unit="1", source="ours: no set-up where nothing runs")
def setup_needed(n: Network, v: Variables) -> Rows | None:
    """A set-up all of whose processes have lots is made only where one of them runs."""
    tied = np.flatnonzero(_tied(n))
    _note_called(n, v)
    if not len(tied):
        return None
    at = Index(n.labels, setup=n.setups.setup[tied], place=n.setups.place[tied], period=n.setups.period[tied])
    mine = np.isin(n.runs.setup, tied)
    members = v.working.where(mine[n.runs.lot > 0])
    keys = n.setups.setup[n.runs.setup[mine]]
    return at.take(v.setup) - at.sum(members, setup=keys) <= 0.0


@constraint(r"z_{pit} = B_{pit}\, b_{pit}", unit="run", source="whole batches")
def whole_batches(n: Network, v: Variables) -> Rows | None:
    """Activity is a whole number of batches."""
    on = np.flatnonzero(n.runs.batch > 0)
    if not len(on):
        return None
    at = v.batches.index
    return (at.take(v.run) - at.take(v.batches, n.runs.batch[on])).equals(0.0)


def _tied(n: Network) -> Array:
    """Set-ups all of whose processes have lots."""
    of = n.runs.setup >= 0
    free = np.bincount(n.runs.setup[of], n.runs.lot[of] == 0, len(n.setups))
    return np.asarray(free == 0)


def _most(v: Variables, on: Array) -> Array:
    """The most that runs can do, as far as it is known."""
    bound = v.bounds.runs[on]
    return np.where(np.isfinite(bound), bound, 0.0)


def _note_endless(n: Network, v: Variables, on: Array) -> None:
    """Say where nothing bounds what a process with a set-up or a lot can do."""
    rows = np.unique(n.runs.row[on[np.isinf(v.bounds.runs[on])]])
    for row in rows[[all(note.row != r for note in v.notes if note.code == "E560") for r in rows]].tolist():
        found = say("Nothing bounds what this process can do, so nothing says whether it runs.")
        advice = say("Write most, or a most on the supply of what it uses.")
        v.note(Note("E560", found, advice, row, "most", "processes"))


def _note_called(n: Network, v: Variables) -> None:
    """Say where something calls for more set-ups and nothing ties them to what is done."""
    loose = np.flatnonzero(~_tied(n))
    if not len(loose):
        return
    for at in loose[raised(n, v)[v.setup.cols[loose]]][:1].tolist():
        found = say("A limit or weight calls for more set-ups, and nothing says how little is a run.")
        advice = say("Write a lot for every process of the set-up.")
        v.note(Note("E562", found, advice, int(n.setups.row[at]), "setup_cost", "processes"))


def settled_setups(n: Network, v: Variables, x: Array) -> Array:
    """The solution with every set-up made where one of its processes runs, and nowhere else."""
    if not len(n.setups):
        return x
    x = x.copy()
    of = np.flatnonzero(n.runs.setup >= 0)
    runs = (x[v.run.cols[of]] * n.runs.per[of] > RUNS).astype(float)
    x[v.setup.cols] = np.minimum(np.bincount(n.runs.setup[of], runs, len(n.setups)), 1.0)
    return x
