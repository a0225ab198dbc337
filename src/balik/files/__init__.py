"""Files for users: written whole or not at all (whole), packed into zips and out of them (zips).

Knows nothing of what is in them. `room` is a hidden folder beside a place, `put` gives what was made there its place; `making`
does both, and replaces no file that balik did not write (marks).
"""

from .marks import EMPTY, refuse_others
from .whole import Left, making, not_written, put, resolved, room
from .zips import pack, unpacked

__all__ = ["EMPTY", "Left", "making", "not_written", "pack", "put", "refuse_others", "resolved", "room", "unpacked"]
