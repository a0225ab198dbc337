"""Measure the siting engine beside general solvers, class by class.

python -m benchmarks.siting                                ours on every class, beside the recorded peers
python -m benchmarks.siting --class 200 orlib --seeds 1 2  some of them
python -m benchmarks.siting --record-peers                 run what is not recorded yet, in the order of worth
python -m benchmarks.siting --class 200 --live             and run the peer that is quickest on one of them, side by side
python -m benchmarks.siting --write                        side by side, kept, and to docs/reference/siting-speed.md
python -m benchmarks.siting --class 500 --write            the same of one class; the page has all that was ever kept
python -m benchmarks.siting --limit 120 --write            the same within two minutes each, where a class allows more
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from . import kept, ours, peers, records, report
from .classes import SEEDS, Class, Instance, classes
from .results import Row, peer_seconds


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description="The siting engine beside peers.")
    parser.add_argument("--class", dest="names", nargs="+", choices=list(classes()), help="only these classes")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS), help="seeds of the random classes (1 … 5)")
    parser.add_argument("--instances", nargs="+", help="only the instances whose name holds one of these words")
    parser.add_argument("--peers", nargs="+", choices=[*peers.PEERS, *peers.COMMERCIAL], help="only these peers")
    parser.add_argument("--limit", type=float, help="seconds for each instance, instead of the class's own limit")
    parser.add_argument("--record-peers", action="store_true", help="run peers that are not recorded on this machine")
    parser.add_argument("--live", action="store_true", help="run a peer of every class beside ours")
    parser.add_argument("--write", action="store_true", help=f"keep the figures; write {report.PAGE}")
    asked = parser.parse_args(arguments)
    if asked.write and asked.peers:
        parser.error("--write writes with all peers: without --peers")
    every = classes(asked.seeds)
    some = [every[name] for name in asked.names or every]
    if asked.record_peers:
        return record_peers(some, asked.peers or [])
    words, live = asked.instances or [""], asked.live or asked.write
    run = measure(some, asked.seeds, words, asked.peers or [], live, asked.limit)
    if asked.write:
        kept.save(run)
        report.write(kept.load())
        tell(f"written: {report.PAGE}")
    else:
        print(report.page(run, charts=False))
    wrong = [f"{r.instance.name}: {what}" for r in run.all_rows if (what := r.contradiction())]
    for what in wrong:
        tell(f"WRONG: {what}")
    return 1 if wrong else 0


def measure(
    some: list[Class], seeds: list[int], words: list[str], only: list[str], live: bool, limit: float | None = None
) -> report.Run:
    """Ours on these classes, with what is recorded of peers."""
    run, recorded = report.Run(), records.load()
    for c in some:
        chosen = {i.name: i for i in c.instances if any(word in i.name for word in words)}
        first = next(iter(chosen.values()), None)
        if first is None or not ours.covered(type(first.make())):
            tell(f"{c.title}: {'nothing chosen' if first is None else 'the engine has no entry for it'}")
            continue
        tell(c.title)
        run.classes[c.name], run.rows[c.name] = c, []
        for found in ours.run(c, seeds, list(chosen), limit):
            _take(run, c, chosen, found, recorded, only)
        if not run.rows[c.name]:
            del run.rows[c.name]
        elif live:
            _beside(run, c)
    return run


def _take(
    run: report.Run, c: Class, chosen: dict[str, Instance], found: dict[str, Any], recorded: list[Any], only: list[str]
) -> None:
    """Keep a line of what ours told."""
    if "warm" in found:
        run.warm[c.name] = found["warm"]
    elif "died" in found:
        run.died.append(f"{c.title}: the process ended with {found['died']}")
        tell(run.died[-1])
    else:
        instance = chosen[found["instance"]]
        row = Row(instance, found, [r for r in records.find(recorded, instance) if not only or r["peer"] in only])
        run.rows[c.name].append(row)
        tell(
            f"    {row.instance.name}: "
            + (found.get("error") or f"{row.seconds:.2f} s, gap {row.gap:.2e}, {found['objective']}")
        )


def _beside(run: report.Run, c: Class) -> None:
    """Run the quickest recorded peer of a class anew, on the instance where it was quickest (which favours it)."""
    rows = [row for row in run.rows[c.name] if row.best is not None]
    if rows:
        row = min(rows, key=lambda r: peer_seconds(r.best))  # type: ignore[arg-type]
        assert row.best is not None
        trial = (row.best["peer"], row.best["form"])
        if peers.available(trial[0]):
            tell(f"    side by side: {' '.join(trial)} on {row.instance.name} …")
            run.live[c.name] = records.record(row.instance, trial)


def record_peers(some: list[Class], only: list[str]) -> int:
    """Run what is not recorded yet. Asked again, it goes on where it was stopped."""
    for instance, trial in records.todo(some, [peer for peer in only if peer in peers.COMMERCIAL]):
        if (only and trial[0] not in only) or not peers.available(trial[0]):
            continue
        tell(f"{instance.name}: {' '.join(trial)} …")
        limit = records.enough(instance) if trial[0] in peers.PEERS else peers.LIMIT
        found = records.record(instance, trial, limit)
        records.add(found)
        tell(f"    {found['status']} after {found['cpu']:.1f} s: {found['incumbent']} ≥ {found['bound']}")
    return 0


def tell(words: str) -> None:
    """A line of progress."""
    print(f"siting: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
