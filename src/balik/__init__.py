"""balik: plans how used things come back. Tables in, one formulation, a verified plan out.

>>> import balik
>>> balik.solve("jerigen-padang").cost
8161000.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BalikError, CallError, InputError, Problem

if TYPE_CHECKING:
    from .analysis.atlas import atlas
    from .analysis.audit import audit
    from .analysis.compare import compare
    from .analysis.dimensions import dimensions
    from .analysis.explain import explain
    from .analysis.frontier import frontier
    from .analysis.rank import rank
    from .analysis.reproduce import reproduce
    from .analysis.sensitivity import sensitivity
    from .analysis.uncertainty import simulate, stochastic
    from .analysis.validate import validate
    from .api import check, solve, verify
    from .books import annotate
    from .copies import cases, convert, new
    from .plan.plan import Plan
    from .views.draw import draw
    from .views.map.verb import map
    from .views.paper import math
    from .views.report import report

__version__ = "0.1.0"

#: Where each public name lives; they are imported when they are first used.
_HOMES = {
    "annotate": ".books",
    "atlas": ".analysis.atlas",
    "audit": ".analysis.audit",
    "check": ".api",
    "solve": ".api",
    "verify": ".api",
    "compare": ".analysis.compare",
    "dimensions": ".analysis.dimensions",
    "explain": ".analysis.explain",
    "frontier": ".analysis.frontier",
    "rank": ".analysis.rank",
    "reproduce": ".analysis.reproduce",
    "sensitivity": ".analysis.sensitivity",
    "simulate": ".analysis.uncertainty",
    "stochastic": ".analysis.uncertainty",
    "validate": ".analysis.validate",
    "cases": ".copies",
    "convert": ".copies",
    "draw": ".views.draw",
    "report": ".views.report",
    "new": ".copies",
    "map": ".views.map.verb",
    "math": ".views.paper",
    "Plan": ".plan.plan",
}

__all__ = [
    "BalikError",
    "CallError",
    "InputError",
    "Plan",
    "Problem",
    "annotate",
    "atlas",
    "audit",
    "cases",
    "check",
    "compare",
    "convert",
    "dimensions",
    "draw",
    "explain",
    "frontier",
    "map",
    "math",
    "new",
    "rank",
    "report",
    "reproduce",
    "sensitivity",
    "simulate",
    "solve",
    "stochastic",
    "validate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        home = import_module(_HOMES[name], __name__)
        globals().update({n: getattr(home, n) for n, where in _HOMES.items() if where == _HOMES[name]})
        return globals()[name]
    raise AttributeError(f"module 'balik' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
