"""Where the arrows meet: read → check → encode → formulate → run → decode → verify.

Every verb of the command is a function here, on a path, the name of a bundled case, or data frames.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .algebra import Arrays
from .engines import Options, Progress, Result, need_scip
from .errors import CallError, InputError, Problem, did_you_mean
from .files import unpacked
from .judgement import judgement_of
from .location.pick import ENGINES, Engine
from .model import Model, formulate
from .model.quantities import in_one_unit
from .model.sizes import too_large
from .network import Network, encode
from .network.audit import audit
from .network.bounds import bounds, note_unbounded
from .network.distance import GREAT_CIRCLE_DECIMALS
from .network.finance import DECIMALS
from .plan import decode
from .plan.at_hand import resources_of
from .plan.baseline import baseline_of
from .plan.chances import chances_of, waits_of
from .plan.digest import great_circles_of, limits_of, sites_of
from .plan.goals import as_rows, goals_of, stages_of, status_of
from .plan.margins import margins_of
from .plan.plan import Plan
from .plan.prices import prices_of
from .plan.store import CERTIFICATE_FILE, PLAN_FILE, check_room, write_plan
from .plan.verify import Verdict, judge, open_folder, verify_folder
from .polish import polish
from .stages import Stage, run_stages
from .tables import Data, Tables, Typed, read, type_tables
from .tables.baseline import is_fixed
from .tables.formats.workbook import BOOKS
from .tables.settings import laid_over
from .words import Sentence, say, sentences

if TYPE_CHECKING:
    from .second import Opinion

Case = str | os.PathLike[str] | Mapping[str, Any]


#: What is wrong with today's flows, not with the case as such.
BASELINE_CODES = ("E391", "W391", "W392", "W393")


@dataclass(frozen=True)
class Prepared:
    """A checked case, ready to be solved."""

    tables: Tables
    data: Data
    network: Network
    model: Model
    seconds: dict[str, float]

    @property
    def problems(self) -> list[Problem]:
        """Warnings of the check."""
        return list(self.tables.problems)


def _checked(
    case: Case, scenario: str | None, sets: Sequence[str], settings: Mapping[str, Any] | None
) -> tuple[Tables, Data, Network, Model | None, dict[str, float]]:
    """Read, type, encode and formulate as far as the problems allow; problems are in `tables.problems`."""
    start = time.perf_counter()
    return _checked_tables(read(case, scenario, sets, settings), start)


def _checked_tables(
    tables: Tables, start: float, typed: Typed | None = None
) -> tuple[Tables, Data, Network, Model | None, dict[str, float]]:
    """The same of tables that are read; `start`: when that began; `typed`: what was typed before."""
    clock = [start]
    data = type_tables(tables, typed)
    clock.append(time.perf_counter())
    network = encode(data)
    if not tables.problems.errors and (len(network.sites) or network.lanes.single.any()):
        note_unbounded(data, network, bounds(network))
    model = None
    if not tables.problems.errors:
        audit(data, network)
        if len(data["criteria"]):
            judgement_of(data)
        clock.append(time.perf_counter())
        model = formulate(network)
        for note in model.variables.notes:
            where = data[note.table].where(note.row, note.column) if note.row >= 0 else {}
            tables.problems.add(note.code, note.found, note.advice, **where)
        for row, size in too_large(model.program):
            found = say("The figures of {row} multiply to {size:.3g}, and no solver takes as much.", row=row, size=size)
            advice = say("Look there for a number that is far too large, or that is in another unit.")
            tables.problems.add("E383", found, advice, file=tables.name)
    clock += [time.perf_counter()] * (4 - len(clock))
    seconds = {name: round(clock[i + 1] - clock[i], 4) for i, name in enumerate(("read", "check", "build"))}
    return tables, data, network, model, seconds


def prepare(
    case: Case, scenario: str | None = None, set: Sequence[str] = (), settings: Mapping[str, Any] | None = None
) -> Prepared:
    """Read and check a case and state its program; raises InputError with every problem."""
    return _sound(*_checked(case, scenario, set, settings))


def prepare_tables(tables: Tables, typed: Typed | None = None) -> Prepared:
    """Check tables that are read already and state their program; raises InputError with every problem."""
    return _sound(*_checked_tables(tables, time.perf_counter(), typed))


def _sound(tables: Tables, data: Data, network: Network, model: Model | None, seconds: dict[str, float]) -> Prepared:
    tables.problems.stop_on_errors()
    assert model is not None
    return Prepared(tables, data, network, model, seconds)


def with_fix(settings: Mapping[str, Any] | None, fix: str | None) -> Mapping[str, Any] | None:
    """The settings of a call that also asks for today's flows (fix="baseline")."""
    if fix is None:
        return settings
    if fix != "baseline":
        raise CallError(say("'{fix}' cannot be fixed; write fix = baseline, for today's flows.", fix=fix))
    return laid_over(settings or {}, {"solve": {"fix": fix}})


def check(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    fix: str | None = None,
) -> list[Problem]:
    """Every problem and warning of a case (of its base, all its scenarios and its baseline, when none is named).

    >>> import balik
    >>> balik.check("jerigen-padang")
    []
    """
    settings = with_fix(settings, fix)
    first, data, *_ = _checked(case, scenario, set, settings)
    found = dict.fromkeys(first.problems)
    if scenario is None and not set:
        for name in first.scenarios:
            found |= dict.fromkeys(_checked(case, name, (), settings)[0].problems)
        if "baseline" in first and not is_fixed(data):
            today = _checked(case, None, (), with_fix(settings, "baseline"))[0].problems
            found |= dict.fromkeys(problem for problem in today if problem.code in BASELINE_CODES)
    return list(found)


def solve(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    *,
    gap: float | None = None,
    time_limit: float | None = None,
    engine: str | None = None,
    seed: int = 0,
    threads: int | None = None,
    fix: str | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """The plan of least cost (or of the case's objective), verified.

    `case`: a path, the name of a bundled case, or data frames by table name (with `settings` as case.toml).
    `set`: changes such as "sites.capacity *= 1.1". `gap` is relative to max(1, |objective|). `fix="baseline"`: today's
    plan, whose flows are those of the table baseline, beside its invoices (`plan.baseline`).
    Raises InputError with every problem of the input; a plan that does not exist is a status, not an error.

    >>> import balik
    >>> plan = balik.solve("jerigen-padang")
    >>> plan.status, plan.cost
    ('optimal', 8161000.0)
    >>> balik.solve("jerigen-padang", scenario="biaya-plus-20").status
    'infeasible'
    """
    write = None if out is None else _writer(case, Path(out))  # before the work: whether it can be
    prepared = prepare(case, scenario, set, with_fix(settings, fix))
    options = options_of(prepared.tables, gap, time_limit, engine, seed, threads, progress)
    plan, _ = solve_prepared(prepared, replace(options, certify=out is not None))
    if write is not None:
        plan.problems.extend(write(plan))
    return plan


def _writer(case: Case, out: Path) -> Callable[[Plan], list[Problem]]:
    """What writes a plan there, and says what is to be said of it; raises CallError where that cannot be."""
    if out.suffix.lower() in BOOKS:
        from .books.returned import give_back, source_of

        source = source_of(case, out)
        return lambda plan: [Problem("W192", sentence) for sentence in give_back(source, plan, out)]
    check_room(out)
    return lambda plan: [
        Problem("W191", say("{path}, left by a run that was cut off, was cleared away.", path=left))
        for left in write_plan(plan, out)
    ]


def options_of(
    tables: Tables,
    gap: float | None = None,
    time_limit: float | None = None,
    engine: str | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Options:
    """Options of a call, else of the case's [solve], else the defaults."""
    name, second = _engines_of(str(engine or tables.setting("solve", "engine") or "auto"))
    limit = time_limit if time_limit is not None else tables.setting("solve", "time_limit")
    asked = gap if gap is not None else tables.setting("solve", "gap", Options.gap)
    if not (isinstance(asked, (int, float)) and 0 <= asked < math.inf):
        raise CallError(say("gap must be a number from 0 on, not {asked!r}.", asked=asked))
    if limit is not None and not 0 < limit < math.inf:
        raise CallError(say("time_limit must be a number of seconds above 0, not {limit!r}.", limit=limit))
    if threads is not None and threads < 1:
        raise CallError(say("threads must be 1 or more, not {threads!r}.", threads=threads))
    if not 0 <= seed < 2**31:
        raise CallError(say("seed must be a number from 0 to {top}, not {seed!r}.", top=2**31 - 1, seed=seed))
    return Options(
        gap=float(asked), time_limit=limit, seed=seed, threads=threads, engine=name, second=second, progress=progress
    )


def _engines_of(asked: str) -> tuple[str, str | None]:
    """The engine that solves, and the one whose second opinion is asked: "highs,scip"."""
    names = [name.strip() for name in asked.split(",")]
    for name in names:
        if name not in ENGINES:
            near = did_you_mean(name, ENGINES) or say("Known: {words}", words=", ".join(ENGINES))
            raise CallError(sentences(say("'{name}' is not an engine.", name=name), near))
    if len(names) > 2:
        raise CallError(say("One engine solves and one gives a second opinion; '{asked}' names more.", asked=asked))
    if names[1:] in (["auto"], names[:1]):
        raise CallError(say("A second opinion asks for another engine by its name; '{asked}' does not.", asked=asked))
    if "scip" in names:
        need_scip()
    return names[0], names[1] if names[1:] else None


def solve_prepared(
    prepared: Prepared,
    options: Options,
    basis: Any = None,
    arrays: Arrays | None = None,
    engine: Engine | None = None,
) -> tuple[Plan, Result]:
    """Solve a prepared case; returns the plan and the engine's result (for repeats).

    `arrays`: its program with tighter bounds, so that what solves it is a plan of the case, too. `engine`: who solves
    it instead of the engine of that name.
    """
    start = time.perf_counter()
    program = prepared.model.program.arrays() if arrays is None else arrays
    result, stages, opinion = _run(prepared.model, program, options, basis, engine or ENGINES[options.engine])
    solving = time.perf_counter() - start - (opinion.seconds if opinion else 0.0)
    seconds = prepared.seconds | {"solve": round(solving, 4)}
    tables = prepared.tables
    plan = Plan(
        case=tables.name,
        title=tables.title,
        scenario=tables.scenario,
        status=result.status,
        currency=tables.currency,
        period=tables.period,
        seconds=seconds,
        problems=[*prepared.problems, *(Problem("W190", note) for note in result.notes)],
        tables=tables,
        facts=_facts(prepared, options, result.engine),
        certificate=result.certificate,
    )
    full = plan if result.x is None else _verified(plan, prepared, program, result, stages)
    if full.has_numbers:
        from .proved import with_proof

        full = with_proof(full, None if stages else program, result, options)
    if opinion is not None:
        from .second import with_opinion

        full = with_opinion(full, plan, opinion)
    return full, result


def _run(
    m: Model, a: Arrays, options: Options, basis: Any, engine: Engine
) -> tuple[Result, list[Stage], Opinion | None]:
    """What the engine answers, and the second opinion where one is asked for."""
    if options.second is None:
        return (*run_stages(engine, m, a, options, basis), None)
    from .second import solved_twice

    return solved_twice((engine, ENGINES[options.second]), m, a, options, basis)


def _facts(prepared: Prepared, options: Options, picked: str) -> dict[str, Any]:
    n, program = prepared.network, prepared.model.program
    return {
        "size": {
            "places": len(n.labels["place"]),
            "lanes": len(n.lanes),
            "dropped_lanes": n.dropped,
            "sites": len(n.site_places),
            "columns": program.columns,
            "rows": program.rows,
            "periods": len(n.length),
        },
        "options": {
            "gap": options.gap,
            "time_limit": options.time_limit,
            "engine": ",".join(filter(None, (options.engine, options.second))),
            "picked": picked,
            "seed": options.seed,
            "threads": options.threads,
            "set": list(prepared.tables.sets),
            "fix": prepared.tables.setting("solve", "fix"),
        },
        "baseline": None,
        "proof": None,
        "exactness": None,
        "second_opinion": None,
        "goals": [],
        "stages": [],
        "rounding": {"amounts": decode.DECIMALS, "great_circle_km": GREAT_CIRCLE_DECIMALS, "money_factors": DECIMALS},
        "money_factors": {
            "one_off": n.one_off_times,
            "recurring": dict(zip(n.labels["period"], n.money_times.tolist(), strict=True)),
            **(_dated(n) if len(n.phases) else {}),
        },
    }


def _dated(n: Network) -> dict[str, Any]:
    """What one-off money counts of sites that open and close over time: as a period begins, and at the end."""
    return {"one_off_at": dict(zip(n.labels["period"], n.one_off_at.tolist(), strict=True)), "residual": n.end_times}


def _verified(plan: Plan, prepared: Prepared, program: Arrays, result: Result, stages: list[Stage]) -> Plan:
    """The plan with its numbers, if the verifier finds no broken law; without them if it does.

    Polished first, so that what is written balances; should it then fail, the engine's own is judged.
    """
    assert result.x is not None
    x = decode.tidy(prepared.model, result.x)
    polished = polish(program, x)
    exactness = {"missed_by_rounding": polished.missed, "mended": polished.missed - polished.left}
    if polished.missed > polished.left:
        better = decode.settled(prepared.model, polished.x)
        full = _judged(plan, prepared, result, stages, better, exactness)
        if full.verified:
            return full
    return _judged(plan, prepared, result, stages, x, exactness | {"mended": 0})


def _judged(
    plan: Plan, prepared: Prepared, result: Result, stages: list[Stage], x: decode.Array, exactness: dict[str, Any]
) -> Plan:
    """The plan that a point is, with its numbers if no law is broken."""
    m, start = prepared.model, time.perf_counter()
    columns = decode.tables_of(m, x)
    if margins := margins_of(m, x):
        columns |= {"margins": margins}
    if goals := goals_of(m, x, plan.currency):
        columns |= {"goals": goals}
    ledger = columns.get("ledger", {})
    accounts = decode.accounts_of(m, ledger)
    spent = math.fsum(ledger.get("cost", []))
    cost = decode.rounded(spent)
    weights = prepared.network.weights
    objective = decode.rounded(
        math.fsum(
            w * (spent if q == "cost" else decode.quantity(in_one_unit(m.network, m.variables, q), x))
            for q, w in weights.items()
        )
    )
    off = objective - (result.objective or 0.0)
    if result.status != "optimal":
        off = max(off, 0.0)  # a stopped search leaves slack that the plan does without
    if abs(off) > _TRANSCRIPTION * max(1.0, abs(objective)):
        return replace(plan, broken=[_misread(objective, result.objective or 0.0, abs(off))])
    bound = result.bound if result.bound is None else min(result.bound, objective)
    gap = None if bound is None else max(0.0, (objective - bound) / max(1.0, abs(objective)))
    if result.prices is not None:
        prices = prices_of(m, result.prices, x)
        columns |= {"prices": prices} if prices else {}
    served = stages_of(m, x, stages, plan.facts["options"]["gap"])
    full = replace(
        plan,
        status=status_of(result.status, served),
        objective=objective,
        cost=cost,
        bound=bound,
        gap=gap,
        accounts=accounts,
        measures=decode.measures_of(m, x),
        used=decode.used_of(m, x),
        totals=decode.totals_of(m, x),
        unique=result.unique,
        columns=columns,
        facts=dict(plan.facts)
        | {"sites": sites_of(m, x), "limits": limits_of(m, x), "great_circles": great_circles_of(m, x)}
        | {"resources": resources_of(m, x), "goals": as_rows(columns.get("goals", {})), "stages": served}
        | ({"chances": chances_of(m, x)} if len(m.network.chances) else {})
        | ({"waits": waits_of(m, x)} if len(m.network.waits) else {})
        | ({"baseline": baseline_of(prepared.data, m, x)} if is_fixed(prepared.data) else {}),
    )
    verdict = judge(prepared.data, {k: v for k, v in columns.items() if k != "prices"}, full.document())
    seconds = dict(plan.seconds) | {"verify": round(time.perf_counter() - start, 4)}
    if not verdict.ok:
        found: list[str] = [*([_too_fine()] if _is_too_fine(m, objective) else []), *(b.told for b in verdict.broken)]
        return replace(plan, seconds=seconds, verified=False, laws=verdict.laws, broken=found)
    facts = dict(full.facts) | {"exactness": exactness | verdict.exactness()}
    return replace(full, seconds=seconds, verified=True, laws=verdict.laws, facts=facts)


#: By how much, relative to max(1, |objective|), a plan as written may differ from the solver's own objective.
_TRANSCRIPTION = 1e-6


def _misread(written: float, solved: float, off: float) -> Sentence:
    told = say("The plan as written comes to {written:,.10g}, the solver's solution to {solved:,.10g}: {off:,.3g} is lost in "
               "rounding to 9 decimals.", written=written, solved=solved, off=off)  # fmt: skip
    return sentences(told, say("Amounts are too small, or rates too large, for their units."))


def _is_too_fine(m: Model, objective: float) -> bool:
    """Whether what rounding to 9 decimals leaves of an amount costs more than a law forgives."""
    return float(abs(m.program.cost()).max(initial=0.0)) * 10.0**-decode.DECIMALS > _TRANSCRIPTION * max(1.0, abs(objective))


def _too_fine() -> Sentence:
    told = say("Amounts are written with 9 decimals, and what that leaves of one costs more here than may be missed.")
    return sentences(told, say("Count in a smaller unit (g, not kg), or look for a rate that is far too large."))


def verify(folder: str | os.PathLike[str], *, replay: bool = False) -> Verdict:
    """Judge a plan, a folder or a zip, from its tables, with other code than the model's; and its bound by its certificate.

    `replay`: also solve its case again, as it was solved, and say whether the same plan comes out (`verdict.replay`).
    """
    with _plan_at(Path(folder)) as root:
        opened = open_folder(root)
        verdict = verify_folder(root, opened)
        sound = all(fault.law == "seal" for fault in verdict.broken)
        if sound and verdict.cost is not None and (root / CERTIFICATE_FILE).is_file():
            from .proof import with_proof

            verdict = with_proof(verdict, root, opened)
        if replay:
            from .replay import with_replay

            verdict = with_replay(verdict, root)
        return verdict


@contextmanager
def _plan_at(path: Path) -> Iterator[Path]:
    """The folder of a plan, from its zip where it is one."""
    if path.is_file() and path.name != PLAN_FILE:
        with unpacked(path, PLAN_FILE) as root:
            yield _with_plan(root, path)
    else:
        yield _with_plan(path, path)


def _with_plan(root: Path, path: Path) -> Path:
    if not (root / PLAN_FILE).is_file():
        raise CallError(say("{path} is not a plan: it has no plan.json. Write one with solve --out.", path=path))
    return root


__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Prepared",
    "check",
    "options_of",
    "prepare",
    "prepare_tables",
    "solve",
    "solve_prepared",
    "verify",
    "with_fix",
]
