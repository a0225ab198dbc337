"""What facts say, as a planner would: a template for each column, the user's labels, amounts in the user's units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...api import Prepared
from ...errors import listed
from ...model.scope import scope_words
from ...network.limits import is_money
from ...views.layout import money
from ...words import NOTHING, Sentence, plain, say, sentences
from ..repair import number, unit_after, words
from .facts import Fact

#: Kind → what it says of a number; `{label}` names the row by its keys.
_SAYS: dict[str, Callable[..., Sentence]] = {
    "supply.amount": lambda **v: say("{label}: exactly {bound} must be collected", **v),
    "supply.least": lambda **v: say("{label}: at least {bound} must be collected", **v),
    "supply.most": lambda **v: say("{label}: at most {bound} may be collected", **v),
    "returns.share": lambda **v: say("{label}: {bound} comes back for each one handed over", **v),
    "offers.amount": lambda **v: say("{label}: {bound} may be collected at this level", **v),
    "dropoff.share": lambda **v: say("{label}: people bring a share of {bound} themselves", **v),
    "demand.amount": lambda **v: say("{label}: exactly {bound} must be delivered", **v),
    "demand.least": lambda **v: say("{label}: at least {bound} must be delivered", **v),
    "demand.most": lambda **v: say("{label}: at most {bound} may be delivered", **v),
    "sites.capacity": lambda **v: say("{label}: takes at most {bound}", **v),
    "sites.least": lambda **v: say("{label}: takes at least {bound} when it is open", **v),
    "sites.chance": lambda **v: say("{label}: what comes must fit with a probability of {bound}", **v),
    "sites.wait": lambda **v: say("{label}: nobody waits longer than {bound}", **v),
    "phases.capacity": lambda **v: say("{label}: takes at most {bound}", **v),
    "phases.least": lambda **v: say("{label}: takes at least {bound} when it is open", **v),
    "phases.may_open": lambda **v: say("{label}: may not open then", **v),
    "phases.may_close": lambda **v: say("{label}: may not close then", **v),
    "modules.most": lambda **v: say("{label}: at most {bound} of this module", **v),
    "lanes.single": lambda **v: say("{label}: all of it from one origin goes to one destination", **v),
    "lanes.within": lambda **v: say("{label}: nothing goes farther than {bound}", **v),
    "lanes.nearest": lambda **v: say("{label}: only to the nearest destinations of each origin, {bound} of them", **v),
    "lanes.least": lambda **v: say("{label}: at least {bound} must go there", **v),
    "lanes.most": lambda **v: say("{label}: at most {bound} may go there", **v),
    "processes.most": lambda **v: say("{label}: does at most {bound}", **v),
    "processes.lot": lambda **v: say("{label}: does at least {bound} where it runs", **v),
    "processes.batch": lambda **v: say("{label}: runs in whole batches of {bound}", **v),
    "fleets.available": lambda **v: say("{label}: at most {bound}", **v),
    "resources.capacity": lambda **v: say("{label}: at most {bound} of it can be used", **v),
    "stores.room": lambda **v: say("{label}: at most {bound} can be kept", **v),
    "stores.end": lambda **v: say("{label}: exactly {bound} stays in stock at the end", **v),
    "stores.least": lambda **v: say("{label}: at least {bound} is always in stock", **v),
    "stores.service_level": lambda **v: say("{label}: always in stock what a service level of {bound} needs", **v),
    "baseline.amount": lambda **v: say("{label}: {bound} goes there today", **v),
}
_STATUS: dict[str, Callable[..., Sentence]] = {
    "open": lambda **v: say("{label}: must be open", **v),
    "closed": lambda **v: say("{label}: stays closed", **v),
}
#: What a limit counts → how that is said before a bound, and by itself.
_VERBS: dict[str, Callable[[], Sentence]] = {
    "collect": lambda: say("collect"),
    "deliver": lambda: say("deliver"),
    "flow": lambda: say("move"),
    "use": lambda: say("use"),
    "open": lambda: say("open"),
    "run": lambda: say("run"),
    "stock": lambda: say("keep in stock"),
    "shortage": lambda: say("leave short"),
    "left": lambda: say("leave behind"),
    "cost": lambda: say("total cost"),
}
_NOUNS: dict[str, Callable[[], Sentence]] = {
    "collect": lambda: say("what is collected"),
    "deliver": lambda: say("what is delivered"),
    "flow": lambda: say("what moves"),
    "use": lambda: say("the number of sites used"),
    "open": lambda: say("the number of sites open"),
    "run": lambda: say("what is run"),
    "stock": lambda: say("what is kept in stock"),
    "shortage": lambda: say("what is short"),
    "left": lambda: say("what is left behind"),
    "cost": lambda: say("the total cost"),
}
#: Units that are words of balik's own.
_WHOLE: dict[str, Callable[[bool, str], Sentence]] = {
    "site": lambda one, n: say("{number} site", number=n) if one else say("{number} sites", number=n),
    "trip": lambda one, n: say("{number} trip", number=n) if one else say("{number} trips", number=n),
    "vehicle": lambda one, n: say("{number} vehicle", number=n) if one else say("{number} vehicles", number=n),
}
_ALIKE = {"lanes": ("origin", "dest"), "baseline": ("origin", "dest")}


def says(p: Prepared, fact: Fact, value: float | None = None) -> Sentence:
    """What the cell says; `value`: as if this number stood in it.

    The label is made of the cells that name the row, as written: `desa-a → pabrik · kardus`.
    """
    bound = amount(p, fact, fact.value if value is None else value)
    if fact.is_limit:
        return _limit(p, fact, bound)
    if fact.kind.column == "status":
        return _STATUS[p.data["sites"].text["status"][fact.row]](label=label(p, fact))
    if fact.kind.name not in _SAYS:
        values = {"label": label(p, fact), "column": fact.kind.name, "bound": bound}
        rises = fact.kind.gives == "up"
        return (
            say("{label}: {column} at least {bound}", **values)
            if rises
            else say("{label}: {column} at most {bound}", **values)
        )
    return _SAYS[fact.kind.name](label=label(p, fact), bound=bound)


def label(p: Prepared, fact: Fact) -> str:
    """The row by its keys: cells as written; what stands for everything is left out where something else is named."""
    frame = p.data[fact.kind.table]
    if fact.is_limit:
        return str(frame.text["limit"][fact.row])
    assert frame.table is not None
    ends = _ALIKE.get(fact.kind.table, ())
    cells = {c: frame.table.cell(fact.row, c) or "*" for c in frame.schema.keys}
    if ends:
        cells = {"": " → ".join(cells[c] for c in ends)} | {c: v for c, v in cells.items() if c not in ends}
    named = [v for v in cells.values() if v not in ("*", "-")]
    return " · ".join(named) or "*"


def amount(p: Prepared, fact: Fact, value: float) -> str:
    """A number of the cell with its unit: `800 dus`, `Rp 9,073,000`, `17 sites`."""
    if np.isnan(value):
        return ""
    if fact.kind.name == "fleets.available":
        return _WHOLE["vehicle"](value == 1, number(value))
    if not fact.is_limit:
        return sentences(number(value), _unit(p, fact).strip())
    limit = p.network.limits[fact.at[0]]
    if not limit.unit and not limit.over and is_money(limit.rows[0].quantity, p.network.measures.names):
        return money(value, p.tables.currency)
    unit = unit_after(p, limit)
    known = _WHOLE.get(unit.strip().removesuffix("s"))
    return known(value == 1, number(value)) if known else sentences(number(value), unit.strip())


def _unit(p: Prepared, fact: Fact) -> str:
    """The unit of the cell with a blank before it; '' where it has none."""
    frame, n = p.data[fact.kind.table], p.network
    given = frame.table.units.get(fact.kind.column, "") if frame.table else ""
    if given:
        return f" {given}"
    if fact.kind.name in ("sites.capacity", "sites.least", "phases.capacity", "phases.least"):
        units = {n.site_unit[int(n.site_of[place])] for place in n.sites.place[list(fact.at)]} or set(n.site_unit)
    elif fact.kind.name == "lanes.within":
        units = {"km"}
    elif fact.kind.name in ("supply.amount", "supply.least", "supply.most", "demand.amount", "demand.least", "demand.most",
                            "lanes.least", "lanes.most", "baseline.amount", "stores.room", "stores.end", "stores.least",
                            "offers.amount"):  # fmt: skip
        units = {n.unit[int(m)] for m in getattr(n, fact.kind.record).material[list(fact.at)]}
    elif (asked := frame.schema.columns[fact.kind.column].unit).startswith("money"):
        label = frame.text["material"][fact.row] if "material" in frame.text else ""
        one = n.unit[n.labels["material"].index(label)] if label in n.labels["material"] else "qty"
        units = {asked.replace("money", p.tables.currency).replace("qty", one)}
    else:
        return ""
    unit = units.pop() if len(units) == 1 else ""
    return f" {unit}" if unit and unit != "qty" else ""


def _limit(p: Prepared, fact: Fact, bound: str) -> Sentence:
    """`vcap: collect at least 800 dus (place a)`."""
    values: dict[str, Any] = {"name": label(p, fact), "what": _counts(p, fact, _VERBS), "bound": bound}
    if fact.kind.column == "least":
        told = say("{name}: {what} at least {bound}", **values)
    elif fact.kind.column == "most":
        told = say("{name}: {what} at most {bound}", **values)
    else:
        told = say("{name}: {what} apart at most {bound}", **values)
    return sentences(told, scope(p, fact))


def counted(p: Prepared, fact: Fact) -> Sentence:
    """What a limit counts, with its scope where it has one."""
    return sentences(_counts(p, fact, _NOUNS), scope(p, fact))


def _counts(p: Prepared, fact: Fact, said: Mapping[str, Callable[[], Sentence]]) -> Sentence:
    limit = p.network.limits[fact.at[0]]
    rows = limit.every_row
    if len(rows) > 1 or rows[0].coef != 1 or rows[0].lag:
        return words(limit)
    return said.get(rows[0].quantity, lambda: plain(rows[0].quantity))()


def scope(p: Prepared, fact: Fact) -> Sentence:
    """What of it a limit of one row counts: `(place a, each period)`; none where it counts all."""
    rows = p.network.limits[fact.at[0]].every_row
    if len(rows) > 1:
        return NOTHING
    each = [say("each {column}", column=c) for c in rows[0].each if c != "period" or len(p.network.length) > 1]
    of = scope_words(p.network, rows[0])
    parts = [part for part in (of, listed(each)) if part]
    return say("({scope})", scope=listed(parts)) if parts else NOTHING


def spot(p: Prepared, fact: Fact) -> Sentence:
    """`limits.csv line 3`; in a workbook `limits!D3`."""
    frame = p.data[fact.kind.table]
    where = frame.where(fact.row, fact.kind.column)
    found = plain(f"{where['sheet']}!{where['cell']}") if where.get("sheet") else frame.spot(fact.row)
    return say("{spot}, as changed", spot=found) if fact.changed else say("{spot}", spot=found)


def document(p: Prepared, fact: Fact) -> dict[str, Any]:
    """The fact as it stands in a document."""
    where = p.data[fact.kind.table].where(fact.row, fact.kind.column)
    cell = p.data[fact.kind.table].table
    return {
        "table": fact.kind.table,
        "column": fact.kind.column,
        "file": where.get("file"),
        "line": where.get("line"),
        "sheet": where.get("sheet"),
        "cell": where.get("cell"),
        "changed": fact.changed,
        "label": label(p, fact),
        "value": None if np.isnan(fact.value) else fact.value,
        "written": cell.cell(fact.row, fact.kind.column) if cell else "",
        "sentence": says(p, fact),
    }
