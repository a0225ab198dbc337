"""A result is kept while all that it read is the same to the last bit, and no longer."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from unittest import mock

import numpy as np
import pytest

from balik.errors import Problem, Problems
from balik.kept import Book, Kept, in_halves, kept, recall, same
from balik.words import say


@dataclass(frozen=True)
class Sheet:
    """Something that a function reads in parts."""

    price: Any
    amount: Any
    columns: Book

    @property
    def twice(self) -> Any:
        """Of the amount, whatever the price."""
        return 2 * self.amount

    @cached_property
    def half(self) -> Any:
        """Worked out when it is first asked."""
        return self.amount / 2


@dataclass(frozen=True)
class Report:
    """A result that holds what was handed."""

    sheet: Sheet
    total: float


class Tally:
    """Something that is changed by what is done."""

    _effects: ClassVar = {"add": ("count",)}

    def __init__(self) -> None:
        self.count = 0

    def add(self, number: int) -> None:
        """Count on."""
        self.count += number


for _class in (Sheet, Report, Tally):
    _class.__module__ = "balik.testing"  # classes of others are plain values

RAN: list[str] = []


@kept
def total(sheet: Sheet) -> Report:
    RAN.append("total")
    return Report(sheet, float(np.sum(sheet.twice)))


@kept
def of_column(sheet: Sheet, name: str) -> float:
    RAN.append(name)
    return float(sheet.columns[name]) if name in sheet.columns else 0.0


@kept
def whole(sheet: Sheet) -> float:
    RAN.append("whole")
    return total(sheet).total + of_column(sheet, "a") + float(sheet.half.sum())


def sheet(price: float = 1.0, amount: float = 2.0, **columns: float) -> Sheet:
    return Sheet(np.full(3, price), np.full(3, amount), Book({"a": 1.0, "b": 2.0} | columns))


def asked(store: Kept, *sheets: Sheet) -> list[list[str]]:
    """What ran for each sheet, one after the other."""
    out = []
    for one in sheets:
        RAN.clear()
        with store("test"):
            whole(one)
            report = total(one)
            of_column(one, "b")
            assert report.sheet is one and report.total == 2 * one.amount.sum()
        out.append(sorted(set(RAN)))
    return out


def test_only_what_read_something_else_runs_again() -> None:
    every = ["a", "b", "total", "whole"]
    assert asked(Kept(), sheet(), sheet(), sheet(price=9.0), sheet(b=7.0), sheet(a=7.0), sheet(amount=5.0)) == [
        every, [], [], ["b"], ["a", "b", "whole"], ["a", "total", "whole"],
    ]  # fmt: skip


def test_without_a_study_everything_runs() -> None:
    RAN.clear()
    one = sheet()
    assert [whole(one), whole(one)] == [12.0 + 1.0 + 3.0] * 2 and RAN.count("whole") == 2


def test_a_sign_of_zero_and_a_missing_entry_count() -> None:
    runs = asked(Kept(), sheet(amount=0.0), sheet(amount=-0.0), sheet(amount=-0.0, c=1.0))
    assert "total" in runs[1] and runs[2] == []
    store = Kept()
    for columns, expected in (({"a": 1.0}, 0.0), ({"a": 1.0, "z": 4.0}, 4.0), ({"a": 1.0}, 0.0)):
        with store("test"):
            assert of_column(Sheet(1, 1, Book(columns)), "z") == expected


@kept
def noted(tally: Tally, problems: Problems, number: int, ok: bool) -> int:
    RAN.append("noted")
    if not ok:
        problems.add("W100", say("Something is odd."))
    tally.add(number)
    tally.add(1)
    return tally.count


@kept
def around(tally: Tally, problems: Problems) -> int:
    RAN.append("around")
    return noted(tally, problems, 5, False)


def test_what_a_function_does_is_done_again_once() -> None:
    store = Kept()
    for ran in (["around", "noted"], [], []):
        RAN.clear()
        tally, problems = Tally(), Problems()
        with store("test"):
            assert around(tally, problems) == 6
        assert (tally.count, len(problems), ran) == (6, 1, RAN)
    with store("test"):
        tally = Tally()
        tally.add(3)
        assert around(tally, Problems()) == 9 and tally.count == 9
    for start in (0, 3, 3):  # within a function that runs again, what did not run is done once, too
        tally = Tally()
        tally.add(start)
        with store("test"):
            assert around(tally, Problems([Problem("W101", say("Before."))])) == start + 6 and tally.count == start + 6


@kept
def hidden(one: Sheet) -> float:
    return float(len(RAN))


def test_a_function_that_reads_elsewhere_is_found_out() -> None:
    store = Kept(checked=True)
    with store("test"):
        hidden(sheet())
    RAN.append("more")
    with store("test"), pytest.raises(AssertionError, match="depends on more"):
        hidden(sheet())


@kept
def later(one: Sheet) -> Iterator[float]:
    yield one.price[0]


def test_a_result_that_reads_later_is_refused() -> None:
    with Kept()("test"), pytest.raises(AssertionError, match="is a function"):
        later(sheet())


@kept
def failing(one: Sheet) -> float:
    if one.price[0] < 0:
        raise ValueError(one.price[0])
    return float(one.price[0])


def test_an_exception_leaves_nothing_behind() -> None:
    store = Kept()
    for price in (1.0, -1.0, 1.0, -1.0):
        one = sheet(price)
        with store("test"):
            if price < 0:
                with pytest.raises(ValueError, match=r"-1\.0"):
                    failing(one)
            else:
                assert failing(one) == price
        assert type(one) is Sheet and type(one.columns) is Book


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (1, 1.0, False),
        (0.0, -0.0, False),
        (float("nan"), float("nan"), True),
        ([1.0, 0.0], [1.0, -0.0], False),
        ([1, "a"], [1, "a"], True),
        ([True, 1], [1, True], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ({"a", "b"}, {"a", "b"}, True),
        ({1}, {True}, False),
        (frozenset([0.0]), frozenset([-0.0]), False),
        ({8, 16}, {16, 8}, [*{8, 16}] == [*{16, 8}]),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1]), np.array([1.0]), False),
        (np.zeros(3), np.broadcast_to(0.0, 3), False),
        (np.array([0.0]), np.array([-0.0]), False),
        (np.arange(9000.0), np.arange(9000.0), True),
        (np.arange(9000.0)[::2], np.arange(9000.0)[::2].copy(), True),
        (say("{a} kg", a="1"), say("{a} kg", a="1"), True),
        (say("{a} kg", a="1"), say("1 {b}", b="kg"), False),
        (len, len, True),
        (lambda: 1, lambda: 1, False),
        (sheet(), sheet(), True),
        (sheet(), sheet(b=3.0), False),
    ],
)
def test_what_is_the_same(one: Any, other: Any, alike: bool) -> None:
    assert same(one, other) == alike == same(other, one)


def answers(function: Any, *calls: tuple[Any, ...]) -> list[Any]:
    """What a kept function answers to one call after the other, in one study; what it answers anew is the same.

    Whether what has changed again and again is watched no longer, or always.
    """
    for most in (recall._MISSED, len(calls)):
        with mock.patch.object(recall, "_MISSED", most):
            store, out = Kept(), []
            for args in calls:
                with store("test"):
                    out.append(function(*args))
                assert same(out[-1], function(*args))
    return out


@kept
def in_a_tuple(pair: tuple[Sheet, ...]) -> Any:
    return pair[0].price


@kept
def in_a_dict(named: dict[str, list[Sheet]]) -> Any:
    return named["x"][0].price


@kept
def by_the_way(one: Sheet, other: Sheet) -> Any:
    return one.price + in_a_tuple((other,)) + in_a_dict({"x": [other]})


def plain(price: float) -> Sheet:
    return Sheet(price, 1.0, Book())


def test_what_is_handed_on_in_a_list_counts_for_who_hands_it_on() -> None:
    other = plain(5.0)
    calls = (plain(1.0), other), (plain(2.0), other), (plain(2.0), plain(50.0))
    assert answers(by_the_way, *calls) == [11.0, 12.0, 102.0]


@dataclass(frozen=True)
class Box:
    """Holds sheets in a list, of which no function is told one by one."""

    sheets: list[Sheet]


Box.__module__ = "balik.testing"


@kept
def out_of_a_box(box: Box, deeper: bool) -> Any:
    return out_of_a_box(box, False) if deeper else box.sheets[0].price


@kept
def taken_out(box: Box) -> Report:
    return Report(box.sheets[0], 0.0)


@kept
def boxed(one: Sheet, other: Sheet, deeper: bool) -> Any:
    return one.price + out_of_a_box(Box([other]), deeper)


@kept
def boxed_and_taken(one: Sheet, other: Sheet) -> tuple[Any, Report]:
    return one.price, taken_out(Box([other]))


@pytest.mark.parametrize("deeper", [False, True])
def test_what_is_read_in_a_box_counts_for_who_made_the_box(deeper: bool) -> None:
    other = plain(5.0)
    calls = (plain(1.0), other, deeper), (plain(2.0), other, deeper), (plain(2.0), plain(50.0), deeper)
    assert answers(boxed, *calls) == [6.0, 7.0, 52.0]


def test_what_is_taken_out_of_a_box_is_what_stands_there_now() -> None:
    other, last = plain(5.0), plain(50.0)
    calls = (plain(1.0), other), (plain(2.0), plain(5.0)), (plain(2.0), last)
    assert answers(boxed_and_taken, *calls)[-1][1].sheet is last


@kept
def beside(one: Sheet, other: Sheet) -> list[Sheet]:
    return [other] if one.price else []


def test_a_list_holds_what_was_handed_and_not_its_like() -> None:
    second, last = plain(1.0), plain(3.0)
    found = answers(beside, (plain(1.0), plain(1.0)), (plain(2.0), second), (plain(2.0), last))
    assert found[1][0] is second and found[2][0] is last


@kept
def of_two(one: Sheet, other: Sheet) -> float:
    return float(one.price + 10 * other.amount)


def test_one_that_stood_for_two_is_read_as_either() -> None:
    once, again = Sheet(1.0, 2.0, Book()), Sheet(5.0, 2.0, Book())
    calls = (Sheet(1.0, 7.0, Book()), Sheet(3.0, 2.0, Book())), (once, once), (again, again)
    assert answers(of_two, *calls) == [21.0, 21.0, 25.0]


@kept
def by_two_ways(one: Sheet, other: Sheet) -> float:
    return float(one.price.price + 10 * other.price)


def test_what_two_ways_led_to_is_told_by_both() -> None:
    shared = plain(1.0)
    around = held(shared)
    calls = (around, shared), (around, plain(1.0)), (held(plain(5.0)), plain(1.0))
    assert answers(by_two_ways, *calls) == [11.0, 11.0, 15.0]


@kept
def of_parts(one: Sheet) -> float:
    return float(one.price.price.price + 10 * one.amount.amount.amount)


@kept
def of_part(one: Sheet) -> float:
    return float(one.price.price.price)


@kept
def of_many(one: Sheet) -> float:
    return of_part(one) + of_parts(one.amount) + of_part(one.amount)


def held(inner: Sheet) -> Sheet:
    return Sheet(inner, inner, Book())


@pytest.mark.parametrize("function", [of_parts, of_many])
def test_what_two_share_may_part(function: Any) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        inner = [Sheet(float(rng.integers(2)), float(rng.integers(2)), Book()) for _ in range(3)]
        holders = [held(inner[k]) for k in rng.integers(0, 3, 3)]
        calls = []
        for _ in range(12):
            if rng.random() < 0.3:
                inner[rng.integers(3)] = Sheet(float(rng.integers(2)), float(rng.integers(2)), Book())
            if rng.random() < 0.5:
                holders[rng.integers(3)] = held(inner[rng.integers(3)])
            a, b = rng.integers(0, 3, 2)
            around = Sheet(holders[a], holders[b], Book())
            calls.append((Sheet(holders[a], around, Book()) if function is of_many else around,))
        answers(function, *calls)


@kept
def caught(one: Sheet, other: Sheet) -> float:
    try:
        return one.price + positive(other)
    except ValueError:
        return -1.0


@kept
def positive(one: Sheet) -> float:
    if one.price < 0:
        raise ValueError(one.price)
    return float(one.price)


def test_who_catches_an_exception_reads_what_led_to_it() -> None:
    assert answers(caught, (plain(1.0), plain(-1.0)), (plain(1.0), plain(2.0))) == [-1.0, 3.0]


def test_what_changes_every_time_is_not_watched_and_what_it_asks_is_kept() -> None:
    store = Kept()
    sheets = [sheet(amount=float(k)) for k in range(20)]
    assert asked(store, *sheets)[1:] == [["total", "whole"]] * 19  # columns stay, and are not read again
    again = asked(store, *([sheet(amount=1.0)] * 200))
    assert again[-1] == [] and sum(map(bool, again)) < 100  # now and then it is watched again
    assert asked(store, sheet(a=5.0), sheet(a=5.0), sheet(amount=3.0)) == [
        ["a", "total", "whole"],
        [],
        ["a", "total", "whole"],
    ]


@kept
def deep(one: Sheet, other: Sheet, tally: Tally, problems: Problems, depth: int) -> Any:
    """Boxes, effects, objects that are handed on, parts that change and parts that do not."""
    noted(tally, problems, int(one.amount), one.price < 1)
    if depth:
        inner = deep(other, one, tally, problems, depth - 1)
        return [inner, boxed(one, other, depth > 1), taken_out(Box([other])).sheet.price, of_column(one, "a")]
    return [positive_or(other, one), tally.count, one.columns.get("b"), other.half]


@kept
def positive_or(one: Sheet, other: Sheet) -> Any:
    try:
        return failing_below(one)
    except ValueError:
        return [other.price, other.amount]


@kept
def failing_below(one: Sheet) -> Any:
    if one.price < 0:
        raise ValueError
    return one.price


@pytest.mark.parametrize("seed", range(4))
def test_phases_in_which_one_thing_changes_every_time(seed: int) -> None:
    """Long enough for functions to run unwatched, to be watched again, and to be kept again."""
    rng, store = np.random.default_rng(seed), Kept()

    def made() -> Sheet:
        return Sheet(float(rng.integers(-1, 3)), float(rng.integers(3)), Book({"a": float(rng.integers(3)), "b": 1.0}))

    sheets = [made(), made()]
    for k in range(300):
        phase = k // 30 % 5
        if phase == 4:
            sheets[rng.integers(2)] = made()
        elif phase < 3:
            old = sheets[phase % 2]
            changed = {"price": float(k % 7 - 1)} if phase < 2 else {"columns": Book({"a": float(k), "b": 1.0})}
            sheets[phase % 2] = Sheet(**({"price": old.price, "amount": old.amount, "columns": old.columns} | changed))
        one, other = sheets if rng.random() < 0.8 else sheets[::-1]
        found = []
        for within in (True, False):
            tally, problems = Tally(), Problems()
            if within:
                with store("test"):
                    value = deep(one, other, tally, problems, 2)
            else:
                value = deep(one, other, tally, problems, 2)
            found.append((value, tally.count, list(map(str, problems))))
        assert same(*found), k
        assert type(one) is type(other) is Sheet and type(one.columns) is Book


@kept
def compared(one: Sheet) -> list[Any]:
    columns = one.columns
    return [columns == {"a": 1.0}, columns != {"a": 1.0}, list(reversed(columns)), {**columns}, sorted(columns)]


def test_a_book_is_read_in_every_way() -> None:
    books = [Book({"a": 1.0}), Book({"a": 2.0}), Book({"a": 1.0, "b": 1.0}), Book({"a": 1.0})]
    answers(compared, *((Sheet(1.0, 1.0, book),) for book in books))


@kept
def copied(one: Sheet) -> Sheet:
    return copy.copy(one)


def test_a_copy_is_no_longer_watched() -> None:
    for price, made in zip((1.0, 2.0), answers(copied, (plain(1.0),), (plain(2.0),)), strict=True):
        assert type(made) is Sheet and made.price == price


@kept
def extra(tally: Tally) -> Any:
    return getattr(tally, "extra", None)


def test_an_attribute_that_was_not_there_counts() -> None:
    one, other = Tally(), Tally()
    other.__dict__["extra"] = 5
    assert answers(extra, (one,), (other,), (one,)) == [None, 5, None]


def test_what_a_class_holds_beside_its_attributes_is_not_taken_for_the_same() -> None:
    class Few(list[int]):
        pass

    class Row(np.ndarray):
        pass

    for make in (Few, lambda n: np.array(n, float).view(Row), ValueError):
        assert not same(make([1]), make([2]))
    assert not same(np.rec.array([(1,)]), np.rec.array([(2,)]))


READ: list[str] = []


def reads(name: str) -> Any:
    @kept
    def one(read: Sheet, tally: Tally) -> tuple[str, Any]:
        READ.append(name)
        tally.add(1)
        return name, read.columns[name]

    return one


def test_of_a_row_of_functions_only_what_changed_runs() -> None:
    names, store, many = "abcdefghijk", Kept(), Counter[str]()
    every = in_halves(*map(reads, names))
    for k in range(8):
        cells = {name: [1.0] for name in names} | {"d": [float(k)]}
        tally, before = Tally(), store.used
        READ.clear()
        with store("test"):
            found = every(Sheet([0.0], 1.0, Book(cells)), tally)
        assert found == list(cells.items()) and tally.count == len(names)
        many.update(READ)
        if k:
            assert READ == ["d"]
        if k > 2:  # all held the last time but one, and were watched together the last time
            assert store.used - before <= 4  # halves, and halves of halves
    assert many == Counter(names) + Counter({"d": 7})


def test_a_row_may_change_from_one_time_to_the_next() -> None:
    one, two, store = reads("a"), reads("b"), Kept()
    for row in ((one,), (one, two), (two, one), (one, two, one)):
        with store("test"):
            found = in_halves(*row)(Sheet([0.0], 1.0, Book(a=1.0, b=2.0)), Tally())
        assert [name for name, _ in found] == ["ab"[f is two] for f in row]
