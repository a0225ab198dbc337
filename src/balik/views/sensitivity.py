"""Studies of sensitivity as text for a terminal, a function for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..analysis.study import Study
from ..words import Figure, Sentence, say
from .language import Language
from .layout import MONEY, number, table
from .terms import quantity_name
from .text import comparison_text

_NAMES = 4


def sensitivity_text(study: Study, language: str = "en") -> str:
    """The answer of `sensitivity`, whatever was asked."""
    return _KINDS[study.kind](study, Language(language)) if study.rows else ""


def _swept(study: Study, speak: Language) -> str:
    """With several selections the widest first, then a block for each, with a row for each point."""
    blocks = []
    overs = list(dict.fromkeys(row["over"] for row in study.rows))
    if len(overs) > 1:
        blocks.append(_tornado(study, speak))
    for over in overs:
        rows = [row for row in study.rows if row["over"] == over]
        block = comparison_text(rows, study.currency, "at", speak.code)
        if study.more["read"] != "cost":
            heads = [say("at"), _read(study)]
            block += "\n" + table(heads, [[Figure(row["at"]), number(row["value"], 4)] for row in rows], speak=speak)
        blocks.append(f"{over}\n{block}")
    return "\n\n".join(blocks)


def _read(study: Study) -> Sentence:
    """What is read besides the cost."""
    return quantity_name(study.more["read"])


def _tornado(study: Study, speak: Language) -> str:
    money = MONEY.get(study.currency, study.currency)
    cost = say("cost {currency}", currency=money) if study.more["read"] == "cost" else _read(study)
    heads: list[str] = [say("input"), say("least of the range"), cost, say("most of the range"), cost, say("swing")]
    lines = [
        [
            row["over"],
            Figure(row["low"]),
            _end(row, "low"),
            Figure(row["high"]),
            _end(row, "high"),
            number(row["swing"]),
        ]
        for row in study.more["tornado"]
    ]
    return table(heads, lines, speak=speak)


def _end(row: dict[str, Any], end: str) -> Sentence:
    return number(row[f"{end}_value"]) if row[f"{end}_value"] is not None else say("no plan")


def _grid(study: Study, speak: Language) -> str:
    """The first down, the second across; after every figure the letter of its set of sites."""
    down, across = (list(dict.fromkeys(row[key] for row in study.rows)) for key in ("at", "against_at"))
    key = "cost" if study.more["read"] == "cost" else "value"
    cells = {(row["at"], row["against_at"]): row for row in study.rows}
    sited = any(study.more["sets"].values())
    lines = [[Figure(at), *(_cell(cells[at, other], key, speak, sited=sited) for other in across)] for at in down]
    first = study.rows[0]
    head = speak(say("{over} down, {against} across; {read}", over=first["over"], against=first["against"], read=_read(study)))  # fmt: skip
    shown = [head, table(["", *(Figure(at) for at in across)], lines, speak=speak)]
    if sited:
        shown.append("\n".join(f"  {letter}  {_places(used)}" for letter, used in study.more["sets"].items()))
    return "\n".join(shown)


def _cell(row: dict[str, Any], key: str, speak: Language, *, sited: bool) -> str:
    if row["cost"] is None:
        return speak(say("no plan"))
    return f"{speak(number(row[key]))} {row['set']}" if sited else speak(number(row[key]))


def _steady(study: Study, speak: Language) -> str:
    heads: list[str] = [say("input"), say("unit"), say("from"), say("to"), say("next below"), say("next above")]
    lines = [
        [row["over"], row["unit"], _bound(row, "from"), _bound(row, "to"), _change(row, "from"), _change(row, "to")]
        for row in study.rows
    ]
    return table(heads, lines, left=(0, 1, 4, 5), speak=speak)


def _bound(row: dict[str, Any], end: str) -> Sentence:
    if row[end] is not None:
        return number(row[end], 6)
    if row[f"{end}_why"] == "ever":
        return say("nothing") if end == "from" else say("any height")
    return say("{sign} {value}", sign="≤" if end == "from" else "≥", value=number(row[f"{end}_tried"], 6))


def _change(row: dict[str, Any], end: str) -> Sentence | str:
    if row[f"{end}_why"] == "none":
        return say("no plan")
    moved = [f"+{p}" for p in row[f"{end}_in"]] + [f"−{p}" for p in row[f"{end}_out"]]
    return ", ".join(moved[:_NAMES]) + (" …" if len(moved) > _NAMES else "")


def _edge(study: Study, speak: Language) -> str:
    heads: list[str] = [say("input"), say("unit"), say("least with a plan"), say("most with a plan")]
    by_over: dict[str, dict[str, dict[str, Any]]] = {}
    for row in study.rows:
        by_over.setdefault(row["over"], {})[row["side"]] = row
    lines = [[over, sides["least"]["unit"], _edged(sides["least"]), _edged(sides["most"])] for over, sides in by_over.items()]  # fmt: skip
    return table(heads, lines, left=(0, 1), speak=speak)


def _edged(row: dict[str, Any]) -> Sentence:
    if row["value"] is not None:
        return number(row["value"], 6)
    if row["ever"]:
        return say("any")
    return say("{sign} {value}", sign="≤" if row["side"] == "least" else "≥", value=number(row["tried"], 6))


def _curve(study: Study, speak: Language) -> str:
    blocks = []
    money = MONEY.get(study.currency, study.currency)
    for over in dict.fromkeys(row["over"] for row in study.rows):
        rows = [row for row in study.rows if row["over"] == over]
        unit = rows[0]["unit"]
        heads: list[str] = [
            say("from {unit}", unit=unit),
            say("to {unit}", unit=unit),
            say("cost {currency}", currency=money),
            say("one {unit} more", unit=unit),
            say("sites"),
            say("in/out"),
        ]
        lines = [
            [
                number(row["from"], 6),
                number(row["to"], 6),
                number(row["cost_from"]),
                number(row["marginal"], 6),
                str(len(row["sites"])) if row["sites"] else "",
                _moved(row),
            ]
            for row in rows
        ]
        blocks.append(f"{over}\n" + table(heads, lines, left=(5,), speak=speak))
    return "\n\n".join(blocks)


def _moved(row: dict[str, Any]) -> str:
    moved = [f"+{p}" for p in row["sites_in"]] + [f"−{p}" for p in row["sites_out"]]
    return ", ".join(moved[:_NAMES]) + (" …" if len(moved) > _NAMES else "")


def _places(names: list[str]) -> str:
    return ", ".join(names[: 2 * _NAMES]) + (" …" if len(names) > 2 * _NAMES else "")


def _prices(study: Study, speak: Language) -> str:
    """Binding numbers, then single ways."""
    money = MONEY.get(study.currency, study.currency)
    bounds = [row for row in study.rows if row["about"] == "bound"]
    ways = [row for row in study.rows if row["about"] != "bound"]
    blocks = []
    if bounds:
        heads: list[str] = [
            say("binding"), say("now"), say("unit"), say("one less costs {currency}", currency=money), say("down to"),
            say("one more costs {currency}", currency=money), say("up to"), "",
        ]  # fmt: skip
        lines = [
            [row["input"], number(row["now"], 6), row["unit"], *_side(row, "less"), *_side(row, "more"),
             say("degenerate") if row["degenerate"] else ""]
            for row in bounds
        ]  # fmt: skip
        blocks.append(table(heads, lines, left=(0, 2, 7), speak=speak))
    if ways:
        heads = [
            say("way"), say("amount"), say("unit"), say("moves if cheaper by {currency}", currency=money),
            say("or dearer by {currency}", currency=money),
        ]  # fmt: skip
        lines = [
            [_way(row, len({row["period"] for row in ways}) > 1), number(row["amount"], 4), row["unit"],
             _away(row["cheaper_by"]), _away(row["dearer_by"])]
            for row in ways
        ]  # fmt: skip
        blocks.append(table(heads, lines, left=(0, 2), speak=speak))
    return "\n\n".join(blocks)


def _way(row: dict[str, Any], periods: bool) -> str:
    """A way by all that tells it from others; `periods`: whether there are ways of several."""
    by = [row["material"], row["mode"], row["period"] if periods else ""]
    return f"{row['origin']} → {row['dest']} ({', '.join(word for word in by if word)})"


def _side(row: dict[str, Any], side: str) -> list[str]:
    cost, until, why = (row[f"{side}_{key}"] for key in ("costs", "until", "why"))
    if why is None:
        return [number(None), ""]
    if cost is None:
        return [say("no plan"), ""]
    end: Sentence = say("any") if until is None else number(until, 6)
    return [number(cost, 6), say("{end} (no plan beyond)", end=end) if why == "none" else end]


def _away(value: float | None) -> Sentence:
    return number(value, 6) if value is not None else say("never")


_KINDS: dict[str, Callable[[Study, Language], str]] = {
    "sensitivity": _swept,
    "two-way": _grid,
    "steady": _steady,
    "edge": _edge,
    "curve": _curve,
    "prices": _prices,
}
