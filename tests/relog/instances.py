"""Small instances in the form of RELOG, written here: of known cost, and drawn by chance."""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

_PLACES = {
    "Chicago": (41.881944, -87.627778),
    "Darien": (41.745556, -87.981111),
    "Westmont": (41.794444, -87.976389),
    "Milwaukee": (43.05, -87.95),
    "Lemont": (41.668784, -87.988845),
    "Greendale": (42.9375, -87.996944),
}


def at(lat: float, lon: float) -> Json:
    """Coordinates."""
    return {"latitude (deg)": lat, "longitude (deg)": lon}


def costs(opening: Any, fixed: Any, variable: Any) -> Json:
    """The costs of a capacity."""
    return {
        "opening cost ($)": opening,
        "fixed operating cost ($)": fixed,
        "variable operating cost ($/tonne)": variable,
    }


def lead_acid() -> Json:
    """Lead-acid batteries in six towns (ANL-CEEESA/RELOG, an early release, `instances/samples/s2.json`; figures only)."""

    def kind(takes: str, gives: Json, **where: tuple[float, float, float]) -> Json:
        locations = {
            town: at(*_PLACES[town]) | {"capacities (tonne)": {"1e6": costs([o], [f], [v])}}
            for town, (v, f, o) in where.items()
        }
        return {"input": takes, "outputs (tonne/tonne)": gives, "locations": locations}

    carry = {"battery": 0.0015, "lead": 0.0015, "ingot": 0.0017, "casing": 0.0023, "pellet": 0.002}
    products: Json = {name: {"transportation cost ($/km/tonne)": [rate]} for name, rate in carry.items()}
    amounts = {"Chicago": 175000, "Darien": 30000, "Westmont": 25000, "Milwaukee": 120000}
    products["battery"]["initial amounts"] = {
        town: at(*_PLACES[town]) | {"amount (tonne)": [amount]} for town, amount in amounts.items()
    }
    due = (1000, 10000)
    return {
        "parameters": {"time horizon (years)": 1},
        "products": products,
        "plants": {
            "disassembly": kind("battery", {"lead": 0.6, "casing": 0.05}, Darien=(0.12, *due), Lemont=(0.15, *due),
                                Greendale=(0.18, *due)),
            "plastic recycling": kind("casing", {"pellet": 0.9}, Milwaukee=(0.08, *due), Chicago=(0.1, *due)),
            "lead recycling": kind("lead", {"ingot": 0.9}, Milwaukee=(0.2, *due)),
            "lead sales": kind("ingot", {}, Chicago=(-1.5, *due), Milwaukee=(-2.75, 0, 0)),
            "plastic sales": kind("pellet", {}, Chicago=(-0.5, 0, 0), Milwaukee=(-0.62, 0, 0)),
        },
    }  # fmt: skip


def one_plant(amounts: list[float], capacities: Json, **more: Any) -> Json:
    """A source and a plant on one spot, release 0.5: no transport."""
    return {
        "parameters": {"time horizon (years)": len(amounts), **more.pop("parameters", {})},
        "products": {
            "waste": {
                "transportation cost ($/km/tonne)": [0.01] * len(amounts),
                "initial amounts": {"town": at(0, 0) | {"amount (tonne)": amounts}},
                **more.pop("product", {}),
            },
            "metal": {"transportation cost ($/km/tonne)": [0.01] * len(amounts)},
        },
        "plants": {
            "plant": {
                "input": "waste",
                **more.pop("plant", {}),
                "locations": {"here": at(0, 0) | {"capacities (tonne)": capacities} | more},
            }
        },
    }


def storage() -> Json:
    """A store before a plant (ANL-CEEESA/RELOG 0.5.2, `test/fixtures/storage.json`; figures only)."""
    kept = {"cost ($/tonne)": [2.0, 1.5, 1.0], "limit (tonne)": 50.0}
    return one_plant([100.0, 0.0, 0.0], {"100": costs([0.0] * 3, [0.0] * 3, [10.0, 5.0, 2.0])}, storage=kept)


def drawn_old(seed: int) -> Json:
    """An instance of release 0.5 by chance: two kinds of plants, storage, sizes, disposal, several years."""
    draw = Random(seed)
    years = draw.choice([1, 2, 3])

    def each(low: float, high: float) -> list[float]:
        return [round(draw.uniform(low, high), 2) for _ in range(years)]

    def spot() -> Json:
        return at(round(draw.uniform(40, 42), 3), round(draw.uniform(-88, -86), 3))

    def location(product: str | None) -> Json:
        opening, fixed, variable = each(50, 200), each(5, 30), each(1, 9)
        sizes = {"60": costs(opening, fixed, variable)}
        if draw.random() < 0.7:
            sizes["150"] = costs([o + 90 * s for o, s in zip(opening, each(0.3, 2), strict=True)],
                                 [f + 90 * s for f, s in zip(fixed, each(-0.1, 0.4), strict=True)], variable)  # fmt: skip
        found = spot() | {"capacities (tonne)": sizes}
        if product:
            found["disposal"] = {product: {"cost ($/tonne)": each(-1, 4)}}
            if draw.random() < 0.5:
                found["disposal"][product]["limit (tonne)"] = each(5, 40)
        if draw.random() < 0.5:
            found["storage"] = {"cost ($/tonne)": each(0.1, 1), "limit (tonne)": 40.0}
        return found

    waste: Json = {
        "transportation cost ($/km/tonne)": each(0.01, 0.05),
        "initial amounts": {f"C{i}": spot() | {"amount (tonne)": each(5, 45)} for i in range(draw.choice([2, 3]))},
    }
    if draw.random() < 0.5:
        waste |= {
            "disposal limit (tonne)": each(0, 30),
            "disposal cost ($/tonne)": each(3, 20),
            "acquisition cost ($/tonne)": each(0, 2),
        }
    return {
        "parameters": {"time horizon (years)": years, "building period (years)": draw.choice([[1], [1, 2], [1, 2, 3]])},
        "products": {"waste": waste, "metal": {"transportation cost ($/km/tonne)": each(0.01, 0.05)}},
        "plants": {
            "F": {
                "input": "waste",
                "outputs (tonne/tonne)": {"metal": 0.4},
                "locations": {f"L{i}": location("metal") for i in range(2)},
            },
            "G": {"input": "metal", "locations": {"L9": location(None)}},
        },
    }


def drawn_new(seed: int) -> Json:
    """An instance of release 0.7 by chance: sales and returns, mixes, storage, two sizes, limits and penalties."""
    draw = Random(seed)
    years = draw.choice([1, 2, 3])

    def each(low: float, high: float) -> Any:
        values = [round(draw.uniform(low, high), 2) for _ in range(years)]
        return values if draw.random() < 0.6 else values[0]

    def spot() -> Json:
        return at(round(draw.uniform(40, 42), 3), round(draw.uniform(-88, -86), 3))

    def center(taken: str | None, gives: dict[str, float], share: Any = 0) -> Json:
        return spot() | {
            "input": taken,
            "outputs": list(gives),
            "fixed output (tonne)": {m: each(0, v) if v else 0 for m, v in gives.items()},
            "variable output (tonne/tonne)": dict.fromkeys(gives, share),
            "revenue ($/tonne)": each(30, 60) if taken else None,
            "collection cost ($/tonne)": {m: each(0, 3) for m in gives},
            "operating cost ($)": each(0, 20),
            "disposal limit (tonne)": dict.fromkeys(gives),
            "disposal cost ($/tonne)": {m: each(0, 5) for m in gives},
        }

    def plant(mix: Json, out: Json) -> Json:
        opening, fixed, variable = each(50, 200), each(5, 30), each(1, 4)

        def plus(value: Any, more: float) -> Any:
            return [v + more * draw.uniform(0.5, 1.5) for v in value] if isinstance(value, list) else value + more

        sizes = [costs(opening, fixed, variable), costs(plus(opening, 60), plus(fixed, 9), variable)]
        return spot() | {
            "input mix (%)": mix,
            "output (tonne)": out,
            "processing emissions (tonne)": {"CO2": each(0.1, 1)},
            "storage cost ($/tonne)": {m: each(0.1, 2) for m in mix},
            "storage limit (tonne)": {m: draw.choice([0, 8, 20]) for m in mix},
            "disposal cost ($/tonne)": {m: each(0, 6) for m in out},
            "disposal limit (tonne)": {m: draw.choice([None, 5, 20]) for m in out},
            "capacities": [{"size (tonne)": size, **cost} for size, cost in zip((30, 70), sizes, strict=True)],
            "initial capacity (tonne)": draw.choice([0, 0, 20, 50]),
        }

    data: Json = {
        "parameters": {
            "time horizon (years)": years,
            "building period (years)": draw.choice([[1], [1, 2]]),
            "distance metric": "Euclidean",
        },
        "products": {
            m: {"transportation cost ($/km/tonne)": each(0.01, 0.05), "transportation energy (J/km/tonne)": 7.5,
                "transportation emissions (tonne/km/tonne)": {"CO2": each(0.001, 0.01)}}
            for m in ("wood", "nail", "boat", "wreck")
        },
        "centers": {
            "forest": center(None, {"wood": 60}),
            "mine": center(None, {"nail": 6}),
            "shop A": center("boat", {"wreck": 5}, [0.1, 0.3, 0.1]),
            "shop B": center("boat", {"wreck": 0}, draw.choice([0.2, [0.2]])),
        },
        "plants": {
            "yard A": plant({"wood": 90, "nail": 10}, {"boat": 1.0}),
            "yard B": plant({"wood": 90, "nail": 10}, {"boat": each(0.8, 1)}),
            "scrap": plant({"wreck": 100}, {"wood": 0.5, "nail": 0.02}),
        },
    }  # fmt: skip
    if draw.random() < 0.6:
        data["products"]["wreck"]["disposal limit (tonne)"] = each(3, 30)
    if draw.random() < 0.8:
        data["emissions"] = {
            "CO2": {"limit (tonne)": each(5, 60) if draw.random() < 0.5 else None, "penalty ($/tonne)": each(0, 3)}
        }
    return data
