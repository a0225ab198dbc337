"""Charts: each file is a pure function from a plan or a study to a figure, or to None where it has nothing to show."""

from .costs import costs
from .frequency import frequency
from .gantt import gantt
from .invoices import invoices
from .pareto import pareto
from .profile import profile
from .ranking import ranking
from .risk import risk
from .sankey import sankey
from .scenarios import scenarios
from .spider import spider
from .tornado import tornado
from .utilisation import utilisation

__all__ = [
    "costs",
    "frequency",
    "gantt",
    "invoices",
    "pareto",
    "profile",
    "ranking",
    "risk",
    "sankey",
    "scenarios",
    "spider",
    "tornado",
    "utilisation",
]
