"""A figure among its peers: rows of the same column that are about the same kind of thing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ...kept import in_halves, kept
from ...tables import Data, Frame
from ...words import Sentence, say
from ..network import Array

#: Columns that are compared, and the key columns by whose labels rows are of one kind.
_COMPARED: dict[str, tuple[str, str]] = {
    "supply": ("amount least most price left_cost", "material place"),
    "demand": ("amount least most price shortage_cost", "material place"),
    "stores": ("room holding start end", "material place"),
    "lanes": ("km fee least most", "material mode"),
    "distances": ("km", ""),
    "modes": ("payload room full_rate loaded_rate empty_rate trip_cost full_co2 loaded_co2 empty_co2", "material"),
    "sites": ("capacity least opening_cost running_cost unit_cost closing_cost", "place size"),
    "processes": ("cost most co2 jobs", "process"),
    "recipes": ("rate", "process material"),
    "tours": ("km full_rate", "material"),
    "materials": ("mass volume", "unit"),
}
_PRICES = {"supply": ["price"], "demand": ["price"]}
_FEWEST = 5  # peers that must agree
_TIGHT = 30.0  # largest ÷ smallest of the peers
_WIDE = 3.0  # how near a slip comes to its factor
_SLIPS = (1e3, 1e6)
_RARE = 0.2  # share of a column above which slips are no slips


@kept
def note_factors(data: Data) -> None:
    """W320: about 1,000 or 1,000,000 times its peers, or as small a part of them."""
    _each_table(data)


@kept
def _note_factors(table: str, data: Data) -> None:
    for frame, column, rows in _groups(data, {table: _COMPARED[table][0].split()}):
        size = np.abs(frame.written(column)[rows])
        if size.max() < size.min() * _SLIPS[0] / _WIDE:
            continue
        near = np.abs(np.log10(size / np.median(size))) < 1.5
        peers, others = size[near], np.flatnonzero(~near)
        agree = len(peers) >= _FEWEST and peers.max() <= _TIGHT * peers.min() and len(others) <= _RARE * len(rows)
        if not agree:
            continue
        factor = [_slip(float(size[at] / np.median(peers))) for at in others]
        if not all(factor):
            continue  # the column is simply wide
        for at, times in zip(others.tolist(), factor, strict=True):
            data.problems.add(
                "W320",
                _stands_out(float(size[at]), times, float(peers.min()), float(peers.max()), len(peers)),
                say("Check its unit and its decimal sign."),
                **frame.where(int(rows[at]), column),
            )


_each_table = in_halves(*[partial(_note_factors, table) for table in _COMPARED])


def _slip(ratio: float) -> float:
    """The factor that a ratio is near to (below 1: a part), 0 where it is near to none."""
    for slip in _SLIPS:
        for factor in (slip, 1 / slip):
            if factor / _WIDE <= ratio <= factor * _WIDE:
                return factor
    return 0.0


def _stands_out(size: float, factor: float, low: float, high: float, count: int) -> Sentence:
    if factor > 1:
        return say(
            "{size:,.10g} is about {times:,.0f} times what {count} comparable rows have ({low:,.10g} to {high:,.10g}).",
            size=size, times=factor, count=count, low=low, high=high,
        )  # fmt: skip
    return say(
        "{size:,.10g} is about 1/{times:,.0f} of what {count} comparable rows have ({low:,.10g} to {high:,.10g}).",
        size=size, times=1 / factor, count=count, low=low, high=high,
    )  # fmt: skip


@kept
def note_signs(data: Data) -> None:
    """W321: a price of the other sign than all its peers, and as large as they are."""
    for frame, column, rows in _groups(data, _PRICES):
        price = frame.written(column)[rows]
        sign = np.sign(price)
        if (sign == sign[0]).all():
            continue
        usual = np.sign(np.median(price))
        odd = np.flatnonzero(sign == -usual)
        peers = np.abs(price[sign == usual])
        if len(peers) < _FEWEST or not 0 < len(odd) <= max(1, _RARE / 2 * len(rows)):
            continue
        middle = float(np.median(peers))
        if (
            peers.max() > _TIGHT * peers.min()
            or not (np.abs(np.log(np.abs(price[odd]) / middle)) < np.log(_WIDE)).all()
        ):
            continue
        meaning = (
            say("A positive price is paid to the holder; a negative one is paid by the holder.")
            if frame.name == "supply"
            else say("A positive price is income; a negative one is a gate fee.")
        )
        for at in odd:
            found = say(
                "{price:,.10g} has the other sign than the price of {count} comparable rows (about {middle:,.10g}).",
                price=float(price[at]), count=len(peers), middle=float(usual * middle),
            )  # fmt: skip
            data.problems.add("W321", found, meaning, **frame.where(int(rows[at]), column))


def _groups(data: Data, columns: dict[str, list[str]]) -> Iterator[tuple[Frame, str, Array]]:
    """Rows of a column that are of one kind: filled, neither 0 nor infinite, and enough of them."""
    for name, compared in columns.items():
        frame = data[name]
        if len(frame) <= _FEWEST:
            continue
        kind: Array | None = None
        for column in compared:
            value = frame.written(column)
            with np.errstate(invalid="ignore"):
                rows = np.flatnonzero(frame.ok & frame.given[column] & np.isfinite(value) & (value != 0))
            if len(rows) <= _FEWEST:
                continue
            kind = _kinds(data, frame, _COMPARED[name][1].split()) if kind is None else kind
            order = rows[np.argsort(kind[rows], kind="stable")]
            for group in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1):
                if len(group) > _FEWEST:
                    yield frame, column, group


def _kinds(data: Data, frame: Frame, columns: list[str]) -> Array:
    """A number for each row; rows of one number are of one kind.

    The kind of a place stands for it, and the unit of a material that few rows are about.
    """
    code = np.zeros(len(frame), np.int64)
    for column in columns:
        labels = frame.text[column]
        names = _kinds_of_places(data, labels.levels) if column == "place" else labels.levels
        if column == "material":
            count = np.bincount(labels.codes, minlength=len(names))
            unit = _units(data)
            names = [
                name if count[at] > _FEWEST or name not in unit else f"unit {unit[name]}"
                for at, name in enumerate(names)
            ]
        of = {name: number for number, name in enumerate(dict.fromkeys(names))}
        code = code * (len(of) + 1) + np.array([of[name] for name in names], np.int64)[labels.codes]
    return code


def _kinds_of_places(data: Data, labels: list[str]) -> list[str]:
    places = data["places"]
    kind = dict(zip(places.text["place"], places.text["kind"], strict=True))
    return [f"kind:{kind[label]}" if label in kind else label for label in labels]


def _units(data: Data) -> dict[str, str]:
    materials = data["materials"]
    return dict(zip(materials.text["material"], materials.text["unit"], strict=True))
