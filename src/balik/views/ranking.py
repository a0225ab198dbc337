"""A ranking as text for a terminal."""

from __future__ import annotations

from ..analysis.study import Study
from ..words import say
from .language import Language
from .layout import number, table


def ranking_text(ranking: Study, language: str = "en") -> str:
    """Weights of the criteria, how consistent the comparisons are, and the alternatives, best first."""
    blocks = [_weights(ranking, language), _consistency(ranking, language), _alternatives(ranking, language)]
    return "\n\n".join(block for block in blocks if block)


def _weights(ranking: Study, language: str) -> str:
    lines = [[r["criterion"], r["under"], number(r["weight"], 9)] for r in ranking.more["weights"]]
    heads = (say("criterion"), say("under"), say("weight"))
    return table(heads, lines, left=(0, 1), speak=Language(language))


def _consistency(ranking: Study, language: str) -> str:
    if not ranking.more["comparisons"]:
        return ""
    lines: list[list[str]] = []
    for r in ranking.more["comparisons"]:
        judge = say("all together") if r["judge"] is None else r["judge"]
        under = r["under"] or say("the goal")
        lines.append([under, judge, number(len(r["items"])), number(r["largest"], 6), number(r["ratio"], 4)])
    heads = (say("compared under"), say("judge"), say("items"), say("eigenvalue"), say("consistency ratio"))
    return table(heads, lines, left=(0, 1), speak=Language(language))


def _alternatives(ranking: Study, language: str) -> str:
    leaves = next((list(r["scores"]) for r in ranking.rows if r["scores"]), [])
    compared = any(r["priority"] is not None for r in ranking.rows)
    heads = [say("rank"), say("alternative"), say("closeness"), *([say("priority")] if compared else [])]
    lines = [
        [
            number(r["rank"]),
            r["alternative"],
            number(r["closeness"], 9),
            *([number(r["priority"], 9)] if compared else []),
            *(number(r["scores"].get(leaf), 6) for leaf in leaves),
        ]
        for r in ranking.rows
    ]
    return table([*heads, *leaves], lines, left=(1,), speak=Language(language))
