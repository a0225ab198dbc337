"""What the library knows: `index.csv`, one row an instance, and a file of its best plan for each."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from .plans import Plan

HERE = Path(__file__).parent
#: Relative gap at which an instance counts as proven.
PROVEN = 1e-8
#: By how much, relative to max(1, |cost|), a plan or bound must be better to replace one.
_BETTER = 1e-9


@dataclass(frozen=True)
class Record:
    """A row of the index. `plan_by`, `bound_by`: who found the plan and who proved the bound, with what, and when.

    `certificate`: file that shows that no plan costs less than `shown`; `how` it does: by the whole `tree` that the bound
    takes, by `part` of one, or by its `root`. Without a file the bound is a `claim`.
    """

    name: str
    family: str
    recipe: str
    size: str
    sha256: str
    cost: float
    bound: float
    plan_by: str
    bound_by: str
    certificate: str = ""
    how: str = "claim"
    shown: float = -math.inf

    @property
    def gap(self) -> float:
        """Relative to max(1, |cost|)."""
        return max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))

    @property
    def status(self) -> str:
        """proven: the plan is optimal within the gap; open: a better plan may exist, within the gap that is stated."""
        return "proven" if self.gap <= PROVEN else "open"


_COLUMNS = ("name", "family", "recipe", "size", "sha256", "cost", "bound", "gap", "status", "plan_by", "bound_by", "how", "shown",
            "certificate")  # fmt: skip
_NUMBERS = ("cost", "bound", "shown")


def read(folder: Path = HERE) -> dict[str, Record]:
    """The index by name."""
    file = folder / "index.csv"
    if not file.is_file():
        return {}
    names = {f.name for f in fields(Record)}
    with file.open(newline="", encoding="utf-8") as stream:
        rows = [{k: v for k, v in row.items() if k in names} for row in csv.DictReader(stream)]
    return {r["name"]: Record(**r | {k: float(r[k] or -math.inf) for k in _NUMBERS}) for r in rows}  # type: ignore[arg-type]


def write(records: dict[str, Record], order: list[str], folder: Path = HERE) -> None:
    """Write the index in an order of names."""
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(_COLUMNS)
        for r in (records[name] for name in order if name in records):
            told = {k: "" if math.isinf(getattr(r, k)) else repr(getattr(r, k)) for k in _NUMBERS}
            row = asdict(r) | told | {"gap": f"{r.gap:.2e}", "status": r.status}
            out.writerow([row[c] for c in _COLUMNS])


def read_plan(name: str, folder: Path = HERE) -> Plan:
    """The best plan of an instance."""
    told = json.loads((folder / "plans" / f"{name}.json").read_text(encoding="utf-8"))
    return {k: v for k, v in told.items() if k not in ("name", "cost")}


def write_plan(name: str, cost: float, plan: Plan, folder: Path = HERE) -> None:
    """Write a plan, a line for each list."""
    lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in ({"name": name, "cost": cost} | plan).items()]
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    (folder / "plans" / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def is_better(new: float, old: float) -> bool:
    """Whether a cost is lower than another by more than rounding (for bounds: swap the two)."""
    return new < old - _BETTER * max(1.0, abs(old))
