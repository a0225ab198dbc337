"""Small checks on the files of the repository; names the files at fault and exits 1.

Without arguments it looks at every file that git tracks, with arguments at those files.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST_BYTES = 1_000_000  # a larger file does not belong here: cut it, or make it when it is needed
MOST_IN = {"benchmarks/library/certificates": 2_000_000}  # what shows a bound whole is worth more
BINARY = {".png", ".jpg", ".ico", ".npz", ".xlsx", ".pdf", ".woff2", ".ttf"}


def tracked() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    )
    return [name for name in listing.stdout.decode().split("\0") if name]


def faults(path: Path) -> list[str]:
    content = path.read_bytes()
    found = []
    most = MOST_IN.get(path.parent.as_posix(), MOST_BYTES)
    if len(content) > most:
        found.append(f"has {len(content):,} bytes, more than {most:,}")
    if path.suffix == ".ipynb" and path.parent.name != "notebooks":
        found.append("is a notebook; put it into docs/notebooks, where tests run it, or into a page or a module")
    if path.suffix in BINARY or not content:
        return found
    if not content.endswith(b"\n"):
        found.append("does not end with a newline")
    elif content.endswith(b"\n\n"):
        found.append("ends with empty lines")
    if path.suffix == ".lock" and b"://" in content:
        found.append("holds an address; make it with `make lock`")
    if any(line.startswith((b"<<<<<<< ", b">>>>>>> ")) for line in content.splitlines()):
        found.append("holds a merge conflict")
    return found


def main(names: list[str]) -> int:
    count = 0
    for name in names or tracked():
        path = Path(name)
        if path.is_file() and not path.is_symlink():
            for fault in faults(path):
                print(f"{name}: {fault}")
                count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
