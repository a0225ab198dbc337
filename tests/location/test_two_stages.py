"""Two echelons of sites are recognised for what they are, with the same optimum; what is none is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from balik.algebra import Arrays
from balik.api import prepare, solve
from balik.engines import Options, run_highs
from balik.location.echelons.problem import TwoEchelon
from balik.location.engine import run_recognised
from balik.location.problem import CLOSED, FREE, OPEN
from balik.location.recognise import Recognised, recognise

#: What the cases have beside lanes, sites and fees.
KINDS = ("by_material", "one_material", "works", "bulk", "status", "missing", "rates", "sorted")
#: What a case may have on top.
SHAPES = ("shared", "optional", "some", "count", "kinds", "sizes", "closing", "periods", "least")
#: What makes a case one that two echelons do not say, at least where it binds.
SPOILS = (
    "total", "bypass", "dump", "outlet", "departing", "lane", "both", "pays", "collect", "few",
)  # fmt: skip

EXACT = Options(gap=1e-9, prices=False, threads=1)


class _Case:
    """Tables that grow by rows."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **cells: Any) -> None:
        self.rows.setdefault(table, []).append(cells)

    def tables(self) -> dict[str, dict[str, list[Any]]]:
        out = {}
        for table, rows in self.rows.items():
            names = dict.fromkeys(name for row in rows for name in row)
            out[table] = {name: [row.get(name, "") for row in rows] for name in names}
        return out


SETTINGS: dict[str, Any] = {"title": "two echelons", "finance": {"one_off": "once"}}


def two_stages(kind: str, seed: int, spoil: str = "", periods: bool = False) -> Arrays:
    """The program of a random case."""
    tables = tables_of(kind, seed, spoil, periods)
    return prepare(tables, settings=SETTINGS).model.program.arrays()


def tables_of(
    kind: str, seed: int, spoil: str, periods: bool = False, customers: int = 7, depots: int = 4, plants: int = 3
) -> dict[str, dict[str, list[Any]]]:
    """A random case: customers give, depots pass on, plants take."""
    g = np.random.default_rng([KINDS.index(kind), seed])
    c = _Case()
    materials = ["tin"] if kind == "one_material" else ["tin", "box"]
    a, b, p = ([f"{x}{k}" for k in range(n)] for x, n in (("c", customers), ("d", depots), ("p", plants)))
    for place, what in [*((q, "customer") for q in a), *((q, "depot") for q in b), *((q, "plant") for q in p)]:
        c.add("places", place=place, kind=what)
    c.add("places", place="end", kind="end")
    for m in [*materials, *(["sorted-" + m for m in materials] if kind == "sorted" else [])]:
        c.add("materials", material=m)
    amount = {(q, m): int(g.integers(5, 36)) for q in a for m in materials}
    total = {m: sum(v for (_, n), v in amount.items() if n == m) for m in materials}
    for (q, m), v in amount.items():
        cells: dict[str, Any] = {"amount": v}
        if spoil in ("optional", "collect"):
            cells = {"least": 0, "most": v, "price": float(g.integers(-2, 4)), "left_cost": float(g.integers(8, 16))}
        elif spoil == "some":
            cells = {"least": int(0.4 * v), "most": v, "left_cost": float(g.integers(5, 20))}
        c.add("supply", place=q, material=m, **cells)
    onward = {m: m for m in materials}
    if kind == "bulk":
        onward = dict.fromkeys(materials, "bulk")
        c.add("materials", material="bulk")
    elif kind == "sorted":
        onward = {m: "sorted-" + m for m in materials}
    for m in materials:
        for q in b:
            if kind in ("bulk", "sorted"):
                _works(c, q, m, onward[m], 1.0 if kind == "bulk" else 0.9)
    _lanes(c, g, kind, a, b, p, materials, onward)
    _behind(c, g, kind, p, onward, total, spoil)
    _sites(c, g, kind, b, p, total, onward, spoil)
    _spoilt(c, spoil, a, b, p, materials, onward, total)
    if spoil == "periods" or periods:
        _in_periods(c, g)
    return c.tables()


def _in_periods(c: _Case, g: np.random.Generator) -> None:
    """Amounts differ from period to period, and so may what a site holds; sites stay what they are."""
    c.add("periods", period="dry", length=1, repeats=1)
    c.add("periods", period="wet", length=float(g.integers(1, 3)), repeats=2)
    for table in ("supply", "limits"):
        for row in c.rows.pop(table, []):
            if row.get("quantity") in ("open", "collect"):
                c.add(table, **row)
                continue
            for period, low in (("dry", 0.6), ("wet", 0.3)):
                part = g.uniform(low, 1.0)
                cells = {x: int(np.ceil(row[x] * part)) for x in ("amount", "least", "most") if x in row}
                name = {"limit": f"{row['limit']} {period}"} if table == "limits" else {}
                c.add(table, **row | cells | name | {"period": period})


def _works(c: _Case, place: str, take: str, make: str, rate: float) -> None:
    c.add("processes", process=f"work-{take}", place=place, cost=0.5)
    if not any(row["process"] == f"work-{take}" for row in c.rows.get("recipes", [])):
        c.add("recipes", process=f"work-{take}", material=take, rate=-1)
        c.add("recipes", process=f"work-{take}", material=make, rate=rate)


def _lanes(
    c: _Case, g: np.random.Generator, kind: str, a: list[str], b: list[str], p: list[str], materials: list[str],
    onward: dict[str, str],
) -> None:  # fmt: skip
    def fee(low: float, high: float) -> float:
        return float(np.round(g.uniform(low, high), 2))

    for m in materials:
        for q in a:
            for d in b:
                if kind != "missing" or g.uniform() < 0.7 or d == b[0]:
                    c.add("lanes", origin=q, dest=d, material=m, fee=fee(1, 10))
    for m in dict.fromkeys(onward.values()):
        for d in b:
            for i in p:
                if kind != "missing" or g.uniform() < 0.7 or i == p[0]:
                    c.add("lanes", origin=d, dest=i, material=m, fee=fee(1, 8))


def _behind(
    c: _Case, g: np.random.Generator, kind: str, p: list[str], onward: dict[str, str], total: dict[str, int], spoil: str
) -> None:
    """Plants hand over what comes to them, or make something of it; by material no more than they can."""
    sum_of: dict[str, float] = {}
    for m, n in onward.items():
        sum_of[n] = sum_of.get(n, 0.0) + total[m]
    for n, t in sum_of.items():
        for k, i in enumerate(p):
            most = int(t * g.uniform(0.4, 0.8)) + (int(t) if k == 0 else 0)
            if kind == "works":
                c.add("processes", process=f"melt-{n}", place=i, cost=1.5, most=most)
                continue
            c.add("demand", place=i, material=n, price=float(k), most="" if kind in ("one_material", "rates") else most)
            if spoil == "outlet":
                c.add("lanes", origin=i, dest="end", material=n, fee=3)
        if spoil == "outlet" and kind != "works":
            c.add("demand", place="end", material=n, price=1, most="")
    if kind == "works":
        for n in sum_of:
            c.add("materials", material=f"ingot-{n}")
            c.add("recipes", process=f"melt-{n}", material=n, rate=-1)
            c.add("recipes", process=f"melt-{n}", material=f"ingot-{n}", rate=0.8)
            c.add("demand", place="end", material=f"ingot-{n}", price=4, most="")
            for i in p:
                c.add("lanes", origin=i, dest="end", material=f"ingot-{n}", fee=float(g.integers(1, 4)))


def _sites(
    c: _Case, g: np.random.Generator, kind: str, b: list[str], p: list[str], total: dict[str, int],
    onward: dict[str, str], spoil: str,
) -> None:  # fmt: skip
    every = sum(total.values())
    for group in (b, p):
        for k, q in enumerate(group):
            cells: dict[str, Any] = {"place": q, "running_cost": float(g.integers(60, 300))}
            if kind in ("one_material", "bulk") or spoil == "shared":
                cells["capacity"] = int(every * g.uniform(0.4, 0.7)) + (every if k == 0 else 0)
            if kind == "status":
                cells["status"] = ("existing", "open", "closed", "candidate")[k % 4] if group is b else "candidate"
            if kind == "rates":
                cells["unit_cost"] = float(g.integers(0, 3))
            if spoil == "least":
                cells["least"] = int(min(every * g.uniform(0.1, 0.6), cells.get("capacity", every)))
            c.add("sites", **cells)
            if spoil == "closing" and k % 2:
                c.rows["sites"][-1] |= {"status": "existing", "closing_cost": float(g.integers(20, 200))}
            if spoil == "sizes" and (group is p or k < 2):
                cells |= {"size": "large", "running_cost": cells["running_cost"] + float(g.integers(20, 120))}
                cells |= {"unit_cost": float(g.integers(0, 2))}
                if "capacity" in cells:
                    cells["capacity"] = 1.5 * cells["capacity"]
                c.rows["sites"][-1]["size"] = "small"
                c.add("sites", **cells)
            if kind in ("by_material", "works", "sorted", "status") and group is b:
                for m in total:
                    most = int(total[m] * g.uniform(0.3, 0.6)) + (total[m] if k == 0 else 0)
                    c.add("limits", limit=f"{q} {m}", quantity="flow", dest=q, material=m, most=most)


def _spoilt(
    c: _Case, spoil: str, a: list[str], b: list[str], p: list[str], materials: list[str], onward: dict[str, str],
    total: dict[str, int],
) -> None:  # fmt: skip
    first = materials[0]
    if spoil == "total":
        half = int(0.5 * total[first])
        c.add("limits", limit="few", quantity="flow", dest=p[1], material="", most=half)
        c.add("limits", limit="half", quantity="flow", dest=b[1], material=first, most=half // 2)
        c.add("limits", limit="half", quantity="flow", dest=b[2], material=first)
    if spoil == "bypass":
        c.add("lanes", origin=a[0], dest=p[0], material=first, fee=2)
    if spoil == "dump":
        c.add("demand", place=b[1], material=first, price=-6, most=9)
    if spoil == "count":
        c.add("limits", limit="n", quantity="open", most=4)
    if spoil == "kinds":
        c.add("limits", limit="depots", quantity="open", kind="depot", least=2, most=3)
        c.add("limits", limit="plants", quantity="open", kind="plant", most=1 + len(p) // 2)
    if spoil == "few":
        c.add("limits", limit="two of three", quantity="open", place=p[1])
        c.add("limits", limit="two of three", quantity="open", place=p[0], most=1)
    if spoil == "collect":
        c.add("limits", limit="no more", quantity="collect", material=first, most=int(0.6 * total[first]))
    if spoil == "departing":
        c.add("limits", limit="out", quantity="flow", origin=b[0], material=onward[first], most=int(0.6 * total[first]))
    if spoil == "lane":
        c.rows["lanes"][0]["most"] = 2
    if spoil == "both":
        c.add("lanes", origin=b[0], dest=b[1], material=first, fee=0.5)
    if spoil == "pays":
        c.add("supply", place=b[0], material=first, least=0, most=20, price=-12)


def _optimum(a: Arrays, found: Recognised) -> None:
    whole, ours = run_highs(a, EXACT), run_recognised(a, found, EXACT, 0.0)
    assert whole.status == ours.status
    assert not ours.notes, ours.notes
    if whole.objective is not None:
        assert ours.objective == pytest.approx(whole.objective, rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", KINDS)
def test_two_echelons_are_recognised_with_their_optimum(kind: str, seed: int) -> None:
    a = two_stages(kind, seed)
    found = recognise(a)
    assert isinstance(found, Recognised), found
    assert isinstance(found.siting, TwoEchelon)
    _optimum(a, found)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_two_echelons_are_recognised_with_their_optimum(shape: str) -> None:
    for kind in ("by_material", "works", "bulk"):
        _of_shape(kind, shape, 0)


def _of_shape(kind: str, shape: str, seed: int) -> None:
    a = two_stages(kind, seed, shape)
    found = recognise(a)
    assert isinstance(found, Recognised), found
    assert isinstance(found.siting, TwoEchelon)
    _optimum(a, found)


@pytest.mark.parametrize("shape", SHAPES)
def test_plans_of_shapes_pass_the_verifier_and_cost_what_highs_finds(shape: str) -> None:
    tables = tables_of("bulk", 1, shape)
    plan = solve(tables, engine="siting", settings=SETTINGS)
    assert plan.verified and plan.status == "optimal", plan.broken
    assert plan.facts["options"]["picked"] == "siting"
    assert plan.cost == pytest.approx(solve(tables, engine="highs", settings=SETTINGS).cost, rel=1e-6, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_many_shapes_of_two_echelons_have_their_optimum(kind: str, shape: str) -> None:
    for seed in range(1, 13):
        _of_shape(kind, shape, seed)


def test_the_shapes_are_in_the_arrays() -> None:
    def of(shape: str, kind: str = "by_material") -> TwoEchelon:
        found = recognise(two_stages(kind, 0, shape))
        assert isinstance(found, Recognised) and isinstance(found.siting, TwoEchelon)
        return found.siting

    assert of("sizes").plant_place.tolist() != list(range(6)) and of("sizes").plants == 6 and of("sizes").depots == 6
    assert len(np.unique(of("sizes").place)) == 7
    assert of("kinds").least_open.tolist() == [0.0, 2.0] and of("kinds").most_open.tolist() == [2.0, 3.0, np.inf]
    assert of("count").most_open.tolist() == [np.inf, np.inf, 4.0]
    assert np.isfinite(of("shared").plant_room).any() and np.isfinite(of("shared").depot_room).any()
    assert of("optional").plants == 4 and of("optional").plant_state.tolist() == [FREE, FREE, FREE, OPEN]
    assert of("some").customers == 14


def _refused_or_alike(kind: str, spoil: str, seed: int, periods: bool = False) -> bool:
    a = two_stages(kind, seed, spoil, periods)
    found = recognise(a)
    if isinstance(found, Recognised):
        _optimum(a, found)
    return isinstance(found, Recognised)


@pytest.mark.parametrize("spoil", SPOILS)
def test_what_spoils_two_echelons_is_refused_or_does_not_matter(spoil: str) -> None:
    for kind in ("by_material", "one_material", "works"):
        _refused_or_alike(kind, spoil, 0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_two_echelons_are_refused_or_have_their_optimum(kind: str) -> None:
    seen = [_refused_or_alike(kind, spoil, seed) for seed in range(2, 14) for spoil in ("", *SPOILS)]
    assert any(seen) and not all(seen)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_two_echelons_in_periods_are_refused_or_have_their_optimum(kind: str) -> None:
    every = [(spoil, seed) for seed in range(14, 17) for spoil in (*SHAPES, *SPOILS) if spoil != "periods"]
    seen = [_refused_or_alike(kind, spoil, seed, periods=True) for spoil, seed in every]
    assert any(seen) and not all(seen)


def test_arrays_are_those_of_the_tables() -> None:
    found = recognise(two_stages("status", 3))
    assert isinstance(found, Recognised) and isinstance(found.siting, TwoEchelon)
    p = found.siting
    assert p.depot_state.tolist() == [FREE, OPEN, CLOSED, FREE]
    assert (p.materials, p.plants, p.depots, p.customers) == (2, 3, 4, 7)
    assert found.complete


def test_a_lane_that_is_missing_is_told() -> None:
    found = recognise(two_stages("missing", 0))
    assert isinstance(found, Recognised) and not found.complete
