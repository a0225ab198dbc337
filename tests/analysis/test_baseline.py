"""Today's plan: flows as they are, beside what was paid for them."""

from __future__ import annotations

import csv
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import balik
from balik import cli
from balik.analysis.compare import _doubts
from balik.errors import InputError
from balik.network import encode
from balik.plan.verify import judge
from balik.plan.verify.judge import ledger_of
from balik.tables import read, type_tables
from balik.views.text import comparison_text, plan_text

ONCE = {"finance": {"one_off": "once"}}
FIXED = ONCE | {"solve": {"fix": "baseline"}}

#: Two villages, a warehouse that exists, one that could be opened, and a factory. By hand, for today's flows:
#: transport desa-a 600 × 10 km × 10 + 0.6 trips × 10 × 2000 = 72,000; desa-b 400 × 20 × 10 + 0.4 × 20 × 2000 = 96,000;
#: gudang 1000 × 40 × 10 + 1 × 40 × 2000 = 480,000; together 648,000. Fee: 400 × 5 = 2,000. Sorting 1000 × 3 = 3,000.
#: Running 7,000. In all 660,000.
CASE: dict[str, dict[str, list[Any]]] = {
    "places": {"place": ["desa-a", "desa-b", "gudang", "gudang-2", "pabrik"], "kind": ["d", "d", "g", "g", "p"]},
    "materials": {"material": ["campur", "bersih"]},
    "modes": {"mode": ["truk"], "payload": [1000], "full_rate": [10], "empty_rate": [2000]},
    "lanes": {
        "origin": ["desa-a", "desa-b", "desa-b", "gudang", "gudang-2"],
        "dest": ["gudang", "gudang", "gudang-2", "pabrik", "pabrik"],
        "material": ["campur", "campur", "campur", "bersih", "bersih"],
        "mode": ["truk"] * 5,
        "km": [10, 20, 2, 40, 30],
        "fee": [0, 5, 5, 0, 0],
    },
    "supply": {"place": ["desa-a", "desa-b"], "material": ["campur"] * 2, "amount": [600, 400]},
    "demand": {"place": ["pabrik"], "material": ["bersih"]},
    "processes": {"process": ["pilah"], "place": ["kind:g"], "cost": [3], "account": ["sorting"]},
    "recipes": {"process": ["pilah", "pilah"], "material": ["campur", "bersih"], "rate": [-1, 1]},
    "sites": {
        "place": ["gudang", "gudang-2"],
        "capacity": [2000, 2000],
        "running_cost": [7000, 5000],
        "opening_cost": [9000, 8000],
        "closing_cost": [10, 0],
        "status": ["existing", "candidate"],
    },
    "baseline": {
        "origin": ["desa-a", "desa-b", "gudang"],
        "dest": ["gudang", "gudang", "pabrik"],
        "material": ["campur", "campur", "bersih"],
        "mode": ["truk"] * 3,
        "amount": [600, 400, 1000],
        "cost": [72000, 98000, 480000],
    },
    "invoices": {"account": ["transport", "fee", "sorting", "running"], "amount": [648000, 2000, 3000, 7000]},
}


def case(**tables: dict[str, list[Any]] | None) -> dict[str, Any]:
    """The case with columns of tables replaced, or (None) without a table."""
    out = deepcopy(CASE)
    for name, columns in tables.items():
        out[name] = {**out.get(name, {}), **(columns or {})}
        if columns is None:
            del out[name]
    return out


def today(frames: dict[str, Any], **options: Any) -> balik.Plan:
    return balik.solve(frames, fix="baseline", **({"settings": ONCE} | options))


def codes(frames: dict[str, Any], fix: str | None = None) -> list[str]:
    return [p.code for p in balik.check(frames, settings=ONCE, fix=fix)]


def rows(plan: balik.Plan) -> dict[str, dict[str, Any]]:
    assert plan.baseline is not None
    return {row["account"]: row for row in plan.baseline["accounts"]}


def written(tmp_path: Path, frames: dict[str, Any]) -> Path:
    """The case as a folder, so that rows have lines."""
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "case.toml").write_text('title = "t"\n[finance]\none_off = "once"\n', encoding="utf-8")
    for name, columns in frames.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return tmp_path


# -- today's plan beside the invoices ----------------------------------------------------------------------------


def test_model_and_invoices_agree_to_the_rupiah() -> None:
    plan = today(case())
    assert (plan.status, plan.verified, plan.cost) == ("optimal", True, 660000.0)
    assert plan.accounts["transport"] == 648000 and plan.accounts["sorting"] == 3000
    assert {a: (r["ours"], r["invoice"], r["difference"], r["percent"]) for a, r in rows(plan).items()} == {
        "transport": (648000, 648000, 0, 0),
        "running": (7000, 7000, 0, 0),
        "sorting": (3000, 3000, 0, 0),
        "fee": (2000, 2000, 0, 0),
    }
    found = plan.document()["baseline"]
    assert found["total"] == {"ours": 660000, "invoice": 660000, "difference": 0, "percent": 0}
    assert found["trusted"] is True and found["findings"] == [] and found["flows_without_cost"] == 0
    assert [lane["difference"] for lane in found["lanes"]] == [0, 0, 0]
    assert "Where it comes from" not in plan_text(plan, "x") and "Today beside the invoices" in plan_text(plan, "x")


def test_without_fix_the_plan_is_free_and_says_nothing_of_invoices() -> None:
    plan = balik.solve(case(), settings=ONCE)
    assert plan.cost < 660000 and plan.baseline is None and plan.document()["baseline"] is None
    assert "Today" not in plan_text(plan, "x")


def test_invoices_three_per_cent_off_and_the_lane_that_shows_why() -> None:
    paid = {"invoices": {"amount": [668000, 2000, 3000, 7000]}, "baseline": {"cost": [72000, 98000, 500000]}}
    plan = today(case(**paid))
    row = rows(plan)["transport"]
    assert row["difference"] == -20000 and row["percent"] == pytest.approx(-100 * 20 / 668, abs=1e-4)
    found = plan.baseline
    assert found["trusted"] is True and found["off"] == []
    lane = found["lanes"][0]
    assert (lane["origin"], lane["dest"], lane["ours"], lane["paid"]) == ("gudang", "pabrik", 480000, 500000)
    assert lane["ours_per_unit"] == 480 and lane["paid_per_unit"] == 500
    # 480,000 at 40 km: 500,000 at 41.67; of the 80,000 of the trip 100,000 would be 1.25 trips
    assert lane["km_paid"] == pytest.approx(40 * 500 / 480, abs=1e-6) and lane["trips_paid"] == 1.25
    text = plan_text(plan, "x")
    assert "gudang → pabrik: Ours is 480 per kg, paid was 500." in text and "41.67 km instead of 40" in text
    assert "-20,000" in text and "-2.99 %" in text


def test_accounts_that_only_one_side_knows_and_a_sign() -> None:
    bills = {"account": ["transport", "holding", "sorting"], "amount": [648000, 55, -3000]}
    plan = today(case(invoices=None) | {"invoices": bills})
    text = "\n".join(plan.baseline["findings"])
    assert "The invoices name 55 for holding, and the model charges nothing there." in text
    assert "The model charges 7,000 for running, and no invoice names it." in text
    assert "The invoice of sorting has another sign than ours" in text
    assert rows(plan)["running"]["invoice"] is None and rows(plan)["holding"]["ours"] == 0
    assert plan.baseline["total"]["ours"] == 651000  # of the accounts that are invoiced


def test_one_invoice_of_everything() -> None:
    plan = today(case(invoices=None) | {"invoices": {"account": ["cost"], "amount": [600000]}})
    found = plan.baseline
    assert found["rest"] is None and found["total"]["ours"] == 660000 and found["total"]["percent"] == 10
    assert found["off"] == [] and all(row["invoice"] is None for row in found["accounts"])
    both = {"account": ["cost", "transport"], "amount": [600000, 648000]}
    found = today(case(invoices=None) | {"invoices": both}).baseline
    assert found["rest"]["ours"] == 12000 and found["rest"]["invoice"] == -48000


def test_an_invoice_of_nothing_has_no_per_cent() -> None:
    plan = today(case(invoices=None) | {"invoices": {"account": ["transport"], "amount": [0]}})
    assert rows(plan)["transport"]["percent"] is None and plan.baseline["total"]["percent"] is None
    assert plan.baseline["off"] == ["total"] and "not to be trusted" in plan.baseline["findings"][-1]
    json.dumps(plan.document(), allow_nan=False)
    assert "invoices say 0" in plan_text(plan, "x")


def test_without_invoices_it_says_so() -> None:
    found = today(case(invoices=None)).baseline
    assert found["total"] is None and found["trusted"] is None and "no table invoices" in found["findings"][0]


def test_without_invoices_the_costs_of_the_flows_judge() -> None:
    """A list of shipments with what each cost is all that many have."""
    frames = case(invoices=None)
    frames["baseline"]["cost"] = [2 * cost for cost in frames["baseline"]["cost"]]
    found = today(frames).baseline
    assert found["total"] is None and found["trusted"] is False and found["off"] == ["lanes"]
    assert "-5" in found["findings"][-1] and "savings against it are not to be trusted" in found["findings"][-1]
    frames |= {"scenarios": {"scenario": ["s"]}}
    assert any("not to be trusted" in line for line in balik.compare(frames, settings=ONCE).findings)
    frames["baseline"]["cost"] = [None] * len(frames["baseline"]["cost"])
    found = today(frames).baseline
    assert found["trusted"] is None and "nothing says" in found["findings"][-1]


def test_one_trip_is_said_in_the_singular() -> None:
    frames = case()
    frames["baseline"]["cost"] = [2 * cost for cost in frames["baseline"]["cost"]]
    whys = [str(lane["why"]) for lane in today(frames).baseline["lanes"]]
    assert any("one trip, 100 % full" in why for why in whys) and not any(" 1 trips" in why for why in whys)


def test_flows_without_a_cost_are_counted_and_their_vehicles_left_out() -> None:
    """Two materials ride together: where one has no cost, the trip is not beside a part of its cost."""
    frames = case(materials={"material": ["campur", "bersih", "lain"]})
    frames["lanes"] = {c: [*v, v[1]] for c, v in frames["lanes"].items()}
    frames["lanes"]["material"][-1] = "lain"
    frames["supply"] = {"place": ["desa-a", "desa-b", "desa-b"], "material": ["campur"] * 2 + ["lain"],
                        "amount": [600, 400, 100]}  # fmt: skip
    frames["demand"] = {"place": ["pabrik", "gudang"], "material": ["bersih", "lain"]}
    frames["baseline"] = {c: [*v, v[1]] for c, v in frames["baseline"].items()}
    frames["baseline"]["material"][-1], frames["baseline"]["amount"][-1] = "lain", 100
    frames["baseline"]["cost"][-1] = None
    found = today(frames).baseline
    assert found["flows_without_cost"] == 2 and {x["origin"] for x in found["lanes"]} == {"desa-a", "gudang"}
    frames["baseline"]["cost"][-1] = 20000
    found = today(frames).baseline
    way = next(x for x in found["lanes"] if x["origin"] == "desa-b")
    # 500 kg: 500 × 20 × 10 + 0.5 × 20 × 2000 + fee 500 × 5
    assert way["materials"] == ["campur", "lain"] and way["ours"] == 122500 and way["paid"] == 118000
    assert way["amount"] == 500 and way["trips"] == 0.5


def test_costs_of_the_flows_that_do_not_add_up_to_the_invoices() -> None:
    plan = today(case(invoices={"amount": [700000, 2000, 3000, 7000]}))
    assert any("+52,000 was invoiced beside the flows" in f for f in plan.baseline["findings"])
    plan = today(case(baseline={"cost": [None] * 3}))
    assert any("No flow of the baseline has a cost" in f for f in plan.baseline["findings"])


def test_money_counts_as_often_as_periods_recur_and_is_not_discounted() -> None:
    frames = case(periods={"period": ["kering", "basah"], "length": [1, 1], "repeats": [2, 1]})
    frames["baseline"] = {c: v * 2 for c, v in CASE["baseline"].items()} | {"period": ["kering"] * 3 + ["basah"] * 3}
    frames["invoices"]["amount"] = [3 * x for x in CASE["invoices"]["amount"]]
    npv = {"finance": {"one_off": "npv", "rate": 0.1, "periods_per_year": 1}}
    for settings in (ONCE, npv):
        plan = today(frames, settings=settings)
        assert plan.verified and all(row["difference"] == 0 for row in rows(plan).values())
        assert plan.baseline["total"]["ours"] == 3 * 660000
        lane = next(x for x in plan.baseline["lanes"] if x["origin"] == "gudang")
        assert (lane["amount"], lane["ours"], lane["trips"]) == (3000, 3 * 480000, 3)
    assert plan.cost < 3 * 660000  # discounted


def test_sites_that_exist_stay_open_and_cost_what_they_cost_today() -> None:
    frames = case(sites={"status": ["existing", "existing"], "running_cost": [7000, 500000]})
    plan = today(frames)
    assert plan.accounts["running"] == 507000 and "closing" not in {a for a, v in plan.accounts.items() if v}
    assert {s["place"] for s in plan.open} == {"gudang", "gudang-2"}
    free = balik.solve(frames, settings=ONCE)
    assert [s["place"] for s in free.open] == ["gudang"]  # without fix the dearer one closes
    data = type_tables(read(frames, settings=FIXED))
    columns = {k: v for k, v in free.columns.items() if k != "prices"}
    broken = judge(data, columns | {"ledger": ledger_of(data, columns)}).broken
    assert [b.law for b in broken] == ["status"] and "gudang-2" in broken[0].sentence


def test_trips_and_what_is_processed_follow_from_the_flows() -> None:
    plan = today(case(modes={"whole_trips": ["yes"]}))
    assert dict(zip(plan.columns["trips"]["origin"], plan.columns["trips"]["trips"], strict=True)) == {
        "desa-a": 1, "desa-b": 1, "gudang": 1,
    }  # fmt: skip
    assert plan.columns["run"]["amount"] == [1000]


# -- what does not fit -------------------------------------------------------------------------------------------


def test_a_row_without_a_lane_names_the_lane_to_add(tmp_path: Path) -> None:
    frames = case(baseline={"dest": ["gudang", "pabrik", "pabrik"]})
    folder = written(tmp_path / "kasus", frames)
    with pytest.raises(InputError) as error:
        balik.solve(folder, fix="baseline")
    (problem,) = error.value.problems
    assert (problem.code, problem.line, problem.column) == ("E391", 3, "dest")
    assert problem.file == "kasus/baseline.csv" and "desa-b,pabrik,campur,truk" in problem.advice
    assert [p.code for p in balik.check(folder)] == ["E391"]
    assert balik.solve(folder).status == "optimal"  # only today's plan needs the lane


def test_a_lane_that_within_left_out_is_said(tmp_path: Path) -> None:
    frames = case()
    frames["lanes"]["origin"] = ["desa-a", "kind:d", "desa-b", "gudang", "gudang-2"]
    frames["lanes"]["within"] = [None, 15, None, None, None]
    folder = written(tmp_path / "kasus", frames)
    (problem,) = [p for p in balik.check(folder) if p.code == "E391"]
    assert "left out by within or nearest (kasus/lanes.csv line 3)" in problem.found
    assert "desa-b,gudang,campur,truk" in problem.advice


@pytest.mark.parametrize(
    ("table", "columns", "code", "column"),
    [
        ("baseline", {"origin": ["desa-a", "desa-a", "gudang"], "dest": ["gudang", "gudang", "pabrik"]}, "E202", "origin"),
        ("baseline", {"origin": ["kind:d", "desa-b", "gudang"]}, "E201", "origin"),
        ("baseline", {"mode": ["*", "truk", "truk"]}, "E201", "mode"),
        ("baseline", {"mode": ["pikap", "truk", "truk"]}, "E201", "mode"),
        ("baseline", {"dest": ["desa-a", "gudang", "pabrik"]}, "E206", "dest"),
        ("baseline", {"amount": [None, 400, 1000]}, "E140", "amount"),
        ("baseline", {"amount": [-1, 400, 1000]}, "E122", "amount"),
        ("baseline", {"amount": [1e-8, 400, 1000]}, "E126", "amount"),
        ("baseline", {"material": ["", "campur", "bersih"]}, "E140", "material"),
        ("invoices", {"account": ["transprot", "fee", "sorting", "running"]}, "E201", "account"),
        ("invoices", {"account": ["fee", "fee", "sorting", "running"]}, "E202", "account"),
        ("invoices", {"account": ["each", "fee", "sorting", "running"]}, "E201", "account"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be(table: str, columns: dict[str, list[Any]], code: str, column: str) -> None:
    found = [p for p in balik.check(case(**{table: columns}), settings=ONCE) if p.severity == "error"]
    assert [(p.code, p.column) for p in found] == [(code, column)], list(map(str, found))


def test_the_nearest_account_is_proposed() -> None:
    (problem,) = balik.check(case(invoices={"account": ["transprot", "fee", "sorting", "running"]}), settings=ONCE)
    assert "'transport'" in problem.advice


def test_a_period_must_be_named_where_there_are_several() -> None:
    found = balik.check(case(periods={"period": ["1", "2"]}), settings=ONCE)
    assert [(p.code, p.column) for p in found if p.severity == "error"] == [("E140", "period")] * 3
    assert "2 periods" in found[0].found
    twice = case(baseline={"period": ["", "", "1"], "origin": ["desa-a", "desa-b", "gudang"]})
    assert codes(twice) == []  # blank and 1 are the same where there is one period
    twice["baseline"] = {c: [*v, v[0]] for c, v in twice["baseline"].items()} | {"period": ["", "", "1", "1"]}
    assert codes(twice) == ["E202"]


def test_the_table_must_be_there_and_the_word_known() -> None:
    with pytest.raises(InputError) as error:
        today(case(baseline=None))
    assert [p.code for p in error.value.problems] == ["E390"]
    with pytest.raises(balik.CallError, match="baseline"):
        balik.solve(case(), settings=ONCE, fix="basline")


# -- rows that contradict each other -----------------------------------------------------------------------------


def test_flows_that_do_not_balance_are_named_and_mended(tmp_path: Path) -> None:
    frames = case(processes=None, recipes=None, materials={"material": ["campur", "bersih"]})
    frames["lanes"]["material"] = ["campur"] * 5
    frames["demand"]["material"] = ["campur"]
    frames["baseline"]["material"] = ["campur"] * 3
    frames["baseline"]["amount"] = [600, 400, 999.6]
    frames["invoices"] = {"account": ["transport"], "amount": [648000]}
    folder = written(tmp_path / "kasus", frames)
    plan = balik.solve(folder, fix="baseline")
    assert plan.status == "infeasible" and plan.exit_code == 3
    (warning,) = [p for p in plan.problems if p.code == "W391"]
    assert "gudang" in warning.found and "0.4 are left over" in warning.found
    assert "balik explain kasus --fix baseline" in plan_text(plan, "kasus")
    study = balik.explain(folder, fix="baseline")
    (row,) = [r for r in study.rows if r["mends"]]
    assert row["change"] == "baseline.amount[origin=gudang,dest=pabrik,material=campur,mode=truk] = 1000"
    assert row["spots"] == "kasus/baseline.csv line 4: 999.6 → 1,000" and row["cost"] == pytest.approx(657000)
    text = "\n".join(study.findings)
    assert "today's flows (baseline.amount)" in text and "kasus/baseline.csv line 4" in text


def test_a_repair_may_raise_the_rows_of_a_whole_way() -> None:
    """10 kg more must be collected: through the process at the warehouse, both rows rise."""
    study = balik.explain(case(supply={"amount": [610, 400]}), fix="baseline", settings=ONCE)
    changes = {r["change"]: r["cost"] for r in study.rows if r["mends"]}
    up = "baseline.amount[origin=desa-a,dest=gudang,material=campur,mode=truk] = 610"
    on = "baseline.amount[origin=gudang,dest=pabrik,material=bersih,mode=truk] = 1010"
    # 10 kg × 10 km × (10 + 2000 / 1000), 10 kg × 40 km × 12, and 30 for sorting
    assert changes[f"{up}; {on}"] == pytest.approx(660000 + 1200 + 4800 + 30)
    assert changes["supply.amount[place=desa-a,material=campur] = 600"] == pytest.approx(660000)


def test_amounts_and_money_in_units_of_their_headers() -> None:
    """Tonnes and thousands of rupiah in the tables of today; the repair is in tonnes too."""
    frames = case(supply={"amount": [610, 400]})
    frames["baseline"]["amount [t]"] = [0.6, 0.4, 1.0]
    frames["baseline"]["cost [Rp ribu]"] = [72, 98, 480]
    frames["invoices"]["amount [Rp ribu]"] = [648, 2, 3, 7]
    del frames["baseline"]["amount"], frames["baseline"]["cost"], frames["invoices"]["amount"]
    study = balik.explain(frames, fix="baseline", settings=ONCE)
    assert any("mode=truk] = 0.61; " in r["change"] and "0.6 → 0.61" in r["spots"] for r in study.rows if r["mends"])
    plan = today(frames, set=["supply.amount[place=desa-a] = 600"])
    assert plan.verified and plan.baseline["total"]["difference"] == 0
    assert [lane["difference"] for lane in plan.baseline["lanes"]] == [0, 0, 0]


def test_what_supply_and_demand_say_counts_in_the_balance() -> None:
    assert "W391" in codes(case(supply={"amount": [610, 400]}))
    assert codes(case(supply={"amount": [None, None], "least": [500, 0], "most": [600, 500]})) == []
    short = case(demand={"amount": [1001]})
    assert "W391" in codes(short)
    assert "W391" not in codes(case(demand={"least": [1001], "shortage_cost": [5]}))


def test_a_site_that_is_closed_or_too_small() -> None:
    for columns, words in (({"status": ["closed", "candidate"]}, "a site that is closed"),
                           ({"capacity": [900, 2000]}, "the site takes at most 900")):  # fmt: skip
        frames = case(sites=columns)
        assert today(frames).status == "infeasible"
        found = [p for p in balik.check(frames, settings=ONCE) if p.code == "W393"]
        assert len(found) == 1 and words in found[0].found
        study = balik.explain(frames, fix="baseline", settings=ONCE)
        assert any(words in f for f in study.findings)
        mended = [r["change"].partition(" ")[0] for r in study.rows if r["mends"]]
        assert f"sites.{next(iter(columns))}[place=gudang]" in mended


def test_bounds_of_a_lane_that_today_breaks_are_warned_of() -> None:
    frames = case(lanes={"most": [500, None, None, None, None], "least": [0, 0, 30, 0, 0]})
    plan = today(frames)
    assert plan.cost == 660000 and [p.code for p in plan.problems if p.severity == "warning"] == ["W392"] * 2
    text = "\n".join(p.found for p in plan.problems)
    assert "600 go from desa-a to gudang, and the lane takes at most 500" in text
    assert "0 go from desa-b to gudang-2, and the lane must carry 30" in text


def test_a_limit_that_today_breaks() -> None:
    frames = case() | {"limits": {"limit": ["anggaran"], "quantity": ["transport"], "most": [600000]}}
    study = balik.explain(frames, fix="baseline", settings=ONCE)
    assert "limits.most[limit=anggaran] = 648000" in [r["change"] for r in study.rows if r["mends"]]


# -- the plan folder ---------------------------------------------------------------------------------------------


def test_a_plan_folder_of_today_is_judged_by_todays_flows(tmp_path: Path) -> None:
    folder = written(tmp_path / "kasus", case())
    out = tmp_path / "rencana"
    plan = balik.solve(folder, fix="baseline", out=out)
    assert balik.verify(out).ok
    document = json.loads(
        (out / "plan.json").read_text(encoding="utf-8"), parse_constant=lambda word: pytest.fail(word)
    )
    assert document["baseline"]["total"]["invoice"] == 660000 and document["options"]["fix"] == "baseline"
    assert 'fix = "baseline"' in (out / "input" / "case.toml").read_text(encoding="utf-8")
    assert balik.solve(out / "input").cost == plan.cost  # a replay needs no option
    flow = (out / "flow.csv").read_text(encoding="utf-8")
    (out / "flow.csv").write_text(flow.replace(",400\n", ",300\n"), encoding="utf-8")
    broken = balik.verify(out).broken
    assert any(
        b.law == "baseline" and "carries 300" in b.sentence and "baseline.csv line 3" in b.sentence for b in broken
    )


def test_the_verifier_catches_a_lawful_plan_that_is_not_todays() -> None:
    free, tables = balik.solve(case(), settings=ONCE), case()
    data = type_tables(read(tables, settings=FIXED))
    plan = {k: v for k, v in free.columns.items() if k != "prices"}
    broken = judge(data, plan | {"ledger": ledger_of(data, plan)}).broken
    assert {b.law for b in broken} == {"baseline"}
    text = "\n".join(b.sentence for b in broken)
    assert "desa-b → gudang-2 carries 400" in text and "baseline has no such row" in text


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["accounts"][0].update(ours=1.0),
        lambda b: b["accounts"][0].update(invoice=None),
        lambda b: b["accounts"][1].update(difference=5.0),
        lambda b: b["accounts"].pop(),
        lambda b: b["accounts"][0].update(account="nothing"),
        lambda b: b["total"].update(ours=float("nan")),
        lambda b: b.update(total=None),
        lambda b: b["total"].update(invoice=661000.0),
    ],
)
def test_the_verifier_catches_wrong_figures_beside_invoices(change: Any) -> None:
    plan = today(case())
    data = type_tables(plan.tables)
    document = json.loads(json.dumps(plan.document()))
    columns = {k: v for k, v in plan.columns.items() if k != "prices"}
    assert judge(data, columns, document).ok
    change(document["baseline"])
    assert "document" in {b.law for b in judge(data, columns, document).broken}


def test_a_document_without_its_baseline_is_caught() -> None:
    plan = today(case())
    document = plan.document() | {"baseline": None}
    assert not judge(type_tables(plan.tables), {k: v for k, v in plan.columns.items() if k != "prices"}, document).ok


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "kasus", case(invoices={"amount": [668000, 2000, 3000, 7000]}))
    assert cli.main(["solve", str(folder), "--fix", "baseline"]) == 0
    text = capsys.readouterr().out
    assert "today's flows" in text and "Today beside the invoices (Rp)" in text and "-2.99 %" in text
    assert cli.main(["solve", str(folder), "--fix", "baseline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["baseline"]["total"]["invoice"] == 680000
    assert cli.main(["explain", str(folder), "--fix", "baseline"]) == 0
    assert cli.main(["check", str(folder), "--fix", "baseline"]) == 0
    capsys.readouterr()
    assert cli.main(["solve", str(folder), "--fix", "flows"]) == 2
    assert "'flows' cannot be fixed" in capsys.readouterr().err
    assert cli.main(["compare", str(folder)]) == 0
    assert "baseline (today)" in capsys.readouterr().out


def test_tours_stay_free_and_their_money_is_told() -> None:
    frames = case()
    frames["tours"] = {"tour": ["keliling"] * 3, "stop": [1, 2, 3], "place": ["gudang", "desa-a", "gudang"],
                       "mode": ["truk"] * 3, "km": [None, 1, 1]}  # fmt: skip
    frames["baseline"]["amount"] = [500, 400, 1000]
    frames["baseline"]["cost"][0] = 60000
    plan = today(frames)
    assert plan.verified and plan.columns["tour_loads"]["amount"] == [100]
    # the first leg 0.1 × 1 × 2000, the second at least 100 × 1 × 10
    assert any("1,200 of transport and trip is theirs" in f for f in plan.baseline["findings"])


# -- compare -----------------------------------------------------------------------------------------------------


def scenarios(**tables: Any) -> dict[str, Any]:
    changes = {"scenario": ["murah"], "table": ["modes"], "column": ["full_rate"], "value": [5]}
    return case(**tables) | {"scenarios": {"scenario": ["murah"]}, "changes": changes}


def test_compare_shows_savings_against_today() -> None:
    study = balik.compare(scenarios(), settings=ONCE)
    rows = {row["scenario"]: row for row in study.rows}
    assert list(rows) == ["baseline (today)", "base", "murah"] and study.exit_code == 0 and study.findings == []
    assert rows["baseline (today)"]["cost"] == 660000 and rows["baseline (today)"]["saving"] == 0
    for name in ("base", "murah"):
        saving = 660000 - rows[name]["cost"]
        assert saving > 0 and rows[name]["saving"] == pytest.approx(saving)
        assert rows[name]["saving_percent"] == pytest.approx(saving / 6600, abs=1e-4)
    text = comparison_text(study.rows, "IDR")
    assert "saving" in text.splitlines()[0] and "baseline (today)" in text
    json.dumps(study.document(), allow_nan=False)


def test_compare_without_a_baseline_is_as_it_was() -> None:
    study = balik.compare(scenarios(baseline=None, invoices=None), settings=ONCE)
    assert [row["scenario"] for row in study.rows] == ["base", "murah"] and "saving" not in study.rows[0]
    assert "saving" not in comparison_text(study.rows, "IDR")


@pytest.mark.parametrize(
    ("amounts", "off"),
    [
        ([648000, 2000, 3000, 7000], []),
        ([590000, 2000, 3000, 7000], []),  # +9.8 % of it
        ([588000, 2000, 3000, 7000], ["transport"]),  # +10.2 % of the largest, +10 % of all
        ([580000, 2000, 3000, 7000], ["total", "transport"]),
        ([648000, 2000, 6000, 7000], []),  # half of it, but it makes less than a tenth of the money
    ],
)
def test_a_baseline_that_is_off_by_more_than_a_tenth_warns(amounts: list[float], off: list[str]) -> None:
    study = balik.compare(scenarios(invoices={"amount": amounts}), settings=ONCE)
    assert today(case(invoices={"amount": amounts})).baseline["off"] == off
    assert [f"({name}:" in f for name, f in zip(off, study.findings, strict=True)] == [True] * len(off)
    assert all("not to be trusted" in f for f in study.findings)


def test_trust_is_asked_of_today_without_the_changes_of_the_call() -> None:
    study = balik.compare(scenarios(), set=["modes.full_rate *= 2"], settings=ONCE)
    assert study.findings == [] and study.rows[0]["cost"] > 1000000


def test_todays_flows_that_were_stopped_are_not_without_a_plan() -> None:
    """Or these without the changes of the call."""
    sound = today(case())
    stopped = replace(sound, status="stopped", objective=None, cost=None, columns={}, verified=False, facts={})
    for found, said in (((stopped, sound), "so no savings"), ((sound, stopped), "not set beside the invoices")):
        [doubt] = _doubts(*found)
        assert "stopped" in doubt and said in doubt and "no plan" not in doubt


def test_compare_goes_on_where_today_has_no_plan() -> None:
    study = balik.compare(scenarios(sites={"capacity": [900, 2000]}), settings=ONCE)
    assert study.exit_code == 0 and study.rows[0]["status"] == "infeasible"
    assert "no plan (infeasible), so no savings; ask explain --fix baseline" in study.findings[0]
    assert all(row["saving"] is None and row["saving_percent"] is None for row in study.rows)
    assert study.rows[1]["cost"] is not None
    comparison_text(study.rows, "IDR")


def test_a_folder_that_fixes_by_itself_and_explains(tmp_path: Path) -> None:
    """The setting is part of the case: no verb needs to know of it."""
    folder = written(tmp_path / "kasus", case(sites={"capacity": [900, 2000]}))
    toml = folder / "case.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '[solve]\nfix = "baseline"\n', encoding="utf-8")
    assert balik.solve(folder).status == "infeasible"
    assert "sites.capacity[place=gudang] = 1000" in [r["change"] for r in balik.explain(folder).rows if r["mends"]]


# -- two readers of one table ------------------------------------------------------------------------------------


def test_on_random_networks_the_plan_carries_the_baseline_and_verifies() -> None:
    """Flows of a free plan, taken as today's: the same flows come back, at the same cost or less for what is free."""
    rng = np.random.default_rng(5)
    for _ in range(12):
        frames = _random(rng)
        free = balik.solve(frames)
        assert free.status == "optimal"
        flow = free.columns["flow"]
        frames["baseline"] = {c: flow[c] for c in ("origin", "dest", "material", "mode", "period", "amount")}
        plan = balik.solve(frames, fix="baseline")
        assert plan.status == "optimal" and plan.verified, plan.broken
        assert plan.columns["flow"] == flow
        assert plan.cost == pytest.approx(free.cost, rel=1e-6)


def _random(rng: np.random.Generator) -> dict[str, Any]:
    periods, homes = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    places = [*(f"h{i}" for i in range(homes)), "g1", "g2", "p"]
    lanes = {"origin": ["kind:h", "kind:g", "kind:g"], "dest": ["kind:g", "p", "p"], "mode": ["v", "v", ""],
             "fee": [0, 0, int(rng.integers(20, 40))], "km": [7, 13, None]}  # fmt: skip
    return {
        "places": {"place": places, "kind": [*"h" * homes, "g", "g", "p"]},
        "materials": {"material": ["m"], "unit": ["dus"]},
        "periods": {"period": [f"t{i}" for i in range(periods)], "length": rng.integers(1, 3, periods).tolist()},
        "modes": {"mode": ["v"], "payload": [50], "full_rate": [1], "empty_rate": [9],
                  "whole_trips": [["yes", "no"][int(rng.integers(2))]]},
        "lanes": lanes,
        "supply": {"place": [f"h{i}" for i in range(homes)], "amount": rng.integers(5, 60, homes).tolist()},
        "demand": {"place": ["p"]},
        "sites": {"place": ["g1", "g2"], "capacity": [400, 400], "running_cost": [30, 20]},
    }  # fmt: skip


def test_both_readers_see_a_blank_mode_as_no_vehicle() -> None:
    frames = case(lanes={"mode": ["", "truk", "truk", "truk", "truk"]}, baseline={"mode": ["", "truk", "truk"]})
    plan = today(frames)
    assert plan.verified and plan.cost == 660000 - 72000
    n = encode(type_tables(read(frames, settings=FIXED)))
    assert n.lanes.least.tolist() == n.lanes.most.tolist() and sorted(n.lanes.most) == [0, 0, 400, 600, 1000]
