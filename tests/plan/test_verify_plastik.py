"""The plastics study, whose figures are known to the rupiah: lanes, milk runs, sorting, disposal."""

import pytest

from balik.plan.verify import judge
from plan.verifying import Plan, booked, case, laws, plan, sentences, verdict

TABLES = {
    "places": "place\nrumah\npemulung\nbank\nlapak\nbandar\npabrik\nkonsumen",
    "materials": "material,unit\ncampur,kg\npilah,kg\nbersih,kg\nbahan,kg\nproduk,kg\nresidu,kg",
    "modes": "mode,payload,full_rate,empty_rate\npickup,2000,20,5000",
    "lanes": """origin,dest,material,mode,km,fill
        rumah,bank,campur,,,
        pemulung,lapak,campur,,,
        bank,bandar,pilah,pickup,21,0.4
        lapak,bandar,pilah,pickup,18,0.6
        bandar,pabrik,bersih,pickup,30,1
        pabrik,konsumen,produk,pickup,31,1""",
    "supply": "place,material,amount\nrumah,campur,950\npemulung,campur,15600",
    "demand": "place,material,least\nkonsumen,produk,0",
    "processes": """process,place,cost,per,account
        pilah,bank,500,pilah,sorting
        pilah,lapak,600,pilah,sorting
        pilah-bandar,bandar,850,bersih,sorting
        pilah-pabrik,pabrik,1000,bahan,sorting
        produksi,pabrik,9000,produk,production
        buang,bank,450,residu,disposal
        buang,lapak,720,residu,disposal
        buang,bandar,900,residu,disposal
        buang,pabrik,1080,residu,disposal""",
    "recipes": """process,material,rate
        pilah,campur,-1
        pilah,pilah,0.9
        pilah,residu,0.1
        pilah-bandar,pilah,-1
        pilah-bandar,bersih,0.9
        pilah-bandar,residu,0.1
        pilah-pabrik,bersih,-1
        pilah-pabrik,bahan,0.9
        pilah-pabrik,residu,0.1
        produksi,bahan,-1
        produksi,produk,1
        buang,residu,-1""",
}
PLACES = {
    "collect": "place,material,period,amount\nrumah,campur,1,950\npemulung,campur,1,15600",
    "deliver": "place,material,period,amount\nkonsumen,produk,1,12064.95",
    "run": """process,place,period,amount
        pilah,bank,1,950
        pilah,lapak,1,15600
        pilah-bandar,bandar,1,14895
        pilah-pabrik,pabrik,1,13405.5
        produksi,pabrik,1,12064.95
        buang,bank,1,95
        buang,lapak,1,1560
        buang,bandar,1,1489.5
        buang,pabrik,1,1340.55""",
}
REST = """origin,dest,material,mode,period,amount
    rumah,bank,campur,,1,950
    pemulung,lapak,campur,,1,15600
    bandar,pabrik,bersih,pickup,1,13405.5
    pabrik,konsumen,produk,pickup,1,12064.95"""
DIRECT = """
    bank,bandar,pilah,pickup,1,855
    lapak,bandar,pilah,pickup,1,14040"""
TRIPS = """origin,dest,mode,period,trips,km
    bandar,pabrik,pickup,1,6.70275,402.165
    pabrik,konsumen,pickup,1,6.032475,374.01345"""
DIRECT_TRIPS = """
    bank,bandar,pickup,1,1.06875,44.8875
    lapak,bandar,pickup,1,11.7,421.2"""


def direct() -> dict[str, str]:
    """The base: direct runs."""
    return PLACES | {"flow": REST + DIRECT, "trips": TRIPS + DIRECT_TRIPS}


def test_base_to_the_rupiah() -> None:
    found = verdict(case(**TABLES), **direct())
    assert found.ok, sentences(found)
    assert found.cost == pytest.approx(168_892_702.875, abs=1e-6)
    assert found.ledger == pytest.approx(
        {"transport": 24_042_733.875, "sorting": 32_311_125, "disposal": 3_954_294, "production": 108_584_550}, abs=1e-6
    )
    assert found.objective == found.cost
    assert found.measures["km"] == pytest.approx(402.165 + 374.01345 + 44.8875 + 421.2)
    assert found.measures["tkm"] is None  # the lanes of the collectors have no km
    assert found.measures["co2"] == 0 and found.measures["jobs"] == 0
    assert found.laws > 60


LEDGER = """account,origin,dest,material,mode,period,process,place,tour,stop,amount,unit,rate,cost
    transport,bank,bandar,pilah,pickup,1,,,,,855,kg,420,359100
    transport,lapak,bandar,pilah,pickup,1,,,,,14040,kg,360,5054400
    transport,bandar,pabrik,bersih,pickup,1,,,,,13405.5,kg,600,8043300
    transport,pabrik,konsumen,produk,pickup,1,,,,,12064.95,kg,620,7480269
    transport,bank,bandar,,pickup,1,,,,,1.06875,trip,105000,112218.75
    transport,lapak,bandar,,pickup,1,,,,,11.7,trip,90000,1053000
    transport,bandar,pabrik,,pickup,1,,,,,6.70275,trip,150000,1005412.5
    transport,pabrik,konsumen,,pickup,1,,,,,6.032475,trip,155000,935033.625
    sorting,,,,,1,pilah,bank,,,950,kg,450,427500
    sorting,,,,,1,pilah,lapak,,,15600,kg,540,8424000
    sorting,,,,,1,pilah-bandar,bandar,,,14895,kg,765,11394675
    sorting,,,,,1,pilah-pabrik,pabrik,,,13405.5,kg,900,12064950
    production,,,,,1,produksi,pabrik,,,12064.95,kg,9000,108584550
    disposal,,,,,1,buang,bank,,,95,kg,450,42750
    disposal,,,,,1,buang,lapak,,,1560,kg,720,1123200
    disposal,,,,,1,buang,bandar,,,1489.5,kg,900,1340550
    disposal,,,,,1,buang,pabrik,,,1340.55,kg,1080,1447794"""


def full_plan() -> Plan:
    """The base with every line of its ledger, computed by hand."""
    done = plan(**direct())
    done["ledger"] = plan(ledger=LEDGER)["ledger"] | {"size": [""] * 17}
    return done


def test_ledger_by_hand() -> None:
    found = judge(case(**TABLES), full_plan())
    assert found.ok, sentences(found)


def test_ledger_moved_between_lanes_is_caught() -> None:
    done = full_plan()
    done["ledger"]["cost"][0] += 1000
    done["ledger"]["amount"][0] += 1000 / 420
    done["ledger"]["cost"][1] -= 1000
    done["ledger"]["amount"][1] -= 1000 / 360
    found = judge(case(**TABLES), done)
    assert laws(found) == ["ledger"]
    assert len(found.broken) == 2  # the account's sum is right; two keys are not
    assert "origin=bank" in found.broken[0].where


HEAD = "tour,stop,material,place,do,mode,fill,km,full_rate,floor\n"
ALUR_2 = (
    HEAD
    + """t,1,pilah,bandar,,,,,,
    t,2,pilah,lapak,load,pickup,{0},18,,{2}
    t,3,pilah,bank,load,pickup,{1},7,{3},{2}
    t,4,pilah,bandar,unload,,,21,20,{2}"""
)
ALUR_3 = (
    HEAD
    + """t,1,pilah,bandar,,,,,,
    t,2,pilah,bank,load,pickup,{1},21,,{2}
    t,3,pilah,lapak,load,pickup,{0},7,20,{2}
    t,4,pilah,bandar,unload,,,18,{3},{2}"""
)
LOADS_2 = "tour,stop,to,material,period,amount\nt,2,4,pilah,1,14040\nt,3,4,pilah,1,855"
LOADS_3 = "tour,stop,to,material,period,amount\nt,2,4,pilah,1,855\nt,3,4,pilah,1,14040"


@pytest.mark.parametrize(
    "tour, loads, trips, bandar, total",
    [
        (ALUR_2.format(0.6, 0.6, "no", 30), LOADS_2, 12.4125, 10_321_425, 172_635_409.125),
        (ALUR_3.format(0.4, 0.4, "no", 30), LOADS_3, 18.61875, 10_117_968.75, 172_431_952.875),
        (ALUR_2.format(0.6, 0.4, "yes", 20), LOADS_2, 12.76875, 9_370_687.5, None),
        (ALUR_3.format(0.6, 0.4, "yes", 20), LOADS_3, 12.76875, 7_149_825, None),
    ],
    ids=["alur-2 printed", "alur-3 printed", "alur-2 on one basis", "alur-3 on one basis"],
)
def test_milk_runs(tour: str, loads: str, trips: float, bandar: float, total: float | None) -> None:
    data = case(**TABLES, tours=tour)
    done = PLACES | {"flow": REST, "trips": TRIPS, "tours": f"tour,period,trips\nt,1,{trips}", "tour_loads": loads}
    found = verdict(data, **done)
    assert found.ok, sentences(found)
    assert found.ledger["transport"] == pytest.approx(bandar + 9_048_712.5 + 8_415_302.625, abs=1e-6)
    if total:
        assert found.cost == pytest.approx(total, abs=1e-6)
    assert found.measures["km"] == pytest.approx(402.165 + 374.01345 + trips * 46)

    fewer = verdict(data, **done | {"tours": f"tour,period,trips\nt,1,{trips - 0.001}"})
    assert laws(fewer) == ["tour trips"]
    assert "Tour t: " in fewer.broken[0].sentence


def test_whole_trips() -> None:
    """Eleven direct runs to the lapak, one to the bank, one milk run over both: 6,634,100."""
    tables = TABLES | {
        "modes": "mode,payload,full_rate,empty_rate,whole_trips\npickup,2000,20,5000,yes\ntruk,2000,20,5000,no",
        "lanes": TABLES["lanes"].replace("bersih,pickup", "bersih,truk").replace("produk,pickup", "produk,truk"),
        "tours": ALUR_3.format(0.6, 0.4, "yes", 20),
    }
    data = case(**tables)
    # One milk run: 840 kg of the lapak are 0.7 of a trip at fill 0.6, which leaves 0.3 × 800 kg to the bank.
    rest = REST.replace("bersih,pickup", "bersih,truk").replace("produk,pickup", "produk,truk")
    done = PLACES | {
        "flow": rest + "\nbank,bandar,pilah,pickup,1,615\nlapak,bandar,pilah,pickup,1,13200",
        "trips": TRIPS.replace("pickup", "truk") + "\nbank,bandar,pickup,1,1,42\nlapak,bandar,pickup,1,11,396",
        "tours": "tour,period,trips\nt,1,1",
        "tour_loads": "tour,stop,to,material,period,amount\nt,2,4,pilah,1,240\nt,3,4,pilah,1,840",
    }
    found = verdict(data, **done)
    assert found.ok, sentences(found)
    lanes = 615 * 420 + 105_000 + 13_200 * 360 + 11 * 90_000
    run = 105_000 + max(240 * 7 * 20, 7 * 5000) + max(1080 * 18 * 20, 18 * 5000)
    assert lanes + run == 6_634_100  # the floor holds on the second leg
    assert found.ledger["transport"] == pytest.approx(lanes + run + 9_048_712.5 + 8_415_302.625)
    half = verdict(data, **done | {"tours": "tour,period,trips\nt,1,1.5"})
    assert laws(half) == ["whole trips"]
    half = verdict(data, **done | {"trips": done["trips"].replace("pickup,1,11,396", "pickup,1,11.5,414")})
    assert laws(half) == ["whole trips"]
    less = verdict(data, **done | {"trips": done["trips"].replace("pickup,1,11,396", "pickup,1,10,360")})
    assert laws(less) == ["trips"]


def test_stops_that_no_tour_has() -> None:
    data = case(**TABLES, tours=ALUR_2.format(0.6, 0.6, "no", 30))
    done = PLACES | {"flow": REST, "trips": TRIPS, "tours": "tour,period,trips\nt,1,12.4125"}
    for wrong in ("t,1,4", "t,4,2", "t,2,3"):
        loads = LOADS_2.replace("t,2,4", wrong)
        found = verdict(data, **done | {"tour_loads": loads})
        assert "tour stops" in laws(found), wrong
    assert "tour stops" not in laws(verdict(data, **done | {"tour_loads": LOADS_2}))


def test_balance_names_what_vanishes() -> None:
    done = booked(case(**TABLES), plan(**direct()))
    done["deliver"]["amount"][0] = 12_000.0  # no price, so the ledger stands
    found = judge(case(**TABLES), done)
    assert laws(found) == ["balance"]
    broken = found.broken[0]
    assert broken.where == "place=konsumen, material=produk, period=1"
    assert broken.by == pytest.approx(64.95)
    assert broken.sentence == (
        "konsumen: 12,064.95 kg of produk come in (arrive, are collected, made or were in stock), "
        "12,000 go out: 64.95 vanish."
    )
