"""The command: `balik VERB CASE`. Data on standard output, problems and progress on standard error."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .errors import BalikError, CallError, InputError, Problem

MOST_PROBLEMS = 50


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code (see errors.py)."""
    for stream in (sys.stdout, sys.stderr):  # consoles of Windows may know fewer signs than we print
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = _parser().parse_args(_with_range(list(sys.argv[1:] if argv is None else argv)))
    try:
        return int(args.run(args))
    except InputError as error:
        return _refused(args, error.problems, error.exit_code)
    except CallError as error:
        return _refused(args, [Problem("E190", str(error))], error.exit_code)
    except BalikError as error:
        print(f"balik: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("balik: stopped.", file=sys.stderr)
        return 4
    except Exception as error:
        print(f"balik: a fault of balik, not of your data: {type(error).__name__}: {error}", file=sys.stderr)
        print("Please report it with the case; set BALIK_DEBUG=1 to see where it happened.", file=sys.stderr)
        import os

        if os.environ.get("BALIK_DEBUG"):
            raise
        return 1


def _with_range(argv: list[str]) -> list[str]:
    """A range may begin with a minus sign, which would be taken for an option."""
    out: list[str] = []
    for word in argv:
        if out and out[-1] == "--range":
            out[-1] = f"--range={word}"
        else:
            out.append(word)
    return out


def _refused(args: argparse.Namespace, problems: list[Problem], code: int) -> int:
    """Nothing was solved: problems into the document, or one a line on standard error."""
    if getattr(args, "json", False):
        document: dict[str, Any] = {
            "case": Path(str(getattr(args, "case", "") or "")).name,
            "scenario": getattr(args, "scenario", None),
            "status": "invalid",
            **dict.fromkeys(("objective", "cost", "bound", "gap", "currency", "ledger", "totals", "unique")),
            "measures": {},
            "open": [],
            "used": [],
            "seconds": {},
            "verified": False,
            "problems": [p.as_dict() for p in problems],
        }
        _print_json(document)
        return code
    _print_problems(problems)
    errors = sum(p.severity == "error" for p in problems)
    print(f"{errors} {'problem' if errors == 1 else 'problems'}. Nothing was solved.", file=sys.stderr)
    return code


def _print_problems(problems: Sequence[Problem], stream: Any = None) -> None:
    stream = stream or sys.stderr
    ordered = sorted(problems, key=lambda p: (p.severity != "error", p.file or "", p.line or 0))
    for problem in ordered[:MOST_PROBLEMS]:
        print(problem if problem.code != "E190" else problem.found, file=stream)
    if len(ordered) > MOST_PROBLEMS:
        print(f"… and {len(ordered) - MOST_PROBLEMS} more", file=stream)


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


# -- verbs -------------------------------------------------------------------------------------------------------


def _new(args: argparse.Namespace) -> int:
    from .convert import new

    if args.xlsx:
        raise CallError("Workbooks are not written yet; leave --xlsx away for a folder of CSV files.")
    folder = new(args.name, args.like)
    return _written(
        args, folder, f" (its columns are explained in {folder / 'COLUMNS.md'}). Next: balik solve {folder}"
    )


def _cases(args: argparse.Namespace) -> int:
    from .convert import cases
    from .tables import read

    found = {name: read(name) for name in cases()}
    if args.json:
        _print_json([{"case": n, "title": t.title, "scenarios": list(t.scenarios)} for n, t in found.items()])
        return 0
    for name, tables in found.items():
        print(f"{name:24} {tables.title} ({len(tables.scenarios)} scenarios)")
    return 0


def _check(args: argparse.Namespace) -> int:
    from .api import check

    problems = check(args.case, args.scenario, args.set)
    errors = [p for p in problems if p.severity == "error"]
    if args.json:
        _print_json({"case": args.case, "ok": not errors, "problems": [p.as_dict() for p in problems]})
        return 2 if errors else 0
    _print_problems(problems)
    warnings = len(problems) - len(errors)
    print(f"{args.case}: {len(errors)} problems, {warnings} warnings.")
    return 2 if errors else 0


def _solve(args: argparse.Namespace) -> int:
    from .api import solve
    from .views.progress import ProgressLine

    line = ProgressLine()
    try:
        plan = solve(
            args.case, args.scenario, args.set, gap=args.gap, time_limit=args.time_limit, engine=args.engine,
            seed=args.seed, threads=args.threads, out=args.out, progress=line if line.live else None,
        )  # fmt: skip
    finally:
        line.clear()
    if args.json:
        _print_json(plan.document())
        return plan.exit_code
    from .views.text import plan_text

    _print_problems(plan.problems)
    print(plan_text(plan, args.case, args.out))
    return plan.exit_code


def _study(args: argparse.Namespace, study: Any, text: Callable[[Any], str]) -> int:
    if args.json:
        _print_json(study.document())
    else:
        print("\n".join(part for part in (text(study), *study.findings) if part))
    return int(study.exit_code)


def _options(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "gap": args.gap,
        "time_limit": args.time_limit,
        "engine": args.engine,
        "seed": args.seed,
        "threads": args.threads,
    }


def _compare(args: argparse.Namespace) -> int:
    from .analysis import compare
    from .views.text import comparison_text

    study = compare(args.case, args.scenarios, args.set, **_options(args))
    return _study(args, study, lambda s: comparison_text(s.rows, s.currency))


def _sensitivity(args: argparse.Namespace) -> int:
    from .analysis import sensitivity
    from .views.text import comparison_text

    study = sensitivity(args.case, args.over, args.range, args.scenario, args.set, **_options(args))

    def text(s: Any) -> str:
        blocks = []
        for over in dict.fromkeys(r["over"] for r in s.rows):
            blocks.append(f"{over}\n" + comparison_text([r for r in s.rows if r["over"] == over], s.currency, "at"))
        return "\n\n".join(blocks)

    return _study(args, study, text)


def _reproduce(args: argparse.Namespace) -> int:
    from .analysis import reproduce
    from .views.text import reproduction_summary, reproduction_text

    study = reproduce(args.case, **_options(args))
    return _study(args, study, lambda s: f"{reproduction_text(s.rows)}\n\n{reproduction_summary(s.rows)}")


def _explain(args: argparse.Namespace) -> int:
    from .analysis import explain

    study = explain(args.case, args.scenario, args.set, **_options(args))
    return _study(args, study, lambda s: "")


def _math(args: argparse.Namespace) -> int:
    from .views.paper import math

    text = math(args.case, args.scenario, args.set, latex=args.latex)
    if args.json:
        _print_json({"case": args.case, "formulation": text})
    else:
        print(text)
    return 0


def _verify(args: argparse.Namespace) -> int:
    from .api import verify

    verdict = verify(args.folder)
    if args.json:
        broken = [b.sentence for b in verdict.broken]
        _print_json(
            {"plan": args.folder, "ok": verdict.ok, "laws": verdict.laws, "cost": verdict.cost, "broken": broken}
        )
        return 0 if verdict.ok else 3
    for fault in verdict.broken:
        print(fault.sentence)
    print(f"{args.folder}: {verdict.laws:,} laws checked, {len(verdict.broken)} broken.")
    return 0 if verdict.ok else 3


def _convert(args: argparse.Namespace) -> int:
    from .convert import convert

    return _written(args, convert(args.case, args.out, args.scenario, args.set), "")


def _written(args: argparse.Namespace, path: Any, more: str) -> int:
    if args.json:
        _print_json({"written": str(path)})
    else:
        print(f"Written: {path}{more}")
    return 0


# -- arguments ---------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    from . import __version__

    parser = argparse.ArgumentParser(
        prog="balik",
        description="Plan how used things come back: tables in, one formulation, a verified plan out.",
        epilog="CASE is a folder with a case.toml, or the name of a bundled case (balik cases).",
    )
    parser.add_argument("--version", action="version", version=f"balik {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = _adder(verbs)
    new = one("new", _new, "start a case of your own: a small one that solves, its columns explained", case=False)
    new.add_argument("name", metavar="NAME", help="folder to be made")
    new.add_argument("--like", metavar="CASE", help="copy this case instead")
    new.add_argument("--xlsx", action="store_true", help="write a workbook (not yet)")
    one("cases", _cases, "list the bundled cases", case=False)
    one("check", _check, "every problem and warning at once (base and all scenarios)", changes=True)
    solve = one("solve", _solve, "the plan, verified", changes=True, solver=True)
    solve.add_argument("--out", metavar="DIR", help="write the plan as tables into this folder")
    compare = one("compare", _compare, "scenarios side by side", solver=True)
    compare.add_argument("scenarios", nargs="*", metavar="S", help="scenarios (without: all)")
    _sets(compare)
    sensitivity = one(
        "sensitivity", _sensitivity, "cells moved over a range, solved again each time", changes=True, solver=True
    )
    sensitivity.add_argument(
        "--over", action="append", default=[], metavar="'table.column[…]'", help="what moves; repeatable"
    )
    sensitivity.add_argument(
        "--range", metavar="-30%:+30%:10%", help="start:stop:step, in per cent of the cells or as values"
    )
    reproduce = one(
        "reproduce", _reproduce, "published figures beside ours, with a verdict each", solver=True, case=False
    )
    reproduce.add_argument("case", nargs="?", default="all", metavar="CASE|all")
    one("explain", _explain, "why there is no plan, and what would mend it", changes=True, solver=True)
    verify = one("verify", _verify, "judge a plan folder from its tables, with other code than the model's", case=False)
    verify.add_argument("folder", metavar="DIR")
    math = one("math", _math, "the formulation of the case in print", changes=True)
    math.add_argument("--latex", action="store_true", help="equations as LaTeX")
    convert = one("convert", _convert, "write the case as a folder, or its program as .mps or .lp", changes=True)
    convert.add_argument("out", metavar="OUT")
    return parser


def _adder(verbs: Any) -> Callable[..., argparse.ArgumentParser]:
    def one(
        name: str,
        run: Callable[..., int],
        words: str,
        *,
        case: bool = True,
        changes: bool = False,
        solver: bool = False,
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
        parser.set_defaults(run=run)
        if case:
            parser.add_argument("case", metavar="CASE")
        if changes:
            parser.add_argument("--scenario", metavar="S", help="a scenario of the case")
            _sets(parser)
        if solver:
            parser.add_argument("--gap", type=float, help="relative gap that counts as proved (1e-6)")
            parser.add_argument(
                "--time-limit", type=float, metavar="SECONDS", help="stop then, with the best plan found"
            )
            parser.add_argument("--engine", help="auto or highs")
            parser.add_argument("--seed", type=int, default=0, help="random seed of the solver")
            parser.add_argument("--threads", type=int, help="threads of the solver")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        return parser

    return one


def _sets(parser: argparse.ArgumentParser) -> None:
    text = "change cells, as 'sites.capacity[place=X] *= 1.1' (repeatable)"
    parser.add_argument("--set", action="append", default=[], metavar="'table.column OP value'", help=text)


if __name__ == "__main__":
    sys.exit(main())
