"""A broken law with both numbers, in other languages: its kind, where it is, and those; in English its own sentence."""

from __future__ import annotations

from functools import cache

from ...words import Figure, Sentence, plain, say
from .whereabouts import place_word


def told(law: str, where: str, found: float, allowed: float, sentence: str) -> Sentence:
    """The sentence of a broken law, which other languages say by its parts."""
    parts = say("Law broken: {law}, {where}: found {found}, allowed {allowed}.",
                law=law_word(law), where=place_word(where), found=_figure(found), allowed=_figure(allowed))  # fmt: skip
    return Sentence(sentence, parts.template, parts.values)


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
        "closed in": say("closings"),
        "demand least": say("least of the demand"),
        "demand most": say("most of the demand"),
        "distance": say("distance"),
        "document": say("plan.json"),
        "finance": say("money over time"),
        "finite numbers": say("finite numbers"),
        "fleet available": say("vehicles at hand"),
        "fleet trips": say("trips of the fleet"),
        "fleet vehicles": say("vehicles of the fleet"),
        "fleets": say("fleets"),
        "gap": say("gap"),
        "goals": say("goals"),
        "keys": say("keys of the tables"),
        "lane": say("lanes of the case"),
        "lane least": say("least of the lane"),
        "lane most": say("most of the lane"),
        "ledger": say("ledger"),
        "ledger line": say("line of the ledger"),
        "ledger unit": say("unit of the ledger"),
        "limits": say("limit"),
        "lot": say("lot"),
        "margins": say("margins"),
        "may close": say("may close"),
        "may open": say("may open"),
        "modules": say("modules"),
        "modules bought once": say("modules are bought once"),
        "modules kept": say("modules are kept"),
        "modules most": say("most of the modules"),
        "modules when open": say("modules of open sites only"),
        "no negative amount": say("no negative amount"),
        "objective": say("objective"),
        "one level": say("one level"),
        "one size": say("one size"),
        "open at some time": say("open at some time"),
        "opened": say("openings"),
        "phases": say("sites over time"),
        "prices": say("prices of the program"),
        "processes": say("processes"),
        "process most": say("most of the process"),
        "proof": say("proof"),
        "reserve": say("reserve"),
        "resources": say("resources"),
        "safety stock": say("safety stock"),
        "seal": say("seal"),
        "shortage": say("shortage"),
        "demand": say("demand"),
        "single": say("one destination"),
        "sites": say("sites of the case"),
        "site capacity": say("capacity of the site"),
        "site least": say("least of the site"),
        "status": say("status"),
        "stock end": say("stock at the end"),
        "stock most": say("most of the stock"),
        "stores": say("stores"),
        "supply": say("supply"),
        "supply least": say("least of the supply"),
        "supply most": say("most of the supply"),
        "tables": say("tables of the plan"),
        "tour stops": say("stops of the tour"),
        "tour trips": say("trips of the tour"),
        "trip km": say("km of the trips"),
        "trips": say("trips"),
        "vehicle": say("vehicles of the case"),
        "waiting": say("waiting"),
        "whole modules": say("whole modules"),
        "whole trips": say("whole trips"),
    }
    return {law: Sentence(law, word.template, word.values) for law, word in known.items()}
