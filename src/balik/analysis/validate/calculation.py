"""Round 4: the calculation. The plan before an independent judge, parts of it solved anew, and the error that remains."""

from __future__ import annotations

from ...plan.verify import TOLERANCE, Verdict, judge
from ...plan.verify.told import law_word
from ...plan.verify.whereabouts import place_word
from ...words import NOTHING, plain, say, sentences
from ..told import figure
from .bench import STOPPED, Bench
from .record import Round, Trial
from .twin import parts_of

#: Units of laws of which no more can be said than the number.
_NAMELESS = ("a count", "a share", "quantity", "that of the figure")


def calculation_round(bench: Bench) -> Round:
    """The plan, judged and calculated again."""
    title = say("Verification of the calculation")
    if bench.plan.status == "stopped":
        return Round(4, title, [Trial(say("A plan"), STOPPED)])
    if not bench.plan.has_numbers or bench.x is None:
        told = say("no plan exists") if bench.plan.status == "infeasible" else say("no verified plan")
        return Round(4, title, [Trial(say("A plan"), say("a plan exists and is verified"), told, False)])
    columns = {k: v for k, v in bench.plan.columns.items() if k != "prices"}
    verdict = judge(bench.prepared.data, columns, bench.plan.document())
    trials = [
        _judged(bench, verdict),
        numerical_error(verdict),
        _recalculated(bench),
        _proved(bench),
        error_bound(bench),
    ]
    return Round(4, title, trials)


def _judged(bench: Bench, verdict: Verdict) -> Trial:
    """The twin: the laws and the bill computed from the tables by code that shares nothing with the model."""
    cost = bench.plan.cost or 0.0
    off = abs((verdict.cost or 0.0) - cost)
    told = say("{laws} laws, {broken} broken; cost {theirs} by the judge, {ours} by the plan", laws=figure(verdict.laws),
               broken=figure(len(verdict.broken)), theirs=figure(verdict.cost), ours=figure(cost))  # fmt: skip
    expected = say("every law holds, and the cost computed from the tables and the plan alone is the same")
    return Trial(say("An independent judge"), expected, told, verdict.ok and off <= 1e-6 * max(1.0, abs(cost)))


def _recalculated(bench: Bench) -> Trial:
    """The program in fractions, or parts of it, solved by other code."""
    name = say("An independent calculation")
    assert bench.x is not None
    if bench.has("goals"):
        return Trial(name, say("not applicable, because the objective is a goal"))
    arrays = bench.prepared.model.program.arrays()
    parts = parts_of(arrays, bench.x)
    if not parts:
        return Trial(name, say("not applicable, because no part of the program is small enough to be enumerated"))
    gain = max(part.gain for part in parts)
    if bench.base.is_open and bench.slack < gain <= bench.slack + bench.base.width:
        return Trial(name, STOPPED)  # the plan is not said to be the best, and is not
    slack = bench.slack + bench.base.width
    if len(parts) == 1 and parts[0].columns == len(arrays.cost):
        whole = parts[0]
        expected = say(
            "the whole program ({columns} decisions, {rows} rows) in fractions comes to the same",
            columns=figure(whole.columns),
            rows=figure(whole.rows),
        )
        told = say(
            "{least} in fractions, {planned} in the plan",
            least=figure(whole.least + arrays.offset),
            planned=figure(whole.planned + arrays.offset),
        )
        return Trial(name, expected, told, abs(gain) <= slack)
    expected = say(
        "{parts} parts of the program, solved by other code with their whole numbers enumerated, are nowhere cheaper than in the plan",
        parts=figure(len(parts)),
    )
    told = say("{columns} decisions and {settings} settings of whole numbers; cheaper by at most {gain}", columns=figure(sum(p.columns for p in parts)),
               settings=figure(sum(p.settings for p in parts)), gain=figure(max(0.0, gain), 3))  # fmt: skip
    return Trial(name, expected, told, gain <= slack)


def _proved(bench: Bench) -> Trial:
    """The bound that the search proved."""
    gap, plan = bench.plan.gap, bench.plan
    asked = bench.options.gap
    told = say(
        "objective {value}, bound {bound}, gap {gap}",
        value=figure(plan.objective),
        bound=figure(plan.bound),
        gap=figure(gap),
    )
    if plan.status != "optimal":
        return Trial(
            say("Optimality"),
            say("within {gap} of the engine's bound, or said to be unproved", gap=figure(asked)),
            told,
            plan.status == "feasible",
        )
    return Trial(
        say("Optimality"),
        say("within {gap} of the engine's bound", gap=figure(asked)),
        told,
        gap is not None and gap <= asked * (1 + 1e-9),
    )


def error_bound(bench: Bench) -> Trial:
    """How much of the bound is shown without the search: by prices, or a certificate, every rounding counted."""
    name, proof = say("Numerical error bound"), bench.plan.facts["proof"] or {}
    if proof.get("bound") is None:
        return Trial(name, say("not applicable, because nothing shows the bound beside the search"))
    value = {"bound": figure(proof["bound"]), "value": figure(bench.plan.objective),
             "error": figure(max(0.0, (bench.plan.objective or 0.0) - proof["bound"]), 3)}  # fmt: skip
    if bench.base.is_open and proof["how"] not in ("root", "part"):
        return Trial(name, STOPPED)
    if proof["how"] in ("root", "part"):
        expected = say("the prices of the relaxation, every rounding counted against them, are not above the plan")
        told = say(
            "no plan comes to less than {bound}, the plan to {value}; what lies between, {error}, the search claims",
            **value,
        )
        return Trial(name, expected, told, proof["gap"] >= 0)
    expected = say("prices or a certificate, every rounding counted against them, come to the objective from below")
    told = say("no plan comes to less than {bound}, the plan to {value}: it is off by at most {error}", **value)
    return Trial(name, expected, told, 0 <= proof["gap"] <= max(bench.options.gap, 1e-6) * (1 + 1e-9))


def numerical_error(verdict: Verdict) -> Trial:
    """By how much rounding breaks any law, in the judge's fractions, from the tables and the plan as it is written."""
    expected = say(
        "every law, added up in exact fractions from the tables and the plan as written, is missed by at most {tolerance} of its largest term",
        tolerance=figure(TOLERANCE),
    )
    laws = figure(sum(r.laws for r in verdict.residuals.values()))
    if verdict.largest is None:
        told = say("all {laws} laws that compare amounts hold to the last digit", laws=laws)
    else:
        law, most = verdict.largest
        unit = say("trips") if most.unit == "trips" else NOTHING if most.unit in _NAMELESS else plain(most.unit)
        told = say("of {laws} laws that compare amounts none is missed by more than {amount}, {law} at {where}", laws=laws,
                   amount=sentences(figure(float(most.by), 3), unit), law=law_word(law), where=place_word(most.where))  # fmt: skip
    return Trial(say("Numerical error"), expected, told, verdict.ok)
