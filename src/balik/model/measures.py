"""§10b Measures of the user's own: sums of rate × a quantity in a scope, each usable wherever a quantity is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..network.limits import MATERIAL_QUANTITIES
from ..network.network import LimitRow, Network
from ..words import say
from .limits import left_out_of
from .scope import in_scope, parts_of, scope_words
from .statement import Note, Part, Variables, measure

Array = np.ndarray


@measure(r"\sum_{r \in \mu} \omega_r\, \xi_r", unit="of the quantity", source="ours: any quantity at a rate")
def own(n: Network, v: Variables) -> list[Part]:
    """What the measures of the user's own count."""
    return [p for name in n.measures.names for p in own_measure(n, v, name)]


def own_measure(n: Network, v: Variables, name: str) -> list[Part]:
    """Lines of one measure: those of what its rows count, at the rates of the rows."""
    which = n.measures.names.index(name)
    return [p for at, row in enumerate(n.measures.rows) if row.limit == which for p in _counted(n, v, at, row)]


def _counted(n: Network, v: Variables, at: int, row: LimitRow) -> list[Part]:
    mine = n.measures.at == at
    rates = np.zeros(len(n.labels["material"]) + 1)  # the last: of what has no material
    rates[n.measures.material[mine]] = n.measures.rate[mine]
    unit = n.measures.units[row.limit]
    out = []
    for p in parts_of(v, row):
        on = in_scope(n, p, row)
        if on is not None and "period" in p.codes:
            on &= p.codes["period"] >= 0  # amounts of the past are counted by a lag alone
        if on is None or not on.any():
            continue
        kept = p.where(on)
        rate = rates[kept.codes["material"]] if row.quantity in MATERIAL_QUANTITIES else rates[-1]
        word = np.broadcast_to(np.asarray(unit, object), len(kept))
        out.append(replace(kept, rate=kept.rate * rate, unit=word, account=""))
    return out


def note_idle_rows(n: Network, v: Variables) -> None:
    """Say which rows of measures count nothing, because nothing has their scope, and which leave something out."""
    for row in n.measures.rows:
        scopes = [in_scope(n, p, row) for p in parts_of(v, row)]
        if row.scope and not any(on is not None and on.any() for on in scopes):
            found = say("No {quantity} has {scope}.", quantity=row.quantity, scope=scope_words(n, row))
            advice = say("The row counts nothing: check the labels of its scope, and the rates of what it counts.")
            v.note(Note("W550", found, advice, row.row, "of", "measures"))
        elif left_out := left_out_of(v, row):
            found = say(
                "{quantity} in this scope leaves out {parts}, which has no {column}.",
                quantity=row.quantity,
                parts=left_out[0],
                column=left_out[1],
            )
            advice = say("Count it in a row of its own, if it is meant.")
            v.note(Note("W311", found, advice, row.row, left_out[1], "measures"))
