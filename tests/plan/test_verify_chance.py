"""Chances and waits judged against plans made by hand; and plans of the model pushed over the edge."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest

from balik.api import options_of, prepare, solve_prepared
from balik.plan.verify import judge
from balik.plan.verify.chance import _root
from balik.plan.verify.judge import _read
from balik.plan.verify.promised import judge_promises
from balik.plan.verify.sheets import read_sheets
from balik.plan.verify.terms import Deeds
from balik.plan.verify.verdict import Court
from balik.plan.verify.world import World
from balik.tables.normal import beyond
from plan.verifying import booked, case, laws, plan, sentences, verdict

TABLES = {
    "places": "place\na\nb\np\nq",
    "materials": "material\nm",
    "lanes": "origin,dest,material,single\na,p,m,yes\na,q,m,yes\nb,p,m,yes\nb,q,m,yes",
    "supply": "place,material,amount\na,m,40\nb,m,30",
    "demand": "place,material\np,m\nq,m",
    "distributions": "variable,table,column,where,op,mean,sd\nx,supply,amount,place=a,*=,1,0.15\ny,supply,amount,place=b,+=,0,8",
}


def flows(*ways: tuple[str, str, float]) -> dict[str, str]:
    """A plan in which these go, all of it collected, delivered, and where it goes open."""
    held = sorted({dest for _, dest, _ in ways})
    return {
        "flow": "origin,dest,material,mode,period,amount\n" + "\n".join(f"{o},{d},m,,1,{x}" for o, d, x in ways),
        "collect": "place,material,period,amount\na,m,1,40\nb,m,1,30",
        "deliver": "place,material,period,amount\n" + "\n".join(f"{d},m,1,{sum(x for _, e, x in ways if e == d)}" for d in held),
        "open": "place,size\n" + "\n".join(f"{d},-" for d in held),
    }  # fmt: skip


BOTH, APART = flows(("a", "p", 40), ("b", "p", 30)), flows(("a", "p", 40), ("b", "q", 30))


def sites(capacity: object, cells: str = "chance", value: str = "0.95") -> str:
    return f"place,capacity,{cells}\np,{capacity},{value}\nq,100,{value}"


@pytest.mark.parametrize(
    ("capacity", "plan", "broken"),
    [
        ("86.45", BOTH, []),  # 70 + 1.645 × √(6² + 8²) = 86.449
        ("86.44", BOTH, ["chance"]),
        ("49.87", APART, []),  # 40 + 1.645 × 6 = 49.869
        ("49.86", APART, ["chance"]),
    ],
)
def test_the_edge_of_what_fits(capacity: str, plan: dict[str, str], broken: list[str]) -> None:
    found = verdict(case(**TABLES, sites=sites(capacity)), **plan)
    assert laws(found) == broken, sentences(found)


def test_what_is_tied_needs_more() -> None:
    tied = TABLES | {"correlations": "a,b,rho\nx,y,0.5"}  # √(36 + 64 + 48) = 12.166
    assert laws(verdict(case(**tied, sites=sites("90.01")), **BOTH)) == ["chance"]
    assert laws(verdict(case(**tied, sites=sites("90.02")), **BOTH)) == []


def test_what_holds_at_once_and_is_tied_is_shared() -> None:
    """Each of two at 0.975: z = 1.959964, √(36 + 64 + 48) = 12.166; what comes to one alone is tied to nothing."""
    tied = TABLES | {"correlations": "a,b,rho\nx,y,0.5"}
    together = "chance,together", "0.95,all"
    assert laws(verdict(case(**tied, sites=sites("90.02", *together)), **BOTH)) == []
    for capacity, broken in (("51.75", ["chance"]), ("51.76", [])):  # 40 + 1.959964 × 6
        assert laws(verdict(case(**tied, sites=sites(capacity, *together)), **APART)) == broken


@pytest.mark.parametrize("level", ["0.6", "0.95"])
def test_what_holds_at_once_and_is_not_tied_does_so_with_the_product(level: str) -> None:
    """p holds with Φ(1.8) = 0.964; what q must hold with follows. One site alone may fail as often as all may."""
    phi, z = NormalDist().cdf, NormalDist().inv_cdf
    edge = 30 + 8 * z(float(level) / phi(1.8))
    for by, broken in ((-1e-3, ["chance at once"]), (1e-3, [])):
        text = f"place,capacity,chance,together\np,50.8,{level},all\nq,{edge + by:.6f},{level},all"
        found = verdict(case(**TABLES, sites=text), **APART)
        assert laws(found) == broken, sentences(found)
    alone = 70 + 10 * z(float(level))
    for by, broken in ((-1e-3, ["chance", "chance at once"]), (1e-3, [])):
        data = case(**TABLES, sites=sites(f"{alone + by:.6f}", "chance,together", f"{level},all"))
        assert laws(verdict(data, **BOTH)) == broken


def test_the_tail_of_the_bell_is_rounded_up() -> None:
    for k in range(0, 100, 3):
        z = Fraction(k, 10)
        assert float(beyond(z * z)) == pytest.approx(0.5 * math.erfc(float(z) / math.sqrt(2)), rel=1e-13, abs=2e-25)
    assert beyond(Fraction(10**6)) == beyond(Fraction(100)) > 0
    seven = Fraction("0.00000000000127981254388583500438362")  # 1 - Φ(7), to 33 decimals
    assert 0 <= beyond(Fraction(49)) - seven <= Fraction(2, 10**25)


def test_half_a_chance_needs_the_mean_alone() -> None:
    assert laws(verdict(case(**TABLES, sites=sites("70", value="0.5")), **BOTH)) == []


@pytest.mark.parametrize(
    ("cells", "serves", "rest"),
    [
        ("serves,wait", 90.0, "1/20"),  # 90 − 20 = 70
        ("serves,wait,variation", 81.4006, "1/20,0"),  # μ² − 90 μ + 700 = 0, from 2 μ (μ w − 1) = 70 (2 μ w − 1)
        ("serves,wait,wait_chance", 116.0518, "1/20,0.9"),  # 70 + 20 ln 10
    ],
)
def test_the_edge_of_a_wait(cells: str, serves: float, rest: str) -> None:
    assert laws(verdict(case(**TABLES, sites=sites("1000", cells, f"{serves},{rest}")), **BOTH)) == []
    less = case(**TABLES, sites=sites("1000", cells, f"{serves - 1e-2},{rest}"))
    assert laws(verdict(less, **BOTH)) == ["waiting"]


def test_a_plan_of_the_model_in_a_smaller_room() -> None:
    """The plan of the case as it is breaks a chance where any capacity or probability is moved over its edge."""
    prepared = prepare("titik-jemput-peluang")
    solved, _ = solve_prepared(prepared, options_of(prepared.tables))
    done: dict[str, Any] = {k: v for k, v in solved.columns.items() if k != "prices"}
    assert judge(prepared.data, done).ok
    for change in ("sites.capacity[size=tiap hari] = 138.7", "sites.chance = 0.96", "distributions.sd *= 1.1"):
        found = judge(prepare("titik-jemput-peluang", None, [change]).data, done)
        assert laws(found) == ["chance"], change
    found = judge(prepare("titik-jemput-peluang", None, ["sites.wait = 1/126"]).data, done)
    assert laws(found) == ["waiting"]


QUEUES = {  # m comes in pieces of 2 kg, and sites count kg
    "materials": {"material": ["m"], "unit": ["pcs"], "mass [kg/unit]": [2.0]},
    "places": {"place": ["s", "a", "b"]},
    "periods": {"period": ["p1", "p2"], "length": [1.0, 3.0]},
    "supply": {"place": ["s"] * 2, "material": ["m"] * 2, "amount": [10.0, 30.0], "period": ["p1", "p2"]},
    "demand": {"place": ["a", "b"], "material": ["m", "m"]},
    "sites": {"place": ["a", "b"], "capacity [kg/month]": [100.0] * 2, "serves [kg/month]": [90.0] * 2, "wait": [0.1] * 2,
              "status": ["open"] * 2},
    "lanes": {"origin": ["s"] * 2, "dest": ["a", "b"], "material": ["m"] * 2, "fee": [1.0, 2.0]},
}  # fmt: skip


def promised(*case_: Any, key: str) -> tuple[Deeds, dict[str, Any]]:
    """What the plan of a case does, and its document, in which these promises stand."""
    prepared = prepare(*case_)
    found, _ = solve_prepared(prepared, options_of(prepared.tables))
    document = found.document()
    assert found.verified and document[key], found.broken
    court, world = Court(), World(prepared.data)
    return _read(world, read_sheets(world, found.columns, court), court), document


def told_of(deeds: Deeds, document: dict[str, Any]) -> str:
    """What is wrong with its promises."""
    court = Court()
    judge_promises(deeds, document, court)
    return "\n".join(b.sentence for b in court.broken)


@pytest.mark.parametrize(
    ("case_", "key"),
    [
        (("titik-jemput-peluang", "bersama"), "chances"),
        (("titik-jemput-peluang", None, ["sites.chance = 0.6", "sites.together = x"]), "chances"),  # equal shares
        ((QUEUES,), "waits"),  # of which one is open and idle
        ((QUEUES, None, ["sites.wait_chance = 0.9"]), "waits"),
    ],
)
def test_a_promise_that_was_changed_is_found(case_: Any, key: str) -> None:
    deeds, document = promised(*case_, key=key)
    rows = document[key]
    assert told_of(deeds, document) == ""
    for i, row in enumerate(rows):
        for name, value in row.items():
            others: list[Any] = [value * 1.00001 + 2e-5, value * 0.99999 - 2e-5] if isinstance(value, float) else ["x"]
            for other in (*others, *([None] if value is not None else [0.5]), [], {}):
                changed = [r | {name: other} if r is row else r for r in rows]
                assert row["place"] in told_of(deeds, {key: changed}), (name, other)
        for less in (rows[:i] + rows[i + 1 :], [*rows, row]):
            assert f"plan.json: {key}" in told_of(deeds, {key: less})


def test_promises_are_judged_with_the_plan() -> None:
    prepared = prepare("titik-jemput-peluang")
    found, _ = solve_prepared(prepared, options_of(prepared.tables))
    document = found.document()
    for key, figure in (("chances", "sd"), ("waits", "comes")):
        first, *rest = document[key]
        for other in (None, {}, "x", [1], rest, [first | {figure: 0.0}, *rest]):
            assert laws(judge(prepared.data, found.columns, document | {key: other})) == ["document"], other


def test_equal_shares_are_no_promise_of_all_at_once() -> None:
    """What is tied holds at once by shares: a product of its probabilities is not so."""
    tied = TABLES | {"correlations": "a,b,rho\nx,y,0.5"}
    data = case(**tied, sites=sites("200", "chance,together", "0.95,all"))
    known = {"size": "-", "period": "1", "fits": 0.999999}
    told = [{"place": "p", "mean": 40.0, "sd": 6.0, "capacity": 200.0}, {"place": "q", "mean": 30.0, "sd": 8.0, "capacity": 100.0}]  # fmt: skip
    at_once = {"asked": 0.95, "together": "all", "at_once": 0.999999}
    for more, good in (({"asked": 0.975}, True), (at_once, False), ({"asked": 0.95}, False)):
        rows = [known | row | more for row in told]
        assert ("document" not in laws(judge(data, booked(data, plan(**APART)), {"chances": rows}))) is good, more


def test_half_a_chance_tells_how_much_varies() -> None:
    """The law of one half is that of the mean; that it fits is no more likely than that."""
    _, document = promised("titik-jemput-peluang", None, ["sites.chance = 0.5"], key="chances")
    assert all(row["sd"] >= 10 and row["fits"] >= row["asked"] == 0.5 for row in document["chances"])


def test_a_root_is_rounded_up() -> None:
    assert _root(Fraction(25, 4)) == Fraction(5, 2) and _root(Fraction(0)) == 0
    assert 0 < _root(Fraction(2)) ** 2 - 2 < Fraction(1, 10**14)
