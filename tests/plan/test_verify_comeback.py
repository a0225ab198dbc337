"""Returns, deposits and offers, judged against plans made by hand."""

import pytest

from balik.plan.verify import judge
from plan.verifying import booked, case, laws, plan, sentences, verdict

AT = "place,material,period,amount\n"
FLOW = "origin,dest,material,mode,period,amount\n"
LEVEL = "place,material,level\n"

LOOP = {
    "places": "place\nshop\nkiosk",
    "materials": "material,unit\nbox,dus\ntin,pcs",
    "periods": "period\n1\n2\n3",
    "supply": "place,material,period,least,most,price,left_cost\nshop,tin,,2,5,3,0.5\nshop,box,,,100,,\nkiosk,box,,,100,,",
    "demand": "place,material\nshop,box\nkiosk,box\nshop,tin\nkiosk,tin",
    "returns": "sold,returned,lag,place,share\nbox,tin,1,,1.5\nbox,tin,2,shop,0.5\nbox,tin,1,kiosk,2",
    "deposits": "sold,returned,place,period,amount\nbox,tin,,,4\nbox,tin,shop,3,1",
}


def sold(shop: float, kiosk: float, tins: dict[tuple[str, int], float]) -> dict[str, str]:
    """Boxes are handed over in the first period, and tins collected and handed on."""
    box = f"shop,box,1,{shop}\nkiosk,box,1,{kiosk}\n"
    tin = "".join(f"{i},tin,{t},{x}\n" for (i, t), x in tins.items())
    return {"collect": AT + box + tin, "deliver": AT + box + tin}


GOOD = {("shop", 1): 5, ("shop", 2): 20, ("shop", 3): 10, ("kiosk", 2): 8}


def test_what_comes_back_may_be_collected() -> None:
    """10 boxes at the shop bring 15 tins and then 5, 4 at the kiosk bring 8; 5 tins wait at the shop anyway."""
    found = verdict(case(**LOOP), **sold(10, 4, GOOD))
    assert found.ok, sentences(found)
    deposit = -4 * 14 + 4 * (5 + 20 + 8) + 1 * 10
    assert found.ledger == pytest.approx({"purchase": 3 * 35, "deposit": deposit})


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({("shop", 2): 20.1}, ["supply most"]),
        ({("shop", 3): 10.1}, ["supply most"]),
        ({("kiosk", 2): 8.1}, ["supply most"]),
        ({("kiosk", 1): 1}, ["supply"]),  # nothing has brought tins to the kiosk so soon
        ({("shop", 1): 1}, ["supply least"]),
    ],
)
def test_more_than_comes_back_is_caught(change: dict[tuple[str, int], float], law: list[str]) -> None:
    assert laws(verdict(case(**LOOP), **sold(10, 4, GOOD | change))) == law


def test_fewer_sold_bring_fewer_back() -> None:
    found = verdict(case(**LOOP), **sold(9, 4, GOOD))
    assert laws(found) == ["supply most"]
    assert "at most 18.5 may be collected" in sentences(found)


def test_left_counts_what_comes_back() -> None:
    limit = {"limits": "limit,quantity,place,material,period,most\nrest,left,shop,tin,each,4"}
    data = case(**LOOP, **limit)
    found = verdict(data, **sold(10, 4, GOOD | {("shop", 2): 14, ("shop", 3): 6}))
    assert [b.law for b in found.broken] == ["limits"] and "period = 2" in sentences(found)  # 6 of 20 are left
    assert found.ledger["left"] == pytest.approx(0.5 * (6 + 4))


def test_a_deposit_that_is_booked_otherwise_is_caught() -> None:
    data = case(**LOOP)
    done = booked(data, plan(**sold(10, 4, GOOD)))
    at = done["ledger"]["account"].index("deposit")
    for column in ("amount", "cost"):
        done["ledger"][column][at] += 4.0
    assert laws(judge(data, done)) == ["ledger"]


OFFERS = {
    "places": "place\nfarm\ntown\nworks",
    "materials": "material\nm",
    "periods": "period\n1\n2",
    "offers": "place,material,level,price,amount\nfarm,m,low,2,10\nfarm,m,high,5,30\ntown,m,only,1,7",
    "supply": "place,material,least,most,left_cost\nfarm,m,3,0,0.5",
    "lanes": "origin,dest,material\nfarm,works,m\ntown,works,m",
    "demand": "place,material\nworks,m",
}


def chosen(levels: str, farm: tuple[float, float], town: float = 7) -> dict[str, str]:
    """What the farm gives in each period and the town in the first, all to the works."""
    rows = [("farm", 1, farm[0]), ("farm", 2, farm[1]), ("town", 1, town)]
    return {
        "offers": LEVEL + levels,
        "collect": AT + "\n".join(f"{i},m,{t},{x}" for i, t, x in rows),
        "flow": FLOW + "\n".join(f"{i},works,m,,{t},{x}" for i, t, x in rows),
        "deliver": AT + f"works,m,1,{farm[0] + town}\nworks,m,2,{farm[1]}",
    }


def test_the_level_bounds_and_prices_what_is_collected() -> None:
    data = case(**OFFERS)
    low = verdict(data, **chosen("farm,m,low\ntown,m,only", (10, 4)))
    assert low.ok and low.ledger == pytest.approx({"purchase": 2 * 14 + 7, "left": 0.5 * 6}), sentences(low)
    high = verdict(data, **chosen("farm,m,high\ntown,m,only", (10, 4)))
    assert high.ok and high.ledger == pytest.approx({"purchase": 5 * 14 + 7, "left": 0.5 * (20 + 26)})


@pytest.mark.parametrize(
    ("levels", "farm", "town", "law"),
    [
        ("farm,m,low\ntown,m,only", (11, 4), 7, ["supply most"]),
        ("farm,m,low\ntown,m,only", (10, 2), 7, ["supply least"]),
        ("farm,m,high\ntown,m,only", (10, 4), 8, ["supply most"]),
        ("farm,m,low\nfarm,m,high\ntown,m,only", (10, 4), 7, ["one level"]),
        ("farm,m,low", (10, 4), 0, ["one level"]),
        ("farm,m,only\ntown,m,only", (0, 0), 7, ["one level", "supply least"]),
        ("farm,m,low\ntown,m,only\nworks,m,low", (10, 4), 7, ["one level"]),
    ],
)
def test_offers_that_are_broken(levels: str, farm: tuple[float, float], town: float, law: list[str]) -> None:
    found = verdict(case(**OFFERS), **chosen(levels, farm, town))
    assert [word for word in laws(found) if word != "supply most" or "supply most" in law] == law, sentences(found)


def test_a_level_without_a_case_that_offers_it() -> None:
    data = case(**{k: t for k, t in LOOP.items()})
    found = verdict(data, **sold(10, 4, GOOD), offers=LEVEL + "shop,tin,low")
    assert laws(found) == ["keys"]  # no level has that name


DROP = {
    "places": "place,kind\na,village\nb,village\nx,bank\ny,bank\nk,kiosk\nw,works",
    "materials": "material\nm",
    "distances": "origin,dest,km\na,x,1\na,y,3\nb,x,4\nb,y,2\na,k,30\nb,k,30",
    "supply": "place,material,most,price\nkind:village,m,100,1\nkind:bank,m,0,2",
    "dropoff": "place,dest,material,step,within,share\n"
    "kind:village,kind:bank,m,near,2,0.6\nkind:village,kind:bank,m,far,4,0.2\nb,y,m,near,2,0.5\n"
    "kind:village,k,m,near,2,1",
    "sites": "place\nx\ny",
    "lanes": "origin,dest,material\n*,w,m",
    "demand": "place,material\nw,m",
}
BROUGHT = "place,dest,material,period,amount\n"


def carried(brought: str, collected: dict[str, float], open_: str = "x,-\ny,-") -> dict[str, str]:
    """So much is brought, and so much collected at each place and moved to the works."""
    total = sum(collected.values())
    return {
        "brought": BROUGHT + brought,
        "open": "place,size\n" + open_,
        "collect": AT + "\n".join(f"{i},m,1,{x}" for i, x in collected.items()),
        "flow": FLOW + "\n".join(f"{i},w,m,,1,{x}" for i, x in collected.items()),
        "deliver": AT + f"w,m,1,{total}",
    }


def test_what_people_bring_is_collected_where_they_bring_it() -> None:
    data = case(**DROP)
    found = verdict(data, **carried("a,x,m,1,60\nb,y,m,1,50", {"a": 40, "b": 50, "x": 60, "y": 50}))
    assert found.ok and found.ledger == pytest.approx({"purchase": 90 + 220}), sentences(found)
    alone = verdict(data, **carried("a,x,m,1,60\nb,x,m,1,20", {"a": 40, "b": 80, "x": 80}, "x,-"))
    assert alone.ok, sentences(alone)


@pytest.mark.parametrize(
    ("brought", "collected", "open_", "law"),
    [
        ("a,x,m,1,60\nb,y,m,1,50", {"x": 60.1}, "x,-\ny,-", ["supply most"]),
        ("a,x,m,1,60\nb,y,m,1,50", {"a": 40.1}, "x,-\ny,-", ["supply most"]),
        ("a,x,m,1,50\nb,y,m,1,50", {"x": 50}, "x,-\ny,-", ["brought"]),  # too little
        ("a,y,m,1,20\nb,y,m,1,50", {"y": 70}, "x,-\ny,-", ["brought"]),  # past x, which is open
        ("a,x,m,1,60\nb,x,m,1,20", {"x": 80}, "x,-\ny,-", ["brought"]),  # past y, which is nearer
        ("a,x,m,1,60\nb,y,m,1,50", {"x": 60}, "x,-", ["brought"]),  # y is closed
        ("a,x,m,1,60", {"x": 60}, "x,-\ny,-", ["brought"]),  # b stays at home
        ("a,x,m,1,60\nb,y,m,1,50\na,k,m,1,1", {"x": 60}, "x,-\ny,-", ["brought"]),  # nobody can go so far
    ],
)
def test_what_people_do_not_bring_so(brought: str, collected: dict[str, float], open_: str, law: list[str]) -> None:
    found = verdict(case(**DROP), **carried(brought, collected, open_))
    assert laws(found) == law, sentences(found)


@pytest.mark.parametrize(
    ("x", "y", "law"),
    [(60, 0, []), (0, 50, []), (30, 25, []), (60, 10, ["brought"]), (50, 0, ["brought"]), (0, 60, ["brought"])],
)
def test_of_two_as_near_as_each_other_either_has_its_share(x: float, y: float, law: list[str]) -> None:
    """Of 100 at b, 2 km from both, x would get 60 and y 50."""
    data = case(**DROP | {"distances": DROP["distances"].replace("b,x,4", "b,x,2")})
    found = verdict(data, **carried(f"a,x,m,1,60\nb,x,m,1,{x}\nb,y,m,1,{y}", {"a": 40}))
    assert laws(found) == law, sentences(found)


@pytest.mark.parametrize(
    ("x", "y", "law"), [(0, 0, []), (60, 0, []), (20, 0, []), (61, 0, ["brought"]), (0, 1, ["brought"])]
)
def test_who_may_go_where_nothing_is_brought_need_not_bring(x: float, y: float, law: list[str]) -> None:
    shares = DROP["dropoff"].replace("b,y,m,near,2,0.5", "b,y,m,near,2,0")
    data = case(**DROP | {"distances": DROP["distances"].replace("b,x,4", "b,x,2"), "dropoff": shares})
    found = verdict(data, **carried(f"a,x,m,1,60\nb,x,m,1,{x}\nb,y,m,1,{y}", {"a": 40}))
    assert laws(found) == law, sentences(found)
