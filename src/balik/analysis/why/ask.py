"""Why a site is used or not, and why something goes a way or does not."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...api import Prepared
from ...engines import Options, Result
from ...errors import CallError, did_you_mean
from ...network.network import CLOSED, OPEN
from ...plan.plan import Plan
from ...tables import Tables
from ...words import Sentence, say, sentences
from ..study import Study
from ..told import figure
from .asking import Asking, OutOfTime, Stopped, cost_of, margin
from .cells import Cell, with_cell
from .decision import Decision
from .inputs import Inputs
from .money import money_of, refuse_goals
from .seek import DoesNotFit, Seek
from .telling import left_out, row_of, told
from .turn import Turn
from .ways import no_way, ways_told

#: What is forced in: at least so much comes to the site or goes the way, in its unit.
_ONE = 1.0


def ask_site(prepared: Prepared, options: Options, site: str, seconds: float) -> Study:
    """Why a site (a place, or place/size) is used or not, what the other would cost, and what would turn it."""
    refuse_goals(prepared)
    decision = _site(prepared, site)
    return _Question(prepared, options, decision, seconds).study()


def ask_flow(prepared: Prepared, options: Options, keys: Mapping[str, str], seconds: float) -> Study:
    """Why something goes a way (origin, dest; maybe material, mode, period) or does not."""
    refuse_goals(prepared)
    labels = prepared.network.labels
    for column in ("origin", "dest"):
        if column not in keys:
            raise CallError(say("--flow needs origin and dest, as 'origin=A;dest=B'."))
    for column, label in keys.items():
        known = labels.get("place" if column in ("origin", "dest") else column)
        if known is None or column not in ("origin", "dest", "material", "mode", "period"):
            raise CallError(say("--flow knows origin, dest, material, mode and period, not '{word}'.", word=column))
        if label not in known:
            raise CallError(sentences(say("'{label}' is no {what} of this case.", label=label, what=column),
                                      did_you_mean(label, known)))  # fmt: skip
    decision = Decision("flow", dict(keys))
    if not len(decision.columns(prepared.model)):
        return Study("explain", prepared.tables.name, prepared.tables.currency, [], [no_way(prepared, decision)], True)
    return _Question(prepared, options, decision, seconds).study()


def _site(prepared: Prepared, text: str) -> Decision:
    """The site of this name: a place of `sites`, place/size, or a place on whose spot just one site stands."""
    n = prepared.network
    places = [n.labels["place"][p] for p in n.site_places]
    if text in places:
        return Decision("site", {"place": text})
    place, _, size = text.rpartition("/")
    if place in places:
        mine = n.sites.place == n.labels["place"].index(place)
        sizes = [n.labels["size"][s] for s in n.sites.size[mine]]
        if size not in sizes:
            raise CallError(
                say("{place} has no size '{size}'. Known: {names}.", place=place, size=size, names=", ".join(sizes))
            )
        return Decision("site", {"place": place, "size": size})
    if text in n.labels["place"]:
        frame = prepared.data["places"]
        here = [frame.text["place"][r] for r in range(len(frame)) if frame.text["at"][r] == text]
        here = [p for p in here if p in places]
        if len(here) == 1:
            return Decision("site", {"place": here[0]})
        found = say("{place} is no site: it has no row in the table sites.", place=text)
        raise CallError(sentences(found, did_you_mean(text, places)))
    raise CallError(sentences(say("'{place}' is no place of this case.", place=text), did_you_mean(text, places)))


class _Question:
    """One decision of one case."""

    def __init__(self, prepared: Prepared, options: Options, decision: Decision, seconds: float):
        self.asking, self.decision = Asking(options, seconds), decision
        self.start = time.perf_counter()
        self.said: list[Sentence] = []
        self.prepared = self.free(prepared)
        self.currency = money_of(self.prepared)
        self.rows: list[dict[str, Any]] = []

    def free(self, prepared: Prepared) -> Prepared:
        """The case in which the site may open or not; what its status says is told."""
        if self.decision.kind != "site":
            return prepared
        n = prepared.network
        mine = np.flatnonzero(np.isin(prepared.model.variables.open.cols, self.decision.switches(prepared.model)))
        tables: Tables = prepared.tables
        for at in mine.tolist():
            status = int(n.sites.status[at])
            if status not in (OPEN, CLOSED):
                continue
            keys = {"place": self.decision.keys["place"], "size": n.labels["size"][n.sites.size[at]]}
            cell = Cell("sites", "status", int(n.sites.row[at]), keys, 0.0, "", say("its status"), 1)
            spot = prepared.data["sites"].spot(int(n.sites.row[at]))
            tables = with_cell(tables, cell, "candidate")
            what = f"{keys['place']}/{keys['size']}" if len(mine) > 1 else keys["place"]
            self.said.append(
                say(
                    "{what} is closed by its status ({spot}). What follows is about it as a candidate.",
                    what=what,
                    spot=spot,
                )
                if status == CLOSED
                else say(
                    "{what} is open by its status ({spot}). What follows is about it as a candidate.",
                    what=what,
                    spot=spot,
                )
            )
        if not self.said:
            return prepared
        changed = self.asking.prepared(tables)
        assert changed is not None
        return changed

    def study(self) -> Study:
        """The answer; where the time ends first, as much of it as is known."""
        try:
            self.answer()
        except Stopped:
            self.said.append(say("The search was stopped before it was known what is best."))
        except OutOfTime:
            self.said.append(say("The {seconds:g} s for all questions were over before it was known what is best.",
                                 seconds=self.asking.seconds))  # fmt: skip
        tables = self.prepared.tables
        return Study("explain", tables.name, tables.currency, self.rows, list(self.said), True)

    def answer(self) -> None:
        model, arrays = self.prepared.model, self.prepared.model.program.arrays()
        plan, now = self.asking.plan(self.prepared, arrays)
        if now.x is None:
            self.said.append(say("No plan exists, so there is nothing to explain of it."))
            return
        out_plan, out = self.asking.plan(self.prepared, self.decision.without(model, arrays))
        used = cost_of(now) < cost_of(out) - margin(now, out)
        with_plan, with_it = (plan, now) if used else self.with_it()
        uses = self.decision.holds(model, now.x)
        idle = used and not uses and self.decision.kind == "site"  # open, as a limit asks for it or a price pays it
        self.say_standing(used, uses, idle, now, out, with_it)
        self.rows.append(self.standing(used, uses, (plan, now), (out_plan, out), (with_plan, with_it)))
        if self.decision.kind == "flow":
            said, rows = ways_told(self.prepared, self.decision, now.x)
            self.said += said
            self.rows += rows
        if with_it.x is None:
            return
        inputs = Inputs(self.prepared, self.decision, with_it.x, used)
        turns = self.turns(inputs.cells(), now, out, used)
        tables = self.prepared.tables
        self.said += told(turns, used, idle, tables)
        self.rows += [row_of(turn, self.decision.label, tables, used, idle) for turn in turns]
        self.said += left_out(self.stopped, self.unasked, inputs, self.asking.seconds)
        met = [turn for turn in turns if turn.value is not None]
        spent = {"solves": figure(self.asking.solves), "seconds": figure(round(time.perf_counter() - self.start, 1))}
        self.said.append(
            say("Every threshold was solved again and verified on both sides ({solves} solves, {seconds} s).", **spent)
            if met and all(turn.confirmed for turn in met)
            else say("That took {solves} solves and {seconds} s.", **spent)
        )

    def with_it(self) -> tuple[Plan, Result]:
        """The best plan with it: one unit at least, or as much as can be where that is less."""
        model, arrays = self.prepared.model, self.prepared.model.program.arrays()
        plan, result = self.asking.plan(self.prepared, self.decision.with_it(model, arrays, _ONE))
        if result.x is not None:
            return plan, result
        most = self.asking.solve(self.decision.most(model, arrays))
        least = 0.0 if most.x is None else self.decision.amount(model, most.x)
        if least <= 1e-6:
            return plan, result
        for amount in (float(f"{least:.9g}"), least * (1 - 1e-9)):  # the second where the first is beyond it by a hair
            plan, result = self.asking.plan(self.prepared, self.decision.with_it(model, arrays, amount))
            if result.x is not None:
                break
        return plan, result

    def turns(self, cells: list[Cell], now: Result, out: Result, used: bool) -> list[Turn]:
        """The search of every cell, in order; what does not fit the case is left out."""
        found: list[Turn] = []
        self.stopped: list[Cell] = []
        self.unasked: list[Cell] = []
        for at, cell in enumerate(cells):
            try:
                found.append(Seek(self.asking, self.decision, self.prepared, cell, now, out, used).turn())
            except DoesNotFit:
                continue
            except Stopped:
                self.stopped.append(cell)
            except OutOfTime:
                self.unasked = cells[at:]
                break
        return found

    @property
    def unit(self) -> str:
        """What is counted at the site or on the way."""
        n = self.prepared.network
        if self.decision.kind == "site":
            return n.site_unit[n.site_of[n.labels["place"].index(self.decision.keys["place"])]]
        cols = self.decision.columns(self.prepared.model)
        units = {n.unit[m] for m in n.lanes.material[np.isin(self.prepared.model.variables.flow.cols, cols)]}
        return units.pop() if len(units) == 1 else ""

    def say_standing(self, used: bool, uses: bool, idle: bool, now: Result, out: Result, with_it: Result) -> None:
        """Whether it is used, and what the other would cost."""
        model = self.prepared.model
        values = {"what": self.decision.label, "currency": self.currency, "unit": self.unit}
        shown = now.x if used or uses else with_it.x
        amount = "" if shown is None else figure(self.decision.amount(model, shown))
        if used and out.x is None:
            self.said.append(
                say("{what} is open and takes in nothing. Without it no plan exists.", **values)
                if idle
                else say("{what} is used ({amount} {unit}). Without it no plan exists.", amount=amount, **values)
            )
        elif used:
            more = figure(cost_of(out) - cost_of(now))
            self.said.append(
                say("{what} is open and takes in nothing. Without it the plan costs {more} {currency} more.",
                    more=more, **values)
                if idle
                else say("{what} is used ({amount} {unit}). Without it the plan costs {more} {currency} more.",
                         amount=amount, more=more, **values)
            )  # fmt: skip
        elif with_it.x is None:
            self.said.append(say("{what} is not used, and cannot be: no plan exists with it.", **values))
        elif cost_of(with_it) <= cost_of(now) + margin(now, with_it):
            self.said.append(
                say(
                    "{what} is used ({amount} {unit}), but need not be: a plan without it costs the same.",
                    amount=amount,
                    **values,
                )
                if uses
                else say(
                    "{what} is not used, but may be: a plan with it ({amount} {unit}) costs the same.",
                    amount=amount,
                    **values,
                )
            )
        elif uses:
            self.said.append(say("{what} is used ({amount} {unit}), but need not be: a plan without it costs the same.",
                                 amount=amount, **values))  # fmt: skip
        else:
            more = figure(cost_of(with_it) - cost_of(now))
            self.said.append(
                say("{what} is not used. Forcing it in costs {more} {currency} more ({amount} {unit} then).",
                    amount=amount, more=more, **values)
            )  # fmt: skip

    def standing(
        self, used: bool, uses: bool, now: tuple[Plan, Result], out: tuple[Plan, Result], with_it: tuple[Plan, Result]
    ) -> dict[str, Any]:
        """The decision as a row; costs are those of verified plans."""
        x = with_it[1].x
        return {
            "about": "decision",
            "what": self.decision.label,
            "used": uses,
            "open": now[1].x is not None and bool((now[1].x[self.decision.switches(self.prepared.model)] > 0.5).any()),
            "in_every_best_plan": used,
            "cost": now[0].cost,
            "cost_without": out[0].cost,
            "cost_with": with_it[0].cost,
            "amount": None if x is None else round(self.decision.amount(self.prepared.model, x), 9),
            "unit": self.unit,
            "verified": now[0].verified,
            "sentence": self.said[-1],
        }
