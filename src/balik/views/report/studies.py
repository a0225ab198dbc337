"""What a study shows: its pictures, its rows, what it found, and what it does not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...analysis.study import Study
from ...tables import Tables
from ...words import Sentence, plain, say
from .. import charts
from ..audit import figure_name
from ..bill import with_currency
from ..charts.scenarios import scenario_word
from ..charts.swept import point
from ..figure import Figure
from ..language import Language
from ..layout import DRAWN
from ..map import atlas_map
from ..sensitivity import sensitivity_text
from ..terms import status_word, verdict_word
from .parts import Block, Facts, Grid, Paragraph, Points, Section

_MOST_ROWS, _MOST_POINTS = 100, 40
#: Kinds of answers of `sensitivity` beside the sweep.
OF_SENSITIVITY = ("two-way", "steady", "edge", "curve", "prices")
_HERE = "\x00"  # where a table stood
_CHARTS: dict[str, tuple[Callable[[Study, Language], Figure | None], ...]] = {
    "compare": (charts.scenarios,),
    "sensitivity": (charts.tornado, charts.spider),
    "frontier": (charts.pareto,),
    "atlas": (charts.frequency,),
    "stochastic": (charts.frequency, charts.risk),
    "simulate": (charts.risk,),
    "rank": (charts.ranking,),
}


@dataclass(frozen=True)
class Column:
    """A column of a study's rows: its header, its values, and what they are: text | number | money | share | list | point of a range."""

    head: Sentence
    sort: str
    values: list[Any]


def title_of(study: Study) -> Sentence:
    """The study as a heading."""
    return {
        "compare": say("Scenarios"),
        "sensitivity": say("What would change the answer"),
        **dict.fromkeys(OF_SENSITIVITY, say("What would change the answer")),
        "frontier": say("Trade-offs"),
        "atlas": say("Other plans nearly as good"),
        "stochastic": say("Decided before it is known"),
        "simulate": say("Risk"),
        "rank": say("Judged by several criteria"),
        "validate": say("Verification and validation"),
        "explain": say("Why this plan, or why none"),
        "reproduce": say("Published figures beside ours"),
    }.get(study.kind, plain(study.kind))


def chapter(study: Study, speak: Language, number: int = 0, tables: Tables | None = None) -> Section:
    """The chapter of a study; `number`: of those of its kind, beginning with 0; `tables`: of its case, if at hand."""
    drawn = [figure for chart in _CHARTS.get(study.kind, ()) if (figure := chart(study, speak)) is not None]
    drawn += [figure for figure in (atlas_map(study, speak, tables),) if figure is not None]
    blocks: list[Block] = [*values(study, speak), *drawn, *grids(study, speak)]
    blocks += told(study, speak)
    return Section(f"{study.kind}{number or ''}", speak(title_of(study)), blocks)


def told(study: Study, speak: Language) -> list[Block]:
    """What was found, what that rests on, and what it does not say; lines that are set in belong to the one above."""
    found: list[tuple[str, list[str]]] = []
    for finding in study.findings:
        if finding.strip().startswith("--set") and found and found[-1][1]:  # what to type for the line above
            found[-1][1][-1] += f" · {speak(finding).strip()}"
        elif finding.startswith(" ") and found:
            found[-1][1].append(speak(finding).strip())
        else:
            found.append((speak(finding).strip(), []))
    alone = tuple(text for text, below in found if not below)
    blocks: list[Block] = [_points(alone, speak(say("Findings")), speak)] if alone else []
    blocks += [_points(tuple(below), text, speak) for text, below in found if below]
    if study.work is not None:
        blocks.append(Paragraph(" ".join(map(speak, study.work.sentences()[:2]))))
        if study.work.unsaid:
            blocks.append(Points(tuple(map(speak, study.work.unsaid)), speak(say("What it does not say"))))
    return blocks


def _points(points: tuple[str, ...], title: str, speak: Language) -> Points:
    left = len(points) - _MOST_POINTS
    more = (speak(say("… and {count} more", count=left)),) if left > 0 else ()
    return Points((*points[:_MOST_POINTS], *more), title)


def values(study: Study, speak: Language) -> list[Block]:
    """Single figures of a study of uncertainty."""
    mean = say("decided now, on the average") if study.more.get("weight") else say("decided now, best on the average")
    words = {
        "RP": mean,
        "EEV": say("decided for the mean case"),
        "WS": say("decided when the scenario is known"),
        "VSS": say("worth of planning with scenarios"),
        "EVPI": say("worth of knowing beforehand"),
        "as_written": say("the case as written"),
        "mean": say("mean of the draws"),
        "CVaR": say("mean of the worst {part:.4g} %", part=100 * (1 - study.more.get("level", 0.9))),
    }
    facts = [(speak(sentence), speak.money(study.more[name], study.currency)) for name, sentence in words.items()
             if isinstance(study.more.get(name), (int, float))]  # fmt: skip
    return [Facts(tuple(facts))] if facts else []


def grids(study: Study, speak: Language) -> list[Grid]:
    """The rows of the study as tables."""
    if study.kind == "validate":
        return [_round(found, speak) for found in study.more.get("rounds", [])]
    if study.kind in OF_SENSITIVITY:
        return _told_tables(study, speak)
    found = [_grid(columns(study), study.currency, speak)] if study.kind != "simulate" else []
    if study.kind == "rank":
        found.append(_grid(weights(study), study.currency, speak, speak(say("Weights"))))
    return [grid for grid in found if grid.rows]


def _told_tables(study: Study, speak: Language) -> list[Grid]:
    """The tables that the terminal shows, with the line above each as its title, and what stands between them below."""
    kept: list[tuple[tuple[str, ...], ...]] = []

    def keep(cells: Sequence[Sequence[str]], left: Sequence[int], indent: str) -> str:
        kept.append(tuple(map(tuple, cells)))
        sides.append(frozenset(set(range(len(cells[0]))) - set(left)))
        return _HERE

    sides: list[frozenset[int]] = []
    token = DRAWN.set(keep)
    try:
        above = sensitivity_text(study, speak.code).split(_HERE)
    finally:
        DRAWN.reset(token)
    between = [text.strip().splitlines() or [""] for text in above]
    below = [*(lines[:-1] for lines in between[1:-1]), between[-1]]
    return [
        Grid(cells[0], cells[1:], side, lines[-1], " · ".join(" ".join(line.split()) for line in after))
        for cells, side, lines, after in zip(kept, sides, between, below, strict=False)
    ]


def _round(found: dict[str, Any], speak: Language) -> Grid:
    """A round of a validation, a line for each trial."""
    words = {"pass": say("PASS"), "fail": say("FAIL"), "not applicable": say("not applicable")}
    rows = [
        (speak(words[t["verdict"]]), str(t["name"]), str(t["expected"]), str(t["found"]))
        for t in sorted(found["trials"], key=lambda t: t["verdict"] != "fail")
    ]
    head = (say("verdict"), say("trial"), say("what must happen"), say("what happened"))
    title = speak(say("Round {number}: {title}", number=str(found["round"]), title=found["title"]))
    return Grid(tuple(map(speak, head)), tuple(rows), frozenset(), title)


def _grid(found: Sequence[Column], currency: str, speak: Language, title: str = "") -> Grid:
    """Columns that hold anything, as a table."""
    kept = [column for column in found if any(value not in (None, "", []) for value in column.values)]
    shown = [[_shown(value, column.sort, currency, speak) for value in column.values[:_MOST_ROWS]] for column in kept]
    left = len(kept[0].values) - _MOST_ROWS if kept else 0
    return Grid(
        tuple(speak(column.head) for column in kept),
        tuple(zip(*shown, strict=True)),
        frozenset(i for i, column in enumerate(kept) if column.sort in ("number", "money", "share")),
        title,
        speak(say("… and {count} more", count=left)) if left > 0 else "",
    )


def _shown(value: Any, sort: str, currency: str, speak: Language) -> str:
    if value is None:
        return ""
    if sort == "list":
        return ", ".join(map(str, value[:12])) + (f" … ({speak.number(len(value))})" if len(value) > 12 else "")
    if sort == "point":
        return point(value, speak)
    if sort == "text" or not isinstance(value, (int, float)):
        return speak(value) if isinstance(value, str) else str(value)
    if sort == "money":
        return speak.money(value, currency)
    return speak.percent(value, 2) if sort == "share" else speak.number(value)


def columns(study: Study) -> list[Column]:
    """What the rows of a study hold, in the order in which it is read."""
    rows = study.rows
    first = {
        "compare": [Column(say("scenario"), "text", [scenario_word(row["scenario"]) for row in rows if "scenario" in row])],
        "sensitivity": [_of(rows, say("input"), "over"), _of(rows, say("change of the input"), "at", "point")],
        "frontier": [*_each(rows, "values", lambda name: with_currency(name, study.currency)), _of(rows, say("sites"), "sites", "list")],
        "atlas": [_of(rows, say("set of sites"), "set", "number"), _of(rows, say("sites"), "sites", "list")],
        "stochastic": [
            _of(rows, say("scenario"), "scenario"),
            _of(rows, say("probability"), "probability", "share"),
            _of(rows, say("decided now"), "objective", "money"),
            _of(rows, say("known before"), "alone", "money"),
            _of(rows, say("regret"), "regret", "money"),
            _of(rows, say("sites where known"), "sites_alone", "list"),
        ],
        "rank": [
            _of(rows, say("rank"), "rank", "number"),
            _of(rows, say("alternative"), "alternative"),
            _of(rows, say("closeness"), "closeness", "number"),
            *_each(rows, "scores", plain),
        ],
        "simulate": [_of(rows, say("draw"), "draw", "number")],
        "reproduce": figures(rows),
    }.get(study.kind, [])  # fmt: skip
    if study.kind == "explain":
        return []  # its findings say all of it
    if not first:
        names = [name for name, value in (rows[0] if rows else {}).items() if not isinstance(value, (dict, list))]
        return [_of(rows, plain(name), name) for name in names]
    if study.kind in ("stochastic", "rank", "reproduce"):
        return first
    changed = [row.get("change_percent", row.get("regret_percent")) for row in rows]
    return [
        *first,
        Column(say("status"), "text", [status_word(row["status"]) if "status" in row else None for row in rows]),
        _of(rows, say("cost"), "cost", "money"),
        Column(say("change"), "share", [None if value is None else value / 100 for value in changed]),
        Column(say("sites in use"), "number", [row.get("sites_used") or None for row in rows]),
        _of(rows, say("opens"), "sites_in", "list"),
        _of(rows, say("closes"), "sites_out", "list"),
    ]


def figures(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """Published figures: what is printed, what we find, and the verdict."""
    many = len({row.get("case") for row in rows}) > 1
    told = [row for row in rows if isinstance(row.get("scope"), dict)]
    verdicts = [verdict_word(row["verdict"]) if row.get("holds") else say("DOES NOT HOLD") for row in told]
    return [
        *([_of(told, say("case"), "case")] if many else []),
        Column(say("scenario"), "text", [row["scenario"] or say("base") for row in told]),
        Column(say("quantity"), "text", [figure_name(row) for row in told]),
        _of(told, say("printed"), "printed", "number"),
        _of(told, say("ours"), "ours", "number"),
        _of(told, say("unit"), "unit"),
        Column(say("verdict"), "text", verdicts),
        _of(told, say("why"), "why"),
    ]


def weights(study: Study) -> list[Column]:
    """Weights of a ranking, and how far each may move before another alternative is first."""
    rows = study.more.get("weights", [])
    return [
        _of(rows, say("criterion"), "criterion"),
        _of(rows, say("under"), "under"),
        _of(rows, say("weight"), "weight", "share"),
        _of(rows, say("first from"), "low", "share"),
        _of(rows, say("first up to"), "high", "share"),
        _of(rows, say("first below that"), "below"),
        _of(rows, say("first above that"), "above"),
    ]


def _of(rows: Sequence[dict[str, Any]], head: Sentence, name: str, sort: str = "text") -> Column:
    return Column(head, sort, [row.get(name) for row in rows])


def _each(rows: Sequence[dict[str, Any]], name: str, word: Callable[[str], Sentence]) -> list[Column]:
    """A column for each key of a dict that every row holds."""
    keys = dict.fromkeys(key for row in rows for key in row.get(name) or {})
    return [Column(word(key), "number", [(row.get(name) or {}).get(key) for row in rows]) for key in keys]
