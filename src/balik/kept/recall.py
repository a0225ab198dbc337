"""Results of functions, kept from one solve of a study to the next, each with all that it read.

While a kept function runs, what it is handed is watched: every attribute of an object (and every entry of a `Book`) that
it reads is written down with its value. When it is asked again, the same attributes of what it is now handed are looked
up; where each is the same, to the last bit, so is the result, as the function depends on nothing else. Otherwise it runs
again. Nothing is declared and nothing is trusted: what was not read cannot have mattered.

A kept function is pure but for what is named in `_effects` of a class (a problem that is noted): that is done again in
the same order. What it returns may hold objects that it was handed; there the present ones take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from .kinds import KINDS, OBJECT, Book, Seen, kind_of
from .results import hold, listed, replaced, settled
from .same import same
from .watch import HERE, KEYS, MISSING, Ask, answer, look_at, of, seen, set_class, stays, unwatched

F = TypeVar("F", bound=Callable[..., Any])
#: Classes of arguments that name a call.
_NAMES = frozenset({str, int, bool, FunctionType})


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

    __slots__ = ("args", "children", "count", "effects", "holds", "hooked", "outer", "reads", "result", "spoiled")

    def __init__(self, args: Sequence[Any] = (), outer: Entry | None = None):
        self.args, self.outer = tuple(args), outer
        self.reads: dict[int, Read] = {}  # by id of the object
        self.effects: list[tuple[Any, str, tuple[Any, ...], dict[str, Any]]] = []
        self.children: dict[Any, Entry] = {}
        self.count: dict[Any, int] = {}
        self.hooked: list[Any] = []
        self.holds: dict[int, bool] = {}  # ids of the parts of the result that hold what was handed; True: handed
        self.result: Any = None
        self.spoiled = False  # whether it did what cannot be done again

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
        """What a function within has read of what this one knows."""
        for key, inner in reads.items():
            log: Entry | None = self if key in self.reads else self.owner(key)
            if log is None:
                continue
            known = log.reads[key]
            if not inner.names <= known.names:
                own = inner.of if isinstance(inner.of, Book) else look_at(inner.of, "__dict__")
                for name in inner.names - known.names:
                    log.know(of(own, name), known)
                known.names |= inner.names
            for ask, value in inner.answers.items():
                if ask not in known.answers:
                    known.answers[ask] = value
                    log.know(value)

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

    # -- asked again -------------------------------------------------------------------------------------------

    def again(self, args: Sequence[Any], now: Now) -> Any:
        """Do what the function did to what it is handed now, and answer as it did."""
        if self.holds:
            made: dict[int, tuple[Any, Any]] = {}
            result = replaced(self.result, now.found, self.holds, made)
            if self.effects:
                self.effects = [replaced(effect, now.found, self.holds, made) for effect in self.effects]
            if result is not self.result or self.effects:
                self.result = result
                self.holds = {id(new): self.holds[key] for key, (_, new) in made.items()}
        self.args = tuple(args)
        if self.effects:
            unwatched(self._do)
        return self.result

    def _do(self) -> None:
        for who, name, a, k in self.effects:
            getattr(who, name)(*a, **k)


class Now:
    """Which object of now stands for one of before, and what of it has been told to be the same."""

    __slots__ = ("found", "told")

    def __init__(self) -> None:
        self.found: dict[int, tuple[Any, Any]] = {}  # the object of before with that of now, by id of the first
        self.told: dict[int, set[Any]] = {}

    def meets(self, old: Any, new: Any) -> bool:
        """Whether a value is the same, or an object that may stand for the other."""
        cls = type(old)
        if (KINDS.get(cls) or kind_of(cls)) < OBJECT:
            return old is new or same(old, new)  # a list that was read is compared as a whole
        if old.__class__ is not new.__class__:
            return False
        known = self.found.get(id(old))
        if known is None:
            self.found[id(old)] = old, new
            return True
        return known[1] is new

    def fits(self, old: Any, new: Any) -> bool:
        """Whether an argument may stand for that of before; a list with objects is told part by part (see hand)."""
        cls = type(old)
        parts = listed(old) if (KINDS.get(cls) or kind_of(cls)) < OBJECT else None
        if parts is None or old.__class__ is not new.__class__ or len(old) != len(new):
            return self.meets(old, new)
        named = not isinstance(old, dict) or same([*old], [*new])
        return named and all(map(self.fits, parts, new.values() if isinstance(new, dict) else new))

    def holds(self, entry: Entry, args: Sequence[Any]) -> bool:
        """Whether all that a function read is the same in what it is handed now; then that takes its place."""
        if len(args) != len(entry.args) or not all(map(self.fits, entry.args, args)):
            return False
        found = self.found
        changed: list[tuple[Read, dict[Ask, Any]]] = []
        moved: list[tuple[Read, Any]] = []
        for key, read in entry.reads.items():
            pair = found.get(key)
            new = read.of
            if pair is None:
                found[key] = new, new
            elif pair[1] is not new:
                new = pair[1]
                if not all([self._moves(way.of) for way in read.ways]):
                    return False  # what stays leads to that of before, and something else to that of now
                moved.append((read, new))
                told = self.told.get(key)
                if told is None:
                    told = self.told[key] = set()
                if not read.names <= told and not self._tell(read, new, told):
                    return False
            if read.answers and not self._answered(read, new, changed):
                return False
        if moved:
            there = {id(read): new for read, new in moved}
            reads = {id(there.get(id(read), read.of)): read for read in entry.reads.values()}
            if len(reads) < len(entry.reads):  # one stands for two: of it was read what was read of either
                return False
            entry.reads = reads
            for read, new in moved:
                read.of = new
        for read, answers in changed:
            read.answers = answers
        return True

    def _moves(self, old: Any) -> bool:
        """Whether another object stands for that of before."""
        pair = self.found.get(id(old))
        return pair is not None and pair[1] is not old

    def _tell(self, read: Read, new: Any, told: set[Any]) -> bool:
        old = read.of
        mine = old if isinstance(old, Book) else look_at(old, "__dict__")
        theirs = new if mine is old else look_at(new, "__dict__")
        for name in read.names - told:
            if name is KEYS:
                fits = list(dict.keys(mine)) == list(dict.keys(theirs))
            else:
                one, other = of(mine, name, MISSING), of(theirs, name, MISSING)
                fits = self.meets(one, other)
            if not fits:
                return False
            told.add(name)
        return True

    def _answered(self, read: Read, new: Any, changed: list[tuple[Read, dict[Ask, Any]]]) -> bool:
        answers, other = {}, False
        own = new if isinstance(new, Book) else look_at(new, "__dict__")
        for ask, value in read.answers.items():
            found = of(own, ask, MISSING)
            if found is MISSING or ask is KEYS:
                try:
                    found = unwatched(partial(answer, new, ask))
                except (AttributeError, KeyError):
                    return False
            if not self.meets(value, found):
                return False
            answers[ask] = found
            other |= found is not value
        if other:
            changed.append((read, answers))
        return True


class Kept:
    """The results of one study. `checked`: every result that is used again is also made anew, and compared."""

    def __init__(self, checked: bool = False):
        self.root, self.now = Entry(), Now()
        self.roots: dict[str, Entry] = {}
        self.checked = checked
        self.used, self.made = 0, 0

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        """Within, kept functions use what is known of this part of the work."""
        before, root = (HERE.store, HERE.log), (self.root, self.now)
        self.root, self.now = self.roots.setdefault(part, Entry()), Now()
        self.root.count.clear()
        HERE.store, HERE.log = self, None
        try:
            yield
        finally:
            self.root, self.now = root
            HERE.store, HERE.log = before

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...], own: bool) -> Any:
        """The result of a function. `own`: it is kept for the whole study, not for the function that asks."""
        log = HERE.log
        outer = self.root if log is None or own else log
        name = (function, *[a for a in args if a.__class__ in _NAMES])
        nth = outer.count[name] = outer.count.get(name, 0) + 1
        entry = outer.children.get((*name, nth))
        if entry is None or not self.now.holds(entry, args):
            return self._make(function, args, outer, (*name, nth), entry)
        self.used += 1
        if self.checked:
            return self._checked(function, args, outer, (*name, nth), entry)
        if log is not None:
            log.adopt(entry.reads)
        result = entry.again(args, self.now)
        if log is not None and entry.effects:
            _passed_on(log, entry.effects)
        return result

    def _checked(
        self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, entry: Entry
    ) -> Any:
        """The result of a function that need not run, and runs: whether it says and does what is known."""
        made: dict[int, tuple[Any, Any]] = {}
        known = replaced(entry.result, self.now.found, entry.holds, made)
        done = [replaced(one, self.now.found, entry.holds, made) for one in entry.effects]
        result = self._make(function, args, outer, name, entry)
        again = outer.children.get(name)
        if not same(known, result) or (again is not None and not same(done, again.effects)):
            raise AssertionError(f"{function.__qualname__} depends on more than it was seen to read")
        return result

    def _make(
        self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, last: Entry | None
    ) -> Any:
        self.made += 1
        log = HERE.log
        entry = Entry(args, log)
        if last is not None:
            entry.children = last.children
        HERE.log = entry
        try:
            for value in args:
                entry.hand(value)
            result = function(*args)
        except BaseException:
            outer.children.pop(name, None)
            if log is not None:
                log.spoil()  # what was read and done until then is not known where it goes on
            raise
        finally:
            HERE.log = log
            entry.unhook()
            entry.count = {}
        if log is not None:
            log.adopt(entry.reads)
            _passed_on(log, entry.effects)
        if not entry.spoiled:
            result = result if last is None else settled(result, last.result, entry.reads, {})
            met: set[int] = set()
            for part in (result, *entry.effects):
                hold(part, entry.reads, entry.holds, met, entry.owner)
        entry.result, entry.outer = result, None
        if entry.spoiled:
            outer.children.pop(name, None)
            return result
        outer.children[name] = entry
        return result


def studying() -> bool:
    """Whether results are kept."""
    return HERE.store is not None


def kept(function: F) -> F:
    """A function whose results a study keeps; elsewhere it is as it is."""

    @wraps(function)
    def asked(*args: Any) -> Any:
        store = HERE.store
        return function(*args) if store is None else store.ask(function, args, False)

    return cast(F, asked)


def kept_for_all(function: F) -> F:
    """The same, kept for the whole study: what whoever asks first would otherwise keep for itself."""

    @wraps(function)
    def asked(*args: Any) -> Any:
        store = HERE.store
        return function(*args) if store is None else store.ask(function, args, True)

    return cast(F, asked)


def _passed_on(log: Entry, effects: list[Any]) -> None:
    log.effects += [effect for effect in effects if log.owner(id(effect[0])) is not None]
