"""Supply, demand, processes, stock and sites, judged against plans made by hand."""

import pytest

from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"
FLOW = "origin,dest,material,mode,period,amount\n"
RUN = "process,place,period,amount\n"


def spot(supply: str = "", demand: str = "") -> dict[str, str]:
    """One place that collects and hands over one material."""
    return {
        "places": "place\np",
        "materials": "material,unit\nm,dus",
        "supply": "place,material" + (supply or ",most\np,m,"),
        "demand": "place,material" + (demand or ",most\np,m,"),
    }


def through(amount: float) -> dict[str, str]:
    """So much is collected and handed over."""
    return {"collect": AT + f"p,m,1,{amount}", "deliver": AT + f"p,m,1,{amount}"}


def test_supply_bounds() -> None:
    data = case(**spot(",least,most,price,left_cost\np,m,2,8,3,5"))
    found = verdict(data, **through(6))
    assert found.ok and found.ledger == {"purchase": 18, "left": 10}
    assert laws(verdict(data, **through(9))) == ["supply most"]
    assert laws(verdict(data, **through(1))) == ["supply least"]
    nothing = verdict(data)
    assert laws(nothing) == ["supply least"] and nothing.ledger == {"left": 40}
    assert nothing.broken[0].sentence.startswith("p collects 0 dus of m, at least 2 must be collected (supply")


def test_supply_amount_is_exact() -> None:
    data = case(**spot(",amount\np,m,7"))
    assert verdict(data, **through(7)).ok
    assert laws(verdict(data, **through(6.99))) == ["supply least"]
    assert laws(verdict(data, **through(7.01))) == ["supply most"]


def test_demand_bounds_and_revenue() -> None:
    data = case(**spot(demand=",least,most,price\np,m,2,8,10"))
    found = verdict(data, **through(8))
    assert found.ok and found.cost == -80
    assert laws(verdict(data, **through(8.1))) == ["demand most"]
    assert laws(verdict(data, **through(1))) == ["demand least"]  # blank shortage_cost: shortage is forbidden
    assert laws(verdict(data, **through(1), shortage=AT + "p,m,1,1")) == ["demand least", "shortage"]
    gate = case(**spot(demand=",amount,price\np,m,3,-4"))
    assert verdict(gate, **through(3)).cost == 12


def test_shortage() -> None:
    data = case(**spot(demand=",least,shortage_cost\np,m,10,7"))
    found = verdict(data, **through(4), shortage=AT + "p,m,1,6")
    assert found.ok and found.ledger == {"shortage": 42}
    for wrong in (5, 7):
        assert laws(verdict(data, **through(4), shortage=AT + f"p,m,1,{wrong}")) == ["shortage"]
    assert laws(verdict(data, **through(4))) == ["shortage"]
    assert laws(verdict(data, **through(12), shortage=AT + "p,m,1,1")) == ["shortage"]
    free = case(**spot(demand=",least,shortage_cost\np,m,10,0"))
    assert verdict(free, **through(4), shortage=AT + "p,m,1,6").cost == 0


def test_what_no_table_allows() -> None:
    data = case(**spot())
    data2 = case(places="place\np\nq", materials="material\nm", supply="place\np", demand="place\np")
    assert verdict(data, **through(5)).ok
    found = verdict(data2, collect=AT + "q,m,1,5", deliver=AT + "q,m,1,5", stock=AT + "p,m,1,0")
    assert laws(found) == ["demand", "supply"]
    assert "the table supply has no such row" in sentences(found)


FACTORY = {
    "places": "place\np",
    "materials": "material\nin\nout\nwaste",
    "supply": "place,material\np,in",
    "demand": "place,material\np,out\np,waste",
    "periods": "period,length\n1,2",
    "processes": "process,cost,per,account,most,co2,jobs\nsort,10,out,sorting,9,0.5,0.01\nburn,3,,,,2,",
    "recipes": "process,material,rate\nsort,in,-2\nsort,out,1.5\nsort,waste,0.5\nburn,waste,-1",
}


def test_processes_count_by_the_material_of_per() -> None:
    data = case(**FACTORY)
    done = {
        "collect": AT + "p,in,1,24",
        "run": RUN + "sort,p,1,12\nburn,p,1,2",
        "deliver": AT + "p,out,1,18\np,waste,1,4",
    }
    found = verdict(data, **done)
    assert found.ok, sentences(found)  # 1.5 × 12 ≤ 9 × 2
    assert found.ledger == pytest.approx({"sorting": 10 * 18, "processing": 6})
    assert found.measures["co2"] == pytest.approx(0.5 * 18 + 4)
    assert found.measures["jobs"] == pytest.approx(0.18)
    more = verdict(data, collect=AT + "p,in,1,26", run=RUN + "sort,p,1,13", deliver=AT + "p,out,1,19.5\np,waste,1,6.5")
    assert laws(more) == ["process most"]
    assert more.broken[0].found == 19.5 and more.broken[0].allowed == 18
    lost = verdict(data, **done | {"deliver": AT + "p,out,1,18\np,waste,1,3"})
    assert laws(lost) == ["balance"]


def test_process_only_where_it_may_run() -> None:
    tables = FACTORY | {"places": "place\np\nq", "processes": "process,place\nsort,p\nburn,p"}
    found = verdict(case(**tables), run=RUN + "burn,q,1,1")
    assert laws(found) == ["balance", "processes"]


STORE = {
    "places": "place\np",
    "materials": "material\nm",
    "periods": "period,length\nx,1\ny,3\nz,1",
    "supply": "place,material\np,m",
    "demand": "place,material\np,m",
    "stores": "place,material,period,room,holding,start,end\np,m,x,10,2,4,\np,m,y,5,2,,\np,m,z,,2,,1",
}
HELD = {
    "collect": AT + "p,m,x,6\np,m,z,2",
    "deliver": AT + "p,m,y,5\np,m,z,6",
    "stock": AT + "p,m,x,10\np,m,y,5\np,m,z,1",
}


def test_stock_over_time() -> None:
    found = verdict(case(**STORE), **HELD)
    assert found.ok, sentences(found)  # 4 + 6 = 10; 10 − 5 = 5; 5 + 2 − 6 = 1
    assert found.ledger == {"holding": 2 * (10 * 1 + 5 * 3 + 1 * 1)}


@pytest.mark.parametrize(
    "change, law",
    [
        ({"stock": AT + "p,m,x,10\np,m,y,5"}, ["balance", "stock end"]),
        ({"stock": AT + "p,m,x,10\np,m,y,5\np,m,z,2", "deliver": AT + "p,m,y,5\np,m,z,5"}, ["stock end"]),
        ({"stock": AT + "p,m,x,10\np,m,y,6\np,m,z,1", "deliver": AT + "p,m,y,4\np,m,z,7"}, ["stock most"]),
        ({"collect": AT + "p,m,x,10\np,m,z,2"}, ["balance"]),
    ],
)
def test_stock_that_is_wrong(change: dict[str, str], law: list[str]) -> None:
    assert laws(verdict(case(**STORE), **HELD | change)) == law


def test_stock_without_a_store() -> None:
    tables = STORE | {"stores": "place,material,period\np,m,x"}
    found = verdict(case(**tables), collect=AT + "p,m,x,1", stock=AT + "p,m,x,1\np,m,y,1", deliver=AT + "p,m,z,1")
    assert laws(found) == ["stores"]


SITES = {
    "places": "place,kind\nh,home\nd,dealer\ne,dealer\nf,dealer\nm,market",
    "materials": "material,unit\nbat,unit",
    "periods": "period,length\nx,1\ny,2",
    "supply": "place,material\nkind:home,bat\nkind:dealer,bat",
    "lanes": "origin,dest,material\nkind:home,kind:dealer,bat\nkind:dealer,m,bat",
    "demand": "place,material\nm,bat",
    "sites": """place,size,capacity,least,opening_cost,running_cost,unit_cost,closing_cost,status
        d,small,10,2,100,5,1,,
        d,big,50,20,300,9,0.5,,
        e,small,10,0,0,1,0,40,existing
        e,big,20,0,70,1,0,,
        f,-,10,0,0,0,0,,closed""",
    "finance": "",
}
del SITES["finance"]
ONCE = {"finance": {"one_off": "once"}}


def sent(dealer: str, x: float, y: float, own: float = 0) -> dict[str, str]:
    """h sends x and y to a dealer, which also collects `own` in period x; all goes to the market."""
    rows = [(dealer, "x", x, own), (dealer, "y", y, 0)]
    return {
        "collect": AT + "".join(f"h,bat,{t},{a}\n" for _, t, a, _ in rows) + f"{dealer},bat,x,{own}",
        "flow": FLOW + "".join(f"h,{d},bat,,{t},{a}\n{d},m,bat,,{t},{a + o}\n" for d, t, a, o in rows),
        "deliver": AT + "".join(f"m,bat,{t},{a + o}\n" for _, t, a, o in rows),
    }


def test_a_site_between_least_and_capacity() -> None:
    data = case(ONCE, **SITES)
    found = verdict(data, **sent("d", 8, 20, own=2), open="place,size\nd,small\ne,small")
    assert found.ok, sentences(found)
    running = 5 * (1 + 2) + 1 * (1 + 2)
    assert found.ledger == {"opening": 100, "running": running, "unit": 30}  # e exists: no opening cost
    full = verdict(data, **sent("d", 9, 20, own=2), open="place,size\nd,small\ne,small")
    assert laws(full) == ["site capacity"]
    assert full.broken[0].sentence.startswith("d (size small) takes in 11 unit in period x, its capacity is 10 (sites")
    late = verdict(data, **sent("d", 9, 21), open="place,size\nd,small\ne,small")
    assert laws(late) == ["site capacity"]
    few = verdict(data, **sent("d", 8, 3), open="place,size\nd,small\ne,small")
    assert laws(few) == ["site least"]  # 2 × 2 in period y


def test_existing_sites_close_or_change_size() -> None:
    data = case(ONCE, **SITES)
    assert verdict(data).ledger == {"closing": 40}
    grown = verdict(data, **sent("e", 15, 30), open="place,size\ne,big")
    assert grown.ok, sentences(grown)
    assert grown.ledger == {"closing": 40, "opening": 70, "running": 3}


def test_closed_sites_do_nothing() -> None:
    data = case(ONCE, **SITES)
    found = verdict(data, **sent("d", 8, 20))
    assert laws(found) == ["closed"]
    assert "d is closed, yet it takes in: 20" in found.broken[0].sentence
    both = verdict(data, **sent("d", 8, 20), open="place,size\nd,small\nd,big")
    assert "one size" in laws(both)
    assert laws(verdict(data, open="place,size\nf,-")) == ["status"]
    assert laws(verdict(data, open="place,size\nm,-")) == ["sites"]
    forced = case(ONCE, **SITES | {"sites": SITES["sites"].replace(",,closed", ",,open")})
    assert laws(verdict(forced)) == ["status"]


def test_closed_sites_keep_nothing_and_run_nothing() -> None:
    tables = {
        "places": "place\np",
        "materials": "material\nm",
        "processes": "process\nwork",
        "recipes": "process,material,rate\nwork,m,1",
        "stores": "place,material,start\np,m,3",
        "demand": "place,material\np,m",
        "sites": "place\np",
    }
    data = case(**tables)
    assert verdict(data, open="place,size\np,-", stock=AT + "p,m,1,5", run=RUN + "work,p,1,2").ok
    found = verdict(data, stock=AT + "p,m,1,5", run=RUN + "work,p,1,2")
    assert laws(found) == ["closed"]
    assert [s.split("yet it ")[1].split(":")[0] for s in sentences(found).splitlines()] == [
        "has activity",
        "keeps stock",
        "starts with stock",
    ]
    assert laws(verdict(data, deliver=AT + "p,m,1,3")) == ["closed"]  # it starts with stock


def test_capacity_in_mass_where_units_differ() -> None:
    tables = {
        "places": "place\ns\nd\nm",
        "materials": "material,unit,mass\nbat,unit,3\nscrap,t,\nout,dus,",
        "supply": "place,material\ns,bat\ns,scrap\nm,out",
        "lanes": "origin,dest,material\ns,d,bat\ns,d,scrap",
        "demand": "place,material\nd,*",
        "sites": "place,capacity,unit_cost\nd,2300,0.01",
    }
    done = {
        "collect": AT + "s,bat,1,100\ns,scrap,1,2",
        "flow": FLOW + "s,d,bat,,1,100\ns,d,scrap,,1,2",
        "deliver": AT + "d,bat,1,100\nd,scrap,1,2",
        "open": "place,size\nd,-",
    }
    found = verdict(case(**tables), **done)
    assert found.ok, sentences(found)
    assert found.ledger == pytest.approx({"unit": 23})
    less = verdict(case(**tables | {"sites": "place,capacity\nd,2299"}), **done)
    assert laws(less) == ["site capacity"] and " kg" in less.broken[0].sentence
    # where only one material may come, its own unit holds, whether another exists or not
    own = tables | {"lanes": "origin,dest,material\ns,d,bat", "sites": "place,capacity\nd,100"}
    done = {
        "collect": AT + "s,bat,1,100",
        "flow": FLOW + "s,d,bat,,1,100",
        "deliver": AT + "d,bat,1,100",
        "open": "place,size\nd,-",
    }
    assert verdict(case(**own), **done).ok


def test_tours_count_in_capacity() -> None:
    tables = {
        "places": "place\ns\nd",
        "materials": "material\nm",
        "modes": "mode,payload\ntruk,10",
        "supply": "place\ns",
        "demand": "place\nd",
        "sites": "place,capacity\nd,5",
        "tours": "tour,stop,place,mode\nt,1,d,\nt,2,s,truk\nt,3,d,",
    }
    done = {
        "collect": AT + "s,m,1,6",
        "deliver": AT + "d,m,1,6",
        "open": "place,size\nd,-",
        "tours": "tour,period,trips\nt,1,1",
        "tour_loads": "tour,stop,to,material,period,amount\nt,2,3,m,1,6",
    }
    assert laws(verdict(case(**tables), **done)) == ["site capacity"]
    assert verdict(case(**tables | {"sites": "place,capacity\nd,6"}), **done).ok
    assert laws(verdict(case(**tables | {"sites": "place\nd"}), **done | {"open": "place,size"})) == ["closed"]
