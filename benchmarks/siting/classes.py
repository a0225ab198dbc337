"""The classes of instances, what is to be reached on each, and which peers are tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from balik.location.echelons.problem import TwoEchelon
from balik.location.problem import Siting

from . import generators as make
from .instances import folder, known, read
from .networks import Coordinates

Problem = Siting | Coordinates | TwoEchelon
Trial = tuple[str, str]  # peer, form

HIGHS: tuple[Trial, ...] = (("highs", "strong"), ("highs", "weak"))
ALL: tuple[Trial, ...] = (
    ("cbc", "weak"), *HIGHS, ("cbc", "strong"), ("scip", "weak"), ("scip", "strong")
)  # fmt: skip
SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Instance:
    """A named problem, made when it is asked for. `known` is the proven optimum where it is published."""

    name: str
    make: Callable[[], Problem]
    known: float | None = None
    size: tuple[int, int, float] | None = None  # n, m, r where growth is looked at


@dataclass(frozen=True)
class Family:
    """Instances of one kind: on the first all `scouts` are tried, on the others the best `keep` of them."""

    instances: tuple[Instance, ...]
    scouts: tuple[Trial, ...] = ()
    keep: int = 1


@dataclass(frozen=True)
class Aim:
    """What a class is to reach; None: nothing is asked. Ratios are ours to the best open peer's."""

    proven: bool = False
    gap: float | None = None
    at: float | None = None  # seconds at which the gap is looked at, where not at the limit
    halved: bool = False  # the gap at the limit is at most half of that
    ahead: bool = False  # plan and bound are at least as good as those of every recorded peer
    median: float | None = None
    worst: float | None = None
    ratio: float | None = None
    worst_ratio: float | None = None
    memory: float | None = None  # MiB


@dataclass(frozen=True)
class Class:
    """A row of the table."""

    name: str
    title: str
    families: tuple[Family, ...]
    limit: float  # seconds for ours
    aim: Aim

    @property
    def instances(self) -> list[Instance]:
        """All instances of all families."""
        return [i for family in self.families for i in family.instances]


def classes(seeds: Sequence[int] = SEEDS) -> dict[str, Class]:
    """All classes in the order of worth of recording peers; those whose files are missing are left out."""
    square = partial(_cst, seeds)
    some = [
        Class(
            "200", "200 × 200, r = 3, 5, 10", tuple(square(200, 200, r, ALL, 2) for r in (5, 10, 3)), 120.0,
            Aim(proven=True, ratio=1 / 30, worst_ratio=1 / 10),
        ),
        _orlib(),
        Class(
            "300", "300 × 300, r = 5, 10, 15, 20",
            tuple(square(300, 300, r, (("cbc", "weak"), ("highs", "strong"))) for r in (5, 10, 15, 20)), 120.0,
            Aim(proven=True, median=10.0),
        ),
        _two_echelon(seeds, "hard", 0.03),
        _two_echelon(seeds, "medium", 0.01),
        Class(
            "500", "500 × 500, r = 5, 10, 15, 20",
            tuple(square(500, 500, r, (("highs", "strong"),)) for r in (5, 10, 15, 20)), 600.0,
            Aim(proven=True, median=60.0, worst=300.0),
        ),
        Class(
            "tall", "1,000 × 300 and 500 × 200, r = 5, 10",
            tuple(square(m, n, r, (("highs", "strong"),)) for m, n in ((1000, 300), (500, 200)) for r in (5, 10)),
            300.0, Aim(gap=5e-4),
        ),
        _single("holmberg", "single source: Holmberg", 71, Aim(proven=True)),
        _single("yang", "single source: Yang", 20, Aim(gap=3e-3)),
        _variants(seeds),
        Class(
            "1000", "1,000 × 1,000, r = 5, 10, 15, 20",
            tuple(square(1000, 1000, r, (("highs", "weak"),)) for r in (5, 10, 15, 20)), 60.0, Aim(gap=1e-3),
        ),
        Class(
            "2000", "2,000 × 2,000, r = 5, 10", tuple(square(2000, 2000, r, ()) for r in (5, 10)), 240.0,
            Aim(gap=2e-3, memory=4096.0),
        ),
        Class(
            "coordinates", "7,000 × 500, coordinates only",
            (Family(tuple(_named("7000x500", 5, s, partial(make.coordinates, 7000, 500, 5), 500, 7000) for s in seeds)),),
            300.0, Aim(gap=1e-3, memory=4096.0),
        ),
    ]  # fmt: skip
    return {c.name: c for c in some if c.instances}


def _named(kind: str, r: float, seed: int, recipe: Callable[..., Problem], n: int, m: int) -> Instance:
    return Instance(f"{kind} r={r:g} seed {seed}", partial(recipe, seed=seed), size=(n, m, r))


def _cst(seeds: Sequence[int], m: int, n: int, r: float, scouts: tuple[Trial, ...], keep: int = 1) -> Family:
    recipe = partial(make.cst, m, n, r)
    return Family(tuple(_named(f"{m}x{n}", r, s, recipe, n, m) for s in seeds), scouts, keep)


def _orlib() -> Class:
    families = []
    for letter in "abc" if folder() else "":
        files = [f"orlib_cap/gs_layout/cap{letter}{k}.txt.gz" for k in (1, 2, 3, 4)]
        some = (Instance(f.split("/")[-1].split(".")[0], partial(read, f), known(f)) for f in files)
        families.append(Family(tuple(some), (*HIGHS, ("cbc", "weak"), ("scip", "strong"))))
    aim = Aim(proven=True, median=3.0, worst=12.0, ratio=1 / 30)
    return Class("orlib", "OR-Library capa, capb, capc", tuple(families), 120.0, aim)


def _single(name: str, title: str, count: int, aim: Aim) -> Class:
    place = folder()
    files = [f"{name}/p{k}" for k in range(1, count + 1)] if place else []
    files = [f if (place / f).is_file() else f"{f}.gz" for f in files]  # type: ignore[operator]
    some = (Instance(f.split(".")[0].replace("/", " "), partial(read, f, "SSCFLP"), known(f, "SSCFLP")) for f in files)
    return Class(name, title, (Family(tuple(some), HIGHS),) if files else (), 120.0, aim)


def _two_echelon(seeds: Sequence[int], kind: str, gap: float) -> Class:
    families = []
    for size in ((50, 100, 200), (100, 200, 400)):
        for materials in (5, 10):
            label = "{}-{}-{} × {}".format(*size, materials)
            recipe = partial(make.two_echelon, *size, materials, kind)
            some = (Instance(f"{label} {kind} seed {s}", partial(recipe, s)) for s in seeds)
            families.append(Family(tuple(some), HIGHS))
    aim = Aim(gap=gap, at=120.0, halved=True, ahead=True)
    return Class(f"two-echelon-{kind}", f"two echelons, 5 and 10 materials, {kind}", tuple(families), 600.0, aim)


def _variants(seeds: Sequence[int]) -> Class:
    """Other recipes at 200 × 200, r = 5, and the real roads and sizes of West Java."""
    families = []
    for label, recipe in (
        ("integer", make.klose), ("wide", make.wide), ("clustered", make.clustered), ("west-java", make.west_java)
    ):  # fmt: skip
        if label != "west-java" or make.facts():
            some = (_named(f"{label} 200x200", 5, s, partial(recipe, 200, 200, 5), 200, 200) for s in seeds)
            families.append(Family(tuple(some), (("cbc", "weak"), ("highs", "strong"))))
    if make.facts():
        families.append(Family((Instance("west-java 27 × 27 × 3 sizes", make.west_java_regions),), ALL))
    return Class("variants", "other recipes, 200 × 200, r = 5, and West Java", tuple(families), 120.0, Aim(proven=True))
