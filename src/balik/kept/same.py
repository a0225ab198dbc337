"""Whether two results are the same, to the last bit, and a new result with what has stayed as it was.

Arrays are the same where type, shape and every bit are; numbers and texts where type and value are; objects where their
class and all attributes are. Functions are the same only where they are one object.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property, partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, Iterator, partial, type)
#: Classes whose values are told by ==, and their class.
_PLAIN = frozenset({str, int, bool, bytes, Fraction, type(None), np.str_})
_SETS = frozenset({set, frozenset})


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in class and content; what refers to itself is told by identity."""
    if one is other:
        return True
    kind = one.__class__
    if kind is not other.__class__:
        return False
    if kind is np.ndarray:
        return _same_array(one, other)
    if kind in _PLAIN:
        return bool(one == other)
    if kind in _SETS:
        return _same_list([*one], [*other])  # in their order, which who goes through them sees
    if kind is float or kind is np.float64:
        return (one == other and math.copysign(1.0, one) == math.copysign(1.0, other)) or (
            one != one and other != other
        )
    if kind is list or isinstance(one, tuple):
        return _same_list(one, other)
    if isinstance(one, dict):
        return len(one) == len(other) and all(map(same, one, other)) and _same_list([*one.values()], [*other.values()])
    return _same_object(kind, one, other)


def _same_array(one: Any, other: Any) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.hasobject:
        return _same_list(one.ravel().tolist(), other.ravel().tolist())
    if bool(one.size) and (0 in one.strides) != (0 in other.strides):
        return False  # one number repeated is treated in its own way
    if one.size < _MANY:
        return bool(one.tobytes() == other.tobytes())
    if not (one.flags.c_contiguous and other.flags.c_contiguous):
        one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
    return bool(np.array_equal(one.view(np.uint8), other.view(np.uint8)))


#: Numbers of an array that are compared by a copy of their bytes.
_MANY = 4096


def _same_list(one: Any, other: Any) -> bool:
    if len(one) != len(other):
        return False
    kinds = set(map(type, one))
    if kinds <= _PLAIN:
        return (
            bool(one == other)
            and (len(kinds) < 2 or list(map(type, one)) == list(map(type, other)))
            and (kinds == set(map(type, other)))
        )
    if kinds == {float} and set(map(type, other)) == kinds and 0.0 not in one and one == other:
        return True
    return all(map(same, one, other))


def _same_object(kind: type, one: Any, other: Any) -> bool:
    if isinstance(one, FUNCTIONS) or not _in_attributes(kind):
        return False
    mine, theirs = getattr(one, "__dict__", None), getattr(other, "__dict__", None)
    if isinstance(one, str):
        if str.__ne__(one, other):
            return False
    elif mine is None:
        return _same_slots(kind, one, other)
    return mine is not None and theirs is not None and same(stated(kind, mine), stated(kind, theirs))


def _in_attributes(kind: type) -> bool:
    """Whether all that an object is stands in its attributes (and text), not in a list, an array or a number within."""
    if kind not in _IN_ATTRIBUTES:
        within = [base for base in kind.__mro__ if not base.__flags__ & _OF_PYTHON]
        _IN_ATTRIBUTES[kind] = set(within) <= {object, str}
    return _IN_ATTRIBUTES[kind]


#: The flag of classes that are made by a statement `class`.
_OF_PYTHON = 1 << 9
_IN_ATTRIBUTES: dict[type, bool] = {}


def stated(kind: type, attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes of an object without those that it works out from the others when it is asked."""
    left_out = worked_out(kind)
    if not left_out or left_out.isdisjoint(attributes):
        return attributes
    return {name: value for name, value in attributes.items() if name not in left_out}


def worked_out(kind: type) -> frozenset[str]:
    """Names of what an object works out from its other attributes when it is first asked."""
    if kind not in _WORKED_OUT:
        names = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
        found = {name for name, value in names.items() if isinstance(value, cached_property)}
        _WORKED_OUT[kind] = frozenset(found | set(getattr(kind, "_caches", ())))
    return _WORKED_OUT[kind]


def _same_slots(kind: type, one: Any, other: Any) -> bool:
    names = [name for base in kind.__mro__ for name in _slots(base)]
    return bool(names) and all(same(getattr(one, name, None), getattr(other, name, None)) for name in names)


def _slots(kind: type) -> tuple[str, ...]:
    found = kind.__dict__.get("__slots__", ())
    return (found,) if isinstance(found, str) else tuple(found)


_WORKED_OUT: dict[type, frozenset[str]] = {}
