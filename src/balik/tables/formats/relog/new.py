"""Instances of release 0.7: centres that sell and collect, plants with a mix of inputs, limits on emissions."""

from __future__ import annotations

from math import inf, isclose
from typing import Any

from ....words import say
from .common import check_plant, gases, parameters, place_on_earth, product
from .instance import Center, Instance, Output, Plant, Size
from .parts import Part, Series


def read_new(root: Part, years: int) -> Instance:
    """The instance in a file of release 0.7."""
    it = Instance(years, parameters(root), 3, True, {}, [], [])
    for name, part in root.part("products").parts():
        if "components" in part:
            part.get("components")
            found = say("balik has no word for components whose shares change on the way.")
            part.notes.add("E607", part.at("components"), found, say("Make a product of each component."))
        it.products[name] = product(name, part)
        it.products[name].disposal_limit = part.series("disposal limit (tonne)", inf, inf, 0)
        part.done()
    for name, part in root.part("centers").parts():
        it.centers.append(_center(name, part, it))
    for name, part in root.part("plants").parts():
        plant = _plant(name, part, it)
        if check_plant(plant, part, "capacities"):
            it.plants.append(plant)
    for name, part in root.part("emissions", required=False).parts():
        it.gases[name] = (part.series("limit (tonne)", inf, inf, 0), part.series("penalty ($/tonne)"))
        part.done()
    root.done()
    return it


def _center(name: str, part: Part, it: Instance) -> Center:
    lat, lon = place_on_earth(part)
    known = list(it.products)
    taken, outputs = part.get("input"), part.get("outputs")
    center = Center(name, lat, lon, [], operating_cost=part.series("operating cost ($)"))
    if taken is not None and part.label("input", str(taken), known):
        center.input, center.revenue = str(taken), part.series("revenue ($/tonne)")
    elif part.get("revenue ($/tonne)", required=False) is not None and taken is None:
        found = say("This centre has a revenue and takes in nothing.")
        part.notes.add("E608", part.at("revenue ($/tonne)"), found, say("Write null, or its input."))
    if not isinstance(outputs, list):
        part.wrong("outputs", outputs, say("a list of products"))
        outputs = []
    held = {key: part.part(key, required=bool(outputs)) for key in _BY_OUTPUT}
    for label in outputs:
        if not part.label("outputs", str(label), known):
            continue
        if label == center.input:
            found = say("The centre collects what it takes in; the tables could not keep the two apart.")
            part.notes.add("E607", part.at("outputs"), found)
        center.outputs.append(
            Output(
                label,
                held["fixed output (tonne)"].series(label, None, 0.0, 0),
                held["variable output (tonne/tonne)"].numbers(label, 0),
                held["collection cost ($/tonne)"].series(label, None, 0.0),
                held["disposal cost ($/tonne)"].series(label, None, 0.0),
                held["disposal limit (tonne)"].series(label, None, inf, 0),
            )
        )
        if center.input is None and any(center.outputs[-1].variable):
            found = say("Outputs follow from an input, and the centre takes in nothing.")
            part.notes.add("E608", held["variable output (tonne/tonne)"].at(label), found)
    for below in held.values():
        below.done()
    part.done()
    return center


_BY_OUTPUT = (
    "fixed output (tonne)",
    "variable output (tonne/tonne)",
    "collection cost ($/tonne)",
    "disposal cost ($/tonne)",
    "disposal limit (tonne)",
)


def _plant(name: str, part: Part, it: Instance) -> Plant:
    lat, lon = place_on_earth(part)
    known = list(it.products)

    def by_product(key: str, null: float | None = None, least: float | None = None) -> dict[str, Series]:
        held = part.part(key)
        found = {p: held.series(p, None, null, least) for p in held.value if held.label(p, p, known)}
        held.done()
        return found

    mix = {p: [v / 100 for v in share] for p, share in by_product("input mix (%)", least=0).items()}
    for year in range(it.years):
        if not isclose(sum(share[year] for share in mix.values()), 1.0, rel_tol=1e-9):
            found = say("The input mix does not add to 100 %.")
            part.notes.add("E608", part.at("input mix (%)"), found)
            break
    if any(isinstance(v, dict) for v in part.value.get("output (tonne)", {}).values()):
        part.get("output (tonne)")
        found = say("balik has no word for components whose shares change on the way.")
        part.notes.add("E607", part.at("output (tonne)"), found, say("Make a product of each component."))
        outputs: dict[str, Series] = {}
    else:
        outputs = by_product("output (tonne)", least=0)
    disposal = _pairs(part, "disposal", outputs, by_product, 0.0)
    storage = _pairs(part, "storage", mix, by_product, inf)
    plant = Plant(
        name, name, lat, lon, mix, outputs, gases(part, "processing emissions (tonne)"), [0.0] * it.years,
        storage, disposal, _sizes(part, it.years), part.number("initial capacity (tonne)", least=0),
    )  # fmt: skip
    part.done()
    return plant


def _pairs(
    part: Part, what: str, of: dict[str, Series], by_product: Any, missing: float
) -> dict[str, tuple[Series, Series]]:
    """Cost and limit of storing or disposing by product; only of what the plant takes in or makes."""
    costs, limits = by_product(f"{what} cost ($/tonne)"), by_product(f"{what} limit (tonne)", inf, 0)
    for key, held in ((f"{what} cost ($/tonne)", costs), (f"{what} limit (tonne)", limits)):
        for p in held:
            if p not in of:
                found = say("'{name}' is not what this plant takes in or makes there.", name=p)
                part.notes.add("E608", f"{part.at(key)}/{p}", found)
        for p in of:
            if p not in held and missing == 0:
                part.notes.add("E603", part.at(key), say("The key '{key}' is missing.", key=p))
    zero = [0.0] * part.years
    return {p: (costs.get(p, zero), limits.get(p, [missing] * part.years)) for p in of}


def _sizes(part: Part, years: int) -> list[Size]:
    value = part.get("capacities")
    if not isinstance(value, list):
        if "capacities" in part:
            part.wrong("capacities", value, say("a list of capacities"))
        return []
    found = []
    for nth, each in enumerate(value):
        of = Part(each, f"{part.at('capacities')}/{nth}", years, part.notes)
        found.append(
            Size(of.number("size (tonne)", least=0), of.series("opening cost ($)"),
                 of.series("fixed operating cost ($)"), of.series("variable operating cost ($/tonne)"))
        )  # fmt: skip
        of.done()
    return found
