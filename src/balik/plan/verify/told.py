"""A broken law in other languages: its kind, where it is, and both numbers; in English the sentence of the law itself."""

from __future__ import annotations

import re
from functools import cache

from ...schema import header
from ...words import NOTHING, Figure, Sentence, plain, say, sentences

_SITE = re.compile(
    r"(fullest|throughput|mean|sd|capacity|asked|fits|comes|most|serves|mean wait|wait) of site (.+?)(?: \(size (.+)\))?"
)
_TOTAL = re.compile(r"total of (collect|deliver|trips)")


def told(law: str, where: str, found: float | None, allowed: float | None, sentence: str) -> Sentence:
    """The sentence of a broken law, which other languages say by its parts."""
    values = {"law": law_word(law), "where": place_word(where)}
    if found is None or allowed is None:
        parts = say("Law broken: {law}, {where} (in English: {sentence})", **values, sentence=sentence)
    else:
        parts = say("Law broken: {law}, {where}: found {found}, allowed {allowed}.",
                    **values, found=_figure(found), allowed=_figure(allowed))  # fmt: skip
    return Sentence(sentence, parts.template, parts.values)


def place_word(where: str) -> Sentence:
    """Where a law is: `place=grosir-1, period=3` by the headers of the columns; names of the document as they are."""
    parts = []
    for part in where.split(", "):
        column, equals, label = part.rpartition("=")
        *before, column = column.split(": ")
        shown = sentences(header(column), label) if equals else _figure_word(part)
        parts.append(sentences(f"{': '.join(before)}:", shown) if before else shown)
    return Sentence(where, "{where}", {"where": sentences(*parts, between=", ")})


def _figure_word(figure: str) -> Sentence:
    """A figure of plan.json; one that is not known here keeps its name."""
    if site := _SITE.fullmatch(figure):
        what, size = _figures()[site[1]], NOTHING
        if site[3]:
            size = say("(size {size})", size=site[3])
        return sentences(say("{what} of site {site}", what=what, site=site[2]), size)
    if total := _TOTAL.fullmatch(figure):
        what = {"collect": say("collected"), "deliver": say("delivered"), "trips": say("trips")}[total[1]]
        return say("total of {what}", what=what)
    return (
        say("measure {name}", name=figure.removeprefix("measure ")) if figure.startswith("measure ") else plain(figure)
    )


@cache
def _figures() -> dict[str, Sentence]:
    """Figures of a site."""
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
    }


def law_word(law: str) -> Sentence:
    """A kind of law; one that is not known here keeps its name."""
    return _words().get(law, plain(law))


def _figure(value: float) -> Figure:
    return Figure(f"{value:,.10g}")


@cache
def _words() -> dict[str, Sentence]:
    known = {
        "0 or 1": say("0 or 1"),
        "backhaul": say("backhaul"),
        "balance": say("mass balance"),
        "baseline": say("baseline"),
        "batch": say("whole batches"),
        "bound": say("bound"),
        "brought": say("what people bring"),
        "capacity": say("capacity"),
        "chance": say("chance"),
        "chance at once": say("chance at once"),
        "closed": say("closed sites"),
        "demand least": say("least of the demand"),
        "demand most": say("most of the demand"),
        "distance": say("distance"),
        "document": say("plan.json"),
        "fleet available": say("vehicles at hand"),
        "fleet trips": say("trips of the fleet"),
        "fleet vehicles": say("vehicles of the fleet"),
        "fleets": say("fleets"),
        "gap": say("gap"),
        "goals": say("goals"),
        "keys": say("keys of the tables"),
        "lane least": say("least of the lane"),
        "lane most": say("most of the lane"),
        "ledger": say("ledger"),
        "ledger line": say("line of the ledger"),
        "limits": say("limit"),
        "lot": say("lot"),
        "margins": say("margins"),
        "may close": say("may close"),
        "may open": say("may open"),
        "modules": say("modules"),
        "modules bought once": say("modules are bought once"),
        "modules kept": say("modules are kept"),
        "modules most": say("most of the modules"),
        "no negative amount": say("no negative amount"),
        "one level": say("one level"),
        "one size": say("one size"),
        "opened": say("openings"),
        "phases": say("sites over time"),
        "prices": say("prices of the program"),
        "process most": say("most of the process"),
        "proof": say("proof"),
        "reserve": say("reserve"),
        "resources": say("resources"),
        "safety stock": say("safety stock"),
        "seal": say("seal"),
        "shortage": say("shortage"),
        "single": say("one destination"),
        "site capacity": say("capacity of the site"),
        "site least": say("least of the site"),
        "status": say("status"),
        "stock end": say("stock at the end"),
        "stock most": say("most of the stock"),
        "supply least": say("least of the supply"),
        "supply most": say("most of the supply"),
        "tables": say("tables of the plan"),
        "tour stops": say("stops of the tour"),
        "tour trips": say("trips of the tour"),
        "trip km": say("km of the trips"),
        "trips": say("trips"),
        "waiting": say("waiting"),
        "whole modules": say("whole modules"),
        "whole trips": say("whole trips"),
    }
    return {law: Sentence(law, word.template, word.values) for law, word in known.items()}
