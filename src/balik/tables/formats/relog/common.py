"""What both forms of the file have in common."""

from __future__ import annotations

from math import copysign, inf

from ....words import Sentence, say
from .instance import Plant, Product
from .parts import Part, Series


def parameters(root: Part) -> set[int]:
    """The years in which plants may open; all other parameters are checked."""
    part = root.part("parameters")
    part.asked.add("time horizon (years)")
    metric = part.text("distance metric", "Euclidean")
    if metric.lower() == "driving":
        found = say("Driving distances are estimated in RELOG from data that it downloads; balik downloads nothing.")
        advice = say('Write "Euclidean"; km of your own may stand in the table distances of the converted case.')
        part.notes.add("E605", part.at("distance metric"), found, advice)
    elif metric.lower() != "euclidean":
        part.wrong("distance metric", metric, say('"Euclidean"'))
    building = part.get("building period (years)", required=False) if "building period (years)" in part else [1]
    part.done()
    years = building if isinstance(building, list) else []
    bad = [y for y in years if isinstance(y, bool) or not isinstance(y, (int, float)) or y not in range(10**6)]
    if years is not building or bad:
        part.wrong("building period (years)", building, say("a list of years"))
        return {1}
    return {int(y) for y in years}


def product(name: str, part: Part) -> Product:
    """What carrying a product costs, uses and emits."""
    return Product(
        name,
        part.series("transportation cost ($/km/tonne)"),
        part.series("transportation energy (J/km/tonne)", 0.0),
        gases(part, "transportation emissions (tonne/km/tonne)"),
        [inf] * part.years,
    )


def gases(part: Part, key: str) -> dict[str, Series]:
    """Emissions by gas."""
    held = part.part(key, required=False)
    for name in held.value:
        held.name(name)
    return {name: held.series(name) for name in held.value}


def place_on_earth(part: Part) -> tuple[float, float]:
    """Latitude and longitude; a place that only the databases of RELOG know is refused."""
    if "location" in part:
        name = part.get("location")
        found = say("Where {name} is stands in databases that RELOG downloads; balik downloads nothing.", name=name)
        advice = say('Write "latitude (deg)" and "longitude (deg)".')
        part.notes.add("E605", part.at("location"), found, advice)
        part.asked |= {"latitude (deg)", "longitude (deg)"}
        return 0.0, 0.0
    lat = part.number("latitude (deg)", least=-180, most=180)
    lon = part.number("longitude (deg)", least=-360, most=360)
    if abs(lat) <= 90 and abs(lon) <= 180:
        return lat, lon
    north, east = _same_point(lat, lon)
    found = say("{lat:g}, {lon:g} lies beyond the pole or once around the earth; the same point is {north:g}, {east:g}.",
                lat=lat, lon=lon, north=north, east=east)  # fmt: skip
    part.notes.add("W722", part.at("latitude (deg)"), found, say("RELOG measures from there too: check the place."))
    return north, east


def _same_point(lat: float, lon: float) -> tuple[float, float]:
    """The same point with a latitude up to 90 and a longitude up to 180."""
    if abs(lat) > 90:
        lat, lon = copysign(180, lat) - lat, lon + 180
    return round(lat, 9), round((lon + 180) % 360 - 180, 9)


def check_plant(plant: Plant, part: Part, key: str) -> bool:
    """Whether the capacities and flows of a plant are such as RELOG takes; what is wrong is noted."""
    sizes, clean = plant.sizes, True

    def refuse(at: str, found: Sentence, code: str = "E608") -> None:
        nonlocal clean
        clean = False
        part.notes.add(code, part.at(at), found)

    if not 1 <= len(sizes) <= 2:
        refuse(key, say("Here stand {count} capacities; RELOG takes one or two.", count=len(sizes)))
    elif len(sizes) == 2 and sizes[0].size >= sizes[1].size:
        refuse(key, say("The second capacity is not above the first."))
    elif sizes[0].variable != sizes[-1].variable:
        refuse(key, say("The variable operating costs of the two capacities differ; RELOG takes them to be the same."))
    for name in plant.mix:
        if name in plant.outputs:
            refuse(
                "",
                say("'{name}' is input and output of one plant; in the tables it would use what it makes.", name=name),
                "E607",
            )
    return clean
