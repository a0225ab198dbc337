"""Results of functions, kept from one solve of a study to the next, each with all that it read.

While a kept function runs, what it is handed is watched: every attribute of an object (and every entry of a `Book`) that
it reads is written down with its value. When it is asked again, the same attributes of what it is now handed are looked
up; where each is the same, to the last bit, so is the result, as the function depends on nothing else. Otherwise it runs
again. Nothing is declared and nothing is trusted: what was not read cannot have mattered.

What has changed every time will change again. Such a function runs without being watched, and its result is not used
twice; now and then it is watched again. What it asks for within is kept as before.

A kept function is pure but for what is named in `_effects` of a class (a problem that is noted): that is done again in
the same order. What it returns may hold objects that it was handed; there the present ones take their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from .entry import Entry
from .now import Now
from .results import hold, replaced, settled
from .same import same
from .watch import HERE

F = TypeVar("F", bound=Callable[..., Any])
#: Classes of arguments that name a call.
_NAMES = frozenset({str, int, bool, FunctionType})
#: Rows of functions (see `in_halves`), as they are asked for.
ROWS: set[Callable[..., Any]] = set()
#: So often in a row what a function read has changed before it runs unwatched, and then so often at most.
_MISSED, _REST = 3, 64


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
        before, root = (HERE.store, HERE.log, HERE.within), (self.root, self.now)
        self.root, self.now = self.roots.setdefault(part, Entry()), Now()
        self.root.count.clear()
        HERE.store, HERE.log, HERE.within = self, None, None
        try:
            yield
        finally:
            self.root, self.now = root
            HERE.store, HERE.log, HERE.within = before

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...], own: bool) -> Any:
        """The result of a function. `own`: it is kept for the whole study, not for the function that asks."""
        log, within = HERE.log, HERE.within
        outer = self.root if within is None or own else within
        name: Any = (function, *[a for a in args if a.__class__ in _NAMES])
        nth = outer.count[name] = outer.count.get(name, 0) + 1
        name = (*name, nth)
        entry = outer.children.get(name)
        if entry is not None and log is None:
            if entry.row and not entry.settled:
                return self._row(function, args, outer, name, entry)
            if entry.rest:
                return self._run(function, args, outer, name, entry)
        if entry is None or not self.now.holds(entry, args):
            return self._anew(function, args, outer, name, entry)
        entry.missed = 0
        self.used += 1
        if self.checked:
            return self._checked(function, args, outer, name, entry)
        if log is not None:
            log.adopt(entry.reads)
        result = entry.again(args, self.now.found, self.now.moved)
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

    def _anew(
        self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, entry: Entry | None
    ) -> Any:
        """The result of a function of which something has changed: watched, or not where that has proved vain."""
        if function in ROWS and HERE.log is None and not (entry is not None and entry.settled):
            return self._row(function, args, outer, name, entry)
        if entry is not None and not entry.stale:
            entry.missed += 1
        watched = HERE.log is not None or _is_open(HERE.within)  # who asks, and all above
        if entry is not None and entry.missed >= _MISSED and HERE.log is None and not (watched and entry.stale):
            entry.rest = min(2**entry.missed, _REST)
            return self._run(function, args, outer, name, entry)
        if watched:
            return self._make(function, args, outer, name, entry)
        # Within a function that is not watched nobody knows what this one could lay its hands on: watch both next time.
        above = HERE.within
        while above is not None:
            above.rest, above = 0, above.outer
        return self._run(function, args, outer, name, Entry())

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, entry: Entry) -> Any:
        """The result of a function that is not watched."""
        self.made += 1
        within, HERE.within = HERE.within, entry
        entry.rest, entry.outer = max(entry.rest - 1, 0), within
        entry.forget()
        try:
            return function(*args)
        except BaseException:
            outer.children.pop(name, None)
            raise
        finally:
            HERE.within = within
            entry.count, entry.outer = {}, None

    def _row(
        self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, entry: Entry | None
    ) -> Any:
        """What a row of functions returns; it is watched once all of them hold, as before then it would be in vain."""
        if entry is None:
            entry = outer.children[name] = Entry()
        entry.row = True
        entry.forget()
        made, within, HERE.within = self.made, HERE.within, entry
        entry.outer = within
        try:
            result = function(*args)
        finally:
            HERE.within, entry.count, entry.outer = within, {}, None
        entry.settled = self.made == made
        return result

    def _make(
        self, function: Callable[..., Any], args: tuple[Any, ...], outer: Entry, name: Any, last: Entry | None
    ) -> Any:
        self.made += 1
        log, within = HERE.log, HERE.within
        entry = Entry(args, log)
        if last is not None:
            entry.children, entry.missed = last.children, last.missed
        HERE.log = HERE.within = entry
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
            HERE.log, HERE.within = log, within
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
        entry.answering = [read for read in entry.reads.values() if read.answers]
        outer.children[name] = entry
        return result


def _is_open(within: Entry | None) -> bool:
    """Whether nothing runs but rows, which hide nothing of what they are handed."""
    while within is not None and within.row:
        within = within.outer
    return within is None


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
