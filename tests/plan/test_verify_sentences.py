"""What the verifier says of laws that are broken without a number: a sentence of its own, in every language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import balik
from balik.api import options_of, prepare, solve_prepared
from balik.cli import main
from balik.plan import verify
from balik.plan.priced import unlike
from balik.plan.verify import Broken, judge
from balik.words import Sentence
from plan.verifying import case, plan

_CALLS = ("say", "sentences", "unknown_word")


def _faults() -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """Where a fault without numbers is noted, its sentence, and the function that this is in."""
    for path in sorted(Path(verify.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for call in ast.walk(function):
                if not isinstance(call, ast.Call):
                    continue
                name = ast.unparse(call.func)
                numberless = name.endswith("court.fault") and not [n for n in call.args[3:] if ast.unparse(n) != "None"]
                if numberless or (name == "_fault" and path.name == "folder.py"):
                    yield f"{path.name}:{call.lineno}", call.args[2 if numberless else 1], function


def _made(sentence: ast.expr, function: ast.AST) -> Iterator[ast.expr]:
    """What makes a sentence: the calls themselves, also those that its name stands for in the function."""
    if isinstance(sentence, ast.IfExp):
        yield from _made(sentence.body, function)
        yield from _made(sentence.orelse, function)
    elif isinstance(sentence, ast.Name):
        given = (n for n in ast.walk(function) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == sentence.id)
        yield from (made for n in given for made in _made(n.value, function))
    else:
        yield sentence


def test_every_fault_without_numbers_is_a_sentence_of_the_catalogue() -> None:
    faults = list(_faults())
    assert len(faults) > 70
    plain = []
    for spot, sentence, function in faults:
        made = list(_made(sentence, function))
        if not made or not all(isinstance(one, ast.Call) and ast.unparse(one.func) in _CALLS for one in made):
            plain.append(f"{spot}: {ast.unparse(sentence)}")
    assert not plain, "\n".join(plain)


# -- documents ---------------------------------------------------------------------------------------------------

SITES = ["a", "b"]
TABLES: dict[str, Any] = {
    "materials": {"material": ["m"], "unit": ["kg"]},
    "places": {"place": ["s", *SITES], "lat": [0.0, 0.0, 1.0], "lon": [0.0, 1.0, 1.0]},
    "supply": {"place": ["s"], "material": ["m"], "amount": [10.0]},
    "demand": {"place": SITES, "material": ["m"] * 2},
    "sites": {"place": SITES, "capacity": [6.0] * 2},
    "modes": {"mode": ["v"], "payload": [5.0], "loaded_rate": [1.0]},
    "lanes": {"origin": ["s"] * 2, "dest": SITES, "mode": ["v"] * 2},
    "limits": {"limit": ["l"], "quantity": ["flow"], "dest": ["each"], "least": [1.0], "most": [6.0], "spread": [9.0]},
    "goals": {"goal": ["alive"], "quantity": ["cost"], "target": [1.0], "sense": ["at_most"]},
    "resources": {"place": SITES, "resource": ["crew"] * 2, "capacity": [9.0, 8.0], "unit": ["h"] * 2},
    "uses": {"material": ["m"] * 2, "place": SITES, "resource": ["crew"] * 2, "rate": [1.0] * 2},
}


@pytest.fixture(scope="module")
def solved() -> tuple[Any, Any, dict[str, Any]]:
    prepared = prepare(TABLES, settings={"distance": {"detour": 1.0}})
    found, _ = solve_prepared(prepared, options_of(prepared.tables))
    document = json.loads(json.dumps(found.document()))
    assert found.verified and judge(prepared.data, found.columns, document).ok, found.broken
    return prepared.data, found.columns, document


def of(key: str, change: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """The first row under a key of the document, changed."""
    return lambda document: document[key][0].update(change)


def to(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Another value under a key."""
    return lambda document: document.update({key: value})


CHANGES: list[tuple[Callable[[dict[str, Any]], None], str, str]] = [
    (to("cost", "much"), "plan.json: cost is 'much', which is no finite number.", "plan.json: cost tertulis 'much', yang bukan angka berhingga."),
    (to("currency", "XYZ"), "plan.json: currency is 'XYZ', the case has 'IDR'.", "plan.json: currency tertulis 'XYZ', dalam kasus 'IDR'."),
    (to("ledger", 7), "plan.json: ledger is 7, which is no money by account.", "plan.json: ledger berisi 7, yang bukan uang per akun."),
    (to("used", ["a"]), "plan.json: used differs from where something arrives or is collected: b.",
     "plan.json: used berbeda dari tempat yang menerima atau mengumpulkan sesuatu: b."),
    (to("used", ["a", "b", "b"]), "plan.json: used differs from where something arrives or is collected: a place listed twice.",
     "plan.json: used berbeda dari tempat yang menerima atau mengumpulkan sesuatu: ada tempat yang tercantum dua kali."),
    (to("open", [{"place": "a"}]), "plan.json and the table open differ in what is open: b (size -).",
     "plan.json dan tabel open berbeda tentang apa yang buka: b (ukuran -)."),
    (of("sites", {"fullest": 1234.5}), "plan.json: fullest of site a is 1234.5, and the plan as written gives 1.000000.",
     "plan.json: kepenuhan tertinggi lokasi a tertulis 1234.5, padahal rencana seperti tertulis menghasilkan 1,000000."),
    (of("sites", {"unit": "t"}), "plan.json: site a counts in kg, not in 't'.", "plan.json: lokasi a menghitung dalam kg, bukan dalam 't'."),
    (of("sites", {"capacity": None}), "plan.json: capacity of site a is null, the plan as written gives 6.",
     "plan.json: kapasitas lokasi a tertulis null, rencana seperti tertulis menghasilkan 6."),
    (of("limits", {"limit": "x"}), "plan.json: limit x is no limit of the case.", "plan.json: batas x bukan batas dalam kasus ini."),
    (of("limits", {"limit": "x"}), "plan.json: limits says nothing of l (a).", "plan.json: limits tidak memuat l (a)."),
    (of("limits", {"binds": "least"}), "plan.json: limit l (a) binds at 'least', and it does not.",
     "plan.json: batas l (a) disebut mengikat pada 'least', padahal tidak."),
    (of("resources", {"unit": "x"}), "plan.json: place=a, resource=crew, period=1 is counted in 'x', the case says 'h'.",
     "plan.json: tempat a, sumber daya crew, periode 1 dihitung dalam 'x', kasus menyebut 'h'."),
    (of("goals", {"goal": "x"}), "The document of goals says nothing of alive.", "goals di dokumen tidak memuat alive."),
    (of("goals", {"sense": "x"}), "document: sense of goal alive is 'x', and it is 'at_most'.",
     "dokumen: sense sasaran alive tertulis 'x', seharusnya 'at_most'."),
    (of("goals", {"target": None}), "target of goal alive is no number, the plan as written gives 1.",
     "target sasaran alive tertulis bukan angka, rencana seperti tertulis menghasilkan 1."),
    (of("great_circles", {"km": 0.5}), "plan.json: the great circle s → a is 0.5 km, its coordinates give 111.195.",
     "plan.json: lingkaran besar s → a tertulis 0.5 km, koordinatnya menghasilkan 111,195."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "english", "indonesian"), CHANGES)
def test_documents_that_say_what_is_not_so(
    solved: tuple[Any, Any, dict[str, Any]],
    change: Callable[[dict[str, Any]], None], english: str, indonesian: str,
) -> None:  # fmt: skip
    data, columns, document = solved
    document = json.loads(json.dumps(document))
    change(document)
    broken = judge(data, columns, document).broken
    assert _told(broken).get(english) == indonesian, _told(broken)


def _told(broken: list[Broken]) -> dict[str, str]:
    """Every sentence and what it is in Indonesian; those without numbers are no other language's English."""
    for one in broken:
        if one.found is None or one.allowed is None:
            assert isinstance(one.sentence, Sentence) and one.told.into("id") != one.sentence, one
    return {str(one): one.told.into("id") for one in broken}


# -- tables ------------------------------------------------------------------------------------------------------


def test_tables_that_hold_what_the_case_has_not() -> None:
    """A ride where nothing moves, a fleet that is none, a vehicle without a row, a load that no stop allows."""
    data = case(
        materials="material,unit\nm,kg\nr,kg",
        places="place\na\nb\nc",
        modes="mode,material,payload\nv,m,5",
        lanes="origin,dest,material,mode,km\na,b,m,v,3\na,b,r,v,3",
        supply="place,material,amount\na,m,4\na,r,4",
        demand="place,material\nb,m\nb,r",
        tours="tour,stop,place,mode,material\nt,1,a,v,m\nt,2,c,,\nt,3,b,,",
    )
    done = plan(
        collect="place,material,period,amount\na,m,1,4\na,r,1,4",
        deliver="place,material,period,amount\nb,m,1,4\nb,r,1,4",
        flow="origin,dest,material,mode,period,amount\na,b,m,v,1,4\na,b,r,v,1,4",
        trips="origin,dest,mode,period,trips\na,b,v,1,1.6",
        backhaul="origin,dest,material,mode,period,amount\nb,a,m,v,1,1\na,b,m,v,1,1",
        fleet_trips="mode,base,origin,dest,tour,period,trips\nv,a,a,b,,1,1",
        tour_loads="tour,stop,to,material,period,amount\nt,3,1,m,1,1",
    )
    told = _told(judge(data, done).broken)
    assert told["The table modes says nothing of v with r."] == "Tabel modes tidak memuat v dengan r."
    assert told["trips row 1: km is blank, but the distance is known."] == "trips baris 1: km kosong, padahal jaraknya diketahui."
    assert told["The case has no fleets (fleet_trips row 1)."] == "Kasus ini tidak punya armada (fleet_trips baris 1)."
    assert told["origin=b, dest=a, material=m, mode=v, period=1 rides on a way back, but nothing moves there (backhaul row 1)."] == (
        "asal b, tujuan a, material m, moda v, periode 1 menumpang perjalanan balik, tetapi tidak ada yang diangkut di sana (backhaul baris 1)."
    )
    assert told["Tour t may not load m at stop 3 and unload it at stop 1 (tour_loads row 1)."] == (
        "Tur t tidak boleh memuat m di perhentian 3 dan menurunkannya di perhentian 1 (tour_loads baris 1)."
    )


PRICED = {name: TABLES[name] for name in ("materials", "supply", "demand")} | {
    "places": {"place": ["s", *SITES], "owner": ["x", "", ""]},
    "lanes": {"origin": ["s"] * 2, "dest": SITES, "fee": [1.0, 2.0], "most": [6.0, 9.0]},
}
ROW = "baris 1 (pernyataan flow, asal s, tujuan a, material m, periode 1)"


@pytest.mark.parametrize(
    ("table", "column", "cell", "indonesian"),
    [
        ("prices", "price", 0.0, f"prices {ROW}: harganya 0, padahal yang tidak punya harga tidak didaftar."),
        ("prices", "bound", 0.0, f"prices {ROW}: bound di luar rentang from … to."),
        ("prices", "origin", "a", f"prices {ROW}: kasus ini tidak punya hal semacam itu.".replace("asal s", "asal a")),
        ("prices", "dest", "", f"prices {ROW}: dest kosong, padahal flow memilikinya.".replace("tujuan a, ", "")),
        ("margins", "owner", "z", "margins baris 1: 'z': bukan pemilik dalam kasus ini."),
        ("margins", "paid", "much", "margins: paid untuk x bukan angka berhingga."),
        ("ledger", "unit", "t", "ledger baris 1 (akun fee, asal s, tujuan a, material m, periode 1): satuannya 't', padahal baris itu menghitung kg."),
    ],
)  # fmt: skip
def test_prices_margins_and_units_that_are_none(table: str, column: str, cell: Any, indonesian: str) -> None:
    prepared = prepare(PRICED)
    found, _ = solve_prepared(prepared, options_of(prepared.tables))
    columns = {name: {c: list(cells) for c, cells in given.items()} for name, given in found.columns.items()}
    assert judge(prepared.data, columns).ok
    columns[table][column][0] = cell
    assert indonesian in _told(judge(prepared.data, columns).broken).values()


def test_prices_that_are_not_the_duals() -> None:
    """Where they stand is said in the language, too."""
    prepared = prepare(PRICED)
    found, result = solve_prepared(prepared, options_of(prepared.tables))
    assert result.prices is not None
    model, program = prepared.model, prepared.model.program.arrays()
    columns = {name: {c: list(cells) for c, cells in given.items()} for name, given in found.columns.items()}
    columns["prices"]["price"][0] = 1234.5
    columns["prices"] = {c: cells[:-1] for c, cells in columns["prices"].items()}
    told = {str(where): why.into("id") for where, why in unlike(model, program, result.prices.row, columns)}
    assert told["prices row 1"] == "prices baris 1: harganya 1.234,5, sedangkan dual dalam sertifikat memberi -1."
    assert told["balance: place=s, material=m, period=1"] == (
        "Tabel prices tidak menyebut balance: tempat s, material m, periode 1, yang harganya -2."
    )


# -- folders -----------------------------------------------------------------------------------------------------

FOLDERS: list[tuple[dict[str, Any], str]] = [
    ({"status": "best"}, "plan.json: status tertulis 'best', padahal di sini ada rencana."),
    ({"bound": 1e6}, "plan.json: bound 1.000.000,0 lebih tinggi daripada objective 1.250,5."),
    ({"gap": 0.5}, "plan.json: gap tertulis 0.5, padahal bound dan objective menghasilkan 0."),
    ({"proof": {"how": "oath"}}, "plan.json: proof berisi {'how': 'oath'}, yang tidak menyebut bagaimana batas bawah ditunjukkan."),
    ({"measures": 3, "verified": False}, "plan.json: measures berisi 3, yang bukan angka per ukuran."),
    ({"measures": 3, "verified": False}, "plan.json: rencana ditulis sebagai belum terverifikasi."),
    ({"status": "infeasible"}, "Folder ini tidak memuat rencana; status kasusnya: infeasible."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "indonesian"), FOLDERS)
def test_the_command_says_it_in_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], indonesian: str
) -> None:
    tables = {name: TABLES[name] for name in ("materials", "places", "supply", "demand")}
    fees = {"origin": ["s"] * 2, "dest": SITES, "fee": [125.05, 130.0]}
    balik.solve(tables | {"lanes": fees}, out=tmp_path / "plan")
    path = tmp_path / "plan" / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    assert main(["verify", str(tmp_path / "plan"), "--lang", "id"]) == 3
    out = capsys.readouterr().out
    assert indonesian in out.splitlines(), out
    assert not re.search(r"\b(Inggris|the|which|is|and)\b", out), out
