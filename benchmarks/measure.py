"""One measurement in a process of its own, and the parent that asks for many and takes medians."""

from __future__ import annotations

import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def peak_mb() -> float:
    """Largest resident memory of this process so far; nan where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():  # of this program alone: getrusage also counts the parent's pages before the exec
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def timed(work: Callable[[], Any], repeats: int) -> list[float]:
    """Seconds of every repeat, without what it leaves behind to collect."""
    out = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        kept = work()
        out.append(time.perf_counter() - start)
        del kept
    return out


# -- in the child ------------------------------------------------------------------------------------------------


def build(layer: str, instance: str, repeats: int) -> dict[str, Any]:
    """Arrays in memory → model inside HiGHS: the first gives the memory, the later ones the time."""
    warnings.simplefilter("ignore")
    from .instances import INSTANCES

    module = importlib.import_module(f".by_{layer}", __package__)
    before = peak_mb()
    data = module.data(INSTANCES[instance]())
    held = module.build(data)
    size = {"columns": held.getNumCol(), "rows": held.getNumRow(), "nonzeros": held.getNumNz()}
    memory = peak_mb() - before
    del held
    return {"memory": memory, "seconds": timed(lambda: module.build(data), repeats)} | size


def optimum(layer: str, instance: str) -> float:
    """The optimum of an instance, to see that the layers state the same model."""
    from .instances import INSTANCES

    module = importlib.import_module(f".by_{layer}", __package__)
    h = module.build(module.data(INSTANCES[instance]()))
    h.setOptionValue("output_flag", False)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.run()
    return float(h.getInfo().objective_function_value)


def folder(how: str, path: str, repeats: int) -> dict[str, Any]:
    """A folder read and checked, or its largest file read by pandas."""
    if how == "pandas":
        import pandas

        def work() -> Any:
            return pandas.read_csv(Path(path) / "lanes.csv")
    else:
        from balik.network import encode
        from balik.tables import read, type_tables

        def work() -> Any:
            data = type_tables(read(path))
            network = encode(data)
            data.problems.stop_on_errors()
            return network

    work()
    return {"seconds": timed(work, repeats)}


def workbook(how: str, path: str, repeats: int) -> dict[str, Any]:
    """A workbook read and its cells typed, or all its cells met once by openpyxl."""
    if how == "openpyxl":
        from openpyxl import load_workbook

        def work() -> Any:
            book = load_workbook(path, read_only=True, data_only=True)
            return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))
    else:
        from balik.tables import read, type_tables

        def work() -> Any:
            os.utime(path)  # a file that has not changed would not be opened again
            data = type_tables(read(path))
            data.problems.stop_on_errors()
            return data

    work()
    return {"seconds": timed(work, repeats)}


def solve(case: str, repeats: int) -> dict[str, Any]:
    """A bundled case from its folder to a verified plan."""
    import balik

    plan = balik.solve(case)
    return {"seconds": timed(lambda: balik.solve(case), repeats), "status": plan.status}


CHILDREN: dict[str, Callable[..., dict[str, Any]]] = {
    "build": build,
    "folder": folder,
    "workbook": workbook,
    "solve": solve,
}


# -- in the parent -----------------------------------------------------------------------------------------------


def fresh(what: str, **arguments: Any) -> dict[str, Any]:
    """The answer of one child process."""
    ask = json.dumps({"what": what, **arguments})
    command = [sys.executable, "-m", "benchmarks", "--child", ask]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} {arguments}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def environment() -> dict[str, str]:
    """The child imports the same balik as we do."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def interleaved(asks: Sequence[dict[str, Any]], rounds: int) -> list[dict[str, Any]]:
    """For every ask: the median over all its repeats, and over rounds in turn, so that a busy spell hits all alike."""
    answers: list[list[dict[str, Any]]] = [[] for _ in asks]
    for _ in range(rounds):
        for ask, kept in zip(asks, answers, strict=True):
            kept.append(fresh(**ask))
    out = []
    for kept in answers:
        merged = dict(kept[0])
        merged["seconds"] = statistics.median(s for a in kept for s in a["seconds"])
        if "memory" in merged:
            merged["memory"] = statistics.median(a["memory"] for a in kept)
        out.append(merged)
    return out


def whole_process(commands: Sequence[Sequence[str]], rounds: int) -> list[float]:
    """Median wall time of whole processes, in turn."""
    seconds: list[list[float]] = [[] for _ in commands]
    for at in range(rounds + 1):
        for command, kept in zip(commands, seconds, strict=True):
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=True)
            if at:  # the first round fills the caches of the disk
                kept.append(time.perf_counter() - start)
    return [statistics.median(s) for s in seconds]


def beside_the_engine(commands: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Median wall time of processes that print the document of a solve, and of their engine, by the document."""
    whole, engine = [], []
    for command in commands:
        start = time.perf_counter()
        told = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True).stdout
        whole.append(time.perf_counter() - start)
        engine.append(json.loads(told)["seconds"]["solve"])
    return statistics.median(whole), statistics.median(engine)
