"""Why this plan and not that: thresholds of sites and ways, what rows are worth, what was forced, what is idle.

Everything is solved again; nothing is answered at frozen flows. `cells` turns one number of the user's tables,
`decision` says what a program is with a site or way and without it, `seek` finds where that turns (with `lines` where
the number is a price), `worth` how far a price holds; `asking` counts the solves and ends them in time.
"""

from .ask import ask_flow, ask_site
from .overview import ask_plan

__all__ = ["ask_flow", "ask_plan", "ask_site"]
