"""The five rounds, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api import Case
from ...words import say
from ..dimensions import dimensions
from ..many import Jobs, Many
from .calculation import calculation_round
from .checks import data_round, dimension_round
from .record import Round, Trial, Validation
from .shape import shape_of
from .trials import COUNTS, Trials


def validate(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Validation:
    """Five rounds of verification and validation of a case, as papers do them; each trial passes or fails, with numbers.

    1 dimensions, 2 data, keys and balances, 3 extreme conditions, 4 the calculation, 5 behaviour. What must happen is
    derived before a trial is made; a trial that does not apply says why. `options` are those of `solve`, and how many
    solves are run (workers, cluster, resume, progress).

    >>> import balik
    >>> found = balik.validate("gudang-transit")
    >>> found.ok, [r.ok for r in found.rounds]
    (True, [True, True, True, True, True])
    """
    sets = (set,) if isinstance(set, str) else tuple(set)
    jobs, units = Jobs.taken(options), dimensions(case, scenario, sets, settings)
    asked = (scenario, sets, settings, options)
    with Many("validate", Trials, case, asked, jobs, settings) as many:
        trials = Trials(case, *asked)
        bench = trials.bench
        many.here(trials, bench.told)
        numbers = [3, 5] if bench.plan.has_numbers else [3]
        many.ahead("made", [(number, k) for number in numbers for k in range(COUNTS[number])])
        found = {n: [t for k in range(COUNTS[n]) for t in many.one("made", n, k)] for n in numbers}
    tables = bench.prepared.tables
    return Validation(
        case=tables.name,
        title=tables.title,
        scenario=scenario,
        currency=tables.currency,
        period=tables.period,
        rounds=[
            dimension_round(units),
            data_round(bench),
            Round(3, say("Extreme conditions"), found[3]),
            calculation_round(bench),
            Round(
                5,
                say("Behaviour"),
                found.get(5) or [Trial(say("Behaviour"), bench.without)],
            ),
        ],
        shape=shape_of(bench.prepared, bench.plan),
        dimensions=units,
        stopped=bench.plan.status == "stopped",
    )
