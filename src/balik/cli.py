"""The command: `balik VERB CASE`. Data on standard output, problems and progress on standard error."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BalikError, CallError, InputError, Problem
from .words import LANGUAGES, Sentence, say

if TYPE_CHECKING:
    from .plan.verify import Proof


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
        return _refused(args, [Problem("E190", error.args[0])], error.exit_code)
    except BalikError as error:
        print(f"balik: {error.into(args.lang)}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        print("balik: stopped.", file=sys.stderr)
        return 4
    except Exception as error:
        print(f"balik: a fault of balik, not of your data: {type(error).__name__}: {error}", file=sys.stderr)
        print("Please report it with the case; set BALIK_DEBUG=1 to see where it happened.", file=sys.stderr)
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
    if args.json:
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
            "problems": _documents(args, problems),
        }
        _print_json(document)
        return code
    from .views.problems import refusal

    _print_problems(args, problems)
    print(refusal(problems).into(args.lang), file=sys.stderr)
    return code


def _print_problems(args: argparse.Namespace, problems: Sequence[Problem]) -> None:
    from .views.problems import problem_lines

    for line in problem_lines(problems, args.lang):
        print(line, file=sys.stderr)


def _documents(args: argparse.Namespace, problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Every problem as it stands in a document, in the language of the call."""
    return [problem.into(args.lang).as_dict() for problem in problems]


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))


# -- verbs -------------------------------------------------------------------------------------------------------


def _new(args: argparse.Namespace) -> int:
    from .copies import new

    if args.files:
        return _new_from(args)
    if args.xlsx:
        path = new(args.name, args.like, map=args.map, period=args.period, xlsx=True, language=args.lang)
        return _told(args, {"written": str(path)}, say("Written: {path}. Next: balik solve {path}", path=path))
    folder = new(args.name, args.like, map=args.map, period=args.period)
    return _written(
        args, folder, f" (its columns are explained in {folder / 'COLUMNS.md'}). Next: balik solve {folder}"
    )


def _new_from(args: argparse.Namespace) -> int:
    """A case of loose lists; what is uncertain is asked where somebody can answer."""
    from .copies import new_from
    from .start.ask import asker

    if args.like or args.xlsx:
        raise CallError(say("--like and --xlsx do not go with --from."))
    ask = asker(args.lang) if sys.stdin.isatty() and sys.stderr.isatty() else None
    folder, started = new_from(args.name, args.files, args.map, args.period, ask, args.lang)
    if args.json:
        told = [sentence.into(args.lang) for sentence in started.guessed]
        _print_json({"written": str(folder), "guessed": told, "problems": _documents(args, started.problems)})
        return 0
    _print_problems(args, started.problems)
    print(say("Guessed and decided:").into(args.lang), file=sys.stderr)
    for sentence in started.guessed:
        print(f"  * {sentence.into(args.lang)}", file=sys.stderr)
    more = say("(what was guessed stands in {path}). Next: balik check {folder}", path=folder / "GUESSED.md", folder=folder)
    return _written(args, folder, f" {more.into(args.lang)}")


def _cases(args: argparse.Namespace) -> int:
    from .copies import cases
    from .tables import read

    found = {name: read(name) for name in cases()}
    if args.json:
        _print_json([{"case": n, "title": t.title, "scenarios": list(t.scenarios)} for n, t in found.items()])
        return 0
    width = max(map(len, found), default=0)
    for name, tables in found.items():
        print(f"{name:{width}} {tables.title} ({len(tables.scenarios)} scenarios)")
    return 0


def _check(args: argparse.Namespace) -> int:
    from .api import check
    from .views.problems import verdict

    copy = _annotated(args) if args.annotate else None
    problems = copy.problems if copy else check(args.case, args.scenario, args.set, fix=args.fix)
    errors = [p for p in problems if p.severity == "error"]
    units = _units(args) if args.units and not errors else None
    code = 2 if errors else units.exit_code if units else 0
    if args.json:
        document = {"case": args.case, "ok": not errors, "problems": _documents(args, problems)}
        if copy:
            document |= {"annotated": str(copy.path), "lost": [sentence.into(args.lang) for sentence in copy.lost]}
        _print_json(document | ({"units": units and units.document()} if args.units else {}))
        return code
    _print_problems(args, problems)
    if units:
        from .views.dimensions import dimensions_text

        print(dimensions_text(units, args.lang), end="\n\n")
    print(verdict(args.case, problems).into(args.lang))
    for sentence in copy.said if copy else ():
        print(sentence.into(args.lang))
    return code


def _annotated(args: argparse.Namespace) -> Any:
    from .books import annotate

    return annotate(args.case, args.annotate, args.scenario, args.set, fix=args.fix, language=args.lang)


def _units(args: argparse.Namespace) -> Any:
    from .analysis import dimensions

    return dimensions(args.case, args.scenario, args.set)


def _solve(args: argparse.Namespace) -> int:
    from .api import solve
    from .views.progress import ProgressLine

    line = ProgressLine()
    try:
        plan = solve(
            args.case, args.scenario, args.set, gap=args.gap, time_limit=args.time_limit, engine=args.engine,
            seed=args.seed, threads=args.threads, fix=args.fix, out=args.out, progress=line if line.live else None,
        )  # fmt: skip
    finally:
        line.clear()
    if args.json:
        _print_json(plan.document() | {"problems": _documents(args, plan.problems)})
        return plan.exit_code
    from .views.text import plan_text

    _print_problems(args, plan.problems)
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

    study = explain(args.case, args.scenario, args.set, fix=args.fix, **_options(args))
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
            {"plan": args.folder, "ok": verdict.ok, "laws": verdict.laws, "cost": verdict.cost, "broken": broken,
             "proof": asdict(verdict.proof)}
        )  # fmt: skip
        return 0 if verdict.ok else 3
    for fault in verdict.broken:
        print(fault.sentence.into(args.lang) if isinstance(fault.sentence, Sentence) else fault.sentence)
    print(f"{args.folder}: {verdict.laws:,} laws checked, {len(verdict.broken)} broken.")
    if verdict.ok:
        print(_proof(verdict.proof).into(args.lang))
    return 0 if verdict.ok else 3


def _proof(proof: Proof) -> Sentence:
    """What is shown of a plan's bound."""
    if proof.shown is None:
        return say("The bound is what the engine claims: there is no certificate of it.")
    if not proof.whole:
        return say("The certificate shows a bound of {shown:,.10g}; what the plan claims beyond it is the engine's word.",
                   shown=proof.shown)  # fmt: skip
    return say("The certificate shows the bound: {nodes:,} nodes and {prices:,} prices were gone through in {seconds:.1f} s.",
               nodes=proof.nodes, prices=proof.prices, seconds=proof.seconds)  # fmt: skip


def _convert(args: argparse.Namespace) -> int:
    from .copies import convert

    return _written(args, convert(args.case, args.out, args.scenario, args.set), "")


def _told(args: argparse.Namespace, document: dict[str, Any], sentence: Sentence) -> int:
    """What was done: the document with --json, else the sentence."""
    if args.json:
        _print_json(document)
    else:
        print(sentence.into(args.lang))
    return 0


def _written(args: argparse.Namespace, path: Any, more: str) -> int:
    if args.json:
        _print_json({"written": str(path)})
    else:
        print(f"Written: {path}{more}")
    return 0


# -- arguments ---------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    from . import __version__
    from .start.fields import PERIODS

    parser = argparse.ArgumentParser(
        prog="balik",
        description="Plan how used things come back: tables in, one formulation, a verified plan out.",
        epilog="CASE is a folder with a case.toml, or the name of a bundled case (balik cases).",
    )
    parser.add_argument("--version", action="version", version=f"balik {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = _adder(verbs)
    new = one("new", _new, "start a case of your own: a small one that solves, its columns explained", case=False)
    new.add_argument("name", metavar="NAME", help="folder or workbook to be made")
    new.add_argument("--like", metavar="CASE", help="copy this case instead")
    new.add_argument("--from", dest="files", nargs="+", metavar="FILE", help="make it from loose lists: shipments, rates, sites, invoices (CSV, .xlsx)")
    new.add_argument("--map", metavar="FILE", help="with --from: says which list and column is what (from.toml of an earlier case)")
    new.add_argument("--period", choices=PERIODS, help="with --from: length of a period (month)")
    new.add_argument("--xlsx", action="store_true", help="a workbook with drop-downs and a guide, in the language of --lang")
    one("cases", _cases, "list the bundled cases", case=False)
    check = one("check", _check, "every problem and warning at once (base and all scenarios)", changes=True)
    check.add_argument("--annotate", metavar="OUT", help="also write a workbook of the case with the problems on its cells")
    check.add_argument("--units", action="store_true", help="also the units of every term: left, and as declared right")
    _fix(check)
    solve = one("solve", _solve, "the plan, verified", changes=True, solver=True)
    _fix(solve)
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
    _fix(one("explain", _explain, "why there is no plan, and what would mend it", changes=True, solver=True))
    verify = one("verify", _verify, "judge a plan folder from its tables, with other code than the model's", case=False)
    verify.add_argument("folder", metavar="DIR")
    math = one("math", _math, "the formulation of the case in print", changes=True)
    math.add_argument("--latex", action="store_true", help="equations as LaTeX")
    convert = one("convert", _convert, "write the case as a folder or workbook (.xlsx), or its program as .mps or .lp", changes=True)
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
            parser.add_argument("--engine", help="auto, highs, siting or network")
            parser.add_argument("--seed", type=int, default=0, help="random seed of the solver")
            parser.add_argument("--threads", type=int, help="threads of the solver")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--lang", choices=LANGUAGES, default=_language(), metavar=f"{{{','.join(LANGUAGES)}}}",
            help="language of problems: English or Indonesian (without: BALIK_LANG of the environment, else en)",
        )  # fmt: skip
        return parser

    return one


def _language() -> str:
    """The language that the environment asks for, if balik speaks it."""
    asked = os.environ.get("BALIK_LANG", "")
    return asked if asked in LANGUAGES else "en"


def _fix(parser: argparse.ArgumentParser) -> None:
    text = "today's plan: every lane carries what the table baseline says"
    parser.add_argument("--fix", metavar="baseline", help=text)


def _sets(parser: argparse.ArgumentParser) -> None:
    text = "change cells, as 'sites.capacity[place=X] *= 1.1' (repeatable)"
    parser.add_argument("--set", action="append", default=[], metavar="'table.column OP value'", help=text)


if __name__ == "__main__":
    sys.exit(main())
