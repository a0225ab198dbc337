"""balik's engines on an instance: a plan, a proven bound and, where the engine gives one, a certificate."""

from __future__ import annotations

import datetime
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import balik
from balik.location.answer import Answer
from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting
from balik.location.watch import Watch
from benchmarks.siting.networks import Coordinates, Reverse

from .certificates import fitted, shown, tree_below
from .folders import number, write_folder
from .instances import Instance, Problem, sha, size, with_matrix
from .plans import CLOSED, Plan, lists_of, price
from .records import HERE, Record, is_better, read, write_plan

#: The gap that the engines are asked for: as good as none.
GAP = 1e-9
#: Lanes up to which an instance of points is solved with all its costs in memory.
LANES = 1_000_000


@dataclass(frozen=True)
class Found:
    """What a run found; `plan` is None where it found none."""

    engine: str
    plan: Plan | None
    bound: float
    seconds: float
    certificate: bytes | None = None

    @property
    def by(self) -> str:
        """Who, with what, and when."""
        today = datetime.datetime.now(datetime.UTC).date()
        return f"balik {balik.__version__} {self.engine}; {self.seconds:.3g} s; {today}"


def run(problem: Problem, limit: float, seed: int = 0, threads: int = 2) -> Found:
    """The engine that suits an instance, with a limit in seconds."""
    if isinstance(problem, Coordinates):
        if len(problem.sites) * len(problem.customers) > LANES:
            return _points(problem, Watch(GAP, limit, threads, seed))
        problem = with_matrix(problem)
    watch = Watch(GAP, limit, threads, seed, certify=True)
    if isinstance(problem, Siting):
        return _siting(problem, watch)
    if isinstance(problem, TwoEchelon):
        from balik.location.echelons.solve import solve_two_echelon

        answer = solve_two_echelon(problem, watch)
        plan = None
        if answer.open_plants is not None and answer.open_depots is not None:
            plan = {"plants": _numbers(answer.open_plants), "depots": _numbers(answer.open_depots)}
        return Found("echelons", plan, answer.bound, watch.seconds, _bytes(answer))
    return _network(problem, limit, seed, threads)


def better(instance: Instance, limit: float, seed: int = 0, threads: int = 2, folder: Path = HERE) -> Record:
    """Run the engine and keep what is better: the plan, the bound, or both. Returns the record that holds then."""
    problem = instance.make()
    found = run(problem, limit, seed, threads)
    record = keep(instance, problem, found.plan, found.bound, found.by, found.certificate, folder)
    if isinstance(problem, Reverse) and record.how != "tree":
        tree = tree_below(problem, record.cost, record.bound, limit, seed)
        record = _with_certificate(record, problem, tree, folder)
    return record


def keep(
    instance: Instance, problem: Problem, plan: Plan | None, bound: float, by: str, certificate: bytes | None = None,
    folder: Path = HERE,
) -> Record:  # fmt: skip
    """The record with a plan and a bound where they are better; the plan's cost is computed here, by other code.

    Raises ValueError where the two contradict each other.
    """
    old, digest = read(folder).get(instance.name), sha(problem)
    if old is not None and old.sha256 != digest:
        raise ValueError(f"{instance.name} is no longer made as it is recorded")
    cost = np.inf if plan is None else price(problem, plan)
    if old is None:
        new = Record(instance.name, instance.family, instance.call, size(problem), digest, cost, bound, by, by)
    else:
        new = replace(old, cost=cost, plan_by=by) if is_better(cost, old.cost) else old
        new = replace(new, bound=bound, bound_by=by) if is_better(old.bound, bound) else new
    if not np.isfinite(new.cost):
        raise ValueError(f"no plan of {instance.name} was found")
    if is_better(new.cost, new.bound):
        raise ValueError(f"{instance.name}: a plan of {new.cost!r} and a bound of {new.bound!r} cannot both be right")
    if plan is not None and (old is None or new.cost < old.cost):
        write_plan(instance.name, new.cost, plan, folder)
    new = replace(new, bound=min(new.bound, new.cost))
    return _with_certificate(new, problem, certificate, folder)


def _with_certificate(record: Record, problem: Problem, found: bytes | None, folder: Path) -> Record:
    """The record with what its certificate shows: of the recorded file and another the one that shows more, in less."""
    files = [(folder / record.certificate).read_bytes()] if record.certificate else []
    small = None if found is None else fitted(problem, found)
    files += [] if small is None else [small]
    if not files:
        return record
    seen = {data: shown(problem, data, record.cost) for data in files}
    best = files[0]
    for data in files[1:]:
        more, less = is_better(seen[best].bound, seen[data].bound), is_better(seen[data].bound, seen[best].bound)
        best = data if more or (not less and len(data) < len(best)) else best
    place = f"certificates/{record.name}.npz"
    (folder / "certificates").mkdir(parents=True, exist_ok=True)
    (folder / place).write_bytes(best)
    bound = min(seen[best].bound, record.cost)
    return replace(record, certificate=place, how=seen[best].how(record.bound, record.cost), shown=bound)


def add(instance: Instance, plan: Plan, by: str, folder: Path = HERE) -> Record:
    """Take a plan that somebody found; it replaces the recorded one if it costs less."""
    return keep(instance, instance.make(), plan, -np.inf, by, None, folder)


# -- engines -----------------------------------------------------------------------------------------------------


def _siting(p: Siting, watch: Watch) -> Found:
    from balik.location.dispatch import search_for

    answer = search_for(p)(p, watch)
    if answer.open is None:
        return Found("siting", None, answer.bound, watch.seconds)
    plan = {"sites": _numbers(answer.open)}
    if p.single and answer.assignment is not None:
        plan["assignment"] = [int(i) for i in answer.assignment]
    return Found("single" if p.single else "siting", plan, answer.bound, watch.seconds, _bytes(answer))


def _points(p: Coordinates, watch: Watch) -> Found:
    from balik.location.points.problem import Points
    from balik.location.points.solve import solve_points

    answer = solve_points(Points(p.sites, p.customers, p.rate, p.demand, p.capacity, p.fixed), watch)
    plan = None if answer.open is None else {"sites": _numbers(answer.open)}
    return Found("points", plan, answer.bound, watch.seconds)


def _network(problem: Problem, limit: float, seed: int, threads: int) -> Found:
    """By the tables, as a user would."""
    with tempfile.TemporaryDirectory() as place:
        write_folder(problem, Path(place), "network")
        start = time.perf_counter()
        plan = balik.solve(
            place, gap=GAP, time_limit=limit, engine="network", seed=seed, threads=threads, out=Path(place) / "plan"
        )
        seconds = time.perf_counter() - start
    bound = -np.inf if plan.bound is None else plan.bound
    if not plan.has_numbers:
        return Found("network", None, bound, seconds)
    plants = lists_of(problem)["levels"][0] or 0
    centres, levels = [], [CLOSED] * plants
    for row in plan.open:
        at = number(row["place"])
        if row["place"].startswith("centre"):
            centres.append(at)
        else:
            levels[at] = int(row["size"].split("-")[1])
    return Found("network", {"centres": sorted(centres), "levels": levels}, bound, seconds, plan.certificate)


def _bytes(answer: Answer) -> bytes | None:
    return None if answer.certificate is None else answer.certificate.as_bytes()


def _numbers(open_: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(open_)]
