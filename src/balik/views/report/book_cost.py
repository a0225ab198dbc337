"""The first sheets of a workbook: the plan in short, and the ledger; every sum is a formula over the ledger."""

from __future__ import annotations

import math
from typing import Any

from ...plan.plan import Plan
from ...schema import PLAN
from ...words import say
from ..bill import items
from ..subject import Subject
from ..terms import account_word, ledger_unit
from .cells import Book, letter, quoted
from .summary import binding, verdict

_MOST_STAGES = 60


def cost_sheets(book: Book, subject: Subject, plan: Plan) -> None:
    """The sheet in short with its charts, and the ledger that it sums."""
    speak = book.speak
    short = book.sheet(speak(say("In short")))
    short.write_string(0, 0, plan.title, book.looks["title"])
    short.write_string(1, 0, speak(verdict(plan, speak)), book.looks["bold"])
    short.set_column(0, 0, 34)
    short.set_column(1, 20, 17)
    if not plan.has_numbers:
        return
    ledger = quoted(speak(say("Ledger")))
    span = _ledger(book, subject, plan)
    row = _accounts(book, subject, plan, short, ledger, span)
    row = _stages(book, subject, plan, short, ledger, span, row + 2)
    for line in binding(plan, speak):
        short.write_string(row + 3, 0, line)
        row += 1


def _ledger(book: Book, subject: Subject, plan: Plan) -> dict[str, str]:
    """The ledger with its stage; its cost is amount × rate. Returns the range of each column that sums are over."""
    speak = book.speak
    table = plan.columns.get("ledger", {})
    sheet = book.sheet(speak(say("Ledger")))
    names = [
        name
        for name in PLAN["ledger"].columns
        if name in ("account", "amount", "unit", "rate", "cost") or any(map(_filled, table.get(name, [])))
    ]
    stages = [item.stage for item in items(subject)]
    names.insert(1, "stage")
    names.append(names.pop(names.index("cost")))  # a product of two others, which stands last
    units = {"rate": f"{plan.currency}/{speak(say('unit'))}", "cost": plan.currency}
    columns = PLAN["ledger"].columns
    heads = [
        speak(say("stage")) if n == "stage" else (columns[n].indonesian if speak.code == "id" else n) for n in names
    ]
    book.head(sheet, 0, [f"{head} [{units[n]}]" if n in units else head for head, n in zip(heads, names, strict=True)])
    cells = {name: stages if name == "stage" else table.get(name, []) for name in names}
    cells["unit"] = [speak(ledger_unit(str(unit), plan.currency)) for unit in cells["unit"]]
    book.rows(sheet, 1, [cells[name] for name in names], (names.index("amount"), names.index("rate")))
    sheet.freeze_panes(1, 0)
    last = max(1, len(stages))
    if stages:
        sheet.autofilter(0, 0, last, len(names) - 1)
    book.widths(sheet, [[head, *cells[name]] for head, name in zip(heads, names, strict=True)])
    return {
        n: f"${letter(names.index(n))}$2:${letter(names.index(n))}${last + 1}" for n in ("account", "stage", "cost")
    }


def _filled(value: Any) -> bool:
    return value not in (None, "")


def _accounts(book: Book, subject: Subject, plan: Plan, sheet: Any, ledger: str, span: dict[str, str]) -> int:
    """Accounts with their sums, the cost, and how far it is from the plan's; returns the last row.

    EXACT takes names as they are; SUMIFS would take *, ? and < in them for orders.
    """
    speak = book.speak
    names = [name for name, value in (plan.accounts or {}).items() if value]
    book.head(
        sheet, 3, [speak(say("account")), f"{speak(say('cost'))} [{plan.currency}]", speak(say("account in words"))]
    )
    for i, name in enumerate(names):
        sheet.write_string(4 + i, 0, name)
        formula = f"=SUMPRODUCT(EXACT({ledger}!{span['account']},A{5 + i})*{ledger}!{span['cost']})"
        book.sum_of(sheet, 4 + i, 1, formula, (plan.accounts or {})[name])
        sheet.write_string(4 + i, 2, speak(account_word(name)))
    row = 4 + len(names)
    sheet.write_string(row, 0, speak(account_word("cost")), book.looks["bold"])
    book.sum_of(sheet, row, 1, f"=SUM({ledger}!{span['cost']})", plan.cost or 0.0, "total")
    sheet.write_string(row + 1, 0, speak(say("cost that the plan states")))
    book.put(sheet, row + 1, 1, plan.cost, "money")
    sheet.write_string(row + 2, 0, speak(say("difference (must be 0)")))
    book.sum_of(sheet, row + 2, 1, f"=ROUND(B{row + 1}-B{row + 2},2)", 0.0, "number")
    if names:
        title = f"{speak(say('Cost by account'))} [{plan.currency}]"
        _bar(book, sheet, title, 4, row - 1, [(speak(say("cost")), 1)], "D4")
    return row + 3


def _stages(book: Book, subject: Subject, plan: Plan, sheet: Any, ledger: str, span: dict[str, str], top: int) -> int:
    """Stages down, accounts across, each a sum over the ledger; returns the last row."""
    speak = book.speak
    sums: dict[tuple[str, str], float] = {}
    for item in items(subject):
        sums[item.stage, item.account] = sums.get((item.stage, item.account), 0.0) + item.cost
    stages = list(dict.fromkeys(stage for stage, _ in sums))
    names = [name for name, value in (plan.accounts or {}).items() if value]
    top = max(top, 21)  # below the chart of accounts
    if len(stages) < 2 or len(stages) > _MOST_STAGES:
        return top
    book.head(sheet, top, [f"{speak(say('stage'))} [{plan.currency}]"])
    for j, name in enumerate(names):  # as the ledger writes them: the formulas look for them
        sheet.write_string(top, 1 + j, name, book.looks["head"])
    sheet.write_string(top, 1 + len(names), speak(say("all")), book.looks["head"])
    for i, stage in enumerate(stages):
        row = top + 1 + i
        sheet.write_string(row, 0, stage)
        for j, name in enumerate(names):
            here = f"EXACT({ledger}!{span['stage']},$A{row + 1})*EXACT({ledger}!{span['account']},{letter(1 + j)}${top + 1})"
            book.sum_of(sheet, row, 1 + j, f"=SUMPRODUCT({here}*{ledger}!{span['cost']})", sums.get((stage, name), 0.0))
        total = math.fsum(sums.get((stage, name), 0.0) for name in names)
        book.sum_of(sheet, row, 1 + len(names), f"=SUM(B{row + 1}:{letter(len(names))}{row + 1})", total)
    last = top + len(stages)
    series = [(name, 1 + j) for j, name in enumerate(names)]
    _bar(
        book,
        sheet,
        f"{speak(say('Cost by stage and account'))} [{plan.currency}]",
        top + 1,
        last,
        series,
        f"{letter(len(names) + 3)}{top + 1}",
    )
    return max(last, top + 16)


def _bar(book: Book, sheet: Any, title: str, first: int, last: int, series: list[tuple[str, int]], at: str) -> None:
    """A chart of Excel's own, stacked where it has several series."""
    from ..palette import SERIES

    name = sheet.get_name()
    chart = book.file.add_chart({"type": "bar", "subtype": "stacked"} if len(series) > 1 else {"type": "bar"})
    for i, (words, column) in enumerate(series):
        chart.add_series(
            {"name": words, "categories": [name, first, 0, last, 0], "values": [name, first, column, last, column],
             "fill": {"color": SERIES[i % len(SERIES)]}, "border": {"color": "#1a1a1a", "width": 0.5}, "gap": 40}
        )  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#d0d0d0"}}})
    chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
    chart.set_size({"width": 620, "height": max(260, 26 * (last - first + 1) + 130)})
    sheet.insert_chart(at, chart, {"description": title})
