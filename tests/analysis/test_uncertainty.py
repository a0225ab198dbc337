"""Two stages and draws, against enumeration of the first stage, closed forms and the moments of the draws."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import balik
from balik.analysis.uncertainty.draws import draws_of
from balik.analysis.uncertainty.extensive import worst_mean
from balik.analysis.uncertainty.simulate import _summary
from balik.analysis.uncertainty.stochastic import _Search
from balik.api import prepare
from balik.cli import main
from balik.views.uncertainty import stochastic_text


def tables(seed: int = 3) -> dict[str, Any]:
    """Three homes, three hubs that cost, a dear way that is always open; three scenarios of what comes."""
    rng = np.random.default_rng(seed)
    homes, hubs = ["a", "b", "c"], ["p", "q", "r"]
    pairs = list(itertools.product(homes, [*hubs, "far"]))
    fees = [40 if d == "far" else int(rng.integers(1, 15)) for _, d in pairs]
    changes = [("low", f"place={h}", 0.5) for h in homes] + [
        ("high", f"place={h}", float(rng.integers(2, 5))) for h in homes
    ]
    return {
        "places": {"place": [*homes, *hubs, "far"], "kind": ["home"] * 3 + ["hub"] * 3 + ["end"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": [o for o, _ in pairs], "dest": [d for _, d in pairs], "material": ["m"] * len(pairs),
                  "fee": fees},
        "supply": {"place": homes, "material": ["m"] * 3, "amount": rng.integers(4, 12, 3).tolist()},
        "demand": {"place": [*hubs, "far"], "material": ["m"] * 4},
        "sites": {"place": hubs, "running_cost": rng.integers(40, 120, 3).tolist(), "capacity": [20, 25, 30]},
        "scenarios": {"scenario": ["low", "same", "high"], "probability": [0.5, 0.3, 0.2]},
        "changes": {"scenario": [c[0] for c in changes], "table": ["supply"] * 6, "column": ["amount"] * 6,
                    "where": [c[1] for c in changes], "op": ["*="] * 6, "value": [c[2] for c in changes]},
    }  # fmt: skip


CHANCE = {"low": 0.5, "same": 0.3, "high": 0.2}


def by_set(t: dict[str, Any]) -> dict[tuple[str, ...], list[float]]:
    """What each scenario costs with each set of open hubs."""
    found = {}
    for k in range(4):
        for chosen in itertools.combinations("pqr", k):
            sets = [f"sites.status[place={h}] = {'open' if h in chosen else 'closed'}" for h in "pqr"]
            found[chosen] = [float(balik.solve(t, s, sets).cost or 0) for s in CHANCE]
    return found


@pytest.mark.parametrize("seed", [4])
def test_the_values_are_those_of_enumeration(seed: int) -> None:
    t, chance = tables(seed), np.array(list(CHANCE.values()))
    costs = by_set(t)
    found = balik.stochastic(t).more
    rp = min(float(chance @ c) for c in costs.values())
    ws = float(chance @ np.min(list(costs.values()), axis=0))
    assert found["RP"] == pytest.approx(rp) and found["WS"] == pytest.approx(ws)
    assert found["EVPI"] == pytest.approx(rp - ws) and found["VSS"] >= -1e-6
    assert float(chance @ costs[tuple(sorted(found["sites"]))]) == pytest.approx(rp)
    assert found["bound"] == pytest.approx(rp, rel=1e-5)


@pytest.mark.parametrize(("level", "weight"), [(0.7, 1.0), (0.8, 0.5)])
def test_risk_is_weighed_as_in_enumeration(level: float, weight: float) -> None:
    t, chance = tables(5), np.array(list(CHANCE.values()))
    costs = by_set(t)

    def worth(c: list[float]) -> float:
        return (1 - weight) * float(chance @ c) + weight * worst_mean(np.array(c), chance, level)

    found = balik.stochastic(t, level=level, weight=weight).more
    assert (1 - weight) * found["RP"] + weight * found["CVaR"] == pytest.approx(min(map(worth, costs.values())))
    assert found["VSS"] is None and found["EVPI"] is None  # they are of the mean


def test_the_mean_case_is_solved_with_mean_figures() -> None:
    t = tables(6)
    found = balik.stochastic(t)
    factor = {h: 0.5 * 0.5 + 0.3 + 0.2 * v for h, v in zip("abc", t["changes"]["value"][3:], strict=True)}
    mean = balik.solve(t, set=[f"supply.amount[place={h}] *= {f}" for h, f in factor.items()])
    assert found.more["EV"] == pytest.approx(mean.cost)
    sets = [f"sites.status[place={h}] = {'open' if h in [o['place'] for o in mean.open] else 'closed'}" for h in "pqr"]
    eev = sum(p * float(balik.solve(t, s, sets).cost or 0) for s, p in CHANCE.items())
    assert found.more["EEV"] == pytest.approx(eev)


def test_values_of_solves_that_are_not_proved_are_bounded() -> None:
    exact, loose = (balik.stochastic(tables(7), gap=gap) for gap in (1e-6, 0.3))
    told = [f for f in loose.findings if f.startswith("By what is proved")]
    assert [f.split(", ")[1].split(" lies")[0] for f in told] == ["VSS", "EVPI"]
    for sentence, name in zip(told, ("VSS", "EVPI"), strict=True):
        low, high = (float(word.rstrip(".").replace(",", "")) for word in sentence.split("between ")[1].split(" and "))
        assert low - 1e-6 <= exact.more[name] <= high + 1e-6 and low - 1e-6 <= loose.more[name] <= high + 1e-6
    assert not any(f.startswith("By what is proved") for f in exact.findings)


def test_no_value_is_below_nothing_where_a_solve_misses_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solve to a gap may find a decision worse than that for the mean; the better one is taken."""
    monkeypatch.setattr(_Search, "recourse", lambda self: self.plans(np.zeros(len(self.whole.first[0]))))
    monkeypatch.setattr(_Search, "alone", lambda self: self.plans(np.zeros(len(self.whole.first[0]))))
    found = balik.stochastic(tables(5))
    assert found.more["VSS"] == 0 and found.more["EVPI"] >= 0 and found.more["sites"]
    assert all(row["regret"] >= 0 for row in found.rows)


def test_one_certain_scenario_is_the_plain_model() -> None:
    t = tables()
    t["scenarios"] = {"scenario": ["low", "same", "high"], "probability": [0, 1, 0]}
    found = balik.stochastic(t).more
    assert found["RP"] == found["WS"] == balik.solve(t, "same").cost
    assert found["EVPI"] == 0 and found["VSS"] == 0


@pytest.mark.parametrize(("level", "value"), [(0, 25), (0.5, 35), (0.6, 36.25), (0.75, 40)])
def test_the_mean_of_the_worst(level: float, value: float) -> None:
    assert worst_mean(np.array([10.0, 20, 30, 40]), np.full(4, 0.25), level) == pytest.approx(value)


def test_a_decision_that_some_scenario_forbids() -> None:
    t = tables()
    t["lanes"]["most"] = [0 if d == "far" else 1000 for d in t["lanes"]["dest"]]
    t["sites"]["capacity"] = [9, 9, 9]
    found = balik.stochastic(t)
    assert found.exit_code == 3
    assert found.rows == [] and found.more["RP"] is None and any("high" in f for f in found.findings)


def test_goals_of_a_scenario_are_refused_too(tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "far").mkdir(parents=True)
    for name, text in {
        "case.toml": 'title = "x"', "places.csv": "place\na\nz", "materials.csv": "material\nm",
        "lanes.csv": "origin,dest,material,fee\na,z,m,2", "supply.csv": "place,material,most\na,m,9",
        "demand.csv": "place,material\nz,m", "scenarios.csv": "scenario,probability\nfar,1",
        "scenarios/far/goals.csv": "goal,quantity,target,sense\ng,collect,3,at_least",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text + "\n")
    with pytest.raises(balik.CallError, match="Goals are met"):
        balik.stochastic(tmp_path)


def test_probabilities_must_add_up() -> None:
    t = tables()
    t["scenarios"] = {"scenario": ["low", "same", "high"], "probability": [0.5, 0.3, 0.3]}
    with pytest.raises(balik.InputError, match=r"1\.1"):
        balik.stochastic(t)


def test_a_scenario_without_a_probability_is_named() -> None:
    t = tables()
    assert not any("Left out" in told for told in balik.stochastic(t).findings)
    t["scenarios"]["probability"] = [0.8, "", 0.2]
    found = balik.stochastic(t)
    assert [row["scenario"] for row in found.rows] == ["low", "high"]
    assert "Left out, as their probability is blank or 0: same." in found.findings


def test_why_a_figure_is_not_told() -> None:
    t = tables()
    why = [
        (balik.stochastic(t, weight=0.5), "VSS and EVPI are of the mean"),
        (balik.stochastic(t, chance=0.9), "WS, EEV, VSS and EVPI are of the decision without a chance"),
    ]
    for study, sentence in why:
        assert study.more["EVPI"] is None and any(told.startswith(sentence) for told in study.findings)
        assert "decided now, on the average" in stochastic_text(study) or not study.more["weight"]
    assert not any(told.startswith("The mean case") for told in why[1][0].findings)


def test_a_draw_without_a_plan_is_no_scenario_to_be_explained() -> None:
    t = tables() | {
        "distributions": {"variable": ["v"], "table": ["supply"], "column": ["amount"], "where": ["place=a"], "op": ["="],
                          "shape": ["uniform"], "low": [5], "high": [15]},
        "lanes": {"origin": ["a", "b", "c"], "dest": ["far"] * 3, "material": ["m"] * 3, "most": [10, "", ""]},
    }  # fmt: skip
    found = balik.stochastic(t, 4)
    assert found.exit_code == 3 and found.findings[0] == "No decision now has a plan in every scenario."
    alone = [told for told in found.findings if "even alone" in told]
    assert alone and all(told.startswith("#") and told.endswith("has no plan even alone.") for told in alone)


def test_scenarios_that_choose_among_other_sites_are_refused() -> None:
    t = tables()
    t["sites@high"] = {"place": ["far"], "running_cost": [3]}
    with pytest.raises(balik.CallError, match="other sites"):
        balik.stochastic(t)


def drawn(shape: str, count: int = 4000, **figures: float) -> np.ndarray:
    """Draws of one variable."""
    t = tables()
    row = {"variable": ["v"], "table": ["supply"], "column": ["amount"], "where": ["place=a"], "shape": [shape]}
    t["distributions"] = row | {name: [value] for name, value in figures.items()}
    sample = draws_of(prepare(t).data).sample(count, 1)
    return np.array([float(sets[0].split("*=")[1]) for sets in sample])


def test_draws_have_the_moments_of_their_shape() -> None:
    normal = drawn("normal", mean=3, sd=0.5)
    assert normal.mean() == pytest.approx(3, abs=0.03) and normal.std() == pytest.approx(0.5, abs=0.03)
    log = drawn("lognormal", mean=2, sd=1)
    assert log.min() > 0 and log.mean() == pytest.approx(2, abs=0.06) and log.std() == pytest.approx(1, abs=0.12)
    flat = drawn("uniform", low=1, high=4)
    assert flat.min() >= 1 and flat.max() <= 4 and flat.mean() == pytest.approx(2.5, abs=0.05)
    three = drawn("triangular", low=0, mode=1, high=5)
    assert three.mean() == pytest.approx(2, abs=0.06) and three.var() == pytest.approx((25 + 1 - 5) / 18, abs=0.08)
    cut = drawn("normal", mean=0, sd=1, low=0)
    assert cut.min() >= 0 and cut.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.03)
    assert (drawn("normal", 3, mean=7, sd=0) == 7).all()


def test_draws_that_are_tied_move_together() -> None:
    t = tables()
    names = ["u", "v", "u"]
    t["distributions"] = {"variable": names, "table": ["supply"] * 3, "column": ["amount"] * 3,
                          "where": ["place=a", "place=b", "place=c"], "mean": [1, 1, 2], "sd": [0.1, 0.1, 0.2]}  # fmt: skip
    t["correlations"] = {"a": ["u"], "b": ["v"], "rho": [-0.8]}
    values = np.array([[float(s.split("*=")[1]) for s in sets] for sets in draws_of(prepare(t).data).sample(3000, 2)])
    assert np.corrcoef(values[:, 0], values[:, 1])[0, 1] == pytest.approx(-0.8, abs=0.03)
    assert values[:, 2] == pytest.approx(2 * values[:, 0])  # rows of one variable are one draw


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"shape": ["normal"], "mean": [1]}, "E681"),
        ({"shape": ["uniform"], "low": [2], "high": [1]}, "E681"),
        ({"shape": ["triangular"], "low": [0], "mode": [3], "high": [2]}, "E681"),
        ({"shape": ["lognormal"], "mean": [0], "sd": [1]}, "E681"),
        ({"shape": ["normal"], "mean": [0], "sd": [1], "low": [90], "high": [95]}, "E681"),
        ({"shape": ["normal"], "mean": [3], "sd": [0], "high": [2]}, "E681"),
    ],
)
def test_distributions_that_cannot_be(figures: dict[str, list[Any]], code: str) -> None:
    t = tables()
    t["distributions"] = {"variable": ["v"], "table": ["supply"], "column": ["amount"]} | figures
    with pytest.raises(balik.InputError) as raised:
        balik.simulate(t, 2)
    assert [p.code for p in raised.value.problems] == [code]


def test_a_draw_that_cannot_be_is_named() -> None:
    t = tables()
    t["distributions"] = {"variable": ["v"], "table": ["supply"], "column": ["amount"], "mean": [0], "sd": [5]}
    for ask in (lambda: balik.simulate(t, 20), lambda: balik.stochastic(t, samples=20)):
        with pytest.raises(balik.InputError, match="Draw ") as raised:
            ask()
        assert [p.code for p in raised.value.problems] == ["E684"]


def test_correlations_that_cannot_hold_together() -> None:
    t = tables()
    t["distributions"] = {"variable": list("xyz"), "table": ["supply"] * 3, "column": ["amount"] * 3,
                          "where": ["place=a", "place=b", "place=c"], "mean": [1] * 3, "sd": [0.1] * 3}  # fmt: skip
    t["correlations"] = {"a": list("xyx"), "b": list("yzz"), "rho": [0.9, 0.9, -0.9]}
    with pytest.raises(balik.InputError) as raised:
        balik.simulate(t, 2)
    assert [p.code for p in raised.value.problems] == ["E682"]


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [("xx", "yy", "E202"), ("xy", "yx", "E202"), ("x", "x", "E682")],
    ids=["twice", "turned", "itself"],
)
def test_pairs_that_cannot_be_tied(a: str, b: str, code: str) -> None:
    t = tables()
    t["distributions"] = {"variable": list("xy"), "table": ["supply"] * 2, "column": ["amount"] * 2,
                          "where": ["place=a", "place=b"], "mean": [1] * 2, "sd": [0.1] * 2}  # fmt: skip
    t["correlations"] = {"a": list(a), "b": list(b), "rho": [0.2, -0.9][: len(a)]}
    with pytest.raises(balik.InputError) as raised:
        balik.simulate(t, 2)
    assert [p.code for p in raised.value.problems] == [code]


def test_draws_that_are_not_proved_or_give_no_figure_are_told() -> None:
    rows = [{"status": s, "objective": v} for s, v in
            (("optimal", 1.0), ("feasible", 3.0), ("infeasible", None), ("unbounded", None), ("stopped", None))]  # fmt: skip
    found = _summary(rows, 0.5)
    assert (found["mean"], found["unproved"], found["stopped"], found["without_plan"]) == (2, 1, 2, 0.2)


def test_a_case_without_distributions() -> None:
    with pytest.raises(balik.InputError) as raised:
        balik.simulate(tables(), 2)
    assert [p.code for p in raised.value.problems] == ["E680"]


def test_draws_without_spread_cost_what_is_written() -> None:
    t = tables()
    t["distributions"] = {"variable": ["v"], "table": ["supply"], "column": ["amount"], "mean": [1], "sd": [0]}
    found = balik.simulate(t, 5).more
    assert found["mean"] == pytest.approx(found["as_written"]) and found["sd"] == pytest.approx(0, abs=1e-6)
    assert found["without_plan"] == 0


def test_a_share_of_draws_without_a_plan() -> None:
    """One way that takes 10: half of the draws of a uniform 5 to 15 have no plan."""
    t = {
        "places": {"place": ["a", "z"]},
        "materials": {"material": ["m"]},
        "lanes": {"origin": ["a"], "dest": ["z"], "material": ["m"], "fee": [2], "most": [10]},
        "supply": {"place": ["a"], "material": ["m"], "amount": [5]},
        "demand": {"place": ["z"], "material": ["m"]},
        "distributions": {"variable": ["v"], "table": ["supply"], "column": ["amount"], "op": ["="],
                          "shape": ["uniform"], "low": [5], "high": [15]},
    }  # fmt: skip
    found = balik.simulate(t, 60).more
    assert found["without_plan"] == pytest.approx(0.5, abs=0.2)
    assert found["mean"] == pytest.approx(15, abs=1.2)  # 2 × the mean of 5 to 10
    stopped = balik.simulate(t, 5, time_limit=1e-9)
    assert stopped.rows == [] and stopped.exit_code == 4
    assert balik.simulate(t, 5, set=["supply.amount = 11"]).exit_code == 3
    for level in (1.0, -0.1, float("nan")):
        with pytest.raises(balik.CallError):
            balik.simulate(t, 5, level=level)


def test_draws_that_were_stopped_are_not_called_without_a_plan() -> None:
    rows = [{"status": s, "objective": o} for s, o in (("optimal", 1.0), ("optimal", 3.0), ("stopped", None))]
    assert _summary(rows, 0.9)["without_plan"] == 0 and _summary(rows, 0.9)["stopped"] == 1


def test_the_same_seed_draws_the_same() -> None:
    runs = [balik.simulate("titik-jemput-acak", 4, seed=s).more["mean"] for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stochastic", "titik-jemput-acak", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "stochastic" and document["RP"] == 2745583.75 and document["VSS"] == 54853.75
    assert document["EVPI"] == 196475.0 and all(r["verified"] for r in document["rows"])
    assert main(["simulate", "titik-jemput-acak", "--samples", "3", "--lang", "id"]) == 0
    assert "dari undian" in capsys.readouterr().out
