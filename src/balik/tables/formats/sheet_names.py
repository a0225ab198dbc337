"""Names of sheets: a table's own, and `table@scenario` for a scenario's rows.

A name of a sheet has at most 31 signs. A scenario whose name is too long for it is cut off at the 31st, where the
table `scenarios` lists exactly one that begins so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ...errors import CallError
from ...schema import INPUT
from ...words import say

LONGEST = 31
_BAD = "[]:*?/\\"


def scenario_of(sheet: str, listed: Collection[str]) -> str:
    """The scenario that a sheet holds rows of, blank for none; `listed` are the names that it may be cut off from.

    >>> scenario_of("lanes@alur-2", []), scenario_of("lanes", [])
    ('alur-2', '')
    >>> scenario_of("processes@pembuangan-sebenarnya", ["pembuangan-sebenarnya-2", "alur-2"])
    'pembuangan-sebenarnya-2'
    """
    scenario = sheet.partition("@")[2]
    if len(sheet) < LONGEST or scenario in listed:
        return scenario
    longer = [name for name in listed if name.startswith(scenario)]
    return longer[0] if len(longer) == 1 else scenario


def name_sheets(scenarios: Mapping[str, Iterable[str]], listed: Collection[str]) -> dict[tuple[str, str], str]:
    """A name of a sheet for every table of every scenario; refuses those that have none."""
    names: dict[tuple[str, str], str] = {}
    seen = {name: "" for name in (*INPUT, "case")}
    for scenario, tables in scenarios.items():
        for table in tables:
            name = f"{table}@{scenario}"[:LONGEST]
            short = len(name.encode("utf-16-le", "replace")) <= 2 * LONGEST  # as spreadsheet programs count
            fits = short and not set(name) & set(_BAD) and name == name.strip() and name[-1] != "'"
            if not fits or scenario_of(name, listed) != scenario:
                found = say(
                    "The rows of scenario '{scenario}' have no sheet: '{name}' is no name of a sheet, which has at most "
                    "{most} signs and none of {signs}. Give the scenario a shorter or plainer name, or write a folder.",
                    scenario=scenario, name=f"{table}@{scenario}", most=LONGEST, signs=" ".join(_BAD),
                )  # fmt: skip
                raise CallError(found)
            if name.casefold() in seen:
                found = say(
                    "The scenarios '{one}' and '{other}' have no sheets of their own: their names differ in big and "
                    "small letters only. Give one another name, or write a folder.",
                    one=seen[name.casefold()], other=scenario,
                )  # fmt: skip
                raise CallError(found)
            seen[name.casefold()] = scenario
            names[table, scenario] = name
    return names
