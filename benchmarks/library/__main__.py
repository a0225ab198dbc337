"""The library's command: `python -m benchmarks.library list|make|solve|add|check`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from balik.errors import BalikError

from .checking import check
from .folders import sayable, write_folder
from .instances import ALL, Instance, write_arrays
from .records import HERE, Record, read, write
from .solving import add, better


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; 1 where something is wrong."""
    ask = _parser().parse_args(argv)
    unknown = [name for name in getattr(ask, "names", []) if name not in ALL]
    if unknown:
        print(f"no such instance: {', '.join(unknown)} (list tells the names)", file=sys.stderr)
        return 2
    try:
        return _run(ask)
    except (BalikError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(ask: argparse.Namespace) -> int:
    some = [ALL[name] for name in getattr(ask, "names", None) or ALL]
    if ask.verb == "list":
        for r in read(ask.library).values():
            _tell(r)
    elif ask.verb == "make":
        for instance in some:
            print(_make(instance, ask.out, ask.arrays))
    elif ask.verb == "solve":
        for instance in some:
            _take(better(instance, ask.limit, ask.seed, ask.threads, ask.library), ask.library)
    elif ask.verb == "add":
        told = json.loads(ask.plan.read_text(encoding="utf-8"))
        plan = {k: v for k, v in told.items() if isinstance(v, list)}
        _take(add(ALL[ask.names[0]], plan, ask.by, ask.library), ask.library)
    else:
        bad = 0
        for name, found in check(ask.names, ask.library):
            print(f"{name}: {'; '.join(found) or 'holds'}", flush=True)
            bad += bool(found)
        return 1 if bad else 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.library", description=__doc__)
    parser.add_argument("--library", type=Path, default=HERE, help="folder of index.csv, plans and certificates")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="names, costs, bounds")
    for verb, does in (
        ("make", "write instances to a folder"), ("solve", "run balik and keep what is better"),
        ("check", "recompute arrays, costs and bounds"), ("add", "take a plan that you found"),
    ):  # fmt: skip
        one = verbs.add_parser(verb, help=does)
        one.add_argument("names", nargs=1 if verb == "add" else "*", help="instances (none: all)", metavar="NAME")
        if verb == "make":
            one.add_argument("--out", type=Path, default=Path("library"), help="folder (library)")
            one.add_argument("--arrays", action="store_true", help="npz files for all, not case folders")
        if verb == "solve":
            one.add_argument("--limit", type=float, default=60.0, help="seconds for each (60)")
            one.add_argument("--seed", type=int, default=0, help="seed of the search (0)")
            one.add_argument("--threads", type=int, default=2, help="threads of the search (2)")
        if verb == "add":
            one.add_argument("plan", type=Path, help="JSON file with the lists of the plan")
            one.add_argument("--by", required=True, help="who found it, with what, and when")
    return parser


def _make(instance: Instance, out: Path, arrays: bool) -> Path:
    """Write an instance as a case folder where tables can say it, else as arrays; what was written."""
    problem = instance.make()
    if arrays or not sayable(problem):
        out.mkdir(parents=True, exist_ok=True)
        write_arrays(problem, out / f"{instance.name}.npz")
        return out / f"{instance.name}.npz"
    write_folder(problem, out / instance.name, instance.name)
    return out / instance.name


def _take(record: Record, library: Path) -> None:
    """Put a record into the index."""
    write(read(library) | {record.name: record}, list(ALL), library)
    _tell(record)


def _tell(r: Record) -> None:
    told = f"{r.name:32} cost {r.cost:14.4f}  bound {r.bound:14.4f}  gap {r.gap:.2e}  {r.status}  shown by {r.how}"
    print(told + (f" to {r.shown:.4f}" if r.how in ("part", "root") else ""), flush=True)


if __name__ == "__main__":
    sys.exit(main())
