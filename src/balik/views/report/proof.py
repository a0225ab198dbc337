"""The last chapter: what was verified, what is proved, and with what the plan was made."""

from __future__ import annotations

from ...plan.plan import Plan
from ...words import Figure, Sentence, plain, say
from ..language import Language
from ..opinion import opinion_text
from ..proof import proof_text
from ..terms import status_word
from .parts import Block, Grid, Paragraph, Points, Section


def proof(plan: Plan, speak: Language) -> Section:
    """Verification, bound, engine and times; and the warnings of the check."""
    blocks: list[Block] = []
    if plan.has_numbers:
        blocks.append(
            Paragraph(speak(say("Every number of this report stands in the plan, and the plan was judged from its tables by other code than made it: {laws} laws, none broken.", laws=speak.number(plan.laws))))
        )  # fmt: skip
        proved = proof_text(plan.facts.get("proof"))
        second = opinion_text(plan.facts.get("second_opinion"))
        blocks += [Paragraph(speak(sentence)) for sentence in (proved, second) if sentence]
    options = plan.facts.get("options", {})
    rows = [
        (speak(say("status")), speak(status_word(plan.status))),
        (speak(say("objective")), speak.number(plan.objective)),
        (speak(say("bound")), speak.number(plan.bound)),
        (speak(say("gap")), "–" if plan.gap is None else power(plan.gap, 1).into(speak.code)),
        (speak(say("engine")), str(options.get("picked", ""))),
        (speak(say("gap asked")), "" if options.get("gap") is None else power(options["gap"]).into(speak.code)),
        *((speak(say("changed by --set")), str(change)) for change in options.get("set") or []),
        *(
            (speak(say("seconds: {step}", step=step_word(step))), speak.number(value))
            for step, value in plan.seconds.items()
        ),
        *((str(name), str(version)) for name, version in _versions().items()),
    ]
    blocks.append(
        Grid((speak(say("what")), speak(say("value"))), tuple(row for row in rows if row[1]), frozenset((1,)))
    )
    warnings = [f"{p.code} {p.where}: {speak(p.found)} {speak(p.advice)}".strip() for p in plan.problems]
    if warnings:
        shown = warnings[:40] + (
            [speak(say("… and {count} more", count=len(warnings) - 40))] if len(warnings) > 40 else []
        )
        blocks.append(Points(tuple(shown), speak(say("Warnings of the check"))))
    return Section("proof", speak(say("Verification")), blocks)


def step_word(step: str) -> Sentence:
    """A step of the work, whose seconds are told."""
    words = {
        "read": say("reading"),
        "check": say("checking"),
        "build": say("formulating"),
        "solve": say("solving"),
        "verify": say("verifying"),
    }
    return words.get(step, plain(step))


def power(value: float, decimals: int = 0) -> Figure:
    """A small number: 1e-9, 4.7e-14; 0."""
    return Figure(f"{value:.{decimals}e}".replace("e-0", "e-").replace("e+00", "") if value else "0")


def _versions() -> dict[str, str]:
    from ...plan.store import versions

    return versions()
