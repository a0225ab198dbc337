"""Whatever stands in a cell that names labels: a told problem, or a plan that the verifier accepts; never anything else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

import balik
from balik.api import options_of, prepare_tables, solve_prepared
from balik.errors import BalikError, Problems
from balik.schema import INPUT
from balik.schema.schema import Column
from balik.tables import Tables, read, type_tables
from balik.tables.table import Source, Table

#: How many cells are tried every day; of every column and form in the whole sweep.
SAMPLE = 40
GROUPED = ("place", "material", "period", "mode", "process", "size")
#: Tables that say nothing of the case as it stands.
_ASIDE = ("expected", "changes", "scenarios")


def grouped(case: str) -> tuple[Tables, dict[str, list[str]]]:
    """A bundled case with a group of one label of every dimension, and the labels of each."""
    base = read(case)
    data = type_tables(replace(base, problems=Problems()))
    labels = {d: [label for label in known if label] for d, known in data.labels.items()}
    labels["kind"] = [f"kind:{kind}" for kind in data.kinds]
    rows = [(d, labels[d][0], "some") for d in GROUPED if labels.get(d)]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(("column", "label", "group"))}
    none = np.zeros(len(rows), np.int64)
    fresh = Table("groups", columns, (Source("groups.csv"),), none, none)
    known = base.tables.get("groups")
    groups = fresh if known is None else known.append(fresh)
    return replace(base, tables={**base.tables, "groups": groups}, problems=Problems()), labels


def forms(labels: dict[str, list[str]]) -> list[str]:
    """Every form of a selector, and the first and last label of every dimension: most are wrong wherever they stand."""
    ends = [label for known in labels.values() for label in (known[:1] + known[-1:])]
    words = ["", "*", "each", "default", "-", "kind:", "group:", "kind:none", "group:none", "group:some", "nobody"]
    return list(dict.fromkeys([*words, *ends]))


def is_about_labels(column: Column) -> bool:
    """Whether the column names labels, or what they are."""
    named = column.role in ("key", "scope") or column.kind in ("ref", "label", "own")
    return not column.is_number and (named or (column.kind == "text" and column.name not in ("name", "note", "source")))


def changed(tables: Tables, labels: dict[str, list[str]]) -> Iterator[tuple[str, Tables]]:
    """The case with one form in the first, the last or every cell of a column."""
    for name, table in tables.tables.items():
        if name in _ASIDE or name not in INPUT:
            continue
        for column in filter(is_about_labels, INPUT[name].columns.values()):
            here = list(table.columns.get(column.name) or [""] * len(table))
            for form in forms(labels):
                ways = {"first": [form, *here[1:]], "last": [*here[:-1], form], "every": [form] * len(here)}
                for way, cells in ways.items():
                    if cells != here:
                        kept = {**tables.tables, name: table.with_column(column.name, cells)}
                        yield f"{name}.{column.name} {way} {form!r}", replace(tables, tables=kept, problems=Problems())


def hold(where: str, tables: Tables) -> None:
    try:
        prepared = prepare_tables(tables)
    except BalikError:
        return  # it is told
    plan, _ = solve_prepared(prepared, replace(options_of(tables), time_limit=10.0, gap=1e-3))
    assert not plan.broken, (where, plan.broken[:2])


@pytest.mark.parametrize("case", ["lingkar-pembongkar", "gudang-transit"])
def test_a_sample_of_cells(case: str) -> None:
    every = list(changed(*grouped(case)))
    for where, tables in random.Random(7).sample(every, SAMPLE // 2):
        hold(where, tables)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["lingkar-pembongkar", "gudang-transit", "turki-enam-kota", "weee-dua-target"])
def test_every_cell(case: str) -> None:
    for where, tables in changed(*grouped(case)):
        hold(where, tables)


@pytest.mark.parametrize("table", ["resources", "sites"])
def test_a_kind_is_no_size(table: str) -> None:
    """Kinds are of places; taken for sizes they once stood for whatever size had the number of such a place."""
    found = balik.check("lingkar-pembongkar", set=[f"{table}.size = kind:gudang"])
    assert {(problem.code, problem.column) for problem in found} == {("E201", "size")}
    assert found[0].found == "'kind:gudang' cannot stand in size."
