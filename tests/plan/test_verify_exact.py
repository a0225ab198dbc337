"""Laws are judged in rationals: what floats cannot tell is told, and what is missed is said, with its row."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

import balik
from balik import api
from balik.cli import main
from balik.plan.verify import TOLERANCE
from plan.verifying import case, laws, sentences, verdict

AT = "place,material,period,amount\n"


def passing(most: str = "", **more: str):
    tables = {
        "places": "place\na\nb",
        "materials": "material,unit\nm,kg",
        "supply": f"place,material,most\na,m,{most}",
        "demand": "place,material\nb,m",
        "lanes": "origin,dest,material,mode\na,b,m,",
    }
    return case(None, **(tables | more))


def moved(data, collected: str, delivered: str):
    return verdict(
        data,
        collect=AT + f"a,m,1,{collected}",
        flow=f"origin,dest,material,mode,period,amount\na,b,m,,1,{collected}",
        deliver=AT + f"b,m,1,{delivered}",
    )


def test_tenths_add_up_to_what_they_are() -> None:
    """0.1 + 0.2 is 0.3, and no float says so."""
    data = passing(places="place\na\nb\nc", supply="place,material\na,m\nc,m", lanes="origin,dest,material,mode\na,b,m,\nc,b,m,")
    found = verdict(
        data,
        collect=AT + "a,m,1,0.1\nc,m,1,0.2",
        flow="origin,dest,material,mode,period,amount\na,b,m,,1,0.1\nc,b,m,,1,0.2",
        deliver=AT + "b,m,1,0.3",
    )
    assert found.ok, sentences(found)
    assert found.residuals["balance"].by == 0
    assert found.residuals["balance"].laws == 3


def test_what_is_missed_is_said_with_its_row() -> None:
    found = moved(passing(), "0.3000001", "0.3")
    assert found.ok
    residual = found.residuals["balance"]
    assert residual.by == Fraction(1, 10**7)
    assert residual.where == "place=b, material=m, period=1"
    told = [entry for entry in found.exactness()["missed"] if entry["law"] == "balance"]
    assert told == [{"law": "balance", "by": 1e-7, "unit": "kg", "where": residual.where}]
    assert found.largest == ("balance", residual)


def test_verify_says_what_is_missed_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    balik.solve("jerigen-padang", out=folder)
    assert main(["verify", str(folder)]) == 0
    assert "Every law holds to the last digit." in capsys.readouterr().out
    flow = folder / "flow.csv"
    flow.write_text(flow.read_text().replace("kosong-2L,,1,160", "kosong-2L,,1,160.00000003"))
    told = {
        "en": "Largest residual: 3e-8 dus, balance at place=grosir-4, material=kosong-2L, period=1 "
        "(tolerance 1e-6 × the largest term).",
        "id": "Selisih terbesar: 3e-8 dus, neraca massa pada tempat grosir-4, material kosong-2L, periode 1 "
        "(toleransi 1e-6 × suku terbesar).",
    }
    for language, sentence in told.items():
        assert main(["verify", str(folder), "--lang", language]) == 3  # the seal is broken, and only that
        assert sentence in capsys.readouterr().out
    main(["verify", str(folder), "--json"])
    rows = {row["law"]: row for row in json.loads(capsys.readouterr().out)["residuals"]}
    assert rows["balance"] == {
        "law": "balance", "laws": rows["balance"]["laws"], "by": 3e-8, "unit": "dus",
        "where": "place=grosir-4, material=kosong-2L, period=1",
    }  # fmt: skip
    assert sum(row["laws"] for row in rows.values()) > 100 and rows["supply most"]["where"] is None


def test_a_broken_law_is_said_instead_of_residuals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    balik.solve("jerigen-padang", out=folder)
    flow = folder / "flow.csv"
    flow.write_text(flow.read_text().replace("kosong-2L,,1,160", "kosong-2L,,1,150"))
    assert main(["verify", str(folder)]) == 3
    out = capsys.readouterr().out
    assert "10 vanish" in out and "residual" not in out


@pytest.mark.parametrize(("most", "holds"), [("7.0000005", True), ("7.000000999999", True), ("6.99999", False)])
def test_the_tolerance_is_a_millionth_of_the_largest_term(most: str, holds: bool) -> None:
    assert moved(passing(most), "7", "7").ok == holds


def test_the_edge_of_the_tolerance_is_sharp() -> None:
    """7.000007 is over 7 by just its tolerance, a millionth of what is found; a billionth more is too much."""
    assert TOLERANCE == 1e-6
    edge = Fraction(7) / (1 - Fraction(1, 10**6))
    below, above = (f"{float(edge + Fraction(way, 10**12)):.13f}" for way in (-1, 1))
    assert moved(passing("7"), below, below).ok
    assert laws(moved(passing("7"), above, above)) == ["supply most"]


def test_a_rate_may_be_a_fraction() -> None:
    """10/9 of a run for each kg: 9 kg make 10, exactly."""
    data = passing(
        materials="material,unit\nm,kg\nn,kg",
        demand="place,material\na,n",
        lanes="origin,dest,material,mode\na,b,m,",
        processes="process,place\np,a",
        recipes="process,material,rate\np,m,-10/9\np,n,10/9",
    )
    found = verdict(
        data, collect=AT + "a,m,1,10", deliver=AT + "a,n,1,10", run="process,place,period,amount\np,a,1,9"
    )
    assert found.ok, sentences(found)
    assert found.residuals["balance"].by == 0


def test_a_unit_in_a_header_is_exact() -> None:
    """A third of a tonne an hour, over a year: 8,760 hours, and no float between."""
    data = passing(
        **{
            "places": "place\na\nb",
            "sites": "place,capacity [t/hour]\na,1/3",
            "periods": "period,length\n1,12",
        }
    )
    full = "2920000"
    found = verdict(
        data,
        collect=AT + f"a,m,1,{full}",
        flow=f"origin,dest,material,mode,period,amount\na,b,m,,1,{full}",
        deliver=AT + f"b,m,1,{full}",
        open="place,size\na,-",
    )
    assert found.ok, sentences(found)
    assert found.residuals["site capacity"].by == 0


def test_a_plan_says_how_exact_it_is() -> None:
    plan = api.solve("jerigen-padang")
    told = plan.document()["exactness"]
    assert told["tolerance"] == TOLERANCE
    assert told["laws"] > 100
    assert told["missed"] == []
