"""balik verify: judge a plan from its tables."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..words import Sentence, say
from .arguments import Adder
from .output import print_json

if TYPE_CHECKING:
    from ..plan.verify import Proof, Replay, Verdict


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = "judge a plan, a folder or a zip, from its tables, with other code than the model's"
    verify = one("verify", run, words, case=False)
    verify.add_argument("folder", metavar="DIR|ZIP")
    verify.add_argument("--replay", action="store_true", help="also solve its case again, and say whether the same plan comes out")


def run(args: argparse.Namespace) -> int:
    """The verdict: every broken law, and what is shown of the bound."""
    from ..api import verify

    verdict = verify(args.folder, replay=args.replay)
    code = 0 if verdict.ok and (verdict.replay is None or verdict.replay.same) else 3
    if args.json:
        broken = [b.sentence for b in verdict.broken]
        print_json(
            {"plan": args.folder, "ok": verdict.ok, "laws": verdict.laws, "cost": verdict.cost, "broken": broken,
             "proof": asdict(verdict.proof), "seal": verdict.seal, "said": [s.into(args.lang) for s in verdict.said],
             "replay": _replay(verdict.replay, args.lang)}
        )  # fmt: skip
        return code
    for fault in verdict.broken:
        print(fault.sentence.into(args.lang) if isinstance(fault.sentence, Sentence) else fault.sentence)
    print(f"{args.folder}: {verdict.laws:,} laws checked, {len(verdict.broken)} broken.")
    said = [_proof(verdict.proof)] if verdict.ok else []
    for sentence in [*said, *_seal(verdict), *verdict.said, *(verdict.replay.found if verdict.replay else ())]:
        print(sentence.into(args.lang))
    return code


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
    return say("The certificate shows the bound: {nodes:,} nodes and {prices:,} prices were gone through in {seconds:.1f} s.",
               nodes=proof.nodes, prices=proof.prices, seconds=proof.seconds)  # fmt: skip
