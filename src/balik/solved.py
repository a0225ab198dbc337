"""A prepared case, solved: options → run → decode → verify; a plan has numbers only where no law is broken."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from .algebra import Arrays
from .engines import Options, Progress, Result, need_scip
from .errors import CallError, Problem
from .location.pick import ENGINES, Engine
from .model import Model
from .model.quantities import in_one_unit
from .network import Network
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
from .plan.verify import judge
from .polish import polish
from .prepared import Prepared
from .stages import Stage, run_stages
from .tables import Tables
from .tables.baseline import is_fixed
from .tables.settings import engines_in, wrong_engines
from .words import Sentence, say, sentences

if TYPE_CHECKING:
    from .second import Opinion


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
    if limit is not None and not (_counts(limit, Real) and 0 < limit < math.inf):
        raise CallError(say("time_limit must be a number of seconds above 0, not {limit!r}.", limit=limit))
    if threads is not None and not (_counts(threads, Integral) and threads >= 1):
        raise CallError(say("threads must be 1 or more, not {threads!r}.", threads=threads))
    if not (_counts(seed, Integral) and 0 <= seed < 2**31):
        raise CallError(say("seed must be a number from 0 to {top}, not {seed!r}.", top=2**31 - 1, seed=seed))
    return Options(
        gap=float(asked), time_limit=limit, seed=seed, threads=threads, engine=name, second=second, progress=progress
    )


def _counts(value: object, kind: type) -> bool:
    """Whether the value is a number of this kind, of whatever library; those who call it from Python may hand over text."""
    return isinstance(value, kind)


def _engines_of(asked: str) -> tuple[str, str | None]:
    """The engine that solves, and the one whose second opinion is asked: "highs,scip"."""
    if wrong := wrong_engines(asked):
        raise CallError(sentences(*wrong))
    names = engines_in(asked)
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
        plan = replace(plan, seconds=full.seconds)
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
    document, begun = full.document(), time.perf_counter()
    verdict = judge(prepared.data, {k: v for k, v in columns.items() if k != "prices"}, document)
    spent_on = {"solve": begun - start, "verify": time.perf_counter() - begun}
    seconds = dict(plan.seconds) | {k: round(plan.seconds.get(k, 0.0) + s, 4) for k, s in spent_on.items()}
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
    return float(abs(m.program.cost()).max(initial=0.0)) * 10.0**-decode.DECIMALS > _TRANSCRIPTION * max(
        1.0, abs(objective)
    )


def _too_fine() -> Sentence:
    told = say("Amounts are written with 9 decimals, and what that leaves of one costs more here than may be missed.")
    return sentences(told, say("Count in a smaller unit (g, not kg), or look for a rate that is far too large."))
