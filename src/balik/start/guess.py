"""Which list is what and which column is what: by the words of the headers, the units in them, and what the cells hold.

A guess is taken where one column fits and no other fits nearly as well. What is not certain is a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ..errors import Problems, did_you_mean
from ..words import say
from .accounts import account_of
from .fields import FIELDS, NAMES, NEEDED, ROLES, Field, likeness, plain
from .lists import Column, Listing, find_header
from .loose import Sheet
from .mapping import Entry, Said
from .questions import Question, column_question, list_question

_SURE = 0.6
_MARGIN = 0.1
#: A list that has all the columns that the file names; another list that fits by so much of the best is a rival.
_CERTAIN, _NEAR = 100.0, 0.85
#: Fields of which the first of several will do: nothing is computed with them.
_EASY = ("id", "name")
#: Beside what must be there, a list of this kind holds at least one of these.
_TELLING = {
    "rates": ("payload", "full_rate", "loaded_rate", "empty_rate", "trip_cost", "fee"),
    "sites": ("kind", "lat", "lon", "capacity", "running_cost", "opening_cost", "status"),
}


@dataclass
class Lists:
    """The lists that were recognized, with their columns in `said`, and what is still open."""

    said: Said
    found: dict[str, list[Listing]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # sheets that are none of the lists


def guess(sheets: Sequence[Sheet], said: Said, problems: Problems) -> Lists:
    """Fill `said` with what is certain; the rest are questions."""
    known = frozenset(e.column for role in said.roles.values() for e in role.fields.values() if e.column)
    listings = [find_header(sheet, known) for sheet in sheets]
    listings = [_without_strangers(found, find_header(found.sheet), known) for found in listings]
    lists = Lists(said)
    _assign_lists(lists, listings)
    for role in ROLES:
        _check_said(lists, role, problems)
    for role in (*ROLES, "shipments"):  # shipments again, now that the labels of the others are known
        if lists.found[role]:
            _assign_columns(lists, role)
            _check_said(lists, role, problems)
    used = {id(found) for several in lists.found.values() for found in several}
    lists.others = [found.title for found in listings if id(found) not in used]
    return lists


def _without_strangers(found: Listing, plainly: Listing, known: frozenset[str]) -> Listing:
    """The header by the known columns, where there are at least two of them; else by the words."""
    return found if sum(name in known for name in found.columns) >= 2 else plainly


# -- lists -------------------------------------------------------------------------------------------------------


def _assign_lists(lists: Lists, listings: list[Listing]) -> None:
    said = lists.said
    free = dict(enumerate(listings))
    for role in ROLES:
        _take_named(lists, role, free)
    open_roles = [r for r in ROLES if not lists.found.get(r) and said.roles[r].lists != []]
    scores = {(role, i): _fit(role, found, said) for role in open_roles for i, found in free.items()}
    for (role, i), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score > 0 and i in free and not lists.found.get(role):
            lists.found[role] = [free.pop(i)]
            for j, other in list(free.items()):  # a sheet for each month
                if role in ("shipments", "invoices") and set(other.columns) >= set(lists.found[role][0].columns):
                    lists.found[role].append(free.pop(j))
    for role in ROLES:
        found = lists.found[role] = sorted(lists.found.get(role, []), key=listings.index)
        best = max((scores.get((role, listings.index(x)), 0.0) for x in found), default=0.0)
        rivals = [x for i, x in free.items() if 0 < best < _CERTAIN and scores.get((role, i), 0.0) >= _NEAR * best]
        if rivals or (not found and role in NEEDED):
            titles = [x.title for x in (*found, *(rivals or free.values()))]
            lists.questions.append(list_question(role, titles, said.file))
        elif found:
            said.roles[role].lists = [x.title for x in found]


def _take_named(lists: Lists, role: str, free: dict[int, Listing]) -> None:
    """The lists that the file names; the name of a workbook stands for the one of its sheets that fits best."""
    named = lists.said.roles[role].lists or []
    at = [i for i, found in free.items() if found.title in named]
    for name in named:
        sheets = [i for i, found in free.items() if found.sheet.file == name and i not in at]
        at += [max(sheets, key=lambda i: _fit(role, free[i], lists.said))] if sheets else []
    lists.found[role] = [free.pop(i) for i in at]


def _fit(role: str, found: Listing, said: Said) -> float:
    """How well a list fits; 0 where it cannot be one."""
    known = {name for name, entry in said.roles[role].fields.items() if entry.column in found.columns}
    if known and len(known) == sum(bool(entry.column) for entry in said.roles[role].fields.values()):
        return _CERTAIN
    got = {name: score for name, (_, score) in _pairs(role, found, {}).items()}
    needed = [name for name, f in FIELDS[role].items() if f.needed]
    missing = sum(name not in got for name in needed)
    named = any(likeness(plain(part), tuple(NAMES[role].split("|"))) for part in _names(found))
    if role in _TELLING and not set(_TELLING[role]) & set(got):
        return 0.0
    if role == "shipments" and len({"origin", "dest", "amount", "date"} & set(got)) < 2:
        return 0.0
    if role == "invoices" and (missing or not (named or _names_accounts(found, got))):
        return 0.0
    needed_score = sum(got.get(name, 0.0) for name in needed) - missing
    return max(0.0, needed_score + 0.5 * sum(s for n, s in got.items() if n not in needed) + named)


def _names(found: Listing) -> list[str]:
    return [PurePath(found.sheet.file).stem, found.sheet.sheet or ""]


def _names_accounts(found: Listing, got: Mapping[str, float]) -> bool:
    column = _pairs("invoices", found, {}).get("account")
    return column is not None and any(account_of(label) for label in found.columns[column[0]].labels)


# -- columns -----------------------------------------------------------------------------------------------------


def _check_said(lists: Lists, role: str, problems: Problems) -> None:
    """Columns that the file names and the list lacks."""
    for name, entry in lists.said.roles[role].fields.items():
        for found in lists.found[role]:
            if entry.column and entry.column not in found.columns:
                asked = say("'{word}' is not a column of {list}.", word=entry.column, list=found.title)
                advice = did_you_mean(entry.column, found.columns) or say("Its columns: {names}.", names=found.names)
                problems.add("E403", asked, advice, file=lists.said.file, column=f"{role}.{name}")
                entry.column = ""


def _assign_columns(lists: Lists, role: str) -> None:
    found, known = lists.found[role][0], lists.said.roles[role].fields
    lists.questions = [q for q in lists.questions if q.path[0] != role or q.code == "E401"]
    taken = {entry.column for entry in known.values() if entry.column}
    open_fields = {name: f for name, f in FIELDS[role].items() if not _is_settled(known.get(name), f)}
    shared = _shared_labels(lists, role)
    pairs = _pairs(role, found, shared, frozenset(taken), tuple(open_fields))
    chosen = {column for column, _ in pairs.values()}
    for name, f in open_fields.items():
        column, score = pairs.get(name, ("", 0.0))
        rivals = [
            c.name for c in found.columns.values()
            if c.name not in taken | chosen and column and _score(c, f, shared) >= score - _MARGIN
        ]  # fmt: skip
        if rivals and name not in _EASY:
            lists.questions.append(column_question(found, role, name, [column, *rivals], lists.said.file))
        elif column:
            known[name] = Entry(column)
        elif f.needed:
            rest = [c for c in found.columns.values() if c.name not in taken | chosen]
            rest.sort(key=lambda c: -_score(c, f, shared))
            lists.questions.append(column_question(found, role, name, [c.name for c in rest], lists.said.file))


def _is_settled(entry: Entry | None, field_: Field) -> bool:
    """Whether a field needs no guess: the file names its column, or says that there is none."""
    return entry is not None and bool(entry.column or not field_.needed)


def _pairs(
    role: str,
    found: Listing,
    shared: Mapping[str, frozenset[str]],
    taken: frozenset[str] = frozenset(),
    names: Sequence[str] | None = None,
) -> dict[str, tuple[str, float]]:
    """Field → (column, score), the best pairs first; each column is one field."""
    fields = [FIELDS[role][name] for name in (FIELDS[role] if names is None else names)]
    scores = [
        (_score(column, f, shared), -at, column.name, f.name)
        for at, f in enumerate(fields)
        for column in found.columns.values()
        if column.name not in taken
    ]
    pairs: dict[str, tuple[str, float]] = {}
    used: set[str] = set()
    for score, _, column, name in sorted(scores, key=lambda s: (-s[0], -s[1])):
        if score >= _SURE and column not in used and name not in pairs:
            pairs[name] = (column, score)
            used.add(column)
    return pairs


def _score(column: Column, f: Field, shared: Mapping[str, frozenset[str]]) -> float:
    """How well a column fits a field: its words, then its unit and its cells, which may also rule it out."""
    if (f.kind == "number" and column.numbers < 0.5) or (f.kind == "date" and column.dates < 0.5):
        return 0.0
    if f.kind == "label" and (column.dates > 0.8 or (f.name == "unit" and column.numbers > 0.2)):
        return 0.0
    score = likeness(column.words, f.words)
    if column.unit is not None and f.units:
        if not column.unit.fits(f.units):
            return 0.0
        if column.unit.is_rate:  # a rate tells what it is by its unit alone
            score = max(score, _SURE) + 0.1
    if f.name in shared and column.labels:
        overlap = len(column.labels & shared[f.name]) / len(column.labels)
        if f.name in ("origin", "dest"):  # both hold places: the labels do not tell which is which
            return max(score, 0.5 * overlap)
        score = max(score + 0.3 * overlap - 0.15, 0.75 if overlap > 0.8 else 0.0)
    return score


def _shared_labels(lists: Lists, role: str) -> dict[str, frozenset[str]]:
    """Field → labels of the other list that name the same things."""

    def labels(other: str, *names: str) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for name in names:
            entry = lists.said.entry(other, name)
            for listing in lists.found.get(other, []) if entry else []:
                found |= listing.columns[entry.column].labels if entry else frozenset()
        return found

    match role:
        case "shipments":
            shared = {
                "origin": labels("sites", "place"),
                "dest": labels("sites", "place"),
                "mode": labels("rates", "mode"),
            }
        case "sites":
            shared = {"place": labels("shipments", "origin", "dest")}
        case "rates":
            shared = {"mode": labels("shipments", "mode")}
        case _:
            shared = {}
    return {name: found for name, found in shared.items() if found}
