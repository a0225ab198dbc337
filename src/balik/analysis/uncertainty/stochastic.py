"""Two stages: sites are decided now, flows when the scenario is known; and what it is worth to know or to plan so.

EV, EEV, RP, WS, VSS and EVPI as in Birge and Louveaux 2011, chapter 4.
"""

from __future__ import annotations

import math
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...api import Case, Prepared, options_of, prepare, prepare_tables, solve_prepared
from ...engines import Options
from ...errors import CallError, InputError, Problem
from ...location.pick import ENGINES
from ...plan.plan import Plan
from ...views.terms import status_name
from ...words import say
from ..compared import TELL, compared
from ..many import Jobs, Many
from ..study import Study, Work
from ..told import percent
from .decided import Decided, decided_sites
from .draws import drawn, draws_of
from .extensive import Extensive, Risk, extensive, first_stage, worst_mean
from .failing import LOOSE, with_failing
from .mean import mean_case

#: Levels of risk that are told beside the mean.
_TOLD = 0.9
#: Objectives nearer to each other than this, relative to max(1, |objective|), are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class World:
    """What may happen: a name, how likely, the case as it then is, and where capacities may fail it without them."""

    name: str
    chance: float
    prepared: Prepared
    loose: Prepared | None = None


def stochastic(
    case: Case,
    samples: int | None = None,
    level: float = _TOLD,
    weight: float = 0.0,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    chance: float | None = None,
    **options: Any,
) -> Study:
    """Sites now, flows later: the decision that is best over all scenarios, weighed by their probabilities.

    Scenarios are those of the table `scenarios` with a probability above 0 (together 1), or `samples` draws of
    `distributions`. What is decided now: sites, sizes, phases, modules. Minimised is (1 − `weight`) × mean + `weight` ×
    CVaR at `level`. `chance`: capacities of sites must do in scenarios of together at least this probability; where they
    fail, what comes may exceed them, and WS, EEV, VSS and EVPI are not told. Rows: a scenario each, with the plan's
    objective, that of the best plan had it been known, and that of the plan for the mean. `more`: RP, WS, EV, EEV, VSS,
    EVPI, CVaR, sites, and how often each opens in the single
    scenarios. Each scenario's plan is verified.

    >>> import balik
    >>> study = balik.stochastic("titik-jemput-acak")
    >>> study.more["RP"] <= study.more["EEV"], study.more["WS"] <= study.more["RP"]
    (True, True)
    """
    if not 0 <= weight <= 1 or not 0 <= level < 1:
        raise CallError(say("level must be from 0 to below 1 and weight from 0 to 1."))
    if chance is not None and not 0 <= chance <= 1:
        raise CallError(say("chance must be from 0 to 1, not {chance:g}.", chance=chance))
    start, jobs = time.perf_counter(), Jobs.taken(options)
    worlds = _worlds(case, samples, tuple(set), settings, int(options.get("seed") or 0), chance is not None)
    if any(len(world.prepared.data["goals"]) for world in worlds):
        raise CallError(say("Goals are met stage by stage; two stages of uncertainty do not go with them."))
    asked = replace(options_of(worlds[0].prepared.tables, **options), prices=False)
    with Many("stochastic", Decided, case, (settings, options), jobs, settings) as many:
        search = _Search(worlds, replace(asked, stop=many.ends), Risk(level, weight), chance, many)
        here_and_now = search.recourse()
        if here_and_now is None:
            return search.nothing(time.perf_counter() - start)
        alone = search.alone()
        mean: tuple[float | None, list[Plan]] = search.for_the_mean() if chance is None else (None, [])
        if chance is None:  # every plan of a scenario is one for it alone, too, which a solve to a gap may miss
            here_and_now = search.better(here_and_now, mean[1])
            known = [here_and_now, *([mean[1]] if mean[1] else [])]
            alone = [_best(own, others) for own, *others in zip(alone, *known, strict=True)]
        return search.study(here_and_now, alone, mean, time.perf_counter() - start)


def _worlds(
    case: Case, samples: int | None, sets: tuple[str, ...], settings: Mapping[str, Any] | None, seed: int, loose: bool
) -> list[World]:
    base = prepare(case, None, sets, settings)
    free = (*sets, LOOSE)
    if loose and base.data["sites"].given["chance"].any():
        raise CallError(
            say("sites.chance is of normal draws within a scenario; a chance of scenarios does not go with it.")
        )
    if samples is not None:
        if not 1 <= samples <= 10_000:
            raise CallError(say("samples must be a number from 1 to 10,000, not {samples}.", samples=samples))
        draws = draws_of(base.data).sample(samples, seed)
        return [
            World(f"#{k}", 1 / samples, drawn(case, None, sets, draw, k, settings),
                  drawn(case, None, free, draw, k, settings) if loose else None)
            for k, draw in enumerate(draws, 1)
        ]  # fmt: skip
    return [
        World(name, chance, prepare(case, name, sets, settings), prepare(case, name, free, settings) if loose else None)
        for name, chance in _likely(base).items()
    ]


def _likely(base: Prepared) -> dict[str, float]:
    """The scenarios that may happen, and their probabilities, together 1."""
    frame = base.data["scenarios"]
    chances = {frame.text["scenario"][r]: float(frame.number["probability"][r]) for r in range(len(frame)) if frame.given["probability"][r]}  # fmt: skip
    chances = {name: chance for name, chance in chances.items() if chance > 0}
    if not chances or abs(sum(chances.values()) - 1) > 1e-9:
        found = say("The probabilities of the scenarios add up to {total:.10g}, not to 1.", total=sum(chances.values()))
        advice = say(
            "Fill probability in the table scenarios; base itself has none. Or draw from distributions (--samples)."
        )
        raise InputError([Problem("E683", found, advice, **base.tables.where("scenarios", "probability"))])
    return chances


class _Search:
    """The scenarios together, each alone, and each with the sites that suit the mean."""

    def __init__(self, worlds: list[World], options: Options, risk: Risk, least: float | None, many: Many):
        self.worlds, self.options, self.risk, self.least, self.many = worlds, options, risk, least, many
        self.chance = np.array([w.chance for w in worlds])
        self.whole: Extensive = extensive([w.loose or w.prepared for w in worlds], self.chance, risk)
        if least is not None:
            loose = [w.loose for w in worlds if w.loose is not None]
            self.whole = with_failing(self.whole, [w.prepared for w in worlds], loose, self.chance, least)
        self.fails = np.zeros(len(worlds), bool)
        self.asked = [[(w.chance, w.prepared.tables.scenario, w.prepared.tables.sets) for w in worlds],
                      risk.level, risk.weight, least]  # fmt: skip
        self.ended: list[str] = []  # the status of each solve
        self.start, self.ok = time.perf_counter(), True
        self.status, self.bound = "", None  # type: tuple[str, float | None]
        self.mean_status = ""  # of the solve of the mean case

    def run(self, arrays: Any) -> tuple[str, float | None, np.ndarray | None]:
        """Status, bound and solution of the whole, which is no case of its own."""

        def solved() -> tuple[str, float | None, np.ndarray | None]:
            name = "scip" if self.options.engine == "scip" else "highs"  # it is no siting problem, and no network
            result = ENGINES[name](arrays, self.options, None)
            return result.status, result.bound, result.x

        found: tuple[str, float | None, np.ndarray | None] = self.many.known([*self.asked, "whole"], solved)
        self.ended.append(found[0])
        return found

    def plans(self, first: np.ndarray | None) -> list[Plan]:
        """The plan of every scenario, with its first stage decided (None: as suits it alone), each verified."""
        decided = None if first is None else first.tolist()
        asks = []
        for world, fails in zip(self.worlds, self.fails, strict=True):
            tables = (world.loose if fails and world.loose is not None else world.prepared).tables
            asks.append((tables.scenario, tables.sets, decided))
        out = self.many.map("scenario", asks)
        self.ended += [plan.status for plan in out]
        self.ok &= all(plan.verified or not plan.broken for plan in out)
        return out

    def recourse(self) -> list[Plan] | None:
        """The plans under the decision that is best over all scenarios."""
        self.status, self.bound, x = self.run(self.whole.arrays)
        if x is None:
            return None
        shared = x[: len(self.whole.first[0])]
        if self.least is not None:
            self.fails = x[-len(self.worlds) :] > 0.5
        return self.plans(shared)

    def alone(self) -> list[Plan]:
        """The plans if it were known beforehand what comes."""
        return self.plans(None)

    def for_the_mean(self) -> tuple[float | None, list[Plan]]:
        """Objective of the mean case, and the plans under the decision that suits it."""
        tables = mean_case([w.prepared.tables for w in self.worlds], [w.chance for w in self.worlds])
        prepared = None if tables is None else prepare_tables(tables)
        if prepared is None or first_stage(prepared)[1] != first_stage(self.worlds[0].prepared)[1]:
            return None, []
        whole = prepared

        def solved() -> tuple[Plan, np.ndarray | None]:
            plan, result = solve_prepared(whole, compared(self.options))
            return plan, result.x

        plan, x = self.many.known([*self.asked, "mean"], solved)
        self.ended.append(plan.status)
        self.mean_status = plan.status
        self.ok &= plan.verified or not plan.broken
        if x is None or not plan.has_numbers:
            return None, []
        return plan.objective, self.plans(x[first_stage(prepared)[0]])

    def nothing(self, seconds: float) -> Study:
        """No decision serves all scenarios, or none was found."""
        tables = self.worlds[0].prepared.tables
        found: list[str] = [
            say("No decision now has a plan in every scenario.")
            if self.status == "infeasible"
            else say("No plan was found ({status}).", status=status_name(self.status))
        ]
        for world, plan in zip(self.worlds, self.alone(), strict=True):
            if plan.status == "infeasible":
                found.append(say("{scenario} has no plan even alone.", scenario=world.name))
                if named := world.prepared.tables.scenario:  # a draw has none to be asked for
                    found[-1] = say("{scenario} has no plan even alone: ask explain --scenario {typed}.",
                                    scenario=named, typed=shlex.quote(named))  # fmt: skip
        more = {"RP": None, "solves": len(self.ended), "seconds": round(seconds, 3)}
        return Study("stochastic", tables.name, tables.currency, [], found, self.ok, more, self.status, self.work())

    def work(self) -> Work:
        """What the answer rests on."""
        varied = say("what happens after the sites are decided; scenarios: {count}", count=len(self.worlds))
        unsaid = [say("what it costs in a scenario that is none of these")]
        return Work.of(varied, self.ended, self.start, *unsaid)

    # -- what is said ----------------------------------------------------------------------------------------------

    def mean(self, plans: list[Plan]) -> float | None:
        """The mean objective; None where a scenario has no plan."""
        values = [plan.objective for plan in plans]
        if not values or any(v is None for v in values):
            return None
        return math.fsum(p * float(v or 0.0) for p, v in zip(self.chance, values, strict=True))

    def better(self, plans: list[Plan], others: list[Plan]) -> list[Plan]:
        """The plans of the decision that is the better one on the average, where that is what is asked for."""
        here, there = self.mean(plans), self.mean(others)
        no_better = here is None or there is None or self.risk.weight or there >= here - _SAME * max(1.0, abs(here))
        return plans if no_better else others

    def proved_mean(self, plans: list[Plan]) -> float:
        """The mean of what the objectives are proved not to lie below; -inf where one has no bound."""
        return math.fsum(
            p * (-math.inf if plan.bound is None else min(plan.bound, float(plan.objective or 0.0)))
            for p, plan in zip(self.chance, plans, strict=True)
        )

    def away(self, more: dict[str, Any]) -> list[str]:
        """How far the decision may lie above the best by what is proved, where that is more than the gap of a plan."""
        least, weight, size = self.bound, self.risk.weight, max(1.0, abs(more["RP"]))
        if least is None:
            return [say("How far the decision lies above the best is not known.")]
        above = (1 - weight) * more["RP"] + weight * more["CVaR"] - least
        if above <= TELL * size:
            return []
        return [say("The best decision may lie up to {part} below this one.", part=percent(above / size))]

    def between(self, more: dict[str, Any], alone: list[Plan], mean: list[Plan]) -> list[str]:
        """What VSS and EVPI lie between by what is proved, where that is more than the gap of a plan."""
        out: list[str] = []
        least = -math.inf if self.bound is None else min(self.bound, more["RP"])
        spans: dict[str, tuple[float, float]] = {}
        if more["VSS"] is not None:
            spans["VSS"] = self.proved_mean(mean) - more["RP"], more["EEV"] - least
        if more["EVPI"] is not None:
            spans["EVPI"] = least - more["WS"], more["RP"] - self.proved_mean(alone)
        for name, (low, high) in spans.items():
            values = {"name": name, "low": max(low, 0.0), "high": high}
            if math.isinf(high):
                out.append(say("What is proved does not bound {name}.", name=name))
            elif high - low > TELL * max(1.0, abs(more["RP"])):
                out.append(say("By what is proved, {name} lies between {low:,.10g} and {high:,.10g}.", **values))
        return out

    def study(self, plans: list[Plan], alone: list[Plan], mean: tuple[float | None, list[Plan]], took: float) -> Study:
        """All that was found."""
        tables = self.worlds[0].prepared.tables
        values = np.array([math.nan if p.objective is None else p.objective for p in plans])
        rp, eev = self.mean(plans), self.mean(mean[1])
        ws = self.mean(alone) if self.least is None else None
        risk = None if rp is None else worst_mean(values, self.chance, self.risk.level)
        more: dict[str, Any] = {
            "RP": rp,
            "WS": ws,
            "EV": mean[0],
            "EEV": eev,
            "VSS": None if rp is None or eev is None or self.risk.weight else eev - rp,
            "EVPI": None if rp is None or ws is None or self.risk.weight else rp - ws,
            "CVaR": risk,
            "level": self.risk.level,
            "weight": self.risk.weight,
            "chance": self.least,
            "fails": [w.name for w, fails in zip(self.worlds, self.fails, strict=True) if fails],
            "bound": self.bound,
            "status": self.ended_with(plans),
            "sites": decided_sites(plans),
            "persistence": self._persistence(alone, plans),
            "scenarios": len(self.worlds),
            "solves": len(self.ended),
            "seconds": round(took, 3),
        }
        means: list[Plan | None] = list(mean[1]) or [None] * len(plans)
        rows = [self._row(*each) for each in zip(self.worlds, plans, alone, means, strict=True)]
        findings = self._findings(more, rows, mean[1])
        findings += self.away(more) + self.between(more, alone, mean[1]) if rp is not None else []
        findings += self._of_figures(mean[1])
        return Study("stochastic", tables.name, tables.currency, rows, findings, self.ok, more, more["status"], self.work())

    def ended_with(self, plans: list[Plan]) -> str:
        """How the answer ended: as the plan of a scenario that has none, or is not proved, else as the decision itself."""
        without = [plan.status for plan in plans if not plan.has_numbers]
        unproved = [plan.status for plan in plans if plan.status == "feasible"]
        return next(iter(without + unproved), self.status)

    def _row(self, world: World, plan: Plan, alone: Plan, mean: Plan | None) -> dict[str, Any]:
        known = plan.objective is not None and alone.objective is not None
        return {
            "scenario": world.name,
            "probability": world.chance,
            "objective": plan.objective,
            "cost": plan.cost,
            "alone": alone.objective,
            "regret": round(float(plan.objective or 0) - float(alone.objective or 0), 9) + 0.0 if known else None,
            "for_the_mean": None if mean is None else mean.objective,
            "sites_alone": decided_sites([alone]),
            "used": list(plan.used),
            "verified": plan.verified,
        }

    def _persistence(self, alone: list[Plan], plans: list[Plan]) -> list[dict[str, Any]]:
        """How likely each site opens where the scenario is known, beside whether it opens now."""
        decided = decided_sites(plans)
        likely: dict[str, float] = dict.fromkeys(decided, 0.0)
        for chance, plan in zip(self.chance, alone, strict=True):
            for site in decided_sites([plan]):
                likely[site] = likely.get(site, 0.0) + float(chance)
        rows = [{"site": site, "opens_now": site in decided, "alone": share} for site, share in likely.items()]
        return sorted(rows, key=lambda row: -float(row["alone"]))

    def _findings(self, more: dict[str, Any], rows: list[dict[str, Any]], mean: list[Plan]) -> list[str]:
        out: list[str] = [say("Decided now: {sites}.", sites=", ".join(more["sites"]) or "–")]
        if self.worlds[0].prepared.tables.scenario and (out_of := self._left_out()):
            out.append(say("Left out, as their probability is blank or 0: {scenarios}.", scenarios=", ".join(out_of)))
        if self.least is not None:
            part = 100 * float(self.chance @ ~self.fails)
            out.append(say("Capacities do in scenarios of together {part:.4g} % (asked {least:.4g} %); they fail in: {fails}.",
                           part=part, least=100 * self.least, fails=", ".join(more["fails"]) or "–"))  # fmt: skip
        if bad := [row["scenario"] for row in rows if row["objective"] is None]:
            out.append(say("What this costs is not known in {scenarios}.", scenarios=", ".join(bad)))
        if more["VSS"] is not None:
            out.append(say("Planning for the mean instead costs {vss:,.10g} more on the average (VSS = EEV − RP).", vss=more["VSS"]))  # fmt: skip
        elif mean and more["EEV"] is None:
            left = [(w.name, p.status) for w, p in zip(self.worlds, mean, strict=True) if not p.has_numbers]
            if bad := [name for name, status in left if status == "infeasible"]:
                out.append(say("The sites that suit the mean have no plan in {scenarios}.", scenarios=", ".join(bad)))
            if bad := [name for name, status in left if status != "infeasible"]:
                out.append(say("What the sites that suit the mean cost is not known in {scenarios}.", scenarios=", ".join(bad)))  # fmt: skip
        elif not mean and self.mean_status == "stopped":
            out.append(say("The mean case was stopped before a plan, so what planning for it costs is not known."))
        elif not mean and self.least is None:
            out.append(say("There is no mean case: the scenarios differ in more than figures, or it has no plan."))
        if mean and self.mean_status == "feasible":
            out.append(say("The plan for the mean case is not proved to be its best: EV, EEV and VSS are of the sites that were found."))  # fmt: skip
        if more["EVPI"] is not None:
            out.append(say("To know the scenario beforehand is worth {evpi:,.10g} on the average (EVPI = RP − WS).", evpi=more["EVPI"]))  # fmt: skip
        if more["CVaR"] is not None:
            out.append(say("In the worst {part:.4g} % of cases it comes to {cvar:,.10g} on the average (CVaR).",
                           part=100 * (1 - more["level"]), cvar=more["CVaR"]))  # fmt: skip
        return out

    def _left_out(self) -> list[str]:
        """Scenarios of the case that are not among those that may happen."""
        named = [world.name for world in self.worlds]
        return [name for name in self.worlds[0].prepared.tables.scenarios if name not in named]

    def _of_figures(self, mean: list[Plan]) -> list[str]:
        """What the figures are of, and why some are not told."""
        if self.least is not None:
            return [say("WS, EEV, VSS and EVPI are of the decision without a chance, and are not told.")]
        left = say("VSS and EVPI are of the mean, and are not told where the worst is weighed.")
        of_mean = say("The mean case has the mean of every cell in which scenarios differ.")
        return [*([left] if self.risk.weight else []), *([of_mean] if mean else [])]


def _best(own: Plan, others: list[Plan]) -> Plan:
    """The plan of a scenario alone, or one with a decision for all that comes to less."""
    best = own
    for plan in others:
        if plan.objective is not None and (
            best.objective is None or plan.objective < best.objective - _SAME * max(1.0, abs(best.objective))
        ):
            best = replace(plan, bound=own.bound)
    return best
