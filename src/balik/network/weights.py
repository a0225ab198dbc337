"""Weights of the objective: which quantity, and how much a unit of it counts."""

from __future__ import annotations

import numpy as np

from ..errors import did_you_mean
from ..kept import kept
from ..tables import Data
from ..words import say
from .limits import GIVEN, MEASURES, QUANTITIES, known_quantities


@kept
def encode_weights(data: Data) -> dict[str, float]:
    """`[objective]`: weight of every quantity, default cost = 1."""
    section = data.tables.settings.get("objective")
    taken = set(QUANTITIES) | set(MEASURES) | {"cost"}
    frame = data["processes"]
    for code, level in enumerate(frame.text["account"].levels):
        if level in taken:
            for row in np.flatnonzero(frame.text["account"].codes == code).tolist():
                data.problems.add(
                    "E341",
                    say("An account cannot bear the name of a quantity: '{level}'.", level=level),
                    say("Choose another name."),
                    **frame.where(row, "account"),
                )
    if not isinstance(section, dict) or not section:
        return {"cost": 1.0}
    weights = {}
    known = known_quantities(data)
    weighed = [q for q in known if q not in (*GIVEN, "stock")]
    for name, weight in section.items():
        where = data.tables.where("case", f"objective.{name}")
        if name not in weighed:
            data.problems.add(
                "E352",
                say("'{name}' is not a quantity that the objective can weigh.", name=name),
                did_you_mean(name, weighed) or say("Known: {names}.", names=", ".join(weighed)),
                **where,
            )
        elif isinstance(weight, bool) or not isinstance(weight, (int, float)) or not np.isfinite(weight):
            data.problems.add(
                "E352",
                say("The weight of {name} is not a number: {weight!r}.", name=name, weight=weight),
                say("Write {key} = {example}.", key=name, example="1"),
                **where,
            )
        elif name == "use" and weight < 0:
            data.problems.add(
                "E352",
                say("A negative weight on use would call for unused places to count as used."),
                say("Weigh open."),
                **where,
            )
        else:
            weights[name] = float(weight)
    return weights
