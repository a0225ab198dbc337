"""Objects that are watched: what is read of them is written down by the function that runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .kinds import Book, Changing, Seen
from .same import stated, worked_out

if TYPE_CHECKING:
    from .entry import Entry
    from .recall import Kept

#: What an attribute is asked by: its name, or a name and arguments.
Ask = Any


class Here(threading.local):
    """What is kept in this thread, and the function that runs and is watched."""

    store: Kept | None = None
    log: Entry | None = None  # of the function that runs and is watched
    within: Entry | None = None  # the function that runs, whether it is watched or not


HERE = Here()


#: Reads an attribute as it is; looks an entry up; gives an object another class.
look_at, of = object.__getattribute__, dict.get
set_class = object.__dict__["__class__"].__set__
_SEEN: dict[type, type] = {}


def stays(where: Any, ask: Ask) -> bool:
    """Whether what an object has under a name stays as it is as long as the object is there."""
    cls = where.__class__
    if cls not in _STAYS:
        if issubclass(cls, Book):
            _STAYS[cls] = None if not issubclass(cls, Changing) else _ALL
        else:
            effects = getattr(cls, "_effects", {})
            changes = {name for names in effects.values() for name in names}
            _STAYS[cls] = _ALL if getattr(cls, "_changes", False) else frozenset(changes | worked_out(cls))
    changing = _STAYS[cls]
    return (
        ask.__class__ is not tuple or ask is KEYS
        if changing is None
        else changing is not _ALL and (ask.__class__ is str and ask not in changing)
    )


_ALL = frozenset({"*"})
_STAYS: dict[type, frozenset[str] | None] = {}


def seen(cls: type) -> type:
    """The class of an object of this class while it is watched."""
    if cls not in _SEEN:
        common = {
            "__class__": property(lambda _: cls), "__slots__": (), "__module__": cls.__module__, "__reduce_ex__": _taken,
        }  # fmt: skip
        _SEEN[cls] = type(
            f"Seen{cls.__name__}", (cls, Seen), common | (BOOKED if issubclass(cls, Book) else _attributes(cls))
        )
    return _SEEN[cls]


def _taken(self: Any, protocol: Any) -> tuple[Any, ...]:
    """What a copy is made of: it is none of the watched."""
    if not isinstance(self, Book):
        stated(self.__class__, self.__dict__)  # all is read
    made: tuple[Any, ...] = tuple(object.__reduce_ex__(self, protocol))
    return made[0], tuple([self.__class__ if arg is type(self) else arg for arg in made[1]]), *made[2:]


def _attributes(cls: type) -> dict[str, Any]:
    plain, effects = object.__getattribute__, getattr(cls, "_effects", {})
    caches = frozenset(getattr(cls, "_caches", ()))
    lazy = worked_out(cls) - caches
    asked, never, guesses = getattr(cls, "_asked", ()), getattr(cls, "_never", ()), hasattr(cls, "__getattr__")

    def look(self: Any, name: str) -> Any:
        log = HERE.log
        if log is None or name == "__class__":
            return plain(self, name)
        own = plain(self, "__dict__")
        if name in caches:
            for key, value in stated(cls, own).items():
                log.read(self, key, value)
            return plain(self, name)
        if name in own:
            value = own[name]
            if effects and value.__class__ in _CHANGING:
                log.read(self, name, value.copy())  # as it is now: what is done may change it
            else:
                log.read(self, name, value)
            return value
        if name == "__dict__":
            for key, value in own.items():
                log.read(self, key, value)
            return own
        if name in effects:
            return _doing(log, self, name, effects[name])
        if name in never:
            log.spoil()
        if name in asked:
            return _asking(self, cls, name)
        if name in lazy:  # as cached_property does, but it would look at all attributes
            own[name] = value = getattr(cls, name).func(self)
            return value
        try:
            return plain(self, name)
        except AttributeError:
            if not guesses:
                log.read(self, name, MISSING)
            raise

    return {"__getattribute__": look}


_CHANGING: frozenset[Any] = frozenset({list, dict})


def _doing(log: Entry, who: Any, name: str, before: Sequence[str]) -> Callable[..., None]:
    """What an object does, written down, with what it was before."""

    def done(*args: Any, **more: Any) -> None:
        for attribute in before:
            getattr(who, attribute)
        log.owner(id(who))
        log.effects.append((who, name, args, more))
        unwatched(lambda: getattr(who, name)(*args, **more))

    return done


def _asking(who: Any, cls: type, name: str) -> Any:
    """What an object answers, written down as it is, not what it looks up to know it."""
    if isinstance(getattr(cls, name), (property, cached_property)):
        return _told(who, name, ())
    return lambda *args: _told(who, name, args)


def _told(who: Any, name: str, args: tuple[Any, ...]) -> Any:
    value = unwatched(lambda: answer(who, (name, args) if args else name))
    assert HERE.log is not None
    HERE.log.read(who, (name, args) if args else name, value)
    return value


def unwatched(do: Callable[[], Any]) -> Any:
    """What something answers, without a note of what is read for it."""
    log, within, HERE.log, HERE.within = HERE.log, HERE.within, None, None
    try:
        return do()
    finally:
        HERE.log, HERE.within = log, within


def answer(who: Any, ask: Ask) -> Any:
    """What an object has under a name, or answers to arguments."""
    if isinstance(who, Book):
        return _asked_of_book(who, ask)
    return getattr(who, ask) if ask.__class__ is str else getattr(who, ask[0])(*ask[1])


# -- books -------------------------------------------------------------------------------------------------------

KEYS = ("\0keys",)
MISSING = ("\0missing",)


def _asked_of_book(who: Book, ask: Ask) -> Any:
    return tuple(dict.keys(who)) if ask is KEYS else dict.get(who, ask, MISSING)


def _get(self: Any, key: Any, default: Any = None) -> Any:
    value = dict.get(self, key, MISSING)
    if (log := HERE.log) is not None:
        log.read(self, key, value)
    return default if value is MISSING else value


def _item(self: Any, key: Any) -> Any:
    value = _get(self, key, MISSING)
    if value is MISSING:
        raise KeyError(key)
    return value


def _keys(self: Any) -> list[Any]:
    if (log := HERE.log) is not None:
        log.read(self, KEYS, tuple(dict.keys(self)))
    return list(dict.keys(self))


BOOKED: dict[str, Any] = {
    "__getitem__": _item,
    "get": _get,
    "__contains__": lambda self, key: _get(self, key, MISSING) is not MISSING,
    "__iter__": lambda self: iter(_keys(self)),
    "__len__": lambda self: len(_keys(self)),
    "keys": _keys,
    "values": lambda self: [_item(self, key) for key in _keys(self)],
    "items": lambda self: [(key, _item(self, key)) for key in _keys(self)],
    "__reversed__": lambda self: reversed(_keys(self)),
    "__eq__": lambda self, other: dict(BOOKED["items"](self)) == other,
    "__ne__": lambda self, other: dict(BOOKED["items"](self)) != other,
    "copy": lambda self: dict(BOOKED["items"](self)),
    "__or__": lambda self, other: dict(BOOKED["items"](self)) | dict(other.items()),
    "__ror__": lambda self, other: dict(other.items()) | dict(BOOKED["items"](self)),
}
