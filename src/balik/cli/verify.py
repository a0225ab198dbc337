"""balik verify: judge a plan from its tables."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..words import NOTHING, Figure, Sentence, plain, say, sentences
from .arguments import Adder
from .output import print_json

if TYPE_CHECKING:
    from ..plan.verify import Proof, Replay, Verdict


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = say("judge a plan, a folder or a zip, from its tables, with other code than the model's")
    verify = one("verify", run, words, case=False)
    verify.add_argument("folder", metavar="DIR|ZIP", help=say("what solve --out wrote"))
    verify.add_argument("--replay", action="store_true", help=say("also solve its case again, and say whether the same plan comes out"))


def run(args: argparse.Namespace) -> int:
    """The verdict: every broken law, and what is shown of the bound."""
    from ..api import verify

    verdict = verify(args.folder, replay=args.replay)
    code = 0 if verdict.ok and (verdict.replay is None or verdict.replay.same) else 3
    if args.json:
        faults = [b.told.into(args.lang) for b in verdict.broken]
        print_json(
            {"plan": args.folder, "ok": verdict.ok, "laws": verdict.laws, "cost": verdict.cost, "broken": faults,
             "proof": asdict(verdict.proof), "seal": verdict.seal, "said": [s.into(args.lang) for s in verdict.said],
             "replay": _replay(verdict.replay, args.lang), "residuals": _residuals(verdict)}
        )  # fmt: skip
        return code
    for fault in verdict.broken:
        print(fault.told.into(args.lang))
    count, broken = Figure(f"{verdict.laws:,}"), len(verdict.broken)
    values = {"plan": args.folder, "laws": count, "broken": broken}
    told = (
        say("{plan}: {laws} law checked, {broken} broken.", **values)
        if verdict.laws == 1
        else say("{plan}: {laws} laws checked, {broken} broken.", **values)
    )
    print(told.into(args.lang))
    said = [_proof(verdict.proof)] if verdict.ok else []
    for sentence in [*_largest(verdict), *said, *_seal(verdict), *verdict.said, *(verdict.replay.found if verdict.replay else ())]:
        print(sentence.into(args.lang))
    return code


def _residuals(verdict: Verdict) -> list[dict[str, Any]]:
    """Of each kind of law, how many were checked, and by how much the one is missed that is missed most."""
    return [
        {"law": law, "laws": r.laws, "by": float(r.by), "unit": r.unit, "where": r.where or None}
        for law, r in verdict.residuals.items()
    ]


#: Kinds of unit in words; of some no more can be said than the number.
_WORDS = {"trips": say("trips")} | dict.fromkeys(("a count", "a share", "quantity", "that of the figure"), NOTHING)


def _largest(verdict: Verdict) -> list[Sentence]:
    """By how much the law is missed that is missed most; nothing where a law is broken, which says it itself."""
    if verdict.cost is None or any(fault.law != "seal" for fault in verdict.broken):
        return []
    if verdict.largest is None:
        return [say("Every law holds to the last digit.")]
    from ..plan.verify import TOLERANCE
    from ..plan.verify.told import law_word
    from ..plan.verify.whereabouts import place_word

    law, most = verdict.largest
    amount = sentences(_short(float(most.by)), _WORDS.get(most.unit, plain(most.unit)))
    return [say("Largest residual: {amount}, {law} at {where} (tolerance {tolerance} × the largest term).",
                amount=amount, law=law_word(law), where=place_word(most.where), tolerance=_short(TOLERANCE))]  # fmt: skip


def _short(value: float) -> Figure:
    """3e-10."""
    return Figure(f"{value:.3g}".replace("e-0", "e-"))


def _seal(verdict: Verdict) -> list[Sentence]:
    """What the seal shows; where it is broken, the laws have said so, and this says whether they hold otherwise."""
    if verdict.seal:
        return [say("Every file is as it was written; the seal is {seal}.", seal=verdict.seal)]
    only = verdict.broken and all(fault.law == "seal" for fault in verdict.broken)
    if only and verdict.cost is not None:
        return [say("Apart from the seal every law holds: as it is now, the plan costs {cost:,.10g}.", cost=verdict.cost)]
    return []


def _replay(replay: Replay | None, language: str) -> dict[str, Any] | None:
    told = None if replay is None else [sentence.into(language) for sentence in replay.found]
    return None if replay is None else asdict(replay) | {"found": told}


def _proof(proof: Proof) -> Sentence:
    """What is shown of a plan's bound."""
    if proof.shown is None:
        return say("The bound is what the engine claims: there is no certificate of it.")
    if not proof.whole:
        return say("The certificate shows a bound of {shown:,.10g}; what the plan claims beyond it is the engine's word.",
                   shown=proof.shown)  # fmt: skip
    if proof.how == "lp":
        return say("The bound is proved: no plan costs less than {shown:,.10g}, as the duals in the certificate show with every rounding counted.",
                   shown=proof.shown)  # fmt: skip
    nodes = say("1 node") if proof.nodes == 1 else say("{count:,} nodes", count=proof.nodes)
    prices = say("1 price") if proof.prices == 1 else say("{count:,} prices", count=proof.prices)
    return say("The certificate shows the bound: {nodes} and {prices} were gone through in {seconds:.1f} s.",
               nodes=nodes, prices=prices, seconds=proof.seconds)  # fmt: skip
