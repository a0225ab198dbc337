"""The page of the siting benchmarks, and its two charts."""

from __future__ import annotations

import datetime
import importlib.metadata
import math
import sys
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import peers, records
from .charts import Chart, Line
from .classes import Class
from .results import Row, checks, growth, peer_seconds, shifted_mean

PAGE = Path("docs/reference/siting-speed.md")
PROFILE, GROWTH = "siting-profile.svg", "siting-growth.svg"


@dataclass
class Run:
    """All that one run found."""

    rows: dict[str, list[Row]] = field(default_factory=dict)  # class → rows
    classes: dict[str, Class] = field(default_factory=dict)
    warm: dict[str, float] = field(default_factory=dict)  # class → seconds to warm up
    live: dict[str, dict[str, Any]] = field(default_factory=dict)  # class → a peer that ran beside ours
    where: dict[str, str] = field(default_factory=dict)  # class → the machine, where it is not this one
    died: list[str] = field(default_factory=list)

    @property
    def all_rows(self) -> list[Row]:
        """Rows of all classes."""
        return [row for rows in self.rows.values() for row in rows]


def page(run: Run, charts: bool) -> str:
    """The whole page in Markdown."""
    parts = [_HEAD, _machine(run), _summary(run)]
    parts += [_class(run, name) for name in run.rows]
    parts += [_growth(run, charts), _stages(run), _losses(run), _TRIED, _TAIL]
    return "\n\n".join(p for p in parts if p) + "\n"


def write(run: Run) -> None:
    """The page and its charts."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    drawn = charts(run)
    for name, chart in drawn.items():
        (PAGE.parent / name).write_text(chart.svg(), encoding="utf-8")
    PAGE.write_text(page(run, set(drawn) == {PROFILE, GROWTH}), encoding="utf-8")


_HEAD = """# Siting speed

The siting engine beside general solvers, written by `python -m benchmarks.siting --write`. Ratios rank; **absolute
times do not travel**."""

_TRIED = """## What was tried on what is missed

* **500 × 500** was missed until the number of open sites was branched on: r = 10, seed 4, stood at 0.011% after 600 s
  and 1.8 million nodes; r = 5, seed 5, took 307 s and a million. Numbers within the larger sites, or within a part of
  the map, gave nothing beyond that. Where the largest sites together just hold all demand, few numbers are possible.
* **7,000 × 500**: both ends are loose. The prices' bound is at its best after 3 s (0.29% below the best plan known);
  only the tree lifts it, and regions searched anew still find better plans after two minutes. To branch on the number
  of sites does little here: 70 are open, and one more or less costs little. To leave out the searches for plans at the
  root of the tree, a third of the time, made it worse (0.32%). A bound is evaluated in less than half the processor
  time since the costs of a list lie beside it; what a run shows still hangs on the plan that the first stages find, as
  the tree proves one gap after the other (0.17%, 0.21% and 0.29% in three runs of seed 1; 0.07% to 0.22% on the other
  seeds). The last stage, of 50 to 140 seconds, often came to no end; a fifth of the time of two processors was idle
  (seed 1, quiet). Neighbouring sites chosen together, exactly, in parts of the map make a stronger bound, and a slow
  one: at the prices of the root 8 to 32 parts lift it by 1 or 2 of the 436 that it lacks on seed 1; with prices of
  their own 16 parts come to 112 in 470 s and 4 parts from there to 144 in 180 s; the tree comes to 156 in 300 s.
  Regions searched in another order, or with more patience, found a plan 0.05% better on seed 1 and none on seeds 2 and
  3: what is missing is the bound.
  Flow covers (Padberg, Van Roy and Wolsey 1985) found in the averaged flows and priced beside the demand lift the root
  by 94 of those 436 in 4 s (by 31% to 38% of the gap at 1,400 × 100 and 2,800 × 200), and gain nothing afterwards: a
  node takes twice as long, and branching gains less by what the covers have gained already. At 3,500 × 250 the bound
  after 80 s was the same (seed 1) or lower (seed 2); with their prices held in the tree, or moved slowly, some
  instances took three to five times the nodes.
* **1,000 × 1,000**: the tree proves gaps in turn, each from the root. Steps all shorter made 500 × 500 take twice as
  long, so they are cut only to what the nodes of the last one let expect; nodes in the strict order of their bounds
  lift the bound twenty times more slowly than a cutoff nearby does; longer or shorter steps of the prices towards the
  cutoff gave nothing (1.5 times as long) or lost the proof (half as long). Regions of 240 candidates took four times
  as long at the root as those of 120 and were not done. Another first jump to the price of a place (a fifth of what it
  is, or five times) takes as many tries. At r = 10 and 15, seed 3, the last third or half of the time proved nothing:
  a stage was begun that could not end, and a better plan lowered its cutoff. A stage that time is short for now takes
  what time is left and keeps its cutoff, and threads whose rounds are too short for it search around the best rounded
  set of many: at the processor time of 60 s on two cores, 0.104% became 0.092%, and 0.099% became 0.072%. To go on
  from the pruned nodes instead of the root was not tried: sites fixed for one cutoff are not fixed for the next, and
  what it would save is the nodes of the last stage that ended. At r = 15, seed 3, more kicks of the local search,
  regions of 160 and 200 candidates, the sites of the best plans together, and plans crossed with each other found a
  plan as good as the tree's once in ten tries of half a minute.
* **Two echelons**: links of depot and customer from the first prices on, branching on plants first, longer probes,
  branching on the number of sites of a region or of an echelon, and independent starts gave no smaller gap. The root's
  prices are converged after seconds; the bound rises with the logarithm of the number of nodes. To prove one line after
  the other, each from the root, as one echelon does, made a line a third cheaper and lost more by beginning anew.
  Bounds on what a plant sends by each depot (u ≤ Q z) beside the links lift the root by 1 to 2 % of the gap.
  To fill only the knapsacks that a bound from below does not show idle makes a step 1.6 times as fast, but fixes fewer
  sites: at the same processor time a larger gap (0.99 for 0.76 % after 40 s at 25-50-100 × 5).
  On three of the eight medium instances that HiGHS was recorded on, with 5 materials, it is ahead after 600 s: in the
  bound by 0.01 to 0.03 %, in one in the plan too, by 0.03 % (ours ran 120 s on two of them, 600 s on the third).
  Flow covers of plants and of depots, beside the links (as a linear program, solved anew until hardly any was found):
  of the gap that the links leave they close 4 and 80 % of two instances 15-30-60 × 3 hard, 27 % of a medium one, and
  22 % of 25-50-100 × 5 medium (1.14 to 0.89 %), where the tree comes to 0.62 % in 60 s. In the bound they cost little
  time, and made the tree worse here too: 15-30-60 × 3 medium stood at 0.22 to 0.61 % after 30 s, without them at
  0.06 %.
  Echelons by themselves (Lagrangian decomposition, Guignard and Kim 1987): with prices of what a depot hands to a
  customer, plants and depots are two problems of one echelon each, and what whole sites cost in both adds up to a
  bound. Solved to the end, 30 times, with prices moved in between, that came from 1.61 to 0.21 % at 12-24-48 × 2
  medium. A tree of each takes too long where it would count: after 60 s, at the prices of the root, 0.44 % of 0.64 %
  were left at 50-100-200 × 5 medium, and 0.55 % of 0.57 % at 100-200-400 × 5; to move the prices by all leaves of both
  trees at once (a bundle) gained 0.08 % at the small size and nothing at the larger one.
  Trials of sites before their past is relied on took nearly all time of the largest: 31 nodes in 120 s at
  100-200-400 × 10 medium. From 50-100-200 × 10 on they are fewer now (4 for 16: 119 nodes, and a gap that is 0.01 %
  smaller; 8 for 16 at 50-100-200 × 10 hard: 1.90 for 2.00 % after 60 s; hard, 100-200-400 × 10, seed 1, after 600 s on
  a busy machine: 1.38 %). At 25-50-100 × 5, fewer made it larger (0.79 for 0.66 % after 30 s). *Figures above of
  50-100-200 × 10 and of 100-200-400 are from before that.*
  Walks within the sites of two good plans found a better plan on one instance of three and a worse one on another;
  kicks that stay in one part of the map a worse one on the one tried. Whole walks within a region of the plan,
  the next region when ten kicks were in vain, and larger ones when none gained, found plans that are 0.4 and
  0.6 % better (hard): after 60 s, 100-200-400 × 5 hard, seed 1, 1.83 → 1.47 % and seed 2, 2.62 → 2.06 %;
  medium, seed 2, 0.605 → 0.586 % (on one machine, quiet). *All figures above of two echelons are from before
  that.*"""

_TAIL = f"""## How it is measured

* **Ours**: wall seconds with two threads from arrays in memory to a proof at a relative gap of 1e-6 (or the class's
  limit), in a fresh process for every class. Kernels come from the disk cache; a tiny problem is solved before.
* **Peers**: processor seconds of one thread for the search alone, at the same gap, ended at {peers.LIMIT:.0f} s and then counted as
  {peers.LIMIT:.0f} s. Each gets the compact model with linking rows (strong) and without (weak), the aggregate capacity row
  in both, from one MPS file that HiGHS writes (PuLP would take longer to write it than CBC to read it). Where a class
  has many instances, all forms are tried on the first one and the best go on. Recorded once for every machine in
  `benchmarks/siting/records.json`; in every run at least one peer of a class runs beside ours (*side by side*).
* Ratios are ours to the quickest recorded peer on the same instance; a peer that needs longer than another has
  needed is ended there. Means of seconds are geometric, shifted by 1 s.
* Instances are named by customers × sites; generators and their SHA-256 are in `benchmarks/siting/generators.py` and
  the records. Every objective and bound is held against the published optima and the peers' bounds and plans."""


def _machine(run: Run) -> str:
    named = [(p, importlib.metadata.version(p)) for p in ("numba", "numpy", "highspy")]
    versions = ", ".join(f"{p} {v}" for p, v in named)
    theirs = sorted({f"{p['peer']} {p['version']}" for row in run.all_rows for p in row.peers})
    about = (
        f"{datetime.date.today().isoformat()} ·\n"
        f"Python {'.'.join(map(str, sys.version_info[:3]))}, {versions}; peers: {', '.join(theirs) or 'none recorded'}"
    )
    places = [
        textwrap.fill(f"* {where}: {'; '.join(c)}", 118, subsequent_indent="  ")
        for where, c in _classes_by_machine(run).items()
    ]
    said = "\n\nEach class stands as the machine found it that measured most of it:\n\n"
    if not run.warm:
        return about + said + "\n".join(places)
    seconds = np.median(list(run.warm.values()))
    warm = f"Kernels from the disk cache and a first tiny problem: {seconds:.1f} s a process."
    return about + said + "\n".join(places) + f"\n\n{warm}"


def _classes_by_machine(run: Run) -> dict[str, list[str]]:
    """Machine → titles of its classes."""
    out: dict[str, list[str]] = defaultdict(list)
    for name, c in run.classes.items():
        out[run.where.get(name, records.machine())].append(c.title)
    return out


_SAID = {True: "yes", False: "**no**", None: "open"}


def _summary(run: Run) -> str:
    out = [
        "## What is to be reached",
        "",
        "| class | instances | to reach | found | reached |",
        "|---|---:|---|---|---|",
    ]
    for name, rows in run.rows.items():
        for k, check in enumerate(checks(run.classes[name], rows)):
            count = len(run.classes[name].instances)
            some = str(len(rows)) if len(rows) >= count else f"{len(rows)} of {count}"
            head = f"{run.classes[name].title} | {some}" if not k else " | "
            out.append(f"| {head} | {check.what} | {check.figure} | {_SAID[check.reached]} |")
    return "\n".join(out + ["", "*open*: not told yet, as peers are not recorded on all instances or not all ran to the limit."])


def _class(run: Run, name: str) -> str:
    c, rows = run.classes[name], run.rows[name]
    out = [
        f"## {c.title[0].upper()}{c.title[1:]}",
        "",
        "| instance | objective | gap | seconds | nodes | best peer | its seconds | ratio |",
        "|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    out += [_row(row) for row in rows]
    seconds = [r.seconds for r in rows if math.isfinite(r.seconds)]
    if seconds:
        out += [
            "",
            f"Ours: median {np.median(seconds):.2f} s, largest {max(seconds):.2f} s, mean {shifted_mean(seconds):.2f} s;"
            f" measured {_dates(rows)}.",
        ]
    theirs = [peer_seconds(r.best) for r in rows if r.best is not None]
    if theirs:
        out[-1] += f"\nBest peers: mean {shifted_mean(theirs):.1f} s on {len(theirs)} recorded."
    if name in run.live:
        p = run.live[name]
        out[-1] += f"\nSide by side: {p['peer']} {p['form']} on {p['instance']}, {_theirs(p)} s."
    return "\n".join(out)


def _dates(rows: Sequence[Row]) -> str:
    """When, and how busy the machine was with this and other work."""
    dates = sorted({r.ours["date"] for r in rows if "date" in r.ours}) or [datetime.date.today().isoformat()]
    loads = [r.ours["load"] for r in rows if r.ours.get("load") is not None]
    busy = f", load of the machine {np.median(loads):.1f}" if loads else ""
    return " to ".join(dict.fromkeys([dates[0], dates[-1]])) + busy


def _row(row: Row) -> str:
    if row.died:
        return f"| {row.instance.name} | | | | | {row.ours['error']} | | |"
    ours, best = row.ours, row.best
    objective = f"{ours['objective']:,.4f}" if ours["objective"] is not None else "none"
    gap = "proven" if row.proven else f"{row.gap:.3%}"
    ratio = "" if row.ratio is None or not row.ratio else "–" if math.isinf(row.ratio) else f"1/{1 / row.ratio:.1f}"
    peer = f"{best['peer']} {best['form']} | {_theirs(best)}" if best else " | "
    return f"| {row.instance.name} | {objective} | {gap} | {row.seconds:.2f} | {ours['nodes']:,} | {peer} | {ratio} |"


def _theirs(record: dict[str, Any]) -> str:
    if record["status"] == "optimal":
        return f"{record['cpu']:.1f}"
    if record["incumbent"] is None or record["bound"] is None:
        return f"> {peers.LIMIT:.0f} (no plan)" if record["incumbent"] is None else f"> {peers.LIMIT:.0f} (no bound)"
    return f"> {peers.LIMIT:.0f} ({(record['incumbent'] - record['bound']) / max(1.0, abs(record['incumbent'])):.2%})"


# -- growth and profile ------------------------------------------------------------------------------------------


def charts(run: Run) -> dict[str, Chart]:
    """The performance profile and the growth with size, as far as there is anything to show."""
    out = {}
    profile = _profile(run.all_rows)
    if profile:
        title = "Instances proven within a factor of the quickest"
        out[PROFILE] = Chart(title, "times the quickest on the instance", "share of instances", profile, shares=True)
    lines = _growth_lines(_one_machine(run))
    if lines:
        out[GROWTH] = Chart("Seconds by number of pairs", "customers × sites", "seconds, mean by size", lines)
    return out


def _profile(rows: Sequence[Row]) -> list[Line]:
    """For ours and the best peer: factor to the quicker of the two → share of instances proven within it."""
    factors: dict[str, list[float]] = {"ours": [], "best peer": []}
    for row in rows:
        if row.best is not None:
            theirs = row.best["cpu"] if row.best["status"] == "optimal" else math.inf
            ours = row.seconds if row.proven else math.inf
            quickest = max(min(ours, theirs), 1e-3)
            for name, seconds in zip(factors, (ours, theirs), strict=True):
                factors[name].append(max(1.0, seconds / quickest) if math.isfinite(quickest) else math.inf)
    lines = []
    for name, some in factors.items():
        steps = [(f, (k + 1) / len(some)) for k, f in enumerate(sorted(some)) if math.isfinite(f)]
        if some:
            lines.append(Line(f"{name} ({len(some)})", [(1.0, 0.0), *steps], steps=True, marks=False))
    return lines


def _growth_lines(rows: Sequence[Row]) -> list[Line]:
    by: dict[float, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.instance.size is not None and row.instance.name[0].isdigit():
            n, m, r = row.instance.size
            by[r][n * m].append(row)
    lines = []
    for r, sizes in sorted(by.items()):
        ours = [
            (float(s), shifted_mean(x.seconds for x in some))
            for s, some in sorted(sizes.items())
            if all(x.proven for x in some)
        ]
        theirs = [
            (float(s), shifted_mean(peer_seconds(x.best) for x in some if x.best is not None))
            for s, some in sorted(sizes.items()) if any(x.best is not None for x in some)
        ]  # fmt: skip
        if ours:
            lines.append(Line(f"ours, r = {r:g}", ours))
        if theirs:
            lines.append(Line(f"best peer, r = {r:g}", theirs))
    return lines


def _one_machine(run: Run) -> list[Row]:
    """Rows of the machine that measured most: seconds of two do not make one curve."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for name, some in run.rows.items():
        rows[run.where.get(name, "")] += some
    return max(rows.values(), key=len, default=[])


def _growth(run: Run, charts: bool) -> str:
    exponents, count = growth(_one_machine(run))
    if not exponents:
        return ""
    fit = " · ".join(f"{name}^{e:.2f}" for name, e in exponents.items())
    out = [
        "## How time grows", "",
        f"Fitted over {count} proven random instances: our seconds grow as\n{fit} (least squares of logarithms; what is not",
        "proven within its limit is left out, which flatters the exponents).",
    ]  # fmt: skip
    if charts:
        out += ["", f"![Performance profile]({PROFILE})", "", f"![Seconds by size]({GROWTH})"]
        out += ["", "In brackets: instances with a recorded peer. Peers at the limit count as the limit."]
    return "\n".join(out)


def _stages(run: Run) -> str:
    """Seconds by stage and class, as shares."""
    lines = []
    for name, rows in run.rows.items():
        total: dict[str, float] = defaultdict(float)
        for row in rows:
            for stage, seconds in row.ours.get("stages", {}).items():
                total[stage.removesuffix("seconds").strip(" _")] += seconds
        whole = sum(r.seconds for r in rows if math.isfinite(r.seconds))
        if total and whole:
            shares = ", ".join(f"{s} {v / whole:.0%}" for s, v in sorted(total.items(), key=lambda i: -i[1]))
            lines.append(f"* {run.classes[name].title}: {shares}")
    return "\n".join(["## Where the time goes", "", *lines]) if lines else ""


def _losses(run: Run) -> str:
    """Instances that are not proven, or on which a peer is quicker."""
    lines = []
    for row in run.all_rows:
        if row.died:
            lines.append(f"* {row.instance.name}: {row.ours['error']}")
        elif not row.proven:
            lines.append(f"* {row.instance.name}: open at {row.seconds:.0f} s, gap {row.gap:.3%}")
        elif row.ratio is not None and row.ratio > 1:
            assert row.best is not None
            lines.append(
                f"* {row.instance.name}: {row.seconds:.1f} s, {row.best['peer']} {row.best['form']} {_theirs(row.best)} s"
            )
    lines += [f"* {what}" for what in run.died]
    return "\n".join(["## Where we lose", "", *(lines or ["Nowhere in this run."])])
