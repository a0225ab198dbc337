"""Repairs: the least changes of one cell, of the cells of a column, or of cells of several columns, each solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...engines.elastic import Unanswered
from ...errors import BalikError
from ...plan.plan import Plan
from ...words import Figure, Sentence, say
from ..repair import NOT_ALONE, STOPPED, UNSOLVED, plain, repair
from ..today import mend_baseline
from .conflict import Conflict, smallest
from .facts import Fact
from .lab import Lab, cell_of_limit
from .least import can_give, is_mended, least_factor, least_of_limit, least_together, rounded, stepped
from .prices import is_about_money, prices_of
from .sentences import amount, label, says, spot

#: Cells of one column up to which each is mended by itself; and cells of a conflict up to which each is tried.
_ALONE, _TRIED = 3, 60
#: Prices of a column, the largest ones, whose least change is sought; those that change least are told.
_PRICES = 8
#: Cells that a repair may change and still be told.
_CELLS = 40
#: Seconds at most for the least total change of several cells.
_SECONDS = 10.0


@dataclass
class Repairs:
    """What mends it, what does not alone, and what is not known."""

    lab: Lab
    facts: Sequence[Fact]  # every fact of the case
    rows: list[dict[str, Any]] = field(default_factory=list)
    moved: list[Fact] = field(default_factory=list)  # those that gave way in the last least total change

    def all(self, found: Sequence[Conflict]) -> list[dict[str, Any]]:
        """Repairs of these conflicts: those that mend first, the smaller change before the larger."""
        facts = [fact for conflict in found for fact in conflict.facts]
        if not all(fact.is_limit for fact in facts):  # what is wanted of the limits alone is not blamed on the world
            facts += [fact for conflict in found for fact in conflict.given]
        columns: dict[tuple[str, int], list[Fact]] = {}
        for fact in facts:
            columns.setdefault(_column(fact), []).append(fact)
        for group in columns.values():
            self.column(group)
        self.limits(facts)
        for wider in (facts, self.facts):
            soft = [fact for fact in wider if can_give(self.lab, fact)]
            if not self.mends("") and len(soft) > 1:
                if self.together(soft):
                    self.otherwise(soft)
        if not self.mends(""):
            self.mixed(self.fewest(facts) if self.alone(*facts) else self.needed())
        if any(is_about_money(self.lab.prepared, fact) for fact in facts):
            for prices in prices_of(self.lab.prepared):
                self.prices(prices)
        return sorted(self.rows, key=lambda row: (not row["mends"], row.pop("size")))

    def limits(self, facts: Sequence[Fact]) -> None:
        """Several limits of the case together, where one of the conflict's does not do because another is met next."""
        every = [fact for fact in self.facts if fact.is_limit and can_give(self.lab, fact)]
        if len(every) > 1 and any(fact.is_limit for fact in facts) and not self.mends("limits") and self.alone(*every):
            self.together(self.fewest(every))

    def column(self, facts: Sequence[Fact]) -> None:
        """Repairs by cells of one column: one by one where they are few, else together; by others of it where these fail."""
        kind = facts[0].kind
        if kind.table == "baseline":
            self.today()
            return
        answers = {fact: self.alone(fact) for fact in facts[:_TRIED]}
        alone = sorted(
            (fact for fact in answers if answers[fact] is not False), key=lambda fact: -np.nan_to_num(fact.value)
        )
        every = [] if kind.table == "limits" else [fact for fact in self.facts if fact.kind is kind]
        soft = all(can_give(self.lab, fact) for fact in every)
        few = len(facts) <= _ALONE
        if few or not soft:
            for fact in alone[:_ALONE]:
                self.single(fact)
        wider = facts if alone else every
        if len(wider) > 1 and not (few and alone):
            if soft and not self.together(wider):
                for fact in alone[:_ALONE]:
                    self.single(fact)
            self.uniform(every)
            if not soft and not self.mends(kind.name):
                self.every(wider)
        if few or not self.mends(kind.name):
            self.unknown([fact for fact in answers if answers[fact] is False], NOT_ALONE)

    def prices(self, facts: Sequence[Fact]) -> None:
        """Repairs by the prices of one column: by one of them, where that does, and by all of them alike."""
        kind = facts[0].kind
        try:
            if kind.gives == "down" and not is_mended(self.lab, *map(self.blank, facts)):
                self.unknown(facts, NOT_ALONE)
                return
            alone = facts[:_TRIED]
            if kind.gives == "down":
                alone = [fact for fact in alone if len(facts) == 1 or is_mended(self.lab, self.blank(fact))]
            found = [(fact, target) for fact in alone[:_PRICES] if (target := stepped(self.lab, fact)) is not None]
        except (Unanswered, BalikError):
            self.unknown(facts, STOPPED)
            return
        for fact, target in sorted(found, key=lambda one: _relative(*one))[:_ALONE]:
            self.changed([(fact, target)])
        if len(facts) > 1:
            self.uniform(facts)

    def mends(self, name: str) -> bool:
        """Whether a repair by this column was found."""
        return any(row["mends"] and row["change"].startswith(name) for row in self.rows)

    def alone(self, *facts: Fact) -> bool | None:
        """Whether a plan appears when only these facts say nothing; None: that is not known."""
        try:
            return self.lab.has_plan(facts)
        except (Unanswered, BalikError):
            return None

    def single(self, fact: Fact) -> None:
        """The least change of one cell."""
        if fact.kind.gives == "off":
            self.given_up([fact])
            return
        try:
            if can_give(self.lab, fact):
                targets, proved = least_together(self.lab, [fact]) or ([], True)
            else:
                target = least_of_limit(self.lab, fact) if fact.is_limit else stepped(self.lab, fact)
                targets, proved = [(fact, target)] if target is not None else [], True
        except (Unanswered, BalikError):
            self.unknown([fact], STOPPED)
            return
        if targets:
            self.changed(targets, proved)
        else:
            self.given_up([fact])

    def together(self, facts: Sequence[Fact]) -> bool:
        """The least total change of several numbers, each relative to itself; whether it is known."""
        try:
            found = least_together(self.lab.hurried(_SECONDS), facts)
            if (
                found and not found[1] and len(found[0]) > 1
            ):  # by fewer of them, where the search for the least was stopped
                found = least_together(self.lab.hurried(_SECONDS), self.fewer(found[0])) or found
        except (Unanswered, BalikError):
            return False
        self.moved = [fact for fact, _ in found[0]] if found else []
        if found and 0 < len(found[0]) <= _CELLS:
            self.changed(*found)
        return True

    def otherwise(self, facts: Sequence[Fact]) -> None:
        """Other least changes of several numbers: each without one of the columns, or limits, that gave way in the first."""
        for column in list(dict.fromkeys(map(_column, self.moved)))[:_ALONE]:
            rest = [fact for fact in facts if _column(fact) != column]
            if self.alone(*rest) is True:
                self.together(rest)

    def mixed(self, facts: Sequence[Fact]) -> None:
        """What cannot give a little given up, and with it the least total change of the numbers among these facts."""
        soft = [fact for fact in facts if can_give(self.lab, fact)]
        off = [fact for fact in facts if fact not in soft]
        try:
            found = least_together(self.lab.hurried(_SECONDS), soft, off) if soft else None
        except (Unanswered, BalikError):
            found = None
        if found and found[0]:
            self.changed(*found, beside=off)
        else:
            self.given_up(facts)

    def needed(self) -> list[Fact]:
        """All numbers of the case that can give a little, and beside them the fewest facts that cannot."""
        soft = [fact for fact in self.facts if can_give(self.lab, fact)]
        off = [fact for fact in self.facts if fact not in soft]
        others = smallest(off, lambda kept: self.alone(*soft, *kept) is True) if self.alone(*soft, *off) else []
        return [*soft, *others]

    def fewer(self, targets: Sequence[tuple[Fact, float]]) -> list[Fact]:
        """Those of these facts without which no plan exists, the least changed left out first."""
        value = dict(targets)
        return self.fewest(sorted(value, key=lambda fact: _relative(fact, value[fact])))

    def fewest(self, facts: Sequence[Fact]) -> list[Fact]:
        """Facts that, taken away, make a plan possible, and of which none can stay; earlier ones stay if they can."""
        kept = list(facts)
        for fact in facts:
            rest = [other for other in kept if other is not fact]
            if rest and self.alone(*rest) is True:
                kept = rest
        return kept

    def uniform(self, facts: Sequence[Fact]) -> None:
        """One factor on every cell of a column, where all its cells hold numbers."""
        kind = facts[0].kind
        if kind.gives == "off" or len(facts) != len(self.lab.prepared.data[kind.table]):
            return
        try:
            factor = least_factor(self.lab, kind.name, kind.gives == "up")
        except Unanswered:
            return
        change = f"{kind.name} *= {factor:g}" if factor is not None else ""
        plan = self.lab.solved([change]) if factor else None
        if plan is None or not plan.has_numbers or factor is None:
            return
        told = say(
            "{means} ({column}): × {factor} in every row",
            means=kind.means,
            column=kind.name,
            factor=Figure(f"{factor:g}"),
        )
        self.row(kind.name, [change], plan, told, size=abs(factor - 1) * len(facts))

    def changed(self, targets: Sequence[tuple[Fact, float]], least: bool = True, beside: Sequence[Fact] = ()) -> None:
        """These cells rounded to the safe side, and where that does not do less and less round; solved again."""
        tries = [
            rounded(self.lab, fact, target) if fact.kind.variable or fact.is_limit else [target]
            for fact, target in targets
        ]
        changes: list[str] = []
        for attempt in range(max(map(len, tries))):
            values = [t[min(attempt, len(t) - 1)] for t in tries]
            pairs = [(f, x) for (f, _), x in zip(targets, values, strict=True) if x != f.value]
            changes = [*(f"{self.cell(f)} = {plain(x)}" for f, x in pairs), *(self.blank(f) for f in beside)]
            plan = self.lab.solved(changes) if pairs else None
            if plan is not None and plan.has_numbers:
                self.wrote(pairs, changes, plan, least, beside)
                return
        self.unknown([fact for fact, _ in targets], UNSOLVED, changes)

    def wrote(
        self, pairs: Sequence[tuple[Fact, float]], changes: list[str], plan: Plan, least: bool, beside: Sequence[Fact]
    ) -> None:
        """A repair that writes other numbers into cells."""
        p = self.lab.prepared
        told = [
            say("{sentence} instead of {old}", sentence=says(p, fact, value), old=amount(p, fact, fact.value))
            for fact, value in pairs
        ]
        told += [say("given up: {sentence}", sentence=says(p, fact)) for fact in beside]
        one = pairs[0] if len(pairs) == 1 and not beside else None
        size = sum(_relative(fact, value) for fact, value in pairs)
        kinds = {fact.kind.name for fact in [*(fact for fact, _ in pairs), *beside]}
        what = label(p, one[0]) if one and one[0].is_limit else " and ".join(sorted(kinds))
        by = sum(value - fact.value for fact, value in pairs) if len(kinds) == 1 else None
        old, new = (one[0].value, one[1]) if one else (None, None)
        spots = "; ".join(spot(p, fact) for fact, _ in pairs) if one is None else ""
        self.row(what, changes, plan, *told, size=size, least=least, by=by, old=old, new=new, spots=spots)

    def given_up(self, facts: Sequence[Fact]) -> None:
        """What cells say taken away."""
        changes = [self.blank(fact) for fact in facts]
        plan = self.lab.solved(changes)
        if plan is None or not plan.has_numbers:
            self.unknown(facts, NOT_ALONE if plan is not None and plan.status == "infeasible" else UNSOLVED)
            return
        told = [say("given up: {sentence}", sentence=says(self.lab.prepared, fact)) for fact in facts]
        self.row(facts[0].kind.name, changes, plan, *told, size=10.0 * len(facts))

    def every(self, facts: Sequence[Fact]) -> None:
        """All of these cells given up, where none of them alone would do or they cannot give a little."""
        try:
            if self.lab.has_plan(facts):
                self.given_up(facts)
        except (Unanswered, BalikError):
            self.unknown(facts, STOPPED)

    def today(self) -> None:
        """The rows of today's flows that must change."""
        lab = self.lab
        fixed = {**(lab.settings or {}).get("solve", {}), "fix": None}
        free = {**(lab.settings or {}), "solve": fixed}

        def not_fixed(changes: Sequence[str]) -> Any:
            return Lab(lab.case, lab.scenario, lab.sets, free, lab.prepared, lab.options).again(changes)

        for row in mend_baseline(lab.prepared, not_fixed, lab.solved, lab.options):
            told = say("today's flows: {spots}", spots=row["spots"]) if row["mends"] else say("today's flows")
            changes = row["change"].split("; ") if row["mends"] else []
            self.rows.append(row | {"changes": changes, "least": True, "size": 0.0, "told": [told]})

    # -- as rows -------------------------------------------------------------------------------------------------

    def cell(self, fact: Fact) -> str:
        """The cell as a change names it; without its keys where it is the only row."""
        if fact.is_limit:
            return cell_of_limit(self.lab, fact)
        frame = self.lab.prepared.data[fact.kind.table]
        return fact.kind.name if len(frame) == 1 and fact.kind.gives == "off" else self.lab.cell(fact)

    def blank(self, fact: Fact) -> str:
        """The change that takes away what a cell says."""
        return f"{self.cell(fact)} = {fact.kind.blank}"

    def row(
        self,
        what: str,
        changes: list[str],
        plan: Plan,
        *told: Sentence,
        size: float,
        least: bool = True,
        **numbers: Any,
    ) -> None:
        """One repair that mends; told once."""
        if any(known["mends"] and known["changes"] == changes for known in self.rows):
            return
        row = repair(what, "; ".join(changes), plan, **numbers)
        self.rows.append(row | {"changes": changes, "least": least, "size": size, "told": list(told)})

    def unknown(self, facts: Sequence[Fact], why: str, changes: Sequence[str] = ()) -> None:
        """What is not known to do, or does not; nothing where there are no facts."""
        if not facts:
            return
        p = self.lab.prepared
        what = label(p, facts[0]) if facts[0].is_limit else facts[0].kind.name
        row = repair(what, "; ".join(changes) or what, None, why)
        self.rows.append(
            row | {"changes": [*changes], "least": False, "size": np.inf, "told": [says(p, f) for f in facts]}
        )


def _relative(fact: Fact, value: float) -> float:
    """The change of a number, relative to itself."""
    return abs(value - fact.value) / (abs(fact.value) or 1.0)


def _column(fact: Fact) -> tuple[str, int]:
    """The column of a fact; a limit is one by itself."""
    return fact.kind.name, fact.at[0] if fact.is_limit else -1
