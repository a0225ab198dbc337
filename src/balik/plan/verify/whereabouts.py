"""Where a law is broken, in words: keys of tables, rows, and figures of `plan.json`.

Names of tables, columns of the document, accounts and labels stay as they stand in the files; what is said around
them is said in each language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ...schema import header
from ...words import Sentence, plain, say, sentences

_TOTAL = re.compile(r"total of (collect|deliver|trips)")


def place_word(where: str) -> Sentence:
    """Where a law is: `place=grosir-1, period=3` by the headers of the columns; names of the document as they are."""
    parts = [_part(part) for part in where.split(", ")]
    return Sentence(where, "{where}", {"where": sentences(*parts, between=", ")})


def _part(part: str) -> Sentence:
    """`stock: place=h`, `place=h`, or a figure."""
    column, equals, label = part.partition("=")
    *before, column = column.strip().split(": ")
    if not equals or " " in column:
        return _figure_word(part)
    shown = sentences(header(column), _label_word(label.strip()))
    return sentences(f"{': '.join(before)}:", shown) if before else shown


def _label_word(label: str) -> Sentence | str:
    """A label, with the size of a site that has one."""
    sized = re.fullmatch(r"(.+?) \(size (.+)\)", label)
    return label if sized is None else sentences(sized[1], say("(size {size})", size=sized[2]))


def _figure_word(figure: str) -> Sentence:
    """A figure of plan.json; one that is not known here keeps its name."""
    if figure in _PHRASES:
        return _PHRASES[figure]
    if total := _TOTAL.fullmatch(figure):
        done = {"collect": say("collected"), "deliver": say("delivered"), "trips": say("trips")}[total[1]]
        return say("total of {what}", what=done)
    what, of, whom = figure.partition(" of ")
    if of and what in _figures():
        known = say("upper bound") if (what, whom.partition(" ")[0]) == ("most", "limit") else _figures()[what]
        return say("{what} of {whom}", what=known, whom=_part(whom))
    for pattern, words in _FORMS:
        if found := re.fullmatch(pattern, figure):
            return words(*found.groups())
    return plain(figure)


#: Phrases that stand between the keys.
_PHRASES = {
    "table": say("table"),
    "document": say("document"),
    "which is closed or not the nearest": say("which is closed or not the nearest"),
    "the nearest that is open": say("the nearest that is open"),
}

#: How the rest is written, and how it is said.
_FORMS: tuple[tuple[str, Callable[..., Sentence]], ...] = (
    (r"(.+) in period (.+)", lambda what, period: say("{what} in period {period}", what=_figure_word(what), period=period)),
    (r"site (.+)", lambda name: say("site {name}", name=_label_word(name))),
    (r"to (.+)", lambda name: say("to {name}", name=name)),
    (r"limit (.+)", lambda name: say("limit {name}", name=name)),
    (r"measure (.+)", lambda name: say("measure {name}", name=name)),
    (r"account (.+)", lambda account: say("account {account}", account=account)),
    (r"baseline (.+)", lambda what: say("{what} of the baseline", what=_figure_word(what))),
    (r"ledger of (.+)", lambda account: say("account {account} of the ledger", account=account)),
    (r"money factor (.+) of (.+)", lambda key, period: say("money factor {key} of period {period}", key=key, period=period)),
    (r"money factor (.+)", lambda key: say("money factor {key}", key=key)),
    (r"great circle (.+)", lambda way: say("great circle {way}", way=way)),
    (r"stage of priority (.+)", lambda priority: say("stage of priority {priority}", priority=priority)),
    (r"([a-z_]+) row (\d+)", lambda table, row: say("{table} row {row}", table=table, row=row)),
)  # fmt: skip


@cache
def _figures() -> dict[str, Sentence]:
    """What is told of a site, of a limit or of a resource."""
    return {
        "fullest": say("fullest"),
        "throughput": say("throughput"),
        "mean": say("on the average"),
        "sd": say("standard deviation"),
        "capacity": say("capacity"),
        "asked": say("asked"),
        "fits": say("fits with"),
        "comes": say("comes"),
        "most": say("most that may"),
        "serves": say("served"),
        "mean wait": say("mean wait"),
        "wait": say("longest mean"),
        "value": say("value"),
        "least": say("lower bound"),
        "used": say("what is used"),
        "share": say("share"),
        "at_once": say("chance at once"),
    }
