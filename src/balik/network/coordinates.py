"""Where the places of a case are, in degrees."""

from __future__ import annotations

import numpy as np

from ..tables import Data


def coordinates(data: Data) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of every place that has them, also of those that stand where another does."""
    frame = data["places"]
    lat, lon = frame.plain("lat"), frame.plain("lon")
    own = {
        frame.text["place"][r]: (float(lon[r]), float(lat[r]))
        for r in range(len(frame))
        if not (np.isnan(lat[r]) or np.isnan(lon[r]))
    }
    at = {frame.text["place"][r]: frame.text["at"][r] for r in range(len(frame)) if frame.text["at"][r]}
    for place in at:
        seen, here = {place}, at[place]
        while here not in own and here in at and here not in seen:
            seen.add(here)
            here = at[here]
        if place not in own and here in own:
            own[place] = own[here]
    return own
