"""Writes the parts of docs/ that follow from the code: tables, plan tables, quantities, options, formulation.

Each part stands on its page between `<!-- generated: NAME -->` and `<!-- end of NAME -->`; the rest is written by hand.

    python tools/write_docs.py            rewrites what is stale
    python tools/write_docs.py --check    names what is stale and exits 1
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from balik import cli
from balik.model import SECTIONS, STATEMENTS, Statement
from balik.network.limits import MATERIAL_QUANTITIES, MEASURES, QUANTITIES, SCOPES, UNITS
from balik.schema import INPUT, PLAN, dictionary
from balik.tables.numbers import write_number
from balik.tables.units import known_units

ROOT = Path(__file__).resolve().parents[1]
DOCS, SOURCE, GOLDEN = ROOT / "docs", ROOT / "src" / "balik", ROOT / "tests" / "model" / "golden"
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end of \2 -->\n)", re.S)


def tables() -> str:
    """Every input table and column."""
    return _in_markdown(dictionary(INPUT))


def plan_tables() -> str:
    """Every table and column of a plan."""
    return _in_markdown(dictionary(PLAN))


def _in_markdown(text: str) -> str:
    """A dictionary whose cells are safe in Markdown: no stray tags, words of the schema as code."""
    return re.sub(r"<(\w+)>", r"`<\1>`", text).replace("| * |", "| `*` |")


def units() -> str:
    """Every unit that is known, with its other words."""
    lines = ["| unit | also written | is | meaning |", "|---|---|---|---|"]
    for known in known_units().values():
        over = "·".join(base for base, _ in sorted(known.value.powers))
        same = known.value.factor == 1 and over == known.unit
        value = "" if same else f"{_fraction(known.value.factor)} {over}".strip()
        also = ", ".join(f"`{word}`" for word in known.words)
        lines.append(f"| `{known.unit}` | {also} | {value} | {known.meaning} |")
    return "\n".join(lines)


def _fraction(value: Fraction) -> str:
    text = f"{value.numerator:,}" if value.denominator == 1 else write_number(value)
    return text if "/" not in text else f"{value.numerator:,}/{value.denominator:,}"


def words() -> str:
    """Columns that take only some words, and numbers that must keep a bound."""
    lines = ["| column | takes |", "|---|---|"]
    for table in INPUT.values():
        for column in table.columns.values():
            rules = [", ".join(f"`{w}`" for w in column.words)] if column.words else []
            rules += ["`yes`, `no`"] if column.kind == "flag" else []
            rules += ["a whole number"] if column.kind == "integer" else []
            rules += ["above 0"] if ">0" in column.rules else []
            rules += [f"at least {column.rules['min']}"] if "min" in column.rules else []
            rules += [f"at most {column.rules['max']}"] if "max" in column.rules else []
            rules += [f"or `{column.rules['or']}`"] if "or" in column.rules else []
            if rules:
                lines.append(f"| `{table.name}.{column.name}` | {', '.join(rules)} |")
    return "\n".join(lines)


def quantities() -> str:
    """Every quantity that may be limited, weighed and expected, with its unit and scope columns."""
    lines = ["| quantity | what | unit | scope columns |", "|---|---|---|---|"]
    for name, scopes in SCOPES.items():
        kind = "amount" if name in QUANTITIES else "measure" if name in MEASURES else "money"
        unit = UNITS.get(name, "of the material" if name in MATERIAL_QUANTITIES else "currency")
        lines.append(f"| `{name}` | {kind} | {unit} | {', '.join(f'`{s}`' for s in dict.fromkeys(scopes))} |")
    return "\n".join(lines)


def options() -> str:
    """Every verb with its arguments and options, from the parser of the command."""
    parser = cli.arguments()
    verbs = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return "\n\n".join(_verb(name, verb) for name, verb in verbs.choices.items())


def _verb(name: str, parser: argparse.ArgumentParser) -> str:
    rows, call = [], [f"balik {name}"]
    for action in sorted(parser._actions, key=lambda a: bool(a.option_strings)):
        if isinstance(action, argparse._HelpAction):
            continue
        metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
        if action.option_strings:
            flag = action.option_strings[0] + (f" {metavar}" if action.nargs != 0 else "")
        else:
            flag = {"*": f"[{metavar} …]", "?": f"[{metavar}]"}.get(str(action.nargs), metavar)
            call.append(flag)
        case = "a folder with a case.toml, a workbook, or a bundled case"
        words = (action.help or {"case": case}.get(action.dest, "")) % vars(action)  # as argparse does
        rows.append(f"| `{flag.replace('|', chr(92) + '|')}` | {words} |")
    text = (parser.description or "").rstrip(".")
    return "\n".join(
        [f"### {name}", "", f"`{' '.join(call)}`: {text}.", "", "| argument | meaning |", "|---|---|", *rows]
    )


def formulation() -> str:
    """Every statement of the model, section by section, with equation, unit and source."""
    out = []
    for section in SECTIONS:
        name = section.__name__.rsplit(".", 1)[-1]
        first, _, rest = (section.__doc__ or name).strip().partition("\n")
        out.append(f"## {first.rstrip('.')}")
        if rest.strip():
            out.append(_code(rest.strip()))
        for kind, title in _KINDS.items():
            found = [s for s in STATEMENTS if s.section == name and s.kind == kind]
            if found:
                out += [f"### {title}: {name}", *(part for s in found for part in _statement(s))]
    return "\n\n".join(out)


_WHOLE_WORDS = {"break_long_words": False, "break_on_hyphens": False}
_KINDS = {
    "variable": "Variables",
    "balance": "Shares in the balance",
    "cost": "Money",
    "measure": "Measures",
    "constraint": "Constraints",
}


def _statement(s: Statement) -> Iterator[str]:
    equation = s.equation
    if (s.kind, s.name) == ("constraint", "balance"):  # put together from the shares of all sections
        shares = " ".join(share.equation for share in STATEMENTS if share.kind == "balance")
        equation = f"{shares.removeprefix('+ ')} {equation}"
    yield textwrap.fill(f"**{s.name}**: {_code(s.text)} Unit: {s.unit}. Source: {s.source}.", 118, **_WHOLE_WORDS)
    yield f"```math\n{equation}\n```"


def _code(text: str) -> str:
    return text.replace("*", r"\*").replace("_", r"\_") if "`" not in text else text


def stock_section() -> str:
    """The section that the how-to page takes as its example, as it stands."""
    return f"```py\n{(SOURCE / 'model' / 'stock.py').read_text(encoding='utf-8').strip()}\n```"


def stock_schema() -> str:
    """The schema rows of the same example."""
    rows = (SOURCE / "schema" / "input" / "stores.csv").read_text(encoding="utf-8").strip()
    return f"```text\n{rows}\n```"


def stock_golden() -> str:
    """One of its golden files."""
    return f"```text\n{(GOLDEN / 'balance-keeping.txt').read_text(encoding='utf-8').strip()}\n```"


PARTS: dict[str, Callable[[], str]] = {
    "tables": tables,
    "plan-tables": plan_tables,
    "units": units,
    "words": words,
    "quantities": quantities,
    "options": options,
    "formulation": formulation,
    "stock-section": stock_section,
    "stock-schema": stock_schema,
    "stock-golden": stock_golden,
}


def written(page: str) -> str:
    """The page with every generated part as the code has it now."""
    return _PART.sub(lambda m: f"{m[1]}\n{PARTS[m[2]]().strip()}\n\n{m[3]}", page)


def main(arguments: list[str]) -> int:
    stale, seen = [], set()
    for path in sorted(DOCS.rglob("*.md")):
        page = path.read_text(encoding="utf-8")
        seen |= {m[2] for m in _PART.finditer(page)}
        fresh = written(page)
        if fresh != page:
            stale.append(path)
            if "--check" not in arguments:
                path.write_text(fresh, encoding="utf-8", newline="\n")
    for path in stale:
        print(f"{'stale' if '--check' in arguments else 'written'}: {path.relative_to(ROOT)}")
    for name in sorted(set(PARTS) - seen):
        print(f"no page holds the part '{name}'")
    if "--check" in arguments and stale:
        print("Run: python tools/write_docs.py")
    return 1 if set(PARTS) - seen or ("--check" in arguments and stale) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
