"""The words of a plan in every language: accounts, statuses, measures, units, what binds."""

from __future__ import annotations

from ..schema import header
from ..words import Sentence, named, plain, say


def account_word(account: str) -> Sentence:
    """An account of the ledger in words; one of the user's own stays as it is."""
    words = {
        "transport": say("transport"),
        "fee": say("fees"),
        "trip": say("trips (cost per trip)"),
        "fleet": say("vehicles (fixed cost)"),
        "processing": say("processing"),
        "setup": say("set-ups"),
        "purchase": say("purchase"),
        "opening": say("opening of sites"),
        "closing": say("closing of sites"),
        "expansion": say("expansion of sites"),
        "residual": say("residual value"),
        "running": say("running of sites"),
        "unit": say("handling at sites"),
        "holding": say("holding of stock"),
        "revenue": say("revenue"),
        "shortage": say("shortage"),
        "left": say("left behind"),
        "deposit": say("deposits"),
        "cost": say("cost"),
    }
    return words.get(account, plain(account))


def status_word(status: str) -> Sentence:
    """A status in words."""
    words = {
        "optimal": say("optimal"),
        "feasible": say("feasible, not proved optimal"),
        "infeasible": say("no plan exists"),
        "unbounded": say("cost without a lower end"),
        "stopped": say("stopped without a plan"),
        "invalid": say("invalid data"),
    }
    return words.get(status, plain(status))


def quantity_word(quantity: str) -> Sentence:
    """A quantity of a limit in words."""
    words = {
        "flow": say("flow"),
        "collect": say("collected amount"),
        "deliver": say("delivered amount"),
        "run": say("activity"),
        "open": say("open sites"),
        "use": say("sites in use"),
        "stock": say("stock"),
        "trips": say("trips"),
        "km": say("vehicle-km"),
        "tkm": say("tonne-km"),
        "co2": say("kg CO2e"),
        "jobs": say("jobs"),
        "margin": say("margin"),
    }
    return words.get(quantity) or account_word(quantity)


def period_word(period: str) -> Sentence:
    """The unit of time of a case in words."""
    words = {
        "hour": say("hour"),
        "day": say("day"),
        "week": say("week"),
        "month": say("month"),
        "quarter": say("quarter"),
        "year": say("year"),
    }
    return words.get(period, plain(period))


def ledger_unit(unit: str, currency: str) -> Sentence:
    """What a line of the ledger counts: a word of balik's own, or a unit of the user's as it is."""
    words = {
        "money": currency_name(currency),
        "trip": say("trip"),
        "vehicle": say("vehicle"),
        "site": say("site"),
        "run": say("run"),
        "setup": say("setup"),
        "job": say("job"),
    }
    return words.get(unit, plain(unit))


def verdict_word(verdict: str) -> Sentence:
    """A verdict of `reproduce` in words."""
    words = {
        "reproduced": say("reproduced"),
        "misprint": say("misprint"),
        "infeasible": say("no plan exists"),
        "not_derivable": say("not derivable from what is given"),
        "not_unique": say("not unique"),
    }
    return words.get(verdict, plain(verdict))


def measure_name(measure: str) -> Sentence:
    """A measure by its unit: vehicle-km, tonne-km, kg CO2e, jobs."""
    return quantity_word(measure)


# -- names of the tables: English shows them as the user writes them, another language in words -------------------


def account_name(account: str) -> Sentence:
    """`transport`; biaya angkut."""
    return named(account, account_word(account))


def quantity_name(quantity: str) -> Sentence:
    """`collect`, or what is put together of quantities; jumlah yang dikumpulkan."""
    return named(quantity, quantity_word(quantity))


def status_name(status: str) -> Sentence:
    """`infeasible`; tidak ada rencana."""
    return named(status, status_word(status))


def verdict_name(verdict: str) -> Sentence:
    """`not_unique`; tidak tunggal."""
    return named(verdict, verdict_word(verdict))


def period_name(period: str) -> Sentence:
    """The unit of time of a case: `month`; bulan."""
    return named(period, period_word(period))


def currency_name(currency: str) -> Sentence:
    """A currency behind an amount in a sentence: `IDR`; rupiah."""
    return named(currency, say("Indonesian rupiah")) if currency == "IDR" else plain(currency)


def column_name(column: str) -> Sentence:
    """`place`; tempat."""
    return header(column)
