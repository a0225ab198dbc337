"""One general solver on one MPS file, in a process of its own: `python solvers.py highs model.mps 600 1e-6`.

Imports nothing of balik, so that any Python that has the solver will do. The last line printed is the outcome as JSON:
seconds of processor time of the search alone (reading the file is not counted), status, incumbent and bound.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any


def highs(path: str, limit: float, gap: float) -> dict[str, Any]:
    """HiGHS on one thread; at the limit of processor time its last incumbent and bound."""
    import highspy

    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("mip_abs_gap", 0.0)
    h.readModel(path)
    last: dict[str, Any] = {"incumbent": None, "bound": None}

    def told(event: Any) -> None:
        last["incumbent"], last["bound"] = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound

    h.cbMipInterrupt += told
    start = time.process_time()
    thread = threading.Thread(target=h.run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.2)
        if time.process_time() - start >= limit:
            return {"cpu": time.process_time() - start, "status": "limit"} | last
    seconds, info = time.process_time() - start, h.getInfo()
    optimal = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    status = "optimal" if optimal else str(h.getModelStatus()).rsplit(".", 1)[-1]
    return {
        "cpu": seconds, "status": status, "incumbent": info.objective_function_value, "bound": info.mip_dual_bound,
        "nodes": info.mip_node_count,
    }  # fmt: skip


def scip(path: str, limit: float, gap: float) -> dict[str, Any]:
    """SCIP, which is single-threaded; its clock counts processor time."""
    from pyscipopt import Model

    model = Model()
    model.hideOutput()
    model.readProblem(path)
    model.setParam("timing/clocktype", 1)
    model.setParam("limits/time", limit)
    model.setParam("limits/gap", gap)
    start = time.process_time()
    model.optimize()
    seconds = time.process_time() - start
    status = {"optimal": "optimal", "gaplimit": "optimal", "timelimit": "limit"}.get(
        model.getStatus(), model.getStatus()
    )
    return {
        "cpu": seconds, "status": status, "bound": model.getDualbound(), "nodes": model.getNTotalNodes(),
        "incumbent": model.getObjVal() if model.getNSols() else None,
    }  # fmt: skip


def through_pulp(name: str, path: str, limit: float, gap: float) -> dict[str, Any]:
    """Any solver that PuLP knows under this name, on one thread; PuLP tells no bound short of the optimum."""
    import pulp

    solver = pulp.getSolver(name, msg=False, timeLimit=limit, gapRel=gap, threads=1)
    _, model = pulp.LpProblem.fromMPS(path)
    start = _all_time()
    model.solve(solver)
    seconds = _all_time() - start
    value = pulp.value(model.objective) if model.sol_status in (1, 2) else None
    optimal = model.sol_status == pulp.LpSolutionOptimal and seconds < limit
    return {
        "cpu": seconds,
        "status": "optimal" if optimal else "limit",
        "incumbent": value,
        "bound": value if optimal else None,
    }


def _all_time() -> float:
    """Processor time of this process and of those that it waited for."""
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


if __name__ == "__main__":
    which, file, seconds, relative = sys.argv[1:5]
    ask = {"highs": highs, "scip": scip}.get(which)
    found = (
        ask(file, float(seconds), float(relative))
        if ask
        else through_pulp(which, file, float(seconds), float(relative))
    )
    print(json.dumps(found), flush=True)
    os._exit(0)  # a search that was left running is not waited for
