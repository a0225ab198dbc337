"""Program to result: knows no logistics. One engine a file."""

from .highs import run_highs, write_model
from .result import Options, Progress, Result
from .sound import sound

#: General engines by name; `location.pick` adds those for sites, and picks.
ENGINES = {"highs": run_highs}

__all__ = ["ENGINES", "Options", "Progress", "Result", "run_highs", "sound", "write_model"]
