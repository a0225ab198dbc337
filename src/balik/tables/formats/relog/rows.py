"""The tables of a case that say what a RELOG instance says."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from .distance import chord, point
from .instance import Center, Instance, Output, Plant
from .parts import Series

Rows = list[dict[str, object]]

_MODE = "transport"
_EXPAND = "expand"


class Cases:
    """Rows by table, in the order of the tables."""

    def __init__(self, it: Instance):
        self.it = it
        self.rows: dict[str, Rows] = {}
        self.disposed: set[str] = set()  # products with a process that disposes of them

    def add(self, table: str, **cells: object) -> None:
        """A row; cells that are None stay blank."""
        self.rows.setdefault(table, []).append(cells)

    def frames(self) -> dict[str, dict[str, list[object]]]:
        """The tables by column."""
        out = {}
        for name, rows in self.rows.items():
            columns = dict.fromkeys(column for row in rows for column in row)
            out[name] = {c: [row.get(c) for row in rows] for c in columns}
        return out

    def by_year(self, **series: Series) -> Iterator[dict[str, object]]:
        """The values by year, with the period; once without one where no year differs from the others."""
        if all(v == values[0] for values in series.values() for v in values):
            yield {"period": None, **{name: _cell(values[0]) for name, values in series.items()}}
            return
        for t in range(self.it.years):
            yield {"period": str(t + 1), **{name: _cell(values[t]) for name, values in series.items()}}


def _cell(value: float) -> float | None:
    return None if value == inf else value


def tables(it: Instance) -> dict[str, dict[str, list[object]]]:
    """The case, as columns by table."""
    case = Cases(it)
    for t in range(it.years):
        case.add("periods", period=str(t + 1))
    for product in it.products.values():
        case.add("materials", material=product.name, unit="t")
        for row in case.by_year(full_rate=product.cost):
            case.add("modes", mode=_MODE, material=product.name, **row)
    for center in it.centers:
        _center(case, center)
    first = {plant.process: plant for plant in reversed(it.plants)}
    for plant in it.plants:
        _plant(case, plant, first[plant.process] is plant)
    _lanes(case)
    _disposal_limits(case)
    _measures(case)
    return case.frames()


def disposing(product: str) -> str:
    """The process that disposes of a product."""
    return f"dispose {product}"


def _center(case: Cases, center: Center) -> None:
    case.add("places", place=center.name, kind="center", lat=center.lat, lon=center.lon)
    if any(center.operating_cost):
        _office(case, center)
    if center.input is not None:
        for row in case.by_year(price=center.revenue):
            case.add("demand", place=center.name, material=center.input, **row)
    for out in center.outputs:
        _collected(case, center, out)
        _dispose(case, center.name, out.product, out.disposal_cost, out.disposal_limit)


def _collected(case: Cases, center: Center, out: Output) -> None:
    """What is collected: a fixed amount, and shares of what came in before; nothing of it may be left."""
    shares = [(lag, share) for lag, share in enumerate(out.variable[: case.it.years]) if share]
    if any(out.fixed):
        for row in case.by_year(most=out.fixed) if shares else case.by_year(amount=out.fixed):
            case.add("supply", place=center.name, material=out.product, **row)
    for lag, share in shares:
        case.add("returns", sold=center.input, returned=out.product, lag=lag, place=center.name, share=share)
    if shares:
        case.add("limits", limit=f"all {out.product} of {center.name}", quantity="left", most=0, place=center.name,
                 material=out.product, period="each")  # fmt: skip


def office(center: Center) -> str:
    """The place that bears what a centre costs by year; nothing comes there, and it is always open."""
    return f"{center.name} office"


def _office(case: Cases, center: Center) -> None:
    place, cost = office(center), center.operating_cost
    even = all(c == cost[0] for c in cost)
    case.add("places", place=place, kind="office", at=center.name)
    case.add("sites", place=place, status="open", capacity=0, running_cost=cost[0] if even else None)
    if not even:
        for row in case.by_year(running_cost=cost):
            case.add("phases", place=place, **row)


def _dispose(case: Cases, place: str, product: str, cost: Series, limit: Series) -> None:
    if max(limit) > 0:
        if product not in case.disposed:
            case.disposed.add(product)
            case.add("recipes", process=disposing(product), material=product, rate=-1)
        for row in case.by_year(cost=cost, most=limit):
            case.add("processes", process=disposing(product), place=place, account="disposal", **row)


def _plant(case: Cases, plant: Plant, first: bool) -> None:
    case.add("places", place=plant.name, kind=plant.process, lat=plant.lat, lon=plant.lon)
    if first:
        for product, share in plant.mix.items():
            for row in case.by_year(rate=[-v for v in share]):
                case.add("recipes", process=plant.process, material=product, **row)
        for product, rate in plant.outputs.items():
            for row in case.by_year(rate=rate):
                case.add("recipes", process=plant.process, material=product, **row)
    at_arrival = _pays_at_arrival(case.it, plant)
    costs = [0.0] * case.it.years if at_arrival else plant.sizes[0].variable
    for row in case.by_year(cost=costs):
        case.add("processes", process=plant.process, place=plant.name, **row)
    for product, (cost, limit) in plant.disposal.items():
        _dispose(case, plant.name, product, cost, limit)
    if plant.stores:
        _store(case, plant)
    _site(case, plant)
    if plant.room > 0:
        _expansion(case, plant)


def _pays_at_arrival(it: Instance, plant: Plant) -> bool:
    """Whether the variable cost of an input is that of the year in which it arrives, and this matters."""
    return it.recent and plant.stores and any(v != plant.sizes[0].variable[0] for v in plant.sizes[0].variable)


def _yard(plant: Plant) -> str:
    """The place where inputs arrive: one of its own where they may be kept, since they may before the plant opens."""
    return f"{plant.name} store" if plant.stores else plant.name


def _store(case: Cases, plant: Plant) -> None:
    case.add("places", place=_yard(plant), kind="store", at=plant.name)
    last = case.it.years - 1
    for product in plant.mix:
        cost, limit = plant.storage.get(product, ([0.0], [0.0]))
        if max(limit) > 0:
            for t in range(case.it.years):
                case.add("stores", place=_yard(plant), material=product, period=str(t + 1), room=_cell(limit[t]),
                         holding=cost[t], end=0 if t == last else None)  # fmt: skip
        case.add("lanes", origin=_yard(plant), dest=plant.name, material=product)


def _site(case: Cases, plant: Plant) -> None:
    """The plant as a site: for the whole horizon where nothing depends on the year, else by period."""
    it, base = case.it, plant.sizes[0]
    running = list(base.fixed)
    opening = list(base.opening)
    status = "candidate" if it.building & set(range(1, it.years + 1)) else "closed"
    if plant.initial > 0:
        status, opening = "open", [0.0] * it.years
        if plant.room > 0:  # what stands beyond the smallest size is worth this much less when it is given back
            running[0] -= plant.slope("opening")[0] * max(0.0, plant.initial - base.size)
    once = status != "candidate" or it.building & set(range(1, it.years + 1)) == {1}
    even = all(r == running[0] for r in running)
    case.add("sites", place=plant.name, capacity=plant.sizes[-1].size, status=status, opening_cost=opening[0],
             running_cost=running[0])  # fmt: skip
    if status == "closed" or (once and even):
        return
    for t in range(it.years):
        may = status == "open" or t + 1 in it.building
        case.add("phases", place=plant.name, period=str(t + 1), opening_cost=opening[t], running_cost=running[t],
                 may_open="yes" if may else "no", may_close="no")  # fmt: skip


def works(plant: Plant) -> str:
    """The place where capacity is added: before release 0.7 one of its own, since that may be before the plant opens."""
    return f"{plant.name} works"


def _expansion(case: Cases, plant: Plant) -> None:
    """Capacity above the smallest size, rented by the year: what it costs less what giving it back would bring."""
    it, base = case.it, plant.sizes[0].size
    slope, fixed = plant.slope("opening"), plant.slope("fixed")
    rent = [slope[t] - (slope[t + 1] if t + 1 < it.years else 0.0) + fixed[t] for t in range(it.years)]
    place = plant.name if it.recent else works(plant)
    for row in case.by_year(cost=rent):
        case.add("processes", process=_EXPAND, place=place, most=plant.room, account="expansion", **row)
    case.add("resources", place=place, resource="capacity", capacity=base if it.recent else None, unit="t")
    case.add("uses", process=_EXPAND, place=place, resource="capacity", rate=-1)
    if it.recent:
        case.add("uses", process=plant.process, place=place, resource="capacity", rate=1)
        return
    case.add("places", place=place, kind="works", at=plant.name)
    case.add("limits", limit=f"size of {plant.name}", quantity="run", coef=1, most=base, place=plant.name,
             process=plant.process, period="each")  # fmt: skip
    case.add("limits", limit=f"size of {plant.name}", quantity="run", coef=-1, place=place, process=_EXPAND,
             period="each")  # fmt: skip
    for t in range(1, it.years):  # capacity is never given back
        for coef, lag in ((1, 0), (-1, 1)):
            case.add("limits", limit=f"grow {plant.name}, year {t + 1}", quantity="run", coef=coef,
                     least=0 if coef > 0 else None, lag=lag, place=place, process=_EXPAND, period=str(t + 1))  # fmt: skip


def _lanes(case: Cases) -> None:
    """A lane from wherever a product comes to wherever it is taken in, and how far it is."""
    it = case.it
    spots = {c.name: point(c.lat, c.lon) for c in it.centers} | {p.name: point(p.lat, p.lon) for p in it.plants}
    far: dict[tuple[str, str], float] = {}
    sources = [(o.product, c.name, o.collection_cost) for c in it.centers for o in c.outputs]
    sources += [(p, plant.name, [0.0] * it.years) for plant in it.plants for p in plant.outputs]
    for product, origin, fee in sources:
        for spot, dest, more in _takers(it, product):
            if spot == origin:
                continue
            total = [a + b for a, b in zip(fee, more, strict=True)]
            for row in case.by_year(fee=total):
                case.add("lanes", origin=origin, dest=dest, material=product, mode=_MODE, **row)
            pair = (min(origin, spot), max(origin, spot))
            far.setdefault(pair, chord(spots[origin], spots[spot], it.decimals))
    for (origin, spot), km in far.items():
        case.add("distances", origin=origin, dest=spot, km=km)


def _takers(it: Instance, product: str) -> Iterator[tuple[str, str, Series]]:
    """Where a product is taken in: the spot, the place there, and what a tonne costs that arrives in each year."""
    zero = [0.0] * it.years
    for plant in it.plants:
        if product in plant.mix:
            yield plant.name, _yard(plant), plant.sizes[0].variable if _pays_at_arrival(it, plant) else zero
    for center in it.centers:
        if center.input == product:
            yield center.name, center.name, zero


def _disposal_limits(case: Cases) -> None:
    it = case.it
    held: list[tuple[str, Series, str | None]] = [(p, limit, "kind:center") for p, limit in it.center_limits.items()]
    held += [(product.name, product.disposal_limit, None) for product in it.products.values()]
    for product, limit, place in held:
        if product in case.disposed and min(limit) < inf:
            _limit(case, f"disposal of {product}", "run", limit, place=place, process=disposing(product))


def _limit(case: Cases, name: str, quantity: str, limit: Series, **scope: object) -> None:
    """A limit by year."""
    for row in case.by_year(most=limit):
        if row["most"] is not None:
            period = row.pop("period")
            label = name if period is None else f"{name}, year {period}"
            case.add("limits", limit=label, quantity=quantity, period=period or "each", **row, **scope)


def gas_measure(gas: str) -> str:
    """The measure of a gas."""
    return f"{gas} emissions"


def _measures(case: Cases) -> None:
    """Gases and energy as measures, with their limits and penalties."""
    it, counted = case.it, set()

    def count(measure: str, unit: str, of: str, rate: Series, **scope: object) -> None:
        if any(rate):
            counted.add(measure)
            for row in case.by_year(rate=rate):
                case.add("measures", measure=measure, of=of, unit=unit, **row, **scope)

    for product in it.products.values():
        for gas, rate in product.gases.items():
            count(gas_measure(gas), "t", "tkm", rate, material=product.name)
        count("transport energy", "J", "tkm", product.energy, material=product.name)
    for plant in {p.process: p for p in it.plants}.values():
        for gas, rate in plant.gases.items():
            count(gas_measure(gas), "t", "run", rate, process=plant.process)
        count("processing energy", "GJ", "run", plant.energy, process=plant.process)
    for gas, (limit, penalty) in it.gases.items():
        if gas_measure(gas) not in counted:
            continue
        if min(limit) < inf:
            _limit(case, f"limit on {gas}", gas_measure(gas), limit)
        if any(penalty):
            for row in case.by_year(rate=penalty):
                period = row.pop("period")
                name = f"penalty on {gas}" if period is None else f"penalty on {gas}, year {period}"
                case.add("charges", charge=name, of=gas_measure(gas), account="emissions", period=period, **row)
