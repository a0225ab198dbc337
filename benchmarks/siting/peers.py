"""The general solvers that users have, each on the compact models, timed by the processor seconds of their process.

CBC is the program that comes with PuLP, called on an MPS file that HiGHS writes, which favours it: PuLP takes longer to
write the model than CBC to read it. All peers get the same file, one thread, the same relative gap and 600 s.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting

from .models import compact

LIMIT = 600.0  # processor seconds
GAP = 1e-6
#: Seconds over the limit after which the system ends a peer that does not stop by itself.
GRACE = 60
#: Commercial solvers by the name that PuLP has for them.
COMMERCIAL = {"gurobi": "GUROBI_CMD", "cplex": "CPLEX_CMD"}
PEERS = ("cbc", "highs", "scip")
_SOLVERS = Path(__file__).with_name("solvers.py")


def available(peer: str) -> bool:
    """Whether this machine has the peer."""
    if peer == "scip":
        return _scip_python() is not None
    if peer in COMMERCIAL:
        import pulp

        return COMMERCIAL[peer] in pulp.listSolvers(onlyAvailable=True)
    return peer == "highs" or (peer == "cbc" and _cbc() is not None)


def run(p: Siting | TwoEchelon, peer: str, form: str, limit: float = LIMIT) -> dict[str, Any]:
    """Solve a problem: processor seconds, status (`optimal` or `limit`), incumbent and bound."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "model.mps"
        compact(p, form).write(path)
        found = _cbc_run(path, limit) if peer == "cbc" else _python_run(peer, path, limit)
    for key in ("incumbent", "bound"):
        value = found.get(key)
        found[key] = value if value is not None and math.isfinite(value) and abs(value) < 1e19 else None
    found["cpu"] = round(found["cpu"], 2)
    return found


def version(peer: str) -> str:
    """The version of a peer, as far as it tells."""
    if peer == "highs":
        import highspy

        return str(highspy.Highs().version())
    if peer == "cbc":
        text = subprocess.run([str(_cbc()), "-quit"], capture_output=True, text=True, check=False).stdout
        found = re.search(r"Version: (\S+)", text)
        return found.group(1) if found else ""
    if peer == "scip":
        ask = "import pyscipopt as s; print(s.Model().version(), s.__version__)"
        return subprocess.run(
            [str(_scip_python()), "-c", ask], capture_output=True, text=True, check=False
        ).stdout.strip()
    return ""


def _python_run(peer: str, path: Path, limit: float) -> dict[str, Any]:
    python = _scip_python() if peer == "scip" else sys.executable
    command = [str(python), str(_SOLVERS), COMMERCIAL.get(peer, peer), str(path), str(limit), str(GAP)]
    done = _limited(command, limit, path.parent)
    if done.returncode:
        if done.returncode < 0:  # ended by the system: it did not look at its clock, or ran out of memory
            return {"cpu": limit, "status": "limit"}
        raise RuntimeError(f"{peer}:\n{done.stdout}")
    return json.loads(done.stdout.splitlines()[-1])


def _cbc_run(path: Path, limit: float) -> dict[str, Any]:
    """CBC; its processor time is that of the whole process, reading the file included (well under a second)."""
    command = [str(_cbc()), str(path), "-timeMode", "cpu", "-sec", str(limit), "-ratio", str(GAP), "-solve", "-quit"]
    before = os.times()
    done = _limited(command, limit, path.parent)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"cpu": min(cpu, limit)} | read_cbc(done.stdout)


def read_cbc(log: str) -> dict[str, Any]:
    """Status, incumbent and bound as CBC prints them; where it was ended, those of its last line of progress."""

    def last(pattern: str) -> float | None:
        found = re.findall(pattern, log)
        return float(found[-1]) if found else None

    number = r"(-?[\d.]+(?:[eE][+-]?\d+)?)"
    incumbent = last(rf"Objective value:\s+{number}")
    nodes = last(r"Enumerated nodes:\s+(\d+)")
    if "Result - Optimal solution found" in log and "within gap tolerance" not in log:
        return {"status": "optimal", "incumbent": incumbent, "bound": incumbent, "nodes": nodes}
    bound = last(rf"Lower bound:\s+{number}")
    if "within gap tolerance" in log:
        return {"status": "optimal", "incumbent": incumbent, "bound": bound or incumbent, "nodes": nodes}
    incumbent, progress = incumbent or last(rf"{number} best solution"), last(rf"best possible {number}")
    if incumbent is not None:
        bound = bound or progress or last(rf"Continuous objective value is {number}")
    else:
        bound = progress  # ended in its relaxation, whose value then bounds nothing
    return {
        "status": "limit",
        "incumbent": incumbent,
        "bound": bound,
        "nodes": nodes,
    }


def _limited(command: list[str], limit: float, place: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that the system ends some time after the limit of processor time."""
    guard = ["sh", "-c", f'ulimit -t {math.ceil(limit) + GRACE}; exec "$@"', "sh"] if os.name == "posix" else []
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [*guard, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=place,
        env=environment,
    )  # fmt: skip


def _cbc() -> str | None:
    """The program of CBC that PuLP brings, or one on the path."""
    if importlib.util.find_spec("pulp"):
        import pulp

        solver = pulp.PULP_CBC_CMD(msg=False)
        if solver.available():
            return str(solver.path)
    return shutil.which("cbc")


def _scip_python() -> str | None:
    """A Python that has PySCIPOpt: this one, or the one that BALIK_SCIP_PYTHON names."""
    if importlib.util.find_spec("pyscipopt"):
        return sys.executable
    return os.environ.get("BALIK_SCIP_PYTHON")
