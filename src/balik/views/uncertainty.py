"""Two stages of uncertainty, and draws, as text for a terminal."""

from __future__ import annotations

from ..analysis.study import Study
from ..words import say
from .language import Language
from .layout import MONEY, number, percent, table

_MOST_ROWS = 30


def stochastic_text(study: Study, language: str = "en") -> str:
    """The values of the decision, then a line for each scenario, then how often each site opens."""
    if not study.rows:
        return ""
    more, money = study.more, MONEY.get(study.currency, study.currency)
    told = {
        "RP": say("decided now, on the average") if more["weight"] else say("decided now, best on the average"),
        "WS": say("decided when the scenario is known"),
        "EV": say("the mean case by itself"),
        "EEV": say("decided for the mean case"),
        "VSS": say("worth of planning with scenarios"),
        "EVPI": say("worth of knowing beforehand"),
        "CVaR": say("mean of the worst {part:.4g} %", part=100 * (1 - more["level"])),
    }
    values = [[name, number(more[name]), sentence] for name, sentence in told.items()]
    blocks = [table(["", money, ""], values, left=(0, 2), speak=Language(language)), _scenarios(study, language), _sites(study, language)]
    return "\n\n".join(blocks)


def _scenarios(study: Study, language: str) -> str:
    heads = [
        say("scenario"),
        say("probability"),
        say("decided now"),
        say("known before"),
        say("regret"),
        say("for the mean"),
    ]
    lines = [
        [
            r["scenario"],
            number(r["probability"], 6),
            *(number(r[k]) for k in ("objective", "alone", "regret", "for_the_mean")),
        ]
        for r in study.rows[:_MOST_ROWS]
    ]
    return table(heads, lines, speak=Language(language))


def _sites(study: Study, language: str) -> str:
    heads = [say("site"), say("opens now"), say("opens where known")]
    yes, no = say("yes"), say("no")
    lines = [[r["site"], yes if r["opens_now"] else no, percent(100 * r["alone"], ".4g")] for r in study.more["persistence"]]
    return table(heads, lines, left=(0, 1), speak=Language(language))


def simulation_text(study: Study, language: str = "en") -> str:
    """Quantiles of what the plan costs."""
    quantiles = study.more.get("quantiles")
    if not quantiles:
        return ""
    money = MONEY.get(study.currency, study.currency)
    lines = [[percent(100 * float(q), "g"), number(value)] for q, value in quantiles.items()]
    return table([say("of the draws at most"), money], lines, speak=Language(language))
