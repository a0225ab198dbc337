"""Program to result: knows no logistics. One engine a file."""

from .cones import with_cones
from .highs import run_highs, write_model
from .result import Options, Progress, Result
from .scip import need_scip, run_scip
from .sound import sound

#: General engines by name; `location.pick` adds those for sites, and picks.
ENGINES = {"highs": run_highs, "scip": run_scip}

__all__ = ["ENGINES", "Options", "Progress", "Result", "need_scip", "run_highs", "run_scip", "sound", "with_cones", "write_model"]
