"""Figures that multiply to more than a solver takes are a problem of the case, and no refusal of the solver."""

from __future__ import annotations

from pathlib import Path

import pytest

import balik
from tables.casing import SMALL, codes, folder, problems

ROOM = {
    "materials.csv": "material,volume\nm,1e10\n",
    "modes.csv": "mode,room,trip_cost\nv,1e-6,1\n",
    "lanes.csv": "origin,dest,material,mode\na,b,m,v\n",
}
DEAR = {
    "modes.csv": "mode,payload,full_rate\nv,5,1e10\n",
    "lanes.csv": "origin,dest,material,mode,km\na,b,m,v,1e10\n",
}


#: 1 / payload is more than any float.
TINY = {
    "modes.csv": "mode,payload,trip_cost\nv,5e-324,1\n",
    "lanes.csv": "origin,dest,material,mode\na,b,m,v\n",
}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("files", [ROOM, DEAR, TINY], ids=["coefficient", "cost", "endless"])
def test_too_large_is_a_problem(files: dict[str, str], tmp_path: Path) -> None:
    found = problems(folder(tmp_path, files))
    assert "E383" in codes(found), [str(p) for p in found]
    assert any("(a,b,m,v" in p.found or "(a,b,v" in p.found for p in found), [str(p) for p in found]


def test_an_endless_bound_is_none(tmp_path: Path) -> None:
    lanes = "origin,dest,material,fee,most\na,b,m,2,9e19\n"
    assert balik.solve(folder(tmp_path, {"lanes.csv": lanes}, SMALL)).cost == 20
