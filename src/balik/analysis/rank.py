"""Alternatives judged by several criteria: weights, consistency, ranking, and how far the weights may move."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..api import Case, options_of, prepare, solve
from ..errors import InputError, Problem
from ..judgement import Alternative, Judgement, closeness, first_while, judgement_of, priorities
from ..judgement.ahp import CONSISTENT
from ..plan.plan import Plan
from ..views.terms import status_name
from ..words import Sentence, say
from .compared import compared, is_loose
from .stopping import as_a_whole
from .study import Study, Work, status_among


@as_a_whole()
def rank(case: Case, set: Sequence[str] = (), settings: Mapping[str, Any] | None = None, **options: Any) -> Study:
    """Judge the alternatives of a case by its criteria.

    Weights are given in `criteria`, or come from `comparisons` in pairs (AHP); scores are given in `scores`, come from
    comparisons, or are a quantity of the alternative's plan, which is solved and verified. Alternatives are combinations
    of `switches`, else base and scenarios, else those that rows name. Rows carry `closeness` (TOPSIS), by which they are
    ranked, and `priority` (AHP) where alternatives were compared under every criterion. `more` holds `weights`, a row for
    each criterion, and `comparisons`: how far they are consistent.

    >>> import balik
    >>> [(r["alternative"], round(r["closeness"], 6)) for r in balik.rank("turki-enam-kota").rows]
    [('F3', 0.769633), ('F4', 0.627771), ('F2', 0.360579), ('F1', 0.230367)]
    """
    start = time.perf_counter()
    prepared = prepare(case, None, set, settings)
    if not len(prepared.data["criteria"]):
        advice = say("Add criteria.csv with a row for each: criterion, sense, and weight or rows in comparisons.")
        raise InputError([Problem("E677", say("The case has no table criteria."), advice, file=prepared.tables.name)])
    judgement = judgement_of(prepared.data)
    assert judgement is not None  # its problems were raised above
    plans: dict[str, Plan] = {}
    if any(judgement.criteria[name].quantity for name in judgement.leaves):
        options |= {"gap": compared(options_of(prepared.tables, **options)).gap}
        for a in judgement.alternatives:
            plans[a.name] = solve(case, a.scenario, (*set, *a.sets), settings=settings, **options)
    judged = _Judged(judgement, plans)
    ok = all(plan.verified or not plan.columns for plan in plans.values())
    more = {"weights": judged.weights(), "comparisons": judged.consistency()}
    varied = say("the alternatives, and the weight of each criterion by itself")
    unsaid = say("whether several alternatives together carry what they must: a plan does")
    work = Work.of(varied, [plan.status for plan in plans.values()], start, unsaid)
    return Study("rank", prepared.tables.name, prepared.tables.currency, judged.rows(), judged.findings(), ok, more,
                 status_among(plan.status for plan in plans.values()), work)  # fmt: skip


class _Judged:
    """A judgement with the plans of its alternatives: who can be ranked, and how they stand."""

    def __init__(self, judgement: Judgement, plans: dict[str, Plan]):
        self.judgement, self.plans = judgement, plans
        self.leaves = judgement.leaves
        self.share = {"": 1.0}
        for name in _from_above(judgement):
            self.share[name] = self.share[judgement.criteria[name].under] * self._local(name)
        columns = {name: self._scores(name) for name in self.leaves}
        names = range(len(judgement.alternatives))
        self.kept = [i for i in names if all(math.isfinite(columns[name][i]) for name in self.leaves)]
        self.scores = np.array([[columns[name][i] for name in self.leaves] for i in self.kept])
        self.most = np.array([name in judgement.pairs or judgement.criteria[name].most for name in self.leaves])
        self.weight = np.array([self.share[name] for name in self.leaves])
        ranked = len(self.kept) > 1
        self.close = closeness(self.scores, self.most, self.weight) if ranked else np.full(len(self.kept), np.nan)

    def _local(self, name: str) -> float:
        """The weight of a criterion among those under the same one."""
        judgement, under = self.judgement, self.judgement.criteria[name].under
        parts = judgement.parts(under)
        if under in judgement.pairs:
            return float(priorities(judgement.pairs[under].matrix).weights[parts.index(name)])
        if len(parts) == 1:
            return 1.0
        given = [judgement.criteria[part].weight or 0.0 for part in parts]
        return given[parts.index(name)] / sum(given)

    def _scores(self, name: str) -> list[float]:
        """Scores of all alternatives for one criterion; nan for one whose plan has none."""
        judgement, criterion = self.judgement, self.judgement.criteria[name]
        if criterion.quantity:
            return [_of_plan(self.plans[a.name], criterion.quantity) for a in judgement.alternatives]
        if name in judgement.pairs:
            return [float(w) for w in priorities(judgement.pairs[name].matrix).weights]
        return [judgement.scores[a.name, name] for a in judgement.alternatives]

    @property
    def compared(self) -> bool:
        """Whether alternatives were compared in pairs under every criterion."""
        return all(name in self.judgement.pairs for name in self.leaves)

    def _priority(self) -> np.ndarray:
        """Weights of the ranked alternatives over all criteria (AHP)."""
        among = np.ix_(self.kept, self.kept)
        own = [priorities(self.judgement.pairs[name].matrix[among]).weights for name in self.leaves]
        return np.asarray(self.weight @ np.array(own))

    def rows(self) -> list[dict[str, Any]]:
        """The ranked ones first, best first; then those without a plan."""
        priority = self._priority() if self.compared and self.kept else None
        order = sorted(range(len(self.kept)), key=lambda i: -np.nan_to_num(self.close[i]))
        out = []
        for k in order:
            alike = round(float(self.close[k]), 12)
            place = 1 + sum(round(float(c), 12) > alike for c in self.close)
            own = {"closeness": _number(self.close[k]), "priority": None if priority is None else float(priority[k])}
            scores = dict(zip(self.leaves, self.scores[k].tolist(), strict=True))
            out.append(self._row(self.judgement.alternatives[self.kept[k]], place, own, scores))
        left = [a for i, a in enumerate(self.judgement.alternatives) if i not in self.kept]
        return out + [self._row(a, None, {"closeness": None, "priority": None}, {}) for a in left]

    def _row(
        self, a: Alternative, place: int | None, own: dict[str, float | None], scores: dict[str, float]
    ) -> dict[str, Any]:
        plan = self.plans.get(a.name)
        solved = {"status": plan.status, "cost": plan.cost, "verified": plan.verified} if plan else {}
        return {"alternative": a.name, "rank": place, **own, "scores": scores, **solved, "changes": list(a.sets)}

    def weights(self) -> list[dict[str, Any]]:
        """Every criterion with its weight, and the span of it within which the first stays first."""
        out = []
        for name, criterion in self.judgement.criteria.items():
            row: dict[str, Any] = {"criterion": name, "under": criterion.under, "weight": self.share[name]}
            span = self._span(name)
            if span is not None:
                row |= {"low": span.low, "high": span.high}
                row |= {"below": self._name(span.below), "above": self._name(span.above)}
            out.append(row)
        return out

    def _span(self, name: str) -> Any:
        ranked = name in self.leaves and len(self.kept) > 1 and not np.isnan(self.close).any()
        return first_while(self.scores, self.most, self.weight, self.leaves.index(name)) if ranked else None

    def _name(self, k: int | None) -> str | None:
        return None if k is None else self.judgement.alternatives[self.kept[k]].name

    def consistency(self) -> list[dict[str, Any]]:
        """A row for each judge and criterion; and for all judges together where there are several."""
        out = []
        for under, pairs in self.judgement.pairs.items():
            for k, judge in enumerate(pairs.judges):
                out.append(_consistency(under, judge, pairs.items, pairs.matrices[k], pairs.spots, k))
            if len(pairs.judges) > 1:
                out.append(_consistency(under, None, pairs.items, pairs.matrix, {}, 0))
        return out

    def findings(self) -> list[str]:
        """What is to be said of the ranking."""
        out: list[Sentence] = [_doubt(row) for row in self.consistency() if row["ratio"] > CONSISTENT]
        for a in self.judgement.alternatives:
            if (plan := self.plans.get(a.name)) is not None and not plan.has_numbers:
                out.append(_unranked(a.name, plan.status))
        loose = [a.name for a in self.judgement.alternatives if a.name in self.plans and is_loose(self.plans[a.name])]
        if loose:
            out.append(say("Not proved to be the best, so the ranking may be another: the plans of {names}.", names=", ".join(loose)))  # fmt: skip
        if len(self.kept) == 1:
            out.append(say("Only {a} is left, so there is nothing to rank.", a=self._name(0)))
        elif len(self.kept) > 1 and np.isnan(self.close).any():
            out.append(say("The alternatives score alike, so there is nothing to rank."))
        elif len(self.kept) > 1:
            if len(ahead := [row["alternative"] for row in self.rows() if row["rank"] == 1]) > 1:
                out.append(say("{names} come first alike.", names=", ".join(ahead)))
            out += [s for row in self.weights() if (s := self._stays(row))]
        return list(out)

    def _stays(self, row: dict[str, Any]) -> Sentence | None:
        """How far one weight may move."""
        if "low" not in row:
            return None
        first = self._name(int(np.argmax(self.close)))
        if row["below"] is None and row["above"] is None:
            return say("{first} is first whatever the weight of {c}.", first=first, c=row["criterion"])
        stays = {"first": first, "low": row["low"], "high": row["high"], "c": row["criterion"], "now": row["weight"]}
        if row["below"] is None:
            return say("{first} is first while {c} weighs at most {high:.4f} (now {now:.4f}); above, {above} is.",
                       **stays, above=row["above"])  # fmt: skip
        if row["above"] is None:
            return say("{first} is first while {c} weighs at least {low:.4f} (now {now:.4f}); below, {below} is.",
                       **stays, below=row["below"])  # fmt: skip
        return say(
            "{first} is first while {c} weighs {low:.4f} to {high:.4f} (now {now:.4f}); below, {below} is, above, {above}.",
            **stays, below=row["below"], above=row["above"],
        )  # fmt: skip


def _from_above(judgement: Judgement) -> list[str]:
    """Criteria, each after the one that it is under."""
    out, todo = [], judgement.parts("")
    while todo:
        name = todo.pop(0)
        out.append(name)
        todo += judgement.parts(name)
    return out


def _of_plan(plan: Plan, quantity: str) -> float:
    """A sum of a verified plan; nan where there is none."""
    if not plan.has_numbers:
        return math.nan
    if quantity == "cost":
        return float(plan.cost or 0.0)
    measure = plan.measures.get(quantity)
    if measure is not None:
        return float(measure)
    return math.nan if quantity in plan.measures else float((plan.accounts or {}).get(quantity, 0.0))


def _unranked(a: str, status: str) -> Sentence:
    """Why an alternative without a plan to be shown is not ranked."""
    if status == "stopped":
        return say("The search for a plan of {a} was stopped before one was found, so it is not ranked.", a=a)
    if status in ("infeasible", "unbounded"):
        return say("{a} has no plan ({status}), so it is not ranked.", a=a, status=status_name(status))
    return say("The plan of {a} failed the verifier, so it is not ranked.", a=a)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _consistency(
    under: str, judge: str | None, items: list[str], matrix: np.ndarray, spots: dict[tuple[int, int, int], str], k: int
) -> dict[str, Any]:
    found = priorities(matrix)
    row = {
        "under": under,
        "judge": judge,
        "items": items,
        "weights": found.weights.tolist(),
        "largest": found.largest,
        "index": found.index,
        "ratio": found.ratio,
        "worst": None,
    }
    if found.worst is not None:
        i, j = found.worst
        spot = spots.get((k, i, j), "")
        row["worst"] = {"a": items[i], "b": items[j], "ratio": float(matrix[i, j]), "fits": found.fitting, "spot": spot}
    return row


def _doubt(row: dict[str, Any]) -> Sentence:
    """Comparisons that contradict each other, and which of them fits the others least."""
    worst, under = row["worst"], row["under"] or say("the goal")
    values = {"under": under, "ratio": row["ratio"], "most": CONSISTENT} | {k: worst[k] for k in ("a", "b", "fits")}
    values |= {"said": worst["ratio"]}
    if row["judge"] is None:
        return say(
            "All judges together contradict themselves under {under}: consistency ratio {ratio:.3f}, above {most:.2f}. Least fits {a} over {b} = {said:.4g}; {fits:.4g} would fit.",
            **values,
        )  # fmt: skip
    return say(
        "The comparisons under {under} {judge}contradict each other: consistency ratio {ratio:.3f}, above {most:.2f}. Least fits {a} over {b} = {said:.4g} ({spot}); {fits:.4g} would fit.",
        **values, spot=worst["spot"], judge=say("by {judge} ", judge=row["judge"]) if row["judge"] else "",
    )  # fmt: skip
