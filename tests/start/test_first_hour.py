"""The synthetic case: its lists are what the script writes, its tables what `new --from` makes of them."""

from __future__ import annotations

import csv
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

import balik
from balik.plan.plan import Plan
from twins.rawcases import CASES, rows

ROOT = CASES.parent
CASE = CASES / "first-hour"
LISTS = ("pengiriman.csv", "tarif.csv", "lokasi.csv", "tagihan.csv")


@cache
def plan(fix: str | None) -> Plan:
    """Today's plan, or the cheapest."""
    return balik.solve("first-hour", fix=fix)


def test_the_script_writes_the_lists(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "tools" / "make_first_hour.py"), str(tmp_path)], check=True)
    for path in sorted((CASE / "source").iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_lists_make_the_case(tmp_path: Path) -> None:
    made = tmp_path / "first-hour"
    balik.new(made, files=[CASE / "source" / name for name in LISTS], map=CASE / "source" / "peta.toml")
    written = sorted(path.name for path in made.iterdir() if path.name != "COLUMNS.md")
    kept = sorted(path.name for path in CASE.iterdir() if path.is_file())
    assert kept == sorted([*written, "README.md", "expected.csv"])
    for name in written:
        assert (made / name).read_text(encoding="utf-8") == (CASE / name).read_text(encoding="utf-8"), name


def test_no_amount_is_lost() -> None:
    with (CASE / "source" / "pengiriman.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = [row for row in csv.reader(file, delimiter=";") if len(row) > 6 and row[2].startswith("SJ-")]
    listed = sum(Fraction(row[6].replace(".", "").replace(",", ".")) for row in lines)
    assert len(lines) == 1875
    assert sum(Fraction(row["amount"]) for row in rows("first-hour", "baseline")) == listed
    collected = sum(Fraction(row["amount"]) for row in rows("first-hour", "supply"))
    assert collected == sum(Fraction(row["amount"]) for row in rows("first-hour", "demand")) == listed / 2


def test_today_has_the_flows_of_the_list_and_the_invoices_are_3_per_cent_above() -> None:
    today = plan("baseline")
    assert today.status == "optimal" and today.verified and today.accounts is not None
    keys = ("origin", "dest", "material", "mode", "period")
    flow = today.columns["flow"]
    ours = {tuple(map(str, key)): amount for *key, amount in zip(*(flow[k] for k in (*keys, "amount")), strict=True)}
    listed = {tuple(row[k] for k in keys): float(row["amount"]) for row in rows("first-hour", "baseline")}
    assert ours == pytest.approx(listed, rel=1e-9)
    invoiced = {row["account"]: float(row["amount"]) for row in rows("first-hour", "invoices")}
    assert invoiced["transport"] / today.accounts["transport"] == pytest.approx(1.03, rel=1e-6)
    assert invoiced["running"] == today.accounts["running"]


def test_the_cheapest_plan_saves_something_sensible() -> None:
    today, best = plan("baseline").cost, plan(None).cost
    assert today is not None and best is not None
    assert 0.05 < 1 - best / today < 0.20
    assert plan(None).used == ["Gudang Cimahi", "Gudang Garut", "Gudang Cileunyi"]
