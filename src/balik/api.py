"""Where the arrows meet: read → check → encode → formulate → run → decode → verify.

Every verb of the command is a function here, on a path, the name of a bundled case, or data frames.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .engines import Options, Progress, Result
from .errors import CallError, InputError, Problem, did_you_mean
from .location.pick import ENGINES
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
from .plan.digest import great_circles_of, limits_of, sites_of
from .plan.margins import margins_of
from .plan.plan import Plan
from .plan.prices import prices_of
from .plan.store import CERTIFICATE_FILE, check_room, write_plan
from .plan.verify import Verdict, judge, verify_folder
from .tables import Data, Tables, read, type_tables
from .tables.baseline import is_fixed
from .tables.settings import laid_over
from .words import say, sentences

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
    clock = [time.perf_counter()]
    tables = read(case, scenario, sets, settings)
    data = type_tables(tables)
    clock.append(time.perf_counter())
    network = encode(data)
    if not tables.problems.errors and (len(network.sites) or network.lanes.single.any()):
        note_unbounded(data, network, bounds(network))
    model = None
    if not tables.problems.errors:
        audit(data, network)
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
    tables, data, network, model, seconds = _checked(case, scenario, set, settings)
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
    if out is not None:
        check_room(Path(out))  # before the work, not after it
    prepared = prepare(case, scenario, set, with_fix(settings, fix))
    options = options_of(prepared.tables, gap, time_limit, engine, seed, threads, progress)
    plan, _ = solve_prepared(prepared, replace(options, certify=out is not None))
    if out is not None:
        write_plan(plan, Path(out))
    return plan


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
    name = engine or tables.setting("solve", "engine") or "auto"
    if name not in ENGINES:
        near = did_you_mean(str(name), ENGINES) or say("Known: {words}", words=", ".join(ENGINES))
        raise CallError(sentences(say("'{name}' is not an engine.", name=name), near))
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
    return Options(gap=float(asked), time_limit=limit, seed=seed, threads=threads, engine=name, progress=progress)


def solve_prepared(prepared: Prepared, options: Options, basis: Any = None) -> tuple[Plan, Result]:
    """Solve a prepared case; returns the plan and the engine's result (for repeats)."""
    start = time.perf_counter()
    result = ENGINES[options.engine](prepared.model.program.arrays(), options, basis)
    seconds = prepared.seconds | {"solve": round(time.perf_counter() - start, 4)}
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
    if result.x is None:
        return plan, result
    return _verified(plan, prepared, result), result


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
            "engine": options.engine,
            "picked": picked,
            "seed": options.seed,
            "threads": options.threads,
            "set": list(prepared.tables.sets),
            "fix": prepared.tables.setting("solve", "fix"),
        },
        "baseline": None,
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


def _verified(plan: Plan, prepared: Prepared, result: Result) -> Plan:
    """The plan with its numbers, if the verifier finds no broken law; without them if it does."""
    assert result.x is not None
    m, start = prepared.model, time.perf_counter()
    x = decode.tidy(m, result.x)
    columns = decode.tables_of(m, x)
    if margins := margins_of(m, x):
        columns |= {"margins": margins}
    ledger = columns.get("ledger", {})
    accounts = decode.accounts_of(m, ledger)
    cost = decode.rounded(math.fsum(ledger.get("cost", [])))
    weights = prepared.network.weights
    objective = decode.rounded(
        math.fsum(
            w * (cost if q == "cost" else decode.quantity(in_one_unit(m.network, m.variables, q), x))
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
    full = replace(
        plan,
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
        | {"resources": resources_of(m, x)}
        | ({"baseline": baseline_of(prepared.data, m, x)} if is_fixed(prepared.data) else {}),
    )
    verdict = judge(prepared.data, {k: v for k, v in columns.items() if k != "prices"}, full.document())
    seconds = dict(plan.seconds) | {"verify": round(time.perf_counter() - start, 4)}
    if not verdict.ok:
        return replace(
            plan, seconds=seconds, verified=False, laws=verdict.laws, broken=[b.sentence for b in verdict.broken]
        )
    return replace(full, seconds=seconds, verified=True, laws=verdict.laws)


#: By how much, relative to max(1, |objective|), a plan as written may differ from the solver's own objective.
_TRANSCRIPTION = 1e-6


def _misread(written: float, solved: float, off: float) -> str:
    return (
        f"The plan as written comes to {written:,.10g}, the solver's solution to {solved:,.10g}: {off:,.3g} is lost in "
        "rounding to 9 decimals. Amounts are too small, or rates too large, for their units."
    )


def verify(folder: str | os.PathLike[str]) -> Verdict:
    """Judge a plan folder from its tables, with other code than the model's; and its bound by its certificate."""
    path = Path(folder)
    if not (path / "plan.json").is_file():
        raise CallError(say("{path} is not a plan folder: it has no plan.json. Write one with solve --out.", path=path))
    verdict = verify_folder(path)
    if not verdict.ok or not (path / CERTIFICATE_FILE).is_file():
        return verdict
    from .proof import with_proof

    return with_proof(verdict, path)


__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Prepared",
    "check",
    "options_of",
    "prepare",
    "solve",
    "solve_prepared",
    "verify",
    "with_fix",
]
