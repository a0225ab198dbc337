"""Labels, references and rows in themselves: what typed tables must agree on before anything is built on them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..errors import did_you_mean
from ..kept import kept
from ..schema import Column
from ..words import Sentence, say, sentences
from .baseline import check_baseline
from .capacity import numbers
from .cells import MOST_PER_COLUMN
from .frame import ACCOUNTS, OWNERS, Data, Frame, dimension_of, is_wildcard
from .reserve import check_reserve
from .units import NotAUnit, read_unit

#: Words with a meaning of their own wherever labels stand.
_TAKEN = ("each", "default")
_MOST_ADVICE = 200  # nearest names are sought for so many unknown labels of a column
#: Columns whose labels are the user's own words, beside those of a table's own key.
_OWN_WORDS = {"places": "kind", "groups": "group", "processes": "account", "sites": "size"}
_ORDERED = {
    "lanes": ("least", "most"),
    "supply": ("least", "most"),
    "demand": ("least", "most"),
    "sites": ("least", "capacity"),
    "phases": ("least", "capacity"),
    "limits": ("least", "most"),
    "stores": ("end", "room"),
}


@kept
def check_tables(data: Data) -> None:
    """Note every label, reference and row that cannot be."""
    _check_labels(data)
    _check_references(data)
    _check_ordered(data)
    _check_amounts(data)
    _check_stores(data)
    _check_past(data)
    _check_expected(data)
    _check_small(data)
    check_baseline(data)
    check_reserve(data)


# -- labels ------------------------------------------------------------------------------------------------------


@kept
def _check_labels(data: Data) -> None:
    """Labels that would be read as something else, and keys that stand twice in tables with one key."""
    for dimension, name in OWNERS.items():
        frame = data[name]
        alone = len(frame.schema.keys) == 1
        _refuse(data, frame, dimension, _TAKEN, wild=alone or dimension == "tour")  # a milk run is one tour
        if alone and len(frame.text[dimension].levels) < len(frame):
            _check_twice(data, frame, dimension)
    _refuse(data, data["offers"], "level", _TAKEN, wild=True)
    _refuse(data, data["dropoff"], "step", _TAKEN, wild=True)
    _refuse(data, data["modules"], "module", _TAKEN, wild=True)
    for name, column in (*_OWN_WORDS.items(), ("charges", "account"), ("charges", "charge"), ("places", "owner")):
        taken = _TAKEN if column == "size" else (*_TAKEN, "*")
        _refuse(data, data[name], column, taken, wild=False)


def _refuse(data: Data, frame: Frame, column: str, taken: tuple[str, ...], wild: bool) -> None:
    texts = frame.text[column]
    for code, level in enumerate(texts.levels):
        if level in taken or (wild and is_wildcard(level)):
            hits = np.flatnonzero(texts.codes == code)
            frame.drop(hits, column)
            for row in hits[:MOST_PER_COLUMN]:
                found = say("'{label}' cannot be a label: it has a meaning of its own.", label=level)
                data.problems.add("E207", found, say("Choose another name."), **frame.where(row, column))


def _check_twice(data: Data, frame: Frame, dimension: str) -> None:
    first: dict[str, int] = {}
    for row, label in enumerate(frame.text[dimension]):
        if label and label in first:
            found = say("'{label}' stands twice: also at {spot}.", label=label, spot=frame.spot(first[label]))
            data.problems.add("E202", found, say("Keep one row."), **frame.where(row, dimension))
        first.setdefault(label, row)


# -- references --------------------------------------------------------------------------------------------------


@kept
def _check_references(data: Data) -> None:
    _check_group_labels(data)
    for frame in data.frames.values():
        for column in frame.schema.columns.values():
            if frame.name == "expected" and column.role == "scope":
                continue  # a printed figure may name labels that only its scenario has
            if column.kind == "ref" or (column.kind == "own" and len(frame.schema.keys) > 1):
                _check_reference(data, frame, column)
            elif column.role == "scope":
                _check_scope_label(data, frame, column)
            elif column.name == "size" and len(frame):
                _check_sizes(data, frame, column)


def _check_reference(data: Data, frame: Frame, column: Column) -> None:
    known = set(data.labels["when" if "past" in column.rules else column.refers])
    wild = column.takes_wildcards or (column.kind == "own" and column.refers in ("mode", "process", "tour"))
    wrong = {}
    for code, level in enumerate(frame.text[column.name].levels):
        if level == "" or level in known or (level == "each" and column.role == "scope"):
            continue
        if wild and _is_wild(data, column.refers, level):
            continue
        if is_wildcard(level) and not wild:
            found = say("'{label}' cannot stand in {column}.", label=level, column=column.name)
            wrong[code] = (found, say("Name one {dimension}.", dimension=column.refers))
        else:
            near = known if len(wrong) < _MOST_ADVICE else set()
            wrong[code] = _unknown(data, column, level, near)
    _note_levels(data, frame, column, wrong)


def _is_wild(data: Data, dimension: str, level: str) -> bool:
    """A wildcard that stands for something (or may: where it is defined could not be read)."""
    if level.startswith("kind:") and dimension == "place":
        return level[5:] in data.kinds or "places" in data.tables.lame
    if level.startswith("group:"):
        return (dimension, level[6:]) in data.groups or "groups" in data.tables.lame
    return level == "*"


def _note_levels(data: Data, frame: Frame, column: Column, wrong: dict[int, tuple[Sentence, Sentence]]) -> None:
    """Note every row whose label has a problem, in the order of the rows."""
    if not wrong:
        return
    codes = frame.text[column.name].codes
    rows = np.flatnonzero(np.isin(codes, list(wrong)))
    frame.drop(rows, column.name)
    for row in rows[:MOST_PER_COLUMN].tolist():
        found, advice = wrong[int(codes[row])]
        data.problems.add("E201", found, advice, **frame.where(row, column.name))


def _unknown(data: Data, column: Column, level: str, known: set[str]) -> tuple[Sentence, Sentence]:
    if level.startswith("kind:") and column.refers == "place":
        advice = did_you_mean(level[5:], data.kinds) or say("Kinds stand in places.kind.")
        return say("No place is of kind '{kind}'.", kind=level[5:]), advice
    if level.startswith("group:"):
        return _no_group(data, column.refers, level[6:])
    home = say("The {table} are listed in the table {table}.", table=OWNERS[column.refers])
    if column.refers == "period" and not len(data["periods"]):
        home = say("The case has no table periods, so there is one period, labelled 1.")
    if column.refers == "period" and level in data.labels["when"]:
        home = say("It is of the past (periods.past): only market has amounts there.")
    found = say("'{label}' is not a {dimension}.", label=level, dimension=column.refers)
    of = level.partition(":")[2].strip()
    words = {f"group:{of}": (column.refers, of) in data.groups, f"kind:{of}": column.refers == "place" and of in data.kinds}
    if meant := next((word for word, there in words.items() if there), None):
        return found, say("Did you mean '{word}'?", word=meant)
    return found, sentences(did_you_mean(level, known), home)


def _no_group(data: Data, dimension: str, group: str) -> tuple[Sentence, Sentence]:
    advice = did_you_mean(group, [g for d, g in data.groups if d == dimension])
    found = say("'{group}' is not a group of {dimension}.", group=group, dimension=dimension)
    return found, advice or say("Groups stand in the table groups.")


def _check_scope_label(data: Data, frame: Frame, column: Column) -> None:
    """Scope columns whose labels come from no table of their own."""
    known: Iterable[str]
    if column.refers == "kind":
        known, blind = data.kinds, "places" in data.tables.lame
    elif column.refers == "group":
        known, blind = {g for d, g in data.groups if d == "place"}, "groups" in data.tables.lame
    elif column.refers == "size":
        known, blind = data.labels["size"], "sites" in data.tables.lame
    elif column.refers == "owner":
        known, blind = data.labels["owner"], "places" in data.tables.lame
    else:
        known, blind = {*data.labels["account"], *ACCOUNTS}, "processes" in data.tables.lame
    wrong = {}
    for code, level in enumerate(frame.text[column.name].levels):
        if level in ("", "each", "*") or level in known or blind:
            continue
        if level.startswith("group:") and (column.refers, level[6:]) in data.groups:
            continue
        found = say("'{label}' is no {dimension} of this case.", label=level, dimension=column.refers)
        wrong[code] = (found, did_you_mean(level, known) or _listed(known))
    _note_levels(data, frame, column, wrong)


def _listed(known: Iterable[str]) -> Sentence:
    names = list(known)[:5]
    return say("Known: {names}.", names=", ".join(names)) if names else say("The case has none.")


def _check_sizes(data: Data, frame: Frame, column: Column) -> None:
    """Sizes are the user's own words; a group of them must exist, and a kind is one of places."""
    wrong = {}
    for code, level in enumerate(frame.text[column.name].levels):
        if level.startswith("kind:"):
            found = say("'{label}' cannot stand in {column}.", label=level, column=column.name)
            wrong[code] = (found, say("Name one {dimension}.", dimension="size"))
        elif level.startswith("group:") and not _is_wild(data, "size", level):
            wrong[code] = _no_group(data, "size", level[6:])
    _note_levels(data, frame, column, wrong)


def _check_group_labels(data: Data) -> None:
    frame = data["groups"]
    for row in np.flatnonzero(frame.ok).tolist():
        dimension, label = dimension_of(frame.text["column"][row]), frame.text["label"][row]
        known = data.labels.get(dimension, [])
        if label in known or (dimension == "account" and label in ACCOUNTS):
            continue
        if dimension == "place" and label.startswith("kind:") and _is_wild(data, "place", label):
            continue
        frame.drop(row, "label")
        advice = did_you_mean(label, known) or _listed(known)
        found = say("'{label}' is not a label of {dimension}.", label=label, dimension=dimension)
        data.problems.add("E201", found, advice, **frame.where(row, "label"))


# -- rows in themselves ------------------------------------------------------------------------------------------


def _own_numbers(data: Data, frame: Frame, *columns: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """Columns in the units in which they count, and the row of every number.

    Where a header's unit hangs on the material, a row has a number for each material that it may be about.
    """
    rows = np.arange(len(frame))
    if all(column in frame.number for column in columns):
        return rows, [frame.number[column] for column in columns]
    if "material" not in frame.text:  # sites: one unit for all that comes, if their columns agree on it
        kinds = {frame.counted[column].fit.kind if column in frame.counted else "" for column in columns}
        blind = np.full(len(frame), np.nan)
        names = [column if frame.name == "sites" else f"{frame.name}.{column}" for column in columns]
        return rows, [numbers(data, name) if len(kinds) == 1 else blind for name in names]
    labels, known = frame.text["material"], data.labels["material"]
    code = {label: at for at, label in enumerate(known)}
    codes = [
        [code[level]] if level in code else data.groups.get(("material", level[6:]), [])
        if level.startswith("group:") else [*code.values()] for level in labels.levels
    ]  # fmt: skip
    pairs = [(row, material) for row in rows.tolist() for material in codes[labels.codes[row]]]
    rows, materials = np.array(pairs, np.int64).reshape(-1, 2).T
    return rows, [frame.at(column, rows, materials) for column in columns]


@kept
def _check_past(data: Data) -> None:
    """Periods of the past stand before those of the plan, of which there is one at least."""
    frame = data["periods"]
    past = frame.flag["past"]
    if not past.any():
        return
    if past.all():
        found = say("All periods are of the past: the plan has none.")
        data.problems.add("E570", found, say("Add a period without past = yes."), **frame.where(0, "past"))
    for row in np.flatnonzero(past & ~np.minimum.accumulate(past)).tolist():
        found = say("'{period}' is of the past and stands after a period of the plan.", period=frame.text["period"][row])
        data.problems.add("E570", found, say("Write the past first, in order of time."), **frame.where(row, "past"))
        frame.drop(row, "past")
    for column in ("length", "repeats"):
        for row in np.flatnonzero(past & frame.given[column]).tolist():
            found = say("A period of the past has no {column}: nothing is planned in it.", column=column)
            data.problems.add("E570", found, say("Leave it blank."), **frame.where(row, column))


@kept
def _check_ordered(data: Data) -> None:
    for name, (low, high) in _ORDERED.items():
        if name == "supply" and any(len(data[t]) for t in ("returns", "offers", "dropoff")):
            continue  # what they bring is beside most: the network tells where least is above it
        frame = data[name]
        rows, (lows, highs) = _own_numbers(data, frame, low, high)
        for at in _first_of(rows, lows > highs):
            row = int(rows[at])
            frame.drop(row, high)
            first, second = float(lows[at]), float(highs[at])
            found = say(
                "{low} is above {high}: {first:g} > {second:g}.", low=low, high=high, first=first, second=second
            )
            data.problems.add("E142", found, say("No amount can satisfy the row."), **frame.where(row, high))


def _first_of(rows: np.ndarray, bad: np.ndarray) -> list[int]:
    """Where each row with something bad has it first."""
    at = np.flatnonzero(bad)
    found: list[int] = at[np.unique(rows[at], return_index=True)[1]].tolist()
    return found


@kept
def _check_amounts(data: Data) -> None:
    for name in ("supply", "demand"):
        frame = data[name]
        for row in np.flatnonzero(frame.given["amount"] & (frame.given["least"] | frame.given["most"])).tolist():
            frame.drop(row, "amount")
            data.problems.add(
                "E141",
                say("amount stands beside least or most."),
                say("amount means least and most at once: keep one way."),
                **frame.where(row, "amount"),
            )
    supply = data["supply"]
    endless = supply.given["left_cost"] & (supply.written("left_cost") != 0)
    endless &= np.isinf(supply.written("most")) & ~supply.given["amount"]
    for row in np.flatnonzero(endless).tolist():
        supply.drop(row, "left_cost")
        data.problems.add(
            "E144",
            say("left_cost needs a finite most (or amount): what is left has no end."),
            say("Write most."),
            **supply.where(row, "left_cost"),
        )


#: Amounts below the first are not to be told from nothing, those below the second only roughly: plans are solved to
#: 1e-7 and checked to 1e-6 of a unit. Solvers take coefficients below the third for 0.
_NOTHING, _ROUGH, _NO_COEFFICIENT = 1e-6, 1e-3, 1e-9
#: Units of columns that are coefficients.
_COEFFICIENTS = ("qty/run", "qty/qty")


@kept
def _check_small(data: Data) -> None:
    """Amounts and rates that are too small for their unit."""
    for name in ("lanes", "supply", "demand", "sites", "phases", "modules", "stores", "limits", "goals", "recipes", "baseline", "returns", "offers"):
        frame = data[name]
        for column in frame.schema.columns.values():
            if column.name == "coef" or column.unit not in (*_COEFFICIENTS, "qty", "qty/period", "of the quantity"):
                continue
            rows, (values,) = _own_numbers(data, frame, column.name)
            size = np.abs(values) * (_as_counted(frame) if name in ("limits", "goals") else 1.0)
            least = _NO_COEFFICIENT if column.unit in _COEFFICIENTS else _NOTHING
            for at in _first_of(rows, (size > 0) & (size < max(least, _ROUGH))):
                row, value = int(rows[at]), float(size[at])
                where, shown = frame.where(row, column.name), {"column": column.name, "value": value}
                if value < least:
                    frame.drop(row, column.name)
                    found = say("{column} = {value:g} is too small to be told from nothing.", **shown)
                    advice = say("Write 0, or use a smaller unit, as g for kg.")
                    data.problems.add("E126", found, advice, **where)
                elif column.unit not in _COEFFICIENTS:
                    found = say(
                        "{column} = {value:g} is small: plans are checked to {finest:g} of a unit.",
                        finest=_NOTHING,
                        **shown,
                    )
                    data.problems.add("W106", found, say("Use a smaller unit, as g for kg."), **where)


def _as_counted(frame: Frame) -> np.ndarray:
    """By what the bounds of a limit are multiplied to be counted: masses and volumes are counted in the unit given."""

    def factor(text: str) -> float:
        try:
            unit = read_unit(text)
        except NotAUnit:
            return 1.0  # noted where the limit is read
        return 1.0 if unit.alone in ("kg", "m3") else float(unit.factor)

    units = frame.text["unit"]
    return np.array([factor(level) for level in units.levels])[units.codes]


@kept
def _check_expected(data: Data) -> None:
    """A figure has a value, unless its verdict is that no plan exists."""
    frame = data["expected"]
    free = np.array([level == "infeasible" for level in frame.text["verdict"].levels], bool)
    for row in np.flatnonzero(~frame.given["value"] & ~free[frame.text["verdict"].codes]).tolist():
        frame.drop(row, "value")
        found = say("'{column}' is blank.", column="value")
        data.problems.add("E140", found, say("Write the printed value."), **frame.where(row, "value"))


@kept
def _check_stores(data: Data) -> None:
    periods = data["periods"]
    repeated = np.flatnonzero(periods.ok & (periods.number["repeats"] != 1))
    if len(data["stores"]) and len(repeated):
        data.problems.add(
            "E143",
            say("repeats and a table stores cannot stand together: stock would have to repeat itself."),
            say("List the periods one by one."),
            **periods.where(int(repeated[0]), "repeats"),
        )
