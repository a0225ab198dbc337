"""A word of which a case has no table costs it nothing: no column and no row."""

from __future__ import annotations

import pytest

from balik.api import prepare
from balik.model import SECTIONS, STATEMENTS

#: Sections, and the tables without which they have nothing to say.
NEEDS = {
    "tours": "tours", "comeback": "returns", "deposits": "deposits", "offers": "offers", "dropoff": "dropoff",
    "stock": "stores", "reserve": "stores", "processing": "processes", "setups": "processes", "siting": "sites",
    "phases": "phases", "modules": "modules", "resources": "resources", "measures": "measures", "targets": "market coverage",
    "limits": "limits", "goals": "goals", "charges": "charges", "fleets": "fleets", "vehicles": "fleets", "backhaul": "fleets tours",
}  # fmt: skip


@pytest.mark.parametrize(
    "case", ["nmc-jawa-barat", "jerigen-padang", "plastik-jabodetabek", "turki-enam-kota", "gudang-transit"]
)
def test_absent_tables_leave_no_columns_and_no_rows(case: str) -> None:
    prepared = prepare(case)
    program, there = prepared.model.program, set(prepared.tables.tables)
    section = {statement.name: statement.section for statement in STATEMENTS}
    size = {name: len(block) for name, block in program.variables.items()}
    size |= {name: len(block.rows) for name, block in program.families.items()}
    idle = {name for name in size if not set(NEEDS.get(section.get(name, ""), "").split() or there) & there}
    assert len(idle) > 5 or case == "gudang-transit"
    assert {name: size[name] for name in idle if size[name]} == {}


def test_the_sections_are_known() -> None:
    assert set(NEEDS) <= {module.__name__.rsplit(".", 1)[-1] for module in SECTIONS}
