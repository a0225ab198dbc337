"""Files for users: written whole or not at all (whole), packed into zips and out of them (zips).

Knows nothing of what is in them. `room` is a hidden folder beside a place, `put` gives what was made there its place; `making`
does both.
"""

from .whole import Left, making, not_written, put, room
from .zips import pack, unpacked

__all__ = ["Left", "making", "not_written", "pack", "put", "room", "unpacked"]
