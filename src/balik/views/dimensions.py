"""The dimensional verification in print: every term on the left, what its statement declares on the right."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.dimensions import Dimensions
from ..model.units import Checked, Factor, Term
from ..words import say, sentences
from .language import Language
from .terms import period_name

_KINDS = ("cost", "measure", "objective", "balance", "constraint", "variable")


def dimensions_text(found: Dimensions, language: str = "en") -> str:
    """The table, and below it what it comes to."""
    counted = {"currency": found.currency, "period": period_name(found.period), "material": found.material}
    head = [
        say("Dimensional verification: every term on the left, what its statement declares on the right."),
        say("Money in {currency}, time in {period}, amounts in {material}; a trip, a site, a share have no unit.", **counted),
    ]  # fmt: skip
    speak = Language(language)
    rows = [(say("statement"), say("left"), say("right"), ""), *dimension_rows(found)]
    cells = [[speak(cell) for cell in row] for row in rows]
    widths = [max(len(row[c]) for row in cells) for c in range(3)]
    table = ["  ".join([*(row[c].ljust(widths[c]) for c in range(3)), row[3]]).rstrip() for row in cells]
    terms = sum(len(checked.terms) for checked in found.statements)
    off = sum(not term.ok for checked in found.statements for term in checked.terms)
    end = say("{statements} statements, {terms} terms: left and right agree.", statements=len(found.statements), terms=terms)
    if off:
        end = say(
            "{off} of {terms} terms differ: a fault of balik, not of your data. Please report it with the case.",
            off=off,
            terms=terms,
        )
    return "\n".join([*map(speak, head), "", *table, "", speak(end)])


def dimension_rows(found: Dimensions) -> list[tuple[str, str, str, str]]:
    """Every term: its statement, left, right, and whether the two agree."""
    ordered = sorted(found.statements, key=lambda s: _KINDS.index(s.statement.kind))
    return [row for checked in ordered for row in _rows(found, checked)]


def _rows(found: Dimensions, checked: Checked) -> Iterator[tuple[str, str, str, str]]:
    right = found.worded(checked.unit)
    right = say("of the quantity") if right == "of the quantity" else right
    if checked.statement.unit in ("tkm", "trip"):
        right += f" ({checked.statement.unit})"
    for at, term in enumerate(checked.terms):
        name = sentences(_kind(checked.statement.kind), checked.statement.name) if at == 0 else ""
        yield name, _left(found, term), right, say("ok") if term.ok else say("DIFFERS")


def _kind(kind: str) -> str:
    words = {
        "cost": say("cost"),
        "measure": say("measure"),
        "objective": say("objective"),
        "balance": say("balance"),
        "constraint": say("constraint"),
        "variable": say("variable"),
    }
    return words[kind]


def _left(found: Dimensions, term: Term) -> str:
    """rate [money/km] × km [km] / payload [dus] = money/dus."""

    def shown(f: Factor) -> str:
        power = "" if abs(f.power) == 1 else f"^{abs(f.power)}"
        name = f"({f.name})" if "," in f.name else f.name
        return f"{name}{power}" if f.unit == "1" else f"{name}{power} [{found.worded(f.unit)}]"

    over = " × ".join(shown(f) for f in term.factors if f.power > 0) or "1"
    under = "".join(f" / {shown(f)}" for f in term.factors if f.power < 0)
    return f"{over}{under} = {found.worded(term.unit)}"
