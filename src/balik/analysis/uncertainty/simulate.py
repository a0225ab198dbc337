"""A decision tried on many draws: its sites stay, its flows follow what comes."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...api import Case, Prepared, options_of, prepare, solve_prepared
from ...engines import Options
from ...errors import CallError
from ...plan.plan import Plan
from ...views.terms import status_name
from ...words import Sentence, say
from ..compared import is_loose
from ..many import Jobs, Many
from ..study import Study, Work
from .decided import Decided, decided_sites
from .draws import Draws, draws_of
from .extensive import first_stage, worst_mean
from .fits import DRAWS, fits

SAMPLES = 200
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
#: Half the width of an interval that holds the mean in 95 of 100 cases, in standard errors.
_95 = 1.959963984540054


def simulate(
    case: Case,
    samples: int = SAMPLES,
    level: float = 0.9,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Study:
    """Try the sites of the case's own plan on draws of `distributions`: what it costs, and how often it has no plan.

    The sites are those of the optimum for the case as written; each draw is solved with them and verified. Rows: a draw
    each. `more`: mean with its 95 % interval, standard deviation, quantiles, CVaR, share without a plan.

    >>> import balik
    >>> study = balik.simulate("titik-jemput-acak", 20)
    >>> len(study.rows), study.more["low"] <= study.more["mean"] <= study.more["high"]
    (20, True)
    """
    if not 2 <= samples <= 100_000:
        raise CallError(say("samples must be a number from 2 to 100,000, not {samples}.", samples=samples))
    if not 0 <= level < 1:
        raise CallError(say("level must be from 0 to below 1, not {level:g}.", level=level))
    start, jobs = time.perf_counter(), Jobs.taken(options)
    prepared = prepare(case, scenario, set, settings)
    draws = draws_of(prepared.data)
    asked = replace(options_of(prepared.tables, **options), prices=False)
    many = Many("simulate", Decided, case, (settings, options), jobs, settings)
    with many:
        return _simulated(many, prepared, draws, asked, samples, level, start)


def _simulated(
    many: Many, prepared: Prepared, draws: Draws, asked: Options, samples: int, level: float, start: float
) -> Study:
    """The case's own plan, and its sites tried on draws."""

    def as_written() -> tuple[Plan, Any]:
        plan, result = solve_prepared(prepared, replace(asked, stop=many.ends))
        return plan, result.x

    tables = prepared.tables
    varied = say("{samples} draws of what is uncertain, with the sites as they are", samples=samples)
    own, x = many.known(["own", tables.scenario, tables.sets], as_written)
    if x is None or not own.has_numbers:
        found = _nothing_to_try(own.status)
        return Study("simulate", tables.name, tables.currency, [], [found], not own.broken, status=own.status,
                     work=Work.of(varied, [own.status], start))  # fmt: skip
    kept = ("assign",) if len(prepared.network.chances) else ()  # a chance is of what is assigned, so that stays, too
    cols, names = first_stage(prepared, kept)
    first, rows, ok, sample = x[cols].tolist(), [], True, draws.sample(samples, asked.seed)
    asks = [
        (k, tables.scenario, tables.sets, draw, first, tuple(names), kept) for k, draw in enumerate(sample, 1)
    ]
    for k, (draw, found) in enumerate(zip(sample, many.map("draw", asks), strict=True)):
        status, objective, cost, verified, sound = found
        ok &= verified or sound
        rows.append({"draw": k + 1, "status": status, "objective": objective, "cost": cost,
                     "verified": verified, "changes": list(draw)})  # fmt: skip
    more = _summary(rows, level) | {"sites": decided_sites([own]), "as_written": own.objective, "seed": asked.seed}
    if kept:
        more["fits"] = fits(prepared, own.facts["chances"], x, draws, asked.seed)
    unsaid = say("whether other sites would bear the draws better: ask stochastic")
    work = Work.of(varied, [own.status, *(row["status"] for row in rows)], start, unsaid)
    told = [*_findings(more, samples), *_of_own(own)]
    return Study("simulate", tables.name, tables.currency, rows, told, ok, more, work=work)


def _nothing_to_try(status: str) -> Sentence:
    """Why there are no sites to be tried."""
    if status == "stopped":
        return say("The search for a plan of the case as written was stopped before one was found, so there is nothing to try.")  # fmt: skip
    if status in ("infeasible", "unbounded"):
        return say("The case as written has no plan ({status}), so there is nothing to try.", status=status_name(status))
    return say("The plan of the case as written failed the verifier, so there is nothing to try.")


def _of_own(own: Plan) -> list[str]:
    """What is said of the case's own plan where it is known to be the best within a wide gap only."""
    if not is_loose(own):
        return []
    return [say("The plan of the case as written is not proved to be its best: other sites may cost less as written.")]


def _summary(rows: list[dict[str, Any]], level: float) -> dict[str, Any]:
    values = np.array([row["objective"] for row in rows if row["objective"] is not None], float)
    none = sum(row["status"] == "infeasible" for row in rows)
    unknown = len(rows) - len(values) - none
    more: dict[str, Any] = {"samples": len(rows), "without_plan": none / len(rows), "stopped": unknown, "level": level}
    more["unproved"] = sum(row["objective"] is not None and row["status"] != "optimal" for row in rows)
    if len(values) < 2:
        return more | dict.fromkeys(("mean", "low", "high", "sd", "CVaR", "quantiles"))
    mean, sd = math.fsum(values) / len(values), float(np.std(values, ddof=1))
    half = _95 * sd / math.sqrt(len(values))
    quantiles = {f"{q:g}": float(np.quantile(values, q)) for q in _QUANTILES}
    risk = worst_mean(values, np.full(len(values), 1 / len(values)), level)
    return more | {
        "mean": mean,
        "low": mean - half,
        "high": mean + half,
        "sd": sd,
        "CVaR": risk,
        "quantiles": quantiles,
    }


def _findings(more: dict[str, Any], samples: int) -> list[str]:
    out: list[str] = []
    if more["mean"] is not None:
        out.append(
            say("With the sites of the case as written the mean of {samples} draws is {mean:,.10g}, between {low:,.10g} and {high:,.10g} in 95 of 100 cases; as written it is {own:,.10g}.",
                samples=samples, mean=more["mean"], low=more["low"], high=more["high"], own=more["as_written"])
        )  # fmt: skip
        out.append(say("In the worst {part:.4g} % of draws it comes to {cvar:,.10g} on the average (CVaR).",
                       part=100 * (1 - more["level"]), cvar=more["CVaR"]))  # fmt: skip
    if "fits" in more:
        out.append(say("What each place sends stays with its site, too."))
    for row in more.get("fits", []):
        values = {"site": row["site"], "share": 100 * row["share"], "count": DRAWS, "asked": 100 * row["asked"]}
        if row["fits"] is None:
            out.append(say("All of {site} fit at once in {share:.4g} % of {count:,} draws; asked {asked:.4g} %.", **values))
        elif row.get("together"):
            out.append(say("All of {site} fit at once in {share:.4g} % of {count:,} draws; asked {asked:.4g} %, by the normal law {exact:.4g} %.", **values, exact=100 * row["fits"]))  # fmt: skip
        else:
            out.append(say("What comes to {site} fits in {share:.4g} % of {count:,} draws; asked {asked:.4g} %, by the normal law {exact:.4g} %.", **values, exact=100 * row["fits"]))  # fmt: skip
    if more["without_plan"]:
        out.append(say("{part:.4g} % of the draws have no plan with these sites; they are not in the figures above.", part=100 * more["without_plan"]))  # fmt: skip
    if more["stopped"]:
        out.append(say("{count} draws gave no figure: they were stopped, cost less without end, or failed the verifier; they are not in the figures above.", count=more["stopped"]))  # fmt: skip
    if more["unproved"]:
        out.append(say("{count} draws are in the figures with plans that are not proved: their best may cost less.", count=more["unproved"]))  # fmt: skip
    out.append(say("{samples} draws (seed {seed}).", samples=samples, seed=more["seed"]))
    return out
