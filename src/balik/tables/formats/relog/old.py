"""Instances of releases 0.5 and 0.6: products with initial amounts, plants with locations."""

from __future__ import annotations

from math import inf

from ....words import say
from .common import check_plant, gases, parameters, place_on_earth, product
from .instance import Center, Instance, Output, Plant, Size
from .parts import Part, Series

#: What RELOG takes for the limit where a product may be disposed of and none is given.
_UNLIMITED = 1e8


def read_old(root: Part, years: int) -> Instance:
    """The instance in a file of release 0.5 or 0.6."""
    metric = "distance metric" in root.part("parameters")
    building = parameters(root)
    if not metric:
        found = say("Distances are rounded to 2 decimals, as release 0.5 does; release 0.6 rounds to 3.")
        advice = say('Write "distance metric": "Euclidean" under parameters for the rule of release 0.6.')
        root.notes.add("W600", "parameters", found, advice)
    it = Instance(years, building, 3 if metric else 2, False, {}, [], [])
    amounts = []
    for name, part in root.part("products").parts():
        it.products[name] = product(name, part)
        limit = part.series("disposal limit (tonne)", 0.0, least=0)
        cost = part.series("disposal cost ($/tonne)", 0.0)
        acquisition = part.series("acquisition cost ($/tonne)", 0.0)
        if "initial amounts" in part:
            held = part.part("initial amounts")
            amounts += [(name, center, place, cost, limit, acquisition) for center, place in held.parts()]
            it.center_limits[name] = limit
        part.done()
    several: dict[str, set[str]] = {}
    for name, center, *_ in amounts:
        several.setdefault(center, set()).add(name)
    for name, center, place, cost, limit, acquisition in amounts:
        label = center if len(several[center]) == 1 else f"{center} ({name})"
        lat, lon = place_on_earth(place)
        amount = place.series("amount (tonne)", least=0)
        place.done()
        allowed = [min(a, most) for a, most in zip(amount, limit, strict=True)]
        it.centers.append(Center(label, lat, lon, [Output(name, amount, [0.0], acquisition, cost, allowed)]))
    for name, part in root.part("plants").parts():
        it.plants += _plants(name, part, it)
    root.done()
    return it


def _plants(name: str, part: Part, it: Instance) -> list[Plant]:
    """A kind of plant, wherever it may stand."""
    known, years = list(it.products), it.years
    taken = part.text("input")
    part.label("input", taken, known)
    outputs: dict[str, Series] = {}
    made = part.part("outputs (tonne/tonne)", required=False)
    for made_of in made.value:
        rate = made.series(made_of, least=0)
        if made.label(made_of, made_of, known) and max(rate) > 0:
            outputs[made_of] = rate
    made.done()
    energy, emitted = part.series("energy (GJ/tonne)", 0.0), gases(part, "emissions (tonne/tonne)")
    found = []
    for location, at in part.part("locations").parts():
        lat, lon = place_on_earth(at)
        disposal = {p: ([0.0] * years, [0.0] * years) for p in outputs}
        for p, how in at.part("disposal", required=False).parts():
            limit = how.series("limit (tonne)", _UNLIMITED, least=0)
            cost = how.series("cost ($/tonne)")
            how.done()
            if how.label("", p, known) and p not in made.value:
                missing = say("'{name}' is not what this plant takes in or makes there.", name=p)
                how.notes.add("E608", how.path, missing)
            if p in outputs:
                disposal[p] = (cost, limit)
        storage = {}
        if "storage" in at:
            how = at.part("storage")
            storage[taken] = (how.series("cost ($/tonne)"), [how.number("limit (tonne)", least=0)] * years)
            how.done()
        if at.number("initial capacity (tonne)", 0.0, least=0) > 0:
            advice = say("Write it in the form of release 0.7, where the price of what stands already is known.")
            found_ = say("What an initial capacity costs in this release is not known to balik.")
            at.notes.add("E607", at.at("initial capacity (tonne)"), found_, advice)
        plant = Plant(
            f"{name} ({location})", name, lat, lon, {taken: [1.0] * years}, outputs, emitted, energy, storage, disposal,
            _sizes(at.part("capacities (tonne)")),
        )  # fmt: skip
        at.done()
        if check_plant(plant, at, "capacities (tonne)"):
            found.append(plant)
    part.done()
    return found


def _sizes(part: Part) -> list[Size]:
    found = []
    for text, of in part.parts():
        try:
            size = -1.0 if "_" in text else float(text)
        except ValueError:
            size = -1.0
        if not 0 <= size < inf:
            part.wrong(text, text, say("an amount in tonnes"))
        found.append(
            Size(size, of.series("opening cost ($)"), of.series("fixed operating cost ($)"),
                 of.series("variable operating cost ($/tonne)"))
        )  # fmt: skip
        of.done()
    return sorted(found, key=lambda s: s.size)
