"""How often each site opens: in near-optimal plans, or in the best plans of scenarios, weighed by their probability."""

from __future__ import annotations

from typing import Any

from ...analysis.study import Study
from ...words import Sentence, plain, say
from ..figure import Figure, moved
from ..language import Language
from ..palette import style_of
from .axes import Bar, Part, bars, legend

_MOST = 60
_ROLES = {"must": 0, "optional": 1, "never": 7, "free": 6, "now": 0, "not now": 1}


def frequency(study: Study, speak: Language) -> Figure | None:
    """None where the study is no atlas of near-optimal plans and decides under no uncertainty."""
    found = sorted(_sites(study), key=lambda site: -site["share"])
    if not found:
        return None
    roles = list(dict.fromkeys(site["role"] for site in found))
    rows = []
    for site in found[:_MOST]:
        share = speak.percent(site["share"], 0)
        tip = f"{site['place']}: {share} · {speak(role_word(site['role']))}"
        rows.append(Bar(site["place"], (Part(_ROLES.get(site["role"], 2), site["share"], tip),), share))
    unit = speak(say("share of the plans") if study.kind == "atlas" else say("probability"))
    drawn, wide, high = bars(rows, lambda value: speak.percent(value, 0), unit, full=1.0)
    keys, top = legend([speak(role_word(r)) for r in roles], [style_of(_ROLES.get(r, 2)) for r in roles], wide)
    notes = [say("Shown are {most} of {all} sites.", most=_MOST, all=len(found))] if len(found) > _MOST else []
    return Figure(
        name="frequency",
        title=speak(say("Sites in near-optimal plans") if study.kind == "atlas" else say("Sites where the scenario is known")),
        about=speak(_about(study, len(found), speak)),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=(speak(say("site")), unit, speak(say("role"))),
        rows=tuple((s["place"], speak.percent(s["share"], 0), speak(role_word(s["role"]))) for s in found[:_MOST]),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _sites(study: Study) -> list[dict[str, Any]]:
    """Sites with their share and role."""
    if study.kind == "stochastic":
        rows = study.more.get("persistence", [])
        return [{"place": r["site"], "share": r["alone"], "role": "now" if r["opens_now"] else "not now"} for r in rows]
    found = study.more.get("sites", []) if study.kind == "atlas" else []
    return [site for site in found if site["share"] is not None]


def _about(study: Study, sites: int, speak: Language) -> Sentence:
    if study.kind == "stochastic":
        return say("{sites} sites, and how likely each opens where the scenario is known beforehand.", sites=sites)
    within = speak.percent(study.more.get("within"))
    return say(
        "{sites} sites in {plans} plans within {share} of the best.", sites=sites, plans=len(study.rows), share=within
    )


def role_word(role: str) -> Sentence:
    """What a site is in near-optimal plans, or under uncertainty."""
    words = {
        "must": say("in every plan"),
        "optional": say("in some plans"),
        "never": say("in no plan"),
        "free": say("free to add"),
        "now": say("opens now"),
        "not now": say("does not open now"),
    }
    return words.get(role, plain(role))
