"""From files to the tables of a case: read → recognize → settle → build; what is not certain is asked or refused."""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Problem, Problems
from ..words import Sentence, say
from .build import build, look
from .fields import NEEDED
from .guess import Lists, guess
from .loose import read_loose
from .mapping import Said, read_said, write_said
from .places import Columns
from .questions import Ask, Question, answer, as_problems, column_question, open_fields
from .records import records_of, tells_records
from .rows import RATES, Rate, read_invoices, read_rates, read_sites
from .settle import Settled
from .shipments import Shipment, read_shipments

_VEHICLE = ("loaded_rate", "empty_rate", "trip_cost")


@dataclass(frozen=True)
class Started:
    """What the lists make: tables, settings, the map that reads them again, all that was guessed, and the problems."""

    tables: dict[str, Columns]
    settings: dict[str, object]
    map_text: str
    guessed: list[Sentence]
    problems: list[Problem]
    sources: list[Path]
    in_map: bool  # something is to be said in the map

    @property
    def ok(self) -> bool:
        """Whether the tables are those of a case."""
        return not any(p.severity == "error" for p in self.problems)


def begin(
    files: Sequence[str | os.PathLike[str]],
    name: str,
    map_file: Path | None = None,
    map_name: str = "",
    period: str | None = None,
    ask: Ask | None = None,
) -> Started:
    """The tables of a case from lists. `map_name`: the file in which answers are to be written."""
    problems = Problems()
    given = read_said(map_file, problems) if map_file is not None else Said(map_name)
    if period is not None:
        given.settings["period"] = period
    asked: set[tuple[str, ...]] = set()
    while True:
        attempt = _Attempt(files, name, copy.deepcopy(given), Problems(problems))
        started = attempt.run()
        new = [question for question in attempt.questions if question.path not in asked]
        if ask is None or not new:
            return started
        for question in new:
            asked.add(question.path)
            if (text := ask(question)) is not None:
                answer(given, question.path, text, attempt.said)


class _Attempt:
    """One reading of the files with what is known so far."""

    def __init__(self, files: Sequence[str | os.PathLike[str]], name: str, said: Said, problems: Problems):
        self.files, self.name, self.said, self.problems = files, name, said, problems
        self.remarks: list[Sentence] = []
        self.questions: list[Question] = []

    def run(self) -> Started:
        sheets = read_loose(self.files, self.problems, self.remarks)
        unread = bool(self.problems.errors)
        lists = guess(sheets, self.said, self.problems)
        if unread:  # a list that seems to be missing may stand in a file that could not be read
            lists.questions = [q for q in lists.questions if q.code != "E401"]
        self.questions += lists.questions
        self._tell_lists(lists)
        tables: dict[str, Columns] = {}
        s = None
        if lists.found.get("shipments"):
            s = Settled(self.said, lists.found, self.problems, self.remarks, self.questions)
            tables = self._build(lists, s)
        as_problems(self.questions, self.problems)
        self._remember(s)
        columns = {role: several[0].names for role, several in lists.found.items() if several}
        return Started(
            tables,
            self._settings(s),
            write_said(self.said, columns, open_fields(self.questions)),
            self.remarks,
            list(self.problems),
            [Path(file) for file in self.files],
            bool(self.questions) or any(p.code in ("E405", "E407", "E414", "E416") for p in self.problems),
        )

    def _build(self, lists: Lists, s: Settled) -> dict[str, Columns]:
        records = {role: records_of(several, role, self.said, self.remarks) for role, several in lists.found.items()}
        for role in NEEDED:
            if lists.found[role] and not records[role] and tells_records(role, self.said):
                found = say("The list has a header and no row.")
                self.problems.add("E400", found, say("Leave the file away."), file=lists.found[role][0].title)
        s.find_unit(records["shipments"])
        rates = read_rates(s, records["rates"])
        sites = read_sites(s, records["sites"])
        self._dynamic_needs(lists, len({rate.mode for rate in rates}))
        shipments = read_shipments(s, records["shipments"], rates)
        invoices = read_invoices(s, records["invoices"])
        if any(q.code in ("E401", "E402", "E415") for q in self.questions) or not shipments or not rates:
            return {}
        if self.problems.errors or self.questions:
            look(s, shipments, rates, sites)
            return {}
        self._tell_defaults(shipments, rates)
        if spelled := s.values.respelled:
            pairs = ", ".join(f"'{label}' = '{kept}'" for label, kept in list(spelled.items())[:3])
            self.remarks.append(say("Names that differ from another in capitals only are taken for it ({count}): {pairs}.",
                                    count=len(spelled), pairs=pairs + (" …" if len(spelled) > 3 else "")))  # fmt: skip
        return build(s, shipments, rates, sites, invoices)

    def _dynamic_needs(self, lists: Lists, modes: int) -> None:
        """Columns that are needed because of what the others hold."""
        said = self.said
        shipments, rates = lists.found["shipments"][0], lists.found["rates"]
        if said.entry("shipments", "mode") is None and modes > 1:
            rest = self._unused(lists, "shipments")
            self.questions.append(column_question(shipments, "shipments", "mode", rest, said.file))
        if said.entry("shipments", "date") is None:
            dated = [name for name in self._unused(lists, "shipments") if shipments.columns[name].dates > 0.8]
            if dated and "date" not in said.roles["shipments"].fields:
                self.questions.append(column_question(shipments, "shipments", "date", dated, said.file))
        if rates and said.entry("rates", "payload") is None and any(said.entry("rates", n) for n in _VEHICLE):
            self.questions.append(
                column_question(rates[0], "rates", "payload", self._unused(lists, "rates"), said.file)
            )
        if rates and not any(said.entry("rates", name) for name in RATES if name != "payload"):
            self.questions.append(
                column_question(rates[0], "rates", "loaded_rate", self._unused(lists, "rates"), said.file)
            )

    def _tell_defaults(self, shipments: Sequence[Shipment], rates: Sequence[Rate]) -> None:
        """What holds where the lists have no column for it."""
        said = self.said
        if said.entry("shipments", "mode") is None:
            self.remarks.append(
                say("All shipments go by '{mode}', the only vehicle of the rate sheet.", mode=rates[0].mode)
            )
        if said.entry("shipments", "material") is None:
            self.remarks.append(say("The shipments name no goods: all is called '{name}'.", name=shipments[0].material))
        if said.entry("rates", "loaded_rate") and not said.entry("rates", "empty_rate"):
            self.remarks.append(say("The rate sheet has no rate of the empty way back: it costs nothing."))

    def _unused(self, lists: Lists, role: str) -> list[str]:
        taken = {entry.column for entry in self.said.roles[role].fields.values()}
        return [name for name in lists.found[role][0].columns if name not in taken]

    def _tell_lists(self, lists: Lists) -> None:
        """Which list is what, which columns are what, and what is not used."""
        for role, several in lists.found.items():
            if not several:
                continue
            said = self.said.roles[role]
            titles = ", ".join(found.title for found in several)
            pairs = ", ".join(f"{name} = {entry.column}" for name, entry in said.fields.items() if entry.column)
            self.remarks.append(say("{role}: {titles}, with {pairs}.", role=role, titles=titles, pairs=pairs or "-"))
            if rest := self._unused(lists, role):
                self.remarks.append(
                    say("{titles}: columns that are not used: {names}.", titles=titles, names=", ".join(rest))
                )
        if lists.found.get("shipments") and not lists.found.get("sites"):
            self.remarks.append(say("There is no site list: places are those of the shipments."))
        if lists.others:
            self.remarks.append(say("Not used: {names}.", names=", ".join(lists.others)))

    def _remember(self, s: Settled | None) -> None:
        """Put what was settled into the map."""
        settings = {"currency": s.currency if s else "IDR", "period": s.period if s else "month"}
        self.said.settings = {**settings, "detour": "", **self.said.settings, "period": settings["period"]}
        if s is None:
            return
        for role, several in s.lists.items():
            for name, entry in self.said.roles[role].fields.items() if several else ():
                unit = s.values.unit(role, name)
                if entry.column and not entry.unit and unit is not None:
                    entry.unit = unit.text

    def _title(self) -> str:
        return f"{self.name} ({', '.join(dict.fromkeys(Path(file).name for file in self.files))})"

    def _settings(self, s: Settled | None) -> dict[str, object]:
        """case.toml."""
        known = self.said.settings
        names = ", ".join(dict.fromkeys(Path(file).name for file in self.files))
        settings: dict[str, object] = {
            "title": known.get("title") or self._title(),
            "source": f"balik new --from {names}",
        }
        settings |= {"currency": known["currency"], "period": s.time if s else "month"}
        if known.get("detour"):
            settings["distance"] = {"detour": float(known["detour"])}
        if known.get("finance"):
            settings["finance"] = dict(known["finance"])
        return settings
