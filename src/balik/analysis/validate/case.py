"""The five rounds, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...api import Case, options_of, prepare
from ..dimensions import dimensions
from .behaviour import behaviour_round
from .bench import Bench
from .calculation import calculation_round
from .checks import data_round, dimension_round
from .extremes import extreme_round
from .record import Validation
from .shape import shape_of


def validate(
    case: Case,
    scenario: str | None = None,
    set: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    **options: Any,
) -> Validation:
    """Five rounds of verification and validation of a case, as papers do them; each trial passes or fails, with numbers.

    1 dimensions, 2 data, keys and balances, 3 extreme conditions, 4 the calculation, 5 behaviour. What must happen is
    derived before a trial is made; a trial that does not apply says why. `options` are those of `solve`.

    >>> import balik
    >>> found = balik.validate("gudang-transit")
    >>> found.ok, [r.ok for r in found.rounds]
    (True, [True, True, True, True, True])
    """
    sets = (set,) if isinstance(set, str) else tuple(set)
    prepared = prepare(case, scenario, sets, settings)
    bench = Bench(prepared, options_of(prepared.tables, **options))
    units = dimensions(case, scenario, sets, settings)
    tables = prepared.tables
    return Validation(
        case=tables.name,
        title=tables.title,
        scenario=scenario,
        currency=tables.currency,
        period=tables.period,
        rounds=[
            dimension_round(units),
            data_round(bench),
            extreme_round(bench),
            calculation_round(bench),
            behaviour_round(bench, case, settings, scenario, sets),
        ],
        shape=shape_of(prepared, bench.plan),
        dimensions=units,
    )
