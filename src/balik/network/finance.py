"""One-off money beside recurring money: once, as an annuity, or as a net present value.

once      opening and closing count as they are.
annuity   they count × a·H, where a = r / (1 − (1 + r)^−years) (1/years at r = 0) and H = Σ length·repeats /
          periods_per_year is the length of the horizon in years.
npv       they count as they are, at time 0; recurring money is discounted. The occurrences of the periods follow one
          another in order, each paid at its end: the factor is (1 + r)^(−e / periods_per_year), e the time elapsed.
          With `years`, the whole horizon recurs until they are filled.
One-off money of a site that opens or closes in a later period: see `dated_factors`.
Factors are rounded to 12 decimals, so that the verifier computes with the same number.
"""

from __future__ import annotations

import numpy as np

from ..kept import kept
from ..tables import Data
from ..words import Sentence, say
from .expand import Array
from .network import Phases

DECIMALS = 12
_MOST_OCCURRENCES = 100_000
#: Numbers of [finance], and how one may read.
_EXAMPLES = {"rate": "0.1", "years": "10", "periods_per_year": "12"}


@kept
def money_factors(data: Data, length: Array, repeats: Array, one_off: bool, recurring: bool) -> tuple[Array, float]:
    """By what recurring money of each period counts, and by what one-off money counts."""
    finance = data.tables.settings.get("finance", {})
    finance = finance if isinstance(finance, dict) else {}
    way = finance.get("one_off")

    def note(code: str, found: Sentence, advice: Sentence, setting: str = "finance") -> None:
        data.problems.add(code, found, advice, **data.tables.where("case", setting))

    if way is None:
        if one_off and recurring:
            found = say(
                "Opening or closing costs are paid once, the other costs in every period; they cannot be added as they are."
            )
            note("E350", found, say('Write [finance] one_off = "once", "annuity" or "npv" in case.toml.'))
        return repeats, 1.0
    if way not in ("once", "annuity", "npv"):
        advice = say('Write "once", "annuity" or "npv".')
        note("E351", say("finance.one_off = {way!r} is not known.", way=way), advice, "finance.one_off")
        return repeats, 1.0
    if way == "once":
        return repeats, 1.0
    needs = ("rate", "years", "periods_per_year") if way == "annuity" else ("rate", "periods_per_year")
    values = {}
    for name in _EXAMPLES:
        value = finance.get(name)
        if value is None and name not in needs:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _fits(name, value):
            found = say("finance.{name} = {value!r} does not fit.", name=name, value=value)
            missing = say('one_off = "{way}" needs {name}.', way=way, name=name)
            advice = say("Write {key} = {example}.", key=name, example=_EXAMPLES[name])
            note("E351", missing if value is None else found, advice, f"finance.{name}")
        else:
            values[name] = float(value)
    if not values.keys() >= set(needs) or ("years" in finance and "years" not in values):
        return repeats, 1.0
    if way == "annuity":
        return repeats, annuity(
            values["rate"], values["years"], float((length * repeats).sum()) / values["periods_per_year"]
        )
    if (repeats != np.floor(repeats)).any():
        note("E351", say("npv needs whole repeats."), say("Write whole numbers in periods.repeats."))
        return repeats, 1.0
    horizon = float((length * repeats).sum()) / values["periods_per_year"]
    times = values.get("years", horizon) / horizon
    if round(times) < 1 or abs(times - round(times)) > 1e-9:
        found = say(
            "years = {years:g} is not a whole multiple of the horizon of {horizon:g} years.",
            years=values["years"],
            horizon=horizon,
        )
        note("E351", found, say("The horizon recurs until the years are filled."), "finance.years")
        return repeats, 1.0
    if times * repeats.sum() > _MOST_OCCURRENCES:
        found = say("The periods recur {count:,.0f} times; npv discounts each of them.", count=times * repeats.sum())
        note("E351", found, say("Use fewer repeats or years, or an annuity."))
        return repeats, 1.0
    return present_values(length, repeats, values["rate"], values["periods_per_year"], round(times)), 1.0


@kept
def dated_factors(data: Data, length: Array, repeats: Array, one_off: float, phases: Phases) -> tuple[Array, float]:
    """By what one-off money counts that is paid when a period begins, and when the last one ends.

    once: as it is. npv: discounted from then. annuity: × a and the years from then to the end of the horizon, as if the
    years before did not bear it; money at the end has no years to bear it, and is refused.
    """
    way = data.tables.setting("finance", "one_off")
    flat = np.full(len(length), one_off)
    if way not in ("annuity", "npv") or not len(phases) or data.problems.errors:
        return flat, 1.0
    values = {name: data.tables.setting("finance", name) for name in _EXAMPLES}
    spans = length * repeats / values["periods_per_year"]
    before = np.cumsum(spans) - spans
    if way == "annuity":
        for row in np.unique(phases.row[phases.residual != 0]).tolist():
            found = say("An annuity spreads what a site costs over its years, and leaves no residual value beside it.")
            advice = say('Leave residual out, or write one_off = "npv".')
            data.problems.add("E582", found, advice, **data["phases"].where(row, "residual"))
        yearly = annuity(values["rate"], values["years"], 1.0)
        return np.r_[one_off, yearly * (spans.sum() - before)[1:]], 1.0
    if values["years"] is not None and round(values["years"] / spans.sum()) > 1:
        found = say("years make the horizon recur, and sites that open and close over time cannot begin anew.")
        advice = say("Leave years out of [finance], or list all periods.")
        data.problems.add("E583", found, advice, **data.tables.where("case", "finance.years"))
    return np.round((1 + values["rate"]) ** -before, DECIMALS), round((1 + values["rate"]) ** -spans.sum(), DECIMALS)


def _fits(name: str, value: float) -> bool:
    """Whether a setting is a number that factors can be made of."""
    if name == "rate":
        return value == 0 or 1e-9 <= value <= 1e3
    return 1e-6 <= value <= 1e6


def annuity(rate: float, years: float, horizon: float) -> float:
    """What one unit of money paid once costs over the horizon (in years); the yearly factor is rounded."""
    yearly = rate / (1 - (1 + rate) ** -years) if rate else 1 / years
    return round(yearly, DECIMALS) * horizon


def present_values(length: Array, repeats: Array, rate: float, periods_per_year: float, times: int) -> Array:
    """Present value of one unit of money paid at the end of every occurrence of each period."""
    each = np.tile(np.repeat(np.arange(len(length)), repeats.astype(int)), times)
    elapsed = np.cumsum(length[each]) / periods_per_year
    return np.round(np.bincount(each, (1 + rate) ** -elapsed, len(length)), DECIMALS)
