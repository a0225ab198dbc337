"""What was measured, as the page of the docs."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = Path("docs/reference/speed.md")


@dataclass
class Figures:
    """Medians of one run."""

    build: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # instance → layer → figures
    folder: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    workbook: dict[str, float] = field(default_factory=dict)
    sheet_rows: int = 0
    process: dict[str, float] = field(default_factory=dict)
    siting: dict[str, float] = field(default_factory=dict)
    siting_rows: int = 0
    cases: dict[str, float] = field(default_factory=dict)


def page(f: Figures) -> str:
    """The whole page in Markdown."""
    parts = [_HEAD, machine(), _build(f), _folder(f), _workbook(f), _process(f), _siting(f), _cases(f), _TAIL]
    return "\n\n".join(p for p in parts if p) + "\n"


_HEAD = """# Speed

Ratios of one run of `make bench`, written by `make bench ARGS=--write`. Ratios rank; **absolute times do not
travel**: they are those of one machine on one day."""

_TAIL = """How it is measured: every figure of a build comes from fresh processes, taken in turn. The first build of a process
gives the memory (peak resident memory above that after the imports, data included), the later ones the time; medians.
Names of columns and rows are made only when a file is written, so they are in none of these figures."""


def machine() -> str:
    """The day, the machine, and the versions."""
    packages = ["highspy", "numpy", "pandas", "linopy"]
    versions = ", ".join(f"{p} {v}" for p in packages if (v := _version(p)))
    cores = os.cpu_count() or 1
    system = f"{platform.system()} {platform.machine()}"
    today = datetime.date.today().isoformat()
    python = ".".join(map(str, sys.version_info[:3]))
    counted = f"{cores} core{'s' if cores > 1 else ''}"
    return f"{today} · {system}, {counted}{_memory()}{_load()} ·\nPython {python}, {versions}"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return ""
    return f", {total:.0f} GiB"


def _load() -> str:
    """What else ran: the load of the last quarter of an hour when the run began."""
    return f", load {_LOAD[2]:.1f} from other work" if _LOAD else ""


_LOAD = os.getloadavg() if hasattr(os, "getloadavg") else None
_LAYERS = {"hand": "hand-written arrays", "balik": "**balik**", "linopy": "linopy"}


def _build(f: Figures) -> str:
    if not f.build:
        return ""
    out = [
        "## Arrays in memory → model inside the solver",
        "",
        "At most 3 times the time and twice the memory of hand-written arrays is the aim, and faster than linopy. By hand and",
        "in linopy the model is written in its most compact form; balik states the general one (what is collected, delivered",
        "and passes a site are variables, every place has its balance).",
        "",
        "| instance | layer | columns | non-zeros | seconds | × by hand | peak MB | × by hand |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for instance, layers in f.build.items():
        base = layers["hand"]
        for layer, got in layers.items():
            out.append(
                f"| {instance if layer == 'hand' else ''} | {_LAYERS[layer]} | {got['columns']:,} | {got['nonzeros']:,} "
                f"| {got['seconds']:.3f} | {_ratio(got['seconds'], base['seconds'])} "
                f"| {got['memory']:.0f} | {_ratio(got['memory'], base['memory'])} |"
            )
    return "\n".join(out)


def _ratio(ours: float, base: float) -> str:
    return f"{ours / base:.1f}" if base > 0 else ""


def _folder(f: Figures) -> str:
    if not f.folder:
        return ""
    return "\n".join([
        "## A folder read and checked",
        "",
        f"A case of {f.rows:,} lane rows, all tables read, every cell checked, wildcards and distances resolved; at most",
        "3 times `pandas.read_csv` of the lanes alone is the aim.",
        "",
        *_pair(f.folder, "pandas", "balik", {"pandas": "`pandas.read_csv`", "balik": "**balik**: read, check, encode"}),
    ])  # fmt: skip


def _workbook(f: Figures) -> str:
    if not f.workbook:
        return ""
    return "\n".join([
        "## A workbook read and checked",
        "",
        f"The same case with {f.sheet_rows:,} lane rows as one workbook, read by a process of its own; at most 3 times the",
        "pass of openpyxl over all cells (read-only) is the aim.",
        "",
        *_pair(f.workbook, "openpyxl", "balik", {"openpyxl": "openpyxl, read-only", "balik": "**balik**: read, check"}),
    ])  # fmt: skip


def _process(f: Figures) -> str:
    if not f.process:
        return ""
    names = {
        "imports": '`python -c "import numpy, scipy.sparse, highspy"`',
        "balik": "**`balik solve jerigen-padang --json`**",
    }
    return "\n".join([
        "## A small case as a whole process",
        "",
        "From the start of Python to the verified plan; at most 4 times the imports of a hand-written script is the aim.",
        "",
        *_pair(f.process, "imports", "balik", names),
    ])  # fmt: skip


def _siting(f: Figures) -> str:
    if not f.siting:
        return ""
    whole, engine = f.siting["whole"], f.siting["engine"]
    return "\n".join([
        "## A large siting case as a whole process",
        "",
        f"Regions and candidate sites with {f.siting_rows:,} lane rows: `balik solve --out`, from the files to the verified",
        "plan and its certificate. At most 5 s beside the engine is the aim.",
        "",
        "| | seconds |",
        "|---|---:|",
        f"| whole process | {whole:.1f} |",
        f"| the engine, to the proved optimum | {engine:.1f} |",
        f"| **beside it** | {whole - engine:.1f} |",
    ])  # fmt: skip


def _pair(seconds: dict[str, float], base: str, ours: str, names: dict[str, str]) -> list[str]:
    out = ["| | seconds | ratio |", "|---|---:|---:|"]
    for key in (base, ours):
        if key in seconds:
            out.append(f"| {names[key]} | {seconds[key]:.3f} | {_ratio(seconds[key], seconds[base])} |")
    return out


def _cases(f: Figures) -> str:
    if not f.cases:
        return ""
    out = ["## The bundled cases", "", "From the folder to the verified plan, in a warm process.", ""]
    out += ["| case | seconds |", "|---|---:|"]
    return "\n".join(out + [f"| {case} | {seconds:.3f} |" for case, seconds in f.cases.items()])
