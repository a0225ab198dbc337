"""Measure and print (or write) the table of speed.

python -m benchmarks            everything, printed
python -m benchmarks --write    everything, written to docs/reference/speed.md
python -m benchmarks --only build folder --rounds 1
python -m benchmarks --smoke    tiny sizes, and the layers must find the same optimum
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import sys
import tempfile
from pathlib import Path

import balik

from . import measure
from .folders import write_folder
from .instances import LARGE, TINY
from .report import PAGE, Figures, page
from .siting_folder import write_siting_folder

PARTS = ("build", "folder", "workbook", "process", "siting", "cases")
CASES = ("jerigen-padang", "nmc-jawa-barat", "plastik-jabodetabek")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed of balik, as ratios of one run.")
    parser.add_argument("--write", action="store_true", help=f"write the table to {PAGE}")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes: only shows that it runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("--rounds", type=int, default=3, help="fresh processes for each figure (3)")
    parser.add_argument("--instances", nargs="+", default=None, help="only the instances that hold one of these words")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        ask = json.loads(asked.child)
        print(json.dumps(measure.CHILDREN[ask.pop("what")](**ask)))
        return 0
    if asked.write and (asked.smoke or set(asked.only) != set(PARTS) or asked.instances):
        parser.error("--write writes the whole table: without --smoke, --only and --instances")
    rounds = 1 if asked.smoke else asked.rounds
    figures = Figures()
    if "build" in asked.only:
        names = [i for i in (TINY if asked.smoke else LARGE) if any(word in i for word in asked.instances or [""])]
        _build(figures, names, rounds, asked.smoke)
    if "folder" in asked.only:
        _folder(figures, (3, 2) if asked.smoke else (600, 500), rounds)
    if "workbook" in asked.only:
        _workbook(figures, (3, 2) if asked.smoke else (250, 200), rounds)
    if "process" in asked.only:
        _process(figures, 1 if asked.smoke else 5 * rounds)
    if "siting" in asked.only:
        _siting(figures, (30, 12) if asked.smoke else (1000, 300), rounds)
    if "cases" in asked.only:
        for case in CASES[:1] if asked.smoke else CASES:
            _tell(case)
            (got,) = measure.interleaved([{"what": "solve", "case": case, "repeats": 1 if asked.smoke else 3}], 1)
            figures.cases[case] = got["seconds"]
    text = page(figures)
    if asked.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        _tell(f"written: {PAGE}")
    else:
        print(text)
    return 0


def _tell(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


def layers() -> list[str]:
    """Layers that are installed."""
    return ["hand", "balik"] + (["linopy"] if importlib.util.find_spec("linopy") else [])


def _build(figures: Figures, instances: list[str], rounds: int, smoke: bool) -> None:
    if "linopy" not in layers():
        _tell("linopy is not installed, so its rows are missing")
    for instance in instances:
        _tell(instance)
        asks = [
            {"what": "build", "layer": layer, "instance": instance, "repeats": 1 if smoke else 3} for layer in layers()
        ]
        figures.build[instance] = dict(zip(layers(), measure.interleaved(asks, rounds), strict=True))
        if smoke:
            same_optimum(instance)


def same_optimum(instance: str) -> None:
    """All layers find the same optimum, or the comparison means nothing."""
    found = {layer: measure.optimum(layer, instance) for layer in layers()}
    if any(not math.isclose(value, found["hand"], rel_tol=1e-7) for value in found.values()):
        raise SystemExit(f"{instance}: the layers do not state the same model: {found}")


def _folder(figures: Figures, size: tuple[int, int], rounds: int) -> None:
    _tell("a folder of lane rows")
    with tempfile.TemporaryDirectory() as folder:
        figures.rows = write_folder(Path(folder), *size)
        asks = [{"what": "folder", "how": how, "path": folder, "repeats": 3} for how in ("pandas", "balik")]
        pandas, balik = measure.interleaved(asks, rounds)
    figures.folder = {"pandas": pandas["seconds"], "balik": balik["seconds"]}


def _workbook(figures: Figures, size: tuple[int, int], rounds: int) -> None:
    _tell("a workbook of lane rows")
    with tempfile.TemporaryDirectory() as folder:
        figures.sheet_rows = write_folder(Path(folder) / "case", *size)
        book = balik.convert(Path(folder) / "case", Path(folder) / "case.xlsx")
        asks = [{"what": "workbook", "how": how, "path": str(book), "repeats": 3} for how in ("openpyxl", "balik")]
        openpyxl, ours = measure.interleaved(asks, rounds)
    figures.workbook = {"openpyxl": openpyxl["seconds"], "balik": ours["seconds"]}


def _process(figures: Figures, rounds: int) -> None:
    _tell("a small case as a whole process")
    imports = "numpy, scipy.sparse, highspy" if importlib.util.find_spec("scipy") else "numpy, highspy"
    if "scipy" not in imports:
        _tell("scipy is not installed, so the imports are without it")
    if importlib.util.find_spec("balik.cli"):
        solve = ["-m", "balik", "solve", "jerigen-padang", "--json"]
    else:
        solve = ["-c", "import balik; balik.solve('jerigen-padang')"]
    commands = [[sys.executable, "-c", f"import {imports}"], [sys.executable, *solve]]
    figures.process = dict(zip(("imports", "balik"), measure.whole_process(commands, rounds), strict=True))


def _siting(figures: Figures, size: tuple[int, int], rounds: int) -> None:
    _tell("a large siting case as a whole process")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        figures.siting_rows = write_siting_folder(folder, *size)
        solve = [sys.executable, "-m", "balik", "solve", str(folder), "--json", "--out"]
        whole, engine = measure.beside_the_engine([[*solve, str(Path(place) / f"plan-{k}")] for k in range(rounds)])
    figures.siting = {"whole": whole, "engine": engine}


if __name__ == "__main__":
    sys.exit(main())
