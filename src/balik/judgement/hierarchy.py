"""The tables `criteria`, `comparisons`, `scores` and `switches` as one record; every row that cannot be is noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from ..errors import did_you_mean
from ..network.limits import MEASURES
from ..network.own import own_measures
from ..tables import Data
from ..tables.frame import ACCOUNTS
from ..words import say
from .ahp import together

#: Scenarios and the base, as alternatives.
BASE = "base"
#: So many combinations of options are as many as anybody reads.
MOST_ALTERNATIVES = 1_000
_SAME = 1e-6


@dataclass(frozen=True)
class Criterion:
    """One criterion: the one that it is part of ("": the goal), which end is best, where its scores come from."""

    name: str
    under: str
    most: bool
    weight: float | None
    quantity: str
    row: int


@dataclass(frozen=True)
class Alternative:
    """A name; the scenario and the changes that make its plan."""

    name: str
    scenario: str | None = None
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """What was compared under one criterion: n items, one n × n matrix for each of the judges."""

    items: list[str]
    judges: list[str]
    matrices: np.ndarray
    spots: dict[tuple[int, int, int], str] = field(repr=False)  # judge, i < j: where it is written

    @property
    def matrix(self) -> np.ndarray:
        """All judges together."""
        return together(self.matrices)


@dataclass(frozen=True)
class Judgement:
    """What is judged, by which criteria, and what was said of them."""

    criteria: dict[str, Criterion]
    pairs: dict[str, Pairs]  # by criterion, "": of the goal
    scores: dict[tuple[str, str], float]  # (alternative, criterion)
    alternatives: list[Alternative]
    planned: bool  # whether alternatives are plans of the case

    def parts(self, name: str) -> list[str]:
        """The criteria right under one ("": under the goal)."""
        return [c.name for c in self.criteria.values() if c.under == name]

    @property
    def leaves(self) -> list[str]:
        """Criteria by which alternatives are scored."""
        return [name for name in self.criteria if not self.parts(name)]


def judgement_of(data: Data) -> Judgement | None:
    """The judgement that the case asks for; None without criteria, or where problems were noted."""
    before = len(data.problems.errors)
    criteria = _criteria(data)
    alternatives, planned = _alternatives(data, criteria)
    judgement = Judgement(criteria, {}, {}, alternatives, planned)
    _scores(data, judgement)
    _comparisons(data, judgement)
    if not criteria or len(data.problems.errors) > before or not data.sound("criteria", "comparisons", "scores"):
        return None
    _check_weights(data, judgement)
    _check_scores(data, judgement)
    return judgement if len(data.problems.errors) == before else None


# -- criteria ----------------------------------------------------------------------------------------------------


def _criteria(data: Data) -> dict[str, Criterion]:
    frame, found = data["criteria"], dict[str, Criterion]()
    for row in np.flatnonzero(frame.keyed).tolist():
        name, under = frame.text["criterion"][row], frame.text["under"][row]
        if name in found:
            said = say("'{label}' stands twice: also at {spot}.", label=name, spot=frame.spot(found[name].row))
            data.problems.add("E202", said, say("Keep one row."), **frame.where(row, "criterion"))
            continue
        weight = float(frame.number["weight"][row]) if frame.given["weight"][row] else None
        most = frame.text["sense"][row] == "most"
        found[name] = Criterion(name, under, most, weight, frame.text["quantity"][row], row)
    for c in found.values():
        if c.quantity and c.quantity not in (known := _quantities(data)):
            said = say("'{label}' is no sum of a plan.", label=c.quantity)
            near = did_you_mean(c.quantity, known) or say("Known: {words}", words=", ".join(known))
            data.problems.add("E201", said, near, **frame.where(c.row, "quantity"))
        if c.under and c.under not in found:
            said = say("'{label}' is not a criterion.", label=c.under)
            advice = did_you_mean(c.under, found) or say("Criteria are listed in the table criteria.")
            data.problems.add("E201", said, advice, **frame.where(c.row, "under"))
        elif _in_circle(found, c.name):
            said = say("'{label}' is part of itself.", label=c.name)
            data.problems.add("E670", said, say("Let one of the circle be under the goal: blank."), **frame.where(c.row, "under"))  # fmt: skip
    return found


def _in_circle(criteria: dict[str, Criterion], name: str) -> bool:
    at, steps = criteria[name].under, 0
    while at in criteria and at != name and steps <= len(criteria):
        at, steps = criteria[at].under, steps + 1
    return at == name


# -- alternatives ------------------------------------------------------------------------------------------------


def _alternatives(data: Data, criteria: dict[str, Criterion]) -> tuple[list[Alternative], bool]:
    """Combinations of options; else, where a criterion asks plans, base and scenarios; else what rows name."""
    if len(data["switches"]):
        return _combinations(data), True
    if any(c.quantity for c in criteria.values()):
        return [Alternative(BASE), *(Alternative(s, s) for s in data.labels["scenario"])], True
    names = dict.fromkeys(data["scores"].text["alternative"]) if len(data["scores"]) else {}
    frame = data["comparisons"]
    for row in np.flatnonzero(frame.keyed).tolist():
        under = frame.text["under"][row]
        if under in criteria and not any(c.under == under for c in criteria.values()):
            names |= dict.fromkeys((frame.text["a"][row], frame.text["b"][row]))
    return [Alternative(name) for name in names if name], False


def _combinations(data: Data) -> list[Alternative]:
    """One option of each switch, in the order in which they stand."""
    frame = data["switches"]
    options: dict[str, dict[str, list[str]]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        switch, option, table, column, where, op, value = (frame.text[c][row] for c in frame.schema.columns)
        sets = options.setdefault(switch, {}).setdefault(option, [])
        if not table and not column and not value:
            continue
        if not (table and column and value):
            found = say("A change needs a table, a column and a value.")
            data.problems.add("E140", found, say("Fill the three, or leave them blank for no change."), **frame.where(row, "table"))  # fmt: skip
            continue
        sets.append(f"{table}.{column}{_brackets(where)} {op} {_quoted(value) if ' ' in value else value}")
    count = int(np.prod([len(of) for of in options.values()], dtype=float))
    if count > MOST_ALTERNATIVES:
        found = say("The switches have {count:,} combinations.", count=count)
        advice = say("At most {most:,} alternatives are judged: leave switches out.", most=MOST_ALTERNATIVES)
        data.problems.add("E671", found, advice, **data.tables.where("switches"))
        return []
    return [
        Alternative(" + ".join(option for option, _ in chosen), None, tuple(s for _, sets in chosen for s in sets))
        for chosen in product(*(list(of.items()) for of in options.values()))
    ]


def _brackets(where: str) -> str:
    """`place=a;material=b`, as a change in a table has it, as --set has it: `[place='a',material='b']`."""
    from ..tables.changes import parse_where

    pairs = parse_where(where, ";") if where else {}
    if pairs is None:
        return f"[{where}]"  # refused where it is applied
    return f"[{','.join(f'{key}={_quoted(value)}' for key, value in pairs.items())}]" if pairs else ""


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _quantities(data: Data) -> list[str]:
    """What the plan of an alternative can be scored by: what its document gives one number of."""
    return ["cost", *ACCOUNTS, *data.labels["account"], *MEASURES, *own_measures(data)]


# -- scores and comparisons --------------------------------------------------------------------------------------


def _scores(data: Data, judgement: Judgement) -> None:
    frame = data["scores"]
    names, leaves = {a.name for a in judgement.alternatives}, judgement.leaves
    for row in np.flatnonzero(frame.ok).tolist():
        key = frame.text["alternative"][row], frame.text["criterion"][row]
        if _known(data, "scores", row, "criterion", leaves) and _known(data, "scores", row, "alternative", names):
            if key in judgement.scores:
                found = say("'{a}' has more than one score for '{b}'.", a=key[0], b=key[1])
                data.problems.add("E202", found, say("Keep one row."), **frame.where(row, "value"))
            judgement.scores[key] = float(frame.number["value"][row])


def _known(data: Data, table: str, row: int, column: str, known: Iterable[str]) -> bool:
    frame, known = data[table], list(known)
    label = frame.text[column][row]
    if label in known:
        return True
    found = say("'{label}' is not judged here.", label=label)
    near = did_you_mean(label, known) or say("Known: {words}", words=", ".join(known[:12]))
    data.problems.add("E201", found, near, **frame.where(row, column))
    return False


def _comparisons(data: Data, judgement: Judgement) -> None:
    frame = data["comparisons"]
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(frame.ok).tolist():
        if not (under := frame.text["under"][row]) or _known(data, "comparisons", row, "under", judgement.criteria):
            rows.setdefault(under, []).append(row)
    for under, mine in rows.items():
        items = judgement.parts(under) or [a.name for a in judgement.alternatives]
        fine = [
            row for row in mine
            if all([_known(data, "comparisons", row, column, items) for column in ("a", "b")])
        ]  # fmt: skip
        if len(fine) == len(mine):
            judgement.pairs[under] = _pairs(data, under, items, mine)


def _pairs(data: Data, under: str, items: list[str], rows: Sequence[int]) -> Pairs:
    """The matrices of all judges; a pair that is missing, stands twice or is of one thing is noted."""
    frame, at = data["comparisons"], {name: i for i, name in enumerate(items)}
    judges = list(dict.fromkeys(frame.text["judge"][row] for row in rows))
    matrices = np.full((len(judges), len(items), len(items)), np.nan)
    matrices[:, range(len(items)), range(len(items))] = 1.0
    spots: dict[tuple[int, int, int], str] = {}
    for row in rows:
        k, i, j = judges.index(frame.text["judge"][row]), at[frame.text["a"][row]], at[frame.text["b"][row]]
        ratio = float(frame.number["ratio"][row])
        if not np.isnan(matrices[k, i, j]) and abs(matrices[k, i, j] / ratio - 1.0) > _SAME:
            said = say("'{a}' over '{b}' is {ratio:g} here, and {other:g} elsewhere.",
                       a=items[i], b=items[j], ratio=ratio, other=matrices[k, i, j])  # fmt: skip
            data.problems.add("E672", said, say("Keep one row for a pair."), **frame.where(row, "ratio"))
        matrices[k, i, j], matrices[k, j, i] = ratio, 1.0 / ratio
        spots[k, min(i, j), max(i, j)] = frame.spot(row)
    for k, i, j in np.argwhere(np.isnan(np.triu(matrices))).tolist():
        judge = say("by {judge} ", judge=judges[k]) if judges[k] else ""
        said = say("'{a}' and '{b}' are not compared {judge}under {under}.",
                   a=items[i], b=items[j], judge=judge, under=under or say("the goal"))  # fmt: skip
        advice = say("Add a row of both to comparisons.")
        data.problems.add("E673", said, advice, **data.tables.where("comparisons"))
    return Pairs(items, judges, matrices, spots)


# -- whether all is there ----------------------------------------------------------------------------------------


def _check_weights(data: Data, judgement: Judgement) -> None:
    """The parts of every criterion have weights: given, or from comparisons, not both and not neither."""
    frame = data["criteria"]
    for under in ("", *judgement.criteria):
        parts = [judgement.criteria[name] for name in judgement.parts(under)]
        given = [c for c in parts if c.weight is not None]
        advice = say("Fill weight in all rows under one criterion, or compare them in pairs in the table comparisons.")
        if under in judgement.pairs and given:
            said = say("'{label}' has a weight, and is compared too.", label=given[0].name)
            data.problems.add("E674", said, advice, **frame.where(given[0].row, "weight"))
        elif len(parts) > 1 and under not in judgement.pairs and len(given) < len(parts):
            lacks = next(c for c in parts if c.weight is None)
            said = say("'{label}' has no weight, and is not compared.", label=lacks.name)
            data.problems.add("E674", said, advice, **frame.where(lacks.row, "weight"))
        elif given and not sum(c.weight or 0.0 for c in given) > 0:
            said = say("The weights under one criterion are all 0.")
            data.problems.add("E674", said, advice, **frame.where(given[0].row, "weight"))


def _check_scores(data: Data, judgement: Judgement) -> None:
    """Every alternative has a score for every criterion without parts, from one source."""
    frame = data["criteria"]
    if len(judgement.alternatives) < 2:
        said = say("There are fewer than two alternatives.")
        advice = say("Name them in scores or comparisons, add scenarios, or make options of switches.")
        data.problems.add("E675", said, advice, **data.tables.where("criteria"))
    for name in judgement.leaves:
        scored = [a.name for a in judgement.alternatives if (a.name, name) in judgement.scores]
        sources = [bool(judgement.criteria[name].quantity), bool(scored), name in judgement.pairs]
        where = frame.where(judgement.criteria[name].row, "criterion")
        if sum(sources) > 1:
            said = say("'{label}' has scores from more than one source.", label=name)
            data.problems.add("E676", said, say("Keep one: quantity, scores or comparisons."), **where)
        elif not any(sources):
            said = say("'{label}' has no scores.", label=name)
            data.problems.add("E676", said, say("Fill quantity, add rows to scores, or compare alternatives under it."), **where)  # fmt: skip
        elif scored and len(scored) < len(judgement.alternatives):
            lacks = next(a.name for a in judgement.alternatives if a.name not in scored)
            said = say("'{a}' has no score for '{b}'.", a=lacks, b=name)
            data.problems.add("E676", said, say("Add a row to scores."), **where)
    for c in judgement.criteria.values():
        if c.quantity and judgement.parts(c.name):
            said = say("'{label}' has parts, so its quantity is not used.", label=c.name)
            data.problems.add("E676", said, say("Leave quantity blank."), **frame.where(c.row, "quantity"))
