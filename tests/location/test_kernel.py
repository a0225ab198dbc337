"""Compiled functions are compiled anew when anything that they call has changed, in whatever file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CALLED = "from balik.location.kernel import kernel\n\n@kernel\ndef called(x):\n    return x + {number}\n"
CALLER = """from balik.location.kernel import kernel
from .called import called

@kernel
def caller(x):
    return 10 * called(x)
"""


def answer(place: Path) -> int:
    asked = "from package.caller import caller; print(caller(1))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=place, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_change_in_another_file_counts(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "caller.py").write_text(CALLER)
    for number in (1, 2, 1):
        (package / "called.py").write_text(CALLED.format(number=number))
        assert answer(tmp_path) == 10 * (1 + number)
    assert len(list((package / "__pycache__").glob("caller.caller-*.nbi"))) == 2  # the third time, the first is used
