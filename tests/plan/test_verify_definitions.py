"""Wildcards, nearest lanes and distances against their definitions spelled out; and how long judging takes."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balik.plan.verify import judge
from balik.plan.verify.distance import Roads
from balik.plan.verify.exact import floats
from balik.plan.verify.lanes import KEYS, Lanes
from balik.plan.verify.resolve import Resolver
from balik.plan.verify.world import NONE, World
from balik.tables import Data, read, type_tables
from plan.verifying import booked, case, laws, plan, sentences

PLACES = ["p0", "p1", "p2", "p3", "p4"]
KIND = {"p0": "x", "p1": "x", "p2": "y", "p3": "y", "p4": "y"}
GROUP = {"g": ["p0", "p2"], "h": ["p1", "p2", "p4"]}
CELL = st.sampled_from(["*", "kind:x", "kind:y", "group:g", "group:h", "", *PLACES])


def means(cell: str) -> tuple[int, list[str]]:
    if cell in ("", "*"):
        return 3, PLACES
    if cell.startswith("kind:"):
        return 2, [p for p in PLACES if KIND[p] == cell[5:]]
    return (1, GROUP[cell[6:]]) if cell.startswith("group:") else (0, [cell])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=12, unique=True))
def test_the_nearer_row_wins_as_the_contract_says(rows: list[tuple[str, str]]) -> None:
    table = "origin,dest\n" + "\n".join(f"{o},{d}" for o, d in rows)
    data = case(
        places="place,kind\n" + "\n".join(f"{p},{k}" for p, k in KIND.items()),
        groups="column,label,group\n" + "\n".join(f"place,{p},{g}" for g, ps in GROUP.items() for p in ps),
        materials="material\nm",
        lanes=table,
    )
    resolver = Resolver(World(data), "lanes", KEYS)
    one = np.zeros(1, np.int64)
    for i, origin in enumerate(PLACES):
        for j, dest in enumerate(PLACES):
            near = {
                r: (means(o)[0], means(d)[0])
                for r, (o, d) in enumerate(rows)
                if origin in means(o)[1] and dest in means(d)[1]
            }
            best = [r for r, n in near.items() if all(n[0] <= m[0] and n[1] <= m[1] for m in near.values())]
            found = int(resolver.find(origin=one + i, dest=one + j, material=one, mode=one - 1, period=one)[0])
            if len(best) == 1:  # otherwise rows tie, and the input is refused
                assert found == best[0], (origin, dest)
            elif not near:
                assert found == NONE


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 6), min_size=12, max_size=12),
    st.integers(1, 4),
    st.one_of(st.none(), st.integers(0, 6)),
    st.integers(-1, 3),
)
def test_nearest_as_the_contract_says(km: list[int], k: int, within: int | None, taken: int) -> None:
    """Three origins, four destinations; a nearer row may take the lanes to one of them."""
    pairs = {(f"a{i}", f"b{j}"): km[4 * i + j] for i in range(3) for j in range(4)}
    lanes = f"origin,dest,nearest,within\nkind:a,kind:b,{k},{'' if within is None else within}"
    if taken >= 0:
        lanes += f"\nkind:a,b{taken},,"
    data = case(
        places="place,kind\n" + "\n".join(f"{x}{i},{x}" for x, n in (("a", 3), ("b", 4)) for i in range(n)),
        materials="material\nm",
        distances="origin,dest,km\n" + "\n".join(f"{o},{d},{x}" for (o, d), x in pairs.items()),
        lanes=lanes,
    )
    world = World(data)
    kept = Lanes(world, Roads(world)).every()
    found = {
        (world.name("origin", int(o)), world.name("dest", int(d)))
        for o, d in zip(kept.codes["origin"], kept.codes["dest"], strict=True)
    }
    expected = set()
    for (o, d), x in pairs.items():
        mine = sorted(
            y for (p, q), y in pairs.items() if p == o and q != f"b{taken}" and (within is None or y <= within)
        )
        if d == f"b{taken}" or (mine and x <= mine[min(k, len(mine)) - 1] and (within is None or x <= within)):
            expected.add((o, d))
    assert found == expected


# -- speed -------------------------------------------------------------------------------------------------


def test_great_circle_by_another_formula() -> None:
    """The law of haversines gives the same to the third decimal."""
    data = case(places="place,lat,lon\nj,-6.2,106.8\nb,-6.9147,107.6098", materials="material\nm")
    roads = Roads(World(data))
    roads.detour = 1.0
    h = (
        math.sin(math.radians(-6.9147 + 6.2) / 2) ** 2
        + math.cos(math.radians(-6.2)) * math.cos(math.radians(-6.9147)) * math.sin(math.radians(0.8098) / 2) ** 2
    )
    km = roads.between(np.array([0]), np.array([1]))
    assert float(km[0]) == round(2 * 6371.0088 * math.asin(math.sqrt(h)), 3) == pytest.approx(119.53, abs=1)


def large(origins: int, dests: int, nearest: str) -> Data:
    rng = np.random.default_rng(7)
    names = [f"o{i}" for i in range(origins)] + [f"d{i}" for i in range(dests)]
    tables = {
        "places": {
            "place": names,
            "kind": ["o"] * origins + ["d"] * dests,
            "lat": rng.uniform(-8, -6, len(names)).tolist(),
            "lon": rng.uniform(105, 112, len(names)).tolist(),
        },
        "materials": {"material": ["m"]},
        "modes": {"mode": ["truk"], "payload": [1000], "full_rate": [2], "empty_rate": [3]},
        "lanes": {"origin": ["kind:o"], "dest": ["kind:d"], "mode": ["truk"], "nearest": [nearest]},
        "supply": {"place": ["kind:o"], "material": ["m"]},
        "demand": {"place": ["kind:d"], "material": ["m"]},
        "sites": {"place": ["kind:d"], "capacity": [1e9]},
    }
    data = type_tables(read(tables, settings={"title": "large", "distance": {"detour": 1.3}}))
    assert not data.problems.errors
    return data


@pytest.mark.parametrize("nearest", ["", "1"])
def test_many_wildcard_lanes_cost_little(nearest: str) -> None:
    """300,000 lanes by one row, 1,000 flows: judged in well under two seconds."""
    data = large(1000, 300, nearest)
    world = World(data)
    roads = Roads(world)
    km = np.stack([floats(roads.between(np.arange(1000), np.full(1000, 1000 + d))) for d in range(300)])
    dest = km.argmin(0)
    columns = [f"o{i},d{d}" for i, d in enumerate(dest)]
    flow = "origin,dest,material,mode,period,amount\n" + "\n".join(f"{c},m,truk,1,500" for c in columns)
    ways = zip(columns, km.min(0), strict=True)
    trips = "origin,dest,mode,period,trips,km\n" + "\n".join(f"{c},truk,1,0.5,{x!r}" for c, x in ways)
    into = np.bincount(dest, minlength=300) * 500.0
    used = [d for d in range(300) if into[d]]
    done = plan(
        flow=flow,
        trips=trips.replace("np.float64(", "").replace(")", ""),
        collect="place,material,period,amount\n" + "\n".join(f"o{i},m,1,500" for i in range(1000)),
        deliver="place,material,period,amount\n" + "\n".join(f"d{d},m,1,{into[d]}" for d in used),
        open="place,size\n" + "\n".join(f"d{d},-" for d in used),
    )
    done = booked(data, done)
    start = time.perf_counter()
    found = judge(data, done)
    seconds = time.perf_counter() - start
    assert found.ok, sentences(found)[:500]
    assert seconds < 2
    done["flow"]["dest"][0] = f"d{(dest[0] + 1) % 300}"
    broken = judge(data, done)
    assert ("lane" in laws(broken)) == (nearest == "1")
