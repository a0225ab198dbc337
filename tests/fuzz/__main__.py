"""Judge mutated cases in a process of their own, which takes only so much memory.

    python -m fuzz NAME …            one or several by name; --keep DIR leaves their files there
    python -m fuzz --range 0 500     a part of the long list; --short 0 500: of the short list

One line of JSON before each case and one after it. A case that hangs ends the process, with a traceback of where.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from fuzz.judge import HANGS, judge
from fuzz.mutations import long_list, short_list

#: Bytes of address space of the whole process; far more than it holds, far less than would stop a machine.
ROOM = 4_000_000_000


def main() -> None:
    """Judge what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--range", nargs=2, type=int, default=(0, 0), metavar=("START", "STOP"), dest="part")
    parser.add_argument("--short", nargs=2, type=int, default=(0, 0), metavar=("START", "STOP"))
    parser.add_argument("--keep", type=Path, metavar="DIR")
    asked = parser.parse_args()
    _take_little()
    names = [*asked.names, *long_list(*asked.part), *short_list(asked.short[1])[asked.short[0] :]]
    with tempfile.TemporaryDirectory() as place:
        _judge(names, asked.keep or Path(place))


def _judge(names: Iterable[str], place: Path) -> None:
    for number, name in enumerate(names):
        print(json.dumps({"begins": name}), flush=True)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        verdict = judge(name, place / str(number))
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(asdict(verdict)), flush=True)


def _take_little() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))


main()
