"""The chapter of a validation: the system, its notation, the five rounds, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...analysis.validate import Round, Trial, Validation
from ...errors import CallError
from ...files import making, refuse_others
from ...words import Sentence, say
from ..dimensions import dimension_rows
from ..language import Language
from ..paper import plain, unit_in
from ..terms import period_name
from .blocks import Block, html, markdown

#: Ends of the files that a chapter is written to.
SUFFIXES = (".md", ".html")


def write_chapter(found: Validation, path: str | Path, language: str = "en") -> Path:
    """Write the chapter to a file, as its name ends: .md or .html."""
    out = check_name(path)
    with making(out) as made:
        made.write_text(chapter(found, out.suffix.lower().lstrip("."), language), encoding="utf-8")
    return out


def check_name(path: str | Path) -> Path:
    """The path of a chapter; raises CallError where its name ends otherwise, or where it would replace a user's own."""
    out = Path(path)
    if out.suffix.lower() not in SUFFIXES:
        raise CallError(say("A chapter is written as .md or .html, not as '{name}'.", name=out.name))
    refuse_others(out)
    return out


def chapter(found: Validation, form: str = "md", language: str = "en") -> str:
    """The chapter as text; `form`: md or html."""
    blocks = list(_blocks(found, Language(language)))
    return html(blocks, blocks[0].text, language) if form == "html" else markdown(blocks)


def _blocks(v: Validation, speak: Language) -> Iterator[Block]:
    yield Block("heading", speak(say("Verification and validation: {title}", title=v.title)))
    of = say("scenario {name}", name=v.scenario) if v.scenario else say("the base of the case")
    yield Block(
        "text",
        speak(
            say(
                "Case {case}, {of}. Money in {currency}, time in {period}.",
                case=v.case,
                of=of,
                currency=v.currency,
                period=period_name(v.period),
            )
        ),
    )
    yield Block("text", speak(verdict(v)))
    yield Block(
        "table",
        rows=[
            [speak(say("round")), "", speak(say("passed")), speak(say("failed")), speak(say("not applicable"))],
            *(_counts(r, speak) for r in v.rounds),
        ],
    )
    yield from _system(v, speak)
    for r in v.rounds:
        yield from _round(v, r, speak)


def verdict(v: Validation) -> Sentence:
    """What all trials come to."""
    failed = sum(t.passed is False for r in v.rounds for t in r.trials)
    made = sum(t.passed is not None for r in v.rounds for t in r.trials)
    if failed:
        return say("FAIL: {failed} of {made} trials did not come out as they must.", failed=failed, made=made)
    if v.stopped:
        return say("Not validated: the search was stopped before it found a plan, and what hangs on one was not tried.")
    return say(
        "PASS: all {made} trials came out as they must. What must happen was derived before each trial.", made=made
    )


def _counts(r: Round, speak: Language) -> list[str]:
    tally = [sum(t.passed is kind for t in r.trials) for kind in (True, False, None)]
    return [speak.number(r.number), speak(r.title), *map(speak.number, tally)]


def _system(v: Validation, speak: Language) -> Iterator[Block]:
    yield Block("heading", speak(say("The system")), 2)
    shape = v.shape
    for head, lines in (
        (say("Components"), shape.components),
        (say("Inputs that cannot be controlled"), shape.given),
        (say("Inputs that can be controlled"), shape.decided),
        (say("Outputs"), shape.outputs),
        (say("Boundary"), shape.boundary),
    ):
        yield Block("heading", speak(head), 3)
        yield Block("list", rows=[[speak(line)] for line in lines])
    yield Block("heading", speak(say("Notation")), 3)
    columns = [speak(say("symbol")), speak(say("meaning")), speak(say("unit")), speak(say("where"))]
    yield Block(
        "table", rows=[columns, *([plain(s.symbol), speak(s.meaning), unit_in(s.unit, speak), s.where] for s in shape.notation)]
    )


def _round(v: Validation, r: Round, speak: Language) -> Iterator[Block]:
    yield Block("heading", speak(say("Round {number}: {title}", number=r.number, title=r.title)), 2)
    head = [speak(say("trial")), speak(say("what must happen")), speak(say("what happened")), ""]
    yield Block(
        "table",
        rows=[head, *([speak(t.name), speak(t.expected), speak(t.found), verdict_word(t, speak)] for t in r.trials)],
    )
    if r.number == 1:
        rows = [["", speak(say("left")), speak(say("right")), ""]]
        rows += [[speak(cell) for cell in row] for row in dimension_rows(v.dimensions)]
        yield Block("table", rows=rows)


def verdict_word(trial: Trial, speak: Language) -> str:
    """PASS, FAIL or a dash."""
    if trial.passed is None:
        return "–"
    return speak(say("PASS")) if trial.passed else speak(say("FAIL"))
