"""How often each site is in a near-optimal plan: in all of them, in some, or in none."""

from __future__ import annotations

from ...analysis.study import Study
from ...words import Sentence, plain, say
from ..figure import Figure, moved
from ..language import Language
from ..palette import style_of
from .axes import Bar, Part, bars, legend

_MOST = 60
_ROLES = {"must": 0, "optional": 1, "never": 7}


def frequency(study: Study, speak: Language) -> Figure | None:
    """None where the study is no atlas of near-optimal plans."""
    found = (
        sorted((s for s in study.more.get("sites", []) if s["share"] is not None), key=lambda site: -site["share"])
        if study.kind == "atlas"
        else []
    )
    if not found:
        return None
    roles = list(dict.fromkeys(site["role"] for site in found))
    rows = []
    for site in found[:_MOST]:
        share = speak.percent(site["share"], 0)
        tip = f"{site['place']}: {share} · {speak(_role(site['role']))}"
        rows.append(Bar(site["place"], (Part(_ROLES.get(site["role"], 2), site["share"], tip),), share))
    drawn, wide, high = bars(rows, lambda value: speak.percent(value, 0), speak(say("share of the plans")), full=1.0)
    keys, top = legend([speak(_role(r)) for r in roles], [style_of(_ROLES.get(r, 2)) for r in roles], wide)
    notes = [say("Shown are {most} of {all} sites.", most=_MOST, all=len(found))] if len(found) > _MOST else []
    within = speak.percent(study.more.get("within"))
    return Figure(
        name="frequency",
        title=speak(say("Sites in near-optimal plans")),
        about=speak(say("{sites} sites in {plans} plans within {share} of the best.", sites=len(found), plans=len(study.rows), share=within)),
        width=wide + 16,
        height=top + high + 8,
        marks=tuple([*(moved(m, 8, 4) for m in keys), *(moved(m, 8, top + 4) for m in drawn)]),
        head=(speak(say("site")), speak(say("share of the plans")), speak(say("role"))),
        rows=tuple((s["place"], speak.percent(s["share"], 0), speak(_role(s["role"]))) for s in found[:_MOST]),
        notes=tuple(map(speak, notes)),
    )  # fmt: skip


def _role(role: str) -> Sentence:
    words = {"must": say("in every plan"), "optional": say("in some plans"), "never": say("in no plan")}
    return words.get(role, plain(role))
