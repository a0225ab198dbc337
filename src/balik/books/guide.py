"""What a template workbook tells its user: how it works, what each table is for, what each column means."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..schema import INPUT, Column
from ..words import NOTHING, Sentence, plain, say, sentences

#: A row of the guide: its cells, and how it is set (title, head, command or plain).
Row = tuple[str, list[Sentence]]


def guide(name: str, used: Collection[str], check_name: str, currency: str) -> Iterator[Row]:
    """The whole guide to a workbook of this name, with these tables in use."""
    yield "title", [say("How this workbook works")]
    for line in (
        say("Each sheet is a table, and its first row names the columns. Change the rows, delete those that you do not need, add your own."),
        say("Places, materials, vehicles and processes are named by you. Every sheet must spell a name alike; the drop-down lists help."),
        say("Where a column names a place, kind:word stands for each place of that kind. In every such column * stands for all, and group:name for all of a group."),
        say("A blank cell takes the default. Point at a header to see what the column means; columns that are seldom needed are folded away: press + above the sheet."),
        say("The columns note and source, and those whose names begin with _, are yours. Formulas count with their values."),
        say("Sheets whose names begin with _ are not read. The grey ones are empty tables, ready for use: take the _ from the name and fill them."),
        say("The sheet case holds the title, the currency and the unit of time; balik's documentation names the other settings."),
        say("A header may name a unit in brackets, such as [t], [Rp/kg] or [kg/month]; without one the unit of the column holds."),
    ):  # fmt: skip
        yield "plain", [line]
    yield "plain", []
    yield "title", [say("What to do with it")]
    for command, meaning in (
        (f"balik check {name}", say("every problem at once, with the cell in which it stands")),
        (
            f"balik check {name} --annotate {check_name}",
            say("a copy of this workbook with the problems as notes on its cells"),
        ),
        (f"balik solve {name}", say("the plan of least cost")),
        (f"balik compare {name}", say("the scenarios beside each other")),
        (f"balik convert {name} folder", say("the same case as a folder of CSV files")),
    ):
        yield "command", [plain(command), meaning]
    yield "plain", []
    yield from _tables(used)
    yield "plain", []
    yield from _columns(currency)


def _tables(used: Collection[str]) -> Iterator[Row]:
    yield "title", [say("The tables")]
    yield "head", [say("table"), say("what it holds"), say("in this workbook"), say("columns that must be filled")]
    for name, about in ABOUT.items():
        needed = ", ".join(c.name for c in INPUT[name].columns.values() if c.required)
        where = say("yes") if name in used else say("ready as {sheet}", sheet=f"_{name}")
        yield "plain", [plain(name), about, where, plain(needed)]


def _columns(currency: str) -> Iterator[Row]:
    yield "title", [say("The columns")]
    yield "head", [say("table"), say("column"), say("in Indonesian"), say("unit"), say("default"), say("what it means")]
    for name in ABOUT:
        for c in INPUT[name].columns.values():
            names = [plain(name), plain(c.name), plain(c.indonesian)]
            yield "plain", [*names, unit_of(c, currency), default_of(c), c.about]


def unit_of(column: Column, currency: str) -> Sentence:
    """The unit of a column in words; nothing where it has none."""
    if column.unit in ("", "1"):
        return NOTHING
    known = _UNITS | {"money": plain(currency)}
    if column.unit in known:
        return known[column.unit]
    parts = [known.get(part, plain(part)) for part in column.unit.split("/")]
    found = parts[0]
    for part in parts[1:]:
        found = say("{one} per {other}", one=found, other=part)
    return found


def default_of(column: Column) -> Sentence:
    """What a blank cell of a column means."""
    if column.required:
        return say("must be filled")
    return plain(column.default) if column.default else NOTHING


def about_column(column: Column, currency: str) -> Sentence:
    """What a column means, with its unit and default, in a few sentences."""
    unit, blank = unit_of(column, currency), NOTHING
    if column.required:
        blank = say("Must be filled.")
    elif column.default:
        blank = say("Blank: {default}.", default=column.default)
    return sentences(column.about, say("Unit: {unit}.", unit=unit) if unit else NOTHING, blank)


_UNITS = {
    "qty": say("unit of the material"),
    "period": say("unit of time"),
    "run": say("unit of the activity"),
    "of the quantity": say("unit of the quantity"),
    "degree": say("degree"),
    "job": say("job"),
}

#: What each table is for.
ABOUT = {
    "places": say("Where material may be: sources, collection points, plants, buyers."),
    "groups": say("Sets of labels (provinces, streams), to be named as group:name in other tables."),
    "materials": say("What moves, with the unit in which it is counted; grades are materials of their own."),
    "periods": say("Periods in order of time; without this table there is one, labelled 1."),
    "modes": say("Classes of vehicles: what they carry and what they cost."),
    "lanes": say("What may move where, and with which vehicle."),
    "distances": say("Kilometres between places; one direction is enough."),
    "supply": say("What waits to come back: where, how much, and what is paid for it."),
    "demand": say("Where material is handed over, sold or accepted, and at what price."),
    "returns": say("What comes back of what is handed over, how many periods later."),
    "deposits": say("Money taken with what is handed over, and paid back for what comes back."),
    "offers": say("Levels of a price and of what may be collected at it; one is chosen for each place."),
    "dropoff": say("Where people bring what they have, and which share by how far it is."),
    "processes": say("Activities such as sorting or recycling, with their cost."),
    "recipes": say("What a process uses (negative) and makes (positive); losses are materials too."),
    "sites": say("Places that work only when they are open: capacity and costs; what opens is decided."),
    "phases": say("Sites that open and close over time: what opening, closing and being open costs in each period."),
    "modules": say("What extends the capacity of a site, in whole numbers or by any amount."),
    "resources": say("Hours, areas or points that are at hand at a place, for several processes and materials together."),
    "uses": say("What each process, or each material that comes, takes of a resource."),
    "measures": say("Sums of your own over any quantity: people served, hazard, hours, another gas."),
    "stores": say("Where stock may be kept from one period to the next."),
    "tours": say("Milk runs: one vehicle that loads at several stops."),
    "charges": say("Levies, taxes, fees, subsidies and tariffs: money on a quantity, a measure or an account."),
    "fleets": say("Vehicles that stand at a base: their hours and speed; how many are needed is an answer."),
    "market": say("What is put on the market, also in past years: for targets of collection."),
    "coverage": say("Who can bring things where: people near a site that is open."),
    "baseline": say("The flows of today, to compare a plan with them."),
    "invoices": say("What was invoiced for the flows of today, account by account."),
    "limits": say("Bounds on any quantity: budgets, numbers of sites, quotas, shares."),
    "goals": say("Targets that may be missed, served in their order, before cost is minimised."),
    "scenarios": say("Names of alternatives to the base; their rows stand on sheets such as supply@name."),
    "changes": say("Small differences of a scenario as rows: a table, a column, which rows, and the new value."),
    "criteria": say("What alternatives are judged by, with weights or compared in pairs."),
    "comparisons": say("Who counts how many times as much as whom: criteria, or alternatives under a criterion."),
    "scores": say("The score of each alternative for a criterion."),
    "switches": say("Options that change cells; alternatives are all combinations of one option of each."),
    "distributions": say("Cells that vary, and how: for draws of what is uncertain."),
    "correlations": say("Uncertain things that move together."),
    "expected": say("Figures that a publication prints, to be set beside ours."),
}
