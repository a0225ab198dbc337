"""One call of a kept function: what it was handed, what it read of that, what it did and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .kinds import KINDS, OBJECT, Book, Seen, kind_of
from .results import listed, replaced
from .watch import Ask, look_at, of, seen, set_class, stays, unwatched


class Read:
    """What was read of one object: names of what stays as it is, and what it answered where that may change.

    `ways`: what was read of those that led to it by such a name.
    """

    __slots__ = ("answers", "names", "of", "ways")

    def __init__(self, of: Any, ways: list[Read]):
        self.of, self.ways = of, ways
        self.names: set[Any] = set()
        self.answers: dict[Ask, Any] = {}


class Entry:
    """One call of a kept function: what it was handed, what it read of that, what it did and what came out."""

    __slots__ = (
        "answering", "args", "children", "count", "effects", "holds", "hooked", "missed", "outer", "reads", "rest",
        "result", "row", "settled", "spoiled", "stale",
    )  # fmt: skip

    def __init__(self, args: Sequence[Any] = (), outer: Entry | None = None):
        self.args, self.outer = tuple(args), outer
        self.reads: dict[int, Read] = {}  # by id of the object
        self.answering: list[Read] = []  # those of which an answer was read that may change
        self.effects: list[tuple[Any, str, tuple[Any, ...], dict[str, Any]]] = []
        self.children: dict[Any, Entry] = {}
        self.count: dict[Any, int] = {}
        self.hooked: list[Any] = []
        self.holds: dict[int, bool] = {}  # ids of the parts of the result that hold what was handed; True: handed
        self.result: Any = None
        self.spoiled = False  # whether it did what cannot be done again
        self.missed = 0  # times in a row that what it read had changed
        self.rest = 0  # times that it is to run without being watched
        self.stale = False  # whether it has run so, and nobody knows what it read
        self.row = False  # whether it is a row of functions, which hands on what it is handed and does nothing else
        self.settled = False  # of a row that has run so: whether all that it asked for held

    # -- while it runs -----------------------------------------------------------------------------------------

    def know(self, value: Any, way: Read | None = None) -> None:
        """Watch an object, to which `way` has led by a name; a plain value needs no watching."""
        cls = type(value)
        if (KINDS.get(cls) or kind_of(cls)) < OBJECT:
            return
        known = self.reads.get(id(value))
        if known is not None:
            if way is not None:
                known.ways.append(way)
            return
        self.reads[id(value)] = Read(value, [] if way is None else [way])
        if not issubclass(cls, Seen):
            self.hooked.append(value)
            set_class(value, seen(cls))

    def hand(self, value: Any) -> None:
        """Watch an argument, and what a list or a dictionary holds that was made for this call."""
        self.know(value)
        for part in listed(value) or ():
            self.hand(part)

    def owner(self, key: int) -> Entry | None:
        """The innermost function that was handed an object; who has it in another way knows not on what it depends,
        and is not kept."""
        log: Entry | None = self
        while log is not None and key not in log.reads:
            log = log.outer
        within: Entry | None = self
        while log is not None and within is not None and within is not log:
            within.spoiled, within = True, within.outer
        return log

    def read(self, where: Any, ask: Ask, value: Any) -> None:
        """Write down what an object answered, for the innermost function that was handed it."""
        log = self if id(where) in self.reads else self.owner(id(where))
        if log is None:
            return
        known = log.reads[id(where)]
        if ask in known.names or ask in known.answers:
            return
        if stays(where, ask):
            known.names.add(ask)
            log.know(value, known)
        else:
            known.answers[ask] = value
            log.know(value)

    def adopt(self, reads: dict[int, Read]) -> None:
        """What a function within has read of what this one knows, or else one around it."""
        left = dict(reads)
        while left:
            log: Entry | None = self
            while log is not None and left.keys().isdisjoint(log.reads):
                log = log.outer
            if log is None:
                return
            for key in left.keys() & log.reads.keys():
                if log is not self:
                    self.owner(key)
                log.learn(log.reads[key], left.pop(key))

    def learn(self, known: Read, inner: Read) -> None:
        """What was read of an object within, beside what is known."""
        if not inner.names <= known.names:
            own = inner.of if isinstance(inner.of, Book) else look_at(inner.of, "__dict__")
            for name in inner.names - known.names:
                self.know(of(own, name), known)
            known.names |= inner.names
        for ask, value in inner.answers.items():
            if ask not in known.answers:
                known.answers[ask] = value
                self.know(value)

    def spoil(self) -> None:
        """What runs is not kept, nor what asked for it."""
        log: Entry | None = self
        while log is not None:
            log.spoiled, log = True, log.outer

    def unhook(self) -> None:
        """Watch no longer."""
        for value in self.hooked:
            set_class(value, value.__class__)
        self.hooked = []

    def forget(self) -> None:
        """It runs unwatched: what it reads is not known from now on."""
        if not self.stale:
            self.stale, self.args, self.result = True, (), None
            self.reads, self.answering, self.effects, self.holds = {}, [], [], {}

    # -- asked again -------------------------------------------------------------------------------------------

    def again(self, args: Sequence[Any], found: dict[int, tuple[Any, Any]], moved: set[int]) -> Any:
        """Do what the function did to what it is handed now, and answer as it did.

        `found`: the object of now for that of before; `moved`: where it is another.
        """
        if not moved.isdisjoint(self.holds):
            made: dict[int, tuple[Any, Any]] = {}
            self.result = replaced(self.result, found, self.holds, made)
            if self.effects:
                self.effects = [replaced(effect, found, self.holds, made) for effect in self.effects]
            self.holds = {id(new): self.holds[key] for key, (_, new) in made.items()}
        self.args = tuple(args)
        if self.effects:
            unwatched(self._do)
        return self.result

    def _do(self) -> None:
        for who, name, a, k in self.effects:
            getattr(who, name)(*a, **k)
