"""A plan explained in short: which rows bind and what one more is worth, what was forced, what has no influence."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from ...api import Prepared
from ...engines import Options, Result
from ...plan.plan import Plan
from ...views.terms import currency_name, status_name
from ...words import Sentence, say, sentences
from ..compared import is_loose
from ..study import Study
from ..told import figure, unit_word
from .asking import Asking, OutOfTime, Stopped, cost_of, margin
from .binding import Binding
from .cells import Cell
from .forced import NearBest, only_ways, open_by_status
from .goals import missed_goals
from .idle import TenPercent, out_of_reach, told_before
from .money import money_of
from .telling import not_known, shortened
from .worth import Piece, Worth

#: So many binding cells are told, and at most so many asked about; the next ones are named.
_ROWS, _ASKED = 8, 16
#: So many of those that cannot move are named.
_RIGID = 4
#: Shares of the time: binding rows may take this much, then forced decisions, then inputs.
_SHARES = (0.5, 0.75, 1.0)


def ask_plan(prepared: Prepared, options: Options, plan: Plan, now: Result, seconds: float) -> Study:
    """What follows from what in this plan; `now`: the result that it was read from."""
    return _Overview(prepared, options, plan, now, seconds).study()


#: A binding cell, and what more and what less of it does.
_Asked = tuple[Worth, list[Piece | None]]


class _Overview:
    def __init__(self, prepared: Prepared, options: Options, plan: Plan, now: Result, seconds: float):
        self.prepared, self.plan, self.now = prepared, plan, now
        self.asking = Asking(options, seconds)
        self.start, self.seconds = time.monotonic(), seconds
        self.rows: list[dict[str, Any]] = []
        self.said: list[Sentence] = []

    def study(self) -> Study:
        plan, currency = self.plan, self.plan.currency
        values = {"cost": figure(plan.cost), "currency": currency_name(currency)}
        goals = bool(self.prepared.network.goals.limits)
        best = self.is_best(plan, self.now)
        self.said.append(
            say("A plan exists ({status}, cost {cost} {currency}).", status=status_name(plan.status), **values)
            if best
            else say("A plan exists (not proved to be the best, cost {cost} {currency}).", **values)
        )
        if best or self.finds_best():
            self.used_up()
            (self.by_goals if goals else self.ask)()
        else:
            self.before()
        return Study("explain", plan.case, currency, self.rows, list(self.said), True, {"cost": self.plan.cost})

    def ask(self) -> None:
        """What binds, what was forced and what has no influence, each in its share of the time."""
        begun = self.asking.solves
        for share, part in zip(_SHARES, (self.binding, self.forced, self.idle), strict=True):
            self.asking.until = self.start + share * self.seconds
            try:
                part()
            except OutOfTime:
                pass  # each part says what it did not ask
            except Stopped:
                self.said.append(say("  A search was stopped; what it asked is not known."))
        spent = time.monotonic() - self.start
        self.said.append(
            say("Nothing was asked: the {seconds} s for all questions were over.", seconds=figure(self.seconds))
            if self.asking.solves == begun
            else say("Every figure was solved again ({solves} solves, {spent} s of at most {seconds} s).",
                solves=figure(self.asking.solves), spent=figure(round(spent, 1)), seconds=figure(self.seconds))
        )  # fmt: skip

    def by_goals(self) -> None:
        """What goals leave to tell: they have no one cost."""
        self.said.append(
            say("It is the best of its goals one after the other, so no single cost says what a row is worth.")
        )
        self.goals()
        self.before()

    def is_best(self, plan: Plan, now: Result) -> bool:
        """Whether a plan, and every stage of its goals, is as near to the best as one that is compared must be."""
        return self.asking.proves(now) and not is_loose(plan)

    def finds_best(self) -> bool:
        """Let the best plan take the place of one that was not proved; False where it is not found in time."""
        unknown = say("It is not known to be the best, so nothing was compared with it.")
        try:
            best, now = self.asking.plan(self.prepared)
        except (OutOfTime, Stopped):
            self.said.append(unknown)
            return False
        if now.x is None or not self.is_best(
            best, now
        ):  # tolerances that the closer look does not take; a stage cut short
            self.said.append(unknown)
            return False
        cost, currency = figure(best.cost), currency_name(best.currency)
        if best.facts["goals"] != self.plan.facts["goals"]:
            self.said.append(say("The plan that serves the goals best costs {cost} {currency}; what follows is about that.",
                                 cost=cost, currency=currency))  # fmt: skip
        elif abs(cost_of(now) - cost_of(self.now)) > margin(now, now):
            self.said.append(
                say("The best costs {cost} {currency}; what follows is about that.", cost=cost, currency=currency)
            )
        self.plan, self.now = best, now
        return True

    # -- rows that bind ------------------------------------------------------------------------------------------

    def binding(self) -> None:
        assert self.now.x is not None
        cells = Binding(self.prepared, self.now.x, self.asking.options).cells()
        if not cells:
            self.said.append(say("No row binds: the plan follows from costs and lanes."))
            return
        self.said.append(say("What binds, and what one more of it is worth:"))
        asked: list[_Asked] = []
        rest, stopped, unasked = list(cells), [], []
        for at, cell in enumerate(cells[:_ASKED]):
            worth = Worth(self.asking, self.prepared, cell, self.now)
            try:
                pieces = [worth.side(True), worth.side(False)]
            except Stopped:
                stopped.append(cell)
                continue
            except OutOfTime:
                unasked = cells[at:]
                break
            if not any(piece is not None and piece.taken for piece in pieces):
                continue  # the case takes no other number there
            asked.append((worth, pieces))
            rest.remove(cell)
            if len(asked) - sum(map(_is_rigid, asked)) >= _ROWS:
                break
        for worth, pieces in asked:
            try:
                pieces[:] = [piece and worth.further(piece) for piece in pieces]
            except (OutOfTime, Stopped):
                break
        self.told(asked)
        self.rows += [self.row(worth.cell, more, less) for worth, (more, less) in asked]
        others = [cell.name for cell in rest if cell not in stopped and cell not in unasked]
        if others:
            names = shortened(others)
            self.said.append(say("  these bind too; what they are worth is not told: {names}", names=names))
        self.said += not_known([cell.name for cell in stopped], [cell.name for cell in unasked])
        self.rows += [
            self.row(cell, None, None, "stopped" if cell in stopped else "no time" if cell in unasked else "no")
            for cell in rest
        ]

    def told(self, asked: list[_Asked]) -> None:
        """A line for each; those that cannot move at all share one."""
        rigid = [worth.cell.name for worth, pieces in asked if _is_rigid((worth, pieces))]
        self.said += [self.line(worth.cell, *pieces) for worth, pieces in asked if not _is_rigid((worth, pieces))]
        if rigid:
            names = shortened(rigid, _RIGID)
            self.said.append(say("  with more or with less there is no plan: {names}", names=names))
        if any(piece is not None and not piece.known for _, pieces in asked for piece in pieces):
            self.said.append(say("  where no end is told, how far that holds was not asked in time"))

    def line(self, cell: Cell, more: Piece | None, less: Piece | None) -> Sentence:
        """One row, what more of it and what less of it does."""
        per = _per(cell, (more, less))
        sides = [self.side(cell, p, per) for p in (more, less) if p is not None]
        tables = self.prepared.tables
        values = {"name": cell.name, "now": sentences(figure(cell.now), unit_word(cell.unit, cell.now)), "spot": cell.spot(tables)}
        if len(sides) == 2:
            return say("  {name}, {now} ({spot}): {more}; {less}", **values, more=sides[0], less=sides[1])
        return say("  {name}, {now} ({spot}): {more}", **values, more=sides[0] if sides else "")

    def side(self, cell: Cell, piece: Piece, per: float) -> Sentence:
        """`one more unit saves 8,130.5 IDR, up to 2,737`; of a share `0.01 more costs 1,875 IDR, up to 0.54`."""
        if piece.cost is None:
            return say("with more there is no plan") if piece.up else say("with less there is no plan")
        until = figure(piece.until, 7)
        unit, by = unit_word(cell.unit, per), "" if per == 1 else figure(per)
        values = {
            "more": self.more(unit, by), "less": say("{by} less", by=by) if by else say("one less"),
            "cost": figure(abs(piece.cost) * per, 9), "money": self.money,
        }  # fmt: skip
        small = abs(piece.cost) * max(piece.step, 1.0) <= 1e-7 * max(1.0, abs(cost_of(self.now)))
        each = (
            say("{more} changes nothing", **values)
            if small and piece.up
            else say("{less} changes nothing", **values)
            if small
            else say("{more} saves {cost} {money}", **values)
            if piece.up and piece.cost < 0
            else say("{more} costs {cost} {money}", **values)
            if piece.up
            else say("{less} saves {cost} {money}", **values)
            if piece.cost < 0
            else say("{less} costs {cost} {money}", **values)
        )
        if not piece.known:
            return each
        if piece.open:
            return say("{each}, up to {until} at least", each=each, until=until)
        return (
            say("{each}, up to {until}", each=each, until=until)
            if piece.up
            else say("{each}, down to {until}", each=each, until=until)
        )

    @staticmethod
    def more(unit: Sentence, by: str) -> Sentence:
        """`one more dus`, `0.01 more`."""
        if by:
            return say("{by} {unit} more", by=by, unit=unit) if unit else say("{by} more", by=by)
        return say("one more {unit}", unit=unit) if unit else say("one more")

    def row(self, cell: Cell, more: Piece | None, less: Piece | None, asked: str = "yes") -> dict[str, Any]:
        def shown(piece: Piece | None) -> dict[str, Any] | None:
            if piece is None:
                return None
            return {
                "each": piece.cost, "until": piece.until, "no_plan_beyond": piece.ends, "exact": piece.exact,
                "at_least_until": piece.open,
                "reach_known": piece.known, "verified": piece.verified,
            }  # fmt: skip

        both = more is not None and less is not None and more.cost is not None and less.cost is not None
        near = 1e-6 * max(abs(more.cost or 0.0), abs(less.cost or 0.0)) if both and more and less else 0.0
        differ = bool(both and more and less and abs((more.cost or 0.0) + (less.cost or 0.0)) > near + 1e-9)
        return {
            "about": "binds", "what": cell.name, "table": cell.table, "column": cell.column,
            "row": cell.spot(self.prepared.tables), "keys": dict(cell.keys), "now": cell.now, "unit": cell.unit,
            "more": shown(more), "less": shown(less), "differs": differ if both else None,
            "asked": asked,
        }  # fmt: skip

    @property
    def money(self) -> str:
        """What the objective counts."""
        return money_of(self.prepared)

    # -- forced and idle -----------------------------------------------------------------------------------------

    def forced(self) -> None:
        before = only_ways(self.prepared) + open_by_status(self.prepared)
        near = NearBest(self.asking, self.prepared, self.now)
        after = near.rows() if len(self.prepared.network.site_places) else []
        lines = [say("  {what}", what=row["sentence"]) for row in before[:_ROWS]]
        if len(before) > _ROWS:
            lines.append(say("  and {count} more that had no choice", count=figure(len(before) - _ROWS)))
        lines += near.told()
        if lines:
            self.said += [say("What had no choice:"), *lines]
        self.rows += before + after

    def used_up(self) -> None:
        """Resources of which nothing is left."""
        spent = [r for r in self.plan.facts["resources"] if r["share"] is not None and r["share"] >= 1 - 1e-9]
        if spent:
            named = dict.fromkeys(f"{r['resource']} · {r['place']}" for r in spent)
            self.said.append(say("Used up: {resources}.", resources=", ".join(named)))

    def goals(self) -> None:
        """What each missed goal could come to by itself."""
        try:
            for row, sentence in missed_goals(self.prepared, self.plan, self.asking):
                self.rows.append(row)
                self.said.append(sentence)
        except (OutOfTime, Stopped):
            self.said.append(say("  A search was stopped; what it asked is not known."))

    def before(self) -> None:
        """What is known without solving."""
        self.rows += (forced := only_ways(self.prepared) + open_by_status(self.prepared))
        self.rows += (idle := out_of_reach(self.prepared))
        if forced:
            self.said += [
                say("What had no choice:"),
                *(say("  {what}", what=row["sentence"]) for row in forced[:_ROWS]),
            ]
        if idle:
            self.said += [say("What has no influence:"), *told_before(idle)]

    def idle(self) -> None:
        before = out_of_reach(self.prepared)
        after = TenPercent(self.asking, self.prepared, self.now)
        rows = after.rows()
        lines = [*told_before(before), *after.told()]
        if lines:
            self.said += [say("What has no influence:"), *lines]
        self.rows += before + rows


def _is_rigid(asked: _Asked) -> bool:
    """Whether there is no plan with more, and none with less."""
    return all(piece is not None and piece.cost is None for piece in asked[1])


def _per(cell: Cell, pieces: Sequence[Piece | None]) -> float:
    """One; where what is told holds for less than that, the largest power of ten that it does hold for."""
    reach = [abs(p.until - cell.now) for p in pieces if p is not None and p.cost is not None and p.until != cell.now]
    least = min(reach, default=1.0)
    return 1.0 if least >= 1 - 1e-9 else float(f"1e{math.floor(math.log10(least) + 1e-9)}")
