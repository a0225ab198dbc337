"""The formulation of a case in print: notation, objective, constraints; only what the case uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from ..api import Case, Prepared, prepare
from ..model import Statement
from ..network.network import Network
from ..schema import INPUT
from ..words import Sentence, say, sentences
from .language import Language
from .terms import period_name

Show = Callable[[str], str]

_INDICES = {
    "place": ("i, j", say("places")),
    "material": ("m", say("materials")),
    "mode": ("v", say("modes")),
    "period": ("t", say("periods")),
    "process": ("p", say("processes")),
    "size": ("s", say("sizes of a site")),
    "level": (r"\eta", say("levels of an offer")),
    "tour": ("r", say("tours")),
    "base": ("b", say("places, as bases of fleets")),
    "module": (r"\mu", say("modules")),
    "resource": (r"\kappa", say("resources")),
    "limit": (r"\ell", say("limits")),
    "goal": ("g", say("goals")),
    "charge": (r"\chi", say("charges")),
}
_TITLES = {
    "flow": say("Flow and balance"),
    "trips": say("Trips"),
    "tours": say("Tours"),
    "processing": say("Processing"),
    "returns": say("Returns"),
    "comeback": say("What comes back"),
    "deposits": say("Deposits"),
    "offers": say("Offers"),
    "dropoff": say("Drop-off"),
    "delivery": say("Delivery"),
    "stock": say("Stock"),
    "siting": say("Siting"),
    "sourcing": say("Single sourcing"),
    "waiting": say("Waiting"),
    "chance": say("Chance"),
    "phases": say("Sites over time"),
    "modules": say("Modules"),
    "resources": say("Resources"),
    "setups": say("Set-ups and lots"),
    "reserve": say("Reserve"),
    "measures": say("Measures of your own"),
    "targets": say("Targets"),
    "limits": say("Limits"),
    "goals": say("Goals"),
    "charges": say("Charges"),
    "owners": say("Owners"),
    "fleets": say("Fleets"),
    "vehicles": say("Vehicles"),
    "backhaul": say("Backhaul"),
    "larger": say("The larger of several"),
}


def math(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    latex: bool = False,
    language: str = "en",
) -> str:
    """The formulation of a case: notation table, objective and constraints, each with unit and source.

    >>> import balik
    >>> print(balik.math("jerigen-padang").splitlines()[0])
    Formulation of: Jerigen minyak goreng pakai ulang, Padang
    """
    prepared = prepare(case, scenario, set, settings)
    used = _with_balance(prepared)
    speak = Language(language)

    def show(equation: str) -> str:
        told = _in_words(equation, speak)
        return told if latex else plain(told)

    lines = [speak(say("Formulation of: {title}", title=prepared.tables.title)), ""]
    lines += [speak(say("Notation")), *_notation(prepared, used, show, speak), ""]
    lines += [speak(say("Minimise")), *_objective(prepared, used, show, speak), "", speak(say("subject to"))]
    sections = dict.fromkeys(s.section for s in used if s.kind == "constraint")
    count = 0
    for section in sections:
        lines += ["", speak(_TITLES.get(section, section))]
        for s in used:
            if s.kind == "constraint" and s.section == section:
                count += 1
                rows = len(prepared.model.program.families[s.name].rows)
                lines += _statement(count, s, rows, show, speak)
    bounds = [s for s in used if s.kind == "variable"]
    lines += ["", speak(say("Variables and their bounds"))]
    for s in bounds:
        columns = len(prepared.model.program.variables[s.name])
        count += 1
        lines += _statement(count, s, columns, show, speak)
    return "\n".join(lines)


def _with_balance(prepared: Prepared) -> list[Statement]:
    """Statements in use; the balance is put together from the shares of its sections."""
    used = prepared.model.used
    shares = [s.equation for s in used if s.kind == "balance"]
    out = []
    for s in used:
        if s.kind == "constraint" and s.name == "balance":
            start = r" + k_{im0}" if (prepared.network.stores.start > 0).any() else ""
            equation = " ".join(shares) + start + " " + s.equation
            s = Statement(s.kind, s.name, s.section, equation.removeprefix("+ "), s.unit, s.source, s.text, s.build)
        out.append(s)
    return out


def _notation(prepared: Prepared, used: list[Statement], show: Show, speak: Language) -> list[str]:
    n: Network = prepared.network
    shown = [s for s in used if s.kind in ("variable", "cost", "constraint") or _is_asked(prepared, s)]
    text = " ".join(s.equation for s in shown)
    rows = [tuple(map(speak, (say("symbol"), say("meaning"), say("unit"), say("where"))))]
    for dimension, (symbol, words) in _INDICES.items():
        count = len([x for x in n.labels.get(dimension, []) if x])
        if count and _is_index(symbol.split(",")[0], text):
            rows.append((show(symbol), speak(say("{words} ({count})", words=words, count=count)), "", ""))
    for table, schema in INPUT.items():
        if table not in prepared.tables and table != "periods":
            continue
        for column in schema.columns.values():
            known = {row[0] for row in rows}
            if column.symbol and column.role == "value" and column.symbol in text and show(column.symbol) not in known:
                rows.append(
                    (
                        show(column.symbol),
                        _first(speak(Sentence(column.description))),
                        _unit(prepared, column.unit, speak),
                        f"{table}.{column.name}",
                    )
                )
    for s in used:
        if s.kind == "variable":
            symbol = _variable_symbol(s.equation)
            meaning, where = _first(speak(Sentence(s.text))), speak(say("variable {name}", name=s.name))
            rows.append((show(symbol), meaning, _unit(prepared, s.unit, speak), where))
    widths = [max(len(r[c]) for r in rows) for c in range(3)]
    return ["  " + "  ".join([*(r[c].ljust(widths[c]) for c in range(3)), r[3]]).rstrip() for r in rows]


def _is_index(symbol: str, text: str) -> bool:
    return any(symbol in group for group in re.findall(r"[_^]\{?([^{}\s]*)\}?", text))


def _variable_symbol(equation: str) -> str:
    """The symbol that a variable's equation bounds: the token with the indices."""
    tokens = re.findall(r"\\?[A-Za-z]+(?:\^\{?[^{}\s]*\}?)?_\{[^{}]*\}|[A-Za-z]_[A-Za-z]", equation)
    lower = [t for t in tokens if t[0].islower() or t.startswith(("\\zeta", "\\mu", "\\delta"))]
    return (lower or tokens or [equation])[0]


def _first(text: str) -> str:
    return re.split(r"[;.]", text)[0]


def source_of(statement: Statement) -> Sentence:
    """After whom a statement is: names stay as they are, the words beside them are said in every language."""
    return Sentence(statement.source, statement.source.replace("{", "{{").replace("}", "}}"))


def _unit(prepared: Prepared, unit: str, speak: Language) -> str:
    """A unit in the currency and period of the case."""
    own = {"money": prepared.tables.currency, "period": period_name(prepared.tables.period)}
    return unit_in(unit, speak, own)


def unit_in(unit: str, speak: Language, own: Mapping[str, str] | None = None) -> str:
    """A unit in words of the language; `own` are those of the case."""
    words = {
        "of the quantity": say("of the quantity"), "site qty": say("site qty"), "qty": say("qty"), "trip": say("trip"), "run": say("run"),
        "job": say("job"), "vehicle": say("vehicle"), "money": say("money"), "period": say("period"),
    } | dict(own or {})  # fmt: skip
    return re.sub(rf"\b({'|'.join(words)})\b", lambda found: speak(words[found[1]]), unit)


def _objective(prepared: Prepared, used: list[Statement], show: Show, speak: Language) -> list[str]:
    lines = [*map(speak, _goals_first(prepared))]
    weights = prepared.network.weights
    if set(weights) != {"cost"}:
        terms = sentences(*(say("{weight:g} × {quantity}", weight=w, quantity=q) for q, w in weights.items()), between=" + ")
        lines.append(speak(say("  {terms}, where", terms=terms)))
    costs = [s for s in used if s.kind == "cost"]
    for i, s in enumerate(costs):
        sign = "cost = " if i == 0 else "     − " if s.equation.startswith("-") else "     + "
        lines += [
            f"  {sign}{show(s.equation.removeprefix('-') if i else s.equation)}",
            f"           {s.name}: {speak(Sentence(s.text))} [{_unit(prepared, s.unit, speak)}; {speak(source_of(s))}]",
        ]
    for s in used:
        name = f"{s.name.split('_')[0]} = … +"
        if s.section == "measures":
            name = f"{', '.join(_own_asked(prepared))} ="
        if s.kind == "measure" and _is_asked(prepared, s):
            lines += [f"  {name} {show(s.equation)}", f"           {speak(Sentence(s.text))} [{unit_in(s.unit, speak)}; {speak(source_of(s))}]"]
    return lines or ["  0"]


def _goals_first(prepared: Prepared) -> list[Sentence]:
    """What is minimised before the objective."""
    ranks = sorted(set(prepared.network.goals.priority.tolist()))
    if not ranks or "kept" not in prepared.model.program.families:
        return []
    names = reduce(lambda told, one: say("{one}, then {more}", one=told, more=one), [say("of priority {p}", p=p) for p in ranks])
    return [say("  first what the goals miss: those {names}, each without a loss to those before (see kept); then", names=names)]


def _is_asked(prepared: Prepared, s: Statement) -> bool:
    """Whether the objective or a limit counts the measure."""
    return s.name.split("_")[0] in _asked(prepared) if s.section != "measures" else bool(_own_asked(prepared))


def _asked(prepared: Prepared) -> set[str]:
    """What the objective, the limits and the goals count."""
    n = prepared.network
    return {*n.weights, *(r.quantity for r in n.counted_rows)}


def _own_asked(prepared: Prepared) -> list[str]:
    """Measures of the user's own that the objective or a limit counts."""
    return [name for name in prepared.network.measures.names if name in _asked(prepared)]


def _statement(count: int, s: Statement, rows: int, show: Show, speak: Language) -> list[str]:
    many = (say("{count:,} column", count=rows) if rows == 1 else say("{count:,} columns", count=rows)) if s.kind == "variable" else (
        say("{count:,} row", count=rows) if rows == 1 else say("{count:,} rows", count=rows))  # fmt: skip
    told = f"{s.name}: {speak(Sentence(s.text))} [{unit_in(s.unit, speak)}; {speak(many)}; {speak(source_of(s))}]"
    return [f"  ({count}) {show(s.equation)}", f"        {told}"]


def _in_words(equation: str, speak: Language) -> str:
    """An equation with the words in it said in this language; names of columns stay."""

    def said(found: re.Match[str]) -> str:
        word = found[0].strip()
        return found[0].replace(word, speak(_WORDS[word])) if word in _WORDS else found[0]

    return re.sub(r"(?<=\\text\{)[^{}]*", said, equation)


#: Words that stand in equations.
_WORDS = {str(word): word for word in (say("if whole"), say("hours of the trips"), say("for"))}
_SIGNS = {
    r"\sum": "Σ", r"\le": "≤", r"\ge": "≥", r"\in": "∈", r"\beta": "β", r"\tau": "τ", r"\ell": "ℓ", r"\xi": "ξ",
    r"\Xi": "Ξ", r"\zeta": "ζ", r"\varphi": "φ", r"\lambda": "λ", r"\rho": "ρ", r"\pi": "π", r"\mu": "μ", r"\Delta": "Δ", r"\kappa": "κ", r"\eta": "η", r"\sigma": "σ", r"\delta": "δ", r"\chi": "χ", r"\phi": "φ", r"\theta": "θ", r"\omega": "ω", r"\alpha": "α", r"\max": "max",
    r"\min": "min", r"\bigl": "", r"\bigr": "", r"\,": " ", r"\ ": " ", r"\{": "{", r"\}": "}", r"\pm": "±",
}  # fmt: skip


def plain(latex: str) -> str:
    """An equation for a terminal: Σ_ij d_ij x_ij."""
    text = re.sub(r"\\(?:text|mathbb)\{([^{}]*)\}", lambda m: {"Z": "ℤ", "R": "ℝ"}.get(m[1], m[1]), latex)
    braces = {r"\{": "\x01", r"\}": "\x02"}
    for sign, hidden in braces.items():
        text = text.replace(sign, hidden)
    text = re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", text)
    for sign, word in sorted(_SIGNS.items(), key=lambda kv: -len(kv[0])):
        text = re.sub(re.escape(sign) + (r"(?![A-Za-z])" if sign[-1].isalpha() else ""), word, text)
    text = text.replace("\x01", "{").replace("\x02", "}")
    return re.sub(r" +", " ", text).strip()
