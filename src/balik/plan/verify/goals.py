"""Goals: what the plan comes to beside each target, and what the goals of each priority miss, from the tables.

That no plan misses less is what the solver claims; that the document's figures are those of the plan, that bound and
gap fit them, and that no stage misses more than was kept for it, is judged here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...tables import Frame
from ...tables.fits import QUANTITY_UNITS
from ...words import Sentence, say
from .bounds import Limit, Value, read_sums, rows_by_name, unknown_word, values_of
from .exact import Number, exactly
from .limits import OF_MATERIALS, Sums
from .verdict import TOLERANCE, Court, kept_verdict, show
from .whereabouts import place_word
from .world import World

#: What a difference of floats may lose, beside what each law forgives.
_LOST = exactly(1) / 10**9


@dataclass(frozen=True)
class Goal:
    """Rows of one name, what they aim at, and what a miss weighs."""

    sum: Limit
    target: Number
    sense: str
    priority: int
    over: Number
    under: Number
    scale: Number

    def missed(self, over: Number, under: Number) -> tuple[Number, Number]:
        """What counts of the deviations."""
        return (0 if self.sense == "at_least" else over), (0 if self.sense == "at_most" else under)


def read_goals(world: World) -> list[Goal]:
    """The table `goals`, by name."""
    frame = world.data["goals"]
    return [_read(world, frame, name, at) for name, at in rows_by_name(frame).items()]


def _read(world: World, frame: Frame, name: str, at: list[int]) -> Goal:
    def said(column: str) -> Number:
        return world.numbers.cell(frame.name, column, next((r for r in at if frame.given[column][r]), at[0]))

    limit, times = read_sums(world, frame, name, at)
    target, scale = said("target") * times, said("scale") * times
    if math.isnan(scale):
        scale = abs(target) or exactly(1)
    sense = next(word for r in at if (word := frame.text["sense"][r]))
    return Goal(limit, target, sense, int(said("priority")), said("weight_over"), said("weight_under"), scale)


#: A goal under one of its labels, what it comes to, and in what that is counted.
_Told = tuple[Goal, str, Value, str | None]


@kept_verdict
def judge_goals(
    sums: Sums,
    everything: Callable[[], Sums],
    said: Mapping[str, Sequence[Any]] | None,
    document: Mapping[str, Any] | None,
    court: Court,
) -> None:
    """The table `goals`, where there is one, and the goals and stages of the document, where it tells of them."""
    found: list[_Told] = []
    for goal in read_goals(sums.world):
        unknown = [r.quantity for r in goal.sum.all_rows if not sums.quantities.known(r.quantity)]
        if unknown:
            court.fault("goals", goal.sum.name, unknown_word(unknown[0], goal.sum))
            continue
        unit = _unit(sums, goal.sum)
        for value in values_of(sums, everything, goal.sum, True)[1]:
            label = ",".join(value.at[d] for d in sorted(value.at))
            if math.isfinite(value.total / value.below):
                found.append((goal, label, value, unit))
            else:
                name = goal.sum.name
                told = say("Goal {name} {label} cannot be judged: a distance or a mass that it needs is unknown.",
                           name=name, label=label)  # fmt: skip
                court.fault("goals", f"goal={name}, {label}", told)
    if said is not None:
        _judge_rows(
            found, [dict(zip(said, cells, strict=True)) for cells in zip(*said.values(), strict=False)], "table", court
        )
    if document is not None and document.get("goals") is not None:
        _judge_rows(found, list(document["goals"]), "document", court)
    if document is not None and document.get("stages") is not None:
        _judge_stages(found, document["stages"], court)


def _unit(sums: Sums, limit: Limit) -> str | None:
    """The unit in which a goal is counted; blank for a ratio of two that are counted alike, None where any will do."""
    name, own = limit.rows[0].quantity, sums.quantities.own
    if limit.over:
        return f"{limit.unit}/{limit.over_unit}" if limit.unit != limit.over_unit else ""
    if limit.unit or name in OF_MATERIALS:
        return limit.unit or None  # without one, it is that of the materials that have a term
    if name in QUANTITY_UNITS:
        return QUANTITY_UNITS[name]
    return own[name].unit or name if name in own else sums.world.data.tables.currency


def _judge_rows(found: list[_Told], said: list[dict[str, Any]], source: str, court: Court) -> None:
    """Every goal has one row, which says what the plan comes to."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in said:
        key = str(row.get("goal") or ""), str(row.get("each") or "")
        if key in rows:
            twice = say("The {source} of goals has a row twice: {key}.", source=place_word(source), key=" ".join(key))
            court.fault("goals", f"goal={key[0]}", twice)
        rows[key] = row
    for told in found:
        _judge_row(*told, rows.pop((told[0].sum.name, told[1]), None), source, court)
    for name, label in rows:
        other = say("The {source} of goals has a row that the case has not: {name} {label}.",
                    source=place_word(source), name=name, label=label)  # fmt: skip
        court.fault("goals", f"goal={name}", other)


def _judge_row(
    goal: Goal, label: str, value: Value, unit: str | None, row: dict[str, Any] | None, source: str, court: Court
) -> None:
    name = goal.sum.name + (f" ({label})" if label else "")
    where = f"{source}, goal={goal.sum.name}" + (f", {label}" if label else "")
    if row is None:
        silent = say("The {source} of goals says nothing of {name}.", source=place_word(source), name=name)
        court.fault("goals", where, silent)
        return
    amount = value.total / value.below
    scale = max(value.scale / abs(value.below), abs(goal.target))
    _same(_figure_of("amount", name), row.get("amount"), amount, scale, where, court)
    _same(_figure_of("target", name), row.get("target"), goal.target, 0, where, court)
    told_amount = _number(row.get("amount"))
    off = exactly(told_amount) - goal.target if math.isfinite(told_amount) else exactly(0)
    for column, right in (("over", max(0, off)), ("under", max(0, -off))):  # of floats, which lose what both have alike
        _same(_figure_of(column, name), row.get(column), right, _LOST * max(abs(amount), abs(goal.target)), where, court)
    _same(_figure_of("priority", name), row.get("priority"), goal.priority, 1.0, where, court)
    away, edge = sum(goal.missed(*(_number(row.get(c)) for c in ("over", "under")))), TOLERANCE * max(1.0, abs(goal.target))
    told = {"sense": goal.sense, "attained": "yes" if away <= edge else "no"}  # by the row's own figures, which fit the plan
    told |= {"unit": unit} if unit is not None and (row.get("unit") or value.scale) else {}
    for column, word in told.items():
        cell = (
            {True: "yes", False: "no"}.get(row[column], "")
            if isinstance(row.get(column), bool)
            else str(row.get(column))
        )
        court.laws += 1
        if cell != word:
            court.laws -= 1
            wrong = say("{source}: {what} is '{cell}', and it is '{word}'.",
                        source=place_word(source), what=_figure_of(column, name), cell=cell, word=word)  # fmt: skip
            court.fault("goals", where, wrong)


def _figure_of(column: str, goal: str) -> Sentence:
    return say("{column} of goal {goal}", column=column, goal=goal)


def _judge_stages(found: list[_Told], said: Sequence[Any], court: Court) -> None:
    """Every priority with a goal that weighs something has a stage, and its figures fit the plan and each other."""
    missed: dict[int, list[Number]] = {}
    sizes: dict[int, Number] = {}
    for goal, _, value, _ in found:
        if sum(goal.missed(goal.over, goal.under)) == 0:
            continue
        amount, p = value.total / value.below, goal.priority
        over, under = goal.missed(max(0, amount - goal.target), max(0, goal.target - amount))
        missed.setdefault(p, []).append((goal.over * over + goal.under * under) / goal.scale)
        size = max(goal.over, goal.under) * value.scale / abs(value.below) / goal.scale
        sizes[p] = max(sizes.get(p, 1.0), size)
    named = [stage.get("priority") for stage in said]
    if named != sorted(missed):
        others = say("plan.json: stages are {named}, the priorities of the goals are {priorities}.",
                     named=named, priorities=sorted(missed))  # fmt: skip
        court.fault("goals", "stages", others)
        return
    for stage in said:
        p = stage["priority"]
        misses, scale, where = sum(missed[p]), sizes[p], f"stage of priority {p}"
        _same(_figure_at("value", where), stage.get("value"), misses, scale, where, court)
        told, bound = (_number(stage.get(k)) for k in ("value", "bound"))
        _same(_figure_at("gap", where), stage.get("gap"), max(0.0, told - bound) / max(1.0, told), 1.0, where, court)
        for word, most in (("bound", misses), ("kept", None)):
            edge = _number(stage.get(word))
            if word == "kept" and stage.get(word) is None:
                continue  # the stage was not solved
            low, high = (edge, most) if most is not None else (misses, edge)
            sentence = say("plan.json: the {where} misses {missed}, and its {word} is {edge}.",
                           where=place_word(where), missed=show(misses), word=word, edge=show(edge))  # fmt: skip
            if math.isfinite(edge):
                court.number("most", "goals", low, high, scale, where, sentence)
            else:
                court.fault("goals", where, sentence)


def _figure_at(key: str, stage: str) -> Sentence:
    return say("{key} of the {stage}", key=key, stage=place_word(stage))


def _same(what: Sentence, cell: Any, right: Number, scale: Number, where: str, court: Court) -> None:
    said = _number(cell)
    sentence = say("{what} is {said}, the plan as written gives {right}.", what=what, said=show(said), right=show(right))
    if math.isfinite(said):
        court.number("equal", "goals", said, right, scale, where, sentence)
    else:
        court.fault("goals", where, sentence)


def _number(cell: Any) -> float:
    """A number of a cell; nan where it is none."""
    try:
        return float(cell) if cell not in (None, "") and not isinstance(cell, bool) else math.nan
    except (TypeError, ValueError):
        return math.nan
