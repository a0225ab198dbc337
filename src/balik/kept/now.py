"""What of now stands for what was before, and whether all that a function read is the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from .entry import Entry, Read
from .kinds import KINDS, OBJECT, Book, kind_of
from .results import listed
from .same import same
from .watch import KEYS, MISSING, Ask, answer, look_at, of, unwatched


class Now:
    """Which object of now stands for one of before, and what of it has been told to be the same."""

    __slots__ = ("found", "moved", "order", "told")

    def __init__(self) -> None:
        self.found: dict[int, tuple[Any, Any]] = {}  # the object of before with that of now, by id of the first
        self.moved: set[int] = set()  # ids of those of before for which another stands
        self.order: list[int] = []  # the same, as they were met
        self.told: dict[int, set[Any]] = {}

    def meets(self, old: Any, new: Any) -> bool:
        """Whether a value is the same, or an object that may stand for the other."""
        cls = type(old)
        if (KINDS.get(cls) or kind_of(cls)) < OBJECT:
            return old is new or same(old, new)  # a list that was read is compared as a whole
        known = self.found.get(id(old))
        if known is not None:
            return known[1] is new
        if old.__class__ is not new.__class__:
            return False
        self.found[id(old)] = old, new
        if old is not new:
            self.moved.add(id(old))
            self.order.append(id(old))
            self.told[id(old)] = set()
        return True

    def fits(self, old: Any, new: Any) -> bool:
        """Whether an argument may stand for that of before; a list with objects is told part by part (see hand)."""
        cls = type(old)
        parts = listed(old) if (KINDS.get(cls) or kind_of(cls)) < OBJECT else None
        if parts is None or old.__class__ is not new.__class__ or len(old) != len(new):
            return self.meets(old, new)
        named = not isinstance(old, dict) or same([*old], [*new])
        return named and all(map(self.fits, parts, new.values() if isinstance(new, dict) else new))

    def holds(self, entry: Entry, args: Sequence[Any]) -> bool:
        """Whether all that a function read is the same in what it is handed now; then that takes its place.

        Of an object that stands for itself nothing can have changed but its answers.
        """
        if entry.stale or len(args) != len(entry.args):
            return False
        for old, new in zip(entry.args, args, strict=True):
            pair = self.found.get(id(old))
            if not (self.fits(old, new) if pair is None else pair[1] is new):
                return False
        moved: dict[int, Any] = {}  # the object of now, by id of that of before
        if not self._tells(entry.reads, moved):
            return False
        changed: list[tuple[Read, dict[Ask, Any]]] = []
        for read in entry.answering:
            known = len(self.moved)
            if not self._answers(read, changed):
                return False
            if len(self.moved) > known and not self._tells(entry.reads, moved):
                return False  # of what an answer led to
        if moved and not self._takes(entry.reads, moved):
            return False
        for read, answers in changed:
            read.answers = answers
        return True

    def _tells(self, reads: dict[int, Read], moved: dict[int, Any]) -> bool:
        """Whether all that was read by name is the same of the objects that others stand for; notes those in `moved`."""
        hits: Iterable[int] = (reads.keys() & self.moved) - moved.keys()
        while True:
            known = len(self.order)
            for key in hits:
                read, told = reads[key], self.told[key]
                if not (read.names <= told or self._tell(read, told)):
                    return False
                moved[key] = self.found[key][1]
            if len(self.order) == known:
                return True
            hits = [key for key in self.order[known:] if key in reads and key not in moved]

    def _tell(self, read: Read, told: set[Any]) -> bool:
        old, new = self.found[id(read.of)]
        mine = old if isinstance(old, Book) else look_at(old, "__dict__")
        theirs = new if mine is old else look_at(new, "__dict__")
        names = read.names - told
        for name in names:
            one, two = of(mine, name, MISSING), of(theirs, name, MISSING)
            if name is KEYS:
                if list(dict.keys(mine)) != list(dict.keys(theirs)):
                    return False
            elif not ((one is two and KINDS.get(one.__class__, OBJECT) < OBJECT) or self.meets(one, two)):
                return False
        told |= names
        return True

    def _answers(self, read: Read, changed: list[tuple[Read, dict[Ask, Any]]]) -> bool:
        """Whether an object answers as it did."""
        pair = self.found.get(id(read.of))
        if pair is None:
            pair = self.found[id(read.of)] = read.of, read.of
        new = pair[1]
        answers: dict[Ask, Any] = {}
        own = new if isinstance(new, Book) else look_at(new, "__dict__")
        for ask, value in read.answers.items():
            found = of(own, ask, MISSING)
            if found is value and found is not MISSING and KINDS.get(value.__class__, OBJECT) < OBJECT:
                continue
            if found is MISSING or ask is KEYS:
                try:
                    found = unwatched(partial(answer, new, ask))
                except (AttributeError, KeyError):
                    return False
            if not self.meets(value, found):
                return False
            if found is not value:
                answers[ask] = found
        if answers:
            changed.append((read, read.answers | answers))
        return True

    def _takes(self, reads: dict[int, Read], moved: dict[int, Any]) -> bool:
        """Let the objects of now take the place of those of before, where each stands for one, in every way to it."""
        ids = set(map(id, moved.values()))
        if len(ids) < len(moved) or not ids.difference(moved).isdisjoint(reads):
            return False  # one stands for two: of it was read what was read of either
        for key in moved:
            for way in reads[key].ways:
                if id(way.of) not in moved:
                    return False  # what stays leads to that of before, and something else to that of now
        for new, read in [(new, reads.pop(key)) for key, new in moved.items()]:
            read.of = new
            reads[id(new)] = read
        return True
