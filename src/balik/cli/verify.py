"""balik verify: judge a plan folder from its tables."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..words import Sentence, say
from .arguments import Adder
from .output import print_json

if TYPE_CHECKING:
    from ..plan.verify import Proof


def add(one: Adder) -> None:
    """Say the verb and its options."""
    words = "judge a plan folder from its tables, with other code than the model's"
    verify = one("verify", run, words, case=False)
    verify.add_argument("folder", metavar="DIR")


def run(args: argparse.Namespace) -> int:
    """The verdict: every broken law, and what is shown of the bound."""
    from ..api import verify

    verdict = verify(args.folder)
    code = 0 if verdict.ok else 3
    if args.json:
        broken = [b.sentence for b in verdict.broken]
        print_json(
            {"plan": args.folder, "ok": verdict.ok, "laws": verdict.laws, "cost": verdict.cost, "broken": broken,
             "proof": asdict(verdict.proof)}
        )  # fmt: skip
        return code
    for fault in verdict.broken:
        print(fault.sentence.into(args.lang) if isinstance(fault.sentence, Sentence) else fault.sentence)
    print(f"{args.folder}: {verdict.laws:,} laws checked, {len(verdict.broken)} broken.")
    if verdict.ok:
        print(_proof(verdict.proof).into(args.lang))
    return code


def _proof(proof: Proof) -> Sentence:
    """What is shown of a plan's bound."""
    if proof.shown is None:
        return say("The bound is what the engine claims: there is no certificate of it.")
    if not proof.whole:
        return say("The certificate shows a bound of {shown:,.10g}; what the plan claims beyond it is the engine's word.",
                   shown=proof.shown)  # fmt: skip
    return say("The certificate shows the bound: {nodes:,} nodes and {prices:,} prices were gone through in {seconds:.1f} s.",
               nodes=proof.nodes, prices=proof.prices, seconds=proof.seconds)  # fmt: skip
