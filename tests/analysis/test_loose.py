"""Studies by an engine that keeps its word and no more: within a wide gap, or cut short, what they say is still true."""

from __future__ import annotations

import operator
import os
import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

import balik
from balik.analysis.many import family
from balik.analysis.stopping import as_a_whole
from balik.analysis.validate.calculation import error_bound
from balik.analysis.validate.trials import Trials
from balik.engines import Result, run_highs
from balik.location import pick
from balik.location.pick import ENGINES
from balik.views.chapter import chapter
from balik.views.goals import goals_text
from balik.views.language import Language
from balik.views.report.summary import verdict
from balik.views.validation import validation_text
from model.making import tables
from model.test_goals import best, small

CASE = "turki-enam-kota"  # its two best sets of sites: F1 and F3 at 11,476.31465, F1 and F4 at 12,654.5341
LOOSE, TIGHT = 0.1, 1e-6


def another(a, x):
    """The program without the solution's choice of what is there or not; None where there is nothing to choose."""
    at = np.flatnonzero(a.integer & (a.lower < a.upper) & (a.upper <= 1))
    if not len(at):
        return None
    col = np.append(np.repeat(np.arange(len(a.cost)), np.diff(a.start)), at)
    row = np.append(a.row, np.full(len(at), len(a.row_lower)))
    value = np.append(a.value, np.where(x[at] > 0.5, -1.0, 1.0))
    order = np.lexsort((row, col))
    return replace(
        a, row_lower=np.append(a.row_lower, 1.0 - (x[at] > 0.5).sum()), row_upper=np.append(a.row_upper, np.inf),
        start=np.append(0, np.cumsum(np.bincount(col, minlength=len(a.cost)))).astype(a.start.dtype),
        row=row[order].astype(a.row.dtype), value=value[order],
    )  # fmt: skip


def worse(a, best, most):
    """One of the next solutions, each the best without the choices before, that lies no more than `most` above."""
    found = best
    for _ in range(4):
        if (a := another(a, found.x)) is None:
            break
        after = run_highs(a, balik.engines.Options(prices=False))
        if after.x is None or after.objective - best.objective > most * max(1.0, abs(after.objective)):
            break
        found = after
    objective = found.objective
    return replace(best, x=found.x, objective=objective, gap=(objective - best.bound) / max(1.0, abs(objective)), prices=None,
                   unique=None, certificate=None)  # fmt: skip


class Word(dict):
    """How solves are cut short, by their number; and the gaps that were asked for."""

    def __init__(self):
        self.gaps = []


@pytest.fixture
def word(monkeypatch):
    """An engine that ends with a plan far from the best within its gap, or is cut short."""
    cut = Word()

    def run(a, options, basis=None, **known):
        cut.gaps.append(options.gap)
        short = cut.get(len(cut.gaps))
        if short == "stopped":
            return Result("stopped", integer=True)
        best = run_highs(a, replace(options, gap=1e-7), None)
        if best.x is None or not a.integer.any():
            return best
        if short == "feasible":
            found = worse(a, replace(best, bound=best.objective - 0.5 * abs(best.objective)), 0.3)
            return replace(found, status="feasible")
        return worse(a, best, 0.99 * options.gap) if options.gap > TIGHT else best

    for name in pick.ENGINES:
        monkeypatch.setitem(pick.ENGINES, name, run)
    monkeypatch.setattr(family, "run_highs", run)
    return cut


def told(study):
    return " ".join(study.told)


@pytest.mark.parametrize("settings", [None, {"solve": {"gap": LOOSE}}], ids=["call", "case"])
def test_an_atlas_holds_what_lies_within_the_share(word, settings):
    study = balik.atlas(CASE, "5%", settings=settings, **({} if settings else {"gap": LOOSE}))
    assert [row["sites"] for row in study.rows] == [["F1", "F3"]] and study.more["complete"]


def test_an_atlas_leaves_out_what_was_taken_for_the_best(word):
    word[1] = "feasible"
    study = balik.atlas(CASE, "15%")
    assert study.rows and all(row["regret_percent"] <= 15 for row in study.rows) and not study.more["complete"]


def test_a_frontier_of_a_wide_gap_is_one_of_the_best(word):
    study = balik.frontier(CASE, ["cost", "open"], gap=LOOSE)
    assert [row["values"] for row in study.rows] == [{"cost": pytest.approx(11476.31465), "open": 2.0}]


def test_a_frontier_whose_end_was_not_found_says_how_its_search_ended(word):
    word[1] = "stopped"
    study = balik.frontier(CASE, ["cost", "open"])
    assert study.exit_code == 4 and "No plan was found (stopped)" in told(study)


@pytest.mark.parametrize("solve", [1, 2, 3])
def test_a_frontier_with_an_end_that_is_not_proved_is_not_complete(word, solve):
    word[solve] = "feasible"
    study = balik.frontier(CASE, ["cost", "open"])
    assert not study.more["complete"] and "nothing to trade" not in told(study)


def test_where_other_sites_are_best_is_asked_of_the_best(word, monkeypatch):
    monkeypatch.setattr("balik.analysis.sensitive.bench._SMALL", 0)  # as in a program of many columns
    study = balik.sensitivity(CASE, "sites.opening_cost[place=F1]", find="sites", gap=LOOSE)
    assert [(r["to"], r["to_next"], r["confirmed"]) for r in study.rows] == [(7154.18275, ["F2", "F3", "F4"], True)]


def test_plans_side_by_side_say_how_far_they_may_lie_above_the_best(word):
    said = "below these plans: smaller differences say nothing"
    assert said in told(balik.compare(CASE, gap=LOOSE)) and said not in told(balik.compare(CASE))
    table = balik.sensitivity(CASE, "transport", "0%:10%:10%", gap=LOOSE)
    assert said in told(table)


def test_of_loose_plans_no_set_of_sites_is_called_the_best(word):
    asked = {"over": "transport", "range": "0%:10%:10%", "against": "sites.capacity", "against_range": "0%:10%:10%"}
    assert "set of sites is best everywhere" in told(balik.sensitivity(CASE, **asked))
    assert "set of sites is best" not in told(balik.sensitivity(CASE, **asked, gap=LOOSE))


def test_what_was_stopped_is_not_called_impossible(word):
    word[5] = "stopped"  # within the halving
    study = balik.sensitivity(CASE, "supply.amount", "60%:120%:60%")
    assert "solve did not end in its time" in told(study)
    assert any("a plan exists up to" in one for one in study.findings)


def test_a_pair_that_was_stopped_is_not_one_without_a_plan(word):
    word[2] = "stopped"
    study = balik.sensitivity(CASE, "transport", "0%:10%:10%", against="supply.amount", against_range="0%:10%:10%")
    assert "have no plan" not in told(study) and "1 of 4 pairs gave no figure" in told(study)


def test_what_is_proved_of_vss_is_of_the_sites_for_the_mean(word):
    tight, loose = (balik.stochastic("titik-jemput-acak", gap=gap, workers=1) for gap in (TIGHT, LOOSE))
    span = next(one for one in loose.findings if "VSS lies between" in one)
    low, high = (float(text.replace(",", "").rstrip(".")) for text in span.split("between ")[1].split(" and "))
    assert low <= tight.more["VSS"] + 1 and tight.more["VSS"] <= high + 1
    assert "best decision may lie up to" in told(loose) and "best decision" not in told(tight)
    assert loose.more["EEV"] == pytest.approx(tight.more["EEV"])


def test_a_mean_case_that_was_stopped_is_not_called_none(word):
    word[10] = "stopped"  # after the whole, four plans of its decision and four alone
    assert "The mean case was stopped" in told(balik.stochastic("titik-jemput-acak", workers=1))


@pytest.mark.parametrize(("short", "code"), [("stopped", 4), ("feasible", 0)])
def test_a_decision_of_which_a_scenario_was_cut_short_is_not_called_proved(word, monkeypatch, short, code):
    cut = pick.ENGINES["highs"]

    def run(a, options, *more, **known):
        found = cut(a, options, *more, **known)
        return replace(found, status="feasible") if len(word.gaps) == 2 and short == "feasible" else found

    word[2] = short  # the first after the whole: a scenario under the decision
    for name in pick.ENGINES:
        monkeypatch.setitem(pick.ENGINES, name, run)
    study = balik.stochastic("titik-jemput-acak", workers=1)
    assert study.more["status"] == study.status == short and study.exit_code == code
    assert (study.more["RP"] is None) == (short == "stopped")


def test_draws_are_solved_to_their_end_whatever_the_gap(word):
    study = balik.simulate("titik-jemput-acak", 4, gap=LOOSE, workers=1)
    assert "not proved to be its best" in told(study)
    assert word.gaps == [LOOSE, *[TIGHT] * 4]


def test_printed_figures_are_held_against_the_best_plan_only(word):
    assert balik.reproduce(CASE, gap=LOOSE).ok


def test_a_plan_cut_short_has_no_figures_to_compare(word):
    word[1] = "feasible"
    study = balik.reproduce(CASE)
    assert {r["found"] for r in study.rows if r["scenario"] is None} == {"not_derivable"}
    assert "not proved to be the best, so it is not compared" in told(study)


def test_a_ranking_by_plans_that_are_not_proved_says_so(word):
    word[1] = "feasible"
    assert "so the ranking may be another" in told(balik.rank("delapan-jaringan"))


def test_ctrl_c_ends_a_study_and_not_only_its_search():
    solves = []

    def study():
        for _ in range(50):
            solves.append(run_highs(slow(), balik.engines.Options(time_limit=20.0, prices=False)))

    with pytest.raises(KeyboardInterrupt), as_a_whole():
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        begun = time.monotonic()
        study()
    assert not solves and time.monotonic() - begun < 15
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def slow():
    """A program with whole numbers that takes HiGHS long."""
    from balik.algebra import Arrays

    random, n, m = np.random.default_rng(4), 60, 5
    weight = random.integers(10**5, 10**6, (m, n)).astype(float)
    return Arrays(
        -random.integers(1, 100, n).astype(float), 0.0, np.zeros(n), np.ones(n), np.ones(n, bool), weight.sum(axis=1) // 2,
        weight.sum(axis=1) // 2, np.arange(0, n * m + 1, m, dtype=np.int32), np.tile(np.arange(m, dtype=np.int32), n),
        weight.T.ravel(),
    )  # fmt: skip


# -- goals -------------------------------------------------------------------------------------------------------------

ONCE = {"title": "test", "finance": {"one_off": "once"}}


def aimed(seed):
    """A case with goals, and its facts, from which all of its plans are enumerated."""
    texts, case = small(seed)
    return tables(texts), case


@pytest.mark.parametrize("seed", [5, 12, 21])
def test_a_priority_served_within_a_wide_gap_is_told_as_such(word, seed):
    cells, case = aimed(seed)
    plan = balik.solve(cells, settings=ONCE, gap=LOOSE)
    loose = [s for s in plan.facts["stages"] if s["gap"] > 1e-5]
    least = best(case)[0]
    assert plan.status == "optimal" and loose and plan.facts["stages"][0]["bound"] <= least + 1e-6
    said = goals_text(plan, Language("en"))
    assert all(f"priority {s['priority']} is not proved" in said for s in loose)
    assert "not proved to be the best plan" in verdict(plan, Language("en"))


@pytest.mark.parametrize("cut", ["gap", "stopped", "feasible"])
def test_a_goal_is_explained_of_the_plan_that_serves_the_goals_best(word, cut):
    """The oracle's cost; what is missed is told of that plan, and of none that was cut short."""
    cells, case = aimed({"gap": 12, "stopped": 2, "feasible": 4}[cut])
    word |= {} if cut == "gap" else {2 if cut == "stopped" else 1: cut}
    study = balik.explain(cells, settings=ONCE, **({"gap": LOOSE} if cut == "gap" else {}))
    assert "not proved to be the best" in study.told[0] and study.more["cost"] == pytest.approx(best(case)[-1])
    assert f"serves the goals best costs {best(case)[-1]:,}" in told(study)


def test_a_goal_of_a_plan_that_stays_unproved_is_not_explained(word):
    word |= {2: "stopped", 3: "feasible"}
    cells, _ = aimed(0)
    study = balik.explain(cells, settings=ONCE)
    assert "nothing was compared with it" in told(study) and "missed" not in told(study)


# -- validate ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tried(word, monkeypatch):
    """The same engine for programs beside the case's own."""
    monkeypatch.setattr("balik.analysis.validate.bench.run_highs", lambda a, options: ENGINES["highs"](a, options))
    return word


def test_trials_are_solved_to_their_end_whatever_the_gap(tried):
    trials = Trials(CASE, None, (), None, {"gap": LOOSE})
    [reverse] = trials.made(5, 6)
    assert reverse.passed and reverse.found == "11,476.31465" and set(tried.gaps) == {TIGHT}


@pytest.mark.parametrize(("number", "k", "solve"), [(3, 0, 1), (3, 1, 1), (3, 1, 2), (3, 2, 1), (3, 3, 1), (5, 0, 1), (5, 2, 1), (5, 6, 1)])  # fmt: skip
def test_a_trial_that_was_cut_short_neither_passes_nor_fails(tried, number, k, solve):
    """What passes of a trial with a plan that is not proved is as without the cut; of one without, nothing is told."""
    whole = Trials(CASE, None, (), None, {})
    passed = [t.passed for t in whole.made(number, k)]
    for how in ("stopped", "feasible"):
        tried.gaps.clear()
        tried[solve] = how
        cut = [t.passed for t in Trials(CASE, None, (), None, {}, whole.bench.told).made(number, k)]
        assert all(now is None or now == then for now, then in zip(cut, passed, strict=True))
        assert how == "feasible" or sum(map(operator.ne, cut, passed)) == 1


def test_a_case_whose_search_was_stopped_is_not_validated(tried):
    tried[1] = "stopped"
    found = balik.validate(CASE, workers=1)
    trials = [t for r in found.rounds for t in r.trials]
    assert not found.ok and found.exit_code == 4 and not any(t.passed is False for t in trials)
    assert "Not validated" in validation_text(found) and "Not validated" in chapter(found)
    assert not any("no plan exists" in t.expected for t in trials)


def test_what_shows_the_bound_of_a_search_that_was_stopped_is_no_fault(tried):
    tried[1] = "feasible"
    assert error_bound(Trials(CASE, None, (), None, {}).bench).passed is None


# -- stopped before any plan -------------------------------------------------------------------------------------------


def test_an_alternative_that_was_stopped_is_not_one_without_a_plan(word):
    word[1] = "stopped"
    assert "was stopped before one was found, so it is not ranked" in told(balik.rank("delapan-jaringan"))


def test_a_case_that_was_stopped_is_not_one_without_a_plan(word):
    word[1] = "stopped"
    study = balik.simulate("titik-jemput-acak", 4, workers=1)
    assert "was stopped before one was found, so there is nothing to try" in told(study)
    assert "Pencarian rencana" in " ".join(study.into("id").told)


def test_figures_of_a_search_that_was_stopped_are_not_compared(word):
    word[1] = "stopped"
    study = balik.reproduce(CASE)
    assert "the search was stopped before a plan was found, so it is not compared" in told(study)
    assert {r["why"] for r in study.rows if r["scenario"] is None} == {
        "No plan is proved to be the best, so there is none to compare with."
    }
