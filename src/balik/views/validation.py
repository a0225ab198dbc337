"""A validation on a terminal: every trial with its evidence, and the five rounds."""

from __future__ import annotations

from ..analysis.validate import Validation
from ..words import say
from .chapter.write import verdict, verdict_word
from .language import Language


def validation_text(found: Validation, language: str = "en") -> str:
    """The five rounds, a line or two for each trial, and what they come to."""
    speak, lines = Language(language), []
    for r in found.rounds:
        tried = any(t.passed is not None for t in r.trials)
        head = "–" if not tried else speak(say("PASS")) if r.ok else speak(say("FAIL"))
        lines.append(f"{speak.number(r.number)}  {speak(r.title)}  {head}")
        for t in r.trials:
            lines.append(f"   {verdict_word(t, speak):5} {speak(t.name)}: {speak(t.expected)}")
            if t.found:
                lines.append(f"         → {speak(t.found)}")
        lines.append("")
    made = sum(t.passed is not None for r in found.rounds for t in r.trials)
    failed = sum(t.passed is False for r in found.rounds for t in r.trials)
    left = sum(t.passed is None for r in found.rounds for t in r.trials)
    lines.append(
        speak(
            say(
                "{made} trials: {passed} passed, {failed} failed; {left} do not apply.",
                made=made,
                passed=made - failed,
                failed=failed,
                left=left,
            )
        )
    )
    if found.stopped:
        lines.append(speak(verdict(found)))
    return "\n".join(lines)
