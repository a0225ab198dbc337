"""The certificate of a search: its tree, with every row that was derived as the checker derives it.

The checker's ends of the columns may be nearer than those of the search, as it knows what the plan costs in the end: so
its rows are derived anew. The bound is what it sees in the tree.
"""

from __future__ import annotations

from ...duality.rounding import Rows
from ...duality.tree import Tree, ends_of, to_show
from ...proving.notes import Notes
from ...proving.shown import shown
from .made import Made
from .state import State


def certificate(s: State, bound: float, objective: float) -> Tree | None:
    """A tree that shows a bound, or as much of it as was noted; None where that is nothing."""
    notes, root = s.noted.end(), s.relaxation.at_root
    if root is None:
        return None
    claim = to_show(min(bound, objective), objective)
    lower, upper = ends_of(s.a, objective)
    rows = Rows(s.a, lower, upper)
    if (lower > upper).any():  # nothing else costs as little
        return Notes().tree(claim, rows, [])
    if len(notes) == 0:
        notes.new()
    if 0 not in notes.kept:
        notes.keep(0, s.noted.multipliers(root.number, root.duals, root.reduced, s.upper))
    made = Made(s.chains, s.linked, s.relaxation.made, rows)
    for node, mine in notes.kept.items():
        notes.kept[node] = made.put(*mine)
    found = shown(notes, rows, claim)
    return None if found is None else found[1].tree(found[0], rows, made.recipes)
