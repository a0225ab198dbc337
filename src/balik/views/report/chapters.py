"""The chapters of a report, in order; one that has nothing to show is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.study import Study
from ...plan.plan import Plan
from ...words import say
from .. import charts
from ..drawing import diagram
from ..drawing.scene import BY_PLACE_UP_TO
from ..language import Language
from ..map import site_map
from ..span import share_words
from ..subject import Subject
from .assumed import notes_of
from .beside import resources
from .money import by_account, by_owner
from .parts import Block, Grid, Paragraph, Section, Verbatim
from .proof import proof
from .studies import chapter
from .summary import study_summary, summary
from .transport import trips

_MOST_ROWS = 100
#: Entities up to which the network is drawn only by place.
_FEW = 12


def chapters(subject: Subject, plan: Plan, studies: Sequence[Study], speak: Language) -> list[Section]:
    """Every chapter that the plan and the studies can fill."""
    found = [
        summary(subject, plan, studies, speak),
        _network(subject, speak),
        _section("map", say("Map"), speak, site_map(subject, speak, page=True)),
        _section(
            "flows",
            say("Flows"),
            speak,
            charts.sankey(subject, speak),
            charts.profile(subject, speak),
            _flows(subject, speak),
        ),
        _section("cost", say("Cost"), speak, charts.costs(subject, speak), *_costs(subject, speak)),
        _section(
            "capacity",
            say("Capacity"),
            speak,
            charts.utilisation(subject, speak),
            _sites(subject, speak),
            resources(plan, speak),
        ),
        _section("transport", say("Transport"), speak, trips(subject, speak)),
        _section("time", say("Sites over time"), speak, charts.gantt(subject, speak)),
        _section("today", say("Today"), speak, charts.invoices(subject, speak)),
        *of_studies(studies, speak, plan),
        _formulation(subject, speak),
        _sources(subject, speak),
        proof(plan, speak),
    ]
    return [section for section in found if section.blocks]


def study_chapters(studies: Sequence[Study], speak: Language) -> list[Section]:
    """A report without a plan: what the studies say in short, and each as a chapter."""
    return [study_summary(studies, speak), *of_studies(studies, speak)]


def of_studies(studies: Sequence[Study], speak: Language, plan: Plan | None = None) -> list[Section]:
    """A chapter for each study; `plan`: beside which they stand, whose tables are those of studies of its case.

    One of another case says so in its title.
    """
    counts: dict[str, int] = {}
    found = []
    for study in studies:
        other = plan is not None and plan.case != study.case
        one = chapter(study, speak, counts.get(study.kind, 0), None if plan is None or other else plan.tables)
        found.append(replace(one, title=f"{one.title} · {study.case}") if other else one)
        counts[study.kind] = counts.get(study.kind, 0) + 1
    return found


def _network(subject: Subject, speak: Language) -> Section:
    """By place where there are few; else by kind, and by place as long as that can be read."""
    places = {place for move in subject.moves for place in (move.origin, move.dest)}
    kinds = any(subject.kinds.get(place) for place in places)
    figures = [diagram(subject, speak, "kind" if kinds and len(places) > _FEW else None)]
    if kinds and _FEW < len(places) <= BY_PLACE_UP_TO and subject.plan is not None:
        figures.append(diagram(subject, speak, "place"))
    return Section("network", speak(say("The network")), figures)


def _section(name: str, title: str, speak: Language, *blocks: Block | None) -> Section:
    return Section(name, speak(title), [block for block in blocks if block is not None])


def _costs(subject: Subject, speak: Language) -> list[Grid | None]:
    """By account and by owner; by stage stands on the first page."""
    return [by_account(subject, speak), by_owner(subject, speak)] if subject.plan else []


def _flows(subject: Subject, speak: Language) -> Grid | None:
    """The largest flows over all periods."""
    if subject.plan is None or not subject.moves:
        return None
    ordered = sorted(subject.moves, key=lambda move: -(move.amount or 0.0))
    rows = tuple(
        (m.origin, m.dest, m.material, speak.number(m.amount), subject.units.get(m.material, ""))
        for m in ordered[:_MOST_ROWS]
    )
    head = tuple(map(speak, (say("from"), say("to"), say("material"), say("amount"), say("unit"))))
    more = say("… and {count} more (table {table})", count=len(ordered) - _MOST_ROWS, table="flow")
    return Grid(
        head, rows, frozenset((3,)), speak(say("The largest flows")), speak(more) if len(ordered) > _MOST_ROWS else ""
    )


def _sites(subject: Subject, speak: Language) -> Grid | None:
    """Open sites with what they take in."""
    if subject.plan is None or not (found := subject.plan.facts.get("sites", [])):
        return None
    sized = any(s["size"] != "-" for s in found)
    rows = tuple(
        (
            s["place"],
            *([s["size"]] if sized else []),
            speak.number(s["throughput"]),
            speak.number(s["capacity"]),
            s["unit"],
            speak.percent(s["fullest"]),
        )
        for s in found[:_MOST_ROWS]
    )
    size = [say("size")] if sized else []
    head = tuple(
        map(speak, (say("site"), *size, say("takes in"), say("capacity"), say("unit"), share_words(subject.plan)))
    )
    more = say("… and {count} more (table {table})", count=len(found) - _MOST_ROWS, table="open")
    return Grid(
        head,
        rows,
        frozenset(c + sized for c in (1, 2, 4)),
        speak(say("Open sites")),
        speak(more) if len(found) > _MOST_ROWS else "",
    )


def _formulation(subject: Subject, speak: Language) -> Section:
    """The program that was solved, in print."""
    from .formulation import formulation

    text = formulation(subject, speak.code)
    note = Paragraph(speak(say("What was minimised, and under which rows; only what the case uses.")))
    large = Paragraph(speak(say("The case is too large to be stated here once more; `balik math` prints it.")))
    return Section("formulation", speak(say("Formulation")), [note, Verbatim(text)] if text else [large])


def _sources(subject: Subject, speak: Language) -> Section:
    """Where the figures come from, as the case says."""
    blocks: list[Block] = []
    for key, words in (("source", say("Source of the case")), ("licence", say("Licence of the data"))):
        if subject.tables.settings.get(key):
            blocks.append(Paragraph(f"{speak(words)}: {subject.tables.settings[key]}"))
    notes = notes_of(subject.tables)
    if notes:
        rows = tuple(
            (n.table, n.text, speak.number(n.rows), speak(say("yes")) if n.owned else "") for n in notes[:_MOST_ROWS]
        )
        head = tuple(map(speak, (say("table"), say("note or source"), say("rows"), say("assumed"))))
        more = (
            speak(say("… and {count} more in the tables of the case", count=len(notes) - _MOST_ROWS))
            if len(notes) > _MOST_ROWS
            else ""
        )
        blocks.append(Grid(head, rows, frozenset((2,)), speak(say("Notes and sources of the tables")), more))
    return Section("sources", speak(say("Sources")), blocks)
