"""How much of a file is read: enough for any workbook that people keep, and little enough to be safe."""

from __future__ import annotations

MB = 1_000_000
#: Size of the file, and of what it unpacks to.
FILE_SIZE = 25 * MB
UNPACKED = 300 * MB
#: A part that unpacks to more than this many times its size, and is not small, is no work of a spreadsheet program.
RATIO = 200
SMALL = 10 * MB
#: Parts in the zip; sheets are parts.
PARTS = 2_000
#: Filled cells and merged areas of the whole workbook, and letters of all texts and numbers.
CELLS = 1_000_000
LETTERS = 40 * MB
#: Seconds until the child is stopped, and the memory that it may take. The parent needs its share of the ten seconds.
SECONDS = 8
MEMORY = 450 * MB
